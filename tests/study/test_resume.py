"""Nothing is lost: a study resumed from any moment ends like one that was never stopped."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.conftest import Finished, frozen_clock, reports_in
from v1vlm.errors import IntegrityError
from v1vlm.journal import parse_log
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import Study

N_EVENTS = 75
STRIDE = 11


def contents(lines: list[str]) -> list[tuple[str, Any]]:
    return [(event.kind, event.payload) for event in parse_log(lines)]


def test_the_scripted_study_goes_every_way_a_step_can_go(finished: Finished) -> None:
    kinds = [event.kind for event in finished.events]
    assert len(kinds) == N_EVENTS
    assert {"refused", "declined", "withdrawn", "registered"} <= {
        attempt.outcome for attempt in finished.state.attempts
    }
    assert set(kinds) == {
        *("opened", "characterised", "answered", "painted", "proposed", "refused", "declined"),
        *("piloted", "registered", "drawn", "decided", "interpreted", "written", "stopped"),
    }


@pytest.mark.usefixtures("quick_reports")
def test_from_every_prefix_with_what_was_done_kept(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "ASKED", [])
    monkeypatch.setattr(fakes.GENERATOR, "painted", [])
    whole = [(event.kind, event.payload) for event in finished.events]
    monkeypatch.setattr("v1vlm.study.opening.validate_twin", lambda _: None)
    folder = finished.copy(tmp_path / "study")
    for n in range(1, len(finished.events) + 1):
        finished.cut(folder, n)
        study = Study.open(folder, clock=frozen_clock)
        study.run()
        assert contents(study.store.lines()) == whole, f"resumed after {n} events"
        assert study.state == finished.state, f"resumed after {n} events"
        assert reports_in(folder) == finished.files, f"resumed after {n} events"
    assert fakes.GENERATOR.painted == []
    assert fakes.ASKED == []


@pytest.mark.usefixtures("quick_reports")
@pytest.mark.parametrize("n", range(1, N_EVENTS + 1, STRIDE))
def test_from_a_prefix_with_the_memo_lost(finished: Finished, tmp_path: Path, n: int) -> None:
    folder = finished.copy(tmp_path / "study", n)
    shutil.rmtree(folder / "done")
    study = Study.open(folder, clock=frozen_clock)
    study.run()
    assert study.state == finished.state
    assert reports_in(folder) == finished.files


def test_notes_and_times_change_neither_findings_nor_report(
    finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    study = Study.open(folder)  # with the real clock
    study.note("The power went.")
    study.run()
    assert study.state.notes == ("The power went.",)
    assert study.state.hash != finished.state.hash
    assert reports_in(folder) == finished.files


def test_what_was_asked_and_painted_was_so_once(finished: Finished) -> None:
    assert len(finished.painted) == len(set(finished.painted)) > 0
    answered = [e.payload["request"] for e in finished.events if e.kind == "answered"]
    assert len(finished.asked) == len(answered) == len(set(answered)) > 0


@pytest.mark.parametrize("n", [1, 16, N_EVENTS])
def test_a_torn_last_line_is_dropped_with_a_note(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr(Study, "write_report", lambda _: None)  # see the test of notes
    folder = finished.copy(tmp_path / "study", n)
    journal = folder / "journal.jsonl"
    following = finished.events[min(n, N_EVENTS - 1)].line().encode()
    journal.write_bytes(journal.read_bytes() + following[:40])
    with pytest.raises(IntegrityError, match="torn line of 40 bytes"):
        verify_study(Store(folder))
    study = Study.open(folder, clock=frozen_clock)
    study.run()
    assert study.state.notes == ("A torn last line of 40 bytes was dropped from the journal.",)
    assert study.state.findings == finished.state.findings
    kinds = [event.kind for event in parse_log(study.store.lines()) if event.kind != "noted"]
    assert kinds == [event.kind for event in finished.events]


@pytest.mark.usefixtures("quick_reports")
def test_resuming_a_finished_study_touches_no_file(finished: Finished, tmp_path: Path) -> None:
    folder = finished.copy(tmp_path / "study")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    Study.open(folder).run()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
