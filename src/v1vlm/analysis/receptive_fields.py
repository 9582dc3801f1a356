"""Gaussian fits to response maps, all neurons at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

ITERATIONS = 25
STEP_MAX = np.array([3.0, 3.0, 0.6])


@dataclass(frozen=True)
class GaussianFits:
    """Isotropic Gaussian fits, one per neuron.

    Attributes
    ----------
    row, column, sd : array (neuron,)
        In the units of the places.
    r2 : array (neuron,)
        Share of the map's variance explained; the caller decides which fits count.
    """

    row: Float
    column: Float
    sd: Float
    r2: Float


def fit_gaussians(maps: Float, places: Float) -> GaussianFits:
    """Least-squares fit of offset + amplitude · exp(−distance² / 2 sd²) to every map.

    Levenberg–Marquardt over (row, column, log sd) in one batch; amplitude and offset are
    solved linearly at each step (variable projection), so the search cannot run away in them.

    Parameters
    ----------
    maps : array (neuron, place)
    places : array (place, 2)
        Row and column of each place.
    """
    position = _start(maps, places)
    loss = np.full(len(maps), np.inf)
    damping = np.full(len(maps), 1e-2)
    active = np.arange(len(maps))
    for _ in range(ITERATIONS):
        here, there = maps[active], position[active]
        residual, jacobian = _linearise(here, places, there)
        loss[active] = (residual**2).sum(axis=1)
        step = _step(residual, jacobian, damping[active])
        trial = there + np.clip(step, -STEP_MAX, STEP_MAX)
        trial[:, 2] = np.clip(trial[:, 2], np.log(0.3), np.log(np.ptp(places) + 1.0))
        new_loss = (_residual(here, places, trial) ** 2).sum(axis=1)
        gain = 1 - new_loss / np.maximum(loss[active], 1e-300)
        better = gain > 0
        position[active[better]], loss[active[better]] = trial[better], new_loss[better]
        damping[active] = np.clip(damping[active] * np.where(better, 1 / 3, 4), 1e-6, 1e6)
        active = active[(gain > 1e-5) | ~better & (damping[active] < 1e3)]
        if not active.size:
            break
    total = ((maps - maps.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    r2 = np.where(total > 0, 1 - loss / np.maximum(total, 1e-300), 0.0)
    amplitude = _amplitude(maps, _profile(places, position))[0]
    # A dent is no receptive field of a response map.
    r2 = np.where(amplitude > 0, r2, 0.0)
    return GaussianFits(position[:, 0], position[:, 1], np.exp(position[:, 2]), r2)


def _start(maps: Float, places: Float) -> Float:
    """Centroid of the places above half of the map's height, and their spread."""
    low = np.median(maps, axis=1, keepdims=True)
    weight = np.maximum(maps - (low + maps.max(axis=1, keepdims=True)) / 2, 0.0)
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    centre = weight @ places / total
    distance2 = ((places[None] - centre[:, None]) ** 2).sum(axis=2)
    spread = np.sqrt((weight * distance2).sum(axis=1) / total[:, 0] / 2)
    return np.column_stack([centre, np.log(np.clip(1.5 * spread, 1.0, np.ptp(places)))])


def _profile(places: Float, position: Float) -> Float:
    row = places[:, 0] - position[:, 0:1]
    column = places[:, 1] - position[:, 1:2]
    distance2 = row * row + column * column
    profile: Float = np.exp(-distance2 / (2 * np.exp(2 * position[:, 2:3])))
    return profile


def _amplitude(maps: Float, profile: Float) -> tuple[Float, Float]:
    centred = profile - profile.mean(axis=1, keepdims=True)
    power = np.maximum((centred**2).sum(axis=1), 1e-12)
    amplitude = (centred * maps).sum(axis=1) / power
    return amplitude, maps.mean(axis=1) - amplitude * profile.mean(axis=1)


def _step(residual: Float, jacobian: Float, damping: Float) -> Float:
    normal = np.matmul(jacobian.transpose(0, 2, 1), jacobian)
    gradient = np.matmul(jacobian.transpose(0, 2, 1), residual[..., None])
    scale = np.einsum("nii->ni", normal) + 1e-12
    normal = normal + damping[:, None, None] * scale[:, :, None] * np.eye(3)
    step: Float = np.linalg.solve(normal, gradient)[..., 0]
    return step


def _residual(maps: Float, places: Float, position: Float) -> Float:
    profile = _profile(places, position)
    amplitude, offset = _amplitude(maps, profile)
    return maps - amplitude[:, None] * profile - offset[:, None]


def _linearise(maps: Float, places: Float, position: Float) -> tuple[Float, Float]:
    """Residual (neuron, place) and derivative of the model (neuron, place, parameter)."""
    profile = _profile(places, position)
    amplitude, offset = _amplitude(maps, profile)
    variance = np.exp(2 * position[:, 2])[:, None]
    row = places[:, 0] - position[:, 0:1]
    column = places[:, 1] - position[:, 1:2]
    slope = amplitude[:, None] * profile / variance
    jacobian = np.stack([slope * row, slope * column, slope * (row * row + column * column)], 2)
    residual = maps - amplitude[:, None] * profile - offset[:, None]
    return residual, jacobian
