"""Estimates of an arm from the stored summaries of its draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.effects import estimate, source_interval, two_way_interval
from v1vlm.analysis.evidence import invalid_as
from v1vlm.analysis.measures import Measure, measure, population_index, score_draw
from v1vlm.claims import Arm, Registration
from v1vlm.outcomes import Estimate, WindowEstimate
from v1vlm.records import seed_of
from v1vlm.rig.specifications import specified
from v1vlm.store import MemoryStore

Array = NDArray[np.floating[Any]]
Float = NDArray[np.float64]

WINDOWS: tuple[Literal["early", "late", "offset"], ...] = ("early", "late", "offset")
"""Secondary windows, in the order they are reported in."""


def dense_features(
    chunks: Sequence[Mapping[str, Any]],
    store: MemoryStore,
    minimum: int,
    name: str = "features",
) -> tuple[Float, NDArray[np.intp]]:
    """Features (draw, feature, neuron) of draws, NaN where a neuron does not count in a draw.

    Parameters
    ----------
    chunks : sequence of mapping
        Each with ``blobs``, as in a ``drawn`` event.
    minimum : int
        A draw with fewer neurons is invalid; none of them counts. All do with 0.

    Returns
    -------
    features : array (draw, feature, neuron)
    neurons : array (neuron,)
        The neuron of each column.
    """
    loaded = [
        [np.asarray(store.get(chunk["blobs"][key])) for key in (name, "index", "offsets")]
        for chunk in chunks
    ]
    neurons = np.unique(np.concatenate([index for _, index, _ in loaded]))
    n_draws = sum(len(offsets) - 1 for _, _, offsets in loaded)
    dense = np.full((n_draws, loaded[0][0].shape[1], len(neurons)), np.nan)
    draw = 0
    for features, index, offsets in loaded:
        for start, stop in pairwise(offsets):
            if stop - start >= minimum:
                columns = np.searchsorted(neurons, index[start:stop])
                dense[draw][:, columns] = features[start:stop].T
            draw += 1
    return dense, neurons.astype(np.intp)


def scores_of(
    chunk: Mapping[str, Any], store: MemoryStore, measure_name: str, minimum: int, name: str
) -> list[float | None]:
    """Recompute the scores of a chunk from its stored summaries."""
    how = measure(measure_name)
    features = store.get(chunk["blobs"][name])
    offsets = store.get(chunk["blobs"]["offsets"])
    scores: list[float | None] = []
    for start, stop in pairwise(offsets):
        score = score_draw(how, features[start:stop].T) if stop - start >= minimum else np.nan
        scores.append(float(score) if np.isfinite(score) else None)
    return scores


def estimate_arm(
    registration: Registration,
    arm: str,
    values: Float,
    invalid_share: float,
    chunks: Sequence[Mapping[str, Any]],
    sources: Sequence[str | None],
    store: MemoryStore,
    *,
    seed: int,
) -> Estimate:
    """Estimate the effect in an arm from its estimation draws alone.

    Parameters
    ----------
    arm : str
        Id of the arm.
    values : array (draw,)
        The clipped values of the draws, invalid ones entered as registered.
    seed : int
        Of the bootstrap.
    """
    which = next(a for a in registration.arms if a.id == arm)
    how = measure(registration.hypothesis.prediction.measure)
    bound = registration.clip_bound
    features, neurons = dense_features(chunks, store, which.rule.minimum)
    population = _population_index(how, features)
    raw, score, span = _mean_scores(features, how.score), how.score, bound
    if which.expects == "absent":
        other, _ = dense_features(chunks, store, which.rule.minimum, "control_features")
        raw = raw - _mean_scores(other, how.score)
        score, span = _difference(how, features.shape[1], bound), 2 * bound
        features = np.concatenate([features, other], axis=1)
    named = [source for source in sources if source is not None]
    by_source = None
    if len(named) == len(values) and len(set(named)) > 1:
        by_source = source_interval(values, named, seed=seed)
    finite = raw[np.isfinite(raw)]
    invalid = invalid_as(registration.hypothesis.prediction.direction, bound)
    return Estimate(
        value=float(values.mean()),
        interval=two_way_interval(features, score, span, seed=seed, invalid=invalid),
        n_draws=len(values),
        n_neurons=len(neurons),
        unclipped=float(finite.mean()) if finite.size else 0.0,
        clipped_share=float(np.mean(np.abs(finite) > span)) if finite.size else 0.0,
        invalid_share=invalid_share,
        population_index=population,
        interval_by_source=by_source,
        n_sources=len(set(named)),
        windows=_in_windows(registration, which, chunks, store, seed=seed),
        specifications=specified(registration, chunks, store) if which.role == "main" else (),
    )


def _difference(how: Measure, n_features: int, bound: float) -> Callable[[Array], Array]:
    """Clipped score of the first features minus that of the others, the control's."""

    def difference(features: Array) -> Array:
        main = np.clip(how.score(features[..., :n_features]), -bound, bound)
        return np.asarray(main - np.clip(how.score(features[..., n_features:]), -bound, bound))

    return difference


def _in_windows(
    registration: Registration,
    arm: Arm,
    chunks: Sequence[Mapping[str, Any]],
    store: MemoryStore,
    *,
    seed: int,
) -> tuple[WindowEstimate, ...]:
    """The measure in the secondary windows, of the draws that were summarised there."""
    how = measure(registration.hypothesis.prediction.measure)
    bound = registration.clip_bound
    invalid = invalid_as(registration.hypothesis.prediction.direction, bound)
    found = []
    for name in WINDOWS:
        key = f"{name}_features"
        summarised = [chunk for chunk in chunks if key in chunk["blobs"]]
        if not summarised:
            continue
        features, _ = dense_features(summarised, store, arm.rule.minimum, key)
        scores = _mean_scores(features, how.score)
        interval = two_way_interval(
            features, how.score, bound, seed=seed_of(seed, name), invalid=invalid
        )
        value = estimate(scores, bound, invalid=invalid).value
        found.append(
            WindowEstimate(window=name, value=value, interval=interval, n_draws=len(scores))
        )
    return tuple(found)


def _mean_scores(features: Float, score: Callable[[Float], Any]) -> Float:
    """Unclipped score of every draw (draw,), NaN where it has none."""
    counts = np.isfinite(features[:, 0]).sum(axis=1)
    means = np.nansum(features, axis=2) / np.maximum(counts, 1)[:, None]
    return np.where(counts > 0, score(means), np.nan)


def _population_index(how: Measure, features: Float) -> float | None:
    """Mean over draws of the population modulation index, where the summary allows it."""
    indices = [population_index(how, draw) for draw in features]
    finite = [index for index in indices if index is not None and np.isfinite(index)]
    return float(np.mean(finite)) if finite else None
