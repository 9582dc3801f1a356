"""Shows a classical protocol on a rig: once per twin and settings, in chunks, flat in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from v1vlm.analysis.neurons import Physiology
from v1vlm.analysis.tuning import amplitude
from v1vlm.analysis.tuning.labelled import above_grey
from v1vlm.analysis.tuning.outcomes import SHARES
from v1vlm.physiology.characterise import (
    characterise,
    characterised,
    load_physiology,
    most_images,
)
from v1vlm.physiology.fields import (
    GRADIENT_IMAGES,
    PATCHES,
    Fields,
    by_gradients,
    gradient_fields,
    noise_fields,
    patch_fields,
    receptive_fields,
)
from v1vlm.physiology.parts import in_parts
from v1vlm.protocols import SCREEN, AtReceptiveField, Drifting, Protocol, ReceptiveFields, Site
from v1vlm.records import digest
from v1vlm.responses import window, within
from v1vlm.rig import Rig
from v1vlm.stimuli import Screen, Stimulus
from v1vlm.store import Answer
from v1vlm.twins import Twin, answered
from v1vlm.twins.base import BehaviourLike, check_neurons

Float = NDArray[np.float64]
Index = NDArray[np.intp]

FRAMES_AT_ONCE = 1200
"""Frames rendered and shown together; fixed, so that the number of workers changes no number."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Measured:
    """What a protocol gave.

    Attributes
    ----------
    protocol : Protocol or ReceptiveFields
    curves : Dataset (neuron, *axes)
        ``mean``, ``modulation`` or ``course`` (also along ``time``) in the twin's units, and
        ``grey``; NaN for a neuron to which the protocol could not be shown.
    measures : Dataset (neuron,)
        The protocol's outcomes, NaN where not measurable.
    counts : mapping of str to int
        Neurons left at every exclusion: ``asked``, ``placed`` (receptive field and preferred
        orientation known), ``driven`` (answers anything differently from grey).
    n_stimuli : int
        Different stimuli shown.
    """

    protocol: Protocol | ReceptiveFields
    curves: xr.Dataset
    measures: xr.Dataset
    counts: Mapping[str, int]
    n_stimuli: int

    def summary(self) -> list[dict[str, Any]]:
        """One row for each measure: ``name``, ``n`` (measurable), and quantiles or ``share``.

        Returns
        -------
        list of dict
            Quantiles are keyed ``q05`` … ``q95``; None where nothing was measurable.
        """
        rows = []
        for name in self.protocol.outcomes:
            values = self.measures[name].values
            values = values[np.isfinite(values)]
            row: dict[str, Any] = {"name": name, "n": int(values.size)}
            if name in SHARES:
                row["share"] = float(values.mean()) if values.size else None
            else:
                found = np.quantile(values, QUANTILES) if values.size else [None] * len(QUANTILES)
                for share, value in zip(QUANTILES, found, strict=True):
                    row[f"q{100 * share:02.0f}"] = None if value is None else float(value)
            rows.append(row)
        return rows


def run_protocol(
    rig: Rig,
    protocol: Protocol | ReceptiveFields,
    neurons: ArrayLike | None = None,
    physiology: Physiology | None = None,
    behaviour: BehaviourLike | None = None,
) -> Measured:
    """Show a protocol to a twin and measure what it answers, once per twin and settings.

    Parameters
    ----------
    rig : Rig
        An executor shows parts in parallel; the numbers are the same without.
    protocol : Protocol or ReceptiveFields
    neurons : array of int, optional
        Indices into the twin's table; all by default.
    physiology : Physiology, optional
        Where the receptive fields are, for protocols that are shown there; measured
        (`characterise`) by default.
    behaviour : optional
        State of the animal; ``"still"`` by default.

    Returns
    -------
    Measured

    Raises
    ------
    InputError
        If a neuron does not exist.
    """
    index = check_neurons(neurons, rig.twin.card.n_neurons)
    if isinstance(protocol, ReceptiveFields):
        return _fields(rig, protocol, index)
    centred = isinstance(protocol, AtReceptiveField)
    if centred and physiology is None:
        physiology = load_physiology(characterise(rig), rig.store.get)
    known = physiology if centred else None
    answer = _answer(_Showing(rig, protocol, known, behaviour), index)
    curves = _labelled(rig, protocol, index, answer)
    return Measured(
        protocol, curves, protocol.measure(curves), _counts(protocol, curves), answer["n_stimuli"]
    )


def measured(
    rig: Rig,
    protocol: Protocol,
    neurons: ArrayLike | None = None,
    physiology: Physiology | None = None,
    behaviour: BehaviourLike | None = None,
) -> bool:
    """Whether the rig's memo holds the answer to a protocol; arguments as of `run_protocol`."""
    index = check_neurons(neurons, rig.twin.card.n_neurons)
    if isinstance(protocol, AtReceptiveField) and physiology is None:
        if not characterised(rig):
            return False
        physiology = load_physiology(characterise(rig), rig.store.get)
    known = physiology if isinstance(protocol, AtReceptiveField) else None
    showing = _Showing(rig, protocol, known, behaviour)
    whole = np.arange(rig.twin.card.n_neurons)
    return any(rig.store.known(showing.request(some)) for some in (index, whole))


def most_shown(
    rig: Rig, protocol: Protocol | ReceptiveFields, n_neurons: int
) -> tuple[int, int, int]:
    """What is shown at most to as many neurons, if the memo does not hold it.

    Returns
    -------
    images, movies, frames : int
        Images of half a second; of gradients, as many as take as long. Movies, and their frames.
    """
    screen = rig.screen
    if isinstance(protocol, ReceptiveFields):
        if protocol.method == "noise":
            return protocol.n_images, 0, 0
        few = protocol.method == "gradient" or by_gradients(rig, n_neurons)
        patches = protocol.method == "patches" or not few
        return PATCHES.most_images(screen) if patches else GRADIENT_IMAGES * n_neurons, 0, 0
    movies = len({condition.stimulus.digest() for condition in protocol.conditions()})
    images = 0
    if isinstance(protocol, AtReceptiveField):
        movies *= n_neurons
        images = 0 if characterised(rig) else most_images(screen)
    return images, 1 + movies, (1 + movies) * screen.frames(protocol.duration_s)


def _fields(rig: Rig, protocol: ReceptiveFields, index: Index) -> Measured:
    ways: dict[str, Callable[[], Fields]] = {
        "cheapest": lambda: receptive_fields(rig, index),
        "patches": lambda: patch_fields(rig, index),
        "gradient": lambda: gradient_fields(rig, index),
        "noise": lambda: noise_fields(
            rig, index, n_images=protocol.n_images, duration_s=protocol.duration_s
        ),
    }
    found = ways[protocol.method]()
    good = found.on(rig.screen)
    columns = {
        **found.degrees(rig.screen),
        "rf_row": np.where(good, found.row, np.nan),
        "rf_column": np.where(good, found.column, np.nan),
        "rf_r2": found.r2,
        "rf_found": good.astype(float),
    }
    coords = {"neuron": index}
    measures = {name: ("neuron", columns[name]) for name in protocol.outcomes}
    counts = {"asked": len(index), "placed": int(good.sum())}
    curves = xr.Dataset(coords=coords, attrs={"protocol": protocol.id, "way": found.method})
    return Measured(protocol, curves, xr.Dataset(measures, coords), counts, found.n_images)


@dataclass(frozen=True)
class _Showing:
    """A protocol on a rig, to be shown to some neurons."""

    rig: Rig
    protocol: Protocol
    known: Physiology | None
    behaviour: BehaviourLike | None

    def request(self, index: Index) -> dict[str, Any]:
        """What determines the answer."""
        asked = {
            "effect": "show",
            "protocol": self.protocol.to_json(),
            # What a protocol's parameters mean could change; what is shown then changes too.
            "conditions": digest([c.to_json() for c in self.protocol.conditions()]),
            "reads": list(self.protocol.reads),
            "twin": self.rig.twin.card.digest,
            "neurons": digest(index.tolist()),
            "physiology": None if self.known is None else self.known.digest,
        }
        if self.behaviour is None:
            return asked
        state = self.behaviour
        return {**asked, "behaviour": state if isinstance(state, str) else state.to_json()}


def _answer(showing: _Showing, index: Index) -> Answer:
    rig = showing.rig
    whole = np.arange(rig.twin.card.n_neurons)
    if not np.array_equal(index, whole):
        everything = showing.request(whole)
        if rig.store.known(everything):
            # All of them were measured before: some of them need no measuring.
            answer = rig.once(everything, dict)
            return {k: v[index] if isinstance(v, np.ndarray) else v for k, v in answer.items()}
    return rig.once(showing.request(index), lambda: _shown(showing, index))


@dataclass(frozen=True)
class _Part:
    """Some stimuli for some neurons; everything a worker needs.

    Attributes
    ----------
    rows : array
        Rows of the answer that the neurons fill.
    columns : tuple of arrays
        For each stimulus the conditions that it is.
    """

    twin: Twin
    protocol: Protocol
    neurons: Index
    rows: Index
    stimuli: tuple[Stimulus, ...]
    columns: tuple[tuple[int, ...], ...]
    behaviour: BehaviourLike | None


def _shown(showing: _Showing, index: Index) -> Answer:
    rig, protocol = showing.rig, showing.protocol
    parts = list(_parts(showing, index))
    n_conditions = len(protocol.conditions())
    n_times = len(_times_s(protocol, rig.screen))
    answer: dict[str, Any] = {
        reading: np.full((len(index), n_conditions, *[n_times] * (reading == "course")), np.nan)
        for reading in protocol.reads
    }
    for part, read in zip(parts, in_parts(rig, showing.request(index), parts, _read), strict=True):
        for reading, values in read.items():
            for number, columns in enumerate(part.columns):
                some = np.ix_(part.rows, np.array(columns))
                answer[reading][some] = values[:, number : number + 1]
    n_stimuli = 1 + sum(len(part.stimuli) for part in parts)
    return {**answer, "grey": _grey(showing, index), "n_stimuli": n_stimuli}


def _parts(showing: _Showing, index: Index) -> Iterator[_Part]:
    twin, protocol = showing.rig.twin, showing.protocol
    size = max(1, FRAMES_AT_ONCE // twin.card.screen.frames(protocol.duration_s))
    for site, rows in sites_of(protocol, index, showing.known):
        distinct: dict[str, tuple[Stimulus, list[int]]] = {}
        for column, condition in enumerate(protocol.conditions(site)):
            key = condition.stimulus.digest()
            distinct.setdefault(key, (condition.stimulus, []))[1].append(column)
        shown = list(distinct.values())
        for start in range(0, len(shown), size):
            stimuli, columns = zip(*shown[start : start + size], strict=True)
            labelled = tuple(tuple(c) for c in columns)
            yield _Part(twin, protocol, index[rows], rows, stimuli, labelled, showing.behaviour)


def sites_of(
    protocol: Protocol, index: Index, known: Physiology | None
) -> Iterator[tuple[Site, Index]]:
    """Sites, each with the rows of the neurons that are shown the stimuli there."""
    if known is None or not isinstance(protocol, AtReceptiveField):
        yield SCREEN, np.arange(len(index))
        return
    steps = [protocol.pitch_deg, protocol.pitch_deg, protocol.orientation_step_deg]
    names = ("rf_azimuth_deg", "rf_elevation_deg", "orientation_deg")
    found = np.column_stack([known[name][index] for name in names])
    rows = np.flatnonzero(np.isfinite(found).all(axis=1))
    cells = np.rint(found[rows] / steps) * steps
    cells[:, 2] %= 180.0
    places, member = np.unique(cells, axis=0, return_inverse=True)
    for number, (azimuth, elevation, orientation) in enumerate(places.tolist()):
        site = Site(azimuth_deg=azimuth, elevation_deg=elevation, orientation_deg=orientation)
        yield site, rows[member.ravel() == number]


def _read(part: _Part) -> dict[str, Float]:
    """Readings (neuron, stimulus, …) of some stimuli."""
    screen, protocol = part.twin.card.screen, part.protocol
    n_frames = screen.frames(protocol.duration_s)
    frames = np.empty((len(part.stimuli), n_frames, *screen.shape), np.uint8)
    for shown, stimulus in zip(frames, part.stimuli, strict=True):
        shown[:] = stimulus.render(screen)
    return _readings(part, frames)


def _readings(part: _Part, frames: NDArray[np.uint8]) -> dict[str, Float]:
    twin, protocol = part.twin, part.protocol
    responses = answered(twin, frames, part.neurons, part.behaviour)
    responses = responses.transpose("neuron", "stimulus", "time")
    courses = window(responses, protocol.window).values.astype(np.float64)
    read: dict[str, Float] = {}
    if "mean" in protocol.reads:
        read["mean"] = courses.mean(axis=2)
    if "course" in protocol.reads:
        read["course"] = courses
    if isinstance(protocol, Drifting) and "modulation" in protocol.reads:
        rate = twin.card.screen.frame_rate_hz
        read["modulation"] = amplitude(courses, protocol.temporal_frequency_hz, rate)
    return read


def _grey(showing: _Showing, index: Index) -> Float:
    twin, protocol = showing.rig.twin, showing.protocol
    screen = twin.card.screen
    shape = (1, screen.frames(protocol.duration_s), *screen.shape)
    frames = np.full(shape, screen.grey, np.uint8)
    responses = answered(twin, frames, index, showing.behaviour)
    grey: Float = window(responses, protocol.window).values[0].mean(axis=1, dtype=np.float64)
    return grey


def _times_s(protocol: Protocol, screen: Screen) -> Float:
    """Times from onset of the frames in the protocol's window."""
    time_s = np.arange(screen.frames(protocol.duration_s)) / screen.frame_rate_hz
    return time_s[within(time_s, protocol.window)]


def _counts(protocol: Protocol, curves: xr.Dataset) -> dict[str, int]:
    rates = above_grey(curves[protocol.reads[0]], curves["grey"])
    largest = rates.max([dim for dim in rates.dims if dim != "neuron"]).values
    return {
        "asked": len(largest),
        "placed": int(np.isfinite(largest).sum()),
        "driven": int((largest > 0).sum()),
    }


def _labelled(rig: Rig, protocol: Protocol, index: Index, answer: Answer) -> xr.Dataset:
    axes = protocol.axes()
    units = {"units": rig.twin.card.response_units}
    shape = (len(index), *(len(values) for values in axes.values()))
    variables: dict[str, Any] = {"grey": ("neuron", answer["grey"], units)}
    for reading in protocol.reads:
        values = answer[reading]
        dims = ("neuron", *axes, *(("time",) if values.ndim == 3 else ()))
        variables[reading] = (dims, values.reshape(*shape, *values.shape[2:]), units)
    coords: dict[str, Any] = {"neuron": index, **{k: list(v) for k, v in axes.items()}}
    if "course" in protocol.reads:
        coords["time"] = ("time", _times_s(protocol, rig.screen), {"units": "s"})
    attrs = {"protocol": protocol.id, "citation": protocol.citation, "twin": rig.twin.card.name}
    return xr.Dataset(variables, coords, attrs)
