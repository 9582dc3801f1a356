"""Tuning indices of response curves (neuron, condition)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def gosi(curves: Float, orientations_deg: Float) -> Float:
    """Global orientation selectivity index, 1 − circular variance (Ringach et al. 2002).

    |Σ r e^{2iθ}| / Σ r; invariant to rotation of the preference and to the response's scale.

    Parameters
    ----------
    curves : array (neuron, orientation)
        Responses, not negative.
    orientations_deg : array (orientation,)

    Returns
    -------
    array (neuron,)
        NaN for a neuron without any response.
    """
    return _ratio(np.abs(_resultant(curves, orientations_deg, 2)), curves.sum(axis=1))


def gdsi(curves: Float, directions_deg: Float) -> Float:
    """Global direction selectivity index, |Σ r e^{iθ}| / Σ r (Ringach et al. 2002).

    Parameters
    ----------
    curves : array (neuron, direction)
    directions_deg : array (direction,)

    Returns
    -------
    array (neuron,)
    """
    return _ratio(np.abs(_resultant(curves, directions_deg, 1)), curves.sum(axis=1))


def preferred_orientation_deg(curves: Float, orientations_deg: Float) -> Float:
    """Circular mean of the orientation tuning curve, 0–180°; NaN without any tuning.

    Parameters
    ----------
    curves : array (neuron, orientation)
    orientations_deg : array (orientation,)
    """
    resultant = _resultant(curves, orientations_deg, 2)
    tuned = np.abs(resultant) > 1e-9 * np.maximum(curves.sum(axis=1), 1e-300)
    preferred = np.degrees(np.angle(resultant)) / 2 % 180.0
    return np.where(tuned, preferred, np.nan)


def preferred_sf_cpd(curves: Float, frequencies_cpd: Float) -> Float:
    """Peak of the spatial-frequency curve, by a parabola on the logarithm of frequency.

    Parameters
    ----------
    curves : array (neuron, frequency)
    frequencies_cpd : array (frequency,)
        Ascending. Peaks at either end stay at that end.
    """
    log_f = np.log(frequencies_cpd)
    best = curves.argmax(axis=1)
    middle = np.clip(best, 1, len(log_f) - 2)
    rows = np.arange(len(curves))
    x0, x1, x2 = log_f[middle - 1], log_f[middle], log_f[middle + 1]
    y0, y1, y2 = curves[rows, middle - 1], curves[rows, middle], curves[rows, middle + 1]
    slope_low, slope_high = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = (slope_high - slope_low) / (x2 - x0)
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = (x0 + x1) / 2 - slope_low / (2 * bend)
    peak = np.where(bend < 0, np.clip(vertex, x0, x2), log_f[best])
    peak = np.where(best == middle, peak, log_f[best])
    return np.where(curves.max(axis=1) > 0, np.exp(peak), np.nan)


def _resultant(curves: Float, angles_deg: Float, harmonic: int) -> NDArray[np.complex128]:
    vectors = curves @ np.exp(1j * harmonic * np.radians(angles_deg))
    return np.asarray(vectors, np.complex128)


def _ratio(top: Float, bottom: Float) -> Float:
    ratio: Float = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return ratio
