"""Responses to ensembles of images: limits, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ttest_ind

from v1vlm.analysis.tuning import d_prime, lifetime_sparseness

responses = arrays(np.float64, (4, 12), elements=st.floats(0.01, 100.0))


def test_sparseness_at_its_limits() -> None:
    some = np.stack([np.ones(12), np.eye(12)[3], np.zeros(12), np.full(12, np.nan)])
    np.testing.assert_allclose(lifetime_sparseness(some), [0, 1, np.nan, np.nan], atol=1e-12)


@given(responses, st.floats(1e-3, 1e3), st.permutations(range(12)))
@settings(max_examples=40, deadline=None)
def test_sparseness_ignores_scale_and_order(some, factor, order) -> None:
    found = lifetime_sparseness(some)
    assert np.all((found > -1e-9) & (found <= 1))
    np.testing.assert_allclose(lifetime_sparseness(factor * some[:, order]), found, atol=1e-9)


def test_d_prime_is_the_t_statistic_without_the_number_of_images() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 5, 30)) + np.array([0.4, 0.0])[:, None, None]
    expected = ttest_ind(a, b, axis=1).statistic / np.sqrt(30 / 2)
    np.testing.assert_allclose(d_prime(a, b), expected)
    np.testing.assert_allclose(d_prime(b, a), -expected)


def test_d_prime_of_constant_responses_is_not_measurable() -> None:
    assert np.isnan(d_prime(np.ones((2, 5)), np.zeros((2, 5)))).all()
    assert d_prime(np.ones((1, 5)), np.arange(5.0)[None])[0] == pytest.approx(-1 / np.sqrt(1.25))
