"""A study with the scripted fakes, run once, and helpers to run it again."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

# Tables are as wide whether or not the tests run in a terminal; consoles read it when imported.
os.environ["COLUMNS"] = "160"

from tests import fakes
from v1vlm.journal import Event, State, StudySpec, parse_log
from v1vlm.report.write import write_report
from v1vlm.study import Study

TEXT = "Contrast matters (Niell & Stryker, 2008).\n"
REPORTS = ("findings.json", "report.md", "report.html", "report.pdf")


def frozen_clock() -> datetime:
    return datetime(2001, 2, 3, tzinfo=UTC)


def spec_of(**changes: Any) -> StudySpec:
    fields: dict[str, Any] = {
        "context": "context.txt",
        "context_digest": hashlib.sha256(TEXT.encode()).hexdigest(),
        "twin": "tests.fakes:twin",
        "scientist": "tests.fakes:scientist",
        "generator": "tests.fakes:generator",
        "num_steps": 4,
        "chunk": 10,
        "pilot_draws": 8,
        "draws_max": 40,
        "estimate_draws": 20,
    }
    return StudySpec(**{**fields, **changes})


@dataclass(frozen=True)
class Finished:
    """A finished study; nobody may change its folder."""

    folder: Path
    events: list[Event]
    states: list[State]
    files: dict[str, bytes]
    painted: list[str]
    asked: list[str]

    @property
    def state(self) -> State:
        return self.states[-1]

    def copy(self, to: Path, n_events: int | None = None) -> Path:
        """A copy whose journal holds the first `n_events` events alone, and no report."""
        # Only the journal is ever changed in place; everything else is replaced whole.
        shutil.copytree(self.folder, to, copy_function=os.link)
        (to / "journal.jsonl").unlink()
        if n_events is None:
            self.write_journal(to, len(self.events))
        else:
            self.cut(to, n_events)
        return to

    def cut(self, folder: Path, n_events: int) -> None:
        """Put a copy back to where its journal held the first `n_events` events alone."""
        self.write_journal(folder, n_events)
        for name in REPORTS:
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / "figures", ignore_errors=True)

    def write_journal(self, folder: Path, n_events: int) -> None:
        """Write the first events anew."""
        lines = "".join(event.line() + "\n" for event in self.events[:n_events])
        (folder / "journal.jsonl").write_text(lines, "utf-8")


@pytest.fixture
def small_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characterise with few stimuli: enough for the fake twin."""
    monkeypatch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The scripted study: robust, refused, changed, contradicted, painted, declined."""
    folder = tmp_path_factory.mktemp("finished") / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        patch.setattr(fakes, "ASKED", [])
        patch.setattr(fakes.GENERATOR, "painted", [])
        study = Study.create(spec_of(), TEXT, folder, clock=frozen_clock)
        states = [study.state]
        study.run(lambda _, state: states.append(state))
        painted, asked = fakes.GENERATOR.painted, fakes.ASKED
    return Finished(
        folder=folder,
        events=parse_log(study.store.lines()),
        states=states,
        files=reports_in(folder),
        painted=painted,
        asked=asked,
    )


@pytest.fixture
def quick_reports(monkeypatch: pytest.MonkeyPatch, finished: Finished) -> None:
    """Write the report of the finished study's own state from memory, any other for real.

    A report is a function of state and blobs (test_determinism.py); drawing it takes seconds.
    The state holds the hash of the last event, so the clock stands still too. What else takes
    time and is tested elsewhere is left out: the search for plug-ins, and fsync.
    """

    def write(state: State, context: Any, store: Any) -> dict[str, bytes]:
        return finished.files if state == finished.state else write_report(state, context, store)

    monkeypatch.setitem(Study.__init__.__kwdefaults__, "clock", frozen_clock)
    monkeypatch.setattr("v1vlm.study.keeping.write_report", write)
    monkeypatch.setattr("v1vlm.report.verify.write_report", write)
    monkeypatch.setattr("v1vlm.plugins.entry_points", cache(entry_points))
    monkeypatch.setattr(os, "fsync", lambda _: None)


def reports_in(folder: Path) -> dict[str, bytes]:
    """All files of the report, by relative path."""
    figures = sorted((folder / "figures").iterdir()) if (folder / "figures").is_dir() else []
    paths = [folder / name for name in REPORTS] + figures
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.is_file()}
