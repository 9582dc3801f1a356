"""A study as NWB: stimuli as shown, draws with all parameters, simulated responses, neurons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import COLUMNS
from v1vlm.errors import InputError
from v1vlm.exports.opening import written_whole
from v1vlm.exports.presentations import (
    MEANINGS,
    Shown,
    column_of,
    draws_table,
    presentations,
    shown_in,
)
from v1vlm.exports.tables import positions_um
from v1vlm.exports.traces import Trace, full_traces
from v1vlm.fetching import needed
from v1vlm.journal import Trial, parse_log
from v1vlm.records import seed_of
from v1vlm.rig import LEAD_S
from v1vlm.study import StudyReader

DESCRIPTION = (
    "Simulated: an in-silico study on a digital twin of primary visual cortex. No animal took "
    "part. Times lay the presentations out one after another; the twin is reset before each."
)


def write_nwb(study: StudyReader, target: Path, traces: int = 0) -> None:
    """Write one NWB file.

    Equal studies with equal times in their journals give equal files: object ids and the time
    of creation come from the journal.

    Parameters
    ----------
    traces : int
        Estimation draws of each hypothesis that are shown to the twin again, to export the
        whole response of every neuron that counts; this alone loads the twin that the study
        names.
    """
    pynwb = needed("pynwb", "nwb")
    if target.suffix != ".nwb":
        raise InputError(f"{str(target)!r} is no name for NWB.", "End it in .nwb.")
    answered = full_traces(study, traces) if traces else {}
    with written_whole(target) as path:
        file = _file(pynwb, study)
        shown = [block for trial in study.state.trials for block in shown_in(study, trial)]
        neurons = _neurons(pynwb, study)
        module = file.create_processing_module(
            name="simulated", description="Neurons of the digital twin and their responses."
        )
        module.add(neurons)
        if shown:
            template = _template(pynwb, study, shown)
            file.add_stimulus_template(template)
            file.add_time_intervals(presentations(pynwb, study, shown, template, neurons))
            module.add(draws_table(pynwb, study, shown, neurons))
        for trial in study.state.trials:
            _add_exemplars(pynwb, study, trial, module, neurons)
            if trial.digest in answered:
                module.add(_traces(pynwb, study, trial, answered[trial.digest], neurons))
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


def _template(pynwb: Any, study: StudyReader, shown: Sequence[Shown]) -> Any:
    """Frames of all presentations one after another, rendered while they are written."""
    screen = study.screen

    def frames() -> Iterator[NDArray[np.uint8]]:
        for block in shown:
            each = len(block.contrast.families)
            grey = np.full((each, block.n_frames, *screen.shape), screen.grey, np.uint8)
            for draw in block.draws:
                rendered = study.render(block.contrast, draw)
                yield from (grey if rendered is None else rendered).reshape(-1, *screen.shape)

    hdmf = needed("hdmf.data_utils", "nwb")
    io = needed("hdmf.backends.hdf5.h5_utils", "nwb")
    lazy = hdmf.DataChunkIterator(
        data=frames(),
        maxshape=(sum(block.n * block.n_frames for block in shown), *screen.shape),
        dtype=np.dtype(np.uint8),
        buffer_size=64,
    )
    return pynwb.image.OpticalSeries(
        name="stimuli",
        description=(
            f"Frames as shown, those of one presentation after those of another, grey levels 0–255 "
            f"about {screen.grey}; a single frame stands for the whole presentation. The column "
            "timeseries of the presentations says which frames are whose."
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
    table.add_column(name="condition", description=MEANINGS["condition"], data=chosen)
    parity = np.where(half == 0, "even", "odd").tolist()
    table.add_column(name="draws", description="even or odd exemplar draws", data=parity)
    table.add_column(
        name="waveform", description="units of the reference response", data=waves[counted]
    )
    module.add(table)


def _traces(
    pynwb: Any, study: StudyReader, trial: Trial, rows: Sequence[Trace], neurons: Any
) -> Any:
    """One row per draw, condition and neuron, with the response in every frame."""
    rate = float(study.screen.frame_rate_hz)
    name = trial.registration.hypothesis.id
    table = pynwb.core.DynamicTable(
        name=f"{name}_full_traces",
        description=(
            f"Simulated responses to the first draws of the estimate, shown again, {rate:g} "
            "samples per second from onset, in units of the reference response."
        ),
        id=np.arange(len(rows)),
    )
    for column in ("draw", "condition"):
        data = column_of([getattr(row, column) for row in rows])
        table.add_column(name=column, description=MEANINGS[column], data=data)
    table.add_column(
        name="neuron",
        description="row of the table of neurons",
        data=np.array([row.neuron for row in rows], np.int64),
        table=neurons,
    )
    table.add_column(
        name="response",
        description="units of the reference response",
        data=np.stack([row.response for row in rows]),
    )
    return table


def _findings(pynwb: Any, study: StudyReader) -> Any:
    findings = study.findings
    table = pynwb.core.DynamicTable(
        name="findings",
        description="What the statistics say of every registration.",
        id=np.arange(len(findings)),
    )
    for name in _OF_FINDINGS:
        data = column_of([getattr(finding, name) for finding in findings])
        column = "hypothesis" if name == "id" else name
        table.add_column(name=column, description=f"{name} of the finding", data=data)
    return table


_OF_FINDINGS = (
    *("id", "registration", "title", "statement", "measure", "direction", "margin", "estimate"),
    *("e_value", "e_refute", "stopped_at", "n_draws", "n_neurons", "verdict", "reason"),
    *("controls_verdict", "level"),
)


def _fix_identities(file: Any, study: str) -> None:
    """Give every object an id that follows from the study and the object's place in the file."""
    for container in (file, *file.all_children()):
        parts, parent = [], container
        while parent is not None:
            parts.append(f"{type(parent).__name__} {parent.name}")
            parent = parent.parent
        bits = (seed_of(study, "object", parts) << 64) | seed_of(study, "object 2", parts)
        container._AbstractContainer__object_id = str(UUID(int=bits, version=4))
