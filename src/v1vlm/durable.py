"""Files that are there whole or not at all, also after the power went; and who holds one."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import re
import struct
import sys
from pathlib import Path

CUT_SHORT = re.compile(r"\..+\.\d+")
"""Name of what a write that was cut short leaves behind (see `write_atomically`)."""


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file, on disk before it returns; whole or not at all."""
    is_new = not path.exists()
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            _write_all(file, content)
            os.fsync(file.fileno())
        except BaseException as error:
            # The disk is full, say: half of it must not stand before what comes next.
            with contextlib.suppress(OSError):
                file.truncate(size)
            raise _named(error, path)  # noqa: B904
    if is_new:
        sync_folder(path.parent)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after the power went."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb", buffering=0) as file:
            _write_all(file, content)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _named(error, path)  # noqa: B904
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk: a new file is durable only with its name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise _named(error, folder)  # noqa: B904
    finally:
        os.close(descriptor)


def is_locked(descriptor: int) -> bool:
    """Ask for the lock that would be in the way of writing, without taking one."""
    # struct flock: type, whence, start, length, pid; the BSDs put the first two last.
    layout, kind = ("hhqqi", 0) if sys.platform == "linux" else ("qqihh", 3)
    asked = [0] * 5
    asked[kind] = fcntl.F_WRLCK
    answer = fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(layout, *asked))
    return bool(struct.unpack(layout, answer)[kind] != fcntl.F_UNLCK)


def _write_all(file: io.RawIOBase, content: bytes) -> None:
    """Write unbuffered, so that closing the file cannot fail with what is left of it."""
    view = memoryview(content)
    while view:
        view = view[file.write(view) or 0 :]


def _named(error: BaseException, path: Path) -> BaseException:
    """The same error, with the file that a failed write does not name."""
    if isinstance(error, OSError) and error.filename is None:
        error.filename = str(path)
    return error
