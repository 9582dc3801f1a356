"""What a registration fixes, as a pure function of the state before it."""

from __future__ import annotations

import numpy as np

from v1vlm.analysis.evidence import clip_bound, draw_budget, elond_alpha
from v1vlm.analysis.measures import measure
from v1vlm.analysis.power import Design, outlook
from v1vlm.claims import Arm, Hypothesis, Registration
from v1vlm.errors import ProposalError
from v1vlm.journal.replication import conjunctions, replication_arms
from v1vlm.journal.state import Pilot, State
from v1vlm.manipulation import tally
from v1vlm.outcomes import Planned, PlannedPower
from v1vlm.stimuli import Scrambled, painted_in, style_only

MULTIPLES = (1.5, 2.0, 3.0)
"""Effects that power is planned at, in margins; of claims of equivalence `MULTIPLES_INSIDE`."""
MULTIPLES_INSIDE = (0.0, 0.5)


def draft_registration(state: State, hypothesis: Hypothesis) -> Registration:
    """The registration of the last proposal, before its controls.

    Everything in it but the hypothesis is fixed by what the study is, its findings so far and
    the pilot.

    Raises
    ------
    ProposalError
        If its pilot does not allow one.
    """
    prediction, pilot = hypothesis.prediction, state.attempts[-1].pilot
    if pilot is None:
        raise ProposalError("There is no pilot to fix the clipping bound from.")
    if (failed := failed_manipulation(pilot)) is not None:
        raise ProposalError(failed)
    scores = [score for score in pilot.scores if score is not None]
    bound = clip_bound(scores, prediction.margin, measure(prediction.measure).bound)
    support, refute, explain = levels(state)
    main = Arm(
        id="main",
        role="main",
        contrast=hypothesis.contrast,
        rule=hypothesis.rule,
        twin=state.twin["digest"],
        mouse=str(state.twin["mice"][0]),
    )
    replications = replication_arms(state, hypothesis)
    return Registration(
        study=state.study,
        index=len(state.trials) + 1,
        hypothesis=hypothesis,
        arms=(main, *replications),
        clip_bound=bound,
        draws_max=min(draw_budget(float(np.std(scores, ddof=1))), state.spec.draws_max),
        estimate_draws=state.spec.estimate_draws,
        chunk=state.spec.chunk,
        alpha_support=support,
        alpha_refute=refute,
        alpha_explain=explain,
        twin_digest=state.twin["digest"],
        physiology_digest=str((state.physiology or {})["digest"]),
        checks=dict(pilot.residuals),
        warnings=pilot.warnings,
        conjunctions=conjunctions(state, replications),
        shared_draws=state.spec.shared_draws and bool(replications),
        manipulation=pilot.manipulation,
    )


def planned_power(pilot: Pilot, places: int, registration: Registration) -> Planned:
    """Power of a test, by simulation at the spread of its pilot; K is the number of places."""
    prediction = registration.hypothesis.prediction
    scores = [score for score in pilot.scores if score is not None]
    sd = float(np.std(scores, ddof=1))
    powers = []
    for multiple in MULTIPLES_INSIDE if prediction.direction == "equivalent" else MULTIPLES:
        effect = multiple * prediction.margin * (-1 if prediction.direction == "less" else 1)
        seen = outlook(design_of(registration), effect, sd)
        powers.append(
            PlannedPower(
                multiple=multiple, effect=effect, power=seen.supported, mean_draws=seen.mean_draws
            )
        )
    return Planned(
        pilot_sd=sd,
        places=places,
        threshold=1 / registration.alpha_support,
        powers=tuple(powers),
    )


def design_of(registration: Registration) -> Design:
    """What the course of the main arm's test depends on, besides its draws."""
    prediction = registration.hypothesis.prediction
    return Design(
        direction=prediction.direction,
        margin=prediction.margin,
        bound=registration.clip_bound,
        alpha_support=registration.alpha_support,
        alpha_refute=registration.alpha_refute,
        draws_max=registration.draws_max,
    )


def failed_manipulation(pilot: Pilot) -> str | None:
    """Why a hypothesis is withdrawn whose painted images do not show what they should, if so."""
    rule = pilot.manipulation
    if rule is None:
        return None
    seen = tally(rule, pilot.looks)
    if seen.first_failed <= rule.failed_max:
        return None
    return (
        f"The manipulation failed: {seen.first_failed:.0%} of {seen.draws} first pairs of painted "
        f"images did not pass (allowed: {rule.failed_max:.0%}; of {seen.pairs} pairs, "
        f"{seen.unequal} were too unequal or blank and {seen.unseen} not told apart)."
    )


def painted_controls(hypothesis: Hypothesis) -> tuple[Arm, ...]:
    """Controls that come with every claim about painted images, whatever the scientist asks for.

    Phase-scrambled images keep spectrum and contrast of every pair; images of the style alone
    keep the prompts without what they differ in. In both the effect should be gone. A claim of
    equivalence has none to be gone.
    """
    contrast = hypothesis.contrast
    painted = painted_in(contrast.families)
    if len(painted) < len(contrast.families) or hypothesis.prediction.direction == "equivalent":
        return ()
    families = {
        "scrambled": tuple(Scrambled(source=family) for family in painted),
        "style-only": style_only(painted),
    }
    return tuple(
        Arm(
            id=name,
            role="control",
            expects="absent",
            contrast=contrast.model_copy(update={"families": families[name]}),
            rule=hypothesis.rule,
            reason=reason,
        )
        for name, reason in _PAINTED_CONTROLS.items()
    )


_PAINTED_CONTROLS = {
    "scrambled": "The painted images with scrambled phases: spectrum and contrast are kept, what "
    "they show is gone",
    "style-only": "Painted from the same prompts without the words in which they differ: style "
    "and chance of the generator are kept, the feature is gone",
}


def levels(state: State) -> tuple[float, float, float]:
    """Levels of the next registration: for support, for refutation, for explaining away.

    Three e-LOND streams of the study's alpha each, one hypothesis strictly after another. In
    the stream of support only claims that also stand up to their controls count as rejections:
    controls are tested at the level of their claim, so that counting claims that did not stand
    would leave the false discovery rate of the *robust* ones unbounded by alpha.
    """
    findings, spec = state.findings, state.spec
    supported = sum(
        finding.verdict == "supported" and finding.controls_verdict in ("robust", "no controls")
        for finding in findings
    )
    contradicted = sum(finding.verdict == "contradicted" for finding in findings)
    gone = sum(finding.controls_verdict == "explained away" for finding in findings)
    support, refute, explain = (
        elond_alpha(spec.alpha, spec.num_steps, rejections)
        for rejections in (supported, contradicted, gone)
    )
    return support, refute, explain
