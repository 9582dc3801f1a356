"""The engine: performs the steps of a study. The one stateful class."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from pathlib import Path
from time import monotonic
from typing import Any, Self

import numpy as np

from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import PaintError, V1VLMError, WorkerError
from v1vlm.journal import (
    Budget,
    Characterise,
    Consider,
    Decide,
    DrawChunk,
    Interpret,
    PilotDraws,
    Propose,
    State,
    Step,
    Stop,
    StudySpec,
    Write,
    conclude,
    confirmed_seeds,
    explored_seeds,
    next_step,
)
from v1vlm.manipulation import Looks, rule_for
from v1vlm.physiology import BRIEF, Card, card_from, characterise, citation
from v1vlm.records import Json, digest
from v1vlm.report import estimates_of, siblings_of
from v1vlm.rig import DrawPlan, OnPaint
from v1vlm.scientist import sees
from v1vlm.stimuli import NO_ASSETS, Assets
from v1vlm.store import Store
from v1vlm.study.asking import UNLIMITED, SpentError
from v1vlm.study.checking import StudyChecker
from v1vlm.study.keeping import OnEvent
from v1vlm.study.opening import begin, open_store, same_generator, utc_now
from v1vlm.study.planning import chunk_plan, pilot_plan
from v1vlm.twins import Twin


class Study(StudyChecker):
    """One run of the loop, and its append-only record.

    Make one with `create` or `open`; `run` performs all remaining steps. A study that was
    interrupted at any moment goes on where its journal ends. What a study found and showed
    can be read without running anything (see `StudyReader`).
    """

    # birth and rebirth

    @classmethod
    def create(
        cls,
        spec: StudySpec,
        context: str,
        folder: Path | None = None,
        *,
        photographs: Assets = NO_ASSETS,
        card: Card | None = None,
        allow_parametric: bool = False,
        twin: Twin | None = None,
        **options: Any,
    ) -> Self:
        """Begin a study.

        Parameters
        ----------
        spec : StudySpec
        context : str
            The text that the study starts from; its digest must be the spec's.
        folder : Path, optional
            Where to keep it; absent or empty. In memory without.
        photographs : mapping of str to uint8 array (y, x), optional
            The user's own (`v1vlm.stimuli.read_photographs`), those that the spec names.
        card : Card, optional
            Physiology card of the twin, to be cited; a brief one is made without.
        allow_parametric : bool
            Begin without the generator if it cannot be had; what is painted with it is left out.
        twin : Twin, optional
            The spec's, where it is loaded and checked already.
        **options
            `executor`, `clock` and `generator` of the study; the last is how to load its
            generator here, where that needs other options than in the spec.

        Raises
        ------
        InputError
            If a plug-in cannot be loaded, the folder is not empty, or the card is of another twin.
        """
        clock = options.get("clock", utc_now)
        store = begin(
            spec,
            context,
            folder,
            clock,
            photographs,
            card,
            twin,
            allow_parametric=allow_parametric,
        )
        study = cls(store, **options)
        if twin is not None:
            study.twin = twin
        return study

    @classmethod
    def open(cls, folder: Path | str, **options: Any) -> Self:
        """Open the study in a folder, to go on with it or to read it.

        Raises
        ------
        InputError
            If the folder holds no study.
        IntegrityError
            If its journal is damaged.
        """
        return cls(open_store(Path(folder)), **options)

    # the loop

    def run(
        self,
        on_event: OnEvent | None = None,
        budget: Budget = UNLIMITED,
        *,
        on_paint: OnPaint | None = None,
        allow_parametric: bool = False,
    ) -> State:
        """Perform all remaining steps and write the report, holding the folder's lock.

        Parameters
        ----------
        on_event : callable, optional
            Called with every event and the state after it.
        budget : Budget, optional
            Where to stop, between two steps; run again to go on.
        on_paint : callable, optional
            Called with the number of images painted, and of how many, while they are painted.
        allow_parametric : bool
            If images cannot be painted, give painting up, say so, and go on with parametric
            stimuli.

        Returns
        -------
        State
            Of the closed study, or where the budget ended the run.

        Raises
        ------
        BusyError
            If somebody else works in the folder.
        WorkerError
            If a worker of the executor died.
        PaintError
            If an image cannot be painted, unless `allow_parametric`.
        """
        self._on_event, self._on_paint = on_event, on_paint
        self._budget = budget
        started = monotonic()
        with self._alone():
            self._note_versions()
            if allow_parametric:
                self._try_generator()
            while (step := next_step(self.state)) is not None:
                if not budget.allows(self.state, step, (monotonic() - started) / 3600):
                    return self.state
                try:
                    self._perform(step)
                except SpentError:
                    return self.state
                except PaintError as error:
                    if not allow_parametric:
                        raise
                    self._give_up_painting(error)
                except BrokenExecutor as error:
                    raise WorkerError(
                        f"A worker process died: {error}",
                        "It was killed, or memory ran out. Everything so far is kept; go on with "
                        "fewer workers: v1vlm resume DIR.",
                    ) from error
            self.write_report()
        return self.state

    def _perform(self, step: Step) -> None:
        match step:
            case Characterise():
                self._characterise(step)
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
                self._write()
            case Stop():
                self._emit("stopped", self._closing(step))

    def _try_generator(self) -> None:
        """Give painting up if there is still something to do and the generator cannot be had."""
        if next_step(self.state) is None or self.state.spec.generator is None:
            return
        try:
            same_generator(self.state, self._generator)
        except V1VLMError as error:
            self._give_up_painting(error)

    def _give_up_painting(self, error: V1VLMError) -> None:
        self._emit("unpainted", {"reason": error.what})
        # It is made anew, without a generator.
        vars(self).pop("rig", None)

    def _closing(self, step: Stop) -> dict[str, Any]:
        """Why it ends, and which other studies of the same twin and text lie beside it."""
        siblings: list[dict[str, Json]] = []
        if isinstance(self.store, Store):
            siblings = siblings_of(self.store.folder, self.state)
        return {"reason": step.reason, "siblings": siblings}

    # testing

    def _characterise(self, step: Characterise) -> None:
        """Measure the neurons; without a card that was given, hold them against the facts."""
        if not step.twin:
            payload = characterise(self.rig)
            if self.state.card is None:
                payload["card"] = citation(card_from(self.rig, payload, BRIEF))
            self._emit("characterised", payload)
            return
        self._emit("characterised", {"twin": step.twin, **characterise(self.rig_of(step.twin))})

    def _pilot(self) -> None:
        hypothesis = self._open_hypothesis()
        if self.state.unpainted is not None and hypothesis.contrast.requests():
            attempt = self.state.attempts[-1]
            place = {"step": attempt.step, "attempt": attempt.number}
            self._emit("refused", {**place, "reason": "Its images cannot be painted."})
            return
        rule = rule_for(hypothesis.contrast, sees=sees(self.scientist))
        plan = pilot_plan(self.state, hypothesis, self.physiology)
        seed_at = explored_seeds(self.state, hypothesis)
        looks, painted = self._looked(plan, rule, seed_at, self.physiology)
        plan = pilot_plan(self.state, hypothesis, self.physiology, rule, looks)
        answer = self._show(plan, self.physiology, painted)
        fields = ("scores", "n_neurons", "residuals", "warnings", "refusals")
        payload = {name: answer[name] for name in fields}
        if rule is not None:
            payload["manipulation"] = rule.to_json()
        self._emit("piloted", {**payload, **_seen(looks), "blobs": self._blobs(answer)})

    def _draw(self, step: DrawChunk) -> None:
        trial = self.state.trials[-1]
        rule = trial.registration.manipulation
        arm = next(arm for arm in trial.registration.arms if arm.id == step.arm)
        physiology = self.physiology_of(arm)
        seed_at = confirmed_seeds(trial, arm, step.stage, step.start)
        looks, painted = self._looked(chunk_plan(trial, step), rule, seed_at, physiology)
        answer = self._show(chunk_plan(trial, step, looks), physiology, painted)
        fields = ("scores", "control_scores", "n_neurons", "sources", "residuals")
        self._emit(
            "drawn",
            {
                "registration": trial.digest,
                "arm": step.arm,
                "stage": step.stage,
                "start": step.start,
                **{name: answer[name] for name in fields},
                **_seen(looks),
                "blobs": self._blobs(answer),
            },
        )

    def _show(self, plan: DrawPlan, physiology: Physiology, painted: list[str]) -> dict[str, Any]:
        answer = self.rig_of(plan.twin).show(plan, physiology)
        key = digest(plan)
        # With the images of pairs that were not shown.
        images = list(dict.fromkeys([*painted, *answer["painted"]]))
        if images and key not in self.state.painted:
            self._emit("painted", {"request": key, "images": images})
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
        finding = conclude(trial, estimates, self.state.twin, self.state.replicates)
        self._emit("decided", {"finding": finding.to_json()})


def _seen(looks: tuple[Looks, ...]) -> dict[str, Any]:
    """Fields of an event that say what was seen of painted pairs; none where nothing is painted."""
    return {"looks": [[look.to_json() for look in one] for one in looks]} if looks else {}
