"""Where weights are and which they are: a folder, or a repository on the hub.

Everything goes through huggingface_hub and its cache; ``HF_HOME``, ``HF_ENDPOINT``, ``HF_TOKEN``
and ``HF_HUB_OFFLINE`` are its own settings.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from v1vlm.errors import InputError
from v1vlm.fetching import Place, needed, require_room, sha256_of
from v1vlm.generators.flux.layout import INDEX, Layout, layout_of, missing_shards, read_index

_ON_HUB = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class Source:
    """A pipeline on this machine.

    Attributes
    ----------
    folder : Path
        It holds ``model_index.json``.
    name : str
        On the hub, or of the folder.
    revision : str
        Commit on the hub, or ``sha256:`` and the digest of all files that are loaded.
    pipeline : str
        Name of its class.
    n_bytes : int
        Size of the weights.
    """

    folder: Path
    name: str
    revision: str
    pipeline: str
    n_bytes: int


def find(where: str, revision: str = "") -> Source:
    """The pipeline in a folder or on the hub; from there it is fetched unless it is in the cache.

    Parameters
    ----------
    where : str
        Folder, or ``owner/name``.
    revision : str, optional
        Branch, tag or commit; by default what the cache holds, else the newest.

    Raises
    ------
    InputError
        If there is none that can be loaded safely, or it cannot be fetched; saying what to do.
    """
    folder = Path(where).expanduser()
    if folder.is_dir():
        if revision:
            raise InputError("A folder has no revisions.", "Leave revision= out.")
        return _in_folder(folder)
    if not _ON_HUB.fullmatch(where):
        raise InputError(
            f"{where!r} is no folder, and no name on the hub.",
            "Give a folder with a model_index.json, or OWNER/NAME.",
        )
    hub, its = needed("huggingface_hub", "flux"), needed("huggingface_hub.constants", "flux")
    cached = hub.try_to_load_from_cache(where, INDEX, its.HF_HUB_CACHE, revision or "main")
    if isinstance(cached, str):
        try:
            return _in_snapshot(Path(cached).parent, where)
        except InputError:
            # Not whole, as after a fetch that was interrupted; the hub has the rest.
            if its.HF_HUB_OFFLINE:
                raise
    return _fetched(hub, its.HF_HUB_CACHE, where, revision or "main")


def _in_folder(folder: Path) -> Source:
    layout = _checked(folder, str(folder))
    whole = hashlib.sha256()
    for name in layout.files:
        path = folder / name
        stat = path.stat()
        whole.update(f"{name}\0{_sha256(path, stat.st_size, stat.st_mtime_ns)}\n".encode())
    return _source(folder, folder.resolve().name, f"sha256:{whole.hexdigest()}", layout)


def _in_snapshot(folder: Path, name: str) -> Source:
    # A folder of the cache is named by the commit, also where a branch was asked for.
    return _source(folder, name, folder.name, _checked(folder, name))


def _source(folder: Path, name: str, revision: str, layout: Layout) -> Source:
    n_bytes = sum((folder / weights).stat().st_size for weights in layout.weights)
    return Source(folder, name, revision, layout.pipeline, n_bytes)


def _checked(folder: Path, where: str) -> Layout:
    """What the pipeline in a folder consists of, all of it there."""
    path = folder / INDEX
    if not path.is_file():
        raise InputError(
            f"{where} holds no {INDEX}: it is no pipeline of diffusers.",
            "Give the folder that save_pretrained of a pipeline has written.",
        )
    there = [p.relative_to(folder).as_posix() for p in folder.glob("*/*") if p.is_file()]
    layout = layout_of(read_index(path.read_bytes(), where), there, where)
    for name in layout.files:
        if name.endswith(".safetensors.index.json"):
            shards = read_shards(folder / name)
            missing = missing_shards(shards, name.partition("/")[0], layout.weights)
            if missing:
                raise InputError(
                    f"{name.partition('/')[0]}/{missing[0]} of {where} is missing.",
                    "Copy or fetch the whole pipeline.",
                )
    return layout


def read_shards(path: Path) -> dict[str, Any]:
    """The table of shards in a file of JSON."""
    import json

    try:
        table = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name} is damaged: {error}.", "Fetch it again.") from error
    return table if isinstance(table, dict) else {}


def _fetched(hub: Any, cache: str, name: str, revision: str) -> Source:
    """Get a pipeline into the cache, after its listing and its index have been looked at."""
    try:
        info = hub.HfApi().model_info(name, revision=revision, files_metadata=True)
        sizes = {entry.rfilename: int(entry.size or 0) for entry in info.siblings or ()}
        if INDEX not in sizes:
            raise InputError(
                f"{name} holds no {INDEX}: it is no pipeline of diffusers.",
                "Name a text-to-image pipeline, black-forest-labs/FLUX.1-schnell, say.",
            )
        # By the name that was asked for, so that the cache knows it the next time.
        index = Path(hub.hf_hub_download(name, INDEX, revision=revision))
        layout = layout_of(read_index(index.read_bytes(), name), sizes, name)
        absent = [n for n in layout.files if not (index.parent / n).is_file()]
        require_room(Path(cache), sum(sizes[n] for n in absent), "HF_HOME")
        for file in layout.files:
            hub.hf_hub_download(name, file, revision=index.parent.name)
    except InputError:
        raise
    except Exception as error:  # whatever a client of the network raises
        Place(repository=name).explain(error, name, revision)
    return _in_snapshot(index.parent, name)


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001
    """Digest of a file; read once in a process unless its size or time changes."""
    return sha256_of(path)
