"""The engine: performs the steps of a study. The one stateful class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Arm, Hypothesis, Registration
from v1vlm.context import Context, parse_context
from v1vlm.errors import ContractError, InputError, IntegrityError, ProposalError
from v1vlm.journal import (
    Characterise,
    Consider,
    Decide,
    DrawChunk,
    Event,
    Interpret,
    PilotDraws,
    Propose,
    State,
    Stop,
    StudySpec,
    Write,
    apply,
    conclude,
    fold,
    next_step,
    parse_log,
    sealed,
)
from v1vlm.physiology import characterise, load_physiology
from v1vlm.records import Record, digest
from v1vlm.report import estimates_of, lab_works, write_report
from v1vlm.rig import DrawPlan, Rig
from v1vlm.scientist import (
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Proposal,
    Prose,
    Scientist,
    Withdraw,
    check_arm,
    check_hypothesis,
    check_length,
)
from v1vlm.store import MemoryStore, Store, write_atomically
from v1vlm.study.opening import (
    Clock,
    begin,
    load_generator,
    load_scientist,
    load_twin,
    open_store,
    utc_now,
)
from v1vlm.study.planning import (
    briefing_of,
    chunk_plan,
    draft_registration,
    pilot_plan,
    with_controls,
)
from v1vlm.twins import Twin

OnEvent = Callable[[Event, State], None]


class Study:
    """One run of the loop, and its append-only record.

    Make one with `create` or `open`; `run` performs all remaining steps. A study that was
    interrupted at any moment goes on where its journal ends.
    """

    def __init__(
        self,
        store: MemoryStore,
        *,
        executor: Executor | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.store = store
        self.state = fold(parse_log(store.lines()))
        self._executor = executor
        self._clock = clock
        self._on_event: OnEvent | None = None

    # birth and rebirth

    @classmethod
    def create(
        cls, spec: StudySpec, context: str, folder: Path | None = None, **options: Any
    ) -> Study:
        """Begin a study.

        Parameters
        ----------
        spec : StudySpec
        context : str
            The text that the study starts from; its digest must be the spec's.
        folder : Path, optional
            Where to keep it; absent or empty. In memory without.
        **options
            `executor` and `clock` of the study.

        Raises
        ------
        InputError
            If a plug-in cannot be loaded, or the folder is not empty.
        """
        store = begin(spec, context, folder, options.get("clock", utc_now))
        return cls(store, **options)

    @classmethod
    def open(cls, folder: Path, **options: Any) -> Study:
        """Open the study in a folder.

        Raises
        ------
        InputError
            If the folder holds no study.
        IntegrityError
            If its journal is damaged.
        """
        return cls(open_store(folder), **options)

    # what it works with

    @cached_property
    def context(self) -> Context:
        """The parsed text."""
        return parse_context(self.store.get(self.state.context), name=self.state.spec.context)

    @cached_property
    def twin(self) -> Twin:
        """The subject; the same one that the study began with."""
        twin = load_twin(self.state.spec.twin)
        if twin.card.digest != self.state.twin["digest"]:
            raise InputError(
                f"The twin {self.state.spec.twin!r} is not the one this study began with.",
                "Install the version it was begun with, or begin a new study.",
            )
        return twin

    @cached_property
    def scientist(self) -> Scientist:
        """Who asks."""
        return load_scientist(self.state.spec.scientist)

    @cached_property
    def rig(self) -> Rig:
        """The experiment, ready to run; with the same generator that the study began with."""
        generator = load_generator(self.state.spec.generator)
        rig = Rig(self.twin, self.store, generator, self._executor)
        if rig.painter != self.state.generator:
            raise InputError(
                f"The generator {self.state.spec.generator!r} is not the one this study began "
                "with.",
                "Install the version it was begun with, or begin a new study.",
            )
        return rig

    @cached_property
    def physiology(self) -> Physiology:
        """What was measured of the neurons."""
        if self.state.physiology is None:
            raise IntegrityError("The neurons have not been characterised.", "Resume the study.")
        return load_physiology(self.state.physiology, self.store.get)

    # the loop

    def run(self, on_event: OnEvent | None = None) -> State:
        """Perform all remaining steps and write the report.

        Parameters
        ----------
        on_event : callable, optional
            Called with every event and the state after it.

        Returns
        -------
        State
            Of the closed study.
        """
        self._on_event = on_event
        self._mend()
        while (step := next_step(self.state)) is not None:
            match step:
                case Characterise():
                    self._emit("characterised", characterise(self.rig))
                case Propose():
                    self._propose(step)
                case PilotDraws():
                    self._pilot()
                case Consider():
                    self._consider()
                case DrawChunk():
                    self._draw(step)
                case Decide():
                    self._decide()
                case Interpret():
                    self._interpret()
                case Write():
                    prose = self.scientist.write(self._briefing(), self._ask)
                    self._emit("written", _as(Prose, prose))
                case Stop():
                    self._emit("stopped", {"reason": step.reason})
        self.write_report()
        return self.state

    def write_report(self) -> None:
        """Write findings, report and figures into the folder; what is already right stays."""
        if not isinstance(self.store, Store):
            return
        for name, content in write_report(self.state, self.context, self.store).items():
            path = self.store.folder / name
            if not path.is_file() or path.read_bytes() != content:
                write_atomically(path, content)

    def _mend(self) -> None:
        """Drop what a cut-short write left at the end of the journal, and say so."""
        if isinstance(self.store, Store) and (torn := self.store.torn()):
            self.store.drop_torn()
            self.note(f"A torn last line of {len(torn)} bytes was dropped from the journal.")

    def note(self, text: str) -> None:
        """Write a remark into the journal; it changes neither findings nor report."""
        self._emit("noted", {"text": text})

    def _emit(self, kind: Any, payload: dict[str, Any]) -> None:
        event = sealed(
            self.state.seq + 1, kind, payload, self._clock().isoformat(), self.state.hash
        )
        # Folding first: an event that cannot follow must not reach the journal.
        state = apply(self.state, event)
        self.store.append(event.line())
        self.state = state
        if self._on_event is not None:
            self._on_event(event, state)

    def _ask(self, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        key = {"effect": "ask", **request}
        answer = self.store.once(key, act)
        if digest(key) not in self.state.answered:
            self._emit("answered", {"request": digest(key), "purpose": request.get("purpose", "")})
        return answer

    # asking

    def _briefing(self, step: int = 0, attempt: int = 1) -> Briefing:
        return briefing_of(self.state, self.context, step, attempt)

    def _propose(self, step: Propose) -> None:
        place = {"step": step.step, "attempt": step.attempt}
        briefing = self._briefing(step.step, step.attempt)
        try:
            answer = self.scientist.propose(briefing, self._ask)
            if isinstance(answer, Decline):
                self._emit("declined", {**place, "reason": answer.reason})
                return
            if not isinstance(answer, Proposal):
                raise ProposalError(f"The scientist proposed a {type(answer).__name__}.")
            self._check(answer.hypothesis, briefing)
        except ProposalError as error:
            self._emit("refused", {**place, "reason": error.what})
            return
        self._emit("proposed", {**place, "hypothesis": answer.hypothesis.to_json()})

    def _check(self, hypothesis: Hypothesis, briefing: Briefing) -> None:
        citations = {work.key for work in self.context.works} | set(lab_works())
        check_hypothesis(hypothesis, briefing, self.rig.screen, citations, self.rig.painter)
        check_length(hypothesis.contrast, self.rig.twin.card)

    def _pilot(self) -> None:
        hypothesis = self._open_hypothesis()
        plan = pilot_plan(self.state, hypothesis, self.physiology)
        answer = self._show(plan)
        fields = ("scores", "n_neurons", "residuals", "warnings", "refusals")
        payload = {name: answer[name] for name in fields}
        self._emit("piloted", {**payload, "blobs": self._blobs(answer)})

    def _consider(self) -> None:
        attempt = self.state.attempts[-1]
        place = {"step": attempt.step, "attempt": attempt.number}
        briefing = self._briefing(attempt.step, attempt.number)
        pilot, hypothesis = attempt.pilot, self._open_hypothesis()
        if pilot is None:
            raise IntegrityError("A proposal was considered before its pilot.", "Resume the study.")
        try:
            if pilot.refusals:
                raise ProposalError(f"The stimulus guard refuses it: {pilot.refusals[0]}")
            answer = self.scientist.look(briefing, pilot, self._ask)
            if isinstance(answer, Withdraw):
                self._emit("withdrawn", {**place, "reason": answer.reason})
            elif isinstance(answer, Change):
                self._change(answer, attempt.step, attempt.number)
            elif isinstance(answer, Keep):
                registration = self._registration(hypothesis, briefing)
                stored = registration.to_json()
                self._emit("registered", {"registration": stored, "digest": digest(stored)})
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
            check_arm(arm, hypothesis, self.rig.screen, self.rig.painter)
            check_length(arm.contrast, self.rig.twin.card)
        return with_controls(draft, controls)

    # testing

    def _draw(self, step: DrawChunk) -> None:
        trial = self.state.trials[-1]
        plan = chunk_plan(trial, step, self.physiology)
        answer = self._show(plan)
        fields = ("scores", "control_scores", "n_neurons", "sources", "residuals")
        self._emit(
            "drawn",
            {
                "registration": trial.digest,
                "arm": step.arm,
                "stage": step.stage,
                "start": step.start,
                **{name: answer[name] for name in fields},
                "blobs": self._blobs(answer),
            },
        )

    def _show(self, plan: DrawPlan) -> dict[str, Any]:
        answer = self.rig.show(plan, self.physiology)
        key = digest(plan)
        if answer["painted"] and key not in self.state.painted:
            self._emit("painted", {"request": key, "images": answer["painted"]})
        return answer

    def _blobs(self, answer: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: self.store.put(value)
            for name, value in sorted(answer.items())
            if isinstance(value, np.ndarray)
        }

    def _decide(self) -> None:
        trial = self.state.trials[-1]
        estimates = estimates_of(trial, self.store)
        finding = conclude(trial, estimates, self.state.twin)
        self._emit("decided", {"finding": finding.to_json()})

    def _interpret(self) -> None:
        trial = self.state.trials[-1]
        if trial.finding is None:
            raise IntegrityError("A trial was interpreted before its verdict.", "Resume the study.")
        attempt = self.state.attempts[-1]
        briefing = self._briefing(attempt.step, attempt.number)
        answer = self.scientist.interpret(briefing, trial.finding, self._ask)
        self._emit("interpreted", {"finding": trial.finding.id, **_as(Interpretation, answer)})

    def _open_hypothesis(self) -> Hypothesis:
        hypothesis = self.state.attempts[-1].hypothesis
        if hypothesis is None:
            raise IntegrityError("No proposal is open.", "Restore the journal.")
        return hypothesis


def _as(kind: type[Record], answer: object) -> dict[str, Any]:
    """JSON of an answer of the kind asked for; the study goes on when the scientist is mended."""
    if not isinstance(answer, kind):
        raise ContractError(
            f"The scientist gave {type(answer).__name__} where {kind.__name__} was asked for.",
            "Mend the scientist, then go on with: v1vlm resume DIR.",
        )
    return answer.to_json()
