"""Responses of single neurons to ensembles of images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def lifetime_sparseness(responses: Float) -> Float:
    """S = (1 − (Σr/n)²/(Σr²/n))/(1 − 1/n) over stimuli (Vinje & Gallant 2000).

    Parameters
    ----------
    responses : array (neuron, stimulus)
        Not negative, at least two stimuli.

    Returns
    -------
    array (neuron,)
        0 for equal responses to all, 1 for a response to one alone; NaN without any response.
    """
    n = responses.shape[1]
    power = (responses**2).mean(axis=1)
    share = np.full(len(responses), np.nan)
    np.divide(responses.mean(axis=1) ** 2, power, out=share, where=power > 0)
    sparseness: Float = (1 - share) / (1 - 1 / n)
    return sparseness


def d_prime(a: Float, b: Float) -> Float:
    """d′ = (m₁ − m₂)/√((v₁ + v₂)/2) of the responses to two sets of images.

    The variance is that over images: it says how well one image tells which set it is from,
    not how well a noisy neuron would.

    Parameters
    ----------
    a, b : array (neuron, stimulus)
        At least two stimuli each.

    Returns
    -------
    array (neuron,)
        NaN where neither varies.
    """
    variance = (a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / 2
    found = np.full(len(a), np.nan)
    difference = a.mean(axis=1) - b.mean(axis=1)
    np.divide(difference, np.sqrt(variance), out=found, where=variance > 0)
    return found
