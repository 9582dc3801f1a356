"""What a worker does with some draws: render, match, guard, show and summarise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import Measure, measure, score_draw
from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.claims import NeuronRule
from v1vlm.errors import ProposalError
from v1vlm.responses import within
from v1vlm.rig.plan import LEAD_S, OFFSET_S, SECONDARY_S, DrawPlan
from v1vlm.rig.specifications import specifications, summarised
from v1vlm.stimuli import Assets, Contrast, Draw, Flag, Screen, guard
from v1vlm.twins import Twin

Float32 = NDArray[np.float32]
Index = NDArray[np.intp]
Picture = tuple[NDArray[np.uint8], dict[str, float]]

EXAMPLE_FRAMES = 4

MOVIE_FRAMES = 60
"""Frames kept of a movie that readers can play: two seconds whole, longer ones evenly thinned."""


@dataclass(frozen=True)
class Part:
    """Some draws of a plan; everything a worker needs.

    Attributes
    ----------
    drawn : list of list of Draw
        Of the plan's contrast and, with a control, of the control's.
    """

    twin: Twin
    plan: DrawPlan
    physiology: Physiology
    assets: Assets
    drawn: list[list[Draw]]

    @property
    def contrasts(self) -> list[Contrast]:
        """The contrasts shown, in order."""
        return [self.plan.contrast] + ([self.plan.control] if self.plan.control else [])


@dataclass(frozen=True)
class Example:
    """One draw as readers see it.

    Attributes
    ----------
    stimuli : uint8 array (condition, frame, y, x)
        A few frames.
    waves : float32 array (condition, neuron, time)
        Of the neurons that count, from before onset until after offset.
    field : float32 array (condition, neuron)
        Mean response in the window of every neuron of the half that has the quality, wherever
        its receptive field lies.
    everyone : array (neuron,)
        The neurons of `field`.
    movie : uint8 array (condition, frame, y, x) or None
        As many frames as a reader needs to see it move; None of static images.
    """

    stimuli: NDArray[np.uint8]
    waves: Float32
    field: Float32
    everyone: Index
    movie: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class Response:
    """Responses to the members of a draw, in units of each neuron's reference.

    Attributes
    ----------
    values : array (condition, neuron, time)
    time_s : array (time,)
        From onset.
    """

    values: NDArray[np.floating]
    time_s: NDArray[np.float64]

    def during(self, window_s: tuple[float, float]) -> NDArray[np.floating]:
        """The values in a window.

        Raises
        ------
        ValueError
            If the window holds no time point.
        """
        inside = np.flatnonzero(within(self.time_s, window_s))
        if not inside.size:
            raise ValueError(f"window {window_s} s holds no time point of the responses")
        return self.values[:, :, inside]

    def of(self, neurons: Index) -> Response:
        """The responses of some neurons, by their place among these."""
        return Response(self.values[:, neurons], self.time_s)


@dataclass
class Shown:
    """One draw, shown and summarised.

    Attributes
    ----------
    features : list of array (feature, neuron)
        Of the contrast and, with one, of its control.
    secondary : dict of str to array (feature, neuron)
        The same in other windows, by name.
    blank : bool
        It could not be rendered.
    specified : array (specification, window, feature) or None
        Averaged over the neurons of other rules (see `v1vlm.rig.specifications`), of which
        `specified_counts` (specification,) count.
    """

    draw: Draw
    neurons: Index
    features: list[Float32] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    residuals: dict[str, float] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    secondary: dict[str, Float32] = field(default_factory=dict)
    example: Example | None = None
    blank: bool = False
    specified: NDArray[np.float64] | None = None
    specified_counts: NDArray[np.int32] | None = None


def show_part(part: Part) -> list[Shown]:
    """Show all draws of a part and summarise the responses."""
    plan, screen = part.plan, part.twin.card.screen
    shown = [Shown(draw, _chosen(part, draw)) for draw in part.drawn[0]]
    pictures = [
        [
            None if draw.seed in plan.void else _rendered(contrast, draw, screen, part.assets)
            for draw in draws
        ]
        for contrast, draws in zip(part.contrasts, part.drawn, strict=True)
    ]
    for this, *of_draw in zip(shown, *pictures, strict=True):
        if any(picture is None for picture in of_draw):
            # What cannot be shown counts for no neuron, which makes the draw invalid.
            this.neurons, this.blank = this.neurons[:0], True
    chosen = [_specified(part, this) for this in shown]
    for number, (contrast, draws) in enumerate(zip(part.contrasts, part.drawn, strict=True)):
        rendered = _with_grey(pictures[number], contrast, screen)
        frames = [image for image, _ in rendered]
        flags = _flags(plan, contrast, screen, draws, frames) if plan.guarded else ()
        wanted = [
            _all_of(this.neurons, of.values()) for this, of in zip(shown, chosen, strict=True)
        ]
        responses = _respond(part, frames, contrast.duration_s, wanted)
        drawn = zip(shown, rendered, responses, wanted, chosen, strict=True)
        for this, (_, left), whole, neurons, of in drawn:
            response = whole.of(np.searchsorted(neurons, this.neurons))
            _summarise(part, this, response)
            for name, value in left.items():
                this.residuals[name] = max(value, this.residuals.get(name, 0.0))
            this.flags += flags
            if plan.secondary and number == 0:
                _summarise_secondary(part, this, response)
                _summarise_specified(part, this, whole, neurons, of)
        if plan.exemplar and number == 0:
            _keep_examples(part, contrast, frames, shown)
    return shown


def _chosen(part: Part, draw: Draw) -> Index:
    """Neurons that count for a draw."""
    return _select(part, part.plan.rule, draw)


def _select(part: Part, rule: NeuronRule, draw: Draw) -> Index:
    """Neurons that meet a rule; none where the members of a draw share no orientation to prefer."""
    if rule.prefers_within_deg is not None and draw.orientation_deg is None:
        return np.zeros(0, np.intp)
    return rule.select(part.physiology, draw.azimuth_deg, draw.elevation_deg, draw.orientation_deg)


def _specified(part: Part, shown: Shown) -> dict[str, Index]:
    """Neurons that would count for a draw under other rules; none unless the plan asks."""
    if not part.plan.secondary:
        return {}
    found = {}
    for name, rules in specifications(part.plan.rule).items():
        none = np.zeros(0, np.intp)
        these = [] if shown.blank else [_select(part, rule, shown.draw) for rule in rules]
        found[name] = _all_of(none, these)
    return found


def _all_of(neurons: Index, others: Iterable[Index]) -> Index:
    """All neurons named, each once, in order."""
    return np.unique(np.concatenate([neurons, *others])).astype(np.intp)


def is_painted(draw: Draw, assets: Assets) -> bool:
    """Whether all images of a draw are there; they are not where painting was given up."""
    requests = [request for stimulus in draw.stimuli for request in stimulus.requests()]
    return all(request.digest() in assets for request in requests)


def _rendered(contrast: Contrast, draw: Draw, screen: Screen, assets: Assets) -> Picture | None:
    """Frames and residuals of a draw; None where it was not painted or cannot be matched."""
    if not is_painted(draw, assets):
        return None
    try:
        return contrast.render(draw, screen, assets)
    except ProposalError:
        return None


def _flags(
    plan: DrawPlan,
    contrast: Contrast,
    screen: Screen,
    draws: Sequence[Draw],
    frames: Sequence[NDArray[np.uint8]],
) -> tuple[Flag, ...]:
    """What the guard says of the draws that are shown."""
    kept = [i for i, draw in enumerate(draws) if draw.seed not in plan.void]
    return guard(contrast, screen, [draws[i] for i in kept], [frames[i] for i in kept])


def _with_grey(
    pictures: Sequence[Picture | None], contrast: Contrast, screen: Screen
) -> list[Picture]:
    """Grey frames, as many as the others have, for the draws that cannot be shown."""
    lengths = [picture[0].shape[1] for picture in pictures if picture is not None]
    shape = (len(contrast.families), max(lengths, default=1), *screen.shape)
    grey = np.full(shape, screen.grey, np.uint8)
    return [(grey, {}) if picture is None else picture for picture in pictures]


def _respond(
    part: Part,
    frames: Sequence[NDArray[np.uint8]],
    duration_s: float,
    wanted: Sequence[Index],
    lead_s: float = 0.0,
) -> list[Response]:
    """Responses of the wanted neurons of each draw.

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
    union = np.unique(np.concatenate([*wanted, np.zeros(0, np.intp)])).astype(np.intp)
    answered = part.twin.respond(movies, neurons=union, behaviour=part.plan.behaviour)
    values = answered.values / part.physiology["reference"][union][None, :, None]
    time = answered["time"].values - lead_s
    values = values.reshape(n_draws, n_conditions, len(union), len(time))
    return [
        Response(values[i][:, np.searchsorted(union, neurons)], time)
        for i, neurons in enumerate(wanted)
    ]


def _summarise(part: Part, shown: Shown, response: Response) -> None:
    how = measure(part.plan.measure)
    shown.features.append(_features(part, shown, how, response, part.plan.window_s, shown.neurons))
    enough = shown.features[-1].shape[1] >= part.plan.rule.minimum
    shown.scores.append(score_draw(how, shown.features[-1]) if enough else float("nan"))


def _summarise_secondary(part: Part, shown: Shown, response: Response) -> None:
    how, rate = measure(part.plan.measure), part.twin.card.screen.frame_rate_hz
    duration_s = len(response.time_s) / rate
    for name, window_s in SECONDARY_S.items():
        if window_s[1] <= duration_s + 1e-9 and window_s != part.plan.window_s:
            shown.secondary[name] = _features(part, shown, how, response, window_s, shown.neurons)


def _summarise_specified(
    part: Part, shown: Shown, whole: Response, neurons: Index, chosen: dict[str, Index]
) -> None:
    how, plan = measure(part.plan.measure), part.plan

    def of_window(name: str) -> Float32 | None:
        if name != "registered" and name not in shown.secondary:
            return None
        window_s = plan.window_s if name == "registered" else SECONDARY_S[name]
        return _features(part, shown, how, whole, window_s, neurons)

    shown.specified = summarised(chosen, neurons, of_window)
    shown.specified_counts = np.array([len(index) for index in chosen.values()], np.int32)


def _features(
    part: Part,
    shown: Shown,
    how: Measure,
    response: Response,
    window_s: tuple[float, float],
    neurons: Index,
) -> Float32:
    inside = response.during(window_s)
    if not how.placed:
        return np.asarray(how.summarise(inside), np.float32)
    distance = _distance_deg(part.physiology, shown.draw, neurons)
    return np.asarray(how.summarise(inside, distance), np.float32)


def _distance_deg(physiology: Physiology, draw: Draw, neurons: Index) -> NDArray[np.float64]:
    """Distance of each receptive field from the nearest feature, or the centre without any."""
    places = draw.features_deg or ((draw.azimuth_deg, draw.elevation_deg),)
    azimuth = physiology["rf_azimuth_deg"][neurons]
    elevation = physiology["rf_elevation_deg"][neurons]
    nearest: NDArray[np.float64] = np.min(
        [angular_distance_deg(azimuth, elevation, place) for place in places], axis=0
    )
    return nearest


def _keep_examples(
    part: Part, contrast: Contrast, frames: Sequence[NDArray[np.uint8]], shown: Sequence[Shown]
) -> None:
    """Frames and responses for readers, and the window after offset.

    They come from a showing of their own, so that all scored draws are shown alike.
    """
    plan = part.plan
    whole = plan.rule.model_copy(update={"within_deg": None, "prefers_within_deg": None})
    everyone = whole.candidates(part.physiology)
    all_wanted = [everyone] * len(shown)
    responses = _respond(part, frames, contrast.duration_s, all_wanted, lead_s=LEAD_S)
    how = measure(plan.measure)
    for this, image, response in zip(shown, frames, responses, strict=True):
        counted = response.of(np.searchsorted(everyone, this.neurons))
        in_window = response.during(plan.window_s).mean(axis=2)
        this.example = Example(
            _evenly(image, EXAMPLE_FRAMES),
            np.asarray(counted.values, np.float32),
            np.asarray(in_window, np.float32),
            everyone,
            _evenly(image, MOVIE_FRAMES) if image.shape[1] > 1 else None,
        )
        if plan.secondary:
            offset = float(response.time_s[-1]) + 1 / part.twin.card.screen.frame_rate_hz - LEAD_S
            after = (offset + OFFSET_S[0], offset + OFFSET_S[1])
            this.secondary["offset"] = _features(part, this, how, counted, after, this.neurons)


def _evenly(frames: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    keep = np.unique(np.linspace(0, frames.shape[1] - 1, n).round().astype(int))
    return frames[:, keep]
