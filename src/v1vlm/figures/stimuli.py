"""Exemplars of the stimuli, as the twin sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import WIDTH_IN, FigureFile, colours, csv_of, sheet, svg_of, wrapped

COLUMNS_MAX = 8
LEFT_IN, GAP_IN, HEAD_IN = 1.15, 0.05, 0.2


def stimuli_figure(stimuli: NDArray[np.uint8], levels: Sequence[str]) -> FigureFile:
    """One row per condition; columns are draws, or the frames of a few draws of a movie.

    Parameters
    ----------
    stimuli : uint8 array (draw, condition, frame, y, x)
    levels : sequence of str
        Names of the conditions.
    """
    static = bool((stimuli == stimuli[:, :, :1]).all())
    frames = stimuli[:, :, :1] if static else stimuli
    n_draws = min(len(frames), max(1, COLUMNS_MAX // frames.shape[2]))
    shown = frames[:n_draws] if not static else frames
    return FigureFile(
        svg=_draw(shown, levels, static=static),
        csv=_csv(shown, levels),
        facts={"n_draws": len(shown), "n_frames": int(shown.shape[2]), "static": static},
    )


def _draw(shown: NDArray[np.uint8], levels: Sequence[str], *, static: bool) -> str:
    n_draws, n_conditions, n_frames, height, width = shown.shape
    columns = n_draws * n_frames
    apart = 0.0 if static else 2 * GAP_IN  # more room between the draws of movies
    free = WIDTH_IN - LEFT_IN - GAP_IN * (columns - 1) - apart * (n_draws - 1)
    across = free / columns
    across = min(across, 1.3)
    down = across * height / width
    total = HEAD_IN + n_conditions * (down + GAP_IN)
    with sheet(total) as figure:
        for condition, (level, colour) in enumerate(
            zip(levels, colours(n_conditions), strict=True)
        ):
            bottom = total - HEAD_IN - (condition + 1) * down - condition * GAP_IN
            middle = (bottom + down / 2) / total
            figure.text(
                (LEFT_IN - 0.1) / WIDTH_IN, middle, wrapped(level, 18, 48), ha="right", va="center"
            )
            bar = (LEFT_IN - 0.055) / WIDTH_IN
            line = figure.add_artist(_bar(bar, bottom / total, (bottom + down) / total, colour))
            line.set_clip_on(False)
            for column in range(columns):
                draw, frame = divmod(column, n_frames)
                left = LEFT_IN + column * (across + GAP_IN) + draw * apart
                axes = figure.add_axes(
                    (left / WIDTH_IN, bottom / total, across / WIDTH_IN, down / total)
                )
                show_pixels(axes, shown[draw, condition, frame])
                if condition == 0 and frame == 0:
                    title = f"draw {draw + 1}" if static else f"draw {draw + 1}, time →"
                    axes.set_title(title, pad=3, size=7, loc="center" if static else "left")
        return svg_of(figure)


def _bar(x: float, low: float, high: float, colour: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([x, x], [low, high], color=colour, linewidth=2.5, solid_capstyle="butt")


def show_pixels(axes: Any, image: NDArray[np.uint8]) -> None:
    """Draw an image (y, x) pixel by pixel, without axes."""
    axes.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="none", aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def _csv(shown: NDArray[np.uint8], levels: Sequence[str]) -> str:
    n_draws, n_conditions, n_frames, height, width = shown.shape
    header = ["draw", "condition", "level", "frame", "row", *(f"x{x}" for x in range(width))]
    rows = (
        [draw + 1, c + 1, levels[c], frame + 1, y, *shown[draw, c, frame, y].tolist()]
        for draw, c, frame, y in np.ndindex(n_draws, n_conditions, n_frames, height)
    )
    return csv_of(header, rows)
