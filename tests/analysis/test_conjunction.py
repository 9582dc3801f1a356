"""Partial conjunctions against closed forms, subsets and the error that they promise."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.analysis.conjunction import n_smallest, partial_conjunction
from v1vlm.analysis.evidence import CAPITAL_MAX, elond_alpha, wealth
from v1vlm.errors import InputError

E_VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("e_values", "at_least", "average", "product"),
    [
        ([5.0], 1, 5.0, 5.0),
        ([30.0, 4.0, 10.0], 3, 4.0, 4.0),  # all: the smallest
        ([30.0, 4.0, 10.0], 2, 7.0, 40.0),
        ([30.0, 4.0, 10.0], 1, 44 / 3, 1200.0),  # any: all are combined
        ([0.0, 100.0], 1, 50.0, 0.0),
    ],
)
def test_closed_forms(e_values: list[float], at_least: int, average: float, product: float) -> None:
    assert partial_conjunction(e_values, at_least, "average") == pytest.approx(average)
    assert partial_conjunction(e_values, at_least, "product") == pytest.approx(product)


@given(e_values=E_VALUES, data=st.data())
def test_it_never_exceeds_what_the_subjects_without_the_effect_give(
    e_values: list[float], data: st.DataObject
) -> None:
    """Whichever n − u + 1 subjects lack the effect, their own average or product is no smaller."""
    n = len(e_values)
    at_least = data.draw(st.integers(1, n))
    k = n - at_least + 1
    assert n_smallest(n, at_least) == k
    for nulls in itertools.combinations(e_values, k):
        average = partial_conjunction(e_values, at_least, "average")
        assert average <= math.fsum(nulls) / k * (1 + 1e-12)
        # Products of a few digits: the smallest floats have no more.
        product = math.prod(nulls) * (1 + 1e-12) + 1e-300
        assert partial_conjunction(e_values, at_least, "product") <= product


@given(e_values=E_VALUES)
@settings(max_examples=50)
def test_asking_for_more_subjects_is_harder(e_values: list[float]) -> None:
    found = [partial_conjunction(e_values, u, "average") for u in range(1, len(e_values) + 1)]
    assert all(b <= a * (1 + 1e-12) for a, b in itertools.pairwise(found))


def test_capital_stays_a_number() -> None:
    assert partial_conjunction([1e300, 1e300], 1, "product") == CAPITAL_MAX


@pytest.mark.parametrize(
    ("e_values", "at_least", "said"),
    [
        ([], 1, "At least 1 of 0"),
        ([1.0], 0, "At least 0 of 1"),
        ([1.0], 2, "At least 2 of 1"),
        ([float("nan")], 1, "no e-value"),
        ([-1.0, 2.0], 1, "no e-value"),
    ],
)
def test_refusals(e_values: list[float], at_least: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        partial_conjunction(e_values, at_least, "average")


# error rates, by simulation

MARGIN, BOUND, N_DRAWS, STUDIES, K, ALPHA = 0.05, 0.4, 60, 600, 5, 0.1


def stopped(d: np.ndarray, threshold: float) -> np.ndarray:
    """Capital where each test first reaches a threshold, else at the end."""
    path = wealth(np.clip(d, -BOUND, BOUND), MARGIN, BOUND)
    passed = path >= threshold
    last = np.where(passed.any(axis=-1), passed.argmax(axis=-1), N_DRAWS - 1)
    return np.take_along_axis(path, last[..., None], axis=-1)[..., 0]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("n", "at_least"), [(2, 2), (3, 2), (3, 1)])
def test_a_level_keeps_its_false_discovery_rate_though_claims_are_chosen_for_it(
    shared: bool, n: int, at_least: int
) -> None:
    """The worst case: one subject fewer than asked for has a large effect, the others stand
    exactly on the margin, claims are looked at on the same draws, and half of them are true."""
    rng = np.random.default_rng(0)
    false_rates, claimed = [], 0
    common = rng.normal(0, 0.1, (STUDIES, K, 1, N_DRAWS))
    own = rng.normal(0, 0.1, (STUDIES, K, n, N_DRAWS))
    noise = (0.8 * common + 0.6 * own) if shared else own
    true = rng.random((STUDIES, K)) < 0.5
    effect = np.full((STUDIES, K, n), MARGIN)
    effect[..., : at_least - 1] = 0.2
    effect[true] = 0.2
    main = MARGIN + 0.03 + 0.8 * common[:, :, 0] + 0.6 * rng.normal(0, 0.1, common[:, :, 0].shape)
    stood = stopped(main, K / ALPHA) >= K / ALPHA
    for study in range(STUDIES):
        reached: list[bool] = []
        for place in range(K):
            alpha = elond_alpha(ALPHA, K, len(reached))
            if not stood[study, place]:
                continue
            d = effect[study, place][:, None] + noise[study, place]
            capital = stopped(d, n_smallest(n, at_least) / alpha)
            how = "average" if shared else "product"
            if partial_conjunction(list(capital), at_least, how) >= 1 / alpha:  # type: ignore[arg-type]
                reached.append(not true[study, place])
        false_rates.append(sum(reached) / max(1, len(reached)))
        claimed += len(reached)
    assert claimed > 100
    error = float(np.std(false_rates)) / math.sqrt(STUDIES)
    assert np.mean(false_rates) <= ALPHA + 2 * error


@pytest.mark.parametrize("how", ["average", "product"])
def test_the_expected_capital_of_a_false_conjunction_is_at_most_one(how: str) -> None:
    rng = np.random.default_rng(1)
    shared = rng.normal(0, 0.1, (4000, 1, N_DRAWS)) * (how == "average")
    d = MARGIN + rng.normal(0, 0.1, (4000, 3, N_DRAWS)) + shared
    d = np.where(rng.random(d.shape) < 0.5, d, 2 * MARGIN - d)  # symmetric about the margin
    d = np.clip(d, MARGIN - 0.3, MARGIN + 0.3)  # so that clipping keeps the mean
    capital = wealth(d, MARGIN, BOUND)[..., -1]
    found = [partial_conjunction(list(row), 2, how) for row in capital]  # type: ignore[arg-type]
    assert np.mean(found) <= 1 + 3 * np.std(found) / math.sqrt(len(found))
