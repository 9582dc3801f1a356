"""What the engine hands out, as pure functions of the state: briefings, plans, control arms."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Arm, Hypothesis, Registration
from v1vlm.context import Context
from v1vlm.errors import InputError, ProposalError
from v1vlm.journal import (
    DrawChunk,
    SeedAt,
    State,
    Trial,
    confirmed_seeds,
    explored_seeds,
    painted_controls,
)
from v1vlm.manipulation import Looks, Manipulation
from v1vlm.records import seed_of
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
        painter=None if state.unpainted is not None else state.generator,
        edits=state.unpainted is None and bool(state.generator_card.get("edits")),
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


def _seeded(
    plan: DrawPlan, seed_at: SeedAt, count: int, rule: Manipulation | None, looks: Sequence[Looks]
) -> DrawPlan:
    """A plan with the seeds of its draws: of painted ones, of the pair that was looked at last."""
    if rule is None or not looks:
        return plan.model_copy(update={"seeds": tuple(seed_at(i, 0) for i in range(count))})
    seeds = tuple(seed_at(i, len(one) - 1) for i, one in enumerate(looks))
    void = (seed for seed, one in zip(seeds, looks, strict=True) if not rule.passes(one[-1]))
    return plan.model_copy(update={"seeds": seeds, "void": tuple(void)})


def pilot_plan(
    state: State,
    hypothesis: Hypothesis,
    physiology: Physiology,
    rule: Manipulation | None = None,
    looks: Sequence[Looks] = (),
) -> DrawPlan:
    """Exploration draws on half A, with exploration seeds and sources.

    Parameters
    ----------
    rule, looks
        Of painted pairs, which were looked at; without, the first pair of every draw.
    """
    plan = DrawPlan(
        contrast=hypothesis.contrast.explored(),
        rule=hypothesis.rule.model_copy(update={"half": "A"}),
        measure=hypothesis.prediction.measure,
        window_s=hypothesis.prediction.window_s,
        seeds=(),
        twin=state.twin["digest"],
        physiology=physiology.digest,
        exemplar=True,
        guarded=True,
    )
    seed_at = explored_seeds(state, hypothesis)
    return _seeded(plan, seed_at, state.spec.pilot_draws, rule, looks)


def with_controls(draft: Registration, controls: tuple[Arm, ...]) -> Registration:
    """The draft with control arms, which run on the same subject as the main one.

    Controls of painted images that the scientist did not ask for are added.

    Raises
    ------
    ProposalError
        If they do not fit together.
    """
    subject = {"twin": draft.main.twin, "mouse": draft.main.mouse}
    asked = [(arm.contrast, arm.expects) for arm in controls]
    names = {arm.id for arm in controls}
    for arm in painted_controls(draft.hypothesis):
        if (arm.contrast, arm.expects) not in asked:
            name = f"{arm.id}-of-all" if arm.id in names else arm.id
            controls = (*controls, arm.model_copy(update={"id": name}))
    arms = (draft.main, *(arm.model_copy(update=subject) for arm in controls), *draft.replications)
    try:
        return Registration.from_json({**draft.to_json(), "arms": [arm.to_json() for arm in arms]})
    except InputError as error:
        raise ProposalError(f"Its arms do not fit together: {error.what}") from error


def chunk_plan(trial: Trial, step: DrawChunk, looks: Sequence[Looks] = ()) -> DrawPlan:
    """Fresh draws of a registered arm; the first estimation draws are kept as exemplars.

    Parameters
    ----------
    looks
        At the painted pairs of the chunk; without, the first pair of every draw.
    """
    registration = trial.registration
    prediction = registration.hypothesis.prediction
    arm = next(arm for arm in registration.arms if arm.id == step.arm)
    main = registration.main.contrast
    elsewhere = arm.role == "replication"
    plan = DrawPlan(
        contrast=main if arm.expects == "absent" else arm.contrast,
        control=arm.contrast if arm.expects == "absent" else None,
        rule=arm.rule,
        measure=prediction.measure,
        window_s=prediction.window_s,
        behaviour=arm.behaviour,
        seeds=(),
        twin=arm.twin if elsewhere else registration.twin_digest,
        physiology=arm.physiology_digest if elsewhere else registration.physiology_digest,
        exemplar=step.stage == "estimate" and step.start == 0 and not elsewhere,
        secondary=step.stage == "estimate" and arm.role == "main",
    )
    seed_at = confirmed_seeds(trial, arm, step.stage, step.start)
    return _seeded(plan, seed_at, step.count, registration.manipulation, looks)
