"""Recordings of an animal that is a twin with trial noise, as NWB files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from v1vlm.exports.sheet import Sheet
from v1vlm.records import rng_of
from v1vlm.twins import Twin

RATE_HZ = 10.0


def record(
    sheet: Sheet,
    twin: Twin,
    fields: dict[str, np.ndarray],
    path: Path,
    *,
    noise: float = 0.3,
    start: datetime = datetime(2030, 1, 1, tzinfo=UTC),
    keywords: tuple[str, ...] = ("calcium imaging",),
    drop: tuple[str, ...] = (),
    spikes: bool = False,
    seed: int = 1,
    subject: str = "",
) -> Path:
    """Show a sheet to a twin and write noisy responses, as an experimenter would."""
    import pynwb

    rng = rng_of("recording", seed)
    rows = sheet.presentations()
    means = _means(sheet, twin)
    n = twin.card.n_neurons
    samples = int((rows[-1]["onset_s"] + 5) * RATE_HZ)
    data = np.zeros((samples, n), np.float32)
    for row in rows:
        mean = means[row["frames"]]
        trial = np.maximum(mean, 0) * rng.gamma(1 / noise**2, noise**2, n) if noise else mean
        first = int(np.ceil(row["onset_s"] * RATE_HZ - 1e-9))
        data[first : first + max(round(row["duration_s"] * RATE_HZ), 1)] = trial
    file = pynwb.NWBFile(
        session_description="a recording",
        identifier="a recording",
        session_start_time=start,
        keywords=list(keywords),
    )
    if subject:
        file.subject = pynwb.file.Subject(subject_id=subject, description="an animal")
    file.add_time_intervals(_table(pynwb, rows, drop))
    if spikes:
        _add_units(file, data, fields)
    else:
        _add_rois(pynwb, file, data, fields)
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


def _means(sheet: Sheet, twin: Twin) -> dict[str, np.ndarray]:
    means = {}
    for shown in sheet.shown:
        frames = shown.frames
        if frames.shape[1] == 1:
            lasts = sheet.screen.frames(shown.duration_s)
            frames = np.broadcast_to(frames, (len(frames), lasts, *frames.shape[2:]))
        answered = twin.respond(frames).values.mean(axis=2)
        means |= {shown.name(k): answered[k] for k in range(len(answered))}
    return means


def _table(pynwb: Any, rows: list[dict[str, Any]], drop: tuple[str, ...]) -> Any:
    table = pynwb.epoch.TimeIntervals(name="presentations", description="what was shown")
    names = ("registration", "arm", "draw", "condition", "trial", "azimuth_deg", "elevation_deg")
    names = tuple(name for name in (*names, "stimulus") if name not in drop)
    for name in names:
        table.add_column(name=name, description=name)
    for row in rows:
        onset = row["onset_s"]
        values = {name: row[name] for name in names}
        table.add_interval(start_time=onset, stop_time=onset + row["duration_s"], **values)
    return table


def _add_rois(pynwb: Any, file: Any, data: np.ndarray, fields: dict[str, np.ndarray]) -> None:
    device = file.create_device(name="microscope")
    channel = pynwb.ophys.OpticalChannel(name="c", description="c", emission_lambda=500.0)
    plane = file.create_imaging_plane(
        name="plane",
        optical_channel=channel,
        description="plane",
        device=device,
        excitation_lambda=900.0,
        indicator="GCaMP6s",
        location="V1",
    )
    module = file.create_processing_module(name="ophys", description="responses")
    segmentation = pynwb.ophys.ImageSegmentation()
    module.add(segmentation)
    rois = segmentation.create_plane_segmentation(
        name="rois", description="neurons", imaging_plane=plane
    )
    for i in range(data.shape[1]):
        rois.add_roi(pixel_mask=[(i, i, 1.0)])
    for name, values in fields.items():
        rois.add_column(name=name, description=name, data=values)
    fluorescence = pynwb.ophys.Fluorescence()
    module.add(fluorescence)
    region = rois.create_roi_table_region(
        region=list(range(data.shape[1])), description="all neurons"
    )
    series = pynwb.ophys.RoiResponseSeries(
        name="deconvolved", data=data, rois=region, unit="a.u.", rate=RATE_HZ, starting_time=0.0
    )
    fluorescence.add_roi_response_series(series)


def _add_units(file: Any, data: np.ndarray, fields: dict[str, np.ndarray]) -> None:
    """Spike times, evenly spread within a sample, as many as the response times 20 says."""
    for name in fields:
        file.add_unit_column(name=name, description=name)
    for i in range(data.shape[1]):
        counts = np.round(data[:, i] * 20).astype(int)
        times = [
            (k + (np.arange(count) + 0.5) / count) / RATE_HZ
            for k, count in enumerate(counts)
            if count
        ]
        spikes = np.concatenate(times) if times else np.zeros(0)
        file.add_unit(spike_times=spikes, **{name: fields[name][i] for name in fields})
