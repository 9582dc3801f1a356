"""The original, end to end: the command of the docs, through the code that loads real weights."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import StudyReader

EXAMPLE = Path(__file__).parents[1] / "examples" / "the_original.py"
NEEDS = ("torch", "transformers", "llguidance", "diffusers", "accelerate", "sentencepiece", "yaml")


@pytest.fixture
def example() -> Any:
    for name in NEEDS:
        pytest.importorskip(name)
    spec = importlib.util.spec_from_file_location("the_original", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.usefixtures("small_protocol")
@pytest.mark.filterwarnings("ignore")
def test_gemma_proposes_flux_paints_and_viv1t_answers(
    example: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    # Its words come to a test of painted images, where numbers round as they did when tried.
    monkeypatch.setattr(example, "SEEDS", (1, *example.SEEDS))
    assert example.main(tmp_path, small=True) == 0
    said = capsys.readouterr().out
    assert said.startswith(example.NOTICE)
    assert said.rstrip().endswith(example.NOTICE)

    folder = tmp_path / "study"
    study = StudyReader(Store(folder))
    state = study.state
    assert state.stopped == "complete"
    assert state.spec.scientist.startswith("local:models/gemma")
    assert state.twin["name"].startswith("viv1t")
    assert state.generator_card["pipeline"] == "FluxPipeline"
    assert state.generator_card["revision"].startswith("sha256:")
    assert state.usage.calls > 3
    finding = state.findings[-1]
    assert finding.manipulation.passed > 0
    painted = list(study.store.remembered("paint"))
    assert {answer["image"].shape for _, answer in painted} == {(96, 128)}
    assert f"{len(painted)} images by FluxPipeline" in said

    report = (folder / "report.md").read_text("utf-8")
    assert example.NOTICE in report.replace("\\", "")
    assert f"figures/paintings-{finding.id}.svg" in report
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert example.NOTICE in (folder / "report.html").read_text("utf-8")
    held = verify_study(Store(folder))
    assert any(line.startswith("painted pairs: ") for line in held)
