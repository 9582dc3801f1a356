"""A study's memory: append-only log, content-addressed blobs, one memo, one lock.

Knows nothing of science. `Store` keeps a folder, `MemoryStore` keeps everything in the
process; both have one interface.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import BusyError, IntegrityError
from v1vlm.records import canonical_json, digest

Blob = NDArray[Any] | bytes | str
REFERENCE = re.compile(r"[0-9a-f]{64}\.(npy|png|txt)")
"""What a blob is referred to by: its digest, and how it is read."""

Answer = dict[str, Any]
"""What an effect gave: arrays and JSON values by name."""


class MemoryStore:
    """A store that lives and dies with the process."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._done: dict[str, dict[str, Any]] = {}
        self._lines: list[str] = []

    # blobs

    def put(self, value: Blob) -> str:
        """Keep an array (.npy), PNG bytes (.png) or text (.txt); returns its reference."""
        content, extension = _encode(value)
        reference = f"{hashlib.sha256(content).hexdigest()}.{extension}"
        if not self._holds(reference):
            self._write(reference, content)
        return reference

    def get(self, reference: str) -> Any:
        """Fetch what `put` kept, checked against its digest.

        Raises
        ------
        IntegrityError
            If the reference is malformed, or the blob is missing or damaged.
        """
        if not REFERENCE.fullmatch(reference):
            raise IntegrityError(
                f"{reference[:80]!r} is no blob reference.", "The study is damaged."
            )
        content = self._read(reference)
        if content is None:
            raise IntegrityError(
                f"Blob {reference} is missing.", "Restore it, or run the study again."
            )
        if hashlib.sha256(content).hexdigest() != reference[:64]:
            raise IntegrityError(
                f"Blob {reference} is damaged: its content has another digest.",
                "Restore it, or run the study again.",
            )
        return _decode(content, reference.rpartition(".")[2])

    # the one memo

    def once(self, request: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
        """Perform an effect unless its answer is already known.

        Parameters
        ----------
        request : mapping
            JSON value that determines the answer.
        act : callable
            Performs the effect; gives arrays and JSON values by name.

        Returns
        -------
        dict
            The answer as stored, whether performed now or before.
        """
        key = digest(dict(request))
        done = self._recall(key)
        if done is None:
            answer = act()
            kept = {name: _keep(self, value) for name, value in sorted(answer.items())}
            # The answer's blobs are whole before the memo names them.
            self._remember(key, {"request": dict(request), "answer": kept})
            done = self._recall(key)
        if done is None:
            raise IntegrityError(f"The memo {key} vanished.", "Is the disk full?")
        return {name: _fetch(self, value) for name, value in done["answer"].items()}

    def known(self, request: Mapping[str, Any]) -> bool:
        """Whether the answer to a request is remembered."""
        return self._recall(digest(dict(request))) is not None

    # the log

    def append(self, line: str) -> None:
        """Add one line to the log."""
        self._lines.append(line)

    def lines(self) -> list[str]:
        """All whole lines of the log."""
        return list(self._lines)

    # how it is kept: a dict here, a folder in `Store`

    def _holds(self, reference: str) -> bool:
        return reference in self._blobs

    def _write(self, reference: str, content: bytes) -> None:
        self._blobs[reference] = content

    def _read(self, reference: str) -> bytes | None:
        return self._blobs.get(reference)

    def _recall(self, key: str) -> dict[str, Any] | None:
        return self._done.get(key)

    def _remember(self, key: str, done: dict[str, Any]) -> None:
        self._done[key] = json.loads(canonical_json(done))


class Store(MemoryStore):
    """A store in a folder: ``journal.jsonl``, ``blobs/ab/<sha256>.<ext>``, ``done/``, ``lock``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    @property
    def journal(self) -> Path:
        """The log's file."""
        return self.folder / "journal.jsonl"

    def append(self, line: str) -> None:
        """Add one line to the log, on disk before it returns."""
        with self.journal.open("ab") as file:
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[str]:
        """All whole lines of the log; a torn last line is left out (see `torn`)."""
        return self._split()[0]

    def torn(self) -> bytes:
        """What follows the last whole line: empty unless a write was cut short."""
        return self._split()[1]

    def drop_torn(self) -> None:
        """Cut a torn last line off the log."""
        torn = self.torn()
        if torn:
            with self.journal.open("r+b") as file:
                file.truncate(self.journal.stat().st_size - len(torn))

    def _split(self) -> tuple[list[str], bytes]:
        content = self.journal.read_bytes()
        whole, newline, torn = content.rpartition(b"\n")
        try:
            text = (whole + newline).decode()
        except UnicodeDecodeError as error:
            raise IntegrityError(
                f"The journal is not UTF-8 at byte {error.start}.", "The study is damaged."
            ) from error
        return text.split("\n")[:-1], torn

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other processes; the lock dies with its process.

        Raises
        ------
        BusyError
            If another process holds it.
        """
        # lockf, not flock: a lock inherited by a forked worker would outlive a killed parent.
        with (self.folder / "lock").open("a+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError(
                    f"Another process is working in {self.folder}.",
                    "Wait for it, or stop it first.",
                ) from error
            yield

    def _path(self, reference: str) -> Path:
        return self.folder / "blobs" / reference[:2] / reference

    def _holds(self, reference: str) -> bool:
        return self._path(reference).is_file()

    def _write(self, reference: str, content: bytes) -> None:
        write_atomically(self._path(reference), content)

    def _read(self, reference: str) -> bytes | None:
        path = self._path(reference)
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None

    def _recall(self, key: str) -> dict[str, Any] | None:
        path = self.folder / "done" / f"{key}.json"
        if not path.is_file():
            return None
        try:
            done: dict[str, Any] = json.loads(path.read_bytes())
            for kept in done["answer"].values():
                kept["blob" if "blob" in kept else "json"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise IntegrityError(
                f"done/{key}.json is damaged.", "Delete that file; the step will be repeated."
            ) from error
        return done

    def _remember(self, key: str, done: dict[str, Any]) -> None:
        write_atomically(self.folder / "done" / f"{key}.json", canonical_json(done).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _encode(value: Blob) -> tuple[bytes, str]:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf":
            raise TypeError(f"arrays of {value.dtype} are not kept")
        file = io.BytesIO()
        np.save(file, np.ascontiguousarray(value), allow_pickle=False)
        return file.getvalue(), "npy"
    if isinstance(value, bytes):
        return value, "png"
    return value.encode(), "txt"


def _decode(content: bytes, extension: str) -> Any:
    if extension == "npy":
        return np.load(io.BytesIO(content), allow_pickle=False)
    return content if extension == "png" else content.decode()


def _keep(store: MemoryStore, value: Any) -> dict[str, Any]:
    if isinstance(value, np.ndarray | bytes):
        return {"blob": store.put(value)}
    return {"json": json.loads(canonical_json(value))}


def _fetch(store: MemoryStore, kept: Mapping[str, Any]) -> Any:
    return store.get(kept["blob"]) if "blob" in kept else kept["json"]
