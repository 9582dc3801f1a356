"""A budget ends a run between two steps, and is no part of the study."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.conftest import Finished, frozen_clock
from v1vlm.errors import InputError
from v1vlm.journal import Budget, DrawChunk, PilotDraws, draws_of, draws_shown, next_step, parse_log
from v1vlm.study import Study


@pytest.mark.usefixtures("quick_reports")
def test_hours_are_of_one_run(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With half an hour between two looks at the clock, three hours are six looks, each time."""
    seconds = count(0, 1800)
    monkeypatch.setattr("v1vlm.study.engine.monotonic", lambda: next(seconds))
    folder = finished.copy(tmp_path / "study", 1)
    runs = 0
    while Study.open(folder).state.stopped is None:
        study = Study.open(folder, clock=frozen_clock)
        # The run looks at the clock when it begins, and before every step.
        begun = next(seconds)
        state = study.run(budget=Budget(max_hours=3.0))
        used = (next(seconds) - begun) / 1800 - 2
        assert used == 6 if state.stopped is None else used <= 6
        runs += 1
    assert runs > 3
    assert parse_log(study.store.lines()) == finished.events


def test_draws_are_of_the_whole_study(finished: Finished) -> None:
    shown = [draws_shown(state) for state in finished.states]
    assert shown == sorted(shown)
    for state, after in zip(finished.states, finished.states[1:], strict=False):
        step = next_step(state)
        assert step is not None
        wanted = draws_of(state, step)
        if isinstance(step, PilotDraws | DrawChunk) and draws_shown(after) > draws_shown(state):
            assert draws_shown(after) == draws_shown(state) + wanted
        enough = draws_shown(state) + wanted
        assert Budget(max_draws=enough).allows(state, step, 99.0)
        assert wanted == 0 or not Budget(max_draws=enough - 1).allows(state, step, 0.0)
        assert Budget().allows(state, step, 1e9)
        assert not Budget(max_hours=2.0).allows(state, step, 2.0)


@pytest.mark.parametrize("value", [{"max_draws": -1}, {"max_hours": -1}, {"max_hours": "nan"}])
def test_budgets_are_not_negative(value: dict[str, object]) -> None:
    with pytest.raises(InputError, match="Budget: max_"):
        Budget.from_json(value)
