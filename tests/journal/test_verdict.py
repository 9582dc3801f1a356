"""Verdicts: what code decides from draws, for every direction and kind of control."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.fakes import RULE, noise_contrast
from v1vlm.analysis.evidence import processes
from v1vlm.claims import Arm, Direction, Finding, Hypothesis, Prediction, Registration
from v1vlm.journal import Draws, Trial, arm_bound, arm_values, conclude, invalid_share, progress
from v1vlm.outcomes import Estimate
from v1vlm.records import digest, rng_of

ALPHA = 0.05
BOUND = 0.5
MARGIN = 0.05
DRAWS = 100
TWIN = {"name": "fake"}
Scores = tuple[float | None, ...]


def around(mean: float, n: int = DRAWS, spread: float = 0.02) -> Scores:
    noise = rng_of("verdict", n).uniform(-spread, spread, n)
    return tuple(float(mean + x) for x in noise)


def registration_of(direction: Direction = "greater", **changes: Any) -> Registration:
    main = Arm(id="main", role="main", contrast=noise_contrast(0.6, 0.3), rule=RULE, mouse="nobody")
    fields: dict[str, Any] = {
        "study": "s",
        "index": 1,
        "hypothesis": Hypothesis(
            id="H1",
            title="t",
            statement="s",
            contrast=main.contrast,
            rule=RULE,
            prediction=Prediction(direction=direction, margin=MARGIN),
        ),
        "arms": (main, *changes.pop("controls", ())),
        "clip_bound": BOUND,
        "draws_max": DRAWS,
        "estimate_draws": 20,
        "alpha_support": ALPHA,
        "alpha_refute": ALPHA,
        "alpha_explain": ALPHA,
        "twin_digest": "t",
        "physiology_digest": "p",
    }
    return Registration(**{**fields, **changes})


def control(name: str, expects: Any) -> Arm:
    return Arm(id=name, role="control", expects=expects, contrast=noise_contrast(0.5, 0.4),
               rule=RULE, reason=f"for {name}")  # fmt: skip


def trial_of(registration: Registration, **tested: Scores | tuple[Scores, Scores]) -> Trial:
    draws = {}
    for arm, given in tested.items():
        pair = given if given and isinstance(given[0], tuple) else (given, ())
        scores, controls = pair
        blank = (None,) * len(scores)
        draws[arm, "test"] = Draws(scores, controls, (30,) * len(scores), blank)  # type: ignore[arg-type]
    return Trial(registration, digest(registration), draws)  # type: ignore[arg-type]


def estimate_of(value: float, half: float | None = 0.01, n_neurons: int = 30) -> Estimate:
    return Estimate(
        value=value,
        interval=None if half is None else (value - half, value + half),
        n_draws=20,
        n_neurons=n_neurons,
        unclipped=value,
        clipped_share=0.0,
        invalid_share=0.0,
    )


def finding_of(trial: Trial, value: float = 0.2, half: float | None = 0.01, n: int = 30) -> Finding:
    estimates = {arm.id: estimate_of(value, half, n) for arm in trial.registration.arms}
    return conclude(trial, estimates, TWIN)


# directions

OPPOSITE = "(by its interval: opposite to the prediction)"
NEGLIGIBLE = "(by its interval: negligible in both directions)"


@pytest.mark.parametrize(
    ("direction", "mean", "verdict"),
    [
        ("greater", 0.2, "supported"),
        ("greater", 0.0, "contradicted"),
        ("greater", -0.2, "contradicted"),
        ("greater", 0.05, "inconclusive"),
        ("less", -0.2, "supported"),
        ("less", 0.0, "contradicted"),
        ("less", 0.2, "contradicted"),
        ("less", -0.05, "inconclusive"),
        ("different", 0.2, "supported"),
        ("different", -0.2, "supported"),
        ("different", 0.0, "contradicted"),
        ("different", 0.05, "inconclusive"),
        ("equivalent", 0.0, "supported"),
        ("equivalent", 0.2, "contradicted"),
        ("equivalent", -0.2, "contradicted"),
        ("equivalent", -0.05, "inconclusive"),
    ],
)
def test_verdicts_follow_from_draws(direction: Direction, mean: float, verdict: str) -> None:
    finding = finding_of(trial_of(registration_of(direction), main=around(mean)), mean)
    assert finding.verdict == verdict
    assert (finding.e_value >= finding.threshold_support) == (verdict == "supported")
    assert (finding.e_refute >= finding.threshold_refute) == (verdict == "contradicted")
    assert finding.level == ("L0" if verdict == "inconclusive" else "L1")
    assert finding.stopped_at == (DRAWS if verdict == "inconclusive" else finding.stopped_at)
    assert finding.cs[0] <= mean <= finding.cs[1]
    # The e-values are those of the two processes at the draw where they stopped.
    values = np.clip(np.array(around(mean)), -BOUND, BOUND)
    support, refute = processes(values, direction, MARGIN, BOUND)
    assert finding.e_value == support[finding.stopped_at - 1]
    assert finding.e_refute == refute[finding.stopped_at - 1]
    before = slice(0, finding.stopped_at - 1)
    assert (support[before] < 1 / ALPHA).all()
    assert (refute[before] < 1 / ALPHA).all()


@pytest.mark.parametrize(
    ("direction", "value", "half", "reason"),
    [
        ("greater", -0.2, 0.01, f"not above the margin {OPPOSITE}"),
        ("greater", 0.01, 0.01, f"not above the margin {NEGLIGIBLE}"),
        ("greater", -0.05, 0.02, "not above the margin"),
        ("less", 0.2, 0.01, f"not above the margin {OPPOSITE}"),
        ("less", -0.01, 0.01, f"not above the margin {NEGLIGIBLE}"),
        ("different", 0.01, 0.01, "smaller than the margin"),
        ("different", 0.05, 0.02, "smaller than the margin"),
    ],
)
def test_how_a_prediction_failed(
    direction: Direction, value: float, half: float, reason: str
) -> None:
    trial = trial_of(registration_of(direction), main=around(0.0))
    finding = finding_of(trial, value, half)
    assert finding.verdict == "contradicted"
    assert finding.reason == reason


def test_reasons_of_the_other_verdicts() -> None:
    supported = finding_of(trial_of(registration_of(), main=around(0.2)))
    assert supported.reason == f"the evidence reached its threshold at draw {supported.stopped_at}"
    undecided = finding_of(trial_of(registration_of(), main=around(MARGIN)))
    assert undecided.reason == "neither process reached its threshold within 100 draws"
    differs = trial_of(registration_of("equivalent"), main=around(0.2))
    assert finding_of(differs).reason == "larger than the margin"


def test_a_test_wants_draws_until_it_is_decided_or_its_budget_ends() -> None:
    registration = registration_of()
    wants = [
        progress(trial_of(registration, main=around(0.2)[:n]), registration.main).open
        for n in range(DRAWS + 1)
    ]
    decided = finding_of(trial_of(registration, main=around(0.2))).stopped_at
    assert wants == [n < decided for n in range(DRAWS + 1)]
    undecided = [
        progress(trial_of(registration, main=around(MARGIN)[:n]), registration.main).open
        for n in (0, 50, 99, 100)
    ]
    assert undecided == [True, True, True, False]


def test_scores_beyond_the_bound_are_clipped() -> None:
    trial = trial_of(registration_of(), main=(0.9, -0.9, 0.3))
    values = arm_values(trial, trial.registration.main, "test")
    np.testing.assert_array_equal(values, [BOUND, -BOUND, 0.3])


# invalid draws


@pytest.mark.parametrize(
    ("direction", "enters"), [("greater", 0), ("less", 0), ("different", 0), ("equivalent", BOUND)]
)
def test_invalid_draws_enter_as_registered(direction: Direction, enters: float) -> None:
    trial = trial_of(registration_of(direction), main=(0.1, None, 0.2))
    main = trial.registration.main
    np.testing.assert_array_equal(arm_values(trial, main, "test"), [0.1, enters, 0.2])
    assert invalid_share(trial, main, "test") == pytest.approx(1 / 3)


@pytest.mark.parametrize(("n_invalid", "verdict"), [(0, "supported"), (1, "supported"),
                                                    (2, "inconclusive")])  # fmt: skip
def test_too_many_invalid_draws_decide_nothing(n_invalid: int, verdict: str) -> None:
    scores = (*around(0.3, 20 - n_invalid), *(None,) * n_invalid)
    finding = finding_of(trial_of(registration_of(), main=scores))
    assert finding.e_value >= finding.threshold_support
    assert finding.verdict == verdict
    assert finding.invalid_share == n_invalid / 20
    if verdict == "inconclusive":
        assert finding.reason == "10% of the draws were invalid, above 5%"
        assert finding.level == "L0"


# controls


def test_present_controls_that_hold_make_it_robust() -> None:
    registration = registration_of(controls=(control("a", "present"), control("b", "absent")))
    trial = trial_of(registration, main=around(0.2), a=around(0.3), b=(around(0.25), around(0.0)))
    finding = finding_of(trial)
    assert finding.controls_verdict == "robust"
    assert finding.explained_by is None
    assert [c.outcome for c in finding.controls] == ["survived", "survived"]
    assert [c.quantity for c in finding.controls] == ["effect", "effect minus control"]
    assert [c.reason for c in finding.controls] == ["for a", "for b"]


def test_an_absent_arm_tests_the_difference_within_twice_the_bound() -> None:
    arm = control("b", "absent")
    registration = registration_of(controls=(arm,))
    main, other = (0.9, 0.2, None, 0.4, -0.9), (-0.9, 0.3, 0.1, None, 0.9)
    trial = trial_of(registration, main=around(0.2), b=(main, other))
    assert arm_bound(registration, arm) == 2 * BOUND
    assert arm_bound(registration, registration.main) == BOUND
    values = arm_values(trial, arm, "test")
    np.testing.assert_allclose(values, [2 * BOUND, -0.1, 0, 0, -2 * BOUND])
    assert invalid_share(trial, arm, "test") == pytest.approx(2 / 5)
    support, refute = processes(values, "greater", MARGIN, 2 * BOUND)
    test = progress(trial, arm)
    assert (test.e_value, test.e_refute) == (support[-1], refute[-1])


def test_a_control_with_the_same_effect_explains_it_away() -> None:
    registration = registration_of(controls=(control("same", "absent"),))
    trial = trial_of(registration, main=around(0.2), same=(around(0.2), around(0.21)))
    finding = finding_of(trial)
    assert finding.verdict == "supported"
    assert finding.controls_verdict == "explained away"
    assert finding.explained_by == "same"
    assert finding.controls[0].outcome == "failed"
    assert finding.controls[0].e_explain >= 1 / ALPHA


def test_a_present_control_without_the_effect_explains_it_away() -> None:
    registration = registration_of(controls=(control("gone", "present"),))
    finding = finding_of(trial_of(registration, main=around(0.2), gone=around(0.0)))
    assert finding.controls_verdict == "explained away"
    assert finding.explained_by == "gone"


def test_complements_of_all_controls_are_averaged() -> None:
    """One control that fails must carry the average alone: at twice the threshold, of two."""
    controls = (control("a", "present"), control("b", "present"))
    registration = registration_of(controls=controls)
    for n in range(1, 60):
        trial = trial_of(registration, main=around(0.2), a=around(0.2), b=around(0.0)[:n])
        finding = finding_of(trial)
        a, b = (c.e_explain for c in finding.controls)
        gone = (a + b) / 2 >= 1 / ALPHA
        assert (finding.controls_verdict == "explained away") == gone
        # Which control failed, only its own e-value can say.
        assert finding.explained_by == ("b" if b >= 2 / ALPHA else None)
        # A control is drawn on until it decides the average by itself.
        assert progress(trial, controls[1]).open == (b < 2 / ALPHA)
    assert finding.controls_verdict == "explained away"
    assert finding.explained_by == "b"


def test_explaining_away_has_its_own_level() -> None:
    controls = (control("b", "present"),)
    scores = around(0.0)
    lax = registration_of(controls=controls, alpha_explain=0.4)
    strict = registration_of(controls=controls, alpha_explain=1e-12)
    few = {"main": around(0.2), "b": scores[:20]}
    assert finding_of(trial_of(lax, **few)).controls_verdict == "explained away"
    assert finding_of(trial_of(strict, **few)).controls_verdict == "controls inconclusive"


def test_one_undecided_control_leaves_the_cause_open() -> None:
    controls = (control("a", "present"), control("b", "present"))
    registration = registration_of(controls=controls)
    finding = finding_of(trial_of(registration, main=around(0.2), a=around(0.2), b=around(MARGIN)))
    assert finding.controls_verdict == "controls inconclusive"
    assert [c.outcome for c in finding.controls] == ["survived", "inconclusive"]


@pytest.mark.parametrize("side", [1, -1])
def test_a_difference_must_be_to_the_same_side_in_its_controls(side: int) -> None:
    registration = registration_of("different", controls=(control("a", "present"),))
    same = trial_of(registration, main=around(0.2 * side), a=around(0.2 * side))
    assert finding_of(same).controls_verdict == "robust"
    other = trial_of(registration, main=around(0.2 * side), a=around(-0.2 * side))
    assert finding_of(other).controls_verdict == "explained away"


def test_invalid_draws_explain_nothing_away() -> None:
    """They enter a test as 0, which would speak against a control that was hardly shown."""
    registration = registration_of(controls=(control("a", "present"),))
    trial = trial_of(registration, main=around(0.2), a=(None,) * DRAWS)
    finding = finding_of(trial)
    assert finding.controls_verdict == "controls inconclusive"
    assert finding.controls[0].outcome == "inconclusive"
    assert finding.controls[0].e_explain == 0.0
    assert finding.controls[0].invalid_share == 1.0


@pytest.mark.parametrize("mean", [0.0, MARGIN])
def test_controls_of_what_is_not_supported_are_not_run(mean: float) -> None:
    registration = registration_of(controls=(control("a", "present"),))
    trial = trial_of(registration, main=around(mean))
    finding = conclude(trial, {"main": estimate_of(mean)}, TWIN)
    assert finding.controls_verdict == "not run"
    assert finding.controls[0].outcome == "not run"
    assert finding.controls[0].estimate is None
    assert finding.controls[0].n_draws == 0
    assert finding.controls[0].e_explain == 1.0


def test_without_controls_it_says_so() -> None:
    finding = finding_of(trial_of(registration_of(), main=around(0.2)))
    assert finding.controls_verdict == "no controls"
    assert finding.controls == ()


# scope


@pytest.mark.parametrize(
    ("direction", "mean", "half", "n", "population"),
    [
        ("greater", 0.2, 0.01, 30, True),
        ("greater", 0.2, None, 30, False),
        ("greater", 0.2, 0.19, 30, False),
        ("greater", 0.0, 0.01, 30, True),
        ("greater", 0.0, 0.06, 30, False),
        ("less", -0.2, 0.01, 30, True),
        ("less", 0.0, 0.01, 30, True),
        ("different", -0.2, 0.01, 30, True),
        ("different", 0.0, 0.01, 30, True),
        ("different", 0.0, 0.06, 30, False),
        ("equivalent", 0.0, 0.01, 30, True),
        ("equivalent", 0.2, 0.01, 30, True),
        ("equivalent", 0.2, 0.16, 30, False),
        ("greater", MARGIN, 0.001, 30, False),
    ],
)
def test_how_far_a_finding_reaches(
    direction: Direction, mean: float, half: float | None, n: int, population: bool
) -> None:
    finding = finding_of(trial_of(registration_of(direction), main=around(mean)), mean, half, n)
    scope = "this twin's population" if population else "the named neurons"
    assert finding.scope == scope


def test_a_follow_up_speaks_of_the_named_neurons_alone() -> None:
    registration = registration_of()
    follow_up = registration.hypothesis.model_copy(update={"parent": "H0"})
    trial = trial_of(registration.model_copy(update={"hypothesis": follow_up}), main=around(0.2))
    assert finding_of(trial).verdict == "supported"
    assert finding_of(trial).scope == "the named neurons"
