"""Images that are not computed from parameters: painted ones, photographs, and what is
made of them (phase-scrambled, centre and surround of different photographs).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.errors import InputError
from v1vlm.records import rng_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, PaintRequest, Stimulus, StimulusFamily
from v1vlm.stimuli.drawing import Canvas, Image, canvas, soft
from v1vlm.stimuli.gratings import Fraction
from v1vlm.stimuli.screen import Screen

PhotographName = Literal[
    "astronaut",
    "brick",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "moon",
    "motorcycle_left",
    "rocket",
]

PHOTOGRAPHS: tuple[PhotographName, ...] = get_args(PhotographName)
"""Photographs inside the installed scikit-image (`skimage.data`, where their sources are)."""

EXPLORED: tuple[PhotographName, ...] = ("brick", "camera", "coins", "moon")
"""Photographs set apart for exploration by default."""

CONFIRMED = tuple(name for name in PHOTOGRAPHS if name not in EXPLORED)
"""Photographs to confirm with by default."""

FLAT_SD = 0.02
"""Crops whose SD is below this share of the range from black to white stay fainter than asked."""


class Painted(Stimulus):
    """An image painted by a text-to-image generator; it fills the screen and cannot be moved."""

    kind: Literal["painted"] = "painted"
    description: ClassVar[str] = "image painted from a description"
    citation: ClassVar[str] = "V1VLM (Onken lab)"

    request: PaintRequest

    def requests(self) -> tuple[PaintRequest, ...]:
        """The image itself."""
        return (self.request,)

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Painted:  # noqa: ARG002
        """The image where it was: what it shows is composed for the whole screen."""
        return self

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (1, y, x) of the painted grey levels.

        Raises
        ------
        InputError
            If the image has not been painted, or not for this screen.
        """
        name = self.request.digest()
        if name not in assets:
            raise InputError(
                f"The image {name[:12]} ({self.request.prompt[:60]!r}) is not among the assets.",
                "Paint the stimulus' requests() first and pass the images as assets.",
            )
        painted = assets[name]
        if painted.shape != screen.shape or painted.dtype != np.uint8:
            raise InputError(
                f"The image {name[:12]} is {painted.dtype} {painted.shape}, "
                f"the screen uint8 {screen.shape}.",
                "Set height_px and width_px of the request to those of the screen.",
            )
        half_range = min(screen.grey, 255 - screen.grey)
        image: Image = np.clip((painted.astype(np.float32) - screen.grey) / half_range, -1, 1)
        return image[None]


class Photograph(Stimulus):
    """A crop of a photograph, in grey, that fills the screen and cannot be moved.

    The crop has the aspect of the screen and `crop_fraction` of the size of the largest such
    crop; `row` and `column` place it between the edges of the photograph (0 to 1). It is
    averaged over the area of each pixel and scaled to mean grey and an RMS contrast of `rms`;
    the few pixels beyond black and white are clipped.
    """

    kind: Literal["photograph"] = "photograph"
    description: ClassVar[str] = "crop of a photograph"
    citation: ClassVar[str] = "van der Walt et al. 2014 (scikit-image)"

    name: PhotographName
    row: Fraction = 0.5
    column: Fraction = 0.5
    crop_fraction: float = Field(0.6, ge=0.2, le=1)
    flip: bool = False
    rms: float = Field(0.25, gt=0, le=1)

    @property
    def source(self) -> str | None:
        """Name of the photograph."""
        return self.name

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Photograph:  # noqa: ARG002
        """The crop where it was: `row` and `column` place it."""
        return self

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:  # noqa: ARG002
        """Signed contrast (1, y, x)."""
        crop = _crop(self.name, self.row, self.column, self.crop_fraction, screen.shape)
        crop = crop[:, ::-1] if self.flip else crop
        scaled = (crop - crop.mean()) * (self.rms / max(float(crop.std()), FLAT_SD))
        image: Image = np.clip(scaled, -1, 1).astype(np.float32)[None]
        return image


class PhotoSurround(Stimulus):
    """A disc of one photograph at the centre, in the surround of the same or of another one.

    With `centre` and `surround` equal and no gap this is the photograph itself; the border is
    blended over `blend_deg`, and a gap of grey can part the two in both members of a pair.
    """

    kind: Literal["photo_surround"] = "photo_surround"
    description: ClassVar[str] = "patch of a photograph in its own or in a foreign surround"
    citation: ClassVar[str] = "Coen-Cagli, Kohn & Schwartz 2015"

    centre: Photograph
    surround: Photograph
    centre_diameter_deg: float = Field(30.0, gt=0, le=120)
    gap_deg: float = Field(0.0, ge=0, le=30)
    blend_deg: float = Field(4.0, ge=1, le=30)

    @property
    def source(self) -> str | None:
        """Name of the photograph at the centre."""
        return self.centre.name

    def scales(self) -> dict[str, float]:
        """Gap and radius of the patch."""
        gap = {"gap_deg": self.gap_deg} if self.gap_deg else {}
        return {"reach_deg": self.centre_diameter_deg / 2, **gap}

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (1, y, x)."""
        sheet = canvas(screen, self.azimuth_deg, self.elevation_deg)
        inside = self._share(sheet, self.centre_diameter_deg)
        outside = 1 - self._share(sheet, self.centre_diameter_deg + 2 * self.gap_deg)
        centre = self.centre.contrast_image(screen, assets)
        around = self.surround.contrast_image(screen, assets)
        blended: Image = inside * centre + outside * around
        return blended

    def _share(self, sheet: Canvas, diameter_deg: float) -> Image:
        radius = np.sqrt(sheet.u**2 + sheet.v**2)
        return sheet.pool(
            soft((np.float32(diameter_deg / 2) - radius) / np.float32(self.blend_deg))
        )


class Photographs(StimulusFamily):
    """Random crops of photographs, some set apart for exploration.

    Attributes
    ----------
    names, explore_names : tuple of str
        Photographs to confirm and to explore with; they must not overlap.
    exploring : bool
        Which of the two are drawn.
    surround : {"none", "own", "other"}
        The crop as it is, or its central patch in its own or in another photograph's surround
        (`PhotoSurround`); the patch is the same for equal seeds.
    """

    kind: Literal["photographs"] = "photographs"
    names: Annotated[tuple[PhotographName, ...], Field(min_length=1)] = CONFIRMED
    explore_names: Annotated[tuple[PhotographName, ...], Field(min_length=1)] = EXPLORED
    exploring: bool = False
    crop_fraction: float = Field(0.6, ge=0.2, le=1)
    rms: float = Field(0.25, gt=0, le=1)
    surround: Literal["none", "own", "other"] = "none"
    centre_diameter_deg: float = Field(30.0, gt=0, le=120)
    gap_deg: float = Field(0.0, ge=0, le=30)

    @model_validator(mode="after")
    def _set_apart(self) -> Photographs:
        shared = sorted(set(self.names) & set(self.explore_names))
        if shared:
            raise ValueError(f"{shared[0]!r} is both explored and confirmed with")
        if self.surround == "other" and min(len(self.names), len(self.explore_names)) < 2:
            raise ValueError("the surround of another photograph needs two names of each sort")
        return self

    def explored(self) -> Photographs:
        """The same family on the photographs set apart for exploration."""
        return self.model_copy(update={"exploring": True})

    def draw(self, seed: int) -> Stimulus:
        """One crop or patch; families of the same names agree in it for one seed."""
        names = self.explore_names if self.exploring else self.names
        first = int(rng_of(seed, "photograph").integers(len(names)))
        centre = self._crop_of(names[first], seed, "crop")
        if self.surround == "none":
            return centre
        surround = centre
        if self.surround == "other":
            step = 1 + int(rng_of(seed, "other photograph").integers(len(names) - 1))
            surround = self._crop_of(names[(first + step) % len(names)], seed, "other crop")
        return PhotoSurround(
            centre=centre,
            surround=surround,
            centre_diameter_deg=self.centre_diameter_deg,
            gap_deg=self.gap_deg,
        )

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        names = self.explore_names if self.exploring else self.names
        what = {"none": "", "own": ", patch in its own surround", "other": ", foreign surround"}
        return f"crops of photographs ({', '.join(names)}){what[self.surround]}"

    def _crop_of(self, name: PhotographName, seed: int, part: str) -> Photograph:
        return Photograph(
            name=name,
            row=float(rng_of(seed, part, "row").uniform()),
            column=float(rng_of(seed, part, "column").uniform()),
            flip=bool(rng_of(seed, part, "flip").integers(2)),
            crop_fraction=self.crop_fraction,
            rms=self.rms,
        )


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


@lru_cache(maxsize=512)
def _crop(
    name: str, row: float, column: float, fraction: float, shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Crop (y, x), 0 black to 1 white, averaged exactly over the area of each pixel."""
    total = _summed(name)
    size = np.array(total.shape) - 1
    scale = fraction * min(size / shape)
    edges = []
    for place, full, n in zip((row, column), size, shape, strict=True):
        start = place * (full - n * scale)
        edges.append(np.minimum(start + scale * np.arange(n + 1), full))
    corners = _between(_between(total, edges[0]).T, edges[1]).T
    crop: NDArray[np.float64] = np.diff(np.diff(corners, axis=0), axis=1) / scale**2
    crop.flags.writeable = False
    return crop


def _between(table: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of a table at fractional positions."""
    low = np.minimum(at.astype(int), len(table) - 2)
    part = (at - low)[:, None]
    rows: NDArray[np.float64] = (1 - part) * table[low] + part * table[low + 1]
    return rows


@lru_cache(maxsize=len(PHOTOGRAPHS))
def _summed(name: str) -> NDArray[np.float64]:
    """Grey levels summed over the rectangle above and left of every corner of a pixel."""
    import skimage
    from skimage.color import rgb2gray
    from skimage.io import imread

    # Read from the package itself: the functions of skimage.data may download.
    folder = Path(skimage.__file__).parent / "data"
    found = sorted(folder.glob(f"{name}.*"))
    if not found:
        raise InputError(
            f"This scikit-image has no photograph {name!r} in {folder}.",
            "Install the scikit-image wheel from PyPI again.",
        )
    picture = imread(found[0]) / 255.0
    grey = rgb2gray(picture) if picture.ndim == 3 else picture
    total: NDArray[np.float64] = np.pad(grey, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    return total
