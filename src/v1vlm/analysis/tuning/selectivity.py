"""Orientation and direction selectivity of response curves (neuron, direction)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1vlm.analysis.tuning.ratios import modulation, ratio
from v1vlm.errors import InputError

Float = NDArray[np.float64]


def gosi(curves: ArrayLike, orientations_deg: ArrayLike) -> Float:
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
        NaN for a neuron without any response, or with one that is not finite.

    Raises
    ------
    InputError
        If the curves are not (neuron, orientation), as many as there are orientations.
    """
    return _global(curves, orientations_deg, 2)


def gdsi(curves: ArrayLike, directions_deg: ArrayLike) -> Float:
    """Global direction selectivity index, |Σ r e^{iθ}| / Σ r (Ringach et al. 2002).

    Parameters
    ----------
    curves : array (neuron, direction)
    directions_deg : array (direction,)

    Returns
    -------
    array (neuron,)
    """
    return _global(curves, directions_deg, 1)


def osi(curves: ArrayLike, directions_deg: ArrayLike) -> Float:
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
    rates, angles = _checked(curves, directions_deg)
    beside = [_at(rates, angles, turn) for turn in (90.0, -90.0)]
    largest = rates.max(axis=1, initial=-np.inf)
    return modulation(largest, (beside[0] + beside[1]) / 2, largest)


def dsi(curves: ArrayLike, directions_deg: ArrayLike) -> Float:
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
    rates, angles = _checked(curves, directions_deg)
    largest = rates.max(axis=1, initial=-np.inf)
    return modulation(largest, _at(rates, angles, 180.0), largest)


def preferred_direction_deg(curves: ArrayLike, directions_deg: ArrayLike) -> Float:
    """Circular mean of the direction tuning curve, 0–360°; NaN without any tuning.

    Parameters
    ----------
    curves : array (neuron, direction)
    directions_deg : array (direction,)
    """
    return _preferred(curves, directions_deg, 1)


def preferred_orientation_deg(curves: ArrayLike, orientations_deg: ArrayLike) -> Float:
    """Circular mean of the orientation tuning curve, 0–180°; NaN without any tuning.

    Parameters
    ----------
    curves : array (neuron, orientation)
    orientations_deg : array (orientation,)
    """
    return _preferred(curves, orientations_deg, 2)


def _global(curves: ArrayLike, angles_deg: ArrayLike, harmonic: int) -> Float:
    rates, angles = _checked(curves, angles_deg)
    largest = rates.max(axis=1, initial=-np.inf)
    return ratio(np.abs(_resultant(rates, angles, harmonic)), rates.sum(axis=1), largest)


def _preferred(curves: ArrayLike, angles_deg: ArrayLike, harmonic: int) -> Float:
    rates, angles = _checked(curves, angles_deg)
    resultant = _resultant(rates, angles, harmonic)
    tuned = np.abs(resultant) > 1e-9 * np.maximum(np.abs(rates).sum(axis=1), 1e-300)
    preferred = np.degrees(np.angle(resultant)) / harmonic % (360.0 / harmonic)
    return np.where(tuned, preferred, np.nan)


def _checked(curves: ArrayLike, angles_deg: ArrayLike) -> tuple[Float, Float]:
    """Curves and angles as arrays; NaN in every place of a curve that is not finite."""
    rates, angles = np.asarray(curves, np.float64), np.asarray(angles_deg, np.float64)
    if rates.ndim != 2 or rates.shape[1:] != angles.shape:
        raise InputError(
            f"Curves of shape {rates.shape} do not fit {angles.size} angles.",
            "Give an array (neuron, angle) and as many angles.",
        )
    return np.where(np.isfinite(rates).all(axis=1, keepdims=True), rates, np.nan), angles


def _at(curves: Float, directions_deg: Float, turn_deg: float) -> Float:
    """Response (neuron,) at the direction that lies `turn_deg` from the best one."""
    turned = directions_deg + turn_deg
    away = (turned[:, None] - directions_deg + 180.0) % 360.0 - 180.0
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
