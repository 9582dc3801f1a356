"""Full disks, read-only folders, mount points, links: a sentence, and nothing is lost."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.command import Command, assert_refused, listing
from tests.conftest import TEXT, Finished, frozen_clock, reports_in, spec_of
from tests.failures.conftest import Shell
from v1vlm.durable import write_atomically
from v1vlm.errors import IntegrityError
from v1vlm.journal import draws_shown, parse_log
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import Study, opening

FAKES = ("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist")
NEW = ("run", "--context-file", "context.txt", "--num-steps", 1, "--quiet", *FAKES)

# a full disk


def test_a_full_device_is_named_by_the_log_and_leaves_no_half_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.journal.symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"No space left on device: .*journal\.jsonl"):
        store.append("an event")
    store.journal.unlink()
    store.append("one")
    real = os.fsync

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            store.append("two")
    assert os.fsync is real
    store.append("three")
    assert store.lines() == ["one", "three"]
    assert store.torn() == b""


def test_a_full_device_leaves_no_half_blob(tmp_path: Path) -> None:
    store, path = Store(tmp_path), tmp_path / "report.pdf"
    value = np.arange(1000.0)
    reference = store.put(value)
    blob = tmp_path / "blobs" / reference[:2] / reference
    blob.unlink()
    for target, act in (
        (blob, lambda: store.put(value)),
        (path, lambda: write_atomically(path, b"%PDF")),
    ):
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        temporary.symlink_to("/dev/full")
        with pytest.raises(OSError, match=f"No space left on device: .*{target.name}"):
            act()
        assert not target.exists()
        assert not temporary.is_symlink()
    assert store.put(value) == reference
    np.testing.assert_array_equal(store.get(reference), value)


class FullAfter:
    """A disk that takes some writes, and then no more until it is emptied."""

    def __init__(self, n: int) -> None:
        self.left = n
        self._fsync = os.fsync

    def __call__(self, descriptor: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(descriptor)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 9, 10, 11, 40])
@pytest.mark.usefixtures("quick_reports")
def test_a_disk_that_fills_up_at_any_write_costs_no_study(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    for path in (folder / "done").iterdir():
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", FullAfter(n))
        said = v1vlm("resume", folder, "--quiet")
    assert_refused(said, "No space left on device", str(folder), "room on the disk")
    assert not list(folder.rglob(".*"))
    parse_log(Store(folder).lines())
    assert Store(folder).torn() == b""
    assert v1vlm("resume", folder, "--quiet").code == 0
    assert parse_log(Store(folder).lines()) == finished.events


def test_a_study_that_cannot_be_begun_leaves_nothing(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "empty").mkdir()
    before = listing(here)
    for n in range(3):
        for place in ("new", "empty"):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(os, "fsync", FullAfter(n))
                said = v1vlm(*NEW, "--save-dir", place)
            assert_refused(said, "No space left on device")
            assert listing(here) == before


SMALL_DISK = """
mkdir disk && mount -t tmpfs -o size=128k none disk || exit 77
v1vlm run --context-file context.txt --save-dir disk/study --num-steps 1 --quiet \\
  --twin tests.fakes:twin --scientist tests.fakes:scientist 2>first; echo $? >>codes
mount -o remount,size=64m disk
v1vlm resume disk/study --quiet --max-draws 100 2>second; echo $? >>codes
cp -r disk/study kept
"""


def test_a_small_disk_filled_for_real(shell: Shell, here: Path) -> None:
    """A file system of 128 kB fills up in the middle of a study, and is then made larger."""
    done = shell(SMALL_DISK)
    assert (here / "codes").read_text().split() == ["2", "130"], done.stderr
    said = (here / "first").read_text()
    assert "No space left on device" in said
    assert len(said.splitlines()) == 2
    assert (here / "second").read_text().startswith("Stopped at the budget.")
    assert "each following from the one before" in verify_study(Store(here / "kept"))[0]
    assert draws_shown(Study.open(here / "kept").state) > 60


# a read-only folder

READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
for name in status verify resume; do
  v1vlm $name "$1" >out.$name 2>err.$name; echo $? >>codes
done
v1vlm run --context-file context.txt --save-dir "$1/new" --quiet 2>err.run \\
  --twin tests.fakes:twin --scientist tests.fakes:scientist; echo $? >>codes
"""


def test_a_read_only_folder_can_be_looked_at_and_verified(
    shell: Shell, here: Path, finished: Finished
) -> None:
    folder = finished.copy(here / "a study", 40)
    before = listing(folder)
    shell(READ_ONLY, folder)
    assert (here / "codes").read_text().split() == ["0", "0", "2", "2"]
    assert "Go on with: v1vlm resume" in (here / "out.status").read_text()
    assert "scores: " in (here / "out.verify").read_text()
    for name in ("resume", "run"):
        said = (here / f"err.{name}").read_text()
        assert "Read-only file system" in said
        assert len(said.splitlines()) == 2
    assert listing(folder) == before


# where a study is kept


def test_a_folder_that_is_a_link(v1vlm: Command, here: Path) -> None:
    (here / "disk" / "there").mkdir(parents=True)
    for name, target in (("link", "disk/there"), ("dangling", "disk/not yet")):
        (here / name).symlink_to(target)
        said = v1vlm(*NEW, "--save-dir", name, "--max-draws", 0)
        assert said.code == 130
        assert f"v1vlm resume {name}\n" in said.err
        assert (here / name).is_symlink()
        assert len(Store(here / target).lines()) > 2
        assert v1vlm("verify", name).code == 0
        assert sorted(path.name for path in (here / target).parent.iterdir()) in (
            ["there"],
            ["not yet", "there"],
        )


MOUNTED = """
mkdir mounted && mount -t tmpfs none mounted || exit 77
v1vlm run --context-file context.txt --save-dir mounted --num-steps 1 --quiet --max-draws 8 \\
  --twin tests.fakes:twin --scientist tests.fakes:scientist
echo $? >codes
cp -r mounted kept
"""


def test_a_folder_that_is_a_mount_point(shell: Shell, here: Path) -> None:
    shell(MOUNTED)
    assert (here / "codes").read_text().split() == ["130"]
    names = {path.name for path in (here / "kept").iterdir()}
    assert names == {"journal.jsonl", "blobs", "done", "lock"}
    assert verify_study(Store(here / "kept"))


@pytest.mark.parametrize("place", ["new", "empty"])
def test_of_two_that_begin_at_once_one_gets_the_folder(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (here / "empty").mkdir()
    real, first = opening._move_in, []

    def overtaken(nursery: Path, target: Path) -> None:
        monkeypatch.setattr(opening, "_move_in", real)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        Study.create(spec_of(), TEXT, here / place)
        first.append(listing(here / place))
        real(nursery, target)

    monkeypatch.setattr(opening, "_move_in", overtaken)
    said = v1vlm(*NEW, "--save-dir", place)
    assert_refused(said, "was taken meanwhile", "another --save-dir")
    left = {k: v for k, v in listing(here / place).items() if not k.startswith(".new")}
    assert [left] == [{k: v for k, v in first[0].items() if not k.startswith(".new")}]
    assert not [name for name in listing(here) if ".new" in name]
    assert Study.open(here / place).state.spec.num_steps == spec_of().num_steps


def test_a_folder_that_is_there_keeps_its_permissions(here: Path) -> None:
    place = here / "shared"
    place.mkdir(mode=0o750)
    before = place.stat()
    Study.create(spec_of(), TEXT, place)
    assert (place.stat().st_ino, place.stat().st_mode) == (before.st_ino, before.st_mode)
    assert sorted(path.name for path in place.iterdir()) == ["blobs", "journal.jsonl"]


@pytest.mark.usefixtures("quick_reports")
def test_a_link_in_a_folder_is_not_written_through(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    """Not even by `report`, on the folder of a stranger."""
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = finished.copy(tmp_path / "study")
    for name in ("report.md", "findings.json"):
        (folder / name).unlink()
        (folder / name).symlink_to(outside / name)
    said = v1vlm("report", folder)
    assert (said.code, listing(outside)) == (0, {})
    assert reports_in(folder) == finished.files
    figures = folder / "figures"
    figures.rename(tmp_path / "figures")
    figures.symlink_to(outside)
    said = v1vlm("report", folder)
    assert said.code == 1
    assert "would be written outside" in said.err
    assert listing(outside) == {}


@pytest.mark.parametrize("name", ["../x", "figures/../../x", "/tmp/x", "blobs/x", "figures/a/b"])
def test_only_reports_and_figures_are_placed(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    with pytest.raises(IntegrityError, match="would be written outside"):
        Store(folder).place({name: b""})
    assert listing(tmp_path) == {"study": b""}


# what is on disk is damaged


@pytest.mark.usefixtures("quick_reports")
@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_going_on_from_a_damaged_blob_names_it(
    v1vlm: Command, finished: Finished, tmp_path: Path, damage: str
) -> None:
    n = next(e.seq for e in finished.events if e.kind == "decided")
    folder = finished.copy(tmp_path / "study", n)
    drawn = next(e for e in reversed(finished.events[:n]) if e.kind == "drawn")
    reference = drawn.payload["blobs"]["features"]
    path = folder / "blobs" / reference[:2] / reference
    content = path.read_bytes()
    path.unlink()
    if damage == "altered":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    said = v1vlm("resume", folder, "--quiet")
    assert said.code == 1
    assert reference in said.err
    assert len(said.err.splitlines()) == 2
    path.write_bytes(content)
    assert v1vlm("resume", folder, "--quiet").code == 0


def newer(event: dict[str, Any]) -> dict[str, Any]:
    payload = {**event["payload"], "schema": 2, "versions": {"v1vlm": "9.1"}}
    return {**event, "payload": payload, "kind": "begun", "more": 1}


@pytest.mark.parametrize("command", ["status", "verify", "resume", "report"])
def test_a_journal_of_another_schema_is_said_to_be_one(
    v1vlm: Command, finished: Finished, tmp_path: Path, command: str
) -> None:
    folder = finished.copy(tmp_path / "study", 3)
    lines = Store(folder).lines()
    first = json.dumps(newer(json.loads(lines[0])))
    (folder / "journal.jsonl").write_text("\n".join([first, *lines[1:]]) + "\n", "utf-8")
    said = v1vlm(command, folder)
    assert_refused(said, "schema '2', of v1vlm 9.1", "version of v1vlm that wrote it")


def test_the_schema_is_written_down(finished: Finished) -> None:
    assert finished.events[0].payload["schema"] == 1
    assert Study.open(finished.folder, clock=frozen_clock).state == finished.state
