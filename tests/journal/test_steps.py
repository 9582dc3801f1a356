"""How proposing goes on and ends: tries, places, declining."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import Finished, spec_of
from v1vlm.journal import Attempt, Propose, State, Stop, Write, next_step
from v1vlm.journal.state import Outcome


def state_after(*attempts: tuple[int, int, Outcome], num_steps: int = 3) -> State:
    return State(
        spec=spec_of(num_steps=num_steps, tries=3),
        study="s",
        twin={},
        context="",
        versions={},
        physiology={},
        attempts=tuple(Attempt(step, number, outcome) for step, number, outcome in attempts),
    )


@pytest.mark.parametrize(
    ("attempts", "step"),
    [
        ([], Propose(1, 1)),
        ([(1, 1, "registered")], Propose(2, 1)),
        ([(1, 1, "refused")], Propose(1, 2)),
        ([(1, 1, "withdrawn")], Propose(1, 2)),
        ([(1, 1, "refused"), (1, 2, "withdrawn")], Propose(1, 3)),
        ([(1, 1, "refused"), (1, 2, "withdrawn"), (1, 3, "refused")], Propose(2, 1)),
        ([(2, 3, "registered")], Propose(3, 1)),
        ([(3, 2, "withdrawn")], Propose(3, 3)),
        ([(3, 3, "withdrawn")], Write()),
        ([(3, 1, "registered")], Write()),
        ([(1, 1, "declined")], Write()),
        ([(2, 2, "declined")], Write()),
    ],
)
def test_the_next_proposal(attempts: list[tuple[int, int, Outcome]], step: Propose | Write) -> None:
    assert next_step(state_after(*attempts)) == step


def test_after_the_words_comes_the_end() -> None:
    written = replace(state_after((1, 1, "declined")), prose={})
    assert next_step(written) == Stop("complete")
    assert next_step(replace(written, stopped="complete")) is None


@pytest.mark.parametrize("num_steps", [1, 2, 5])
def test_places_and_tries_are_never_exceeded(num_steps: int) -> None:
    """Whatever becomes of proposals, no more than K are registered, nor 3 tried per step."""
    for outcome in ("registered", "refused", "withdrawn"):
        attempts: list[tuple[int, int, Outcome]] = []
        while isinstance(step := next_step(state_after(*attempts, num_steps=num_steps)), Propose):
            attempts.append((step.step, step.attempt, outcome))
        per_step = 1 if outcome == "registered" else 3
        assert [a[:2] for a in attempts] == [
            (k, n) for k in range(1, num_steps + 1) for n in range(1, per_step + 1)
        ]


def test_what_is_refused_or_withdrawn_costs_no_place(finished: Finished) -> None:
    indices = [trial.registration.index for trial in finished.state.trials]
    assert indices == [1, 2, 3]
    second = finished.state.trials[1].registration
    # Its step took three tries; the level is that of the second place.
    assert second.hypothesis.id == "H2c"
    assert finished.state.counts == {
        "proposed": 5,
        "refused": 1,
        "declined": 1,
        "withdrawn": 1,
        "registered": 3,
        "supported": 2,
        "contradicted": 1,
        "inconclusive": 0,
    }
