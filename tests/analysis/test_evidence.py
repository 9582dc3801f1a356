from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.analysis.evidence import (
    Sequential,
    clip_bound,
    confidence_sequence,
    draw_budget,
    elond_alpha,
    explained,
    invalid_as,
    processes,
    projected_draws,
    sequential_test,
    wealth,
)
from v1vlm.errors import InputError, ProposalError

DIRECTIONS = ("greater", "less", "different", "equivalent")
BOUND = 0.28
draws = st.lists(st.floats(-BOUND, BOUND), max_size=60).map(np.array)
margins = st.floats(0, 0.2)
directions = st.sampled_from(DIRECTIONS)
property_test = settings(max_examples=60, deadline=None, derandomize=True)


def naive_wealth(d: list[float], margin: float, bound: float) -> list[float]:
    """Waudby-Smith & Ramdas 2024, eq. (25) and section B.3, one draw after another."""
    capital, path = 1.0, []
    for t in range(len(d)):
        past = d[:t]
        running = [sum(past[: i + 1]) / (2 + i + 1) for i in range(t)]
        mu = sum(past) / (2 + t)
        squares = sum((x - m) ** 2 for x, m in zip(past, running, strict=True))
        variance = (2 * (0.25 * bound) ** 2 + squares) / (2 + t)
        bet = (mu - margin) / (variance + (mu - margin) ** 2)
        bet = max(0.0, min(bet, 0.9 / (bound + margin)))
        capital *= 1 + bet * (d[t] - margin)
        path.append(capital)
    return path


def naive_processes(
    d: list[float], direction: str, m: float, b: float
) -> tuple[list[float], list[float]]:
    minus = [-x for x in d]
    mean_above_m, mean_below_m = naive_wealth(d, m, b), naive_wealth(minus, -m, b)
    mean_below_minus_m, mean_above_minus_m = naive_wealth(minus, m, b), naive_wealth(d, -m, b)
    outside = [(u + v) / 2 for u, v in zip(mean_above_m, mean_below_minus_m, strict=True)]
    inside = [min(u, v) for u, v in zip(mean_below_m, mean_above_minus_m, strict=True)]
    return {
        "greater": (mean_above_m, mean_below_m),
        "less": (mean_below_minus_m, mean_above_minus_m),
        "different": (outside, inside),
        "equivalent": (inside, outside),
    }[direction]


@given(d=draws, m=st.floats(-0.2, 0.2))
@property_test
def test_wealth_is_the_product_of_the_bets(d: np.ndarray, m: float) -> None:
    np.testing.assert_allclose(wealth(d, m, BOUND), naive_wealth(d.tolist(), m, BOUND), rtol=1e-9)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_processes_bet_against_the_right_nulls(direction: str) -> None:
    rng = np.random.default_rng(0)
    for mean in (-0.1, 0.0, 0.05, 0.1):
        d = np.clip(rng.normal(mean, 0.1, 80), -BOUND, BOUND)
        found = processes(d, direction, 0.05, BOUND)
        np.testing.assert_allclose(
            found, naive_processes(d.tolist(), direction, 0.05, BOUND), rtol=1e-9
        )


@pytest.mark.parametrize("bound", [0.12, 1.0])
def test_first_bet_in_closed_form(bound: float) -> None:
    # The prior mean is 0, so nothing is bet against E[d] ≤ .05, and on E[d] < .05 at once.
    assert wealth([0.1], 0.05, bound) == pytest.approx([1.0])
    bet = min(0.05 / ((bound / 4) ** 2 + 0.05**2), 0.9 / (bound - 0.05))
    assert wealth([-0.1], -0.05, bound) == pytest.approx([1 + bet * -0.05])
    assert wealth([bound], -0.05, bound) == pytest.approx([1 + bet * (bound + 0.05)])


def optimal_stopping_value(capital: np.ndarray, p_up: float) -> float:
    """Largest expected capital of any stopping rule over a binary tree (Snell envelope).

    `capital` (path, draw) is that of all 2^n sequences in lexicographic order, down first.
    """
    n = capital.shape[1]
    value = capital[:, -1]
    for t in range(n - 1, -1, -1):
        value = (1 - p_up) * value[0::2] + p_up * value[1::2]
        now = np.ones(1) if t == 0 else capital[:: 2 ** (n - t), t - 1]
        value = np.maximum(value, now)
    return float(value[0])


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("size", [1.0, 0.6])
def test_no_stopping_rule_gains_while_the_null_is_true(direction: str, size: float) -> None:
    n, margin = 10, 0.05
    steps = np.array(list(itertools.product([-1.0, 1.0], repeat=n))) * size * BOUND
    support, refute = processes(steps, direction, margin, BOUND)
    for mean in (-0.12, -margin, -0.02, 0.0, 0.02, margin, 0.12):
        p_up = (1 + mean / (size * BOUND)) / 2
        claim_false, claim_true_or_at_margin = {
            "greater": (mean <= margin, mean >= margin),
            "less": (mean >= -margin, mean <= -margin),
            "different": (abs(mean) <= margin, abs(mean) >= margin),
            "equivalent": (abs(mean) >= margin, abs(mean) <= margin),
        }[direction]
        if claim_false:
            assert optimal_stopping_value(support, p_up) <= 1 + 1e-12
        if claim_true_or_at_margin:
            assert optimal_stopping_value(refute, p_up) <= 1 + 1e-12


def test_a_false_null_lets_the_capital_grow() -> None:
    steps = np.array(list(itertools.product([-1.0, 1.0], repeat=10))) * BOUND
    support, refute = processes(steps, "greater", 0.05, BOUND)
    assert optimal_stopping_value(support, 0.9) > 2
    assert optimal_stopping_value(refute, 0.3) > 2


@given(d=draws, m=margins)
@property_test
def test_mirrored_claims_are_mirrored(d: np.ndarray, m: float) -> None:
    for one, other in (("greater", "less"), ("different", "different"), ("equivalent",) * 2):
        found, mirrored = processes(d, one, m, BOUND), processes(-d, other, m, BOUND)
        np.testing.assert_array_equal(found, mirrored)


@given(d=draws, m=margins)
@property_test
def test_different_and_equivalent_are_complements(d: np.ndarray, m: float) -> None:
    support, refute = processes(d, "different", m, BOUND)
    np.testing.assert_array_equal(processes(d, "equivalent", m, BOUND), (refute, support))


@given(d=draws, m=margins, direction=directions, unit=st.sampled_from([0.5, 2.0, 4.0]))
@property_test
def test_evidence_knows_no_unit(d: np.ndarray, m: float, direction: str, unit: float) -> None:
    found = processes(unit * d, direction, unit * m, unit * BOUND)
    np.testing.assert_allclose(found, processes(d, direction, m, BOUND), rtol=1e-9)


@given(d=draws, m=margins, direction=directions, n=st.integers(0, 60))
@property_test
def test_the_future_changes_nothing(d: np.ndarray, m: float, direction: str, n: int) -> None:
    whole, part = processes(d, direction, m, BOUND), processes(d[:n], direction, m, BOUND)
    np.testing.assert_array_equal(np.array(whole)[:, :n], part)


def test_runs_are_independent_rows() -> None:
    d = np.random.default_rng(1).uniform(-BOUND, BOUND, (4, 30))
    rows = [processes(row, "different", 0.05, BOUND) for row in d]
    found = processes(d, "different", 0.05, BOUND)
    np.testing.assert_array_equal(np.moveaxis(np.array(rows), 1, 0), found)


def test_capital_is_a_json_number_and_what_is_given_away_is_lost() -> None:
    d = np.full(3000, BOUND)
    d[2000:] = -BOUND
    path = wealth(d, 0.05, BOUND)
    assert path[1999] == 1e300
    assert path[2003] == pytest.approx(1e296, rel=0.5)
    assert math.isfinite(path.max())
    json.dumps(path.tolist(), allow_nan=False)
    np.testing.assert_array_equal(wealth(np.full(400, 1.0), -0.999999999, 1.0) <= 1e300, True)


@pytest.mark.parametrize(
    ("d", "margin", "bound", "message"),
    [
        ([0.3], 0.05, 0.28, "beyond"),
        ([np.nan], 0.05, 0.28, "Draw 0 is NaN"),
        ([0.1], 0.28, 0.28, r"margin of 0\.28"),
        ([0.1], 0.05, 0.0, "not positive"),
    ],
)
def test_what_cannot_be_bet_on(d: list[float], margin: float, bound: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        wealth(d, margin, bound)
    with pytest.raises(InputError, match=message):
        processes(d, "equivalent", margin, bound)


def test_claims_have_a_known_direction_and_no_negative_margin() -> None:
    with pytest.raises(InputError, match="sideways"):
        processes([0.1], "sideways", 0.05, BOUND)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"margin of -0\.05"):
        processes([0.1], "greater", -0.05, BOUND)


def effect(mean: float, n: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 0.06, n)


@pytest.mark.parametrize(
    ("direction", "mean", "decided"),
    [
        ("greater", 0.1, "support"),
        ("greater", 0.0, "refute"),
        ("greater", -0.1, "refute"),
        ("less", -0.1, "support"),
        ("less", 0.1, "refute"),
        ("different", -0.1, "support"),
        ("different", 0.0, "refute"),
        ("equivalent", 0.0, "support"),
        ("equivalent", 0.1, "refute"),
    ],
)
def test_decisions(direction: str, mean: float, decided: str) -> None:
    found = sequential_test(effect(mean, 200), direction, 0.05, BOUND, 0.005, 0.01, 200)
    assert (found.decided, found.exhausted) == (decided, False)
    at_stop = {"support": found.e_value * 0.005, "refute": found.e_refute * 0.01}
    assert at_stop[decided] >= 1
    assert found.stopped_at < 200


@given(
    d=st.lists(st.floats(-0.6, 0.6), max_size=60).map(np.array),
    direction=directions,
    cut=st.integers(0, 60),
    alphas=st.tuples(st.floats(0.05, 0.9), st.floats(0.05, 0.9)),
)
@property_test
def test_a_test_is_its_first_crossing(
    d: np.ndarray, direction: str, cut: int, alphas: tuple[float, float]
) -> None:
    def run(some: np.ndarray) -> Sequential:
        return sequential_test(some, direction, 0.05, BOUND, *alphas, 50)

    found = run(d)
    clipped = [max(-BOUND, min(BOUND, x)) for x in d.tolist()[:50]]
    support, refute = naive_processes(clipped, direction, 0.05, BOUND)
    n, decided = len(clipped), None
    for t, (up, down) in enumerate(zip(support, refute, strict=True), start=1):
        if down >= 1 / alphas[1] or up >= 1 / alphas[0]:
            n, decided = t, "refute" if down >= 1 / alphas[1] else "support"
            break
    assert (found.stopped_at, found.decided) == (n, decided)
    assert found.exhausted == (decided is None and n == 50)
    assert found.e_value == pytest.approx(support[n - 1] if n else 1.0)
    assert found.e_refute == pytest.approx(refute[n - 1] if n else 1.0)
    if run(d[:cut]).decided:
        assert run(d[:cut]) == found


def test_an_unfinished_and_an_exhausted_test() -> None:
    flat = np.full(30, 0.05)
    assert sequential_test(flat, "greater", 0.05, BOUND, 0.01, 0.01, 31) == Sequential(
        1.0, 1.0, 30, None, False
    )
    assert sequential_test(flat, "greater", 0.05, BOUND, 0.01, 0.01, 30).exhausted
    assert sequential_test([], "less", 0.05, BOUND, 0.01, 0.01, 30) == Sequential(
        1.0, 1.0, 0, None, False
    )


def test_draws_beyond_the_bound_are_clipped_and_invalid_ones_refused() -> None:
    d = effect(0.1, 100) * 3
    clipped = sequential_test(np.clip(d, -BOUND, BOUND), "greater", 0.05, BOUND, 0.01, 0.01, 100)
    assert sequential_test(d, "greater", 0.05, BOUND, 0.01, 0.01, 100) == clipped
    with pytest.raises(InputError, match="Draw 1 is NaN"):
        sequential_test([0.1, np.nan], "greater", 0.05, BOUND, 0.01, 0.01, 100)


@pytest.mark.parametrize("alphas", [(0.0, 0.1), (0.1, 1.0)])
def test_levels_are_levels(alphas: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="not a level"):
        sequential_test([0.1], "greater", 0.05, BOUND, *alphas, 10)
    with pytest.raises(InputError, match="budget of 0"):
        sequential_test([0.1], "greater", 0.05, BOUND, 0.1, 0.1, 0)


def naive_sequence(d: np.ndarray, bound: float, alpha: float, cells: int) -> tuple[float, float]:
    edges = [-bound + 2 * bound * i / cells for i in range(cells + 1)]
    kept = []
    for low, high in itertools.pairwise(edges):
        above = naive_wealth(d.tolist(), high, bound)
        below = naive_wealth((-d).tolist(), -low, bound)
        if all((u + v) / 2 < 1 / alpha for u, v in zip(above, below, strict=True)):
            kept.append((low, high))
    return kept[0][0], kept[-1][1]


@pytest.mark.parametrize("mean", [-0.2, 0.0, 0.1])
def test_confidence_sequence_inverts_the_hedged_capital(mean: float) -> None:
    d = np.clip(effect(mean, 50), -BOUND, BOUND)
    expected = naive_sequence(d, BOUND, 0.05, 30)
    assert confidence_sequence(d, BOUND, cells=30) == pytest.approx(expected, abs=1e-12)
    low, high = confidence_sequence(d, BOUND)
    assert low < d.mean() < high < low + 0.12


@given(d=draws, cut=st.integers(0, 60))
@property_test
def test_confidence_sequence_is_nested_and_mirrored(d: np.ndarray, cut: int) -> None:
    before, after = (confidence_sequence(x, BOUND, cells=40) for x in (d[:cut], d))
    mirrored = confidence_sequence(-d, BOUND, cells=40)
    assert mirrored == pytest.approx((-after[1], -after[0]), abs=1e-9)
    assert -BOUND <= after[0] < after[1] <= BOUND
    # Nested, unless every cell has been rejected, when it may only shrink.
    assert before[0] <= after[0]
    assert after[1] <= before[1]


def test_confidence_sequence_is_never_empty() -> None:
    d = np.repeat([BOUND, -BOUND], 200)
    low, high = confidence_sequence(d, BOUND)
    assert -BOUND <= low < high <= BOUND
    assert confidence_sequence([], BOUND) == (-BOUND, BOUND)


def test_elond_levels() -> None:
    assert elond_alpha(0.05, 10, 0) == pytest.approx(0.005)
    assert elond_alpha(0.05, 10, 3) == pytest.approx(0.02)
    with pytest.raises(InputError, match="10 rejections"):
        elond_alpha(0.05, 10, 10)


@pytest.mark.parametrize(
    ("pilot", "margin", "measure_bound", "bound"),
    [
        ([0.09, 0.1, 0.11], 0.05, 1.0, 0.13),  # |mean| + 3 SD = .1 + 3·.01
        ([-0.09, -0.1, -0.11, np.nan], 0.05, 1.0, 0.13),
        ([0.1, 0.1], 0.05, 1.0, 0.12),  # 2·margin + .02
        ([0.1234, 0.1234], 0.05, 1.0, 0.124),  # upwards
        ([0.9, -0.9], 0.05, 1.0, 1.0),
        ([0.1, 0.1], 0.6, 1.0, 1.0),
    ],
)
def test_clip_bound(pilot: list[float], margin: float, measure_bound: float, bound: float) -> None:
    assert clip_bound(pilot, margin, measure_bound) == pytest.approx(bound, abs=1e-12)


def test_clip_bound_refuses() -> None:
    with pytest.raises(ProposalError, match="Only 1 pilot draws"):
        clip_bound([0.1, np.nan], 0.05, 1.0)
    with pytest.raises(ProposalError, match="cannot be exceeded"):
        clip_bound([0.1, 0.2], 1.0, 1.0)


def test_budget_and_invalid_draws() -> None:
    assert [draw_budget(sd) for sd in (0.05, 0.15, 0.16)] == [200, 200, 400]
    assert [invalid_as(direction, 0.3) for direction in DIRECTIONS] == [0.0, 0.0, 0.0, 0.3]


def test_explained_by_the_average() -> None:
    assert explained([39.0, 1.0], 0.05)
    assert not explained([38.0, 1.0], 0.05)
    assert not explained([], 0.05)


@pytest.mark.parametrize(
    ("direction", "mean", "sd", "bound"),
    [
        ("greater", 0.1, 0.06, 0.28),
        ("greater", 0.0, 0.12, 0.36),
        ("different", -0.1, 0.06, 0.28),
        ("equivalent", 0.0, 0.06, 0.18),
    ],
)
def test_projected_draws_meet_other_runs(
    direction: str, mean: float, sd: float, bound: float
) -> None:
    rng = np.random.default_rng(8)
    stops = [
        sequential_test(rng.normal(mean, sd, 300), direction, 0.05, bound, 0.005, 0.005, 300)
        for _ in range(60)
    ]
    projected = projected_draws(mean, sd, 0.05, bound, 0.005, direction)
    assert projected == pytest.approx(np.median([s.stopped_at for s in stops]), rel=0.25)


def test_projected_draws_without_growth() -> None:
    assert projected_draws(0.05, 0.06, 0.05, BOUND, 0.005, "greater") == math.inf
