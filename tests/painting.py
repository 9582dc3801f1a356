"""Generators and scientists for studies of painted images; all deterministic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from tests import fakes
from v1vlm.records import rng_of
from v1vlm.scientist import Decline, Proposal, Recognition
from v1vlm.stimuli import Contrast, Edited, Matching, Prompted, crafted

PHRASES = tuple(
    f"{size} {what}"
    for what in ("blots that cross", "spots that cross")
    for size in ("small", "wide", "dark", "pale")
)
OTHERS = tuple(phrase.replace("that cross", "that lie apart") for phrase in PHRASES)


class NoisePainter:
    """Random clouds that follow from seed and prompt; nothing in them shows what was asked for.

    Pictures are larger than the screen where `size` is.
    """

    def __init__(self, size: tuple[int, int] = (36, 64), name: str = "clouds") -> None:
        self.digest = f"{name}-{size[0]}x{size[1]}"
        self.size = size
        self.painted: list[str] = []

    def paint(self, requests: Any) -> NDArray[np.uint8]:
        self.painted += [request.digest() for request in requests]
        return np.stack([self._picture(request) for request in requests])

    def edit(self, requests: Any, originals: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self.painted += [request.digest() for request in requests]
        pairs = zip(requests, originals, strict=True)
        return np.stack(
            [
                ((1 - r.strength) * original + r.strength * self._picture(r)).astype(np.uint8)
                for r, original in pairs
            ]
        )

    def _picture(self, request: Any) -> NDArray[np.uint8]:
        rng = rng_of(request.seed, request.prompt)
        cloud = gaussian_filter(rng.normal(size=self.size), rng.uniform(1.0, 3.0))
        cloud = cloud / cloud.std() * rng.uniform(20, 60) + rng.uniform(90, 160)
        return np.clip(cloud, 0, 255).astype(np.uint8)


class Stripes(NoisePainter):
    """Paints fine vertical stripes for what crosses, and coarse horizontal ones for the rest."""

    def __init__(self, obeys: float = 1.0) -> None:
        super().__init__(name=f"stripes-{obeys}")
        self.obeys = obeys

    def _picture(self, request: Any) -> NDArray[np.uint8]:
        rng = rng_of(request.seed)
        crosses = "cross" in request.prompt
        if rng.uniform() > self.obeys:
            crosses = not crosses
        rows, columns = np.mgrid[:36, :64]
        angle = columns * 0.8 if crosses else rows * 0.4
        wave = np.sin(angle + rng.uniform(0, 6))
        noise = rng.normal(size=(36, 64))
        return np.clip(127 + 60 * wave + 8 * noise, 0, 255).astype(np.uint8)


def pair(generator: Any, **changes: Any) -> Contrast:
    fields: dict[str, Any] = {
        "families": tuple(
            Prompted(paraphrases=crafted(phrases), generator=generator.digest, description=said)
            for phrases, said in ((PHRASES, "blots that cross"), (OTHERS, "blots apart"))
        ),
        "factor": "whether blots cross",
        "levels": ("crossing", "apart"),
        "matching": Matching(contrast="both"),
        "duration_s": 0.2,
    }
    return Contrast(**{**fields, **changes})


def edits_of(generator: Any, **changes: Any) -> Contrast:
    """Edits of what lies apart: as what crosses, and as it was."""
    cross, apart = pair(generator).families
    assert isinstance(cross, Prompted)
    assert isinstance(apart, Prompted)
    fields = {"region": "outside", "diameter_deg": 40.0, **changes}
    made = tuple(
        Edited(original=apart, paraphrases=f.paraphrases, description=f.description, **fields)
        for f in (cross, apart)
    )
    return pair(generator, families=made, matching=Matching(contrast="global"))


class Painting(fakes.ScriptedScientist):
    """Proposes one painted hypothesis in every step, and sees what it is told to see."""

    def __init__(
        self, contrast: Contrast, look: Callable[[Any], str] | None = None, **changes: Any
    ) -> None:
        self.contrast, self.changes, self.looks = contrast, changes, look
        self.wants_pictures = look is not None
        self.asked: list[Any] = []

    def propose(self, briefing: Any, ask: Any) -> Any:
        if briefing.step > 1:
            return Decline(reason="That was all.")
        return Proposal(
            hypothesis=fakes.hypothesis(briefing, contrast=self.contrast, **self.changes)
        )

    def look(self, briefing: Any, pilot: Any, ask: Any) -> Any:
        return super().look(replace(briefing, step=1), pilot, ask)

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> Any:
        return ()

    def recognise(self, briefing: Any, lookup: Any, ask: Any) -> Recognition:
        assert self.looks is not None

        def act() -> dict[str, str]:
            self.asked.append(lookup)
            return {"shows": self.looks(lookup)}  # type: ignore[misc]

        question = {"purpose": "recognise", "picture": lookup.picture.source}
        answer = ask({**question, "description": lookup.description}, act)
        return Recognition(shows=answer["shows"])


def clouds() -> NoisePainter:
    """The generator behind ``tests.painting:clouds``."""
    return NoisePainter()


def stripes() -> Stripes:
    """The generator behind ``tests.painting:stripes``."""
    return Stripes()
