"""Studies with replications resume, verify and name what was forged."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TEXT, frozen_clock
from tests.study.replication.claims import (
    SUBJECTS,
    events_of,
    spec,
)
from v1vlm.errors import IntegrityError
from v1vlm.journal import (
    GENESIS,
    sealed,
)
from v1vlm.records import digest
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import Study


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
