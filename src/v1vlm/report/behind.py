"""What stands behind a report: origins of its numbers, its claims, neurons and movies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.claims import Finding
from v1vlm.journal import State, Trial
from v1vlm.report.formats import e_value, signed
from v1vlm.report.formats import interval as bounds
from v1vlm.report.neurons import NeuronTable
from v1vlm.store import MemoryStore

Path = tuple[str | int, ...]

NAME_LENGTH = 16
"""Digits of a blob's digest that are named; a folder that held two such would be a wonder."""


@dataclass(frozen=True)
class Origin:
    """Where a value of the study comes from.

    Attributes
    ----------
    what, how : str
        What it is and how it is computed, in words.
    trial : int or None
        The trial that it belongs to.
    arm, stage : str
        Of the draws that it is computed from, if from any.
    n_draws : int
        How many those are.
    events : tuple of int
        The events that record it, counted from 1 without notes: the lines of a journal
        that holds no note.
    blobs : tuple of str
        The arrays it is recomputed from, by the first `NAME_LENGTH` digits of their digests.
    command : str
        What shows it, in a shell.
    """

    what: str
    how: str
    trial: int | None = None
    arm: str = ""
    stage: str = ""
    n_draws: int = 0
    events: tuple[int, ...] = ()
    blobs: tuple[str, ...] = ()
    command: str = "v1vlm verify DIR"


@dataclass(frozen=True)
class Movie:
    """What was shown in one draw, to be played.

    Attributes
    ----------
    frames : uint8 array (condition, frame, y, x)
    rate_hz : float
        Frames per second, at the speed of the experiment.
    """

    frames: NDArray[np.uint8]
    rate_hz: float


@dataclass(frozen=True)
class Behind:
    """Everything that an interactive format shows and a printed one cannot.

    Attributes
    ----------
    origins : mapping of path to Origin
        Of the numbers that the document quotes.
    claims : tuple of mapping
        What every trial says, with the words printed and the numbers sorted by.
    neurons : NeuronTable or None
    movies : mapping of str to Movie
        By the name of the figure that shows frames of it.
    """

    origins: Mapping[Path, Origin] = field(default_factory=dict)
    claims: tuple[Mapping[str, Any], ...] = ()
    neurons: NeuronTable | None = None
    movies: Mapping[str, Movie] = field(default_factory=dict)


def claims_of(state: State, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What every trial claims, and what was found."""
    return tuple(
        _claim(trial, values["trials"][i]["measure"]) for i, trial in enumerate(state.trials)
    )


def _claim(trial: Trial, measure: Mapping[str, str]) -> dict[str, Any]:
    hypothesis = trial.registration.hypothesis
    found = _found(trial.finding) if trial.finding is not None else {"verdict": "undecided"}
    return {
        "id": hypothesis.id,
        "title": hypothesis.title,
        "statement": hypothesis.statement,
        "factor": hypothesis.contrast.factor,
        "conditions": list(hypothesis.contrast.levels),
        "rule": trial.registration.main.rule.describe(),
        "measure": measure["label"],
        "registration": trial.digest[:NAME_LENGTH],
        **found,
    }


def _found(finding: Finding) -> dict[str, Any]:
    supported = finding.verdict == "supported"
    decisive = finding.e_refute if finding.verdict == "contradicted" else finding.e_value
    return {
        "verdict": finding.verdict,
        "controls": finding.controls_verdict if supported else "",
        "level": finding.level,
        "estimate": signed(finding.estimate),
        "interval": bounds(finding.interval) if finding.interval else "",
        "e": e_value(decisive),
        "sort": {"effect": finding.estimate, "e": decisive},
        "tested": finding.stopped_at,
        "estimated": finding.n_draws,
        "neurons": finding.n_neurons,
    }


def movies_of(state: State, store: MemoryStore) -> dict[str, Movie]:
    """The first draw of every finding whose stimuli move, where that was kept.

    Raises
    ------
    IntegrityError
        If a blob is missing or damaged.
    """
    made: dict[str, Movie] = {}
    for trial in state.trials:
        main = trial.registration.main
        chunks: Sequence[Mapping[str, Any]] = trial.of(main.id, "estimate").chunks
        if trial.finding is None or not chunks or "movies" not in chunks[0]["blobs"]:
            continue
        frames = np.asarray(store.get(chunks[0]["blobs"]["movies"]), np.uint8)[0]
        rate = frames.shape[1] / main.contrast.duration_s
        made[f"stimuli-{trial.finding.id}"] = Movie(frames, rate)
    return made
