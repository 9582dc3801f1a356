"""A twin with planted tuning, which knows the conditions of one protocol by their pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from v1vlm import responses
from v1vlm.analysis.neurons import COLUMNS, Physiology
from v1vlm.protocols import Site
from v1vlm.stimuli import Screen
from v1vlm.twins import TwinCard

N = 500
RNG = np.random.default_rng(11)
GREY = RNG.uniform(0.1, 0.4, N)
GAIN = np.exp(RNG.normal(0, 0.5, N))
PHASES = (0.0, 180.0)


class PlantedTwin:
    """Answers the conditions of one protocol with planted tuning; knows them by their pixels.

    `tuning` gives responses above grey, (neuron,) or (neuron, time), to the labels of a
    condition; neuron 0 is silent.
    """

    def __init__(self, protocol: Any, tuning: Any) -> None:
        self.shown, self.largest = 0, 0
        self._tuning = tuning
        self._known = {}
        for site in (Site(), Site(azimuth_deg=10.0, orientation_deg=90.0)):
            for condition in protocol.conditions(site):
                movie = condition.stimulus.render(Screen())
                self._known[movie.tobytes()] = condition.labels
        self.card = TwinCard(
            name="planted",
            digest="planted",
            species="none",
            area="none",
            mice=("nobody",),
            n_neurons=N,
            screen=Screen(),
            response_units="a.u.",
        )

    def respond(self, frames: Any, *, neurons: Any = None, **_: Any) -> Any:
        self.shown += len(frames)
        self.largest = max(self.largest, frames.shape[0] * frames.shape[1])
        values = np.stack([self._answer(movie) for movie in frames])
        index = np.arange(N) if neurons is None else np.asarray(neurons)
        return responses.label(values[:, index], index, 30.0, "a.u.")

    def _answer(self, movie: Any) -> Any:
        still = not (movie != movie[0]).any()
        evoked = np.zeros((N, len(movie)))
        if (movie != 127).any():
            evoked += self._evoked(self._known[movie[0].tobytes() if still else movie.tobytes()])
        evoked[0] = 0.0
        return GREY[:, None] + GAIN[:, None] * evoked

    def _evoked(self, labels: Any) -> Any:
        values = np.asarray(self._tuning(labels), float)
        return values if values.ndim == 2 else values[:, None]


def everyone_at(azimuth: Any, orientation: Any) -> Physiology:
    columns = {name: np.zeros(N) for name in COLUMNS}
    columns["rf_azimuth_deg"] = np.broadcast_to(np.asarray(azimuth, float), N)
    columns["orientation_deg"] = np.broadcast_to(np.asarray(orientation, float), N)
    return Physiology("measured", columns, np.arange(N) % 2 == 1)
