"""The physiology card of a twin: what its neurons prefer, fact by fact, and where it is blind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology
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
from v1vlm.physiology.reference import facts
from v1vlm.records import Record
from v1vlm.rig import Rig
from v1vlm.twins import validate_twin

Float = NDArray[np.float64]

GRID = tuple(round(0.05 * i, 2) for i in range(21))
"""Probabilities of the quantiles on a card."""

OF_CHARACTERISATION = {
    "rf_sd_deg": "SD of the receptive field",
    "spatial_frequency_cpd": "preferred spatial frequency, small static gratings",
    "quality": "SD over natural crops, of the median neuron's",
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


class Card(Record):
    """See the module.

    Attributes
    ----------
    twin : dict
        The twin's public card.
    problems : tuple of str
        What is wrong with the twin or with the measurement, in sentences.
    imposed : tuple of str
        What the twin's makers say that it imposes or cannot show, rather than found.
    size_curve : tuple of float
        Mean response to discs of 5, 15, …, 85°, each neuron's largest being 1.
    """

    schema_version: Literal[1] = 1
    twin: dict[str, Any]
    battery: Battery
    summary: dict[str, Any]
    measures: tuple[Row, ...]
    facts: tuple[Judged, ...]
    blind_spots: tuple[BlindSpot, ...]
    imposed: tuple[str, ...]
    problems: tuple[str, ...]
    size_curve: tuple[float, ...] = ()

    def counts(self) -> dict[str, int]:
        """Number of facts by verdict."""
        kinds = ("pass", "miss", "disputed", "not testable")
        return {kind: sum(one.verdict == kind for one in self.facts) for kind in kinds}

    def row(self, entry: str, name: str) -> Row | None:
        """One measure; None if it was not shown."""
        found = (r for r in self.measures if (r.entry, r.name) == (entry, name))
        return next(found, None)


def make_card(
    rig: Rig, battery: Battery = FULL, on_step: Callable[[str, int, int], None] | None = None
) -> Card:
    """Characterise a twin, show it the battery and hold it against the facts.

    Parameters
    ----------
    rig : Rig
        Its store remembers every step: what was stopped goes on, and is not shown twice.
    battery : Battery
    on_step : callable, optional
        Told the entry, the steps done and all steps, before each.

    Raises
    ------
    ContractError
        If the twin does not keep its contract: answers that are not finite or not always the
        same, say.
    InputError
        If its screen is too coarse for any protocol.
    """
    twin = rig.twin
    validate_twin(twin)
    check_screen(rig.screen)
    if on_step is not None:
        on_step("characterisation", 0, 1)
    payload = characterise(rig)
    physiology = load_physiology(payload, rig.store.get)
    position_um = np.asarray(rig.store.get(payload["position_um"]), float)
    shown = run_battery(rig, physiology, battery, on_step)
    reasons = {n: left_out(n, battery, rig.screen, twin.card.behaviours) for n in PROTOCOLS_SHOWN}
    absent = {name: why for name, why in reasons.items() if why is not None}
    quality = np.nan_to_num(physiology["quality"])
    judged = tuple(judge(fact, shown, absent, quality, position_um) for fact in facts())
    return Card(
        twin=twin.card.public(),
        battery=battery,
        summary=payload["summary"],
        measures=(*_characterised(physiology), *_measures(shown, quality)),
        facts=judged,
        blind_spots=(*blind_spots(rig.screen), *_missed(judged)),
        imposed=twin.card.blind_spots,
        problems=tuple(_problems(payload["summary"], shown, judged)),
        size_curve=_size_curve(shown, quality),
    )


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
    if not driven:
        found.append(
            f"Silent: none of {n} neurons answers natural images differently from grey. Check the "
            "weights, the normalisation of the movies and the units of the responses."
        )
    elif placed < n / 2:
        found.append(
            f"Only {placed} of {n} neurons have a receptive field; what is said of the others is "
            "from protocols of the whole screen alone."
        )
    if any(entry.negative for entry in shown.values()):
        found.append(
            "Neurons answer below zero. Give responses from zero up, as calcium imaging does: "
            "indices of selectivity are not defined otherwise."
        )
    few = sum("neurons can be measured" in one.reason for one in judged)
    if few:
        facts_ = "one fact" if few == 1 else f"{few} facts"
        found.append(f"Too few neurons for {facts_}; take more neurons, or more places.")
    return found


def _size_curve(shown: Mapping[str, Shown], quality: Float) -> tuple[float, ...]:
    if "size" not in shown:
        return ()
    curves = shown["size"].columns["curve"][shown["size"].driven & (quality >= PRIMARY)]
    largest = curves.max(axis=1, initial=0.0)
    some = largest > 0
    if not some.any():
        return ()
    return tuple((curves[some] / largest[some, None]).mean(axis=0).tolist())


def _characterised(physiology: Physiology) -> list[Row]:
    rows = []
    for name, definition in OF_CHARACTERISATION.items():
        values = physiology[name][np.isfinite(physiology[name])]
        n = {"asked": len(physiology), "measurable": int(values.size)}
        rows.append(_row("characterisation", name, definition, n, values))
    return rows


def _measures(shown: Mapping[str, Shown], quality: Float) -> list[Row]:
    rows = []
    for entry, table in shown.items():
        selected = table.driven & (quality >= PRIMARY)
        steps = {"asked": table.asked, "placed": table.placed, "driven": table.driven}
        n = {step: int(mask.sum()) for step, mask in steps.items()}
        n["selected"] = int(selected.sum())
        for name in table.protocol.outcomes:
            values = table.columns[name][selected] if name in table.columns else np.zeros(0)
            values = values[np.isfinite(values)]
            left = {**n, "measurable": int(values.size)}
            rows.append(_row(entry, name, DEFINITIONS[name], left, values))
    return rows


def _row(entry: str, name: str, definition: str, n: dict[str, int], values: Float) -> Row:
    shared: dict[str, Any] = {"entry": entry, "name": name, "definition": definition, "n": n}
    if not values.size:
        return Row(**shared)
    if name in SHARES:
        return Row(**shared, share=float(values.mean()))
    return Row(**shared, quantiles=tuple(np.quantile(values, GRID).tolist()))
