"""Gratings, gratings in gratings, plaids and successions of gratings; still or moving.

Orientation is that of the stripes, counter-clockwise from horizontal. A grating drifts in
the direction orientation + 90° in the convention of the recordings (0° leftward, 45° down
and left, 90° down, 180° right, 270° up; Turishcheva et al. 2023), which is rightwards for
vertical stripes. It drifts the other way with 180° added to its orientation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from v1vlm.stimuli.drawing import Canvas, Drawn, Image
from v1vlm.stimuli.screen import Screen

TRIAL_S = 10.0
"""Longest movie: a trial of the recordings has at most 300 frames at 30 Hz."""

Orientation = Annotated[float, Field(ge=0, lt=360)]
Offset = Annotated[float, Field(ge=-180, le=180)]
Frequency = Annotated[float, Field(gt=0, le=0.5)]
Phase = Annotated[float, Field(ge=0, le=360)]
Fraction = Annotated[float, Field(ge=0, le=1)]
TemporalFrequency = Annotated[float, Field(ge=0, le=15)]
Duration = Annotated[float, Field(gt=0, le=TRIAL_S)]
Diameter = Annotated[float, Field(gt=0, le=180)]
Aperture = Literal["none", "disc", "annulus", "gaussian", "hole"]


class _Periodic(Drawn):
    """What all gratings share.

    In counterphase a grating reverses its contrast sinusoidally in place instead of drifting.
    """

    orientation_deg: Orientation = 0.0
    spatial_frequency_cpd: Frequency = 0.04
    phase_deg: Phase = 0.0
    temporal_frequency_hz: TemporalFrequency = 0.0
    duration_s: Duration = 1.0
    counterphase: bool = False

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
        temporal_frequency_hz: float | None = None,
        duration_s: float | None = None,
    ) -> Image:
        """Grating (frame, y, x) in a window; what is given differs from the stimulus' own."""
        hz = self.temporal_frequency_hz if temporal_frequency_hz is None else temporal_frequency_hz
        angle = np.radians(self.orientation_deg + turn_deg)
        across = np.float32(np.sin(angle)) * sheet.u - np.float32(np.cos(angle)) * sheet.v
        carrier = np.float32(2 * np.pi * self.spatial_frequency_cpd) * across
        carrier += np.float32(np.radians(self.phase_deg + shift_deg))
        even = sheet.pool(np.cos(carrier) * window)
        if not hz:
            return even[None]
        n_frames = sheet.screen.frames(duration_s or self.duration_s)
        clock = 2 * np.pi * hz / sheet.screen.frame_rate_hz * np.arange(n_frames)[:, None, None]
        movie: Image = np.cos(clock).astype(np.float32) * even
        if not self.counterphase:
            # cos(a − b) = cos a cos b + sin a sin b: two images instead of one per frame.
            movie += np.sin(clock).astype(np.float32) * sheet.pool(np.sin(carrier) * window)
        return movie


class _Apertured(_Periodic):
    """What gratings seen through an aperture share.

    The disc, the annulus and the hole (grey disc in a grating) have soft edges of 1°; a
    Gaussian aperture has an SD of a quarter of the diameter. Only the annulus has an inner
    diameter.
    """

    aperture: Aperture = "none"
    diameter_deg: Diameter = 30.0
    inner_diameter_deg: float = Field(0.0, ge=0, le=170)

    @model_validator(mode="after")
    def _annulus_is_open(self) -> _Apertured:
        if self.aperture == "annulus" and self.inner_diameter_deg >= self.diameter_deg:
            raise ValueError("inner_diameter_deg of an annulus must be less than diameter_deg")
        return self

    def scales(self) -> dict[str, float]:
        """Frequencies and the radius of a finite aperture."""
        finite = self.aperture not in ("none", "hole")
        reach = {"reach_deg": self.diameter_deg / 2} if finite else {}
        if self.aperture == "annulus":
            reach["stroke_deg"] = (self.diameter_deg - self.inner_diameter_deg) / 2
        return {**super().scales(), **reach}

    def _window(self, sheet: Canvas) -> Image:
        if self.aperture == "none":
            return np.ones_like(sheet.u)
        if self.aperture == "gaussian":
            scale = np.float32(-8 / self.diameter_deg**2)
            gaussian: Image = np.exp(scale * (sheet.u**2 + sheet.v**2))
            return gaussian
        disc = sheet.disc(self.diameter_deg)
        if self.aperture == "annulus":
            return disc - np.minimum(disc, sheet.disc(self.inner_diameter_deg))
        return disc if self.aperture == "disc" else 1 - disc


class Grating(_Apertured):
    """A sinusoidal grating, whole or seen through an aperture."""

    kind: Literal["grating"] = "grating"
    description: ClassVar[str] = "sinusoidal grating, still, drifting or in counterphase"
    citation: ClassVar[str] = "Niell & Stryker 2008; hole: Keller et al. 2020, Nature"

    contrast: Fraction = 1.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and the radius of a finite aperture."""
        return {**super().scales(), "contrast": self.contrast}

    def _drawn(self, sheet: Canvas) -> Image:
        return self._stripes(sheet, self.contrast * self._window(sheet))


class CentreSurround(_Periodic):
    """A grating in a disc and another one in a ring around it.

    `surround_offset_deg` turns the stripes of the surround (0 iso, ±90 cross, 180 opposite
    motion) about the shared centre; `surround_phase_deg` shifts them. A surround as wide as
    180° fills the screen. The surround moves as the centre does unless it is frozen at its
    first frame or has a temporal frequency of its own. With a positive `surround_delay_s` the
    surround appears later than the centre, which moves on undisturbed; with a negative one
    the centre appears later.
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
    surround_temporal_frequency_hz: TemporalFrequency | None = None
    surround_delay_s: float = Field(0.0, ge=-10, le=10)
    gap_deg: float = Field(0.0, ge=0, le=60)

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast, gap and radius."""
        found = super().scales()
        found["temporal_frequency_hz"] = max(self.temporal_frequency_hz, self._surround_hz())
        found |= _contrasts(self.centre_contrast, self.surround_contrast)
        if self.gap_deg:
            found["gap_deg"] = self.gap_deg
        if self.surround_diameter_deg < 180:
            found["reach_deg"] = max(self.surround_diameter_deg, self.centre_diameter_deg) / 2
        return found

    def _drawn(self, sheet: Canvas) -> Image:
        inner = self.centre_diameter_deg
        ring = 1 - sheet.disc(inner + 2 * self.gap_deg)
        if self.surround_diameter_deg < 180:
            ring = np.minimum(ring, sheet.disc(self.surround_diameter_deg))
        centre = self._stripes(sheet, self.centre_contrast * sheet.disc(inner))
        surround = self._stripes(
            sheet,
            self.surround_contrast * ring,
            turn_deg=self.surround_offset_deg,
            shift_deg=self.surround_phase_deg,
            temporal_frequency_hz=self._surround_hz(),
        )
        if not self.surround_delay_s:
            return centre + surround
        frame = np.arange(sheet.screen.frames(self.duration_s))[:, None, None]
        later = round(self.surround_delay_s * sheet.screen.frame_rate_hz)
        parts = (frame >= -later) * centre, (frame >= later) * surround
        return np.add(*parts, dtype=np.float32)

    def _surround_hz(self) -> float:
        if self.surround_frozen:
            return 0.0
        own = self.surround_temporal_frequency_hz
        return self.temporal_frequency_hz if own is None else own


class Plaid(_Apertured):
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

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the test component."""
        return (self.orientation_deg - self.half_angle_deg) % 180.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and the radius of a finite aperture."""
        return super().scales() | _contrasts(self.contrast, self.mask_contrast)

    def _drawn(self, sheet: Canvas) -> Image:
        window = self._window(sheet)
        test = self._stripes(sheet, self.contrast * window, turn_deg=-self.half_angle_deg)
        mask = self._stripes(sheet, self.mask_contrast * window, turn_deg=self.half_angle_deg)
        plaid: Image = np.clip(test + mask, -1, 1)
        return plaid


class GratingSequence(_Apertured):
    """Gratings one after another: an adapter and its test, or standards and a deviant.

    Each is turned by one of `turns_deg` against `orientation_deg`, which with a last turn of 0
    is the orientation of the last one, the test; neurons are chosen by the last. Each lasts
    `duration_s`, the first one `first_s` if that is given, and starts at the same phase;
    `gap_s` of grey parts them. ``turns_deg=(90, 0)`` with ``first_s=2`` is an orthogonal
    adapter and its test, ``(90, 90, 90, 90, 0)`` a deviant after four standards, and
    ``(36, 72, 108, 144, 0)`` the same last grating among many standards.
    """

    kind: Literal["grating_sequence"] = "grating_sequence"
    description: ClassVar[str] = "gratings one after another, the last one the test"
    citation: ClassVar[str] = "Movshon & Lennie 1979; Hamm & Yuste 2016"

    turns_deg: tuple[Offset, ...] = Field((90.0, 0.0), min_length=1, max_length=20)
    first_s: Duration | None = None
    gap_s: float = Field(0.0, ge=0, le=5)
    contrast: Fraction = 1.0

    @model_validator(mode="after")
    def _fits_a_trial(self) -> GratingSequence:
        later = len(self.turns_deg) - 1
        lasts_s = (self.first_s or self.duration_s) + later * (self.duration_s + self.gap_s)
        if lasts_s > TRIAL_S:
            raise ValueError(f"the sequence lasts {lasts_s:g} s, a trial at most {TRIAL_S:g} s")
        return self

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the last grating."""
        return (self.orientation_deg + self.turns_deg[-1]) % 180.0

    def scales(self) -> dict[str, float]:
        """Frequencies, contrast and the radius of a finite aperture."""
        return {**super().scales(), "contrast": self.contrast}

    def _drawn(self, sheet: Canvas) -> Image:
        window = self.contrast * self._window(sheet)
        onset_s, shown = 0.0, []
        drawn: dict[tuple[float, float], Image] = {}
        for place, turn in enumerate(self.turns_deg):
            lasts_s = self.first_s if place == 0 and self.first_s else self.duration_s
            if (turn, lasts_s) not in drawn:
                stripes = self._stripes(sheet, window, turn_deg=turn, duration_s=lasts_s)
                whole = (sheet.screen.frames(lasts_s), *sheet.screen.shape)
                drawn[turn, lasts_s] = np.broadcast_to(stripes, whole)
            shown.append((onset_s, drawn[turn, lasts_s]))
            onset_s += lasts_s + self.gap_s
        return in_order(shown, sheet.screen)


def in_order(shown: Sequence[tuple[float, Image]], screen: Screen) -> Image:
    """One movie (frame, y, x) of several, each at its onset (s), with grey between them.

    Onsets are rounded to frames one by one, so that no error adds up over a sequence.
    """
    starts = [round(onset_s * screen.frame_rate_hz) for onset_s, _ in shown]
    ends = [start + len(image) for start, (_, image) in zip(starts, shown, strict=True)]
    movie = np.zeros((max(ends), *screen.shape), np.float32)
    for start, end, (_, image) in zip(starts, ends, shown, strict=True):
        movie[start:end] = image
    return movie


def _contrasts(*parts: float) -> dict[str, float]:
    """Highest contrast of the parts of a stimulus, and the lowest that is meant to be seen."""
    seen = [contrast for contrast in parts if contrast]
    return {"contrast": max(parts)} | ({"faintest_contrast": min(seen)} if seen else {})
