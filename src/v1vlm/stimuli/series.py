"""Stimuli made of stimuli: a movie in another order or delayed, and one stimulus after another."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.errors import InputError
from v1vlm.records import rng_of, seed_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, PaintRequest, Stimulus, StimulusFamily
from v1vlm.stimuli.gratings import TRIAL_S, in_order
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


class Succession(Stimulus):
    """Stimuli one after another, the last of which is the test.

    Still ones last `still_s`, movies as long as they last; `gap_s` of grey parts them.
    Orientation, source and features are those of the last: it selects the neurons.
    """

    kind: Literal["succession"] = "succession"
    description: ClassVar[str] = "stimuli one after another, the last one the test"
    citation: ClassVar[str] = "Benucci, Saleem & Carandini 2013; Homann et al. 2022"

    items: tuple[Stimulus, ...] = Field(min_length=1, max_length=20)
    still_s: float = Field(1.0, gt=0, le=5)
    gap_s: float = Field(0.0, ge=0, le=2)

    @property
    def rf_orientation_deg(self) -> float | None:
        """Orientation of the last."""
        return self.items[-1].rf_orientation_deg

    @property
    def source(self) -> str | None:
        """Photographs or other natural sources of all."""
        return " + ".join(sorted({i.source for i in self.items if i.source is not None})) or None

    def features_deg(self) -> tuple[tuple[float, float], ...]:
        """Features of the last."""
        return self.items[-1].features_deg()

    def scales(self) -> dict[str, float]:
        """Of each scale the value that is hardest to show."""
        found: dict[str, float] = {}
        for item in self.items:
            for key, value in item.scales().items():
                hardest = max if key in _HARD_IF_LARGE else min
                found[key] = hardest(found.get(key, value), value)
        return found

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Succession:
        """The same of the moved stimuli."""
        there = tuple(item.moved(azimuth_deg, elevation_deg) for item in self.items)
        return self.model_copy(update={"items": there})

    def requests(self) -> tuple[PaintRequest, ...]:
        """Images that the stimuli need, each once."""
        wanted = {r.digest(): r for item in self.items for r in item.requests()}
        return tuple(wanted.values())

    def needs(self) -> tuple[str, ...]:
        """Names of the user's images that the stimuli need."""
        return tuple(sorted({name for item in self.items for name in item.needs()}))

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> NDArray[np.float32]:
        """Signed contrast (frame, y, x).

        Raises
        ------
        InputError
            If they last longer than a trial (`TRIAL_S`).
        """
        onset_s, shown = 0.0, []
        for item in self.items:
            image = item.contrast_image(screen, assets)
            n_frames = screen.frames(self.still_s) if len(image) == 1 else len(image)
            shown.append((onset_s, np.broadcast_to(image, (n_frames, *screen.shape))))
            onset_s += n_frames / screen.frame_rate_hz + self.gap_s
        movie = in_order(shown, screen)
        if len(movie) > screen.frames(TRIAL_S):
            raise InputError(
                f"{len(self.items)} stimuli last {len(movie)} frames.",
                f"Show fewer or shorter ones: a trial lasts {TRIAL_S:g} s at most.",
            )
        return movie


_HARD_IF_LARGE = frozenset(
    {"spatial_frequency_cpd", "temporal_frequency_hz", "reach_deg", "contrast"}
)


class Successive(StimulusFamily):
    """Draws of families one after another (`Succession`).

    With `shared` draws all families get the seed of the draw, so that parameters of one name
    agree between adapter and test. Otherwise only the last one does, and those before it are
    drawn afresh: equal families give different stimuli, and tests still agree within pairs.
    """

    kind: Literal["successive"] = "successive"
    items: tuple[StimulusFamily, ...] = Field(min_length=1, max_length=20)
    still_s: float = Field(1.0, gt=0, le=5)
    gap_s: float = Field(0.0, ge=0, le=2)
    shared: bool = True

    def explored(self) -> Successive:
        """The same of the families to explore with."""
        return self.model_copy(update={"items": tuple(i.explored() for i in self.items)})

    def draw(self, seed: int) -> Stimulus:
        """One stimulus of each family."""
        last = len(self.items) - 1
        seeds = [
            seed if self.shared or place == last else seed_of(seed, "before the test", last - place)
            for place in range(len(self.items))
        ]
        drawn = tuple(family.draw(s) for family, s in zip(self.items, seeds, strict=True))
        return Succession(items=drawn, still_s=self.still_s, gap_s=self.gap_s)

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        return ", then ".join(family.describe() for family in self.items)
