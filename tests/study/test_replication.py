"""Claims that stand are tested again in other mice and twins."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import fakes, subjects
from tests.conftest import TEXT, frozen_clock, spec_of
from v1vlm.analysis.evidence import sequential_test
from v1vlm.claims import Finding, Prediction
from v1vlm.errors import InputError, IntegrityError, UnknownNameError
from v1vlm.journal import (
    GENESIS,
    DrawChunk,
    Event,
    arm_values,
    conclude,
    next_step,
    parse_log,
    progress,
    sealed,
)
from v1vlm.records import digest, seed_of
from v1vlm.report import estimates_of, verify_study
from v1vlm.scientist import Proposal
from v1vlm.store import Store
from v1vlm.study import Study
from v1vlm.study.planning import chunk_plan
from v1vlm.study.preview import preview
from v1vlm.study.showing import show_again

SUBJECTS = ("second", "third", "other")


class OneClaim(fakes.ScriptedScientist):
    """Asks whether high contrast drives more, with controls; then something that fails."""

    def _propose(self, briefing: Any) -> Any:
        if briefing.step == 1:
            return Proposal(hypothesis=fakes.hypothesis(briefing))
        less = Prediction(direction="less", window_s=(0.0, 0.2))
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=less))


class Different(OneClaim):
    """Asks whether contrasts differ at all."""

    def _propose(self, briefing: Any) -> Any:
        asked = Prediction(direction="different", window_s=(0.0, 0.2))
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=asked))


class Equivalent(OneClaim):
    """Asks whether two like contrasts are equivalent, without controls."""

    def _propose(self, briefing: Any) -> Any:
        asked = Prediction(direction="equivalent", window_s=(0.0, 0.2))
        like = fakes.noise_contrast(0.4, 0.395)
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=asked, contrast=like))

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> Any:
        return ()


def spec(*subjects: str, scientist: str = "OneClaim", **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "twin": "tests.subjects:first",
        "scientist": f"{__name__}:{scientist}",
        "num_steps": 2,
        "chunk": 20,
        "replicate": tuple(f"tests.subjects:{name}" for name in subjects),
    }
    return spec_of(**{**fields, **changes})


def run(*subjects: str, **changes: Any) -> Study:
    study = Study.create(spec(*subjects, **changes), TEXT, clock=frozen_clock)
    study.run()
    return study


def events_of(study: Study) -> list[Event]:
    return parse_log(study.store.lines())


def levels_of(finding: Finding) -> dict[str, str]:
    return {one.level: one.outcome for one in finding.levels}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in two other mice and an independent twin, which verifies."""
    folder = tmp_path_factory.mktemp("replicated") / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        Study.create(spec(*SUBJECTS), TEXT, folder, clock=frozen_clock).run()
    return folder


@pytest.fixture
def done(folder: Path) -> Study:
    return Study.open(folder)


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


# keeping


def test_from_every_prefix(
    folder: Path, done: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Study, "write_report", lambda _: None)
    monkeypatch.setattr("v1vlm.study.opening.validate_twin", lambda _: None)
    monkeypatch.setattr("v1vlm.plugins.entry_points", cache(entry_points))
    monkeypatch.setattr(os, "fsync", lambda _: None)
    events = events_of(done)
    copy = tmp_path / "study"
    shutil.copytree(folder, copy)
    for n in range(1, len(events) + 1):
        lines = "".join(event.line() + "\n" for event in events[:n])
        (copy / "journal.jsonl").write_text(lines, "utf-8")
        study = Study.open(copy, clock=frozen_clock)
        study.run()
        assert events_of(study) == events, f"resumed after {n} events"
        assert study.state == done.state


@pytest.mark.parametrize("n_events", [2, 20, 35])
def test_from_a_prefix_with_the_memo_lost(
    folder: Path, done: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_events: int
) -> None:
    monkeypatch.setattr(Study, "write_report", lambda _: None)
    shutil.copytree(folder, tmp_path / "study", ignore=shutil.ignore_patterns("done"))
    lines = "".join(event.line() + "\n" for event in events_of(done)[:n_events])
    (tmp_path / "study" / "journal.jsonl").write_text(lines, "utf-8")
    study = Study.open(tmp_path / "study", clock=frozen_clock)
    study.run()
    assert events_of(study) == events_of(done)


def test_two_workers_give_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the journal; the report is a function of it (test_determinism.py)."""
    monkeypatch.setattr(Study, "write_report", lambda _: None)
    with ThreadPoolExecutor(2) as pool:
        study = Study.create(
            spec(*SUBJECTS), TEXT, tmp_path / "study", clock=frozen_clock, executor=pool
        )
        study.run()
    ours, theirs = ((path / "journal.jsonl").read_bytes() for path in (tmp_path / "study", folder))
    assert ours == theirs


def test_it_verifies(folder: Path) -> None:
    assert any(line.startswith("findings: 2") for line in verify_study(Store(folder)))


def forged(study: Study, change: Callable[[str, dict[str, Any]], None]) -> Store:
    store, prev = study.store, GENESIS
    lines = []
    for event in events_of(study):
        payload = json.loads(json.dumps(event.payload))
        change(event.kind, payload)
        made = sealed(event.seq, event.kind, payload, event.time, prev)
        prev = made.hash
        lines.append(made.line())
    store.lines = lambda: lines  # type: ignore[method-assign]
    return store  # type: ignore[return-value]


def _level(kind: str, payload: dict[str, Any]) -> None:
    if kind == "decided":
        payload["finding"]["level"] = "L2"


def _outcome(kind: str, payload: dict[str, Any]) -> None:
    if kind == "decided" and payload["finding"]["levels"]:
        payload["finding"]["levels"][0]["e_value"] += 1


def _power(kind: str, payload: dict[str, Any]) -> None:
    if kind == "registered":
        payload["planned"]["powers"][0]["power"] = 0.5


def _specification(kind: str, payload: dict[str, Any]) -> None:
    if kind == "decided":
        payload["finding"]["specifications"][2]["early"] = 0.0


def _lineage(kind: str, payload: dict[str, Any]) -> None:
    if kind == "opened":
        payload["replicates"][0]["lineage"] = "another"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_level, "says level"),
        (_outcome, "says levels"),
        (_power, "planned with another power"),
        (_specification, "says specifications"),
        (_lineage, "replicated otherwise"),
    ],
)
def test_what_was_forged_is_named(folder: Path, change: Any, said: str) -> None:
    with pytest.raises(IntegrityError, match=said):
        verify_study(forged(Study.open(folder), change))


def test_a_registration_replicated_otherwise_is_named(folder: Path) -> None:
    def lower(kind: str, payload: dict[str, Any]) -> None:
        if kind == "registered":
            payload["registration"]["conjunctions"][0]["at_least"] = 1
            payload["digest"] = digest(payload["registration"])

    with pytest.raises(IntegrityError, match=r"replicated otherwise|belongs to no open"):
        verify_study(forged(Study.open(folder), lower))


# refusing


@pytest.mark.parametrize(
    ("named", "changes", "said"),
    [
        (("first",), {}, "is the twin of --twin tests.subjects:first"),
        (("second", "second"), {}, "is the twin of --replicate tests.subjects:second"),
        (("far_screen",), {}, "another screen .* at 20 cm, 30 Hz, not .* at 15 cm"),
        (("recorded",), {}, "planted answers, tests.subjects:recorded is not"),
        (("second",), {"mice_at_least": 2}, "--mice-at-least asks for 2, .* names 1 other mice"),
        (("second",), {"twins_at_least": 1}, "--twins-at-least asks for 1, .* names 0 twins"),
        ((), {"mice_at_least": 1}, "--mice-at-least asks for 1"),
    ],
)
def test_what_cannot_replicate_is_refused(
    tmp_path: Path, named: tuple[str, ...], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        Study.create(spec(*named, **changes), TEXT, tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_an_unknown_twin_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no twin called 'enrgy'"):
        Study.create(spec(replicate=("enrgy",)), TEXT)
    with pytest.raises(InputError, match="has no option 'mouse=Z'"):
        Study.create(spec(replicate=("energy:mouse=Z",)), TEXT)


def test_another_twin_of_the_name_is_not_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "study", ignore=shutil.ignore_patterns("done"))
    lines = "".join(e.line() + "\n" for e in events_of(Study.open(folder))[:2])
    (tmp_path / "study" / "journal.jsonl").write_text(lines, "utf-8")
    monkeypatch.setattr(subjects, "second", subjects.flat)
    study = Study.open(tmp_path / "study")
    with pytest.raises(InputError, match=r"'tests\.subjects:second' is not the one"):
        study.run()


# a study without, its identity and its forecast


def test_a_study_without_replications_knows_nothing_of_them() -> None:
    study = run(num_steps=1)
    registered = next(e for e in events_of(study) if e.kind == "registered").payload
    assert not {"conjunctions", "shared_draws"} & set(registered["registration"])
    assert study.findings[0].level == "L1"
    assert study.findings[0].levels == study.findings[0].replications == ()
    assert Study.create(spec("second"), TEXT).state.study != study.state.study


def test_a_preview_counts_what_replications_cost() -> None:
    plain, seen = (preview(spec(*some, num_steps=1), TEXT) for some in ((), SUBJECTS))
    assert seen.plans[0].draws_most == plain.plans[0].draws_most + 3 * (40 + 20)
    assert seen.plans[0].draws > plain.plans[0].draws
    real = run(*SUBJECTS, num_steps=1)
    assert seen.plans[0].registration == real.state.trials[0].registration
    assert seen.plans[0].planned == real.state.trials[0].planned
    assert sum(map(len, real.state.trials[0].draws.values())) <= seen.plans[0].draws_most


def test_planned_power_is_recorded(done: Study) -> None:
    trial = done.state.trials[0]
    assert trial.planned is not None
    assert trial.planned == done.findings[0].planned
    pilot = done.state.attempts[0].pilot
    assert trial.planned.pilot_sd == pytest.approx(np.std(pilot.scores, ddof=1))  # type: ignore[union-attr,arg-type]
    assert trial.planned.threshold == 1 / trial.registration.alpha_support
    assert trial.planned.places == 2
    assert [at.effect for at in trial.planned.powers] == pytest.approx([0.075, 0.1, 0.15])
    assert next_step(done.state) is None


def test_the_report_says_how_far_each_claim_got(folder: Path) -> None:
    report = (folder / "report.md").read_text("utf-8")
    assert report.count("| Evidence ladder |") == 2
    assert "reached (present in 2 of 2; asked for: at least 2" in report
    assert "not run, since the claim does not stand" in report
    assert "which share its weights (weak evidence)" in report
    assert "fake-bb, mouse bb" in report
    assert "Subjects of replication" in report
    assert "Benjamini & Heller, 2008" in report
    assert "Reported, never tested" in report
    assert "--replicate tests.subjects:second" in report
    power = Study.open(folder).findings[0].planned.powers[0].power  # type: ignore[union-attr]
    assert f"| Planned power | {power:.2f} at 1.5 × margin, " in report
    findings = json.loads((folder / "findings.json").read_text("utf-8"))["findings"]
    assert findings[0]["level"] == "L3"
