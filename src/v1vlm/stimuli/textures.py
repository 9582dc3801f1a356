"""Textures: oriented noise, figures in it, and dead leaves."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import Canvas, Drawn, Image, circle, heading
from v1vlm.stimuli.gratings import Diameter, Fraction, Frequency, Orientation

Points = NDArray[np.float64]
_Leaves = tuple[Image, Image, Image]


class OrientedTexture(Drawn):
    """Noise filtered to a band of orientations and spatial frequencies, whole or in a disc.

    A sum of 64 gratings of random phase, drawn by seed: orientations are uniform within
    ± `spread_deg` (90 is every orientation), frequencies uniform on a logarithmic axis over
    `bandwidth_octaves`. What exceeds black and white is clipped.
    """

    kind: Literal["oriented_texture"] = "oriented_texture"
    description: ClassVar[str] = "noise of a band of orientations and spatial frequencies"
    citation: ClassVar[str] = "Leon et al. 2012"

    orientation_deg: Orientation = 0.0
    spread_deg: float = Field(15.0, ge=0, le=90)
    spatial_frequency_cpd: Frequency = 0.05
    bandwidth_octaves: float = Field(1.0, ge=0, le=4)
    rms: float = Field(0.3, gt=0, le=1)
    aperture: Literal["none", "disc"] = "none"
    diameter_deg: Diameter = 40.0
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Mean orientation; None where there is every orientation."""
        return self.orientation_deg % 180.0 if self.spread_deg < 90 else None

    def scales(self) -> dict[str, float]:
        """Highest spatial frequency and the radius of a disc."""
        reach = {"reach_deg": self.diameter_deg / 2} if self.aperture == "disc" else {}
        highest = self.spatial_frequency_cpd * 2 ** (self.bandwidth_octaves / 2)
        return {"spatial_frequency_cpd": highest, **reach}

    def _features(self) -> Points:
        """Points along the border of a disc."""
        return circle(self.diameter_deg) if self.aperture == "disc" else np.zeros((0, 2))

    def _drawn(self, sheet: Canvas) -> Image:
        chance = rng_of(self.seed, "oriented texture").uniform(-1, 1, size=(64, 3))
        turns = self.orientation_deg + self.spread_deg * chance[:, 0]
        octaves = self.bandwidth_octaves / 2 * chance[:, 1]
        waves = _waves(sheet, turns, self.spatial_frequency_cpd * 2**octaves, chance[:, 2])
        # The sum of n gratings has an SD of √(n / 2).
        image = np.clip(waves * np.float32(self.rms / np.sqrt(32)), -1, 1)
        if self.aperture == "disc":
            image *= sheet.disc(self.diameter_deg)
        return sheet.pool(image)[None]


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

    def _features(self) -> Points:
        """Points along the border of the figure, where there is one."""
        return circle(self.figure_diameter_deg) if self._bordered else np.zeros((0, 2))

    @property
    def _bordered(self) -> bool:
        return bool(self.ground_offset_deg or self.fresh_ground or self.gap_deg)

    def _drawn(self, sheet: Canvas) -> Image:
        figure = sheet.disc(self.figure_diameter_deg)
        image = self._texture(sheet, 0.0, "texture")
        if self._bordered:
            name = "ground" if self.fresh_ground else "texture"
            ground = self._texture(sheet, self.ground_offset_deg, name)
            around = 1 - sheet.disc(self.figure_diameter_deg + 2 * self.gap_deg)
            image = figure * image + around * ground
        return sheet.pool(image)[None]

    def _texture(self, sheet: Canvas, turn_deg: float, name: str) -> Image:
        chance = rng_of(self.seed, name).uniform(-1, 1, size=(16, 3))
        turns = self.orientation_deg + turn_deg + self.spread_deg * chance[:, 0]
        octaves = self.bandwidth_octaves / 2 * chance[:, 1]
        total = _waves(sheet, turns, self.spatial_frequency_cpd * 2**octaves, chance[:, 2])
        # The sum of 16 has an SD of √8; twice that is reached by 5 % of the pixels.
        texture: Image = self.contrast * np.clip(total / np.float32(2 * np.sqrt(8)), -1, 1)
        return texture


class DeadLeaves(Drawn):
    """Discs of random grey that cover each other and the whole screen.

    Their radii follow a power law with exponent −3, which makes the image alike at every scale
    between the two radii, as natural scenes nearly are: occlusion and edges without objects.
    """

    kind: Literal["dead_leaves"] = "dead_leaves"
    description: ClassVar[str] = "overlapping discs of random grey and size, like fallen leaves"
    citation: ClassVar[str] = "Lee, Mumford & Huang 2001"

    radius_min_deg: float = Field(3.0, ge=2, le=30)
    radius_max_deg: float = Field(30.0, ge=2, le=90)
    contrast: Fraction = 0.9
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _radii_in_order(self) -> DeadLeaves:
        if self.radius_min_deg >= self.radius_max_deg:
            raise ValueError("radius_min_deg must be below radius_max_deg")
        return self

    def scales(self) -> dict[str, float]:
        """Contrast and diameter of the smallest leaf."""
        return {"contrast": self.contrast, "stroke_deg": 2 * self.radius_min_deg}

    def _drawn(self, sheet: Canvas) -> Image:
        rng = rng_of(self.seed, "leaves")
        u, v = sheet.u.ravel(), sheet.v.ravel()
        image = np.zeros_like(u)
        bare = np.arange(len(u))
        while len(bare):  # from the front, until everything is covered
            places, radii, greys = _near(u[bare], v[bare], *self._leaves(rng))
            away = (u[bare, None] - places[:, 0]) ** 2 + (v[bare, None] - places[:, 1]) ** 2
            covers = away < radii**2
            hit = covers.any(axis=1)
            if hit.any():
                image[bare[hit]] = greys[covers[hit].argmax(axis=1)]
                bare = bare[~hit]
        return sheet.pool(np.float32(self.contrast) * image.reshape(sheet.u.shape))[None]

    def _leaves(self, rng: np.random.Generator) -> _Leaves:
        """Places, radii and greys of the next leaves, in front first."""
        chance = rng.uniform(size=(_LEAVES, 4))
        low, high = self.radius_min_deg**-2, self.radius_max_deg**-2
        radii = (low - chance[:, 0] * (low - high)) ** -0.5
        reach = _FIELD_DEG + self.radius_max_deg
        places = reach * np.sqrt(chance[:, 1:2]) * heading(360 * chance[:, 2])
        greys = 2 * chance[:, 3] - 1
        return places.astype(np.float32), radii.astype(np.float32), greys.astype(np.float32)


def _near(u: Image, v: Image, places: Image, radii: Image, greys: Image) -> _Leaves:
    """Leaves that may cover some of the points; most lie beyond the screen."""
    low = np.array([u.min(), v.min()])
    high = np.array([u.max(), v.max()])
    near = ((places > low - radii[:, None]) & (places < high + radii[:, None])).all(axis=1)
    return places[near], radii[near], greys[near]


_LEAVES = 512
# No pixel of a flat screen is farther than this from a point on or near it.
_FIELD_DEG = 150.0


def _waves(
    sheet: Canvas,
    orientations_deg: NDArray[np.float64],
    frequencies_cpd: NDArray[np.float64],
    phases: NDArray[np.float64],
) -> Image:
    """Sum of gratings on subpixels; phases in units of π."""
    waves = (2 * np.pi * frequencies_cpd)[:, None] * heading(orientations_deg + 90)
    total = np.zeros_like(sheet.u)
    for (wave_u, wave_v), phase in zip(waves.astype(np.float32), phases, strict=True):
        total += np.cos(wave_u * sheet.u + wave_v * sheet.v + np.float32(np.pi * phase))
    return total
