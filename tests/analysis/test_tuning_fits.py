"""Fitted tuning curves: scipy as oracle, exact curves, and what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from scipy.stats import t as student

from v1vlm.analysis.tuning import fit_contrast, fit_frequency, fit_orientation, peak_of
from v1vlm.errors import InputError

ORIENTATIONS = 22.5 * np.arange(8)
FREQUENCIES = np.array([0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.10, 0.12])
CONTRASTS = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0])
N = 60


def gaussian(f, base, height, peak, sd):
    return base + height * np.exp(-0.5 * (np.log2(f / peak) / sd) ** 2)


def naka_rushton(c, base, height, c50, exponent):
    return base + height * c**exponent / (c**exponent + c50**exponent)


def von_mises(angle_deg, base, height, peak_deg, concentration):
    away = np.cos(2 * np.radians(angle_deg - peak_deg))
    return base + height * np.exp(concentration * (away - 1))


def planted(shape, x, low, high, noise, seed):
    """Random parameters (4, N) between bounds, and their curves (N, x), perhaps noisy."""
    rng = np.random.default_rng(seed)
    parameters = rng.uniform(np.array(low)[:, None], np.array(high)[:, None], (4, N))
    curves = shape(x, *parameters[..., None]) + noise * rng.standard_normal((N, len(x)))
    return parameters, np.maximum(curves, 0.0)


def oracle(shape, x, curve, start, low, high):
    return curve_fit(shape, x, curve, p0=start, bounds=(low, high), xtol=1e-13, ftol=1e-13)


def test_log_gaussian_agrees_with_scipy() -> None:
    low, high = (0.2, 1, 0.015, 0.6), (0.6, 3, 0.08, 1.2)
    parameters, curves = planted(gaussian, FREQUENCIES, low, high, 0.03, 1)
    found = fit_frequency(curves, FREQUENCIES)
    assert not found.failed.any()
    compared = 0
    for n, curve in enumerate(curves):
        best, _ = oracle(
            gaussian, FREQUENCIES, curve, parameters[:, n], [0, 0, 0.005, 0.15], [9, 9, 0.4, 6]
        )
        assert found.peak[n] == pytest.approx(best[2], rel=1e-4)
        rss = ((curve - gaussian(FREQUENCIES, *best)) ** 2).sum()
        assert found.r2[n] == pytest.approx(1 - rss / ((curve - curve.mean()) ** 2).sum(), abs=1e-8)
        if not found.low_pass[n]:
            width = 2 * np.sqrt(2 * np.log(2)) * best[3]
            assert found.bandwidth_octaves[n] == pytest.approx(width, rel=1e-3)
            compared += 1
    assert compared > N / 2


def test_naka_rushton_and_its_interval_agree_with_scipy() -> None:
    parameters, curves = planted(
        naka_rushton, CONTRASTS, (0.2, 1, 0.06, 1.2), (0.5, 3, 0.4, 3.5), 0.02, 2
    )
    found = fit_contrast(curves, CONTRASTS)
    assert found.failed.sum() <= 1

    def by_log(c, base, height, log_c50, log_n):
        return naka_rushton(c, base, height, np.exp(log_c50), np.exp(log_n))

    quantile = student.ppf(0.975, len(CONTRASTS) - 4)
    start = np.vstack([parameters[:2], np.log(parameters[2:])])
    for n in np.flatnonzero(~found.failed):
        low, high = [0, 0, -5, np.log(0.3)], [9, 9, 1, np.log(12)]
        best, covariance = oracle(by_log, CONTRASTS, curves[n], start[:, n], low, high)
        expected = [*best[:2], *np.exp(best[2:])]
        got = [found.r0[n], found.rmax[n], found.c50[n], found.exponent[n]]
        np.testing.assert_allclose(got, expected, rtol=2e-3, atol=1e-6)
        half = quantile * np.sqrt(covariance[2, 2])
        ends = np.exp(np.clip(best[2] + np.array([-half, half]), np.log(0.02) - 1, 1))
        if best[0] > 1e-6:  # scipy knows no parameter at its end
            np.testing.assert_allclose(found.c50_interval[n], ends, rtol=5e-3)


@pytest.mark.parametrize("seed", [3, 4])
def test_intervals_hold_the_truth_as_often_as_they_say(seed) -> None:
    parameters, curves = planted(
        naka_rushton, CONTRASTS, (0.3, 1, 0.08, 1.5), (0.5, 3, 0.3, 3.0), 0.03, seed
    )
    low, high = fit_contrast(curves, CONTRASTS).c50_interval.T
    assert np.mean((low <= parameters[2]) & (parameters[2] <= high)) > 0.85


def test_exact_curves_are_fitted_exactly() -> None:
    truth, curves = planted(gaussian, FREQUENCIES, (0, 0.5, 0.02, 0.4), (0.5, 4, 0.08, 0.9), 0.0, 5)
    found = fit_frequency(curves, FREQUENCIES)
    np.testing.assert_allclose(found.peak, truth[2], rtol=1e-5)
    np.testing.assert_allclose(found.r2, 1.0)
    np.testing.assert_allclose(found.peak_interval[:, 0], truth[2], rtol=1e-4)
    truth, curves = planted(naka_rushton, CONTRASTS, (0, 0.5, 0.05, 1), (0.5, 4, 0.5, 4), 0.0, 6)
    found = fit_contrast(curves, CONTRASTS)
    np.testing.assert_allclose([found.c50, found.exponent], truth[2:], rtol=1e-4)
    np.testing.assert_allclose([found.r0, found.rmax], truth[:2], rtol=1e-4, atol=1e-6)


def test_half_widths_of_von_mises_curves() -> None:
    truth, curves = planted(von_mises, ORIENTATIONS, (0, 0.5, 0, 0.5), (0.5, 4, 180, 5), 0.0, 7)
    found = fit_orientation(curves, ORIENTATIONS)
    assert not found.failed.any()
    # exp(κ(cos 2h − 1)) = 1/2
    half = np.degrees(np.arccos(1 - np.log(2) / truth[3])) / 2
    np.testing.assert_allclose(found.hwhm_deg, half, rtol=1e-6)
    assert np.abs((found.orientation_deg - truth[2] + 90) % 180 - 90).max() < 1e-5
    np.testing.assert_allclose(found.hwhm_interval_deg, np.stack([half, half], 1), rtol=1e-4)


@given(st.floats(1e-4, 1e4), st.integers(0, 7))
@settings(max_examples=20, deadline=None)
def test_widths_ignore_scale_and_rotation(factor, turn) -> None:
    _, curves = planted(von_mises, ORIENTATIONS, (0.2, 0.5, 0, 0.5), (0.5, 4, 180, 5), 0.02, 8)
    before = fit_orientation(curves, ORIENTATIONS)
    after = fit_orientation(factor * np.roll(curves, turn, axis=1), ORIENTATIONS)
    np.testing.assert_array_equal(before.failed, after.failed)
    np.testing.assert_allclose(after.hwhm_deg, before.hwhm_deg, rtol=1e-3)


def test_low_pass_neurons_are_flagged_and_have_no_bandwidth() -> None:
    peaks = np.array([0.005, 0.012, 0.04])
    curves = gaussian(FREQUENCIES, 0.0, 1.0, peaks[:, None], 0.8)
    found = fit_frequency(curves, FREQUENCIES)
    assert found.low_pass.tolist() == [True, True, False]
    np.testing.assert_allclose(found.peak, [0.01, 0.012, 0.04], rtol=1e-4)
    assert np.isnan(found.bandwidth_octaves).tolist() == [True, True, False]
    assert found.bandwidth_octaves[2] == pytest.approx(0.8 * 2.3548, rel=1e-3)


def test_supersaturation_is_flagged() -> None:
    rising = naka_rushton(CONTRASTS, 0.1, 1.0, 0.2, 2.0)
    falling = rising * np.where(CONTRASTS > 0.5, 0.7, 1.0)
    found = fit_contrast(np.stack([rising, falling]), CONTRASTS)
    assert found.supersaturating.tolist() == [False, True]


def test_failed_fits_are_nan_and_counted() -> None:
    rng = np.random.default_rng(0)
    silent, flat, unmeasured = np.zeros(8), np.ones(8), np.full(8, np.nan)
    unsaturated = CONTRASTS**1.5
    some = np.stack(
        [silent, flat, unmeasured, rng.permutation(np.tile([0.0, 1.0], 4)), unsaturated]
    )
    found = fit_contrast(some, CONTRASTS)
    assert found.failed.all()
    for values in (found.c50, found.rmax, found.r0, found.exponent, found.c50_interval[:, 0]):
        assert np.isnan(values).all()
    # Why: there was nothing to fit, or a fit that explains too little, or c50 is not reached.
    assert np.isnan(found.r2[:3]).all()
    assert found.r2[3] < 0.6
    assert found.r2[4] > 0.95
    assert fit_frequency(some[:4], FREQUENCIES).failed.all()
    assert not fit_frequency(some[:4], FREQUENCIES).low_pass.any()
    assert fit_orientation(some[:3], ORIENTATIONS).failed.all()
    one = fit_contrast(naka_rushton(CONTRASTS, 0.1, 1.0, 0.2, 2.0)[None], CONTRASTS)
    assert not one.failed.any()


def test_what_cannot_be_a_design_is_refused() -> None:
    with pytest.raises(InputError, match="4 points"):
        fit_orientation(np.ones((1, 4)), 45.0 * np.arange(4))
    with pytest.raises(InputError, match="100 are no shares"):
        fit_contrast(np.ones((1, 8)), 100 * CONTRASTS)


def test_peaks_of_parabolas() -> None:
    x = np.array([0.0, 10.0, 20.0, 40.0, 50.0])
    parabola = 100 - (x - np.array([[12.0], [33.0]])) ** 2 / 50
    np.testing.assert_allclose(peak_of(parabola, x), [12.0, 33.0])
    assert np.isnan(peak_of(np.zeros((1, 5)), x)).all()


def test_neurons_are_fitted_together_as_alone() -> None:

    _, curves = planted(gaussian, FREQUENCIES, (0.2, 1, 0.015, 0.6), (0.6, 3, 0.08, 1.2), 0.05, 9)
    together = fit_frequency(curves, FREQUENCIES)
    alone = [fit_frequency(curve[None], FREQUENCIES).peak[0] for curve in curves[:10]]
    np.testing.assert_allclose(together.peak[:10], alone, rtol=1e-6)
