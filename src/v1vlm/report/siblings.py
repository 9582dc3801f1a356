"""Other studies of the same twin and text that lie beside a study.

Error is controlled within a study. Running several and showing one is not covered, so a study
notes at its close which others there are (science.md, 2). Their journals are read as data: no
plug-in that they name is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from os.path import isfile
from pathlib import Path
from typing import Any

from v1vlm.errors import V1VLMError
from v1vlm.journal import State, fold, parse_log
from v1vlm.records import Json

JOURNAL = "journal.jsonl"
OPENING_MAX = 1_000_000
"""A first line longer than this is no event of a study."""


def siblings_of(folder: Path, state: State) -> list[dict[str, Json]]:
    """Studies in the parent folder that asked the same twin about the same text.

    A copy or an exact repetition (a study of the same identity) gives the same result and is
    no sibling, so that equal studies stay equal wherever they lie.

    Parameters
    ----------
    folder : Path
        Of the study itself.

    Returns
    -------
    list of dict
        By identity: ``study``, ``seed``, ``scientist``, ``num_steps``, ``closed`` and
        ``verdicts`` (``H1 supported, robust``); of one whose journal does not hold together
        only ``study`` and ``damaged``.
    """
    found: dict[str, tuple[int, dict[str, Json]]] = {}
    for journal in _journals(folder):
        opening = _opening(journal)
        if opening is None or not _alike(opening, state):
            continue
        length, sibling = _read(journal, str(opening["study"])[:64])
        known = found.get(str(sibling["study"]))
        # Of two copies the one that went further counts.
        if known is None or known[0] < length:
            found[str(sibling["study"])] = (length, sibling)
    return [found[study][1] for study in sorted(found)]


def _journals(folder: Path) -> Iterator[Path]:
    own = folder.resolve()
    try:
        beside = sorted(own.parent.iterdir())
    except OSError:
        return
    for path in beside:
        # Not Path.is_file: that raises where a folder may not be entered.
        if path != own and not path.name.startswith(".") and isfile(path / JOURNAL):
            yield path / JOURNAL


def _opening(journal: Path) -> dict[str, Any] | None:
    """Payload of the first event; None where there is none."""
    try:
        with journal.open("rb") as file:
            event = json.loads(file.readline(OPENING_MAX))
        payload = event["payload"]
        study, twin, spec = payload["study"], payload["twin"]["digest"], payload["spec"]
        return {"study": study, "twin": twin, "context": spec["context_digest"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _alike(opening: dict[str, Any], state: State) -> bool:
    return bool(
        opening["twin"] == state.twin["digest"]
        and opening["context"] == state.spec.context_digest
        and opening["study"] != state.study
    )


def _read(journal: Path, study: str) -> tuple[int, dict[str, Json]]:
    try:
        lines = journal.read_text("utf-8").splitlines(keepends=True)
        # A running study may be writing its last line.
        events = parse_log(line for line in lines if line.endswith("\n"))
        other = fold(events)
    except (V1VLMError, OSError, ValueError, RecursionError):
        return 0, {"study": study, "damaged": True}
    verdicts: list[Json] = [
        f"{f.id} {f.verdict}" + (f", {f.controls_verdict}" if f.verdict == "supported" else "")
        for f in other.findings
    ]
    return len(events), {
        "study": other.study,
        "seed": other.spec.seed,
        "scientist": other.spec.scientist,
        "num_steps": other.spec.num_steps,
        "closed": other.stopped is not None,
        "verdicts": verdicts,
    }
