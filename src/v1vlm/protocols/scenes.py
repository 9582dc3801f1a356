"""Natural images against images that share their spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import xarray as xr
from pydantic import Field

from v1vlm.analysis.tuning.labelled import natural_table
from v1vlm.protocols.base import Label, Protocol, Site
from v1vlm.records import rng_of
from v1vlm.stimuli import PHOTOGRAPHS, PhaseScrambled, Photograph, PinkNoise, Stimulus


class NaturalImages(Protocol):
    """Crops of photographs, their phase-scrambled partners, and 1/f noise, still.

    The crops are of few photographs: what is found holds for these, not for natural scenes.
    Textures synthesised from the crops are not among the stimuli.
    """

    kind: Literal["natural"] = "natural"
    id: ClassVar[str] = "P12"
    title: ClassVar[str] = "natural and spectrally matched images"
    citation: ClassVar[str] = "Froudarakis et al. 2014; Bolaños et al. 2024"
    outcomes: ClassVar[tuple[str, ...]] = (
        "texture_index",
        "texture_d_prime",
        "pink_index",
        "sparseness",
        "scrambled_sparseness",
    )

    duration_s: float = Field(0.5, gt=0, le=10)
    n_images: int = Field(40, ge=2, le=1000)
    crop_fraction: float = Field(0.6, ge=0.2, le=1)
    rms: float = Field(0.25, gt=0, le=1)

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """Ensemble, and number of the image in it."""
        return {
            "ensemble": ("natural", "scrambled", "pink"),
            "image": tuple(float(i) for i in range(self.n_images)),
        }

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:  # noqa: ARG002
        """Crop, its scrambled partner, or noise, over the whole screen."""
        number = int(labels["image"])
        if labels["ensemble"] == "pink":
            return PinkNoise(rms=self.rms, seed=number)
        rng = rng_of("protocols", "natural", number)
        # All photographs come equally often.
        original = Photograph(
            name=PHOTOGRAPHS[number % len(PHOTOGRAPHS)],
            row=round(float(rng.uniform()), 4),
            column=round(float(rng.uniform()), 4),
            flip=bool(rng.integers(2)),
            crop_fraction=self.crop_fraction,
            rms=self.rms,
        )
        if labels["ensemble"] == "natural":
            return original
        return PhaseScrambled(source_stimulus=original, seed=number)

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        return natural_table(rates["mean"])
