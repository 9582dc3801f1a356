"""The fold: what the journal of the scripted study says, and what cannot follow in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Finished
from v1vlm.errors import IntegrityError
from v1vlm.journal import Event, State, apply, fold, next_step, performs, sealed

Payload = dict[str, Any]


def first(finished: Finished, kind: str, after: int = 0) -> Event:
    return next(e for e in finished.events if e.kind == kind and e.seq >= after)


def before(finished: Finished, event: Event) -> State:
    return finished.states[event.seq - 1]


def then(state: State, kind: Any, payload: Payload) -> State:
    return apply(state, sealed(state.seq + 1, kind, payload, "", state.hash))


def test_the_fold_is_the_state_that_the_engine_had(finished: Finished) -> None:
    assert fold(finished.events) == finished.state
    for n in range(1, len(finished.events) + 1):
        assert fold(finished.events[:n]) == finished.states[n - 1]


def test_the_next_step_is_pure_and_leads_to_the_next_event(finished: Finished) -> None:
    for event in finished.events[1:]:
        state = before(finished, event)
        step = next_step(state)
        assert next_step(fold(finished.events[: event.seq])) == step
        assert performs(step, event), f"{step} before line {event.seq + 1} ({event.kind})"
    assert next_step(finished.state) is None


def test_only_what_a_step_asks_for_performs_it(finished: Finished) -> None:
    kinds = {event.kind: event for event in finished.events}
    for event in finished.events[1:]:
        if event.kind in ("answered", "painted"):
            continue
        step = next_step(before(finished, event))
        wrong = [other for other in kinds.values() if other.kind not in ("answered", "painted")]
        allowed = {other.kind for other in wrong if performs(step, other)}
        choices = {"proposed", "refused", "declined", "registered"}
        # A pilot whose images cannot be painted refuses the proposal.
        also = {"refused"} if event.kind == "piloted" else set()
        assert allowed <= {event.kind} | also | (choices if event.kind in choices else set())


@pytest.mark.parametrize(
    "change",
    [
        lambda p: {**p, "start": p["start"] + 10},
        lambda p: {**p, "stage": "estimate"},
        lambda p: {**p, "arm": "equal"},
        lambda p: {**p, "scores": p["scores"][:-1]},
    ],
)
def test_other_draws_than_those_due_perform_nothing(
    finished: Finished, change: Callable[[Payload], Payload]
) -> None:
    event = first(finished, "drawn")
    state = before(finished, event)
    forged = event.model_copy(update={"payload": change(event.payload)})
    assert performs(next_step(state), event)
    assert not performs(next_step(state), forged)


def test_a_journal_begins_with_its_opening(finished: Finished) -> None:
    with pytest.raises(IntegrityError, match="does not begin with 'opened'"):
        fold(finished.events[1:])
    with pytest.raises(IntegrityError, match="does not begin with 'opened'"):
        fold([])


def test_drawn_without_a_registration(finished: Finished) -> None:
    drawn = first(finished, "drawn")
    piloted = first(finished, "piloted")
    with pytest.raises(IntegrityError, match="drawn"):
        then(finished.states[piloted.seq], "drawn", drawn.payload)


def test_drawn_for_another_registration(finished: Finished) -> None:
    drawn = first(finished, "drawn")
    payload = {**drawn.payload, "registration": "0" * 64}
    with pytest.raises(IntegrityError, match="belongs to no open registration"):
        then(before(finished, drawn), "drawn", payload)


def test_drawn_out_of_order(finished: Finished) -> None:
    drawn = first(finished, "drawn")
    state = finished.states[drawn.seq]
    with pytest.raises(IntegrityError, match="draws start at 0 after 10"):
        then(state, "drawn", drawn.payload)
    with pytest.raises(IntegrityError, match="draws start at 20 after 10"):
        then(state, "drawn", {**drawn.payload, "start": 20})


def test_drawn_in_an_arm_that_was_not_registered(finished: Finished) -> None:
    drawn = first(finished, "drawn")
    with pytest.raises(IntegrityError, match="no arm 'better'"):
        then(before(finished, drawn), "drawn", {**drawn.payload, "arm": "better"})


@pytest.mark.parametrize("name", ["n_neurons", "sources", "control_scores"])
def test_drawn_with_lists_of_other_lengths(finished: Finished, name: str) -> None:
    drawn = first(finished, "drawn")
    payload = {**drawn.payload, name: [*drawn.payload[name], 1]}
    with pytest.raises(IntegrityError, match="lists are not of the lengths"):
        then(before(finished, drawn), "drawn", payload)


def test_drawn_after_the_verdict(finished: Finished) -> None:
    drawn, decided = first(finished, "drawn"), first(finished, "decided")
    with pytest.raises(IntegrityError, match="belongs to no open registration"):
        then(finished.states[decided.seq], "drawn", drawn.payload)


def test_decided_twice(finished: Finished) -> None:
    decided = first(finished, "decided")
    with pytest.raises(IntegrityError, match="belongs to no open registration"):
        then(finished.states[decided.seq], "decided", decided.payload)


def test_interpreted_early_or_twice(finished: Finished) -> None:
    decided, interpreted = first(finished, "decided"), first(finished, "interpreted")
    with pytest.raises(IntegrityError, match="no finding waits"):
        then(before(finished, decided), "interpreted", interpreted.payload)
    with pytest.raises(IntegrityError, match="no finding waits"):
        then(finished.states[interpreted.seq], "interpreted", interpreted.payload)


def test_a_registration_with_another_digest(finished: Finished) -> None:
    registered = first(finished, "registered")
    payload = registered.payload
    for forged in (
        {**payload, "digest": "0" * 64},
        {**payload, "registration": {**payload["registration"], "draws_max": 41}},
    ):
        with pytest.raises(IntegrityError, match="another digest"):
            then(before(finished, registered), "registered", forged)


def test_registered_without_a_proposal_or_a_pilot(finished: Finished) -> None:
    registered, proposed = first(finished, "registered"), first(finished, "proposed")
    with pytest.raises(IntegrityError, match="nothing was piloted"):
        then(finished.states[proposed.seq], "registered", registered.payload)
    with pytest.raises(IntegrityError, match="registered"):
        then(before(finished, proposed), "registered", registered.payload)
    with pytest.raises(IntegrityError, match="no proposal is open"):
        then(finished.states[registered.seq], "registered", registered.payload)


@pytest.mark.parametrize("kind", ["piloted", "withdrawn"])
def test_nothing_becomes_of_a_proposal_that_is_not_open(finished: Finished, kind: str) -> None:
    registered = first(finished, "registered")
    payload = {**first(finished, "piloted").payload, "reason": "doubt"}
    with pytest.raises(IntegrityError, match="no proposal is open"):
        then(finished.states[registered.seq], kind, payload)


@pytest.mark.parametrize(
    "kind", ["proposed", "drawn", "registered", "declined", "written", "stopped", "answered"]
)
def test_nothing_but_a_note_follows_the_end(finished: Finished, kind: str) -> None:
    payload = first(finished, kind).payload
    with pytest.raises(IntegrityError, match="the study is closed"):
        then(finished.state, kind, payload)
    assert then(finished.state, "noted", {"text": "found later"}).notes == ("found later",)


def test_an_event_without_its_fields_is_named_with_its_line(finished: Finished) -> None:
    drawn = first(finished, "drawn")
    with pytest.raises(IntegrityError, match=rf"line {drawn.seq + 1} \(drawn\) does not fit"):
        then(before(finished, drawn), "drawn", {})


def test_each_registration_stands_before_its_first_draw(finished: Finished) -> None:
    registered: list[str] = []
    decided: list[str] = []
    for event in finished.events:
        if event.kind == "registered":
            registered.append(event.payload["digest"])
        if event.kind == "drawn":
            assert event.payload["registration"] == registered[-1]
            assert event.payload["registration"] not in decided
        if event.kind == "decided":
            decided.append(event.payload["finding"]["registration"])
    assert registered == decided
    assert len(registered) == 3
