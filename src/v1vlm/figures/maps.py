"""Where in cortex and in the visual field neurons respond, and how far from a feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.distance import Curve, Field, by_distance, draw_distance
from v1vlm.figures.sheet import (
    DASHES,
    INK,
    WIDTH_IN,
    FigureFile,
    colour_scale,
    colours,
    counted,
    csv_of,
    over_panel,
    panel_title,
    sheet,
    svg_of,
)
from v1vlm.records import Json
from v1vlm.stimuli import Screen

VECTOR_MAX = 800
"""More points than this are drawn as pixels: files stay small, and readers quick."""

SHADES = 48
"""Shades of a point: fewer than an eye tells apart, so that points can share theirs."""

PICTURES_MAX = 3
TITLED = 0.225  # share of the sheet above the last panel
HEIGHT_IN = 3.6
Float = NDArray[np.float64]


def maps_figure(
    field: Field, levels: Sequence[str], contrast: Sequence[float], screen: Screen
) -> FigureFile:
    """Activity and modulation on the cortical plane, in the visual field and by distance.

    Parameters
    ----------
    contrast : sequence of float
        Weight of every condition in the modulation, summing to 0: (1, -1) for a pair.
    screen : Screen
        What degrees mean.

    Returns
    -------
    FigureFile
        Its facts say whether distance is from a ``feature`` or from the stimulus centre, and
        give the numbers of neurons and draws.
    """
    n_draws, _, n_neurons = field.responses.shape
    note = f"{counted(n_neurons, 'neuron')}, {counted(n_draws, 'draw')}"
    weights = np.asarray(contrast, float)
    curve = by_distance(field)
    with sheet(HEIGHT_IN) as figure:
        modulation = _modulation(field.responses, weights)
        if field.position_um is not None:
            _cortex(figure, field, modulation, note)
        axes = figure.add_axes((0.775, 0.61, 0.215, 0.27))
        draw_distance(axes, curve, levels, note)
        _over_stimulus(figure, field, levels, screen)
        _around(figure, field, weights, note, difference_of(levels, weights))
        svg = svg_of(figure)
    facts: dict[str, Json] = {
        "n_neurons": n_neurons,
        "n_draws": n_draws,
        "feature": curve.feature,
        "cortex": field.position_um is not None,
    }
    return FigureFile(svg, _csv(field, modulation, curve, levels), facts)


def _modulation(responses: Float, weights: Float) -> Float:
    """Modulation index (neuron,) of the mean responses over draws; NaN for a silent neuron."""
    mean = np.maximum(responses.mean(axis=0), 0.0)
    difference = weights @ mean
    total = np.abs(weights) @ mean
    index = np.full(len(total), np.nan)
    np.divide(difference, total, out=index, where=total > 1e-4)
    return index


def difference_of(levels: Sequence[str], weights: Float) -> str:
    """What the modulation subtracts from what, in few words."""
    plus = [level for level, weight in zip(levels, weights, strict=True) if weight > 0]
    minus = [level for level, weight in zip(levels, weights, strict=True) if weight < 0]
    if len(plus) > 1:
        return "Interaction"
    return over_panel(f"{plus[0]} − {minus[0]}", TITLED)


# cortex


def _cortex(figure: Any, field: Field, modulation: Float, note: str) -> None:
    position = field.position_um
    if position is None:
        return
    activity = field.responses.mean(axis=(0, 1))
    low, high = _limits(activity)
    axes = figure.add_axes((0.065, 0.61, 0.215, 0.27))
    _points(axes, position, activity, "cividis", (low, high), "o")
    panel_title(axes, "a", "Activity on the cortical plane", note)
    colour_scale(figure, (0.285, 0.61, 0.01, 0.27), "cividis", (low, high), "ref. units")
    axes.set_ylabel("y (µm)")
    right = figure.add_axes((0.395, 0.61, 0.215, 0.27))
    most = _most(modulation)
    # Shape tells the sign where colour is not seen.
    for sign, marker in ((1, "^"), (-1, "v")):
        chosen = np.nan_to_num(modulation) * sign > 0
        _points(right, position[chosen], modulation[chosen], "PuOr_r", (-most, most), marker)
    panel_title(right, "b", "Modulation on the cortical plane", note)
    colour_scale(figure, (0.615, 0.61, 0.01, 0.27), "PuOr_r", (-most, most), "index")
    for one in (axes, right):
        one.set_xlabel("x (µm)", labelpad=1)
        one.tick_params(labelsize=6.5)
        one.set_aspect("equal", adjustable="datalim")


def _points(
    axes: Any, at: Float, values: Float, cmap: str, limits: tuple[float, float], marker: str
) -> None:
    axes.scatter(
        at[:, 0],
        at[:, 1],
        c=values,
        s=6 if len(at) < VECTOR_MAX else 3,
        cmap=_shades(cmap),
        vmin=limits[0],
        vmax=limits[1],
        marker=marker,
        linewidths=0,
        **_dense(len(at)),
    )


def _dense(n: int) -> dict[str, bool]:
    """Draw many points as pixels of few colours, which take fewer bytes."""
    return {"rasterized": True, "antialiased": False} if n > VECTOR_MAX else {}


def _shades(cmap: str) -> Any:
    import matplotlib as mpl

    return mpl.colormaps[cmap].resampled(SHADES)


def _limits(values: Float) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, (2, 98))
    return float(low), float(max(high, low + 1e-6))


def _most(values: Float) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(max(np.percentile(finite, 95), 1e-3)) if finite.size else 1.0


# visual field


def _over_stimulus(figure: Any, field: Field, levels: Sequence[str], screen: Screen) -> None:
    """Responses of the first draw at the receptive fields, over what was shown there."""
    chosen = np.unique(np.linspace(0, len(levels) - 1, PICTURES_MAX).round().astype(int))
    measured = np.isfinite(field.azimuth_deg)
    row, column = screen.to_pixels(field.azimuth_deg[measured], field.elevation_deg[measured])
    responses = field.responses[0][:, measured]
    low, high = _limits(responses[chosen])
    room = 0.575
    across = (room - 0.02 * (len(chosen) - 1)) / len(chosen)
    note = f"{counted(int(measured.sum()), 'neuron')}, draw 1"
    for place, c in enumerate(chosen):
        axes = figure.add_axes((0.065 + place * (across + 0.02), 0.1, across, 0.3))
        frames = field.stimuli[0, c]
        axes.imshow(frames[len(frames) // 2], cmap="gray", vmin=0, vmax=255, interpolation="none")
        axes.scatter(
            column,
            row,
            c=responses[c],
            s=3.5,
            cmap=_shades("plasma"),
            vmin=low,
            vmax=high,
            linewidths=0,
            **_dense(len(row)),
        )
        ratio = across * WIDTH_IN / (0.3 * HEIGHT_IN)
        _view(axes, (row, column), field.centres[0], screen, ratio)
        if place:
            axes.set_yticklabels([])
        else:
            axes.set_ylabel("elevation (°)", labelpad=1)
        panel_title(axes, "d" if place == 0 else "", over_panel(levels[c], across), note)
        # The line of the condition in panel c.
        line, at = DASHES[c % len(DASHES)], axes.transAxes
        style = {"color": colours(len(levels))[c], "clip_on": False, "transform": at}
        axes.plot([0.84, 0.99], [1.05, 1.05], line, linewidth=1.3, **style)
    right = 0.065 + room + 0.006
    colour_scale(figure, (right, 0.1, 0.01, 0.3), "plasma", (low, high), "ref. units")


def _view(axes: Any, at: tuple[Float, Float], centre: Float, screen: Screen, ratio: float) -> None:
    """Limit the view to the receptive fields and the stimulus; ticks in degrees."""
    row_0, column_0 = (float(p) for p in screen.to_pixels(*centre))
    height, width = screen.shape
    spans = [
        [min(pixels.min(initial=place), place) - 3, max(pixels.max(initial=place), place) + 3]
        for pixels, place in zip(at, (row_0, column_0), strict=True)
    ]
    tall, wide = (high - low for low, high in spans)
    _widen(spans[0], wide / ratio - tall, height)
    _widen(spans[1], tall * ratio - wide, width)
    axes.set_ylim(*reversed(spans[0]))
    axes.set_xlim(*spans[1])
    axes.plot(column_0, row_0, "+", color="white", markersize=9, markeredgewidth=2.2)
    axes.plot(column_0, row_0, "+", color=INK, markersize=8, markeredgewidth=0.9)
    marks = np.arange(-80, 81, 20)
    across = screen.to_pixels(marks, np.zeros(len(marks)))[1]
    # The screen is flat: a row has one elevation at one azimuth only, here the stimulus's.
    down = screen.to_pixels(np.full(len(marks), centre[0]), marks)[0]
    for axis, places, (low, high) in zip(
        (axes.yaxis, axes.xaxis), (down, across), spans, strict=True
    ):
        # Labels at the very ends would touch those of the next panel.
        inside = (places >= low + 2) & (places <= high - 2)
        axis.set_ticks(places[inside], [str(m).replace("-", "−") for m in marks[inside]])
    axes.tick_params(labelsize=6.5)
    axes.set_xlabel("azimuth (°)", labelpad=1)


def _widen(span: list[float], by: float, size: int) -> None:
    """Widen a span of pixels about its middle, as far as the screen goes."""
    grow = max(by, 0.0) / 2
    span[:] = max(span[0] - grow, -0.5), min(span[1] + grow, size - 0.5)


def _around(figure: Any, field: Field, weights: Float, note: str, title: str) -> None:
    """Difference between conditions by where the receptive field lies around the stimulus."""
    edges = np.arange(-37.5, 37.6, 5.0)
    difference = np.einsum("c,dcn->dn", weights / np.abs(weights).max(), field.responses)
    dx = field.azimuth_deg[None] - field.centres[:, :1]
    dy = field.elevation_deg[None] - field.centres[:, 1:]
    known = np.isfinite(dx) & np.isfinite(dy)
    bins = (edges, edges)
    count = np.histogram2d(dy[known], dx[known], bins)[0]
    total = np.histogram2d(dy[known], dx[known], bins, weights=difference[known])[0]
    mean = np.full(count.shape, np.nan)
    np.divide(total, count, out=mean, where=count >= 5)
    low, high = _limits(mean)
    axes = figure.add_axes((0.77, 0.1, 0.15, 0.15 * WIDTH_IN / HEIGHT_IN))
    axes.imshow(
        mean,
        cmap="cividis",
        vmin=low,
        vmax=high,
        origin="lower",
        extent=(edges[0], edges[-1], edges[0], edges[-1]),
        interpolation="none",
    )
    axes.plot(0, 0, "+", color=INK, markersize=7, markeredgewidth=0.9)
    axes.set_xlabel("azimuth from stimulus (°)", labelpad=1)
    axes.set_ylabel("elevation (°)", labelpad=1)
    axes.tick_params(labelsize=6.5)
    colour_scale(
        figure,
        (0.926, 0.1, 0.01, 0.15 * WIDTH_IN / HEIGHT_IN),
        "cividis",
        (low, high),
        "ref. units",
    )
    panel_title(axes, "e", title, note)


def _csv(field: Field, modulation: Float, curve: Curve, levels: Sequence[str]) -> str:
    """One table of neurons and one of bins, told apart by the first column."""
    position = field.position_um
    n = len(field.neurons)
    plane = np.full((n, 2), np.nan) if position is None else position[:, :2]
    mean = field.responses.mean(axis=0)
    header = ["table", "neuron", "x_um", "y_um", "rf_azimuth_deg", "rf_elevation_deg"]
    header += [f"mean response, {level}" for level in levels]
    header += [f"draw 1 response, {level}" for level in levels]
    header += [
        "modulation",
        "from_deg",
        "to_deg",
        "condition",
        "mean",
        "sem",
        "n_draws",
        "n_neurons",
    ]
    rows: list[list[object]] = [
        [
            *("neurons", int(field.neurons[i]), *map(_short, plane[i])),
            *(_short(field.azimuth_deg[i]), _short(field.elevation_deg[i])),
            *(_short(value) for value in (*mean[:, i], *field.responses[0, :, i], modulation[i])),
            *[""] * 7,
        ]
        for i in range(n)
    ]
    rows += [
        [
            *("distance", *[""] * (6 + 2 * len(levels))),
            *(float(curve.edges[k]), float(curve.edges[k + 1]), levels[c]),
            *(_short(curve.mean[c, k]), _short(curve.sem[c, k])),
            *(int(curve.n_draws[k]), int(curve.n_neurons[k])),
        ]
        for c in range(len(levels))
        for k in range(len(curve.edges) - 1)
    ]
    return csv_of(header, rows)


def _short(value: float) -> float | str:
    """Five digits; nothing for what is not known."""
    return float(f"{value:.5g}") if np.isfinite(value) else ""
