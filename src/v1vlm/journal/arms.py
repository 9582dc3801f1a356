"""Arms of a trial: the values of their draws, and where their sequential tests stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.conjunction import n_smallest
from v1vlm.analysis.evidence import invalid_as, sequential_test
from v1vlm.claims import Arm, Direction, Registration, Verdict
from v1vlm.journal.state import Stage, Trial
from v1vlm.manipulation import tally


@dataclass(frozen=True)
class Progress:
    """Where the sequential test of one arm stands.

    Attributes
    ----------
    e_value : float
        Against "the effect is not there" (for an arm that expects it absent: "the control
        explains it"); `e_refute` is its complement.
    open : bool
        More draws are needed.
    """

    e_value: float
    e_refute: float
    stopped_at: int
    open: bool
    verdict: Verdict


def arm_bound(registration: Registration, arm: Arm) -> float:
    """Bound of one value of an arm: a difference of two clipped measures spans twice as much."""
    return registration.clip_bound * (2.0 if arm.expects == "absent" else 1.0)


def arm_values(trial: Trial, arm: Arm, stage: Stage) -> NDArray[np.float64]:
    """The values d_t of an arm, clipped, invalid draws entered as registered."""
    registration = trial.registration
    draws = trial.of(arm.id, stage)
    bound = registration.clip_bound
    values = np.clip(floats(draws.scores), -bound, bound)
    if arm.expects == "absent":
        values = values - np.clip(floats(draws.control_scores), -bound, bound)
    invalid = invalid_as(registration.hypothesis.prediction.direction, bound)
    return np.where(np.isnan(values), invalid, values)


def invalid_share(trial: Trial, arm: Arm, stage: Stage) -> float:
    """Share of draws that could not be scored."""
    draws = trial.of(arm.id, stage)
    invalid = np.isnan(floats(draws.scores))
    if arm.expects == "absent":
        invalid = invalid | np.isnan(floats(draws.control_scores))
    return float(invalid.mean()) if invalid.size else 0.0


def first_failed(trial: Trial, arm: Arm, stage: Stage) -> float:
    """Share of draws whose first painted pair did not show what it should."""
    rule = trial.registration.manipulation
    return 0.0 if rule is None else tally(rule, trial.of(arm.id, stage).looks).first_failed


def undecidable(trial: Trial, arm: Arm, stage: Stage) -> bool:
    """Whether more draws than registered are invalid, or were replaced."""
    rule = trial.registration.manipulation
    replaced = rule is not None and first_failed(trial, arm, stage) > rule.failed_max
    return replaced or invalid_share(trial, arm, stage) > trial.registration.invalid_max


def progress(trial: Trial, arm: Arm) -> Progress:
    """Evaluate the sequential test of an arm on the draws so far."""
    registration = trial.registration
    prediction = registration.hypothesis.prediction
    share = _share(registration, arm)
    test = sequential_test(
        arm_values(trial, arm, "test"),
        _direction(trial, arm),
        prediction.margin,
        arm_bound(registration, arm),
        alpha_support(registration, arm) * share,
        _alpha_refute(registration, arm),
        registration.draws_max,
    )
    verdict: Verdict = "inconclusive"
    if test.decided == "support":
        verdict = "supported"
    elif test.decided == "refute":
        verdict = "contradicted"
    if undecidable(trial, arm, "test"):
        verdict = "inconclusive"
    is_open = test.decided is None and not test.exhausted
    return Progress(share * test.e_value, test.e_refute, test.stopped_at, is_open, verdict)


def alpha_support(registration: Registration, arm: Arm) -> float:
    """Level at which the test of an arm stops in support.

    For a replication that counts, the level of its rung. Where fewer than all subjects are asked
    for, several e-values are combined; one alone is sure to decide their average only at as many
    times its threshold.
    """
    registered = registration.conjunction(arm.level) if arm.role == "replication" else None
    if registered is None:
        return registration.alpha_support
    n = len(registration.counted(registered.level))
    return registered.alpha / n_smallest(n, registered.at_least)


def _alpha_refute(registration: Registration, arm: Arm) -> float:
    if arm.role != "control":
        return registration.alpha_refute
    # The complementary e-values of all controls are averaged; one alone is sure to
    # decide that average only at as many times its threshold.
    return registration.alpha_explain / len(registration.controls)


def _share(registration: Registration, arm: Arm) -> float:
    """Share of its capital that a test bets on the side that it is asked about.

    Half, where that side was read from draws of the same stimuli: had half been bet on each
    side, the capital would be at least this, and it is an e-value whichever side was read.
    """
    two_sided = registration.hypothesis.prediction.direction == "different"
    shared = arm.role == "replication" and registration.shared_draws
    return 0.5 if two_sided and shared else 1.0


def _direction(trial: Trial, arm: Arm) -> Direction:
    """Direction an arm is tested in.

    A control or replication of a claim that something differs must differ to the same side: the
    side of the main arm's test draws, which is fixed before any draw of another arm.
    """
    direction = trial.registration.hypothesis.prediction.direction
    if arm.role == "main" or direction != "different":
        return direction
    mean = arm_values(trial, trial.registration.main, "test").mean()
    return "greater" if mean > 0 else "less"


def floats(scores: tuple[float | None, ...]) -> NDArray[np.float64]:
    """Scores as numbers, NaN for invalid draws."""
    return np.array([np.nan if score is None else score for score in scores], dtype=np.float64)
