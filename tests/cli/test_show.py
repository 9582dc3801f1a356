"""``v1vlm show``: the record behind a finding."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.command import Command, assert_refused, listing
from tests.conftest import Finished


def test_a_finding_is_shown_with_its_record(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study")
    before = listing(folder)
    findings = json.loads(finished.files["findings.json"])["findings"]
    said = v1vlm("show", folder, "H1")
    assert (said.code, said.err) == (0, "")
    assert findings[0]["registration"] in said.out
    assert re.search(
        rf"^estimate +{re.escape(str(findings[0]['estimate']))} +equal", said.out, re.M
    )
    blobs = re.findall(r"blobs/\w\w/\S+", said.out)
    assert blobs
    assert all((folder / blob).is_file() for blob in blobs)
    lines = (folder / "journal.jsonl").read_text("utf-8").splitlines()
    for number in re.findall(r"journal line (\d+)", said.out):
        event = json.loads(lines[int(number) - 1])
        assert (event["kind"], event["payload"]["arm"]) == ("drawn", "main")
    assert listing(folder) == before


def test_what_does_not_fit_its_draws_is_shown_beside_what_they_give(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished.copy(tmp_path / "study")
    from v1vlm import report

    true = report.estimates_of

    def shifted(trial, store):  # type: ignore[no-untyped-def]
        return {
            arm: e.model_copy(update={"value": e.value + 0.25})
            for arm, e in true(trial, store).items()
        }

    monkeypatch.setattr(report, "estimates_of", shifted)
    said = v1vlm("show", folder, "H1")
    (row,) = re.findall(r"^estimate +-?\d.*$", said.out, re.M)
    assert "equal" not in row
    assert re.search(r"^stopped_at .* equal", said.out, re.M)


def test_unknown_names_are_refused(v1vlm: Command, finished: Finished, tmp_path: Path) -> None:
    folder = finished.copy(tmp_path / "study")
    assert_refused(v1vlm("show", folder, "H99"), "'H99'", "H1")
    assert_refused(v1vlm("show", folder, "H1", "--arm", "none"), "'none'", "main")
