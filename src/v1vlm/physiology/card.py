"""The physiology card of a twin: what its neurons prefer, fact by fact, and where it is blind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology
from v1vlm.analysis.tuning import median_by_depth, orientation_clustering
from v1vlm.analysis.tuning.cortex import EDGES_UM
from v1vlm.analysis.tuning.outcomes import DEFINITIONS, SHARES
from v1vlm.physiology.battery import (
    FULL,
    PROTOCOLS_SHOWN,
    Battery,
    Shown,
    check_screen,
    left_out,
    run_battery,
)
from v1vlm.physiology.blind_spots import BlindSpot, blind_spots
from v1vlm.physiology.characterise import characterise, load_physiology
from v1vlm.physiology.facts import PRIMARY, Judged, judge
from v1vlm.physiology.reference import RecordedMouse, facts, mouse_b
from v1vlm.records import Record
from v1vlm.rig import Rig
from v1vlm.twins import validate_twin

Float = NDArray[np.float64]

GRID = tuple(round(0.05 * i, 2) for i in range(21))
"""Probabilities of the quantiles on a card."""

SELECTIVE = 0.2
"""Least gOSI of the neurons whose preferences are counted."""

DEPTH_STEP_UM = 25.0

OF_CHARACTERISATION = {
    "rf_sd_deg": "SD of the receptive field",
    "spatial_frequency_cpd": "preferred spatial frequency, small static gratings",
    "quality": "SD over natural crops, of the recorded SD or the median neuron's",
}


class Row(Record):
    """A measure of the population.

    Attributes
    ----------
    entry, name : str
        Entry of the battery (or ``characterisation``) and measure.
    n : dict of str to int
        Neurons left: ``asked``, ``placed``, ``driven``, ``selected`` and ``measurable``.
    quantiles : tuple of float
        At `GRID`; empty for a share and where nothing was measurable.
    share : float or None
    """

    entry: str
    name: str
    definition: str
    n: dict[str, int]
    quantiles: tuple[float, ...] = ()
    share: float | None = None


class Profile(Record):
    """A curve over the population.

    Attributes
    ----------
    name : str
        ``size``: mean response to discs by diameter (°), each neuron's largest being 1. Of
        neurons with a gOSI of .2 and more, to the recorded Gabors: ``direction``, the share that
        prefers each (°), and ``clustering``, the mean cos 2Δ of the preferred orientations of
        pairs by distance along the cortex (µm, middle of the bin). ``depth``: median gOSI of all
        by depth (µm, to the next 25).
    n : int
        Neurons.
    """

    name: Literal["size", "direction", "clustering", "depth"]
    n: int
    x: tuple[float, ...]
    y: tuple[float, ...]


class Card(Record):
    """See the module.

    Attributes
    ----------
    twin : dict
        The twin's public card; of a recorded mouse the same without a screen, and ``recorded``.
    problems : tuple of str
        What is wrong with the twin or with the measurement, in sentences.
    imposed : tuple of str
        What the twin's makers say that it imposes or cannot show, rather than found.
    profiles : tuple of Profile
        Those that could be measured.
    reference : RecordedMouse
        The mouse that distributions were compared with.
    """

    schema_version: Literal[3] = 3
    twin: dict[str, Any]
    battery: Battery
    summary: dict[str, Any]
    measures: tuple[Row, ...]
    facts: tuple[Judged, ...]
    blind_spots: tuple[BlindSpot, ...]
    imposed: tuple[str, ...]
    problems: tuple[str, ...]
    profiles: tuple[Profile, ...] = ()
    reference: RecordedMouse

    def counts(self) -> dict[str, int]:
        """Number of facts by verdict."""
        kinds = ("pass", "miss", "disputed", "not testable")
        return {kind: sum(one.verdict == kind for one in self.facts) for kind in kinds}

    def row(self, entry: str, name: str) -> Row | None:
        """One measure; None if it was not shown."""
        found = (r for r in self.measures if (r.entry, r.name) == (entry, name))
        return next(found, None)

    def profile(self, name: str) -> Profile | None:
        """One curve; None if it could not be measured."""
        return next((p for p in self.profiles if p.name == name), None)


def lost(card: Card, before: Card) -> tuple[str, ...]:
    """Facts that one card passes and another misses, by more than the error of both.

    Parameters
    ----------
    card, before : Card
        Of a twin that something was taken from, or changed in, and of that twin as it was.

    Returns
    -------
    tuple of str
        Names of facts, in the order of the card.
    """
    return tuple(name for name, moved in _missed_of(card, before).items() if moved)


def within_error(card: Card, before: Card) -> tuple[str, ...]:
    """Facts that one card passes and another misses, with the same value within the error.

    They lie near a bound: of what was changed their verdict says nothing. Arguments as of `lost`.
    """
    return tuple(name for name, moved in _missed_of(card, before).items() if not moved)


def _missed_of(card: Card, before: Card) -> dict[str, bool]:
    """Facts that were passed and are missed, and whether they have moved."""
    was = {one.fact.id: one for one in before.facts if one.verdict == "pass"}
    missed = (one for one in card.facts if one.verdict == "miss" and one.fact.id in was)
    return {one.fact.id: one.moved_from(was[one.fact.id]) for one in missed}


def make_card(
    rig: Rig,
    battery: Battery = FULL,
    on_step: Callable[[str, int, int], None] | None = None,
    reference: RecordedMouse | None = None,
) -> Card:
    """Characterise a twin, show it the battery and hold it against the facts.

    Parameters
    ----------
    rig : Rig
        Its store remembers every step: what was stopped goes on, and is not shown twice.
    battery : Battery
    on_step : callable, optional
        Told the entry, the steps done and all steps, before each.
    reference : RecordedMouse, optional
        Whose distributions the twin's are compared with; mouse B by default
        (see `v1vlm.physiology.reference_mouse`).

    Raises
    ------
    ContractError
        If the twin does not keep its contract: answers that are not finite or not always the
        same, say.
    InputError
        If its screen is too coarse for any protocol.
    """
    validate_twin(rig.twin)
    check_screen(rig.screen)
    told = on_step or _untold
    payload = characterise(rig, lambda images: told("characterisation", images, 0), battery.mapped)
    return card_from(rig, payload, battery, on_step, reference)


def card_from(
    rig: Rig,
    payload: Mapping[str, Any],
    battery: Battery,
    on_step: Callable[[str, int, int], None] | None = None,
    reference: RecordedMouse | None = None,
) -> Card:
    """The card of a twin that was characterised before.

    Parameters
    ----------
    rig, battery, on_step, reference
        As of `make_card`.
    payload : mapping
        Of the characterisation (`characterise`).
    """
    twin = rig.twin
    physiology = load_physiology(payload, rig.store.get)
    position_um = np.asarray(rig.store.get(payload["position_um"]), float)
    shown = run_battery(rig, physiology, battery, on_step)
    reasons = {n: left_out(n, battery, rig.screen, twin.card.behaviours) for n in PROTOCOLS_SHOWN}
    absent = {name: why for name, why in reasons.items() if why is not None}
    population = Population(shown, absent, np.nan_to_num(physiology["quality"]), position_um)
    mouse = reference or mouse_b()
    judged = population.judged(mouse)
    return Card(
        twin=twin.card.public(),
        battery=battery,
        summary=payload["summary"],
        measures=(*_characterised(physiology), *population.measures()),
        facts=judged,
        blind_spots=(*blind_spots(rig.screen), *_missed(judged)),
        imposed=twin.card.blind_spots,
        problems=tuple(_problems(payload["summary"], shown, judged)),
        profiles=population.profiles(),
        reference=mouse,
    )


def _untold(entry: str, number: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Population:
    """What was shown to some neurons, or recorded of them, ready to be put on a card.

    Attributes
    ----------
    shown : mapping of str to Shown
        Entries of the battery.
    absent : mapping of str to str
        Why the others were not shown.
    quality : array (neuron,)
    position_um : array (neuron, 3)
    """

    shown: Mapping[str, Shown]
    absent: Mapping[str, str]
    quality: Float
    position_um: Float

    def judged(self, mouse: RecordedMouse) -> tuple[Judged, ...]:
        """All facts; distributions are compared with those of a mouse."""
        return tuple(
            judge(fact, self.shown, self.absent, self.quality, self.position_um, mouse)
            for fact in facts()
        )

    def measures(self) -> list[Row]:
        """Distributions of everything that was measured."""
        rows = []
        for entry, table in self.shown.items():
            selected = table.driven & (self.quality >= PRIMARY)
            steps = {"asked": table.asked, "placed": table.placed, "driven": table.driven}
            n = {step: int(mask.sum()) for step, mask in steps.items()}
            n["selected"] = int(selected.sum())
            for name in table.protocol.outcomes:
                values = table.columns[name][selected] if name in table.columns else np.zeros(0)
                values = values[np.isfinite(values)]
                left = {**n, "measurable": int(values.size)}
                rows.append(_row(entry, name, DEFINITIONS[name], left, values))
        return rows

    def profiles(self) -> tuple[Profile, ...]:
        """Curves that could be measured."""
        made = (self._sizes(), self._directions(), self._clustering(), self._depths())
        return tuple(profile for profile in made if profile is not None)

    def _sizes(self) -> Profile | None:
        if "size" not in self.shown:
            return None
        table = self.shown["size"]
        curves = table.columns["curve"][table.driven & (self.quality >= PRIMARY)]
        largest = curves.max(axis=1, initial=0.0)
        some = largest > 0
        if not some.any():
            return None
        mean = (curves[some] / largest[some, None]).mean(axis=0)
        sizes = tuple(float(d) for d in PROTOCOLS_SHOWN["size"].axes()["diameter_deg"])
        return Profile(name="size", n=int(some.sum()), x=sizes, y=tuple(mean.tolist()))

    def _gabors(self, least: float) -> tuple[Mapping[str, Float], Float] | None:
        """Columns, and places, of the selected neurons with at least this gOSI."""
        if "recorded_gabors" not in self.shown:
            return None
        table = self.shown["recorded_gabors"]
        some = table.driven & (self.quality >= PRIMARY)
        some &= np.nan_to_num(table.columns["gosi"], nan=-1.0) >= least
        if not some.any():
            return None
        return {k: v[some] for k, v in table.columns.items()}, self.position_um[some]

    def _directions(self) -> Profile | None:
        found = self._gabors(SELECTIVE)
        if found is None:
            return None
        best = found[0]["best_direction_deg"]
        angles = np.asarray(PROTOCOLS_SHOWN["recorded_gabors"].axes()["direction_deg"], float)
        share = (best[:, None] == angles).mean(axis=0)
        y = tuple(share.tolist())
        return Profile(name="direction", n=best.size, x=tuple(angles.tolist()), y=y)

    def _clustering(self) -> Profile | None:
        found = self._gabors(SELECTIVE)
        if found is None:
            return None
        mean, n_pairs = orientation_clustering(found[0]["preferred_orientation_deg"], found[1])
        middle = (np.array(EDGES_UM[1:]) + EDGES_UM[:-1]) / 2
        some = n_pairs > 0
        if not some.any():
            return None
        x, y = tuple(middle[some].tolist()), tuple(mean[some].tolist())
        return Profile(name="clustering", n=len(found[1]), x=x, y=y)

    def _depths(self) -> Profile | None:
        found = self._gabors(0.0)
        if found is None:
            return None
        plane = DEPTH_STEP_UM * np.rint(found[1][:, 2] / DEPTH_STEP_UM)
        depth, median = median_by_depth(found[0]["gosi"], plane)
        n = len(found[1])
        return Profile(name="depth", n=n, x=tuple(depth.tolist()), y=tuple(median.tolist()))


def _missed(judged: tuple[Judged, ...]) -> list[BlindSpot]:
    return [
        BlindSpot(id=one.fact.id, origin="fact", why=f"{one.fact.text}: {one.reason}")
        for one in judged
        if one.verdict == "miss"
    ]


def _problems(
    summary: Mapping[str, Any], shown: Mapping[str, Shown], judged: tuple[Judged, ...]
) -> list[str]:
    found = []
    n, driven, placed = (summary[k] for k in ("n_neurons", "n_driven", "n_with_field"))
    mapped = summary["n_mapped"]
    if not driven:
        found.append(
            f"Silent: none of {n} neurons answers natural images differently from grey. Check the "
            "weights, the normalisation of the movies and the units of the responses."
        )
    elif placed < mapped / 2:
        found.append(
            f"Only {placed} of {mapped} neurons have a receptive field; what is said of the "
            "others is from protocols of the whole screen alone."
        )
    if any(entry.negative for entry in shown.values()):
        found.append(
            "Neurons answer below zero. Give responses from zero up, as calcium imaging does: "
            "indices of selectivity are not defined otherwise."
        )
    return [*found, *(too_few(judged) if driven else [])]


def too_few(judged: tuple[Judged, ...]) -> list[str]:
    """A sentence if facts cannot be tested for want of neurons."""
    few = sum("neurons can be measured" in one.reason for one in judged)
    facts_ = "one fact" if few == 1 else f"{few} facts"
    return [f"Too few neurons for {facts_}; take more neurons, or more places."] if few else []


def _characterised(physiology: Physiology) -> list[Row]:
    rows = []
    for name, definition in OF_CHARACTERISATION.items():
        values = physiology[name][np.isfinite(physiology[name])]
        n = {"asked": len(physiology), "measurable": int(values.size)}
        rows.append(_row("characterisation", name, definition, n, values))
    return rows


def _row(entry: str, name: str, definition: str, n: dict[str, int], values: Float) -> Row:
    shared: dict[str, Any] = {"entry": entry, "name": name, "definition": definition, "n": n}
    if not values.size:
        return Row(**shared)
    if name in SHARES:
        return Row(**shared, share=float(values.mean()))
    return Row(**shared, quantiles=tuple(np.quantile(values, GRID).tolist()))
