"""The card of a recorded mouse, from its tuning curves and the places of its neurons."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1vlm.analysis.tuning import gdsi, gosi
from v1vlm.analysis.tuning.labelled import selectivity_columns
from v1vlm.errors import InputError
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, Battery, Shown
from v1vlm.physiology.card import Card, Population, too_few
from v1vlm.physiology.facts import FEWEST
from v1vlm.physiology.reference import Curve, RecordedMouse, facts, mouse_b

Float = NDArray[np.float64]

ENTRY, PLACES = "recorded_gabors", "neuron_coordinates"
LARGEST_BYTES = 2**30


@dataclass(frozen=True)
class Recording:
    """Direction tuning of the neurons of a mouse.

    Attributes
    ----------
    mouse : str
    curves : array (neuron, direction)
        Responses to evenly spaced directions from 0°, grey not taken off.
    position_um : array (neuron, 3)
        x, y and depth.
    published : dict of str to array (neuron,)
        ``gosi`` and ``gdsi`` as the recordings give them, where they do.
    """

    mouse: str
    curves: Float
    position_um: Float
    published: dict[str, Float]

    @property
    def directions_deg(self) -> Float:
        """Directions of the columns."""
        return np.linspace(0.0, 360.0, self.curves.shape[1], endpoint=False)

    def differences(self) -> dict[str, float]:
        """Largest difference of each published index from the one computed here."""
        ours = {"gosi": gosi, "gdsi": gdsi}
        found = {}
        for name, values in self.published.items():
            apart = np.abs(ours[name](self.curves, self.directions_deg) - values)
            found[name] = float(np.nanmax(apart)) if np.isfinite(apart).any() else np.nan
        return found


def recording(curves: ArrayLike, position_um: ArrayLike, mouse: str = "recorded") -> Recording:
    """A recording from arrays.

    Parameters
    ----------
    curves : array (neuron, direction)
        A row that is not finite or nowhere positive is counted as not driven.
    position_um : array (neuron, 3)

    Raises
    ------
    InputError
        If the arrays do not fit together, or there is no neuron, or fewer than four directions.
    """
    rates, place = np.asarray(curves, np.float64), np.asarray(position_um, np.float64)
    if rates.ndim != 2 or not len(rates) or rates.shape[1] < 4 or rates.shape[1] % 4:
        raise InputError(
            f"Tuning curves of shape {rates.shape} are not (neuron, direction).",
            "Give a row for each neuron, and a multiple of four directions over 360°.",
        )
    if place.shape != (len(rates), 3):
        raise InputError(
            f"Positions of shape {place.shape} do not fit {len(rates)} tuning curves.",
            "Give x, y and depth in µm for each neuron.",
        )
    return Recording(mouse, rates, place, {})


def read_recording(folder: Path, mouse: str) -> Recording:
    """Recordings of a mouse as the Sensorium competition keeps them.

    Parameters
    ----------
    folder : Path
        Holds ``tuning/mouse<ID>/tuning_curve.npy`` and ``neuron_coordinates/mouse<ID>.npy``, and
        perhaps ``OSI.npy`` and ``DSI.npy`` beside the curves.
    mouse : str

    Raises
    ------
    InputError
        If a file is missing or no array of numbers, or the arrays do not fit together.
    """
    tuning = folder / "tuning" / f"mouse{mouse}"
    curves, places = tuning / "tuning_curve.npy", folder / PLACES / f"mouse{mouse}.npy"
    for path, holds in ((curves, "its tuning"), (places, "where its neurons lie")):
        if not path.is_file():
            raise InputError(
                f"{str(path)!r} does not exist: of mouse {mouse} nothing says {holds}.",
                f"Put the file there, or name a mouse with both files: {_whole(folder)}.",
            )
    found = recording(_read(curves), _read(places), mouse)
    files = {"gosi": tuning / "OSI.npy", "gdsi": tuning / "DSI.npy"}
    for name, path in files.items():
        if path.is_file():
            values = _read(path)
            if values.shape != (len(found.curves),):
                raise InputError(
                    f"{str(path)!r} is of shape {values.shape}, not one value for each of "
                    f"{len(found.curves)} neurons.",
                    "Remove it, or give the one that belongs to the curves.",
                )
            found.published[name] = values
    return found


def _whole(folder: Path) -> str:
    """Mice with both files, in words."""
    there = (folder / PLACES / f"mouse{name}.npy" for name in mice_in(folder))
    return ", ".join(p.stem.removeprefix("mouse") for p in there if p.is_file()) or "there is none"


def mice_in(folder: Path) -> list[str]:
    """Mice whose tuning was recorded.

    Raises
    ------
    InputError
        If there is none.
    """
    found = sorted(p.parent.name for p in folder.glob("tuning/mouse*/tuning_curve.npy"))
    if not found:
        raise InputError(
            f"{str(folder)!r} holds no tuning/mouse*/tuning_curve.npy.",
            "Name a folder with tuning/ and neuron_coordinates/ in it.",
        )
    return [name.removeprefix("mouse") for name in found]


def recorded_card(recorded: Recording, reference: RecordedMouse | None = None) -> Card:
    """Hold a recorded mouse against the facts that its direction tuning can answer.

    Permutation tests need single trials, which averaged curves do not have: their shares stay
    empty.

    Parameters
    ----------
    recorded : Recording
    reference : RecordedMouse, optional
        Whose distributions it is compared with; mouse B by default.
    """
    mouse = reference or mouse_b()
    population = _population(recorded)
    shown, n = population.shown[ENTRY], len(recorded.curves)
    n_driven = int(shown.driven.sum())
    judged = population.judged(mouse)
    return Card(
        twin={
            "name": f"recorded mouse {recorded.mouse}",
            "digest": hashlib.sha256(
                recorded.curves.tobytes() + recorded.position_um.tobytes()
            ).hexdigest(),
            "species": "mouse",
            "area": "V1",
            "mice": [recorded.mouse],
            "n_neurons": n,
            "recorded": True,
        },
        battery=Battery(entries=(ENTRY,)),
        summary={"n_neurons": n, "n_driven": n_driven},
        measures=tuple(population.measures()),
        facts=judged,
        blind_spots=(),
        imposed=(),
        problems=(*_problems(n, n_driven, shown.negative), *too_few(judged)),
        profiles=population.profiles(),
        reference=mouse,
    )


def reference_mouse(recorded: Recording) -> RecordedMouse:
    """A recorded mouse as the one that twins are held against.

    Raises
    ------
    InputError
        If indices of selectivity are not defined for its curves, or for too few of them.
    """
    population = _population(recorded)
    shown = population.shown[ENTRY]
    if shown.negative:
        raise InputError(
            f"Responses of mouse {recorded.mouse} lie below zero, where indices of selectivity are "
            "not defined.",
            "Give curves from zero up, or leave out --reference.",
        )
    names = sorted(str(fact.reference) for fact in facts() if fact.reference is not None)
    columns = np.array([shown.columns[name] for name in names])
    columns = columns[:, shown.driven & np.isfinite(columns).all(axis=0)]
    n = columns.shape[1]
    if n < FEWEST:
        raise InputError(
            f"Only {n} neurons of mouse {recorded.mouse} have a tuning curve; a distribution needs "
            f"{FEWEST}.",
            "Name another mouse, or leave out --reference.",
        )
    quantiles = np.quantile(columns, np.linspace(0.0, 1.0, 101), axis=1).T
    return RecordedMouse(
        mouse=recorded.mouse,
        n=n,
        quantiles={name: tuple(row.tolist()) for name, row in zip(names, quantiles, strict=True)},
        profiles={one.name: Curve(x=one.x, y=one.y) for one in population.profiles()},
    )


def _population(recorded: Recording) -> Population:
    """The neurons, as if they had been shown one entry of the battery."""
    finite = np.isfinite(recorded.curves).all(axis=1, keepdims=True)
    curves = np.where(finite, recorded.curves, np.nan)
    everyone, directions = np.ones(len(curves), bool), recorded.directions_deg
    largest = curves.max(axis=1)
    flat = ~(np.ptp(curves, axis=1) > 1e-9 * np.abs(largest))
    best = directions[np.nan_to_num(curves, nan=-np.inf).argmax(axis=1)]
    protocol = PROTOCOLS_SHOWN[ENTRY]
    columns = {
        **{name: np.full(len(curves), np.nan) for name in protocol.outcomes},
        **selectivity_columns(curves, directions),
        "curve": curves,
        "best_direction_deg": np.where(flat, np.nan, best),
    }
    negative = bool((curves < -1e-6 * np.abs(largest).reshape(-1, 1)).any())
    shown = {ENTRY: Shown(protocol, columns, everyone, everyone, largest > 0, 0, negative)}
    why = "only direction tuning was recorded"
    absent = {name: why for name in PROTOCOLS_SHOWN if name != ENTRY}
    return Population(shown, absent, everyone.astype(float), recorded.position_um)


def _problems(n_neurons: int, n_driven: int, negative: bool) -> list[str]:
    found = []
    if n_driven < n_neurons:
        found.append(
            f"{n_neurons - n_driven} of {n_neurons} curves are not finite or nowhere positive; "
            "their neurons are left out."
        )
    if negative:
        found.append("Responses lie below zero, where indices of selectivity are not defined.")
    return found


def _read(path: Path) -> Float:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ValueError("it is too large")
        return np.asarray(np.load(path, allow_pickle=False), np.float64)
    except (ValueError, OSError, EOFError) as error:
        raise InputError(
            f"{str(path)!r} cannot be read: {error}.", "Give an array of numbers as .npy."
        ) from error
