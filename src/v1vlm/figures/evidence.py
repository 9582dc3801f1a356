"""The course of the evidence, the draws that it comes from, and the estimates after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import (
    BAND,
    DIM,
    INK,
    FigureFile,
    colours,
    counted,
    csv_of,
    key,
    label_of,
    panel_title,
    sheet,
    svg_of,
)

FLOOR = 1e-4  # capital below it is drawn at it: how fast a lost bet shrinks says nothing
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """An estimate to be drawn.

    Attributes
    ----------
    kind : str
        ``main``, ``window`` (beside the registered one), ``control`` or ``replication``.
    interval : (float, float) or None
        None where there are too few neurons for one.
    """

    name: str
    kind: str
    value: float
    interval: tuple[float, float] | None
    n_draws: int


def evidence_figure(
    d: Float,
    support: Float,
    refute: Float,
    thresholds: tuple[float, float],
    margin: float,
    bound: float,
    estimates: Sequence[Interval] = (),
    n_neurons: int = 0,
) -> FigureFile:
    """Two e-processes with their thresholds; the draws with the margin; the estimates.

    Parameters
    ----------
    d : array (n,)
        Clipped values of the test draws, in order, up to the decision.
    support, refute : arrays (n,)
        E-processes after each draw.
    thresholds : (float, float)
        Of support and of refutation.
    estimates : sequence of Interval
        From fresh draws: the registered one first, then others.
    n_neurons : int
        That the estimates are of.
    """
    draws = np.arange(1, len(d) + 1)
    note = counted(len(d), "test draw")
    with sheet(1.9) as figure:
        left = figure.add_axes((0.07, 0.21, 0.255, 0.6))
        _processes(left, draws, support, refute, thresholds)
        panel_title(left, "a", "Evidence", note)
        middle = figure.add_axes((0.435, 0.21, 0.215, 0.6))
        _draws(middle, draws, d, margin, bound)
        panel_title(middle, "b", "Draws", note)
        if estimates:
            right = figure.add_axes((0.795, 0.21, 0.195, 0.6))
            _estimates(right, estimates, margin)
            of = f", {counted(n_neurons, 'neuron')}" if n_neurons else ""
            note = f"{counted(estimates[0].n_draws, 'draw')}{of}"
            panel_title(right, "c", "Estimates", note, out=62)
        svg = svg_of(figure)
    cut = bool(len(d)) and bool(min(support.min(), refute.min()) < FLOOR)
    facts: dict[str, Any] = {"n_draws": len(d), "cut": cut}
    return FigureFile(svg, _csv(draws, d, support, refute, estimates), facts)


def _csv(
    draws: NDArray[np.int_], d: Float, support: Float, refute: Float, estimates: Sequence[Interval]
) -> str:
    names = "draw", "d", "e_support", "e_refute"
    header = ["panel", *names, "estimate_of", "kind", "estimate", "low", "high", "n_draws"]
    columns = (draws.tolist(), d.tolist(), support.tolist(), refute.tolist())
    rows: list[list[object]] = [["draws", *row, *[""] * 6] for row in zip(*columns, strict=True)]
    rows += [
        ["estimates", *[""] * 4, e.name, e.kind, e.value, *(e.interval or ("", "")), e.n_draws]
        for e in estimates
    ]
    return csv_of(header, rows)


def _processes(
    axes: Any,
    draws: NDArray[np.int_],
    support: Float,
    refute: Float,
    thresholds: tuple[float, float],
) -> None:
    named = zip(("for", "against"), (support, refute), colours(2), ("-", "--"), strict=True)
    for (name, process, colour, dashes), threshold in zip(named, thresholds, strict=True):
        # Before the first draw the capital is one.
        path = np.maximum(np.concatenate([[1.0], process]), FLOOR)
        axes.plot(np.concatenate([[0], draws]), path, dashes, color=colour, label=name)
        axes.axhline(threshold, color=colour, linewidth=0.7, linestyle=(0, (1, 1.5)))
    axes.set_yscale("log")
    low = min(1.0, float(np.maximum(np.minimum(support, refute), FLOOR).min(initial=1.0)))
    high = max(float(np.maximum(support, refute).max(initial=1.0)), *thresholds)
    axes.set_ylim(low / 2, high * 4)
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
    key(axes, bbox_to_anchor=(1.0, 1.09))


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
        key(axes, bbox_to_anchor=(1.0, 1.09))
    axes.set_xlim(0, max(len(draws), 1) * 1.02)
    axes.set_ylim(-1.12 * bound, 1.12 * bound)
    axes.set_xlabel("test draws")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("measure of one draw")


def _estimates(axes: Any, estimates: Sequence[Interval], margin: float) -> None:
    marks = {
        "main": ("o", 5.0, INK),
        "window": ("s", 3.5, DIM),
        "control": ("D", 3.5, "white"),
        "replication": ("^", 4.0, "white"),
    }
    axes.axvspan(-margin, margin, color=BAND, alpha=0.6, linewidth=0, zorder=0)
    axes.axvline(0, color=DIM, linewidth=0.6, zorder=0)
    for row, one in enumerate(estimates):
        marker, size, face = marks[one.kind]
        if one.interval is not None:
            axes.plot(one.interval, [-row, -row], color=INK, linewidth=1.0)
        axes.plot(
            one.value,
            -row,
            marker,
            markersize=size,
            markerfacecolor=face,
            markeredgecolor=INK,
            markeredgewidth=0.7,
        )
    axes.set_ylim(-len(estimates) + 0.4, 0.6)
    names = [label_of(one.name, 14) for one in estimates]
    axes.set_yticks([-row for row in range(len(estimates))], names, size=6.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("measure")
