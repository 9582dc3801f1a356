"""Indices as ratios that are left out where nothing much is divided by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

FLOOR = 0.05
"""Share of a neuron's largest response below which a denominator says nothing."""


def ratio(top: Float, bottom: Float, largest: Float) -> Float:
    """Ratio per neuron; NaN where `bottom` is below 5 % of the neuron's largest response.

    Parameters
    ----------
    top, bottom, largest : array (neuron,)

    Returns
    -------
    array (neuron,)
        NaN also for a neuron without any response.
    """
    # Never clipped: a ratio of two accidents near zero would be counted as an effect.
    counts = (largest > 0) & (bottom >= FLOOR * largest)
    found: Float = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=counts)
    return found


def modulation(a: Float, b: Float, largest: Float) -> Float:
    """Modulation index (a − b)/(a + b) per neuron, within ±1 for responses not negative.

    Parameters
    ----------
    a, b : array (neuron,)
    largest : array (neuron,)
        Largest response of each neuron in the whole experiment; see `ratio`.
    """
    return ratio(a - b, a + b, largest)
