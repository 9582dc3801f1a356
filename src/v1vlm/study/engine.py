"""The engine: performs the steps of a study. The one stateful class."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import BrokenExecutor
from pathlib import Path
from time import monotonic
from typing import Any, Self

import numpy as np

from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import WorkerError
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
    next_step,
)
from v1vlm.physiology import characterise
from v1vlm.records import Json, digest
from v1vlm.report import estimates_of, siblings_of
from v1vlm.rig import DrawPlan
from v1vlm.stimuli import NO_ASSETS, Assets
from v1vlm.store import Store
from v1vlm.study.asking import UNLIMITED, SpentError, StudyAsker
from v1vlm.study.keeping import OnEvent
from v1vlm.study.opening import begin, open_store, utc_now
from v1vlm.study.planning import chunk_plan, pilot_plan
from v1vlm.twins import Twin


class Study(StudyAsker):
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
        twin : Twin, optional
            The spec's, where it is loaded and checked already.
        **options
            `executor` and `clock` of the study.

        Raises
        ------
        InputError
            If a plug-in cannot be loaded, or the folder is not empty.
        """
        clock = options.get("clock", utc_now)
        store = begin(spec, context, folder, clock, photographs, twin)
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

    def run(self, on_event: OnEvent | None = None, budget: Budget = UNLIMITED) -> State:
        """Perform all remaining steps and write the report, holding the folder's lock.

        Parameters
        ----------
        on_event : callable, optional
            Called with every event and the state after it.
        budget : Budget, optional
            Where to stop, between two steps; run again to go on.

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
        """
        self._on_event = on_event
        self._budget = budget
        started = monotonic()
        with self._alone():
            self._note_versions()
            while (step := next_step(self.state)) is not None:
                if not budget.allows(self.state, step, (monotonic() - started) / 3600):
                    return self.state
                try:
                    self._perform(step)
                except SpentError:
                    return self.state
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

    def _closing(self, step: Stop) -> dict[str, Any]:
        """Why it ends, and which other studies of the same twin and text lie beside it."""
        siblings: list[dict[str, Json]] = []
        if isinstance(self.store, Store):
            siblings = siblings_of(self.store.folder, self.state)
        return {"reason": step.reason, "siblings": siblings}

    # testing

    def _characterise(self, step: Characterise) -> None:
        if not step.twin:
            self._emit("characterised", characterise(self.rig))
            return
        self._emit("characterised", {"twin": step.twin, **characterise(self.rig_of(step.twin))})

    def _pilot(self) -> None:
        hypothesis = self._open_hypothesis()
        plan = pilot_plan(self.state, hypothesis, self.physiology)
        answer = self._show(plan, self.physiology)
        fields = ("scores", "n_neurons", "residuals", "warnings", "refusals")
        payload = {name: answer[name] for name in fields}
        self._emit("piloted", {**payload, "blobs": self._blobs(answer)})

    def _draw(self, step: DrawChunk) -> None:
        trial = self.state.trials[-1]
        plan = chunk_plan(trial, step)
        arm = next(arm for arm in trial.registration.arms if arm.id == step.arm)
        answer = self._show(plan, self.physiology_of(arm))
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

    def _show(self, plan: DrawPlan, physiology: Physiology) -> dict[str, Any]:
        answer = self.rig_of(plan.twin).show(plan, physiology)
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
        finding = conclude(trial, estimates, self.state.twin, self.state.replicates)
        self._emit("decided", {"finding": finding.to_json()})
