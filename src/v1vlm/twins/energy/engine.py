"""The arithmetic of the energy twin: frames to responses, in blocks, float32.

What is shared is computed once: grey and repeated frames are not filtered, and a static stimulus
needs only the step response of the temporal kernels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import Screen
from v1vlm.twins.energy.cells import Cells, Terms, choose
from v1vlm.twins.energy.filters import (
    TAPS,
    Float32,
    causal_matrix,
    filter_bank,
    receptive_fields,
)
from v1vlm.twins.energy.mechanisms import EnergySpec
from v1vlm.twins.energy.parameters import Population
from v1vlm.twins.energy.pools import MAP_KERNEL, energy_map, readout
from v1vlm.twins.energy.still import Courses
from v1vlm.twins.energy.structure import centre_deg

_STATIC_BLOCK = 128
_MOVIE_BLOCK_FRAMES = 480
_SEGMENT = 120
_HISTORY = TAPS  # the taps before the first frame, and one frame of surround delay


class Engine:
    """Filters of one population, and responses (stimulus, neuron, time) before gain."""

    def __init__(self, spec: EnergySpec, population: Population, screen: Screen) -> None:
        self._spec, self._population, self._grey = spec, population, screen.grey
        gabors = energy_map(*centre_deg(spec))
        self._fields = filter_bank(receptive_fields(population), screen)
        self._map = np.concatenate(filter_bank(gabors, screen).swapaxes(0, 1))
        self._readout = readout(population, gabors)
        self._rate = screen.frame_rate_hz
        everyone = np.arange(population.size)
        self._everyone = self._cells(everyone)
        self._asked = self._everyone, everyone

    def respond(self, frames: NDArray[np.uint8], neurons: NDArray[np.intp]) -> Float32:
        """Evoked responses (stimulus, neuron, time)."""
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
        self, frames: NDArray[np.uint8], which: NDArray[np.intp], cells: Cells, out: Float32
    ) -> None:
        """A static stimulus is its signals times the step response of the kernels."""
        seen, fields = self._filtered(frames[which, 0].reshape(which.size, -1), cells)
        read = cells.reads.pooled(_power(seen, 1))
        real, imaginary = np.split(fields, 2, axis=1)
        still = cells.still(real, imaginary, read)
        length = min(out.shape[1], TAPS + 1)  # constant from there on
        courses = Courses.of(self._rate, cells.kernel, length)
        now, before = courses.outside[:, 1:2], courses.outside[:, 2:]
        for index, stimulus in enumerate(which):
            values = out[stimulus, :length]
            if cells.is_linear:
                still.rectified(index, courses, values)
            else:
                still.evoked(index, courses, values)
            if cells.inverse.any() and not cells.is_linear:
                values += cells.around(read.around[index] * before, read.pool[index] * now)
            out[stimulus, length:] = values[-1]

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
                out[stimulus, start:stop] = cells.evoked(self._movie(buffers[0], buffers[1], cells))

    def _movie(self, seen: Float32, fields: Float32, cells: Cells) -> Terms:
        length, size = len(fields) - _HISTORY, cells.kernel.size
        # |preferred|² + |null|² of a quadrature pair is twice the power of its four parts
        seen = 2.0 * _power(causal_matrix(self._rate, MAP_KERNEL, length + 1) @ seen, 2)
        read = cells.reads.pooled(seen)
        parts = np.empty((2, length, 2 * size), np.float32)
        for kernel, units in cells.groups:
            causal = causal_matrix(self._rate, kernel, length)
            parts[:, :, units] = (causal @ fields[1:, units]).reshape(2, length, -1)
        (rr, ri), (ir, ii) = (np.split(part, 2, axis=1) for part in parts)
        ahead, back = rr - ii, rr + ii
        return Terms(
            preferred=ahead**2 + (ri + ir) ** 2,
            null=back**2 + (ir - ri) ** 2,
            linear=ahead + cells.root * back,
            pool=read.pool[1:],
            surround=read.alike[:-1],
            around=read.around[:-1],
            related=read.related[1:],
        )

    def _filtered(self, pixels: NDArray[np.uint8], cells: Cells) -> tuple[Float32, Float32]:
        """Signals of the map and of the receptive fields (frame, unit); grey needs no filter."""
        lit = (pixels != self._grey).any(1)
        contrast = pixels[lit].astype(np.float32) - np.float32(self._grey)
        signals = contrast @ self._map.T, contrast @ cells.bank.T
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
        return choose(self._spec, self._population, self._fields, self._readout, neurons)


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
