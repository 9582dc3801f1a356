"""Noise images: white, and with the spectrum of natural scenes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import Canvas, Drawn, Image
from v1vlm.stimuli.gratings import Fraction


class UniformNoise(Drawn):
    """Independent grey levels in every pixel, uniform between ± contrast."""

    kind: Literal["uniform_noise"] = "uniform_noise"
    description: ClassVar[str] = "white noise, uniform in every pixel"
    citation: ClassVar[str] = "Chichilnisky 2001"

    contrast: Fraction = 1.0
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Contrast."""
        return {"contrast": self.contrast}

    def _drawn(self, sheet: Canvas) -> Image:
        rng = rng_of(self.seed, "uniform noise")
        levels = rng.uniform(-self.contrast, self.contrast, (1, *sheet.screen.shape))
        return levels.astype(np.float32)


class PinkNoise(Drawn):
    """Noise with amplitude 1 / frequency, whole or in a Gaussian window at the centre.

    RMS contrast is that of the noise before windowing; what exceeds black and white is
    clipped. Frequencies are those of the pixels of the screen.
    """

    kind: Literal["pink_noise"] = "pink_noise"
    description: ClassVar[str] = "noise with the amplitude spectrum of natural scenes"
    citation: ClassVar[str] = "Field 1987"

    rms: float = Field(0.3, gt=0, le=1)
    window_sd_deg: float | None = Field(None, gt=0, le=90)
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Reach of the window."""
        return {} if self.window_sd_deg is None else {"reach_deg": 2 * self.window_sd_deg}

    def _drawn(self, sheet: Canvas) -> Image:
        shape = sheet.screen.shape
        spectrum = np.fft.rfft2(rng_of(self.seed, "pink noise").standard_normal(shape))
        frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1]))
        frequency[0, 0] = np.inf
        noise = np.fft.irfft2(spectrum / frequency, s=shape)
        image: Image = np.clip(self.rms * noise / noise.std(), -1, 1).astype(np.float32)
        if self.window_sd_deg is not None:
            decay = np.float32(-0.5 / self.window_sd_deg**2)
            image *= sheet.pool(np.exp(decay * (sheet.u**2 + sheet.v**2)))
        return image[None]
