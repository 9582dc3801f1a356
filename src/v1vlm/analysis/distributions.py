"""How far a sample lies from a recorded distribution, and how far chance alone would put it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError

Float = NDArray[np.float64]

_GRID = (np.arange(1000) + 0.5) / 1000


@dataclass(frozen=True)
class Recorded:
    """A distribution as a table of quantiles.

    Attributes
    ----------
    quantiles : array (k,)
        At k probabilities that part 0–1 evenly, from the smallest to the largest value.
    n : int
        Recorded neurons behind it.

    Raises
    ------
    InputError
        If there are fewer than two quantiles, or they do not ascend.
    """

    quantiles: Float
    n: int

    def __post_init__(self) -> None:
        if self.quantiles.size < 2 or (np.diff(self.quantiles) < 0).any():
            raise InputError(
                f"A table of {self.quantiles.size} quantiles that does not ascend is no "
                "distribution.",
                "Give at least two, in order.",
            )

    @property
    def probabilities(self) -> Float:
        """Probability of each quantile."""
        return np.linspace(0.0, 1.0, self.quantiles.size)

    def at(self, probability: Float) -> Float:
        """Quantiles, linear between those of the table."""
        found: Float = np.interp(probability, self.probabilities, self.quantiles)
        return found

    def cdf(self, values: Float) -> Float:
        """Share of the distribution at or below values."""
        # Equal quantiles are a step, whose upper end counts.
        steps, last = np.unique(self.quantiles[::-1], return_index=True)
        reached = self.probabilities[::-1][last]
        found: Float = np.interp(values, steps, reached, left=0.0, right=1.0)
        return found


def ks_distance(values: Float, recorded: Recorded) -> float:
    """Kolmogorov–Smirnov distance, the largest difference of the cumulative shares.

    Parameters
    ----------
    values : array (neuron,)
        Finite, at least one.
    """
    ordered = np.sort(values)
    share = recorded.cdf(ordered)
    steps = np.arange(ordered.size + 1) / ordered.size
    return float(max((steps[1:] - share).max(), (share - steps[:-1]).max()))


def wasserstein_distance(values: Float, recorded: Recorded) -> float:
    """Wasserstein distance, the mean difference of the quantiles, in the values' units.

    Parameters
    ----------
    values : array (neuron,)
        Finite, at least one.
    """
    return float(np.abs(_quantiles(values) - recorded.at(_GRID)).mean())


def ceiling(
    distance: Callable[[Float, Recorded], float],
    n: int,
    recorded: Recorded,
    rng: np.random.Generator,
    *,
    draws: int = 200,
) -> float:
    """What 95 % of samples of n stay below that come from the recorded distribution itself.

    The recording is a sample too: each draw compares n values with as many as were recorded.

    Parameters
    ----------
    distance : callable
        `ks_distance` or `wasserstein_distance`.
    n : int
    recorded : Recorded
    rng : Generator
    draws : int
    """
    found = []
    size = min(recorded.n, 4000)
    for _ in range(draws):
        again = np.sort(recorded.at(rng.uniform(size=size)))
        table = Recorded(np.quantile(again, np.linspace(0, 1, 201)), recorded.n)
        found.append(distance(recorded.at(rng.uniform(size=n)), table))
    return float(np.quantile(found, 0.95))


def _quantiles(values: Float) -> Float:
    """Quantiles of the sample as it is: a step for each value."""
    ordered = np.sort(values)
    found: Float = ordered[np.minimum((_GRID * ordered.size).astype(int), ordered.size - 1)]
    return found
