"""Contours, paths and figures: what lies around a central element that stays the same."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import (
    EDGE_DEG,
    Canvas,
    Drawn,
    Image,
    Index,
    crossings,
    heading,
    polyline,
    scattered,
    soft,
)
from v1vlm.stimuli.gratings import (
    Duration,
    Fraction,
    Frequency,
    Orientation,
    TemporalFrequency,
)
from v1vlm.stimuli.scenes import Points, Segments, Stroked

_STEPS = 64


class Contour(Stroked):
    """A closed contour that runs through the centre, or the same with a remote gap.

    The shape is a circle whose radius is modulated by its second to fourth harmonic, drawn by
    seed; its perimeter is 2π · `radius_deg` whatever the shape. It lies to the left of the
    direction `orientation_deg`. A gap of `gap_deg` is cut opposite the centre and left grey.
    What was cut out is shown on the other side of the tangent at the centre, as its mirror
    image, unless `keep_ink` is false: the ink is the same, as far from the receptive field
    and at the same angle to it, and nothing changes near it.
    """

    kind: Literal["contour"] = "contour"
    description: ClassVar[str] = "contour through the centre, closed or with a remote gap"
    citation: ClassVar[str] = "Kovács & Julesz 1993"

    radius_deg: float = Field(16.0, gt=0, le=60)
    deformation: float = Field(0.15, ge=0, le=0.4)
    gap_deg: float = Field(0.0, ge=0, le=60)
    keep_ink: bool = True
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _gap_is_remote(self) -> Contour:
        if 0 < self.gap_deg < 0.6 * self.width_deg:
            raise ValueError("gap_deg is under 0.6 of width_deg: nothing would be left to cut out")
        if self.gap_deg and self.gap_deg + self.width_deg > np.pi * self.radius_deg:
            raise ValueError("gap_deg and width_deg together exceed half of the perimeter")
        return self

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach, arm (the radius) and gap."""
        gap = {"gap_deg": self.gap_deg} if self.gap_deg else {}
        return {**super().scales(), "arm_deg": self.radius_deg, **gap}

    def _features(self) -> Points:
        """The middle of the gap."""
        middle = np.pi * self.radius_deg
        return _stretch(self._curve(), middle, middle)[: bool(self.gap_deg)]

    def _segments(self) -> Segments:
        points = self._curve()
        return self._opened(points) if self.gap_deg else polyline(points, closed=True)

    def _curve(self) -> Points:
        points = _closed_curve(self.seed, self.radius_deg, self.deformation)
        tangent = points[1] - points[-1]
        turn = np.radians(self.orientation_deg) - np.arctan2(tangent[1], tangent[0])
        turned: Points = (points - points[0]) @ _rotation(turn).T
        return turned

    def _opened(self, points: Points) -> Segments:
        """Cut the gap, edge to edge of the round ends, and mirror the piece at the tangent."""
        perimeter = 2 * np.pi * self.radius_deg
        cut = self.gap_deg + self.width_deg
        ends = (perimeter - cut) / 2, (perimeter + cut) / 2
        rest = np.concatenate([_stretch(points, ends[1], perimeter), _stretch(points, 0, ends[0])])
        if not self.keep_ink:
            return polyline(rest)
        # The ends of the rest and of the piece add two round caps each: its length is cut
        # by what they cover.
        half = (cut - np.pi / 2 * self.width_deg) / 2
        piece = _stretch(points, perimeter / 2 - half, perimeter / 2 + half)
        tangent = heading(self.orientation_deg)
        mirrored = 2 * (piece @ tangent)[:, None] * tangent - piece
        return np.concatenate([polyline(rest), polyline(mirrored)])


class ContourMap(Stroked):
    """Nested closed contours like the height lines of a map, or the same ones shuffled.

    Shuffled, every contour is displaced by up to `scatter_deg`, in a direction and by an
    amount drawn by seed.
    """

    kind: Literal["contour_map"] = "contour_map"
    description: ClassVar[str] = "nested closed contours, in place or shuffled"
    citation: ClassVar[str] = "V1VLM (Onken lab), the first stimulus of its example report"

    n_contours: int = Field(3, ge=2, le=8)
    spacing_deg: float = Field(12.5, gt=0, le=40)
    deformation: float = Field(0.15, ge=0, le=0.4)
    shuffled: bool = False
    scatter_deg: float = Field(18.0, ge=0, le=90)
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """None: no line is bound to the centre."""
        return None

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach and the grey between neighbours."""
        return {**super().scales(), "gap_deg": max(self.spacing_deg - self.width_deg, 0.0)}

    def _features(self) -> Points:
        """Where shuffled contours cross each other."""
        return crossings(self._segments())[0]

    def _segments(self) -> Segments:
        chance = rng_of(self.seed, "scatter").uniform(size=(self.n_contours, 2))
        moves = self.scatter_deg * np.sqrt(chance[:, :1]) * heading(360 * chance[:, 1])
        turn = _rotation(np.radians(self.orientation_deg)).T
        drawn = []
        for i in range(self.n_contours):
            radius = (i + 1) * self.spacing_deg
            points = _closed_curve(self.seed, radius, self.deformation)[::2] @ turn
            drawn.append(polyline(points + moves[i] * self.shuffled, closed=True))
        return np.concatenate(drawn)


class GaborPath(Drawn):
    """Collinear Gabor elements in a field of random ones.

    The path lies along `orientation_deg`; its middle element, at the centre, is always aligned
    with it. The flankers are aligned too, or turned by `flanker_offset_deg` where they are.
    Clutter elements have random places and orientations, drawn by seed and the same whatever
    the flankers do. The path itself can be turned away from its middle element: with a
    `path_offset_deg` of 90 it lies along the axis of its drift.

    With a temporal frequency the carriers drift within their envelopes, the middle element in
    the direction orientation + 90° (as gratings do), the flankers with it (1), against it (−1)
    or not at all (0), clutter elements either way by seed.
    """

    kind: Literal["gabor_path"] = "gabor_path"
    description: ClassVar[str] = "path of Gabor elements in clutter"
    citation: ClassVar[str] = (
        "Field, Hayes & Hess 1993; Kapadia et al. 1995; drifting: Bex, Simmers & Dakin 2001"
    )

    orientation_deg: Orientation = 0.0
    flanker_offset_deg: float = Field(0.0, ge=-90, le=90)
    n_flankers: int = Field(2, ge=0, le=5, description="on each side")
    n_clutter: int = Field(12, ge=0, le=60)
    spatial_frequency_cpd: Frequency = 0.06
    envelope_sd_deg: float = Field(4.0, gt=0, le=15)
    spacing_deg: float = Field(16.0, gt=0, le=60)
    field_deg: float = Field(50.0, gt=0, le=90)
    polarity: Literal[1, -1] = 1
    contrast: Fraction = 0.9
    path_offset_deg: float = Field(0.0, ge=-90, le=90)
    temporal_frequency_hz: TemporalFrequency = 0.0
    flanker_drift: Literal[1, 0, -1] = 1
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the middle element."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and reach of the path."""
        return {
            "spatial_frequency_cpd": self.spatial_frequency_cpd,
            "temporal_frequency_hz": self.temporal_frequency_hz,
            "contrast": self.contrast,
            "reach_deg": self.n_flankers * self.spacing_deg + 2 * self.envelope_sd_deg,
        }

    def _drawn(self, sheet: Canvas) -> Image:
        steps = np.arange(-self.n_flankers, self.n_flankers + 1)
        path = (
            self.spacing_deg * steps[:, None] * heading(self.orientation_deg + self.path_offset_deg)
        )
        turns = self.orientation_deg + self.flanker_offset_deg * (steps != 0)
        rng = rng_of(self.seed, "clutter")
        clutter = scattered(rng, self.n_clutter, self.field_deg, taken=path)
        loose = rng_of(self.seed, "clutter orientations").uniform(0, 180, self.n_clutter)
        places = np.concatenate([path, clutter])
        turns = np.concatenate([turns, loose])
        gain = np.float32(self.polarity * self.contrast)
        if not self.temporal_frequency_hz:
            return _clipped(gain * self._gabors(sheet, places, turns, np.cos, np.ones(len(places))))
        either = rng_of(self.seed, "clutter drift").choice([-1, 1], self.n_clutter)
        drift = np.concatenate([np.where(steps == 0, 1, self.flanker_drift), either])
        still = self._gabors(sheet, places, turns, np.cos, 1 - np.abs(drift))
        even = self._gabors(sheet, places, turns, np.cos, np.abs(drift))
        odd = self._gabors(sheet, places, turns, np.sin, drift)
        n_frames = sheet.screen.frames(self.duration_s)
        step = 2 * np.pi * self.temporal_frequency_hz / sheet.screen.frame_rate_hz
        clock = (step * np.arange(n_frames))[:, None, None]
        movie = np.cos(clock).astype(np.float32) * even - np.sin(clock).astype(np.float32) * odd
        shown: Image = np.clip(gain * (movie + still), -1, 1)
        return shown

    def _gabors(
        self,
        sheet: Canvas,
        places: Points,
        turns: Points,
        wave: np.ufunc,
        weights: Points,
    ) -> Image:
        """Weighted sum (y, x) of elements with a cosine or sine carrier."""
        drawn = np.flatnonzero(weights)
        across = heading(turns[drawn] + 90).astype(np.float32)
        weight = weights[drawn].astype(np.float32)
        frequency = np.float32(2 * np.pi * self.spatial_frequency_cpd)
        decay = np.float32(-0.5 / self.envelope_sd_deg**2)

        def gabor(du: Image, dv: Image, element: Index) -> Image:
            phase = frequency * (du * across[element, 0] + dv * across[element, 1])
            value: Image = weight[element] * wave(phase) * np.exp(decay * (du * du + dv * dv))
            return value

        return sheet.elements(places[drawn], 3 * self.envelope_sd_deg, gabor)


class Symmetric(Drawn):
    """Dark and bright dots, mirror-symmetric about an axis through the centre, or not.

    When the symmetry is broken, the dots on one side of the axis (the right of the vertical)
    keep their size, number and polarity and move to fresh places.
    """

    kind: Literal["symmetric"] = "symmetric"
    description: ClassVar[str] = "dots, mirror-symmetric about an axis or not"
    citation: ClassVar[str] = "Sasaki et al. 2005"

    symmetric: bool = True
    axis_deg: float = Field(90.0, ge=0, lt=180)
    n_pairs: int = Field(10, ge=1, le=40)
    dot_diameter_deg: float = Field(8.0, gt=0, le=30)
    field_deg: float = Field(40.0, gt=0, le=90)
    contrast: Fraction = 0.9
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Contrast, diameter of the dots and reach."""
        return {
            "contrast": self.contrast,
            "stroke_deg": self.dot_diameter_deg,
            "reach_deg": self.field_deg + self.dot_diameter_deg,
        }

    def _drawn(self, sheet: Canvas) -> Image:
        left = self._half("left")
        right = left if self.symmetric else self._half("right")
        sign = np.tile(rng_of(self.seed, "polarity").choice([-1, 1], self.n_pairs), 2)
        radius = self.dot_diameter_deg / 2

        def dot(du: Image, dv: Image, element: Index) -> Image:
            values: Image = sign[element] * soft(np.float32(radius) - np.sqrt(du * du + dv * dv))
            return values

        places = np.concatenate([left * (-1, 1), right])
        places = places @ _rotation(np.radians(self.axis_deg - 90)).T
        image = sheet.elements(places, radius + EDGE_DEG / 2, dot)
        return _clipped(self.contrast * image)

    def _half(self, side: str) -> Points:
        """Places in the right half of the field, clear of the axis."""
        places = scattered(rng_of(self.seed, side), self.n_pairs, self.field_deg, half=True)
        places[:, 0] += self.dot_diameter_deg / 2
        return places


class OwnedEdge(Drawn):
    """An edge through the centre that belongs to a square on either side of it.

    The edge runs along `orientation_deg`. With `polarity` 1 it is light on its left and dark
    on its right; the square lies on the left (`side` 1) or on the right (−1) and its ground
    fills the screen. Members with one polarity and either side are identical up to half of
    `size_deg` from the centre. Their mean luminance differs by construction, so it must not be
    matched over the screen.
    """

    kind: Literal["owned_edge"] = "owned_edge"
    description: ClassVar[str] = "edge at the centre that belongs to a square on one side or other"
    citation: ClassVar[str] = "Zhou, Friedman & von der Heydt 2000"

    orientation_deg: Orientation = 90.0
    side: Literal[1, -1] = 1
    polarity: Literal[1, -1] = 1
    size_deg: float = Field(35.0, gt=0, le=120)
    contrast: Fraction = 0.5

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the edge at the centre."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Contrast, arm (half of a side) and reach of the square."""
        reach = self.size_deg * np.sqrt(5) / 2
        return {"contrast": self.contrast, "arm_deg": self.size_deg / 2, "reach_deg": float(reach)}

    def _features(self) -> Points:
        """Points along the border of the square."""
        corners = self.size_deg * np.array([(-0.5, 0), (0.5, 0), (0.5, 1), (-0.5, 1)])
        along = np.arange(8)[:, None] / 8
        starts, ends = corners[:, None], np.roll(corners, -1, axis=0)[:, None]
        border = (starts + along * (ends - starts)).reshape(-1, 2)
        return border * (1, self.side) @ _rotation(np.radians(self.orientation_deg)).T

    def _drawn(self, sheet: Canvas) -> Image:
        right, up = heading(self.orientation_deg).astype(np.float32)
        along = np.abs(right * sheet.u + up * sheet.v)
        across = np.float32(self.side) * (right * sheet.v - up * sheet.u)
        size = np.float32(self.size_deg)
        inside = np.minimum(size / 2 - along, np.minimum(across, size - across))
        sign = np.float32(self.contrast * self.polarity * self.side)
        return sign * (2 * sheet.pool(soft(inside)) - 1)[None]


def _clipped(image: Image) -> Image:
    frames: Image = np.clip(image, -1, 1)[None]
    return frames


def _closed_curve(seed: int, radius_deg: float, deformation: float) -> Points:
    """Points (n, 2) on a deformed circle, counter-clockwise, equally spaced along it.

    The harmonics have amplitudes that fall as 1 / (order − 1) and random phases; the
    perimeter is that of the circle.
    """
    angle = 2 * np.pi * np.arange(8 * _STEPS) / (8 * _STEPS)
    phases = rng_of(seed, "shape").uniform(0, 2 * np.pi, 3)
    radius = np.ones_like(angle)
    for order, phase in zip((2, 3, 4), phases, strict=True):
        radius += deformation / (order - 1) * np.cos(order * angle + phase) / order
    points = radius[:, None] * heading(np.degrees(angle))
    path = np.concatenate([points, points[:1]])
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    wanted = length[-1] * np.arange(_STEPS) / _STEPS
    even = np.stack([np.interp(wanted, length, path[:, i]) for i in (0, 1)], axis=1)
    scaled: Points = even * (2 * np.pi * radius_deg / length[-1])
    return scaled


def _stretch(points: Points, start: float, stop: float) -> Points:
    """Part of a closed curve between two lengths along it."""
    path = np.concatenate([points, points[:1]])
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    inner = length[(length > start) & (length < stop)]
    wanted = np.concatenate([[start], inner, [stop]])
    return np.stack([np.interp(wanted, length, path[:, i]) for i in (0, 1)], axis=1)


def _rotation(angle_rad: float) -> Points:
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cosine, -sine], [sine, cosine]])
