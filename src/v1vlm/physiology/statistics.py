"""One number of a population for each fact: what is compared with the recordings.

A statistic takes the fact's values, each (neuron,) or (neuron, …), of neurons that have all of
them, and gives a number; NaN where the population does not allow one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import rankdata

Float = NDArray[np.float64]
Statistic = Callable[..., float]

NEAR_UM = 50.0
DEEP_UM = 400.0
PAIRS_OF = 500
"""Neurons, evenly picked, whose pairs the fall of similarity with distance is read off."""

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


def orientation_clustering(orientation_deg: Float, position_um: Float) -> float:
    """Mean cos 2Δ of neurons less than 50 µm apart along the surface of cortex."""
    pairs = cKDTree(position_um[:, :2]).query_pairs(NEAR_UM, output_type="ndarray")
    if not len(pairs):
        return np.nan
    difference = np.radians(orientation_deg[pairs[:, 0]] - orientation_deg[pairs[:, 1]])
    # A neuron drawn twice by the bootstrap is no pair of neurons.
    apart = (position_um[pairs[:, 0]] != position_um[pairs[:, 1]]).any(axis=1)
    return float(np.cos(2 * difference[apart]).mean()) if apart.any() else np.nan


def deep_minus_shallow(values: Float, position_um: Float) -> float:
    """Median at depths of 400 µm and more minus that above; NaN without either."""
    deep = position_um[:, 2] >= DEEP_UM
    if deep.all() or not deep.any():
        return np.nan
    return float(np.median(values[deep]) - np.median(values[~deep]))


def similarity_with_distance(curves: Float, position_um: Float) -> float:
    """Rank correlation of the correlation of two tuning curves with their distance."""
    some = np.unique(np.linspace(0, len(curves) - 1, min(len(curves), PAIRS_OF)).astype(int))
    centred = curves[some] - curves[some].mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1)
    centred, place = centred[norm > 0] / norm[norm > 0, None], position_um[some][norm > 0, :2]
    first, second = np.triu_indices(len(centred), 1)
    distance = np.hypot(*(place[first] - place[second]).T)
    apart = distance > 0
    if apart.sum() < 3:
        return np.nan
    similarity = (centred @ centred.T)[first, second]
    return rank_correlation(similarity[apart], distance[apart])


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
        *(rank_correlation, vertical_minus_horizontal, orientation_clustering),
        *(deep_minus_shallow, similarity_with_distance, distance_to_size_curve),
    )
}
"""By name; ``ks``, the distance from a recorded distribution, is judged by itself."""
