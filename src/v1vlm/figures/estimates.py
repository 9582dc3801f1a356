"""All estimates of a study at one glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from v1vlm.figures.evidence import Interval
from v1vlm.figures.sheet import (
    BAND,
    DIM,
    INK,
    FigureFile,
    csv_of,
    label_of,
    sheet,
    svg_of,
    wrapped,
)
from v1vlm.records import Json

FACES = {"supported": INK, "contradicted": "white", "inconclusive": "#a9a9b2"}
ROOMY, TIGHT_IN, HEIGHT_MAX_IN = 12, 0.165, 4.8
LEFT = -1.36  # of the words, in widths of the axes


@dataclass(frozen=True)
class Row:
    """One finding.

    Attributes
    ----------
    verdict : str
        With what the controls say.
    estimates : sequence of Interval
        The registered one first; then those of the controls and of the replications.
    """

    id: str
    title: str
    measure: str
    verdict: str
    judged: str
    margin: float
    n_neurons: int
    estimates: Sequence[Interval]


def estimates_figure(rows: Sequence[Row]) -> FigureFile:
    """One line per finding: estimate with interval, margin, controls, and n.

    Parameters
    ----------
    rows : sequence of Row
        In the order of registration, at least one.
    """
    pitch = 0.27 if len(rows) <= ROOMY else TIGHT_IN
    pitch = min(pitch, HEIGHT_MAX_IN / len(rows))
    height = pitch * len(rows) + 0.62
    title_left = LEFT + max(0.135, 0.025 + 0.036 * max(len(row.id) for row in rows))
    with sheet(height) as figure:
        axes = figure.add_axes((0.385, 0.4 / height, 0.28, pitch * len(rows) / height))
        for at, row in enumerate(rows):
            _line(axes, -at, row, title_left, small=pitch < 0.2)
        axes.axvline(0, color=DIM, linewidth=0.6, zorder=0)
        axes.set_ylim(-len(rows) + 0.5, 0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("estimate of the measure; 95 % interval over draws and neurons")
        names = ("hypothesis", "verdict", "draws, neurons")
        for x, name in zip((LEFT, 1.03, 1.75), names, strict=True):
            _write(axes, x, 0.5, name, {"color": DIM, "va": "bottom", "size": 6.5})
        svg = svg_of(figure)
    facts: dict[str, Json] = {
        "n_findings": len(rows),
        **{
            f"{kind}s": any(one.kind == kind for row in rows for one in row.estimates)
            for kind in ("control", "replication")
        },
    }
    return FigureFile(svg, _csv(rows), facts)


def _line(axes: Any, at: int, row: Row, title_left: float, *, small: bool) -> None:
    size = 6.0 if small else 6.5
    main, *controls = row.estimates
    edges, low = (-row.margin, row.margin), at - 0.42
    axes.fill_between(edges, low, at + 0.42, color=BAND, alpha=0.6, linewidth=0, zorder=0)
    if main.interval is not None:
        axes.plot(main.interval, (at, at), color=INK, linewidth=1.3)
    face = FACES[row.verdict]
    _point(axes, main.value, at, "o", 4 if small else 5.5, face)
    for k, control in enumerate(controls):
        # Below the line of their claim, one beside the other.
        y = at - 0.2 - 0.16 * (k + 1) / (len(controls) + 1)
        if control.interval is not None:
            axes.plot(control.interval, (y, y), color=DIM, linewidth=0.5)
        marker = "^" if control.kind == "replication" else "D"
        _point(axes, control.value, y, marker, 1.7 if small else 2.4, "white")
    style = {"va": "center", "size": size}
    _write(axes, LEFT, at, row.id, {**style, "weight": "bold"})
    title = label_of(row.title, 42) if small else wrapped(row.title, 44, 86)
    _write(axes, title_left, at, title, {**style, "linespacing": 0.95})
    judged = label_of(row.judged, 28) if small else wrapped(row.judged, 24, 48)
    _write(axes, 1.03, at, judged, {**style, "linespacing": 0.95})
    _write(axes, 1.75, at, f"{main.n_draws}, {row.n_neurons}", style)


def _point(axes: Any, x: float, y: float, marker: str, size: float, face: str) -> None:
    edge = {"markeredgecolor": INK, "markeredgewidth": 0.7}
    axes.plot(x, y, marker, markersize=size, markerfacecolor=face, **edge)


def _write(axes: Any, x: float, y: float, text: str, style: dict[str, Any]) -> None:
    from matplotlib.transforms import blended_transform_factory

    place = blended_transform_factory(axes.transAxes, axes.transData)
    axes.text(x, y, text, transform=place, clip_on=False, **style)


def _csv(rows: Sequence[Row]) -> str:
    header = [
        "id", "title", "verdict", "measure", "margin", "n_neurons",
        "estimate_of", "kind", "estimate", "low", "high", "n_draws",
    ]  # fmt: skip
    made = (
        [
            *(row.id, row.title, row.judged, row.measure, row.margin, row.n_neurons),
            *(one.name, one.kind, one.value, *(one.interval or ("", "")), one.n_draws),
        ]
        for row in rows
        for one in row.estimates
    )
    return csv_of(header, made)
