"""What was planted in a twin is what its protocol measures, median error below 5 % of the range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planted import GAIN, GREY, PHASES, RNG, N, PlantedTwin, everyone_at
from scipy.special import erf
from scipy.stats import binom

from v1vlm.physiology import classical, run_protocol
from v1vlm.protocols import (
    AtReceptiveField,
    ContrastResponse,
    DirectionTuning,
    NaturalImages,
    OnsetDelay,
    PhaseModulation,
    PlaidTuning,
    SizeTuning,
    SpatialFrequencyTuning,
    SurroundModulation,
    TemporalFrequencyTuning,
)
from v1vlm.records import rng_of
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore

SEED = 0


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest) -> None:
    """Each test draws its own values, whichever ran before."""
    own = rng_of(SEED, request.node.name)
    RNG.bit_generator.state = own.bit_generator.state


def measured(protocol: Any, tuning: Any, **options: Any) -> Any:
    """Run a protocol on a planted twin; neuron 0 is silent and has no measure."""
    twin = PlantedTwin(protocol, tuning)
    if isinstance(protocol, AtReceptiveField):
        options.setdefault("physiology", everyone_at(0.0, 0.0))
    found = run_protocol(Rig(twin, MemoryStore()), protocol, **options)
    assert found.counts == {"asked": N, "placed": N, "driven": N - 1}
    assert set(found.measures) == set(protocol.outcomes)
    for name in protocol.outcomes:
        assert np.isnan(found.measures[name].values[0])
    assert found.n_stimuli == twin.shown
    assert twin.largest <= classical.FRAMES_AT_ONCE
    return found


def recovered(
    found: Any, name: str, truth: Any, period: float | None = None, share: float = 0.95
) -> None:
    """Median absolute error below 5 % of the range, no bias beyond it, few neurons left out.

    The bias is the median error. Its 95 % interval, by order statistics, must hold zero, or it
    must be below a hundredth of the range, where no finer scale than that of the stimuli shown
    could tell it from zero.
    """
    values = found.measures[name].values[1:]
    error = values - np.asarray(truth)[1:]
    if period is not None:
        error = (error + period / 2) % period - period / 2
    assert np.isfinite(values).mean() >= share
    assert np.nanmedian(np.abs(error)) < 0.05 * (period or np.ptp(truth[1:]))
    finite = np.sort(error[np.isfinite(error)])
    low, high = binom.ppf([0.025, 0.975], finite.size, 0.5).astype(int)
    within = 0.01 * (period or np.ptp(truth[1:]))
    assert finite[low - 1] <= within
    assert finite[min(high, finite.size - 1)] >= -within
    row = next(row for row in found.summary() if row["name"] == name)
    assert row["n"] == np.isfinite(values).sum()


def drawn(low: float, high: float) -> Any:
    return RNG.uniform(low, high, N)


def test_selectivity() -> None:
    """1 + 2 gDSI cos(θ − θ₁) + 2 gOSI cos 2(θ − θ₂) has just these indices."""
    one, two = drawn(0.0, 0.2), drawn(0.02, 0.28)
    direction, axis = drawn(0, 360), drawn(0, 180)

    def tuning(labels: Any) -> Any:
        angle = labels["direction_deg"]
        first = one * np.cos(np.radians(angle - direction))
        return 1 + 2 * (first + two * np.cos(2 * np.radians(angle - axis)))

    found = measured(DirectionTuning(phases_deg=PHASES, permutations=200), tuning)
    recovered(found, "gdsi", one)
    recovered(found, "gosi", two)
    recovered(found, "preferred_direction_deg", direction, 360.0)
    # Stripes lie across their motion.
    recovered(found, "preferred_orientation_deg", axis - 90.0, 180.0)
    q = found.measures["orientation_selective"].values[1:]
    assert q[two[1:] > 0.15].mean() > 0.95


def test_preferred_responses_and_width() -> None:
    concentration, null = drawn(0.6, 4.0), drawn(0.0, 1.0)
    best = 22.5 * RNG.integers(0, 16, N)

    def tuning(labels: Any) -> Any:
        away = np.radians(labels["direction_deg"] - best)
        weight = (1 + null) / 2 + (1 - null) / 2 * np.cos(away)
        return weight * np.exp(concentration * (np.cos(2 * away) - 1))

    found = measured(DirectionTuning(phases_deg=PHASES, permutations=100), tuning)
    beside = (1 + null) / 2 * np.exp(-2 * concentration)
    recovered(found, "osi", (1 - beside) / (1 + beside))
    recovered(found, "dsi", (1 - null) / (1 + null))
    recovered(found, "hwhm_deg", np.degrees(np.arccos(1 - np.log(2) / concentration)) / 2)


def test_spatial_frequency() -> None:
    peak, sd, best = 2.0 ** drawn(np.log2(0.011), np.log2(0.1)), drawn(0.5, 1.0), drawn(0, 360)

    def tuning(labels: Any) -> Any:
        away = np.log2(labels["spatial_frequency_cpd"] / peak) / sd
        lobe = 1 + 0.5 * np.cos(np.radians(labels["direction_deg"] - best))
        return lobe * np.exp(-0.5 * away**2)

    design = SpatialFrequencyTuning(phases_deg=PHASES, directions_deg=(0.0, 90.0, 180.0, 270.0))
    found = measured(design, tuning)
    recovered(found, "preferred_sf_cpd", peak)
    low_pass = np.log2(peak / 0.01) < np.sqrt(2 * np.log(2)) * sd
    recovered(found, "sf_low_pass", low_pass.astype(float))
    width = 2 * np.sqrt(2 * np.log(2)) * sd
    recovered(found, "sf_bandwidth_octaves", width, share=0.5)
    assert np.isnan(found.measures["sf_bandwidth_octaves"].values[low_pass]).all()


def test_temporal_frequency_and_speed() -> None:
    peak, sd = 2.0 ** drawn(-0.5, 3.0), drawn(0.6, 1.2)

    def tuning(labels: Any) -> Any:
        return np.exp(-0.5 * (np.log2(labels["temporal_frequency_hz"] / peak) / sd) ** 2)

    found = measured(TemporalFrequencyTuning(phases_deg=(0.0,), directions_deg=(0.0, 90.0)), tuning)
    recovered(found, "preferred_tf_hz", peak)
    recovered(found, "preferred_speed_deg_per_s", peak / 0.04)


def test_contrast_response() -> None:
    c50, exponent, turned = drawn(0.06, 0.6), drawn(1.2, 4.0), RNG.uniform(size=N) < 0.5
    falls = RNG.uniform(size=N) < 0.3

    def tuning(labels: Any) -> Any:
        c = labels["contrast"]
        better = turned == (labels["turn_deg"] == 180.0)
        drop = np.where(falls & (c == 1.0), 0.8, 1.0)
        return np.where(better, 1.0, 0.4) * drop * c**exponent / (c**exponent + c50**exponent)

    found = measured(ContrastResponse(phases_deg=PHASES), tuning)
    recovered(found, "c50", c50, share=0.9)
    recovered(found, "exponent", exponent, share=0.9)
    recovered(found, "r0", GREY, share=0.9)
    recovered(found, "rmax", GAIN, share=0.9)
    steep = c50 < 0.3
    flagged = found.measures["supersaturating"].values
    np.testing.assert_array_equal(flagged[1:][steep[1:]], falls[1:][steep[1:]])


def test_size_tuning() -> None:
    """Ratios of Gaussians (Cavanaugh et al. 2002), whose peaks are found on a fine grid."""
    narrow, strength = drawn(12, 40), drawn(0.5, 4.0)
    wide, inverse_size, inverse = narrow * drawn(1.8, 3.0), drawn(14, 60), drawn(0.1, 1.5)

    def disc(diameter: Any) -> Any:
        squares = [erf(diameter / width) ** 2 for width in (narrow, wide)]
        return squares[0] / (1 + strength * squares[1])

    fine = np.linspace(10, 90, 1601)
    curve = np.stack([disc(d) for d in fine])
    size, peak = fine[curve.argmax(axis=0)], curve.max(axis=0)

    def tuning(labels: Any) -> Any:
        diameter = labels["diameter_deg"]
        if labels["aperture"] == "inverse":
            return inverse * peak * np.exp(-(((diameter - inverse_size) / 18.0) ** 2))
        return disc(diameter)

    found = measured(SizeTuning(phases_deg=(10.0, 200.0)), tuning)
    recovered(found, "preferred_size_deg", size)
    recovered(found, "inverse_preferred_size_deg", inverse_size)
    recovered(found, "iti", inverse / (1 + inverse))
    recovered(found, "suppression_index", 1 - disc(90.0) / peak)


def test_onset_delay() -> None:
    latency = {"classical": drawn(0.03, 0.25), "inverse": drawn(0.08, 0.4)}
    time = np.arange(15) / 30.0

    def tuning(labels: Any) -> Any:
        # A ramp of four frames passes one half at the planted time.
        ramp = (time - latency[labels["aperture"]][:, None]) * 30 / 4 + 0.5
        return np.clip(ramp, 0, 1)

    found = measured(OnsetDelay(phases_deg=PHASES), tuning)
    recovered(found, "classical_latency_s", latency["classical"])
    recovered(found, "inverse_latency_s", latency["inverse"])
    recovered(found, "inverse_delay_s", latency["inverse"] - latency["classical"])


def test_surround_modulation() -> None:
    smi, cmi = {0.05: drawn(-0.6, 0.6), 1.0: drawn(-0.8, 0.3)}, drawn(-0.4, 0.8)

    def tuning(labels: Any) -> Any:
        contrast, surround = labels["contrast"], labels["surround"]
        alone = 0.5 if contrast == 0.05 else 1.0
        iso = alone * (1 + smi[contrast]) / (1 - smi[contrast])
        cross = iso * (1 + cmi) / (1 - cmi)
        side = 0.2 if surround == "cross +90" else -0.2
        return {"none": alone + 0 * iso, "iso": iso}.get(surround, cross * (1 + side))

    found = measured(SurroundModulation(phases_deg=PHASES), tuning)
    recovered(found, "cmi", cmi)
    recovered(found, "smi_iso", smi[1.0])
    recovered(found, "smi_iso_low_contrast", smi[0.05])
    recovered(found, "cmi_low_contrast", cmi)
    iso = (1 + smi[1.0]) / (1 - smi[1.0])
    cross = iso * (1 + cmi) / (1 - cmi)
    recovered(found, "smi_cross", (cross - 1) / (cross + 1))
    cross = (1 + smi[0.05]) / (1 - smi[0.05]) * (1 + cmi) / (1 - cmi)
    recovered(found, "smi_cross_low_contrast", (cross - 1) / (cross + 1))
    flips = (smi[1.0] < 0) & (smi[0.05] > 0)
    recovered(found, "smi_flips", flips.astype(float))


def test_small_responses_have_no_indices() -> None:
    """A pair below 5 % of the neuron's largest response is counted out, not compared."""
    weak = RNG.uniform(size=N) < 0.4

    def tuning(labels: Any) -> Any:
        low = labels["contrast"] == 0.05
        return np.where(weak & low, 0.01, 1.0) * (2.0 if labels["surround"] == "none" else 1.0)

    found = measured(SurroundModulation(phases_deg=PHASES), tuning)
    missing = np.isnan(found.measures["cmi_low_contrast"].values)
    np.testing.assert_array_equal(missing[1:], weak[1:])
    np.testing.assert_allclose(found.measures["cmi"].values[1:], 0.0, atol=1e-12)


def test_pattern_and_component_cells() -> None:
    pattern, best = RNG.uniform(size=N) < 0.4, drawn(0, 360)

    def tuning(labels: Any) -> Any:
        def lobe(turn: float) -> Any:
            away = np.radians(labels["direction_deg"] + turn - best)
            return np.exp(2.5 * (np.cos(away) - 1))

        if labels["pattern"] == "grating":
            return lobe(0.0)
        return np.where(pattern, lobe(0.0), lobe(60.0) + lobe(-60.0))

    found = measured(PlaidTuning(phases_deg=PHASES), tuning)
    recovered(found, "pattern_cell", pattern.astype(float))
    recovered(found, "component_cell", (~pattern).astype(float))


def test_modulation_by_phase() -> None:
    ratio, still, start = drawn(0.0, 1.8), drawn(0.0, 0.9), drawn(0, 2 * np.pi)
    clock = 2 * np.pi * 2.0 * np.arange(75) / 30

    def tuning(labels: Any) -> Any:
        phase = np.radians(labels["phase_deg"])
        if labels["movement"] == "static":
            # A still grating turned by 180° is the same one at the opposite phase.
            same = phase if labels["turn_deg"] == 0.0 else -phase
            return 1 + still * np.cos(same - start)
        course = 1 + ratio[:, None] * np.cos(clock - phase + start[:, None])
        return (1.0 if labels["turn_deg"] == 0.0 else 0.7) * course

    found = measured(PhaseModulation(), tuning)
    recovered(found, "f1_f0", ratio)
    recovered(found, "static_f1_f0", still)
    recovered(found, "simple", (ratio > 1).astype(float))


def test_natural_images() -> None:
    """A share of the images drives a neuron: sparseness 1 − share, nearly."""
    index, share = drawn(-0.6, 0.8), drawn(0.1, 0.6)
    order = np.argsort(np.random.default_rng(3).uniform(size=(N, 40)), axis=1)

    def tuning(labels: Any) -> Any:
        drives = order[:, int(labels["image"])] < np.round(40 * share)
        other = (1 - index) / (1 + index)
        return drives * (1.0 if labels["ensemble"] == "natural" else other)

    found = measured(NaturalImages(duration_s=0.1), tuning)
    # With a driven share p, means m and −m apart, v = p(1 − p)·40/39 of each height squared.
    p, other = np.round(40 * share) / 40, (1 - index) / (1 + index)
    recovered(found, "texture_index", index)
    recovered(found, "pink_index", index)
    recovered(found, "sparseness", (1 - p) * 40 / 39)
    recovered(found, "scrambled_sparseness", (1 - p) * 40 / 39)
    spread = np.sqrt(p * (1 - p) * 40 / 39 * (1 + other**2) / 2)
    recovered(found, "texture_d_prime", p * (1 - other) / spread)
