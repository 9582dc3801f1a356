"""Responses that see nothing: noise keyed by the digest of the pixels."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import rng_of
from v1vlm.twins.energy.filters import Float32
from v1vlm.twins.energy.parameters import Population

_SHARED_SD = 0.3
_NEURON_SHAPE = 1.5
_TYPICAL = 4.0


class BlindEngine:
    """A null twin: every contrast between stimuli is exactly zero in expectation.

    The response to a stimulus is drawn anew for every different stimulus, from one distribution
    whatever it shows and however long: a factor that all neurons share (neurons are no
    independent samples), times a gamma variable of each neuron, constant in time.
    """

    def __init__(self, population: Population) -> None:
        self._population = population

    def respond(self, frames: NDArray[np.uint8], neurons: NDArray[np.intp]) -> Float32:
        """Responses (stimulus, neuron, time) before gain."""
        out = np.empty((len(frames), neurons.size, frames.shape[1]), np.float32)
        for movie, values in zip(frames, out, strict=True):
            values[:] = self._values(movie)[neurons, None]
        return out

    def _values(self, movie: NDArray[np.uint8]) -> Float32:
        pixels = hashlib.sha256(np.ascontiguousarray(movie).tobytes()).hexdigest()
        rng = rng_of("energy", "blind", pixels)
        shared = np.exp(_SHARED_SD * rng.standard_normal())
        values = rng.gamma(_NEURON_SHAPE, _TYPICAL / _NEURON_SHAPE, self._population.size)
        return np.asarray(shared * values, np.float32)
