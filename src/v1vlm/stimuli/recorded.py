"""Stimuli of the recordings, drawn as they were shown: on the screen's plane, not in degrees."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from v1vlm.stimuli.base import NO_ASSETS, Assets, Stimulus
from v1vlm.stimuli.drawing import Image
from v1vlm.stimuli.screen import Screen


class FlatGabor(Stimulus):
    """A drifting Gabor on the plane of the screen, measured in halves of the screen's height.

    Directions are those of the recordings: 0° leftward, 90° down, 180° right, 270° up.
    """

    kind: Literal["flat_gabor"] = "flat_gabor"
    description: ClassVar[str] = "drifting Gabor of the recordings, flat on the screen"
    citation: ClassVar[str] = "Turishcheva et al. 2023"

    direction_deg: float = Field(0.0, ge=0, lt=360)
    wavelength_half_heights: float = Field(0.38, gt=0, le=4)
    sd_half_heights: float = Field(0.3, gt=0, le=4)
    temporal_frequency_hz: float = Field(1.7, ge=0, le=15)
    contrast: float = Field(1.0, ge=0, le=1)
    duration_s: float = Field(25 / 30, gt=0, le=10)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the stripes, which lie across their motion."""
        return (self.direction_deg - 90.0) % 180.0

    def scales(self) -> dict[str, float]:
        """Contrast and frequency in time; that in space depends on the screen."""
        return {"temporal_frequency_hz": self.temporal_frequency_hz, "contrast": self.contrast}

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:  # noqa: ARG002
        """Signed contrast (frame, y, x)."""
        half = screen.height_px / 2
        row, column = screen.to_pixels(self.azimuth_deg, self.elevation_deg)
        rows, columns = np.mgrid[: screen.height_px, : screen.width_px]
        right, up = (columns - column) / half, (row - rows) / half
        angle = np.radians(self.direction_deg)
        along = -(np.cos(angle) * right + np.sin(angle) * up)
        cycles = along / self.wavelength_half_heights
        if self.temporal_frequency_hz:
            time_s = np.arange(screen.frames(self.duration_s)) / screen.frame_rate_hz
            cycles = cycles - self.temporal_frequency_hz * time_s[:, None, None]
        window = np.exp(-(right**2 + up**2) / (2 * self.sd_half_heights**2))
        image = self.contrast * window * np.cos(2 * np.pi * cycles)
        gabor: Image = image.reshape(-1, *screen.shape).astype(np.float32)
        return gabor
