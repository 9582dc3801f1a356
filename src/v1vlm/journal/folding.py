"""From events to the state of a study: a pure fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from typing import Any

from v1vlm.claims import Finding, Hypothesis, Registration
from v1vlm.errors import IntegrityError
from v1vlm.journal.events import Event, StudySpec
from v1vlm.journal.settlement import check_entry
from v1vlm.journal.state import Attempt, Draws, GivenUp, Pilot, State, Trial
from v1vlm.journal.usage import Usage
from v1vlm.manipulation import Look, Looks, Manipulation
from v1vlm.outcomes import Planned
from v1vlm.records import digest


def fold(events: Iterable[Event]) -> State:
    """State after all events.

    Raises
    ------
    IntegrityError
        If an event cannot follow those before it.
    """
    iterator = iter(events)
    first = next(iterator, None)
    if first is None or first.kind != "opened":
        raise IntegrityError("The journal does not begin with 'opened'.", "The study is damaged.")
    return reduce(apply, iterator, _opened(first))


def apply(state: State, event: Event) -> State:
    """State after one more event."""
    try:
        if state.stopped is not None and event.kind not in ("noted", "settled"):
            raise ValueError("the study is closed")
        state = _HANDLERS[event.kind](state, event.payload)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise IntegrityError(
            f"Journal line {event.seq + 1} ({event.kind}) does not fit: {error!r}.",
            "The study is damaged; restore the journal.",
        ) from error
    if event.kind != "noted":
        state = replace(state, events=(*state.events, _place(event)))
    return replace(state, seq=event.seq, hash=event.hash)


def _place(event: Event) -> tuple[str, str, str]:
    payload = event.payload
    return event.kind, str(payload.get("arm", "")), str(payload.get("stage", ""))


def _opened(event: Event) -> State:
    payload = event.payload
    return State(
        spec=StudySpec.from_json(payload["spec"]),
        study=payload["study"],
        twin=payload["twin"],
        context=payload["context"],
        versions=payload["versions"],
        generator=payload["generator"],
        generator_card=payload.get("generator_card", {}),
        unpainted=payload.get("unpainted"),
        card=payload.get("card"),
        replicates=tuple(payload.get("replicates", ())),
        replayed=bool(payload.get("replayed", False)),
        events=(_place(event),),
        seq=event.seq,
        hash=event.hash,
    )


def _characterised(state: State, payload: dict[str, Any]) -> State:
    twin = payload.get("twin")
    if twin is None:
        own = {name: value for name, value in payload.items() if name != "card"}
        return replace(state, physiology=own, card=state.card or payload.get("card"))
    if twin not in {card["digest"] for card in state.replicates}:
        raise ValueError(f"no twin {twin[:16]!r} takes part")
    return replace(state, physiologies={**state.physiologies, twin: payload})


def _answered(state: State, payload: dict[str, Any]) -> State:
    usage = state.usage.plus(Usage.from_json(payload.get("usage", {})))
    model, room = str(payload.get("model", "")), state.room
    new = (model,) if model and model not in state.models else ()
    if "room" in payload:
        room = min(int(payload["room"]), room or int(payload["room"]))
    return replace(
        state,
        answered=(*state.answered, payload["request"]),
        usage=usage,
        models=(*state.models, *new),
        room=room,
    )


def _painted(state: State, payload: dict[str, Any]) -> State:
    return replace(state, painted=(*state.painted, payload["request"]))


def _unpainted(state: State, payload: dict[str, Any]) -> State:
    if state.unpainted is not None:
        raise ValueError("painting had been given up before")
    trial = state.trials[-1] if state.trials else None
    if trial is not None and trial.finding is None and trial.registration.manipulation is not None:
        shown = len(trial.of(trial.registration.main.id, "test"))
        state = _last_trial(state, given_up=GivenUp(payload["reason"], shown))
    return replace(state, unpainted=payload["reason"])


def _proposed(state: State, payload: dict[str, Any]) -> State:
    hypothesis = Hypothesis.from_json(payload["hypothesis"])
    if "replaces" in payload:
        state = _last_attempt(state, outcome="withdrawn", reason=payload["replaces"])
    attempt = Attempt(
        payload["step"],
        payload["attempt"],
        "proposed",
        hypothesis,
        confidence=payload.get("confidence"),
    )
    return replace(state, attempts=(*state.attempts, attempt))


def _refused(state: State, payload: dict[str, Any]) -> State:
    last = state.attempts[-1] if state.attempts else None
    if last is not None and last.outcome == "proposed":
        return _last_attempt(state, outcome="refused", reason=payload["reason"])
    proposed = payload.get("hypothesis")
    attempt = Attempt(
        payload["step"],
        payload["attempt"],
        "refused",
        None if proposed is None else Hypothesis.from_json(proposed),
        reason=payload["reason"],
    )
    return replace(state, attempts=(*state.attempts, attempt))


def _declined(state: State, payload: dict[str, Any]) -> State:
    attempt = Attempt(payload["step"], payload["attempt"], "declined", reason=payload["reason"])
    return replace(state, attempts=(*state.attempts, attempt))


def _piloted(state: State, payload: dict[str, Any]) -> State:
    rule = payload.get("manipulation")
    pilot = Pilot(
        scores=tuple(payload["scores"]),
        n_neurons=tuple(payload["n_neurons"]),
        residuals=payload["residuals"],
        warnings=tuple(payload["warnings"]),
        refusals=tuple(payload["refusals"]),
        blobs=payload["blobs"],
        manipulation=Manipulation.from_json(rule) if rule is not None else None,
        looks=_looks(payload, len(payload["scores"]), rule is not None),
    )
    return _last_attempt(state, pilot=pilot)


def _withdrawn(state: State, payload: dict[str, Any]) -> State:
    return _last_attempt(state, outcome="withdrawn", reason=payload["reason"])


def _registered(state: State, payload: dict[str, Any]) -> State:
    # The digest is that of the stored form: a later field with a default changes nothing.
    if state.attempts[-1].pilot is None:
        raise ValueError("nothing was piloted")
    stored = digest(payload["registration"])
    if stored != payload["digest"]:
        raise ValueError("the registration has another digest")
    planned = payload.get("planned")
    trial = Trial(
        Registration.from_json(payload["registration"]),
        stored,
        planned=None if planned is None else Planned.from_json(planned),
    )
    if trial.registration.hypothesis != state.attempts[-1].hypothesis:
        raise ValueError("another hypothesis was piloted")
    state = _last_attempt(state, outcome="registered")
    return replace(state, trials=(*state.trials, trial))


def _drawn(state: State, payload: dict[str, Any]) -> State:
    trial = _open_trial(state, payload["registration"])
    key = (payload["arm"], payload["stage"])
    arm = next((arm for arm in trial.registration.arms if arm.id == payload["arm"]), None)
    if arm is None:
        raise ValueError(f"there is no arm {payload['arm']!r}")
    n_control = len(payload["scores"]) if arm.expects == "absent" else 0
    lengths = [len(payload[name]) for name in ("n_neurons", "sources", "control_scores")]
    if lengths != [len(payload["scores"]), len(payload["scores"]), n_control]:
        raise ValueError("its lists are not of the lengths that its scores ask for")
    is_checked = trial.registration.manipulation is not None
    before = trial.of(*key)
    if payload["start"] != len(before):
        raise ValueError(f"draws start at {payload['start']} after {len(before)}")
    after = Draws(
        scores=(*before.scores, *payload["scores"]),
        control_scores=(*before.control_scores, *payload["control_scores"]),
        n_neurons=(*before.n_neurons, *payload["n_neurons"]),
        sources=(*before.sources, *payload["sources"]),
        looks=(*before.looks, *_looks(payload, len(payload["scores"]), is_checked)),
        chunks=(*before.chunks, {k: payload[k] for k in ("blobs", "residuals", "start")}),
    )
    return _last_trial(state, draws={**trial.draws, key: after})


def _looks(payload: dict[str, Any], n_draws: int, is_checked: bool) -> tuple[Looks, ...]:
    """What was seen of the painted pairs of some draws."""
    looks = tuple(tuple(map(Look.from_json, one)) for one in payload.get("looks", ()))
    if len(looks) != (n_draws if is_checked else 0) or not all(looks):
        raise ValueError("its pairs were not looked at as registered")
    return looks


def _decided(state: State, payload: dict[str, Any]) -> State:
    finding = Finding.from_json(payload["finding"])
    _open_trial(state, finding.registration)
    return _last_trial(state, finding=finding)


def _interpreted(state: State, payload: dict[str, Any]) -> State:
    trial = state.trials[-1]
    if trial.finding is None or trial.interpretation is not None:
        raise ValueError("no finding waits for an interpretation")
    return _last_trial(state, interpretation=payload)


def _written(state: State, payload: dict[str, Any]) -> State:
    return replace(state, prose=payload)


def _noted(state: State, payload: dict[str, Any]) -> State:
    return replace(state, notes=(*state.notes, payload["text"]))


def _stopped(state: State, payload: dict[str, Any]) -> State:
    siblings = payload.get("siblings")
    known = None if siblings is None else tuple(siblings)
    return replace(state, stopped=payload["reason"], siblings=known)


def _settled(state: State, payload: dict[str, Any]) -> State:
    if state.stopped is None:
        raise ValueError("only a closed study is settled")
    check_entry(payload)
    registered = {trial.digest for trial in state.trials}
    for entry in payload["recordings"]:
        said = {settlement["registration"] for settlement in entry["settlements"]}
        if not said or not registered >= said or said != set(entry["scores"]):
            raise ValueError("it settles what was not registered")
    entry = {name: payload[name] for name in ("recordings", "together")}
    return replace(state, settled=(*state.settled, entry))


def _open_trial(state: State, registration: str) -> Trial:
    trial = state.trials[-1]
    if trial.digest != registration or trial.finding is not None:
        raise ValueError("it belongs to no open registration")
    return trial


def _last_attempt(state: State, **changes: Any) -> State:
    attempt = state.attempts[-1]
    if attempt.outcome != "proposed":
        raise ValueError("no proposal is open")
    return replace(state, attempts=(*state.attempts[:-1], replace(attempt, **changes)))


def _last_trial(state: State, **changes: Any) -> State:
    return replace(state, trials=(*state.trials[:-1], replace(state.trials[-1], **changes)))


_HANDLERS: dict[str, Callable[[State, dict[str, Any]], State]] = {
    "characterised": _characterised,
    "answered": _answered,
    "painted": _painted,
    "unpainted": _unpainted,
    "proposed": _proposed,
    "refused": _refused,
    "declined": _declined,
    "piloted": _piloted,
    "withdrawn": _withdrawn,
    "registered": _registered,
    "drawn": _drawn,
    "decided": _decided,
    "interpreted": _interpreted,
    "written": _written,
    "noted": _noted,
    "stopped": _stopped,
    "settled": _settled,
}
