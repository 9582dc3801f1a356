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
    causal_matrix,
    filter_bank,
    pool_map,
    pool_weights,
    pooled,
    receptive_fields,
    temporal_kernels,
)
from v1vlm.twins.energy.parameters import EnergySpec, Population, centre_deg

SATURATION = 0.05
"""Weight of the drive in its own denominator: sets where contrast responses saturate."""

_STATIC_BLOCK = 128
_STATIC_TILE = 8  # keeps intermediate arrays in the cache
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
    """The neurons asked for, in groups by temporal kernel.

    The units of a bank are its rows: all real parts of the map before all imaginary ones, and
    real before imaginary parts within each group. The map is empty if nobody asked reads it.
    """

    map_bank: Float32
    field_bank: Float32
    groups: tuple[Group, ...]


class Engine:
    """Filters of one population, and responses (stimulus, neuron, time) before gain."""

    def __init__(self, spec: EnergySpec, population: Population, screen: Screen) -> None:
        self._spec, self._population, self._grey = spec, population, screen.grey
        gabors = pool_map(*centre_deg(spec))
        self._fields = filter_bank(receptive_fields(population), screen)
        self._map = np.concatenate(filter_bank(gabors, screen).swapaxes(0, 1))
        self._pool_weights, self._surround_weights = pool_weights(population, gabors)
        self._rate = screen.frame_rate_hz
        self._steps = np.cumsum(temporal_kernels(self._rate), axis=1)
        self._everyone = self._cells(np.arange(population.size))
        self._asked = self._everyone, np.arange(population.size)

    def respond(self, frames: NDArray[np.uint8], neurons: NDArray[np.intp]) -> Float32:
        """Drive over denominator (stimulus, neuron, time)."""
        cells = self._remembered(neurons)
        out = np.empty((len(frames), frames.shape[1], neurons.size), np.float32)
        changes = _changes(frames)
        static = np.flatnonzero(~changes[:, 1:].any(1))
        for start in range(0, static.size, _STATIC_BLOCK):
            self._static(frames, static[start : start + _STATIC_BLOCK], cells, out)
        moving = np.flatnonzero(changes[:, 1:].any(1))
        step = max(1, _MOVIE_BLOCK_FRAMES // frames.shape[1])
        for start in range(0, moving.size, step):
            self._movies(frames, changes, moving[start : start + step], cells, out)
        return out.swapaxes(1, 2)

    def _static(
        self,
        frames: NDArray[np.uint8],
        which: NDArray[np.intp],
        cells: Cells,
        out: Float32,
    ) -> None:
        seen, fields = self._filtered(frames[which, 0].reshape(which.size, -1), cells)
        untuned, oriented = pooled(_power(seen, 1))
        length = min(out.shape[1], TAPS + 1)  # constant from there on
        for group in cells.groups:
            pool = untuned @ group.pool_from_map
            surround = oriented @ group.surround_from_map
            terms = _static_terms(group, fields[:, group.units], pool, surround)
            courses = self._courses(group.kernel, length)
            for start in range(0, which.size, _STATIC_TILE):
                tile = slice(start, start + _STATIC_TILE)
                values = _static_ratio([term[tile] for term in terms], courses)
                for stimulus, value in zip(which[tile], values, strict=True):
                    out[stimulus, :length][:, group.columns] = value
        for stimulus in which:
            out[stimulus, length:] = out[stimulus, length - 1]

    def _courses(self, kernel: int, length: int) -> tuple[Float32, ...]:
        """Time courses of a static stimulus (time, term), in the order of `_static_terms`."""
        step = _held(self._steps[kernel], length)
        pool = 2.0 * np.abs(self._steps[POOL_KERNEL]) ** 2
        power, now = np.abs(step) ** 2, _held(pool, length)
        before = _held(np.append(0.0, pool), length)
        columns = (
            (step.real, -step.imag),
            (power,),
            (now,),
            (np.ones(length), power, now, before),
        )
        return tuple(_f32(np.stack(part, axis=1)) for part in columns)

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
            signals = self._filtered(shown, cells)
            place = fresh.cumsum().reshape(fresh.shape) - 1
            length, lead = stop - start, _HISTORY - (start - first)
            buffers = [np.zeros((_HISTORY + length, part.shape[1]), np.float32) for part in signals]
            for index, stimulus in enumerate(which):
                for part, buffer in zip(signals, buffers, strict=True):
                    np.take(part, place[index], axis=0, out=buffer[lead:])
                self._movie(buffers[0], buffers[1], cells, out[stimulus, start:stop])

    def _movie(self, seen: Float32, fields: Float32, cells: Cells, out: Float32) -> None:
        length = len(out)
        # |preferred|² + |null|² of a quadrature pair is twice the power of its four parts
        causal = causal_matrix(self._rate, POOL_KERNEL, length + 1)
        untuned, oriented = pooled(2.0 * _power(causal @ seen, 2))
        for group in cells.groups:
            pool = untuned[1:] @ group.pool_from_map
            surround = oriented[:-1] @ group.surround_from_map
            causal = causal_matrix(self._rate, group.kernel, length)
            parts = (causal @ fields[1:, group.units]).reshape(2, length, 2, -1)
            (rr, ri), (ir, ii) = parts.swapaxes(1, 2)
            preferred = (rr - ii) ** 2 + (ri + ir) ** 2
            null = (rr + ii) ** 2 + (ir - ri) ** 2
            linear = (rr - ii) + np.sqrt(group.null) * (rr + ii)
            values = _ratio(group, preferred, null, linear, pool, surround)
            out[:, group.columns] = values

    def _filtered(self, pixels: NDArray[np.uint8], cells: Cells) -> tuple[Float32, Float32]:
        """Signals of the map and of the receptive fields (frame, unit); grey needs no filter."""
        lit = (pixels != self._grey).any(1)
        contrast = pixels[lit].astype(np.float32) - np.float32(self._grey)
        signals = contrast @ cells.map_bank.T, contrast @ cells.field_bank.T
        if lit.all():
            return signals
        return _spread(signals[0], lit), _spread(signals[1], lit)

    def _remembered(self, neurons: NDArray[np.intp]) -> Cells:
        """The cells asked for; the last choice is kept, as it is mostly asked again."""
        cells, asked = self._asked
        if np.array_equal(neurons, asked):
            return cells
        everyone = np.array_equal(neurons, np.arange(self._population.size))
        cells = self._everyone if everyone else self._cells(neurons)
        self._asked = cells, neurons.copy()
        return cells

    def _cells(self, neurons: NDArray[np.intp]) -> Cells:
        reads_map = "untuned-pool" not in self._spec.without
        reads_map |= bool(self._population.surround[neurons].any())
        map_bank = self._map if reads_map else self._map[:0]
        parts, groups, start = [self._fields[:0, 0]], [], 0
        for kernel in range(len(self._steps)):
            columns = np.flatnonzero(self._population.kernel[neurons] == kernel)
            rows = neurons[columns]
            if rows.size:
                parts += [self._fields[rows, 0], self._fields[rows, 1]]
                units = slice(start, start + 2 * rows.size)
                groups.append(self._group(kernel, rows, columns, units, reads_map))
                start = units.stop
        return Cells(map_bank, np.concatenate(parts), tuple(groups))

    def _group(
        self,
        kernel: int,
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
        units: slice,
        reads_map: bool,
    ) -> Group:
        cell, without = self._population, self._spec.without
        own = 0.0 if "normalisation" in without else SATURATION
        pool = 0.0 if "untuned-pool" in without else SATURATION
        untuned, places = cell.untuned_share[rows], slice(None if reads_map else 0)
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
            pool_from_map=self._pool_weights[places, rows],
            surround_from_map=self._surround_weights[places, rows],
        )


def _ratio(
    group: Group,
    preferred: Float32,
    null: Float32,
    linear: Float32,
    pool: Float32,
    surround: Float32,
) -> Float32:
    """Divisive normalisation (Carandini & Heeger 2012), arrays (time, neuron).

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


def _static_terms(group: Group, drives: Float32, pool: Float32, surround: Float32) -> list[Float32]:
    """What `_ratio` is made of for a static stimulus, each (stimulus, term, neuron).

    A static stimulus times the step response: the terms are computed once, and time enters by
    the courses they are multiplied with.
    """
    real, imaginary = drives[:, : group.rows.size], drives[:, group.rows.size :]
    energy, root = real**2 + imaginary**2, np.sqrt(group.null)
    complex_drive = (1 + group.null) * energy
    rectified = 2 * np.sqrt(group.simple * group.tuned)
    linear = (rectified * (1 + root) * real, rectified * (1 - root) * imaginary)
    tuned = group.tuned * ((1 - group.simple) * complex_drive - group.opponent * energy)
    floor = np.broadcast_to(group.floor, energy.shape)
    below = (floor, group.own * complex_drive, group.pool * pool, group.surround * surround)
    stacks = (linear, (tuned,), (group.untuned * pool,), below)
    return [np.stack(stack, axis=1) for stack in stacks]


def _static_ratio(terms: list[Float32], courses: tuple[Float32, ...]) -> Float32:
    linear, tuned, untuned, below = (
        course @ term for course, term in zip(courses, terms, strict=True)
    )
    np.maximum(linear, 0, out=linear)
    linear *= linear
    linear += tuned
    np.maximum(linear, 0, out=linear)
    linear += untuned
    linear /= below
    return linear


def _changes(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which frames differ from the one before, (stimulus, frame); the first always."""
    changes = np.zeros(frames.shape[:2], bool)
    changes[:, 0] = True
    if frames.strides[1] != 0:
        for index, movie in enumerate(frames):
            changes[index, 1:] = (movie[1:] != movie[:-1]).any((1, 2))
    return changes


def _power(parts: Float32, kernels: int) -> Float32:
    """Sum of squares of the parts (kernel part · time, filter part · filter) of each filter."""
    split = parts.reshape(kernels, len(parts) // kernels, 2, -1)
    return np.asarray(np.square(split).sum((0, 2)))


def _spread(signals: Float32, lit: NDArray[np.bool_]) -> Float32:
    everywhere = np.zeros((lit.size, signals.shape[1]), np.float32)
    everywhere[lit] = signals
    return everywhere


def _held(course: NDArray[np.inexact], length: int) -> NDArray[np.inexact]:
    """The first `length` time points of a course that stays at its last value."""
    return course[np.minimum(np.arange(length), course.size - 1)]


def _f32(values: NDArray[np.floating]) -> Float32:
    return np.asarray(values, np.float32)
