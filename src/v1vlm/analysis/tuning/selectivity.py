"""Orientation and direction selectivity of response curves (neuron, direction)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.tuning.ratios import modulation, ratio
from v1vlm.errors import InputError

Float = NDArray[np.float64]


def gosi(curves: Float, orientations_deg: Float) -> Float:
    """Global orientation selectivity index, 1 − circular variance (Ringach et al. 2002).

    |Σ r e^{2iθ}| / Σ r; invariant to rotation of the preference and to the response's scale.

    Parameters
    ----------
    curves : array (neuron, orientation)
        Responses, not negative.
    orientations_deg : array (orientation,)
        Evenly spaced orientations over 180°, or directions over 360°.

    Returns
    -------
    array (neuron,)
        NaN for a neuron without any response.
    """
    return ratio(np.abs(_resultant(curves, orientations_deg, 2)), curves.sum(1), curves.max(1))


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
    return ratio(np.abs(_resultant(curves, directions_deg, 1)), curves.sum(1), curves.max(1))


def osi(curves: Float, directions_deg: Float) -> Float:
    """Orientation selectivity index, (Rpref − Rorth)/(Rpref + Rorth) (Niell & Stryker 2008).

    Rpref is the largest response, Rorth the mean of those 90° to either side of it.

    Parameters
    ----------
    curves : array (neuron, direction)
        Responses, not negative.
    directions_deg : array (direction,)

    Returns
    -------
    array (neuron,)

    Raises
    ------
    InputError
        If a direction has none at ±90° of it.
    """
    beside = [_at(curves, directions_deg, turn) for turn in (90.0, -90.0)]
    return modulation(curves.max(1), (beside[0] + beside[1]) / 2, curves.max(1))


def dsi(curves: Float, directions_deg: Float) -> Float:
    """Direction selectivity index, (Rpref − Rnull)/(Rpref + Rnull) (Niell & Stryker 2008).

    Parameters
    ----------
    curves : array (neuron, direction)
        Responses, not negative.
    directions_deg : array (direction,)

    Returns
    -------
    array (neuron,)

    Raises
    ------
    InputError
        If a direction has no opposite.
    """
    return modulation(curves.max(1), _at(curves, directions_deg, 180.0), curves.max(1))


def preferred_direction_deg(curves: Float, directions_deg: Float) -> Float:
    """Circular mean of the direction tuning curve, 0–360°; NaN without any tuning.

    Parameters
    ----------
    curves : array (neuron, direction)
    directions_deg : array (direction,)
    """
    return _preferred(curves, directions_deg, 1)


def preferred_orientation_deg(curves: Float, orientations_deg: Float) -> Float:
    """Circular mean of the orientation tuning curve, 0–180°; NaN without any tuning.

    Parameters
    ----------
    curves : array (neuron, orientation)
    orientations_deg : array (orientation,)
    """
    return _preferred(curves, orientations_deg, 2)


def _preferred(curves: Float, angles_deg: Float, harmonic: int) -> Float:
    resultant = _resultant(curves, angles_deg, harmonic)
    tuned = np.abs(resultant) > 1e-9 * np.maximum(curves.sum(axis=1), 1e-300)
    preferred = np.degrees(np.angle(resultant)) / harmonic % (360.0 / harmonic)
    return np.where(tuned, preferred, np.nan)


def _at(curves: Float, directions_deg: Float, turn_deg: float) -> Float:
    """Response (neuron,) at the direction that lies `turn_deg` from the best one."""
    turned = np.asarray(directions_deg, float) + turn_deg
    away = (turned[:, None] - np.asarray(directions_deg) + 180.0) % 360.0 - 180.0
    nearest = np.abs(away).argmin(axis=1)
    if np.abs(away[np.arange(len(turned)), nearest]).max() > 1e-6:
        raise InputError(
            f"Not all of {len(turned)} directions have another one {abs(turn_deg):g}° away.",
            "Show evenly spaced directions, a multiple of four of them.",
        )
    best = np.argmax(curves, axis=1)
    response: Float = curves[np.arange(len(curves)), nearest[best]]
    return response


def _resultant(curves: Float, angles_deg: Float, harmonic: int) -> NDArray[np.complex128]:
    vectors = curves @ np.exp(1j * harmonic * np.radians(angles_deg))
    return np.asarray(vectors, np.complex128)
