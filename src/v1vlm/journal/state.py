"""The state of a study: a pure fold of its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Literal

from v1vlm.claims import Finding, Hypothesis, Registration
from v1vlm.errors import IntegrityError
from v1vlm.journal.events import GENESIS, Event, StudySpec
from v1vlm.journal.settlement import check_entry
from v1vlm.journal.usage import Usage
from v1vlm.manipulation import Look, Looks, Manipulation
from v1vlm.outcomes import Planned
from v1vlm.records import digest

Stage = Literal["test", "estimate"]
Outcome = Literal["proposed", "refused", "declined", "withdrawn", "registered"]


@dataclass(frozen=True)
class Draws:
    """Draws of one arm at one stage, in order.

    Attributes
    ----------
    scores : tuple
        The measure of each draw, unclipped; None where the draw was invalid.
    control_scores : tuple
        The same of the control contrast, where the arm expects the effect absent.
    n_neurons, sources : tuple
        Per draw: how many neurons counted, and the photograph that it was cut from, if any.
    chunks : tuple of mapping
        Per chunk its ``start``, ``residuals`` and ``blobs``, the references of its arrays by name
        (see `v1vlm.rig.Rig.show`).
    looks : tuple of tuple of Look
        Per draw the painted pairs that were looked at; empty where nothing is painted.
    """

    scores: tuple[float | None, ...] = ()
    control_scores: tuple[float | None, ...] = ()
    n_neurons: tuple[int, ...] = ()
    sources: tuple[str | None, ...] = ()
    chunks: tuple[Mapping[str, Any], ...] = ()
    looks: tuple[Looks, ...] = ()

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True)
class Pilot:
    """Exploration draws on half A, before a registration.

    Attributes
    ----------
    manipulation : Manipulation or None
        The rule that painted pairs were held to, which a registration takes over.
    looks : tuple of tuple of Look
        Per draw, what was seen of them.
    """

    scores: tuple[float | None, ...]
    n_neurons: tuple[int, ...]
    residuals: Mapping[str, float]
    warnings: tuple[str, ...]
    refusals: tuple[str, ...]
    blobs: Mapping[str, str]
    manipulation: Manipulation | None = None
    looks: tuple[Looks, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """One proposal and what became of it.

    Attributes
    ----------
    confidence : float or None
        Probability of support that the scientist stated, if it stated one.
    """

    step: int
    number: int
    outcome: Outcome
    hypothesis: Hypothesis | None = None
    reason: str = ""
    pilot: Pilot | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class GivenUp:
    """Painting was given up while a claim about painted images was tested.

    Attributes
    ----------
    reason : str
    test_draws : int
        Test draws of the main arm that had been shown by then.
    """

    reason: str
    test_draws: int


@dataclass(frozen=True)
class Trial:
    """One registration under test.

    Attributes
    ----------
    planned : Planned or None
        Power as planned at registration; None where that was not recorded.
    given_up : GivenUp or None
        That painting was given up in the middle of it, if it was.
    """

    registration: Registration
    digest: str
    draws: Mapping[tuple[str, Stage], Draws] = field(default_factory=dict)
    finding: Finding | None = None
    interpretation: Mapping[str, Any] | None = None
    planned: Planned | None = None
    given_up: GivenUp | None = None

    def of(self, arm: str, stage: Stage) -> Draws:
        """Draws of an arm at a stage, possibly none yet."""
        return self.draws.get((arm, stage), Draws())


@dataclass(frozen=True)
class State:
    """Everything a reader of the journal can know.

    Attributes
    ----------
    card : mapping or None
        What the study knows of its subject (`v1vlm.physiology.citation`): the card that it was
        given, or else a brief one of its own.
    generator : str or None
        Digest of the generator that the study began with.
    generator_card : mapping
        What the generator said about itself, by name.
    unpainted : str or None
        Why painting was given up; since then stimuli are parametric.
    replicates : tuple of mapping
        Public cards of the twins that claims are replicated in.
    physiologies : mapping
        What was measured of their neurons, by the digest of the twin.
    siblings : tuple of mapping or None
        Other studies of the same twin and text that lay beside it when it closed; None where
        that was not recorded.
    usage : Usage
        What asking the model has cost so far.
    models : tuple of str
        Every model that answered, with its revision, in order.
    room : int or None
        Characters of the text that the model's window had room for, where that was too little.
    replayed : bool
        Whether all answers of the model come from the recording of another study.
    events : tuple of (kind, arm, stage)
        All events but notes, in order: their places are the same however often a study was
        interrupted. Arm and stage are empty where an event has none.
    settled : tuple of mapping
        What recorded responses said of the registrations since the study closed, one entry per
        recording: ``recording``, ``scores`` and ``settlements`` (see `v1vlm.journal.settling`).
    """

    spec: StudySpec
    study: str
    twin: Mapping[str, Any]
    context: str
    versions: Mapping[str, str]
    generator: str | None = None
    generator_card: Mapping[str, Any] = field(default_factory=dict)
    unpainted: str | None = None
    replicates: tuple[Mapping[str, Any], ...] = ()
    physiology: Mapping[str, Any] | None = None
    card: Mapping[str, Any] | None = None
    physiologies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    painted: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    trials: tuple[Trial, ...] = ()
    prose: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    stopped: str | None = None
    siblings: tuple[Mapping[str, Any], ...] | None = None
    usage: Usage = field(default_factory=Usage)
    models: tuple[str, ...] = ()
    room: int | None = None
    replayed: bool = False
    events: tuple[tuple[str, str, str], ...] = ()
    settled: tuple[Mapping[str, Any], ...] = ()
    seq: int = 0
    hash: str = GENESIS

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings so far, in order of registration."""
        return tuple(trial.finding for trial in self.trials if trial.finding is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many hypotheses were proposed, refused, … and decided."""
        outcomes = [attempt.outcome for attempt in self.attempts]
        verdicts = [finding.verdict for finding in self.findings]
        return {
            "proposed": len(outcomes) - outcomes.count("declined"),
            "refused": outcomes.count("refused"),
            "declined": outcomes.count("declined"),
            "withdrawn": outcomes.count("withdrawn"),
            "registered": len(self.trials),
            "supported": verdicts.count("supported"),
            "contradicted": verdicts.count("contradicted"),
            "inconclusive": verdicts.count("inconclusive"),
        }


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
    said = [settlement["registration"] for settlement in payload["settlements"]]
    if not said or not registered >= set(said) or set(said) != set(payload["scores"]):
        raise ValueError("it settles what was not registered")
    entry = {name: payload[name] for name in ("recording", "scores", "settlements")}
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
