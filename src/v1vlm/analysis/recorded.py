"""What of a measure trial noise does not bias: counterparts of the measures for recordings.

A recording gives every response with noise of mean zero. Ratios of noisy responses, ranks of
them, squares of them and their rectified values are biased; means and products of *independent*
parts are not. So every counterpart is made of features of a draw that are unbiased for their
noise-free values, each neuron in units of its own mean response:

* sums over conditions, averaged over trials and neurons, are linear;
* squares are products of two different trials, which share no noise.

What is tested of them is in `v1vlm.analysis.pooled`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.built_in import EARLY, FAR_DEG, LATE, NEAR_DEG

Float = NDArray[np.float64]
Window = tuple[float, float]
Trials = Sequence[Sequence[Float]]
"""Responses (trial, neuron) by window and condition: trials in one order, NaN where missing."""


@dataclass(frozen=True)
class Counterpart:
    """How a measure is read from recorded responses.

    Attributes
    ----------
    quantity : str
        Name in words, for readers.
    kind : {"ratios", "difference", "trend"}
        Features are ``(D₁, S₁, …)`` and the quantity is Σ ± E[D]/E[S]; or ``(D, 1)`` and E[D];
        or ``(C, V, L)`` and E[C]/√E[V] (see `v1vlm.analysis.pooled`).
    signs : tuple of int
        Of the ratios.
    features : callable
        Trials, and the distance (neuron,) in degrees of each field from the nearest feature of
        the stimulus, to features.
    windows : callable
        The registered window to those that responses are needed in.
    trials_min : int
        Trials of every condition that a draw needs.
    placed : bool
        Distances are needed: neurons near a feature are compared with neurons far from it.
    """

    quantity: str
    kind: Literal["ratios", "difference", "trend"]
    signs: tuple[int, ...]
    features: Callable[[Trials, Float], Sequence[float]]
    windows: Callable[[Window], tuple[Window, ...]] = lambda window: (window,)
    trials_min: int = 1
    placed: bool = False

    @property
    def n_features(self) -> int:
        """Features of one draw."""
        return {"ratios": 2 * len(self.signs), "difference": 2, "trend": 3}[self.kind]

    def reachable(self, distance_deg: Float) -> bool:
        """Whether there are neurons where they are needed, which no response says."""
        near, far = near_and_far(distance_deg)
        return not self.placed or bool(near.any() and far.any())


def near_and_far(distance_deg: Float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Neurons near a feature, and far from all."""
    return distance_deg <= NEAR_DEG, distance_deg >= FAR_DEG


def draw_features(how: Counterpart, trials: Trials, distance_deg: Float) -> Sequence[float] | None:
    """Features of one draw; None where a condition was not recorded often enough.

    Parameters
    ----------
    trials
        NaN in any neuron drops the trial of its condition.
    distance_deg : array (neuron,)
        Only looked at by counterparts that are `placed`.
    """
    if how.kind == "trend":
        # Trial by trial, all conditions: what a trial's conditions share must not be split.
        whole = np.stack([np.asarray(of) for of in trials[0]], axis=1)
        kept = [list(whole[np.isfinite(whole).all(axis=(1, 2))].swapaxes(0, 1))]
    else:
        kept = [[of[np.isfinite(of).all(axis=1)] for of in window] for window in trials]
    if min(len(of) for window in kept for of in window) < how.trials_min:
        return None
    return how.features(kept, distance_deg)


def _pair(a: Float, b: Float) -> tuple[float, float]:
    one, other = float(a.mean()), float(b.mean())
    return one - other, one + other


def _pooled(trials: Trials, _: Float) -> Sequence[float]:
    return _pair(*trials[0])


def _difference(trials: Trials, _: Float) -> Sequence[float]:
    return _pair(*trials[0])[0], 1.0


def _two_windows(trials: Trials, _: Float) -> Sequence[float]:
    late, early = trials
    return (*_pair(*late), *_pair(*early))


def _two_pairs(trials: Trials, _: Float) -> Sequence[float]:
    a, b, c, d = trials[0]
    return (*_pair(a, b), *_pair(c, d))


def _two_places(trials: Trials, distance_deg: Float) -> Sequence[float]:
    near, far = near_and_far(distance_deg)
    a, b = trials[0]
    return (*_pair(a[:, near], b[:, near]), *_pair(a[:, far], b[:, far]))


def _sparseness(trials: Trials, _: Float) -> Sequence[float]:
    """S(a) − S(b) is (Σb/n)²/(Σb²/n) − (Σa/n)²/(Σa²/n)."""
    a, b = trials[0]
    return (*_squares(b), *_squares(a))


def _squares(responses: Float) -> tuple[float, float]:
    """Square of the mean over neurons, and mean of their squares, both without trial noise."""
    means = responses.mean(axis=1, keepdims=True)
    return float(_crossed(means).mean()), float(_crossed(responses).mean())


def _crossed(responses: Float) -> Float:
    """Mean product (…) of two different trials (trial, …)."""
    n = len(responses)
    crossed: Float = (responses.sum(axis=0) ** 2 - (responses**2).sum(axis=0)) / (n * (n - 1))
    return crossed


def _trend(trials: Trials, _: Float) -> Sequence[float]:
    """Component C along the levels, and squared size V and lower bound L of the modulation.

    The modulation of a neuron is its response to every level minus their mean, μ (level,). With
    u the direction of the modulation in all trials but one, u·μ ≤ |μ| whatever u is, and the
    trial left out has no noise in common with u.
    """
    responses = np.stack(trials[0])  # level, trial, neuron
    n = responses.shape[1]
    modulation = responses - responses.mean(axis=0)
    levels = np.arange(len(responses)) - (len(responses) - 1) / 2
    levels /= np.linalg.norm(levels)
    along = np.tensordot(levels, modulation, axes=1).mean()
    squared = _crossed(modulation.swapaxes(0, 1)).sum(axis=0).mean()
    others = modulation.sum(axis=1, keepdims=True) - modulation
    size = np.linalg.norm(others, axis=0)
    bound = np.divide(
        (others * modulation).sum(axis=0), size, out=np.zeros(size.shape), where=size > 0
    )
    return float(along), float(squared), float(bound.sum() / (n * responses.shape[2]))


def _shares(*shares: Window) -> Callable[[Window], tuple[Window, ...]]:
    def windows(window: Window) -> tuple[Window, ...]:
        start, stop = window
        return tuple((start + a * (stop - start), start + b * (stop - start)) for a, b in shares)

    return windows


_POOLED = Counterpart("pooled modulation index", "ratios", (1,), _pooled)

COUNTERPARTS: Mapping[str, Counterpart] = {
    "permi": _POOLED,
    "population_mi": _POOLED,
    "delta_ref": Counterpart("mean response difference", "difference", (1,), _difference),
    "late_minus_early": Counterpart(
        "late minus early pooled index", "ratios", (1, -1), _two_windows, _shares(LATE, EARLY)
    ),
    "interaction": Counterpart("difference of two pooled indices", "ratios", (1, -1), _two_pairs),
    "near_minus_far": Counterpart(
        "near-minus-far pooled index", "ratios", (1, -1), _two_places, placed=True
    ),
    "sparseness": Counterpart(
        "difference in pooled sparseness", "ratios", (1, -1), _sparseness, trials_min=2
    ),
    "rank": Counterpart("pooled correlation with the level", "trend", (1,), _trend, trials_min=2),
}
"""By name of the measure. A measure of a plug-in has none: what noise does to it is not known."""
