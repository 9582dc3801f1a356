"""What the engine hands out, as pure functions of the state: briefings, plans, control arms."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Arm, Hypothesis, Registration
from v1vlm.context import Context
from v1vlm.errors import InputError, ProposalError
from v1vlm.journal import DrawChunk, State, Trial
from v1vlm.records import digest, seed_of
from v1vlm.rig import DrawPlan
from v1vlm.scientist import Briefing
from v1vlm.scientist.pictures import pictures_of


def briefing_of(state: State, context: Context, step: int, attempt: int) -> Briefing:
    """What the scientist is told before its answer to a step."""
    # H2, then H2b, H2c where a first try was refused or withdrawn.
    suffix = "" if attempt == 1 else string.ascii_lowercase[attempt - 1]
    return Briefing(
        step=step,
        num_steps=state.spec.num_steps,
        attempt=attempt,
        last=attempt >= state.spec.tries,
        seed=seed_of(state.study, "scientist", step, attempt),
        alpha=state.spec.alpha,
        hypothesis_id=f"H{step}{suffix}",
        context=context,
        twin=state.twin,
        physiology=(state.physiology or {}).get("summary", {}),
        attempts=state.attempts,
        findings=state.findings,
        margins={name: measure(name).default_margin for name in measure_names()},
        guidance=state.spec.initial_prompt,
        painter=state.generator,
        photographs=state.spec.photographs,
        room=state.room,
    )


def illustrated(
    briefing: Briefing,
    hypothesis: Hypothesis,
    arrays: Mapping[str, NDArray[Any]],
    blobs: Mapping[str, str],
    physiology: Physiology,
    frame_rate_hz: float,
) -> Briefing:
    """The briefing with pictures of exemplar draws; `arrays` and `blobs` have the same names."""
    pictures = pictures_of(
        arrays,
        hypothesis.contrast.levels,
        hypothesis.prediction.window_s,
        frame_rate_hz,
        hypothesis.prediction.measure,
        (physiology["rf_azimuth_deg"], physiology["rf_elevation_deg"]),
        blobs,
    )
    return replace(briefing, pictures=pictures)


def pilot_plan(state: State, hypothesis: Hypothesis, physiology: Physiology) -> DrawPlan:
    """Exploration draws on half A, with exploration seeds and sources."""
    key = digest(hypothesis)
    return DrawPlan(
        contrast=hypothesis.contrast.explored(),
        rule=hypothesis.rule.model_copy(update={"half": "A"}),
        measure=hypothesis.prediction.measure,
        window_s=hypothesis.prediction.window_s,
        seeds=tuple(seed_of(state.study, "explore", key, i) for i in range(state.spec.pilot_draws)),
        twin=state.twin["digest"],
        physiology=physiology.digest,
        exemplar=True,
        guarded=True,
    )


def with_controls(draft: Registration, controls: tuple[Arm, ...]) -> Registration:
    """The draft with control arms, which run on the same subject as the main one.

    Raises
    ------
    ProposalError
        If they do not fit together.
    """
    subject = {"twin": draft.main.twin, "mouse": draft.main.mouse}
    arms = (draft.main, *(arm.model_copy(update=subject) for arm in controls), *draft.replications)
    try:
        return Registration.from_json({**draft.to_json(), "arms": [arm.to_json() for arm in arms]})
    except InputError as error:
        raise ProposalError(f"Its arms do not fit together: {error.what}") from error


def chunk_plan(trial: Trial, step: DrawChunk) -> DrawPlan:
    """Fresh draws of a registered arm; the first estimation draws are kept as exemplars.

    A replication on shared draws has the seeds of the main arm: the same images, orientations and
    phases, each centred on a receptive field of its own subject, as an experimenter would.
    """
    registration = trial.registration
    prediction = registration.hypothesis.prediction
    arm = next(arm for arm in registration.arms if arm.id == step.arm)
    main = registration.main.contrast
    elsewhere = arm.role == "replication"
    shared = elsewhere and registration.shared_draws
    key = registration.main.id if shared else arm.id
    # Estimation draws go on where the budget of the test ends.
    first = step.start + (registration.draws_max if step.stage == "estimate" else 0)
    return DrawPlan(
        contrast=main if arm.expects == "absent" else arm.contrast,
        control=arm.contrast if arm.expects == "absent" else None,
        rule=arm.rule,
        measure=prediction.measure,
        window_s=prediction.window_s,
        behaviour=arm.behaviour,
        seeds=tuple(seed_of(trial.digest, key, i) for i in range(first, first + step.count)),
        twin=arm.twin if elsewhere else registration.twin_digest,
        physiology=arm.physiology_digest if elsewhere else registration.physiology_digest,
        exemplar=step.stage == "estimate" and step.start == 0 and not elsewhere,
        secondary=step.stage == "estimate" and arm.role == "main",
    )
