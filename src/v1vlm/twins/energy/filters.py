"""Filters of the energy twin: Gabors in visual degrees, temporal kernels and the pool map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import Screen
from v1vlm.twins.energy.parameters import KERNEL_HZ, Array, Population

Float32 = NDArray[np.float32]

TAPS = 14
"""Frames that a temporal kernel reaches back."""

POOL_KERNEL = 1
"""Temporal kernel of the pool map."""

_TAU_S = (0.085, 0.075, 0.065, 0.05, 0.04)
_SPATIAL_DC_REMOVED = 0.90
_TEMPORAL_DC_REMOVED = 0.65

_SURROUND_SD = 3.0  # of the surround, in receptive fields
_SPARED_SD = 2.0  # of the hole in it
_SURROUND_TUNING = 2.0  # von Mises concentration; half width at half height about 35°
_NEGLIGIBLE = 1e-12  # a filter's weight on one grey level; responses are of order 1

_POOL_ORIENTATIONS = 4
_POOL_CPD = (0.02, 0.045)
_POOL_SD_DEG = 5.0
_POOL_GRID = (7, 13)
_POOL_SPACING_DEG = 9.0


@dataclass(frozen=True)
class Gabors:
    """Parameters of complex Gabor filters, each an array (filter,)."""

    azimuth_deg: Array
    elevation_deg: Array
    direction_deg: Array
    spatial_frequency_cpd: Array
    phase_rad: Array
    sd_deg: Array
    aspect: Array


def receptive_fields(population: Population) -> Gabors:
    """The Gabors of the neurons."""
    return Gabors(
        population.azimuth_deg,
        population.elevation_deg,
        population.direction_deg,
        population.spatial_frequency_cpd,
        population.phase_rad,
        population.rf_sd_deg,
        population.rf_aspect,
    )


def pool_map(azimuth_deg: float, elevation_deg: float) -> Gabors:
    """The Gabors whose energy feeds pool and surround: 4 orientations × 2 SF × 91 positions."""
    rows, columns = _POOL_GRID
    up = elevation_deg + _POOL_SPACING_DEG * (np.arange(rows) - (rows - 1) / 2)
    right = azimuth_deg + _POOL_SPACING_DEG * (np.arange(columns) - (columns - 1) / 2)
    turn = 180.0 / _POOL_ORIENTATIONS * np.arange(_POOL_ORIENTATIONS)
    grid = np.meshgrid(turn, np.array(_POOL_CPD), up, right, indexing="ij")
    direction, frequency, elevation, azimuth = (axis.ravel() for axis in grid)
    ones = np.ones_like(direction)
    return Gabors(azimuth, elevation, direction, frequency, 0 * ones, _POOL_SD_DEG * ones, ones)


def filter_bank(gabors: Gabors, screen: Screen) -> Float32:
    """Complex Gabors as pairs of real filters on grey levels.

    Scaled so that a full-contrast grating of its own frequency and direction gives a filter of
    several cycles an amplitude of 1; one of less than a cycle loses with its DC, and one that
    reaches beyond the screen loses what lies there.

    Returns
    -------
    array (filter, part, pixel)
        Real and imaginary part; applied to grey levels minus the screen's grey.
    """
    weights = screen.solid_angle_weights().ravel()
    side = [
        np.degrees(size / pixels / screen.distance_cm)
        for size, pixels in (
            (screen.width_cm, screen.width_px),
            (screen.height_cm, screen.height_px),
        )
    ]
    weights *= side[0] * side[1] / min(screen.grey, 255 - screen.grey)
    bank = np.empty((gabors.azimuth_deg.size, 2, weights.size), np.float32)
    for index in range(len(bank)):
        bank[index] = _gabor(gabors, index, screen, weights)
    # The far flanks would underflow to subnormal numbers, which some processors multiply fifty
    # times more slowly.
    bank[np.abs(bank) < _NEGLIGIBLE] = 0.0
    return bank


def _gabor(gabors: Gabors, index: int, screen: Screen, weights: Array) -> Array:
    u, v = screen.local_deg(gabors.azimuth_deg[index], gabors.elevation_deg[index])
    angle = np.radians(gabors.direction_deg[index])
    along = (np.cos(angle) * u + np.sin(angle) * v).ravel()
    across = (np.cos(angle) * v - np.sin(angle) * u).ravel()
    sd = gabors.sd_deg[index]
    sd_across = sd * gabors.aspect[index]
    envelope = weights * np.exp(-0.5 * ((along / sd) ** 2 + (across / sd_across) ** 2))
    turn = 2.0 * np.pi * gabors.spatial_frequency_cpd[index] * along + gabors.phase_rad[index]
    gabor = envelope * np.stack([np.cos(turn), np.sin(turn)])
    mean = gabor.sum(1, keepdims=True) / max(envelope.sum(), 1e-12)
    gabor -= _SPATIAL_DC_REMOVED * mean * envelope
    return np.asarray(gabor / (np.pi * sd * sd_across))


@lru_cache(maxsize=8)
def temporal_kernels(frame_rate_hz: float) -> NDArray[np.complex128]:
    """Shared complex kernels (kernel, tap), with a gain of 1 at their best drift rate."""
    time = np.arange(TAPS) / frame_rate_hz
    kernels = np.empty((len(KERNEL_HZ), TAPS), complex)
    for index, (rate, tau) in enumerate(zip(KERNEL_HZ, _TAU_S, strict=True)):
        envelope = time / tau * np.exp(-time / tau)
        kernel = envelope * np.exp(2j * np.pi * rate * time)
        kernel -= _TEMPORAL_DC_REMOVED * kernel.sum() / envelope.sum() * envelope
        kernels[index] = kernel / np.abs(np.fft.fft(kernel, 512)).max()
    kernels.flags.writeable = False
    return kernels


@lru_cache(maxsize=64)
def causal_matrix(frame_rate_hz: float, kernel: int, length: int) -> Float32:
    """A temporal kernel as a matrix (2 · time, time + TAPS − 1): real above imaginary part."""
    matrix = np.zeros((length, length + TAPS - 1), complex)
    rows = np.arange(length)
    for tap, value in enumerate(temporal_kernels(frame_rate_hz)[kernel]):
        matrix[rows, rows + TAPS - 1 - tap] = value
    stacked = np.concatenate([matrix.real, matrix.imag]).astype(np.float32)
    stacked.flags.writeable = False
    return stacked


def pooled(energy: Float32) -> tuple[Float32, Float32]:
    """Energy of the pool map (…, filter) summed over what its readers do not tell apart.

    Returns
    -------
    untuned : array (…, place)
        Summed over orientation, averaged over spatial frequency.
    oriented : array (…, orientation · place)
        Averaged over spatial frequency.
    """
    grid = energy.reshape(*energy.shape[:-1], _POOL_ORIENTATIONS, len(_POOL_CPD), -1)
    oriented = grid.mean(-2)
    return oriented.sum(-2), oriented.reshape(*energy.shape[:-1], -1)


def pool_weights(population: Population, gabors: Gabors) -> tuple[Float32, Float32]:
    """How the pooled energy feeds each neuron.

    Returns
    -------
    untuned : array (place, neuron)
        Gaussian average over the receptive field.
    surround : array (orientation · place, neuron)
        Average over a wide Gaussian that spares the receptive field, of orientations like the
        neuron's own. A surround that pooled over the field as well, or was tuned more sharply
        than the drive, would turn the preferences of suppressed neurons by up to 90°.
    """
    places = _POOL_GRID[0] * _POOL_GRID[1]
    distance = _angular_distance(population, gabors)[:places]
    near = _average(distance, np.maximum(population.rf_sd_deg, 3.0))
    fields = distance / population.rf_sd_deg
    spared = 1.0 - np.exp(-0.5 * (fields / _SPARED_SD) ** 2)
    wide = spared * np.exp(-0.5 * (fields / _SURROUND_SD) ** 2)
    wide /= np.maximum(wide.sum(0), 1e-12)
    turn = np.radians(gabors.direction_deg[:: places * len(_POOL_CPD), None])
    away = np.cos(2.0 * (turn - np.radians(population.direction_deg))) - 1.0
    alike = np.exp(_SURROUND_TUNING * away)
    surround = (alike / alike.sum(0))[:, None] * wide
    return near.astype(np.float32), surround.reshape(-1, population.size).astype(np.float32)


def _average(distance: Array, sd: Array) -> Array:
    weights = np.exp(-0.5 * (distance / sd) ** 2)
    return np.asarray(weights / np.maximum(weights.sum(0), 1e-12))


def _angular_distance(population: Population, gabors: Gabors) -> Array:
    first = _unit(gabors.azimuth_deg, gabors.elevation_deg)
    second = _unit(population.azimuth_deg, population.elevation_deg)
    return np.asarray(np.degrees(np.arccos(np.clip(first @ second.T, -1.0, 1.0))))


def _unit(azimuth_deg: Array, elevation_deg: Array) -> Array:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    parts = (
        np.cos(elevation) * np.sin(azimuth),
        np.sin(elevation),
        np.cos(elevation) * np.cos(azimuth),
    )
    return np.stack(parts, axis=1)
