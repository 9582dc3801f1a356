"""Drawing in degrees on the pixels of a screen: canvas, strokes and elements.

Everything is evaluated on subpixels and averaged over each pixel. Shapes with little
ink are evaluated only in the pixels that they touch, which makes an image of lines a
matter of a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1vlm.stimuli.base import NO_ASSETS, Assets, Stimulus
from v1vlm.stimuli.screen import Screen

Image = NDArray[np.float32]
Index = NDArray[np.intp]

EDGE_DEG = 1.0
"""Width of the soft edge of discs and strokes."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Subpixels of a screen in degrees around a point.

    Attributes
    ----------
    shape : (int, int)
        Rows and columns of the screen.
    u, v : array (subpixel, pixel)
        Degrees rightwards and upwards of the point (`Screen.local_deg`).
    middle : array (2, pixel)
        The same at the middle of each pixel.
    reach : array (pixel,)
        Largest distance (deg) of a subpixel from the middle of its pixel.
    """

    shape: tuple[int, int]
    u: Image
    v: Image
    middle: Image
    reach: Image

    def pool(self, values: Image) -> Image:
        """Average over subpixels: (..., subpixel, pixel) to (..., y, x)."""
        pooled: Image = values.mean(axis=-2, dtype=np.float32)
        return pooled.reshape(*values.shape[:-2], *self.shape)

    def disc(self, diameter_deg: float) -> Image:
        """Soft disc around the point: 1 inside, 0 outside; (subpixel, pixel)."""
        return _soft(diameter_deg / 2 - np.hypot(self.u, self.v))

    def strokes(self, segments: ArrayLike, width_deg: float) -> Image:
        """Share of each pixel covered by round-ended line segments, overlaps counted once.

        Parameters
        ----------
        segments : array (segment, 4)
            Start and end (u, v, u, v) in degrees.
        width_deg : float
            Width of the stroke at half height of its soft edge.

        Returns
        -------
        array (y, x)
        """
        ends = np.asarray(segments, np.float32).T
        half = width_deg / 2
        away = _distance(self.middle[0], self.middle[1], ends[:, :, None])
        pixel, line = self._near(away, half + EDGE_DEG / 2)
        inside = half - _distance(self.u[:, pixel], self.v[:, pixel], ends[:, line])
        return self._gathered(np.maximum, _soft(inside), pixel)

    def elements(
        self,
        places: ArrayLike,
        radius_deg: float,
        profile: Callable[[Image, Image, Index], Image],
    ) -> Image:
        """Sum of small elements, each evaluated within its radius only.

        Parameters
        ----------
        places : array (element, 2)
            Centres (u, v) in degrees.
        profile : callable
            From (du, dv, element), offsets (subpixel, pair) from the centre of the element
            and its index (pair,), to values (subpixel, pair).

        Returns
        -------
        array (y, x)
        """
        centres = np.asarray(places, np.float32)
        away = np.hypot(self.middle[0] - centres[:, :1], self.middle[1] - centres[:, 1:])
        pixel, element = self._near(away, radius_deg)
        du = self.u[:, pixel] - centres[element, 0]
        dv = self.v[:, pixel] - centres[element, 1]
        return self._gathered(np.add, profile(du, dv, element), pixel)

    def _near(self, away: Image, limit_deg: float) -> tuple[Index, Index]:
        # Transposed, so that the pairs come sorted by pixel, as `reduceat` needs them.
        pixel, shape = np.nonzero((away < limit_deg + self.reach).T)
        return pixel, shape

    def _gathered(self, merge: np.ufunc, values: Image, pixel: Index) -> Image:
        image = np.zeros(self.shape[0] * self.shape[1], np.float32)
        if len(pixel):
            starts = np.flatnonzero(np.diff(pixel, prepend=-1))
            image[pixel[starts]] = merge.reduceat(values, starts, axis=1).mean(axis=0)
        return image.reshape(self.shape)


class Drawn(Stimulus):
    """A stimulus that is computed from its parameters alone, around its own centre."""

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:  # noqa: ARG002
        """Signed contrast (frame, y, x)."""
        return self._drawn(canvas(screen, self.azimuth_deg, self.elevation_deg), screen)

    def _drawn(self, sheet: Canvas, screen: Screen) -> Image:
        raise NotImplementedError


@lru_cache(maxsize=256)
def canvas(screen: Screen, azimuth_deg: float, elevation_deg: float, oversample: int = 3) -> Canvas:
    """Canvas around a point of the screen; the arrays are shared and read-only."""
    height, width = screen.shape

    def by_pixel(values: NDArray[np.float64]) -> Image:
        blocks = values.reshape(height, oversample, width, oversample).transpose(1, 3, 0, 2)
        flat = np.ascontiguousarray(blocks.reshape(oversample**2, -1), np.float32)
        flat.flags.writeable = False
        return flat

    u, v = (by_pixel(c) for c in screen.local_deg(azimuth_deg, elevation_deg, oversample))
    middle = np.stack([u.mean(axis=0), v.mean(axis=0)])
    reach = np.hypot(u - middle[0], v - middle[1]).max(axis=0)
    middle.flags.writeable = reach.flags.writeable = False
    return Canvas(screen.shape, u, v, middle, reach)


def polyline(points: ArrayLike, closed: bool = False) -> NDArray[np.float64]:
    """Segments (n, 4) that join points (n, 2) in order."""
    path = np.asarray(points, float)
    if closed:
        path = np.concatenate([path, path[:1]])
    return np.concatenate([path[:-1], path[1:]], axis=1)


def heading(orientation_deg: ArrayLike) -> NDArray[np.float64]:
    """Unit vectors (..., 2) along orientations, counter-clockwise from rightwards."""
    angle = np.radians(np.asarray(orientation_deg, float))
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _soft(inside_deg: Image) -> Image:
    return np.clip(inside_deg / np.float32(EDGE_DEG) + np.float32(0.5), 0, 1)


def _distance(u: Image, v: Image, ends: Image) -> Image:
    u0, v0, u1, v1 = ends
    du, dv = u1 - u0, v1 - v0
    length = np.maximum(du * du + dv * dv, np.float32(1e-12))
    along = np.clip(((u - u0) * du + (v - v0) * dv) / length, 0, 1)
    distance: Image = np.hypot(u - u0 - along * du, v - v0 - along * dv)
    return distance
