"""What a study would do: its first proposals, piloted in memory; nothing is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.power import detectable_effect, outlook
from v1vlm.claims import Registration
from v1vlm.errors import ProposalError
from v1vlm.journal import (
    Attempt,
    Characterise,
    PilotDraws,
    Propose,
    Step,
    Stop,
    StudySpec,
    Write,
    design_of,
    draws_shown,
    next_step,
)
from v1vlm.manipulation import tally
from v1vlm.outcomes import Planned
from v1vlm.rig import DrawPlan, assets_of
from v1vlm.stimuli import NO_ASSETS, Assets
from v1vlm.study.engine import Study
from v1vlm.study.planning import pilot_plan
from v1vlm.study.sheet import PaintedDesign, PaintedExample

PREVIEWED = "Only previewed."
POWER = 0.8
"""Probability that the detectable effect is supported with."""
SHOWN = 4
"""Draws of every painted proposal that a preview keeps pictures of."""


@dataclass(frozen=True)
class Plan:
    """What a hypothesis that would be registered is in for.

    Attributes
    ----------
    pilot_mean, pilot_sd : float
        Of the valid pilot draws, on half A.
    supported, contradicted : float
        Shares of simulated tests, were the effect and its spread those of the pilot.
    detectable : float
        Smallest effect in the direction of the claim that would be supported with probability
        `POWER` at the pilot's spread; NaN where no effect within the clipping bound would be, and
        for claims that are not directional.
    planned : Planned
        Power at given effects, as it would be recorded.
    draws : int
        Expected number of draws, in whole chunks: the median test, the estimate, and as much for
        each control and replication as often as it would run.
    draws_most : int
        If every test used up its budget and every control and replication ran.
    """

    registration: Registration
    pilot_mean: float
    pilot_sd: float
    supported: float
    contradicted: float
    detectable: float
    planned: Planned
    draws: int
    draws_most: int


@dataclass(frozen=True)
class Preview:
    """What a study would do.

    Attributes
    ----------
    attempts : tuple of Attempt
        Every proposal, with its pilot and what became of it.
    plans : tuple of Plan
        Those that would be registered, in order.
    characterise_s, pilots_s : float
        Seconds that characterisation and pilots took here.
    seconds_per_draw : float
        Pace of the pilots.
    n_painted, n_asked : int
        Images painted and questions put to a model for this preview.
    paintings : tuple of PaintedDesign
        Of every piloted proposal about painted images, some of them.
    """

    attempts: tuple[Attempt, ...]
    plans: tuple[Plan, ...]
    characterise_s: float
    pilots_s: float
    seconds_per_draw: float
    n_painted: int
    n_asked: int
    paintings: tuple[PaintedDesign, ...] = ()

    @property
    def draws(self) -> int:
        """Draws that the tests and estimates would show, as expected."""
        return sum(plan.draws for plan in self.plans)

    @property
    def draws_most(self) -> int:
        """Draws that they would show at most."""
        return sum(plan.draws_most for plan in self.plans)


def preview(
    spec: StudySpec,
    context: str,
    on_step: Callable[[Step], None] = lambda _: None,
    *,
    photographs: Assets = NO_ASSETS,
) -> Preview:
    """Characterise the twin and pilot the first proposal of every step, in memory.

    Each step ends where its hypothesis would be registered. What comes after a real
    registration depends on findings: a study may propose otherwise, follow-ups above all, and
    its levels rise with every rejection; here every test is planned at the first level.

    Parameters
    ----------
    on_step : callable, optional
        Called with every step before it is performed.
    photographs : mapping
        As of `Study.create`.

    Raises
    ------
    InputError
        As `Study.create`.
    """
    return _Rehearsal.create(spec, context, photographs=photographs).rehearse(on_step)


def most_draws(spec: StudySpec) -> tuple[int, int]:
    """Draws at most, from the spec alone: of all pilots, and of all tests and estimates.

    Controls are not counted; how many there are, the scientist says when it registers. Nor are
    replications, of which there is one per twin and claim that stands.
    """
    pilots = spec.num_steps * spec.tries * spec.pilot_draws
    return pilots, spec.num_steps * (spec.draws_max + spec.estimate_draws)


class _Rehearsal(Study):
    """A study in memory that notes what it would register, and goes on to the next step."""

    def rehearse(self, on_step: Callable[[Step], None]) -> Preview:
        self._noted: list[tuple[Registration, Planned]] = []
        seconds = {Characterise: 0.0, PilotDraws: 0.0}
        while (step := self._next()) is not None:
            on_step(step)
            begun = monotonic()
            self._perform(step)
            if type(step) in seconds:
                seconds[type(step)] += monotonic() - begun
        shown = draws_shown(self.state)
        return Preview(
            attempts=self.state.attempts,
            plans=tuple(self._plan_of(*noted) for noted in self._noted),
            characterise_s=seconds[Characterise],
            pilots_s=seconds[PilotDraws],
            seconds_per_draw=seconds[PilotDraws] / shown if shown else 0.0,
            n_painted=sum(1 for _ in self.store.remembered("paint")),
            n_asked=len(self.state.answered),
            paintings=tuple(self._paintings()),
        )

    def _paintings(self) -> Iterator[PaintedDesign]:
        for attempt in self.state.attempts:
            pilot, hypothesis = attempt.pilot, attempt.hypothesis
            if pilot is None or hypothesis is None or pilot.manipulation is None:
                continue
            plan = pilot_plan(
                self.state, hypothesis, self.physiology, pilot.manipulation, pilot.looks
            )
            flags = (*pilot.refusals, *pilot.warnings)
            seen = tally(pilot.manipulation, pilot.looks)
            told = f"{seen.passed} of {seen.pairs} pairs of the pilot passed the check"
            yield PaintedDesign(
                f"{hypothesis.id}. {hypothesis.title}", (told, *flags), tuple(self._examples(plan))
            )

    def _examples(self, plan: DrawPlan) -> Iterator[PaintedExample]:
        """The first draws of a plan, member by member."""
        contrast, screen = plan.contrast, self.rig.screen
        first = plan.model_copy(update={"seeds": plan.seeds[:SHOWN]})
        for draw in self.rig.draws(first, self.physiology)[0]:
            assets = assets_of(self.store, [[draw]])
            try:
                frames: NDArray[np.uint8] | None = contrast.render(draw, screen, assets)[0]
            except ProposalError:
                frames = None
            for member, stimulus in enumerate(draw.stimuli):
                requests = stimulus.requests()
                if requests:
                    yield PaintedExample(
                        contrast.levels[member],
                        requests[-1].prompt,
                        np.asarray(assets[requests[-1].digest()]),
                        None if frames is None else frames[member, 0],
                        passed=draw.seed not in plan.void,
                    )

    def _emit(self, kind: Any, payload: dict[str, Any]) -> None:
        if kind == "registered":
            registration = Registration.from_json(payload["registration"])
            self._noted.append((registration, Planned.from_json(payload["planned"])))
            kind, payload = "withdrawn", {"reason": PREVIEWED}
        super()._emit(kind, payload)

    def _next(self) -> Step | None:
        last = self.state.attempts[-1] if self.state.attempts else None
        if last is not None and last.reason == PREVIEWED:
            more = last.step < self.state.spec.num_steps
            return Propose(last.step + 1, 1) if more else None
        step = next_step(self.state)
        return None if isinstance(step, Write | Stop) else step

    def _plan_of(self, registration: Registration, planned: Planned) -> Plan:
        attempt = next(a for a in self.state.attempts if a.hypothesis == registration.hypothesis)
        scores = [s for s in attempt.pilot.scores if s is not None] if attempt.pilot else []
        mean, sd, design = float(np.mean(scores)), planned.pilot_sd, design_of(registration)
        seen = outlook(design, mean, sd)
        test, most = _whole_chunks(registration, seen.median_draws), registration.draws_max
        estimate, others = registration.estimate_draws, len(registration.arms) - 1
        return Plan(
            registration,
            mean,
            sd,
            seen.supported,
            seen.contradicted,
            detectable_effect(design, sd, POWER),
            planned,
            ceil((test + estimate) * (1 + seen.supported * others)),
            (most + estimate) * (1 + others),
        )


def _whole_chunks(registration: Registration, draws: float) -> int:
    """What is shown until so many draws are."""
    return min(ceil(draws / registration.chunk) * registration.chunk, registration.draws_max)
