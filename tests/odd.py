"""Twins that are not in order, to be named on the command line as ``tests.odd:NAME``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import xarray as xr

from tests.fakes import FakeTwin
from v1vlm import responses
from v1vlm.records import rng_of
from v1vlm.stimuli import Screen
from v1vlm.twins import check_frames, check_neurons


def as_it_is(values: np.ndarray) -> np.ndarray:
    return values


class OddTwin(FakeTwin):
    """The RMS contrast inside Gaussians, on any screen, altered."""

    def __init__(
        self, alter: Callable[[np.ndarray], np.ndarray] = as_it_is, n: int = 24, **screen: Any
    ) -> None:
        super().__init__(n=n)
        self._alter, shown = alter, Screen(**screen)
        told = {"name": "odd", "digest": f"odd-{screen}-{n}", "screen": shown}
        self.card = self.card.model_copy(update=told)
        rows, columns = np.mgrid[: shown.height_px, : shown.width_px]
        middle = rng_of("odd twin").uniform(0.3, 0.7, (2, n, 1, 1))
        apart = (rows / shown.height_px - middle[0]) ** 2 * 16 + (
            columns / shown.width_px - middle[1]
        ) ** 2 * 50
        weights = np.exp(-apart / 0.1).reshape(n, -1)
        self._weights = weights / weights.sum(axis=1, keepdims=True)

    def respond(self, frames: Any, *, neurons: Any = None, **options: Any) -> xr.DataArray:
        screen = self.card.screen
        check_frames(frames, screen)
        if options.get("behaviour") not in (None, "still"):
            return super().respond(frames, **options)  # is refused
        index = check_neurons(neurons, self.card.n_neurons)
        power = ((frames.astype(np.float64) - screen.grey) / 127) ** 2
        power = power.reshape(*frames.shape[:2], -1)
        values = 0.05 + np.sqrt(np.stack([(p @ self._weights[index].T).T for p in power]))
        return responses.label(self._alter(values), index, screen.frame_rate_hz, "a.u.")


def _late(values: np.ndarray) -> np.ndarray:
    """Not a number from the twentieth frame, which the contract does not show."""
    return np.where(np.arange(values.shape[2]) < 20, values, np.nan)


_calls = count()

silent = partial(OddTwin, lambda values: 0 * values)
constant = partial(OddTwin, lambda values: 0 * values + 0.3)
negative = partial(OddTwin, lambda values: values - 2)
upside_down = partial(OddTwin, lambda values: -values)
nan = partial(OddTwin, lambda values: np.where(values > 0.3, np.nan, values))
nan_late = partial(OddTwin, _late)
infinite = partial(OddTwin, lambda values: np.where(values > 0.3, np.inf, values))
random = partial(OddTwin, lambda values: values + 0.01 * next(_calls))
huge = partial(OddTwin, lambda values: 1e30 * values)
tiny = partial(OddTwin, lambda values: 1e-30 * values)
all_or_none = partial(OddTwin, lambda values: (values > 0.2).astype(float))
one = partial(OddTwin, n=1)
three = partial(OddTwin, n=3)
coarse = partial(OddTwin, height_px=9, width_px=16)
least = partial(OddTwin, height_px=4, width_px=4)
near = partial(OddTwin, width_cm=4.0, height_cm=2.0, distance_cm=60.0)
slow = partial(OddTwin, frame_rate_hz=3.0)
slowest = partial(OddTwin, frame_rate_hz=1.0)
fast = partial(OddTwin, frame_rate_hz=120.0)
