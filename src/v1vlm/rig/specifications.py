"""Other neuron rules that would have been as reasonable: what the estimate is under each.

A result that hangs on one choice among several that could all be defended is fragile
(specification curve; multiverse analysis). These are shown beside the estimate, never tested.

References
----------
.. [1] S. Steegen, F. Tuerlinckx, A. Gelman & W. Vanpaemel (2016). Increasing transparency
   through a multiverse analysis. Perspect. Psychol. Sci. 11(5), 702-712.
.. [2] U. Simonsohn, J. P. Simmons & L. D. Nelson (2020). Specification curve analysis.
   Nat. Hum. Behav. 4, 1208-1214.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import measure
from v1vlm.claims import NeuronRule, Registration
from v1vlm.outcomes import SpecificationEstimate
from v1vlm.store import MemoryStore

Features = NDArray[np.float32]
WINDOWS = ("registered", "early", "late")
AS_REGISTERED = "as registered"
INVALID_MAX = 0.5
"""Share of draws without enough neurons above which nothing is estimated."""


def specifications(rule: NeuronRule) -> dict[str, tuple[NeuronRule, ...]]:
    """Rules beside the registered one, each differing in one respect, by what differs.

    Returns
    -------
    dict
        Several rules stand for all neurons that meet any of them. The registered rule is first.
    """
    found: dict[str, tuple[NeuronRule, ...]] = {AS_REGISTERED: (rule,)}

    def add(name: str, **changes: Any) -> None:
        other = rule.model_copy(update=changes)
        if other != rule:
            found[name] = (other,)

    for factor in (0.5, 1.5):
        if rule.within_deg is not None:
            within = factor * rule.within_deg
            add(f"receptive field within {within:g}°", within_deg=within)
    if rule.prefers_within_deg is not None:
        for factor in (0.5, 1.5):
            within = min(factor * rule.prefers_within_deg, 90.0)
            add(f"preference within {within:g}°", prefers_within_deg=within)
        add("any preference", prefers_within_deg=None)
        add("preference of any selectivity", selectivity=0.0)
        add(
            f"gOSI of at least {2 * rule.selectivity:g}", selectivity=min(2 * rule.selectivity, 1.0)
        )
    add("any quality", quality=0.0)
    add(f"quality of at least {2 * rule.quality:g}", quality=2 * rule.quality)
    other = rule.model_copy(update={"half": "A" if rule.half == "B" else "B"})
    found[f"half {other.half}"] = (other,)
    found["both halves"] = (rule, other)
    return found


def summarised(
    chosen: Mapping[str, NDArray[np.intp]],
    neurons: NDArray[np.intp],
    of_window: Callable[[str], Features | None],
) -> NDArray[np.float64]:
    """Features (specification, window, feature) of a draw, averaged over the neurons of each.

    Parameters
    ----------
    chosen : mapping
        Neurons of each specification, all of them among `neurons`.
    neurons : array (neuron,)
        Sorted.
    of_window : callable
        Features (feature, neuron) in a window; None where the draw does not have it.

    Returns
    -------
    array
        NaN without neurons, and in a window that the draw does not have.
    """
    features = [of_window(name) for name in WINDOWS]
    n_features = next(len(one) for one in features if one is not None)
    found = np.full((len(chosen), len(WINDOWS), n_features), np.nan)
    for row, index in zip(found, chosen.values(), strict=True):
        columns = np.searchsorted(neurons, index)
        for mean, values in zip(row, features, strict=True):
            if values is not None and index.size:
                mean[:] = values[:, columns].mean(axis=1, dtype=np.float64)
    return found


def specified(
    registration: Registration, chunks: Sequence[Mapping[str, Any]], store: MemoryStore
) -> tuple[SpecificationEstimate, ...]:
    """The measure under every specification, from the estimation draws of the main arm.

    Returns
    -------
    tuple
        Empty where draws were not summarised so.
    """
    if not chunks or any("specified_features" not in chunk["blobs"] for chunk in chunks):
        return ()
    features, counts = (
        np.concatenate([np.asarray(store.get(chunk["blobs"][name])) for chunk in chunks])
        for name in ("specified_features", "specified_counts")
    )
    rule, prediction = registration.main.rule, registration.hypothesis.prediction
    with np.errstate(invalid="ignore"):
        scores = np.asarray(measure(prediction.measure).score(features), np.float64)
    scores = np.where(counts[..., None] >= rule.minimum, scores, np.nan)
    scores = np.clip(scores, -registration.clip_bound, registration.clip_bound)

    def value(column: NDArray[np.float64]) -> float | None:
        # Only of the draws that select enough neurons: what the others enter a test as would
        # say how strict a rule is, not how large the effect.
        return None if np.isnan(column).mean() > INVALID_MAX else float(np.nanmean(column))

    return tuple(
        SpecificationEstimate(
            name=name,
            n_neurons=float(counts[:, i].mean()),
            **{window: value(scores[:, i, k]) for k, window in enumerate(WINDOWS)},
        )
        for i, name in enumerate(specifications(rule))
    )
