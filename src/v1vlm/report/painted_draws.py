"""Which painted draws a report shows, rendered again from seeds and stored images."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from v1vlm.figures import PaintedDraw, Painting
from v1vlm.journal import State, Trial, confirmed_seeds
from v1vlm.physiology import load_physiology
from v1vlm.rig import assets_of, is_painted, placements
from v1vlm.stimuli import Assets, Draw, Painted, PaintRequest, PhaseScrambled, Screen, Stimulus
from v1vlm.store import MemoryStore

SHOWN = 4
"""Draws of every painted claim."""


def painted_draws(state: State, trial: Trial, store: MemoryStore) -> tuple[PaintedDraw, ...]:
    """Some draws of the estimate whose pairs passed: the first ones of as many wordings as can be.

    Raises
    ------
    IntegrityError
        If an image is missing or damaged.
    """
    registration = trial.registration
    rule, main = registration.manipulation, registration.main
    looks = trial.of(main.id, "estimate").looks
    if rule is None or not looks:
        return ()
    screen = Screen.from_json(state.twin["screen"])
    physiology = load_physiology(state.physiology or {}, store.get)
    centres = placements(physiology, main.rule, screen)
    seed_at = confirmed_seeds(trial, main, "estimate")
    passed = [i for i, one in enumerate(looks) if rule.passes(one[-1])]
    drawn = {i: main.contrast.draw(seed_at(i, len(looks[i]) - 1), centres) for i in passed}
    before: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for i, draw in drawn.items():
        wording = draw.source or ""
        order.append((before[wording], i))
        before[wording] += 1
    made = []
    for i in sorted(i for _, i in sorted(order)[:SHOWN]):
        assets = assets_of(store, [[drawn[i]]], unpainted=state.unpainted is not None)
        if is_painted(drawn[i], assets):
            frames, _ = main.contrast.render(drawn[i], screen, assets)
            middle = frames[:, frames.shape[1] // 2]
            made.append(_shown(i + 1, drawn[i], middle, assets, screen))
    return tuple(made)


def _shown(
    number: int, draw: Draw, seen: NDArray[np.uint8], assets: Assets, screen: Screen
) -> PaintedDraw:
    members = [_bare(stimulus) for stimulus in draw.stimuli]
    painted = [member for member in members if member is not None]
    originals = [m.request.original for m in painted if m.request.original is not None]
    return PaintedDraw(
        number=number,
        wording=draw.source or "",
        original=_painting(originals[0], assets) if originals else None,
        members=tuple(None if m is None else _painting(m.request, assets) for m in members),
        seen=seen,
        away_deg=np.hypot(*screen.local_deg(draw.azimuth_deg, draw.elevation_deg)),
        radius_deg=next((m.diameter_deg / 2 for m in painted if m.region != "all"), None),
    )


def _bare(stimulus: Stimulus) -> Painted | None:
    """What was painted for a stimulus."""
    if isinstance(stimulus, PhaseScrambled):
        stimulus = stimulus.source_stimulus
    return stimulus if isinstance(stimulus, Painted) else None


def _painting(request: PaintRequest, assets: Assets) -> Painting:
    name = request.digest()
    return Painting(np.asarray(assets[name]), request.prompt, name, request.seed)
