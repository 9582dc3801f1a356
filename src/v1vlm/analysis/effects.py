"""Size of an effect and its interval, from draws that no decision was taken on.

References
----------
.. [1] A. B. Owen (2007). The pigeonhole bootstrap. Ann. Appl. Stat. 1(2), 386-411.
.. [2] A. C. Davison & D. V. Hinkley (1997). Bootstrap Methods and their Application,
   section 3.8 (resampling of clusters). Cambridge University Press.
.. [3] T. C. Hesterberg (2015). What teachers should know about the bootstrap. Am. Stat.
   69(4), 371-386 (expanded percentile interval).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtrit

from v1vlm.errors import InputError
from v1vlm.records import rng_of

Array = NDArray[np.floating[Any]]
Float = NDArray[np.float64]

NEURONS_MIN = 20  # with fewer, the bootstrap over neurons covers too rarely


@dataclass(frozen=True)
class Effect:
    """Size of an effect over a fixed number of draws.

    Attributes
    ----------
    value : float
        Mean of the draws clipped to ±bound, invalid ones replaced: the tested measure.
    unclipped : float
        Mean of the valid draws as they are; NaN without any.
    clipped_share : float
        Of the valid draws.
    invalid_share : float
        Of all draws.
    """

    value: float
    unclipped: float
    clipped_share: float
    invalid_share: float
    n_draws: int


def estimate(d: ArrayLike, bound: float, *, invalid: float = 0.0) -> Effect:
    """Estimate the tested measure from fresh draws.

    Parameters
    ----------
    d : array (n,)
        Scores as measured; NaN marks an invalid draw.
    bound : float
        Clipping bound of the registration.
    invalid : float
        What an invalid draw enters as (`v1vlm.analysis.evidence.invalid_as`), so that estimate
        and test speak of one measure.

    Raises
    ------
    InputError
        Without any draw.
    """
    scores = np.asarray(d, np.float64)
    if not scores.size:
        raise InputError("There are no draws to estimate from.", "Draw some.")
    valid = scores[~np.isnan(scores)]
    return Effect(
        value=float(_clipped(scores, bound, invalid).mean()),
        unclipped=float(valid.mean()) if valid.size else float("nan"),
        clipped_share=float((np.abs(valid) > bound).mean()) if valid.size else 0.0,
        invalid_share=(scores.size - valid.size) / scores.size,
        n_draws=scores.size,
    )


def two_way_interval(
    features: Array,
    score: Callable[[Array], Array],
    bound: float,
    *,
    seed: int,
    resamples: int = 2000,
    level: float = 0.95,
    invalid: float = 0.0,
) -> tuple[float, float] | None:
    """Percentile interval of the mean score, over other draws and other neurons.

    Neurons and draws are resampled independently (pigeonhole bootstrap [1]_, which is somewhat
    conservative); each resampled draw is scored, clipped to ±bound, then averaged. The tails are
    expanded for the smaller of both samples [3]_.

    Parameters
    ----------
    features : array (draw, feature, neuron)
        NaN where a neuron does not count in a draw.
    score : callable
        Features averaged over neurons, (..., feature) to (...); see `Measure`.
    bound : float
        Clipping bound of the registration.
    seed : int
    resamples : int
    level : float
    invalid : float
        What a draw whose score is NaN enters as. A draw that only loses its neurons to the
        resampling is left out of that resample instead.

    Returns
    -------
    (float, float) or None
        None with fewer than 20 distinct neurons or 2 valid draws.
    """
    counted = _counted(features)
    features = features[:, :, counted.any(axis=0)]
    n_draws, _, n_neurons = features.shape
    unit = np.ones((1, n_neurons))
    if n_neurons < NEURONS_MIN or np.isfinite(_scores(features, score, unit)).sum() < 2:
        return None
    rng = rng_of(seed, "two-way interval")
    means = resampled_means(
        features,
        score,
        bound,
        neuron_weights=_multiplicities(rng, n_neurons, resamples),
        draw_weights=_multiplicities(rng, n_draws, resamples),
        invalid=invalid,
    )
    return _expanded_percentiles(means, level, min(n_neurons, n_draws))


def resampled_means(
    features: Array,
    score: Callable[[Array], Array],
    bound: float,
    *,
    neuron_weights: Float,
    draw_weights: Float,
    invalid: float = 0.0,
) -> Float:
    """Mean clipped score under each pair of neuron and draw multiplicities.

    Parameters
    ----------
    features : array (draw, feature, neuron)
        See `two_way_interval`, as for `score`, `bound` and `invalid`.
    neuron_weights : array (resample, neuron)
    draw_weights : array (resample, draw)

    Returns
    -------
    array (resample,)
        NaN where every resampled draw lost its neurons.
    """
    never_valid = np.isnan(_scores(features, score, np.ones((1, features.shape[2]))))
    scores = _scores(features, score, neuron_weights)
    scores = np.where(never_valid, invalid, np.clip(scores, -bound, bound))
    weights = np.where(np.isnan(scores), 0.0, draw_weights)
    with np.errstate(invalid="ignore"):
        means: Float = (weights * np.nan_to_num(scores)).sum(axis=1) / weights.sum(axis=1)
    return means


def source_interval(
    d: ArrayLike,
    sources: Sequence[str],
    *,
    seed: int,
    resamples: int = 2000,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """Percentile interval of the mean over other photographs: whole sources resampled [2]_.

    The tails are expanded for the number of sources [3]_.

    Parameters
    ----------
    d : array (n,)
        Clipped scores; NaN ones are left out.
    sources : sequence of str (n,)
        Photograph that each draw was cut from.

    Returns
    -------
    (float, float) or None
        None with fewer than two sources.
    """
    scores = np.asarray(d, np.float64)
    if len(sources) != len(scores):
        raise InputError(
            f"{len(scores)} draws were given {len(sources)} sources.", "Give one per draw."
        )
    valid = ~np.isnan(scores)
    names, member = np.unique(np.asarray(sources, dtype=str)[valid], return_inverse=True)
    if len(names) < 2:
        return None
    totals = np.bincount(member, weights=scores[valid])
    sizes = np.bincount(member).astype(np.float64)
    weights = _multiplicities(rng_of(seed, "source interval"), len(names), resamples)
    return _expanded_percentiles((weights @ totals) / (weights @ sizes), level, len(names))


def _scores(features: Array, score: Callable[[Array], Array], weights: Float) -> Float:
    """Scores (resample, draw) of the features averaged over neurons by weights."""
    n_draws, n_features, n_neurons = features.shape
    counted = _counted(features)
    values = np.where(counted[:, None, :], features, 0.0).astype(np.float64)
    totals = weights @ values.reshape(-1, n_neurons).T
    counts = weights @ counted.T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = totals.reshape(-1, n_draws, n_features) / counts[..., None]
        scores: Float = np.asarray(score(means), np.float64)
    return scores


def _counted(features: Array) -> NDArray[np.bool_]:
    """Whether a neuron counts in a draw (draw, neuron)."""
    counted: NDArray[np.bool_] = np.asarray(~np.isnan(features).any(axis=1))
    return counted


def _clipped(scores: Float, bound: float, invalid: float) -> Float:
    return np.where(np.isnan(scores), invalid, np.clip(scores, -bound, bound))


def _multiplicities(rng: np.random.Generator, n: int, resamples: int) -> Float:
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)


def _expanded_percentiles(means: Float, level: float, n: int) -> tuple[float, float]:
    """Percentiles at tails widened for a sample of n, as Student's t widens the normal [3]_."""
    tail = 100 * float(ndtr(stdtrit(n - 1, (1 - level) / 2) * np.sqrt(n / (n - 1))))
    low, high = np.nanpercentile(means, [tail, 100 - tail])
    return float(low), float(high)
