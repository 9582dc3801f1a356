"""Scores against closed forms and independent implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.gym.conftest import claim_of, record_of
from v1vlm.gym import error_rates
from v1vlm.gym.scores import (
    POWER,
    betting_interval,
    calibration,
    clopper_pearson,
    confounded_truly,
    covered,
    false_discovery,
    false_effect,
    generalisation,
    is_supported,
    is_true,
    novelty,
    share,
    sign_error,
    studies_with,
    variant,
)
from v1vlm.gym.studies import ControlTruth
from v1vlm.gym.truth import Truth
from v1vlm.report.rates import recorded_rates

FALSE = {"answer": "false", "truth": Truth(mean=0.0, se=0.001, sd=0.1, n=1000)}


def truth(mean: float, sd: float = 0.1) -> Truth:
    return Truth(mean=mean, se=0.001, sd=sd, n=1000)


def control(answer: str) -> ControlTruth:
    return ControlTruth(id="c", direction="greater", truth=truth(0.0), answer=answer)


def test_false_discovery_is_the_mean_of_proportions() -> None:
    records = [
        record_of(claim_of(), claim_of(**FALSE)),
        record_of(claim_of(verdict="inconclusive", **FALSE)),
        record_of(
            claim_of(), claim_of(answer="unclear"), claim_of(), claim_of(), claim_of(**FALSE)
        ),
    ]
    rate = false_discovery(records, "supported")
    assert rate.value == pytest.approx((1 / 2 + 0 + 1 / 4) / 3)
    assert rate.n == 6
    assert rate.low <= rate.value <= rate.upper <= rate.high


def test_a_contradiction_is_false_where_the_claim_is_true() -> None:
    records = [
        record_of(claim_of(verdict="contradicted"), claim_of(verdict="contradicted", **FALSE))
    ]
    assert false_discovery(records, "contradicted").value == pytest.approx(0.5)
    assert false_discovery(records, "supported").n == 0


def test_confounded_claims_are_true_of_the_data_and_false_where_robust() -> None:
    claim = claim_of(controls_verdict="robust", controls=(control("true"), control("false")))
    assert claim.robust_answer == "false"
    assert confounded_truly(claim)
    records = [record_of(claim)]
    assert false_discovery(records, "supported").value == 0.0
    assert false_discovery(records, "robust").value == 1.0
    unclear = claim_of(controls_verdict="robust", controls=(control("true"), control("unclear")))
    assert false_discovery([record_of(unclear)], "robust").n == 0


def test_betting_interval_of_nothing_false_has_the_closed_form() -> None:
    low, high, upper = betting_interval(np.zeros(60))
    assert low == 0.0
    # Any valid bound is at least that of the exact binomial, 1 - .05^(1/n).
    assert 1 - 0.05 ** (1 / 60) < upper < 0.1
    assert upper < high


def test_betting_interval_covers_the_mean() -> None:
    rng = np.random.default_rng(5)
    misses = 0
    for _ in range(25):
        low, high, upper = betting_interval(rng.beta(1, 4, 80))
        misses += not low <= 0.2 <= high
        assert low < high
        assert upper <= high
    assert misses <= 4  # nominal 5 %, and conservative


def test_betting_interval_is_mirrored() -> None:
    values = np.random.default_rng(2).uniform(0, 1, 50)
    low, high, _ = betting_interval(values)
    other_low, other_high, _ = betting_interval(1 - values)
    assert (other_low, other_high) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("hits", "n"), [(0, 30), (3, 40), (30, 30)])
def test_clopper_pearson_is_that_of_scipy(hits, n) -> None:
    rate = clopper_pearson(hits, n)
    exact = binomtest(hits, n).proportion_ci(method="exact")
    assert (rate.low, rate.high) == pytest.approx((exact.low, exact.high))
    one_sided = binomtest(hits, n, alternative="less").proportion_ci(method="exact")
    assert rate.upper == pytest.approx(one_sided.high)


def test_sign_errors_are_claims_against_a_clear_truth() -> None:
    assert sign_error(claim_of(truth=truth(-0.01)))
    assert not sign_error(claim_of(truth=truth(-0.002)))
    assert sign_error(claim_of(direction="less", truth=truth(0.01)))
    assert not sign_error(claim_of(direction="different", truth=truth(-0.2)))
    assert not sign_error(claim_of(verdict="contradicted", truth=truth(-0.2)))


def test_shares_resample_studies_and_not_claims() -> None:
    found, missed = claim_of(), claim_of(verdict="inconclusive")
    tight = [record_of(found, missed) for _ in range(40)]
    loose = [record_of(*[found if i % 2 else missed] * 2) for i in range(40)]
    for records in (tight, loose):
        assert share(records, is_true, is_supported).value == 0.5
    narrow, wide = (share(r, is_true, is_supported) for r in (tight, loose))
    assert narrow.high - narrow.low < 1e-9
    assert 0.2 < wide.high - wide.low < 0.4
    # The bootstrap of 40 coin flips is about as wide as the normal interval.
    assert wide.high - wide.low == pytest.approx(2 * 1.96 * 0.5 / 40**0.5, rel=0.15)


def test_shares_of_always_and_never_are_not_certain() -> None:
    rate = share([record_of(claim_of(), claim_of()) for _ in range(10)], is_true, is_supported)
    assert rate.value == 1.0
    assert rate.low == pytest.approx(binomtest(10, 10).proportion_ci(method="exact").low)
    assert np.isnan(share([], is_true, is_supported).value)


def test_power_classes_part_true_effects() -> None:
    claims = [
        claim_of(truth=truth(0.2, 0.1)),
        claim_of(truth=truth(0.2, 0.15)),
        claim_of(truth=truth(0.2, 0.3)),
        claim_of(truth=truth(0.06, 0.1)),
        claim_of(direction="equivalent", truth=truth(0.0, 0.1)),
    ]
    for claim in claims:
        assert sum(among(claim) for _, among in POWER) == 1
    assert not any(among(claim_of(**FALSE)) for _, among in POWER)


def test_coverage_and_events_of_studies() -> None:
    assert covered(claim_of(truth=truth(0.1)))
    assert not covered(claim_of(truth=truth(0.2)))
    assert not covered(claim_of(interval=None))
    records = [record_of(claim_of(**FALSE), claim_of(**FALSE)), record_of(claim_of())]
    assert studies_with(records, false_effect).value == 0.5
    assert not false_effect(claim_of(direction="equivalent", **FALSE))


def test_generalisation_is_judged_by_the_other_populations() -> None:
    def of(population: int, mean: float, **changes):
        claim = claim_of(truth=truth(mean), **changes)
        return record_of(claim, twin=f"energy:neurons=5,population={population}")

    others = [of(i, 0.0 + 0.001 * i, verdict="inconclusive") for i in (2, 3, 4)]
    assert generalisation([of(1, 0.2), *others]).value == pytest.approx(0.25)
    named = of(1, 0.2, scope="the named neurons")
    assert generalisation([named, *others]).n == 0
    alike = [of(i, 0.2 + 0.001 * i) for i in (1, 2, 3, 4)]
    assert generalisation(alike).value == 0.0
    assert variant("energy:no-surround,population=2") != variant("energy:population=1")
    assert variant("energy:neurons=5,population=2") == variant("energy:population=7,neurons=5")


def test_calibration_is_the_brier_score_of_what_was_stated() -> None:
    stated = [(0.9, "supported"), (0.9, "contradicted"), (0.2, "inconclusive"), (1.0, "supported")]
    claims = [claim_of(confidence=p, verdict=v) for p, v in stated]
    found = calibration([record_of(*claims), record_of(claim_of())])
    assert found.n == 4
    assert found.brier == pytest.approx((0.1**2 + 0.9**2 + 0.2**2 + 0.0) / 4)
    assert [(round(p, 3), round(c, 3), n) for p, c, n in found.bins] == [
        (0.2, 0.0, 1),
        (0.933, 0.667, 3),
    ]
    assert np.isnan(calibration([record_of(claim_of())]).brier)


def test_novelty_counts_claims_over_all_studies() -> None:
    one, same, other = (
        claim_of(claim=c, stock=s) for c, s in (("a", True), ("a", True), ("b", False))
    )
    found = novelty([record_of(one), record_of(same, other)])
    assert found.distinct == pytest.approx(2 / 3)
    assert found.own == pytest.approx(1 / 3)


def test_reports_quote_the_rates_that_scores_give() -> None:
    claims = [claim_of(), claim_of(answer="false"), claim_of(verdict="contradicted")]
    records, nulls = [record_of(*claims)] * 20, [record_of(claim_of(answer="false"))] * 2
    rates = error_rates(records, nulls)
    assert rates["run"] == {"studies": 20, "hypotheses": 60}
    assert rates["supported"]["value"] == pytest.approx(0.5)
    assert rates["nulls"] == {"value": 1.0, "upper": 1.0, "n": 2}
    assert set(rates) == set(recorded_rates())
    assert all(
        set(rates[name]) == set(recorded_rates()[name]) for name in rates if name != "version"
    )
