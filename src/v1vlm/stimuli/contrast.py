"""Contrasts: families that differ in one factor, drawn, rendered and matched together.

One draw of a contrast is the unit of replication of every claim.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from v1vlm.errors import ProposalError
from v1vlm.records import Record, rng_of
from v1vlm.stimuli.base import (
    NO_ASSETS,
    Assets,
    PaintRequest,
    Stimulus,
    StimulusFamily,
    quantise,
)
from v1vlm.stimuli.matching import Float, Matching, match, residuals
from v1vlm.stimuli.prompted import painted_in
from v1vlm.stimuli.screen import Screen


class Draw(Record):
    """One draw of a contrast: its stimuli, in order, at one place.

    Attributes
    ----------
    orientation_deg : float or None
        Orientation shown to the receptive field in *every* member; None where there is none.
    source : str or None
        Photographs or other natural sources of the members; None if all are parametric.
    """

    seed: int
    azimuth_deg: float
    elevation_deg: float
    orientation_deg: float | None
    source: str | None
    stimuli: tuple[Stimulus, ...]

    @cached_property
    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Azimuth and elevation of the junctions, gaps or edges of *any* member, sorted."""
        return tuple(sorted({place for s in self.stimuli for place in s.features_deg()}))


class Contrast(Record):
    """Two families (a pair) or k ordered ones (a series) that differ in one factor.

    Attributes
    ----------
    families : tuple of StimulusFamily
        For a pair (a, b) the measures compare a with b.
    factor : str
        What differs, in words.
    levels : tuple of str
        The factor's value in each family, in order.
    placement : {"population", "screen"}
        Centre drawn from the receptive-field centres of the tested neurons, or the screen's.
    duration_s : float
        How long static members are shown; movies last as long as they last.
    """

    families: tuple[StimulusFamily, ...] = Field(min_length=2)
    factor: str = Field(min_length=1, max_length=200)
    levels: tuple[str, ...]
    matching: Matching = Matching()
    placement: Literal["population", "screen"] = "population"
    duration_s: float = Field(1.0, gt=0, le=10)

    @model_validator(mode="after")
    def _levels_fit(self) -> Contrast:
        if len(self.levels) != len(self.families):
            raise ValueError(f"{len(self.families)} families need as many levels")
        if len(set(self.levels)) != len(self.levels):
            raise ValueError("levels must differ")
        counts = {len(family.wordings) for family in painted_in(self.families)}
        if len(counts) > 1:
            raise ValueError(
                f"the members have {' and '.join(map(str, sorted(counts)))} wordings; give them "
                "equally many, so that a draw has the same number in all"
            )
        return self

    @property
    def wordings(self) -> int:
        """How many wordings its painted members have each; 0 where nothing is painted."""
        return max((len(family.wordings) for family in painted_in(self.families)), default=0)

    def window(self, draw: Draw, screen: Screen) -> Float:
        """Gaussian window (y, x) at the place of a draw, weights that sum to one."""
        u, v = screen.local_deg(draw.azimuth_deg, draw.elevation_deg)
        window = np.exp(-(u**2 + v**2) / (2 * self.matching.window_sd_deg**2))
        weights: Float = window / window.sum()
        return weights

    def explored(self) -> Contrast:
        """The same contrast with the sources set apart for exploration."""
        return self.model_copy(update={"families": tuple(f.explored() for f in self.families)})

    def draw(self, seed: int, centres: Float | None = None) -> Draw:
        """Draw all members with shared parameters and one place.

        Parameters
        ----------
        seed : int
        centres : array (n, 2), optional
            Azimuth and elevation (deg) of the places to choose from; the centre of the screen
            without, or where placement is "screen".
        """
        azimuth, elevation = 0.0, 0.0
        if self.placement == "population" and centres is not None and len(centres):
            chosen = centres[int(rng_of(seed, "centre").integers(len(centres)))]
            azimuth, elevation = float(chosen[0]), float(chosen[1])
        stimuli = tuple(family.draw(seed).moved(azimuth, elevation) for family in self.families)
        orientations = [stimulus.rf_orientation_deg for stimulus in stimuli]
        sources = sorted({s.source for s in stimuli if s.source is not None})
        return Draw(
            seed=seed,
            azimuth_deg=azimuth,
            elevation_deg=elevation,
            orientation_deg=_shared_orientation(orientations),
            source=" + ".join(sources) or None,
            stimuli=stimuli,
        )

    def requests(self) -> tuple[PaintRequest, ...]:
        """Images that one draw of it needs painted; none for parametric families."""
        return tuple(r for stimulus in self.draw(0).stimuli for r in stimulus.requests())

    def render(
        self, draw: Draw, screen: Screen, assets: Assets = NO_ASSETS
    ) -> tuple[NDArray[np.uint8], dict[str, float]]:
        """Render the members of a draw and match them together.

        Returns
        -------
        frames : uint8 array (condition, frame, y, x)
            One frame if all members are static.
        residuals : dict
            What still differs after matching and quantisation (see `residuals`).

        Raises
        ------
        ProposalError
            If a member is blank, so that nothing can be matched to it.
        """
        images: list[Float] = [s.contrast_image(screen, assets) for s in draw.stimuli]
        n_frames = max(len(image) for image in images)
        if any(len(image) not in (1, n_frames) for image in images):
            raise ProposalError(
                f"Members last {sorted({len(i) for i in images})} frames.",
                "Give the families of a contrast one duration.",
            )
        window = self.window(draw, screen)
        sign = self._polarity(draw.seed)
        images = [sign * np.asarray(image, np.float64) for image in images]
        matched = match(images, self.matching, window)
        frames = np.empty((len(images), n_frames, *screen.shape), np.uint8)
        for condition, image in zip(frames, matched, strict=True):
            condition[:] = quantise(image, screen)
        return frames, residuals(frames, screen, window)

    def _polarity(self, seed: int) -> int:
        """Sign that every member of a draw is multiplied by."""
        if not self.matching.balance_polarity:
            return 1
        return int(rng_of(seed, "polarity of the draw").choice([-1, 1]))


def _shared_orientation(orientations: list[float | None]) -> float | None:
    first = orientations[0]
    if first is None or any(o is None or _apart(o, first) > 1e-6 for o in orientations):
        return None
    return first % 180.0


def _apart(one_deg: float, other_deg: float) -> float:
    return abs((one_deg - other_deg + 90.0) % 180.0 - 90.0)
