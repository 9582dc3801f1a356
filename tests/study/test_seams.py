"""Confirmation stimuli follow from the registration; exploration never meets confirmation."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.conftest import Finished
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Hypothesis
from v1vlm.journal import DrawChunk, Event, Trial
from v1vlm.physiology import load_physiology
from v1vlm.records import seed_of
from v1vlm.rig import DrawPlan
from v1vlm.stimuli import Contrast, Matching, Photographs, Scrambled
from v1vlm.store import Store
from v1vlm.study.planning import chunk_plan, pilot_plan


@pytest.fixture(scope="module")
def physiology(finished: Finished) -> Physiology:
    assert finished.state.physiology is not None
    return load_physiology(finished.state.physiology, Store(finished.folder).get)


def plans(finished: Finished, physiology: Physiology) -> list[tuple[Event, Trial, DrawPlan]]:
    """The plan behind every ``drawn`` event."""
    found = []
    for event in finished.events:
        if event.kind == "drawn":
            payload = event.payload
            trial = finished.states[event.seq - 1].trials[-1]
            asked = (payload["arm"], payload["stage"], payload["start"], len(payload["scores"]))
            found.append((event, trial, chunk_plan(trial, DrawChunk(*asked))))
    return found


def pilots(finished: Finished, physiology: Physiology) -> list[tuple[Hypothesis, DrawPlan]]:
    return [
        (attempt.hypothesis, pilot_plan(finished.state, attempt.hypothesis, physiology))
        for attempt in finished.state.attempts
        if attempt.hypothesis is not None and attempt.pilot is not None
    ]


def test_these_plans_are_what_was_shown(finished: Finished, physiology: Physiology) -> None:
    store = Store(finished.folder)
    shown = [plan for _, _, plan in plans(finished, physiology)]
    shown += [plan for _, plan in pilots(finished, physiology)]
    assert len(shown) > 20
    assert all(store.known(plan.request()) for plan in shown)


def test_confirmation_seeds_derive_from_the_registration(
    finished: Finished, physiology: Physiology
) -> None:
    for event, trial, plan in plans(finished, physiology):
        payload = event.payload
        assert payload["registration"] == trial.digest
        first = payload["start"]
        if payload["stage"] == "estimate":
            first += trial.registration.draws_max
        expected = [
            seed_of(trial.digest, payload["arm"], first + i) for i in range(len(plan.seeds))
        ]
        assert list(plan.seeds) == expected


def test_no_seed_is_used_twice(finished: Finished, physiology: Physiology) -> None:
    """Not by test and estimation, not by two arms or hypotheses, not by pilot and test."""
    seeds = [seed for _, _, plan in plans(finished, physiology) for seed in plan.seeds]
    seeds += [seed for _, plan in pilots(finished, physiology) for seed in plan.seeds]
    assert len(seeds) > 200
    assert Counter(seeds).most_common(1)[0][1] == 1


def test_pilots_explore_half_a_and_tests_confirm_on_half_b(
    finished: Finished, physiology: Physiology
) -> None:
    half_b = set(np.flatnonzero(physiology.half_b))
    assert len(half_b) == len(physiology) // 2
    store = Store(finished.folder)
    for event in finished.events:
        if event.kind in ("piloted", "drawn"):
            shown = set(store.get(event.payload["blobs"]["index"]))
            assert shown
            assert shown.isdisjoint(half_b) if event.kind == "piloted" else shown <= half_b


def test_pilots_see_exploration_sources_alone(finished: Finished, physiology: Physiology) -> None:
    family = Photographs()
    contrast = Contrast(
        families=(family, Scrambled(source=family)),
        factor="phase",
        levels=("natural", "scrambled"),
        matching=Matching(contrast="global"),
    )
    _, trial, _ = plans(finished, physiology)[0]
    hypothesis = trial.registration.hypothesis.model_copy(update={"contrast": contrast})
    pilot = pilot_plan(finished.state, hypothesis, physiology)
    explored = {pilot.contrast.draw(seed).source for seed in range(60)}
    confirmed = {contrast.draw(seed).source for seed in range(60)}
    assert None not in explored | confirmed
    assert len(explored) > 1
    assert len(confirmed) > 1
    assert explored.isdisjoint(confirmed)


def test_registered_bounds_come_from_the_pilot(finished: Finished) -> None:
    for trial, attempt in zip(
        finished.state.trials,
        [a for a in finished.state.attempts if a.outcome == "registered"],
        strict=True,
    ):
        assert attempt.pilot is not None
        assert trial.registration.hypothesis == attempt.hypothesis
        scores = np.array(attempt.pilot.scores, float)
        margin = trial.registration.hypothesis.prediction.margin
        wanted = max(abs(scores.mean()) + 3 * scores.std(ddof=1), 2 * margin + 0.02)
        assert trial.registration.clip_bound == pytest.approx(min(wanted, 1.0), abs=1.1e-3)
        assert trial.registration.checks == attempt.pilot.residuals
        assert trial.registration.draws_max == 40


def test_the_study_follows_its_plan_to_the_letter(finished: Finished) -> None:
    for trial in finished.state.trials:
        registration = trial.registration
        assert trial.finding is not None
        for (arm, stage), draws in trial.draws.items():
            if stage == "estimate":
                assert len(draws) == registration.estimate_draws
            else:
                stopped = trial.finding.stopped_at if arm == "main" else next(
                    c.stopped_at for c in trial.finding.controls if c.id == arm
                )  # fmt: skip
                # No chunk is shown after the one that decides.
                assert stopped <= len(draws) < stopped + registration.chunk
