"""Getting the published ViV1T: weights from their repository, statistics of the mice by digest.

Nothing is fetched unless it is asked for, and nothing that is fetched is executed. The weights
go to the cache of huggingface_hub (``HF_HOME``, ``HF_ENDPOINT`` and ``HF_HUB_OFFLINE`` are its
own settings), the statistics to the cache of this package (``V1VLM_CACHE``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from pydantic import Field, ValidationError

from v1vlm.errors import InputError
from v1vlm.fetching import COPY, Place, needed, require_room, sha256_of
from v1vlm.records import Record
from v1vlm.twins.viv1t.options import read_options

REPOSITORY = "bryanlimy/ViV1T-closed-loop"
"""Model repository of the published weights (Li et al. 2025)."""

METADATA_COMMIT = "d2cbafd6309f7345216bbd1bccae1f09766d45df"
METADATA_URL = (
    f"https://raw.githubusercontent.com/{REPOSITORY}/{METADATA_COMMIT}/viv1t/data/metadata/"
)
"""Statistics of the training sets and places of the neurons; never the recordings themselves."""

GET = "v1vlm twins get viv1t"

_REQUIRED = ("args.yaml", "ckpt/model.pt")
_OPTIONAL = ("ckpt/info.yaml", "evaluation.yaml", "evaluation_type.yaml")
_METADATA_BYTES = 20_000_000
_RETRIES = 2
_CACHE = "V1VLM_CACHE"
_AGAIN = f"Give again: {GET}"
_HUB = Place(repository=REPOSITORY, revision="--revision", again=_AGAIN)


class Published(Record):
    """What was fetched: kept beside the statistics, so that a twin can say what it is.

    Attributes
    ----------
    repository, revision : str
        Of the weights; the revision is the commit that a branch or tag stood for.
    files : dict
        SHA-256 (hex) of each file of the run.
    mice : tuple of str
        Whose neurons the run has.
    metadata_commit : str
        Of the statistics.
    """

    repository: str
    revision: str
    files: dict[str, str]
    mice: tuple[str, ...] = Field(min_length=1)
    metadata_commit: str = METADATA_COMMIT

    def describe(self) -> str:
        """Where the weights are from, in words."""
        return f"{self.repository} at {self.revision}"

    def digests(self) -> dict[str, str]:
        """Digests of the files, each with its kind."""
        return {name: f"sha256:{value}" for name, value in self.files.items()}


def cache_dir() -> Path:
    """Folder of what this package has fetched for ViV1T: ``V1VLM_CACHE``, or the user's cache."""
    root = os.environ.get(_CACHE) or needed("pooch", "viv1t").os_cache("v1vlm")
    return Path(root) / "viv1t"


def fetch_weights(revision: str | None = None) -> Published:
    """Get the published run into the cache of huggingface_hub and record what it is.

    Parameters
    ----------
    revision : str, optional
        Branch, tag or commit; by default what was fetched before, else the newest.

    Raises
    ------
    InputError
        Without network, room on the disk, or the right bytes; saying which, and what to do.
    """
    hub = needed("huggingface_hub", "viv1t")
    before = _record()
    wanted = revision or (before.revision if before else "main")
    if _offline():
        # Nobody to ask: what the cache holds, and the digests of an earlier fetch.
        digests = dict(before.digests()) if before and before.revision == wanted else {}
        sizes, commit = dict.fromkeys((*_REQUIRED, *digests), 0), wanted
    else:
        sizes, digests, commit = _listing(hub, wanted)
    names = [name for name in (*_REQUIRED, *_OPTIONAL) if name in sizes]
    absent = [name for name in names if _cached(hub, name, commit) is None]
    require_room(
        Path(needed("huggingface_hub.constants", "viv1t").HF_HUB_CACHE),
        sum(sizes[n] for n in absent),
        "HF_HOME",
    )
    paths = {name: _download(hub, name, commit) for name in names}
    for name, path in paths.items():
        _require_digest(path, name, digests.get(name))
    published = Published(
        repository=REPOSITORY,
        # A folder of the cache is named by the commit, also where a branch was asked for.
        revision=paths["args.yaml"].parent.name,
        files={name: sha256_of(path) for name, path in paths.items()},
        mice=read_options(paths["args.yaml"]).mouse_ids,
    )
    _write_record(published)
    return published


def fetch_metadata(
    mice: Sequence[str] = (),
    on_file: Callable[[int, int], None] | None = None,
    base_url: str | None = None,
) -> Path:
    """Get statistics and places of neurons, each file checked by its SHA-256.

    Files that are there with the right digest are not fetched again.

    Parameters
    ----------
    mice : sequence of str, optional
        ``A`` … ``P``; all by default.
    on_file : callable, optional
        Told how many files are done, and of how many, after each.
    base_url : str, optional
        A mirror of the folder of metadata.

    Returns
    -------
    Path
        The folder, as ``metadata_dir`` takes it.

    Raises
    ------
    InputError
        For a mouse that is not listed; without network, room or the right bytes.
    """
    pooch = needed("pooch", "viv1t")
    pooch.get_logger().setLevel("ERROR")
    folder = cache_dir() / "metadata"
    keeper = pooch.create(
        path=folder,
        base_url=base_url or METADATA_URL,
        registry=registry(),
        retry_if_failed=_RETRIES,
    )
    names = _files_of(mice, list(keeper.registry))
    offline = _offline()
    require_room(cache_dir(), _METADATA_BYTES, _CACHE)
    for done, name in enumerate(names, start=1):
        if offline and not _is_whole(folder / name, keeper.registry[name]):
            raise InputError(
                f"{name} is not in {folder}, and HF_HUB_OFFLINE is set.",
                f"Unset HF_HUB_OFFLINE, or {COPY} ({_CACHE}).",
            )
        try:
            keeper.fetch(name)
        except Exception as error:
            _explain_metadata(error, name, keeper.get_url(name))
        if on_file is not None:
            on_file(done, len(names))
    return folder


def registry() -> dict[str, str]:
    """Path and digest of every published file of metadata: 21 files a mouse, mice A to P."""
    text = (files(__package__) / "metadata.registry").read_text("utf-8")
    return dict(line.split() for line in text.splitlines())


def find_published(mouse: str | None = None) -> tuple[Path, Path, Published]:
    """Run folder, folder of metadata, and record of what `fetch_weights` has fetched.

    Raises
    ------
    InputError
        If it was not fetched, is not whole, or lacks the mouse; naming the command.
    """
    published = _record()
    if published is None:
        raise InputError(
            "The published ViV1T is not on this machine, and no run folder was given.",
            f"Fetch it with: {GET}; or give viv1t:DIR, a folder with args.yaml and ckpt/model.pt.",
        )
    hub = needed("huggingface_hub", "viv1t")
    for name in _REQUIRED:
        path = _cached(hub, name, published.revision)
        if path is None or sha256_of(path) != published.files.get(name):
            raise InputError(
                f"{name} of {published.describe()} is not in the cache as it was fetched.",
                f"Fetch it again with: {GET}",
            )
    run = Path(_cached(hub, "args.yaml", published.revision) or "").parent
    metadata = cache_dir() / "metadata"
    mouse = published.mice[0] if mouse is None else mouse
    if mouse not in published.mice:
        raise InputError(
            f"The published ViV1T has no mouse {mouse!r}.", f"Give {', '.join(published.mice)}."
        )
    if not (metadata / "neuron_coordinates" / f"mouse{mouse}.npy").is_file():
        raise InputError(
            f"There are no metadata of mouse {mouse!r} in {metadata}.",
            f"Fetch them with: {GET} --mouse {mouse}",
        )
    return run, metadata, published


def _listing(hub: Any, revision: str) -> tuple[dict[str, int], dict[str, str], str]:
    """Sizes and digests of the files of the repository, and the commit of a revision."""
    try:
        info = hub.HfApi().model_info(REPOSITORY, revision=revision, files_metadata=True)
    except Exception as error:
        _HUB.explain(error, f"The list of files at {revision!r}", revision)
    listed = {entry.rfilename: entry for entry in info.siblings or ()}
    missing = [name for name in _REQUIRED if name not in listed]
    if missing:
        raise InputError(
            f"{REPOSITORY} has no {missing[0]} at revision {info.sha}.",
            "Give a --revision that holds a whole run.",
        )
    sizes = {name: int(entry.size or 0) for name, entry in listed.items()}
    digests = {
        name: f"sha256:{entry.lfs.sha256}" if entry.lfs else f"git:{entry.blob_id}"
        for name, entry in listed.items()
        if entry.lfs or entry.blob_id
    }
    return sizes, digests, str(info.sha)


def _download(hub: Any, name: str, commit: str) -> Path:
    try:
        return Path(hub.hf_hub_download(REPOSITORY, name, revision=commit))
    except Exception as error:
        _HUB.explain(error, name, commit)


def _cached(hub: Any, name: str, commit: str) -> Path | None:
    path = hub.try_to_load_from_cache(REPOSITORY, name, revision=commit)
    return Path(path) if isinstance(path, str) else None


def _files_of(mice: Sequence[str], listed: list[str]) -> list[str]:
    mouse_of = {
        name: part
        for name in listed
        for part in Path(name.removesuffix(".npy")).parts
        if part.startswith("mouse")
    }
    known = sorted({mouse.removeprefix("mouse") for mouse in mouse_of.values()})
    for mouse in mice:
        if mouse not in known:
            raise InputError(
                f"There are no published metadata of mouse {mouse!r}.",
                f"Give one of {', '.join(known)}.",
            )
    return [n for n in listed if not mice or mouse_of[n].removeprefix("mouse") in mice]


def _require_digest(path: Path, name: str, expected: str | None) -> None:
    """Compare with a digest as the repository lists it: SHA-256, or git's of small files."""
    if expected is None:
        return
    kind, _, value = expected.partition(":")
    seen = sha256_of(path) if kind == "sha256" else _git_sha1(path)
    if seen != value:
        # The cache would go on trusting the file.
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise InputError(
            f"{name} is not what its repository lists: its digest is {seen}, not {value}. "
            "It has been deleted.",
            f"Fetch it again with: {GET}; if it happens twice, the mirror is not to be trusted.",
        )


def _explain_metadata(error: Exception, name: str, address: str) -> NoReturn:
    if isinstance(error, ValueError) and "hash" in str(error):
        raise InputError(
            f"{name} from {address} has not the listed SHA-256; it was not kept.",
            f"{_AGAIN}; if it happens twice, something between changes files.",
        ) from error
    Place(address, variable=_CACHE, again=_AGAIN).explain(error, name)


def _record() -> Published | None:
    try:
        content = (cache_dir() / "published.json").read_bytes()
    except FileNotFoundError:
        return None
    try:
        return Published.model_validate_json(content)
    except ValidationError as error:
        raise InputError(
            f"{cache_dir() / 'published.json'} is damaged.",
            f"Delete it and give: {GET}",
        ) from error


def _write_record(published: Published) -> None:
    path = cache_dir() / "published.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"published.{os.getpid()}.tmp")
        beside.write_text(published.model_dump_json(indent=1) + "\n", "utf-8")
        beside.replace(path)
    except OSError as error:
        Place(variable=_CACHE, again=_AGAIN).explain(
            error, f"The record of what was fetched, {path},"
        )


def _offline() -> bool:
    return bool(needed("huggingface_hub.constants", "viv1t").HF_HUB_OFFLINE)


def _is_whole(path: Path, expected: str) -> bool:
    return path.is_file() and f"sha256:{sha256_of(path)}" == expected


def _git_sha1(path: Path) -> str:
    content = path.read_bytes()
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
