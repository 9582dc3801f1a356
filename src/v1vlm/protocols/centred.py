"""Protocols shown at the receptive field and preferred orientation of each neuron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import xarray as xr
from pydantic import Field, model_validator

from v1vlm.analysis.tuning.labelled import (
    contrast_table,
    onset_table,
    phase_table,
    size_table,
    surround_table,
)
from v1vlm.protocols.base import Angles, AtReceptiveField, Label, Reading, Site, even_angles
from v1vlm.records import rng_of
from v1vlm.stimuli import CentreSurround, Grating, Stimulus

Diameter = Annotated[float, Field(gt=0, le=180)]
Fractions = tuple[Annotated[float, Field(gt=0, le=1)], ...]


def random_phases(n: int) -> tuple[float, ...]:
    """Fixed random phases (deg), to a tenth of a degree."""
    return tuple(round(float(p), 1) for p in rng_of("protocols", "phases").uniform(0, 359.9, n))


class ContrastResponse(AtReceptiveField):
    """A grating in a disc at many contrasts."""

    kind: Literal["contrast"] = "contrast"
    id: ClassVar[str] = "P5"
    title: ClassVar[str] = "contrast response"
    citation: ClassVar[str] = "Albrecht & Hamilton 1982"
    baseline: ClassVar[Literal["grey", "none"]] = "none"
    outcomes: ClassVar[tuple[str, ...]] = (
        "rmax",
        "exponent",
        "c50",
        "c50_low",
        "c50_high",
        "r0",
        "supersaturating",
        "contrast_r2",
    )

    contrasts: Annotated[Fractions, Field(min_length=5)] = (
        *(0.02, 0.05, 0.1, 0.2),
        *(0.4, 0.6, 0.8, 1.0),
    )
    diameter_deg: Diameter = 20.0
    phases_deg: Angles = even_angles(4)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Contrasts, both drifts, starting phases."""
        return {
            "contrast": self.contrasts,
            "turn_deg": self.turns_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Grating in a disc."""
        return Grating(
            **self._shared(labels, site),
            contrast=float(labels["contrast"]),
            aperture="disc",
            diameter_deg=self.diameter_deg,
        )

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return contrast_table(rates["mean"])


class _DiscAndHole(AtReceptiveField):
    """A grating in a disc (classical) and around one (inverse)."""

    def _seen(self, labels: Mapping[str, Label], site: Site, diameter_deg: float) -> Stimulus:
        shared = {**self._shared(labels, site), "contrast": self.contrast}
        classical = labels["aperture"] == "classical"
        if diameter_deg > 0:
            aperture: Literal["disc", "hole"] = "disc" if classical else "hole"
            return Grating(**shared, aperture=aperture, diameter_deg=diameter_deg)
        if classical:
            # No disc is grey, whatever its phase and drift: one stimulus for all of them.
            return Grating(**{**shared, "contrast": 0.0, "phase_deg": 0.0, "orientation_deg": 0.0})
        return Grating(**shared)


class SizeTuning(_DiscAndHole):
    """Discs and holes of many sizes."""

    kind: Literal["size"] = "size"
    id: ClassVar[str] = "P6"
    title: ClassVar[str] = "size tuning, classical and inverse"
    citation: ClassVar[str] = "Keller et al. 2020, Nature"
    outcomes: ClassVar[tuple[str, ...]] = (
        "preferred_size_deg",
        "inverse_preferred_size_deg",
        "suppression_index",
        "iti",
        "inverse_tuned",
    )

    diameters_deg: Annotated[
        tuple[Annotated[float, Field(ge=0, le=180)], ...], Field(min_length=4)
    ] = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0)
    phases_deg: Angles = random_phases(12)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Aperture, diameters, both drifts, starting phases."""
        return {
            "aperture": ("classical", "inverse"),
            "diameter_deg": self.diameters_deg,
            "turn_deg": self.turns_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Disc or hole; at diameter 0 grey, or the whole grating."""
        return self._seen(labels, site, float(labels["diameter_deg"]))

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return size_table(rates["mean"])


class OnsetDelay(_DiscAndHole):
    """Onset of the responses to a disc and to a hole."""

    kind: Literal["onset"] = "onset"
    id: ClassVar[str] = "P7"
    title: ClassVar[str] = "onset of classical and inverse responses"
    citation: ClassVar[str] = "Keller et al. 2020, Nature"
    reads: ClassVar[tuple[Reading, ...]] = ("course",)
    outcomes: ClassVar[tuple[str, ...]] = (
        "classical_latency_s",
        "inverse_latency_s",
        "inverse_delay_s",
    )

    duration_s: float = Field(0.5, gt=0, le=10)
    diameter_deg: Diameter = 20.0
    phases_deg: Angles = random_phases(12)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Aperture, both drifts, starting phases."""
        return {
            "aperture": ("classical", "inverse"),
            "turn_deg": self.turns_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Disc or hole."""
        return self._seen(labels, site, self.diameter_deg)

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return onset_table(rates["course"])


class SurroundModulation(AtReceptiveField):
    """A disc alone and in surrounds along and across its stripes, at low and high contrast."""

    kind: Literal["surround"] = "surround"
    id: ClassVar[str] = "P8"
    title: ClassVar[str] = "surround and contextual modulation"
    citation: ClassVar[str] = "Keller et al. 2020, Neuron"
    outcomes: ClassVar[tuple[str, ...]] = (
        "cmi",
        "smi_iso",
        "smi_cross",
        "cmi_low_contrast",
        "smi_iso_low_contrast",
        "smi_cross_low_contrast",
        "smi_flips",
    )

    centre_diameter_deg: Diameter = 20.0
    contrasts: Annotated[Fractions, Field(min_length=2)] = (0.05, 1.0)
    phases_deg: Angles = even_angles(4)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Surround, contrasts of both, drifts, starting phases."""
        return {
            "surround": tuple(_SURROUNDS),
            "contrast": self.contrasts,
            "turn_deg": self.turns_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Disc in a surround that fills the screen, or alone."""
        contrast, offset = float(labels["contrast"]), _SURROUNDS[str(labels["surround"])]
        return CentreSurround(
            **self._shared(labels, site),
            centre_diameter_deg=self.centre_diameter_deg,
            centre_contrast=contrast,
            surround_contrast=0.0 if offset is None else contrast,
            surround_offset_deg=offset or 0.0,
        )

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return surround_table(rates["mean"])


_SURROUNDS: dict[str, float | None] = {
    "none": None,
    "iso": 0.0,
    "cross +90": 90.0,
    "cross -90": -90.0,
}


class PhaseModulation(AtReceptiveField):
    """Drifting and still gratings, to see whether the response follows the phase."""

    kind: Literal["phase"] = "phase"
    id: ClassVar[str] = "P11"
    title: ClassVar[str] = "modulation by phase: simple and complex"
    citation: ClassVar[str] = "Skottun et al. 1991"
    reads: ClassVar[tuple[Reading, ...]] = ("mean", "modulation")
    outcomes: ClassVar[tuple[str, ...]] = ("f1_f0", "static_f1_f0", "simple")

    duration_s: float = Field(2.5, gt=0, le=10)
    window_s: tuple[float, float] | None = (0.5, 2.5)
    diameter_deg: Diameter = 20.0
    phases_deg: Annotated[Angles, Field(min_length=3)] = even_angles(8)

    @model_validator(mode="after")
    def _cycles_are_whole(self) -> PhaseModulation:
        cycles = (self.window[1] - self.window[0]) * self.temporal_frequency_hz
        if cycles < 1 - 1e-6 or abs(cycles - round(cycles)) > 1e-6:
            raise ValueError(f"the window holds {cycles:g} cycles, not a whole number")
        return self

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Movement, both drifts, phases."""
        return {
            "movement": ("drifting", "static"),
            "turn_deg": self.turns_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Grating in a disc, drifting or still."""
        shared = self._shared(labels, site)
        if labels["movement"] == "static":
            shared["temporal_frequency_hz"] = 0.0
        return Grating(
            **shared, contrast=self.contrast, aperture="disc", diameter_deg=self.diameter_deg
        )

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return phase_table(rates["mean"], rates["modulation"])
