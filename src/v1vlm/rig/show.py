"""Performs draws: renders, matches, guards, shows and summarises, each chunk once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from v1vlm.analysis.measures import Measure, measure, score_draw
from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import ContractError, InputError, ProposalError
from v1vlm.generators import Generator
from v1vlm.responses import window
from v1vlm.rig.plan import LEAD_S, DrawPlan, placements
from v1vlm.stimuli import Assets, Contrast, Draw, Flag, PaintRequest, Screen, guard
from v1vlm.store import Answer, MemoryStore
from v1vlm.twins import Twin

PART = 10
"""Draws per unit of parallel work; fixed, so that the number of workers changes no number."""

Picture = tuple[NDArray[np.uint8], dict[str, float]]

EXEMPLARS = 6
EXEMPLAR_FRAMES = 4


@dataclass(frozen=True)
class Rig:
    """A twin, a generator and a memory, ready to run experiments.

    Parameters
    ----------
    twin : Twin
    store : MemoryStore
        Remembers every answer.
    generator : Generator, optional
        Paints prompted stimuli.
    executor : concurrent.futures.Executor, optional
        Shows parts of a chunk in parallel; workers return arrays, this process alone writes.
    """

    twin: Twin
    store: MemoryStore
    generator: Generator | None = None
    executor: Executor | None = None

    @property
    def screen(self) -> Screen:
        """The screen of the twin."""
        return self.twin.card.screen

    @property
    def painter(self) -> str | None:
        """Digest of the generator, if there is one."""
        return None if self.generator is None else self.generator.digest

    def once(self, request: dict[str, Any], act: Callable[[], Answer]) -> Answer:
        """Perform an effect through the memo (see `MemoryStore.once`)."""
        return self.store.once(request, act)

    def draws(self, plan: DrawPlan, physiology: Physiology) -> list[list[Draw]]:
        """Draws of a plan, one list per contrast shown; equal seeds share place and neurons."""
        centres = placements(physiology, plan.rule, self.screen)
        contrasts = [plan.contrast] + ([plan.control] if plan.control is not None else [])
        return [[contrast.draw(seed, centres) for seed in plan.seeds] for contrast in contrasts]

    def paint(self, drawn: Sequence[Sequence[Draw]]) -> tuple[PaintRequest, ...]:
        """Paint what draws need and has not been painted; returns all they need.

        Raises
        ------
        InputError
            If they need a generator and there is none, or another one.
        """
        needed = {
            request.digest(): request
            for draws in drawn
            for draw in draws
            for stimulus in draw.stimuli
            for request in stimulus.requests()
        }
        requests = tuple(needed.values())
        missing = [r for r in requests if not self.store.known(_paint_key(r))]
        if missing:
            for request, image in zip(missing, self._painted(missing), strict=True):
                self.store.once(_paint_key(request), partial(_as_answer, image))
        return requests

    def show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        """Show a chunk of draws and summarise the responses.

        Returns
        -------
        dict
            ``scores``, ``control_scores`` (None where invalid), ``n_neurons``, ``sources``,
            ``residuals``, ``warnings``, ``refusals``, ``painted`` (digests of the images that
            the draws needed); arrays ``features`` (entry, feature),
            ``index`` (entry,) the neuron and ``offsets`` (draw + 1,) the entries of each draw,
            ``control_features`` with a control; with exemplars ``stimuli`` (draw, condition,
            frame, y, x) and ``traces`` (draw, condition, time).
        """
        return self.store.once(plan.request(), lambda: self._show(plan, physiology))

    def _show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        drawn = self.draws(plan, physiology)
        assets = {
            request.digest(): self.store.once(_paint_key(request), _must_be_painted)["image"]
            for request in self.paint(drawn)
        }
        parts = [
            _Part(self.twin, plan, physiology, assets, [d[i : i + PART] for d in drawn])
            for i in range(0, len(plan.seeds), PART)
        ]
        run = map if self.executor is None else self.executor.map
        answer = _join(plan, [result for part in run(_show_part, parts) for result in part])
        return {**answer, "painted": list(assets)}

    def _painted(self, requests: list[PaintRequest]) -> NDArray[np.uint8]:
        if self.generator is None or any(r.generator != self.generator.digest for r in requests):
            have = self.generator.digest if self.generator is not None else "none"
            raise InputError(
                f"The stimuli are for generator {requests[0].generator!r}; there is {have!r}.",
                "Run the study with the generator that it was begun with.",
            )
        images = self.generator.paint(requests)
        shape = (len(requests), requests[0].height_px, requests[0].width_px)
        if images.shape != shape or images.dtype != np.uint8:
            raise ContractError(
                f"The generator painted {images.dtype} {images.shape}, not uint8 {shape}.",
                "A generator paints grey images of the size asked for.",
            )
        return images


@dataclass(frozen=True)
class _Part:
    """Some draws of a plan; everything a worker needs."""

    twin: Twin
    plan: DrawPlan
    physiology: Physiology
    assets: Assets
    drawn: list[list[Draw]]


@dataclass
class _Shown:
    """One draw, shown and summarised."""

    neurons: NDArray[np.intp]
    features: list[NDArray[np.float32]]
    scores: list[float]
    residuals: dict[str, float]
    source: str | None
    flags: tuple[Flag, ...] = ()
    stimuli: NDArray[np.uint8] | None = None
    traces: NDArray[np.float32] | None = None


def _show_part(part: _Part) -> list[_Shown]:
    plan, screen = part.plan, part.twin.card.screen
    chosen = [_chosen(part, draw) for draw in part.drawn[0]]
    contrasts = [plan.contrast] + ([plan.control] if plan.control is not None else [])
    pictures = [
        [_rendered(contrast, draw, screen, part.assets) for draw in draws]
        for contrast, draws in zip(contrasts, part.drawn, strict=True)
    ]
    for i, of_draw in enumerate(zip(*pictures, strict=True)):
        if any(picture is None for picture in of_draw):
            # What cannot be shown counts for no neuron, which makes the draw invalid.
            chosen[i] = chosen[i][:0]
    shown = [
        _Shown(neurons, [], [], {}, d.source)
        for neurons, d in zip(chosen, part.drawn[0], strict=True)
    ]
    for number, (contrast, draws) in enumerate(zip(contrasts, part.drawn, strict=True)):
        rendered = _with_grey(pictures[number], contrast, screen)
        frames = [image for image, _ in rendered]
        flags = guard(contrast, screen, draws, frames) if plan.guarded else ()
        responses = _respond(part, frames, contrast.duration_s, chosen)
        for this, (_, left), response in zip(shown, rendered, responses, strict=True):
            _summarise(this, plan, response)
            for name, value in left.items():
                this.residuals[name] = max(value, this.residuals.get(name, 0.0))
            this.flags += flags
        if plan.exemplar and number == 0:
            _keep_examples(part, contrast, frames, chosen, shown)
    return shown


def _keep_examples(
    part: _Part,
    contrast: Contrast,
    frames: Sequence[NDArray[np.uint8]],
    chosen: Sequence[NDArray[np.intp]],
    shown: Sequence[_Shown],
) -> None:
    """Example frames and mean traces from before onset until after offset.

    The traces come from a showing of their own, so that all scored draws are shown alike.
    """
    responses = _respond(part, frames, contrast.duration_s, chosen, lead_s=LEAD_S)
    for this, image, response in zip(shown, frames, responses, strict=True):
        this.stimuli = _example_frames(image)
        enough = response.sizes["neuron"] > 0
        silent = np.zeros((response.sizes["condition"], response.sizes["time"]))
        mean = response.values.mean(axis=1) if enough else silent
        this.traces = np.asarray(mean, np.float32)


def _chosen(part: _Part, draw: Draw) -> NDArray[np.intp]:
    """Neurons that count for a draw; none where its members share no orientation to prefer."""
    rule = part.plan.rule
    if rule.prefers_within_deg is not None and draw.orientation_deg is None:
        return np.zeros(0, np.intp)
    return rule.select(part.physiology, draw.azimuth_deg, draw.elevation_deg, draw.orientation_deg)


def _rendered(contrast: Contrast, draw: Draw, screen: Screen, assets: Assets) -> Picture | None:
    """Frames and residuals of a draw; None where its members cannot be matched."""
    try:
        return contrast.render(draw, screen, assets)
    except ProposalError:
        return None


def _with_grey(
    pictures: Sequence[Picture | None], contrast: Contrast, screen: Screen
) -> list[Picture]:
    """Grey frames, as many as the others have, for the draws that cannot be shown."""
    lengths = [picture[0].shape[1] for picture in pictures if picture is not None]
    shape = (len(contrast.families), max(lengths, default=1), *screen.shape)
    grey = np.full(shape, screen.grey, np.uint8)
    return [(grey, {}) if picture is None else picture for picture in pictures]


def _respond(
    part: _Part,
    frames: Sequence[NDArray[np.uint8]],
    duration_s: float,
    chosen: Sequence[NDArray[np.intp]],
    lead_s: float = 0.0,
) -> list[xr.DataArray]:
    """Responses (condition, neuron, time) of the chosen neurons of each draw, scaled.

    With `lead_s`, as much grey is shown, and recorded, before onset and after offset.
    """
    screen = part.twin.card.screen
    stack = np.stack(frames)
    n_draws, n_conditions, n_frames = stack.shape[:3]
    movies = stack.reshape(n_draws * n_conditions, n_frames, *screen.shape)
    if n_frames == 1:
        shape = (len(movies), screen.frames(duration_s), *screen.shape)
        movies = np.broadcast_to(movies, shape)
    if lead_s:
        grey = np.full((len(movies), screen.frames(lead_s), *screen.shape), screen.grey, np.uint8)
        movies = np.concatenate([grey, movies, grey], axis=1)
    union = np.unique(np.concatenate([*chosen, np.zeros(0, np.intp)])).astype(np.intp)
    answered = part.twin.respond(movies, neurons=union, behaviour=part.plan.behaviour)
    values = answered.values / part.physiology["reference"][union][None, :, None]
    time = answered["time"].values - lead_s
    values = values.reshape(n_draws, n_conditions, len(union), len(time))
    return [
        xr.DataArray(
            values[i][:, np.searchsorted(union, neurons)],
            dims=("condition", "neuron", "time"),
            coords={"time": time},
        )
        for i, neurons in enumerate(chosen)
    ]


def _summarise(shown: _Shown, plan: DrawPlan, response: xr.DataArray) -> None:
    how = measure(plan.measure)
    summary = how.summarise(window(response, plan.window_s).values)
    shown.features.append(np.asarray(summary, np.float32))
    shown.scores.append(_score(how, shown.features[-1], plan.rule.minimum))


def _score(how: Measure, summary: NDArray[np.float32], minimum: int) -> float:
    return score_draw(how, summary) if summary.shape[1] >= minimum else float("nan")


def _example_frames(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    keep = np.unique(np.linspace(0, frames.shape[1] - 1, EXEMPLAR_FRAMES).round().astype(int))
    return frames[:, keep]


def _join(plan: DrawPlan, shown: list[_Shown]) -> Answer:
    sizes = [len(this.neurons) for this in shown]
    # One of each kind, from the first draws that raise it.
    flags = {flag.code: flag for this in reversed(shown) for flag in reversed(this.flags)}
    answer: Answer = {
        "scores": [_json_number(this.scores[0]) for this in shown],
        "control_scores": [_json_number(s.scores[1]) for s in shown] if plan.control else [],
        "n_neurons": sizes,
        "sources": [this.source for this in shown],
        "residuals": {
            name: max(this.residuals.get(name, 0.0) for this in shown)
            for name in sorted({name for this in shown for name in this.residuals})
        },
        "warnings": _messages(flags.values(), "warn"),
        "refusals": _messages(flags.values(), "refuse"),
        "features": np.concatenate([this.features[0].T for this in shown]),
        "index": np.concatenate([this.neurons for this in shown]).astype(np.int32),
        "offsets": np.cumsum([0, *sizes]).astype(np.int32),
    }
    if plan.control is not None:
        answer["control_features"] = np.concatenate([this.features[1].T for this in shown])
    if plan.exemplar:
        answer["stimuli"] = np.stack(
            [s.stimuli for s in shown[:EXEMPLARS] if s.stimuli is not None]
        )
        answer["traces"] = np.stack([s.traces for s in shown if s.traces is not None])
    return answer


def _messages(flags: Iterable[Flag], severity: str) -> list[str]:
    return sorted(flag.message for flag in flags if flag.severity == severity)


def _json_number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _paint_key(request: PaintRequest) -> dict[str, Any]:
    return {"effect": "paint", "request": request.to_json()}


def _as_answer(image: NDArray[np.uint8]) -> Answer:
    return {"image": image}


def _must_be_painted() -> Answer:
    raise ContractError("A stimulus was shown before it was painted.", "Paint the plan first.")
