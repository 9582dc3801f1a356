"""The classical battery: every protocol that the card needs, shown to one twin.

Protocols of the screen are shown to all neurons. Those at the receptive field cost a set of
stimuli for each place and preferred orientation, so they are shown at some of these, drawn at
random, to all neurons there. Everything goes through the memo in steps of a few seconds: what
was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.analysis.neurons import Physiology
from v1vlm.analysis.tuning import fit_contrast
from v1vlm.analysis.tuning.labelled import above_grey, at_best
from v1vlm.errors import InputError
from v1vlm.physiology.characterise import PROTOCOL
from v1vlm.physiology.classical import Measured, measured, run_protocol, sites_of
from v1vlm.protocols import (
    AtReceptiveField,
    ContrastResponse,
    DirectionTuning,
    NaturalImages,
    OnsetDelay,
    PhaseModulation,
    PlaidTuning,
    Protocol,
    RecordedGabors,
    SizeTuning,
    SpatialFrequencyTuning,
    SurroundModulation,
    TemporalFrequencyTuning,
)
from v1vlm.protocols.base import even_angles
from v1vlm.records import Record, rng_of
from v1vlm.rig import Rig
from v1vlm.stimuli import Screen

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Index = NDArray[np.intp]

SITES_AT_ONCE = 6
"""Places of one step; fixed, so that what is remembered does not depend on anything."""

FINEST_CPD = 0.07
"""Spatial frequency that every twin must be able to see to be characterised at all."""

_EVEN = (0.0, 90.0, 180.0, 270.0)

PROTOCOLS_SHOWN: dict[str, Protocol] = {
    "recorded_gabors": RecordedGabors(),
    "direction": DirectionTuning(),
    "direction_low": DirectionTuning(contrast=0.2),
    "spatial_frequency": SpatialFrequencyTuning(),
    "temporal_frequency": TemporalFrequencyTuning(),
    "plaid": PlaidTuning(),
    "natural": NaturalImages(),
    "natural_running": NaturalImages(),
    "contrast": ContrastResponse(),
    # The sizes of the published curve; four phases give its mean at a third of the cost.
    "size": SizeTuning(
        diameters_deg=(5.0, 15.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0), phases_deg=_EVEN
    ),
    "surround": SurroundModulation(),
    "surround_running": SurroundModulation(),
    "onset": OnsetDelay(phases_deg=_EVEN),
    "phase": PhaseModulation(),
}
"""Entries of the battery, by the name that facts refer to them by."""

RUNNING = ("natural_running", "surround_running")
_NOT_QUICK = ("temporal_frequency", "direction_low", "onset", "phase", *RUNNING)


class Battery(Record):
    """What is shown.

    Attributes
    ----------
    entries : tuple of str
        Of `PROTOCOLS_SHOWN`.
    sites : int
        Places and orientations that the protocols at the receptive field are shown at, at most.
    enough : int, optional
        No more places are drawn once as many neurons are there; all by default.
    mapped : int, optional
        Neurons whose receptive field and preferences are measured, at least (`characterise`);
        all by default.
    phases : int, optional
        Phases that gratings at the receptive field begin at, evenly, where answers are averaged
        over them; as many as a protocol says by default.
    """

    entries: tuple[str, ...] = tuple(PROTOCOLS_SHOWN)
    sites: int = Field(50, ge=1)
    enough: int | None = Field(None, ge=1)
    mapped: int | None = Field(None, ge=1)
    phases: int | None = Field(None, ge=1)

    def protocol(self, name: str) -> Protocol:
        """An entry, as it is shown."""
        whole = PROTOCOLS_SHOWN[name]
        if self.phases is None or not isinstance(whole, AtReceptiveField) or name == "phase":
            return whole
        return whole.model_copy(update={"phases_deg": even_angles(self.phases)})


FULL = Battery()
BRIEF = Battery(entries=("recorded_gabors", "natural"), sites=1)
"""What every study shows its neurons, besides the characterisation; a second or two."""

QUICK = Battery(
    entries=tuple(n for n in PROTOCOLS_SHOWN if n not in _NOT_QUICK),
    sites=15,
    enough=40,
    mapped=200,
    phases=2,
)
"""Fewer protocols, places, neurons and movies; docs/physiology.md says at what loss."""


@dataclass(frozen=True)
class Step:
    """Part of an entry that is remembered as a whole.

    Attributes
    ----------
    name : str
        Entry.
    protocol : Protocol
    neurons : int array
    movies, frames : int
    """

    name: str
    protocol: Protocol
    neurons: Index
    movies: int
    frames: int


@dataclass(frozen=True)
class Shown:
    """What one entry gave, for all neurons of the twin.

    Attributes
    ----------
    columns : mapping of str to array (neuron, …)
        Measures, and what facts need besides; NaN where not measured or not measurable.
    asked, placed, driven : bool arrays (neuron,)
        The neurons left after each exclusion.
    n_stimuli : int
    negative : bool
        A neuron answers below zero.
    """

    protocol: Protocol
    columns: Mapping[str, Float]
    asked: Bool
    placed: Bool
    driven: Bool
    n_stimuli: int
    negative: bool


def cost(battery: Battery, screen: Screen) -> dict[str, tuple[int, int]]:
    """Movies and frames of each entry, at most (see `steps_of`).

    Returns
    -------
    dict of str to (int, int)
    """
    found = {}
    for name in battery.entries:
        protocol = battery.protocol(name)
        times = battery.sites if isinstance(protocol, AtReceptiveField) else 1
        movies = times * len({c.stimulus.digest() for c in protocol.conditions()})
        found[name] = movies, movies * screen.frames(protocol.duration_s)
    return found


def check_screen(screen: Screen) -> None:
    """Refuse a screen on which no neuron can be characterised.

    Raises
    ------
    InputError
        If its pixels are too large, or it is too small.
    """
    finest, across = screen.nyquist_cpd(), _across_deg(screen)
    if finest < FINEST_CPD:
        raise InputError(
            f"A screen of {screen.height_px} × {screen.width_px} pixels shows nothing finer than "
            f"{finest:.3g} cycles/°, and neurons are characterised with up to {FINEST_CPD:g}.",
            "Give the twin a screen with smaller pixels: 36 × 64 on the usual monitor.",
        )
    needed = float(PROTOCOL["grating_diameter_deg"])
    if min(across) < needed:
        raise InputError(
            f"A screen of {across[0]:.3g}° × {across[1]:.3g}° is smaller than the gratings of "
            f"{needed:g}° that neurons are characterised with.",
            "Check its size and distance in centimetres on the twin's card.",
        )


def _across_deg(screen: Screen) -> tuple[float, float]:
    """Width and height."""
    rows, columns = (
        np.array([-0.5, screen.height_px - 0.5]),
        np.array([-0.5, screen.width_px - 0.5]),
    )
    azimuth, _ = screen.to_degrees(np.mean(rows), columns)
    _, elevation = screen.to_degrees(rows, np.mean(columns))
    return float(np.ptp(azimuth)), float(np.ptp(elevation))


def left_out(name: str, battery: Battery, screen: Screen, behaviours: Sequence[str]) -> str | None:
    """Why an entry is not shown; None if it is."""
    if name not in battery.entries:
        return "its protocol was left out of this card"
    if name in RUNNING and "running" not in behaviours:
        return "the twin has no state called running"
    return beyond(PROTOCOLS_SHOWN[name], screen)


def beyond(protocol: Protocol, screen: Screen) -> str | None:
    """Why a screen cannot show a protocol; None if it can."""
    finest, fastest = screen.nyquist_cpd(), screen.frame_rate_hz / 2
    across = _across_deg(screen)
    for condition in protocol.conditions():
        scales = condition.stimulus.scales()
        size = f"the screen is {across[0]:.3g}° × {across[1]:.3g}°"
        if 2 * scales.get("reach_deg", 0.0) > max(across):
            return f"{size}, too small for {2 * scales['reach_deg']:.3g}°"
        if getattr(condition.stimulus, "centre_diameter_deg", 0.0) > min(across):
            return f"{size} and leaves no room for a surround"
        if scales.get("spatial_frequency_cpd", np.inf) * max(across) < 1:
            return f"{size}, less than a cycle of {scales['spatial_frequency_cpd']:g} cycles/°"
        if scales.get("spatial_frequency_cpd", 0.0) > finest:
            return f"the screen shows nothing finer than {finest:.3g} cycles/°"
        if scales.get("temporal_frequency_hz", 0.0) > fastest:
            return f"the screen shows nothing faster than {fastest:g} Hz"
    return None


def places(physiology: Physiology, battery: Battery) -> list[Index]:
    """Neurons at the places drawn, a few places to a step."""
    everyone = np.arange(len(physiology))
    sites = [rows for _, rows in sites_of(SurroundModulation(), everyone, physiology)]
    order = rng_of("battery", "sites").permutation(len(sites))[: battery.sites]
    if battery.enough is not None:
        there = np.cumsum([len(sites[k]) for k in order])
        order = order[: int(np.searchsorted(there, battery.enough)) + 1]
    drawn = [
        np.sort(np.concatenate([sites[k] for k in order[start : start + SITES_AT_ONCE]]))
        for start in range(0, len(order), SITES_AT_ONCE)
    ]
    # Without any place there is a table of nothing.
    return drawn or [np.zeros(0, np.intp)]


def run_battery(
    rig: Rig,
    physiology: Physiology,
    battery: Battery = FULL,
    on_step: Callable[[str, int, int], None] | None = None,
) -> dict[str, Shown]:
    """Show the battery to the rig's twin; what the memo knows is not shown again.

    Parameters
    ----------
    on_step : callable, optional
        Told the entry, the steps done and all steps, before each.

    Returns
    -------
    dict of str to Shown
        Entries that the twin cannot be shown are missing (see `left_out`).
    """
    steps = steps_of(rig, physiology, battery)
    done: dict[str, list[Measured]] = {step.name: [] for step in steps}
    for number, step in enumerate(steps):
        if on_step is not None:
            on_step(step.name, number, len(steps))
        done[step.name].append(
            run_protocol(
                rig,
                step.protocol,
                step.neurons,
                physiology,
                behaviour=_behaviour(step.name),
            )
        )
    return {
        name: _joined(battery.protocol(name), parts, rig.twin.card.n_neurons, name)
        for name, parts in done.items()
    }


def steps_of(rig: Rig, physiology: Physiology, battery: Battery) -> list[Step]:
    """What is shown, in order; entries that the twin cannot be shown are left out."""
    card, screen = rig.twin.card, rig.screen
    everyone, drawn = [np.arange(card.n_neurons)], places(physiology, battery)
    steps = []
    for name in battery.entries:
        if left_out(name, battery, screen, card.behaviours):
            continue
        protocol = battery.protocol(name)
        distinct = len({c.stimulus.digest() for c in protocol.conditions()})
        for index in drawn if is_centred(name) else everyone:
            movies = 1 + distinct * len(list(sites_of(protocol, index, physiology)))
            frames = movies * screen.frames(protocol.duration_s)
            steps.append(Step(name, protocol, index, movies, frames))
    return steps


def known(rig: Rig, physiology: Physiology, step: Step) -> bool:
    """Whether the rig's memo holds a step already."""
    behaviour = _behaviour(step.name)
    return measured(rig, step.protocol, step.neurons, physiology, behaviour)


def _behaviour(name: str) -> str | None:
    return "running" if name in RUNNING else None


def is_centred(name: str) -> bool:
    """Whether an entry is shown at receptive fields."""
    return isinstance(PROTOCOLS_SHOWN[name], AtReceptiveField)


def _joined(protocol: Protocol, parts: list[Measured], n_neurons: int, name: str) -> Shown:
    """Parts of an entry as columns of all neurons."""
    made: dict[str, Float] = {}
    masks = {step: np.zeros(n_neurons, bool) for step in ("asked", "placed", "driven")}
    negative = False
    for part in parts:
        index = part.curves["neuron"].values
        columns = {k: part.measures[k].values for k in protocol.outcomes}
        columns |= {k: find(part.curves) for k, find in _MORE.get(name, {}).items()}
        for key, values in columns.items():
            shape = (n_neurons, *values.shape[1:])
            made.setdefault(key, np.full(shape, np.nan))[index] = values
        largest = _largest(protocol, part.curves)
        masks["asked"][index] = True
        masks["placed"][index] = np.isfinite(largest)
        masks["driven"][index] = largest > 0
        negative |= bool((part.curves[protocol.reads[0]] < -1e-6 * abs(part.curves["grey"])).any())
    return Shown(
        protocol, made, **masks, n_stimuli=sum(p.n_stimuli for p in parts), negative=negative
    )


def _largest(protocol: Protocol, curves: xr.Dataset) -> Float:
    rates = above_grey(curves[protocol.reads[0]], curves["grey"])
    largest: Float = rates.max([dim for dim in rates.dims if dim != "neuron"]).values
    return largest


def _mean_response(curves: xr.Dataset) -> Float:
    means = curves["mean"].transpose("neuron", ...).values
    found: Float = means.reshape(len(means), -1).mean(axis=1) if len(means) else np.zeros(0)
    return found


def _flat_curve(curves: xr.Dataset) -> Float:
    means: Float = curves["mean"].transpose("neuron", ...).values
    return means.reshape(len(means), int(np.prod(means.shape[1:])))


def _best_direction_deg(curves: xr.Dataset) -> Float:
    means = curves["mean"].mean("combination").transpose("neuron", "direction_deg").values
    flat = np.ptp(means, axis=1) <= 1e-9 * np.abs(means).max(axis=1)
    directions = curves["direction_deg"].values
    return np.where(flat, np.nan, directions[means.argmax(axis=1)])


def _size_curve(curves: xr.Dataset) -> Float:
    rates = above_grey(curves["mean"], curves["grey"])
    best = at_best(rates, "turn_deg", rates.sel(aperture="classical")).sel(aperture="classical")
    found: Float = best.mean("phase_deg").transpose("neuron", "diameter_deg").values
    return found


def _half_contrast(curves: xr.Dataset) -> Float:
    """c50, or where nothing saturates the contrast of half the largest response.

    Without those the population would be judged by the neurons that saturate alone.
    """
    best = at_best(curves["mean"], "turn_deg")
    rates = best.mean("phase_deg").transpose("neuron", "contrast").values
    contrasts = curves["contrast"].values
    found = fit_contrast(rates, contrasts).c50
    for row in np.flatnonzero(np.isnan(found) & (np.ptp(rates, axis=1) > 0)):
        above = rates[row] - rates[row, 0]
        reached = np.maximum.accumulate(above) / above.max() if above.max() > 0 else above
        if reached[-1] > 0:
            found[row] = np.interp(0.5, reached, contrasts)
    return found


_MORE: dict[str, dict[str, Callable[[xr.Dataset], Float]]] = {
    "recorded_gabors": {"curve": _flat_curve, "best_direction_deg": _best_direction_deg},
    "contrast": {"c50": _half_contrast},
    "natural": {"response": _mean_response},
    "natural_running": {"response": _mean_response},
    "size": {"curve": _size_curve},
}
"""What facts need besides the measures of a protocol."""
