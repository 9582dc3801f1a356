"""Opening and beginning studies: folders, plug-ins, event 0."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from v1vlm import plugins
from v1vlm.context import parse_context
from v1vlm.durable import sync_folder
from v1vlm.errors import ContractError, InputError, V1VLMError
from v1vlm.generators import Generator, card
from v1vlm.journal import (
    GENESIS,
    SCHEMA,
    State,
    StudySpec,
    fold,
    identity_of,
    parse_log,
    sealed,
)
from v1vlm.physiology import Card, check_same, citation
from v1vlm.scientist import Scientist
from v1vlm.stimuli import NO_ASSETS, Assets
from v1vlm.store import MemoryStore, Store
from v1vlm.study.subjects import check_replicates
from v1vlm.twins import Twin, validate_twin

NURSERY = ".new"
"""Where a study is made ready inside a folder that is there already."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time that events are stamped with."""
    return datetime.now(UTC)


def open_store(folder: Path) -> Store:
    """The store of the study in a folder.

    Raises
    ------
    InputError
        If there is no study in it.
    """
    store = Store(folder)
    if not store.journal.is_file():
        what = "does not exist" if not folder.exists() else "holds no study (no journal.jsonl)"
        raise InputError(f"{str(folder)!r} {what}.", "Name the folder that `v1vlm run` wrote.")
    return store


def check_empty(folder: Path) -> None:
    """Refuse a place for a study that is taken.

    Raises
    ------
    InputError
        If it is a file, a folder that is not empty, or the current one.
    """
    if folder.is_dir() and any(not path.name.startswith(NURSERY) for path in folder.iterdir()):
        raise InputError(
            f"The folder {str(folder)!r} is not empty.",
            "Name another --save-dir, or resume the study in it: v1vlm resume DIR.",
        )
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is a file.", "Name a folder as --save-dir.")
    if folder.resolve() == Path.cwd():
        # It would be replaced by the study's own, from under whoever stands in it.
        raise InputError("A study cannot replace the current folder.", "Name a folder inside it.")


def begin(
    spec: StudySpec,
    context: str,
    folder: Path | None,
    clock: Clock,
    photographs: Assets = NO_ASSETS,
    card: Card | None = None,
    twin: Twin | None = None,
    *,
    allow_parametric: bool = False,
) -> MemoryStore:
    """Make a store that holds event 0 of a new study.

    Parameters
    ----------
    folder : Path or None
        Absent or empty; in memory without.
    photographs : mapping
        The user's, by name.
    card : Card, optional
        What is known of the twin.
    twin : Twin, optional
        The spec's, where it is loaded already.
    allow_parametric : bool
        Begin without the generator if it cannot be had.

    Raises
    ------
    InputError
        If a plug-in cannot be loaded, text or photographs are not the spec's, or the folder is
        taken.
    """
    parsed = parse_context(context, name=spec.context)
    if parsed.text_digest != spec.context_digest:
        raise InputError("The context is not the one in the spec.", "Make the spec from it.")
    if set(photographs) != set(spec.photographs):
        raise InputError("The photographs are not those in the spec.", "Make the spec from them.")
    twin = load_twin(spec.twin) if twin is None else twin
    recorded = recording(spec.scientist)
    if recorded is not None:
        # It is the recorded study again: its own scientist, its answers from the recording.
        spec = spec.model_copy(update={"scientist": recorded.scientist})
    load_scientist(spec.scientist)
    generator, missing = _painter(spec.generator, allow_parametric)
    replicates = [load_twin(name) for name in spec.replicate]
    check_replicates(spec, twin.card, [one.card for one in replicates])
    opened = _opened(spec, twin, generator, replicates)
    if card is not None:
        check_same(card, opened["twin"])
        opened["card"] = citation(card)
    if missing is not None:
        opened["unpainted"] = missing
    if recorded is not None:
        opened["replayed"] = True
    if folder is None:
        store = _knowing(MemoryStore(), recorded, opened["generator"])
        return _with_event(store, opened, context, photographs, clock)
    check_empty(folder)
    # A link is followed, so that it goes on leading to the study.
    place = folder.resolve()
    own = f"{NURSERY}.{os.getpid()}"
    nursery = place / own if place.is_dir() else place.with_name(f".{place.name}{own}")
    shutil.rmtree(nursery, ignore_errors=True)
    nursery.mkdir(parents=True)
    try:
        store = _knowing(Store(nursery), recorded, opened["generator"])
        _with_event(store, opened, context, photographs, clock)
        _move_in(nursery, place)
    except BaseException:
        shutil.rmtree(nursery, ignore_errors=True)
        raise
    return Store(folder)


class Recording(NamedTuple):
    """A study whose answers of a model are to be given again."""

    store: Store
    scientist: str


def recording(scientist: str) -> Recording | None:
    """The study that ``replay:DIR`` names; None for any other scientist.

    Raises
    ------
    InputError
        If there is no study in DIR.
    """
    name, _, folder = scientist.partition(":")
    if name != "replay":
        return None
    store = open_store(Path(folder))
    events = parse_log(store.lines()[:1])
    return Recording(store, fold(events).spec.scientist)


def _painter(spec: str | None, allow_parametric: bool) -> tuple[Generator | None, str | None]:
    """The generator of a specification, or why there is none, where one may be missing."""
    try:
        return load_generator(spec), None
    except V1VLMError as error:
        if not allow_parametric:
            raise
        return None, error.what


def _knowing(store: MemoryStore, recorded: Recording | None, painter: str | None) -> MemoryStore:
    """The store, with what a recording holds: answers of the model, images of this painter."""
    if recorded is not None:
        for effect in ("ask", "paint"):
            for request, answer in recorded.store.remembered(effect):
                if effect == "ask" or request["request"]["generator"] == painter:
                    store.once(request, partial(dict, answer))
    return store


def _move_in(nursery: Path, place: Path) -> None:
    """Make a study appear whole, with event 0 in it.

    An empty folder that is there already may be a mount point, which nothing can replace: the
    journal is moved into it last. Of several processes that want one place the first one gets
    it, because a folder that is not empty cannot be moved over.
    """
    try:
        if nursery.parent != place:
            nursery.rename(place)
        else:
            _move_parts(nursery, place)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise InputError(
                f"The folder {str(place)!r} was taken meanwhile.", "Name another --save-dir."
            ) from error
        raise
    sync_folder(place if nursery.parent == place else place.parent)


def _move_parts(nursery: Path, place: Path) -> None:
    """Move what a study consists of into an empty folder, its journal last; all or nothing."""
    names = sorted(path.name for path in nursery.iterdir() if path.name != "journal.jsonl")
    moved: list[str] = []
    try:
        for name in (*names, "journal.jsonl"):
            (nursery / name).rename(place / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            (place / name).rename(nursery / name)
        raise
    nursery.rmdir()


def _opened(
    spec: StudySpec, twin: Twin, generator: Generator | None, replicates: Sequence[Twin]
) -> dict[str, Any]:
    public, others = twin.card.public(), [one.card.public() for one in replicates]
    versions = installed()
    painter = generator.digest if generator is not None else None
    said = {} if generator is None else {"generator_card": card(generator)}
    digests = [other["digest"] for other in others]
    opened = {
        **said,
        "schema": SCHEMA,
        "spec": spec.to_json(),
        "study": identity_of(spec, public["digest"], painter, versions["v1vlm"], digests),
        "twin": public,
        "generator": painter,
        "versions": versions,
    }
    return {**opened, "replicates": others} if others else opened


def installed() -> dict[str, str]:
    """Versions that the numbers of a study may depend on; scikit-image has the photographs."""
    return {name: version(name) for name in ("v1vlm", "numpy", "scipy", "scikit-image")}


def _with_event(
    store: MemoryStore,
    opened: dict[str, Any],
    context: str,
    photographs: Assets,
    clock: Clock,
) -> MemoryStore:
    payload = {**opened, "context": store.put(context)}
    if photographs:
        payload["photographs"] = [store.put(image) for image in photographs.values()]
    store.append(sealed(0, "opened", payload, clock().isoformat(), GENESIS).line())
    return store


def other_versions(state: State) -> str:
    """A remark on what is installed in another version than the study was begun with, or ""."""
    others = [
        f"{name} {now} (begun with {state.versions[name]})"
        for name, now in installed().items()
        # Of what was not recorded nothing is known.
        if state.versions.get(name, now) != now
    ]
    return f"Goes on under {', '.join(others)}; last digits may differ." if others else ""


def same_twin(state: State) -> Twin:
    """The twin that a study began with.

    Raises
    ------
    InputError
        If there is none of its name, or it is another one.
    """
    twin = load_twin(state.spec.twin)
    if twin.card.digest != state.twin["digest"]:
        raise _another("twin", state.spec.twin)
    return twin


def same_replicate(state: State, digest: str) -> Twin:
    """A twin of the replications that a study began with, by its digest.

    Raises
    ------
    InputError
        If there is none of its name, or it is another one.
    """
    names = [card["digest"] for card in state.replicates]
    spec = state.spec.replicate[names.index(digest)]
    twin = load_twin(spec)
    if twin.card.digest != digest:
        raise _another("twin", spec)
    return twin


def same_generator(state: State, spec: str | None = None) -> Generator | None:
    """The generator that a study began with, if it has one and has not given painting up.

    Parameters
    ----------
    spec : str, optional
        How to load it here, where it needs other options than at the beginning; it must give
        the same images.

    Raises
    ------
    InputError
        If there is none of its name, or it is another one.
    """
    if state.unpainted is not None:
        return None
    generator = load_generator(spec or state.spec.generator)
    if (None if generator is None else generator.digest) != state.generator:
        raise _another_generator(state, generator, spec or state.spec.generator)
    return generator


def _another_generator(state: State, generator: Generator | None, spec: str | None) -> InputError:
    """Say what of a generator is not as it was, where it says what it is."""
    now = card(generator) if generator is not None else {}
    before = state.generator_card
    others = [
        f"{name} {now[name]} (was {before[name]})"
        for name in before
        if name in now and now[name] != before[name] and name not in ("name", "offload")
    ]
    error = _another("generator", str(spec))
    if not others:
        return error
    return InputError(f"{error.what} Other is: {', '.join(others)}.", error.remedy)


def _another(what: str, spec: str) -> InputError:
    return InputError(
        f"The {what} {spec!r} is not the one this study began with.",
        "Install the version it was begun with, or begin a new study.",
    )


def load_twin(spec: str) -> Twin:
    """The twin of a specification, its contract checked.

    Raises
    ------
    InputError
        If there is none, or what there is breaks the contract of twins.
    """
    twin = _load("twins", spec)
    try:
        validate_twin(twin)
    except ContractError as error:
        raise InputError(f"{spec!r} is no twin: {error.what}", error.remedy) from error
    loaded: Twin = twin
    return loaded


def load_scientist(spec: str) -> Scientist:
    """The scientist of a specification.

    Raises
    ------
    InputError
        If there is none.
    """
    scientist = _load("scientists", spec)
    if not isinstance(scientist, Scientist):
        raise InputError(
            f"{spec!r} is no scientist: it is a {type(scientist).__name__}.",
            "A scientist has propose, look, sceptic, interpret and write.",
        )
    return scientist


def load_generator(spec: str | None) -> Generator | None:
    """The generator of a specification, if one is given.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if spec is None:
        return None
    generator = _load("generators", spec)
    if not isinstance(generator, Generator):
        raise InputError(
            f"{spec!r} is no generator: it is a {type(generator).__name__}.",
            "A generator has a digest and paint.",
        )
    return generator


def _load(group: str, spec: str) -> Any:
    try:
        return plugins.load(group, spec)
    except ContractError as error:
        # Naming what is no factory is a mistake of the one who named it.
        raise InputError(error.what, error.remedy) from error
