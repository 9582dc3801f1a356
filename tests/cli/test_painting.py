"""What a person sees of painting, and of painting that fails."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from tests import fakes
from tests.cli.command import Command
from tests.conftest import Finished
from v1vlm.cli import diagnosis
from v1vlm.cli.progress import watch
from v1vlm.errors import PaintError
from v1vlm.journal import Budget

FAKES = ("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist")


class Painting:
    """A study that paints forty images and ends."""

    def __init__(self, finished: Finished) -> None:
        self.state = finished.state

    def run(self, *, on_paint: Any, **_: Any) -> Any:
        for done in range(41):
            on_paint(done, 40)
        return self.state


@pytest.mark.parametrize("terminal", [False, True])
def test_painting_says_how_many_of_how_many(finished: Finished, terminal: bool) -> None:
    file = io.StringIO()
    out = Console(file=file, force_terminal=terminal, width=120, force_interactive=terminal)
    study: Any = Painting(finished)
    watch(study, finished.folder, out, Budget(), quiet=False, verbose=False)
    said = file.getvalue()
    if terminal:
        assert "painting 0/40 images" in said
    else:
        lines = [line for line in said.splitlines() if "painted" in line]
        assert [line.split()[1] for line in lines] == ["1/40", "10/40", "20/40", "30/40", "40/40"]
        assert all("s each: 0:00:00 left" in line for line in lines)


def test_painting_that_fails_says_how_to_go_on(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(fakes.FakeGenerator):
        def paint(self, requests: Any) -> Any:
            raise PaintError("Memory of the accelerator ran out.", "Take offload=model.")

    monkeypatch.setattr(fakes, "GENERATOR", Broken())
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    monkeypatch.setattr(
        fakes.ScriptedScientist, "_propose", _painted_first(fakes.ScriptedScientist._propose)
    )
    said = v1vlm(
        *("run", "--context-file", "context.txt", "--save-dir", "study", "--num-steps", 1),
        *FAKES,
        *("--generator", "tests.fakes:generator"),
    )
    assert said.code == 1
    assert said.err.splitlines() == [
        "Memory of the accelerator ran out.",
        "Take offload=model.",
        "Or without painting: v1vlm resume study --allow-parametric",
        "Stopped. Everything so far is kept; go on with: v1vlm resume study",
    ]
    said = v1vlm("resume", "study", "--allow-parametric")
    assert said.code == 0, said.err
    assert "Painting is given up, the study goes on without: Memory of the acc" in said.out
    assert "Its images cannot be painted." in said.out


def _painted_first(propose: Any) -> Any:
    """What the scripted scientist proposes third, first; then what it proposes first."""

    def proposed(self: Any, briefing: Any) -> Any:
        step = 3 if briefing.painter is not None else 1
        answer = propose(self, SimpleNamespace(**{**vars(briefing), "step": step}))
        return answer.model_copy(
            update={"hypothesis": answer.hypothesis.model_copy(update={"parent": None})}
        )

    return proposed


def test_a_study_can_be_begun_without_the_generator_that_is_missing(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    asked = ("run", "--context-file", "context.txt", "--save-dir", "study", "--num-steps", 1)
    generator = ("--generator", "flux:/nowhere/at/all")
    said = v1vlm(*asked, *FAKES, *generator)
    assert (said.code, (here / "study").exists()) == (2, False)
    said = v1vlm(*asked, *FAKES, *generator, "--allow-parametric", "--max-draws", 0)
    assert "The study goes without painting: " in said.err
    assert said.code == 130


def test_the_doctor_knows_the_weights_of_flux(tmp_path: Path, monkeypatch: Any) -> None:
    pytest.importorskip("diffusers")
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    (check,) = [c for c in diagnosis.examine(tmp_path) if "weights of flux" in c.what]
    assert check.mark == "missing"
    assert "v1vlm generators get flux" in check.remedy
    commit = "a" * 40
    repository = tmp_path / "models--black-forest-labs--FLUX.1-schnell"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots" / commit).mkdir(parents=True)
    (repository / "snapshots" / commit / "model_index.json").write_text("{}")
    (check,) = [c for c in diagnosis.examine(tmp_path) if "weights of flux" in c.what]
    assert (check.mark, commit in check.what) == ("ok", True)
