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
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.durable import CUT_SHORT, append, is_locked, write_atomically
from v1vlm.errors import BusyError, IntegrityError
from v1vlm.records import canonical_json, digest

Blob = NDArray[Any] | bytes | str
REFERENCE = re.compile(r"[0-9a-f]{64}\.(npy|png|txt)")
"""What a blob is referred to by: its digest, and how it is read."""

_HELD: set[Path] = set()
"""Folders that this process works in."""

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
            raise _damaged_blob(reference)
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

    def remembered(self, effect: str) -> Iterator[tuple[dict[str, Any], Answer]]:
        """Requests of one effect and their answers, in the order of the requests' digests."""
        for key in sorted(self._keys()):
            done = self._recall(key)
            if done is not None and done["request"].get("effect") == effect:
                answer = {name: _fetch(self, value) for name, value in done["answer"].items()}
                yield done["request"], answer

    # the log

    def append(self, line: str) -> None:
        """Add one line to the log."""
        self._lines.append(line)

    def lines(self) -> list[str]:
        """All whole lines of the log."""
        return list(self._lines)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else can work here."""
        yield

    def drop_torn(self) -> int:
        """Nothing here can be torn."""
        return 0

    # how it is kept: a dict here, a folder in `Store`

    def _holds(self, reference: str) -> bool:
        return reference in self._blobs

    def _write(self, reference: str, content: bytes) -> None:
        self._blobs[reference] = content

    def _read(self, reference: str) -> bytes | None:
        return self._blobs.get(reference)

    def _keys(self) -> list[str]:
        return list(self._done)

    def _recall(self, key: str) -> dict[str, Any] | None:
        return self._done.get(key)

    def _remember(self, key: str, done: dict[str, Any]) -> None:
        self._done[key] = json.loads(canonical_json(done))


class Store(MemoryStore):
    """A store in a folder: ``journal.jsonl``, ``blobs/ab/<sha256>.<ext>``, ``done/``, ``lock``."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._locks = 0

    @property
    def journal(self) -> Path:
        """The log's file."""
        return self.folder / "journal.jsonl"

    def append(self, line: str) -> None:
        """Add one line to the log, on disk before it returns; whole or not at all."""
        append(self.journal, line.encode() + b"\n")

    def lines(self) -> list[str]:
        """All whole lines of the log; a torn last line is left out (see `torn`)."""
        return self._split()[0]

    def torn(self) -> bytes:
        """What follows the last whole line: empty unless a write was cut short."""
        return self._split()[1]

    def drop_torn(self) -> int:
        """Cut a torn last line off the log; returns its length in bytes."""
        torn = self.torn()
        if torn:
            with self.journal.open("r+b") as file:
                file.truncate(self.journal.stat().st_size - len(torn))
        return len(torn)

    def place(self, files: Mapping[str, bytes]) -> None:
        """Write files, by their path in the folder; what is already right stays untouched.

        Raises
        ------
        IntegrityError
            If a path leads out of the folder, as through a link.
        """
        root = self.folder.resolve()
        for name, content in files.items():
            path = self.folder / name
            if path.parent.resolve() not in (root, root / "figures"):
                raise IntegrityError(
                    f"{name!r} would be written outside of {self.folder}.",
                    "A folder of a study holds no links; remove it.",
                )
            if path.is_symlink() or not path.is_file() or path.read_bytes() != content:
                write_atomically(path, content)

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
        """Hold the folder against everybody else; the lock dies with its process.

        Holding it twice through one store is holding it once.

        Raises
        ------
        BusyError
            If another process, or another store of this one, holds it.
        IntegrityError
            If what would be written to is a link, which may lead out of the folder.
        """
        # lockf, not flock: a lock inherited by a forked worker would outlive a killed parent.
        # It does not keep a process from itself, which `_HELD` does.
        place = self.folder.resolve()
        if self._locks == 0 and place in _HELD:
            raise _busy(self.folder)
        with contextlib.ExitStack() as stack:
            if self._locks == 0:
                self._refuse_links()
                file = stack.enter_context((self.folder / "lock").open("a+b"))
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise _busy(self.folder) from error
                _HELD.add(place)
                stack.callback(_HELD.discard, place)
            self._locks += 1
            try:
                yield
            finally:
                self._locks -= 1

    def _refuse_links(self) -> None:
        for name in ("journal.jsonl", "lock", "blobs", "done"):
            if (self.folder / name).is_symlink():
                raise IntegrityError(
                    f"{name!r} in {self.folder} is a link.",
                    "A folder of a study holds no links; put what it leads to in its place.",
                )

    def busy(self) -> bool:
        """Whether somebody works in the folder; looks without touching anything."""
        if self.folder.resolve() in _HELD:
            return True
        try:
            with (self.folder / "lock").open("rb") as file:
                return is_locked(file.fileno())
        except FileNotFoundError:
            return False

    def _path(self, reference: str) -> Path:
        return self.folder / "blobs" / reference[:2] / reference

    def _holds(self, reference: str) -> bool:
        return self._path(reference).is_file()

    def _write(self, reference: str, content: bytes) -> None:
        write_atomically(self._path(reference), content)

    def _read(self, reference: str) -> bytes | None:
        path = self._path(reference)
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None

    def _keys(self) -> list[str]:
        return [path.stem for path in (self.folder / "done").glob("*.json")]

    def _recall(self, key: str) -> dict[str, Any] | None:
        path = self.folder / "done" / f"{key}.json"
        if not path.is_file():
            return None
        try:
            done: dict[str, Any] = json.loads(path.read_bytes())
            for kept in done["answer"].values():
                kept["blob" if "blob" in kept else "json"]
            # One that an older version wrote carries no seal.
            if "seal" in done and done["seal"] != _seal(done):
                raise ValueError("its seal does not fit")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise IntegrityError(
                f"done/{key}.json is damaged.", "Delete that file; the step will be repeated."
            ) from error
        return done

    def _remember(self, key: str, done: dict[str, Any]) -> None:
        sealed = {**done, "seal": _seal(done)}
        write_atomically(self.folder / "done" / f"{key}.json", canonical_json(sealed).encode())

    def check(self) -> dict[str, int]:
        """Check everything that is kept, whether or not anything refers to it.

        Returns
        -------
        dict
            How many ``blobs`` and ``answers`` there are.

        Raises
        ------
        IntegrityError
            Naming the first file that is not as it was written.
        """
        blobs = _files(self.folder / "blobs")
        for path in blobs:
            name = path.relative_to(self.folder).as_posix()
            if not REFERENCE.fullmatch(path.name) or path != self._path(path.name):
                raise IntegrityError(f"{name} is no blob of a study.", "Remove it.")
            content = self._read(path.name)
            if content is None or hashlib.sha256(content).hexdigest() != path.name[:64]:
                raise _damaged_blob(path.name)
        answers = _files(self.folder / "done")
        for path in answers:
            self._check_answer(path)
        return {"blobs": len(blobs), "answers": len(answers)}

    def _check_answer(self, path: Path) -> None:
        name = path.relative_to(self.folder).as_posix()
        done = None if path.is_symlink() else self._recall(path.stem)
        keys = ({"answer", "request"}, {"answer", "request", "seal"})
        # Only the bytes that were written are right: equal values can be spelled otherwise.
        if (
            done is None
            or path.parent != self.folder / "done"
            or set(done) not in keys
            or canonical_json(done).encode() != path.read_bytes()
            or digest(done["request"]) != path.stem
        ):
            raise IntegrityError(
                f"{name} is damaged: it is not what was written under that name.",
                "Delete that file; the step will be repeated.",
            )
        for kept in done["answer"].values():
            if "blob" in kept and not self._holds(str(kept["blob"])):
                raise IntegrityError(f"{name} names a blob that is missing.", "Restore it.")


def _seal(done: Mapping[str, Any]) -> str:
    """What tells a damaged answer from a whole one."""
    return digest([done["request"], done["answer"]])


def _files(folder: Path) -> list[Path]:
    """Files below a folder, in order, but for what a write that was cut short left there.

    Raises
    ------
    IntegrityError
        If anything there is a link.
    """
    if folder.is_symlink():
        raise _a_link(folder)
    found = sorted(folder.rglob("*")) if folder.is_dir() else []
    for path in found:
        if path.is_symlink():
            raise _a_link(path)
    return [p for p in found if p.is_file() and not CUT_SHORT.fullmatch(p.name)]


def _a_link(path: Path) -> IntegrityError:
    return IntegrityError(
        f"{str(path)!r} is a link.",
        "A folder of a study holds no links; put what it leads to in its place.",
    )


def _damaged_blob(reference: str) -> IntegrityError:
    return IntegrityError(
        f"Blob {reference} is damaged: its content has another digest.",
        "Restore it, or run the study again.",
    )


def _busy(folder: Path) -> BusyError:
    return BusyError(f"Another process is working in {folder}.", "Wait for it, or stop it first.")


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
