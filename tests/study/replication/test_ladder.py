"""Claims that stand are tested again in other mice and twins, and climb level by level."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.study.replication.claims import (
    SUBJECTS,
    events_of,
    levels_of,
    run,
)
from v1vlm.analysis.evidence import sequential_test
from v1vlm.errors import InputError
from v1vlm.journal import (
    DrawChunk,
    arm_values,
    conclude,
    progress,
)
from v1vlm.records import seed_of
from v1vlm.report import estimates_of
from v1vlm.store import Store
from v1vlm.study import Study
from v1vlm.study.planning import chunk_plan
from v1vlm.study.showing import show_again


def test_draws_of_replications_are_shown_again_to_their_own_twins(folder: Path) -> None:
    named = [f"tests.subjects:{name}" for name in ("first", *SUBJECTS)]
    again = show_again(Store(folder), 10_000, twins=named)
    assert (again.left_out, again.n_left_out) == ({}, 0)
    shown = {one.arm for one in again.made}
    assert {"replicate-1", "replicate-2", "replicate-3", "main"} <= shown
    assert max(one.difference for one in again.made) < 1e-6
    # A twin that only the study names is not loaded, and its draws are said to be left out.
    without = show_again(Store(folder), 10_000, twins=named[:3])
    assert list(without.left_out) == ["tests.subjects:other"]
    assert "not loaded" in without.left_out["tests.subjects:other"]
    assert without.n_left_out == len(again.made) - len(without.made) > 0
    assert {one.arm for one in without.made} == shown - {"replicate-3"}
    with pytest.raises(InputError, match="nor of one of its replications"):
        show_again(Store(folder), 1, twins=[*named, "tests.fakes:twin"])


def test_a_claim_that_stands_climbs_the_ladder(done: Study) -> None:
    first, second = done.findings
    assert (first.verdict, first.controls_verdict) == ("supported", "robust")
    assert levels_of(first) == {"L2": "reached", "L3": "reached"}
    assert first.level == "L3"
    assert [(one.level, one.mouse) for one in first.replications] == [
        ("L2", "bb"), ("L2", "ccc"), ("L3", "e"),
    ]  # fmt: skip
    assert all(one.outcome == "present" for one in first.replications)
    assert all(one.n_draws == 20 and one.estimate for one in first.replications)
    # What does not stand is not replicated, and reaches nothing.
    assert second.verdict == "contradicted"
    assert levels_of(second) == {"L2": "not run", "L3": "not run"}
    assert second.level == "L1"
    assert all(one.outcome == "not run" for one in second.replications)


def test_the_e_value_of_a_level_is_recomputed_from_its_draws(done: Study) -> None:
    trial = done.state.trials[0]
    registration = trial.registration
    for found, registered in zip(trial.finding.levels, registration.conjunctions, strict=True):  # type: ignore[union-attr]
        arms = registration.counted(registered.level)
        e_values = [
            sequential_test(
                [s if s is not None else 0.0 for s in trial.of(arm.id, "test").scores],
                "greater", 0.05, registration.clip_bound,
                registered.alpha, registration.alpha_refute, registration.draws_max,
            ).e_value
            for arm in arms
        ]  # fmt: skip
        assert found.e_value == min(e_values) >= found.threshold == 1 / registered.alpha
        assert (found.n, found.at_least, found.n_present) == (len(arms),) * 3


def test_levels_are_streams_of_their_own(done: Study) -> None:
    alpha, k = done.state.spec.alpha, done.state.spec.num_steps
    given = [[c.alpha for c in t.registration.conjunctions] for t in done.state.trials]
    assert given == [[alpha / k] * 2, [2 * alpha / k] * 2]


def test_a_mouse_without_the_effect_stops_its_level(done: Study) -> None:
    study = run("second", "flat", "other")
    first = study.findings[0]
    assert [one.outcome for one in first.replications] == ["present", "absent", "present"]
    assert levels_of(first) == {"L2": "not reached", "L3": "reached"}
    assert first.level == "L1"  # the rung below was missed
    second = study.state.trials[1].registration
    assert [c.alpha for c in second.conjunctions] == [0.025, 0.05]


@pytest.mark.parametrize("shared", [False, True])
def test_fewer_than_all_can_be_asked_for(shared: bool) -> None:
    study = run("second", "flat", mice_at_least=1, shared_draws=shared, draws_max=60)
    trial, first = study.state.trials[0], study.findings[0]
    assert levels_of(first) == {"L2": "reached"}
    assert first.level == "L2"
    e_values = [one.e_value for one in first.replications]
    (level,) = first.levels
    assert level.e_value == pytest.approx(np.mean(e_values) if shared else np.prod(e_values))
    assert (level.n, level.at_least, level.n_present) == (2, 1, 1)
    # One alone has to carry the average of both.
    assert max(e_values) >= 2 * level.threshold
    assert progress(trial, trial.registration.replications[0]).e_value == e_values[0]


def test_the_same_animal_under_another_model_counts_for_nothing() -> None:
    first = run("altered", "second").findings[0]
    altered, mouse = first.replications
    assert (altered.level, altered.outcome) == (None, "absent")
    assert mouse.level == "L2"
    assert [(one.level, one.n) for one in first.levels] == [("L2", 1)]
    assert first.level == "L2"


def test_a_twin_that_does_not_say_what_it_shares_is_never_independent() -> None:
    assert [one.level for one in run("nobody").findings[0].replications] == ["L2"]


def plans(study: Study, stage: Any) -> list[Any]:
    trial = study.state.trials[0]
    arms = ("main", *(arm.id for arm in trial.registration.replications))
    return [chunk_plan(trial, DrawChunk(arm, stage, 0, 5)) for arm in arms]


@pytest.mark.parametrize("stage", ["test", "estimate"])
def test_draws_are_shared_or_own(done: Study, stage: str) -> None:
    main, *others = plans(done, stage)
    trial = done.state.trials[0]
    assert len({seed for plan in (main, *others) for seed in plan.seeds}) == 20
    first = trial.registration.draws_max if stage == "estimate" else 0
    assert others[0].seeds[0] == seed_of(trial.digest, "replicate-1", first)
    shared = run(*SUBJECTS, shared_draws=True)
    main, *others = plans(shared, stage)
    assert all(plan.seeds == main.seeds for plan in others)
    assert len({plan.twin for plan in (main, *others)}) == 4
    assert len({plan.physiology for plan in (main, *others)}) == 4
    ours, theirs = (
        shared.responses("H1", arm=arm, stage=stage)
        for arm in ("main", "replicate-1")  # type: ignore[arg-type]
    )
    assert (ours["seed"].values == theirs["seed"].values[: len(ours["seed"])]).all()
    assert (ours.attrs["twin"], theirs.attrs["twin"]) == ("fake-a", "fake-bb")


def test_shared_draws_show_the_same_images_on_each_subjects_own_fields() -> None:
    study = run("second", shared_draws=True)
    ours, theirs = (study.stimuli("H1", arm=arm, n_draws=4) for arm in ("main", "replicate-1"))
    # Noise fills the screen, whatever its place.
    assert (ours.values == theirs.values).all()
    centres = [
        study.responses("H1", arm=arm)["azimuth_deg"].values for arm in ("main", "replicate-1")
    ]
    assert (centres[0] != centres[1]).any()


def test_a_difference_must_be_to_the_same_side() -> None:
    """And its capital is halved where the side was read from the same stimuli."""
    for shared in (False, True):
        study = run("second", scientist="Different", shared_draws=shared, num_steps=1)
        trial, (finding,) = study.state.trials[0], study.findings
        arm = trial.registration.replications[0]
        alpha = trial.registration.conjunctions[0].alpha
        capital = sequential_test(
            arm_values(trial, arm, "test"), "greater", 0.05, trial.registration.clip_bound,
            alpha * (0.5 if shared else 1.0), 0.05, 40,
        ).e_value  # fmt: skip
        assert finding.replications[0].e_value == capital * (0.5 if shared else 1.0)
        assert finding.level == "L2"


def test_equivalence_is_replicated_too() -> None:
    study = run("second", "other", scientist="Equivalent", num_steps=1)
    (finding,) = study.findings
    assert (finding.verdict, finding.level) == ("supported", "L3")


def test_too_many_invalid_draws_add_no_evidence() -> None:
    study = run("second", num_steps=1)
    trial = study.state.trials[0]
    draws = trial.of("replicate-1", "test")
    n = len(draws)
    spoilt = {
        **trial.draws,
        ("replicate-1", "test"): type(draws)(
            scores=(*draws.scores, *[None] * n), n_neurons=(*draws.n_neurons, *[0] * n),
            sources=(None,) * 2 * n, chunks=draws.chunks,
        ),
    }  # fmt: skip
    again = replace(trial, draws=spoilt, finding=None)
    estimates = estimates_of(trial, study.store)
    found = conclude(again, estimates, study.state.twin, study.state.replicates)
    assert found.replications[0].outcome == "inconclusive"
    assert found.levels[0].e_value == 1.0
    assert found.level == "L1"


def test_every_subject_is_characterised_before_the_first_registration(done: Study) -> None:
    events = events_of(done)
    kinds = [event.kind for event in events]
    measured = [e.payload.get("twin") for e in events if e.kind == "characterised"]
    assert measured == [None, *(card["digest"] for card in done.state.replicates)]
    assert max(i for i, kind in enumerate(kinds) if kind == "characterised") < kinds.index(
        "registered"
    )
    arms = done.state.trials[0].registration.replications
    assert len({arm.physiology_digest for arm in arms}) == 3
