"""Recompute a study from what is on disk, and name the first thing that does not hold.

No twin, scientist, generator or module that the folder names is imported: scores, findings and
reports follow from blobs, journal and installed measures alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from v1vlm.analysis.measures import measure_names
from v1vlm.context import parse_context
from v1vlm.errors import IntegrityError, SchemaError
from v1vlm.journal import (
    Draws,
    Event,
    State,
    Trial,
    apply,
    arm_values,
    check_settlements,
    conclude,
    draft_registration,
    fold,
    identity_of,
    invalid_share,
    next_step,
    painted_controls,
    parse_log,
    performs,
    planned_power,
)
from v1vlm.outcomes import Estimate
from v1vlm.records import seed_of
from v1vlm.report.looks import check_looks
from v1vlm.report.said import Said
from v1vlm.report.write import left_over, write_report
from v1vlm.rig import estimate_arm, scores_of
from v1vlm.store import REFERENCE, MemoryStore, Store


def verify_study(store: Store) -> list[str]:
    """Check chain, blobs, identity, registrations, scores, findings and reports of a study.

    Returns
    -------
    list of str
        What was checked and holds, one line each.

    Raises
    ------
    IntegrityError
        Naming the first thing that does not hold.
    SchemaError
        If another version wrote it.
    """
    try:
        return _verified(store)
    except (IntegrityError, SchemaError, OSError):
        raise
    except Exception as error:
        # What a damaged folder makes code stumble over is damage, whatever it is.
        raise IntegrityError(
            f"The study does not fit together: {error!r}.",
            "It is damaged, or was changed after it ran.",
        ) from error


def _verified(store: Store) -> list[str]:
    if store.torn():
        raise IntegrityError(
            f"The journal ends in a torn line of {len(store.torn())} bytes.",
            "Run: v1vlm resume DIR, which drops it and goes on.",
        )
    events = _checked_log(store.lines())
    said = [f"chain: {len(events)} events, each following from the one before"]
    referred = _check_blobs(events, store)
    kept = store.check()
    said.append(
        f"blobs: {kept['blobs']} kept, each with the digest it is named by; {referred} of them in "
        "the journal"
    )
    said.append(f"answers: {kept['answers']} kept, each as it was written")
    state = _check_registrations(events)
    _check_identity(state, store)
    said.append(f"identity: {state.study} follows from settings, text, twin and version")
    said.append(
        f"registrations: {len(state.trials)}, each before its first draw, with the level of its "
        "place, and bound and budget of its pilot"
    )
    _check_pilots(state, store)
    _check_planned(state)
    looked = check_looks(state, store)
    if looked:
        said.append(f"painted pairs: {looked} rendered and judged again")
    said.append(f"scores: {_check_scores(state, store)} draws recomputed from their summaries")
    said.append(f"findings: {_check_findings(state, store)} recomputed from their draws")
    if state.settled:
        scores = [
            [
                {
                    digest: {arm: store.get(blob) for arm, blob in arms.items()}
                    for digest, arms in recorded["scores"].items()
                }
                for recorded in entry["recordings"]
            ]
            for entry in state.settled
        ]
        settled = check_settlements(state, events, scores)
        said.append(f"settled: {settled} verdicts on recordings recomputed from their scores")
    if state.stopped is None:
        _check_no_report(store)
        return [*said, "report: none yet, the study is unfinished"]
    return [*said, *_check_report(state, store), *_left_alone(store)]


def estimates_of(trial: Trial, store: MemoryStore) -> dict[str, Estimate]:
    """Estimates of all arms of a trial that have estimation draws, by arm."""
    return {
        arm.id: estimate_arm(
            trial.registration,
            arm.id,
            arm_values(trial, arm, "estimate"),
            invalid_share(trial, arm, "estimate"),
            trial.of(arm.id, "estimate").chunks,
            trial.of(arm.id, "estimate").sources,
            store,
            seed=seed_of(trial.digest, arm.id, "bootstrap"),
        )
        for arm in trial.registration.arms
        if len(trial.of(arm.id, "estimate"))
    }


def _checked_log(lines: list[str]) -> list[Event]:
    events = parse_log(lines)
    for event, line in zip(events, lines, strict=True):
        # A number can be spelled in another way and have the same hash.
        if event.line() != line:
            raise IntegrityError(
                f"Journal line {event.seq + 1} is not spelled as it was written.",
                "The study is damaged; restore the journal.",
            )
    return events


def _check_blobs(events: list[Event], store: Store) -> int:
    references = {found for event in events for found in _references(event.payload)}
    for reference in sorted(references):
        store.get(reference)
    return len(references)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
    elif isinstance(value, str) and REFERENCE.fullmatch(value):
        yield value


def _check_registrations(events: list[Event]) -> State:
    """Fold the events; every one must be due, every registration at the level of its place."""
    state = fold(events[:1])
    for event in events[1:]:
        before = state
        if not performs(next_step(before), event):
            raise IntegrityError(
                f"Journal line {event.seq + 1} ({event.kind}) was not due: "
                f"{next_step(before)} was.",
                "The study is damaged, or was changed after it ran.",
            )
        state = apply(state, event)
        if event.kind != "registered":
            continue
        _check_registration(before, state)
    return state


def _check_registration(before: State, state: State) -> None:
    """Hold the last registration against the one that the state before it asks for."""
    trial = state.trials[-1]
    registered = trial.registration
    if registered.index > state.spec.num_steps:
        raise _wrong(trial, f"exceeds the {state.spec.num_steps} places of the study")
    name = registered.hypothesis.prediction.measure
    if name.partition(":")[0] not in measure_names():
        # Looking it up would import what the folder names.
        raise _wrong(trial, f"uses the measure {name!r}, which is not installed")
    due = draft_registration(before, registered.hypothesis)
    for fields, problem in _PROBLEMS:
        if any(getattr(registered, field) != getattr(due, field) for field in fields):
            raise _wrong(trial, problem)
    ours, theirs = ((r.main, *r.replications) for r in (registered, due))
    painted = [(arm.contrast, arm.expects) for arm in painted_controls(due.hypothesis)]
    if not all(arm in [(a.contrast, a.expects) for a in registered.controls] for arm in painted):
        raise _wrong(trial, "lacks a control that comes with every claim about painted images")
    if registered.model_copy(update={"arms": due.arms}) != due or ours != theirs:
        raise _wrong(trial, "is not what its pilot and the study give")


_PROBLEMS = (
    (
        ("alpha_support", "alpha_refute", "alpha_explain", "index"),
        "is not at the level that e-LOND gives its place",
    ),
    (("study",), "belongs to another study"),
    (
        ("twin_digest", "physiology_digest"),
        "is about another twin, or other measurements of its neurons",
    ),
    (
        ("conjunctions", "shared_draws"),
        "is replicated otherwise, or at other levels, than the study asks for",
    ),
    (("clip_bound", "draws_max"), "has another clipping bound or budget than its pilot gives"),
)


def _check_identity(state: State, store: Store) -> None:
    """Settings, twin and version are what the study, and with it every seed, is named by."""
    version = state.versions["v1vlm"]
    others = [card["digest"] for card in state.replicates]
    named = identity_of(state.spec, state.twin["digest"], state.generator, version, others)
    if state.study != named:
        raise IntegrityError(
            f"The study is not {state.study!r}: its settings, twin or version are others.",
            "The study is damaged, or was changed after it ran.",
        )
    text = parse_context(store.get(state.context), name=state.spec.context)
    if text.text_digest != state.spec.context_digest:
        raise IntegrityError(
            "The text in the study is not the one it was begun with.",
            "The study is damaged, or was changed after it ran.",
        )


def _check_pilots(state: State, store: Store) -> None:
    """Hold the scores of pilots, which bounds and budgets are fixed from, against their blobs."""
    for attempt in state.attempts:
        if attempt.pilot is None or attempt.hypothesis is None:
            continue
        pilot, hypothesis = attempt.pilot, attempt.hypothesis
        if hypothesis.prediction.measure.partition(":")[0] not in measure_names():
            continue
        again = scores_of(
            {"blobs": pilot.blobs},
            store,
            hypothesis.prediction.measure,
            hypothesis.rule.minimum,
            "features",
        )
        if list(pilot.scores) != again:
            raise IntegrityError(
                f"The pilot of {hypothesis.id} has other scores than its blobs.",
                "The study is damaged, or was changed after it ran.",
            )


def _check_planned(state: State) -> None:
    """Hold the power that was planned at registration against the pilot."""
    pilots = [attempt.pilot for attempt in state.attempts if attempt.outcome == "registered"]
    for trial, pilot in zip(state.trials, pilots, strict=True):
        if trial.planned is None or pilot is None:
            continue
        if trial.planned != planned_power(pilot, state.spec.num_steps, trial.registration):
            raise _wrong(trial, "was planned with another power than its pilot gives")


def _check_scores(state: State, store: Store) -> int:
    checked = 0
    for trial in state.trials:
        measure = trial.registration.hypothesis.prediction.measure
        rules = {arm.id: arm.rule for arm in trial.registration.arms}
        for (arm, stage), draws in trial.draws.items():
            for scores, features in (
                ("scores", "features"),
                ("control_scores", "control_features"),
            ):
                again = [
                    score
                    for chunk in draws.chunks
                    if features in chunk["blobs"]
                    for score in scores_of(chunk, store, measure, rules[arm].minimum, features)
                ]
                if list(getattr(draws, scores)) != again:
                    raise _wrong(trial, f"has other {scores} ({arm}, {stage}) than its blobs")
                checked += len(again)
            if list(draws.n_neurons) != _counted(draws, store):
                raise _wrong(trial, f"has other numbers of neurons ({arm}, {stage}) than its blobs")
    return checked


def _counted(draws: Draws, store: Store) -> list[int]:
    """How many neurons each draw has a summary of."""
    offsets = [store.get(chunk["blobs"]["offsets"]) for chunk in draws.chunks]
    return [int(n) for of_chunk in offsets for n in np.diff(of_chunk)]


def _check_findings(state: State, store: Store) -> int:
    for trial in state.trials:
        if trial.finding is None:
            continue
        again = conclude(trial, estimates_of(trial, store), state.twin, state.replicates)
        if again == trial.finding:
            continue
        one, other = again.to_json(), trial.finding.to_json()
        field = next(name for name in one if one[name] != other[name])
        raise _wrong(trial, f"says {field} = {other[field]!r}; its draws give {one[field]!r}")
    return len(state.findings)


def _check_no_report(store: Store) -> None:
    """A report is written when its study has closed: where there is one, the journal was cut."""
    if (store.folder / "findings.json").exists():
        raise IntegrityError(
            "There is a report, but the journal ends before the study was closed.",
            "The journal was cut; restore it, or run: v1vlm resume DIR, which goes on.",
        )


def _check_report(state: State, store: Store) -> list[str]:
    """Write figures and report anew, and hold what lies there against them."""
    context = parse_context(store.get(state.context), name=state.spec.context)
    _check_nothing_left_out(state, store)
    files = write_report(state, context, store)
    if (store.folder / "figures").is_symlink():
        raise IntegrityError(
            f"figures is a link in {store.folder}.",
            "A folder of a study holds no links; put what it leads to in its place.",
        )
    for name, content in files.items():
        path = store.folder / name
        if not path.is_file():
            raise IntegrityError(f"{name} is missing.", "Run: v1vlm resume DIR, which writes it.")
        if path.read_bytes() != content:
            raise IntegrityError(
                f"{name} is not what the journal gives.",
                "It was changed, or written by another version; v1vlm resume DIR writes it anew.",
            )
    for path in left_over(store.folder, files):
        raise IntegrityError(
            f"figures/{path.name} is no part of the report.",
            "Remove it; files that an older version left go with: v1vlm report DIR.",
        )
    said = Said(state, context)
    drawn = sum(name.startswith("figures/") for name in files)
    return [
        f"figures: {drawn} files drawn anew from findings and blobs, and equal",
        f"claims: {said.told.total()} sentences of the scientist held against the record again: "
        + ", ".join(f"{said.told[name]} {name}" for name in ("confirmed", "not checked", "removed"))
        + f"; {said.told['background']} tell background or plans",
        f"report: {len(files) - drawn} files equal to what the journal gives; none of "
        f"{len(state.trials)} registered hypotheses is left out",
    ]


def _check_nothing_left_out(state: State, store: Store) -> None:
    """Name every registered hypothesis that the findings or the report do not tell of."""
    for name in ("findings.json", "report.md"):
        path = store.folder / name
        if not path.is_file():
            raise IntegrityError(f"{name} is missing.", "Run: v1vlm resume DIR, which writes it.")
        told = path.read_text("utf-8", "replace")
        missing = [
            trial.registration.hypothesis.id
            for trial in state.trials
            if trial.digest not in told and (name == "report.md" or trial.finding is not None)
        ]
        if missing:
            raise IntegrityError(
                f"{name} is not what the journal gives: it leaves out {', '.join(missing)}, "
                "registered in the journal.",
                "v1vlm resume DIR writes it anew.",
            )


_PARTS = frozenset(["journal.jsonl", "blobs", "done", "figures", "lock", "findings.json"])


def _left_alone(store: Store) -> list[str]:
    """Name what lies in the folder and is nothing of the study's; it was not checked."""
    names = sorted(p.name for p in store.folder.iterdir())
    others = [n for n in names if n not in _PARTS and not n.startswith("report.")]
    if not others:
        return []
    return [f"not checked: {', '.join(others)[:300]}, which {_ARE[len(others) > 1]} no part of it"]


_ARE = ("is", "are")


def _wrong(trial: Trial, what: str) -> IntegrityError:
    return IntegrityError(
        f"Registration {trial.registration.hypothesis.id} ({trial.digest[:16]}) {what}.",
        "The study is damaged, or was changed after it ran.",
    )
