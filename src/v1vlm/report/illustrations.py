"""The figures of a study, drawn from its state and its blobs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import processes
from v1vlm.claims import Finding
from v1vlm.figures import FigureFile, evidence_figure, responses_figure, stimuli_figure
from v1vlm.journal import State, Trial, arm_values
from v1vlm.store import MemoryStore


def draw_figures(state: State, store: MemoryStore) -> dict[str, FigureFile]:
    """Draw all figures: stimuli, responses and evidence of every finding.

    Returns
    -------
    dict
        By name: ``stimuli-H1``, ``responses-H1``, ``evidence-H1``, and so on.

    Raises
    ------
    IntegrityError
        If a blob is missing or damaged.
    """
    rate = float(state.twin["screen"]["frame_rate_hz"])
    figures: dict[str, FigureFile] = {}
    for trial in state.trials:
        if trial.finding is not None:
            name = trial.finding.id
            figures |= _exemplars(trial, name, rate, store)
            figures[f"evidence-{name}"] = _evidence(trial, trial.finding)
    return figures


def exemplars_of(trial: Trial) -> dict[str, str]:
    """References of the exemplar frames and traces; empty where the trial holds none."""
    chunks = trial.of(trial.registration.main.id, "estimate").chunks
    blobs: dict[str, str] = dict(chunks[0]["blobs"]) if chunks else {}
    return {name: blobs[name] for name in ("stimuli", "traces") if name in blobs}


def _exemplars(trial: Trial, name: str, rate: float, store: MemoryStore) -> dict[str, FigureFile]:
    levels = trial.registration.hypothesis.contrast.levels
    found = exemplars_of(trial)
    made: dict[str, FigureFile] = {}
    if "stimuli" in found:
        frames: NDArray[np.uint8] = np.asarray(store.get(found["stimuli"]))
        made[f"stimuli-{name}"] = stimuli_figure(frames, levels)
    if "traces" in found:
        traces: NDArray[Any] = np.asarray(store.get(found["traces"]))
        window = trial.registration.hypothesis.prediction.window_s
        made[f"responses-{name}"] = responses_figure(traces, levels, rate, window)
    return made


def _evidence(trial: Trial, finding: Finding) -> FigureFile:
    values = arm_values(trial, trial.registration.main, "test")[: finding.stopped_at]
    support, refute = processes(values, finding.direction, finding.margin, finding.clip_bound)
    thresholds = (finding.threshold_support, finding.threshold_refute)
    return evidence_figure(values, support, refute, thresholds, finding.margin, finding.clip_bound)
