"""A study as one file, the same bytes for the same study; and out of one again, safely."""

from __future__ import annotations

import re
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from v1vlm.durable import write_atomically
from v1vlm.errors import InputError
from v1vlm.store import Store

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz")
FILES_MAX = 200_000
BYTES_MAX = 20 * 2**30
PIECE = 2**20

_MEMBER = re.compile(
    r"journal\.jsonl|findings\.json|report\.(?:md|html|pdf)|figures/[\w.,+-]{1,120}"
    r"|blobs/[0-9a-f]{2}/[0-9a-f]{64}\.(?:npy|png|txt)|done/[0-9a-f]{64}\.json"
)
"""Paths that a study consists of; nothing else is packed or unpacked."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_archive(path: Path) -> bool:
    """Whether a path is one of a file that a study may be packed in."""
    return path.name.casefold().endswith(ENDINGS) and path.is_file()


def pack(store: Store, to: Path) -> int:
    """Pack a study into a zip file; equal studies are equal bytes.

    Files are stored as they are, in the order of their names and without times: how well
    they are compressed differs between versions of libraries.

    Returns
    -------
    int
        How many files were packed.

    Raises
    ------
    InputError
        If the target is there already, or is no zip file.
    """
    if to.suffix.casefold() != ".zip":
        raise InputError(f"{str(to)!r} is no zip file.", "Name one: v1vlm archive DIR study.zip.")
    if to.exists():
        raise InputError(f"{str(to)!r} is there already.", "Remove it, or name another.")
    names = sorted(_members(store.folder))
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name in names:
                entry = zipfile.ZipInfo(f"study/{name}", _EPOCH)
                entry.create_system = 3
                entry.external_attr = (stat.S_IFREG | 0o644) << 16
                archive.writestr(entry, (store.folder / name).read_bytes())
        made.seek(0)
        write_atomically(to, made.read())
    return len(names)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder of the study in an archive, for as long as it is looked at.

    Only files that a study consists of come out, at the top or in one folder; their number and
    size are bounded by what is read, not by what the archive says.

    Raises
    ------
    InputError
        If it is no archive, holds no study, or anything in it is a link, leads out of the
        folder, comes twice or is too large.
    """
    with tempfile.TemporaryDirectory(prefix="v1vlm-") as scratch:
        folder = Path(scratch, "study")
        folder.mkdir()
        try:
            _unpack(path, folder)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError, ValueError, RuntimeError,
                NotImplementedError, UnicodeError) as error:  # fmt: skip
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{path.name} cannot be unpacked: {error}.", "Is the archive whole?"
            ) from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise InputError(
                f"{path.name} cannot be unpacked: {error}.", "Is the archive whole?"
            ) from error
        yield folder


def _members(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if _MEMBER.fullmatch(name) and path.is_file() and not path.is_symlink():
            yield name


def _unpack(path: Path, folder: Path) -> None:
    left, seen = BYTES_MAX, set[str]()
    opened = _zipped(path) if path.name.casefold().endswith(".zip") else _tarred(path)
    for number, (said, content) in enumerate(opened):
        if number >= FILES_MAX:
            raise _refused(path, f"it holds more than {FILES_MAX} files")
        name = _name(path, said)
        if name is None:
            continue
        if name in seen:
            raise _refused(path, f"{name} comes twice")
        seen.add(name)
        left -= _write(folder / name, content, left)
        if left < 0:
            raise _refused(path, f"it unpacks to more than {BYTES_MAX // 2**30} GiB")
    if "journal.jsonl" not in seen:
        raise _refused(path, "it holds no study (no journal.jsonl)")


def _name(path: Path, said: str) -> str | None:
    """The path in the study; None for what is no part of one."""
    parts = said.split("/")
    if said.startswith("/") or "\\" in said or ":" in said or ".." in parts or "\0" in said:
        raise _refused(path, f"{said[:80]!r} leads out of it")
    name = "/".join(part for part in parts if part not in ("", "."))
    for inner in (name, name.partition("/")[2]):
        if _MEMBER.fullmatch(inner):
            return inner
    return None


def _write(place: Path, content: IO[bytes], left: int) -> int:
    place.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with place.open("xb") as file:
        while piece := content.read(PIECE):
            size += len(piece)
            if size > left:
                return size
            file.write(piece)
    return size


def _zipped(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir():
                continue
            if kind not in (0, stat.S_IFREG):
                raise _refused(path, f"{entry.filename[:80]!r} is a link or a device")
            with archive.open(entry) as content:
                yield entry.filename, content


def _tarred(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    # As a stream: nothing is believed about members that were not read yet.
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None:
                raise _refused(path, f"{entry.name[:80]!r} is a link or a device")
            yield entry.name, content


def _refused(path: Path, why: str) -> InputError:
    return InputError(f"{path.name} is not unpacked: {why}.", "Ask for another archive.")
