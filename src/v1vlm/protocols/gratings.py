"""Protocols of whole-field gratings and of the recorded Gabors, shown to all neurons at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import xarray as xr
from pydantic import Field, model_validator

from v1vlm.analysis.tuning.labelled import (
    direction_table,
    frequency_table,
    plaid_table,
    speed_added,
)
from v1vlm.protocols.base import Angles, Drifting, Label, Protocol, Site, even_angles
from v1vlm.stimuli import FlatGabor, Grating, Plaid, Stimulus

_SELECTIVITY = (
    "gosi",
    "gdsi",
    "osi",
    "dsi",
    "preferred_direction_deg",
    "preferred_orientation_deg",
    "hwhm_deg",
    "orientation_p",
    "orientation_selective",
    "direction_p",
    "direction_selective",
)
Frequencies = Annotated[
    tuple[Annotated[float, Field(gt=0, le=15)], ...], Field(min_length=5, max_length=30)
]


class _WholeField(Drifting):
    directions_deg: Angles = even_angles(8)
    phases_deg: Angles = even_angles(4)

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Drifting grating over the whole screen."""
        return Grating(**self._shared(labels, site), contrast=self.contrast)


class DirectionTuning(_WholeField):
    """Drifting gratings in many directions."""

    kind: Literal["direction"] = "direction"
    id: ClassVar[str] = "P2"
    title: ClassVar[str] = "direction and orientation tuning"
    citation: ClassVar[str] = "Niell & Stryker 2008"
    outcomes: ClassVar[tuple[str, ...]] = _SELECTIVITY

    directions_deg: Angles = even_angles(16)
    permutations: int = Field(1000, ge=100, le=100_000)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Directions, each at several starting phases."""
        return {"direction_deg": self.directions_deg, "phase_deg": self.phases_deg}

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return direction_table(rates["mean"], n_permutations=self.permutations)


class SpatialFrequencyTuning(_WholeField):
    """Drifting gratings of many spatial frequencies."""

    kind: Literal["spatial_frequency"] = "spatial_frequency"
    id: ClassVar[str] = "P3"
    title: ClassVar[str] = "spatial frequency tuning"
    citation: ClassVar[str] = "Niell & Stryker 2008; Marshel et al. 2011"
    outcomes: ClassVar[tuple[str, ...]] = (
        "preferred_sf_cpd",
        "sf_low_cpd",
        "sf_high_cpd",
        "sf_bandwidth_octaves",
        "sf_low_pass",
        "sf_r2",
    )

    spatial_frequencies_cpd: Frequencies = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.10, 0.12)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Spatial frequencies, directions and starting phases."""
        return {
            "spatial_frequency_cpd": self.spatial_frequencies_cpd,
            "direction_deg": self.directions_deg,
            "phase_deg": self.phases_deg,
        }

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return frequency_table(rates["mean"], "spatial_frequency_cpd", "sf", "cpd")


class TemporalFrequencyTuning(_WholeField):
    """Drifting gratings of many temporal frequencies."""

    kind: Literal["temporal_frequency"] = "temporal_frequency"
    id: ClassVar[str] = "P4"
    title: ClassVar[str] = "temporal frequency tuning"
    citation: ClassVar[str] = "Niell & Stryker 2008; Marshel et al. 2011"
    outcomes: ClassVar[tuple[str, ...]] = (
        "preferred_tf_hz",
        "tf_low_hz",
        "tf_high_hz",
        "tf_bandwidth_octaves",
        "tf_low_pass",
        "tf_r2",
        "preferred_speed_deg_per_s",
    )

    duration_s: float = Field(2.0, gt=0, le=10)
    temporal_frequencies_hz: Frequencies = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Temporal frequencies, directions and starting phases."""
        return {
            "temporal_frequency_hz": self.temporal_frequencies_hz,
            "direction_deg": self.directions_deg,
            "phase_deg": self.phases_deg,
        }

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        table = frequency_table(rates["mean"], "temporal_frequency_hz", "tf", "hz")
        return speed_added(table, self.spatial_frequency_cpd)


class PlaidTuning(_WholeField):
    """Gratings and plaids of two of them, drifting in many directions."""

    kind: Literal["plaid"] = "plaid"
    id: ClassVar[str] = "P10"
    title: ClassVar[str] = "plaids: selectivity for patterns or components"
    citation: ClassVar[str] = "Smith, Majaj & Movshon 2005; Palagina et al. 2017"
    outcomes: ClassVar[tuple[str, ...]] = (
        "pattern_z",
        "component_z",
        "pattern_cell",
        "component_cell",
    )

    directions_deg: Angles = even_angles(12)
    contrast: float = Field(0.5, gt=0, le=0.5)
    half_angle_deg: float = Field(60.0, gt=0, lt=90)

    @model_validator(mode="after")
    def _components_are_shown(self) -> PlaidTuning:
        spacing = 360.0 / len(self.directions_deg)
        if abs(self.half_angle_deg / spacing - round(self.half_angle_deg / spacing)) > 1e-6:
            raise ValueError("half_angle_deg must be a multiple of the spacing of the directions")
        return self

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Pattern, directions and starting phases."""
        return {
            "pattern": ("grating", "plaid"),
            "direction_deg": self.directions_deg,
            "phase_deg": self.phases_deg,
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Grating, or plaid whose components have the contrast of the grating."""
        if labels["pattern"] == "grating":
            return super().stimulus(labels, site)
        return Plaid(
            **self._shared(labels, site),
            contrast=self.contrast,
            mask_contrast=self.contrast,
            half_angle_deg=self.half_angle_deg,
        )

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return plaid_table(rates["mean"], self.half_angle_deg)


class RecordedGabors(Protocol):
    """The drifting Gabors of the recordings: 56 movies that rebuild a recorded tuning curve.

    Every direction was shown in blocks of 25 frames with seven combinations of wavelength and
    temporal frequency; a recorded curve is the mean over the combinations, grey not taken off.
    """

    kind: Literal["recorded_gabors"] = "recorded_gabors"
    id: ClassVar[str] = "P2r"
    title: ClassVar[str] = "direction tuning as recorded"
    citation: ClassVar[str] = "Turishcheva et al. 2023"
    baseline: ClassVar[Literal["grey", "none"]] = "none"
    outcomes: ClassVar[tuple[str, ...]] = _SELECTIVITY

    duration_s: float = Field(25 / 30, gt=0, le=10)
    directions_deg: Angles = even_angles(8)
    sd_half_heights: float = Field(0.3, gt=0, le=4)
    combinations: tuple[tuple[float, float], ...] = Field(
        (
            (0.18, 0.61),
            (0.18, 1.7),
            (0.38, 0.61),
            (0.38, 1.7),
            (0.38, 4.2),
            (0.65, 1.7),
            (0.65, 4.2),
        ),
        min_length=2,
    )
    """Wavelength (half-heights of the screen) and temporal frequency (Hz)."""

    permutations: int = Field(1000, ge=100, le=100_000)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Directions, and the number of the combination."""
        return {
            "direction_deg": self.directions_deg,
            "combination": tuple(float(i) for i in range(len(self.combinations))),
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:  # noqa: ARG002
        """Gabor in the middle of the screen."""
        wavelength, frequency = self.combinations[int(labels["combination"])]
        return FlatGabor(
            direction_deg=float(labels["direction_deg"]),
            wavelength_half_heights=wavelength,
            temporal_frequency_hz=frequency,
            sd_half_heights=self.sd_half_heights,
            duration_s=self.duration_s,
        )

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return direction_table(rates["mean"], n_permutations=self.permutations)
