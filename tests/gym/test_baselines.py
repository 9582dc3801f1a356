"""Other ways of deciding, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from v1vlm.gym.baselines import (
    RULES,
    Sample,
    baselines,
    benjamini_hochberg,
    bonferroni,
    one_image,
    t_over_images,
    t_over_neurons,
)


def sample(direction="greater", mean=0.0, sd=0.1, n=50, seed=1) -> Sample:
    rng = np.random.default_rng(seed)
    return Sample(direction, 0.05, rng.normal(mean, sd, n), rng.normal(mean, sd, 30))


def test_one_image_reads_the_sign() -> None:
    up = Sample("greater", 0.05, np.array([0.01, -1.0]), np.zeros(2))
    claims = [
        Sample(d, 0.05, up.scores, up.neurons)
        for d in ("greater", "less", "different", "equivalent")
    ]
    assert one_image(claims) == [True, False, True, False]


def test_one_image_is_wrong_about_half_of_nulls() -> None:
    claims = one_image([sample(seed=seed) for seed in range(400)])
    assert np.mean(claims) == pytest.approx(0.5, abs=0.08)


def test_tests_over_images_are_those_of_scipy() -> None:
    claim = sample(mean=0.1)
    p = stats.ttest_1samp(claim.scores, 0.05, alternative="greater").pvalue
    assert t_over_images([claim]) == [p < 0.05]
    within = sample("equivalent", sd=0.05)
    ps = [
        stats.ttest_1samp(within.scores, edge, alternative=side).pvalue
        for edge, side in ((-0.05, "greater"), (0.05, "less"))
    ]
    assert t_over_images([within]) == [max(ps) < 0.05]


def test_at_the_margin_images_err_as_often_as_promised() -> None:
    for direction, mean in (("greater", 0.05), ("less", -0.05), ("equivalent", 0.05)):
        claims = t_over_images([sample(direction, mean, seed=seed) for seed in range(1000)])
        assert np.mean(claims) == pytest.approx(0.05, abs=0.025)


def test_neurons_are_tested_against_no_difference() -> None:
    claims = t_over_neurons([sample(mean=0.04, seed=seed) for seed in range(200)])
    assert np.mean(claims) > 0.5  # the margin is not asked for


def test_corrections_claim_less() -> None:
    claims = [sample(mean=mean, seed=seed) for seed, mean in enumerate(np.linspace(0, 0.15, 12))]
    plain, strict, between = t_over_images(claims), bonferroni(claims), benjamini_hochberg(claims)
    assert sum(strict) <= sum(between) <= sum(plain)
    ps = [stats.ttest_1samp(c.scores, 0.05, alternative="greater").pvalue for c in claims]
    assert strict == [p < 0.05 / 12 for p in ps]
    assert between == [p < 0.05 for p in stats.false_discovery_control(ps)]


def test_values_without_spread_are_what_they_are() -> None:
    flat = np.full(10, 0.2)
    claims = [Sample(d, 0.05, flat, flat) for d in ("greater", "less", "different", "equivalent")]
    assert t_over_images(claims) == [True, False, True, False]
    empty = Sample("greater", 0.05, np.zeros(0), np.zeros(0))
    assert not any(rule([empty])[0] for rule in RULES.values())


def test_records_are_decided_anew(records, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("V1VLM_TEST_SMALL", "1")
    found = baselines(records[:1], tmp_path)
    assert set(found) == set(RULES)
    for decided in found.values():
        assert [t.truth for t in decided[0].tested] == [t.truth for t in records[0].tested]
    images = {t.case: t.verdict for t in found["t-test over 50 images"][0].tested}
    assert all(
        verdict == "supported"
        for case, verdict in images.items()
        if case in ("contrast", "confounded")
    )
    assert images.get("wrong", "inconclusive") == "inconclusive"
