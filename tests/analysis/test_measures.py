from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from v1vlm.analysis.measures import (
    SILENT,
    Measure,
    measure,
    measure_names,
    population_index,
    score_draw,
)
from v1vlm.errors import ContractError, InputError, UnknownNameError

PAIRS = ("permi", "population_mi", "delta_ref", "sparseness")
BUILT_IN = (*PAIRS, "rank", "late_minus_early", "interaction", "near_minus_far")
SIMPLE = (*PAIRS, "rank", "late_minus_early")  # of two conditions, wherever fields lie

pairs = st.integers(2, 6).flatmap(
    lambda n: arrays(np.float64, (2, n, 3), elements=st.floats(2**-7, 5, width=32))
)
property_test = settings(max_examples=40, deadline=None, derandomize=True)


def scored(name: str, responses: np.ndarray) -> float:
    return score_draw(measure(name), measure(name).summarise(responses))


def held(*means: list[float]) -> np.ndarray:
    """Responses (condition, neuron, time) constant over three time points."""
    return np.repeat(np.array(means)[:, :, None], 3, axis=2)


def test_closed_forms() -> None:
    responses = held([3.0, 1.0, 0.0], [1.0, 1.0, 2.0])
    assert scored("permi", responses) == pytest.approx((0.5 + 0 - 1) / 3)
    assert scored("population_mi", responses) == pytest.approx(0.0)
    assert scored("delta_ref", responses) == pytest.approx((1 + 0 - 1) / 3)
    assert scored("delta_ref", held([0.5, 0.25], [0.25, 0.75])) == pytest.approx(-0.125)


def test_time_is_averaged_before_the_index() -> None:
    responses = np.array([[[0.0, 6.0]], [[1.0, 1.0]]])
    assert scored("permi", responses) == pytest.approx(0.5)


def test_sparseness_is_that_of_vinje_and_gallant() -> None:
    rng = np.random.default_rng(0)
    responses = rng.exponential(size=(2, 50, 4))
    a, b = (
        (1 - (r.sum() / 50) ** 2 / ((r**2).sum() / 50)) / (1 - 1 / 50) for r in responses.mean(2)
    )
    assert scored("sparseness", responses) == pytest.approx((a - b) * (1 - 1 / 50), abs=1e-6)


@pytest.mark.parametrize("levels", [2, 3, 6])
def test_rank_is_spearmans(levels: int) -> None:
    # Few distinct values, so that ties are common.
    responses = np.random.default_rng(levels).integers(0, 4, (levels, 40, 1)).astype(float)
    expected = [
        0.0 if np.ptp(r) == 0 else spearmanr(np.arange(levels), r).statistic
        for r in responses[:, :, 0].T
    ]
    summary = measure("rank").summarise(responses)
    np.testing.assert_allclose(summary[0], expected, atol=1e-6)
    assert scored("rank", responses) == pytest.approx(np.mean(expected), abs=1e-6)


def test_rank_of_numerical_noise_is_zero() -> None:
    noise = 1 + 1e-6 * np.arange(5.0)
    assert scored("rank", noise[:, None, None]) == 0.0


def test_late_minus_early_compares_the_shares_of_the_window() -> None:
    time = np.arange(30) / 30
    a = np.where((time >= 0.05) & (time < 0.25), 3.0, np.where(time >= 0.4, 1.0, 50.0))
    b = np.where((time >= 0.05) & (time < 0.25), 1.0, np.where(time >= 0.4, 3.0, 50.0))
    assert scored("late_minus_early", np.stack([a, b])[:, None]) == pytest.approx(-1.0)


@pytest.mark.parametrize("n_times", range(1, 40))
def test_late_and_early_hold_a_frame_of_any_window(n_times: int) -> None:
    assert scored("late_minus_early", np.ones((2, 3, n_times))) == 0.0


@given(responses=pairs)
@property_test
def test_late_minus_early_is_antisymmetric(responses: np.ndarray) -> None:
    score = scored("late_minus_early", responses)
    assert abs(score) <= 2
    assert scored("late_minus_early", responses[::-1]) == pytest.approx(-score, abs=1e-6)


def test_an_interaction_is_a_difference_of_modulation_indices() -> None:
    rng = np.random.default_rng(3)
    responses = rng.exponential(size=(4, 20, 5))
    first, second = scored("permi", responses[:2]), scored("permi", responses[2:])
    assert scored("interaction", responses) == pytest.approx(first - second, abs=1e-6)
    assert scored("interaction", responses[[2, 3, 0, 1]]) == pytest.approx(second - first, abs=1e-6)


def near_minus_far(responses: np.ndarray, distance_deg: list[float]) -> float:
    how = measure("near_minus_far")
    return score_draw(how, how.summarise(responses, np.array(distance_deg)))


def test_near_minus_far_compares_neurons_by_distance() -> None:
    responses = held([3.0, 1.0, 7.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 3.0])
    # Indices .5, 0, (between: .75), 0, -.5.
    assert near_minus_far(responses, [0, 8, 12, 16, 30]) == pytest.approx(0.25 - -0.25)
    assert near_minus_far(responses[::-1], [0, 8, 12, 16, 30]) == pytest.approx(-0.5)


@pytest.mark.parametrize("distance", [[1.0, 2.0], [20.0, 30.0], [10.0, 12.0]])
def test_near_minus_far_needs_both(distance: list[float]) -> None:
    assert np.isnan(near_minus_far(held([3.0, 1.0], [1.0, 1.0]), distance))


@pytest.mark.parametrize(
    ("name", "fitting"), [("permi", [2]), ("interaction", [4]), ("rank", [3, 4, 5, 6])]
)
def test_how_many_families_a_measure_is_for(name: str, fitting: list[int]) -> None:
    assert [n for n in range(1, 7) if measure(name).fits(n)] == fitting


def test_silence() -> None:
    silent = held([0.0, SILENT / 4], [0.0, 0.0])
    assert scored("permi", silent) == 0.0
    assert np.isnan(scored("population_mi", silent))
    assert np.isnan(scored("sparseness", silent))
    assert scored("permi", held([0.0, 2.0], [0.0, 0.0])) == pytest.approx(0.5)


def test_negative_responses_cannot_carry_an_index_past_its_bound() -> None:
    assert scored("permi", held([1.0], [-0.9])) == 1.0
    assert scored("population_mi", held([1.0, 1.0], [-0.9, -0.9])) == 1.0


@pytest.mark.parametrize("name", PAIRS)
@given(responses=pairs)
@property_test
def test_pair_measures_are_antisymmetric_and_bounded(name: str, responses: np.ndarray) -> None:
    score = scored(name, responses)
    assert abs(score) <= measure(name).bound
    assert scored(name, responses[::-1]) == pytest.approx(-score, abs=1e-6)


@given(responses=pairs)
@property_test
def test_rank_reverses_with_the_order(responses: np.ndarray) -> None:
    assert scored("rank", responses[::-1]) == pytest.approx(-scored("rank", responses), abs=1e-6)


@pytest.mark.parametrize("name", SIMPLE)
@given(responses=pairs, seed=st.integers(0, 99))
@property_test
def test_neurons_have_neither_order_nor_number(name: str, responses: np.ndarray, seed: int) -> None:
    score = scored(name, responses)
    order = np.random.default_rng(seed).permutation(responses.shape[1])
    assert scored(name, responses[:, order]) == pytest.approx(score, abs=1e-6)
    assert scored(name, np.repeat(responses, 3, axis=1)) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize("name", ["permi", "population_mi", "sparseness", "rank"])
@given(responses=pairs, gain=st.floats(0.5, 4))
@property_test
def test_indices_know_no_gain(name: str, responses: np.ndarray, gain: float) -> None:
    # Differences at the resolution may fall on either side of it.
    if name == "rank" and (np.ptp(responses.mean(2), axis=0) < 10 * SILENT).any():
        return
    assert scored(name, gain * responses) == pytest.approx(scored(name, responses), abs=1e-5)


@pytest.mark.parametrize("name", SIMPLE)
def test_many_draws_score_as_each(name: str) -> None:
    rng = np.random.default_rng(1)
    chosen = measure(name)
    summaries = np.stack([chosen.summarise(rng.exponential(size=(2, 7, 4))) for _ in range(5)])
    assert summaries.dtype == np.float32
    together = chosen.score(summaries.mean(axis=2, dtype=np.float64))
    np.testing.assert_allclose(together, [score_draw(chosen, s) for s in summaries], rtol=1e-12)


def test_a_nan_neuron_does_not_count() -> None:
    summary = measure("permi").summarise(held([3.0, 1.0], [1.0, 3.0]))
    summary[:, 1] = np.nan
    assert score_draw(measure("permi"), summary) == pytest.approx(0.5)
    summary[:] = np.nan
    assert np.isnan(score_draw(measure("permi"), summary))


@pytest.mark.parametrize("name", SIMPLE)
def test_an_unmeasured_neuron_does_not_count(name: str) -> None:
    responses = np.random.default_rng(4).exponential(size=(2, 12, 3))
    expected = scored(name, responses[:, 1:])
    responses[1, 0] = np.nan
    assert scored(name, responses) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_population_index_from_any_pair_measure(name: str) -> None:
    responses = np.random.default_rng(2).exponential(size=(2, 30, 4))
    index = population_index(measure(name), measure(name).summarise(responses))
    assert index == pytest.approx(scored("population_mi", responses), abs=1e-6)


def test_population_index_of_a_series_is_none() -> None:
    assert population_index(measure("rank"), measure("rank").summarise(held([1.0], [2.0]))) is None


@pytest.mark.parametrize(
    ("name", "conditions"), [(n, 3) for n in PAIRS] + [("rank", 1), ("interaction", 2)]
)
def test_wrong_number_of_conditions(name: str, conditions: int) -> None:
    with pytest.raises(InputError, match=str(conditions)):
        measure(name).summarise(np.ones((conditions, 2, 2)))


def test_names() -> None:
    assert set(measure_names()) >= set(BUILT_IN)
    assert all(measure(name).name == name for name in BUILT_IN)


def test_labels_tell_the_measures_apart_in_words() -> None:
    labels = [measure(name).label for name in BUILT_IN]
    assert len(set(labels)) == len(BUILT_IN)
    assert all(label and "_" not in label and label == label.lower() for label in labels)


def test_unknown_name_says_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'sparseness'"):
        measure("sparsness")


def test_plug_ins(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "their_measures.py").write_text(
        "from dataclasses import replace\n"
        "from v1vlm.analysis.measures import measure\n"
        "def louder():\n    return replace(measure('delta_ref'), name='louder')\n"
        "def broken():\n    return 'permi'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert isinstance(measure("their_measures:louder"), Measure)
    with pytest.raises(ContractError, match="is a str"):
        measure("their_measures:broken")
