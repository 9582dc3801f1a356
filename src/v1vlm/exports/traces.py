"""Whole responses of single neurons, by showing draws of a study to its twin again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError
from v1vlm.journal import Trial
from v1vlm.stimuli import Draw
from v1vlm.study import StudyReader, same_twin
from v1vlm.twins import Twin


class Trace(NamedTuple):
    """Response (time,) of a neuron to a condition of a draw, in units of its reference."""

    draw: int
    condition: str
    neuron: int
    response: NDArray[np.float32]


def full_traces(study: StudyReader, n_draws: int) -> dict[str, list[Trace]]:
    """Responses to the first estimation draws of every main arm, by digest of the registration.

    Raises
    ------
    InputError
        If fewer than one draw is asked for, or the twin is not the one of the study.
    """
    if n_draws < 1:
        raise InputError(f"{n_draws} draws cannot be shown again.", "Give at least 1.")
    twin = same_twin(study.state)
    shown = [trial for trial in study.state.trials if len(trial.of("main", "estimate"))]
    return {trial.digest: list(_traces(study, trial, twin, n_draws)) for trial in shown}


def _traces(study: StudyReader, trial: Trial, twin: Twin, n_draws: int) -> Iterator[Trace]:
    main = trial.registration.main
    (contrast, draws), *_ = study.drawn(trial.registration.hypothesis.id)
    for number, draw in enumerate(draws[:n_draws]):
        frames = study.render(contrast, draw)
        neurons = _counted(study, trial, draw)
        if frames is None or not neurons.size:
            continue
        if frames.shape[1] == 1:
            lasts = study.screen.frames(contrast.duration_s)
            frames = np.broadcast_to(frames, (len(frames), lasts, *frames.shape[2:]))
        answered = twin.respond(frames, neurons=neurons, behaviour=main.behaviour).values
        scaled = answered / study.physiology["reference"][neurons][None, :, None]
        for k, level in enumerate(contrast.levels):
            for j, neuron in enumerate(neurons):
                yield Trace(number, level, int(neuron), scaled[k, j].astype(np.float32))


def _counted(study: StudyReader, trial: Trial, draw: Draw) -> NDArray[np.intp]:
    rule = trial.registration.main.rule
    if rule.prefers_within_deg is not None and draw.orientation_deg is None:
        return np.zeros(0, np.intp)
    place = draw.azimuth_deg, draw.elevation_deg
    return rule.select(study.physiology, *place, draw.orientation_deg)
