"""Lines, crossings, junctions and arcs: pairs whose ink and central element are equal.

Ink is the area of visual field that is covered, in square degrees; overlaps count once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import (
    Canvas,
    Drawn,
    Image,
    crossings,
    heading,
    polyline,
    scattered,
)
from v1vlm.stimuli.gratings import Fraction, Orientation

Segments = NDArray[np.float64]
Points = NDArray[np.float64]


class Stroked(Drawn):
    """What all line drawings share: soft strokes of one width and polarity on grey."""

    orientation_deg: Orientation = 0.0
    width_deg: float = Field(5.5, ge=0.5, le=30)
    polarity: Literal[1, -1] = 1
    contrast: Fraction = 0.9

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the stroke at the centre."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Contrast, width of the stroke and reach."""
        reach = float(np.hypot(*self._segments().reshape(-1, 2).T).max()) + self.width_deg / 2
        return {"contrast": self.contrast, "stroke_deg": self.width_deg, "reach_deg": reach}

    def _drawn(self, sheet: Canvas) -> Image:
        ink = sheet.strokes(self._segments(), self.width_deg)
        return np.float32(self.polarity * self.contrast) * ink[None]

    def _segments(self) -> Segments:
        """Segments (n, 4) in degrees around the centre."""
        raise NotImplementedError


class Lines(Stroked):
    """Straight lines scattered over a disc, one of them through the centre.

    The line through the centre has exactly `orientation_deg`; the others deviate from it by
    up to ± `orientation_spread_deg`. The first n lines of one seed are the same whatever n,
    and their places the same whatever the spread, so that series of either share elements.
    Apart from the central one no line comes nearer to the centre than `clear_deg`, if given.
    """

    kind: Literal["lines"] = "lines"
    description: ClassVar[str] = "straight lines scattered around one line at the centre"
    citation: ClassVar[str] = "Knierim & Van Essen 1992"

    n: int = Field(12, ge=1, le=120)
    length_deg: float = Field(18.0, gt=0, le=120)
    orientation_spread_deg: float = Field(0.0, ge=0, le=90)
    field_deg: float = Field(40.0, gt=0, le=90)
    clear_deg: float = Field(0.0, ge=0, le=60)
    seed: int = Field(0, ge=0)

    def _features(self) -> Points:
        """Where lines cross each other."""
        return crossings(self._segments())[0]

    def _segments(self) -> Segments:
        nearest = self.clear_deg + (self.length_deg + self.width_deg) / 2 if self.clear_deg else 0.0
        farthest = max(self.field_deg, nearest)
        rng = rng_of(self.seed, "places")
        places = scattered(rng, self.n - 1, farthest, nearest_deg=nearest)
        turn = rng_of(self.seed, "orientations").uniform(-1, 1, self.n - 1)
        turn = self.orientation_spread_deg * np.concatenate([[0.0], turn])
        places = np.concatenate([np.zeros((1, 2)), places])
        return _bars(places, self.orientation_deg + turn, self.length_deg)


class Crossing(Stroked):
    """Two bars that cross at the centre, or the same two bars side by side.

    The first bar lies on the centre and is the same in both cases. Crossing it, the second
    bar is longer by the stretch that the first one covers, so that the ink is the same at
    every angle (exactly so while that stretch stays within the first bar, as at 21° and more
    with the default sizes, and at 15° and more if `length_deg` is 42 or more). With
    ``crossing=False`` the second bar keeps its orientation but has the plain length, and is
    moved at right angles to the first one, to the side given, until `separation_deg` of grey
    lies between the two.
    """

    kind: Literal["crossing"] = "crossing"
    description: ClassVar[str] = "two bars that cross at the centre or lie apart"
    citation: ClassVar[str] = "Sillito et al. 1995; Das & Gilbert 1999"

    angle_deg: float = Field(90.0, ge=15, le=90)
    length_deg: float = Field(30.0, gt=0, le=120)
    crossing: bool = True
    separation_deg: float = Field(8.0, ge=0, le=60)
    side: Literal[1, -1] = 1

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach, arm and, where the bars lie apart, gap."""
        gap = {} if self.crossing else {"gap_deg": self.separation_deg}
        return {**super().scales(), "arm_deg": self.length_deg / 2, **gap}

    def _features(self) -> Points:
        return np.zeros((int(self.crossing), 2))

    def _segments(self) -> Segments:
        turn = np.radians(self.angle_deg)
        lengths = np.array([self.length_deg, self.length_deg])
        second = np.zeros(2)
        if self.crossing:
            lengths[1] += self.width_deg / np.sin(turn)
        else:
            away = self.width_deg + self.separation_deg + np.sin(turn) * self.length_deg / 2
            second = self.side * away * heading(self.orientation_deg + 90)
        angles = self.orientation_deg + np.array([0.0, self.angle_deg])
        return _bars(np.stack([np.zeros(2), second]), angles, lengths)


class Junction(Stroked):
    """Arms that meet at the centre, of equal total length and ink whatever their number.

    One arm always leaves along `orientation_deg`; the others are placed counter-clockwise
    from it. "end" is a line that ends at the centre, "bar" one that runs through it.
    `angle_deg` is the angle of the corner (L), between stem and bar (T), between the bars (X)
    or between the second and the third arm (Y); without it 90°, or 120° for Y. The length of
    the arms is corrected for what overlaps at the centre.
    """

    kind: Literal["junction"] = "junction"
    description: ClassVar[str] = "junction of line segments at the centre"
    citation: ClassVar[str] = "Hegdé & Van Essen 2000; Tang et al. 2018"

    shape: Literal["L", "T", "X", "Y", "end", "bar"] = "L"
    angle_deg: float | None = Field(None, ge=15, le=165)
    total_arm_deg: float = Field(60.0, gt=0, le=240)

    @model_validator(mode="after")
    def _angle_is_drawn(self) -> Junction:
        if self.shape in ("end", "bar"):
            if self.angle_deg is not None:
                raise ValueError(f"a line ({self.shape}) has no angle_deg")
            return self
        gap = np.radians(np.diff(self._bearings()).min())
        shortest = self.width_deg / 2 / np.tan(min(gap, np.pi / 2) / 2)
        if self._arm_deg() < shortest:
            raise ValueError(
                f"arms of {self._arm_deg():.3g}° are covered by each other at this angle"
            )
        return self

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach and arm."""
        return {**super().scales(), "arm_deg": self.total_arm_deg / (len(self._bearings()) - 1)}

    def _features(self) -> Points:
        return np.zeros((0 if self.shape == "bar" else 1, 2))

    def _segments(self) -> Segments:
        tips = self._arm_deg() * heading(self.orientation_deg + self._bearings()[:-1])
        return np.concatenate([np.zeros_like(tips), tips], axis=1)

    def _bearings(self) -> NDArray[np.float64]:
        """Bearings of the arms and, once around, of the first again."""
        angle = self.angle_deg or (120.0 if self.shape == "Y" else 90.0)
        arms = {
            "end": (0.0,),
            "bar": (0.0, 180.0),
            "L": (0.0, angle),
            "T": (0.0, angle, 180.0),
            "Y": (0.0, 180 - angle / 2, 180 + angle / 2),
            "X": (0.0, angle, 180.0, 180 + angle),
        }
        return np.array([*arms[self.shape], 360.0])

    def _arm_deg(self) -> float:
        """Length of an arm: the ink is that of a straight bar of the total length."""
        bearings = self._bearings()
        missing = (_excess(np.array([0.0, 180.0, 360.0])) - _excess(bearings)) * self.width_deg
        return (self.total_arm_deg + missing) / (len(bearings) - 1)


def _excess(bearings_deg: NDArray[np.float64]) -> float:
    """Ink of arms beyond (total length · width), in squared widths.

    Each round end adds π/8. The gap between two neighbouring arms is shared by them: up to
    its middle an arm loses a triangle to the other one where that is nearer than half a
    width, or gains a sector of the round joint where the gap is wider than 180°.
    """
    half = np.radians(np.diff(bearings_deg)) / 2
    acute = half < np.pi / 2
    shares = np.where(acute, -1 / (8 * np.tan(np.where(acute, half, 1.0))), (half - np.pi / 2) / 8)
    return float(np.pi / 8 * len(half) + 2 * shares.sum())


class Arc(Stroked):
    """A curved line of constant length and curvature, tangent to `orientation_deg`."""

    kind: Literal["arc"] = "arc"
    description: ClassVar[str] = "curved line through the centre"
    citation: ClassVar[str] = "Dobbins, Zucker & Cynader 1987; Ponce et al. 2017"

    length_deg: float = Field(50.0, gt=0, le=180)
    curvature_per_deg: float = Field(0.0, ge=-0.2, le=0.2)

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach and arm."""
        return {**super().scales(), "arm_deg": self.length_deg / 2}

    def _segments(self) -> Segments:
        step = self.length_deg / 32
        along = (np.arange(32) + 0.5) * step - self.length_deg / 2
        turn = np.degrees(self.curvature_per_deg * along)
        path = np.cumsum(step * heading(self.orientation_deg + turn), axis=0)
        path = np.concatenate([np.zeros((1, 2)), path])
        return polyline(path - path[16])


class Outlines(Stroked):
    """Outlines of two shapes that intersect at the centre, or of the same two apart.

    The first one lies to the left of the direction `orientation_deg`, with the middle of a
    side at the centre; its perimeter is 2π · `radius_deg` whatever the shape. The second one
    is turned about the centre by `angle_deg`, and larger by what both cover, so that the ink
    is the same apart: there it has the plain size and lies on the other side, where
    `separation_deg` of grey part the two.
    """

    kind: Literal["outlines"] = "outlines"
    description: ClassVar[str] = "outlines of two shapes that intersect at the centre or lie apart"
    citation: ClassVar[str] = "V1VLM (Onken lab), intersecting shapes of its example report"

    shape: Literal["circle", "square", "triangle"] = "circle"
    radius_deg: float = Field(14.0, gt=0, le=45)
    angle_deg: float = Field(60.0, ge=30, le=150)
    intersecting: bool = True
    separation_deg: float = Field(8.0, ge=0, le=60)

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach, arm (the radius) and, apart, gap."""
        gap = {} if self.intersecting else {"gap_deg": self.separation_deg}
        return {**super().scales(), "arm_deg": self.radius_deg, **gap}

    def _features(self) -> Points:
        """Where the two outlines cross."""
        return crossings(self._segments())[0]

    def _segments(self) -> Segments:
        turned, second_deg = self.orientation_deg + self.angle_deg, self.radius_deg
        if self.intersecting:
            second_deg = _grown(self.shape, self.radius_deg, self.width_deg, self.angle_deg)
        first = _outline(self.shape, self.radius_deg, self.orientation_deg)
        second = _outline(self.shape, second_deg, turned)
        if not self.intersecting:
            left = heading(self.orientation_deg + 90)
            second -= left * ((second @ left).max() + self.width_deg + self.separation_deg)
        return np.concatenate([polyline(first, closed=True), polyline(second, closed=True)])


_CORNERS = {"circle": 64, "square": 4, "triangle": 3}


def _outline(shape: str, radius_deg: float, orientation_deg: float) -> Points:
    """Corners of a regular polygon to the left of the centre, its first side on the centre."""
    n = _CORNERS[shape]
    reach = np.pi * radius_deg / n / np.sin(np.pi / n)
    # The first side runs along the direction, the middle of the shape lies to its left.
    corners = heading(orientation_deg - 90 + 360 * (np.arange(n) - 0.5) / n)
    middle = np.cos(np.pi / n) * heading(orientation_deg + 90)
    outline: Points = reach * (corners + middle)
    return outline


@lru_cache(maxsize=1024)
def _grown(shape: str, radius_deg: float, width_deg: float, angle_deg: float) -> float:
    """Radius of the second outline: its perimeter makes up for what it shares with the first."""
    reach = 2.5 * radius_deg + width_deg
    line = np.arange(-reach, reach, width_deg / 10)
    u, v = np.meshgrid(line, line)
    first = _away(shape, radius_deg, 0.0, u, v) < width_deg / 2
    u, v = u[first], v[first]
    grown = radius_deg
    for _ in range(6):
        both = _away(shape, grown, angle_deg, u, v) < width_deg / 2
        grown = radius_deg + both.sum() * (width_deg / 10) ** 2 / (2 * np.pi * width_deg)
    return float(grown)


def _away(shape: str, radius_deg: float, orientation_deg: float, u: Points, v: Points) -> Points:
    """Distance of points from an outline."""
    if shape == "circle":
        middle = radius_deg * heading(orientation_deg + 90)
        from_circle: Points = np.abs(np.hypot(u - middle[0], v - middle[1]) - radius_deg)
        return from_circle
    away = np.full(u.shape, np.inf)
    for u0, v0, u1, v1 in polyline(_outline(shape, radius_deg, orientation_deg), closed=True):
        span_u, span_v = u1 - u0, v1 - v0
        along = ((u - u0) * span_u + (v - v0) * span_v) / (span_u**2 + span_v**2)
        along = np.clip(along, 0, 1)
        away = np.minimum(away, np.hypot(u - u0 - along * span_u, v - v0 - along * span_v))
    return away


def _bars(
    places: NDArray[np.float64],
    orientation_deg: NDArray[np.float64],
    length_deg: float | NDArray[np.float64],
) -> Segments:
    half = np.reshape(length_deg, (-1, 1)) / 2 * heading(orientation_deg)
    return np.concatenate([places - half, places + half], axis=1)
