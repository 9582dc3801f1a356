"""What a diffusers pipeline consists of, checked before any of it is fetched or loaded.

``model_index.json`` names the components and their classes. It is written by others: only
classes of diffusers and transformers are let through, only safetensors are weights, and no code
that lies beside them is fetched or run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from v1vlm.errors import InputError

INDEX = "model_index.json"
INDEX_BYTES_MAX = 1 << 20

_PICKLED = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
_SAFE = (".json", ".txt", ".model", ".safetensors")
_LIBRARIES = ("diffusers", "transformers")
_EXAMPLES = "such as FluxPipeline, StableDiffusion3Pipeline or StableDiffusionPipeline"


@dataclass(frozen=True)
class Layout:
    """The class of a pipeline and the files that it is loaded from.

    Attributes
    ----------
    pipeline : str
        Name of the class.
    files : tuple of str
        Paths in the folder or repository, in order.
    """

    pipeline: str
    files: tuple[str, ...]

    @property
    def weights(self) -> tuple[str, ...]:
        """The files of weights."""
        return tuple(name for name in self.files if name.endswith(".safetensors"))


def read_index(content: bytes, where: str) -> dict[str, Any]:
    """Parse a ``model_index.json``.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        index = json.loads(content[: INDEX_BYTES_MAX + 1])
    except (ValueError, RecursionError) as error:
        raise InputError(f"{INDEX} of {where} is damaged: {error}.", "Fetch it again.") from error
    if not isinstance(index, dict) or "_class_name" not in index:
        raise InputError(f"{INDEX} of {where} names no pipeline.", _give("a pipeline of diffusers"))
    return index


def layout_of(index: Mapping[str, Any], names: Iterable[str], where: str) -> Layout:
    """The pipeline that an index describes, given the names of all files beside it.

    Raises
    ------
    InputError
        If it needs code of its own, or weights that are missing or pickled.
    """
    pipeline = index["_class_name"]
    if not isinstance(pipeline, str) or not _is_plain(pipeline):
        raise InputError(
            f"{where} comes with a pipeline of its own, {str(pipeline)[:60]!r}; such code is not "
            "run.",
            _give("a pipeline that diffusers knows"),
        )
    files = [INDEX]
    there = sorted(names)
    for component, (library, kind) in sorted(_components(index, where).items()):
        of_it = [n for n in there if PurePosixPath(n).parent == PurePosixPath(component)]
        if not of_it:
            raise InputError(
                f"{where} has no {component!r}, which {INDEX} names ({library}, {kind}).",
                "Copy or fetch the whole pipeline.",
            )
        kept = [n for n in of_it if n.endswith(_SAFE) and not _is_variant(n)]
        if f"{component}/config.json" in of_it:
            _require_weights(component, of_it, kept, where)
        if "Tokenizer" in kind:
            _require_vocabulary(component, kind, kept, where)
        files += kept
    return Layout(pipeline, tuple(files))


def missing_shards(index: Mapping[str, Any], folder: str, names: Iterable[str]) -> list[str]:
    """Files of weights that an index of shards names and that are not there."""
    table = index.get("weight_map")
    wanted = {str(name) for name in table.values()} if isinstance(table, dict) else set()
    return sorted(wanted - {name.removeprefix(f"{folder}/") for name in names})


def _components(index: Mapping[str, Any], where: str) -> dict[str, tuple[str, str]]:
    found = {}
    for name, value in index.items():
        if name.startswith("_") or not (isinstance(value, list) and len(value) == 2):
            continue
        library, kind = value
        if library is None or kind is None:
            continue
        if not all(isinstance(part, str) and _is_plain(part) for part in (name, library, kind)):
            raise InputError(
                f"{INDEX} of {where} names a component {name[:40]!r} of {str(library)[:40]!r}.",
                _give("a pipeline of diffusers as it was published"),
            )
        if library not in _LIBRARIES and not _is_of_diffusers(library):
            raise InputError(
                f"{where} takes its {name} from {library!r}; code that comes with weights is not "
                "run.",
                _give("a pipeline of diffusers and transformers alone"),
            )
        found[name] = (library, kind)
    return found


def _is_plain(name: str) -> bool:
    return name.replace("_", "a").isalnum()


def _is_of_diffusers(library: str) -> bool:
    """Whether it is the name of a pipeline of diffusers, which may bring a component."""
    found = find_spec("diffusers")
    places = (found.submodule_search_locations or ()) if found is not None else ()
    return any((Path(place) / "pipelines" / library).is_dir() for place in places)


def _is_variant(name: str) -> bool:
    """Whether weights are a second copy, as ``model.fp16.safetensors`` is."""
    stem = PurePosixPath(name).name.removesuffix(".safetensors").removesuffix(".index.json")
    is_weights = name.endswith((".safetensors", ".index.json"))
    return is_weights and ("." in stem.removesuffix(".safetensors") or "non_ema" in stem)


def _require_weights(component: str, there: list[str], kept: list[str], where: str) -> None:
    if any(name.endswith(".safetensors") for name in kept):
        return
    if any(name.endswith(_PICKLED) for name in there):
        raise InputError(
            f"The weights of {component!r} of {where} are pickled; a pickle can run anything, and "
            "is never loaded.",
            "Give a revision with .safetensors, or convert them where you trust them: "
            "pipeline.save_pretrained(FOLDER, safe_serialization=True).",
        )
    raise InputError(
        f"The weights of {component!r} of {where} are missing.", "Copy or fetch the whole pipeline."
    )


def _require_vocabulary(component: str, kind: str, kept: list[str], where: str) -> None:
    """Without one, every word is unknown and every prompt the same; nothing else would say so."""
    names = {PurePosixPath(name).name for name in kept}
    known = (
        names & {"tokenizer.json", "vocab.txt"}
        or names >= {"vocab.json", "merges.txt"}
        or any(name.endswith(".model") for name in names)
    )
    # It reads bytes.
    if not known and not kind.startswith("ByT5"):
        raise InputError(
            f"The vocabulary of {component!r} of {where} is missing.",
            "Copy or fetch the whole pipeline.",
        )


def _give(what: str) -> str:
    return f"Name {what}, {_EXAMPLES}."
