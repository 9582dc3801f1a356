"""The figures of a study, drawn from its state and its blobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import processes
from v1vlm.claims import Finding
from v1vlm.figures import (
    Field,
    FigureFile,
    Interval,
    Row,
    estimates_figure,
    evidence_figure,
    maps_figure,
    modulation_weights,
    paintings_figure,
    responses_figure,
    stimuli_figure,
    waveforms_figure,
)
from v1vlm.journal import State, Trial, arm_values
from v1vlm.report.painted_draws import painted_draws
from v1vlm.stimuli import Screen
from v1vlm.store import MemoryStore

Blobs = Mapping[str, NDArray[Any]]

_EXEMPLARS = (
    "stimuli",
    "traces",
    "offsets",
    "waveforms",
    "waveform_neurons",
    "field",
    "field_neurons",
    "centres",
    "features_deg",
    "features_offsets",
)
_FIELD = frozenset(_EXEMPLARS[5:]) | {"stimuli"}


def draw_figures(state: State, store: MemoryStore) -> dict[str, FigureFile]:
    """Draw all figures of all findings; what older studies did not record is left out.

    Returns
    -------
    dict
        By name: ``estimates``, and per finding ``stimuli-H1``, ``responses-H1``,
        ``waveforms-H1``, ``maps-H1`` and ``evidence-H1``, of a painted claim ``paintings-H1``.

    Raises
    ------
    IntegrityError
        If a blob is missing or damaged.
    """
    figures: dict[str, FigureFile] = {}
    if state.findings:
        figures["estimates"] = estimates_figure([_row(finding) for finding in state.findings])
    for trial in state.trials:
        if trial.finding is not None:
            name = trial.finding.id
            found = {key: store.get(blob) for key, blob in exemplars_of(trial).items()}
            figures |= _shown(trial, name, _frame_rate(state), found)
            if painted := painted_draws(state, trial, store):
                levels = trial.registration.main.contrast.levels
                figures[f"paintings-{name}"] = paintings_figure(painted, levels)
            if set(found) >= _FIELD:
                figures[f"maps-{name}"] = _maps(state, trial, found, store)
            figures[f"evidence-{name}"] = _evidence(trial, trial.finding)
    return figures


def exemplars_of(trial: Trial) -> dict[str, str]:
    """References of what was kept of the exemplar draws; empty where the trial holds none."""
    chunks = trial.of(trial.registration.main.id, "estimate").chunks
    blobs: dict[str, str] = dict(chunks[0]["blobs"]) if chunks else {}
    return {name: blobs[name] for name in _EXEMPLARS if name in blobs}


def _frame_rate(state: State) -> float:
    return float(state.twin["screen"]["frame_rate_hz"])


def _row(finding: Finding) -> Row:
    judged = finding.verdict
    return Row(
        id=finding.id,
        title=finding.title,
        measure=finding.measure,
        verdict=finding.verdict,
        judged=f"{judged}, {finding.controls_verdict}" if judged == "supported" else judged,
        margin=finding.margin,
        n_neurons=finding.n_neurons,
        estimates=(_main(finding), *_controls(finding), *_replications(finding)),
    )


def _main(finding: Finding) -> Interval:
    return Interval("registered", "main", finding.estimate, finding.interval, finding.n_draws)


def _controls(finding: Finding) -> list[Interval]:
    return [
        Interval(control.id, "control", control.estimate, control.interval, control.n_draws)
        for control in finding.controls
        if control.estimate is not None
    ]


def _replications(finding: Finding) -> list[Interval]:
    return [
        Interval(f"{one.twin} {one.mouse}", "replication", one.estimate, one.interval, one.n_draws)
        for one in finding.replications
        if one.estimate is not None
    ]


def _mice(finding: Finding) -> list[Interval]:
    """Replications by the name of the mouse alone, or of the model if the mouse is the same."""
    ran = [
        one.mouse if one.level else one.twin
        for one in finding.replications
        if one.estimate is not None
    ]
    return [
        replace(interval, name=name)
        for interval, name in zip(_replications(finding), ran, strict=True)
    ]


def _shown(trial: Trial, name: str, rate: float, found: Blobs) -> dict[str, FigureFile]:
    hypothesis = trial.registration.hypothesis
    levels = hypothesis.contrast.levels
    made: dict[str, FigureFile] = {}
    if "stimuli" in found:
        made[f"stimuli-{name}"] = stimuli_figure(found["stimuli"], levels)
    if "traces" in found:
        made[f"responses-{name}"] = responses_figure(
            found["traces"],
            levels,
            rate,
            hypothesis.prediction.window_s,
            stimuli=found.get("stimuli"),
            per_draw=np.diff(found["offsets"]).tolist() if "offsets" in found else (),
        )
    if "waveforms" in found and "traces" in found:
        made[f"waveforms-{name}"] = waveforms_figure(
            found["waveforms"], found["waveform_neurons"], levels, rate, len(found["traces"])
        )
    return made


def _maps(state: State, trial: Trial, found: Blobs, store: MemoryStore) -> FigureFile:
    physiology = state.physiology or {}
    neurons = found["field_neurons"]

    def column(name: str) -> NDArray[np.float64]:
        values: NDArray[np.float64] = np.asarray(store.get(physiology["columns"][name]))[neurons]
        return values

    position = None
    if "position_um" in physiology:
        position = np.asarray(store.get(physiology["position_um"]), np.float64)[neurons, :2]
    offsets = found["features_offsets"]
    field = Field(
        responses=np.asarray(found["field"], np.float64),
        neurons=neurons,
        azimuth_deg=column("rf_azimuth_deg"),
        elevation_deg=column("rf_elevation_deg"),
        position_um=position,
        centres=np.asarray(found["centres"], np.float64),
        features=np.split(np.asarray(found["features_deg"], np.float64), offsets[1:-1]),
        stimuli=found["stimuli"],
    )
    hypothesis = trial.registration.hypothesis
    levels = hypothesis.contrast.levels
    contrast = modulation_weights(hypothesis.prediction.measure, len(levels))
    return maps_figure(field, levels, contrast, Screen.from_json(state.twin["screen"]))


def _evidence(trial: Trial, finding: Finding) -> FigureFile:
    values = arm_values(trial, trial.registration.main, "test")[: finding.stopped_at]
    support, refute = processes(values, finding.direction, finding.margin, finding.clip_bound)
    thresholds = (finding.threshold_support, finding.threshold_refute)
    windows = [
        Interval(w.window, "window", w.value, w.interval, w.n_draws) for w in finding.windows
    ]
    return evidence_figure(
        values,
        support,
        refute,
        thresholds,
        finding.margin,
        finding.clip_bound,
        [_main(finding), *windows, *_controls(finding), *_mice(finding)],
        finding.n_neurons,
    )
