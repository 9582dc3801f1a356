"""What can be planted in the energy twin: every mechanism a number, a switch and a citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, field_validator

from v1vlm.records import Record

Variant = Literal["full", "linear", "blind"]


@dataclass(frozen=True)
class Mechanism:
    """One mechanism of the twin.

    Attributes
    ----------
    says : str
        What it does, in words for the card.
    citation : str
    usual : float
        Strength unless another is asked for; 0 leaves the mechanism out.
    most : float
        Largest strength.
    structure : bool
        It says who the neurons are and not what they compute; a linear twin keeps it.
    """

    says: str
    citation: str
    usual: float = 1.0
    most: float = 1.0
    structure: bool = False


MECHANISMS: dict[str, Mechanism] = {
    "direction": Mechanism(
        "direction selectivity by opponent motion energy",
        "Adelson & Bergen 1985, J Opt Soc Am A 2:284",
    ),
    "normalisation": Mechanism(
        "contrast saturation by divisive normalisation",
        "Carandini & Heeger 2012, Nat Rev Neurosci 13:51",
    ),
    "simple": Mechanism(
        "a continuum from simple to complex cells", "Niell & Stryker 2008, J Neurosci 28:7520"
    ),
    "surround": Mechanism(
        "iso-orientation-tuned divisive surround, one frame late",
        "Keller et al. 2020, Neuron 108:1181",
        most=10.0,
    ),
    "untuned-pool": Mechanism(
        "untuned drive and normalisation from a local pool", "Heeger 1992, Vis Neurosci 9:181"
    ),
    "retinotopy": Mechanism(
        "receptive fields follow the place in cortex",
        "Schuett et al. 2002, J Neurosci 22:6549",
        structure=True,
    ),
    "clustering": Mechanism(
        "neighbours prefer like orientations",
        "Ringach et al. 2016, Nat Commun 7:12270",
        structure=True,
    ),
    "direction-bias": Mechanism(
        "more neurons prefer vertical than horizontal motion",
        "recordings of Turishcheva et al. 2023",
        structure=True,
    ),
    "depth": Mechanism(
        "orientation tuning depends on depth",
        "recordings of Turishcheva et al. 2023",
        structure=True,
    ),
    "off-dominance": Mechanism(
        "more simple cells are driven by dark than by bright",
        "Williams et al. 2021, Curr Biol 31:4172",
        structure=True,
    ),
    "running": Mechanism(
        "running, and the pupil that widens with it, multiply responses",
        "Niell & Stryker 2010, Neuron 65:472",
    ),
    "inverse": Mechanism(
        "neurons that a surround excites while their receptive field sees nothing",
        "Keller et al. 2020, Nature 582:545",
        usual=0.0,
    ),
    "curvature": Mechanism(
        "neurons selective for curved contours",
        "Hegdé & Van Essen 2000, J Neurosci 20:RC61",
        usual=0.0,
    ),
    "junction": Mechanism(
        "neurons selective for crossing contours",
        "Hegdé & Van Essen 2000, J Neurosci 20:RC61",
        usual=0.0,
    ),
    "texture": Mechanism(
        "neurons selective for like orientations at two scales, as in natural textures",
        "Freeman et al. 2013, Nat Neurosci 16:974",
        usual=0.0,
    ),
}
"""Names of the options of the twin. A mechanism of strength 0 is not there."""

RELATIONS = ("curvature", "junction", "texture")
"""Planted units that answer to relations between features; their strength is their share."""


class EnergySpec(Record):
    """Which energy twin: its size, its population, and the strengths of its mechanisms.

    Attributes
    ----------
    variant : "full", "linear" or "blind"
        A linear filter and a rectifier alone; or noise keyed by the pixels, that sees nothing.
    strengths : dict of str to float
        Mechanisms that are not as usual, by name.
    """

    neurons: int = Field(1000, ge=1, le=20_000)
    population: int = Field(1, ge=0)
    variant: Variant = "full"
    strengths: dict[str, float] = Field(default_factory=dict)

    @field_validator("strengths")
    @classmethod
    def _known_and_unusual(cls, value: dict[str, float]) -> dict[str, float]:
        for name, strength in value.items():
            if name not in MECHANISMS:
                raise ValueError(f"unknown mechanism {name!r}")
            if not 0.0 <= strength <= MECHANISMS[name].most:
                raise ValueError(f"{name} must be 0 to {MECHANISMS[name].most:g}")
        if sum(value.get(name, 0.0) for name in RELATIONS) > 1.0 + 1e-9:
            raise ValueError(f"the shares of {', '.join(RELATIONS)} add up to more than 1")
        unusual = {n: s for n, s in value.items() if s != MECHANISMS[n].usual}
        return dict(sorted(unusual.items()))

    def strength(self, mechanism: str) -> float:
        """Strength of a mechanism."""
        return self.strengths.get(mechanism, MECHANISMS[mechanism].usual)

    @property
    def present(self) -> tuple[str, ...]:
        """Names of the mechanisms that shape the responses."""
        if self.variant == "blind":
            return ()
        there = [name for name in MECHANISMS if self.strength(name) > 0]
        if self.variant == "linear":
            there = [name for name in there if MECHANISMS[name].structure]
        return tuple(there)

    @property
    def name(self) -> str:
        """The specification that loads this twin."""
        parts: list[str] = [] if self.variant == "full" else [self.variant]
        for mechanism, strength in self.strengths.items():
            parts.append(f"{mechanism}={strength:.12g}" if strength else f"no-{mechanism}")
        for option in ("neurons", "population"):
            if getattr(self, option) != type(self).model_fields[option].default:
                parts.append(f"{option}={getattr(self, option)}")
        return "energy" + (":" + ",".join(parts) if parts else "")
