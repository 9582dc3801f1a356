"""The `viv1t` twin: the movie-trained transformer of mouse V1 (Li et al. 2025).

Needs the extra ``viv1t``; torch is imported when a network is built, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from v1vlm.errors import InputError
from v1vlm.fetching import needed
from v1vlm.twins.viv1t.options import Options
from v1vlm.twins.viv1t.twin import ViV1T

if TYPE_CHECKING:
    import torch

__all__ = ["ViV1T", "build_network", "load"]

_CHOICES = (
    "metadata_dir",
    "mouse",
    "precision",
    "device",
    "video_normalisation",
    "response_units",
    "exact_reference",
)


def load(arg: str = "", **options: Any) -> ViV1T:
    """Make the twin of a run folder, or of the published run.

    Parameters
    ----------
    arg : str
        ``DIR``, or ``DIR,mouse=B,precision=bf16``: a run folder, then options by name. Without
        a folder (an empty `arg`, or options alone) what ``v1vlm twins get viv1t`` has fetched.
    **options
        As of `ViV1T.from_run`.

    Raises
    ------
    InputError
        If an option does not exist, or the run cannot be used or was not fetched.
    """
    folder, options = _parse(arg, options)
    if folder:
        return ViV1T.from_run(folder, **options)
    from v1vlm.twins.viv1t.fetch import find_published

    run, metadata, published = find_published(options.get("mouse"))
    options.setdefault("metadata_dir", metadata)
    return ViV1T.from_run(run, **options, source=published.describe())


def _parse(arg: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Folder, or nothing, and options by name."""
    folder, *parts = (part.strip() for part in arg.split(","))
    # A folder of such a name can still be given, as ./mouse=B.
    if folder.partition("=")[0] in _CHOICES:
        folder, parts = "", [folder, *parts]
    for part in parts:
        name, _, value = part.partition("=")
        if name in options:
            raise InputError(f"The option {name!r} is given twice.", "Give it once.")
        options[name] = value
    unknown = sorted(set(options) - set(_CHOICES))
    if unknown:
        raise InputError(
            f"The viv1t twin has no option {unknown[0]!r}.", f"Known: {', '.join(_CHOICES)}."
        )
    return folder, options


def build_network(args: Mapping[str, Any]) -> torch.nn.Module:
    """Build the network that the arguments of a run describe, with torch's initial values.

    Its state dict has the published keys; ``forward(video, behaviors, pupil_centers, mouse_id)``
    gives the responses and the features of the core, in model units.

    Raises
    ------
    InputError
        Naming an option that is missing, unknown or not supported.
    """
    needed("torch", "viv1t")
    from v1vlm.twins.viv1t.network import Network

    return Network(Options.from_args(args))
