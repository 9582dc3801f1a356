"""Planned power against tests run one by one, and against what the gym has seen."""

from __future__ import annotations

import numpy as np
import pytest

from v1vlm.analysis.evidence import Direction, clip_bound, draw_budget, sequential_test
from v1vlm.analysis.power import Design, outlook

MARGIN = 0.05


def design(sd: float, effect: float, direction: Direction = "greater", k: int = 10) -> Design:
    """As a study of k places registers it."""
    pilot = np.random.default_rng(0).normal(effect, sd, 20)
    return Design(
        direction=direction,
        margin=MARGIN,
        bound=clip_bound(pilot, MARGIN, 1.0),
        alpha_support=0.05 / k,
        alpha_refute=0.05 / k,
        draws_max=draw_budget(sd),
    )


@pytest.mark.parametrize("direction", ["greater", "less", "different", "equivalent"])
@pytest.mark.parametrize("effect", [-0.1, 0.0, 0.1])
def test_power_is_the_share_of_tests_that_support(direction: Direction, effect: float) -> None:
    asked = design(0.1, effect, direction)
    rng = np.random.default_rng(2)
    results = [
        sequential_test(
            rng.normal(effect, 0.1, asked.draws_max), direction, MARGIN, asked.bound,
            asked.alpha_support, asked.alpha_refute, asked.draws_max,
        )
        for _ in range(150)
    ]  # fmt: skip
    seen = outlook(asked, effect, 0.1)
    shares = [np.mean([r.decided == which for r in results]) for which in ("support", "refute")]
    assert [seen.supported, seen.contradicted] == pytest.approx(shares, abs=0.12)
    draws = np.mean([r.stopped_at for r in results])
    assert seen.mean_draws == pytest.approx(draws, rel=0.15, abs=3)


@pytest.mark.parametrize(
    ("sd", "recorded"), [(0.06, (0.918, 1.0)), (0.12, (0.918, 1.0)), (0.2, (0.735, 1.0))]
)
def test_power_at_twice_the_margin_is_what_the_gym_recorded(
    sd: float, recorded: tuple[float, float]
) -> None:
    """Intervals of benchmarks/results/gym.md, for effects of at least twice the margin."""
    low, high = recorded
    assert low <= outlook(design(sd, 2 * MARGIN), 2 * MARGIN, sd).supported <= high


def test_power_grows_with_the_effect_and_falls_with_the_spread() -> None:
    asked = design(0.15, 0.1)
    by_effect = [outlook(asked, m * MARGIN, 0.15).supported for m in (1, 1.5, 2, 3)]
    assert by_effect == sorted(by_effect)
    assert by_effect[0] <= asked.alpha_support + 0.03
    by_spread = [outlook(asked, 0.09, sd).supported for sd in (0.05, 0.15, 0.3)]
    assert by_spread == sorted(by_spread, reverse=True)
