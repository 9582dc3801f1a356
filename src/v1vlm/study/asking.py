"""Asking the scientist: proposals, pilots considered, registrations, interpretations, prose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property
from typing import Any

from v1vlm.claims import Arm, Hypothesis, Registration
from v1vlm.errors import ContractError, InputError, IntegrityError, ProposalError
from v1vlm.journal import (
    Budget,
    Propose,
    draft_registration,
    failed_manipulation,
    planned_power,
)
from v1vlm.records import Record, digest
from v1vlm.report import Disputed, against_interpretation, against_prose, lab_works
from v1vlm.report.illustrations import exemplars_of
from v1vlm.rig import OnPaint, Rig
from v1vlm.scientist import (
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Objection,
    Proposal,
    Prose,
    Scientist,
    Withdraw,
    check_arm,
    check_hypothesis,
    check_length,
)
from v1vlm.stimuli import Contrast
from v1vlm.store import MemoryStore
from v1vlm.study.keeping import StudyKeeper
from v1vlm.study.opening import (
    Clock,
    load_scientist,
    same_generator,
    same_replicate,
    same_twin,
    utc_now,
)
from v1vlm.study.planning import briefing_of, illustrated, with_controls
from v1vlm.twins import Twin, TwinCard

UNLIMITED = Budget()

_TOLD = ("usage", "model", "room")
"""What of an answer the journal tells; the rest is kept with the answer."""


class SpentError(Exception):
    """The budget allows no further question."""


class StudyAsker(StudyKeeper):
    """A study that can ask its scientist; whatever is answered is checked here."""

    def __init__(
        self,
        store: MemoryStore,
        *,
        executor: Executor | None = None,
        clock: Clock = utc_now,
        generator: str | None = None,
    ) -> None:
        super().__init__(store, clock)
        self._executor = executor
        self._generator = generator
        self._on_paint: OnPaint | None = None
        self._budget = UNLIMITED
        self._rigs: dict[str, Rig] = {}

    # what it works with

    @cached_property
    def twin(self) -> Twin:
        """The subject; the same one that the study began with."""
        return same_twin(self.state)

    @cached_property
    def scientist(self) -> Scientist:
        """Who asks."""
        return load_scientist(self.state.spec.scientist)

    @cached_property
    def rig(self) -> Rig:
        """The experiment, ready to run; with the same generator that the study began with."""
        return Rig(
            self.twin,
            self.store,
            same_generator(self.state, self._generator),
            self._executor,
            self._on_paint,
            unpainted=self.state.unpainted is not None,
        )

    def rig_of(self, twin: str) -> Rig:
        """The experiment on a twin that takes part, by its digest."""
        if twin == self.state.twin["digest"]:
            return self.rig
        if twin not in self._rigs:
            self._rigs[twin] = replace(self.rig, twin=same_replicate(self.state, twin))
        return self._rigs[twin]

    # asking

    def _ask(self, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        key = {"effect": "ask", **request}
        if not self.store.known(key):
            self._may_ask()
        answer = self.store.once(key, act)
        if digest(key) not in self.state.answered:
            payload: dict[str, Any] = {
                "request": digest(key),
                "purpose": request.get("purpose", ""),
            }
            payload |= {name: answer[name] for name in _TOLD if name in answer}
            self._emit("answered", payload)
        return answer

    def _may_ask(self) -> None:
        if self.state.replayed:
            raise InputError(
                "The recording holds no answer to what is asked now.",
                "Replay with the text, twin, options and version of the recorded study.",
            )
        if not self._budget.may_ask(self.state):
            raise SpentError

    def _briefing(self, step: int = 0, attempt: int = 1) -> Briefing:
        return briefing_of(self.state, self.context, step, attempt)

    def _with_pictures(
        self, briefing: Briefing, hypothesis: Hypothesis, blobs: Mapping[str, str]
    ) -> Briefing:
        """The briefing with pictures of exemplar draws, for a scientist that wants them."""
        if not self.scientist.wants_pictures:
            return briefing
        arrays = {name: self.store.get(blob) for name, blob in blobs.items()}
        return illustrated(
            briefing, hypothesis, arrays, blobs, self.physiology, self.rig.screen.frame_rate_hz
        )

    def _propose(self, step: Propose) -> None:
        place: dict[str, Any] = {"step": step.step, "attempt": step.attempt}
        briefing = self._briefing(step.step, step.attempt)
        try:
            answer = self.scientist.propose(briefing, self._ask)
            if isinstance(answer, Decline):
                self._emit("declined", {**place, "reason": answer.reason})
                return
            if not isinstance(answer, Proposal):
                raise ProposalError(f"The scientist proposed a {type(answer).__name__}.")
            place["hypothesis"] = answer.hypothesis.to_json()
            if answer.confidence is not None:
                place["confidence"] = answer.confidence
            self._check(answer.hypothesis, briefing)
        except ProposalError as error:
            # With the hypothesis: who does not know what was refused proposes it again.
            self._emit("refused", {**place, "reason": error.what})
            return
        self._emit("proposed", place)

    def _check(self, hypothesis: Hypothesis, briefing: Briefing) -> None:
        citations = {work.key for work in self.context.works} | set(lab_works())
        check_hypothesis(
            hypothesis, briefing, self.rig.screen, citations, self.rig.painter, self.photographs
        )
        self._check_length(hypothesis.contrast)

    def _check_length(self, contrast: Contrast) -> None:
        """Whether every subject answers movies of that length."""
        check_length(contrast, self.rig.twin.card)
        for card in self.state.replicates:
            check_length(contrast, TwinCard.from_json(card))

    def _consider(self) -> None:
        attempt = self.state.attempts[-1]
        place = {"step": attempt.step, "attempt": attempt.number}
        briefing = self._briefing(attempt.step, attempt.number)
        pilot, hypothesis = attempt.pilot, self._open_hypothesis()
        if pilot is None:
            raise IntegrityError("A proposal was considered before its pilot.", "Resume the study.")
        if (failed := failed_manipulation(pilot)) is not None:
            self._emit("withdrawn", {**place, "reason": failed})
            return
        try:
            if pilot.refusals:
                raise ProposalError(f"The stimulus guard refuses it: {pilot.refusals[0]}")
            seen = self._with_pictures(briefing, hypothesis, pilot.blobs)
            answer = self.scientist.look(seen, pilot, self._ask)
            if isinstance(answer, Withdraw):
                self._emit("withdrawn", {**place, "reason": answer.reason})
            elif isinstance(answer, Change):
                self._change(answer, attempt.step, attempt.number)
            elif isinstance(answer, Keep):
                registration = self._registration(hypothesis, briefing)
                stored = registration.to_json()
                planned = planned_power(pilot, self.state.spec.num_steps, registration).to_json()
                sealed = {"registration": stored, "digest": digest(stored), "planned": planned}
                self._emit("registered", sealed)
            else:
                raise ProposalError(f"The scientist answered a pilot with {type(answer).__name__}.")
        except ProposalError as error:
            self._emit("refused", {**place, "reason": error.what})

    def _change(self, change: Change, step: int, number: int) -> None:
        if number >= self.state.spec.tries:
            raise ProposalError("It was changed after the last try.")
        self._check(change.hypothesis, self._briefing(step, number + 1))
        payload = {
            "step": step,
            "attempt": number + 1,
            "hypothesis": change.hypothesis.to_json(),
            # One event, so that no crash can come between giving up one and proposing another.
            "replaces": change.reason,
        }
        self._emit("proposed", payload)

    def _registration(self, hypothesis: Hypothesis, briefing: Briefing) -> Registration:
        draft = draft_registration(self.state, hypothesis)
        controls = self.scientist.sceptic(briefing, draft, self._ask)
        if not isinstance(controls, tuple) or not all(isinstance(arm, Arm) for arm in controls):
            raise ProposalError(f"The scientist gave {str(controls)[:80]!r} for control arms.")
        for arm in controls:
            check_arm(
                arm,
                hypothesis,
                self.rig.screen,
                self.rig.painter,
                self.photographs,
                edits=briefing.edits,
            )
            check_length(arm.contrast, self.rig.twin.card)
        return with_controls(draft, controls)

    def _interpret(self) -> None:
        trial = self.state.trials[-1]
        if trial.finding is None:
            raise IntegrityError("A trial was interpreted before its verdict.", "Resume the study.")
        attempt = self.state.attempts[-1]
        briefing = self._briefing(attempt.step, attempt.number)
        shown = exemplars_of(trial)
        seen = self._with_pictures(briefing, trial.registration.hypothesis, shown)
        finding = trial.finding

        def ask(told: Briefing) -> dict[str, Any]:
            return as_json(Interpretation, self.scientist.interpret(told, finding, self._ask))

        def against(said: dict[str, Any]) -> tuple[Disputed, ...]:
            return against_interpretation(self.state, self.context, finding.id, said["text"])

        self._emit("interpreted", {"finding": finding.id, **_mended(ask, against, seen)})

    def _write(self) -> None:
        def ask(told: Briefing) -> dict[str, Any]:
            return as_json(Prose, self.scientist.write(told, self._ask))

        def against(said: dict[str, Any]) -> tuple[Disputed, ...]:
            return against_prose(self.state, self.context, said)

        self._emit("written", _mended(ask, against, self._briefing()))

    def _open_hypothesis(self) -> Hypothesis:
        hypothesis = self.state.attempts[-1].hypothesis
        if hypothesis is None:
            raise IntegrityError("No proposal is open.", "Restore the journal.")
        return hypothesis


def _mended(
    ask: Callable[[Briefing], dict[str, Any]],
    against: Callable[[dict[str, Any]], tuple[Disputed, ...]],
    briefing: Briefing,
) -> dict[str, Any]:
    """What the scientist says; where that does not hold, what it says when told so, once.

    The first answer is kept beside the second, as `first`, so that both can be held against the
    record again.
    """
    said = ask(briefing)
    objections = tuple(
        Objection(place=one.place, sentence=one.sentence, reason=one.reason)
        for one in against(said)
    )
    if not objections:
        return said
    again = ask(replace(briefing, objections=objections))
    # A scientist that cannot mend its words gives them again.
    return said if again == said else {**again, "first": said}


def as_json(kind: type[Record], answer: object) -> dict[str, Any]:
    """JSON of an answer of the kind asked for; the study goes on when the scientist is mended."""
    if not isinstance(answer, kind):
        raise ContractError(
            f"The scientist gave {type(answer).__name__} where {kind.__name__} was asked for.",
            "Mend the scientist, then go on with: v1vlm resume DIR.",
        )
    return answer.to_json()
