"""Pictures for a model: square, of the size that vision encoders see, with few large words."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from v1vlm.figures import modulation_weights
from v1vlm.figures.responses import LEAD_S
from v1vlm.figures.sheet import colours, label_of, sheet, wrapped
from v1vlm.figures.stimuli import show_pixels
from v1vlm.records import digest
from v1vlm.scientist.base import Picture

VERSION = 2
"""Of the drawings; another one makes another source of every picture."""

SIDE_PX, DPI = 896, 128
FONT = 13.0
LOOKUP_GAP_PX = 32
ROWS_MAX, NEURONS_MAX, POINTS_MAX = 4, 200, 3000
Float = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]


def pictures_of(
    arrays: Arrays,
    levels: Sequence[str],
    window_s: tuple[float, float],
    frame_rate_hz: float,
    measure: str,
    places: tuple[Float, Float],
    sources: Mapping[str, str],
) -> tuple[Picture, ...]:
    """Draw what was shown and what was answered; what is not among the arrays is left out.

    Parameters
    ----------
    arrays : mapping
        ``stimuli``, ``traces``, ``waveforms``, ``field``, ``field_neurons`` and ``centres``, as
        the rig gives them for exemplar draws.
    levels : sequence of str
        Names of the conditions.
    measure : str
        Of the prediction; says which conditions the modulation compares.
    places : two arrays (neuron,)
        Azimuth and elevation (deg) of all receptive fields.
    sources : mapping
        References of the arrays, by name.
    """
    made = []
    drawings = (
        (("stimuli",), _stimuli, "stimuli, one row per condition"),
        (("traces",), _responses, "population response against time; the tested window is grey"),
        (("waveforms",), _heat, "response of every neuron (row) against time, per condition"),
        (
            ("field", "field_neurons", "centres"),
            _map,
            "modulation of neurons by the place of their receptive field",
        ),
    )
    told: dict[str, Any] = {
        "levels": list(levels),
        "window_s": list(window_s),
        "rate": frame_rate_hz,
        "weights": list(modulation_weights(measure, len(levels))),
        "places": places,
    }
    for needed, draw, caption in drawings:
        if not set(needed) <= set(arrays):
            continue
        source = digest(
            [VERSION, draw.__name__, list(levels), list(window_s), measure]
            + [sources[name] for name in needed]
        )
        with sheet(SIDE_PX / DPI, SIDE_PX / DPI) as figure:
            draw(figure, arrays, told)
            made.append(Picture(f"{caption} ({', '.join(levels)}).", _png(figure), source))
    return tuple(made)


def lookup_picture(top: NDArray[np.uint8], bottom: NDArray[np.uint8]) -> Picture:
    """Two images (y, x) of one size, enlarged smoothly, one above the other; nothing is written.

    What the twin sees is shown, not what was painted: a feature that is lost at the resolution
    of the twin is not there.
    """
    height, width = top.shape
    scale = (SIDE_PX - LOOKUP_GAP_PX) / max(2 * height, width)
    across, down = round(width * scale), round(height * scale)
    page = Image.new("L", (SIDE_PX, SIDE_PX), 255)
    for image, place in ((top, 0), (bottom, SIDE_PX - down)):
        large = Image.fromarray(image).resize((across, down), Image.Resampling.BICUBIC)
        page.paste(large, ((SIDE_PX - across) // 2, place))
    file = io.BytesIO()
    page.save(file, format="png")
    shown = [hashlib.sha256(image.tobytes()).hexdigest() for image in (top, bottom)]
    source = digest([VERSION, "lookup", list(top.shape), *shown])
    return Picture("two pictures, one above the other.", file.getvalue(), source)


def _png(figure: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return file.getvalue()


def _stimuli(figure: Any, arrays: Arrays, told: Mapping[str, Any]) -> None:
    stimuli, levels = arrays["stimuli"], told["levels"]
    is_static = bool((stimuli == stimuli[:, :, :1]).all())
    rows = min(len(levels), ROWS_MAX)
    columns = min(2 if rows <= 2 else 3, len(stimuli) if is_static else stimuli.shape[2])
    frames = np.linspace(0, stimuli.shape[2] - 1, columns).round().astype(int)
    across = 0.96 / columns - 0.02
    down = across * stimuli.shape[3] / stimuli.shape[4]
    for row, column in np.ndindex(rows, columns):
        bottom = 0.9 - (row + 1) * (down + 0.05)
        axes = figure.add_axes((0.02 + column * (across + 0.02), bottom, across, down))
        draw, frame = (column, 0) if is_static else (0, frames[column])
        show_pixels(axes, stimuli[draw, row, frame])
        if column == 0:
            axes.set_title(label_of(levels[row], 40), loc="left", fontsize=FONT)
    what = f"{columns} draws" if is_static else "one draw, early to late"
    _headline(figure, f"Stimuli: {what} of each condition")


def _responses(figure: Any, arrays: Arrays, told: Mapping[str, Any]) -> None:
    traces = np.asarray(arrays["traces"], float)
    axes = figure.add_axes((0.16, 0.12, 0.8, 0.72))
    time = np.arange(traces.shape[2]) / told["rate"] - LEAD_S
    axes.axvspan(*told["window_s"], color="0.9", zorder=0)
    for c, colour in enumerate(colours(len(told["levels"]))):
        mean, sd = traces[:, c].mean(axis=0), traces[:, c].std(axis=0)
        axes.fill_between(time, mean - sd, mean + sd, color=colour, alpha=0.2, linewidth=0)
        label = label_of(told["levels"][c], 30)
        axes.plot(time, mean, color=colour, linewidth=3, linestyle=("-", "--")[c % 2], label=label)
    axes.axvline(0, color="0.5", linewidth=1)
    axes.set_xlabel("time from onset (s)", fontsize=FONT)
    axes.set_ylabel("response (reference units)", fontsize=FONT)
    axes.tick_params(labelsize=FONT)
    axes.legend(fontsize=FONT, loc="upper right")
    _headline(figure, f"Mean response of the neurons ± SD, {len(traces)} draws")


def _heat(figure: Any, arrays: Arrays, told: Mapping[str, Any]) -> None:
    waves = _mean_waves(np.asarray(arrays["waveforms"], float))
    shown = min(len(waves), ROWS_MAX)
    if not waves.shape[1]:
        _headline(figure, "No neuron was tested in all conditions")
        return
    change = np.tensordot(np.asarray(told["weights"]), waves.mean(axis=2), axes=1)
    order = np.argsort(-change, kind="stable")
    order = order[np.linspace(0, len(order) - 1, min(len(order), NEURONS_MAX)).round().astype(int)]
    limit = float(np.percentile(np.abs(waves), 99)) or 1.0
    axes = figure.subplots(1, shown, squeeze=False, sharey=True)[0]
    figure.subplots_adjust(0.13, 0.24, 0.97, 0.8, 0.12)
    span = (-LEAD_S, waves.shape[2] / told["rate"] - LEAD_S, len(order), 0)
    for c in range(shown):
        image = axes[c].imshow(
            waves[c][order],
            aspect="auto",
            extent=span,
            cmap="RdBu_r",
            vmin=-limit,
            vmax=limit,
            interpolation="nearest",
        )
        axes[c].set_title(wrapped(told["levels"][c], 42 // shown, 84 // shown), fontsize=FONT)
        axes[c].set_xlabel("time (s)", fontsize=FONT)
        axes[c].tick_params(labelsize=FONT)
    axes[0].set_ylabel("neuron, most modulated first", fontsize=FONT)
    bar = figure.colorbar(
        image, cax=figure.add_axes((0.25, 0.1, 0.6, 0.03)), orientation="horizontal"
    )
    bar.set_label("response (reference units)", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    _headline(figure, "Response of every neuron")


def _mean_waves(halves: Float) -> Float:
    """Mean over the halves of the draws (condition, neuron, time), of neurons that were tested."""
    known = np.isfinite(halves)
    counts = known.sum(axis=0)
    total = np.where(known, halves, 0.0).sum(axis=0)
    mean = np.divide(total, counts, out=np.full(total.shape, np.nan), where=counts > 0)
    found: Float = mean[:, np.isfinite(mean).all(axis=(0, 2))]
    return found


def _map(figure: Any, arrays: Arrays, told: Mapping[str, Any]) -> None:
    field, neurons = np.asarray(arrays["field"], float), arrays["field_neurons"]
    azimuth, elevation = (np.asarray(place)[neurons] for place in told["places"])
    weights = np.asarray(told["weights"])
    change = np.tensordot(field, weights, axes=(1, 0))
    whole = np.abs(field[:, weights != 0]).sum(axis=1)
    index = np.divide(change, whole, out=np.zeros_like(change), where=whole > 0).ravel()
    x = (azimuth[None] - arrays["centres"][:, :1]).ravel()
    y = (elevation[None] - arrays["centres"][:, 1:2]).ravel()
    keep = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    keep = keep[np.linspace(0, len(keep) - 1, min(len(keep), POINTS_MAX)).round().astype(int)]
    axes = figure.add_axes((0.15, 0.29, 0.8, 0.55))
    dots = axes.scatter(
        x[keep], y[keep], c=index[keep], s=14, cmap="RdBu_r", vmin=-1, vmax=1, linewidths=0
    )
    axes.plot(0, 0, "k+", markersize=24, markeredgewidth=3)
    axes.set_xlabel("receptive field, azimuth from the stimulus centre (°)", fontsize=FONT)
    axes.set_ylabel("elevation from it (°)", fontsize=FONT)
    axes.tick_params(labelsize=FONT)
    bar = figure.colorbar(
        dots, cax=figure.add_axes((0.25, 0.14, 0.6, 0.03)), orientation="horizontal"
    )
    bar.set_label(_compared(told["levels"], weights), fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    _headline(figure, "Modulation by place; + is the stimulus centre")


def _compared(levels: Sequence[str], weights: Float) -> str:
    more = [label_of(level, 24) for level, w in zip(levels, weights, strict=True) if w > 0]
    less = [label_of(level, 24) for level, w in zip(levels, weights, strict=True) if w < 0]
    return f"red: more to {' and '.join(more)}\nblue: more to {' and '.join(less)}"


def _headline(figure: Any, text: str) -> None:
    figure.text(0.5, 0.95, text, ha="center", va="center", fontsize=FONT + 3)
