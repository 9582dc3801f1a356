"""What comes from elsewhere: libraries of an extra, and files that are fetched from a network."""

from __future__ import annotations

import errno
import hashlib
import importlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from v1vlm.errors import InputError, causes_of

COPY = "copy the cache from another machine"

_UNREACHED = {"ConnectionError", "TransportError", "ConnectError", "TimeoutError"}


def needed(module: str, extra: str) -> Any:
    """Import a library of an extra.

    Raises
    ------
    InputError
        If it, or what it needs itself, is not installed; with the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"The package {error.name!r} is not installed.",
            f"Install what it needs with: pip install 'v1vlm[{extra}]'",
        ) from error


@dataclass(frozen=True)
class Place:
    """Where files are fetched from, and what can be said and set where that fails.

    Attributes
    ----------
    where : str
        The network's side in words, or its address.
    repository : str
        On the hub; empty elsewhere.
    revision : str
        The option that chooses one.
    variable : str
        Variable of the environment that names the folder of the cache.
    again : str
        How to go on.
    """

    where: str = "the hub"
    repository: str = ""
    revision: str = "revision="
    variable: str = "HF_HOME"
    again: str = "Give the command again"

    def explain(self, error: Exception, what: str, revision: str = "") -> NoReturn:
        """Turn whatever a client of the network raises into an `InputError`.

        Parameters
        ----------
        what : str
            What was to be fetched or kept.
        revision : str, optional
            Where one was asked for.
        """
        problem, remedy = self._of_disk(error, what) or self._of_network(error, what, revision)
        raise InputError(problem, remedy) from error

    def _of_disk(self, error: Exception, what: str) -> tuple[str, str] | None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return (
                f"The disk is full: {what} could not be kept.",
                f"Make room, or set {self.variable} to a folder on a larger disk; what is there "
                "is kept.",
            )
        if isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EROFS:
            return (
                f"{what} could not be kept: {_reason(error)}.",
                f"Set {self.variable} to a folder that you can write to.",
            )
        return None

    def _of_network(self, error: Exception, what: str, revision: str) -> tuple[str, str]:
        kinds = {kind.__name__ for one in causes_of(error) for kind in type(one).__mro__}
        if "GatedRepoError" in kinds:
            return (
                f"{self.repository} is gated: its licence was not accepted, or no token was sent.",
                f"Accept the licence at https://huggingface.co/{self.repository}, then give a "
                "token: hf auth login, or HF_TOKEN in the environment.",
            )
        if "OfflineModeIsEnabled" in kinds:
            return (
                f"{what} is not in the cache, and HF_HUB_OFFLINE is set.",
                f"Unset HF_HUB_OFFLINE, or {COPY} ({self.variable}).",
            )
        if "RevisionNotFoundError" in kinds:
            return (
                f"{self.repository} has no revision {revision!r}.",
                f"Leave {self.revision} out, or give a branch, tag or commit that the hub lists.",
            )
        if "RepositoryNotFoundError" in kinds:
            return (
                f"There is no {self.repository} on the hub, or it is private and no token was "
                "sent.",
                "Check the name; for a private one: hf auth login, or HF_TOKEN.",
            )
        if kinds & _UNREACHED:
            return (
                f"{what} is not in the cache, and {self.where} cannot be reached: {_reason(error)}",
                f"Check the network. {self.again}, or {COPY} ({self.variable}).",
            )
        return (
            f"{what} could not be fetched from {self.where}: {type(error).__name__}: "
            f"{_reason(error)}",
            f"Check the network. {self.again}; what is there is kept.",
        )


def require_room(folder: Path, n_bytes: int, variable: str) -> None:
    """Refuse to begin what the disk has no room for.

    Raises
    ------
    InputError
        Naming the variable that puts the folder elsewhere.
    """
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < n_bytes:
        raise InputError(
            f"{folder} has room for {free / 1e9:.2f} GB; {n_bytes / 1e9:.2f} GB are to be fetched.",
            f"Make room, or set {variable} to a folder on a larger disk.",
        )


def sha256_of(path: Path) -> str:
    """Digest of a file (hex), read in parts."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
