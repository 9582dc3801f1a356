"""A synthetic study: supported and robust, contradicted, inconclusive; a pair and a series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from v1vlm.analysis.neurons import COLUMNS
from v1vlm.claims import Arm, Hypothesis, NeuronRule, Prediction, Registration
from v1vlm.context import Context, Section, Work
from v1vlm.journal import Attempt, Draws, State, StudySpec, Trial, conclude
from v1vlm.outcomes import Estimate, WindowEstimate
from v1vlm.records import digest, rng_of
from v1vlm.stimuli import Contrast, Matching, Screen, Stimulus, Uniform, Varied
from v1vlm.store import MemoryStore

TWIN: dict[str, Any] = {
    "name": "energy",
    "digest": "e" * 64,
    "species": "none (simulated)",
    "area": "V1 of a simulated mouse",
    "mice": ["sim"],
    "n_neurons": 400,
    "screen": Screen().to_json(),
    "response_units": "spikes per frame",
    "behaviours": ["still"],
    "blind_spots": ["no figure-ground signal", "nothing beyond 0.1 cycles/°"],
    "citation": "Adelson & Bergen 1985",
    "planted": True,
}


class Disc(Stimulus):
    """A disc, so that the study needs no other stimulus."""

    kind: Literal["test-disc"] = "test-disc"
    description: ClassVar[str] = "a disc on grey"
    contrast: float = 0.5

    def contrast_image(self, screen: Screen, assets: Any = None) -> NDArray[np.float32]:
        rows, columns = np.mgrid[: screen.height_px, : screen.width_px]
        inside = (rows - 18) ** 2 + (columns - 32) ** 2 < 64
        return (self.contrast * inside)[None].astype(np.float32)


def contrast_of(levels: tuple[str, ...]) -> Contrast:
    families = tuple(
        Varied(stimulus=Disc(contrast=0.9 / (1 + i)), vary={"azimuth_deg": Uniform(low=-5, high=5)})
        for i in range(len(levels))
    )
    return Contrast(
        families=families,
        factor="orientation of the surround",
        levels=levels,
        matching=Matching(contrast="local"),
    )


def hypothesis_of(name: str, levels: tuple[str, ...], **changes: Any) -> Hypothesis:
    fields: dict[str, Any] = {
        "id": name,
        "title": f"The surround of the disc matters ({name})",
        "statement": "Neurons respond less to a disc in a surround of its own orientation.",
        "rationale": "Normalisation tuned for orientation weighs a like surround most.",
        "citations": ("ctx:niell2008", "lab:cavanaugh2002"),
        "rivals": {"untuned": "no difference", "linear": "the opposite sign"},
        "contrast": contrast_of(levels),
        "rule": NeuronRule(within_deg=10.0, prefers_within_deg=22.5),
        "prediction": Prediction(
            measure="permi" if len(levels) == 2 else "rank", direction="greater", margin=0.05
        ),
        "origin": "template 7",
    }
    return Hypothesis(**{**fields, **changes})


def _draws(
    store: MemoryStore, name: str, n: int, mean: float, contrast: Contrast, frames: int
) -> Draws:
    rng = rng_of("report", name)
    scores = tuple(float(x) for x in rng.normal(mean, 0.06, n))
    k = len(contrast.families)
    time = np.arange(60) / 30 - 0.5
    course = np.where((time > 0.05) & (time < 1.05), 0.4 + 0.4 * np.exp(-(time - 0.05) / 0.15), 0.1)
    gain = np.linspace(1.0 + 2 * mean, 1.0, k)[None, :, None] * rng.normal(1, 0.08, (20, 1, 1))
    traces = (course * gain + rng.normal(0, 0.015, (20, k, 60))).astype(np.float32)
    screen = Screen()
    stimuli = np.stack(
        [
            np.stack(
                [np.repeat(s.render(screen), frames, axis=0) for s in contrast.draw(i).stimuli]
            )
            for i in range(6)
        ]
    )
    if frames > 1:
        stimuli[:, :, 1:, :6, :6] = 255
    blobs = {"stimuli": store.put(stimuli), "traces": store.put(traces)}
    if frames > 1:
        movies = np.repeat(stimuli[:2, :, :1], 12, axis=2)
        for frame in range(12):
            movies[:, :, frame, 20:24, 5 * frame : 5 * frame + 4] = 255
        blobs["movies"] = store.put(movies)
    blobs |= _neurons(store, name, n, mean, k)
    chunk = {"blobs": blobs, "residuals": {}, "start": 0}
    return Draws(
        scores, scores if name.endswith("absent") else (), (40,) * n, (None,) * n, (chunk,)
    )


def _neurons(store: MemoryStore, name: str, n: int, mean: float, k: int) -> dict[str, str]:
    """Summaries of 40 of 43 neurons in every draw, and the exemplars of single neurons."""
    rng = rng_of("report", "neurons", name)
    index = np.concatenate([np.sort(rng.permutation(43)[:40]) for _ in range(n)]) * 2
    a = rng.uniform(0.8, 1.2, (len(index), 1)) * np.ones((1, 2)) * (1 + mean, 1 - mean)
    value = (a[:, :1] - a[:, 1:]) / a.sum(axis=1, keepdims=True)
    features = np.concatenate([value, a], axis=1) if k == 2 else value
    time = np.arange(60) / 30 - 0.5
    rise = rng.uniform(0.05, 0.3, (1, 1, 43, 1))
    waves = np.where((time > 0) & (time < 1), 1 - np.exp(-np.maximum(time, 0) / rise), 0)
    waves = np.repeat(np.repeat(waves, 2, axis=0), k, axis=1) + rng.normal(0, 0.02, (2, k, 43, 60))
    waves[1, :, 7] = np.nan
    made = {
        "features": features.astype(np.float32),
        "index": index.astype(np.int32),
        "offsets": (np.arange(n + 1) * 40).astype(np.int32),
        "waveforms": waves.astype(np.float32),
        "waveform_neurons": (np.arange(43) * 2).astype(np.int32),
        "field": rng.uniform(0, 1, (20, k, 190)).astype(np.float32),
        "field_neurons": (np.arange(190) * 2).astype(np.int32),
        "centres": rng.uniform(-8, 8, (20, 2)).astype(np.float32),
        "features_deg": rng.uniform(-8, 8, (40, 2)).astype(np.float32),
        "features_offsets": (np.arange(21) * 2).astype(np.int32),
    }
    return {name: store.put(array) for name, array in made.items()}


def physiology_of(store: MemoryStore) -> dict[str, Any]:
    """400 neurons, every other one in the half that confirms; some without a field or drive."""
    rng = rng_of("report", "physiology")
    columns = {name: rng.uniform(0.1, 1, 400) for name in COLUMNS}
    columns["rf_azimuth_deg"], columns["rf_elevation_deg"] = rng.uniform(-20, 20, (2, 400))
    columns["orientation_deg"] *= 180
    columns["reference"][200:220], columns["quality"][200:220] = np.nan, 0.0
    columns["quality"][220:240] = 0.01
    columns["rf_azimuth_deg"][240:280] = np.nan
    columns["gosi"][280:340] = 0.05
    position = rng.uniform(0, 600, (400, 3)).astype(np.float32)
    return {
        "digest": "f" * 64,
        "n_stimuli": 4321,
        "columns": {name: store.put(values) for name, values in columns.items()},
        "half_b": store.put(np.arange(400) % 2 == 0),
        "position_um": store.put(position),
    }


def trial_of(
    store: MemoryStore,
    index: int,
    hypothesis: Hypothesis,
    mean: float,
    *,
    controls: bool = False,
    n: int = 200,
    frames: int = 1,
    interpretation: Mapping[str, Any] | None = None,
) -> Trial:
    main = Arm(
        id="main", role="main", contrast=hypothesis.contrast, rule=hypothesis.rule, mouse="sim"
    )
    arms = [main]
    if controls:
        matched = main.model_copy(
            update={"id": "matched", "role": "control", "reason": "equal local contrast"}
        )
        arms += [
            matched,
            matched.model_copy(update={"id": "scrambled", "reason": "the same power spectrum"}),
        ]
    registration = Registration(
        study="s" * 16,
        index=index,
        hypothesis=hypothesis,
        arms=tuple(arms),
        clip_bound=0.35,
        draws_max=n,
        alpha_support=0.05 / 3,
        alpha_refute=0.05 / 3,
        alpha_explain=0.05 / 3,
        twin_digest="e" * 64,
        physiology_digest="f" * 64,
    )
    draws: dict[Any, Draws] = {}
    estimates = {}
    for arm in arms:
        name = f"{hypothesis.id}-{arm.id}"
        draws[arm.id, "test"] = _draws(store, name, n, mean, hypothesis.contrast, frames)
        fresh = _draws(store, f"{name}-fresh", 100, mean, hypothesis.contrast, frames)
        draws[arm.id, "estimate"] = fresh
        value = float(np.mean([s for s in fresh.scores if s is not None]))
        estimates[arm.id] = Estimate(
            value=value,
            interval=(value - 0.021, value + 0.023),
            n_draws=100,
            n_neurons=43,
            unclipped=value + 0.001,
            clipped_share=0.0,
            invalid_share=0.0,
            population_index=value * 0.8 if len(hypothesis.contrast.families) == 2 else None,
            windows=tuple(
                WindowEstimate(
                    window=w, value=value, interval=(value - 0.03, value + 0.03), n_draws=100
                )
                for w in ("early", "late", "offset")
            ),
        )
    trial = Trial(registration, digest(registration), draws)
    finding = conclude(trial, estimates, TWIN)
    return replace(trial, finding=finding, interpretation=interpretation or {"text": ""})


CONTEXT = Context(
    name="context.txt",
    text_digest="c" * 64,
    title="Surrounds",
    sections=(Section(heading="Introduction", text="Mouse V1 is studied."),),
    works=(
        Work(
            key="ctx:niell2008",
            authors=("Niell", "Stryker"),
            year=2008,
            title="Highly selective receptive fields in mouse visual cortex",
            entry="Niell CM, Stryker MP (2008) Highly selective receptive fields in mouse visual "
            "cortex. J Neurosci 28:7520–7536.",
        ),
        Work(key="ctx:nobody1999", authors=("Nobody",), year=1999),
    ),
)

PROSE = {
    "title": "Does the surround matter to neurons of the energy twin?",
    "introduction": [
        "Neurons of the mouse are selective for orientation [[ctx:niell2008]]. Surrounds modulate "
        "their responses in primates [[lab:cavanaugh2002]] [[lab:sillito1995]]. Exactly 73 % of "
        "them do.",
        "Models of normalisation predict a dependence on relative orientation.",
    ],
    "idea": ["If normalisation is tuned, H1 should hold and H2 should fail."],
    "conclusions": [
        "Of [[count.registered]] hypotheses, [[count.supported]] was supported. The estimate of "
        "[[H1.id]] is [[H1.estimate]] ([[H1.interval]]). V1 neurons do this too. See [[H9.title]]."
    ],
    "future": ["The series of H3 deserves more draws."],
}


def study(n_findings: int = 3) -> tuple[State, MemoryStore]:
    store = MemoryStore()
    said = {
        "text": "The estimate, [[H1.estimate]], lies above the margin of [[H1.margin]]. An "
        "untuned pool predicts none. It is 3 times larger than expected.",
        "loses": ["untuned"],
    }
    pair, series = ("own orientation", "orthogonal"), ("5 %", "20 %", "50 %", "100 %")
    trials = [
        trial_of(store, 1, hypothesis_of("H1", pair), 0.14, controls=True, interpretation=said),
        trial_of(store, 2, hypothesis_of("H2", pair, parent="H1"), -0.12, frames=4),
        trial_of(store, 3, hypothesis_of("H3", series), 0.051, n=60),
    ]
    for i in range(4, n_findings + 1):
        trials.append(trial_of(store, i, hypothesis_of(f"H{i}", pair), 0.14, controls=i % 2 == 0))
    trials = trials[:n_findings]
    attempts = [
        Attempt(1, 1, "refused", reason="it names no measure"),
        Attempt(1, 2, "withdrawn", hypothesis_of("H1", pair), "the pilot drove few neurons"),
    ]
    attempts += [
        Attempt(i + 1, 3, "registered", t.registration.hypothesis) for i, t in enumerate(trials)
    ]
    attempts += [Attempt(9, 1, "refused", hypothesis_of("H4x", pair), "it repeats H1")]
    spec = StudySpec(
        context="context.txt", context_digest="c" * 64, twin="energy", scientist="heuristic",
        num_steps=max(3, n_findings),
    )  # fmt: skip
    state = State(
        spec=spec,
        study="s" * 16,
        twin=TWIN,
        context="unused",
        versions={"v1vlm": "0.1.0", "numpy": "2.2.0"},
        physiology={
            **physiology_of(store),
            "summary": {
                "n_neurons": 400,
                "n_driven": 398,
                "n_with_field": 377,
                "n_oriented": 369,
                "n_selective": 251,
                "median_rf_sd_deg": 6.31,
                "median_gosi": 0.41,
                "median_spatial_frequency_cpd": 0.043,
                "grey_share": 0.07,
            },
        },
        attempts=tuple(attempts),
        trials=tuple(trials),
        prose=PROSE,
        stopped="complete",
    )
    return state, store


@pytest.fixture(scope="session")
def small() -> tuple[State, MemoryStore]:
    return study(3)
