"""Fitted tuning curves: orientation, frequency, contrast."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from v1vlm.analysis.tuning.separable import Fits, Shape, fit
from v1vlm.errors import InputError

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

MIN_R2 = 0.6
"""A fit that explains less of its curve has failed: its parameters are NaN."""

_OCTAVES_PER_SD = float(2 * np.sqrt(2 * np.log(2)))


@dataclass(frozen=True)
class OrientationFits:
    """Von Mises fits, one per neuron; NaN where the fit failed.

    Attributes
    ----------
    orientation_deg : array (neuron,)
        Peak, 0–180°.
    hwhm_deg : array (neuron,)
        Half width at half the height above the floor; NaN also where the curve never falls
        to half of it.
    hwhm_interval_deg : array (neuron, 2)
    r2 : array (neuron,)
        Also of failed fits.
    failed : bool array (neuron,)
    """

    orientation_deg: Float
    hwhm_deg: Float
    hwhm_interval_deg: Float
    r2: Float
    failed: Bool


@dataclass(frozen=True)
class FrequencyFits:
    """Log-Gaussian fits, one per neuron; NaN where the fit failed.

    Attributes
    ----------
    peak : array (neuron,)
        Preferred frequency; one beyond the frequencies shown is put at their end.
    peak_interval : array (neuron, 2)
    bandwidth_octaves : array (neuron,)
        Full width at half height; NaN for a low-pass neuron.
    low_pass : bool array (neuron,)
        At the lowest frequency the curve is still above half of its maximum.
    r2 : array (neuron,)
    failed : bool array (neuron,)
    """

    peak: Float
    peak_interval: Float
    bandwidth_octaves: Float
    low_pass: Bool
    r2: Float
    failed: Bool


@dataclass(frozen=True)
class ContrastFits:
    """Naka–Rushton fits, one per neuron; NaN where the fit failed.

    Attributes
    ----------
    rmax, r0 : array (neuron,)
        In the units of the responses.
    exponent, c50 : array (neuron,)
    c50_interval : array (neuron, 2)
    supersaturating : bool array (neuron,)
        The response to the highest contrast is less than 95 % of the largest one.
    r2 : array (neuron,)
    failed : bool array (neuron,)
        Also where half of the saturation lies beyond the contrasts shown.
    """

    rmax: Float
    exponent: Float
    c50: Float
    r0: Float
    c50_interval: Float
    supersaturating: Bool
    r2: Float
    failed: Bool


def fit_orientation(curves: Float, orientations_deg: Float) -> OrientationFits:
    """Fit a + b·exp(κ(cos 2(θ − θ₀) − 1)) (von Mises; Swindale 1998).

    Parameters
    ----------
    curves : array (neuron, orientation)
        Responses, not negative; the mean of opposite directions.
    orientations_deg : array (orientation,)
        At least five.
    """
    angles = np.radians(orientations_deg)
    shape = Shape(
        value=partial(_von_mises, angles),
        slopes=partial(_von_mises_slopes, angles),
        grids=(np.arange(0, np.pi, np.pi / 18), np.log(np.geomspace(0.1, 20, 10))),
        bounds=np.array([[-np.pi, 2 * np.pi], np.log([0.05, 40.0])]),
    )
    fits = fit(curves, shape)
    failed = _failed(fits) | fits.at_bound[:, 1]
    # Beyond the range of κ itself an end of the interval would only say "unknown".
    ends = _hwhm_deg(np.exp(np.clip(fits.interval[:, 3, ::-1], *shape.bounds[1])))
    return OrientationFits(
        orientation_deg=_kept(np.degrees(fits.parameters[:, 2]) % 180.0, failed),
        hwhm_deg=_kept(_hwhm_deg(np.exp(fits.parameters[:, 3])), failed),
        hwhm_interval_deg=_kept(ends, failed),
        r2=fits.r2,
        failed=failed,
    )


def fit_frequency(curves: Float, frequencies: Float) -> FrequencyFits:
    """Fit a + b·exp(−log₂²(f/f₀)/2σ²), a Gaussian in octaves (Niell & Stryker 2008).

    Parameters
    ----------
    curves : array (neuron, frequency)
        Responses, not negative.
    frequencies : array (frequency,)
        In space or time, ascending; at least five.
    """
    octaves = np.log2(frequencies)
    low, high = octaves[0], octaves[-1]
    shape = Shape(
        value=partial(_gaussian, octaves),
        slopes=partial(_gaussian_slopes, octaves),
        grids=(np.arange(low - 1, high + 1.01, 0.25), np.log(np.geomspace(0.25, 3.0, 9))),
        bounds=np.array([[low - 2, high + 2], np.log([0.15, 6.0])]),
    )
    fits = fit(curves, shape)
    failed = _failed(fits)
    base, height, peak, log_sd = fits.parameters.T
    shown = np.linspace(low, high, 101)
    fine = base[:, None] + height[:, None] * _gaussian(shown, fits.parameters[:, 2:])
    low_pass = ~failed & (fine[:, 0] > 0.5 * fine.max(axis=1))
    return FrequencyFits(
        peak=_kept(2.0 ** np.clip(peak, low, high), failed),
        peak_interval=_kept(2.0 ** np.clip(fits.interval[:, 2], low, high), failed),
        bandwidth_octaves=_kept(_OCTAVES_PER_SD * np.exp(log_sd), failed | low_pass),
        low_pass=low_pass,
        r2=fits.r2,
        failed=failed,
    )


def fit_contrast(curves: Float, contrasts: Float) -> ContrastFits:
    """Fit R(c) = R0 + Rmax·cⁿ/(cⁿ + c50ⁿ) (Albrecht & Hamilton 1982).

    Parameters
    ----------
    curves : array (neuron, contrast)
        Responses, not negative.
    contrasts : array (contrast,)
        Ascending, between 0 and 1; at least five.

    Raises
    ------
    InputError
        If a contrast is not above 0 or above 1, as percentages are.
    """
    if np.min(contrasts) <= 0 or np.max(contrasts) > 1:
        raise InputError(
            f"Contrasts from {np.min(contrasts):g} to {np.max(contrasts):g} are no shares.",
            "Give contrasts above 0 and up to 1.",
        )
    logs = np.log(contrasts)
    shape = Shape(
        value=partial(_naka_rushton, logs),
        slopes=partial(_naka_rushton_slopes, logs),
        grids=(np.linspace(logs[0], logs[-1], 14), np.log([0.7, 1.0, 1.5, 2.0, 3.0, 4.5, 7.0])),
        bounds=np.array([[logs[0] - 1, logs[-1] + 1], np.log([0.3, 12.0])]),
    )
    fits = fit(curves, shape)
    base, height, log_c50, log_n = fits.parameters.T
    failed = _failed(fits) | ~(log_c50 <= logs[-1]) | fits.at_bound.any(axis=1)
    return ContrastFits(
        rmax=_kept(height, failed),
        exponent=_kept(np.exp(log_n), failed),
        c50=_kept(np.exp(log_c50), failed),
        r0=_kept(base, failed),
        # Beyond the range of c50 itself an end of the interval would only say "unknown".
        c50_interval=_kept(np.exp(np.clip(fits.interval[:, 2], *shape.bounds[0])), failed),
        supersaturating=np.asarray(curves[:, -1] < 0.95 * curves.max(axis=1)),
        r2=fits.r2,
        failed=failed,
    )


def preferred_sf_cpd(curves: Float, frequencies_cpd: Float) -> Float:
    """Peak of the spatial-frequency curve, by a parabola on the logarithm of frequency.

    Parameters
    ----------
    curves : array (neuron, frequency)
    frequencies_cpd : array (frequency,)
        Ascending. Peaks at either end stay at that end.
    """
    return np.exp(peak_of(curves, np.log(frequencies_cpd)))


def peak_of(curves: Float, x: Float) -> Float:
    """Place of the largest response, by a parabola through it and its neighbours.

    Parameters
    ----------
    curves : array (neuron, x)
    x : array (x,)
        Ascending, at least three. Peaks at either end stay at that end.

    Returns
    -------
    array (neuron,)
        NaN for a neuron without any response.
    """
    best = curves.argmax(axis=1)
    middle = np.clip(best, 1, len(x) - 2)
    rows = np.arange(len(curves))
    x0, x1, x2 = x[middle - 1], x[middle], x[middle + 1]
    y0, y1, y2 = curves[rows, middle - 1], curves[rows, middle], curves[rows, middle + 1]
    slope_low, slope_high = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = (slope_high - slope_low) / (x2 - x0)
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = (x0 + x1) / 2 - slope_low / (2 * bend)
    peak = np.where((bend < 0) & (best == middle), np.clip(vertex, x0, x2), x[best])
    return np.where(curves.max(axis=1) > 0, peak, np.nan)


def smooth_peak_of(curves: Float, x: Float) -> Float:
    """Place of the largest response, of a cubic spline through all of the curve.

    A parabola through three points lies on the slower side of curves that rise and fall
    unequally, as size tuning does.

    Parameters
    ----------
    curves : array (neuron, x)
    x : array (x,)
        Ascending, at least four. Peaks at either end stay at that end.

    Returns
    -------
    array (neuron,)
        NaN for a neuron without any response.
    """
    peak = np.full(len(curves), np.nan)
    some = np.flatnonzero(np.isfinite(curves).all(axis=1) & (curves.max(axis=1) > 0))
    best = curves[some].argmax(axis=1)
    peak[some] = np.asarray(x, float)[best]
    for row, middle in zip(some, best, strict=True):
        if 0 < middle < len(x) - 1:
            near = np.linspace(x[middle - 1], x[middle + 1], 201)
            peak[row] = near[CubicSpline(x, curves[row])(near).argmax()]
    return peak


def _failed(fits: Fits) -> Bool:
    # Not "below": what was not fitted is NaN.
    return ~(fits.converged & (fits.r2 >= MIN_R2) & (fits.parameters[:, 1] > 0))


def _kept(values: Float, failed: Bool) -> Float:
    return np.where(failed.reshape(-1, *[1] * (values.ndim - 1)), np.nan, values)


def _hwhm_deg(concentration: Float) -> Float:
    """NaN where exp(κ(cos 2θ − 1)) never falls to one half."""
    cosine = 1 - np.log(2) / concentration
    return np.where(cosine >= -1, np.degrees(np.arccos(np.clip(cosine, -1, 1))) / 2, np.nan)


def _von_mises(angles: Float, theta: Float) -> Float:
    away = np.cos(2 * (angles - theta[:, 0:1]))
    curve: Float = np.exp(np.exp(theta[:, 1:2]) * (away - 1))
    return curve


def _von_mises_slopes(angles: Float, theta: Float) -> Float:
    concentration = np.exp(theta[:, 1:2])
    away = 2 * (angles - theta[:, 0:1])
    curve = _von_mises(angles, theta)
    turn, narrow = 2 * concentration * np.sin(away), concentration * (np.cos(away) - 1)
    return np.stack([curve * turn, curve * narrow], axis=2)


def _gaussian(octaves: Float, theta: Float) -> Float:
    away = (octaves - theta[:, 0:1]) * np.exp(-theta[:, 1:2])
    curve: Float = np.exp(-0.5 * away**2)
    return curve


def _gaussian_slopes(octaves: Float, theta: Float) -> Float:
    away = (octaves - theta[:, 0:1]) * np.exp(-theta[:, 1:2])
    curve = np.exp(-0.5 * away**2)
    return np.stack([curve * away * np.exp(-theta[:, 1:2]), curve * away**2], axis=2)


def _naka_rushton(logs: Float, theta: Float) -> Float:
    # cⁿ/(cⁿ + c50ⁿ) is the logistic function of n·log(c/c50).
    steep = np.exp(theta[:, 1:2]) * (logs - theta[:, 0:1])
    curve: Float = 0.5 * (1 + np.tanh(0.5 * steep))
    return curve


def _naka_rushton_slopes(logs: Float, theta: Float) -> Float:
    exponent = np.exp(theta[:, 1:2])
    away = logs - theta[:, 0:1]
    curve = _naka_rushton(logs, theta)
    slope = curve * (1 - curve)
    return np.stack([-exponent * slope, exponent * away * slope], axis=2)
