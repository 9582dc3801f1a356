"""Protocols on a rig: each thing measured once, in parts, at the place of each neuron."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from planted import GAIN, GREY, PHASES, N, PlantedTwin, everyone_at

from v1vlm.analysis.neurons import Physiology
from v1vlm.analysis.tuning import gdsi, gosi
from v1vlm.errors import InputError
from v1vlm.physiology import classical, run_protocol
from v1vlm.protocols import (
    PROTOCOLS,
    AtReceptiveField,
    ContrastResponse,
    DirectionTuning,
    RecordedGabors,
)
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load


def by_direction(labels: Any) -> Any:
    angle = np.radians(labels["direction_deg"])
    return 1 + 0.5 * np.cos(angle - np.arange(N))


SMALL = DirectionTuning(
    directions_deg=(0.0, 90.0, 180.0, 270.0), phases_deg=PHASES, permutations=100, duration_s=0.2
)


def test_nothing_is_measured_twice() -> None:
    twin, store = PlantedTwin(SMALL, by_direction), MemoryStore()
    rig = Rig(twin, store)
    first = run_protocol(rig, SMALL)
    shown = twin.shown
    assert shown == 9
    again = run_protocol(rig, SMALL)
    assert again.measures.identical(first.measures)
    assert again.curves.identical(first.curves)
    some = run_protocol(rig, SMALL, neurons=[7, 3])
    assert twin.shown == shown
    np.testing.assert_array_equal(some.curves["mean"].values, first.curves["mean"].values[[7, 3]])
    assert some.measures["neuron"].values.tolist() == [7, 3]
    run_protocol(rig, SMALL.model_copy(update={"window_s": (0.0, 0.1)}))
    assert twin.shown == 2 * shown


def test_some_neurons_are_measured_as_among_all() -> None:
    rig = Rig(PlantedTwin(SMALL, by_direction), MemoryStore())
    some = run_protocol(rig, SMALL, neurons=[7, 3])
    every = run_protocol(Rig(rig.twin, MemoryStore()), SMALL)
    np.testing.assert_array_equal(some.curves["mean"].values, every.curves["mean"].values[[7, 3]])
    np.testing.assert_allclose(
        some.measures["gdsi"].values, every.measures["gdsi"].values[[7, 3]], rtol=1e-12
    )
    with pytest.raises(InputError, match="Neuron 500 does not exist"):
        run_protocol(rig, SMALL, neurons=[500])


def test_parts_and_workers_change_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = PlantedTwin(SMALL, by_direction)
    alone = run_protocol(Rig(twin, MemoryStore()), SMALL)
    monkeypatch.setattr(classical, "FRAMES_AT_ONCE", 12)
    twin.largest = 0
    with ThreadPoolExecutor(2) as pool:
        together = run_protocol(Rig(twin, MemoryStore(), executor=pool), SMALL)
    assert twin.largest == 12
    assert together.curves.identical(alone.curves)


def test_neurons_are_shown_stimuli_at_their_own_place() -> None:
    """Half of the neurons elsewhere and turned: the same answers; without a field, none."""
    design = ContrastResponse(phases_deg=PHASES, turns_deg=(0.0,), duration_s=0.1)
    there = np.arange(N) % 2 == 1
    known = everyone_at(np.where(there, 10.4, -0.9), np.where(there, 84.0, 176.0))
    known["orientation_deg"].flags.writeable = True
    columns = {
        **known.columns,
        "orientation_deg": np.where(np.arange(N) == 5, np.nan, known["orientation_deg"]),
    }
    twin = PlantedTwin(design, lambda labels: labels["contrast"] * np.arange(N))
    physiology = Physiology("measured", columns, known.half_b)
    found = run_protocol(Rig(twin, MemoryStore()), design, physiology=physiology)
    assert found.counts == {"asked": N, "placed": N - 1, "driven": N - 2}
    assert found.n_stimuli == 1 + 2 * 16
    contrasts = found.curves["contrast"].values
    expected = GREY[:, None] + GAIN[:, None] * contrasts * np.arange(N)[:, None]
    expected[5] = np.nan
    for phase in PHASES:
        shown = found.curves["mean"].sel(turn_deg=0.0, phase_deg=phase).values
        np.testing.assert_allclose(shown, expected)


def test_recorded_gabors_on_the_energy_twin() -> None:
    """The curve is the mean over the seven combinations, grey not taken off."""
    twin, design = load("neurons=12,no-surround,no-untuned-pool"), RecordedGabors(permutations=100)
    found = run_protocol(Rig(twin, MemoryStore()), design)
    movies = np.stack([c.stimulus.render(twin.card.screen) for c in design.conditions()])
    curves = twin.respond(movies).values.mean(2).reshape(8, 7, -1).mean(1).T.astype(float)
    directions = 45.0 * np.arange(8)
    np.testing.assert_allclose(found.measures["gosi"].values, gosi(curves, directions), rtol=1e-4)
    np.testing.assert_allclose(found.measures["gdsi"].values, gdsi(curves, directions), rtol=1e-4)
    # Four axes are too few for a width; that is said, not guessed.
    assert np.isnan(found.measures["hwhm_deg"].values).all()
    assert {row["name"]: row["n"] for row in found.summary()}["hwhm_deg"] == 0


@pytest.mark.parametrize("cls", [c for c in PROTOCOLS if issubclass(c, AtReceptiveField)])
def test_without_receptive_fields_there_is_a_table_of_nothing(cls) -> None:
    twin = PlantedTwin(SMALL, by_direction)
    found = run_protocol(Rig(twin, MemoryStore()), cls(), physiology=everyone_at(np.nan, 0.0))
    assert found.counts == {"asked": N, "placed": 0, "driven": 0}
    assert twin.shown == found.n_stimuli == 1  # grey
    for row in found.summary():
        assert row["n"] == 0
        assert {value for key, value in row.items() if key not in ("name", "n")} == {None}


def test_no_neurons_are_no_error() -> None:
    rig = Rig(PlantedTwin(SMALL, by_direction), MemoryStore())
    found = run_protocol(rig, SMALL, neurons=[])
    assert dict(found.measures.sizes) == {"neuron": 0}
    assert found.curves["mean"].shape == (0, 4, 2)
