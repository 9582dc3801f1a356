"""Twins to replicate in: other mice of the fake twin, and fakes of another lineage."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from tests.fakes import FakeTwin
from v1vlm import responses
from v1vlm.stimuli import Screen
from v1vlm.twins import check_frames, check_neurons


class Subject(FakeTwin):
    """The fake twin under another name; with a small exponent it hardly tells contrasts apart."""

    def __init__(self, mouse: str, lineage: str = "fake", exponent: float = 0.5, **card: Any):
        super().__init__()
        told = {"name": f"{lineage or 'unknown'}-{mouse}", "mice": (mouse,), "lineage": lineage}
        digest = f"subject-{lineage}-{mouse}-{exponent}"
        self.card = self.card.model_copy(update={**told, "digest": digest, **card})
        self._exponent = exponent
        shift = len(mouse)  # other neurons, with other fields
        self._weights = np.roll(self._weights.reshape(-1, 36, 64), shift, axis=2).reshape(40, -1)

    def respond(self, frames: Any, *, neurons: Any = None, **_: Any) -> xr.DataArray:
        check_frames(frames, self.card.screen)
        for name, value in _.items():
            if name == "behaviour" and value not in (None, "still"):
                return super().respond(frames, neurons=neurons, behaviour=value)
        index = check_neurons(neurons, self.card.n_neurons)
        contrast = (frames.astype(np.float64) - 127) / 127
        power = (contrast**2).reshape(*frames.shape[:2], -1)
        values = np.stack([(p @ self._weights[index].T).T for p in power])
        return responses.label(0.05 + values**self._exponent, index, 30.0, "a.u.")


def first() -> Subject:
    return Subject("a")


def second() -> Subject:
    return Subject("bb")


def third() -> Subject:
    return Subject("ccc")


def flat() -> Subject:
    """Another mouse without the effect."""
    return Subject("dddd", exponent=0.02)


def altered() -> Subject:
    """The first animal under another model."""
    return Subject("a", exponent=0.02)


def other() -> Subject:
    return Subject("e", lineage="another")


def nobody() -> Subject:
    """A twin that does not say what it shares."""
    return Subject("ff", lineage="")


def far_screen() -> Subject:
    return Subject("g", screen=Screen(distance_cm=20.0))


def recorded() -> Subject:
    return Subject("h", lineage="fitted", planted=False)
