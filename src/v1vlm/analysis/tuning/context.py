"""Size, surround, modulation and plaids: indices of responses to larger designs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.tuning.curves import smooth_peak_of
from v1vlm.analysis.tuning.ratios import modulation, ratio
from v1vlm.errors import InputError

Float = NDArray[np.float64]

PATTERN_Z = 1.28
"""By how much one partial correlation must lead the other (90 %; Smith et al. 2005)."""


@dataclass(frozen=True)
class SizeTuning:
    """Size tuning to discs (classical) and to holes in a grating (inverse).

    Attributes
    ----------
    preferred_size_deg, inverse_preferred_size_deg : array (neuron,)
        Diameters of the largest responses.
    suppression_index : array (neuron,)
        (Rpeak − Rlargest)/Rpeak of the classical curve (Cavanaugh et al. 2002).
    iti : array (neuron,)
        Inverse tuning index Rinv/(Rinv + Rclass) at the preferred sizes
        (Keller et al. 2020, Nature).
    """

    preferred_size_deg: Float
    inverse_preferred_size_deg: Float
    suppression_index: Float
    iti: Float


def size_tuning(classical: Float, inverse: Float, diameters_deg: Float) -> SizeTuning:
    """Read size tuning off both curves.

    Parameters
    ----------
    classical, inverse : array (neuron, diameter)
        Responses, not negative.
    diameters_deg : array (diameter,)
        Ascending, at least four.
    """
    best, best_inverse = classical.max(axis=1), inverse.max(axis=1)
    largest = np.maximum(best, best_inverse)
    driven = best >= 0.05 * largest
    driven_inverse = best_inverse >= 0.05 * largest
    return SizeTuning(
        preferred_size_deg=np.where(driven, smooth_peak_of(classical, diameters_deg), np.nan),
        inverse_preferred_size_deg=np.where(
            driven_inverse, smooth_peak_of(inverse, diameters_deg), np.nan
        ),
        suppression_index=ratio(best - classical[:, -1], best, largest),
        iti=ratio(best_inverse, best_inverse + best, largest),
    )


def cmi(cross: Float, iso: Float, largest: Float) -> Float:
    """Contextual modulation index (cross − iso)/(cross + iso) (Keller et al. 2020, Neuron).

    Parameters
    ----------
    cross, iso : array (neuron,)
        Responses, not negative, to a centre with a surround across or along its stripes.
    largest : array (neuron,)
        Largest response of each neuron in the experiment; NaN if cross + iso is below 5 % of it.
    """
    return modulation(cross, iso, largest)


def smi(with_surround: Float, alone: Float, largest: Float) -> Float:
    """Surround modulation index (R_cs − R_c)/(R_cs + R_c) (Keller et al. 2020, Neuron).

    Parameters
    ----------
    with_surround, alone : array (neuron,)
        Responses, not negative, to the centre with and without a surround.
    largest : array (neuron,)
        See `cmi`.
    """
    return modulation(with_surround, alone, largest)


def amplitude(courses: Float, frequency_hz: float, frame_rate_hz: float) -> Float:
    """F1: amplitude of the response at a frequency, 2·|Σ r e^{−iωt}|/n (Skottun et al. 1991).

    Parameters
    ----------
    courses : array (..., time)
        Responses over a whole number of cycles.
    frequency_hz, frame_rate_hz : float

    Raises
    ------
    InputError
        If the responses do not last a whole number of cycles.
    """
    n_frames = courses.shape[-1]
    cycles = n_frames * frequency_hz / frame_rate_hz
    if cycles < 1 - 1e-6 or abs(cycles - round(cycles)) > 1e-6:
        raise InputError(
            f"{n_frames} frames at {frame_rate_hz:g} Hz hold {cycles:g} cycles of "
            f"{frequency_hz:g} Hz.",
            "Choose a window of whole cycles.",
        )
    phase = 2 * np.pi * frequency_hz / frame_rate_hz * np.arange(n_frames)
    found: Float = 2 * np.abs(courses @ np.exp(-1j * phase)) / n_frames
    return found


def f1_f0(f1: Float, f0: Float, largest: Float) -> Float:
    """Modulation ratio; above 1 a cell is called simple (Skottun et al. 1991).

    Parameters
    ----------
    f1, f0 : array (neuron,)
        Amplitude (`amplitude`) and mean above baseline of the same responses.
    largest : array (neuron,)
        NaN if F0 is below 5 % of it.
    """
    return ratio(f1, f0, largest)


def plaid_correlations(
    grating: Float, plaid: Float, directions_deg: Float, half_angle_deg: float
) -> tuple[Float, Float]:
    """Fisher-transformed partial correlations Zp, Zc (Smith, Majaj & Movshon 2005).

    The pattern prediction of the response to a plaid is the response to a grating that drifts
    as the plaid does; the component prediction is the sum of those to its two gratings.

    Parameters
    ----------
    grating, plaid : array (neuron, direction)
    directions_deg : array (direction,)
        Evenly spaced over 360°.
    half_angle_deg : float
        Between the plaid and each component; a multiple of the spacing.

    Returns
    -------
    pattern_z, component_z : array (neuron,)
        NaN where a curve is flat, or both predictions are the same; a prediction that nothing
        is left to explain for, the other being perfect, has 0.

    Raises
    ------
    InputError
        If the components' directions were not shown.
    """
    n_directions = len(directions_deg)
    steps = half_angle_deg * n_directions / 360.0
    even = np.allclose(np.diff(directions_deg), 360.0 / n_directions)
    if not even or abs(steps - round(steps)) > 1e-6 or n_directions < 5:
        raise InputError(
            f"Components ±{half_angle_deg:g}° are not among {n_directions} directions.",
            "Show evenly spaced directions that hold them.",
        )
    shift = round(steps)
    component = np.roll(grating, shift, axis=1) + np.roll(grating, -shift, axis=1)
    rp, rc, rpc = _r(plaid, grating), _r(plaid, component), _r(grating, component)
    partial = np.array([_partial(rp, rc, rpc), _partial(rc, rp, rpc)])
    # A perfect prediction would be infinitely significant.
    z = np.arctanh(np.clip(partial, -1 + 1e-12, 1 - 1e-12)) * np.sqrt(n_directions - 3)
    return z[0], z[1]


def plaid_class(pattern_z: Float, component_z: Float) -> NDArray[np.int8]:
    """1 pattern, −1 component, 0 neither or not measurable (Smith, Majaj & Movshon 2005)."""
    pattern = pattern_z - np.maximum(component_z, 0) > PATTERN_Z
    component = component_z - np.maximum(pattern_z, 0) > PATTERN_Z
    return (pattern.astype(np.int8) - component.astype(np.int8)).astype(np.int8)


def _partial(r: Float, other: Float, between: Float) -> Float:
    """Partial correlation; 0 where the other prediction leaves nothing to be explained."""
    left = (1 - other**2) * (1 - between**2)
    found = np.zeros_like(left)
    np.divide(r - other * between, np.sqrt(np.maximum(left, 0)), out=found, where=left > 1e-12)
    # The two predictions are one, or something is flat.
    return np.where(1 - between**2 > 1e-12, found, np.nan) + 0.0 * (r + other)


def _r(a: Float, b: Float) -> Float:
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    power = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    found: Float = np.divide(
        (a * b).sum(axis=1), power, out=np.full(len(a), np.nan), where=power > 0
    )
    return found
