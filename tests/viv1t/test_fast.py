"""Every saving of the fast forward pass against the plain one on whole clips."""

import itertools
import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viv1t.runs import args_of, random_clip, write_run
from v1vlm.errors import InputError
from v1vlm.twins.viv1t import ViV1T, build_network, load

torch = pytest.importorskip("torch")
pytest.importorskip("yaml")

from v1vlm.twins.viv1t import fast as fast_module  # noqa: E402
from v1vlm.twins.viv1t import transformer  # noqa: E402
from v1vlm.twins.viv1t.fast import Fast  # noqa: E402
from v1vlm.twins.viv1t.lead import Lead  # noqa: E402
from v1vlm.twins.viv1t.options import Options  # noqa: E402

FRAMES, LEAD = 16, 7
FIXED = ("scale", "inv_freq", "one", "threshold", "pos_encoding")
SMALL = {
    "max_frame": FRAMES,
    "input_shapes": {
        "behavior": [2, FRAMES],
        "pupil_center": [2, FRAMES],
        "video": [1, FRAMES, 12, 16],
    },
    "output_shapes": {"A": [5, FRAMES], "K": [4, FRAMES]},
}
CHOICES = {
    "core_activation": ["none", "gelu"],
    "core_behavior_mode": [0, 1, 2],
    "core_ff_activation": ["relu", "gelu", "swiglu", "none"],
    "core_ff_dim": [12, 7],
    "core_norm": ["layernorm", "rmsnorm", "dyt"],
    "core_norm_qk": [False, True],
    "core_num_heads": [1, 3],
    "core_patch_mode": [0, 1],
    "core_pos_encoding": [0, 1, 2, 3, 4, 5, 6, 7],
    "core_reg_tokens": [0, 3],
    "core_spatial_depth": [0, 2],
    "core_temporal_depth": [0, 1, 3],
    "core_temporal_patch_size": [1, 4],
    "core_use_causal_attention": [True, False],
    "output_mode": [0, 1, 3, 4],
    "readout_bias_mode": [0, 2],
    "readout_grid_mode": [0, 1, 2],
    "shifter_mode": [0, 1, 2],
    "still": [True, False],
}


def covering():
    """Combinations in which every pair of choices occurs, drawn greedily."""
    rng = np.random.default_rng(0)
    names = list(CHOICES)
    missing = {
        ((a, i), (b, j))
        for a, b in itertools.combinations(names, 2)
        for i in range(len(CHOICES[a]))
        for j in range(len(CHOICES[b]))
    }

    def pairs(row):
        return set(itertools.combinations(zip(names, row, strict=True), 2))

    rows = []
    while missing:
        drawn = [[int(rng.integers(len(CHOICES[n]))) for n in names] for _ in range(60)]
        best = max(drawn, key=lambda row: len(pairs(row) & missing))
        if pairs(best) & missing:
            rows.append({n: CHOICES[n][i] for n, i in zip(names, best, strict=True)})
            missing -= pairs(best)
    return rows


def network_of(seed=0, **changes):
    """Weights of a size that keeps every stage in its range, all of them random."""
    args = args_of(**{**SMALL, **changes})
    network = build_network(args).eval().requires_grad_(False)
    rng = np.random.default_rng(seed)
    for name, value in network.state_dict().items():
        if name.split(".")[-1] in FIXED or name == "core.tokenizer.tokenizer.weight":
            continue
        width = value.shape[-1] if value.ndim == 2 else 4
        drawn = rng.normal(0, width**-0.5, tuple(value.shape))
        value.copy_(torch.from_numpy(np.asarray(drawn, np.float32)))
    return network, Options.from_args(args)


def clip_of(seed=0, still=True, image=False):
    """Video (frame, y, x), behaviours and pupil centres (2, frame), grey before the stimulus."""
    video, state, gaze = (x[0].numpy() for x in random_clip(1, FRAMES, seed))
    video = video[0]
    video[:LEAD] = 0.8
    if image:
        video[LEAD:] = video[LEAD]
    if still:
        state, gaze = (np.repeat(x[:, :1], FRAMES, axis=1) for x in (state, gaze))
    return video, state, 0.5 * gaze


def plain(network, clip, window, mouse="A"):
    """Whole clips through the whole network."""
    video, state, gaze = (torch.from_numpy(x.copy())[None] for x in clip)
    with torch.inference_mode():
        return network(video[None], state, gaze, mouse)[0][0, :, window].numpy()


def quick(made, clip, window, neurons=range(5)):
    with torch.inference_mode():
        return made.respond(*clip, np.array(neurons), window).numpy()


def assert_equal(seen, expected):
    assert seen.shape == expected.shape
    assert np.abs(seen - expected).max() <= 1e-5 * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("choice", covering(), ids=itertools.count())
def test_every_pair_of_options(choice):
    options = {name: value for name, value in choice.items() if name != "still"}
    network, parsed = network_of(**options)
    made = Fast(network, parsed, "A")
    window = slice(LEAD, FRAMES - 3)
    for seed, image in ((1, False), (2, True), (3, True)):
        clip = clip_of(seed, choice["still"], image)
        assert_equal(quick(made, clip, window), plain(network, clip, window))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_combination(data):
    choice = {name: data.draw(st.sampled_from(values), name) for name, values in CHOICES.items()}
    still = choice.pop("still")
    network, parsed = network_of(data.draw(st.integers(0, 9)), **choice)
    start = data.draw(st.integers(0, FRAMES - 1))
    window = slice(start, data.draw(st.integers(start + 1, FRAMES)))
    clip = clip_of(data.draw(st.integers(0, 99)), still)
    held = data.draw(st.lists(st.integers(0, 3), min_size=FRAMES, max_size=FRAMES))
    clip = clip[0][held], *clip[1:]
    neurons = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    seen = quick(Fast(network, parsed, "A"), clip, window, neurons)
    assert_equal(seen, plain(network, clip, window)[neurons])


@pytest.mark.parametrize("still", [True, False])
def test_cuts_at_every_frame(still):
    network, options = network_of()
    made, clip = Fast(network, options, "A"), clip_of(4, still)
    expected = plain(network, clip, slice(0, FRAMES))
    for start in range(FRAMES):
        for stop in (start + 1, FRAMES):
            window = slice(start, stop)
            assert_equal(quick(made, clip, window), expected[:, window])


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize("neurons", [[0], [0, 1], [0, 1, 2, 3, 4]])
def test_projections_of_odd_width(frames, depth, neurons):
    network, options = network_of(
        core_ff_dim=7, core_num_heads=3, core_pos_encoding=6, core_spatial_depth=depth
    )
    window, clip = slice(LEAD, LEAD + frames), clip_of()
    seen = quick(Fast(network, options, "A"), clip, window, neurons)
    assert_equal(seen, plain(network, clip, window)[neurons])


def test_later_frames_and_registers_of_time_are_never_used():
    network, options = network_of()
    made, window = Fast(network, options, "A"), slice(LEAD, LEAD + 4)
    expected = plain(network, clip_of(), window)
    network.core.vivit.reg_t_tokens.fill_(torch.nan)
    clip = clip_of()
    clip[0][window.stop :] = np.nan
    for states in clip[1:]:
        states[:, window.stop :] = np.nan
    assert_equal(quick(made, clip, window), expected)


@pytest.fixture
def learned(monkeypatch):
    """Groups of places whose lead-in was worked out."""
    groups, learn = [], Lead._learn
    monkeypatch.setattr(Lead, "_learn", lambda self, at: (groups.append(at), learn(self, at)))
    return groups


def test_one_lead_in_serves_all_that_begin_with_it(learned):
    network, options = network_of()
    made, window = Fast(network, options, "A"), slice(LEAD, FRAMES)
    for seed in (1, 2, 3):
        clip = clip_of(1)
        clip[0][LEAD:] = clip_of(seed)[0][LEAD:]
        assert_equal(quick(made, clip, window), plain(network, clip, window))
        assert len(learned) == 1


@pytest.mark.parametrize("part", [0, 1, 2])
def test_another_lead_in_is_worked_out_anew(part, learned):
    network, options = network_of(shifter_mode=2)
    made, window = Fast(network, options, "A"), slice(LEAD, FRAMES)
    quick(made, clip_of(), window)
    clip = clip_of()
    clip[part][..., 2] += 0.5
    assert_equal(quick(made, clip, window), plain(network, clip, window))
    assert len(learned) == 2


def test_what_was_asked_before_does_not_change_a_bit(monkeypatch):
    monkeypatch.setattr("v1vlm.twins.viv1t.lead.sequences_at_once", lambda *_: 4)
    network, options = network_of()
    fresh, used, window = Fast(network, options, "A"), Fast(network, options, "A"), slice(LEAD, 14)
    for neurons in ([3], [0, 4]):
        quick(used, clip_of(), window, neurons)
    np.testing.assert_array_equal(quick(used, clip_of(), window), quick(fresh, clip_of(), window))


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("moving", [True, False])
def test_blocks_run_only_where_a_neuron_reads(causal, moving):
    network, options = network_of(core_use_causal_attention=causal)
    made, window, sizes = Fast(network, options, "A"), slice(LEAD, FRAMES), []
    clip, last = clip_of(still=not moving), network.core.vivit.temporal_transformer.blocks[-1]
    original = last.merge
    last.merge = lambda x, *rest: (sizes.append(len(x)), original(x, *rest))[1]
    assert_equal(quick(made, clip, window, [2]), plain(network, clip, window)[[2]])
    places = sizes[0]
    assert sizes == [places, 12]
    assert places <= 4 if not moving else places < 12


def test_windows_that_are_equal_are_worked_out_once():
    network, options = network_of()
    frames, transformer = [], network.core.vivit.spatial_transformer
    transformer.register_forward_pre_hook(lambda _, inputs: frames.append(len(inputs[0])))
    made, patch = Fast(network, options, "A"), options.patch[0]
    quick(made, clip_of(image=True), slice(LEAD, FRAMES))
    assert frames == [patch, patch]
    frames.clear()
    quick(made, clip_of(image=False), slice(LEAD, FRAMES))
    assert frames == [FRAMES - LEAD]
    frames.clear()
    quick(made, clip_of(still=False, image=True), slice(LEAD, FRAMES))
    assert frames == [FRAMES - LEAD, LEAD]


def test_savings_that_do_not_hold_are_refused_by_reason(caplog):
    caplog.set_level(logging.INFO, fast_module.__name__)
    Fast(*network_of(), "A")
    assert not caplog.messages
    Fast(*network_of(core_use_causal_attention=False), "A")
    assert "core_use_causal_attention is off" in caplog.messages[-1]
    Fast(*network_of(core_pos_encoding=2), "A")
    assert "core_pos_encoding 2" in caplog.messages[-1]
    made = Fast(*network_of(), "A")
    quick(made, clip_of(still=False), slice(LEAD, FRAMES))
    assert "the gaze moves" in caplog.messages[-1]


def test_the_twin_with_and_without_savings(run):
    frames = np.random.default_rng(5).integers(0, 256, (2, 9, 12, 16), dtype=np.uint8)
    frames[1] = frames[1, :1]
    twins = [
        ViV1T.from_run(run, response_units="model", exact_reference=exact)
        for exact in (False, True)
    ]
    fast, exact = (twin.respond(frames).values for twin in twins)
    assert_equal(fast, exact)
    assert twins[0].card.digest != twins[1].card.digest
    named = load(f"{run},exact_reference=true,response_units=model")
    assert named.card == twins[1].card
    with pytest.raises(InputError, match="no exact_reference 'maybe'"):
        load(str(run), exact_reference="maybe")


def test_the_reference_sees_whole_clips(run):
    twin, lengths = ViV1T.from_run(run, exact_reference=True), []
    core = twin._engine._network.core
    core.register_forward_pre_hook(lambda _, inputs: lengths.append(inputs[0].shape[2]))
    twin.respond(np.zeros((1, 4, 12, 16), np.uint8))
    assert lengths == [150]


@pytest.mark.parametrize("multiplied", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_half_precision_with_savings(tmp_path, causal, multiplied, monkeypatch):
    """On processors that multiply in half precision, and on those that do not."""
    monkeypatch.setattr(transformer, "_multiplies_halves", lambda: multiplied)
    run = write_run(tmp_path / "run", core_use_causal_attention=causal)
    frames = np.random.default_rng(5).integers(0, 256, (1, 9, 12, 16), dtype=np.uint8)
    full, half, exact = (
        ViV1T.from_run(run, precision=precision, exact_reference=exact).respond(frames).values
        for precision, exact in (("32", False), ("bf16", False), ("bf16", True))
    )
    largest = np.abs(full).max()
    assert 0 < np.abs(half - full).max() < 0.05 * largest
    assert np.abs(half - exact).max() < 0.02 * largest
