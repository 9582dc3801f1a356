"""The course of the evidence, and the draws that it comes from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import (
    BAND,
    DIM,
    INK,
    FigureFile,
    colours,
    csv_of,
    panel_title,
    sheet,
    svg_of,
)

FLOOR = 1e-4  # capital below it is drawn at it: how fast a lost bet shrinks says nothing
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Float = NDArray[np.float64]


def evidence_figure(
    d: Float,
    support: Float,
    refute: Float,
    thresholds: tuple[float, float],
    margin: float,
    bound: float,
) -> FigureFile:
    """Two e-processes with their thresholds on a log axis; the draws with the margin.

    Parameters
    ----------
    d : array (n,)
        Clipped values of the test draws, in order, up to the decision.
    support, refute : arrays (n,)
        E-processes after each draw.
    thresholds : (float, float)
        Of support and of refutation.
    """
    draws = np.arange(1, len(d) + 1)
    with sheet(2.1) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        _processes(left, draws, support, refute, thresholds)
        _draws(right, draws, d, margin, bound)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.84, bottom=0.2, wspace=0.24)
        svg = svg_of(figure)
    header = ["draw", "d", "e_support", "e_refute"]
    rows = zip(draws.tolist(), d.tolist(), support.tolist(), refute.tolist(), strict=True)
    cut = bool(len(d)) and bool(min(support.min(), refute.min()) < FLOOR)
    return FigureFile(svg, csv_of(header, rows), {"n_draws": len(d), "cut": cut})


def _processes(
    axes: Any,
    draws: NDArray[np.int_],
    support: Float,
    refute: Float,
    thresholds: tuple[float, float],
) -> None:
    named = zip(("support", "refutation"), (support, refute), colours(2), ("-", "--"), strict=True)
    for (name, process, colour, dashes), threshold in zip(named, thresholds, strict=True):
        # Before the first draw the capital is one.
        path = np.maximum(np.concatenate([[1.0], process]), FLOOR)
        axes.plot(np.concatenate([[0], draws]), path, dashes, color=colour, label=name)
        axes.axhline(threshold, color=colour, linewidth=0.7, linestyle=(0, (1, 1.5)))
    axes.set_yscale("log")
    low = min(1.0, float(np.maximum(np.minimum(support, refute), FLOOR).min(initial=1.0)))
    high = max(float(np.maximum(support, refute).max(initial=1.0)), *thresholds)
    axes.set_ylim(low / 2, high * 30)
    axes.set_xlim(0, max(len(draws), 1) * 1.02)
    axes.annotate(
        "thresholds" if thresholds[0] != thresholds[1] else "threshold",
        (0.012, max(thresholds)),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        color=DIM,
        size=6.5,
    )
    axes.yaxis.set_major_formatter(_power)
    axes.minorticks_off()
    axes.set_xlabel("test draws")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("e-value")
    axes.legend(loc="upper left", ncols=2, borderaxespad=0.2)
    panel_title(axes, "a", "Evidence")


def _power(value: float, _: object) -> str:
    return f"10{str(round(np.log10(value))).translate(_SUPERSCRIPT)}"


def _draws(axes: Any, draws: NDArray[np.int_], d: Float, margin: float, bound: float) -> None:
    axes.axhspan(-margin, margin, color=BAND, alpha=0.6, linewidth=0, zorder=0)
    axes.axhline(0, color=DIM, linewidth=0.6, zorder=0)
    for edge in (-bound, bound):
        axes.axhline(edge, color=DIM, linewidth=0.6, linestyle=(0, (4, 3)), zorder=0)
    axes.plot(draws, d, "o", color=INK, markersize=2.2, alpha=0.75, markeredgewidth=0)
    if len(d):
        axes.plot(draws, np.cumsum(d) / draws, color=colours(2)[0], label="running mean")
        axes.legend(loc="upper right", borderaxespad=0.2)
    axes.set_xlim(0, max(len(draws), 1) * 1.02)
    axes.set_ylim(-1.12 * bound, 1.45 * bound)
    axes.set_xlabel("test draws")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("measure of one draw")
    panel_title(axes, "b", "Draws, margin (grey) and bound (dashed)")
