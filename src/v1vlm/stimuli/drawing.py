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
from v1vlm.stimuli.screen import Screen, direction_deg

Image = NDArray[np.float32]
Index = NDArray[np.intp]

EDGE_DEG = 1.0
"""Width of the soft edge of discs and strokes."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Subpixels of a screen in degrees around a point.

    Attributes
    ----------
    screen : Screen
    u, v : array (subpixel, pixel)
        Degrees rightwards and upwards of the point (`Screen.local_deg`).
    near_terms : array (pixel, 5)
        Per pixel |m|² − reach², 1, m (u, v) and reach, where m is its middle and reach the
        largest distance of a subpixel from it: what `_near` multiplies.
    """

    screen: Screen
    u: Image
    v: Image
    near_terms: Image

    def pool(self, values: Image) -> Image:
        """Average over subpixels: (..., subpixel, pixel) to (..., y, x)."""
        pooled: Image = values.mean(axis=-2, dtype=np.float32)
        return pooled.reshape(*values.shape[:-2], *self.screen.shape)

    def disc(self, diameter_deg: float) -> Image:
        """Soft disc around the point: 1 inside, 0 outside; (subpixel, pixel)."""
        return soft(diameter_deg / 2 - _norm(self.u, self.v))

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
        spans = ends[2:] - ends[:2]
        middles = ends[:2] + np.float32(0.5) * spans
        pixel, line = self._near(
            middles, np.float32(0.5) * _norm(*spans) + np.float32(half + EDGE_DEG / 2)
        )
        inside = half - _distance(self.u[:, pixel], self.v[:, pixel], ends[:, line])
        return self._gathered(np.maximum, soft(inside), pixel)

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
        centres = np.asarray(places, np.float32).T
        pixel, element = self._near(centres, np.full(centres.shape[1], radius_deg, np.float32))
        du = self.u[:, pixel] - centres[0, element]
        dv = self.v[:, pixel] - centres[1, element]
        return self._gathered(np.add, profile(du, dv, element), pixel)

    def movie(
        self,
        places: ArrayLike,
        frame: Index,
        n_frames: int,
        radius_deg: float,
        profile: Callable[[Image, Image, Index], Image],
    ) -> Image:
        """Sum of small elements as in `elements`, each in the frame (element,) given for it.

        Returns
        -------
        array (frame, y, x)
        """
        u, v = np.asarray(places, np.float32).T
        total = np.zeros(n_frames * self.u.shape[1])
        for first in range(0, len(u), 4096):  # so many that memory does not grow with the movie
            some = slice(first, first + 4096)
            pixel, element = self._beside(u[some], v[some], np.float32(radius_deg))
            element += first
            du, dv = self.u[:, pixel] - u[element], self.v[:, pixel] - v[element]
            place = frame[element] * self.u.shape[1] + pixel
            total += np.bincount(place, profile(du, dv, element).mean(axis=0), len(total))
        return total.astype(np.float32).reshape(n_frames, *self.screen.shape)

    def _beside(self, u: Image, v: Image, radius_deg: np.float32) -> tuple[Index, Index]:
        """Pairs (pixel, shape) that may touch, from a band of the screen around each shape.

        A movie has too many shapes to compare each with every pixel, as `_near` does.
        """
        order = np.argsort(self.near_terms[:, 2])
        middle_u, middle_v, reach = self.near_terms[order, 2:].T
        width = radius_deg + reach.max()
        first, last = np.searchsorted(middle_u, (u - width, u + width)).astype(np.int32)
        count = last - first
        shape = np.repeat(np.arange(len(u), dtype=np.int32), count)
        place = np.arange(len(shape), dtype=np.int32) + np.repeat(last - np.cumsum(count), count)
        near = np.flatnonzero(np.abs(middle_v[place] - np.repeat(v, count)) < width)
        return order[place[near]], shape[near].astype(np.intp)

    def _near(self, centres: Image, radii: Image) -> tuple[Index, Index]:
        """Pairs (pixel, shape) that may touch, sorted by pixel as `reduceat` needs them."""
        u, v = centres
        # (distance² − (radius + reach)²) as one matrix product over 5 terms.
        terms = np.stack(
            [np.ones_like(u), u * u + v * v - radii * radii, -2 * u, -2 * v, -2 * radii]
        )
        pixel, shape = np.nonzero(self.near_terms @ terms < 0)
        return pixel, shape

    def _gathered(self, merge: np.ufunc, values: Image, pixel: Index) -> Image:
        image = np.zeros(self.u.shape[1], np.float32)
        if len(pixel):
            starts = np.flatnonzero(np.diff(pixel, prepend=-1))
            image[pixel[starts]] = merge.reduceat(values, starts, axis=1).mean(axis=0)
        return image.reshape(self.screen.shape)


class Drawn(Stimulus):
    """A stimulus that is computed from its parameters alone, around its own centre."""

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:  # noqa: ARG002
        """Signed contrast (frame, y, x)."""
        return self._drawn(canvas(screen, self.azimuth_deg, self.elevation_deg))

    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Azimuth and elevation (deg) of the features, wherever the stimulus was moved."""
        u, v = np.reshape(np.asarray(self._features(), float), (-1, 2)).T
        azimuth, elevation = direction_deg(self.azimuth_deg, self.elevation_deg, u, v)
        return tuple(zip(azimuth.tolist(), elevation.tolist(), strict=True))

    def _features(self) -> ArrayLike:
        """Features (n, 2) in degrees around the centre; none unless a kind has some."""
        return ()

    def _drawn(self, sheet: Canvas) -> Image:
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
    middle_u, middle_v = u.mean(axis=0), v.mean(axis=0)
    reach = np.hypot(u - middle_u, v - middle_v).max(axis=0)
    square = middle_u**2 + middle_v**2 - reach**2
    terms = np.stack([square, np.ones_like(reach), middle_u, middle_v, reach], axis=1)
    terms.flags.writeable = False
    return Canvas(screen, u, v, terms)


def polyline(points: ArrayLike, closed: bool = False) -> NDArray[np.float64]:
    """Segments (n, 4) that join points (n, 2) in order."""
    path = np.asarray(points, float)
    if closed:
        path = np.concatenate([path, path[:1]])
    return np.concatenate([path[:-1], path[1:]], axis=1)


def crossings(segments: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where segments cross each other, ends that two of them share apart.

    Parameters
    ----------
    segments : array (n, 4)
        Start and end (u, v, u, v) in degrees.

    Returns
    -------
    points : array (m, 2)
    sines : array (m,)
        Sine of the angle between the two, 0–1.
    """
    ends = np.asarray(segments, float).reshape(-1, 4)
    starts, spans = ends[:, :2], ends[:, 2:] - ends[:, :2]
    first, second = np.triu_indices(len(ends), 1)
    apart = starts[second] - starts[first]
    across = _cross(spans[first], spans[second])
    with np.errstate(divide="ignore", invalid="ignore"):  # parallel ones are left out below
        along = _cross(apart, spans[second]) / across
        other = _cross(apart, spans[first]) / across
    within = (along >= 0) & (along <= 1) & (other >= 0) & (other <= 1)
    within &= ~_joined(ends[first], ends[second])
    points = starts[first[within]] + along[within, None] * spans[first[within]]
    lengths = np.hypot(*spans.T)
    sines = np.abs(across[within]) / (lengths[first[within]] * lengths[second[within]])
    return points, sines


def circle(diameter_deg: float, n: int = 32) -> NDArray[np.float64]:
    """Points (n, 2) evenly spaced on a circle around the centre."""
    return diameter_deg / 2 * heading(360 * np.arange(n) / n)


def heading(orientation_deg: ArrayLike) -> NDArray[np.float64]:
    """Unit vectors (..., 2) along orientations, counter-clockwise from rightwards."""
    angle = np.radians(np.asarray(orientation_deg, float))
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def scattered(
    rng: np.random.Generator,
    n: int,
    radius_deg: float,
    *,
    nearest_deg: float = 0.0,
    half: bool = False,
    taken: ArrayLike = ((0.0, 0.0),),
) -> NDArray[np.float64]:
    """Places (n, 2) spread irregularly over a disc or ring, or its right half.

    Each is the one of ten random candidates that is farthest from all places before
    it and from those taken (Mitchell 1991), so the first n places are the same whatever n.
    """
    chance = rng.uniform(size=(n, 10, 2))
    area = nearest_deg**2 + chance[..., 0] * (radius_deg**2 - nearest_deg**2)
    turn = 180 * chance[..., 1] - 90 if half else 360 * chance[..., 1]
    candidates = np.sqrt(area)[..., None] * heading(turn)
    before = np.asarray(taken, float)
    places = np.concatenate([before, np.empty((n, 2))])
    for i, tried in enumerate(candidates, start=len(before)):
        distance = ((tried[:, None] - places[:i]) ** 2).sum(axis=2)
        places[i] = tried[distance.min(axis=1).argmax()]
    return places[len(before) :]


def soft(inside_deg: Image) -> Image:
    """Soft edge: 0 outside, 1/2 on the border, 1 inside."""
    edge: Image = np.clip(inside_deg / np.float32(EDGE_DEG) + np.float32(0.5), 0, 1)
    return edge


def _norm(u: Image, v: Image) -> Image:
    # Several times faster than hypot; nothing here is near the limits of float32.
    norm: Image = np.sqrt(u * u + v * v)
    return norm


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


def _joined(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether pairs of segments share an end."""
    apart = a.reshape(-1, 2, 1, 2) - b.reshape(-1, 1, 2, 2)
    joined: NDArray[np.bool_] = (np.abs(apart).max(axis=3) < 1e-9).any(axis=(1, 2))
    return joined


def _distance(u: Image, v: Image, ends: Image) -> Image:
    u0, v0, u1, v1 = ends
    du, dv = u1 - u0, v1 - v0
    length = np.maximum(du * du + dv * dv, np.float32(1e-12))
    u, v = u - u0, v - v0
    along = np.clip((u * du + v * dv) / length, 0, 1)
    return _norm(u - along * du, v - along * dv)
