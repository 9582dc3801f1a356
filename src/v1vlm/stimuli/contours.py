"""Contours, paths and figures: what lies around a central element that stays the same."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import (
    EDGE_DEG,
    Canvas,
    Drawn,
    Image,
    Index,
    heading,
    polyline,
    scattered,
    soft,
)
from v1vlm.stimuli.gratings import Fraction, Frequency, Orientation
from v1vlm.stimuli.scenes import Segments, Stroked

Points = NDArray[np.float64]

_STEPS = 64


class Contour(Stroked):
    """A closed contour that runs through the centre, or the same with a remote gap.

    The shape is a circle whose radius is modulated by its second to fourth harmonic, drawn by
    seed; its perimeter is 2π · `radius_deg` whatever the shape. It lies to the left of the
    direction `orientation_deg`. A gap of `gap_deg` is cut opposite the centre, and what is cut
    out is set off outwards by two stroke widths, so that the ink is the same and nothing
    changes near the receptive field.
    """

    kind: Literal["contour"] = "contour"
    description: ClassVar[str] = "contour through the centre, closed or with a remote gap"
    citation: ClassVar[str] = "Kovács & Julesz 1993"

    radius_deg: float = Field(16.0, gt=0, le=60)
    deformation: float = Field(0.15, ge=0, le=0.4)
    gap_deg: float = Field(0.0, ge=0, le=60)
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _gap_is_remote(self) -> Contour:
        if self.gap_deg and self.gap_deg + self.width_deg > np.pi * self.radius_deg:
            raise ValueError("gap_deg and width_deg together exceed half of the perimeter")
        return self

    def scales(self) -> dict[str, float]:
        """Contrast, stroke, reach, arm (the radius) and gap."""
        gap = {"gap_deg": self.gap_deg} if self.gap_deg else {}
        return {**super().scales(), "arm_deg": self.radius_deg, **gap}

    def _segments(self) -> Segments:
        points = _closed_curve(self.seed, self.radius_deg, self.deformation)
        tangent = points[1] - points[-1]
        turn = np.radians(self.orientation_deg) - np.arctan2(tangent[1], tangent[0])
        points = (points - points[0]) @ _rotation(turn).T
        return self._opened(points) if self.gap_deg else polyline(points, closed=True)

    def _opened(self, points: Points) -> Segments:
        """Cut the gap, edge to edge of the round ends, and set the piece off."""
        perimeter = 2 * np.pi * self.radius_deg
        cut = self.gap_deg + self.width_deg
        ends = (perimeter - cut) / 2, (perimeter + cut) / 2
        rest = np.concatenate([_stretch(points, ends[1], perimeter), _stretch(points, 0, ends[0])])
        # The ends of the rest and of the piece add two round caps each: its length is cut
        # by what they cover.
        half = (cut - np.pi / 2 * self.width_deg) / 2
        piece = _stretch(points, perimeter / 2 - half, perimeter / 2 + half)
        outwards = (_normal(piece) * 2 * self.width_deg)[None]
        return np.concatenate([polyline(rest), polyline(piece + outwards)])


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
    the flankers do.
    """

    kind: Literal["gabor_path"] = "gabor_path"
    description: ClassVar[str] = "path of Gabor elements in clutter"
    citation: ClassVar[str] = "Field, Hayes & Hess 1993; Kapadia et al. 1995"

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
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the middle element."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Spatial frequency, contrast and reach of the path."""
        return {
            "spatial_frequency_cpd": self.spatial_frequency_cpd,
            "contrast": self.contrast,
            "reach_deg": self.n_flankers * self.spacing_deg + 2 * self.envelope_sd_deg,
        }

    def _drawn(self, sheet: Canvas) -> Image:
        steps = np.arange(-self.n_flankers, self.n_flankers + 1)
        path = self.spacing_deg * steps[:, None] * heading(self.orientation_deg)
        turns = self.orientation_deg + self.flanker_offset_deg * (steps != 0)
        rng = rng_of(self.seed, "clutter")
        clutter = scattered(rng, self.n_clutter, self.field_deg, taken=path)
        loose = rng_of(self.seed, "clutter orientations").uniform(0, 180, self.n_clutter)
        across = heading(np.concatenate([turns, loose]) + 90).astype(np.float32)
        wave = np.float32(2 * np.pi * self.spatial_frequency_cpd)
        decay = np.float32(-0.5 / self.envelope_sd_deg**2)

        def gabor(du: Image, dv: Image, element: Index) -> Image:
            phase = wave * (du * across[element, 0] + dv * across[element, 1])
            value: Image = np.cos(phase) * np.exp(decay * (du * du + dv * dv))
            return value

        places = np.concatenate([path, clutter])
        image = sheet.elements(places, 3 * self.envelope_sd_deg, gabor)
        return _clipped(self.polarity * self.contrast * image)


class Symmetric(Drawn):
    """Dark and bright dots, mirror-symmetric about the vertical through the centre, or not.

    When the symmetry is broken, the dots on the right of the axis keep their size, number and
    polarity and move to fresh places.
    """

    kind: Literal["symmetric"] = "symmetric"
    description: ClassVar[str] = "dots, mirror-symmetric about a vertical axis or not"
    citation: ClassVar[str] = "Sasaki et al. 2005"

    symmetric: bool = True
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
        image = sheet.elements(places, radius + EDGE_DEG / 2, dot)
        return _clipped(self.contrast * image)

    def _half(self, side: str) -> Points:
        """Places in the right half of the field, clear of the axis."""
        places = scattered(rng_of(self.seed, side), self.n_pairs, self.field_deg, half=True)
        places[:, 0] += self.dot_diameter_deg / 2
        return places


class TexturedFigure(Drawn):
    """An oriented texture seen through a disc, in a ground of turned or of the same texture.

    The texture is a sum of gratings of about one orientation and spatial frequency, drawn by
    seed. The figure is the same whatever the ground; with `ground_offset_deg` = 0 there is no
    border and the screen is filled by one texture, unless the ground is a texture of its own
    (`fresh_ground`). A ring of grey, `gap_deg` wide, may separate the two.
    """

    kind: Literal["textured_figure"] = "textured_figure"
    description: ClassVar[str] = "disc of oriented texture on a textured ground"
    citation: ClassVar[str] = "Lamme 1995; Kirchberger et al. 2021"

    orientation_deg: Orientation = 0.0
    ground_offset_deg: float = Field(90.0, ge=-90, le=90)
    figure_diameter_deg: float = Field(35.0, gt=0, le=120)
    spatial_frequency_cpd: Frequency = 0.06
    bandwidth_octaves: float = Field(0.8, ge=0, le=2)
    spread_deg: float = Field(12.0, ge=0, le=45)
    fresh_ground: bool = False
    gap_deg: float = Field(0.0, ge=0, le=60)
    contrast: Fraction = 0.9
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the figure."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Highest spatial frequency, contrast and radius of the figure."""
        return {
            "spatial_frequency_cpd": self.spatial_frequency_cpd * 2 ** (self.bandwidth_octaves / 2),
            "contrast": self.contrast,
            "reach_deg": self.figure_diameter_deg / 2,
            **({"gap_deg": self.gap_deg} if self.gap_deg else {}),
        }

    def _drawn(self, sheet: Canvas) -> Image:
        figure = sheet.disc(self.figure_diameter_deg)
        image = self._texture(sheet, 0.0, "texture")
        if self.ground_offset_deg or self.fresh_ground or self.gap_deg:
            name = "ground" if self.fresh_ground else "texture"
            ground = self._texture(sheet, self.ground_offset_deg, name)
            around = 1 - sheet.disc(self.figure_diameter_deg + 2 * self.gap_deg)
            image = figure * image + around * ground
        return sheet.pool(image)[None]

    def _texture(self, sheet: Canvas, turn_deg: float, name: str) -> Image:
        chance = rng_of(self.seed, name).uniform(-1, 1, size=(16, 3))
        across = heading(self.orientation_deg + turn_deg + 90 + self.spread_deg * chance[:, 0])
        octaves = self.bandwidth_octaves / 2 * chance[:, 1]
        waves = (2 * np.pi * self.spatial_frequency_cpd * 2**octaves)[:, None] * across
        total = np.zeros_like(sheet.u)
        for (wave_u, wave_v), phase in zip(waves.astype(np.float32), chance[:, 2], strict=True):
            total += np.cos(wave_u * sheet.u + wave_v * sheet.v + np.float32(np.pi * phase))
        # The sum of 16 has an SD of √8; twice that is reached by 5 % of the pixels.
        texture: Image = self.contrast * np.clip(total / np.float32(2 * np.sqrt(8)), -1, 1)
        return texture


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


def _normal(piece: Points) -> Points:
    """Unit vector to the right of the chord of a piece: outwards, counter-clockwise."""
    chord = piece[-1] - piece[0]
    normal: Points = np.array([chord[1], -chord[0]]) / np.hypot(*chord)
    return normal


def _rotation(angle_rad: float) -> Points:
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cosine, -sine], [sine, cosine]])
