"""The arithmetic of the energy twin: frames to responses, in blocks, float32.

What is shared is computed once: grey and repeated frames are not filtered, a static stimulus
needs only the step response of the temporal kernels, and receptive fields and pool map are one
matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import Screen
from v1vlm.twins.energy.filters import (
    POOL_KERNEL,
    TAPS,
    Float32,
    filter_bank,
    pool_map,
    pool_weights,
    receptive_fields,
    temporal_kernels,
)
from v1vlm.twins.energy.parameters import EnergySpec, Population, centre_deg

SATURATION = 0.05
"""Weight of the drive in its own denominator: sets where contrast responses saturate."""

_STATIC_BLOCK = 32
_MOVIE_BLOCK_FRAMES = 480
_SEGMENT = 120
_HISTORY = TAPS  # the taps before the first frame, and one frame of surround delay


@dataclass(frozen=True)
class Group:
    """Neurons that share a temporal kernel: where they go, their filters and parameters."""

    kernel: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    units: slice
    opponent: Float32
    null: Float32
    simple: Float32
    tuned: Float32
    untuned: Float32
    floor: Float32
    own: Float32
    pool: Float32
    surround: Float32
    pool_from_map: Float32
    surround_from_map: Float32


@dataclass(frozen=True)
class Cells:
    """The neurons asked for: one filter matrix (unit, pixel) and groups by temporal kernel.

    Units are ordered: map real, map imaginary, then real and imaginary of each group.
    """

    bank: Float32
    map_size: int
    groups: tuple[Group, ...]


class Engine:
    """Filters of one population, and responses (stimulus, neuron, time) before gain."""

    def __init__(self, spec: EnergySpec, population: Population, screen: Screen) -> None:
        self._spec, self._population, self._grey = spec, population, screen.grey
        gabors = pool_map(*centre_deg(spec))
        self._fields = filter_bank(receptive_fields(population), screen)
        self._map = filter_bank(gabors, screen)
        self._pool_weights, self._surround_weights = pool_weights(population, gabors)
        self._kernels = temporal_kernels(screen.frame_rate_hz)
        self._steps = np.cumsum(self._kernels, axis=1)
        self._everyone = self._cells(np.arange(population.size))

    def respond(self, frames: NDArray[np.uint8], neurons: NDArray[np.intp]) -> Float32:
        """Drive over denominator (stimulus, neuron, time)."""
        everyone = np.array_equal(neurons, np.arange(self._population.size))
        cells = self._everyone if everyone else self._cells(neurons)
        out = np.empty((len(frames), neurons.size, frames.shape[1]), np.float32)
        changes = _changes(frames)
        static = np.flatnonzero(~changes[:, 1:].any(1))
        for start in range(0, static.size, _STATIC_BLOCK):
            self._static(frames, static[start : start + _STATIC_BLOCK], cells, out)
        moving = np.flatnonzero(changes[:, 1:].any(1))
        step = max(1, _MOVIE_BLOCK_FRAMES // frames.shape[1])
        for start in range(0, moving.size, step):
            self._movies(frames, changes, moving[start : start + step], cells, out)
        return out

    def _static(
        self,
        frames: NDArray[np.uint8],
        which: NDArray[np.intp],
        cells: Cells,
        out: Float32,
    ) -> None:
        drives = self._filtered(frames[which, 0].reshape(which.size, -1), cells)
        length = min(frames.shape[1], TAPS + 1)  # constant from there on
        energy = _squared(drives[:, : 2 * cells.map_size], cells.map_size)
        course = 2.0 * np.abs(self._steps[POOL_KERNEL]) ** 2
        now = _held(course, length).astype(np.float32)[:, None]
        before = _held(np.append(0.0, course), length).astype(np.float32)[:, None]
        for group in cells.groups:
            pool = (energy @ group.pool_from_map)[:, None] * now
            surround = (energy @ group.surround_from_map)[:, None] * before
            real, imaginary = np.split(drives[:, group.units][:, None], 2, axis=2)
            step = _held(self._steps[group.kernel], length)[:, None]
            energy_both = (real**2 + imaginary**2) * (np.abs(step) ** 2).astype(np.float32)
            root = np.sqrt(group.null)
            linear = step.real.astype(np.float32) * ((1 + root) * real)
            linear -= step.imag.astype(np.float32) * ((1 - root) * imaginary)
            values = _ratio(group, energy_both, energy_both, linear, pool, surround)
            place = np.ix_(which, group.columns, np.arange(length))
            out[place] = values.swapaxes(1, 2)
        if frames.shape[1] > length:
            out[which, :, length:] = out[which, :, length - 1 : length]

    def _movies(
        self,
        frames: NDArray[np.uint8],
        changes: NDArray[np.bool_],
        which: NDArray[np.intp],
        cells: Cells,
        out: Float32,
    ) -> None:
        total = frames.shape[1]
        for start in range(0, total, _SEGMENT):
            first, stop = max(0, start - _HISTORY), min(total, start + _SEGMENT)
            fresh = changes[which, first:stop]
            fresh[:, 0] = True
            shown = frames[which, first:stop][fresh].reshape(int(fresh.sum()), -1)
            drives = self._filtered(shown, cells)
            place = fresh.cumsum().reshape(fresh.shape) - 1
            buffer = np.zeros((_HISTORY + stop - start, drives.shape[1]), np.float32)
            for index, stimulus in enumerate(which):
                np.take(drives, place[index], axis=0, out=buffer[_HISTORY - (start - first) :])
                self._movie(buffer, cells, out[stimulus, :, start:stop])

    def _movie(self, buffer: Float32, cells: Cells, out: Float32) -> None:
        length = len(buffer) - _HISTORY
        real, imaginary = self._toeplitz(POOL_KERNEL, length + 1)
        size = cells.map_size
        # |preferred|² + |null|² of a quadrature pair is twice the power of its four parts
        energy = _squared(real @ buffer[:, : 2 * size], size)
        energy += _squared(imaginary @ buffer[:, : 2 * size], size)
        energy *= 2.0
        for group in cells.groups:
            pool = energy[1:] @ group.pool_from_map
            surround = energy[:-1] @ group.surround_from_map
            real, imaginary = self._toeplitz(group.kernel, length)
            drives = buffer[1:, group.units]
            rr, ri = np.split(real @ drives, 2, axis=1)
            ir, ii = np.split(imaginary @ drives, 2, axis=1)
            preferred = (rr - ii) ** 2 + (ri + ir) ** 2
            null = (rr + ii) ** 2 + (ir - ri) ** 2
            linear = (rr - ii) + np.sqrt(group.null) * (rr + ii)
            values = _ratio(group, preferred, null, linear, pool, surround)
            out[group.columns] = values.T

    def _toeplitz(self, kernel: int, length: int) -> tuple[Float32, Float32]:
        """Causal filtering as matrices (time, time + taps − 1): real and imaginary part."""
        matrix = np.zeros((length, length + TAPS - 1), complex)
        for tap in range(TAPS):
            rows = np.arange(length)
            matrix[rows, rows + TAPS - 1 - tap] = self._kernels[kernel, tap]
        return matrix.real.astype(np.float32), matrix.imag.astype(np.float32)

    def _filtered(self, pixels: NDArray[np.uint8], cells: Cells) -> Float32:
        """Spatial filters (frame, unit); grey frames need none."""
        lit = (pixels != self._grey).any(1)
        drives = np.zeros((len(pixels), len(cells.bank)), np.float32)
        if lit.any():
            contrast = pixels[lit].astype(np.float32) - np.float32(self._grey)
            drives[lit] = contrast @ cells.bank.T
        return drives

    def _cells(self, neurons: NDArray[np.intp]) -> Cells:
        pooled = "untuned-pool" not in self._spec.without
        map_size = len(self._map) if pooled or self._population.surround[neurons].any() else 0
        parts = [self._map[:map_size, 0], self._map[:map_size, 1]]
        groups, start = [], 2 * map_size
        for kernel in range(len(self._kernels)):
            columns = np.flatnonzero(self._population.kernel[neurons] == kernel)
            rows = neurons[columns]
            if rows.size:
                parts += [self._fields[rows, 0], self._fields[rows, 1]]
                units = slice(start, start + 2 * rows.size)
                groups.append(self._group(kernel, rows, columns, units, map_size))
                start = units.stop
        return Cells(np.concatenate(parts), map_size, tuple(groups))

    def _group(
        self,
        kernel: int,
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
        units: slice,
        map_size: int,
    ) -> Group:
        cell, without = self._population, self._spec.without
        own = 0.0 if "normalisation" in without else SATURATION
        pool = 0.0 if "untuned-pool" in without else SATURATION
        untuned = cell.untuned_share[rows]
        return Group(
            kernel,
            rows,
            columns,
            units,
            opponent=_f32(np.maximum(-cell.null_weight[rows], 0.0)),
            null=_f32(np.maximum(cell.null_weight[rows], 0.0)),
            simple=_f32(cell.simple_share[rows]),
            tuned=_f32(1.0 - untuned),
            untuned=_f32(untuned),
            floor=_f32(cell.c50[rows] ** 2 + (SATURATION - own)),
            own=_f32(own * (1.0 - untuned)),
            pool=_f32(np.full(rows.size, pool)),
            surround=_f32(cell.surround[rows]),
            pool_from_map=self._pool_weights[:map_size, rows],
            surround_from_map=self._surround_weights[:map_size, rows],
        )


def _ratio(
    group: Group,
    preferred: Float32,
    null: Float32,
    linear: Float32,
    pool: Float32,
    surround: Float32,
) -> Float32:
    """Divisive normalisation (Carandini & Heeger 2012), arrays (…, time, neuron).

    The denominator holds the energy whatever the share of simple drive: with the half-rectified
    drive there, a simple cell would normalise its own modulation away.
    """
    complex_drive = preferred + group.null * null
    drive = (1 - group.simple) * complex_drive
    drive += 4 * group.simple * np.maximum(linear, 0) ** 2
    drive -= group.opponent * null
    np.maximum(drive, 0, out=drive)
    drive *= group.tuned
    drive += group.untuned * pool
    complex_drive *= group.own
    complex_drive += group.floor
    complex_drive += group.pool * pool
    complex_drive += group.surround * surround
    drive /= complex_drive
    return drive


def _changes(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which frames differ from the one before, (stimulus, frame); the first always."""
    changes = np.zeros(frames.shape[:2], bool)
    changes[:, 0] = True
    if frames.strides[1] != 0:
        for index, movie in enumerate(frames):
            changes[index, 1:] = (movie[1:] != movie[:-1]).any((1, 2))
    return changes


def _squared(parts: Float32, size: int) -> Float32:
    real, imaginary = parts[:, :size], parts[:, size:]
    return np.asarray(real**2 + imaginary**2)


def _held(course: NDArray[np.inexact], length: int) -> NDArray[np.inexact]:
    """The first `length` time points of a course that stays at its last value."""
    return course[np.minimum(np.arange(length), course.size - 1)]


def _f32(values: NDArray[np.floating]) -> Float32:
    return np.asarray(values, np.float32)
