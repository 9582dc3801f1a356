"""Named random samples: one generator per parameter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import rng_of
from v1vlm.twins.energy.mechanisms import EnergySpec

Array = NDArray[np.float64]


class Samples:
    """Samples (neuron,) from generators named after the parameter.

    A parameter that is drawn otherwise changes no other, and a smaller population is the
    beginning of a larger one.
    """

    def __init__(self, spec: EnergySpec) -> None:
        self._population, self._size = spec.population, spec.neurons

    def uniform(self, name: str, low: float, high: float) -> Array:
        """Uniform from `low` to `high`."""
        return self._rng(name).uniform(low, high, self._size)

    def normal(self, name: str, sd: float) -> Array:
        """Normal about 0."""
        return sd * self._rng(name).standard_normal(self._size)

    def complex_normal(self, name: str) -> NDArray[np.complex128]:
        """Circular complex normal of unit variance."""
        pairs = self._rng(name).standard_normal((self._size, 2)) / np.sqrt(2.0)
        return np.asarray(pairs[:, 0] + 1j * pairs[:, 1])

    def lognormal(self, name: str, median: float, sd: float) -> Array:
        """Lognormal by its median and the SD of its logarithm."""
        return median * np.exp(self.normal(name, sd))

    def beta(self, name: str, a: float, b: float) -> Array:
        """Beta."""
        return self._rng(name).beta(a, b, self._size)

    def _rng(self, name: str) -> np.random.Generator:
        return rng_of("energy", self._population, "neuron", name)
