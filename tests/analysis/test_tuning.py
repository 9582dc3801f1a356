"""Tuning indices: closed forms, invariances, and the indices stored with the recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import iv

from v1vlm.analysis.neurons import orientation_distance_deg
from v1vlm.analysis.tuning import (
    adjusted_p,
    dsi,
    gdsi,
    gosi,
    osi,
    preferred_direction_deg,
    preferred_orientation_deg,
    preferred_sf_cpd,
    selectivity_p,
)
from v1vlm.errors import InputError

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "mouse-v1" / "tuning" / "mouseB"
ORIENTATIONS = 22.5 * np.arange(8)
DIRECTIONS = 45.0 * np.arange(8)
FREQUENCIES = np.array([0.02, 0.03, 0.045, 0.07])

curves = arrays(np.float64, (3, 8), elements=st.floats(0.01, 100.0))


def closed_forms(angles_deg: np.ndarray, index, harmonic: int) -> None:
    flat = np.ones(8)
    one = np.eye(8)[3]
    cosine = 1 + 0.6 * np.cos(harmonic * np.radians(angles_deg - 20.0))
    found = index(np.stack([flat, one, cosine]), angles_deg)
    np.testing.assert_allclose(found, [0.0, 1.0, 0.3], atol=1e-12)


def test_selectivity_in_closed_form() -> None:
    closed_forms(ORIENTATIONS, gosi, 2)
    closed_forms(DIRECTIONS, gdsi, 1)


def test_selectivity_of_von_mises_tuning() -> None:
    fine = np.arange(0.0, 180.0, 5.0)
    concentrations = np.array([0.5, 2.0, 6.0])
    tuned = np.exp(concentrations[:, None] * np.cos(2 * np.radians(fine - 71.0)))
    expected = iv(1, concentrations) / iv(0, concentrations)
    np.testing.assert_allclose(gosi(tuned, fine), expected, rtol=1e-9)
    np.testing.assert_allclose(preferred_orientation_deg(tuned, fine), 71.0, rtol=1e-9)


def test_opposite_directions_have_an_axis_but_no_direction() -> None:
    axis = np.array([[0, 0, 1.0, 0, 0, 0, 1.0, 0]])
    assert gdsi(axis, DIRECTIONS) == pytest.approx(0.0, abs=1e-12)
    assert gosi(axis, DIRECTIONS) == pytest.approx(1.0)


@given(curves, st.floats(1e-3, 1e3), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_selectivity_ignores_scale_and_rotation(curve, factor, turn) -> None:
    turned = factor * np.roll(curve, turn, axis=1)
    for index, angles in ((gosi, ORIENTATIONS), (gdsi, DIRECTIONS)):
        found = index(curve, angles)
        assert np.all((found >= 0) & (found <= 1 + 1e-12))
        np.testing.assert_allclose(index(turned, angles), found, atol=1e-9)


@given(curves, st.floats(1e-3, 1e3), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_preferences_turn_with_the_curve(curve, factor, turn) -> None:
    before = preferred_orientation_deg(curve, ORIENTATIONS)
    after = preferred_orientation_deg(factor * np.roll(curve, turn, axis=1), ORIENTATIONS)
    selective = gosi(curve, ORIENTATIONS) > 1e-6
    away = orientation_distance_deg(after - before, 22.5 * turn)[selective]
    np.testing.assert_allclose(away, 0, atol=1e-4)
    # 180 itself comes from rounding just below 0, and is the same orientation.
    assert np.all((after[selective] >= 0) & (after[selective] <= 180))


def test_what_cannot_be_measured_is_nan() -> None:
    silent, flat, unmeasured = np.zeros(8), np.ones(8), np.full(8, np.nan)
    some = np.stack([silent, flat, unmeasured])
    assert np.isnan(gosi(some, ORIENTATIONS)).tolist() == [True, False, True]
    assert np.isnan(gdsi(some, DIRECTIONS)).tolist() == [True, False, True]
    assert np.isnan(preferred_orientation_deg(some, ORIENTATIONS)).all()
    found = preferred_sf_cpd(some[:, :4], FREQUENCIES)
    assert np.isnan(found).tolist() == [True, False, True]


@given(st.floats(0.026, 0.052), st.floats(0.3, 1.5), st.floats(1e-3, 1e3))
@settings(max_examples=60, deadline=None)
def test_a_parabola_in_octaves_has_its_peak_found(peak, octaves, factor) -> None:
    away = np.log2(FREQUENCIES / peak) / octaves
    parabola = factor * (30.0 - away**2)[None]
    np.testing.assert_allclose(preferred_sf_cpd(parabola, FREQUENCIES), peak, rtol=1e-6)


def test_peaks_between_the_frequencies_are_found_and_those_beyond_stay_at_the_end() -> None:
    peaks = np.array([0.025, 0.033, 0.04, 0.055])
    gaussians = np.exp(-0.5 * (np.log2(FREQUENCIES / peaks[:, None]) / 1.0) ** 2)
    found = preferred_sf_cpd(gaussians, FREQUENCIES)
    assert np.abs(np.log2(found / peaks)).max() < 0.06
    ends = preferred_sf_cpd(np.array([[4.0, 3, 2, 1], [1, 2, 3, 4]]), FREQUENCIES)
    np.testing.assert_allclose(ends, [0.02, 0.07])


def test_indices_of_the_preferred_direction_in_closed_form() -> None:
    # Rpref 8 at 90°, null 2, orthogonal 1 and 3: OSI (8 − 2)/(8 + 2), DSI the same.
    some = np.array([[1.0, 0, 8, 0, 3, 0, 2, 0], np.ones(8), np.zeros(8), np.full(8, np.nan)])
    np.testing.assert_allclose(osi(some, DIRECTIONS), [0.6, 0, np.nan, np.nan])
    np.testing.assert_allclose(dsi(some, DIRECTIONS), [0.6, 0, np.nan, np.nan])
    one_way = 1 + 0.5 * np.cos(np.radians(DIRECTIONS - 30.0))[None]
    np.testing.assert_allclose(preferred_direction_deg(one_way, DIRECTIONS), 30.0)


def test_selectivity_of_a_von_mises_neuron_at_its_preferred_direction() -> None:
    concentration, null = 2.0, 0.4
    lobe = np.exp(concentration * (np.cos(2 * np.radians(DIRECTIONS - 90.0)) - 1))
    both = np.where(np.cos(np.radians(DIRECTIONS - 90.0)) < -0.5, null * lobe, lobe)[None]
    orthogonal = np.exp(-2 * concentration)
    expected = (1 - orthogonal) / (1 + orthogonal)
    np.testing.assert_allclose(osi(both, DIRECTIONS), expected)
    np.testing.assert_allclose(dsi(both, DIRECTIONS), (1 - null) / (1 + null))


@given(curves, st.floats(1e-3, 1e3), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_indices_of_the_preferred_direction_ignore_scale_and_rotation(curve, factor, turn) -> None:
    # Without a tie: of two best directions, the first one counts.
    curve = curve + 1e-3 * np.arange(8)
    turned = factor * np.roll(curve, turn, axis=1)
    unique = (curve >= curve.max(1, keepdims=True) * (1 - 1e-9)).sum(1) == 1
    for index in (osi, dsi):
        found = index(curve, DIRECTIONS)
        assert np.all((found >= -1) & (found <= 1))
        np.testing.assert_allclose(
            index(turned, DIRECTIONS)[unique], found[unique], rtol=1e-6, atol=1e-9
        )


def test_directions_without_their_opposite_are_refused() -> None:
    few = np.array([0.0, 120.0, 240.0])
    for index, away in ((osi, "90"), (dsi, "180")):
        with pytest.raises(InputError, match=f"3 directions have another one {away}"):
            index(np.ones((1, 3)), few)


def test_permutation_p_is_uniform_without_tuning_and_smallest_with_it() -> None:
    rng = np.random.default_rng(1)
    noise = rng.gamma(2.0, 1.0, (800, 8, 6))
    for harmonic in (1, 2):
        p = selectivity_p(noise, DIRECTIONS, harmonic, n_permutations=400, seed=3)
        for level in (0.05, 0.2, 0.5):
            assert abs(np.mean(p <= level) - level) < 0.06
    tuned = noise[:5] + 20 * (1 + np.cos(np.radians(DIRECTIONS)))[:, None]
    p = selectivity_p(tuned, DIRECTIONS, 1, n_permutations=400, seed=3)
    np.testing.assert_allclose(p, 1 / 401)
    again = selectivity_p(tuned, DIRECTIONS, 1, n_permutations=400, seed=3)
    np.testing.assert_array_equal(p, again)


def test_permutation_p_equals_the_exact_count_of_a_tiny_design() -> None:
    """Two directions a quarter turn apart, two trials: of six deals two are as selective."""
    trials = np.array([[[4.0, 4.0], [1.0, 1.0]]])
    p = selectivity_p(trials, np.array([0.0, 180.0]), 1, n_permutations=4000, seed=0)
    assert p[0] == pytest.approx(1 / 3, abs=0.03)


def test_neurons_without_responses_have_no_p() -> None:
    trials = np.stack([np.zeros((8, 2)), np.full((8, 2), np.nan), np.ones((8, 2))])
    p = selectivity_p(trials, DIRECTIONS, 2, n_permutations=50, seed=0)
    assert np.isnan(p[:2]).all()
    assert p[2] == 1.0
    with pytest.raises(InputError, match="not 1"):
        selectivity_p(trials[..., :1], DIRECTIONS, 2, seed=0)


def test_adjusted_p_by_hand() -> None:
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.5])
    np.testing.assert_allclose(adjusted_p(p), [0.04, np.nan, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(adjusted_p(np.full(3, np.nan))).all()


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded tuning curves are not here")
def test_indices_stored_with_the_recordings_are_reproduced() -> None:
    recorded = np.load(RECORDED / "tuning_curve.npy").astype(float)
    assert recorded.shape == (7928, 8)
    for index, name in ((gosi, "OSI"), (gdsi, "DSI")):
        stored = np.load(RECORDED / f"{name}.npy")
        np.testing.assert_allclose(index(recorded, DIRECTIONS), stored, rtol=0, atol=1e-6)
