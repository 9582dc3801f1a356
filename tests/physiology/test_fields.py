"""Cheap receptive fields against the classical estimate and against planted fields."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.fakes import FakeTwin

from v1vlm import responses
from v1vlm.errors import InputError
from v1vlm.physiology.fields import (
    CLASSICAL_IMAGES,
    Fields,
    agreement,
    gradient_fields,
    noise_fields,
    patch_fields,
    receptive_fields,
)
from v1vlm.rig import Rig
from v1vlm.stimuli import Screen
from v1vlm.store import MemoryStore
from v1vlm.twins import TwinCard

N = 60


class LinearTwin:
    """Half-rectified linear neurons with planted Gaussian fields; neuron 0 answers nothing."""

    def __init__(self) -> None:
        rng = np.random.default_rng(8)
        self.row, self.column = rng.uniform(6, 30, N), rng.uniform(16, 48, N)
        self.sd = rng.uniform(1.4, 3.0, N)
        rows, columns = np.mgrid[:36, :64]
        distance2 = (rows - self.row[:, None, None]) ** 2 + (
            columns - self.column[:, None, None]
        ) ** 2
        weights = np.exp(-distance2 / (2 * self.sd[:, None, None] ** 2)).reshape(N, -1)
        self.weights = weights / np.sqrt((weights**2).sum(axis=1, keepdims=True)) / 127
        self.weights[0] = 0
        self.shown = 0
        self.card = TwinCard(
            name="linear", digest="linear", species="none", area="none", mice=("nobody",),
            n_neurons=N, screen=Screen(), response_units="a.u.",
        )  # fmt: skip

    def drive(self, frames: Any, index: Any) -> Any:
        flat = frames.reshape(*frames.shape[:2], -1).astype(np.float64) - 127
        return np.einsum("stp,np->snt", flat, self.weights[index], optimize=True)

    def respond(self, frames: Any, *, neurons: Any = None, **_: Any) -> Any:
        self.shown += len(frames)
        index = np.arange(N) if neurons is None else np.asarray(neurons)
        # Static: one frame is as good as all.
        drive = self.drive(frames[:, :1], index)
        values = np.repeat(np.maximum(drive, 0), frames.shape[1], axis=2)
        return responses.label(values, index, 30.0, "a.u.")


class SmoothTwin(LinearTwin):
    """The same with gradients."""

    def vjp(self, frames: Any, weights: Any, *, neurons: Any = None, **_: Any) -> Any:
        index = np.asarray(neurons)
        on = (self.drive(frames, index) > 0) * np.asarray(weights)
        slopes = np.einsum("snt,np->stp", on, self.weights[index])
        return slopes.reshape(frames.shape).astype(np.float32)


@pytest.fixture(scope="module")
def classical() -> Fields:
    return noise_fields(Rig(LinearTwin(), MemoryStore()), duration_s=1 / 30)


def off(found: Fields, twin: LinearTwin) -> Any:
    apart = np.hypot(found.row - twin.row[found.neuron], found.column - twin.column[found.neuron])
    return apart[found.well]


def test_the_classical_estimate_finds_planted_fields(classical) -> None:
    assert np.flatnonzero(~classical.well).tolist()[:1] == [0]
    assert classical.well.sum() >= 0.8 * N
    assert np.mean(off(classical, LinearTwin()) < 1) >= 0.95


@pytest.mark.parametrize("estimate", [patch_fields, gradient_fields])
def test_cheap_fields_are_the_classical_ones(classical, estimate) -> None:
    """Centres within a pixel for 95 % of the well-fitted, for 5 % of the images."""
    twin = SmoothTwin()
    found = estimate(Rig(twin, MemoryStore()))
    share, n = agreement(found, classical)
    assert n >= 0.8 * N
    assert share >= 0.95
    assert np.mean(off(found, twin) < 1) >= 0.95
    assert not found.well[0]
    assert max(found.n_images, twin.shown) <= 0.05 * CLASSICAL_IMAGES
    if estimate is gradient_fields:
        assert twin.shown == 0
        ratio = found.sd[found.well] / twin.sd[found.well]
        assert np.median(ratio) == pytest.approx(1.0, abs=0.05)


def test_fields_that_lie_together_cost_less(classical) -> None:
    near = np.flatnonzero((LinearTwin().column < 26) & (LinearTwin().row < 18))
    twin = LinearTwin()
    some = patch_fields(Rig(twin, MemoryStore()), near)
    assert some.n_images == twin.shown
    assert some.n_images < patch_fields(Rig(LinearTwin(), MemoryStore())).n_images / 1.5
    assert np.mean(off(some, twin) < 1) >= 0.95


def test_where_some_neurons_are_enough_the_others_are_left_out() -> None:
    """Of each place that is drawn all neurons; in the middle of the map as of a whole map."""
    twin, enough = LinearTwin(), 12
    some = patch_fields(Rig(twin, MemoryStore()), enough=enough)
    whole = patch_fields(Rig(LinearTwin(), MemoryStore()))
    mapped = np.isfinite(some.r2)
    assert enough <= mapped.sum() < 2 * enough
    assert not mapped[0]
    assert not some.on(Screen())[~mapped].any()
    assert some.n_images == twin.shown < whole.n_images / 1.4
    both = some.well & whole.well
    assert both.sum() >= 0.9 * mapped.sum()
    apart = np.hypot(some.row - whole.row, some.column - whole.column)[both]
    assert np.mean(apart < 1) >= 0.95
    everyone = patch_fields(Rig(LinearTwin(), MemoryStore()), enough=N)
    np.testing.assert_array_equal(everyone.row[1:], whole.row[1:])
    assert not np.isfinite(everyone.r2[0])


def test_the_cheapest_way_is_chosen_and_remembered() -> None:
    assert receptive_fields(Rig(SmoothTwin(), MemoryStore()), [1, 2]).method == "gradient"
    twin = LinearTwin()
    rig = Rig(twin, MemoryStore())
    first = receptive_fields(rig, [5, 3])
    assert first.method == "patches"
    shown = twin.shown
    again = receptive_fields(rig, [5, 3])
    assert twin.shown == shown
    np.testing.assert_array_equal(again.row, first.row)


def test_neurons_that_answer_to_contrast_have_patches_but_no_linear_field() -> None:
    twin = FakeTwin(n=8)
    rig = Rig(twin, MemoryStore())
    found = patch_fields(rig)
    apart = np.hypot(found.row - twin._rows, found.column - twin._columns)
    assert np.mean(apart[found.well] < 1) >= 0.95
    assert found.well.sum() >= 7
    assert not noise_fields(rig, n_images=400, duration_s=0.05).well.any()


def test_a_silent_twin_has_no_fields() -> None:
    silent = LinearTwin()
    silent.weights[:] = 0
    found = patch_fields(Rig(silent, MemoryStore()), [0, 1])
    assert not found.well.any()


def test_what_cannot_be_compared_or_differentiated_is_refused(classical) -> None:
    rig = Rig(LinearTwin(), MemoryStore())
    with pytest.raises(InputError, match="gives no gradients"):
        gradient_fields(rig)
    with pytest.raises(InputError, match="not of the same ones"):
        agreement(classical, patch_fields(rig, [1]))
