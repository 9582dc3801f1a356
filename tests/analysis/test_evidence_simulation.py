"""The recorded simulation (benchmarks/evidence_simulation.py) at a smoke size."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import beta

from v1vlm.analysis.evidence import processes, sequential_test

DIRECTIONS = ("greater", "less", "different", "equivalent")
SAMPLERS = (
    "two_point", "rare_negative", "rare_positive", "normal", "narrow", "volatile",
)  # fmt: skip


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "evidence_simulation.py"
    spec = importlib.util.spec_from_file_location("evidence_simulation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_samplers_have_the_mean_they_promise(simulation: ModuleType, sampler: str) -> None:
    d = getattr(simulation, sampler)(np.random.default_rng(1), (200, 500), 0.05, 0.28)
    assert np.abs(d).max() <= 0.28 + 1e-12
    # Row means are independent even where the draws of a row are not.
    error = d.mean(axis=1).std() / np.sqrt(200)
    assert d.mean() == pytest.approx(0.05, abs=4 * error)


def test_rate_has_the_clopper_pearson_interval(simulation: ModuleType) -> None:
    low, high = simulation.Rate(7, 100).interval()
    assert low == pytest.approx(beta.ppf(0.025, 7, 94))
    assert high == pytest.approx(beta.ppf(0.975, 8, 93))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_type_one_error_under_optional_stopping(
    simulation: ModuleType, direction: str, sampler: str
) -> None:
    rates = simulation.errors_at_boundary(direction, getattr(simulation, sampler), 400, 200)
    for (_, level), rate in rates.items():
        assert rate.interval(0.999)[0] <= 1 / level


def test_simulated_stops_are_the_tests(simulation: ModuleType) -> None:
    rng = np.random.default_rng(2)
    for direction in DIRECTIONS:
        d = rng.uniform(-0.28, 0.28, (30, 60))
        levels = rng.uniform(0.1, 0.8, (2, 30))
        found = simulation.decisions(*processes(d, direction, 0.05, 0.28), *levels)
        for row, up, down, stop, alphas in zip(d, *found, levels.T, strict=True):
            test = sequential_test(row, direction, 0.05, 0.28, *alphas, 60)
            decided = "support" if up else "refute" if down else None
            assert (test.decided, test.stopped_at) == (decided, stop)


def test_power(simulation: ModuleType) -> None:
    found = simulation.power("greater", 0.10, 0.06, 0.28, 0.005, 200, 200)
    assert found.supported.events == 200
    assert 40 < found.mean_draws < 65
    # Bets against the whole range of the measure are small, and need more draws.
    assert simulation.power("greater", 0.10, 0.06, 1.0, 0.005, 200, 400).mean_draws > 110


@pytest.mark.parametrize("claims", ["mixed", "near misses", "near hits", "adversary"])
def test_false_discovery_rates(simulation: ModuleType, claims: str) -> None:
    alpha = 0.2
    found = simulation.false_discoveries(claims, simulation.two_point, alpha, 150, draws=100)
    assert found.share_decided > 0
    for proportions in (found.supported, found.refuted, found.decided):
        error = proportions.std(ddof=1) / np.sqrt(len(proportions))
        assert proportions.mean() <= alpha + 3.3 * error


def test_confidence_sequence_covers_at_all_times(simulation: ModuleType) -> None:
    rate = simulation.sequence_misses(simulation.two_point, 0.1, 200, draws=100)
    assert rate.interval(0.999)[0] <= 0.05


def test_intervals_cover(simulation: ModuleType) -> None:
    for rate in (
        simulation.crossed_coverage(20, 40, (0.2, 0.1, 0.2), 200),
        simulation.source_coverage(12, 60, 200),
    ):
        low, high = rate.interval(0.999)
        assert low <= 0.98
        assert high >= 0.94
