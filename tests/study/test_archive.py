"""A study in one file: equal bytes, safely out again, verified where nothing of it is installed."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Finished
from v1vlm.errors import InputError
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import archive
from v1vlm.study.archive import is_archive, pack, unpacked

pytestmark = pytest.mark.usefixtures("quick_reports")


def test_equal_studies_are_equal_archives_and_verify(finished: Finished, tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    n = pack(Store(finished.folder), one)
    copy = finished.copy(tmp_path / "copy")
    (copy / "notes.txt").write_text("mine", "utf-8")
    assert pack(Store(copy), other) == n
    assert one.read_bytes() == other.read_bytes()
    assert is_archive(one)
    with unpacked(one) as folder:
        verify_study(Store(folder))
        assert not (folder / "lock").exists()
    assert not folder.exists()


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar_files(finished: Finished, tmp_path: Path, mode: str) -> None:
    place = tmp_path / ("study.tar" if mode == "w" else "study.tar.gz")
    with tarfile.open(place, mode) as packed:  # type: ignore[call-overload]
        packed.add(finished.folder, arcname="my study")
    assert is_archive(place)
    with unpacked(place) as folder:
        verify_study(Store(folder))


def test_what_is_there_already_is_kept(finished: Finished, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        pack(Store(finished.folder), tmp_path / "a.zip")
    with pytest.raises(InputError, match="is no zip file"):
        pack(Store(finished.folder), tmp_path / "a.7z")


def zipped(place: Path, *members: tuple[str, bytes], mode: int = stat.S_IFREG) -> Path:
    with zipfile.ZipFile(place, "w") as packed:
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, (mode | 0o644) << 16
            packed.writestr(entry, content)
    return place


JOURNAL = ("journal.jsonl", b"{}\n")


@pytest.mark.parametrize(
    "name", ["../journal.jsonl", "/journal.jsonl", "a/../../report.md", "a\\b", "c:report.md"]
)
def test_paths_that_lead_out(tmp_path: Path, name: str) -> None:
    place = zipped(tmp_path / "a.zip", JOURNAL, (name, b"x"))
    with pytest.raises(InputError, match="leads out of it"), unpacked(place):
        pass


def test_links_and_devices(tmp_path: Path) -> None:
    place = zipped(tmp_path / "a.zip", JOURNAL, mode=stat.S_IFLNK)
    with pytest.raises(InputError, match="is a link or a device"), unpacked(place):
        pass
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        with tarfile.open(tmp_path / "a.tar", "w") as packed:
            entry = tarfile.TarInfo("journal.jsonl")
            entry.type, entry.linkname = kind, "/etc/passwd"
            packed.addfile(entry)
        with pytest.raises(InputError, match="is a link or a device"), unpacked(tmp_path / "a.tar"):
            pass


def test_sizes_are_bounded_by_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = zipped(tmp_path / "a.zip", JOURNAL, ("report.md", bytes(5000)))
    monkeypatch.setattr(archive, "BYTES_MAX", 4000)
    with pytest.raises(InputError, match="unpacks to more than"), unpacked(place):
        pass
    monkeypatch.setattr(archive, "BYTES_MAX", 2**30)
    monkeypatch.setattr(archive, "FILES_MAX", 1)
    with pytest.raises(InputError, match="more than 1 files"), unpacked(place):
        pass


def test_a_file_twice(tmp_path: Path) -> None:
    place = zipped(tmp_path / "a.zip", JOURNAL, ("study/journal.jsonl", b"x"))
    with pytest.raises(InputError, match=r"journal.jsonl comes twice"), unpacked(place):
        pass


def test_no_study_and_no_archive(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="it holds no study"),
        unpacked(zipped(tmp_path / "a.zip", ("other.py", b"x"))),
    ):
        pass
    for name in ("b.zip", "b.tar", "b.tar.gz"):
        (tmp_path / name).write_bytes(b"no archive at all")
        with pytest.raises(InputError, match="cannot be unpacked"), unpacked(tmp_path / name):
            pass


@pytest.mark.parametrize("cut", [100, 5000, 20000])
def test_a_torn_archive(finished: Finished, tmp_path: Path, cut: int) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        packed.add(finished.folder, arcname="study")
    (tmp_path / "torn.tgz").write_bytes(made.getvalue()[:cut])
    with pytest.raises(InputError), unpacked(tmp_path / "torn.tgz"):
        pass


def test_other_files_stay_inside(tmp_path: Path) -> None:
    place = zipped(tmp_path / "a.zip", JOURNAL, ("evil.py", b"x"), ("blobs/x", b"y"))
    with unpacked(place) as folder:
        assert [path.name for path in folder.iterdir()] == ["journal.jsonl"]
