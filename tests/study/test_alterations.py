"""Single bytes altered at random: verify names every one, and stumbles over none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from benchmarks.alterations import altered

from tests.conftest import Finished
from v1vlm.errors import IntegrityError
from v1vlm.records import canonical_json
from v1vlm.report import verify_study
from v1vlm.store import Store

pytestmark = pytest.mark.usefixtures("quick_reports")


@pytest.fixture
def folder(finished: Finished, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished.folder, tmp_path / "study"))


def test_single_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.alterations.remember_reports", lambda: None)
    seen = altered(folder, 50)
    assert (seen.unnoticed, seen.crashed) == ([], [])
    assert sum(seen.named.values()) == 50
    assert {"blobs/", "done/", "figures/"} < set(seen.named)
    verify_study(Store(folder))


def test_a_number_of_the_journal_spelled_otherwise(folder: Path) -> None:
    journal = folder / "journal.jsonl"
    text = journal.read_text("utf-8")
    journal.write_text(text.replace("0.05,", "5e-2,", 1), "utf-8")
    with pytest.raises(IntegrityError, match="is not spelled as it was written"):
        verify_study(Store(folder))


def test_an_answer_changed_and_spelled_well(folder: Path) -> None:
    path = sorted((folder / "done").iterdir())[0]
    done = Store(folder)._recall(path.stem)
    assert done is not None
    done["answer"]["more"] = {"json": 1}
    path.write_text(canonical_json(done), "utf-8")
    with pytest.raises(IntegrityError, match=rf"done/{path.name} is damaged"):
        verify_study(Store(folder))


def test_an_answer_of_a_version_without_seals(folder: Path) -> None:
    path = sorted((folder / "done").iterdir())[0]
    done = Store(folder)._recall(path.stem)
    assert done is not None
    del done["seal"]
    path.write_text(canonical_json(done), "utf-8")
    verify_study(Store(folder))


def test_a_blob_that_nothing_refers_to(folder: Path) -> None:
    reference = Store(folder).put("Nobody asked.")
    verify_study(Store(folder))
    (folder / "blobs" / reference[:2] / reference).write_bytes(b"Nobody answered.")
    with pytest.raises(IntegrityError, match=f"Blob {reference} is damaged"):
        verify_study(Store(folder))


def test_other_files_are_named_and_left_alone(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", "utf-8")
    assert verify_study(Store(folder))[-1] == "not checked: notes.txt, which is no part of it"


def test_a_hypothesis_that_the_findings_leave_out(folder: Path, finished: Finished) -> None:
    told = (folder / "findings.json").read_text("utf-8")
    digest = finished.state.trials[1].digest
    (folder / "findings.json").write_text(told.replace(digest, "0" * 64), "utf-8")
    name = finished.state.trials[1].registration.hypothesis.id
    with pytest.raises(IntegrityError, match=f"it leaves out {name}"):
        verify_study(Store(folder))
