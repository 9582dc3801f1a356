"""Facts as data, the statistics that they are judged by, and the four verdicts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from v1vlm.errors import InputError
from v1vlm.physiology import Card, lost, within_error
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, Shown
from v1vlm.physiology.facts import FEWEST, THRESHOLDS, judge
from v1vlm.physiology.reference import Fact, facts, mouse_b
from v1vlm.physiology.statistics import OF_PAIRS, SIZE_CURVE, STATISTICS, with_resamples

N = 400
BY_ID = {fact.id: fact for fact in facts()}
RNG = np.random.default_rng(5)
POSITION = np.column_stack([RNG.uniform(0, 600, (N, 2)), RNG.choice([200.0, 300.0, 400.0], N)])
ALL = np.ones(N, bool)


def shown(entry: str, **columns) -> dict[str, Shown]:
    protocol = PROTOCOLS_SHOWN[entry]
    return {entry: Shown(protocol, columns, ALL, ALL, ALL, 1, False)}


def judged(fact: Fact, tables: dict[str, Shown], quality=None):
    return judge(fact, tables, {}, np.ones(N) if quality is None else quality, POSITION, mouse_b())


def test_there_are_enough_facts_and_each_can_be_held_against_something() -> None:
    assert len(facts()) >= 20
    assert len(BY_ID) == len(facts())
    for fact in facts():
        assert fact.text
        assert fact.citation
        assert fact.recorded
        assert fact.protocols <= set(PROTOCOLS_SHOWN)
        assert fact.statistic in {"", "ks", *STATISTICS, *OF_PAIRS}
        assert Fact.from_json(fact.to_json()) == fact
    assert sum(not (f.disputed or f.untestable) for f in facts()) >= 20


@pytest.mark.parametrize(
    "change",
    [{"low": None}, {"low": 2.0, "high": 1.0}, {"untestable": "both"}, {"values": ()}],
)
def test_a_fact_has_a_rule_or_a_reason(change) -> None:
    with pytest.raises(InputError, match="c50"):
        Fact.from_json({**BY_ID["c50"].to_json(), **change})


def test_recorded_tables_are_those_of_the_publication() -> None:
    """Quantiles that are printed beside the recordings."""
    at = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    expected = {
        "gosi": [0.047, 0.126, 0.227, 0.376, 0.623],
        "gdsi": [0.031, 0.084, 0.148, 0.250, 0.479],
    }
    for name, values in expected.items():
        table = mouse_b().distribution(name)
        assert table.n == 7928
        np.testing.assert_allclose(table.at(at), values, atol=6e-4)


def test_pass_and_miss_with_n_at_every_step() -> None:
    c50 = RNG.lognormal(np.log(0.2), 0.3, N)
    c50[:30] = np.nan
    quality = np.ones(N)
    quality[30:50] = 0.05
    table = {"contrast": Shown(PROTOCOLS_SHOWN["contrast"], {"c50": c50}, ALL, ALL, ALL, 1, False)}
    found = judged(BY_ID["c50"], table, quality)
    assert found.verdict == "pass"
    assert found.primary.value == pytest.approx(np.median(c50[50:]))
    assert found.primary.interval[0] < found.primary.value < found.primary.interval[1]
    assert found.primary.n == {
        "twin": N,
        "asked": N,
        "placed": N,
        "driven": N,
        "selected": N - 20,
        "measurable": N - 50,
    }
    assert [one.n["measurable"] for one in found.at] == [N - 30, N - 50, N - 50]
    missed = judged(BY_ID["c50"], shown("contrast", c50=c50 + 0.4), quality)
    assert missed.verdict == "miss"
    assert "above 0.1 to 0.3" in missed.reason


def test_a_verdict_that_hangs_on_the_selection_says_so() -> None:
    c50 = np.where(np.arange(N) < 260, 0.9, 0.2)
    quality = np.where(np.arange(N) < 260, 0.3, 1.0)
    found = judged(BY_ID["c50"], shown("contrast", c50=c50), quality)
    assert [one.verdict for one in found.at] == ["miss", "miss", "pass"]
    assert [one.threshold for one in found.at] == list(THRESHOLDS)
    assert found.hangs_on_selection
    assert found.verdict == "miss"


@pytest.mark.parametrize(
    ("middle", "verdict", "near"),
    [(0.2, "pass", False), (0.302, "miss", True), (0.298, "pass", True), (0.5, "miss", False)],
)
def test_a_verdict_whose_interval_holds_a_bound_says_so(middle, verdict, near) -> None:
    c50 = middle * np.exp(0.3 * np.linspace(-1, 1, N))
    found = judged(BY_ID["c50"], shown("contrast", c50=c50))
    low, high = found.primary.interval
    assert (low < BY_ID["c50"].high < high) == near
    assert (found.verdict, found.primary.near_bound) == (verdict, near)
    assert found.said == verdict + "~" * near


def c50_of(middle: float, spread: float = 0.3):
    return judged(
        BY_ID["c50"], shown("contrast", c50=middle * np.exp(spread * np.linspace(-1, 1, N)))
    )


def test_a_fact_has_moved_if_its_value_differs_by_more_than_the_error_of_both() -> None:
    near, beyond, far = c50_of(0.297), c50_of(0.303), c50_of(0.5)
    assert [one.verdict for one in (near, beyond, far)] == ["pass", "miss", "miss"]
    assert not beyond.moved_from(near)
    assert far.moved_from(near)
    assert near.moved_from(far)
    # Either interval may be the wide one.
    wide = c50_of(0.5, spread=2.1)
    assert wide.primary.interval[0] < 0.45 < c50_of(0.45).primary.interval[1] < 0.5
    assert not wide.moved_from(c50_of(0.45))
    assert not c50_of(0.45).moved_from(wide)
    assert not judged(BY_ID["c50"], shown("contrast", c50=np.full(N, np.nan))).moved_from(wide)


def test_samples_of_one_population_hardly_ever_differ() -> None:
    """As often as a 95 % interval allows; not where one interval leaves out the other value."""
    rng = np.random.default_rng(8)
    same = [
        judged(BY_ID["c50"], shown("contrast", c50=rng.lognormal(np.log(0.1), 0.4, N)))
        for _ in range(40)
    ]
    pairs = list(itertools.combinations(same, 2))
    assert np.mean([a.moved_from(b) for a, b in pairs]) < 0.1
    apart = [abs(a.primary.value - b.primary.value) for a, b in pairs]
    half = [np.ptp(a.primary.interval) / 2 for a, _ in pairs]
    assert np.mean(np.array(apart) > np.array(half)) > 0.1


def test_a_fact_at_its_bound_is_not_lost_by_chance() -> None:
    usual, below, far = (
        Card.model_construct(facts=(c50_of(middle),)) for middle in (0.103, 0.099, 0.05)
    )
    assert [card.facts[0].verdict for card in (usual, below, far)] == ["pass", "miss", "miss"]
    assert lost(below, usual) == ()
    assert within_error(below, usual) == ("c50",)
    assert lost(far, usual) == ("c50",)
    assert within_error(far, usual) == ()
    assert lost(usual, far) == within_error(usual, below) == ()


def test_a_distance_whose_interval_holds_what_is_allowed_is_near_it() -> None:
    sample = mouse_b().distribution("gosi").at((np.arange(N) + 0.5) / N)

    def moved(by: float):
        return judged(BY_ID["gosi"], shown("recorded_gabors", gosi=np.clip(sample + by, 0, 1)))

    allowed = moved(0.0).primary.ceiling + BY_ID["gosi"].tolerance
    steps = [moved(by) for by in np.linspace(0, 0.3, 16)]
    assert [one.verdict for one in steps] == sorted((o.verdict for o in steps), reverse=True)
    for one in steps:
        low, high = one.primary.interval
        assert one.primary.near_bound == (low < allowed < high)
    assert {one.primary.near_bound for one in steps} == {True, False}
    assert not steps[0].primary.near_bound
    assert not steps[-1].primary.near_bound


def test_bounds_of_published_medians_and_shares_are_half_a_standard_deviation_away() -> None:
    """The rule of docs/physiology.md, worked out by scipy; bounds are rounded inwards."""
    sd = 0.64 / norm.ppf(0.86)
    at_most = {"cmi": (0.64 - sd / 2, 0.64 + sd / 2)}
    shares = {"cmi_positive": 0.86, "surround_suppressed": 0.646}
    shares |= {"pattern_cells": 0.1, "component_cells": 0.17}
    for name, share in shares.items():
        at_most[name] = tuple(norm.cdf(norm.ppf(share) + shift) for shift in (-0.5, 0.5))
    at_most["cmi_positive"] = at_most["cmi_positive"][0], 1.0
    for name, (low, high) in at_most.items():
        assert low <= BY_ID[name].low < low + 0.06
        assert high - 0.06 < BY_ID[name].high <= high


def test_no_size_passes_for_discs_and_for_holes() -> None:
    disc, hole = BY_ID["preferred_size"], BY_ID["inverse_size"]
    middle = np.sqrt(disc.published * hole.published)
    assert disc.high < middle < hole.low
    for fact in (disc, hole):
        assert np.sqrt(fact.low * fact.high) == pytest.approx(fact.published, rel=0.01)


def test_a_recorded_population_passes_and_a_shifted_one_does_not() -> None:
    values = mouse_b().distribution("gosi").at(RNG.uniform(size=N))
    found = judged(BY_ID["gosi"], shown("recorded_gabors", gosi=values))
    assert found.verdict == "pass"
    assert found.primary.value <= found.primary.ceiling < 0.1
    assert found.primary.wasserstein <= found.primary.wasserstein_ceiling
    far = judged(BY_ID["gosi"], shown("recorded_gabors", gosi=np.clip(values + 0.3, 0, 1)))
    assert far.verdict == "miss"
    assert far.primary.wasserstein == pytest.approx(0.3, abs=0.03)


def test_what_says_nothing_is_not_testable() -> None:
    c50 = np.full(N, np.nan)
    c50[: FEWEST - 1] = 0.2
    few = judged(BY_ID["c50"], shown("contrast", c50=c50))
    assert few.verdict == "not testable"
    assert "only 19 neurons" in few.reason
    # Preferences at random: a mean of a few pairs can lie anywhere, inside the range too.
    some = np.full(N, np.nan)
    some[:40] = RNG.uniform(0, 180, 40)
    table = shown("recorded_gabors", preferred_orientation_deg=some, gosi=np.ones(N))
    assert judged(BY_ID["clustering"], table).verdict == "not testable"
    left_out = judge(BY_ID["c50"], {}, {"contrast": "not shown"}, np.ones(N), POSITION, mouse_b())
    assert (left_out.verdict, left_out.reason) == ("not testable", "not shown")
    negative = {"contrast": Shown(PROTOCOLS_SHOWN["contrast"], {"c50": c50}, *[ALL] * 3, 1, True)}
    assert "below zero" in judged(BY_ID["c50"], negative).reason


def test_disputed_and_untestable_facts_are_printed_and_not_judged() -> None:
    found = judged(BY_ID["inverse_tuned"], shown("size", iti=RNG.uniform(0.4, 0.7, N)))
    assert found.verdict == "disputed"
    assert 0.5 < found.primary.value < 0.6
    assert judged(BY_ID["texture_lm"], {}).verdict == "not testable"


def test_planted_clusters_depth_and_similarity_are_found() -> None:
    near = POSITION[:, 0] // 60 * 6 + POSITION[:, 1] // 60
    by_cluster = RNG.uniform(0, 180, 100)[near.astype(int)]

    def clustering(*values):
        return with_resamples("orientation_clustering", values, [])[0]

    assert clustering(by_cluster, POSITION) > 0.4
    assert abs(clustering(RNG.uniform(0, 180, N), POSITION)) < 0.1
    assert clustering(np.full(N, 30.0), POSITION) == pytest.approx(1.0)
    assert np.isnan(clustering(np.array([1.0, 2.0]), np.array([[0, 0, 0], [900.0, 0, 0]])))
    deep = STATISTICS["deep_minus_shallow"]
    assert deep(0.2 + 0.1 * (POSITION[:, 2] >= 400), POSITION) == pytest.approx(0.1)
    assert np.isnan(deep(np.ones(3), np.zeros((3, 3))))
    angles = np.linspace(0, np.pi, 20)
    waves = np.cos(POSITION[:, :1] / 100 + angles) + 0.1 * RNG.standard_normal((N, 20))
    found, again = with_resamples(
        "similarity_with_distance", (waves, POSITION), [np.arange(N), np.zeros(N, int)]
    )
    assert found == again[0] < -0.3
    assert np.isnan(again[1])


def test_statistics_against_independent_numbers() -> None:
    a, b = RNG.normal(size=(2, 50)).round(1)
    assert STATISTICS["rank_correlation"](a, b) == pytest.approx(spearmanr(a, b).statistic)
    directions = np.array([90.0, 270, 270, 0, 45, 135, 225, 315])
    assert STATISTICS["vertical_minus_horizontal"](directions) == pytest.approx(3 / 8 - 1 / 8)
    assert STATISTICS["distance_to_size_curve"](5 * SIZE_CURVE[None] / SIZE_CURVE.max()) == (
        pytest.approx(np.sqrt(((SIZE_CURVE / SIZE_CURVE.max() - SIZE_CURVE) ** 2).mean()))
    )
    assert STATISTICS["median_ratio"](np.array([2.0, 3, 9]), np.array([1.0, 1, 0])) == 2.5
    assert np.isnan(STATISTICS["median_ratio"](np.ones(2), np.zeros(2)))
    assert np.isnan(STATISTICS["distance_to_size_curve"](np.zeros((3, 9))))
