"""Which export writes what, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from v1vlm.errors import InputError
from v1vlm.exports.arrays import write_zarr
from v1vlm.exports.crate import write_crate
from v1vlm.exports.nwb import write_nwb
from v1vlm.exports.rig import write_rig
from v1vlm.exports.tables import write_csv, write_parquet
from v1vlm.study import StudyReader

_WRITERS: dict[str, tuple[Callable[..., Any], str]] = {
    "nwb": (write_nwb, ".nwb"),
    "csv": (write_csv, "-csv"),
    "parquet": (write_parquet, "-parquet"),
    "zarr": (write_zarr, ".zarr"),
    "rocrate": (write_crate, "-crate"),
    "rig": (write_rig, "-rig"),
}

KINDS = tuple(_WRITERS)
"""Names of the exports."""


def export(
    study: StudyReader, kind: str, target: Path | None = None, *, beside: Path, **options: Any
) -> Path:
    """Export a study.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    target : Path, optional
        What to make; nothing may be there. Without, it is named after `beside`, the folder of
        the study, and lies next to it.
    **options
        Of the export.

    Returns
    -------
    Path
        What was made.

    Raises
    ------
    InputError
        If there is no such export, its library is not installed, or the place is taken.
    """
    if kind not in _WRITERS:
        raise InputError(f"There is no export {kind!r}.", f"Known: {', '.join(KINDS)}.")
    write, suffix = _WRITERS[kind]
    if target is None:
        place = beside.resolve()
        target = place.with_name(place.name + suffix)
    elif beside.resolve() in (target.resolve(), *target.resolve().parents):
        raise InputError(
            f"{str(target)!r} lies in the folder of the study.", "Name an --out beside it."
        )
    write(study, target, **options)
    return target
