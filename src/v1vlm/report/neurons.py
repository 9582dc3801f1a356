"""The table of all neurons: what was measured of each, and what each did in every finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import SILENT, Measure, measure, measure_names
from v1vlm.analysis.neurons import COLUMNS
from v1vlm.claims import NeuronRule
from v1vlm.figures import csv_of
from v1vlm.journal import State, Trial
from v1vlm.records import Json
from v1vlm.rig.estimates import dense_features
from v1vlm.store import MemoryStore

Float = NDArray[np.float64]
Step = tuple[str, NDArray[np.bool_]]

STEPS = ("all", "half", "driven", "quality", "field", "selective", "counted")
"""Steps at which neurons are left out, in order; each holds what the one before holds."""


@dataclass(frozen=True)
class NeuronTable:
    """All neurons of a study.

    Attributes
    ----------
    csv : str
        One row per neuron: position, receptive field, preferences, quality, and per finding
        where it was left out, in how many estimation draws it counted, and its modulation.
    steps : mapping of str to mapping
        Per finding, how many neurons are left after each of `STEPS`.
    permi : mapping of str to float
        Per finding of a pair by another measure, the mean modulation index.
    half_b : bool array (neuron,)
        The half that confirms.
    columns : mapping of str to array (neuron,)
        Position and what was measured; NaN where it could not be.
    effects : mapping of str to (array (neuron,), array (neuron,))
        Per finding, the measure of this neuron alone (NaN where it did not count), and in how
        many estimation draws it counted.
    """

    csv: str
    steps: Mapping[str, Mapping[str, Json]]
    permi: Mapping[str, float]
    half_b: NDArray[np.bool_]
    columns: Mapping[str, Float]
    effects: Mapping[str, tuple[Float, NDArray[np.intp]]]


def neuron_table(state: State, store: MemoryStore) -> NeuronTable | None:
    """Make the table from what was measured and from the estimation draws.

    Returns
    -------
    NeuronTable or None
        None where no neuron was characterised.

    Raises
    ------
    IntegrityError
        If a blob is missing or damaged.
    """
    if state.physiology is None:
        return None
    columns, half_b = _measured(state.physiology, store)
    header = ["neuron", "half", *columns]
    body: list[Sequence[object]] = [
        np.arange(len(half_b)).tolist(),
        np.where(half_b, "B", "A").tolist(),
        *(_cells(values) for values in columns.values()),
    ]
    steps: dict[str, Mapping[str, Json]] = {}
    permi: dict[str, float] = {}
    effects: dict[str, tuple[Float, NDArray[np.intp]]] = {}
    for trial in state.trials:
        if trial.finding is None:
            continue
        name = trial.finding.id
        did = _Did.read(trial, len(half_b), store)
        left = _left(trial.registration.main.rule, columns, half_b, did.n_draws > 0)
        steps[name] = {step: int(kept.sum()) for step, kept in left}
        header += [f"{name}_left_out_at", f"{name}_draws", f"{name}_{trial.finding.measure}"]
        body += [_left_out_at(left), did.n_draws.tolist(), _cells(did.value)]
        effects[name] = did.value, did.n_draws
        if did.permi is not None:
            permi[name] = did.permi
    csv = csv_of(header, zip(*body, strict=True))
    return NeuronTable(csv, steps, permi, half_b, columns, effects)


def _measured(
    physiology: Mapping[str, Any], store: MemoryStore
) -> tuple[dict[str, Float], NDArray[np.bool_]]:
    columns: dict[str, Float] = {}
    if "position_um" in physiology:
        position = np.asarray(store.get(physiology["position_um"]), np.float64)
        columns |= dict(zip(("x_um", "y_um", "depth_um"), position.T, strict=True))
    for name in COLUMNS:
        columns[name] = np.asarray(store.get(physiology["columns"][name]), np.float64)
    return columns, np.asarray(store.get(physiology["half_b"]), bool)


def _left(
    rule: NeuronRule,
    columns: Mapping[str, Float],
    half_b: NDArray[np.bool_],
    counted: NDArray[np.bool_],
) -> list[Step]:
    everything = np.ones(len(half_b), bool)
    keeps = {
        "all": everything,
        "half": half_b if rule.half == "B" else ~half_b,
        "driven": np.isfinite(columns["reference"]),
        "quality": columns["quality"] >= rule.quality,
        "field": everything if rule.within_deg is None else np.isfinite(columns["rf_azimuth_deg"]),
        "selective": everything
        if rule.prefers_within_deg is None
        else columns["gosi"] >= rule.selectivity,
        "counted": counted,
    }
    kept, left = everything, []
    for name in STEPS:
        kept = kept & keeps[name]
        left.append((name, kept))
    return left


def _left_out_at(left: Sequence[Step]) -> list[str]:
    kept = np.stack([kept for _, kept in left])
    first = np.argmin(kept, axis=0)
    names = np.array([name for name, _ in left])
    return np.where(kept.all(axis=0), "", names[first]).tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Did:
    """What every neuron did in the estimation draws of a finding.

    Attributes
    ----------
    n_draws : array (neuron,)
        In which it counted.
    value : array (neuron,)
        The measure of this neuron alone, from its mean summary over these draws.
    permi : float or None
        Mean modulation index over neurons and draws, for a pair by another measure.
    """

    n_draws: NDArray[np.intp]
    value: Float
    permi: float | None

    @classmethod
    def read(cls, trial: Trial, n_neurons: int, store: MemoryStore) -> _Did:
        n_draws, value = np.zeros(n_neurons, np.intp), np.full(n_neurons, np.nan)
        main = trial.registration.main
        chunks = trial.of(main.id, "estimate").chunks
        how = _installed(trial.registration.hypothesis.prediction.measure)
        if not all("features" in chunk["blobs"] for chunk in chunks) or not chunks:
            return cls(n_draws, value, None)
        features, neurons = dense_features(chunks, store, main.rule.minimum)
        counted = np.asarray(np.isfinite(features).all(axis=1))
        n_draws[neurons] = counted.sum(axis=0)
        if how is None or not counted.any():
            return cls(n_draws, value, None)
        total = np.where(counted[:, None], features, 0.0).sum(axis=0)
        mean = total / np.maximum(counted.sum(axis=0), 1)
        value[neurons] = np.where(counted.any(axis=0), how.score(mean.T), np.nan)
        return cls(n_draws, value, _permi(how, features, counted))


def _installed(name: str) -> Measure | None:
    """The measure, unless looking it up would import what a folder names."""
    return measure(name) if name.partition(":")[0] in measure_names() else None


def _permi(how: Measure, features: Float, counted: NDArray[np.bool_]) -> float | None:
    """Mean over draws of the mean modulation index of the neurons that count."""
    if how.name == "permi" or how.members is None:
        return None
    a, b = (np.where(counted, features[:, member], 0.0) for member in how.members)
    index = np.zeros_like(a)
    np.divide(a - b, a + b, out=index, where=a + b > SILENT)
    size = counted.sum(axis=1)
    valid = size > 0
    return float((index.sum(axis=1)[valid] / size[valid]).mean())


def _cells(values: Float) -> list[object]:
    """Six digits; nothing for what could not be measured."""
    return [float(f"{value:.6g}") if np.isfinite(value) else "" for value in values]
