"""What a study would do: its first proposals, piloted in memory; nothing is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import processes
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
    draws_shown,
    next_step,
)
from v1vlm.manipulation import tally
from v1vlm.records import rng_of
from v1vlm.rig import DrawPlan, assets_of
from v1vlm.stimuli import NO_ASSETS, Assets
from v1vlm.study.engine import Study
from v1vlm.study.planning import pilot_plan
from v1vlm.study.sheet import PaintedDesign, PaintedExample

PREVIEWED = "Only previewed."
SIMULATIONS = 400
POWER = 0.8
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
    draws : int
        Expected number of draws, in whole chunks: the median test, the estimate, and as much for
        each control as often as it would run.
    draws_most : int
        If every test used up its budget and every control ran.
    """

    registration: Registration
    pilot_mean: float
    pilot_sd: float
    supported: float
    contradicted: float
    detectable: float
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

    Controls are not counted; how many there are, the scientist says when it registers.
    """
    pilots = spec.num_steps * spec.tries * spec.pilot_draws
    return pilots, spec.num_steps * (spec.draws_max + spec.estimate_draws)


class _Rehearsal(Study):
    """A study in memory that notes what it would register, and goes on to the next step."""

    def rehearse(self, on_step: Callable[[Step], None]) -> Preview:
        self._noted: list[Registration] = []
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
            plans=tuple(map(self._plan_of, self._noted)),
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
            self._noted.append(Registration.from_json(payload["registration"]))
            kind, payload = "withdrawn", {"reason": PREVIEWED}
        super()._emit(kind, payload)

    def _next(self) -> Step | None:
        last = self.state.attempts[-1] if self.state.attempts else None
        if last is not None and last.reason == PREVIEWED:
            more = last.step < self.state.spec.num_steps
            return Propose(last.step + 1, 1) if more else None
        step = next_step(self.state)
        return None if isinstance(step, Write | Stop) else step

    def _plan_of(self, registration: Registration) -> Plan:
        attempt = next(a for a in self.state.attempts if a.hypothesis == registration.hypothesis)
        scores = np.array(
            [s for s in attempt.pilot.scores if s is not None] if attempt.pilot else []
        )
        mean, sd = float(scores.mean()), float(scores.std(ddof=1))
        supported, contradicted, test = simulated(registration, mean, sd)
        estimate = registration.estimate_draws
        arms = 1 + len(registration.controls)
        return Plan(
            registration,
            mean,
            sd,
            supported,
            contradicted,
            detectable_effect(registration, sd),
            ceil((test + estimate) * (1 + supported * (arms - 1))),
            (registration.draws_max + estimate) * arms,
        )


def simulated(registration: Registration, mean: float, sd: float) -> tuple[float, float, int]:
    """Shares of simulated tests that support and refute, and the median test in whole chunks.

    Normal draws of the given mean and SD, clipped as registered.
    """
    prediction, bound = registration.hypothesis.prediction, registration.clip_bound
    d = _normal(registration, mean, sd)
    support, refute = processes(d, prediction.direction, prediction.margin, bound)
    pro, contra = support >= 1 / registration.alpha_support, refute >= 1 / registration.alpha_refute
    ended = pro | contra
    first = np.where(ended.any(axis=1), ended.argmax(axis=1), registration.draws_max - 1)
    rows = np.arange(len(d))
    # As in the test itself, the refutation stands where one draw carries both.
    refuted = contra[rows, first]
    chunks = ceil((float(np.median(first)) + 1) / registration.chunk)
    test = min(chunks * registration.chunk, registration.draws_max)
    supported = pro[rows, first] & ~refuted
    return float(supported.mean()), float(refuted.mean()), test


def detectable_effect(registration: Registration, sd: float) -> float:
    """Smallest effect that is supported with probability `POWER`, to a hundredth of the bound."""
    prediction, bound = registration.hypothesis.prediction, registration.clip_bound
    if prediction.direction not in ("greater", "less"):
        return float("nan")
    sign = 1.0 if prediction.direction == "greater" else -1.0
    low, high = prediction.margin, bound
    if simulated(registration, sign * high, sd)[0] < POWER:
        return float("nan")
    while high - low > bound / 100:
        middle = (low + high) / 2
        reached = simulated(registration, sign * middle, sd)[0] >= POWER
        low, high = (low, middle) if reached else (middle, high)
    return sign * high


def _normal(registration: Registration, mean: float, sd: float) -> NDArray[np.float64]:
    bound = registration.clip_bound
    # The same draws for every mean, so that power grows with it.
    unit = rng_of("preview").normal(size=(SIMULATIONS, registration.draws_max))
    return np.clip(mean + sd * unit, -bound, bound)
