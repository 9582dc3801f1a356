"""A study on a small ViV1T, from the context to a report."""

import hashlib
import importlib

import numpy as np
import pytest

from tests.fakes import SMALL_PROTOCOL
from tests.viv1t.runs import random_weights, write_run
from v1vlm.journal import StudySpec, parse_log
from v1vlm.study import Study

torch = pytest.importorskip("torch")
pytest.importorskip("yaml")

TEXT = "Neurons of V1 respond more to images of higher contrast (Niell & Stryker, 2008).\n"
ROWS, COLUMNS = 10, 16
SIZES = {
    "core_spatial_patch_size": 5,
    "core_spatial_patch_stride": 4,
    "core_temporal_patch_size": 1,
    "core_temporal_depth": 1,
    "core_behavior_mode": 0,
    "core_pos_encoding": 0,
    "core_reg_tokens": 0,
    "shifter_mode": 0,
    "max_frame": 200,
    "input_shapes": {"behavior": [2, 200], "pupil_center": [2, 200], "video": [1, 200, 36, 64]},
    "neuron_idx": {},
}


def retinotopic_weights(network):
    """Random features, read at places on a lattice; attention says little."""
    weights = random_weights(network)
    for name in weights:
        if name.endswith("attn_out.weight"):
            weights[name] *= 0.05
    row, column = np.mgrid[:ROWS, :COLUMNS] * 1.2 / np.array([ROWS - 1, COLUMNS - 1])[:, None, None]
    places = np.stack([column.ravel(), row.ravel()], axis=1) - 0.6
    first, second = torch.zeros(30, 2), torch.zeros(2, 30)
    first[0, 0] = first[1, 1] = second[0, 0] = second[1, 1] = 1.0
    for mouse in {name.split(".")[1] for name in weights if name.startswith("readouts.")}:
        readout = f"readouts.{mouse}"
        # Predictions that vary as recorded responses do.
        weights[f"{readout}.features"] *= 8.0
        weights[f"{readout}.source_grid"] = torch.from_numpy(places.astype(np.float32))
        # ELU is the identity above zero: shift the places there and back.
        weights[f"{readout}.mu_transform.0.weight"] = first
        weights[f"{readout}.mu_transform.0.bias"] = torch.full((30,), 2.0)
        weights[f"{readout}.mu_transform.2.weight"] = second
        weights[f"{readout}.mu_transform.2.bias"] = torch.full((2,), -2.0)
    return weights


def silent_weights(network):
    """Neurons that read nothing."""
    weights = retinotopic_weights(network)
    weights["readouts.A.features"] *= 0.0
    return weights


def study_of(weights, tmp_path, monkeypatch, **settings):
    """A finished study of one step, and the kinds of its events."""
    protocol = importlib.import_module("v1vlm.physiology.characterise")
    monkeypatch.setattr(protocol, "PROTOCOL", SMALL_PROTOCOL)
    # A study is identified by the name of its twin, so the name must not hold a fresh folder.
    monkeypatch.chdir(tmp_path)
    mice = ["A", "B"] if "replicate" in settings else ["A"]
    sizes = {"mouse_ids": mice, "output_shapes": {m: [ROWS * COLUMNS, 200] for m in mice}}
    write_run(tmp_path / "run", weights=weights, rows=ROWS * COLUMNS, **SIZES, **sizes)
    spec = StudySpec(
        context="context.txt",
        context_digest=hashlib.sha256(TEXT.encode()).hexdigest(),
        twin="viv1t:run",
        scientist="heuristic",
        num_steps=1,
        pilot_draws=4,
        chunk=4,
        draws_max=8,
        estimate_draws=4,
        **settings,
    )
    study = Study.create(spec, TEXT, tmp_path / "study")
    findings = study.run().findings
    report = (tmp_path / "study" / "report.md").read_text("utf-8")
    assert (tmp_path / "study" / "report.pdf").read_bytes().startswith(b"%PDF")
    return findings, [event.kind for event in parse_log(study.store.lines())], report


def test_a_study_registers_tests_and_reports(tmp_path, monkeypatch):
    (finding,), kinds, report = study_of(retinotopic_weights, tmp_path, monkeypatch)
    assert [kinds[0], kinds[1], kinds[-1]] == ["opened", "characterised", "stopped"]
    assert "registered" in kinds
    assert "drawn" in kinds
    assert (finding.twin, finding.mouse) == ("viv1t-A", "A")
    assert finding.n_neurons > 0
    assert finding.verdict in ("supported", "contradicted", "inconclusive")
    assert finding.title in report
    assert "smooth retinotopy is imposed" in report


def test_a_study_of_neurons_that_answer_nothing_ends_in_a_report(tmp_path, monkeypatch):
    findings, kinds, report = study_of(silent_weights, tmp_path, monkeypatch)
    assert findings == ()
    assert "registered" not in kinds
    assert kinds[-1] == "stopped"
    assert "viv1t-A" in report


def test_another_mouse_of_the_run_replicates_with_shared_weights(tmp_path, monkeypatch):
    (finding,), kinds, report = study_of(
        retinotopic_weights, tmp_path, monkeypatch, replicate=("viv1t:run,mouse=B",), alpha=0.9
    )
    assert kinds.count("characterised") == 2
    (mouse,) = finding.replications
    assert (mouse.twin, mouse.mouse, mouse.level) == ("viv1t-B", "B", "L2")
    assert [(one.level, one.n) for one in finding.levels] == [("L2", 1)]
    assert "| viv1t-B | B | viv1t core" in report
