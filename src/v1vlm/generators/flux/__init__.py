"""FLUX.1 and any other text-to-image pipeline of diffusers, from a folder or the hub.

Needs the extra ``flux``; torch and diffusers are imported when something is painted or its kind
is looked at, not before.
"""

from __future__ import annotations

from v1vlm.errors import InputError
from v1vlm.fetching import needed
from v1vlm.generators.flux.options import FluxOptions, Options
from v1vlm.generators.flux.painter import Painter, painter_of
from v1vlm.generators.flux.source import find
from v1vlm.plugins import read_options

__all__ = ["Painter", "load_diffusers", "load_flux"]

SCHNELL = "black-forest-labs/FLUX.1-schnell"


def load_flux(arg: str = "") -> Painter:
    """FLUX.1, with the settings of the original; FLUX.1-schnell unless another is named.

    Parameters
    ----------
    arg : str
        ``FOLDER_OR_NAME,option=value,…`` (see `FluxOptions`); both parts may be left out.

    Raises
    ------
    InputError
        If an option does not fit, or the weights cannot be had.
    """
    where, options = read_options(FluxOptions, arg)
    _need()
    source = find(where or SCHNELL, options.revision)
    if not source.pipeline.startswith("Flux"):
        raise InputError(
            f"{source.name} is a {source.pipeline}, not FLUX.",
            f"Give it as --generator diffusers:{where}",
        )
    return painter_of(source, options)


def load_diffusers(arg: str = "") -> Painter:
    """Any text-to-image pipeline of diffusers, with its own number of steps and guidance.

    Parameters
    ----------
    arg : str
        ``FOLDER_OR_NAME,option=value,…`` (see `Options`).

    Raises
    ------
    InputError
        If nothing is named, an option does not fit, or the weights cannot be had.
    """
    where, options = read_options(Options, arg)
    if not where:
        raise InputError(
            "No pipeline is named.", "Give diffusers:FOLDER or diffusers:OWNER/NAME; or flux."
        )
    _need()
    return painter_of(find(where, options.revision), options)


def _need() -> None:
    for module in ("huggingface_hub", "torch", "transformers", "diffusers", "accelerate"):
        _require_installed(module)


def _require_installed(module: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        needed(module, "flux")
