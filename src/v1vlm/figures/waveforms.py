"""Waveforms of single neurons: sorted on one half of the draws, shown on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.waveforms import NUMBERS, order_of, waveform_numbers
from v1vlm.figures.responses import LEAD_S
from v1vlm.figures.sheet import (
    DASHES,
    FigureFile,
    colour_scale,
    colours,
    counted,
    csv_of,
    key,
    label_of,
    over_panel,
    panel_title,
    sheet,
    svg_of,
)
from v1vlm.records import Json

MAPS_MAX = 4
LABELS = {
    "half_maximum_s": "time to half\nmaximum (s)",
    "peak_s": "time to peak (s)",
    "maxima": "local maxima",
    "transience": "transience",
    "offset": "offset response\n(reference units)",
}
Float = NDArray[np.float64]


def waveforms_figure(
    waveforms: NDArray[np.float32],
    neurons: NDArray[np.int32],
    levels: Sequence[str],
    frame_rate_hz: float,
    n_draws: int,
) -> FigureFile:
    """Time courses of single neurons, and the distributions of what describes them.

    Parameters
    ----------
    waveforms : array (half, condition, neuron, time)
        Mean response over the even (half 0) and the odd draws, in units of each neuron's
        reference, from 0.5 s before onset until 0.5 s after offset; NaN where the neuron
        counted in none of them.
    neurons : array (neuron,)
        Which they are.
    n_draws : int
        Of both halves together.

    Returns
    -------
    FigureFile
        Its facts say how many neurons counted in both halves (``n_neurons``), how many of
        them have a latency (``n_latency``) and how well the order holds on the other half
        (``order``, Spearman's correlation; None below 3 neurons).
    """
    values = np.asarray(waveforms, np.float64)
    both = np.isfinite(values).all(axis=(0, 1, 3))
    values, kept = values[:, :, both], np.asarray(neurons)[both]
    time: Float = np.arange(values.shape[3]) / frame_rate_hz - LEAD_S
    offset = float(values.shape[3] / frame_rate_hz - 2 * LEAD_S)
    numbers = waveform_numbers(values, time, offset)
    sorting = {name: numbers[name][0] for name in NUMBERS}
    shown = {name: numbers[name][1] for name in NUMBERS}
    order = order_of(sorting)
    note = f"{counted(len(kept), 'neuron')}, {n_draws // 2} of {n_draws} draws"
    with sheet(2.95) as figure:
        scale = _scale(values[0])
        _maps(figure, values[1][:, order] / scale[order][:, None], time, offset, levels, note)
        _distributions(figure, shown, levels, note)
        svg = svg_of(figure)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(1, len(order) + 1)
    facts = _facts(numbers, n_draws)
    return FigureFile(svg, _csv(numbers, values[1], time, kept, rank, levels), facts)


def _facts(numbers: Mapping[str, Float], n_draws: int) -> dict[str, Json]:
    sorting, shown = numbers["half_maximum_s"]
    return {
        "n_neurons": shown.shape[1],
        "n_draws": n_draws,
        "n_latency": int(np.isfinite(shown).any(axis=0).sum()),
        "order": _agreement(sorting, shown),
    }


def _scale(sorting: Float) -> Float:
    """Largest response of every neuron (neuron,) on the sorting half, at least a small one."""
    if not sorting.shape[1]:
        return np.ones(0)
    scale: Float = np.maximum(np.abs(sorting).max(axis=(0, 2)), 1e-6)
    return scale


def _agreement(sorting: Float, shown: Float) -> float | None:
    from scipy.stats import spearmanr

    pairs = np.isfinite(sorting) & np.isfinite(shown)
    x, y = sorting[pairs], shown[pairs]
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return round(float(spearmanr(x, y).statistic), 6)


def _maps(
    figure: Any, waves: Float, time: Float, offset: float, levels: Sequence[str], note: str
) -> None:
    chosen = np.unique(np.linspace(0, len(levels) - 1, MAPS_MAX).round().astype(int))
    across = (0.865 - 0.025 * (len(chosen) - 1)) / len(chosen)
    edges = (time[0], time[-1] + time[1] - time[0], max(waves.shape[1], 1), 0)
    for column, c in enumerate(chosen):
        axes = figure.add_axes((0.075 + column * (across + 0.025), 0.59, across, 0.295))
        if waves.shape[1]:
            axes.imshow(
                waves[c],
                cmap="viridis",
                vmin=0,
                vmax=1,
                aspect="auto",
                interpolation="none",
                extent=edges,
            )
        for at in (0.0, offset):
            axes.axvline(at, color="white", linewidth=0.9, linestyle=(0, (2, 2)))
        axes.set_xlim(edges[:2])
        axes.set_xticks(np.arange(0.0, offset + 0.25, 0.5 if offset <= 2 else 1.0))
        axes.set_xlabel("time from onset (s)", labelpad=1)
        if column == 0:
            axes.set_ylabel("neurons, by latency")
        else:
            axes.set_yticklabels([])
        panel_title(axes, "a" if column == 0 else "", over_panel(levels[c], across), note)
    colour_scale(figure, (0.952, 0.59, 0.012, 0.295), "viridis", (0.0, 1.0), "share of peak")


def _distributions(
    figure: Any, shown: Mapping[str, Float], levels: Sequence[str], note: str
) -> None:
    for column, (name, label) in enumerate(LABELS.items()):
        axes = figure.add_axes((0.075 + column * 0.189, 0.14, 0.152, 0.22))
        for c, colour in enumerate(colours(len(levels))):
            values = np.sort(shown[name][c][np.isfinite(shown[name][c])])
            if len(values):
                steps = np.arange(1, len(values) + 1) / len(values)
                style = {"color": colour, "linestyle": DASHES[c % len(DASHES)], "linewidth": 1.1}
                axes.step(values, steps, where="post", label=label_of(levels[c], 20), **style)
        _limit(axes, shown[name])
        axes.xaxis.get_major_locator().set_params(integer=name == "maxima", nbins=3)
        axes.set_xlabel(label, size=7, labelpad=1.5)
        axes.tick_params(labelsize=6.5)
        if column == 0:
            axes.set_ylabel("share of neurons")
            panel_title(axes, "b", "Distributions over neurons", note)
        else:
            axes.set_yticklabels([])
    if axes.lines:
        key(axes, bbox_to_anchor=(1.0, 1.03), ncols=min(len(levels), 5))


def _limit(axes: Any, values: Float) -> None:
    """Leave the outermost hundredth on either side out of view."""
    axes.set_ylim(0, 1.02)
    finite = values[np.isfinite(values)]
    if finite.size:
        low, high = np.percentile(finite, (1, 99))
        room = 0.06 * (high - low) or 0.5
        axes.set_xlim(low - room, high + room)


def _csv(
    numbers: Mapping[str, Float],
    shown: Float,
    time: Float,
    neurons: NDArray[Any],
    rank: NDArray[Any],
    levels: Sequence[str],
) -> str:
    header = ["neuron", "rank", "condition", "level", "half", *NUMBERS]
    header += [f"response at {t:.3f} s" for t in time]
    rows = (
        [
            *(int(neurons[i]), int(rank[i]), c + 1, levels[c], ("sorting", "shown")[half]),
            *(float(numbers[name][half, c, i]) for name in NUMBERS),
            *([float(f"{r:.4g}") for r in shown[c, i]] if half else [""] * len(time)),
        ]
        for i in range(len(neurons))
        for c in range(len(levels))
        for half in range(2)
    )
    return csv_of(header, rows)
