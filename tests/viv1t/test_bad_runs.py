"""Runs that are damaged, foreign or hostile are refused, and say what to do."""

import os
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.viv1t.runs import write_run
from v1vlm.errors import InputError
from v1vlm.twins.viv1t import ViV1T

torch = pytest.importorskip("torch")
yaml = pytest.importorskip("yaml")


class Hostile:
    """Makes a folder when it is unpickled."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


def refused(run, what):
    with pytest.raises(InputError, match=what) as caught:
        ViV1T.from_run(run)
    assert caught.value.remedy


def change_weights(run, change):
    weights = torch.load(run / "ckpt/model.pt", weights_only=True)
    change(weights)
    torch.save(weights, run / "ckpt/model.pt")


@pytest.mark.parametrize("keep", [0, 10, 1000, -100])
def test_truncated_weights(own_run, keep):
    path = own_run / "ckpt/model.pt"
    path.write_bytes(path.read_bytes()[:keep])
    refused(own_run, "weights cannot be read")


def test_no_weights(own_run):
    (own_run / "ckpt/model.pt").unlink()
    refused(own_run, "no readable .*model.pt")


def test_a_bit_that_flipped(own_run):
    path = own_run / "ckpt/model.pt"
    content, wanted = bytearray(path.read_bytes()), b"\x00\x00\x80?"
    content[content.index(wanted)] ^= 1
    path.write_bytes(content)
    refused(own_run, "damaged: .* does not have its checksum")


@pytest.mark.parametrize("legacy", [False, True])
def test_code_in_the_weights_is_not_run(own_run, tmp_path, legacy):
    target = tmp_path / "made"
    if legacy:
        (own_run / "ckpt/model.pt").write_bytes(pickle.dumps({"core": Hostile(target)}))
    else:
        torch.save({"core": Hostile(target)}, own_run / "ckpt/model.pt")
    refused(own_run, "weights cannot be read")
    assert not target.exists()


@pytest.mark.parametrize("foreign", [[1, 2], {"epoch": 3}, torch.zeros(3)])
def test_foreign_contents(own_run, foreign):
    torch.save(foreign, own_run / "ckpt/model.pt")
    refused(own_run, "does not hold tensors by name")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda w: w.pop("readouts.A.bias"), "'readouts.A.bias' is missing"),
        (lambda w: w.update(extra=torch.zeros(1)), "'extra' is unknown"),
        (lambda w: w.update({"readouts.A.bias": torch.zeros(6)}), r"\(6,\); the network needs"),
        (lambda w: w.update({"readouts.A.bias": torch.zeros(5).double()}), "float64"),
        (lambda w: w.update({"readouts.A.bias": torch.zeros(5).to_sparse()}), "no plain numbers"),
        (
            lambda w: w.update({"readouts.A.bias": torch.zeros(5, device="meta")}),
            "no plain numbers",
        ),
        (
            lambda w: w.update({"core._orig_mod.tokenizer.norm.bias": torch.zeros(8)}),
            "'core.tokenizer.norm.bias' twice",
        ),
        (lambda w: w["core.tokenizer.norm.bias"].fill_(np.nan), "not finite"),
        (lambda w: w["readouts.K.features"].fill_(np.inf), "not finite"),
        (
            lambda w: w["core.vivit.temporal_transformer.blocks.1.scale"].fill_(0.4),
            "not the constant",
        ),
    ],
)
def test_weights_that_do_not_fit(own_run, change, what):
    change_weights(own_run, change)
    refused(own_run, what)


def test_sizes_are_checked_before_memory_is_taken(own_run):
    edit_args(own_run, core_ff_dim=4096, core_spatial_depth=256, core_emb_dim=4096)
    refused(own_run, "missing|needs")


def edit_args(run, **changes):
    args = yaml.safe_load((run / "args.yaml").read_text("utf-8"))
    (run / "args.yaml").write_text(yaml.safe_dump({**args, **changes}), "utf-8")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("core: !!python/object/apply:os.mkdir [made]\n", "not plain YAML"),
        ("core: !vivit {}\n", "not plain YAML"),
        ("core: [vivit\n", "not plain YAML"),
        ("a: &a [1, 1]\nb: [*a, *a]\n", "anchors"),
        ("- core\n", "no mapping"),
        ("", "no mapping"),
        ("x: " + "[" * 700, "not plain YAML"),
        ("core: vivit\n", "core_behavior_mode: Field required"),
        ("1: 2\n", "core: Field required"),
    ],
)
def test_arguments_that_are_not_plain(own_run, text, what, monkeypatch):
    monkeypatch.chdir(own_run)
    (own_run / "args.yaml").write_text(text, "utf-8")
    refused(own_run, what)
    assert not Path("made").exists()


def test_arguments_that_are_not_text(own_run):
    (own_run / "args.yaml").write_bytes(b"\xff\xfe\x00core")
    refused(own_run, "not plain YAML")


def test_no_arguments(own_run):
    (own_run / "args.yaml").unlink()
    refused(own_run, "no readable .*args.yaml")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"mouse_ids": ["../../A"]}, "mouse_ids"),
        ({"mouse_ids": ["/etc"]}, "mouse_ids"),
        ({"core_magic": 1}, "core_magic"),
        ({"core_temporal_patch_stride": 2}, "does not answer every frame"),
        ({"core_pad_frame": 0}, "does not answer every frame"),
        ({"max_frame": 135}, "clips of 135 frames, and 135 frames of grey"),
        ({"core_pos_encoding": 0}, "unknown in the weights"),
        ({"neuron_idx": {"A": [1, 2, 4, 5, 9]}}, "up to row 9"),
        ({"neuron_idx": {}}, "has 5 neurons"),
    ],
)
def test_arguments_that_do_not_fit(own_run, changes, what):
    edit_args(own_run, **changes)
    refused(own_run, what)


METADATA = {
    "neuron_coordinates/mouseA.npy": ([[0.0, 1.0]] * 9, "shape"),
    "statistics/mouseA/response/std.npy": (np.ones(8), "shape"),
    "statistics/mouseA/video/mean.npy": (np.nan, "not finite"),
    "statistics/mouseA/video/std.npy": (0.0, "no spread"),
    "statistics/mouseA/behavior/std.npy": (["a", "b"], "no numbers"),
    "statistics/mouseA/pupil_center/max.npy": ([0.0, 0.0], "no spread"),
    "statistics/mouseA/response/min.npy": (np.array([None] * 9), "not a readable array"),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata_that_does_not_fit(own_run, name):
    value, what = METADATA[name]
    np.save(own_run / "metadata" / name, value, allow_pickle=True)
    refused(own_run, what)


def test_metadata_that_is_missing(own_run):
    (own_run / "metadata/statistics/mouseA/response/std.npy").unlink()
    refused(own_run, "not a readable array")


def test_neurons_without_a_deviation_have_the_least(own_run):
    path = own_run / "metadata/statistics/mouseA/response/std.npy"
    deviations = np.load(path)
    deviations[8] = np.nan
    np.save(path, deviations)
    frames = np.zeros((1, 2, 12, 16), np.uint8)
    seen = ViV1T.from_run(own_run).respond(frames).values[0, -1]
    plain = ViV1T.from_run(own_run, response_units="model").respond(frames).values[0, -1]
    np.testing.assert_allclose(seen, plain * 0.01 * np.nanmean(deviations), rtol=1e-5)


@pytest.mark.parametrize("name", ["args.yaml", "ckpt/model.pt"])
@pytest.mark.parametrize("put", [Path.mkdir, lambda path: path.symlink_to("/dev/zero"), os.mkfifo])
def test_folders_and_what_has_no_end_in_the_place_of_files(own_run, name, put):
    (own_run / name).unlink()
    put(own_run / name)
    refused(own_run, "no readable")


def test_arguments_of_an_unlikely_size(own_run):
    with (own_run / "args.yaml").open("ab") as file:
        file.truncate(17_000_000)
    refused(own_run, "larger than 16000000 bytes")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"output_shapes": {"A": [6, 150], "K": [4, 150]}}, "does not list each neuron once"),
        (
            {
                "output_shapes": {"A": [6, 150], "K": [4, 150]},
                "neuron_idx": {"A": [0, 1, 2, 4, 5, 8]},
            },
            r"'readouts\.A\..*\(6,\)|needs .*\b6\b",
        ),
        ({"neuron_idx": {"../K": [0]}}, "neuron_idx"),
        ({"neuron_idx": {"A": [1, 2, 4, 5, 10**19]}}, "neuron_idx.*less than 1000000"),
        ({"output_shapes": {"A": [10**9, 150], "K": [4, 150]}}, "output_shapes"),
        ({"input_shapes": {"video": [3, 150, 12, 16]}}, "input_shapes"),
        ({"mouse_ids": "A"}, "mouse_ids"),
        ({"core_use_causal_attention": "perhaps"}, "core_use_causal_attention"),
    ],
)
def test_numbers_of_neurons_and_shapes_that_do_not_fit(own_run, changes, what):
    edit_args(own_run, **changes)
    refused(own_run, what)


def test_weights_of_another_network_of_the_same_names(own_run, tmp_path):
    other = write_run(tmp_path / "other", core_emb_dim=16)
    (own_run / "ckpt/model.pt").write_bytes((other / "ckpt/model.pt").read_bytes())
    refused(own_run, "the network needs")


def test_an_archive_in_the_place_of_weights(own_run):
    with zipfile.ZipFile(own_run / "ckpt/model.pt", "w") as archive:
        archive.writestr("../../evil.txt", "text")
    refused(own_run, "weights cannot be read")


def huge_header(path):
    """An array that says it is larger than any memory."""
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (10**15, 3)}
        np.lib.format.write_array_header_1_0(file, header)


def an_archive(path):
    with path.open("wb") as file:
        np.savez(file, a=np.ones(3))


@pytest.mark.parametrize(
    "spoil",
    [
        huge_header,
        an_archive,
        lambda path: path.write_bytes(b"\x93NUMPY\x01\x00"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(pickle.dumps([1])),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_places_that_cannot_be_read(own_run, spoil):
    spoil(own_run / "metadata/neuron_coordinates/mouseA.npy")
    refused(own_run, "not a readable array|should have the shape")


def test_a_mouse_without_metadata(own_run):
    shutil.rmtree(own_run / "metadata/statistics/mouseA")
    refused(own_run, "not a readable array")
    assert ViV1T.from_run(own_run, mouse="K").card.mice == ("K",)


@pytest.mark.parametrize(
    ("frames", "what"),
    [
        (np.zeros((1, 16, 12, 16), np.uint8), "longer than the clips of 150 frames"),
        (np.zeros((1, 3, 12, 15), np.uint8), r"must have shape .*\(1, 3, 12, 15\)"),
        (np.zeros((3, 12, 16), np.uint8), r"must have shape"),
        (np.zeros((1, 0, 12, 16), np.uint8), r"must have shape"),
        (np.zeros((1, 3, 12, 16)), "must be uint8, got float64"),
        ([[0]], "must be uint8, got list"),
    ],
)
def test_movies_that_cannot_be_shown(run, frames, what):
    with pytest.raises(InputError, match=what) as caught:
        ViV1T.from_run(run).respond(frames)
    assert caught.value.remedy
