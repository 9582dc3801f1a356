"""What goes wrong with weights and painting, as what happened and what to do."""

from __future__ import annotations

import errno
import importlib
from typing import Any, NoReturn

from v1vlm.errors import InputError, PaintError

INSTALL = "Install what it needs with: pip install 'v1vlm[flux]'"


def needed(module: str) -> Any:
    """Import a module of the extra.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(f"The package {error.name!r} is not installed.", INSTALL) from error


def explain_fetch(error: Exception, name: str, revision: str) -> NoReturn:
    """Turn whatever huggingface_hub raises into an `InputError`."""
    kinds = {kind.__name__ for one in _chain(error) for kind in type(one).__mro__}
    reason = " ".join(str(error).split())[:200]
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        problem = f"The disk is full: {name} could not be kept."
        remedy = "Make room, or set HF_HOME to a folder on a larger disk; what is there is kept."
    elif isinstance(error, PermissionError):
        problem = f"{name} could not be kept: {reason}."
        remedy = "Set HF_HOME to a folder that you can write to."
    elif "GatedRepoError" in kinds:
        problem = f"{name} is gated: its licence was not accepted, or no token was sent."
        remedy = (
            f"Accept the licence at https://huggingface.co/{name}, then give a token: "
            "hf auth login, or HF_TOKEN in the environment."
        )
    elif "OfflineModeIsEnabled" in kinds:
        problem = f"{name} is not in the cache, and HF_HUB_OFFLINE is set."
        remedy = "Unset HF_HUB_OFFLINE, or copy the cache from another machine (HF_HOME)."
    elif "RevisionNotFoundError" in kinds:
        problem = f"{name} has no revision {revision!r}."
        remedy = "Leave revision= out, or give a branch, tag or commit that the hub lists."
    elif "RepositoryNotFoundError" in kinds:
        problem = f"There is no {name} on the hub, or it is private and no token was sent."
        remedy = "Check the name; for a private one: hf auth login, or HF_TOKEN."
    elif kinds & {"ConnectionError", "TransportError", "ConnectError", "TimeoutError"}:
        problem = f"{name} is not in the cache, and the hub cannot be reached: {reason}"
        remedy = "Check the network and give the command again, or copy the cache (HF_HOME)."
    else:
        problem = f"{name} could not be fetched: {type(error).__name__}: {reason}"
        remedy = "Give the command again; what is there is kept."
    raise InputError(problem, remedy) from error


def explain_loading(error: Exception, name: str) -> NoReturn:
    """Turn whatever loading raises into a `PaintError`."""
    if is_out_of_memory(error):
        out_of_memory(error, f"while {name} was loaded")
    reason = " ".join(str(error).split())[:300]
    raise PaintError(
        f"{name} cannot be loaded: {type(error).__name__}: {reason}",
        "Is the pipeline whole, and meant for this version of diffusers? Look at it by itself: "
        "v1vlm generators check SPEC.",
    ) from error


def explain_painting(error: Exception, name: str) -> NoReturn:
    """Turn whatever painting raises into a `PaintError`."""
    if is_out_of_memory(error):
        out_of_memory(error, f"while {name} painted")
    raise PaintError(
        f"{name} cannot paint: {type(error).__name__}: {' '.join(str(error).split())[:300]}",
        "Look at the generator by itself: v1vlm generators check SPEC.",
    ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, of a processor or of an accelerator; also as what lies behind."""
    return any(_says_out_of_memory(one) for one in _chain(error))


def _says_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError | OSError) and (
        "out of memory" in said
        or "allocate memory" in said
        or "not enough memory" in said
        or "alloc_failed" in said
    )


def out_of_memory(error: BaseException, when: str) -> NoReturn:
    """Say that memory ran out, whose, and what needs less."""
    said = " ".join(f"{type(one).__name__} {one}" for one in _chain(error)).lower()
    on_device = "cuda" in said or "mps" in said or "hip" in said
    if on_device:
        remedy = (
            "Go on with offload=model, which keeps only the model at work on the device, or "
            "offload=sequential, only a layer; neither changes an image: v1vlm resume DIR "
            "--generator SPEC. A new study can also take quantize=4bit, dtype=bfloat16, batch=1 "
            "or a smaller height and width."
        )
    else:
        remedy = (
            "Go on where there is more. A new study can take dtype=bfloat16, which needs half of "
            "float32, batch=1 or a smaller height and width."
        )
    whose = "of the accelerator" if on_device else "of this machine"
    raise PaintError(f"Memory {whose} ran out {when}.", remedy) from error


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
