"""Scientists by name, for the entry points."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from v1vlm.errors import InputError
from v1vlm.plugins import read_options
from v1vlm.scientist.model.local import INSTALL, LocalModel
from v1vlm.scientist.model.options import LocalOptions, RemoteOptions
from v1vlm.scientist.model.remote import INSTALL as INSTALL_REMOTE
from v1vlm.scientist.model.remote import RemoteModel
from v1vlm.scientist.model.scientist import ModelScientist


def local(arg: str = "") -> ModelScientist:
    """A model in this process, from a folder or the hub.

    Raises
    ------
    InputError
        If its libraries are not installed, or an option does not fit.
    """
    where, options = read_options(LocalOptions, arg)
    _need(("torch", "transformers", "llguidance"), INSTALL)
    if options.quantize != "none":
        _need(("bitsandbytes",), "Install it with: pip install bitsandbytes")
    return ModelScientist(LocalModel(where, options), only_painted=options.menu == "painted")


def _on_hub(name: str, arg: str = "") -> ModelScientist:
    return local(f"{name},{arg}" if arg else name)


gemma_3_4b = partial(_on_hub, "google/gemma-3-4b-it")
gemma_3_12b = partial(_on_hub, "google/gemma-3-12b-it")
gemma_3_27b = partial(_on_hub, "google/gemma-3-27b-it")
v1vlm_4b = partial(_on_hub, "asnelt/gemma-3-4b-v1vlm")
v1vlm_12b = partial(_on_hub, "asnelt/gemma-3-12b-v1vlm")


def remote(arg: str = "") -> ModelScientist:
    """A model behind an API, as ``PROVIDER:MODEL``.

    Raises
    ------
    InputError
        If its libraries are not installed, or an option does not fit.
    """
    name, options = read_options(RemoteOptions, arg)
    _need(("pydantic_ai",), INSTALL_REMOTE)
    return ModelScientist(RemoteModel(name, options), only_painted=options.menu == "painted")


def _provider(name: str, arg: str = "") -> ModelScientist:
    return remote(f"{name}:{arg}")


openai = partial(_provider, "openai")
anthropic = partial(_provider, "anthropic")
ollama = partial(_provider, "ollama")
http = partial(_provider, "http")
https = partial(_provider, "https")


def _need(modules: tuple[str, ...], remedy: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise InputError(f"The package {missing[0]!r} is not installed.", remedy)
