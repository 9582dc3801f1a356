"""Tests of pooled quantities that hold at the margin whatever the trial noise. Pure.

A quantity θ of several expectations is turned into a statement about the mean of something that
every *unit* (one draw, or a few) gives without bias, and that mean is bet against.

**One ratio.** θ = E[D]/E[S] is at most m if and only if E[D − m S] ≤ 0; noise widens D − m S and
does not move it (Fieller 1954 reads ratios in the same way).

**Sums of k ratios.** θ = Σ ± E[D_i]/E[S_i], multiplied by all E[S_i], is a sum of products of k
expectations; k different draws give each product without bias. A unit is k draws, averaged over
the ways to share the factors among them (the kernel of a U-statistic, Hoeffding 1948).

**A trend.** C is the component of the modulation along the levels and V its squared size;
θ = E[C]/√E[V] is the correlation of response and level within neurons and draws (Bland & Altman
1995), corrected for attenuation (Spearman 1904). A root is not linear, so it is held between two
numbers that are: √E[V] ≤ E[λV + 1/λ]/2 for every λ > 0, with equality at λ = 1/√E[V], which the
calibration draws estimate; and √E[V] ≥ E[L]. Support is tested against the upper one, refutation
against the lower one, so that both errors are at most as promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import Direction, wealth
from v1vlm.analysis.recorded import Counterpart

Float = NDArray[np.float64]

CALIBRATION = 10
"""Draws presented first: they fix scale and clipping bound, as a pilot does, and are not tested."""

UNITS_MIN = 5
"""Units of several draws that calibrate at least."""

SPREADS = 3.0
"""The clipping bound in SDs of the calibration units, beyond their mean, as in a study."""


@dataclass(frozen=True)
class Sample:
    """What is tested, unit by unit.

    Attributes
    ----------
    value, upper, lower : arrays (unit,)
        E[value] is held against the margin times a number between E[lower] and E[upper].
    calibration : int
        Units presented first, which are not tested.
    draws : int
        That a unit takes.
    """

    value: Float
    upper: Float
    lower: Float
    calibration: int
    draws: int = 1


def sample_of(features: Float, how: Counterpart, *, controlled: bool = False) -> Sample:
    """Units of the features (draw, feature) of draws in the order presented.

    Parameters
    ----------
    controlled : bool
        The second half of the features are those of a control in the same draws, and the
        quantity is the effect minus the control's; for a trend, in units of the main modulation.
    """
    width = features.shape[1] // (2 if controlled else 1)
    if how.kind == "ratios":
        signs = how.signs + (tuple(-sign for sign in how.signs) if controlled else ())
        return _ratios(features, signs)
    value = features[:, 0] - (features[:, width] if controlled else 0.0)
    if how.kind == "difference":
        ones = np.ones(len(value))
        return Sample(value, ones, ones, CALIBRATION)
    squared = float(features[:CALIBRATION, 1].mean()) if len(features) else 0.0
    if not squared > 0:
        return Sample(value, np.zeros(len(value)), features[:, 2], CALIBRATION)
    root = np.sqrt(squared)
    return Sample(value, (features[:, 1] / root + root) / 2, features[:, 2], CALIBRATION)


def _ratios(features: Float, signs: tuple[int, ...]) -> Sample:
    k = len(signs)
    n = len(features) // k
    grouped = features[: n * k].reshape(n, k, k, 2)  # unit, draw, ratio, (D, S)
    value, total = np.zeros(n), np.zeros(n)
    orders = list(permutations(range(k)))
    for order in orders:
        shared = grouped[:, order, range(k)]  # unit, ratio, (D, S): each ratio from its own draw
        total += shared[..., 1].prod(axis=1)
        for i, sign in enumerate(signs):
            others = np.delete(shared[..., 1], i, axis=1).prod(axis=1)
            value += sign * shared[:, i, 0] * others
    total /= len(orders)
    calibration = CALIBRATION if k == 1 else max(UNITS_MIN, CALIBRATION // k)
    return Sample(value / len(orders), total, total, calibration, k)


def pooled_index(features: Float, how: Counterpart, *, controlled: bool = False) -> Float:
    """The quantity of mean features (…, feature); NaN where the neurons do not respond."""
    width = features.shape[-1] // (2 if controlled else 1)
    halves = [features[..., :width], features[..., width:]] if controlled else [features]
    if how.kind == "trend":
        # In units of the main modulation, as it is tested.
        squared = halves[0][..., 1]
        along = halves[0][..., 0] - (halves[1][..., 0] if controlled else 0.0)
        return _divided(along, np.sqrt(np.maximum(squared, 0.0)))
    found = np.zeros(features.shape[:-1])
    for half, side in zip(halves, (1, -1), strict=False):
        for i, sign in enumerate(how.signs):
            found = found + side * sign * _divided(half[..., 2 * i], half[..., 2 * i + 1])
    return found


def _divided(one: Float, other: Float) -> Float:
    ratio: Float = np.full(np.shape(one), np.nan)
    np.divide(one, other, out=ratio, where=other > 0)
    return ratio


def pooled_test(
    sample: Sample,
    direction: Direction,
    margin: float,
    alpha_support: float,
    alpha_refute: float,
) -> dict[str, Any]:
    """Test a quantity against ±margin on units in order, those of the calibration aside.

    Returns
    -------
    dict
        ``e_value``, ``e_refute`` and ``stopped_at`` (draws) at the decision; ``e_end`` and
        ``e_refute_end`` after all units; ``verdict``, ``clip_bound``, ``clipped_share``. Without
        a decision if there are no units beyond the calibration, or the neurons do not respond
        in it.
    """
    nothing: dict[str, Any] = {"e_value": 1.0, "e_refute": 1.0, "e_end": 1.0, "e_refute_end": 1.0}
    nothing |= {"stopped_at": 0, "verdict": "inconclusive", "clip_bound": 0.0, "clipped_share": 0.0}
    n = sample.calibration
    scale = float(sample.upper[:n].mean()) if len(sample.upper) > n else 0.0
    if not scale > 0:
        return nothing
    value, upper, lower = (x / scale for x in (sample.value, sample.upper, sample.lower))
    # Above the upper end, below its opposite; above the lower end, below its opposite.
    tested = np.stack([sign * value - margin * end for end in (upper, lower) for sign in (1, -1)])
    spread = np.abs(tested[:, :n].mean(axis=1)) + SPREADS * tested[:, :n].std(axis=1, ddof=1)
    bound = max(float(spread.max()), 2 * margin + 0.02)
    clipped = np.clip(tested[:, n:], -bound, bound)
    support, refute = _processes(clipped, direction, bound)
    passed = np.flatnonzero((support >= 1 / alpha_support) | (refute >= 1 / alpha_refute))
    last = int(passed[0]) if passed.size else len(support) - 1
    verdict = "inconclusive"
    if passed.size:
        verdict = "contradicted" if refute[last] >= 1 / alpha_refute else "supported"
    return {
        "e_value": float(support[last]),
        "e_refute": float(refute[last]),
        "e_end": float(support[-1]),
        "e_refute_end": float(refute[-1]),
        "stopped_at": (last + 1) * sample.draws,
        "verdict": verdict,
        "clip_bound": bound,
        "clipped_share": float(np.mean(np.abs(tested[:, n:]) > bound)),
    }


def _processes(tested: Float, direction: Direction, bound: float) -> tuple[Float, Float]:
    """Supporting and refuting capital after each unit.

    E[above] ≤ 0 says that the quantity is at most the margin; against the upper end it is bet
    that it is more, against the lower end that it is less.
    """
    above, below = (wealth(one, 0.0, bound) for one in tested[:2])
    not_above, not_below = (wealth(-one, 0.0, bound) for one in tested[2:])
    if direction == "greater":
        return above, not_above
    if direction == "less":
        return below, not_below
    beyond, within = 0.5 * above + 0.5 * below, np.minimum(not_above, not_below)
    return (beyond, within) if direction == "different" else (within, beyond)
