"""The neurons asked for, and what each makes of its signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.twins.energy.filters import Float32
from v1vlm.twins.energy.mechanisms import EnergySpec
from v1vlm.twins.energy.parameters import Population
from v1vlm.twins.energy.pools import Pooled, Readout
from v1vlm.twins.energy.still import Still

OWN = 0.05
"""Weight of a neuron's own energy in its denominator."""

POOL = 0.07
"""Weight there of the untuned pool: both set where contrast responses saturate."""

LINEAR_GAIN = 5.0  # of a linear neuron, whose filter answers a good grating with about 1
RELATED_GAIN = 2.0  # of planted units
_INVERSE_HALF = 0.05  # energy at which the drive by the surround is half of its largest
_INVERSE_GATE = 0.02  # energy in the receptive field that halves this drive


@dataclass(frozen=True)
class Terms:
    """Signals of the neurons, arrays (time, neuron), all energies but `linear`.

    Attributes
    ----------
    preferred, null : motion energy of the preferred and the null direction
    linear : what a simple cell rectifies
    pool, surround, around : read from the map; see `Pooled`
    related : array (time, planted unit)
    """

    preferred: Float32
    null: Float32
    linear: Float32
    pool: Float32
    surround: Float32
    around: Float32
    related: Float32


@dataclass(frozen=True)
class Cells:
    """Some neurons with their filters and parameters.

    Attributes
    ----------
    kernel : temporal kernel of each
    groups : kernels, and the units of the bank that share each
    bank : filters, all real parts before all imaginary ones
    reads : weights on the map
    others : parameters of the response, arrays (neuron,)
    """

    is_linear: bool
    kernel: NDArray[np.intp]
    groups: tuple[tuple[int, NDArray[np.intp]], ...]
    bank: Float32
    reads: Readout
    root: Float32
    opponent: Float32
    null: Float32
    simple: Float32
    tuned: Float32
    untuned: Float32
    floor: Float32
    own: Float32
    pool: Float32
    surround: Float32
    inverse: Float32

    def evoked(self, terms: Terms) -> Float32:
        """Divisive normalisation (Carandini & Heeger 2012), array (time, neuron).

        The denominator holds the energy whatever the share of simple drive: with the
        half-rectified drive there, a simple cell would normalise its own modulation away.
        """
        rectified = np.maximum(terms.linear, 0)
        if self.is_linear:
            return np.asarray(np.float32(LINEAR_GAIN) * rectified)
        energy = terms.preferred + self.null * terms.null
        drive = (1 - self.simple) * energy
        rectified *= rectified
        rectified *= 4 * self.simple
        drive += rectified
        drive -= self.opponent * terms.null
        drive *= self.tuned
        drive += self.untuned * terms.pool
        drive[:, self.reads.units] += np.float32(RELATED_GAIN) * terms.related
        np.maximum(drive, 0, out=drive)
        energy *= self.own
        energy += self.floor
        energy += self.pool * terms.pool
        energy += self.surround * terms.surround
        drive /= energy
        if self.inverse.any():
            drive += self.around(terms.around, terms.pool)
        return drive

    def still(
        self,
        real: Float32,
        imaginary: Float32,
        read: Pooled,
    ) -> Still:
        """The same for static stimuli, from signals (stimulus, neuron) of their one frame."""
        square = real**2 + imaginary**2
        energy = (1 + self.null) * square
        root = LINEAR_GAIN if self.is_linear else 2 * np.sqrt(self.simple * self.tuned)
        untuned = self.untuned * read.pool
        untuned[:, self.reads.units] += np.float32(RELATED_GAIN) * read.related
        return Still(
            real=np.float32(root) * (1 + self.root) * real,
            imaginary=np.float32(root) * (self.root - 1) * imaginary,
            tuned=self.tuned * ((1 - self.simple) * energy - self.opponent * square),
            untuned=untuned,
            own=self.own * energy,
            outside=np.stack(
                [
                    np.broadcast_to(self.floor, energy.shape),
                    self.pool * read.pool,
                    self.surround * read.alike,
                ],
                axis=1,
            ),
        )

    def around(self, energy: Float32, pool: Float32) -> Float32:
        """Drive by the surround, unless the receptive field itself sees something."""
        half, gate = np.float32(_INVERSE_HALF), np.float32(_INVERSE_GATE)
        driven = energy / (half + energy)
        return np.asarray(self.inverse * driven * (gate / (gate + pool)))


def choose(
    spec: EnergySpec,
    population: Population,
    fields: Float32,
    reads: Readout,
    neurons: NDArray[np.intp],
) -> Cells:
    """The neurons asked for, out of the filters and readouts of all."""
    kernels = population.kernel[neurons]
    planted = population.relation[neurons] > 0
    weight, untuned = population.null_weight[neurons], population.untuned_share[neurons]
    tuned = np.where(planted, 0.0, 1.0 - np.maximum(untuned, 0.0))
    own = OWN * spec.strength("normalisation")
    values = {
        "root": np.sqrt(np.maximum(weight, 0.0)),
        "opponent": np.maximum(-weight, 0.0),
        "null": np.maximum(weight, 0.0),
        "simple": population.simple_share[neurons],
        "tuned": tuned,
        "untuned": np.where(planted, 0.0, untuned),
        "floor": population.c50[neurons] ** 2 + (OWN - own),
        "own": own * tuned,
        "pool": np.full(neurons.size, POOL * spec.strength("untuned-pool")),
        "surround": population.surround[neurons],
        "inverse": population.inverse[neurons],
    }
    return Cells(
        is_linear=spec.variant == "linear",
        kernel=kernels,
        groups=tuple((int(kernel), _units(kernels, kernel)) for kernel in np.unique(kernels)),
        bank=np.concatenate([fields[neurons, 0], fields[neurons, 1]]),
        reads=reads.of(neurons),
        **{name: np.asarray(value, np.float32) for name, value in values.items()},
    )


def _units(kernels: NDArray[np.intp], kernel: int) -> NDArray[np.intp]:
    """Rows of the bank, real and imaginary, of the neurons with a kernel."""
    found = np.flatnonzero(kernels == kernel)
    return np.concatenate([found, kernels.size + found])
