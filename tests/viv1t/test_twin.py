"""ViV1T keeps the contract of a twin, aligned by onset and in the units it promises."""

import subprocess
import sys

import numpy as np
import pytest

from tests.viv1t.runs import NEURONS, SHARED, random_network, write_run
from v1vlm import plugins
from v1vlm.cli.options import twin_of
from v1vlm.errors import InputError
from v1vlm.testing import TwinContract
from v1vlm.twins import Behaviour, Twin
from v1vlm.twins.viv1t import ViV1T, load

torch = pytest.importorskip("torch")
pytest.importorskip("yaml")

EPSILON = 1.1920929e-07


@pytest.fixture(scope="module")
def twin(run):
    return ViV1T.from_run(run)


class TestViV1T(TwinContract):
    @pytest.fixture(autouse=True)
    def _loaded(self, twin):
        self.twin = twin

    def make_twin(self):
        return self.twin


def movie(frames, n=1, seed=3):
    return np.random.default_rng(seed).integers(0, 256, (n, frames, 12, 16), dtype=np.uint8)


def by_hand(frames, lead, mouse="A", raw=False, behaviour=(53.0, 0.04), **changes):
    """The network on a whole clip with grey before and after, in model units."""
    clip = np.full((150, 12, 16), 127.0)
    clip[lead : lead + len(frames)] = frames
    video = clip if raw else (clip - 80.0) / (57.0 + EPSILON)
    state = np.array(behaviour) / [14.8, 8.7]
    arrays = (
        video[None, None],
        np.broadcast_to(state[None, :, None], (1, 2, 150)),
        np.zeros((1, 2, 150)),
    )
    tensors = [torch.from_numpy(np.ascontiguousarray(x, dtype=np.float32)) for x in arrays]
    responses = random_network(**changes)(*tensors, mouse)[0]
    return responses[0, :, lead : lead + len(frames)].numpy()


def assert_close(seen, expected):
    np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(("lead", "lead_in_s"), [(135, None), (0, 0.0), (12, 0.4)])
def test_answers_begin_at_onset(run, lead, lead_in_s):
    twin = ViV1T.from_run(run, response_units="model")
    frames = movie(8)
    seen = twin.respond(frames, lead_in_s=lead_in_s)
    assert_close(seen.values[0], by_hand(frames[0], lead))
    assert seen.attrs["units"] == twin.card.response_units == "model units"


def test_recorded_units_are_deviations_with_a_floor(run, twin):
    frames = movie(6)
    deviations = np.load(run / "metadata/statistics/mouseA/response/std.npy")
    scale = np.maximum(deviations, 0.01 * deviations.mean())[NEURONS["A"]]
    assert scale[-1] > 100 * deviations[8]
    assert_close(twin.respond(frames).values[0], by_hand(frames[0], 135) * scale[:, None])


def test_recorded_units_by_range(tmp_path):
    run = write_run(tmp_path / "run", transform_output=2)
    frames = movie(4)
    seen = ViV1T.from_run(run).respond(frames).values[0]
    top = np.load(run / "metadata/statistics/mouseA/response/max.npy")[NEURONS["A"]]
    assert_close(seen, by_hand(frames[0], 135, transform_output=2) * top[:, None])


def test_raw_video_is_fed_as_it_is(run):
    twin = ViV1T.from_run(run, video_normalisation="raw", response_units="model")
    frames = movie(5)
    assert_close(twin.respond(frames).values[0], by_hand(frames[0], 135, raw=True))
    assert any("not trained on" in spot for spot in twin.card.blind_spots)


def test_a_network_that_looks_ahead_sees_grey_to_the_end(tmp_path):
    run = write_run(tmp_path / "run", core_use_causal_attention=False)
    twin = ViV1T.from_run(run, response_units="model")
    frames = movie(8)
    seen = twin.respond(frames, lead_in_s=1.0).values[0]
    assert_close(seen, by_hand(frames[0], 30, core_use_causal_attention=False))


@pytest.mark.parametrize(
    ("behaviour", "values"),
    [
        ("mean", (53.6, 5.5)),
        ("running", (67.8, 14.2)),
        (Behaviour(running=30.0, pupil_sd=-2.0), (23.4, 30.0)),
    ],
)
def test_behaviours(run, behaviour, values):
    twin = ViV1T.from_run(run, response_units="model")
    frames = movie(4)
    seen = twin.respond(frames, behaviour=behaviour).values[0]
    assert_close(seen, by_hand(frames[0], 135, behaviour=values))


@pytest.mark.parametrize("state", [Behaviour(running=48.0), Behaviour(pupil_sd=3.0)])
def test_states_that_were_never_recorded(twin, state):
    with pytest.raises(InputError, match="was not recorded") as caught:
        twin.respond(movie(2), behaviour=state)
    assert "range" in caught.value.remedy


def test_too_long_movies(twin):
    with pytest.raises(InputError, match="135 frames of grey and 16 of a movie") as caught:
        twin.respond(movie(16))
    assert "at most 15 frames" in caught.value.remedy
    assert twin.respond(movie(15), neurons=[0]).shape == (1, 1, 15)
    for lead_in_s in (-1.0, np.nan, np.inf):
        with pytest.raises(InputError, match="cannot be shown"):
            twin.respond(movie(2), lead_in_s=lead_in_s)


def test_no_neurons_and_no_stimuli(twin):
    assert twin.respond(movie(3), neurons=[]).shape == (1, 0, 3)
    assert twin.respond(movie(3, n=0)).shape == (0, 5, 3)


def test_table_gives_the_modelled_rows(run):
    table = ViV1T.from_run(run, mouse="K").neurons
    places = np.load(run / "metadata/neuron_coordinates/mouseK.npy")[NEURONS["K"]]
    assert table["id"].values.tolist() == NEURONS["K"]
    for column, name in enumerate(("x_um", "y_um", "depth_um")):
        np.testing.assert_array_equal(table[name], places[:, column])


def test_card(run, twin):
    card = twin.card
    assert isinstance(twin, Twin)
    assert (card.name, card.mice, card.n_neurons, card.planted) == ("viv1t-A", ("A",), 5, False)
    assert card.screen.shape == (12, 16)
    assert (card.screen.width_cm, card.screen.distance_cm) == (56.5, 15.0)
    assert card.longest_s == 15 / 30
    text = "; ".join(card.blind_spots)
    assert "smooth retinotopy is imposed" in text
    assert "out of the training domain" in text
    assert "+0.82 SD" in text
    far = ViV1T.from_run(run, mouse="K").card.screen
    assert (far.width_cm, far.height_cm, far.distance_cm) == (51.0, 29.0, 20.0)


def test_digest_changes_with_whatever_changes_a_response(run, own_run):
    def digest(folder=run, **options):
        return ViV1T.from_run(folder, **options).card.digest

    assert digest() == digest(own_run)
    changed = [
        digest(mouse="K"),
        digest(precision="bf16"),
        digest(video_normalisation="raw"),
        digest(response_units="model"),
    ]
    statistics = own_run / "metadata/statistics/mouseA/response/std.npy"
    np.save(statistics, np.load(statistics) + 1)
    changed.append(digest(own_run))
    weights = torch.load(own_run / "ckpt/model.pt", weights_only=True)
    weights["readouts.A.bias"][0] += 1
    torch.save(weights, own_run / "ckpt/model.pt")
    changed.append(digest(own_run))
    assert len({digest(), *changed}) == 7


def test_twins_of_one_core_are_of_one_lineage(run, own_run):
    def lineage(folder=run, **options):
        return ViV1T.from_run(folder, **options).card.lineage

    assert lineage().startswith("viv1t core ")
    assert lineage() == lineage(mouse="K") == lineage(precision="bf16")
    weights = torch.load(own_run / "ckpt/model.pt", weights_only=True)
    weights["readouts.A.bias"][0] += 1
    torch.save(weights, own_run / "ckpt/model.pt")
    assert lineage(own_run) == lineage()  # another readout on the same core
    core = next(name for name in weights if name.startswith("core.") and "weight" in name)
    weights[core] += 1
    torch.save(weights, own_run / "ckpt/model.pt")
    assert lineage(own_run) != lineage()


def test_half_precision_is_near(run, twin):
    frames = movie(6)
    half = ViV1T.from_run(run, precision="bf16").respond(frames).values
    full = twin.respond(frames).values
    assert 0 < np.abs(half - full).max() < 0.05 * np.abs(full).max()


def test_weights_of_a_compiled_network(own_run, twin):
    weights = torch.load(own_run / "ckpt/model.pt", weights_only=True)
    prefixed = {f"_orig_mod.{name}": value for name, value in weights.items()}
    torch.save(prefixed, own_run / "ckpt/model.pt")
    frames = movie(3)
    seen = ViV1T.from_run(own_run).respond(frames)
    np.testing.assert_array_equal(seen, twin.respond(frames))


def test_metadata_beside_the_runs_or_elsewhere(own_run, tmp_path, twin):
    (own_run / "metadata").rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="without the metadata") as caught:
        ViV1T.from_run(own_run)
    assert "metadata_dir" in caught.value.remedy
    digest = ViV1T.from_run(own_run, metadata_dir=tmp_path / "elsewhere").card.digest
    assert digest == twin.card.digest
    (tmp_path / "elsewhere").rename(tmp_path.parent / "metadata")
    try:
        assert ViV1T.from_run(own_run).card.digest == digest
    finally:
        (tmp_path.parent / "metadata").rename(tmp_path / "done")


def test_plugin_by_name(run, twin):
    named = plugins.load("twins", f"viv1t:{run},mouse=K,response_units=model")
    assert named.card == load(str(run), mouse="K", response_units="model").card
    assert plugins.load("twins", f"viv1t:{run}").card == twin.card
    of_mouse = plugins.load("twins", twin_of(f"viv1t:{run},response_units=model", "K"))
    assert of_mouse.card == named.card


@pytest.mark.parametrize(
    ("arg", "options", "what"),
    [
        ("DIR,mice=A", {}, "no option 'mice'"),
        ("DIR", {"colour": 1}, "no option 'colour'"),
        ("DIR,mouse=A", {"mouse": "K"}, "given twice"),
        ("DIR,mouse=B", {}, "no mouse 'B'"),
        ("DIR,precision=16", {}, "no precision '16'"),
        ("DIR", {"video_normalisation": "none"}, "no video_normalisation"),
        ("DIR", {"response_units": "spikes"}, "no response_units"),
        ("DIR,device=abacus", {}, "device 'abacus' cannot be used"),
        ("DIR/nowhere", {}, "no readable"),
    ],
)
def test_what_cannot_be_loaded(run, arg, options, what):
    with pytest.raises(InputError, match=what) as caught:
        load(arg.replace("DIR", str(run)), **options)
    assert caught.value.remedy


def test_without_torch(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match="package 'torch' is not installed") as caught:
        load(str(run))
    assert "v1vlm[viv1t]" in caught.value.remedy


def test_torch_waits_until_it_is_used():
    code = "import sys, v1vlm.twins, v1vlm.twins.viv1t; print({'torch', 'yaml'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full fixtures are not here")
@pytest.mark.parametrize("mouse", ["A", "B"])
@pytest.mark.parametrize(
    ("video", "name"),
    [("raw", "response.fp32"), ("training", "response_normalised_video.fp32")],
)
def test_images_of_the_reference(mouse, video, name):
    folder = SHARED / "layout-small"
    expected = np.load(folder / "expected.npz")
    twin = ViV1T.from_run(
        folder / "runs" / "001_viv1t",
        metadata_dir=folder / "metadata",
        mouse=mouse,
        video_normalisation=video,
        response_units="model",
    )
    images = np.floor(expected["images"] * np.float32(255.999)).astype(np.uint8)
    shown = np.broadcast_to(images, (len(images), 30, 36, 64))
    seen = twin.respond(shown, behaviour="mean").values
    assert np.abs(seen - expected[f"{mouse}.{name}"]).max() < 2e-4
