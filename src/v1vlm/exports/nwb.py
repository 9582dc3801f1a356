"""A study as NWB: stimuli as shown, every draw with its parameters, simulated responses, neurons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.analysis.neurons import COLUMNS
from v1vlm.exports.opening import library, written_whole
from v1vlm.exports.parameters import flat_parameters
from v1vlm.exports.tables import positions_um, shown_arms
from v1vlm.journal import Stage, Trial, parse_log
from v1vlm.records import digest, seed_of
from v1vlm.rig import LEAD_S
from v1vlm.stimuli import Contrast, Draw, Stimulus
from v1vlm.study import StudyReader

GAP_S = 1.0
"""Grey between presentations, on the time line that the file lays them out on."""

DESCRIPTION = (
    "Simulated: an in-silico study on a digital twin of primary visual cortex. No animal took "
    "part. Times lay the presentations out one after another; the twin is reset before each."
)

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
    def name(self) -> str:
        """Name of its stimulus template."""
        arm = self.arm if self.part == "main" else f"{self.arm}-{self.part}"
        if self.part == "main" and self.contrast != self.trial.registration.main.contrast:
            arm = self.arm
        return f"{self.trial.registration.hypothesis.id}_{arm}_{self.stage}"

    @property
    def n(self) -> int:
        """Number of presentations."""
        return len(self.draws) * len(self.contrast.families)


def write_nwb(study: StudyReader, target: Path) -> None:
    """Write one NWB file.

    Equal studies with equal times in their journals give equal files: object ids and the time
    of creation come from the journal.
    """
    pynwb = library("pynwb", "nwb")
    with written_whole(target) as path:
        file = _file(pynwb, study)
        shown = [block for trial in study.state.trials for block in _shown(study, trial)]
        neurons = _neurons(pynwb, study)
        module = file.create_processing_module(
            name="simulated", description="Neurons of the digital twin and their responses."
        )
        module.add(neurons)
        if shown:
            templates = [_template(pynwb, study, block) for block in shown]
            for template in templates:
                file.add_stimulus_template(template)
            file.add_time_intervals(_presentations(pynwb, study, shown, templates, neurons))
            module.add(_draws(pynwb, study, shown, neurons))
        for trial in study.state.trials:
            _add_exemplars(pynwb, study, trial, module, neurons)
        if study.findings:
            module.add(_findings(pynwb, study))
        _fix_identities(file, study.state.study)
        with pynwb.NWBHDF5IO(str(path), mode="w") as io:
            io.write(file)


def _file(pynwb: Any, study: StudyReader) -> Any:
    state = study.state
    began = datetime.fromisoformat(parse_log(study.store.lines())[0].time)
    twin = state.twin
    return pynwb.NWBFile(
        session_description=DESCRIPTION,
        identifier=state.study,
        session_start_time=began,
        file_create_date=began,
        keywords=["simulated", "digital twin", "primary visual cortex", "visual stimuli"],
        experiment_description=(
            f"Twin {twin['name']} ({twin['species']}, {twin['area']}), digest {twin['digest']}; "
            f"text {state.spec.context_digest}; seed {state.spec.seed}."
        ),
        source_script=f"v1vlm {state.versions['v1vlm']}",
        source_script_file_name="v1vlm export",
        notes="; ".join(f"{name} {version}" for name, version in sorted(state.versions.items())),
    )


def _shown(study: StudyReader, trial: Trial) -> Iterator[Shown]:
    name = trial.registration.hypothesis.id
    rate = study.screen.frame_rate_hz
    for arm, stage in shown_arms(trial):
        drawn = study.drawn(name, arm, stage)
        for part, (contrast, draws) in zip(("main", "control"), drawn, strict=False):
            frames = (study.render(contrast, draw) for draw in draws)
            n_frames = next((f.shape[1] for f in frames if f is not None), 1)
            still = n_frames == 1
            lasts = study.screen.frames(contrast.duration_s) if still else n_frames
            yield Shown(trial, arm, stage, part, contrast, draws, n_frames, lasts / rate)


def _template(pynwb: Any, study: StudyReader, block: Shown) -> Any:
    """Frames of all presentations one after another, rendered while they are written."""
    screen = study.screen
    each = len(block.contrast.families)
    grey = np.full((each, block.n_frames, *screen.shape), screen.grey, np.uint8)

    def frames() -> Iterator[NDArray[np.uint8]]:
        for draw in block.draws:
            rendered = study.render(block.contrast, draw)
            yield from (grey if rendered is None else rendered).reshape(-1, *screen.shape)

    hdmf = library("hdmf.data_utils", "nwb")
    io = library("hdmf.backends.hdf5.h5_utils", "nwb")
    lazy = hdmf.DataChunkIterator(
        data=frames(),
        maxshape=(block.n * block.n_frames, *screen.shape),
        dtype=np.dtype(np.uint8),
        buffer_size=64,
    )
    return pynwb.image.OpticalSeries(
        name=block.name,
        description=(
            f"Frames as shown, {block.n_frames} per presentation ({block.contrast.factor}), grey "
            f"levels 0–255 about {screen.grey}; a single frame stands for the whole presentation."
        ),
        data=io.H5DataIO(data=lazy, compression="gzip", chunks=(16, *screen.shape)),
        unit="n.a.",
        format="raw",
        # In metres, as the format asks.
        distance=screen.distance_cm / 100,
        field_of_view=[screen.width_cm / 100, screen.height_cm / 100],
        orientation="flat monitor at right angles to the line of sight through its centre; "
        "rows from top to bottom, columns from left to right as the animal sees it",
        starting_time=0.0,
        rate=float(screen.frame_rate_hz),
    )


def _neurons(pynwb: Any, study: StudyReader) -> Any:
    physiology, position = study.physiology, positions_um(study)
    table = pynwb.core.DynamicTable(
        name="neurons",
        description=(
            "Every neuron of the twin: its place in cortex and what the laboratory measured. NaN: "
            "not measurable."
        ),
        id=np.arange(len(physiology)),
    )
    for k, axis in enumerate(("x", "y", "depth")):
        if np.isfinite(position[:, k]).any():
            what = "depth below the surface" if axis == "depth" else f"{axis} in cortex"
            table.add_column(
                name=f"{axis}_um", description=f"{what}, micrometres", data=position[:, k]
            )
    for name, meaning in COLUMNS.items():
        if np.isfinite(physiology[name]).any():
            table.add_column(name=name, description=meaning, data=physiology[name])
    half = np.where(physiology.half_b, "B", "A").tolist()
    table.add_column(name="half", description="A explores, B confirms", data=half)
    return table


def _entries(study: StudyReader, block: Shown, name: str) -> Iterator[Entries]:
    """Per draw the neurons that count and their features (neuron, feature)."""
    for chunk in block.trial.of(block.arm, block.stage).chunks:
        features, index, offsets = (
            np.asarray(study.store.get(chunk["blobs"][key])) for key in (name, "index", "offsets")
        )
        for start, stop in zip(offsets[:-1], offsets[1:], strict=True):
            yield index[start:stop], features[start:stop]


def _blob_of(block: Shown) -> str:
    return "features" if block.part == "main" else "control_features"


def _members(block: Shown) -> tuple[int, ...] | None:
    """Features that hold the mean response to each condition; None where none do."""
    name = block.trial.registration.hypothesis.prediction.measure
    return measure(name).members if name.partition(":")[0] in measure_names() else None


def _presentations(
    pynwb: Any, study: StudyReader, shown: Sequence[Shown], templates: Sequence[Any], neurons: Any
) -> Any:
    """One row per presentation: what, when, where, with every parameter, and the responses."""
    reference = pynwb.base.TimeSeriesReference
    rows: list[dict[str, Any]] = []
    answered: list[Entries] = []
    start = 0.0
    for block, template in zip(shown, templates, strict=True):
        members = _members(block)
        entries = _entries(study, block, _blob_of(block))
        for i, (draw, (index, features)) in enumerate(zip(block.draws, entries, strict=True)):
            for k, stimulus in enumerate(draw.stimuli):
                first = (i * len(draw.stimuli) + k) * block.n_frames
                rows.append(
                    {
                        "start_time": start,
                        "stop_time": start + block.duration_s,
                        **_presented(study, block, i, k, draw, stimulus),
                        "timeseries": reference(first, block.n_frames, template),
                    }
                )
                start += block.duration_s + GAP_S
                empty = index[:0], features[:0, 0]
                answered.append(empty if members is None else (index, features[:, members[k]]))
    return _intervals(pynwb, rows, answered, neurons)


def _presented(
    study: StudyReader, block: Shown, i: int, k: int, draw: Draw, stimulus: Stimulus
) -> dict[str, Any]:
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

_MEANINGS = {
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
        meaning = _MEANINGS.get(name, f"parameter {name[9:]!r} of the stimulus")
        return core.VectorData(
            name=name, description=meaning, data=_column([row.get(name) for row in rows])
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


def _column(values: list[Any]) -> list[Any] | NDArray[Any]:
    """One type for a column: numbers with NaN, or text."""
    if all(value is None or isinstance(value, bool | int | float) for value in values):
        if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return np.array(values, np.int64)
        return np.array([np.nan if value is None else float(value) for value in values])
    return ["" if value is None else str(value) for value in values]


def _draws(pynwb: Any, study: StudyReader, shown: Sequence[Shown], neurons: Any) -> Any:
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
        meaning = _MEANINGS.get(name, {"score": "the measure, unclipped; NaN: invalid"}.get(name))
        table.add_column(
            name=name,
            description=meaning or "neurons that count",
            data=_column([row[name] for row in rows]),
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


def _add_exemplars(pynwb: Any, study: StudyReader, trial: Trial, module: Any, neurons: Any) -> None:
    """Add population traces and single-neuron waveforms of the exemplar draws, where kept."""
    chunks = trial.of("main", "estimate").chunks
    if not chunks or "traces" not in chunks[0]["blobs"]:
        return
    name, levels = trial.registration.hypothesis.id, trial.registration.main.contrast.levels
    rate, blobs = float(study.screen.frame_rate_hz), chunks[0]["blobs"]
    conditions = ", ".join(levels)
    traces = np.moveaxis(np.asarray(study.store.get(blobs["traces"])), 2, 0)
    module.add(
        pynwb.TimeSeries(
            name=f"{name}_traces",
            description=(
                f"Simulated: (time, draw, condition), mean over the neurons that count, of the "
                f"first estimation draws; conditions: {conditions}. Onset is at {LEAD_S:g} s; grey "
                "before it and after offset."
            ),
            data=traces,
            unit="reference response",
            starting_time=0.0,
            rate=rate,
        )
    )
    waves = np.asarray(study.store.get(blobs["waveforms"]))
    index = np.asarray(study.store.get(blobs["waveform_neurons"]))
    counted = np.isfinite(waves).all(axis=3)
    half, condition, neuron = np.nonzero(counted)
    table = pynwb.core.DynamicTable(
        name=f"{name}_waveforms",
        description=(
            f"Simulated mean response over time of single neurons, {rate:g} samples per second "
            f"from {-LEAD_S:g} s before onset, over the even and over the odd exemplar draws."
        ),
        id=np.arange(len(neuron)),
    )
    table.add_column(
        name="neuron",
        description="row of the table of neurons",
        data=index[neuron].astype(np.int64),
        table=neurons,
    )
    chosen = [levels[k] for k in condition]
    table.add_column(name="condition", description=_MEANINGS["condition"], data=chosen)
    parity = np.where(half == 0, "even", "odd").tolist()
    table.add_column(name="draws", description="even or odd exemplar draws", data=parity)
    table.add_column(
        name="waveform", description="units of the reference response", data=waves[counted]
    )
    module.add(table)


def _findings(pynwb: Any, study: StudyReader) -> Any:
    findings = study.findings
    table = pynwb.core.DynamicTable(
        name="findings",
        description="What the statistics say of every registration.",
        id=np.arange(len(findings)),
    )
    wanted = ("id", "registration", "title", "statement", "measure", "direction", "margin")
    wanted += ("estimate", "e_value", "e_refute", "stopped_at", "n_draws", "n_neurons")
    wanted += ("verdict", "reason", "controls_verdict", "level")
    for name in wanted:
        data = _column([getattr(finding, name) for finding in findings])
        column = "hypothesis" if name == "id" else name
        table.add_column(name=column, description=f"{name} of the finding", data=data)
    return table


def _fix_identities(file: Any, study: str) -> None:
    """Give every object an id that follows from the study and the object's place in the file."""
    for container in (file, *file.all_children()):
        parts, parent = [], container
        while parent is not None:
            parts.append(f"{type(parent).__name__} {parent.name}")
            parent = parent.parent
        bits = (seed_of(study, "object", parts) << 64) | seed_of(study, "object 2", parts)
        container._AbstractContainer__object_id = str(UUID(int=bits, version=4))
