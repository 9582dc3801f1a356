"""Movies in another order: reversed, frozen, shuffled or delayed versions of any stimulus."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.errors import InputError
from v1vlm.records import rng_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, PaintRequest, Stimulus, StimulusFamily
from v1vlm.stimuli.screen import Screen

Order = Literal["forward", "reversed", "frozen", "shuffled"]
Before = Literal["wrap", "hold", "grey"]
Delay = Annotated[float, Field(ge=0, le=10)]

_SAYS: dict[Order, str] = {
    "forward": "",
    "reversed": "reversed in time: ",
    "frozen": "first frame of: ",
    "shuffled": "frames in random order: ",
}


class Retimed(Stimulus):
    """The frames of another stimulus at other times.

    They are shown forward, reversed, in an order drawn by seed, or frozen at the first; and
    `delay_s` later, within the duration of the movie. What is seen before is the end of the
    movie ("wrap", so that every frame is still shown once), its first frame ("hold") or grey.
    Orientation, source and place are those of the stimulus it is made of: a control must
    select the same neurons.
    """

    kind: Literal["retimed"] = "retimed"
    description: ClassVar[str] = "another stimulus with its frames at other times"
    citation: ClassVar[str] = "Hasson et al. 2008"

    source_stimulus: Stimulus
    order: Order = "reversed"
    delay_s: Delay = 0.0
    before: Before = "wrap"
    seed: int = Field(0, ge=0)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the stimulus it is made of."""
        return self.source_stimulus.rf_orientation_deg

    @property
    def source(self) -> str | None:
        """Source of the stimulus it is made of."""
        return self.source_stimulus.source

    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Features of the stimulus it is made of."""
        return self.source_stimulus.features_deg()

    def scales(self) -> dict[str, float]:
        """Those of the stimulus it is made of; a frozen one has no temporal frequency."""
        still = ("temporal_frequency_hz",) if self.order == "frozen" else ()
        return {k: v for k, v in self.source_stimulus.scales().items() if k not in still}

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Retimed:
        """The same of the moved stimulus."""
        there = self.source_stimulus.moved(azimuth_deg, elevation_deg)
        return self.model_copy(update={"source_stimulus": there})

    def requests(self) -> tuple[PaintRequest, ...]:
        """Images the stimulus it is made of needs."""
        return self.source_stimulus.requests()

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> NDArray[np.float32]:
        """Signed contrast (frame, y, x).

        Raises
        ------
        InputError
            If the other stimulus is still, so that its frames have no order.
        """
        movie = self.source_stimulus.contrast_image(screen, assets)
        n_frames = len(movie)
        if n_frames == 1:
            kind = self.source_stimulus.to_json()["kind"]
            raise InputError(
                f"{kind} is still, so it has no {self.order} version.",
                "Give it a temporal frequency, a speed or a duration.",
            )
        later = round(self.delay_s * screen.frame_rate_hz)
        if self.order == "frozen" and not later:
            return movie[:1]
        shown = self._order(n_frames)[(np.arange(n_frames) - later) % n_frames]
        if self.before != "wrap":
            shown[:later] = self._order(n_frames)[0]
        frames = movie[shown]
        if self.before == "grey":
            frames[:later] = 0
        return frames

    def _order(self, n_frames: int) -> NDArray[np.intp]:
        if self.order == "frozen":
            return np.zeros(n_frames, np.intp)
        if self.order == "shuffled":
            return rng_of(self.seed, "order").permutation(n_frames)
        return np.arange(n_frames)[:: -1 if self.order == "reversed" else 1]


class Replayed(StimulusFamily):
    """The movies of another family with their frames at other times (`Retimed`).

    Equal seeds give the movie of the other family with that seed, so that the two are a pair.
    """

    kind: Literal["replayed"] = "replayed"
    source: StimulusFamily
    order: Order = "reversed"
    delay_s: Delay = 0.0
    before: Before = "wrap"

    def explored(self) -> Replayed:
        """The same of the family to explore with."""
        return self.model_copy(update={"source": self.source.explored()})

    def draw(self, seed: int) -> Stimulus:
        """The draw of the other family with the same seed, retimed."""
        return Retimed(
            source_stimulus=self.source.draw(seed),
            order=self.order,
            delay_s=self.delay_s,
            before=self.before,
            seed=int(rng_of(seed, "order").integers(2**32)) if self.order == "shuffled" else 0,
        )

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        late = f"{self.delay_s:g} s late: " if self.delay_s else ""
        return f"{_SAYS[self.order]}{late}{self.source.describe()}"
