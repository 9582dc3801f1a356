"""What goes wrong with loading and painting, as what happened and what to do."""

from __future__ import annotations

from typing import NoReturn

from v1vlm.errors import PaintError, causes_of


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
    return any(_says_out_of_memory(one) for one in causes_of(error))


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
    said = " ".join(f"{type(one).__name__} {one}" for one in causes_of(error)).lower()
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
