"""Responses by the distance of the receptive field from a feature of the stimulus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import angular_distance_deg
from v1vlm.figures.sheet import DASHES, colours, label_of, panel_title

BIN_DEG, REACH_DEG = 4.0, 40.0
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Field:
    """Responses of all neurons of the tested half, whatever their distance.

    Attributes
    ----------
    responses : array (draw, condition, neuron)
        Mean in the registered window, in units of each neuron's reference.
    neurons : array (neuron,)
        Which they are.
    azimuth_deg, elevation_deg : arrays (neuron,)
        Centres of the receptive fields; NaN where not measurable.
    position_um : array (neuron, 2) or None
        On the cortical plane.
    centres : array (draw, 2)
        Azimuth and elevation of the stimulus.
    features : sequence of array (n, 2)
        Per draw, places of junctions, gaps or edges; may be empty.
    stimuli : uint8 array (draw, condition, frame, y, x)
        Frames of the first draws.
    """

    responses: Float
    neurons: NDArray[np.integer[Any]]
    azimuth_deg: Float
    elevation_deg: Float
    position_um: Float | None
    centres: Float
    features: Sequence[Float]
    stimuli: NDArray[np.uint8]


@dataclass(frozen=True)
class Curve:
    """Mean response by distance: (condition, bin), over draws that have neurons there."""

    edges: Float
    mean: Float
    sem: Float
    n_draws: NDArray[np.intp]
    n_neurons: NDArray[np.intp]
    feature: bool


def by_distance(field: Field) -> Curve:
    """Responses by distance of the receptive field from the nearest feature of the draw.

    Where some draw has none, from the stimulus centre.
    """
    feature = bool(field.features) and all(len(places) for places in field.features)
    edges = np.arange(0.0, REACH_DEG + BIN_DEG / 2, BIN_DEG)
    n_draws, n_conditions, _ = field.responses.shape
    means = np.full((n_draws, n_conditions, len(edges) - 1), np.nan)
    seen = [set[int]() for _ in edges[:-1]]
    for draw in range(n_draws):
        places = field.features[draw] if feature else field.centres[draw][None]
        distance = _nearest(field, places)
        for k in range(len(edges) - 1):
            inside = (distance >= edges[k]) & (distance < edges[k + 1])
            if inside.any():
                means[draw, :, k] = field.responses[draw][:, inside].mean(axis=1)
                seen[k].update(np.flatnonzero(inside).tolist())
    count = np.isfinite(means[:, 0]).sum(axis=0)
    total = np.nansum(means, axis=0)
    mean = np.full(total.shape, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    square = np.nansum((means - mean) ** 2, axis=0)
    sem = np.full(total.shape, np.nan)
    # The draw is the unit, as in the test.
    np.divide(square, count * (count - 1.0), out=sem, where=count > 1)
    neurons = np.array([len(one) for one in seen])
    return Curve(edges, mean, np.sqrt(sem), count, neurons, feature)


def _nearest(field: Field, places: Float) -> Float:
    distances = [
        angular_distance_deg(field.azimuth_deg, field.elevation_deg, (float(az), float(el)))
        for az, el in places
    ]
    nearest: Float = np.min(distances, axis=0)
    return nearest


def draw_distance(axes: Any, curve: Curve, levels: Sequence[str], note: str) -> None:
    """Draw mean ± SEM over draws against distance, one line per condition."""
    middle = (curve.edges[:-1] + curve.edges[1:]) / 2
    for c, colour in enumerate(colours(len(levels))):
        style = {"color": colour, "linestyle": DASHES[c % len(DASHES)], "linewidth": 1.1}
        axes.errorbar(
            middle, curve.mean[c], curve.sem[c], elinewidth=0.6, label=label_of(levels[c], 14),
            marker="o", markersize=2.2, **style,
        )  # fmt: skip
    axes.set_xlim(0, curve.edges[-1])
    axes.set_xlabel(f"distance from {'feature' if curve.feature else 'stimulus'} (°)", labelpad=1)
    axes.set_ylabel("response (ref. units)")
    axes.tick_params(labelsize=6.5)
    title = "Feature-triggered average" if curve.feature else "Response by distance"
    panel_title(axes, "c", title, note)
