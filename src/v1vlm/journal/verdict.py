"""From draws to verdicts: what code decides, as pure functions of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from v1vlm.analysis.evidence import confidence_sequence, explained
from v1vlm.claims import (
    Arm,
    ControlFinding,
    ControlsVerdict,
    Finding,
    Hypothesis,
    Registration,
    Verdict,
    WordingScope,
)
from v1vlm.journal.arms import (
    Progress,
    arm_values,
    first_failed,
    floats,
    invalid_share,
    progress,
    undecidable,
)
from v1vlm.journal.replication import Card, highest, level_findings, replication_findings
from v1vlm.journal.state import Trial
from v1vlm.manipulation import Tally, tally
from v1vlm.outcomes import Estimate, FamilyNote
from v1vlm.records import digest
from v1vlm.stimuli import WORDINGS_MIN


def conclude(
    trial: Trial,
    estimates: Mapping[str, Estimate],
    twin: Card,
    replicates: Sequence[Card] = (),
) -> Finding:
    """The finding of a trial whose arms have run.

    Parameters
    ----------
    estimates : mapping
        Estimate of each arm that ran, by id.
    twin : mapping
        The twin's public card.
    replicates : sequence of mapping
        Public cards of the twins of replications.
    """
    registration, hypothesis = trial.registration, trial.registration.hypothesis
    test, estimate = progress(trial, registration.main), estimates[registration.main.id]
    share = invalid_share(trial, registration.main, "test")
    controls = tuple(
        _control_finding(trial, arm, estimates.get(arm.id)) for arm in registration.controls
    )
    judged, explained_by = _controls_verdict(registration, test, controls)
    cards = {str(card["digest"]): card for card in replicates}
    levels = level_findings(trial)
    return Finding(
        **_claimed(hypothesis),
        **_tested(trial, test),
        **_estimated(estimate),
        index=registration.index,
        twin=str(twin["name"]),
        invalid_share=share,
        scope=_scope(hypothesis, test.verdict, estimate),
        n_wordings=hypothesis.contrast.wordings,
        wording_scope=_wording_scope(hypothesis, test.verdict, estimate),
        manipulation=_looked_at(trial),
        verdict=test.verdict,
        reason=_reason(trial, test, share, estimate),
        controls_verdict=judged,
        explained_by=explained_by,
        controls=controls,
        replications=replication_findings(trial, estimates, cards),
        levels=levels,
        shared_draws=registration.shared_draws,
        planned=trial.planned,
        level=highest(test.verdict, levels),
        registration=trial.digest,
    )


def _claimed(hypothesis: Hypothesis) -> dict[str, Any]:
    """Fields of a finding that say what was claimed."""
    prediction, contrast = hypothesis.prediction, hypothesis.contrast
    return {
        "id": hypothesis.id,
        "title": hypothesis.title,
        "statement": hypothesis.statement,
        "parent": hypothesis.parent,
        "origin": hypothesis.origin,
        "measure": prediction.measure,
        "direction": prediction.direction,
        "margin": prediction.margin,
        "window_s": prediction.window_s,
        "factor": contrast.factor,
        "families": tuple(
            FamilyNote(level=level, description=family.describe(), sha256=digest(family))
            for level, family in zip(contrast.levels, contrast.families, strict=True)
        ),
        "centring": contrast.placement,
    }


def _tested(trial: Trial, test: Progress) -> dict[str, Any]:
    """Fields of a finding that say how the claim was tested, and with what result."""
    registration, main = trial.registration, trial.registration.main
    tested = arm_values(trial, main, "test")[: test.stopped_at]
    return {
        "clip_bound": registration.clip_bound,
        "neuron_rule": main.rule.describe(),
        "mouse": main.mouse,
        "behaviour": main.behaviour,
        "cs": confidence_sequence(tested, registration.clip_bound),
        "e_value": test.e_value,
        "e_refute": test.e_refute,
        "threshold_support": 1 / registration.alpha_support,
        "threshold_refute": 1 / registration.alpha_refute,
        "stopped_at": test.stopped_at,
        "draws_max": registration.draws_max,
    }


def _estimated(estimate: Estimate) -> dict[str, Any]:
    """Fields of a finding that are those of its estimate."""
    # A finding's share of invalid draws is that of its test.
    shared = set(Estimate.model_fields) & set(Finding.model_fields) - {"invalid_share"}
    return {"estimate": estimate.value, **{name: getattr(estimate, name) for name in shared}}


def _control_finding(trial: Trial, arm: Arm, estimate: Estimate | None) -> ControlFinding:
    test = progress(trial, arm)
    share = invalid_share(trial, arm, "test")
    outcome: Literal["survived", "failed", "inconclusive", "not run"] = "inconclusive"
    if estimate is None:
        outcome = "not run"
    elif test.verdict == "supported":
        outcome = "survived"
    elif test.verdict == "contradicted":
        outcome = "failed"
    return ControlFinding(
        id=arm.id,
        expects=arm.expects,
        quantity="effect" if arm.expects == "present" else "effect minus control",
        reason=arm.reason,
        outcome=outcome,
        estimate=None if estimate is None else estimate.value,
        interval=None if estimate is None else estimate.interval,
        control_effect=_control_effect(trial, arm),
        n_draws=0 if estimate is None else estimate.n_draws,
        e_value=test.e_value,
        # Invalid draws enter below the margin and would feed the complement; capital may
        # always be given away.
        e_explain=0.0 if undecidable(trial, arm, "test") else test.e_refute,
        invalid_share=share,
        stopped_at=test.stopped_at,
    )


def _control_effect(trial: Trial, arm: Arm) -> float | None:
    scores = floats(trial.of(arm.id, "estimate").control_scores)
    scores = scores[np.isfinite(scores)]
    if not scores.size:
        return None
    bound = trial.registration.clip_bound
    return float(np.clip(scores, -bound, bound).mean())


def _controls_verdict(
    registration: Registration, test: Progress, controls: tuple[ControlFinding, ...]
) -> tuple[ControlsVerdict, str | None]:
    if not controls:
        return "no controls", None
    if test.verdict != "supported":
        return "not run", None
    # Robust is a claim about all arms at once: its e-value is the smallest of theirs.
    if all(control.outcome == "survived" for control in controls):
        return "robust", None
    complements = [control.e_explain for control in controls]
    if explained(complements, registration.alpha_explain):
        # The average says that some control fails; which one, only its own e-value can say.
        worst = max(controls, key=lambda control: control.e_explain)
        alone = worst.e_explain >= len(controls) / registration.alpha_explain
        return "explained away", worst.id if alone else None
    return "controls inconclusive", None


def _reason(trial: Trial, test: Progress, share: float, estimate: Estimate) -> str:
    registration = trial.registration
    n_draws = len(trial.of(registration.main.id, "test"))
    given_up = trial.given_up
    if undecidable(trial, registration.main, "test"):
        if given_up is not None and given_up.test_draws < n_draws:
            return (
                f"painting was given up after {given_up.test_draws} of {n_draws} test draws "
                f"({given_up.reason.rstrip('.')})"
            )
        if (failed := _failed_pairs(trial)) is not None:
            return failed
    if share > registration.invalid_max:
        return f"{share:.0%} of the draws were invalid, above {registration.invalid_max:.0%}"
    if test.verdict == "inconclusive":
        return f"neither process reached its threshold within {registration.draws_max} draws"
    if test.verdict == "supported":
        return f"the evidence reached its threshold at draw {test.stopped_at}"
    return _refuted_as(registration, estimate)


def _failed_pairs(trial: Trial) -> str | None:
    """That too many painted pairs failed, and for what, if that is so."""
    rule, main = trial.registration.manipulation, trial.registration.main
    if rule is None or first_failed(trial, main, "test") <= rule.failed_max:
        return None
    seen = tally(rule, trial.of(main.id, "test").looks)
    unseen = f", {seen.unseen} not told apart by the scientist" if rule.asked else ""
    return (
        f"{seen.first_failed:.0%} of the draws began with a pair of images that failed its check, "
        f"above {rule.failed_max:.0%} (of {seen.pairs} pairs {seen.unequal} were too unequal or "
        f"blank{unseen})"
    )


def _refuted_as(registration: Registration, estimate: Estimate) -> str:
    """Say how the prediction failed; the part in brackets is read from the interval alone."""
    prediction = registration.hypothesis.prediction
    margin = prediction.margin
    if prediction.direction == "equivalent":
        return "larger than the margin"
    if prediction.direction == "different":
        return "smaller than the margin"
    if estimate.interval is None:
        return "not above the margin"
    low, high = estimate.interval
    if prediction.direction == "less":
        low, high = -high, -low
    if high < -margin:
        return "not above the margin (by its interval: opposite to the prediction)"
    if -margin < low and high < margin:
        return "not above the margin (by its interval: negligible in both directions)"
    return "not above the margin"


def _scope(
    hypothesis: Hypothesis, verdict: Verdict, estimate: Estimate
) -> Literal["the named neurons", "this twin's population"]:
    """Whether the interval over draws and neurons supports the verdict too.

    Never for a follow-up: it was chosen after its parent had been seen in the same neurons.
    """
    if verdict == "inconclusive" or estimate.interval is None or hypothesis.parent is not None:
        return "the named neurons"
    holds = _agrees(hypothesis, verdict, estimate.interval)
    return "this twin's population" if holds else "the named neurons"


def _wording_scope(
    hypothesis: Hypothesis, verdict: Verdict, estimate: Estimate
) -> WordingScope | None:
    """Whether the interval over wordings supports the verdict too; none where nothing is painted.

    From few wordings no interval says anything of others.
    """
    n_wordings, interval = hypothesis.contrast.wordings, estimate.interval_by_source
    if not n_wordings:
        return None
    if verdict == "inconclusive" or interval is None or n_wordings < WORDINGS_MIN:
        return "the named wordings"
    holds = _agrees(hypothesis, verdict, interval)
    return "wordings like these" if holds else "the named wordings"


def _agrees(hypothesis: Hypothesis, verdict: Verdict, interval: tuple[float, float]) -> bool:
    """Whether a whole interval lies where the verdict says that the effect is."""
    low, high = interval
    direction, margin = hypothesis.prediction.direction, hypothesis.prediction.margin
    supported = verdict == "supported"
    inside = -margin < low and high < margin
    outside = low > margin or high < -margin
    return {
        "greater": low > margin if supported else high < margin,
        "less": high < -margin if supported else low > -margin,
        "different": outside if supported else inside,
        "equivalent": inside if supported else outside,
    }[direction]


def _looked_at(trial: Trial) -> Tally | None:
    """How the painted pairs of the main arm fared, over test and estimate."""
    rule, main = trial.registration.manipulation, trial.registration.main.id
    if rule is None:
        return None
    return tally(rule, (*trial.of(main, "test").looks, *trial.of(main, "estimate").looks))
