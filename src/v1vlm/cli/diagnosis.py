"""What is installed, what is missing, and the command that gets it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, metadata, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

GROUPS = ("twins", "scientists", "generators", "families", "measures")
NETWORKS = ("torch",)
GIB = 2**30
DISK_MIN = 1 * GIB
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Mark = Literal["ok", "missing", "wrong"]


@dataclass(frozen=True)
class Check:
    """One thing looked at; `wrong` is what no study runs with."""

    mark: Mark
    what: str
    remedy: str = ""


def examine(folder: Path) -> Iterator[Check]:
    """Look at Python, libraries, extras, plug-ins and the machine.

    Parameters
    ----------
    folder : Path
        Where studies would be kept.
    """
    yield _python()
    yield from _core()
    yield from _extras()
    yield from _plug_ins()
    yield from _flux()
    yield Check("ok", f"cores: {_cores()} for this process; threads: {_threads()}")
    yield _memory()
    yield _disk(folder)
    yield _accelerator()


def requirements(extra: str | None = None) -> dict[str, str]:
    """Requirements of the installed package, or of one of its extras, by distribution."""
    found = {}
    for line in metadata("v1vlm").get_all("Requires-Dist") or ():
        text, _, marker = line.partition(";")
        wanted = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", marker)
        if (wanted[1] if wanted else None) == extra:
            name = re.match(r"[\w.-]+", text.strip())
            if name:
                found[name[0]] = text.strip()
    return found


def extras() -> tuple[str, ...]:
    """Extras that the installed package declares."""
    return tuple(metadata("v1vlm").get_all("Provides-Extra") or ())


def _python() -> Check:
    said = f"python {platform.python_version()} ({platform.machine()}), v1vlm {version('v1vlm')}"
    wanted = re.search(r"(\d+)\.(\d+)", str(metadata("v1vlm")["Requires-Python"]))
    if wanted and sys.version_info < (int(wanted[1]), int(wanted[2])):
        return Check("wrong", said, f"Install Python {wanted[0]} or newer.")
    return Check("ok", said)


def _core() -> Iterator[Check]:
    missing = [name for name in requirements() if _version(name) is None]
    there = [f"{name} {_version(name)}" for name in requirements() if name not in missing]
    yield Check("ok", f"core: {', '.join(there)}")
    if missing:
        yield Check("wrong", f"core: without {', '.join(missing)}", "pip install v1vlm")


def _extras() -> Iterator[Check]:
    for extra in extras():
        wanted = requirements(extra)
        missing = [name for name in wanted if _version(name) is None]
        if missing:
            yield Check(
                "missing",
                f"extra {extra}: without {', '.join(missing)}",
                f"pip install -c constraints.txt '.[{extra}]'  (in the checkout)",
            )
        else:
            there = ", ".join(f"{name} {_version(name)}" for name in wanted)
            yield Check("ok", f"extra {extra}: {there}")


def _plug_ins() -> Iterator[Check]:
    for group in GROUPS:
        good = []
        points = sorted(entry_points(group=f"v1vlm.{group}"), key=lambda point: point.name)
        for point in points:
            try:
                point.load()
            except Exception as error:  # whatever it is, it is what is wrong with it
                whose = point.dist.name if point.dist is not None else point.value
                yield Check(
                    "missing",
                    f"{group}: {point.name!r} cannot be loaded: {type(error).__name__}: {error}",
                    f"Reinstall or remove the package that registers it: {whose}.",
                )
            else:
                good.append(point.name)
        if good or not points:
            yield Check("ok", f"{group}: {', '.join(good) or 'no plug-ins'}")


def _flux() -> Iterator[Check]:
    """The weights that ``--generator flux`` takes, where they could be used."""
    if find_spec("huggingface_hub") is None or find_spec("diffusers") is None:
        return
    from huggingface_hub import constants, try_to_load_from_cache

    from v1vlm.generators.flux import SCHNELL

    found = try_to_load_from_cache(SCHNELL, "model_index.json", constants.HF_HUB_CACHE)
    if isinstance(found, str):
        yield Check("ok", f"weights of flux: {SCHNELL} at {Path(found).parent.name}")
    else:
        yield Check(
            "missing",
            f"weights of flux: {SCHNELL} is not in the cache, {constants.HF_HUB_CACHE}",
            "v1vlm generators get flux  (34 GB; a generator of your own needs none of it)",
        )


def _cores() -> int:
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else (os.cpu_count() or 1)


def _threads() -> str:
    """Threads that the numerical libraries are told to use; the command line says one."""
    return ", ".join(f"{name}={os.environ.get(name, 'unset')}" for name in THREADS)


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Check("ok", f"memory: {total / GIB:.1f} GiB")


def _disk(folder: Path) -> Check:
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    said = f"disk: {free / GIB:.1f} GiB free in {place}"
    if not os.access(place, os.W_OK):
        return Check("wrong", f"{said}, not writable", "Go to a folder that you may write in.")
    if free < DISK_MIN:
        return Check("wrong", said, "Make room: a study takes tens of megabytes.")
    return Check("ok", said)


def _accelerator() -> Check:
    """The accelerator, where torch is installed; without it nothing could use one."""
    if any(find_spec(name) is None for name in NETWORKS):
        return Check("ok", "accelerator: not looked for, there is no torch")
    import torch

    if not torch.cuda.is_available():
        return Check("ok", f"accelerator: none that torch {torch.__version__} can use")
    names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return Check("ok", f"accelerator: {', '.join(names)}")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
