"""The engine: performs the steps of a study. The one stateful class."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from v1vlm import plugins
from v1vlm.analysis.evidence import clip_bound, draw_budget
from v1vlm.analysis.measures import measure, measure_names
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Arm, Hypothesis, NeuronRule, Registration
from v1vlm.context import Context, parse_context
from v1vlm.errors import ContractError, InputError, IntegrityError, ProposalError
from v1vlm.generators import Generator
from v1vlm.journal import (
    GENESIS,
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
    arm_values,
    conclude,
    fold,
    invalid_share,
    levels,
    next_step,
    parse_log,
    sealed,
)
from v1vlm.physiology import characterise, load_physiology
from v1vlm.records import digest, seed_of
from v1vlm.report import lab_works, write_report
from v1vlm.rig import DrawPlan, Rig, estimate_arm
from v1vlm.scientist import (
    Briefing,
    Change,
    Decline,
    Keep,
    Proposal,
    Scientist,
    Withdraw,
    check_arm,
    check_hypothesis,
)
from v1vlm.store import MemoryStore, Store, write_atomically
from v1vlm.twins import Twin, validate_twin

OnEvent = Callable[[Event, State], None]
REPORT = ("findings.json", "report.md", "report.html", "report.pdf")


class Study:
    """One run of the loop, and its append-only record.

    Make one with `create` or `open`; `run` performs all remaining steps. A study that was
    interrupted at any moment goes on where its journal ends.
    """

    def __init__(
        self,
        store: MemoryStore,
        state: State,
        *,
        executor: Executor | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self.state = state
        self._executor = executor
        self._clock = clock
        self._on_event: OnEvent | None = None

    # -- birth and rebirth ----------------------------------------------------------------------

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
        ContractError
            If the twin does not keep its contract.
        """
        parsed = parse_context(context, name=spec.context)
        if parsed.digest != spec.context_digest:
            raise InputError("The context is not the one in the spec.", "Make the spec from it.")
        twin = _load_twin(spec.twin)
        _load_scientist(spec.scientist)
        generator = _load_generator(spec.generator)
        if folder is None:
            store = MemoryStore()
            event = _birth(spec, store, context, twin, generator, options.get("clock"))
            return cls(store, fold([event]), **options)
        check_empty(folder)
        # A study folder appears whole, with event 0 in it, or not at all.
        nursery = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(nursery, ignore_errors=True)
        nursery.mkdir(parents=True)
        try:
            _birth(spec, Store(nursery), context, twin, generator, options.get("clock"))
            nursery.rename(folder)
        except BaseException:
            shutil.rmtree(nursery, ignore_errors=True)
            raise
        return cls.open(folder, **options)

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
        store = open_store(folder)
        return cls(store, fold(parse_log(store.lines())), **options)

    # -- what it works with -----------------------------------------------------------------------

    @cached_property
    def context(self) -> Context:
        """The parsed text."""
        return parse_context(self.store.get(self.state.context), name=self.state.spec.context)

    @cached_property
    def twin(self) -> Twin:
        """The subject; the same one that the study began with."""
        twin = _load_twin(self.state.spec.twin)
        if twin.card.digest != self.state.twin["digest"]:
            raise InputError(
                f"The twin {self.state.spec.twin!r} is not the one this study began with.",
                "Install the version it was begun with, or begin a new study.",
            )
        return twin

    @cached_property
    def scientist(self) -> Scientist:
        """Who asks."""
        return _load_scientist(self.state.spec.scientist)

    @cached_property
    def rig(self) -> Rig:
        """The experiment, ready to run."""
        generator = _load_generator(self.state.spec.generator)
        return Rig(self.twin, self.store, generator, self._executor)

    @cached_property
    def physiology(self) -> Physiology:
        """What was measured of the neurons."""
        if self.state.physiology is None:
            raise IntegrityError("The neurons have not been characterised.", "Resume the study.")
        return load_physiology(self.state.physiology, self.store.get)

    # -- the loop -----------------------------------------------------------------------------------

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
                    self._emit("written", self.scientist.write(self._briefing(), self._ask).to_json())
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

    # -- asking ---------------------------------------------------------------------------------------

    def _briefing(self, step: int = 0, attempt: int = 1) -> Briefing:
        state = self.state
        return Briefing(
            step=step,
            num_steps=state.spec.num_steps,
            attempt=attempt,
            last=attempt >= state.spec.tries,
            seed=seed_of(state.study, "scientist", step, attempt),
            hypothesis_id=f"H{step}" + "abcdefghij"[attempt - 1 : attempt] * (attempt > 1),
            context=self.context,
            twin=state.twin,
            physiology=(state.physiology or {}).get("summary", {}),
            attempts=state.attempts,
            findings=state.findings,
            margins={name: measure(name).default_margin for name in measure_names()},
        )

    def _propose(self, step: Propose) -> None:
        place = {"step": step.step, "attempt": step.attempt}
        briefing = self._briefing(step.step, step.attempt)
        try:
            answer = self.scientist.propose(briefing, self._ask)
            if isinstance(answer, Decline):
                self._emit("declined", {**place, "reason": answer.reason})
                return
            if not isinstance(answer, Proposal):
                raise ContractError(f"The scientist proposed a {type(answer).__name__}.")
            self._check(answer.hypothesis, briefing)
        except ProposalError as error:
            self._emit("refused", {**place, "reason": error.what})
            return
        self._emit("proposed", {**place, "hypothesis": answer.hypothesis.to_json()})

    def _check(self, hypothesis: Hypothesis, briefing: Briefing) -> None:
        citations = {work.key for work in self.context.works} | set(lab_works())
        check_hypothesis(hypothesis, briefing, self.rig.screen, citations)

    def _pilot(self) -> None:
        hypothesis = self._open_hypothesis()
        spec = self.state.spec
        plan = DrawPlan(
            contrast=hypothesis.contrast.explored(),
            rule=hypothesis.rule.model_copy(update={"half": "A"}),
            measure=hypothesis.prediction.measure,
            window_s=hypothesis.prediction.window_s,
            seeds=tuple(
                seed_of(self.state.study, "explore", digest(hypothesis), i)
                for i in range(spec.pilot_draws)
            ),
            twin=self.state.twin["digest"],
            physiology=self.physiology.digest,
            exemplar=True,
            guarded=True,
        )
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
                raise ContractError(f"The scientist answered a pilot with {type(answer).__name__}.")
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
        state, prediction = self.state, hypothesis.prediction
        pilot = state.attempts[-1].pilot
        scores = [s for s in (pilot.scores if pilot else ()) if s is not None]
        how = measure(prediction.measure)
        support, refute, explain = levels(state)
        mouse = str(state.twin["mice"][0])
        main = Arm(
            id="main",
            role="main",
            contrast=hypothesis.contrast,
            rule=hypothesis.rule,
            twin=state.twin["digest"],
            mouse=mouse,
        )
        draft = Registration(
            study=state.study,
            index=len(state.trials) + 1,
            hypothesis=hypothesis,
            arms=(main,),
            clip_bound=clip_bound(scores, prediction.margin, how.bound),
            draws_max=min(draw_budget(float(np.std(scores, ddof=1))), state.spec.draws_max),
            estimate_draws=state.spec.estimate_draws,
            chunk=state.spec.chunk,
            alpha_support=support,
            alpha_refute=refute,
            alpha_explain=explain,
            twin_digest=state.twin["digest"],
            physiology_digest=self.physiology.digest,
            checks=dict(pilot.residuals) if pilot else {},
            warnings=pilot.warnings if pilot else (),
        )
        controls = self.scientist.sceptic(briefing, draft, self._ask)
        for arm in controls:
            check_arm(arm, hypothesis, self.rig.screen)
        filled = {"twin": state.twin["digest"], "mouse": mouse}
        arms = (main, *(arm.model_copy(update=filled) for arm in controls))
        return Registration.model_validate({**draft.to_json(), "arms": [a.to_json() for a in arms]})

    # -- testing ----------------------------------------------------------------------------------------

    def _draw(self, step: DrawChunk) -> None:
        trial = self.state.trials[-1]
        registration = trial.registration
        arm = next(a for a in registration.arms if a.id == step.arm)
        # Estimation draws go on where the budget of the test ends.
        offset = registration.draws_max if step.stage == "estimate" else 0
        first = offset + step.start
        plan = DrawPlan.of_arm(
            arm,
            registration.main.contrast,
            measure=registration.hypothesis.prediction.measure,
            window_s=registration.hypothesis.prediction.window_s,
            seeds=tuple(seed_of(trial.digest, arm.id, i) for i in range(first, first + step.count)),
            physiology=self.physiology,
            twin=registration.twin_digest,
            exemplar=step.stage == "estimate" and step.start == 0,
        )
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
        painted = self.rig.paint(plan, self.physiology)
        key = digest(plan)
        if painted and key not in self.state.painted:
            images = [request.digest() for request in painted]
            self._emit("painted", {"request": key, "images": images})
        return self.rig.show(plan, self.physiology)

    def _blobs(self, answer: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: self.store.put(value)
            for name, value in sorted(answer.items())
            if isinstance(value, np.ndarray)
        }

    def _decide(self) -> None:
        trial = self.state.trials[-1]
        estimates = {
            arm.id: estimate_arm(
                trial.registration,
                arm.id,
                arm_values(trial, arm, "estimate"),
                invalid_share(trial, arm, "estimate"),
                trial.of(arm.id, "estimate").chunks,
                trial.of(arm.id, "estimate").sources,
                self.store,
            )
            for arm in trial.registration.arms
            if len(trial.of(arm.id, "estimate"))
        }
        finding = conclude(trial, estimates, self.state.twin)
        self._emit("decided", {"finding": finding.to_json()})

    def _interpret(self) -> None:
        trial = self.state.trials[-1]
        if trial.finding is None:
            raise IntegrityError("A trial was interpreted before its verdict.", "Resume the study.")
        attempt = self.state.attempts[-1]
        briefing = self._briefing(attempt.step, attempt.number)
        answer = self.scientist.interpret(briefing, trial.finding, self._ask)
        self._emit("interpreted", {"finding": trial.finding.id, **answer.to_json()})

    def _open_hypothesis(self) -> Hypothesis:
        hypothesis = self.state.attempts[-1].hypothesis
        if hypothesis is None:
            raise IntegrityError("No proposal is open.", "Restore the journal.")
        return hypothesis


def open_store(folder: Path) -> Store:
    """The store of the study in a folder.

    Raises
    ------
    InputError
        If there is no study in it.
    """
    store = Store(folder)
    if not store.journal.is_file():
        what = "does not exist" if not folder.exists() else "holds no study (no journal.jsonl)"
        raise InputError(f"{str(folder)!r} {what}.", "Name the folder that `v1vlm run` wrote.")
    return store


def check_empty(folder: Path) -> None:
    """Refuse a place for a study that is taken.

    Raises
    ------
    InputError
        If it is a file, or a folder that is not empty.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(
            f"The folder {str(folder)!r} is not empty.",
            "Name another --save-dir, or resume the study in it: v1vlm resume DIR.",
        )
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is a file.", "Name a folder as --save-dir.")


def _birth(
    spec: StudySpec,
    store: MemoryStore,
    context: str,
    twin: Twin,
    generator: Generator | None,
    clock: Callable[[], datetime] | None,
) -> Event:
    card = twin.card.public()
    versions = {"v1vlm": version("v1vlm"), "numpy": version("numpy"), "scipy": version("scipy")}
    painter = generator.digest if generator is not None else None
    identity = [spec.to_json(), card["digest"], painter, versions["v1vlm"]]
    payload = {
        "spec": spec.to_json(),
        "study": digest(identity)[:16],
        "twin": card,
        "generator": painter,
        "context": store.put(context),
        "versions": versions,
    }
    now = clock() if clock is not None else datetime.now(UTC)
    event = sealed(0, "opened", json.loads(json.dumps(payload)), now.isoformat(), GENESIS)
    store.append(event.line())
    return event


def _load_twin(spec: str) -> Twin:
    twin = plugins.load("twins", spec)
    try:
        validate_twin(twin)
    except ContractError as error:
        raise InputError(f"{spec!r} is no twin: {error.what}", error.remedy) from error
    loaded: Twin = twin
    return loaded


def _load_scientist(spec: str) -> Scientist:
    scientist = plugins.load("scientists", spec)
    if not isinstance(scientist, Scientist):
        raise InputError(
            f"{spec!r} is no scientist: it is a {type(scientist).__name__}.",
            "A scientist has propose, look, sceptic, interpret and write.",
        )
    return scientist


def _load_generator(spec: str | None) -> Generator | None:
    if spec is None:
        return None
    generator = plugins.load("generators", spec)
    if not isinstance(generator, Generator):
        raise InputError(
            f"{spec!r} is no generator: it is a {type(generator).__name__}.",
            "A generator has a digest and paint.",
        )
    return generator
