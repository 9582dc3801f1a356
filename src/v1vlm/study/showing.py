"""Draws of a study shown to its twins again, and what came back then and now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from v1vlm import plugins
from v1vlm.errors import InputError, IntegrityError
from v1vlm.journal import DrawChunk, State, Trial, fold, parse_log
from v1vlm.journal.state import Stage
from v1vlm.physiology import load_physiology
from v1vlm.records import rng_of
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.study.opening import load_twin
from v1vlm.study.planning import chunk_plan
from v1vlm.twins import Twin

TOLERANCE = 1e-3
"""Largest difference of a score, and of a neuron's summary relative to the largest one, that
another machine, batch or library may make."""

_PLAIN_ARG = re.compile(r"[A-Za-z0-9][\w.,=-]*")
"""An option of a plug-in that leads to no file."""


@dataclass(frozen=True)
class Reshown:
    """One draw, then and now.

    Attributes
    ----------
    difference : float
        Of its score, or of a neuron's summary relative to the largest; the larger of the two.
    """

    hypothesis: str
    arm: str
    stage: Stage
    draw: int
    then: float | None
    now: float | None
    difference: float


@dataclass(frozen=True)
class Again:
    """Draws shown again, and what was not.

    Attributes
    ----------
    left_out : dict of str to str
        Twins of replications that could not be opened, by name, and why.
    n_left_out : int
        Draws that they were shown, which could not be chosen.
    """

    made: list[Reshown]
    left_out: dict[str, str]
    n_left_out: int


def show_again(store: MemoryStore, n: int, seed: int = 0, twins: Sequence[str] = ()) -> Again:
    """Show random draws of a study to its twins again, and compare.

    Parameters
    ----------
    store : MemoryStore
        Of a study that `v1vlm.report.verify_study` found whole.
    n : int
        How many draws; all of them if there are fewer.
    seed : int
        Chooses them.
    twins : sequence of str
        Twins that whoever checks names. One that only the study names is loaded if it is
        installed under that name; the draws of a replication whose twin is not are left out.

    Raises
    ------
    InputError
        If the main twin cannot be loaded or only the study names it, or a named twin is none of
        the study's.
    IntegrityError
        Naming the first draw that comes out otherwise.
    """
    state = fold(parse_log(store.lines()))
    everywhere = list(_places(state))
    if not everywhere:
        raise InputError("The study has shown no draw yet.", "Go on with: v1vlm resume DIR.")
    subjects, left_out = _subjects(state, twins)
    places = [place for place in everywhere if _twin_of(*place[:2]) in subjects]
    chosen = rng_of("show again", seed).permutation(len(places))[:n]
    rigs = {name: Rig(twin, _Overlay(store)) for name, twin in subjects.items()}
    made = []
    for trial, arm, stage, draw in (places[k] for k in sorted(chosen.tolist())):
        made.append(_again(rigs[_twin_of(trial, arm)], state, trial, arm, stage, draw))
    for one in made:
        if not one.difference <= TOLERANCE:
            raise IntegrityError(
                f"Draw {one.draw} of {one.hypothesis} ({one.arm}, {one.stage}) was {one.then} and "
                f"is {one.now} when shown again: it differs by {one.difference:.2g}.",
                "The study is of another twin or version, or was made up.",
            )
    return Again(made, left_out, len(everywhere) - len(places))


def _subjects(state: State, named: Sequence[str]) -> tuple[dict[str, Twin], dict[str, str]]:
    """Twins that can be opened, by digest; and those of replications that cannot, and why."""
    cards = {str(card["digest"]): str(card["name"]) for card in (state.twin, *state.replicates)}
    subjects: dict[str, Twin] = {}
    for spec in named:
        twin = load_twin(spec)
        if twin.card.digest not in cards:
            raise InputError(
                f"{spec!r} is not the twin of this study ({state.twin['name']}, "
                f"{str(state.twin['digest'])[:16]}), nor of one of its replications.",
                "Install the version it was begun with, or name another: --twin SPEC.",
            )
        subjects[twin.card.digest] = twin
    main = str(state.twin["digest"])
    if main not in subjects:
        subjects[main] = _installed(state.spec.twin, state.twin)
    left_out: dict[str, str] = {}
    for spec, card in zip(state.spec.replicate, state.replicates, strict=True):
        if card["digest"] not in subjects:
            try:
                subjects[str(card["digest"])] = _installed(spec, card)
            except InputError as error:
                left_out[spec] = " ".join([error.what, error.remedy]).strip()
    return subjects, left_out


def _installed(spec: str, card: Mapping[str, Any]) -> Twin:
    """A twin that the study names, if it is installed under that name and still the same."""
    name, _, arg = spec.partition(":")
    installed = name.partition(",")[0] in plugins.names("twins")
    if not installed or (arg and not _PLAIN_ARG.fullmatch(arg)):
        raise InputError(
            f"The twin {spec!r} is named by the study alone, and is not loaded.",
            "If you trust it, name it yourself: --twin SPEC.",
        )
    twin = load_twin(spec)
    if twin.card.digest != card["digest"]:
        raise InputError(
            f"{spec!r} is not the twin of this study ({card['name']}, {str(card['digest'])[:16]}).",
            "Install the version it was begun with, or name another: --twin SPEC.",
        )
    return twin


def _places(state: State) -> Iterator[tuple[Trial, str, Stage, int]]:
    """All draws that a twin was shown."""
    for trial in state.trials:
        for (arm, stage), draws in trial.draws.items():
            for draw in range(len(draws)):
                yield trial, arm, stage, draw


def _twin_of(trial: Trial, arm: str) -> str:
    """Digest of the twin that an arm was shown to."""
    registration = trial.registration
    elsewhere = {one.id: one.twin for one in registration.replications}
    return elsewhere.get(arm, registration.twin_digest)


def _again(rig: Rig, state: State, trial: Trial, arm: str, stage: Stage, draw: int) -> Reshown:
    twin = _twin_of(trial, arm)
    elsewhere = twin != trial.registration.twin_digest
    measured = state.physiologies[twin] if elsewhere else (state.physiology or {})
    physiology = load_physiology(measured, rig.store.get)
    plan = chunk_plan(trial, DrawChunk(arm, stage, draw, 1))
    # The responses that the score is computed from, and nothing else.
    answer = rig.show(plan.model_copy(update={"exemplar": False, "secondary": False}), physiology)
    draws = trial.of(arm, stage)
    then, now = draws.scores[draw], answer["scores"][0]
    differences = [_apart(then, now), *_summaries(rig.store, draws.chunks, draw, answer)]
    if draws.control_scores:
        differences.append(_apart(draws.control_scores[draw], answer["control_scores"][0]))
    name = trial.registration.hypothesis.id
    return Reshown(name, arm, stage, draw, then, now, max(differences))


def _apart(then: float | None, now: float | None) -> float:
    if then is None or now is None:
        return 0.0 if then is now else float("inf")
    return abs(then - now)


def _summaries(store: MemoryStore, chunks: Any, draw: int, answer: Any) -> Iterator[float]:
    """Differences of the per-neuron summaries, and whether the same neurons counted."""
    chunk = max((c for c in chunks if c["start"] <= draw), key=lambda c: int(c["start"]))
    offsets = store.get(chunk["blobs"]["offsets"])
    first, last = offsets[draw - chunk["start"] : draw - chunk["start"] + 2]
    index = store.get(chunk["blobs"]["index"])[first:last]
    if not np.array_equal(index, answer["index"]):
        yield float("inf")
        return
    for name in ("features", "control_features"):
        if name in chunk["blobs"] and len(index):
            then, now = store.get(chunk["blobs"][name])[first:last], answer[name]
            finite = np.abs(then[np.isfinite(then)])
            scale = max(float(finite.max(initial=0.0)), 1e-6)
            same = np.isnan(then) == np.isnan(now)
            yield (
                float(np.nanmax(np.abs(then - now), initial=0.0)) / scale if same.all() else np.inf
            )


class _Overlay(MemoryStore):
    """What a study holds, with room for more that is never written into it."""

    def __init__(self, below: MemoryStore) -> None:
        super().__init__()
        self._below = below

    def _holds(self, reference: str) -> bool:
        return super()._holds(reference) or self._below._holds(reference)

    def _read(self, reference: str) -> bytes | None:
        content = super()._read(reference)
        return self._below._read(reference) if content is None else content

    def _recall(self, key: str) -> dict[str, Any] | None:
        done = super()._recall(key)
        done = self._below._recall(key) if done is None else done
        # What was painted is needed again; what was shown is to be shown anew.
        return None if done is not None and self._is_old_show(key, done) else done

    def _is_old_show(self, key: str, done: dict[str, Any]) -> bool:
        return key not in self._done and done["request"].get("effect") == "show"
