"""Stimuli and stimulus families: what is shown, as data.

A `Stimulus` is one exact image or movie; a `StimulusFamily` is a distribution of them.
Parameters are drawn from generators named after the parameter, so two families that
are drawn with one seed agree in every parameter they share: that is what makes a pair.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.records import Json, OpenRecord, Record, digest, rng_of
from v1vlm.stimuli.screen import Screen

Assets = Mapping[str, NDArray[np.uint8]]
"""Images that are not computed from parameters (painted, from files), by digest."""

NO_ASSETS: Assets = {}


class PaintRequest(Record):
    """One image to be painted by a generator; its digest names the asset.

    Attributes
    ----------
    generator : str
        Digest of the generator.
    height_px, width_px : int
        Size at least; a generator that needs larger ones paints larger.
    original : PaintRequest or None
        The image that is edited, painted first; none where the prompt alone is painted.
    strength : float
        How much of the original is painted anew (1: all of it).
    """

    prompt: str = Field(min_length=1, max_length=2000)
    seed: int = Field(ge=0)
    generator: str
    height_px: int = 36
    width_px: int = 64
    settings: dict[str, str | int | float | bool] = Field(default={})
    original: PaintRequest | None = None
    strength: float = Field(0.6, gt=0, le=1)

    @model_validator(mode="after")
    def _original_is_painted(self) -> PaintRequest:
        if self.original is not None and self.original.original is not None:
            raise ValueError("an edited image cannot be edited again")
        return self

    def digest(self) -> str:
        """Name of the painted image among the assets."""
        return digest(self)


class Stimulus(OpenRecord):
    """One exact image or movie; its identity is its digest.

    Attributes
    ----------
    azimuth_deg, elevation_deg : float
        Where its centre lies on the screen.
    """

    plugin_group: ClassVar[str] = "families"
    description: ClassVar[str] = ""
    citation: ClassVar[str] = ""

    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0

    def digest(self) -> str:
        """Identity of the stimulus."""
        return digest(self)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation (0–180°, counter-clockwise from horizontal) at the centre, if it has one."""
        return None

    @property
    def source(self) -> str | None:
        """Name of the photograph or other natural source it was cut from, if any."""
        return None

    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Azimuth and elevation (deg) of the features that can be located on the screen.

        Crossings, junctions, corners, gaps, points of an edge or of the border of a figure;
        none, unless a kind says so. They follow the stimulus where it is moved.
        """
        return ()

    def scales(self) -> dict[str, float]:
        """What the stimulus guard must compare with the resolution of the screen.

        Keys: ``spatial_frequency_cpd``, ``temporal_frequency_hz``, ``stroke_deg``, ``arm_deg``,
        ``gap_deg``, ``reach_deg`` (largest distance of anything drawn from the centre),
        ``contrast`` (0 says that the stimulus is blank on purpose) and, where parts have their
        own, ``faintest_contrast`` (the lowest other than 0).
        """
        return {}

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Stimulus:
        """The same stimulus centred elsewhere."""
        place = {"azimuth_deg": azimuth_deg, "elevation_deg": elevation_deg}
        return self.model_copy(update=place)

    def requests(self) -> tuple[PaintRequest, ...]:
        """Images that must be painted before this stimulus can be rendered."""
        return ()

    def needs(self) -> tuple[str, ...]:
        """Names of the user's images (`asset_name`) that must be among the assets."""
        parts = (value for _, value in self if isinstance(value, Stimulus))
        return tuple(sorted({name for part in parts for name in part.needs()}))

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> NDArray[np.float32]:
        """Luminance as signed contrast about the screen's grey, before quantisation.

        Returns
        -------
        array (frame, y, x)
            −1 is black, 0 grey, 1 white; one frame means static.
        """
        raise NotImplementedError

    def render(self, screen: Screen, assets: Assets = NO_ASSETS) -> NDArray[np.uint8]:
        """Frames (frame, y, x) as shown; one frame means static."""
        return quantise(self.contrast_image(screen, assets), screen)


def quantise(contrast: NDArray[np.floating[Any]], screen: Screen) -> NDArray[np.uint8]:
    """Map signed contrast to grey levels 0–255, grey staying exactly grey."""
    half_range = min(screen.grey, 255 - screen.grey)
    levels = np.rint(screen.grey + half_range * np.clip(contrast, -1.0, 1.0))
    frames: NDArray[np.uint8] = levels.astype(np.uint8)
    return frames


class Range(OpenRecord):
    """A distribution of one parameter."""

    def sample(self, rng: np.random.Generator) -> Json:
        """Draw one value."""
        raise NotImplementedError

    def extremes(self) -> tuple[Json, ...]:
        """Values that a parameter must allow for it to allow all of them."""
        raise NotImplementedError

    def describe(self) -> str:
        """Say the distribution in words."""
        raise NotImplementedError


class Uniform(Range):
    """Uniform between two bounds."""

    kind: Literal["uniform"] = "uniform"
    low: float
    high: float

    def sample(self, rng: np.random.Generator) -> Json:
        """Draw one value."""
        return float(rng.uniform(self.low, self.high))

    def extremes(self) -> tuple[Json, ...]:
        """Both ends, the upper of which is never drawn itself."""
        return self.low, math.nextafter(self.high, self.low)

    def describe(self) -> str:
        """Say the distribution in words."""
        return f"{self.low:g}–{self.high:g}"


class Choice(Range):
    """One of the listed values, all equally likely."""

    kind: Literal["choice"] = "choice"
    values: tuple[float | int | str, ...] = Field(min_length=1)

    def sample(self, rng: np.random.Generator) -> Json:
        """Draw one value."""
        return self.values[int(rng.integers(len(self.values)))]

    def extremes(self) -> tuple[Json, ...]:
        """All values."""
        return self.values

    def describe(self) -> str:
        """Say the distribution in words."""
        return "one of " + ", ".join(str(value) for value in self.values)


class AnySeed(Range):
    """A fresh 32-bit seed, for stimuli with random parts."""

    kind: Literal["any_seed"] = "any_seed"

    def sample(self, rng: np.random.Generator) -> Json:
        """Draw one value."""
        return int(rng.integers(2**32))

    def extremes(self) -> tuple[Json, ...]:
        """The smallest and the largest seed."""
        return 0, 2**32 - 1

    def describe(self) -> str:
        """Say the distribution in words."""
        return "fresh in every draw"


class StimulusFamily(OpenRecord):
    """A distribution of stimuli."""

    plugin_group: ClassVar[str] = "families"

    def explored(self) -> StimulusFamily:
        """The family to explore with; another one where sources are few (photographs)."""
        return self

    def draw(self, seed: int) -> Stimulus:
        """One stimulus; equal seeds give equal stimuli."""
        raise NotImplementedError

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        raise NotImplementedError


class Varied(StimulusFamily):
    """A stimulus of which the named parameters vary from draw to draw."""

    kind: Literal["varied"] = "varied"
    stimulus: Stimulus
    vary: dict[str, Range] = Field(default={})

    @model_validator(mode="after")
    def _parameters_exist(self) -> Varied:
        fields = set(type(self.stimulus).model_fields) - {"kind"}
        unknown = sorted(set(self.vary) - fields)
        if unknown:
            raise ValueError(f"{self.stimulus.to_json()['kind']} has no parameter {unknown[0]!r}")
        # A range outside the parameter's bounds fails here, not in mid-study.
        for name, law in self.vary.items():
            for value in law.extremes():
                self._drawn(0, {name: value})
        return self

    def draw(self, seed: int) -> Stimulus:
        """One stimulus; parameters of the same name agree between families for one seed."""
        return self._drawn(seed, {})

    def _drawn(self, seed: int, chosen: dict[str, Json]) -> Stimulus:
        drawn = {name: law.sample(rng_of(seed, name)) for name, law in self.vary.items()}
        parameters = {**self.stimulus.to_json(), **drawn, **chosen}
        return type(self.stimulus).model_validate(parameters)

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        varies = "; ".join(
            in_words(name, law.describe()) for name, law in sorted(self.vary.items())
        )
        return self.stimulus.description + (f" ({varies})" if varies else "")


_UNITS = {
    "_per_square_deg": " per square degree",
    "_deg_per_s": "° per second",
    "_per_deg": " per degree",
    "_deg": "°",
    "_cpd": " cycles per degree",
    "_octaves": " octaves",
    "_hz": " Hz",
    "_s": " s",
}


def in_words(name: str, value: str) -> str:
    """A parameter and its value in words: ``envelope_sd_deg``, ``4`` as "envelope SD 4°"."""
    stem = name.removesuffix(_suffix(name))
    words = ["number of", *stem.split("_")[1:]] if stem.startswith("n_") else stem.split("_")
    said = " ".join({"n": "number", "sd": "SD", "rms": "RMS"}.get(word, word) for word in words)
    return f"{said} {with_unit(name, value)}"


def with_unit(name: str, value: str) -> str:
    """A value with the unit that the name of its parameter ends in."""
    return f"{value}{_UNITS.get(_suffix(name), '')}"


def _suffix(name: str) -> str:
    return next((suffix for suffix in _UNITS if name.endswith(suffix)), "")
