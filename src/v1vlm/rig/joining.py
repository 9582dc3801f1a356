"""One answer of what the workers returned, fit for the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from v1vlm.rig.draws import Example, Shown
from v1vlm.rig.plan import DrawPlan
from v1vlm.stimuli import Flag
from v1vlm.store import Answer

EXAMPLES = 6
"""Draws of which frames are kept."""

MOVIES = 2
"""Draws of which so many frames are kept that they can be played, where anything moves."""


def join(plan: DrawPlan, shown: Sequence[Shown]) -> Answer:
    """The answer to a plan (see `v1vlm.rig.Rig.show`)."""
    sizes = [len(this.neurons) for this in shown]
    # One of each kind, from the first draws that raise it.
    flags = {flag.code: flag for this in reversed(shown) for flag in reversed(this.flags)}
    answer: Answer = {
        "scores": [_json_number(this.scores[0]) for this in shown],
        "control_scores": [_json_number(s.scores[1]) for s in shown] if plan.control else [],
        "n_neurons": sizes,
        "sources": [this.draw.source for this in shown],
        "residuals": {
            name: max(this.residuals.get(name, 0.0) for this in shown)
            for name in sorted({name for this in shown for name in this.residuals})
        },
        "warnings": _messages(flags.values(), "warn"),
        "refusals": _messages(flags.values(), "refuse"),
        "features": np.concatenate([this.features[0].T for this in shown]),
        "index": np.concatenate([this.neurons for this in shown]).astype(np.int32),
        "offsets": _offsets(sizes),
    }
    if plan.control is not None:
        answer["control_features"] = np.concatenate([this.features[1].T for this in shown])
    # A window that some draw lacks (of movies of other lengths) is not reported.
    for name in sorted(set.intersection(*(set(this.secondary) for this in shown))):
        answer[f"{name}_features"] = np.concatenate([this.secondary[name].T for this in shown])
    specified = [this.specified for this in shown if this.specified is not None]
    if specified:
        counts = [this.specified_counts for this in shown if this.specified_counts is not None]
        answer |= {"specified_features": np.stack(specified), "specified_counts": np.stack(counts)}
    examples = [this.example for this in shown if this.example is not None]
    return {**answer, **(_examples(shown, examples) if examples else {})}


def _examples(shown: Sequence[Shown], examples: Sequence[Example]) -> Answer:
    neurons, waveforms = _waveforms(shown, examples)
    centres = [(this.draw.azimuth_deg, this.draw.elevation_deg) for this in shown]
    places = [this.draw.features_deg for this in shown]
    movies = [example.movie for example in examples[:MOVIES] if example.movie is not None]
    return {
        **({"movies": np.stack(movies)} if movies else {}),
        "stimuli": np.stack([example.stimuli for example in examples[:EXAMPLES]]),
        "traces": np.stack([_mean_wave(example.waves) for example in examples]),
        "waveforms": waveforms,
        "waveform_neurons": neurons.astype(np.int32),
        "field": np.stack([example.field for example in examples]),
        "field_neurons": examples[0].everyone.astype(np.int32),
        "centres": np.array(centres, np.float32),
        "features_deg": np.array([p for ps in places for p in ps], np.float32).reshape(-1, 2),
        "features_offsets": _offsets([len(ps) for ps in places]),
    }


def _waveforms(
    shown: Sequence[Shown], examples: Sequence[Example]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Mean response (half, condition, neuron, time) over the even and over the odd draws.

    NaN for a neuron that counted in none of them.
    """
    neurons = np.unique(np.concatenate([this.neurons for this in shown]))
    n_conditions, _, n_times = examples[0].waves.shape
    total = np.zeros((2, n_conditions, len(neurons), n_times))
    count = np.zeros((2, 1, len(neurons), 1))
    for i, (this, example) in enumerate(zip(shown, examples, strict=True)):
        columns = np.searchsorted(neurons, this.neurons)
        total[i % 2][:, columns] += example.waves
        count[i % 2][:, columns] += 1
    mean = np.full(total.shape, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return neurons, mean.astype(np.float32)


def _mean_wave(waves: NDArray[np.float32]) -> NDArray[np.float32]:
    if not waves.shape[1]:
        return np.zeros((waves.shape[0], waves.shape[2]), np.float32)
    return np.asarray(waves.mean(axis=1, dtype=np.float64), np.float32)


def _offsets(sizes: Sequence[int]) -> NDArray[np.int32]:
    return np.cumsum([0, *sizes]).astype(np.int32)


def _messages(flags: Iterable[Flag], severity: str) -> list[str]:
    return sorted(flag.message for flag in flags if flag.severity == severity)


def _json_number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
