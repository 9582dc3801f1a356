"""What is read from noisy responses: unbiased, and decided at the promised error rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from v1vlm.analysis.pooled import Sample, pooled_index, pooled_test, sample_of
from v1vlm.analysis.recorded import COUNTERPARTS, Counterpart, draw_features
from v1vlm.records import rng_of

Float = NDArray[np.float64]
ALPHA = 0.05
SESSIONS = 80
DRAWS, TRIALS, NEURONS = 60, 4, 6
DISTANCE_DEG = np.array([2.0, 4.0, 6.0, 20.0, 25.0, 30.0])
CONDITIONS = {"rank": 5, "interaction": 4}
"""Of the measures that are not of a pair."""
TWO_SETS = ("late_minus_early", "interaction", "near_minus_far", "sparseness")


def population(name: str, rng: np.random.Generator, n: int = 200) -> Float:
    """Noise-free responses (draw, window, condition, neuron) with an effect in the first part."""
    windows = 2 if name == "late_minus_early" else 1
    drive = rng.gamma(4.0, 0.25, (n, 1, 1, 1)) * rng.gamma(3.0, 1 / 3, (n, 1, 1, NEURONS))
    responses = np.broadcast_to(drive, (n, windows, CONDITIONS.get(name, 2), NEURONS)).copy()
    strength = rng.uniform(0.0, 0.6, (n, 1))
    if name == "rank":
        # Rising and then level: a trend that ranks of noisy responses would overstate.
        last = rng.integers(0, 3, (n, 1, 1, 1))
        steps = np.minimum(np.arange(5)[:, None], last)
        responses *= 1 + steps * rng.uniform(-0.2, 0.5, (n, 1, 1, NEURONS))
    elif name == "near_minus_far":
        responses[:, 0, 0, :3] *= 1 + strength
    elif name == "sparseness":
        responses[:, 0, 0] *= 1 + 3 * strength * (np.arange(NEURONS) < 2)
    else:
        responses[:, 0, 0] *= 1 + strength
    return responses


def noisy(mean: Float, law: str, rng: np.random.Generator) -> Float:
    """Trials (…, trial, neuron) of responses (…, neuron); noise of mean zero."""
    shape = (*mean.shape[:-1], TRIALS, mean.shape[-1])
    whole = np.broadcast_to(mean[..., None, :], shape)
    if law == "additive":
        return whole + rng.normal(0, 1.0, shape)
    # Gamma, variance in proportion to the mean, all neurons of a trial times one number.
    gain = rng.gamma(10.0, 0.1, (*shape[:-1], 1))
    return rng.gamma(np.maximum(whole, 1e-9)) * gain


def features_of(how: Counterpart, trials: Float) -> Float:
    """Features (draw, feature) of responses (draw, window, condition, trial, neuron)."""
    found = [draw_features(how, list(map(list, of)), DISTANCE_DEG) for of in trials]
    return np.array(found, np.float64)


def noise_free(how: Counterpart, mean: Float) -> Float:
    return features_of(how, np.repeat(mean[..., None, :], 2, axis=-2))


@pytest.mark.parametrize("law", ["additive", "gamma and shared"])
@pytest.mark.parametrize("name", sorted(COUNTERPARTS))
def test_features_are_not_moved_by_noise(name: str, law: str) -> None:
    how = COUNTERPARTS[name]
    rng = rng_of("unbiased", name, law)
    one = population(name, rng, 1)
    again = features_of(how, noisy(np.repeat(one, 4000, axis=0), law, rng))
    truth = noise_free(how, one)[0]
    error = again.std(axis=0, ddof=1) / np.sqrt(len(again))
    if how.kind == "trend":
        # The last feature is a lower bound of the root of the one before.
        assert again[:, 2].mean() < np.sqrt(truth[1]) + 4 * error[2]
        assert truth[2] <= np.sqrt(truth[1]) + 1e-12
        again, truth, error = again[:, :2], truth[:2], error[:2]
    assert np.all(np.abs(again.mean(axis=0) - truth) <= 4.5 * error + 1e-12)


def decided(
    name: str, law: str, margin: float, read: Callable[..., Float], draws: int = DRAWS
) -> tuple[float, float]:
    """Shares supported and contradicted of "greater than the margin", of many sessions."""
    how = COUNTERPARTS[name]
    shown = population(name, rng_of("population", name))
    verdicts = []
    for i in range(SESSIONS):
        rng = rng_of("session", name, law, i)
        index = rng.integers(len(shown), size=draws)
        sample = sample_of(read(how, noisy(shown[index], law, rng)), how)
        verdicts.append(pooled_test(sample, "greater", margin, ALPHA, ALPHA)["verdict"])
    return verdicts.count("supported") / SESSIONS, verdicts.count("contradicted") / SESSIONS


def truth_of(name: str) -> float:
    how = COUNTERPARTS[name]
    return float(
        pooled_index(
            noise_free(how, population(name, rng_of("population", name))).mean(axis=0), how
        )
    )


@pytest.mark.parametrize("law", ["additive", "gamma and shared"])
@pytest.mark.parametrize("name", ["permi", *TWO_SETS, "rank"])
def test_a_claim_at_its_margin_is_rarely_decided(name: str, law: str) -> None:
    truth = truth_of(name)
    assert truth > 0.03
    for share in decided(name, law, truth, features_of):
        assert share <= ALPHA + 0.1  # four standard errors


@pytest.mark.parametrize("name", ["permi", *TWO_SETS, "rank"])
def test_large_effects_are_found(name: str) -> None:
    assert decided(name, "additive", truth_of(name) / 5, features_of, 240)[0] > 0.25


def test_squares_of_noisy_responses_would_be_decided_wrongly() -> None:
    def squared(_: Counterpart, trials: Float) -> Float:
        a, b = trials[:, 0].mean(axis=2).swapaxes(0, 1)
        return np.stack(
            [x for r in (b, a) for x in (r.mean(axis=1) ** 2, (r**2).mean(axis=1))], axis=1
        )

    truth = truth_of("sparseness")
    assert sum(decided("sparseness", "additive", truth, squared, 240)) > 0.15
    assert sum(decided("sparseness", "additive", truth, features_of, 240)) < 0.15


def test_a_product_of_expectations_takes_different_draws() -> None:
    """Of two ratios, a unit's mean is D₁S₂ − D₂S₁ of *different* draws, worked out by hand."""
    features = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    sample = sample_of(features, COUNTERPARTS["interaction"])
    assert sample.value.tolist() == [(1 * 8 - 7 * 2 + 5 * 4 - 3 * 6) / 2]
    assert sample.upper.tolist() == [(2 * 8 + 6 * 4) / 2]
    assert sample.draws == 2
    four = sample_of(np.ones((9, 8)), COUNTERPARTS["interaction"], controlled=True)
    assert (len(four.value), four.draws) == (2, 4)


def test_an_effect_that_its_control_has_too_is_none_beyond_it() -> None:
    for name in ("permi", "rank", "interaction"):
        how = COUNTERPARTS[name]
        mean = noise_free(how, population(name, rng_of("population", name))).mean(axis=0)
        twice = np.concatenate([mean, mean])
        assert pooled_index(twice, how, controlled=True) == pytest.approx(0.0)
        nothing = mean.copy()
        nothing[::2] = 0.0  # the control modulates nothing
        alone = pooled_index(np.concatenate([mean, nothing]), how, controlled=True)
        assert alone == pytest.approx(float(pooled_index(mean, how)))


def test_the_two_ends_of_a_size_are_tested_on_their_own_sides() -> None:
    """θ between 1/upper and 1/lower is neither supported nor refuted at a margin between them."""
    rng = rng_of("ends")
    value = 0.5 + rng.normal(0, 0.05, 200)
    sample = Sample(value, np.full(200, 1.5), np.full(200, 0.8), 10)
    for margin, verdict in ((0.2, "supported"), (0.45, "inconclusive"), (0.8, "contradicted")):
        assert pooled_test(sample, "greater", margin, ALPHA, ALPHA)["verdict"] == verdict
        flipped = Sample(-value, sample.upper, sample.lower, 10)
        assert pooled_test(flipped, "less", margin, ALPHA, ALPHA)["verdict"] == verdict


def test_trials_that_were_not_recorded_do_not_count() -> None:
    rng = rng_of("missing")
    trials = list(rng.uniform(1, 2, (2, 3, 4)))
    trials[0][1] = np.nan
    how = COUNTERPARTS["permi"]
    kept = draw_features(how, [trials], DISTANCE_DEG[:4])
    a, b = trials[0][[0, 2]].mean(), trials[1].mean()
    assert kept == pytest.approx((a - b, a + b))
    assert (
        draw_features(COUNTERPARTS["sparseness"], [[trials[0][:2], trials[1]]], DISTANCE_DEG)
        is None
    )
