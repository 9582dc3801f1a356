"""Photographs: crops, clips, and patches in their own or in a foreign surround."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.errors import InputError
from v1vlm.records import rng_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, Stimulus, StimulusFamily
from v1vlm.stimuli.crops import crop, picture_of, window
from v1vlm.stimuli.drawing import Canvas, Image, canvas, soft
from v1vlm.stimuli.files import AssetName
from v1vlm.stimuli.gratings import Duration, Fraction
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

Source = PhotographName | AssetName
"""A packaged photograph by name, or one of the user's by the digest of its pixels."""

PHOTOGRAPHS: tuple[PhotographName, ...] = get_args(PhotographName)
"""Photographs inside the installed scikit-image (`skimage.data`, where their sources are)."""

EXPLORED: tuple[PhotographName, ...] = ("brick", "camera", "coins", "moon")
"""Photographs set apart for exploration by default."""

CONFIRMED = tuple(name for name in PHOTOGRAPHS if name not in EXPLORED)
"""Photographs to confirm with by default."""

FLAT_SD = 0.02
"""Crops whose SD is below this share of the range from black to white stay fainter than asked."""


class _Cropped(Stimulus):
    """What still and moving crops of a photograph share."""

    name: Source
    row: Fraction = 0.5
    column: Fraction = 0.5
    crop_fraction: float = Field(0.6, ge=0.2, le=1)
    flip: bool = False
    rms: float = Field(0.25, gt=0, le=1)
    polarity: Literal[1, -1] = 1

    @property
    def source(self) -> str | None:
        """Name of the photograph."""
        return self.name

    def needs(self) -> tuple[str, ...]:
        """The photograph, if it is not a packaged one."""
        return () if self.name in PHOTOGRAPHS else (self.name,)

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Stimulus:  # noqa: ARG002
        """The crop where it was: `row` and `column` place it."""
        return self

    def _scaled(self, crops: NDArray[np.float64]) -> Image:
        """Crops (frame, y, x) about mean grey at the contrast asked for."""
        crops = crops[..., ::-1] if self.flip else crops
        gain = self.polarity * self.rms / max(float(crops.std()), FLAT_SD)
        scaled = gain * (crops - crops.mean())
        image: Image = np.clip(scaled, -1, 1).astype(np.float32)
        return image


class Photograph(_Cropped):
    """A crop of a photograph, in grey, that fills the screen and cannot be moved.

    The crop has the aspect of the screen and `crop_fraction` of the size of the largest such
    crop; `row` and `column` place it between the edges of the photograph (0 to 1). It is
    averaged over the area of each pixel and scaled to mean grey and an RMS contrast of `rms`;
    the few pixels beyond black and white are clipped. Polarity −1 is the negative.
    """

    kind: Literal["photograph"] = "photograph"
    description: ClassVar[str] = "crop of a photograph"
    citation: ClassVar[str] = "van der Walt et al. 2014 (scikit-image)"

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (1, y, x)."""
        picture = picture_of(self.name, assets)
        return self._scaled(
            crop(picture, self.row, self.column, self.crop_fraction, screen.shape)[None]
        )


class PhotoClip(_Cropped):
    """A movie made by moving a window smoothly over one photograph.

    It is no recording of a moving scene: nothing moves against anything else. The velocity of
    the window is a sum of sinusoids between 0.1 and 3 Hz with random directions and phases,
    drawn by seed, and amplitudes that fall as 1 / frequency, so that slow shifts prevail;
    its RMS is `speed_deg_per_s` at the centre of the screen, left out where the window turns
    back at an edge of the photograph. Its size varies in the same way by up to `zoom_octaves`.
    The path is a function of time, of which `start_s` is the first frame: a later start
    continues the same clip. Place, contrast and flip are those of `Photograph`, over the
    whole clip.
    """

    kind: Literal["photo_clip"] = "photo_clip"
    description: ClassVar[str] = "movie made by moving a window over a photograph"
    citation: ClassVar[str] = "Dong & Atick 1995; photographs: van der Walt et al. 2014"

    speed_deg_per_s: float = Field(15.0, ge=0, le=120)
    zoom_octaves: float = Field(0.0, ge=0, le=1)
    start_s: float = Field(0.0, ge=-20, le=20)
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (frame, y, x)."""
        picture = picture_of(self.name, assets)
        time_s = self.start_s + np.arange(screen.frames(self.duration_s)) / screen.frame_rate_hz
        size = np.array(picture.table.shape) - 1
        largest = float(min(size / screen.shape))
        scales = largest * self._fractions(time_s)
        shift = self._shift_deg(time_s) / screen.degrees_per_pixel() * largest * self.crop_fraction
        frames = [
            window(
                picture, _folded(place, size - scale * np.array(screen.shape)), scale, screen.shape
            )
            for place, scale in zip(self._starts(screen, size, scales) + shift, scales, strict=True)
        ]
        return self._scaled(np.stack(frames))

    def _fractions(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Crop fraction over time, 1 at most."""
        zoom = _sinusoids(rng_of(self.seed, "zoom"), 1)
        wave = zoom(time_s)[:, 0] / np.abs(zoom(np.linspace(-20, 30, 1001))).max()
        fractions: NDArray[np.float64] = self.crop_fraction * 2 ** (self.zoom_octaves * wave)
        return np.minimum(fractions, 1.0)

    def _shift_deg(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Displacement (frame, 2) of the window, downwards and rightwards."""
        return self.speed_deg_per_s * _sinusoids(rng_of(self.seed, "path"), 2)(time_s)

    def _starts(
        self, screen: Screen, size: NDArray[np.intp], scales: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Upper left corners (frame, 2) without the displacement: zooming keeps the middle."""
        shape = np.array(screen.shape)
        still = self.crop_fraction * float(min(size / shape)) * shape
        middle = np.array([self.row, self.column]) * (size - still) + still / 2
        starts: NDArray[np.float64] = middle - scales[:, None] * shape / 2
        return starts


class PhotoSurround(Stimulus):
    """A disc of one photograph at the centre, in the surround of the same or of another one.

    Either is a crop (`Photograph`), a clip (`PhotoClip`) or another stimulus cut from a
    photograph; a surround that starts earlier in the same clip lags behind. With `centre` and
    `surround` equal and no gap this is the photograph itself; the border is blended over
    `blend_deg`, and a gap of grey can part the two in both members of a pair.
    """

    kind: Literal["photo_surround"] = "photo_surround"
    description: ClassVar[str] = "patch of a photograph in its own or in a foreign surround"
    citation: ClassVar[str] = "Coen-Cagli, Kohn & Schwartz 2015"

    centre: Stimulus
    surround: Stimulus
    centre_diameter_deg: float = Field(30.0, gt=0, le=120)
    gap_deg: float = Field(0.0, ge=0, le=30)
    blend_deg: float = Field(4.0, ge=1, le=30)

    @model_validator(mode="after")
    def _natural(self) -> PhotoSurround:
        for part in (self.centre, self.surround):
            if part.source is None:
                raise ValueError(f"{part.to_json()['kind']} is not cut from a photograph")
        return self

    @property
    def source(self) -> str | None:
        """Name of the photograph at the centre."""
        return self.centre.source

    def scales(self) -> dict[str, float]:
        """Gap and radius of the patch."""
        gap = {"gap_deg": self.gap_deg} if self.gap_deg else {}
        return {"reach_deg": self.centre_diameter_deg / 2, **gap}

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (frame, y, x).

        Raises
        ------
        InputError
            If centre and surround are clips of unequal length.
        """
        sheet = canvas(screen, self.azimuth_deg, self.elevation_deg)
        inside = self._share(sheet, self.centre_diameter_deg)
        outside = 1 - self._share(sheet, self.centre_diameter_deg + 2 * self.gap_deg)
        centre = self.centre.contrast_image(screen, assets)
        around = self.surround.contrast_image(screen, assets)
        if len(centre) != len(around) and 1 not in (len(centre), len(around)):
            raise InputError(
                f"Centre and surround last {len(centre)} and {len(around)} frames.",
                "Give both clips one duration.",
            )
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
    clip_s : float or None
        Duration of clips (`PhotoClip`); still crops without.
    surround_delay_s : float
        How far the own surround of a clip lags behind its centre.
    """

    kind: Literal["photographs"] = "photographs"
    names: Annotated[tuple[Source, ...], Field(min_length=1)] = CONFIRMED
    explore_names: Annotated[tuple[Source, ...], Field(min_length=1)] = EXPLORED
    exploring: bool = False
    crop_fraction: float = Field(0.6, ge=0.2, le=1)
    rms: float = Field(0.25, gt=0, le=1)
    polarity: Literal[1, -1] = 1
    surround: Literal["none", "own", "other"] = "none"
    centre_diameter_deg: float = Field(30.0, gt=0, le=120)
    gap_deg: float = Field(0.0, ge=0, le=30)
    clip_s: float | None = Field(None, gt=0, le=10)
    speed_deg_per_s: float = Field(15.0, ge=0, le=120)
    zoom_octaves: float = Field(0.0, ge=0, le=1)
    surround_delay_s: float = Field(0.0, ge=0, le=10)

    @classmethod
    def of_assets(cls, names: Iterable[str], **options: Any) -> Photographs:
        """The family of the user's photographs, every third one set apart for exploration.

        Parameters
        ----------
        names : iterable of str
            Asset names (`read_photographs`); their order does not matter.
        **options
            Other parameters of the family.

        Raises
        ------
        InputError
            If there are fewer than five: two would be needed to explore and three to confirm.
        """
        every = sorted(set(names))
        if len(every) < 5:
            raise InputError(f"There are {len(every)} photographs.", "Give five or more.")
        apart = tuple(every[1::3])
        kept = tuple(name for name in every if name not in apart)
        return cls(names=kept, explore_names=apart, **options)

    @model_validator(mode="after")
    def _set_apart(self) -> Photographs:
        shared = sorted(set(self.names) & set(self.explore_names))
        if shared:
            raise ValueError(f"{shared[0]!r} is both explored and confirmed with")
        if self.surround == "other" and min(len(self.names), len(self.explore_names)) < 2:
            raise ValueError("the surround of another photograph needs two names of each sort")
        if self.surround_delay_s and (self.surround != "own" or self.clip_s is None):
            raise ValueError("surround_delay_s needs clips (clip_s) in their own surround")
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
        surround: Stimulus = centre
        if isinstance(centre, PhotoClip) and self.surround_delay_s:
            surround = centre.model_copy(update={"start_s": -self.surround_delay_s})
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
        negative = "negatives of " if self.polarity < 0 else ""
        kind = "crops" if self.clip_s is None else f"clips of {self.clip_s:g} s made"
        lag = f" {self.surround_delay_s:g} s late" if self.surround_delay_s else ""
        listed = ", ".join(name if name in PHOTOGRAPHS else name[:12] for name in names)
        return f"{negative}{kind} of photographs ({listed}){what[self.surround]}{lag}"

    def _crop_of(self, name: str, seed: int, part: str) -> Photograph | PhotoClip:
        shared: dict[str, Any] = {
            "name": name,
            "row": float(rng_of(seed, part, "row").uniform()),
            "column": float(rng_of(seed, part, "column").uniform()),
            "flip": bool(rng_of(seed, part, "flip").integers(2)),
            "crop_fraction": self.crop_fraction,
            "rms": self.rms,
            "polarity": self.polarity,
        }
        if self.clip_s is None:
            return Photograph(**shared)
        return PhotoClip(
            **shared,
            speed_deg_per_s=self.speed_deg_per_s,
            zoom_octaves=self.zoom_octaves,
            duration_s=self.clip_s,
            seed=int(rng_of(seed, part, "path").integers(2**32)),
        )


def _sinusoids(
    rng: np.random.Generator, n: int
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A smooth random path (time, n) from 0 at time 0, with an RMS speed of 1 per second."""
    frequencies = np.geomspace(0.1, 3, 8)
    weights = rng.normal(size=(8, n)) / frequencies[:, None]
    weights *= np.sqrt(2 / (weights**2).sum())
    phases = rng.uniform(0, 2 * np.pi, (8, n))
    turns = 2 * np.pi * frequencies[:, None]

    def path(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        angle = turns * np.asarray(time_s, float)[:, None, None] + phases
        moved: NDArray[np.float64] = (weights / turns * (np.sin(angle) - np.sin(phases))).sum(
            axis=1
        )
        return moved

    return path


def _folded(place: NDArray[np.float64], room: NDArray[np.float64]) -> NDArray[np.float64]:
    """A place reflected at 0 and at the end of the room until it lies between them."""
    room = np.maximum(room, 0.0)
    turns = np.mod(place, np.maximum(2 * room, 1e-9))
    folded: NDArray[np.float64] = np.clip(np.where(turns > room, 2 * room - turns, turns), 0, room)
    return folded
