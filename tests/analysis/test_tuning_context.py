"""Size, surround, modulation and plaids: by hand, in closed form, and at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr

from v1vlm.analysis.tuning import (
    amplitude,
    cmi,
    f1_f0,
    plaid_class,
    plaid_correlations,
    size_tuning,
    smi,
)
from v1vlm.errors import InputError

SIZES = np.arange(10.0, 91.0, 10.0)
DIRECTIONS = 30.0 * np.arange(12)


def test_size_tuning_by_hand() -> None:
    # A parabola, which a cubic spline is equal to: its peak is at 32.
    parabola = 8 - (SIZES - 32) ** 2 / 500
    classical = np.array([parabola, np.arange(1.0, 10), np.zeros(9)])
    inverse = np.array([[1.0, 2, 4, 2, 1, 0, 1, 2, 1], np.zeros(9), np.zeros(9)])
    found = size_tuning(classical, inverse, SIZES)
    np.testing.assert_allclose(found.preferred_size_deg, [32.0, 90.0, np.nan], atol=0.05)
    np.testing.assert_allclose(found.inverse_preferred_size_deg[0], 30.0, atol=0.5)
    assert np.isnan(found.inverse_preferred_size_deg[1:]).all()
    np.testing.assert_allclose(found.suppression_index, [1 - parabola[-1] / 7.992, 0.0, np.nan])
    np.testing.assert_allclose(found.iti, [4 / 11.992, 0.0, np.nan])


@given(st.floats(1e-6, 1e6))
@settings(max_examples=20, deadline=None)
def test_size_tuning_ignores_scale(factor) -> None:
    rng = np.random.default_rng(0)
    classical, inverse = rng.uniform(0.1, 1, (2, 30, 9))
    before = size_tuning(classical, inverse, SIZES)
    after = size_tuning(factor * classical, factor * inverse, SIZES)
    for name in ("preferred_size_deg", "inverse_preferred_size_deg", "suppression_index", "iti"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-9)
    assert np.all((before.suppression_index >= 0) & (before.suppression_index < 1))


@given(st.floats(0, 10), st.floats(0, 10))
@settings(max_examples=40, deadline=None)
def test_modulation_indices_are_antisymmetric(a, b) -> None:
    largest = np.array([max(a, b)])
    there, back = (cmi(np.array([x]), np.array([y]), largest) for x, y in ((a, b), (b, a)))
    if max(a, b) > 0:
        assert there == pytest.approx(-back)
        assert there[0] == pytest.approx((a - b) / (a + b))
    else:
        assert np.isnan(there).all()
    np.testing.assert_array_equal(there, smi(np.array([a]), np.array([b]), largest))


def test_small_denominators_are_left_out() -> None:
    """Below 5 % of the neuron's largest response nothing is compared."""
    largest = np.array([1.0, 1.0, 0.0, np.nan])
    cross, iso = np.array([0.03, 0.04, 0.0, 1.0]), np.array([0.01, 0.02, 0.0, 1.0])
    found = cmi(cross, iso, largest)
    np.testing.assert_allclose(found, [np.nan, 1 / 3, np.nan, np.nan])
    np.testing.assert_allclose(f1_f0(cross, iso, largest), [np.nan] * 4)
    np.testing.assert_allclose(f1_f0(cross, 5 * iso, largest), [0.6, 0.4, np.nan, np.nan])


def test_modulation_of_known_courses() -> None:
    time = np.arange(60) / 30.0
    cycle = 2 * np.pi * 2.0 * time
    courses = np.stack([3 + 2 * np.cos(cycle + 1), np.maximum(np.cos(cycle), 0), np.ones(60)])
    f1 = amplitude(courses, 2.0, 30.0)
    # A half-rectified cosine has F1 = 1/2 and F0 = 1/π; 15 frames a cycle come within 1 %.
    np.testing.assert_allclose(f1, [2.0, 0.5, 0.0], atol=0.005)
    ratio = f1_f0(f1, courses.mean(axis=1), courses.max(axis=1))
    np.testing.assert_allclose(ratio, [2 / 3, np.pi / 2, 0.0], atol=0.02)
    with pytest.raises(InputError, match=r"hold 4\.13333 cycles"):
        amplitude(np.ones((1, 62)), 2.0, 30.0)


def test_pattern_and_component_cells() -> None:
    tuned = np.exp(3 * (np.cos(np.radians(DIRECTIONS - 60.0)) - 1))
    component = np.roll(tuned, 2) + np.roll(tuned, -2)
    grating = np.stack([tuned, tuned, np.ones(12)])
    rng = np.random.default_rng(2)
    plaid = np.stack([tuned, component, np.ones(12)]) + 0.02 * rng.standard_normal((3, 12))
    zp, zc = plaid_correlations(grating, plaid, DIRECTIONS, 60.0)
    assert plaid_class(zp, zc).tolist() == [1, -1, 0]
    assert np.isnan([zp[2], zc[2]]).all()
    for n, (pattern, parts) in enumerate([(tuned, component)] * 2):
        rp, rc = pearsonr(plaid[n], pattern)[0], pearsonr(plaid[n], parts)[0]
        rpc = pearsonr(pattern, parts)[0]
        by_hand = (rp - rc * rpc) / np.sqrt((1 - rc**2) * (1 - rpc**2))
        assert zp[n] == pytest.approx(np.arctanh(by_hand) * 3.0)
    with pytest.raises(InputError, match="±45° are not among 12"):
        plaid_correlations(grating, plaid, DIRECTIONS, 45.0)


def test_a_perfect_prediction_leaves_nothing_to_the_other() -> None:
    tuned = np.exp(2 * (np.cos(np.radians(DIRECTIONS - 50.0)) - 1))[None]
    component = np.roll(tuned, 2, axis=1) + np.roll(tuned, -2, axis=1)
    for plaid, winner in ((tuned, 1), (3 * component, -1)):
        zp, zc = plaid_correlations(tuned, plaid, DIRECTIONS, 60.0)
        assert min(zp, zc, key=abs)[0] == pytest.approx(0.0, abs=1e-6)
        assert plaid_class(zp, zc).tolist() == [winner]


def test_partial_correlation_is_that_of_the_residuals() -> None:
    rng = np.random.default_rng(5)
    grating, plaid = rng.uniform(0, 1, (2, 20, 12))
    zp, _ = plaid_correlations(grating, plaid, DIRECTIONS, 60.0)
    for g, p, z in zip(grating, plaid, zp, strict=True):
        design = np.column_stack([np.ones(12), np.roll(g, 2) + np.roll(g, -2)])
        rest = [y - design @ np.linalg.lstsq(design, y, rcond=None)[0] for y in (g, p)]
        assert np.tanh(z / 3.0) == pytest.approx(pearsonr(*rest)[0])
