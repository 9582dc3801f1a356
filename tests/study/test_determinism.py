"""Equal studies are equal bytes; another seed is another study; the planted truth is not read."""

from __future__ import annotations

import ast
import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import v1vlm
from tests import fakes
from tests.conftest import TEXT, Finished, frozen_clock, reports_in, spec_of
from v1vlm.journal import Event, parse_log
from v1vlm.store import Store
from v1vlm.study import Study

MECHANISMS_ALLOWED = ("twins", "testing.py")


def run_in_memory(**changes: Any) -> Study:
    study = Study.create(spec_of(**changes), TEXT, clock=frozen_clock)
    study.run()
    return study


def events_of(study: Study) -> list[Event]:
    return parse_log(study.store.lines())


def test_two_runs_are_equal_bytes_with_any_number_of_workers(
    finished: Finished, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere" / "other"
    with ThreadPoolExecutor(2) as pool:
        study = Study.create(spec_of(), TEXT, folder, clock=frozen_clock, executor=pool)
        study.run()
    assert reports_in(folder) == finished.files
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for root in (folder, finished.folder)
        for path in root.rglob("*")
        if path.is_file() and path.name != "lock"
    }
    for name, content in files.items():
        assert (folder / name).read_bytes() == content, name
        assert (finished.folder / name).read_bytes() == content, name


def test_a_study_in_memory_is_the_same_study(finished: Finished) -> None:
    study = run_in_memory()
    assert events_of(study) == finished.events
    assert study.state == finished.state


def test_another_seed_draws_other_stimuli_throughout(finished: Finished) -> None:
    other = run_in_memory(seed=4321)
    assert other.state.study != finished.state.study
    for kind in ("piloted", "drawn"):
        ours, theirs = (
            [e.payload["scores"] for e in events if e.kind == kind]
            for events in (finished.events, events_of(other))
        )
        assert not {tuple(s) for s in ours} & {tuple(s) for s in theirs}
    assert not {t.digest for t in other.state.trials} & {t.digest for t in finished.state.trials}


def test_what_the_context_is_called_changes_nothing(finished: Finished) -> None:
    study = run_in_memory(context="renamed.txt")
    assert study.state.findings == finished.state.findings


def test_no_file_says_where_or_when_it_was_made(finished: Finished) -> None:
    here = [str(finished.folder), str(finished.folder.parent), str(Path.home()), str(Path.cwd())]
    forbidden = [p.encode() for p in here if p != "/"] + [b"2001-02-03"]
    host = socket.gethostname().encode()
    checked = 0
    for path in finished.folder.rglob("*"):
        if not path.is_file() or path.name == "journal.jsonl":
            continue
        content = path.read_bytes()
        checked += 1
        for text in forbidden:
            assert text not in content, path
        if path.suffix in (".json", ".md", ".html", ".svg", ".csv", ".txt"):
            assert not re.search(rb"\b" + re.escape(host) + rb"\b", content), path
        if path.suffix not in (".npy", ".pdf"):
            assert not re.search(rb"20\d\d-\d\d-\d\dT\d\d:\d\d", content), path
        if path.suffix == ".pdf":
            assert b"D:20" not in content
            assert not re.search(rb"<xmp:(Create|Modify)Date>", content)
    assert checked > 100
    journal = Store(finished.folder).journal.read_bytes()
    assert os.fsencode(finished.folder) not in journal
    assert b"2001-02-03" in journal


# the planted truth


def reads_of_mechanisms(source: str) -> list[int]:
    """Lines that access an attribute, key or keyword `mechanisms`."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        attribute = isinstance(node, ast.Attribute) and node.attr == "mechanisms"
        text = isinstance(node, ast.Constant) and node.value == "mechanisms"
        keyword = isinstance(node, ast.keyword) and node.arg == "mechanisms"
        if attribute or text or keyword:
            lines.append(getattr(node, "lineno", 0))
    return lines


def test_the_search_finds_what_it_looks_for() -> None:
    for source in ("x.card.mechanisms", "card['mechanisms']", "getattr(c, 'mechanisms')",
                   "f(mechanisms=())"):  # fmt: skip
        assert reads_of_mechanisms(source) == [1]
    root = Path(v1vlm.__file__).parent
    assert reads_of_mechanisms((root / "twins/base.py").read_text("utf-8"))


def test_no_module_but_the_twins_reads_the_mechanisms_on_a_card() -> None:
    root = Path(v1vlm.__file__).parent
    modules = [
        path
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] not in MECHANISMS_ALLOWED
    ]
    assert len(modules) > 50
    found = {str(p): reads_of_mechanisms(p.read_text("utf-8")) for p in modules}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_findings_do_not_depend_on_the_mechanisms(
    finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = fakes.silent_card_twin()
    assert fakes.twin().card.mechanisms
    assert not silent.card.mechanisms
    monkeypatch.setattr(fakes, "twin", lambda: silent)
    study = run_in_memory()
    assert study.twin is silent
    assert events_of(study) == finished.events
    assert study.state == finished.state


@pytest.mark.parametrize("kind", ["opened", "characterised", "registered", "decided"])
def test_mechanisms_stand_nowhere_in_the_journal(finished: Finished, kind: str) -> None:
    lines = [event.line() for event in finished.events if event.kind == kind]
    assert lines
    assert not any("mechanisms" in line for line in lines)
