"""One number of a population for each fact: what is compared with the recordings.

A statistic takes the fact's values, each (neuron,) or (neuron, …), of neurons that have all of
them, and gives a number; NaN where the population does not allow one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from v1vlm.analysis.tuning.cortex import OfWeights, near_likeness, similarity_with_distance

Float = NDArray[np.float64]
Statistic = Callable[..., float]

NEAR_UM = 50.0
DEEP_UM = 400.0

SIZE_CURVE = np.array([0.66, 0.77, 0.78, 0.60, 0.48, 0.32, 0.25, 0.27, 0.22])
"""Responses at 5, 15, …, 85°, each neuron's largest being 1 (Keller et al. 2020, Nature)."""


def mean(values: Float) -> float:
    """Mean, or share of ones."""
    return float(values.mean())


def median(values: Float) -> float:
    """Median over neurons."""
    return float(np.median(values))


def share_positive(values: Float) -> float:
    """Share of neurons above 0."""
    return float((values > 0).mean())


def share_above_tenth(values: Float) -> float:
    """Share of neurons above .1."""
    return float((values > 0.1).mean())


def median_ratio(top: Float, bottom: Float) -> float:
    """Median of the neurons' ratios."""
    some = bottom > 0
    return float(np.median(top[some] / bottom[some])) if some.any() else np.nan


def median_difference(a: Float, b: Float) -> float:
    """Median of the neurons' differences."""
    return float(np.median(a - b))


def rank_correlation(a: Float, b: Float) -> float:
    """Spearman's correlation."""
    return _pearson(rankdata(a), rankdata(b))


def vertical_minus_horizontal(direction_deg: Float) -> float:
    """Share preferring 90 or 270° minus share preferring 0 or 180°, of eight directions."""
    octant = np.rint(direction_deg / 45.0).astype(int) % 8
    return float(np.isin(octant, (2, 6)).mean() - np.isin(octant, (0, 4)).mean())


def deep_minus_shallow(values: Float, position_um: Float) -> float:
    """Median at depths of 400 µm and more minus that above; NaN without either."""
    deep = position_um[:, 2] >= DEEP_UM
    if deep.all() or not deep.any():
        return np.nan
    return float(np.median(values[deep]) - np.median(values[~deep]))


def distance_to_size_curve(curves: Float) -> float:
    """RMS distance of the mean curve, each neuron's largest response being 1, from `SIZE_CURVE`."""
    largest = curves.max(axis=1)
    some = largest > 0
    if not some.any():
        return np.nan
    shape = (curves[some] / largest[some, None]).mean(axis=0)
    return float(np.sqrt(((shape - SIZE_CURVE) ** 2).mean()))


def _pearson(a: Float, b: Float) -> float:
    a, b = a - a.mean(), b - b.mean()
    power = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / power if power > 0 else np.nan


STATISTICS: dict[str, Statistic] = {
    function.__name__: function
    for function in (
        *(mean, median, share_positive, share_above_tenth, median_ratio, median_difference),
        *(rank_correlation, vertical_minus_horizontal, deep_minus_shallow),
        distance_to_size_curve,
    )
}
"""By name; ``ks``, the distance from a recorded distribution, is judged by itself."""

OF_PAIRS: dict[str, Callable[..., OfWeights]] = {
    "orientation_clustering": partial(near_likeness, within_um=NEAR_UM),
    "similarity_with_distance": similarity_with_distance,
}
"""Statistics of pairs of neurons, which a bootstrap weighs instead of drawing them anew."""


def with_resamples(
    name: str, values: Sequence[Float], draws: Sequence[NDArray[np.intp]]
) -> tuple[float, Float]:
    """A statistic, and what it is for resamples of the neurons.

    Parameters
    ----------
    name : str
        In `STATISTICS` or `OF_PAIRS`.
    values : sequence of array (neuron, …)
    draws : sequence of int array
        Neurons of each resample.
    """
    if name not in OF_PAIRS:
        statistic = STATISTICS[name]
        again = [statistic(*(column[chosen] for column in values)) for chosen in draws]
        return statistic(*values), np.array(again)
    weighted, size = OF_PAIRS[name](*values), len(values[0])
    again = [weighted(np.bincount(chosen, minlength=size).astype(float)) for chosen in draws]
    return weighted(np.ones(size)), np.array(again)
