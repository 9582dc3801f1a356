from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from v1vlm.analysis.effects import estimate, resampled_means, source_interval, two_way_interval
from v1vlm.analysis.measures import measure
from v1vlm.errors import InputError

FIRST = measure("permi").score


def normal_features(seed: int, neuron_sd: float, draw_sd: float) -> np.ndarray:
    """Features (draw, 1, neuron) with exact spread among 60 draws or 60 neurons."""
    rng = np.random.default_rng(seed)
    neurons, draws = rng.normal(size=60), rng.normal(size=(60, 1))
    neurons = (neurons - neurons.mean()) / neurons.std(ddof=1)
    draws = (draws - draws.mean()) / draws.std(ddof=1)
    return (0.1 + neuron_sd * neurons + draw_sd * draws)[:, None]


def test_estimate_counts_what_was_done_to_the_draws() -> None:
    found = estimate([0.1, 0.5, -0.9, np.nan, 0.2], 0.4)
    assert found.value == pytest.approx((0.1 + 0.4 - 0.4 + 0 + 0.2) / 5)
    assert found.unclipped == pytest.approx((0.1 + 0.5 - 0.9 + 0.2) / 4)
    assert (found.clipped_share, found.invalid_share, found.n_draws) == (0.5, 0.2, 5)
    assert estimate([0.1, np.nan], 0.4, invalid=0.4).value == pytest.approx(0.25)


def test_estimate_needs_draws() -> None:
    with pytest.raises(InputError, match="no draws"):
        estimate([], 0.3)


@pytest.mark.parametrize("name", ["permi", "population_mi", "sparseness"])
def test_weights_are_explicit_resampling(name: str) -> None:
    rng = np.random.default_rng(3)
    chosen = measure(name)
    n_draws, n_neurons, resamples = 7, 9, 25
    features = np.stack(
        [chosen.summarise(rng.exponential(size=(2, n_neurons, 3))) for _ in range(n_draws)]
    )
    hidden = rng.random((n_draws, n_neurons)) < 0.6
    hidden[0] = True  # an invalid draw
    features = np.where(hidden[:, None], np.nan, features)
    pick_neurons = rng.integers(n_neurons, size=(resamples, n_neurons))
    pick_draws = rng.integers(n_draws, size=(resamples, n_draws))
    expected = []
    for neurons, draws in zip(pick_neurons, pick_draws, strict=True):
        scores = []
        for draw in draws:
            kept = [n for n in neurons if not hidden[draw, n]]
            if hidden[draw].all():
                scores.append(0.07)
            elif kept:
                mean = features[draw][:, kept].mean(axis=1, dtype=np.float64)
                scores.append(float(np.clip(chosen.score(mean), -0.2, 0.2)))
        expected.append(np.mean(scores))
    found = resampled_means(
        features,
        chosen.score,
        0.2,
        neuron_weights=np.stack([np.bincount(p, minlength=n_neurons) for p in pick_neurons]) * 1.0,
        draw_weights=np.stack([np.bincount(p, minlength=n_draws) for p in pick_draws]) * 1.0,
        invalid=0.07,
    )
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize(("neuron_sd", "draw_sd"), [(0.2, 0.0), (0.0, 0.2), (0.2, 0.2)])
def test_two_way_interval_of_normal_effects_is_students(neuron_sd: float, draw_sd: float) -> None:
    found = two_way_interval(normal_features(4, neuron_sd, draw_sd), FIRST, 9.0, seed=1)
    half = t.ppf(0.975, 59) * np.hypot(neuron_sd, draw_sd) / np.sqrt(60)
    assert found is not None
    assert found[0] == pytest.approx(0.1 - half, abs=0.15 * half)
    assert found[1] == pytest.approx(0.1 + half, abs=0.15 * half)


def test_two_way_interval_needs_neurons_and_valid_draws() -> None:
    features = normal_features(5, 0.2, 0.2)
    assert two_way_interval(features[:, :, :20], FIRST, 1.0, seed=1) is not None
    assert two_way_interval(features[:, :, :19], FIRST, 1.0, seed=1) is None
    absent = features.copy()
    absent[:, :, 19:] = np.nan
    assert two_way_interval(absent, FIRST, 1.0, seed=1) is None
    features[1:] = np.nan
    assert two_way_interval(features, FIRST, 1.0, seed=1) is None


def test_two_way_interval_clips_draws_and_follows_its_seed() -> None:
    features = normal_features(6, 0.3, 0.3)
    low, high = two_way_interval(features, FIRST, 0.05, seed=1, resamples=300) or (0.0, 0.0)
    assert -0.05 <= low < high <= 0.05
    assert (low, high) == two_way_interval(features, FIRST, 0.05, seed=1, resamples=300)
    assert (low, high) != two_way_interval(features, FIRST, 0.05, seed=2, resamples=300)


def test_two_way_interval_counts_invalid_draws_as_told() -> None:
    features = np.full((40, 1, 25), 0.2)
    features[:20] = np.nan
    low, high = two_way_interval(features, FIRST, 1.0, seed=1) or (0.0, 0.0)
    assert low < 0.1 < high < 0.2
    exact = two_way_interval(features, FIRST, 1.0, seed=1, invalid=0.2)
    assert exact == pytest.approx((0.2, 0.2))


def test_source_interval_resamples_whole_photographs() -> None:
    effects = normal_features(7, 0.2, 0.0)[0, 0]
    half = t.ppf(0.975, 59) * 0.2 / np.sqrt(60)
    # Four equal draws of a photograph are one draw of it.
    sources = [f"photo-{i}" for i in np.repeat(np.arange(60), 4)]
    found = source_interval(np.repeat(effects, 4), sources, seed=1)
    assert found == pytest.approx((0.1 - half, 0.1 + half), abs=0.15 * half)


def test_source_interval_weighs_photographs_by_their_draws() -> None:
    d = np.array([0.0, 0.0, 0.0, 0.4, np.nan])
    found = source_interval(d, ["a", "a", "a", "b", "b"], seed=1)
    # Two sources: the resampled means are 0, .1 and .4.
    assert found == pytest.approx((0.0, 0.4))


def test_source_interval_needs_two_sources_and_one_per_draw() -> None:
    assert source_interval([0.1, 0.2], ["a", "a"], seed=1) is None
    with pytest.raises(InputError, match="2 draws were given 1 sources"):
        source_interval([0.1, 0.2], ["a"], seed=1)
