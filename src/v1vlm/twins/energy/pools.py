"""The map of motion energies behind pool, surround and planted units, and who reads what of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.twins.energy.filters import NEGLIGIBLE, Float32, Gabors
from v1vlm.twins.energy.mechanisms import RELATIONS
from v1vlm.twins.energy.parameters import Population
from v1vlm.twins.energy.samples import Array

MAP_KERNEL = 1
"""Temporal kernel of the map."""

_TURNS_DEG = (0.0, 45.0, 90.0, 135.0)
_CPD = (0.02, 0.065)
_SD_DEG = 5.0
_GRID = (7, 13)
_SPACING_DEG = 9.0

_PAIRS = 4  # of filters behind a planted unit
_SPARED = 2.2  # radius of the hole in the surround, in receptive fields, and at the least
_SPARED_DEG = 8.0
_SURROUND_CONTRAST = 0.6  # share of its mean over orientations that is taken away
_SURROUND_TUNING = 0.7  # von Mises concentration
_TINY = np.float32(1e-12)


@dataclass(frozen=True)
class Pooled:
    """What neurons read of the map, arrays (…, neuron).

    Attributes
    ----------
    pool : energy of all orientations on the receptive field
    alike : energy around it of the orientations that are on it
    around : energy around it of all orientations
    related : array (…, planted unit), coincidences
    """

    pool: Float32
    alike: Float32
    around: Float32
    related: Float32


@dataclass(frozen=True)
class Readout:
    """How neurons read the map.

    Attributes
    ----------
    near : array (place, neuron)
        Average over the receptive field.
    wide : array (place, neuron)
        Average over a wide Gaussian that spares the receptive field.
    alike : array (orientation, neuron)
        How much more an orientation counts in the receptive field, the more it is preferred.
    related : array of int (unit, pair, 2)
        The filters whose coincidence drives each planted unit.
    units : array of int (unit,)
        The planted units among the neurons.
    """

    near: Float32
    wide: Float32
    alike: Float32
    related: NDArray[np.intp]
    units: NDArray[np.intp]

    def of(self, neurons: NDArray[np.intp]) -> Readout:
        """The readout of some neurons, in their order."""
        where = {int(unit): index for index, unit in enumerate(self.units)}
        units = np.flatnonzero(np.isin(neurons, self.units))
        rows = np.array([where[int(neuron)] for neuron in neurons[units]], np.intp)
        return Readout(
            self.near[:, neurons],
            self.wide[:, neurons],
            self.alike[:, neurons],
            self.related[rows],
            units,
        )

    def pooled(self, energy: Float32) -> Pooled:
        """Read the energy of the map (time or stimulus, filter).

        The surround is tuned to what is on the receptive field and not to what the neuron
        prefers (Keller et al. 2020; Coen-Cagli, Kohn & Schwartz 2015, Nat Neurosci 18:1648): a
        surround tuned to the preference suppresses a neuron most at its preferred orientation,
        and turns the preference measured with large gratings by up to 90°.
        """
        grid = energy.reshape(len(energy), len(_TURNS_DEG), len(_CPD), -1)
        oriented = grid.mean(2).reshape(len(energy) * len(_TURNS_DEG), -1)
        shape = (len(energy), len(_TURNS_DEG), -1)
        centre = (oriented @ self.near).reshape(shape)
        outside = (oriented @ self.wide).reshape(shape)
        pool, around = centre.sum(1), outside.sum(1)
        centre *= self.alike
        centre *= centre
        total = centre.sum(1) + _TINY
        centre *= outside
        alike = centre.sum(1) / total
        alike -= np.float32(_SURROUND_CONTRAST / len(_TURNS_DEG)) * around
        np.maximum(alike, 0, out=alike)
        alike /= np.float32(1.0 - _SURROUND_CONTRAST)
        return Pooled(pool, alike, around, self._coincidence(energy))

    def _coincidence(self, energy: Float32) -> Float32:
        """Energy that both filters of a pair hold, averaged over the pairs of a unit.

        The harmonic mean, so that one filter alone gives nothing.
        """
        first, second = energy[:, self.related[..., 0]], energy[:, self.related[..., 1]]
        return np.asarray((4.0 * first * second / (first + second + _TINY)).mean(2))


def energy_map(azimuth_deg: float, elevation_deg: float) -> Gabors:
    """The Gabors of the map: 4 orientations × 2 spatial frequencies × 91 places."""
    rows, columns = _GRID
    up = elevation_deg + _SPACING_DEG * (np.arange(rows) - (rows - 1) / 2)
    right = azimuth_deg + _SPACING_DEG * (np.arange(columns) - (columns - 1) / 2)
    grid = np.meshgrid(np.array(_TURNS_DEG), np.array(_CPD), up, right, indexing="ij")
    direction, frequency, elevation, azimuth = (axis.ravel() for axis in grid)
    ones = np.ones_like(direction)
    return Gabors(azimuth, elevation, direction, frequency, 0 * ones, _SD_DEG * ones, ones)


def readout(population: Population, gabors: Gabors) -> Readout:
    """Weights of all neurons on the map."""
    places = _GRID[0] * _GRID[1]
    distance = _angular_distance(population, gabors)[:places]
    near = _average(distance, population.rf_sd_deg)
    hole = np.maximum(_SPARED * population.rf_sd_deg, _SPARED_DEG)
    spared = 1.0 - np.exp(-0.5 * (distance / hole) ** 4)
    wide = spared * np.exp(-0.5 * (distance / population.surround_sd_deg) ** 2)
    wide /= np.maximum(wide.sum(0), 1e-12)
    wide[wide < NEGLIGIBLE] = 0.0
    turn = np.radians(np.array(_TURNS_DEG)[:, None] - population.direction_deg)
    alike = np.exp(_SURROUND_TUNING * np.cos(2.0 * turn))
    units = np.flatnonzero(population.relation)
    related = [_related(population, int(unit), distance) for unit in units]
    return Readout(
        near.astype(np.float32),
        wide.astype(np.float32),
        alike.astype(np.float32),
        np.array(related, np.intp).reshape(len(units), _PAIRS, 2),
        units,
    )


def _related(population: Population, unit: int, distance: Array) -> list[tuple[int, int]]:
    """Four pairs of filters whose coincidence drives a planted unit."""
    kind = RELATIONS[population.relation[unit] - 1]
    turn = round(float(population.direction_deg[unit]) / 45.0) % 4
    place = int(distance[:, unit].argmin())
    if kind == "junction":  # two orientations in one place, at each scale
        return [
            (_filter(turn, scale, place), _filter(turn + 2, scale, place)) for scale in (0, 1)
        ] * 2
    if kind == "texture":  # one orientation at both scales, in the places around
        near = np.argsort(distance[:, unit], kind="stable")[:_PAIRS]
        return [(_filter(turn, 0, int(p)), _filter(turn, 1, int(p))) for p in near]
    # A contour that turns: orientations 45° to either side, on either side along it.
    along = np.radians(45.0 * turn + 90.0)
    step = round(np.cos(along)) + _GRID[1] * round(np.sin(along))
    row, column = divmod(place, _GRID[1])
    inside = min(max(row, 1), _GRID[0] - 2) * _GRID[1] + min(max(column, 1), _GRID[1] - 2)
    return [
        (_filter(turn + sign, scale, inside + step), _filter(turn - sign, scale, inside - step))
        for sign in (1, -1)
        for scale in (0, 1)
    ]


def _filter(turn: int, scale: int, place: int) -> int:
    """Index of a filter of the map."""
    return (turn % len(_TURNS_DEG) * len(_CPD) + scale) * _GRID[0] * _GRID[1] + place


def _average(distance: Array, sd: Array) -> Array:
    weights = np.exp(-0.5 * (distance / sd) ** 2)
    weights /= np.maximum(weights.sum(0), 1e-12)
    return np.where(weights < NEGLIGIBLE, 0.0, weights)  # no subnormal numbers; see filter_bank


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
