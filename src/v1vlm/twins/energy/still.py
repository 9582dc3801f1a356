"""Static stimuli: the step response of the temporal kernels, and what neurons make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.twins.energy.filters import Float32, temporal_kernels
from v1vlm.twins.energy.pools import MAP_KERNEL


@dataclass(frozen=True)
class Courses:
    """Time courses of a static stimulus.

    Attributes
    ----------
    real, imaginary, power : array (time, neuron)
        Step response of each neuron's kernel.
    outside : array (time, 3)
        1, the energy of the map, and the same one frame late.
    """

    real: Float32
    imaginary: Float32
    power: Float32
    outside: Float32

    @classmethod
    def of(cls, frame_rate_hz: float, kernel: NDArray[np.intp], length: int) -> Courses:
        """Courses of neurons with these kernels, over at most TAPS + 1 frames."""
        steps = np.cumsum(temporal_kernels(frame_rate_hz), axis=1).T
        steps = np.concatenate([steps, steps[-1:]])[:length]
        now = 2.0 * np.abs(steps[:, MAP_KERNEL]) ** 2
        outside = np.stack([np.ones_like(now), now, np.append(0.0, now[:-1])], axis=1)
        step = steps[:, kernel]
        arrays = (step.real, step.imag, np.abs(step) ** 2, outside)
        return cls(*(np.ascontiguousarray(array, np.float32) for array in arrays))


@dataclass(frozen=True)
class Still:
    """What the response to static stimuli is made of, arrays (stimulus, neuron).

    Everything but time, which enters by the courses these are multiplied with.

    Attributes
    ----------
    real, imaginary : of the linear drive, before it is rectified
    tuned, untuned : further drive
    own : a neuron's energy in its denominator
    outside : array (stimulus, 3, neuron), the rest of the denominator
    """

    real: Float32
    imaginary: Float32
    tuned: Float32
    untuned: Float32
    own: Float32
    outside: Float32

    def rectified(self, index: int, courses: Courses, out: Float32) -> Float32:
        """Rectified linear drive to one stimulus (time, neuron), into `out`; a scratch array."""
        other: Float32 = courses.imaginary * self.imaginary[index]
        np.multiply(courses.real, self.real[index], out=out)
        np.add(out, other, out=out)
        np.maximum(out, 0, out=out)
        return other

    def evoked(self, index: int, courses: Courses, out: Float32) -> None:
        """Response to one stimulus (time, neuron), into `out`; see `Cells.evoked`."""
        other = self.rectified(index, courses, out)
        np.multiply(out, out, out=out)
        np.add(out, np.multiply(courses.power, self.tuned[index], out=other), out=out)
        now = courses.outside[:, 1:2]
        np.add(out, np.multiply(now, self.untuned[index], out=other), out=out)
        np.maximum(out, 0, out=out)
        below = courses.outside @ self.outside[index]
        np.add(below, np.multiply(courses.power, self.own[index], out=other), out=below)
        np.divide(out, below, out=out)
