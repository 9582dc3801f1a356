"""What a sequential test is in for, by simulation: power and draws, planned before any draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import Direction, processes
from v1vlm.records import rng_of

SIMULATIONS = 400


@dataclass(frozen=True)
class Design:
    """What the course of a sequential test depends on, besides the draws.

    Attributes
    ----------
    alpha_support, alpha_refute : float
        The processes decide at their inverses.
    """

    direction: Direction
    margin: float
    bound: float
    alpha_support: float
    alpha_refute: float
    draws_max: int


@dataclass(frozen=True)
class Outlook:
    """What becomes of simulated tests.

    Attributes
    ----------
    supported, contradicted : float
        Shares of them.
    mean_draws, median_draws : float
        Until the decision, or the end of the budget.
    """

    supported: float
    contradicted: float
    mean_draws: float
    median_draws: float


def outlook(design: Design, mean: float, sd: float) -> Outlook:
    """Simulate tests of normal draws of the given mean and SD, clipped to the bound.

    The draws are the same for every mean and SD but for place and scale, so that power grows
    with the effect. The standard error of a share is at most .025.
    """
    unit = _unit_draws(design.draws_max)
    d = np.clip(mean + sd * unit, -design.bound, design.bound)
    support, refute = processes(d, design.direction, design.margin, design.bound)
    pro, contra = support >= 1 / design.alpha_support, refute >= 1 / design.alpha_refute
    ended = pro | contra
    last = np.where(ended.any(axis=1), ended.argmax(axis=1), design.draws_max - 1)
    rows = np.arange(len(d))
    # As in the test itself, the refutation stands where one draw carries both.
    refuted = contra[rows, last]
    supported = pro[rows, last] & ~refuted
    return Outlook(
        supported=float(supported.mean()),
        contradicted=float(refuted.mean()),
        mean_draws=float(last.mean()) + 1,
        median_draws=float(np.median(last)) + 1,
    )


def detectable_effect(design: Design, sd: float, power: float) -> float:
    """Smallest effect that is supported with the given probability, to a hundredth of the bound.

    Returns
    -------
    float
        With the sign of the claim; NaN where no effect within the bound is, and for claims that
        are not directional.
    """
    if design.direction not in ("greater", "less"):
        return float("nan")
    sign = 1.0 if design.direction == "greater" else -1.0
    low, high = design.margin, design.bound
    if outlook(design, sign * high, sd).supported < power:
        return float("nan")
    while high - low > design.bound / 100:
        middle = (low + high) / 2
        reached = outlook(design, sign * middle, sd).supported >= power
        low, high = (low, middle) if reached else (middle, high)
    return sign * high


@lru_cache(maxsize=4)
def _unit_draws(n: int) -> NDArray[np.float64]:
    unit = rng_of("preview").normal(size=(SIMULATIONS, n))
    unit.flags.writeable = False
    return unit
