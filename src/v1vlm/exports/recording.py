"""Recorded responses from an NWB file, read as data: nothing in the file is executed or followed.

The convention (docs/settle.md): a table of intervals with one row per presentation, columns
``start_time``, ``registration``, ``draw``, ``condition``, ``trial``, ``azimuth_deg``,
``elevation_deg``, where controls were shown ``arm``, and for L5 ``stimulus``; and either a
RoiResponseSeries or a Units table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError
from v1vlm.fetching import needed

Float = NDArray[np.float64]

TABLE = ("start_time", "registration", "draw", "condition", "trial", "azimuth_deg", "elevation_deg")
FIELDS = ("rf_azimuth_deg", "rf_elevation_deg", "orientation_deg", "gosi", "quality", "reference")
OPTIONAL = ("arm", "stimulus")
NUMERIC = ("start_time", "draw", "condition", "trial", "azimuth_deg", "elevation_deg")
ROWS_MAX = 10_000_000
NEURONS_MAX = 200_000
SPIKES_MAX = 500_000_000


@dataclass(frozen=True)
class Recording:
    """One recording session.

    Attributes
    ----------
    session_start : str
        ISO 8601.
    simulated : bool
        The file's keywords say that its responses are.
    subject : str
        What the file calls the animal; empty if it does not.
    presentations : dict of str to array (presentation,)
        Columns of the table, in order of onset.
    fields : dict of str to array (neuron,)
        What was measured of the neurons, those of `FIELDS` that the file has.
    """

    path: Path
    session_start: str
    simulated: bool
    subject: str
    presentations: dict[str, NDArray[Any]]
    fields: dict[str, Float]
    n_neurons: int
    responses_in: Any

    def responses(self, window_s: tuple[float, float]) -> Float:
        """Mean response (presentation, neuron) in a window from onset; NaN where not recorded."""
        return np.asarray(self.responses_in(self.presentations["start_time"], window_s))


@contextmanager
def read_recording(path: Path, series: str | None = None) -> Iterator[Recording]:
    """Open a recording.

    Parameters
    ----------
    series : str, optional
        Name of the RoiResponseSeries, or ``units``; needed where there are several.

    Raises
    ------
    InputError
        If the file is no NWB file, keeps another convention, or leads out of itself.
    """
    h5py = needed("h5py", "nwb")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        what = "does not exist" if not path.exists() else "is no NWB file (HDF5)"
        raise InputError(f"{str(path)!r} {what}.", "Name the recording's .nwb file.") from error
    with file:
        try:
            yield _read(file, path, series, _Inside(h5py))
        except InputError:
            raise
        except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
            raise InputError(
                f"{str(path)!r} cannot be read as a recording: {error!r}.",
                "See docs/settle.md for what the file must hold; pynwb validates it.",
            ) from error


class _Inside:
    """Finds things in a file without leaving it: no external links, no data in other files."""

    def __init__(self, h5py: Any) -> None:
        self.h5py = h5py

    def get(self, group: Any, name: str) -> Any:
        """A member of a group, or None."""
        for part in name.split("/"):
            link = group.get(part, getlink=True)
            if link is None:
                return None
            if isinstance(link, self.h5py.ExternalLink):
                raise InputError(
                    f"{part!r} in the recording is a link to another file.",
                    "Copy what it leads to into the file.",
                )
            group = group[part]
        if isinstance(group, self.h5py.Dataset) and (group.external or group.is_virtual):
            raise InputError(
                f"{name!r} in the recording keeps its data in another file.",
                "Write the data into the file itself.",
            )
        return group

    def walk(self, group: Any) -> Iterator[Any]:
        """All groups below a group."""
        for name in group:
            member = self.get(group, name)
            if isinstance(member, self.h5py.Group):
                yield member
                yield from self.walk(member)


def _read(file: Any, path: Path, series: str | None, inside: _Inside) -> Recording:
    start = inside.get(file, "session_start_time")
    if start is None:
        raise InputError(f"{str(path)!r} is no NWB file.", "It has no session_start_time.")
    keywords = inside.get(file, "general/keywords")
    words = (
        [] if keywords is None else [_text(word).lower() for word in np.atleast_1d(keywords[()])]
    )
    subject = inside.get(file, "general/subject/subject_id")
    table = _table(file, inside)
    kind, found = _series(file, inside, series)
    reader, neurons, n_neurons = (_units if kind == "units" else _rois)(file, found, inside)
    fields = {} if neurons is None else _fields(neurons, n_neurons, inside)
    return Recording(
        path=path,
        session_start=_text(start[()]),
        simulated="simulated" in words,
        subject="" if subject is None else _text(subject[()])[:100],
        presentations=table,
        fields=fields,
        n_neurons=n_neurons,
        responses_in=reader,
    )


def _table(file: Any, inside: _Inside) -> dict[str, NDArray[Any]]:
    intervals = inside.get(file, "intervals")
    names = [] if intervals is None else list(intervals)
    for name in names:
        group = inside.get(intervals, name)
        columns = {column: inside.get(group, column) for column in (*TABLE, *OPTIONAL)}
        if any(columns[column] is None for column in TABLE):
            continue
        lengths = {len(data) for data in columns.values() if data is not None}
        if len(lengths) != 1 or max(lengths) > ROWS_MAX:
            raise InputError(
                f"The columns of intervals/{name} have {sorted(lengths)} rows.",
                "Give every presentation one row.",
            )
        order = np.argsort(np.asarray(columns["start_time"][()], np.float64), kind="stable")
        return {
            column: _values(data, numeric=column in NUMERIC)[order]
            for column, data in columns.items()
            if data is not None
        }
    raise InputError(
        "No table of intervals has the columns "
        f"{', '.join(TABLE)} (there are: {', '.join(names) or 'none'}).",
        "Copy them from presentations.csv of the sheet; start_time is when it was shown.",
    )


def _values(data: Any, *, numeric: bool) -> NDArray[Any]:
    values = data[()]
    if numeric:
        return np.asarray(values, np.float64)
    return np.array([_text(value) for value in values], dtype=object)


def _series(file: Any, inside: _Inside, wanted: str | None) -> tuple[str, Any]:
    found: dict[str, Any] = {}
    for root in ("processing", "acquisition"):
        group = inside.get(file, root)
        for member in [] if group is None else inside.walk(group):
            if _text(member.attrs.get("neurodata_type", "")) == "RoiResponseSeries":
                found[member.name.rpartition("/")[2]] = member
    units = inside.get(file, "units")
    if units is not None and inside.get(units, "spike_times") is not None:
        found["units"] = units
    if wanted is not None and wanted not in found:
        raise InputError(
            f"The recording has no responses {wanted!r}.", f"It has: {', '.join(found) or 'none'}."
        )
    if wanted is None and len(found) != 1:
        raise InputError(
            f"The recording has {len(found)} sets of responses ({', '.join(found) or 'none'}).",
            "Name one: --series NAME.",
        )
    name = wanted if wanted is not None else next(iter(found))
    return ("units" if name == "units" else "rois"), found[name]


def _rois(file: Any, series: Any, inside: _Inside) -> tuple[Any, Any, int]:
    data = inside.get(series, "data")
    if data is None or data.ndim != 2 or data.shape[1] > NEURONS_MAX:
        raise InputError("The responses are not (time, neuron).", "See docs/settle.md.")
    stamps, starting = inside.get(series, "timestamps"), inside.get(series, "starting_time")
    if stamps is not None:
        times = np.asarray(stamps[()], np.float64)
    else:
        rate = float(starting.attrs["rate"])
        times = float(starting[()]) + np.arange(data.shape[0]) / rate
    if len(times) != data.shape[0] or np.any(np.diff(times) <= 0):
        raise InputError("The times of the responses do not increase.", "Give one per row of data.")
    rois = inside.get(series, "rois")
    table = None
    if rois is not None and "table" in rois.attrs:
        table = file[rois.attrs["table"]]
    chosen = None if rois is None else np.asarray(rois[()], np.int64)

    def responses(onsets: Float, window_s: tuple[float, float]) -> Float:
        out = np.full((len(onsets), data.shape[1]), np.nan)
        first = np.searchsorted(times, onsets + window_s[0], "left")
        last = np.searchsorted(times, onsets + window_s[1], "left")
        for i, (start, stop) in enumerate(zip(first, last, strict=True)):
            # A window that the recording does not span to its end was not recorded.
            if stop > start and (stop < len(times) or times[-1] >= onsets[i] + window_s[1] * 0.9):
                out[i] = np.asarray(data[start:stop], np.float64).mean(axis=0)
        return out

    return responses, None if table is None else (table, chosen), data.shape[1]


def _units(_: Any, units: Any, inside: _Inside) -> tuple[Any, Any, int]:
    spikes, index = inside.get(units, "spike_times"), inside.get(units, "spike_times_index")
    if index is None or len(index) > NEURONS_MAX or len(spikes) > SPIKES_MAX:
        raise InputError("The spike times have no index, or are too many.", "See docs/settle.md.")
    ends = np.asarray(index[()], np.int64)
    times = np.split(np.asarray(spikes[()], np.float64), ends[:-1])
    last = max((float(t[-1]) for t in times if len(t)), default=-np.inf)

    def responses(onsets: Float, window_s: tuple[float, float]) -> Float:
        starts, stops = onsets + window_s[0], onsets + window_s[1]
        out = np.empty((len(onsets), len(times)))
        for k, of_unit in enumerate(times):
            counts = np.searchsorted(of_unit, stops) - np.searchsorted(of_unit, starts)
            out[:, k] = counts / (window_s[1] - window_s[0])
        out[starts > last] = np.nan
        return out

    return responses, (units, None), len(ends)


def _fields(neurons: Any, n: int, inside: _Inside) -> dict[str, Float]:
    table, chosen = neurons
    fields = {}
    for name in FIELDS:
        data = inside.get(table, name)
        if data is None:
            continue
        values = np.asarray(data[()], np.float64)
        values = values if chosen is None else values[chosen]
        if values.shape != (n,):
            raise InputError(
                f"The column {name!r} of the neurons has shape {values.shape}, not ({n},).",
                "Give every neuron one value; NaN where it was not measured.",
            )
        fields[name] = values
    return fields


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
