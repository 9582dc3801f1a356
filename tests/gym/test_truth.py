"""What is true is measured, once, and said only where it is clear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1vlm.gym.truth import Truth, clipped, edges, summary

MEANS = st.floats(-0.3, 0.3)


def truth(mean: float, se: float = 0.001) -> Truth:
    return Truth(mean=mean, se=se, sd=0.1, n=1000)


@pytest.mark.parametrize(
    ("direction", "mean", "answer"),
    [
        ("greater", 0.06, "true"),
        ("greater", 0.04, "false"),
        ("greater", -0.2, "false"),
        ("greater", 0.0525, "unclear"),
        ("less", -0.06, "true"),
        ("less", 0.06, "false"),
        ("different", -0.06, "true"),
        ("different", 0.0, "false"),
        ("different", -0.049, "unclear"),
        ("equivalent", 0.02, "true"),
        ("equivalent", -0.2, "false"),
    ],
)
def test_a_claim_is_true_false_or_unclear(direction, mean, answer) -> None:
    assert truth(mean).of_claim(direction, 0.05) == answer


@given(mean=MEANS)
def test_different_and_equivalent_are_complements(mean) -> None:
    answers = {truth(mean).of_claim(d, 0.05) for d in ("different", "equivalent")}
    assert answers in ({"true", "false"}, {"unclear"})


@given(mean=MEANS)
def test_less_is_greater_in_the_mirror(mean) -> None:
    assert truth(mean).of_claim("less", 0.05) == truth(-mean).of_claim("greater", 0.05)


def test_only_margins_that_a_claim_turns_on_are_looked_at() -> None:
    assert edges("greater", 0.05) == (0.05,)
    assert truth(-0.05).of_claim("greater", 0.05) == "false"
    assert truth(-0.05).of_claim("different", 0.05) == "unclear"


def test_summary_is_mean_and_standard_error() -> None:
    values = np.array([0.1, 0.2, 0.3, 0.6])
    found = summary(values)
    assert found.mean == pytest.approx(0.3)
    assert found.sd == pytest.approx(np.std(values, ddof=1))
    assert found.se == pytest.approx(found.sd / 2)


def test_values_are_clipped_before_the_control_is_taken_off() -> None:
    main, control = np.array([0.9, np.nan, 0.1]), np.array([-0.9, 0.0, 0.05])
    assert clipped((main, None), 0.3, 0.0) == pytest.approx([0.3, 0.0, 0.1])
    assert clipped((main, control), 0.3, 0.0) == pytest.approx([0.6, 0.0, 0.05])
    assert clipped((main, control), 0.3, 0.3)[1] == pytest.approx(0.3)
