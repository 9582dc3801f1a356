"""Tuning and place in cortex: how alike neighbours are, and how tuning changes with depth.

Each function of pairs gives another one, of weights, so that a bootstrap over neurons need not
pair them anew.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from scipy.stats import rankdata

from v1vlm.errors import InputError

Float = NDArray[np.float64]
OfWeights = Callable[[Float], float]

EDGES_UM = (0.0, 20.0, 50.0, 100.0, 200.0)
PAIRS_OF = 500
"""Neurons, evenly picked, whose pairs the fall of similarity with distance is read off."""


def orientation_clustering(
    orientation_deg: ArrayLike, position_um: ArrayLike, edges_um: ArrayLike = EDGES_UM
) -> tuple[Float, NDArray[np.intp]]:
    """Mean cos 2Δ of the preferred orientations of pairs, by their distance along the cortex.

    1 where all prefer the same, 0 without any order (Ringach et al. 2016).

    Parameters
    ----------
    orientation_deg : array (neuron,)
        NaN for a neuron without a preference; its pairs do not count.
    position_um : array (neuron, 2 or 3)
        x, y and perhaps depth, which does not count.
    edges_um : array (bin + 1,)
        Ascending. The lower edge of a bin belongs to it.

    Returns
    -------
    mean : array (bin,)
        NaN for a bin without pairs.
    n_pairs : int array (bin,)
    """
    orientation, place = _placed(orientation_deg, position_um)
    edges = np.asarray(edges_um, float)
    if edges.size < 2 or not (np.diff(edges) > 0).all():
        raise InputError("The edges of bins do not ascend.", "Give at least two, in order.")
    first, second = _pairs_within(orientation, place, float(edges[-1]))
    distance = np.linalg.norm(place[first] - place[second], axis=1)
    bins = np.searchsorted(edges, distance, side="right") - 1
    inside = (bins >= 0) & (bins < edges.size - 1)
    likeness = np.cos(2 * np.radians(orientation[first] - orientation[second]))
    n_pairs = np.bincount(bins[inside], minlength=edges.size - 1)
    total = np.bincount(bins[inside], likeness[inside], edges.size - 1)
    mean = np.full(n_pairs.size, np.nan)
    np.divide(total, n_pairs, out=mean, where=n_pairs > 0)
    return mean, n_pairs


def median_by_depth(values: ArrayLike, depth_um: ArrayLike) -> tuple[Float, Float]:
    """Median of a measure at each depth that was recorded at.

    Parameters
    ----------
    values : array (neuron,)
        NaN is left out.
    depth_um : array (neuron,)

    Returns
    -------
    depth_um, median : array (depth,)
        Ascending depths; NaN where no neuron has a value.
    """
    value, depth = np.asarray(values, float), np.asarray(depth_um, float)
    if value.shape != depth.shape or value.ndim != 1:
        raise InputError(
            f"{value.shape} values and {depth.shape} depths are not of the same neurons.",
            "Give one of each for every neuron.",
        )
    depths = np.unique(depth[np.isfinite(depth)])
    found = [value[(depth == each) & np.isfinite(value)] for each in depths]
    return depths, np.array([np.median(some) if some.size else np.nan for some in found])


def near_likeness(
    orientation_deg: ArrayLike, position_um: ArrayLike, within_um: float
) -> OfWeights:
    """Mean cos 2Δ of pairs nearer than a distance, as a function of the neurons' weights."""
    orientation, place = _placed(orientation_deg, position_um)
    first, second = _pairs_within(orientation, place, within_um)
    likeness = np.cos(2 * np.radians(orientation[first] - orientation[second]))

    def weighted(weights: Float) -> float:
        pairs = weights[first] * weights[second]
        total = pairs.sum()
        return float(pairs @ likeness / total) if total > 0 else np.nan

    return weighted


def similarity_with_distance(curves: ArrayLike, position_um: ArrayLike) -> OfWeights:
    """Rank correlation of the correlation of two tuning curves with their distance.

    As a function of the neurons' weights; ranks are those among all pairs.

    Parameters
    ----------
    curves : array (neuron, condition)
    position_um : array (neuron, 2 or 3)
    """
    every, place = np.asarray(curves, float), np.asarray(position_um, float)
    some = np.unique(np.linspace(0, len(every) - 1, min(len(every), PAIRS_OF)).astype(int))
    centred = every[some] - every[some].mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1)
    some, centred = some[norm > 0], centred[norm > 0] / norm[norm > 0, None]
    first, second = np.triu_indices(len(some), 1)
    distance = np.hypot(*(place[some][first, :2] - place[some][second, :2]).T)
    apart = distance > 0
    first, second = first[apart], second[apart]
    likeness = rankdata((centred @ centred.T)[first, second])
    far = rankdata(distance[apart])

    def weighted(weights: Float) -> float:
        chosen = weights[some]
        pairs = chosen[first] * chosen[second]
        return _correlation(likeness, far, pairs) if np.count_nonzero(pairs) >= 3 else np.nan

    return weighted


def _correlation(a: Float, b: Float, weights: Float) -> float:
    total = weights.sum()
    a, b = a - weights @ a / total, b - weights @ b / total
    power = float(np.sqrt((weights @ a**2) * (weights @ b**2)))
    return float((weights * a) @ b / power) if power > 0 else np.nan


def _placed(orientation_deg: ArrayLike, position_um: ArrayLike) -> tuple[Float, Float]:
    orientation, position = np.asarray(orientation_deg, float), np.asarray(position_um, float)
    if orientation.ndim != 1 or position.ndim != 2 or len(orientation) != len(position):
        raise InputError(
            f"Orientations {orientation.shape} and positions {position.shape} do not fit together.",
            "Give one orientation and one row of x and y for every neuron.",
        )
    return orientation, position[:, :2]


def _pairs_within(
    orientation: Float, place: Float, distance: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Both members of the pairs of neurons with a preference that are so near."""
    usable = np.flatnonzero(np.isfinite(orientation) & np.isfinite(place).all(axis=1))
    if usable.size < 2:
        return usable[:0], usable[:0]
    pairs = usable[cKDTree(place[usable]).query_pairs(distance, output_type="ndarray")]
    return pairs[:, 0], pairs[:, 1]
