"""All files of a report: the same bytes for the same study."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.report.conftest import CONTEXT, study
from v1vlm.errors import IntegrityError
from v1vlm.journal import State
from v1vlm.report import NOTICE, findings_json, write_report
from v1vlm.store import MemoryStore

KINDS = ("stimuli", "responses", "waveforms", "maps", "evidence")


@pytest.fixture(scope="module")
def one() -> tuple[State, MemoryStore, dict[str, bytes]]:
    state, store = study(1)
    return state, store, write_report(state, CONTEXT, store)


def test_the_files_of_a_report(one: tuple[State, MemoryStore, dict[str, bytes]]) -> None:
    names = {f"figures/{kind}-H1" for kind in KINDS} | {"figures/estimates"}
    assert set(one[2]) == {
        "findings.json",
        "report.md",
        "report.html",
        "report.pdf",
        "figures/neurons.csv",
        *(f"{name}.svg" for name in names),
        *(f"{name}.csv" for name in names),
    }
    markdown, html = one[2]["report.md"].decode(), one[2]["report.html"].decode()
    for name in names:
        assert f"({name}.svg)" in markdown
    assert html.count('<svg id="figure-') == 6


def test_equal_studies_are_equal_bytes(one: tuple[State, MemoryStore, dict[str, bytes]]) -> None:
    state, store, files = one
    # Another journal of the same facts: other hashes, other remarks, another length.
    other = replace(state, hash="1" * 64, seq=99, notes=("resumed",), answered=("x",), context="y")
    assert write_report(other, CONTEXT, store) == files


def test_every_page_carries_the_notice(one: tuple[State, MemoryStore, dict[str, bytes]]) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs pdftotext")
    made = subprocess.run(
        [program, "-layout", "-", "-"], input=one[2]["report.pdf"], capture_output=True, check=True
    )
    pages = made.stdout.decode().removesuffix("\f").split("\f")
    assert len(pages) > 3
    assert all(page.count(NOTICE) == 1 for page in pages)


def test_findings_are_given_to_programs(one: tuple[State, MemoryStore, dict[str, bytes]]) -> None:
    state = one[0]
    text = findings_json(state)
    found = json.loads(text)
    assert found["schema"] == 1
    assert found["study"] == {
        "id": "s" * 16,
        "context_digest": "c" * 64,
        "twin_digest": "e" * 64,
        "twin": "energy",
        "seed": 1234,
        "alpha": 0.05,
        "counts": state.counts,
        "notice": NOTICE,
    }
    assert found["findings"] == [finding.to_json() for finding in state.findings]
    assert text == json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    recorded = replace(state, twin={**state.twin, "planted": False})
    assert "notice" not in json.loads(findings_json(recorded))["study"]


def test_a_missing_blob_is_an_error() -> None:
    state, _ = study(1)
    with pytest.raises(IntegrityError, match="is missing"):
        write_report(state, CONTEXT, MemoryStore())


def test_matplotlib_and_typst_are_loaded_only_when_used() -> None:
    code = (
        "import sys, v1vlm.report, v1vlm.figures; print({'matplotlib', 'typst'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
