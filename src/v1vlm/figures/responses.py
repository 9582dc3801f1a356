"""Population responses to every condition, locked to onset and offset of the stimulus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import (
    BAND,
    DASHES,
    DIM,
    WIDTH_IN,
    FigureFile,
    colours,
    counted,
    csv_of,
    panel_title,
    sheet,
    svg_of,
    wrapped,
)
from v1vlm.figures.stimuli import show_pixels
from v1vlm.records import Json

LEAD_S = 0.5  # of grey before onset and after offset, as the rig records exemplar draws
HEIGHT_IN, BOTTOM, TOP = 1.95, 0.2, 0.81
PICTURES_MAX, SHORT = 4, 9
NAME_LEFT, LINE = 0.045, 0.05  # where names begin, and the height of a line of them
Float = NDArray[np.float64]


def responses_figure(
    traces: NDArray[np.float32],
    levels: Sequence[str],
    frame_rate_hz: float,
    window_s: tuple[float, float],
    *,
    stimuli: NDArray[np.uint8] | None = None,
    per_draw: Sequence[int] = (),
) -> FigureFile:
    """Mean ± SD over draws against time beside the stimulus, and the mean in the window.

    Parameters
    ----------
    traces : array (draw, condition, time)
        Mean over the selected neurons, in units of their reference responses; from 0.5 s
        before onset until 0.5 s after offset.
    levels : sequence of str
        Names of the conditions.
    window_s : (float, float)
        Window of the measure, from onset.
    stimuli : uint8 array (draw, condition, frame, y, x), optional
        Frames of the first draws; of the first one is shown beside the responses.
    per_draw : sequence of int
        Neurons in each draw; the median is printed.

    Returns
    -------
    FigureFile
        Its facts name the conditions whose mean response in the window is `beyond` one
        reference unit, the range over natural crops.
    """
    responses = np.asarray(traces, np.float64)
    time: Float = np.arange(responses.shape[2]) / frame_rate_hz - LEAD_S
    mean: Float = responses.mean(axis=0)
    sd: Float = responses.std(axis=0, ddof=1 if len(responses) > 1 else 0)
    offset = float(responses.shape[2] / frame_rate_hz - 2 * LEAD_S)
    inside = (time >= window_s[0] - 1e-9) & (time < min(window_s[1], offset) - 1e-9)
    means = responses[:, :, inside].mean(axis=2) if inside.any() else None
    note = _note(len(responses), per_draw)
    with sheet(HEIGHT_IN) as figure:
        _conditions(figure, levels, None if stimuli is None else stimuli[0])
        left = figure.add_axes((0.265, BOTTOM, 0.405, TOP - BOTTOM))
        _time_courses(left, time, mean, sd, len(levels))
        _mark(left, offset, window_s)
        panel_title(left, "a", "Population response, mean ± SD over draws", note)
        if means is not None:
            right = figure.add_axes((0.765, BOTTOM, 0.22, TOP - BOTTOM))
            _window_means(right, means, levels)
            panel_title(right, "b", "Mean in the window", note)
        svg = svg_of(figure)
    facts: dict[str, Json] = {
        "n_draws": len(responses),
        "per_draw": float(np.median(per_draw)) if len(per_draw) else None,
        "duration_s": round(offset, 6),
        "beyond": _beyond(means, levels),
    }
    return FigureFile(svg, _csv(time, mean, sd, levels, len(responses)), facts)


def _note(n_draws: int, per_draw: Sequence[int]) -> str:
    draws = counted(n_draws, "draw")
    if not len(per_draw):
        return draws
    return f"median {np.median(per_draw):g} neurons, {draws}"


def _beyond(means: Float | None, levels: Sequence[str]) -> list[Json]:
    if means is None:
        return []
    return [level for level, one in zip(levels, means.mean(axis=0), strict=True) if one > 1]


def _csv(time: Float, mean: Float, sd: Float, levels: Sequence[str], n_draws: int) -> str:
    header = ["time_s", "condition", "level", "mean", "sd", "n_draws"]
    rows = (
        [float(t), c + 1, level, float(mean[c, i]), float(sd[c, i]), n_draws]
        for c, level in enumerate(levels)
        for i, t in enumerate(time)
    )
    return csv_of(header, rows)


def _conditions(figure: Any, levels: Sequence[str], stimuli: NDArray[np.uint8] | None) -> None:
    """The key: name and line of every condition, with its stimulus where there is room."""
    from matplotlib.lines import Line2D

    slot = (TOP + 0.1 - BOTTOM) / len(levels)
    numbered = _numbered(levels)
    names = [
        wrapped(f"{c + 1} {level}" if numbered else level, 17, 34) for c, level in enumerate(levels)
    ]
    for c, (name, colour) in enumerate(zip(names, colours(len(levels)), strict=True)):
        top = TOP + 0.1 - c * slot
        dashes: Any = DASHES[c % len(DASHES)]
        figure.add_artist(Line2D([0, 0.035], [top - 0.03] * 2, color=colour, linestyle=dashes))
        figure.text(NAME_LEFT, top, name, size=6.5, va="top", linespacing=1.0)
        if stimuli is not None and len(levels) <= PICTURES_MAX:
            frames = stimuli[c]
            ratio = frames.shape[1] / frames.shape[2]
            down, across, below = _picture(slot, ratio, max(map(_lines, names)))
            axes = figure.add_axes((0.0, top - below - down, across, down))
            show_pixels(axes, frames[len(frames) // 2])


def _lines(name: str) -> int:
    return name.count("\n") + 1


def _picture(slot: float, ratio: float, lines: int) -> tuple[float, float, float]:
    """Height and width of a picture under a name, and how far below the top of its slot it is."""
    # One so small stands beside the further lines of the name, a larger one below them.
    for below in (0.065, 0.065 + (lines - 1) * LINE):
        down = min(slot - below - 0.035, 0.19 * WIDTH_IN / HEIGHT_IN * ratio)
        across = down * HEIGHT_IN / WIDTH_IN / ratio
        if across <= NAME_LEFT:
            break
    return down, across, below


def _numbered(levels: Sequence[str]) -> bool:
    """Whether the names of the conditions are too long to stand side by side."""
    return len(levels) > 2 and max(map(len, levels)) > SHORT


def _time_courses(axes: Any, time: Float, mean: Float, sd: Float, n: int) -> None:
    for c, colour in enumerate(colours(n)):
        axes.fill_between(
            time, mean[c] - sd[c], mean[c] + sd[c], color=colour, alpha=0.18, linewidth=0
        )
        axes.plot(time, mean[c], DASHES[c % len(DASHES)], color=colour)
    axes.set_xlim(time[0], time[-1])
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel("time from onset (s)")
    axes.set_ylabel("response (reference units)")
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.1 * (high - low), high)


def _mark(axes: Any, offset: float, window_s: tuple[float, float]) -> None:
    low, high = axes.get_ylim()
    for at, name in ((0.0, "onset"), (offset, "offset")):
        axes.axvline(at, color=DIM, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        axes.annotate(
            name, (at, low), xytext=(3, 5), textcoords="offset points", color=DIM, size=6.5
        )
    axes.set_ylim(low, high)
    axes.axvspan(*window_s, ymax=0.025, color=DIM, linewidth=0)


def _window_means(axes: Any, means: Float, levels: Sequence[str]) -> None:
    places = np.arange(len(levels))
    axes.plot(places, means.T, color=BAND, linewidth=0.5, zorder=1)
    for c, colour in enumerate(colours(len(levels))):
        axes.plot(np.full(len(means), c), means[:, c], "o", color=colour, markersize=2, alpha=0.5)
        sd = means[:, c].std(ddof=1) if len(means) > 1 else 0.0
        style = {"marker": "_", "markersize": 14, "markeredgewidth": 1.8, "capsize": 0}
        axes.errorbar(c, means[:, c].mean(), sd, color=colour, zorder=3, **style)
    numbered = _numbered(levels)
    turned = len(levels) > 2 and not numbered
    axes.set_xticks(
        places,
        [str(c + 1) if numbered else wrapped(level, 13, 26) for c, level in enumerate(levels)],
        rotation=30 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor" if turned else "default",
        size=6.5,
    )
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_ylabel("response (reference units)")
