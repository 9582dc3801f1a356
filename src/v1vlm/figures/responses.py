"""Population responses to every condition, locked to the onset of the stimulus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures.sheet import (
    BAND,
    DASHES,
    DIM,
    FigureFile,
    colours,
    csv_of,
    label_of,
    panel_title,
    sheet,
    svg_of,
    wrapped,
)
from v1vlm.records import Json

LEAD_S = 0.5  # of grey before onset and after offset, as the rig records exemplar draws
Float = NDArray[np.float64]


def responses_figure(
    traces: NDArray[np.float32],
    levels: Sequence[str],
    frame_rate_hz: float,
    window_s: tuple[float, float],
) -> FigureFile:
    """Mean ± SD over draws against time, and the mean in the window draw by draw.

    Parameters
    ----------
    traces : array (draw, condition, time)
        Mean over the selected neurons, in units of their reference responses; from 0.5 s
        before onset until 0.5 s after offset.
    levels : sequence of str
        Names of the conditions.
    window_s : (float, float)
        Window of the measure, from onset.

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
    with sheet(2.2) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(2.1, 1))
        _time_courses(left, time, mean, sd, levels)
        _mark(left, offset, window_s)
        if means is not None:
            _window_means(right, means, levels)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.85, bottom=0.2, wspace=0.28)
        svg = svg_of(figure)
    facts: dict[str, Json] = {
        "n_draws": len(responses),
        "duration_s": round(offset, 6),
        "beyond": _beyond(means, levels),
    }
    return FigureFile(svg, _csv(time, mean, sd, levels, len(responses)), facts)


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


def _time_courses(axes: Any, time: Float, mean: Float, sd: Float, levels: Sequence[str]) -> None:
    for c, (level, colour) in enumerate(zip(levels, colours(len(levels)), strict=True)):
        axes.fill_between(
            time, mean[c] - sd[c], mean[c] + sd[c], color=colour, alpha=0.18, linewidth=0
        )
        axes.plot(time, mean[c], DASHES[c % len(DASHES)], color=colour, label=label_of(level))
    axes.set_xlim(time[0], time[-1])
    axes.set_xlabel("time from onset (s)")
    axes.set_ylabel("response (reference units)")
    room = axes.get_ylim()
    height = room[1] - room[0]
    rows = (len(levels) + 1) // 2
    axes.set_ylim(room[0] - 0.14 * height, room[1] + (0.05 + 0.12 * rows) * height)
    axes.legend(loc="upper left", ncols=2, borderaxespad=0.2, columnspacing=1.2)
    panel_title(axes, "a", "Population response, mean ± SD over draws")


def _mark(axes: Any, offset: float, window_s: tuple[float, float]) -> None:
    low, high = axes.get_ylim()
    for at, name in ((0.0, "onset"), (offset, "offset")):
        axes.axvline(at, color=DIM, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        axes.annotate(
            name,
            (at, low),
            xytext=(3, 7),
            textcoords="offset points",
            color=DIM,
            size=6.5,
        )
    axes.set_ylim(low, high)
    axes.axvspan(*window_s, ymax=0.025, color=DIM, linewidth=0)


def _window_means(axes: Any, means: Float, levels: Sequence[str]) -> None:
    places = np.arange(len(levels))
    axes.plot(places, means.T, color=BAND, linewidth=0.5, zorder=1)
    for c, colour in enumerate(colours(len(levels))):
        axes.plot(np.full(len(means), c), means[:, c], "o", color=colour, markersize=2, alpha=0.5)
        sd = means[:, c].std(ddof=1) if len(means) > 1 else 0.0
        axes.errorbar(
            c,
            means[:, c].mean(),
            sd,
            color=colour,
            marker="_",
            markersize=14,
            markeredgewidth=1.8,
            capsize=0,
            zorder=3,
        )
    many = len(levels) > 2
    axes.set_xticks(
        places,
        [label_of(level, 10) if many else wrapped(level, 16, 30) for level in levels],
        rotation=30 if many else 0,
        ha="right" if many else "center",
        rotation_mode="anchor" if many else "default",
    )
    axes.set_xlim(-0.5, len(levels) - 0.5)
    panel_title(axes, "b", "Mean in the window")
