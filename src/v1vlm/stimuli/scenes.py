"""Lines, crossings, junctions and arcs: pairs whose ink and central element are equal.

Ink is the area of visual field that is covered, in square degrees; overlaps count once.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import Canvas, Drawn, Image, heading, polyline, scattered
from v1vlm.stimuli.gratings import Fraction, Orientation

Segments = NDArray[np.float64]


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
    with the default sizes). With ``crossing=False`` the second bar keeps its orientation but
    has the plain length, and is moved at right angles to the first one, to the side given,
    until `separation_deg` of grey lies between the two.
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
    from it. "end" is a line that ends at the centre, "bar" one that runs through it. The
    length of the arms is corrected for what overlaps at the centre.
    """

    kind: Literal["junction"] = "junction"
    description: ClassVar[str] = "junction of line segments at the centre"
    citation: ClassVar[str] = "Hegdé & Van Essen 2000; Tang et al. 2018"

    shape: Literal["L", "T", "X", "Y", "end", "bar"] = "L"
    total_arm_deg: float = Field(60.0, gt=0, le=240)

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach and arm."""
        return {**super().scales(), "arm_deg": self.total_arm_deg / len(_ARMS[self.shape][0])}

    def _segments(self) -> Segments:
        bearings, excess = _ARMS[self.shape]
        missing = (_ARMS["bar"][1] - excess) * self.width_deg
        length = (self.total_arm_deg + missing) / len(bearings)
        tips = length * heading(self.orientation_deg + np.array(bearings))
        return np.concatenate([np.zeros_like(tips), tips], axis=1)


# Bearings of the arms, and the ink beyond (total length · width) in squared widths:
# round ends add π/8 each; what happens at the centre follows from elementary geometry.
_END = np.pi / 8
_ARMS: dict[str, tuple[tuple[float, ...], float]] = {
    "end": ((0.0,), 2 * _END),
    "bar": ((0.0, 180.0), 2 * _END),
    "L": ((0.0, 90.0), 2 * _END + np.pi / 16 - 1 / 4),
    "T": ((0.0, 90.0, 180.0), 3 * _END - 1 / 2),
    "Y": ((0.0, 120.0, 240.0), 3 * _END - np.sqrt(3) / 4),
    "X": ((0.0, 90.0, 180.0, 270.0), 4 * _END - 1),
}


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


def _bars(
    places: NDArray[np.float64],
    orientation_deg: NDArray[np.float64],
    length_deg: float | NDArray[np.float64],
) -> Segments:
    half = np.reshape(length_deg, (-1, 1)) / 2 * heading(orientation_deg)
    return np.concatenate([places - half, places + half], axis=1)
