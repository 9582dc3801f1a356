"""Painted images at their full size, beside the few pixels that the twin sees of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import DIM, WIDTH_IN, FigureFile, colours, csv_of, sheet, svg_of, wrapped
from v1vlm.figures.stimuli import show_pixels

Grey = NDArray[np.uint8]

PAINTED_PX = 256
"""Width that larger paintings are drawn at, each pixel the mean over its area; at the width of a
column some 200 dots per inch. They are JPEG, an eighth of what they would take without loss."""

LEFT_IN, GAP_IN, HEAD_IN, APART_IN = 1.15, 0.05, 0.2, 0.12
COLUMN_IN = 1.3

LINES: tuple[tuple[str, Any], ...] = (("#000000", "solid"), ("#ffffff", (0, (3, 3))))
"""A line that is seen on light and dark: white dashes on black."""


@dataclass(frozen=True)
class Painting:
    """One member of a draw.

    Attributes
    ----------
    image : uint8 array (y, x)
        As it was painted.
    prompt, request : str
        What it was painted from, and the name that the request has in the journal.
    seed : int
        Of painting.
    """

    image: Grey
    prompt: str
    request: str
    seed: int


@dataclass(frozen=True)
class PaintedDraw:
    """One draw, painted and as it was shown.

    Attributes
    ----------
    number : int
        From 1, in its stage.
    wording : str
        Which paraphrase it is; empty where its members were painted from none.
    original : Painting or None
        What its members are edits of.
    members : tuple of Painting or None
        Per condition; None for what is not painted.
    seen : uint8 array (condition, y, x)
        Matched, at the resolution of the screen.
    away_deg : array (y, x)
        Distance of every pixel of the screen from the centre of the stimulus.
    radius_deg : float or None
        Of the disc that edits are shown inside or outside of.
    """

    number: int
    wording: str
    original: Painting | None
    members: tuple[Painting | None, ...]
    seen: Grey
    away_deg: NDArray[np.float64]
    radius_deg: float | None = None


def paintings_figure(draws: Sequence[PaintedDraw], levels: Sequence[str]) -> FigureFile:
    """One column per draw; per condition what was painted and, below, what the twin sees.

    The numbers beside it say what every image was painted from; pixels are in the study.
    """
    first = next(one.image for one in draws[0].members if one is not None)
    return FigureFile(
        svg=_draw(draws, levels),
        csv=_csv(draws, levels),
        facts={
            "n_draws": len(draws),
            "n_wordings": len({draw.wording for draw in draws}),
            "height": first.shape[0],
            "width": first.shape[1],
            "drawn_at": min(first.shape[1], PAINTED_PX),
            "screen_height": draws[0].seen.shape[1],
            "screen_width": draws[0].seen.shape[2],
            "cropped": _part(first.shape, draws[0].seen.shape[1:]) is not None,
            "edited": any(draw.original is not None for draw in draws),
            "ringed": any(draw.radius_deg is not None for draw in draws),
        },
    )


@dataclass(frozen=True)
class _Row:
    """A row of pictures and what stands beside it; `condition` is None for the originals."""

    condition: int | None
    as_seen: bool
    height_in: float
    below_in: float


def _rows(draws: Sequence[PaintedDraw], across_in: float) -> list[_Row]:
    height, width = next(one.image for one in draws[0].members if one is not None).shape
    painted = across_in * height / width
    seen = across_in * draws[0].seen.shape[1] / draws[0].seen.shape[2]
    rows = []
    if any(draw.original is not None for draw in draws):
        rows.append(_Row(None, False, painted, APART_IN))
    for condition in range(len(draws[0].members)):
        if any(draw.members[condition] is not None for draw in draws):
            rows.append(_Row(condition, False, painted, GAP_IN))
        rows.append(_Row(condition, True, seen, APART_IN))
    return rows


def _draw(draws: Sequence[PaintedDraw], levels: Sequence[str]) -> str:
    across = min((WIDTH_IN - LEFT_IN - GAP_IN * (len(draws) - 1)) / len(draws), COLUMN_IN)
    rows = _rows(draws, across)
    total = HEAD_IN + sum(row.height_in + row.below_in for row in rows)
    with sheet(total) as figure:
        top = total - HEAD_IN
        for number, row in enumerate(rows):
            bottom = top - row.height_in
            _beside(figure, row, levels, (bottom, top, total), draws)
            for column, draw in enumerate(draws):
                left = LEFT_IN + column * (across + GAP_IN)
                box = (left / WIDTH_IN, bottom / total, across / WIDTH_IN, row.height_in / total)
                axes = figure.add_axes(box)
                _picture(axes, row, draw)
                if number == 0:
                    title = f"draw {draw.number}" + (f", {draw.wording}" if draw.wording else "")
                    axes.set_title(title, pad=3, size=7, loc="center")
            top = bottom - row.below_in
        return svg_of(figure, lossy_px=PAINTED_PX // 2)


def _beside(
    figure: Any,
    row: _Row,
    levels: Sequence[str],
    place_in: tuple[float, float, float],
    draws: Sequence[PaintedDraw],
) -> None:
    """What a row shows, and a bar in the colour of its condition."""
    from matplotlib.lines import Line2D

    bottom, top, total = place_in
    label, ink = "seen by the twin", DIM
    if row.condition is None:
        label = "original"
    elif not row.as_seen or all(draw.members[row.condition] is None for draw in draws):
        label, ink = levels[row.condition], "#1b1b1f"
    at = (LEFT_IN - 0.1) / WIDTH_IN, (bottom + top) / 2 / total
    figure.text(*at, wrapped(label, 18, 60), ha="right", va="center", color=ink)
    if row.condition is not None:
        x, colour = (LEFT_IN - 0.055) / WIDTH_IN, colours(len(levels))[row.condition]
        down = bottom / total, top / total
        style: dict[str, Any] = {"linewidth": 2.5, "solid_capstyle": "butt", "clip_on": False}
        figure.add_artist(Line2D([x, x], down, color=colour, **style))


def _picture(axes: Any, row: _Row, draw: PaintedDraw) -> None:
    painted = draw.original if row.condition is None else draw.members[row.condition]
    if row.as_seen and row.condition is not None:
        show_pixels(axes, draw.seen[row.condition])
        if draw.radius_deg is not None and painted is not None:
            for colour, dashes in LINES:
                ring = {"colors": colour, "linewidths": 0.8, "linestyles": [dashes]}
                axes.contour(draw.away_deg, levels=[draw.radius_deg], **ring)
    elif painted is None:
        axes.set_axis_off()
    else:
        small = _smaller(painted.image)
        show_pixels(axes, small)
        _frame(axes, _part(small.shape, draw.seen.shape[1:]))


def _smaller(image: Grey) -> Grey:
    from PIL import Image

    height, width = image.shape
    if width <= PAINTED_PX:
        return image
    size = (PAINTED_PX, max(round(height * PAINTED_PX / width), 1))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))


def _part(
    painted: tuple[int, ...], screen: tuple[int, ...]
) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of the part that is shown; None where that is all."""
    scale = min(painted[0] / screen[0], painted[1] / screen[1])
    height, width = scale * screen[0], scale * screen[1]
    if painted[0] - height < 1 and painted[1] - width < 1:
        return None
    return (painted[1] - width) / 2, (painted[0] - height) / 2, width, height


def _frame(axes: Any, part: tuple[float, float, float, float] | None) -> None:
    """Mark the part of a painting that is shown."""
    from matplotlib.patches import Rectangle

    if part is not None:
        left, top, width, height = part
        corner = (left - 0.5, top - 0.5)
        for colour, dashes in LINES:
            style: dict[str, Any] = {"edgecolor": colour, "linestyle": dashes}
            axes.add_patch(Rectangle(corner, width, height, fill=False, linewidth=0.8, **style))


def _about(one: Painting) -> tuple[str | int, ...]:
    # Readers of floats would round a seed.
    return str(one.seed), one.prompt, *one.image.shape, one.request


def _csv(draws: Sequence[PaintedDraw], levels: Sequence[str]) -> str:
    header = ("draw", "wording", "level", "seed", "prompt", "height", "width", "request")
    rows = []
    for draw in draws:
        named = [("original", draw.original), *zip(levels, draw.members, strict=True)]
        rows += [
            (draw.number, draw.wording, level, *_about(one))
            for level, one in named
            if one is not None
        ]
    return csv_of(header, rows)
