"""The test on recorded responses: right on average, whatever the law of the noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from v1vlm.analysis.pooled import CALIBRATION, Sample, pooled_test
from v1vlm.records import rng_of

Float = NDArray[np.float64]
ALPHA = 0.05
SESSIONS = 150


def session(index: float, law: str, rng: np.random.Generator, n: int = 60) -> Sample:
    """D and S of draws of four neurons in three trials, with E[D]/E[S] = index."""
    strength = rng.gamma(4.0, 0.25, n)
    tilt = index + rng.normal(0, 0.05, n) * (strength.mean() / strength)
    mean = np.stack([strength * (1 + tilt), strength * (1 - tilt)]).clip(1e-6)[:, :, None]
    shape = np.broadcast_to(mean, (2, n, 4))
    if law == "poisson":
        noisy = rng.poisson(3 * shape) / 3
    elif law == "gamma":
        noisy = shape * rng.gamma(0.5, 2.0, (2, n, 4))
    else:
        noisy = shape + rng.normal(0, 1.5, (2, n, 4))
    a, b = noisy.mean(axis=2)
    return Sample(a - b, a + b, a + b, CALIBRATION)


def shares(index: float, direction: str, margin: float, law: str) -> tuple[float, float]:
    verdicts = []
    for i in range(SESSIONS):
        sample = session(index, law, rng_of("settling", law, index, i))
        tested = pooled_test(sample, direction, margin, ALPHA, ALPHA)  # type: ignore[arg-type]
        verdicts.append(tested["verdict"])
    return verdicts.count("supported") / SESSIONS, verdicts.count("contradicted") / SESSIONS


@pytest.mark.parametrize("law", ["poisson", "gamma", "normal"])
def test_a_claim_at_its_margin_is_rarely_decided(law: str) -> None:
    supported, contradicted = shares(0.2, "greater", 0.2, law)
    # Four standard errors of a share of .05.
    assert supported <= ALPHA + 0.07
    assert contradicted <= ALPHA + 0.07


@pytest.mark.parametrize("law", ["poisson", "gamma", "normal"])
@pytest.mark.parametrize("direction", ["greater", "less", "different"])
def test_nothing_is_supported_where_nothing_is(direction: str, law: str) -> None:
    supported, _ = shares(0.0, direction, 0.05, law)
    assert supported <= ALPHA + 0.07


def test_directions_are_told_apart() -> None:
    assert shares(0.5, "greater", 0.05, "poisson")[0] > 0.9
    assert shares(-0.5, "less", 0.05, "poisson")[0] > 0.9
    assert shares(-0.5, "different", 0.05, "poisson")[0] > 0.9
    assert shares(-0.5, "greater", 0.05, "poisson")[1] > 0.9
    assert shares(0.5, "equivalent", 0.05, "poisson")[1] > 0.9
    assert shares(0.0, "equivalent", 0.5, "poisson")[0] > 0.9


def ordered(sample: Sample, order: NDArray[np.intp]) -> Sample:
    return replace(
        sample, value=sample.value[order], upper=sample.upper[order], lower=sample.lower[order]
    )


def test_the_calibration_draws_are_not_tested() -> None:
    sample = session(0.4, "poisson", rng_of("calibration"))
    tested = pooled_test(sample, "greater", 0.05, ALPHA, ALPHA)
    n = len(sample.value)
    order = np.r_[np.arange(CALIBRATION)[::-1], np.arange(CALIBRATION, n)]
    again = pooled_test(ordered(sample, order), "greater", 0.05, ALPHA, ALPHA)
    assert again["e_value"] == pytest.approx(tested["e_value"])
    few = pooled_test(ordered(sample, np.arange(CALIBRATION)), "less", 0.05, ALPHA, ALPHA)
    assert (few["verdict"], few["stopped_at"]) == ("inconclusive", 0)


def test_scale_changes_nothing() -> None:
    sample = session(0.3, "gamma", rng_of("scale"))
    eight = Sample(8 * sample.value, 8 * sample.upper, 8 * sample.lower, CALIBRATION)
    one = pooled_test(sample, "greater", 0.05, ALPHA, ALPHA)
    other = pooled_test(eight, "greater", 0.05, ALPHA, ALPHA)
    assert other["e_value"] == pytest.approx(one["e_value"], rel=1e-9)
    assert other["verdict"] == one["verdict"]
