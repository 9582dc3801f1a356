"""The benchmark of painted claims that are false by construction, at a smoke size."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import painted_null

from v1vlm.stimuli import painted_in


@pytest.mark.usefixtures("small_protocol")
def test_studies_of_nothing_are_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {"num_steps": 1, "pilot_draws": 4, "draws_max": 20, "estimate_draws": 4}
    monkeypatch.setitem(vars(painted_null), "SETTINGS", {**painted_null.SETTINGS, **small})
    table = painted_null.record("tests.painting:clouds", "tests.fakes:twin", 2, tmp_path)
    log = table.with_suffix(".jsonl").read_text("utf-8")
    assert log.count("\n") == 2
    assert "studies with a supported claim | 0" in table.read_text("utf-8")

    def never(*_: object) -> None:
        raise AssertionError("a recorded study was run again")

    monkeypatch.setattr(painted_null, "run_study", never)
    painted_null.record("tests.painting:clouds", "tests.fakes:twin", 2, tmp_path)
    assert table.with_suffix(".jsonl").read_text("utf-8") == log


@pytest.mark.usefixtures("small_protocol")
def test_its_hypotheses_compare_a_condition_with_itself() -> None:
    study = painted_null.run_study(0, "tests.painting:clouds", "tests.fakes:twin")
    assert study.state.trials
    for trial in study.state.trials:
        first, second = painted_in(trial.registration.main.contrast.families)
        assert first.wordings == second.wordings
        assert first.to_json()["strand"] != second.to_json()["strand"]
