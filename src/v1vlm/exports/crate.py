"""A study folder as an RO-Crate: the same files, with who made them from what, and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from v1vlm.errors import IntegrityError
from v1vlm.exports.opening import written_whole
from v1vlm.fetching import needed
from v1vlm.journal import Event, State, parse_log
from v1vlm.store import Store
from v1vlm.study import StudyReader

NO_LICENCE = "https://choosealicense.com/no-permission/"
"""What holds where the owner of a study has stated none."""

PROJECT = "https://pypi.org/project/v1vlm/"

_TYPES = {
    ".jsonl": "application/jsonl",
    ".json": "application/json",
    ".md": "text/markdown",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".npy": "application/x-npy",
}

_SAYS = {
    "journal.jsonl": "The study: its append-only record, chained by hash.",
    "findings.json": "Findings, for programs.",
    "report.md": "Report in Markdown.",
    "report.html": "Report for a browser.",
    "report.pdf": "Report for print.",
}

_FOLDERS = ("blobs", "done", "figures")


def write_crate(study: StudyReader, target: Path, licence: str = NO_LICENCE) -> None:
    """Copy a study into a new folder that describes itself (RO-Crate 1.3).

    Parameters
    ----------
    licence : str
        URL of the licence that the study's owner gives it.

    Raises
    ------
    IntegrityError
        If the folder holds a link, which may lead out of it.
    """
    module = needed("rocrate.rocrate", "exports")
    model = needed("rocrate.model", "exports")
    store = study.store
    if not isinstance(store, Store):
        raise TypeError("only a study in a folder can be copied")
    events = parse_log(study.store.lines())
    with written_whole(target) as folder:
        crate = module.ROCrate(version="1.3")
        files = {}
        for path in _paths(store.folder):
            name = path.relative_to(store.folder).as_posix()
            files[name] = crate.add_file(path, name, properties=_described(path, name))
        _describe_root(crate, model, study, events, licence)
        _describe_run(crate, model, study, events, files)
        crate.write(folder)


def _paths(folder: Path) -> Iterator[Path]:
    """Files of a study in order: those that belong to it, and nothing a link leads to."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] not in (*_SAYS, *_FOLDERS) or any(p.startswith(".") for p in name.parts):
            continue
        if path.is_symlink():
            raise IntegrityError(
                f"{name.as_posix()!r} in {folder} is a link.",
                "A folder of a study holds no links; put what it leads to in its place.",
            )
        if path.is_file():
            yield path


def _described(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    what = "Figure of the report, or its numbers." if name.startswith("figures/") else ""
    if name.startswith("blobs/"):
        what = "Array, image or text of the study, named by its SHA-256."
    if name.startswith("done/"):
        what = "Answer of an effect, named by the SHA-256 of its request."
    return {
        "name": path.name,
        "description": _SAYS.get(name, what),
        "encodingFormat": _TYPES.get(path.suffix, "application/octet-stream"),
        "contentSize": str(path.stat().st_size),
        "sha256": sha256,
    }


def _describe_root(
    crate: Any, model: Any, study: StudyReader, events: list[Event], licence: str
) -> None:
    state = study.state
    root = crate.root_dataset
    root["name"] = f"In-silico study {state.study} on the {state.twin['name']} twin"
    root["description"] = (
        f"Hypotheses about primary visual cortex, registered and tested on a digital twin: "
        f"{state.counts['registered']} registered, {state.counts['supported']} supported, "
        f"{state.counts['contradicted']} contradicted, {state.counts['inconclusive']} "
        "inconclusive. Responses are simulated."
    )
    root["identifier"] = state.study
    root["keywords"] = "in silico, digital twin, primary visual cortex, pre-registration, e-values"
    # Not the time of the export: equal studies are equal crates.
    crate.datePublished = events[-1].time
    told = {"@type": "CreativeWork", "name": "Licence of this study"}
    if licence == NO_LICENCE:
        told |= {"name": "No licence stated", "description": "Ask the owner of the study."}
    root["license"] = crate.add(model.ContextEntity(crate, licence, properties=told))


def _describe_run(
    crate: Any, model: Any, study: StudyReader, events: list[Event], files: dict[str, Any]
) -> None:
    """Say which software made the results of what, and when."""
    state = study.state
    software = _software(crate, model, state)
    inputs = [name for name in files if name.endswith(f"/{state.context}")]
    outputs = [name for name in files if name not in inputs]
    action = crate.add_action(
        software,
        identifier="#run",
        object=files[inputs[0]] if len(inputs) == 1 else [files[name] for name in inputs],
        result=[files[name] for name in outputs],
        properties={
            "@type": "CreateAction",
            "name": f"Study {state.study}",
            "description": f"v1vlm run, K = {state.spec.num_steps}, seed {state.spec.seed}, "
            f"alpha {state.spec.alpha:g}",
            "startTime": events[0].time,
            "endTime": events[-1].time,
        },
    )
    crate.root_dataset["mentions"] = action


def _software(crate: Any, model: Any, state: State) -> Any:
    """The laboratory, with the scientist, twin and generator that took part."""
    version = state.versions["v1vlm"]

    def added(role: str, **properties: str) -> Any:
        told = {"@type": "SoftwareApplication", **properties, "url": PROJECT}
        return crate.add(model.ContextEntity(crate, f"#{role}", properties=told))

    software = added(
        "v1vlm",
        name="v1vlm",
        description="An autonomous laboratory for in-silico neuroscience.",
        version=version,
        softwareRequirements=", ".join(f"{name} {n}" for name, n in sorted(state.versions.items())),
    )
    twin = state.twin["digest"]
    parts = {
        "scientist": ("who proposed and interpreted", state.spec.scientist, version),
        "twin": (f"digital twin, digest {twin}", state.twin["name"], twin),
    }
    if state.generator is not None:
        told = f"painted stimuli, digest {state.generator}"
        parts["generator"] = (told, str(state.spec.generator), version)
    software["hasPart"] = [
        added(role, name=name, description=what, version=number)
        for role, (what, name, number) in parts.items()
    ]
    return software
