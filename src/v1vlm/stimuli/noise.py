"""Noise, still or changing: white, with the spectrum of natural scenes, and sparse."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import EDGE_DEG, Canvas, Drawn, Image, Index, soft
from v1vlm.stimuli.gratings import Duration, Fraction
from v1vlm.stimuli.screen import Screen

Refresh = Annotated[float, Field(ge=0, le=30)]


class UniformNoise(Drawn):
    """Independent grey levels in every pixel, uniform between ± contrast.

    With a refresh rate all pixels change together, that many times per second.
    """

    kind: Literal["uniform_noise"] = "uniform_noise"
    description: ClassVar[str] = "white noise, uniform in every pixel"
    citation: ClassVar[str] = "Chichilnisky 2001"

    contrast: Fraction = 1.0
    refresh_hz: Refresh = 0.0
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Contrast and the highest frequency of change."""
        return {"contrast": self.contrast, "temporal_frequency_hz": self.refresh_hz / 2}

    def _drawn(self, sheet: Canvas) -> Image:
        rng = rng_of(self.seed, "uniform noise")
        update = _updates(sheet.screen, self.refresh_hz, self.duration_s)
        shape = (int(update[-1]) + 1, *sheet.screen.shape)
        levels = rng.uniform(-self.contrast, self.contrast, shape)
        return levels.astype(np.float32)[update]


class PinkNoise(Drawn):
    """Noise with amplitude 1 / frequency, whole or in a Gaussian window at the centre.

    RMS contrast is that of the noise before windowing; what exceeds black and white is
    clipped. Frequencies are those of the pixels of the screen. With a cutoff the noise is a
    movie whose temporal spectrum is flat up to that frequency and zero beyond.
    """

    kind: Literal["pink_noise"] = "pink_noise"
    description: ClassVar[str] = "noise with the amplitude spectrum of natural scenes"
    citation: ClassVar[str] = "Field 1987; movie: Niell & Stryker 2008"

    rms: float = Field(0.3, gt=0, le=1)
    window_sd_deg: float | None = Field(None, gt=0, le=90)
    cutoff_hz: float = Field(0.0, ge=0, le=15)
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Highest temporal frequency and reach of the window."""
        reach = {} if self.window_sd_deg is None else {"reach_deg": 2 * self.window_sd_deg}
        return {"temporal_frequency_hz": self.cutoff_hz, **reach}

    def _drawn(self, sheet: Canvas) -> Image:
        shape = sheet.screen.shape
        white = self._white(sheet.screen)
        frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1]))
        frequency[0, 0] = np.inf
        noise = np.fft.irfft2(np.fft.rfft2(white) / frequency, s=shape)
        movie: Image = np.clip(self.rms * noise / noise.std(), -1, 1).astype(np.float32)
        if self.window_sd_deg is not None:
            decay = np.float32(-0.5 / self.window_sd_deg**2)
            movie *= sheet.pool(np.exp(decay * (sheet.u**2 + sheet.v**2)))
        return movie

    def _white(self, screen: Screen) -> NDArray[np.float64]:
        """Noise (frame, y, x) that is white in space, and in time up to the cutoff."""
        rng = rng_of(self.seed, "pink noise")
        if not self.cutoff_hz:
            return rng.standard_normal((1, *screen.shape))
        n_frames = screen.frames(self.duration_s)
        # Filtering goes round in a circle: a longer movie hides that its ends meet.
        n_made = n_frames + screen.frames(min(2 / self.cutoff_hz, 4.0))
        spectrum = np.fft.rfft(rng.standard_normal((n_made, *screen.shape)), axis=0)
        spectrum[np.fft.rfftfreq(n_made, 1 / screen.frame_rate_hz) > self.cutoff_hz] = 0
        white: NDArray[np.float64] = np.fft.irfft(spectrum, n_made, axis=0)[:n_frames]
        return white


class SparseNoise(Drawn):
    """Dark and bright spots that come and go at random, on a grid around the centre.

    At each refresh every place of the grid holds a spot with probability `occupancy`,
    independently; 1 is dense noise, binary where spots are squares. Gaussian spots have an SD
    of a quarter of their diameter. Polarity 0 makes dark and bright equally likely. The spots
    of a lower occupancy are among those of a higher one.
    """

    kind: Literal["sparse_noise"] = "sparse_noise"
    description: ClassVar[str] = "sparse noise of dark and bright spots"
    citation: ClassVar[str] = "Jones & Palmer 1987; Niell & Stryker 2008"

    spot: Literal["square", "disc", "gaussian"] = "square"
    spot_diameter_deg: float = Field(8.0, ge=4, le=40)
    occupancy: float = Field(0.1, gt=0, le=1)
    field_deg: float = Field(60.0, gt=0, le=90)
    refresh_hz: Refresh = 0.0
    polarity: Literal[1, 0, -1] = 0
    contrast: Fraction = 0.9
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    def scales(self) -> dict[str, float]:
        """Contrast, size of the spots, highest frequency of change and reach of the grid."""
        return {
            "contrast": self.contrast,
            "stroke_deg": self.spot_diameter_deg,
            "temporal_frequency_hz": self.refresh_hz / 2,
            "reach_deg": self.field_deg,
        }

    def levels(self, n_updates: int) -> NDArray[np.int_]:
        """Sign of the spot, or 0 for none, at each update and place (update, row, column).

        Rows go upwards and columns rightwards, the middle ones through the centre.
        """
        side = 2 * int(max(self.field_deg / self.spot_diameter_deg - 0.5, 0)) + 1
        shape = (n_updates, side, side)
        there = rng_of(self.seed, "occupancy").uniform(size=shape) < self.occupancy
        sign = rng_of(self.seed, "polarity").choice([-1, 1], shape)
        levels: NDArray[np.int_] = there * (self.polarity or sign)
        return levels

    def _drawn(self, sheet: Canvas) -> Image:
        update = _updates(sheet.screen, self.refresh_hz, self.duration_s)
        n_updates = int(update[-1]) + 1
        levels = self.levels(n_updates)
        frame, row, column = np.nonzero(levels)
        middle = levels.shape[1] // 2
        places = self.spot_diameter_deg * np.stack([column - middle, row - middle], axis=1)
        weight = levels[frame, row, column].astype(np.float32)
        half = np.float32(self.spot_diameter_deg / 2)

        def spot(du: Image, dv: Image, element: Index) -> Image:
            values: Image = weight[element] * self._profile(du, dv, half)
            return values

        reach = {"square": np.sqrt(2) * half + EDGE_DEG, "disc": half + EDGE_DEG / 2}
        radius = float(reach.get(self.spot, 1.5 * half))
        movie = sheet.movie(places, frame, n_updates, radius, spot)
        image: Image = np.clip(np.float32(self.contrast) * movie, -1, 1)[update]
        return image

    def _profile(self, du: Image, dv: Image, half: np.float32) -> Image:
        if self.spot == "square":
            # Soft edges of neighbours add up to one.
            return soft(half - np.abs(du)) * soft(half - np.abs(dv))
        square = du * du + dv * dv
        if self.spot == "disc":
            return soft(half - np.sqrt(square))
        gaussian: Image = np.exp(-2 * square / half**2)
        return gaussian


def _updates(screen: Screen, refresh_hz: float, duration_s: float) -> NDArray[np.intp]:
    """Which update (frame,) is on at each frame; one frame without refresh."""
    n_frames = screen.frames(duration_s) if refresh_hz else 1
    # A hair more: whole numbers of frames must not depend on rounding.
    done = np.arange(n_frames) * (refresh_hz / screen.frame_rate_hz) + 1e-9
    return done.astype(np.intp)
