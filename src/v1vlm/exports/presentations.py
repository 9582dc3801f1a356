"""Presentations and draws of a study as tables of an NWB file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.exports.parameters import flat_parameters
from v1vlm.exports.tables import shown_arms
from v1vlm.journal import Stage, Trial
from v1vlm.records import digest
from v1vlm.stimuli import Contrast, Draw, Stimulus
from v1vlm.study import StudyReader

GAP_S = 1.0
"""Grey between presentations, on the time line that the file lays them out on."""

Entries = tuple[NDArray[Any], NDArray[Any]]


class Shown(NamedTuple):
    """The draws of one contrast in one arm at one stage.

    Attributes
    ----------
    part : {"main", "control"}
        Whether the contrast is the claim's own or, in an arm that expects the effect absent, the
        control's; responses are in the blob ``features`` or ``control_features``.
    n_frames : int
        Of every presentation; one is static.
    duration_s : float
        Of every presentation.
    """

    trial: Trial
    arm: str
    stage: Stage
    part: str
    contrast: Contrast
    draws: list[Draw]
    n_frames: int
    duration_s: float

    @property
    def n(self) -> int:
        """Number of presentations."""
        return len(self.draws) * len(self.contrast.families)


def shown_in(study: StudyReader, trial: Trial) -> Iterator[Shown]:
    """What was shown of a trial to the twin of the study, in order.

    Replications were shown to other subjects, whose neurons are no part of the file.
    """
    name = trial.registration.hypothesis.id
    rate = study.screen.frame_rate_hz
    elsewhere = {arm.id for arm in trial.registration.replications}
    for arm, stage in shown_arms(trial):
        if arm in elsewhere:
            continue
        drawn = study.drawn(name, arm, stage)
        for part, (contrast, draws) in zip(("main", "control"), drawn, strict=False):
            frames = (study.render(contrast, draw) for draw in draws)
            n_frames = next((f.shape[1] for f in frames if f is not None), 1)
            still = n_frames == 1
            lasts = study.screen.frames(contrast.duration_s) if still else n_frames
            yield Shown(trial, arm, stage, part, contrast, draws, n_frames, lasts / rate)


def _entries(study: StudyReader, block: Shown, name: str) -> Iterator[Entries]:
    """Per draw the neurons that count and their features (neuron, feature)."""
    for chunk in block.trial.of(block.arm, block.stage).chunks:
        features, index, offsets = (
            np.asarray(study.store.get(chunk["blobs"][key])) for key in (name, "index", "offsets")
        )
        for start, stop in pairwise(offsets):
            yield index[start:stop], features[start:stop]


def _blob_of(block: Shown) -> str:
    return "features" if block.part == "main" else "control_features"


def _members(block: Shown) -> tuple[int, ...] | None:
    """Features that hold the mean response to each condition; None where none do."""
    name = block.trial.registration.hypothesis.prediction.measure
    return measure(name).members if name.partition(":")[0] in measure_names() else None


def presentations(
    pynwb: Any, study: StudyReader, shown: Sequence[Shown], template: Any, neurons: Any
) -> Any:
    """One row per presentation: what, when, where, with every parameter, and the responses."""
    reference = pynwb.base.TimeSeriesReference
    rows: list[dict[str, Any]] = []
    answered: list[Entries] = []
    start, first = 0.0, 0
    for block in shown:
        members = _members(block)
        entries = _entries(study, block, _blob_of(block))
        for i, (draw, (index, features)) in enumerate(zip(block.draws, entries, strict=True)):
            for k, stimulus in enumerate(draw.stimuli):
                rows.append(
                    {
                        "start_time": start,
                        "stop_time": start + block.duration_s,
                        **_presented(block, i, k, draw, stimulus),
                        "timeseries": reference(first, block.n_frames, template),
                    }
                )
                start += block.duration_s + GAP_S
                first += block.n_frames
                empty = index[:0], features[:0, 0]
                answered.append(empty if members is None else (index, features[:, members[k]]))
    return _intervals(pynwb, rows, answered, neurons)


def _presented(block: Shown, i: int, k: int, draw: Draw, stimulus: Stimulus) -> dict[str, Any]:
    registration = block.trial.registration
    arm = next(a for a in registration.arms if a.id == block.arm)
    nan = float("nan")
    return {
        "hypothesis": registration.hypothesis.id,
        "registration": block.trial.digest,
        "arm": block.arm,
        "contrast": block.part,
        "stage": block.stage,
        "draw": i,
        "seed": str(draw.seed),
        "condition": block.contrast.levels[k],
        "condition_index": k,
        "behaviour": arm.behaviour,
        "centre_azimuth_deg": draw.azimuth_deg,
        "centre_elevation_deg": draw.elevation_deg,
        "shared_orientation_deg": nan if draw.orientation_deg is None else draw.orientation_deg,
        "source": draw.source or "",
        "stimulus_digest": digest(stimulus),
        "matching": block.contrast.matching.model_dump_json().translate(_PLAIN),
        **flat_parameters(stimulus),
    }


_PLAIN = str.maketrans({"{": "", "}": "", '"': ""})
"""Inspectors take braces for a dictionary that was written as text."""

MEANINGS = {
    "start_time": "onset, seconds",
    "stop_time": "offset, seconds",
    "hypothesis": "id of the registered hypothesis",
    "registration": "SHA-256 of the registration, which seeds its draws",
    "arm": "main, or the id of a control arm",
    "contrast": "main: the claim's own contrast; control: the one it is compared with",
    "stage": "test: the verdict was taken on these draws; estimate: the effect was estimated",
    "draw": "number of the draw in its arm and stage; members of one draw share it",
    "seed": "seed of the draw, an unsigned integer of 64 bits",
    "condition": "level of the contrast's factor",
    "condition_index": "its place among the levels, from 0",
    "behaviour": "state of the twin's animal",
    "centre_azimuth_deg": "centre of the stimulus, azimuth, degrees",
    "centre_elevation_deg": "centre of the stimulus, elevation, degrees",
    "shared_orientation_deg": "orientation at the centre of every member; NaN: none",
    "source": "photograph or other source; empty: none",
    "stimulus_digest": "SHA-256 of the stimulus as a record",
    "matching": "how the members of a draw were matched",
}


def _intervals(
    pynwb: Any, rows: list[dict[str, Any]], answered: Sequence[Entries], neurons: Any
) -> Any:
    core = pynwb.core

    def column(name: str) -> Any:
        meaning = MEANINGS.get(name, f"parameter {name[9:]!r} of the stimulus")
        return core.VectorData(
            name=name, description=meaning, data=column_of([row.get(name) for row in rows])
        )

    frames = pynwb.base.TimeSeriesReferenceVectorData(
        name="timeseries",
        description="frames of the presentation among the stimulus templates",
        data=[row["timeseries"] for row in rows],
    )
    counted = core.DynamicTableRegion(
        name="neurons",
        description="neurons that count for the draw, rows of the table of neurons",
        data=np.concatenate([index for index, _ in answered]),
        table=neurons,
    )
    response = core.VectorData(
        name="response",
        description=(
            "simulated mean response of each of these neurons in the registered window, rectified, "
            "in units of its reference response; none where the measure keeps no such mean"
        ),
        data=np.concatenate([values for _, values in answered]),
    )
    ends = np.cumsum([len(index) for index, _ in answered])
    names = [name for name in dict.fromkeys(n for row in rows for n in row) if name != "timeseries"]
    ragged = {"timeseries": frames, "neurons": counted, "response": response}
    indices = [
        core.VectorIndex(
            name=f"{name}_index",
            data=np.arange(1, len(rows) + 1) if name == "timeseries" else ends,
            target=target,
        )
        for name, target in ragged.items()
    ]
    return pynwb.epoch.TimeIntervals(
        name="presentations",
        description=(
            "Every stimulus of the study with all its parameters (stimulus_…; NaN or empty where "
            "a kind has none of the name) and the simulated responses to it."
        ),
        columns=[*map(column, names), *ragged.values(), *indices],
        colnames=[*names, *ragged],
    )


def column_of(values: list[Any]) -> list[Any] | NDArray[Any]:
    """One type for a column: numbers with NaN, or text."""
    if all(value is None or isinstance(value, bool | int | float) for value in values):
        if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return np.array(values, np.int64)
        return np.array([np.nan if value is None else float(value) for value in values])
    return ["" if value is None else str(value) for value in values]


def draws_table(pynwb: Any, study: StudyReader, shown: Sequence[Shown], neurons: Any) -> Any:
    """One row per draw: its score, and the summaries that the score follows from."""
    rows: list[dict[str, Any]] = []
    kept: list[Entries] = []
    for block in shown:
        draws = block.trial.of(block.arm, block.stage)
        scores = draws.scores if block.part == "main" else draws.control_scores
        entries = _entries(study, block, _blob_of(block))
        for i, (score, entry) in enumerate(zip(scores, entries, strict=True)):
            rows.append(
                {
                    "hypothesis": block.trial.registration.hypothesis.id,
                    "arm": block.arm,
                    "contrast": block.part,
                    "stage": block.stage,
                    "draw": i,
                    "score": np.nan if score is None else score,
                    "n_neurons": draws.n_neurons[i],
                }
            )
            kept.append(entry)
    table = pynwb.core.DynamicTable(
        name="draws",
        description="Every draw: the measure, and per neuron the features it is computed from.",
        id=np.arange(len(rows)),
    )
    for name in rows[0]:
        meaning = MEANINGS.get(name, {"score": "the measure, unclipped; NaN: invalid"}.get(name))
        table.add_column(
            name=name,
            description=meaning or "neurons that count",
            data=column_of([row[name] for row in rows]),
        )
    ends = np.cumsum([len(index) for index, _ in kept])
    table.add_column(
        name="neurons",
        description="neurons that count, rows of the table of neurons",
        data=np.concatenate([index for index, _ in kept]),
        index=ends,
        table=neurons,
    )
    for k in range(max(features.shape[1] for _, features in kept)):
        data = [
            features[:, k] if k < features.shape[1] else np.full(len(features), np.nan)
            for _, features in kept
        ]
        table.add_column(
            name=f"feature_{k}",
            description=f"feature {k} of the measure, per neuron; NaN: the measure has fewer",
            data=np.concatenate(data),
            index=ends,
        )
    return table
