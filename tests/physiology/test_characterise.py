"""What is measured of the neurons agrees with what was planted, and is read off responses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from v1vlm.analysis.neurons import (
    COLUMNS,
    Physiology,
    angular_distance_deg,
    orientation_distance_deg,
)
from v1vlm.physiology import PROTOCOL, characterise, load_physiology
from v1vlm.physiology.characterise import characterised, most_images
from v1vlm.records import canonical_json
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load


class Counted:
    """A twin that counts what it is shown, perhaps under another card."""

    def __init__(self, twin, **card) -> None:
        self.twin, self.shown = twin, 0
        self.card = twin.card.model_copy(update=card)

    @property
    def neurons(self):
        return self.twin.neurons

    def respond(self, frames, **options):
        self.shown += len(frames)
        return self.twin.respond(frames, **options)


class Blind(Counted):
    """The first neuron always answers alike, the second with less than to grey."""

    def respond(self, frames, **options):
        shown = super().respond(frames, **options).copy()
        index = shown["neuron"].values
        shown.values[:, index == 0] = 1.0
        ink = np.abs(frames.astype(float) - 127).mean((2, 3))
        shown.values[:, index == 1] = (200 - ink)[:, None]
        return shown


class Recorded(Counted):
    """A twin that knows how much its neurons' recorded responses vary."""

    sd = np.linspace(0.5, 3.0, 6)

    @property
    def neurons(self):
        return super().neurons.assign(response_sd=("neuron", self.sd))


@pytest.fixture(scope="module")
def measured():
    """The twin, its store, its payload and physiology; measured once."""
    twin, store = Counted(load("neurons=120")), MemoryStore()
    payload = characterise(Rig(twin, store))
    assert payload["n_stimuli"] == twin.shown
    return twin, store, payload, load_physiology(payload, store.get)


@pytest.fixture(scope="module")
def planted(measured):
    return measured[0].twin.population


def selective(found: Physiology) -> np.ndarray:
    return found["gosi"] >= 0.1


def test_every_column_is_there(measured) -> None:
    _, _, payload, found = measured
    assert set(found.columns) == set(COLUMNS)
    assert len(found) == 120
    assert all(values.shape == (120,) for values in found.columns.values())
    assert payload["protocol"] == PROTOCOL
    canonical_json(payload)  # an event can hold it


def test_the_counts_are_true(measured) -> None:
    _, _, payload, found = measured
    summary = payload["summary"]
    assert summary["n_neurons"] == summary["n_mapped"] == 120
    assert summary["n_with_field"] == np.isfinite(found["rf_azimuth_deg"]).sum()
    assert summary["n_oriented"] == np.isfinite(found["orientation_deg"]).sum()
    assert summary["median_gosi"] == pytest.approx(np.nanmedian(found["gosi"]))


def test_of_some_neurons_less_is_shown_and_the_same_is_found(measured) -> None:
    whole, found = measured[2], measured[3]
    twin, store, enough = Counted(load("neurons=120")), MemoryStore(), 30
    rig = Rig(twin, store)
    payload = characterise(rig, enough=enough)
    summary, some = payload["summary"], load_physiology(payload, store.get)
    assert payload["n_stimuli"] == twin.shown < whole["n_stimuli"] / 1.5
    assert twin.shown <= most_images(twin.card.screen, enough / 120) + 1
    assert characterised(rig, enough)
    assert not characterised(rig)
    assert enough <= summary["n_mapped"] < 120
    assert 0.9 * summary["n_mapped"] <= summary["n_with_field"] <= summary["n_mapped"]
    np.testing.assert_array_equal(some["quality"], found["quality"])
    both = np.isfinite(some["orientation_deg"])
    assert both.sum() == summary["n_oriented"] <= summary["n_mapped"]
    apart = orientation_distance_deg(some["orientation_deg"][both], found["orientation_deg"][both])
    assert np.median(apart) < 1
    # What is known of all is taken, and not measured anew of some.
    assert characterise(Rig(measured[0], measured[1]), enough=enough) == whole


def test_receptive_fields_are_where_they_were_planted(measured, planted) -> None:
    found = measured[3]
    places = zip(planted.azimuth_deg, planted.elevation_deg, strict=True)
    fields = zip(found["rf_azimuth_deg"], found["rf_elevation_deg"], strict=True)
    error = [
        angular_distance_deg(np.array([az]), np.array([el]), place)[0]
        for (az, el), place in zip(fields, places, strict=True)
    ]
    assert np.isfinite(error).mean() > 0.95
    assert np.nanmedian(error) < 3.0
    assert np.nanpercentile(error, 95) < 6.0


def test_sizes_of_receptive_fields_are_as_planted(measured, planted) -> None:
    size = planted.rf_sd_deg * np.sqrt(planted.rf_aspect)
    ratio = measured[3]["rf_sd_deg"] / size
    assert np.nanmedian(ratio) == pytest.approx(1.0, abs=0.15)
    assert spearmanr(measured[3]["rf_sd_deg"], size, nan_policy="omit").statistic > 0.5


def test_preferred_orientations_are_as_planted(measured, planted) -> None:
    """Also of suppressed neurons, whose surround must not turn their preference."""
    found = measured[3]
    truth = (planted.direction_deg + 90.0) % 180.0
    error = orientation_distance_deg(found["orientation_deg"] - truth, 0.0)
    suppressed = planted.surround > np.median(planted.surround[planted.surround > 0])
    for some in (selective(found), selective(found) & suppressed):
        assert some.sum() >= 20
        assert np.median(error[some]) < 5.0
        assert np.mean(error[some] > 25.0) <= 0.05


def peak_cpd(planted) -> np.ndarray:
    """Where the energy of each planted filter peaks.

    The carrier is not the peak: most filters hold less than a cycle, and taking four fifths
    of their DC pushes the peak upwards.
    """
    frequency = np.geomspace(0.005, 0.2, 500)[:, None]
    width = 2 * np.pi * planted.rf_sd_deg
    carrier = planted.spatial_frequency_cpd
    dc = 0.8 * np.exp(-0.5 * (width * carrier) ** 2) * np.exp(-0.5 * (width * frequency) ** 2)
    energy = sum(
        (np.exp(-0.5 * (width * (frequency + sign * carrier)) ** 2) - dc) ** 2 for sign in (-1, 1)
    )
    return frequency[energy.argmax(0), 0]


def off_octaves(found: Physiology, planted) -> np.ndarray:
    """How far measured preferences lie above the peak of each selective neuron's filter."""
    some = selective(found) & np.isfinite(found["spatial_frequency_cpd"])
    peak = np.clip(peak_cpd(planted), *np.array(PROTOCOL["spatial_frequencies_cpd"])[[0, -1]])
    return np.log2(found["spatial_frequency_cpd"] / peak)[some]


def test_preferred_spatial_frequencies_are_as_planted(measured, planted) -> None:
    found = measured[3]
    some = selective(found) & np.isfinite(found["spatial_frequency_cpd"])
    for truth, least in ((planted.spatial_frequency_cpd, 0.5), (peak_cpd(planted), 0.6)):
        assert spearmanr(found["spatial_frequency_cpd"][some], truth[some]).statistic > least
    assert abs(np.median(off_octaves(found, planted))) < 0.15


def test_without_pools_spatial_frequencies_are_the_filters() -> None:
    """The measurement itself: no pool moves the preferences of these neurons."""
    twin, store = load("neurons=300,no-normalisation,no-surround,no-untuned-pool"), MemoryStore()
    found = load_physiology(characterise(Rig(twin, store)), store.get)
    some = selective(found) & np.isfinite(found["spatial_frequency_cpd"])
    assert some.sum() > 100
    filters = twin.population
    for truth, least in ((filters.spatial_frequency_cpd, 0.7), (peak_cpd(filters), 0.9)):
        assert spearmanr(found["spatial_frequency_cpd"][some], truth[some]).statistic > least
    off = off_octaves(found, filters)
    assert abs(np.median(off)) < 0.1
    assert np.median(np.abs(off)) < 0.15


def test_grey_is_the_planted_baseline(measured, planted) -> None:
    found = measured[3]
    np.testing.assert_allclose(found["grey"], planted.baseline * planted.gain, rtol=1e-5)
    assert np.all(found["reference"] > 0)
    assert np.median(found["quality"]) == pytest.approx(1.0)


def test_nothing_is_measured_twice(measured) -> None:
    twin, store, payload, _ = measured
    shown = twin.shown
    assert shown > 5000
    assert characterise(Rig(twin, store)) == payload
    assert twin.shown == shown


def test_halves_are_disjoint_equal_and_of_the_twin_alone(measured) -> None:
    twin, store, payload, found = measured
    assert found.half("A").sum() == found.half("B").sum() == 60
    assert not (found.half("A") & found.half("B")).any()
    fresh = MemoryStore()
    fresh.once({"something": "else"}, lambda: {"answer": 1})
    other = Counted(twin.twin, digest="of another twin")
    # The answer is known to the store, so that neither twin is shown anything.
    request = {"effect": "show", "protocol": PROTOCOL}
    answer = store.once({**request, "twin": twin.card.digest}, pytest.fail)
    for digest in (twin.card.digest, other.card.digest):
        fresh.once({**request, "twin": digest}, lambda: answer)
    again = characterise(Rig(twin, fresh))
    assert again == payload
    different = load_physiology(characterise(Rig(other, fresh)), fresh.get)
    assert different.half_b.sum() == 60
    assert not np.array_equal(different.half_b, found.half_b)
    assert different.digest != found.digest
    assert other.shown == 0


@pytest.fixture
def brief(monkeypatch):
    """A coarse protocol, where only the way and not the values is tested."""
    coarse = {"rf_pitch_px": 6, "natural_crops": 40, "phases_deg": [0.0, 90.0]}
    for name, value in coarse.items():
        monkeypatch.setitem(PROTOCOL, name, value)


@pytest.mark.usefixtures("brief")
def test_nothing_is_read_off_the_card() -> None:
    """A card that says nothing of mechanisms gives the same columns."""
    twin, found = load("neurons=20"), []
    for shown in (Counted(twin), Counted(twin, mechanisms=(), blind_spots=(), planted=False)):
        store = MemoryStore()
        found.append(load_physiology(characterise(Rig(shown, store)), store.get))
        assert shown.shown > 0
    for name in COLUMNS:
        np.testing.assert_array_equal(found[0][name], found[1][name])
    np.testing.assert_array_equal(found[0].half_b, found[1].half_b)
    assert found[0].digest == found[1].digest


@pytest.mark.usefixtures("brief")
def test_another_protocol_is_another_measurement(measured) -> None:
    twin, store, payload, _ = measured
    shown = twin.shown
    assert characterise(Rig(twin, store))["digest"] != payload["digest"]
    assert twin.shown > shown


@pytest.mark.usefixtures("brief")
def test_neurons_that_nothing_drives_are_marked() -> None:
    twin, store = Blind(load("neurons=6,no-surround,no-untuned-pool")), MemoryStore()
    payload = characterise(Rig(twin, store))
    found = load_physiology(payload, store.get)
    assert np.all(found["quality"][:2] == 0)
    assert np.all(found["quality"][2:] > 0)
    assert np.isnan(found["rf_azimuth_deg"][0])
    for name in ("reference", "gosi", "orientation_deg", "spatial_frequency_cpd"):
        assert np.isnan(found[name][:2]).all()
    assert payload["summary"]["n_driven"] == 4


@pytest.mark.usefixtures("brief")
def test_quality_is_in_recorded_deviations_where_they_are_known() -> None:
    twins = [make(load("neurons=6")) for make in (Counted, Recorded)]
    stores = [MemoryStore() for _ in twins]
    found, recorded = (
        load_physiology(characterise(Rig(twin, store)), store.get)["quality"]
        for twin, store in zip(twins, stores, strict=True)
    )
    spread = recorded * Recorded.sd
    np.testing.assert_allclose(spread / np.median(spread), found, rtol=1e-6)
