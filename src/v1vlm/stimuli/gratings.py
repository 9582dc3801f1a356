"""Gratings, gratings in gratings, and plaids; still or drifting.

Orientation is that of the stripes, counter-clockwise from horizontal. A grating drifts in
the direction orientation + 90° in the convention of the recordings (0° leftward, 90° down,
180° right, 270° up; Turishcheva et al. 2023), which is rightwards for vertical stripes.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from v1vlm.stimuli.drawing import Canvas, Drawn, Image

Orientation = Annotated[float, Field(ge=0, lt=360)]
Offset = Annotated[float, Field(ge=-180, le=180)]
Frequency = Annotated[float, Field(gt=0, le=0.5)]
Phase = Annotated[float, Field(ge=0, le=360)]
Fraction = Annotated[float, Field(ge=0, le=1)]
TemporalFrequency = Annotated[float, Field(ge=0, le=15)]
Duration = Annotated[float, Field(gt=0, le=10)]
Diameter = Annotated[float, Field(gt=0, le=180)]


class _Periodic(Drawn):
    """What all gratings share."""

    orientation_deg: Orientation = 0.0
    spatial_frequency_cpd: Frequency = 0.04
    phase_deg: Phase = 0.0
    temporal_frequency_hz: TemporalFrequency = 0.0
    duration_s: Duration = 1.0

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the stripes at the centre."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Frequencies in space and time."""
        return {
            "spatial_frequency_cpd": self.spatial_frequency_cpd,
            "temporal_frequency_hz": self.temporal_frequency_hz,
        }

    def _stripes(
        self,
        sheet: Canvas,
        window: Image,
        *,
        turn_deg: float = 0.0,
        shift_deg: float = 0.0,
        frozen: bool = False,
    ) -> Image:
        """Grating (frame, y, x) in a window, turned and shifted against the stimulus' own."""
        angle = np.radians(self.orientation_deg + turn_deg)
        across = np.float32(np.sin(angle)) * sheet.u - np.float32(np.cos(angle)) * sheet.v
        carrier = np.float32(2 * np.pi * self.spatial_frequency_cpd) * across
        carrier += np.float32(np.radians(self.phase_deg + shift_deg))
        even = sheet.pool(np.cos(carrier) * window)
        if frozen or not self.temporal_frequency_hz:
            return even[None]
        # cos(a − b) = cos a cos b + sin a sin b: a movie costs two images, not one per frame.
        odd = sheet.pool(np.sin(carrier) * window)
        time_s = np.arange(sheet.screen.frames(self.duration_s)) / sheet.screen.frame_rate_hz
        clock = (2 * np.pi * self.temporal_frequency_hz * time_s)[:, None, None]
        return np.cos(clock).astype(np.float32) * even + np.sin(clock).astype(np.float32) * odd


class Grating(_Periodic):
    """A sinusoidal grating, whole or seen through an aperture.

    The disc and the hole (grey disc in a grating) have a soft edge of 1°; a Gaussian aperture
    has an SD of a quarter of the diameter.
    """

    kind: Literal["grating"] = "grating"
    description: ClassVar[str] = "sinusoidal grating, still or drifting"
    citation: ClassVar[str] = "Niell & Stryker 2008; hole: Keller et al. 2020, Nature"

    contrast: Fraction = 1.0
    aperture: Literal["none", "disc", "gaussian", "hole"] = "none"
    diameter_deg: Diameter = 30.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and the radius of a finite aperture."""
        finite = self.aperture in ("disc", "gaussian")
        reach = {"reach_deg": self.diameter_deg / 2} if finite else {}
        return {**super().scales(), "contrast": self.contrast, **reach}

    def _drawn(self, sheet: Canvas) -> Image:
        return self._stripes(sheet, self.contrast * self._window(sheet))

    def _window(self, sheet: Canvas) -> Image:
        if self.aperture == "none":
            return np.ones_like(sheet.u)
        if self.aperture == "gaussian":
            scale = np.float32(-8 / self.diameter_deg**2)
            gaussian: Image = np.exp(scale * (sheet.u**2 + sheet.v**2))
            return gaussian
        disc = sheet.disc(self.diameter_deg)
        return disc if self.aperture == "disc" else 1 - disc


class CentreSurround(_Periodic):
    """A grating in a disc and another one in a ring around it.

    `surround_offset_deg` turns the stripes of the surround (0 iso, ±90 cross, 180 opposite
    motion) about the shared centre; `surround_phase_deg` shifts them. A surround as wide as
    180° fills the screen.
    """

    kind: Literal["centre_surround"] = "centre_surround"
    description: ClassVar[str] = "grating disc in a surrounding grating"
    citation: ClassVar[str] = "Keller et al. 2020, Neuron"

    centre_diameter_deg: Diameter = 20.0
    centre_contrast: Fraction = 1.0
    surround_diameter_deg: Diameter = 180.0
    surround_contrast: Fraction = 1.0
    surround_offset_deg: Offset = 0.0
    surround_phase_deg: Phase = 0.0
    surround_frozen: bool = False
    gap_deg: float = Field(0.0, ge=0, le=60)

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast, gap and radius."""
        found = super().scales()
        found["contrast"] = max(self.centre_contrast, self.surround_contrast)
        if self.gap_deg:
            found["gap_deg"] = self.gap_deg
        if self.surround_diameter_deg < 180:
            found["reach_deg"] = max(self.surround_diameter_deg, self.centre_diameter_deg) / 2
        return found

    def _drawn(self, sheet: Canvas) -> Image:
        inner = self.centre_diameter_deg
        centre = self.centre_contrast * sheet.disc(inner)
        ring = 1 - sheet.disc(inner + 2 * self.gap_deg)
        if self.surround_diameter_deg < 180:
            ring = np.minimum(ring, sheet.disc(self.surround_diameter_deg))
        ring = self.surround_contrast * ring
        return self._stripes(sheet, centre) + self._stripes(
            sheet,
            ring,
            turn_deg=self.surround_offset_deg,
            shift_deg=self.surround_phase_deg,
            frozen=self.surround_frozen,
        )


class Plaid(_Periodic):
    """The sum of two gratings whose stripes lie `half_angle_deg` to either side.

    `orientation_deg` is that of the pattern, which therefore drifts in the direction
    orientation + 90°. The test component lies at orientation − half angle, the mask at
    orientation + half angle; neurons are chosen by the test component, so that a series of
    mask contrasts keeps them. Where the two add up to more than 1 they are clipped.
    """

    kind: Literal["plaid"] = "plaid"
    description: ClassVar[str] = "plaid of two sinusoidal gratings"
    citation: ClassVar[str] = "Smith, Majaj & Movshon 2005; Palagina et al. 2017"

    half_angle_deg: float = Field(45.0, gt=0, lt=90)
    contrast: float = Field(0.5, ge=0, le=1)
    mask_contrast: float = Field(0.5, ge=0, le=1)
    aperture: Literal["none", "disc"] = "none"
    diameter_deg: Diameter = 30.0

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the test component."""
        return (self.orientation_deg - self.half_angle_deg) % 180.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and the radius of a disc."""
        reach = {"reach_deg": self.diameter_deg / 2} if self.aperture == "disc" else {}
        contrast = max(self.contrast, self.mask_contrast)
        return {**super().scales(), "contrast": contrast, **reach}

    def _drawn(self, sheet: Canvas) -> Image:
        whole = self.aperture == "none"
        window = np.ones_like(sheet.u) if whole else sheet.disc(self.diameter_deg)
        test = self._stripes(sheet, self.contrast * window, turn_deg=-self.half_angle_deg)
        mask = self._stripes(sheet, self.mask_contrast * window, turn_deg=self.half_angle_deg)
        plaid: Image = np.clip(test + mask, -1, 1)
        return plaid
