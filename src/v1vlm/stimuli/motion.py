"""Things that move: random dots, bars, discs that come and go, and full-field chirps.

Directions are those of the recordings: 0° leftward, 45° down and left, 90° down, 180° right,
270° up (Turishcheva et al. 2023). What has an orientation moves in the direction
orientation + 90°, as gratings do.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.drawing import EDGE_DEG, Canvas, Drawn, Image, Index, circle, heading, soft
from v1vlm.stimuli.gratings import (
    Diameter,
    Duration,
    Fraction,
    Offset,
    Orientation,
    TemporalFrequency,
)
from v1vlm.stimuli.screen import Screen

Points = NDArray[np.float64]


def towards(direction_deg: ArrayLike) -> Points:
    """Unit vectors (..., 2), rightwards and upwards, of the directions of the recordings."""
    return -heading(direction_deg)


class RandomDots(Drawn):
    """Dots of which a share moves in one direction, and the others each in one of their own.

    Dots lie anywhere in a disc of radius `field_deg`; those that leave it come back from the
    other side. A dot that has lived for `lifetime_s` is replaced at a random place. The first
    dots of one seed are the same whatever the density, and start at the same places whatever
    the coherence and the direction. Polarity 0 makes every other dot dark.

    With a `figure_diameter_deg`, dots inside a disc about the centre move in `direction_deg`
    and those outside in a direction turned by `ground_offset_deg`: a figure that is defined by
    motion alone. The first frame does not show it (no dot is cut at its border), and dots
    within the figure are the same whatever the ground does.
    """

    kind: Literal["random_dots"] = "random_dots"
    description: ClassVar[str] = "moving random dots"
    citation: ClassVar[str] = "Newsome & Paré 1988; Stirman et al. 2016; figure: Lamme 1995"

    direction_deg: Orientation = 0.0
    speed_deg_per_s: float = Field(30.0, ge=0, le=200)
    coherence: Fraction = 1.0
    lifetime_s: Duration | None = None
    density_per_square_deg: float = Field(0.005, gt=0, le=0.05)
    dot_diameter_deg: float = Field(6.0, gt=0, le=30)
    field_deg: float = Field(60.0, gt=0, le=90)
    figure_diameter_deg: Diameter | None = None
    ground_offset_deg: Offset = 0.0
    polarity: Literal[1, 0, -1] = 0
    contrast: Fraction = 0.9
    duration_s: Duration = 1.0
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _dots_leave_room(self) -> RandomDots:
        if self.density_per_square_deg * np.pi / 4 * self.dot_diameter_deg**2 > 1:
            raise ValueError("dots of this density and dot_diameter_deg would cover the field")
        return self

    def scales(self) -> dict[str, float]:
        """Contrast, diameter of the dots, frequency of dots and gaps of that size, reach."""
        return {
            "contrast": self.contrast,
            "stroke_deg": self.dot_diameter_deg,
            "temporal_frequency_hz": self.speed_deg_per_s / (2 * self.dot_diameter_deg),
            "reach_deg": (self.figure_diameter_deg or 2 * self.field_deg) / 2,
        }

    def places(self, screen: Screen) -> tuple[Points, NDArray[np.bool_]]:
        """Where the dots are, and which are shown.

        Returns
        -------
        places : array (frame, dot, 2)
            Degrees rightwards and upwards of the centre.
        shown : bool array (frame, dot)
            False outside the field; with a figure, every dot is there twice, once as a part of
            the figure and once as a part of the ground.
        """
        moving = self.speed_deg_per_s or self.lifetime_s
        n_frames = screen.frames(self.duration_s) if moving else 1
        figure = self._paths(screen, n_frames, 0.0)
        if self.figure_diameter_deg is None or not self.ground_offset_deg:
            return figure, self._within(figure, self.field_deg)
        ground = self._paths(screen, n_frames, self.ground_offset_deg)
        radius = self.figure_diameter_deg / 2
        inside = self._within(figure, min(radius, self.field_deg))
        outside = self._within(ground, self.field_deg) & ~self._within(ground, radius)
        return np.concatenate([figure, ground], axis=1), np.concatenate([inside, outside], axis=1)

    def _features(self) -> Points:
        """Points along the border of a figure that moves against its ground."""
        apart = self.figure_diameter_deg is not None and self.ground_offset_deg
        return circle(self.figure_diameter_deg or 0.0) if apart else np.zeros((0, 2))

    def _drawn(self, sheet: Canvas) -> Image:
        places, shown = self.places(sheet.screen)
        frame, dot = np.nonzero(shown)
        sign = np.where(dot % self._n_dots() % 2, -1, 1) if self.polarity == 0 else self.polarity
        radius = np.float32(self.dot_diameter_deg / 2)
        weight = np.broadcast_to(np.asarray(sign, np.float32), dot.shape)

        def disc(du: Image, dv: Image, element: Index) -> Image:
            values: Image = weight[element] * soft(radius - np.sqrt(du * du + dv * dv))
            return values

        reach = self.dot_diameter_deg / 2 + EDGE_DEG / 2
        ink = sheet.movie(places[frame, dot], frame, len(places), reach, disc)
        image: Image = np.clip(np.float32(self.contrast) * ink, -1, 1)
        return image

    def _n_dots(self) -> int:
        return max(1, round(self.density_per_square_deg * (2 * self.field_deg) ** 2))

    @staticmethod
    def _within(places: Points, radius_deg: float) -> NDArray[np.bool_]:
        within: NDArray[np.bool_] = (places**2).sum(axis=2) < radius_deg**2
        return within

    def _paths(self, screen: Screen, n_frames: int, turn_deg: float) -> Points:
        """Places (frame, dot, 2) of dots that wander over a square without borders."""
        n, rate = self._n_dots(), screen.frame_rate_hz
        life = n_frames if self.lifetime_s is None else screen.frames(self.lifetime_s)
        n_lives = -(-n_frames // life) + 1
        start = rng_of(self.seed, "starts").uniform(-1, 1, (n, n_lives, 2)) * self.field_deg
        stagger = rng_of(self.seed, "births").uniform(0, life, n).astype(int)
        stagger *= self.lifetime_s is not None
        loose = rng_of(self.seed, "directions").uniform(0, 360, (n, n_lives))
        rank = rng_of(self.seed, "coherence").uniform(size=n).argsort().argsort()
        signal = rank < round(self.coherence * n)
        direction = np.where(signal[:, None], self.direction_deg + turn_deg, loose)
        lived, age = np.divmod(np.arange(n_frames)[:, None] + stagger, life)
        dot = np.arange(n)
        # A dot's first life starts at the first frame, wherever in it that falls.
        age = np.where(lived == 0, np.arange(n_frames)[:, None], age)
        step = self.speed_deg_per_s / rate * age[..., None] * towards(direction[dot, lived])
        side = 2 * self.field_deg
        paths: Points = (start[dot, lived] + step + self.field_deg) % side - self.field_deg
        return paths


class Bar(Drawn):
    """A bar, still at the centre or moving across it.

    It lies along `orientation_deg` and moves at right angles to itself, in the direction
    orientation + 90°; it crosses the centre in the middle of the movie. Without a length it
    spans the screen.
    """

    kind: Literal["bar"] = "bar"
    description: ClassVar[str] = "bar, still or moving"
    citation: ClassVar[str] = "Hubel & Wiesel 1962; Niell & Stryker 2008"

    orientation_deg: Orientation = 90.0
    speed_deg_per_s: float = Field(0.0, ge=0, le=200)
    width_deg: float = Field(8.0, gt=0, le=60)
    length_deg: Diameter | None = None
    polarity: Literal[1, -1] = 1
    contrast: Fraction = 0.9
    duration_s: Duration = 1.0

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the bar."""
        return self.orientation_deg % 180.0

    def scales(self) -> dict[str, float]:
        """Contrast, width, length and how fast dark and bright would alternate."""
        size = {} if self.length_deg is None else {"reach_deg": self.length_deg / 2}
        return {
            "contrast": self.contrast,
            "stroke_deg": min(self.width_deg, self.length_deg or np.inf),
            "temporal_frequency_hz": self.speed_deg_per_s / (2 * self.width_deg),
            **size,
        }

    def _drawn(self, sheet: Canvas) -> Image:
        axis = heading(self.orientation_deg).astype(np.float32)
        motion = towards(self.orientation_deg + 90).astype(np.float32)
        across = motion[0] * sheet.u + motion[1] * sheet.v
        ends: Image = np.ones_like(across)
        if self.length_deg is not None:
            along = axis[0] * sheet.u + axis[1] * sheet.v
            ends = soft(np.float32(self.length_deg / 2) - np.abs(along))
        n_frames = sheet.screen.frames(self.duration_s) if self.speed_deg_per_s else 1
        time_s = (np.arange(n_frames) - (n_frames - 1) / 2) / sheet.screen.frame_rate_hz
        reached = (self.speed_deg_per_s * time_s).astype(np.float32)
        half = np.float32(self.width_deg / 2)
        ink = [sheet.pool(ends * soft(half - np.abs(across - place))) for place in reached]
        bar: Image = np.float32(self.polarity * self.contrast) * np.stack(ink)
        return bar


class Looming(Drawn):
    """The disc of an object that approaches at constant speed, or the same frames reversed.

    The disc of an object of radius l that comes at speed v, and is to collide after τ, spans
    2·atan(l / (v τ)); `size_over_speed_s` is l / v. It has grown to `end_diameter_deg` at the
    last frame. Dimming, the disc has its last size throughout and a contrast that gives the
    same light on the retina (as the solid angle grows), so that nothing expands.
    """

    kind: Literal["looming"] = "looming"
    description: ClassVar[str] = "disc of an approaching or receding object"
    citation: ClassVar[str] = "Gabbiani, Krapp & Laurent 1999; Yilmaz & Meister 2013"

    size_over_speed_s: float = Field(0.1, ge=0.005, le=2)
    end_diameter_deg: float = Field(60.0, gt=0, le=170)
    receding: bool = False
    dimming: bool = False
    polarity: Literal[1, -1] = -1
    contrast: Fraction = 0.9
    duration_s: Duration = 1.0

    def scales(self) -> dict[str, float]:
        """Contrast and the largest radius."""
        return {"contrast": self.contrast, "reach_deg": self.end_diameter_deg / 2}

    def diameters_deg(self, screen: Screen) -> Points:
        """Diameter of the disc at each frame (frame,), growing unless it recedes."""
        n_frames = screen.frames(self.duration_s)
        last_s = self.size_over_speed_s / np.tan(np.radians(self.end_diameter_deg / 2))
        left_s = last_s + np.arange(n_frames)[::-1] / screen.frame_rate_hz
        grown: Points = 2 * np.degrees(np.arctan(self.size_over_speed_s / left_s))
        return grown[::-1] if self.receding else grown

    def _drawn(self, sheet: Canvas) -> Image:
        diameters = self.diameters_deg(sheet.screen)
        if self.dimming:
            light = 1 - np.cos(np.radians(diameters / 2))
            share = (light / light.max()).astype(np.float32)[:, None, None]
            ink = share * sheet.pool(sheet.disc(self.end_diameter_deg))
        else:
            away = np.sqrt(sheet.u**2 + sheet.v**2)
            ink = np.stack([sheet.pool(soft(np.float32(d / 2) - away)) for d in diameters])
        disc: Image = np.float32(self.polarity * self.contrast) * ink
        return disc


class Chirp(Drawn):
    """A field that flickers sinusoidally with a frequency or a contrast that changes.

    Frequency and contrast both go linearly from the first value to the last; equal ones stay
    as they are. The field fills the screen or, with a diameter, a disc.
    """

    kind: Literal["chirp"] = "chirp"
    description: ClassVar[str] = "flickering field of rising frequency or contrast"
    citation: ClassVar[str] = "Baden et al. 2016"

    first_frequency_hz: TemporalFrequency = 0.5
    last_frequency_hz: TemporalFrequency = 8.0
    first_contrast: Fraction = 0.9
    last_contrast: Fraction = 0.9
    phase_deg: float = Field(0.0, ge=0, le=360)
    diameter_deg: Diameter | None = None
    duration_s: Duration = 8.0

    @model_validator(mode="after")
    def _flickers(self) -> Chirp:
        if not max(self.first_frequency_hz, self.last_frequency_hz):
            raise ValueError("one of first_frequency_hz and last_frequency_hz must exceed 0")
        return self

    def scales(self) -> dict[str, float]:
        """Highest frequency, highest contrast and the radius of a disc."""
        reach = {} if self.diameter_deg is None else {"reach_deg": self.diameter_deg / 2}
        return {
            "temporal_frequency_hz": max(self.first_frequency_hz, self.last_frequency_hz),
            "contrast": max(self.first_contrast, self.last_contrast),
            **reach,
        }

    def _drawn(self, sheet: Canvas) -> Image:
        time_s = np.arange(sheet.screen.frames(self.duration_s)) / sheet.screen.frame_rate_hz
        part = time_s / self.duration_s
        first, last = self.first_frequency_hz, self.last_frequency_hz
        # The integral of the frequency: at half of the time its mean so far is a quarter up.
        cycles = (first + (last - first) * part / 2) * time_s
        contrast = self.first_contrast + (self.last_contrast - self.first_contrast) * part
        level = contrast * np.sin(2 * np.pi * cycles + np.radians(self.phase_deg))
        window = np.ones(sheet.screen.shape, np.float32)
        if self.diameter_deg is not None:
            window = sheet.pool(sheet.disc(self.diameter_deg))
        field: Image = level.astype(np.float32)[:, None, None] * window
        return field
