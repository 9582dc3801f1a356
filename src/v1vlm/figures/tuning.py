"""Tuning of a population: median curves with quartiles, and distributions of the measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from v1vlm.figures.card import Panel, draw_panel
from v1vlm.figures.sheet import (
    DASHES,
    DIM,
    FigureFile,
    colours,
    csv_of,
    key,
    label_of,
    sheet,
    svg_of,
)

HEIGHT_IN = 1.75


@dataclass(frozen=True)
class Series:
    """One curve: median and quartiles over neurons, at every x."""

    name: str
    middle: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Curves:
    """Curves against one thing that varies.

    Attributes
    ----------
    x : sequence of float or str
        Words are drawn as equal steps.
    n : int
        Neurons.
    """

    x_label: str
    x: Sequence[float] | Sequence[str]
    series: Sequence[Series]
    n: int


def tuning_figure(curves: Curves, panels: Sequence[Panel]) -> FigureFile:
    """Curves at the left, up to three distributions beside them.

    Parameters
    ----------
    curves : Curves
    panels : sequence of Panel
    """
    panels = panels[:3]
    with sheet(HEIGHT_IN) as figure:
        axes = figure.add_axes((0.075, 0.24, 0.34, 0.58))
        _draw(axes, curves)
        for number, panel in enumerate(panels):
            axes = figure.add_axes((0.5 + 0.17 * number, 0.24, 0.13, 0.58))
            draw_panel(axes, panel, first=number == 0)
        svg = svg_of(figure)
    return FigureFile(svg, _csv(curves), {"n_neurons": curves.n})


def _draw(axes: Any, curves: Curves) -> None:
    words = len(curves.x) > 0 and isinstance(curves.x[0], str)
    x = list(range(len(curves.x))) if words else list(curves.x)
    shades = colours(max(len(curves.series), 2))
    for number, (one, colour) in enumerate(zip(curves.series, shades, strict=False)):
        style = {"color": colour, "linestyle": DASHES[number % len(DASHES)]}
        axes.fill_between(x, one.low, one.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(x, one.middle, marker="o", markersize=2.2, label=one.name, **style)
    if words:
        axes.set_xticks(x, [label_of(str(word), 12) for word in curves.x])
    axes.set_ylim(0, None)
    axes.set_xlabel(label_of(curves.x_label))
    axes.set_ylabel("response of the largest")
    axes.text(0.99, 0.04, f"n {curves.n}", transform=axes.transAxes, ha="right", size=6, color=DIM)
    if len(curves.series) > 1:
        key(axes)


def _csv(curves: Curves) -> str:
    rows = [
        [one.name, x, *values]
        for one in curves.series
        for x, *values in zip(curves.x, one.middle, one.low, one.high, strict=True)
    ]
    return csv_of(["series", curves.x_label, "median", "quartile_25", "quartile_75"], rows)
