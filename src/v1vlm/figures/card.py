"""Distributions of a population, each with what was recorded drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from v1vlm.figures.sheet import BAND, DIM, INK, FigureFile, csv_of, label_of, sheet, svg_of

TWIN, REFERENCE = "#1f4e8c", "#e08a00"
COLUMNS, ROW_IN = 4, 1.06


@dataclass(frozen=True)
class Panel:
    """A curve of the twin and its reference.

    Attributes
    ----------
    title, x_label : str
    n : int
        Neurons.
    x, y : sequence of float
        Cumulative shares y of values x, or any curve; empty if nothing was measured.
    y_label : str
        What y is, if not the share of the neurons up to x.
    reference : (x, y) or None
        Recorded curve.
    passes : (float, float) or None
        What the median may be for the fact to pass.
    median : float or None
        Published median.
    """

    title: str
    x_label: str
    n: int
    x: Sequence[float]
    y: Sequence[float]
    y_label: str = ""
    reference: tuple[Sequence[float], Sequence[float]] | None = None
    passes: tuple[float, float] | None = None
    median: float | None = None


def card_figure(panels: Sequence[Panel], width_in: float = 7.3) -> FigureFile:
    """Draw panels four to a row.

    Parameters
    ----------
    panels : sequence of Panel
        At least one.
    width_in : float
    """
    n_rows = -(-len(panels) // COLUMNS)
    height = ROW_IN * n_rows
    with sheet(height, width_in) as figure:
        for number, panel in enumerate(panels):
            row, column = divmod(number, COLUMNS)
            left = (0.45 + column * (width_in - 0.1) / COLUMNS) / width_in
            bottom = 1 - ((row + 1) * ROW_IN - 0.31) / height
            wide = ((width_in - 0.1) / COLUMNS - 0.55) / width_in
            axes = figure.add_axes((left, bottom, wide, 0.58 / height))
            draw_panel(axes, panel, first=column == 0)
        svg = svg_of(figure)
    return FigureFile(svg, _csv(panels), {"n_panels": len(panels)})


def draw_panel(axes: Any, panel: Panel, *, first: bool) -> None:
    """Draw one panel; the first of a row says what its y is."""
    if panel.reference is not None:
        axes.plot(*panel.reference, color=REFERENCE, linestyle="--", linewidth=1.1)
    if panel.passes is not None:
        axes.axvspan(*panel.passes, color=BAND, alpha=0.7, linewidth=0, zorder=0)
    if panel.median is not None:
        axes.plot(panel.median, 0.5, "D", color=REFERENCE, markersize=3.4, zorder=3)
    if len(panel.x):
        marker = {} if not panel.y_label else {"marker": "o", "markersize": 2.2}
        axes.plot(panel.x, panel.y, color=TWIN, linewidth=1.3, **marker)
    else:
        axes.text(0.5, 0.5, "not measured", transform=axes.transAxes, ha="center", color=DIM)
    if not panel.y_label:
        axes.axhline(0.5, color=DIM, linewidth=0.4, zorder=0)
        axes.set_yticks([0, 0.5, 1])
        axes.set_ylim(0, 1.03)
    else:
        _limit_y(axes, panel)
    if first or panel.y_label:
        axes.set_ylabel(label_of(panel.y_label or "share of neurons", 20), size=6)
    _limit(axes, panel)
    axes.tick_params(labelsize=6, pad=1.5)
    axes.set_xlabel(label_of(panel.x_label, 40), size=6, labelpad=1)
    axes.set_title(label_of(panel.title, 40), size=7, pad=3, color=INK)
    axes.text(0.99, 0.06, f"n {panel.n}", transform=axes.transAxes, ha="right", size=5.5, color=DIM)


def _limit(axes: Any, panel: Panel) -> None:
    """From the 2nd to the 98th percentile of what is drawn: tails would flatten the rest."""
    if panel.y_label:
        return
    shown = []
    curves = [(panel.x, panel.y)] if len(panel.x) else []
    curves += [panel.reference] if panel.reference is not None else []
    for x, y in curves:
        shown += np.interp([0.02, 0.98], y, x).tolist()
    shown += [*(panel.passes or ()), *([] if panel.median is None else [panel.median])]
    if shown and min(shown) < max(shown):
        edge = 0.03 * (max(shown) - min(shown))
        axes.set_xlim(min(shown) - edge, max(shown) + edge)


def _limit_y(axes: Any, panel: Panel) -> None:
    """All of both curves, and zero."""
    drawn = [0.0, *panel.y, *(panel.reference[1] if panel.reference is not None else ())]
    axes.set_ylim(min(drawn), max(1.08 * max(drawn), min(drawn) + 1e-6))


def _csv(panels: Sequence[Panel]) -> str:
    rows: list[list[object]] = []
    for panel in panels:
        rows += [
            [panel.title, "twin", panel.n, x, y] for x, y in zip(panel.x, panel.y, strict=True)
        ]
        if panel.reference is not None:
            pairs = zip(*panel.reference, strict=True)
            rows += [[panel.title, "reference", "", float(x), float(y)] for x, y in pairs]
        if panel.median is not None:
            rows.append([panel.title, "published median", "", panel.median, 0.5])
        if panel.passes is not None:
            rows += [[panel.title, "passes", "", value, ""] for value in panel.passes]
    return csv_of(["panel", "curve", "n", "x", "y"], rows)
