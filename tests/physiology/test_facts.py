"""Facts as data, the statistics that they are judged by, and the four verdicts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from v1vlm.errors import InputError
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, Shown
from v1vlm.physiology.facts import FEWEST, THRESHOLDS, judge
from v1vlm.physiology.reference import Fact, facts, recorded
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
    return judge(fact, tables, {}, np.ones(N) if quality is None else quality, POSITION)


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
        assert recorded(name).n == 7928
        np.testing.assert_allclose(recorded(name).at(at), values, atol=6e-4)


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
    assert "above 0.08 to 0.3" in missed.reason


def test_a_verdict_that_hangs_on_the_selection_says_so() -> None:
    c50 = np.where(np.arange(N) < 260, 0.9, 0.2)
    quality = np.where(np.arange(N) < 260, 0.3, 1.0)
    found = judged(BY_ID["c50"], shown("contrast", c50=c50), quality)
    assert [one.verdict for one in found.at] == ["miss", "miss", "pass"]
    assert [one.threshold for one in found.at] == list(THRESHOLDS)
    assert found.hangs_on_selection
    assert found.verdict == "miss"


def test_a_recorded_population_passes_and_a_shifted_one_does_not() -> None:
    values = recorded("gosi").at(RNG.uniform(size=N))
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
    left_out = judge(BY_ID["c50"], {}, {"contrast": "not shown"}, np.ones(N), POSITION)
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
