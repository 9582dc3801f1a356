"""Small stand-ins behind the real contracts: a twin, a generator and scientists.

A process that is started with V1VLM_TEST_SMALL=1 and loads a plug-in from here characterises
with the small protocol; within one process, tests patch it (see tests/conftest.py).
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import numpy as np
import xarray as xr

from v1vlm import responses
from v1vlm.claims import Arm, Hypothesis, NeuronRule, Prediction
from v1vlm.errors import InputError
from v1vlm.records import rng_of
from v1vlm.scientist import (
    Change,
    Decline,
    Interpretation,
    Keep,
    Proposal,
    Prose,
    Withdraw,
)
from v1vlm.stimuli import (
    AnySeed,
    Contrast,
    Matching,
    Prompted,
    Screen,
    Uniform,
    UniformNoise,
    Varied,
)
from v1vlm.twins import TwinCard, check_frames, check_neurons

RULE = NeuronRule(within_deg=40.0, minimum=2, quality=0.0)

CHARACTERISATION = importlib.import_module("v1vlm.physiology.characterise")
SMALL_PROTOCOL: dict[str, Any] = {
    **CHARACTERISATION.PROTOCOL,
    "duration_s": 0.1,
    "patches": {
        **CHARACTERISATION.PROTOCOL["patches"],
        "coarse_px": 6,
        "fine_px": 6,
        "coarse_sd_px": 2.0,
        "duration_s": 0.1,
    },
    "orientations_deg": [0.0, 45.0, 90.0, 135.0],
    "spatial_frequencies_cpd": [0.03, 0.045, 0.07],
    "phases_deg": [0.0, 90.0],
    "grating_pitch_deg": 40.0,
    "natural_crops": 24,
}
if os.environ.get("V1VLM_TEST_SMALL") == "1":
    vars(CHARACTERISATION)["PROTOCOL"] = SMALL_PROTOCOL

ASKED: list[str] = []
"""Every question that reached a model, over all studies of the process."""


class FakeTwin:
    """Forty neurons that take the RMS contrast inside a Gaussian; no time course."""

    def __init__(self, mechanisms: tuple[str, ...] = ("contrast",), n: int = 40) -> None:
        screen = Screen()
        self.card = TwinCard(
            name="fake",
            digest=f"fake-1-{n}",
            species="none",
            area="none",
            mice=("nobody",),
            n_neurons=n,
            screen=screen,
            response_units="a.u.",
            mechanisms=mechanisms,
            planted=True,
        )
        rng = rng_of("fake twin")
        self._rows, self._columns = rng.uniform(10, 26, n), rng.uniform(20, 44, n)
        rows, columns = np.mgrid[:36, :64]
        distance2 = (rows - self._rows[:, None, None]) ** 2
        distance2 = distance2 + (columns - self._columns[:, None, None]) ** 2
        weights = np.exp(-distance2 / (2 * 2.5**2)).reshape(n, -1)
        self._weights = weights / weights.sum(axis=1, keepdims=True)

    @property
    def neurons(self) -> xr.Dataset:
        n = self.card.n_neurons
        columns = {"id": np.arange(n), "x_um": self._columns, "y_um": self._rows}
        table = {name: ("neuron", values) for name, values in columns.items()}
        return xr.Dataset({**table, "depth_um": ("neuron", np.full(n, 200.0))})

    def respond(
        self,
        frames: Any,
        *,
        neurons: Any = None,
        behaviour: Any = None,
        lead_in_s: float | None = None,
    ) -> xr.DataArray:
        check_frames(frames, self.card.screen)
        if behaviour not in (None, "still"):
            raise InputError(f"The fake twin has no behaviour {behaviour!r}.", "Use 'still'.")
        index = check_neurons(neurons, self.card.n_neurons)
        contrast = (frames.astype(np.float64) - 127) / 127
        power = (contrast**2).reshape(*frames.shape[:2], -1)
        # One stimulus at a time, so that a batch cannot change the rounding.
        values = np.stack([(p @ self._weights[index].T).T for p in power])
        return responses.label(0.05 + np.sqrt(values), index, 30.0, "a.u.")


def twin() -> FakeTwin:
    return FakeTwin()


def silent_card_twin() -> FakeTwin:
    return FakeTwin(mechanisms=())


def not_a_twin() -> object:
    return object()


class FakeGenerator:
    """Paints stripes whose contrast is the number of letters of the prompt."""

    digest = "fake-generator-1"

    def __init__(self) -> None:
        self.painted: list[str] = []

    def paint(self, requests: Any) -> Any:
        self.painted += [request.digest() for request in requests]
        images = []
        for request in requests:
            noise = rng_of(request.seed).uniform(-1, 1, (request.height_px, request.width_px))
            amplitude = 4 * len(request.prompt)
            images.append(np.clip(127 + amplitude * noise, 0, 255))
        return np.array(images).astype(np.uint8)


GENERATOR = FakeGenerator()


def generator() -> FakeGenerator:
    return GENERATOR


def noise_contrast(high: float, low: float) -> Contrast:
    def family(contrast: float) -> Varied:
        return Varied(
            stimulus=UniformNoise(contrast=contrast),
            vary={
                "seed": AnySeed(),
                "contrast": Uniform(low=contrast - 0.02, high=contrast + 0.02),
            },
        )

    return Contrast(
        families=(family(high), family(low)),
        factor="contrast",
        levels=("high", "low"),
        matching=Matching(luminance=False),
        duration_s=0.2,
    )


def hypothesis(briefing: Any, **changes: Any) -> Hypothesis:
    fields: dict[str, Any] = {
        "id": briefing.hypothesis_id,
        "title": "Contrast drives responses",
        "statement": "Responses to high contrast exceed those to low contrast.",
        "contrast": noise_contrast(0.6, 0.3),
        "rule": RULE,
        "prediction": Prediction(direction="greater", window_s=(0.0, 0.2)),
    }
    return Hypothesis(**{**fields, **changes})


class ScriptedScientist:
    """Walks through every way a step can go: refused, changed, withdrawn, kept, asked twice."""

    name = "scripted"
    wants_pictures = False

    def propose(self, briefing: Any, ask: Any) -> Any:
        first = ask({"purpose": "propose", "turn": 1, "id": briefing.hypothesis_id}, _say("idea"))
        ask(
            {"purpose": "propose", "turn": 2, "heard": first["text"], "id": briefing.hypothesis_id},
            _say("sharper"),
        )
        return self._propose(briefing)

    def _propose(self, briefing: Any) -> Any:
        if briefing.step == 1:
            return Proposal(hypothesis=hypothesis(briefing))
        if briefing.step == 2:
            return _second(briefing)
        if briefing.step == 3:
            painted = Contrast(
                families=tuple(
                    Prompted(paraphrases=prompts, generator=GENERATOR.digest)
                    for prompts in (("a long description", "another long one"), ("a", "b"))
                ),
                factor="what is painted",
                levels=("long", "short"),
                matching=Matching(luminance=False),
                duration_s=0.2,
            )
            return Proposal(hypothesis=hypothesis(briefing, contrast=painted, parent="H1"))
        return Decline(reason="Nothing more to ask.")

    def look(self, briefing: Any, pilot: Any, ask: Any) -> Any:
        if briefing.step == 2 and briefing.attempt == 2:
            better = hypothesis(
                self._next(briefing),
                contrast=noise_contrast(0.4, 0.39),
                prediction=Prediction(direction="less", window_s=(0.0, 0.2)),
            )
            return Change(hypothesis=better, reason="The pilot points the other way.")
        return Keep()

    def _next(self, briefing: Any) -> Any:
        class Next:
            hypothesis_id = f"H{briefing.step}c"

        return Next()

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> tuple[Arm, ...]:
        if briefing.step == 1:
            same = noise_contrast(0.3, 0.29)
            absent = Arm(id="equal", role="control", expects="absent", contrast=same, rule=RULE)
            present = Arm(id="weaker", role="control", contrast=noise_contrast(0.5, 0.3), rule=RULE)
            return absent, present
        return ()

    def interpret(self, briefing: Any, finding: Any, ask: Any) -> Interpretation:
        return Interpretation(text=f"The effect is [[{finding.id}.estimate]].", loses=("none",))

    def write(self, briefing: Any, ask: Any) -> Prose:
        return Prose(title="A scripted study", conclusions=("It ended.",))


def _second(briefing: Any) -> Any:
    if briefing.attempt == 1:  # refused: no such parent
        return Proposal(hypothesis=hypothesis(briefing, parent="H9"))
    return Proposal(hypothesis=hypothesis(briefing, contrast=noise_contrast(0.41, 0.4)))


class WithdrawingScientist(ScriptedScientist):
    """Withdraws whatever it proposes."""

    name = "withdrawing"

    def look(self, briefing: Any, pilot: Any, ask: Any) -> Any:
        return Withdraw(reason="Not convinced.")


def _say(text: str) -> Any:
    def act() -> dict[str, str]:
        ASKED.append(text)
        return {"text": text}

    return act


def scientist() -> ScriptedScientist:
    return ScriptedScientist()


def withdrawing() -> WithdrawingScientist:
    return WithdrawingScientist()
