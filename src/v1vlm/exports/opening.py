"""What every export begins with: a study that holds, and a place to write to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from v1vlm.errors import InputError
from v1vlm.report import verify_study
from v1vlm.study import StudyReader, open_store


def read_verified(folder: Path) -> StudyReader:
    """Read a study that verifies; nothing else is handed on to others.

    Raises
    ------
    InputError
        If there is no study in the folder.
    IntegrityError
        Naming the first thing in it that does not hold.
    """
    store = open_store(folder)
    verify_study(store)
    return StudyReader(store)


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path to write to, moved to its place when all is written; nothing is ever replaced.

    Raises
    ------
    InputError
        If something is there already, or the folder to hold it cannot be made.
    """
    _refuse_taken(target)
    parent = target.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError(f"{str(parent)!r} is no folder.", "Name another --out.") from error
    nursery = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=parent))
    try:
        # What mkdtemp makes is its owner's alone; what is exported has the usual rights.
        made = nursery / target.name
        yield made
        _refuse_taken(target)
        made.rename(target)
    finally:
        shutil.rmtree(nursery, ignore_errors=True)


def _refuse_taken(target: Path) -> None:
    if os.path.lexists(target):
        raise InputError(
            f"{str(target)!r} is there already.", "Name another --out, or remove it first."
        )
