"""Stimuli as one sees them: montages of frames, and picture files for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError
from v1vlm.stimuli.base import NO_ASSETS, Assets, Stimulus, StimulusFamily
from v1vlm.stimuli.contrast import Contrast
from v1vlm.stimuli.screen import Screen

Frames = NDArray[np.uint8]
Shown = Stimulus | StimulusFamily | Contrast | Iterable[Stimulus]

BETWEEN_PX = 1


def show(
    what: Shown,
    path: str | Path | None = None,
    *,
    screen: Screen | None = None,
    assets: Assets = NO_ASSETS,
    seed: int = 0,
    n_draws: int = 4,
    enlarge: int = 4,
) -> Frames:
    """Lay stimuli out side by side, as the screen shows them.

    Parameters
    ----------
    what : Stimulus, StimulusFamily, Contrast or iterable of Stimulus
        One tile; a row of draws; a row for each draw with a column for each member, matched;
        or a row.
    path : path, optional
        Where to write it: ``.png`` (movies become animations) or ``.gif``.
    screen : Screen, optional
        The default screen without.
    assets : mapping
        Images that are not computed, by name.
    seed : int
        Of the first draw; the others follow.
    n_draws : int
        Draws of a family or contrast.
    enlarge : int
        Each pixel of the screen becomes a square of so many, unsmoothed.

    Returns
    -------
    uint8 array (frame, y, x)
        One frame if all are still; what ends early stays at its last frame.

    Raises
    ------
    InputError
        If there is nothing to show, or the file is of another format.
    """
    screen = screen or Screen()
    rows = _rows(what, screen, assets, range(seed, seed + n_draws))
    picture = _laid_out(rows).repeat(enlarge, axis=1).repeat(enlarge, axis=2)
    if path is not None:
        write_picture(picture, path, screen.frame_rate_hz)
    return picture


def write_picture(frames: Frames, path: str | Path, frame_rate_hz: float = 30.0) -> None:
    """Write frames (frame, y, x) as a picture file: ``.png``, still or animated, or ``.gif``.

    Raises
    ------
    InputError
        If the name ends otherwise.
    """
    from PIL import Image

    path = Path(path)
    if path.suffix.lower() not in (".png", ".gif"):
        raise InputError(f"{path.name!r} is no .png or .gif.", "Name the file so.")
    pictures = [Image.fromarray(frame) for frame in frames]
    if len(pictures) == 1:
        pictures[0].save(path, optimize=True)
        return
    duration_ms = 1000 / frame_rate_hz
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=duration_ms, loop=0, optimize=True
    )


def _rows(what: Shown, screen: Screen, assets: Assets, seeds: range) -> list[list[Frames]]:
    """Frames of every tile, row by row."""
    if isinstance(what, Contrast):
        return [list(what.render(what.draw(seed), screen, assets)[0]) for seed in seeds]
    if isinstance(what, StimulusFamily):
        what = [what.draw(seed) for seed in seeds]
    tiles = [what] if isinstance(what, Stimulus) else list(what)
    return [[stimulus.render(screen, assets) for stimulus in tiles]]


def _laid_out(rows: Sequence[Sequence[Frames]]) -> Frames:
    if not rows or not rows[0]:
        raise InputError("There is nothing to show.", "Give a stimulus, a family or a contrast.")
    n_frames = max(len(tile) for row in rows for tile in row)
    height, width = rows[0][0].shape[1:]
    down, right = height + BETWEEN_PX, width + BETWEEN_PX
    shape = (len(rows) * down - BETWEEN_PX, len(rows[0]) * right - BETWEEN_PX)
    # White between tiles: grey belongs to the stimuli.
    picture = np.full((n_frames, *shape), 255, np.uint8)
    for i, row in enumerate(rows):
        for j, tile in enumerate(row):
            last = np.minimum(np.arange(n_frames), len(tile) - 1)
            picture[:, i * down : i * down + height, j * right : j * right + width] = tile[last]
    return picture
