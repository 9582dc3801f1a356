"""Windows on photographs, averaged exactly over the area of each pixel."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError
from v1vlm.stimuli.base import Assets
from v1vlm.stimuli.files import fetched

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """A photograph in grey, 0 black to 1 white; known by its name.

    Attributes
    ----------
    table : array (y + 1, x + 1)
        Sums over the rectangle above and left of every corner of a pixel.
    """

    name: str
    table: Float = field(compare=False, repr=False)


def picture_of(name: str, assets: Assets) -> Picture:
    """A packaged photograph by name, or one of the user's by digest.

    Raises
    ------
    InputError
        If it is not there.
    """
    if len(name) == 64:
        return _summed(_Levels(name, fetched(name, assets)))
    return _packaged(name)


@lru_cache(maxsize=512)
def crop(
    picture: Picture, row: float, column: float, fraction: float, shape: tuple[int, int]
) -> Float:
    """Crop (y, x) of the aspect of a screen, `fraction` of the largest such crop.

    `row` and `column` (0–1) place it between the edges.
    """
    size = np.array(picture.table.shape) - 1
    scale = float(fraction * min(size / shape))
    start = np.array([row, column]) * (size - scale * np.array(shape))
    found = window(picture, start, scale, shape)
    found.flags.writeable = False
    return found


def fitted(grey: NDArray[np.uint8], shape: tuple[int, int]) -> Float:
    """The largest central part of an image that has the aspect of a screen, in its pixels.

    Parameters
    ----------
    grey : uint8 array (y, x)
    shape : (int, int)
        Height and width of the screen.

    Returns
    -------
    array (y, x)
        Grey levels, 0 to 255, each the mean over the area of its pixel.
    """
    size = np.array(grey.shape)
    scale = float(min(size / shape))
    start = (size - scale * np.array(shape)) / 2
    return window(Picture("", _table(grey.astype(np.float64))), start, scale, shape)


def window(picture: Picture, start: Float, scale: float, shape: tuple[int, int]) -> Float:
    """Mean grey (y, x) under pixels of `scale` photograph pixels, from a corner (row, column)."""
    size = np.array(picture.table.shape) - 1
    edges = [
        np.clip(first + scale * np.arange(n + 1), 0, full)
        for first, n, full in zip(start, shape, size, strict=True)
    ]
    corners = _between(_between(picture.table, edges[0]).T, edges[1]).T
    mean: Float = np.diff(np.diff(corners, axis=0), axis=1) / scale**2
    return mean


def _between(table: Float, at: Float) -> Float:
    """Rows of a table at fractional positions."""
    low = np.minimum(at.astype(int), len(table) - 2)
    part = (at - low)[:, None]
    rows: Float = (1 - part) * table[low] + part * table[low + 1]
    return rows


@dataclass(frozen=True)
class _Levels:
    """An image whose name is the digest of its content, so that the name can stand for it."""

    name: str
    grey: NDArray[np.uint8] = field(compare=False, repr=False)


@lru_cache(maxsize=32)
def _summed(levels: _Levels) -> Picture:
    if levels.grey.ndim != 2:
        raise InputError(
            f"The image {levels.name[:12]} is {levels.grey.shape}.", "Give one image (y, x)."
        )
    return Picture(levels.name, _table(levels.grey / 255.0))


@lru_cache(maxsize=32)
def _packaged(name: str) -> Picture:
    import skimage
    from skimage.color import rgb2gray
    from skimage.io import imread

    # Read from the package itself: the functions of skimage.data may download.
    folder = Path(skimage.__file__).parent / "data"
    found = sorted(folder.glob(f"{name}.*"))
    if not found:
        raise InputError(
            f"This scikit-image has no photograph {name!r} in {folder}.",
            "Install the scikit-image wheel from PyPI again.",
        )
    picture = imread(found[0]) / 255.0
    return Picture(name, _table(rgb2gray(picture) if picture.ndim == 3 else picture))


def _table(grey: Float) -> Float:
    table: Float = np.pad(grey, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    table.flags.writeable = False
    return table
