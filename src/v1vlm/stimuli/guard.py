"""The stimulus guard: whether the screen can show what a contrast says that it shows.

A design is refused where the pixels or frames of the screen cannot carry it, and flagged
with a warning where it can be shown but must be read with care.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import Record
from v1vlm.stimuli.contrast import Contrast, Draw
from v1vlm.stimuli.screen import Screen

Frames = NDArray[np.uint8]

NATURAL_SHARES = (0.24, 0.30, 0.21, 0.16, 0.09)
"""Mean share of the spatial power of photographs of scenes in five bands (`band_shares`)."""

SPECTRUM_LIMIT = 0.38
"""Distance from `NATURAL_SHARES` that 99 % of crops of these photographs do not exceed."""

FRAMES_JUDGED = 8
"""Frames of a movie, evenly spaced, whose spectrum is judged."""


class Flag(Record):
    """Something about a design that the screen cannot or only just show.

    Attributes
    ----------
    code : str
        Which check.
    severity : {"refuse", "warn"}
    message : str
        One sentence with the offending value.
    """

    code: str
    severity: Literal["refuse", "warn"]
    message: str


class _Check(NamedTuple):
    """A scale of a stimulus that must not exceed, or fall below, a limit of the screen."""

    scale: str
    severity: Literal["refuse", "warn"]
    at_most: bool
    sentence: str


_CHECKS = {
    "spatial_frequency": _Check(
        "spatial_frequency_cpd",
        "refuse",
        True,
        "a spatial frequency of {0:.3g} cycles/° exceeds .8 of the Nyquist frequency ({1:.3g})",
    ),
    "temporal_frequency": _Check(
        "temporal_frequency_hz",
        "refuse",
        True,
        "a temporal frequency of {0:.3g} Hz exceeds {1:.3g} Hz",
    ),
    "stroke": _Check(
        "stroke_deg", "refuse", False, "strokes of {0:.3g}° are under 1.5 pixels ({1:.3g}°)"
    ),
    "arm": _Check("arm_deg", "refuse", False, "arms of {0:.3g}° are under 4 pixels ({1:.3g}°)"),
    "faint": _Check(
        "faintest_contrast",
        "refuse",
        False,
        "a part of contrast {0:.3g} has fewer than 4 grey levels (it needs {1:.3g})",
    ),
    "gap": _Check("gap_deg", "refuse", False, "gaps of {0:.3g}° are under 2 pixels ({1:.3g}°)"),
    "size": _Check(
        "reach_deg",
        "warn",
        True,
        "it reaches up to {0:.3g}° from its centre, the screen ends after {1:.3g}°",
    ),
}


def guard(
    contrast: Contrast, screen: Screen, draws: Sequence[Draw], frames: Sequence[Frames]
) -> tuple[Flag, ...]:
    """Check some draws of a contrast, and what is shown for them.

    Parameters
    ----------
    draws : sequence of Draw
        A sample; of each check the worst case is reported.
    frames : sequence of uint8 arrays (condition, frame, y, x)
        The same draws rendered and matched (`Contrast.render`).

    Returns
    -------
    tuple of Flag
        At most one of each code; empty if nothing is to be said.
    """
    found: dict[str, tuple[float, Flag]] = {}
    for draw, members in zip(draws, frames, strict=True):
        for excess, flag in _flags(contrast, screen, draw, members):
            if flag.code not in found or excess > found[flag.code][0]:
                found[flag.code] = excess, flag
    flags = [flag for _, flag in found.values()]
    spectrum = _spectrum_flag(contrast, frames)
    return (*flags, spectrum) if spectrum else tuple(flags)


def band_shares(image: NDArray[np.floating | np.uint8]) -> NDArray[np.float64] | None:
    """Share of the power of an image (y, x) in bands of spatial frequency.

    Returns
    -------
    array (5,) or None
        Between 0, 1/32, 1/16, 1/8, 1/4 cycles per pixel and the highest; None for a uniform image.
    """
    power = np.abs(np.fft.fft2(image - np.mean(image))) ** 2
    rows, columns = (np.fft.fftfreq(n) for n in image.shape)
    edges = [1 / 32, 1 / 16, 1 / 8, 1 / 4]
    band = np.searchsorted(edges, np.hypot(rows[:, None], columns), side="right")
    total = np.bincount(band.ravel(), power.ravel(), 5)
    return total / total.sum() if total.sum() > 1e-9 else None


def _flags(
    contrast: Contrast, screen: Screen, draw: Draw, members: Frames
) -> Iterator[tuple[float, Flag]]:
    """Flags of one draw, with how far they are beyond their limit."""
    limits = _limits(screen, draw.azimuth_deg, draw.elevation_deg)
    if (members == members[0]).all():
        message = f"All {len(members)} members are pixel-identical (seed {draw.seed})."
        yield 0.0, Flag(code="identical", severity="refuse", message=message)
    for level, stimulus, shown in zip(contrast.levels, draw.stimuli, members, strict=True):
        scales = stimulus.scales()
        yield from _scale_flags(level, scales, limits)
        n_levels = int(np.ptp(shown)) + 1
        # A comparison with nothing is legitimate where the stimulus says that it is blank.
        if n_levels < 4 and scales.get("contrast") != 0:
            message = f"{level}: its contrast spans {n_levels} grey levels, fewer than 4."
            yield -n_levels, Flag(code="grey_levels", severity="refuse", message=message)
        clipped = _clipped(shown, screen)
        if clipped > 0.1:
            message = f"{level}: {clipped:.0%} of its pixels are black or white."
            yield clipped, Flag(code="clipped", severity="warn", message=message)


def _limits(screen: Screen, azimuth_deg: float, elevation_deg: float) -> dict[str, float]:
    """Limit of every check for a stimulus at a place."""
    pixel = screen.degrees_per_pixel(azimuth_deg, elevation_deg)
    away = np.hypot(*screen.local_deg(azimuth_deg, elevation_deg))
    border = min(away[0].min(), away[-1].min(), away[:, 0].min(), away[:, -1].min())
    return {
        "spatial_frequency": 0.8 * screen.nyquist_cpd(azimuth_deg, elevation_deg),
        "temporal_frequency": 0.4 * screen.frame_rate_hz,
        "stroke": 1.5 * pixel,
        "arm": 4 * pixel,
        "faint": 3 / (2 * min(screen.grey, 255 - screen.grey)),
        "gap": 2 * pixel,
        "size": float(border),
    }


def _scale_flags(
    level: str, scales: dict[str, float], limits: dict[str, float]
) -> Iterator[tuple[float, Flag]]:
    for code, check in _CHECKS.items():
        if check.scale not in scales:
            continue
        value, limit = scales[check.scale], limits[code]
        excess = value - limit if check.at_most else limit - value
        if excess > 0:
            message = f"{level}: {check.sentence.format(value, limit)}."
            yield excess, Flag(code=code, severity=check.severity, message=message)


def _clipped(shown: Frames, screen: Screen) -> float:
    half_range = min(screen.grey, 255 - screen.grey)
    return float((np.abs(shown.astype(np.int16) - screen.grey) >= half_range).mean())


def _spectrum_flag(contrast: Contrast, frames: Sequence[Frames]) -> Flag | None:
    """Flag the member whose spectrum, averaged over draws, is farthest from photographs'."""
    worst, distance = "", 0.0
    for index, level in enumerate(contrast.levels):
        seen = [share for members in frames for share in _shares(members[index])]
        if seen:
            mean = np.mean(seen, axis=0)
            # What is missing from one lies at no spatial frequency at all.
            away = float(np.abs(mean - NATURAL_SHARES).sum() + 1 - mean.sum()) / 2
            worst, distance = max((worst, distance), (level, away), key=lambda pair: pair[1])
    if distance <= SPECTRUM_LIMIT:
        return None
    message = (
        f"{worst}: {distance:.0%} of its spatial power lies in other bands than that of "
        "photographs, so a twin trained on natural movies extrapolates."
    )
    return Flag(code="spectrum", severity="warn", message=message)


def _shares(shown: Frames) -> list[NDArray[np.float64]]:
    """Shares of some frames of one member; a field that flickers as a whole has none."""
    some = shown[np.unique(np.rint(np.linspace(0, len(shown) - 1, FRAMES_JUDGED)).astype(int))]
    found = [share for share in map(band_shares, some) if share is not None]
    flickers = not found and bool((some != some[0]).any())
    return [np.zeros(len(NATURAL_SHARES))] if flickers else found
