"""Measures: named numbers computed from the responses to one draw of a contrast.

Responses arrive divided by each neuron's frozen reference (95th percentile over natural crops
minus grey).
"""

from __future__ import annotations

import difflib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm import plugins
from v1vlm.analysis.built_in import BUILT_IN, SILENT, Measure, modulation
from v1vlm.errors import ContractError, UnknownNameError

__all__ = [
    "SILENT",
    "Measure",
    "measure",
    "measure_names",
    "population_index",
    "score_draw",
]

Array = NDArray[np.floating[Any]]


def measure(name: str) -> Measure:
    """Find a measure: a built-in by name, or a plug-in of the group ``v1vlm.measures``.

    Parameters
    ----------
    name : str
        One of `measure_names`, ``NAME:ARG`` or ``module:factory``.

    Raises
    ------
    UnknownNameError
        If nothing is known under that name; names the nearest match.
    ContractError
        If the plug-in's factory does not return a `Measure`.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    try:
        loaded = plugins.load("measures", name)
    except UnknownNameError as error:
        known = measure_names()
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UnknownNameError(
            f"There is no measure called {name!r}.",
            f"{hint}Known: {', '.join(known)}; or give module:factory.",
        ) from error
    if not isinstance(loaded, Measure):
        raise ContractError(
            f"The measure {name!r} is a {type(loaded).__name__}.",
            "Its factory must return a v1vlm.analysis.measures.Measure.",
        )
    return loaded


def measure_names() -> tuple[str, ...]:
    """Names of all measures, built in and registered, sorted."""
    return tuple(sorted({*BUILT_IN, *plugins.names("measures")}))


def score_draw(measure: Measure, summary: Array) -> float:
    """Score one draw.

    Parameters
    ----------
    measure : Measure
    summary : array (feature, neuron)
        A neuron that is NaN in any feature does not count.

    Returns
    -------
    float
        Not clipped; NaN if the draw is invalid, as it is without any neuron.
    """
    features = _population(summary)
    return float("nan") if features is None else float(measure.score(features))


def population_index(measure: Measure, summary: Array) -> float | None:
    """Population modulation index of one draw, (ΣA − ΣB)/(ΣA + ΣB), from any pair measure.

    It is reported beside measures that average over neurons, because the two can disagree.

    Returns
    -------
    float or None
        NaN if the population is silent; None if the summary does not hold both responses.
    """
    features = _population(summary)
    if measure.members is None or features is None:
        return None
    return float(modulation(features[list(measure.members)]))


def _population(summary: Array) -> Array | None:
    counted = ~np.isnan(summary).any(axis=0)
    if not counted.any():
        return None
    features: Array = summary[:, counted].mean(axis=1, dtype=np.float64)
    return features
