"""Images that are not computed from parameters (painted, from arrays), and scrambled ones."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.errors import InputError, ProposalError
from v1vlm.records import rng_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, PaintRequest, Stimulus, StimulusFamily
from v1vlm.stimuli.crops import fitted
from v1vlm.stimuli.drawing import Image, canvas, soft
from v1vlm.stimuli.files import AssetName, fetched
from v1vlm.stimuli.screen import Screen

BLEND_DEG = np.float32(4.0)
"""Width of the soft border between an edit and its original, as a multiple of a drawn edge's."""


BLANK = 1e-4
"""RMS contrast below which there is nothing to see."""


class Painted(Stimulus):
    """An image painted, or edited, by a text-to-image generator; it fills the screen.

    The painted image may be larger than the screen. Of it the largest central part with the
    aspect of the screen is shown, each pixel the mean over its area.

    Attributes
    ----------
    wording : int or None
        Which paraphrase of its description was painted, from 0.
    region : {"all", "inside", "outside"}
        Of an edited image: where the edit is shown. Inside or outside of a soft disc around the
        stimulus' centre; the rest is the original, pixel by pixel. There the edit is given an
        offset and a gain, so that the whole image keeps the mean and the RMS contrast of the
        original: what was kept need not be changed to match the members of a draw.
    diameter_deg : float
        Of that disc.
    """

    kind: Literal["painted"] = "painted"
    description: ClassVar[str] = "image painted from a description"
    citation: ClassVar[str] = "V1VLM (Onken lab)"

    request: PaintRequest
    wording: int | None = Field(None, ge=0)
    region: Literal["all", "inside", "outside"] = "all"
    diameter_deg: float = Field(30.0, gt=0, le=120)

    @model_validator(mode="after")
    def _region_is_of_an_edit(self) -> Painted:
        if self.region != "all" and self.request.original is None:
            raise ValueError("only an edited image is shown in a region")
        return self

    @property
    def source(self) -> str | None:
        """The wording it was painted from."""
        return None if self.wording is None else f"wording {self.wording + 1}"

    def requests(self) -> tuple[PaintRequest, ...]:
        """The image itself, after the one that it is an edit of."""
        original = self.request.original
        return (self.request,) if original is None else (original, self.request)

    def scales(self) -> dict[str, float]:
        """Radius of the disc, where there is one."""
        return {} if self.region == "all" else {"reach_deg": self.diameter_deg / 2}

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Painted:
        """The disc elsewhere; what was composed for the whole screen stays where it was."""
        if self.region == "all":
            return self
        place = {"azimuth_deg": azimuth_deg, "elevation_deg": elevation_deg}
        return self.model_copy(update=place)

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (1, y, x) of the painted grey levels.

        Raises
        ------
        InputError
            If the image has not been painted, or is smaller than the screen.
        ProposalError
            If an edit is blank in its region.
        """
        image = _painted(self.request, screen, assets)
        if self.request.original is None or self.region == "all":
            return image
        sheet = canvas(screen, self.azimuth_deg, self.elevation_deg)
        radius = np.sqrt(sheet.u**2 + sheet.v**2)
        disc = sheet.pool(soft((np.float32(self.diameter_deg / 2) - radius) / BLEND_DEG))
        share = disc if self.region == "inside" else 1 - disc
        return _blended(_painted(self.request.original, screen, assets), image, share)


class Stored(Stimulus):
    """Grey levels of an array, shown as they are; they fill the screen and cannot be moved.

    `asset` names the array (`asset_name`): uint8 (y, x) for an image or (frame, y, x) for a
    movie, of the size of the screen.
    """

    kind: Literal["stored"] = "stored"
    description: ClassVar[str] = "image or movie given as an array"
    citation: ClassVar[str] = "given by the user"

    asset: AssetName

    @property
    def source(self) -> str | None:
        """Name of the array."""
        return self.asset

    def needs(self) -> tuple[str, ...]:
        """The array itself."""
        return (self.asset,)

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Stored:  # noqa: ARG002
        """The array where it was."""
        return self

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (frame, y, x) of the grey levels.

        Raises
        ------
        InputError
            If the array is not among the assets, or not of the screen's size.
        """
        frames = fetched(self.asset, assets)
        frames = frames if frames.ndim == 3 else frames[None]
        return _levels(frames, screen, f"array {self.asset[:12]}")


class PhaseScrambled(Stimulus):
    """Another stimulus with its amplitude spectrum and random phases.

    One phase noise is added to every frame, so that the spectrum of each and their relation
    in time stay. Orientation, source and place are those of the stimulus that is scrambled:
    a control must select the same neurons. Values may leave [−1, 1], rarely; they are clipped
    when shown.
    """

    kind: Literal["phase_scrambled"] = "phase_scrambled"
    description: ClassVar[str] = "phase-scrambled version of another stimulus"
    citation: ClassVar[str] = "Froudarakis et al. 2014"

    source_stimulus: Stimulus
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the stimulus that is scrambled."""
        return self.source_stimulus.rf_orientation_deg

    @property
    def source(self) -> str | None:
        """Source of the stimulus that is scrambled."""
        return self.source_stimulus.source

    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Where the features of the stimulus that is scrambled were."""
        return self.source_stimulus.features_deg()

    def scales(self) -> dict[str, float]:
        """Frequencies and contrast, which scrambling keeps; shapes are gone."""
        kept = ("spatial_frequency_cpd", "temporal_frequency_hz", "contrast")
        return {key: value for key, value in self.source_stimulus.scales().items() if key in kept}

    def moved(self, azimuth_deg: float, elevation_deg: float) -> PhaseScrambled:
        """The scrambled version of the moved stimulus."""
        there = self.source_stimulus.moved(azimuth_deg, elevation_deg)
        return self.model_copy(update={"source_stimulus": there})

    def requests(self) -> tuple[PaintRequest, ...]:
        """Images the stimulus that is scrambled needs."""
        return self.source_stimulus.requests()

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (frame, y, x)."""
        image = self.source_stimulus.contrast_image(screen, assets)
        noise = np.fft.rfft2(rng_of(self.seed, "phases").standard_normal(screen.shape))
        turn = noise / np.abs(noise)
        turn[0, 0] = 1.0
        scrambled = np.fft.irfft2(np.fft.rfft2(image) * turn, s=screen.shape)
        return scrambled.astype(np.float32)


class Scrambled(StimulusFamily):
    """The phase-scrambled versions of a family; pairs share the phase noise."""

    kind: Literal["scrambled"] = "scrambled"
    source: StimulusFamily

    def explored(self) -> Scrambled:
        """The scrambled versions of the family to explore with."""
        return self.model_copy(update={"source": self.source.explored()})

    def draw(self, seed: int) -> Stimulus:
        """The scrambled version of the draw with the same seed."""
        phases = int(rng_of(seed, "phases").integers(2**32))
        return PhaseScrambled(source_stimulus=self.source.draw(seed), seed=phases)

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        return f"phase-scrambled: {self.source.describe()}"


def _blended(original: Image, edit: Image, share: Image) -> Image:
    """An original (1, y, x) with so much of an edit at every pixel, its mean and RMS kept.

    Raises
    ------
    ProposalError
        If the edit is blank where it is shown.
    """
    whole, weight = original.astype(np.float64), share.astype(np.float64)
    if not weight.any():
        return original
    level = float((weight * whole).sum() / weight.sum())
    kept = (1 - weight) * whole + weight * level
    added = weight * (edit - float((weight * edit).sum() / weight.sum()))
    power, shared = float(added.var()), float(((kept - kept.mean()) * added).mean())
    if power < BLANK**2:
        raise ProposalError(
            f"An edit is blank where it is shown (RMS {np.sqrt(power):.1g}).",
            "Describe something that has contrast.",
        )
    # What is kept has the mean of the original, what is added none; the gain is the one with
    # which their sum has its variance.
    missing = max(float(whole.var() - kept.var()), 0.0)
    gain = (np.sqrt(shared**2 + power * missing) - shared) / power
    blended: Image = (kept + gain * added).astype(np.float32)
    return blended


def _painted(request: PaintRequest, screen: Screen, assets: Assets) -> Image:
    name = request.digest()
    if name not in assets:
        raise InputError(
            f"The image {name[:12]} ({request.prompt[:60]!r}) is not among the assets.",
            "Paint the stimulus' requests() first and pass the images as assets.",
        )
    painted = np.asarray(assets[name])
    if painted.shape == screen.shape or painted.dtype != np.uint8 or painted.ndim != 2:
        return _levels(painted[None], screen, f"image {name[:12]}")
    if painted.shape[0] < screen.height_px or painted.shape[1] < screen.width_px:
        raise InputError(
            f"The image {name[:12]} is {painted.shape}, smaller than the screen {screen.shape}.",
            "Paint it at least as large as the screen, in pixels.",
        )
    return _contrast(fitted(painted, screen.shape)[None], screen)


def _levels(frames: NDArray[np.uint8], screen: Screen, what: str) -> Image:
    """Signed contrast of grey levels (frame, y, x) that must fit the screen."""
    if frames.shape[1:] != screen.shape or frames.dtype != np.uint8:
        raise InputError(
            f"The {what} is {frames.dtype} {frames.shape[1:]}, the screen uint8 {screen.shape}.",
            "Give it the height and width of the screen, in pixels.",
        )
    return _contrast(frames, screen)


def _contrast(levels: NDArray[np.number[Any]], screen: Screen) -> Image:
    half_range = min(screen.grey, 255 - screen.grey)
    image: Image = np.clip((levels.astype(np.float32) - screen.grey) / half_range, -1, 1)
    return image
