"""What several recordings of one study say together: partial conjunctions over animals. Pure.

Each recording holds its false discovery rate for itself; a choice of the best of several does
not. Together they are asked in how many animals a prediction holds. For every u the e-value
against "in fewer than u of them" combines the smallest ones (`v1vlm.analysis.conjunction`); these
nulls are nested, so that the largest u whose e-value reaches the threshold is reported, at no
price for having looked at all. Levels follow e-LOND over the registrations, as in a recording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from v1vlm.analysis.conjunction import Combination, partial_conjunction
from v1vlm.analysis.evidence import elond_alpha
from v1vlm.errors import IntegrityError
from v1vlm.journal.events import Event
from v1vlm.journal.settlement import SettledLevel, Settlement, Together
from v1vlm.journal.settling import Scores, registration_times, settle
from v1vlm.journal.state import State

Said = tuple[tuple[tuple[Settlement, ...], ...], tuple[Together, ...]]
"""Settlements of every recording, and what the recordings say together."""


def settle_all(
    state: State,
    events: Sequence[Event],
    recordings: Sequence[Mapping[str, Any]],
    scores: Sequence[Scores],
) -> Said:
    """Test the registrations on recordings that are handed in together, each by itself and all.

    Parameters
    ----------
    events : sequence of Event
        Of the study: when each registration was written.
    recordings, scores : sequences
        One of each recording, see `v1vlm.journal.settling.settle`.
    """
    times = registration_times(events)
    each = tuple(
        settle(state, times, recording, of)
        for recording, of in zip(recordings, scores, strict=True)
    )
    return each, settle_together(state, recordings, scores, each)


def check_settlements(
    state: State, events: Sequence[Event], scores: Sequence[Sequence[Scores]]
) -> int:
    """Hold every stored settlement against the one that its stored scores give.

    Parameters
    ----------
    scores : sequence of sequence
        Of the recordings of each entry of ``state.settled``.

    Returns
    -------
    int
        How many hold.

    Raises
    ------
    IntegrityError
        Naming the first that does not.
    """
    checked = 0
    for entry, of_entry in zip(state.settled, scores, strict=True):
        recordings = [kept["recording"] for kept in entry["recordings"]]
        each, together = settle_all(state, events, recordings, of_entry)
        again = [one.to_json() for of in (*each, together) for one in of]
        stored = [one for kept in entry["recordings"] for one in kept["settlements"]]
        for one, other in zip(again, [*stored, *entry["together"]], strict=True):
            if one != dict(other):
                raise IntegrityError(
                    f"The settlement of {other['hypothesis']} is not what its scores give.",
                    "The study is damaged, or was changed after it ran.",
                )
            checked += 1
    return checked


def settle_together(
    state: State,
    recordings: Sequence[Mapping[str, Any]],
    scores: Sequence[Scores],
    settlements: Sequence[Sequence[Settlement]],
) -> tuple[Together, ...]:
    """Combine recordings that were handed in together, by registration.

    Parameters
    ----------
    recordings, scores, settlements : sequences
        One of each recording, as in `v1vlm.journal.settling`.

    Returns
    -------
    tuple of Together
        Of the registrations that recordings of several animals speak of.
    """
    rejected, refuted = 0, 0
    found = []
    for trial in state.trials:
        said: dict[str, list[Settlement]] = {}
        shown: list[tuple[str, set[float]]] = []
        for recording, of, tested in zip(recordings, scores, settlements, strict=True):
            animal = recording["subject"] or recording["sha256"]
            for one in tested:
                if one.registration == trial.digest:
                    said.setdefault(animal, []).append(one)
                    draws = of[trial.digest][trial.registration.main.id][:, 0]
                    shown.append((animal, set(draws.tolist())))
        if len(said) < 2:
            continue
        levels = tuple(
            elond_alpha(state.spec.alpha, len(state.trials), n) for n in (rejected, refuted)
        )
        of_all = _together(list(said.values()), _how(shown), levels)
        found.append(of_all)
        standing = of_all.standing_in
        rejected += (of_all.supported_in if standing is None else standing) > 0
        refuted += of_all.contradicted_in > 0
    return tuple(found)


def _how(shown: Sequence[tuple[str, set[float]]]) -> Combination:
    """E-values of animals that were shown the same draws depend on each other."""
    apart = all(
        not (one & other) or animal == another
        for i, (animal, one) in enumerate(shown)
        for another, other in shown[i + 1 :]
    )
    return "product" if apart else "average"


def _together(
    animals: Sequence[Sequence[Settlement]], how: Combination, levels: tuple[float, ...]
) -> Together:
    first = animals[0][0]
    # Recordings of one animal: an average of e-values is one, however they depend on each other.
    support, refute, stand = (
        [float(np.mean([value(one) for one in of])) for of in animals]
        for value in (lambda one: one.e_end, lambda one: one.e_refute_end, _standing)
    )
    e_support, e_refute, e_stand = (
        tuple(partial_conjunction(values, u, how) for u in range(1, len(animals) + 1))
        for values in (support, refute, stand)
    )
    supported, contradicted, standing = (
        sum(value >= 1 / level for value in values)
        for values, level in ((e_support, levels[0]), (e_refute, levels[1]), (e_stand, levels[0]))
    )
    return Together(
        hypothesis=first.hypothesis,
        registration=first.registration,
        n=len(animals),
        supported_in=supported,
        contradicted_in=contradicted,
        standing_in=standing if first.controls else None,
        combination=how,
        e_support=e_support,
        e_refute=e_refute,
        threshold_support=1 / levels[0],
        threshold_refute=1 / levels[1],
        level=_level(animals) if supported or contradicted else "L0",
    )


def _standing(one: Settlement) -> float:
    """E-value against "the effect is not there, or a control fails": the smallest of theirs."""
    shown = all(control.outcome != "not shown" for control in one.controls)
    return min([one.e_end, *(control.e_end for control in one.controls)]) if shown else 0.0


def _level(animals: Sequence[Sequence[Settlement]]) -> SettledLevel:
    """The lowest that a recording has; of one that decides nothing by itself, L4."""
    levels: list[SettledLevel] = []
    for one in (one for of in animals for one in of):
        if one.simulated:
            return "L0"
        levels.append(one.level if one.level != "L0" else "L4")
    return min(levels)
