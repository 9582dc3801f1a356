"""Filters of the energy twin: Gabors in visual degrees, and temporal kernels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import Screen
from v1vlm.twins.energy.parameters import KERNEL_HZ, Population
from v1vlm.twins.energy.samples import Array

Float32 = NDArray[np.float32]

TAPS = 14
"""Frames that a temporal kernel reaches back."""

_TAU_S = (0.085, 0.075, 0.065, 0.05, 0.04)
_SPATIAL_DC_REMOVED = 0.80
_TEMPORAL_DC_REMOVED = 0.65

NEGLIGIBLE = 1e-12  # a filter's weight on one grey level; responses are of order 1


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
    bank[np.abs(bank) < NEGLIGIBLE] = 0.0
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
