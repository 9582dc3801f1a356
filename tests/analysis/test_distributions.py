"""Distances between a sample and a table of quantiles, against scipy and by chance alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm
from scipy.stats import wasserstein_distance as scipy_wasserstein

from v1vlm.analysis.distributions import Recorded, ceiling, ks_distance, wasserstein_distance
from v1vlm.errors import InputError

UNIFORM = Recorded(np.linspace(0, 2, 101), 500)
NORMAL = Recorded(norm.ppf(np.linspace(0.0005, 0.9995, 4001)), 500)


@given(st.lists(st.floats(-1, 3), min_size=1, max_size=40))
def test_ks_is_that_of_scipy(values) -> None:
    expected = kstest(values, "uniform", args=(0, 2)).statistic
    assert ks_distance(np.array(values), UNIFORM) == pytest.approx(expected, abs=1e-9)


def test_distances_are_those_of_scipy_on_a_curved_distribution() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0.3, 1.2, 400)
    assert ks_distance(values, NORMAL) == pytest.approx(kstest(values, "norm").statistic, abs=2e-3)
    expected = scipy_wasserstein(values, NORMAL.at(np.linspace(0, 1, 20_001)))
    assert wasserstein_distance(values, NORMAL) == pytest.approx(expected, rel=0.02)


@given(st.lists(st.floats(0, 2), min_size=1, max_size=30), st.floats(0.1, 10))
def test_scale_changes_wasserstein_in_proportion_and_ks_not(values, scale) -> None:
    sample, scaled = np.array(values), Recorded(scale * UNIFORM.quantiles, UNIFORM.n)
    assert ks_distance(scale * sample, scaled) == pytest.approx(ks_distance(sample, UNIFORM))
    by = wasserstein_distance(sample, UNIFORM)
    assert wasserstein_distance(scale * sample, scaled) == pytest.approx(scale * by, abs=1e-9)


def test_equal_quantiles_are_a_step() -> None:
    """Half of the recorded neurons at exactly zero."""
    half = Recorded(np.concatenate([np.zeros(51), np.linspace(0, 1, 51)[1:]]), 100)
    assert half.cdf(np.array([-0.1, 0.0, 0.5, 2.0])).tolist() == pytest.approx([0, 0.5, 0.75, 1])
    assert ks_distance(np.zeros(7), half) == pytest.approx(0.5)


@pytest.mark.parametrize("distance", [ks_distance, wasserstein_distance])
def test_a_sample_of_the_recording_itself_stays_below_the_ceiling(distance) -> None:
    rng = np.random.default_rng(1)
    limit = ceiling(distance, 60, NORMAL, np.random.default_rng(2), draws=150)
    below = [distance(NORMAL.at(rng.uniform(size=60)), NORMAL) <= limit for _ in range(300)]
    assert 0.93 <= np.mean(below) <= 1.0
    far = [distance(NORMAL.at(rng.uniform(size=60)) + 0.8, NORMAL) <= limit for _ in range(50)]
    assert np.mean(far) < 0.05
    assert ceiling(distance, 600, NORMAL, np.random.default_rng(2), draws=60) < limit


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(InputError, match="1 quantiles"):
        Recorded(np.array([0.2]), 10)
    with pytest.raises(InputError, match="does not ascend"):
        Recorded(np.array([0.2, 0.1]), 10)
