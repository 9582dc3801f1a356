"""Looks at pairs of painted images before they are shown, and tries another where one fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import ProposalError
from v1vlm.manipulation import Look, Looks, Manipulation, Sighted, askable, lineup
from v1vlm.rig.draws import is_painted
from v1vlm.rig.plan import DrawPlan
from v1vlm.rig.show import Rig, assets_of
from v1vlm.stimuli import Assets, Contrast, Draw, Screen, differences


@dataclass(frozen=True)
class Sighting:
    """Two images as the twin sees them, and what one of them should show.

    Attributes
    ----------
    description : str
        What is asked for.
    top, bottom : uint8 array (y, x)
    """

    description: str
    top: NDArray[np.uint8]
    bottom: NDArray[np.uint8]


See = Callable[[Sighting], Sighted]
"""Asks somebody who can see which image shows what; only called where the rule says so."""


def inspect(
    rig: Rig,
    plan: DrawPlan,
    rule: Manipulation,
    seed_at: Callable[[int, int], int],
    count: int,
    physiology: Physiology,
    see: See,
) -> tuple[tuple[Looks, ...], list[str]]:
    """Look at the pairs of some draws until each has one that passes, or has used up its tries.

    Every look follows from the seed of its pair alone.

    Parameters
    ----------
    plan : DrawPlan
        What is to be shown; its seeds are of no account.
    seed_at : callable
        Seed of draw *i* at try *t*, both from 0.
    count : int
        Draws.

    Returns
    -------
    looks : tuple of tuple of Look
        Per draw, one for each try.
    painted : list of str
        Digests of all images that were needed.
    """
    looks: list[list[Look]] = [[] for _ in range(count)]
    painted: dict[str, None] = {}
    for attempt in range(rule.tries):
        still = [i for i in range(count) if not looks[i] or not rule.passes(looks[i][-1])]
        if not still:
            break
        seeds = tuple(seed_at(i, attempt) for i in still)
        drawn = rig.draws(plan.model_copy(update={"seeds": seeds}), physiology)
        painted |= dict.fromkeys(request.digest() for request in rig.paint(drawn))
        assets = assets_of(rig.store, drawn, unpainted=rig.unpainted)
        contrasts = [plan.contrast] + ([plan.control] if plan.control is not None else [])
        for i, draws in zip(still, zip(*drawn, strict=True), strict=True):
            pairs = list(zip(contrasts, draws, strict=True))
            looks[i].append(look_at(pairs, rule, rig.screen, assets, see))
    return tuple(map(tuple, looks)), list(painted)


def look_at(
    pairs: Sequence[tuple[Contrast, Draw]],
    rule: Manipulation,
    screen: Screen,
    assets: Assets,
    see: See,
) -> Look:
    """Look at one draw of a contrast, and of its control if there is one.

    Differences are the larger ones of both; what the images show is asked of the first alone.
    """
    found: dict[str, float] = {}
    shown = []
    for contrast, draw in pairs:
        if not is_painted(draw, assets):
            return Look(differences=None)
        try:
            frames, _ = contrast.render(draw, screen, assets)
        except ProposalError:
            return Look(differences=None)
        window = contrast.window(draw, screen)
        _keep_larger(found, differences(frames, screen, window, contrast.matching))
        shown.append(frames)
    contrast, draw = pairs[0]
    if not (rule.asked and rule.matched(found) and askable(contrast)):
        return Look(differences=found)
    order = lineup(draw.seed, len(contrast.families))
    family = contrast.families[order.asked_for].to_json()
    # A movie is told by the frame in its middle; painted images are still.
    middle = shown[0].shape[1] // 2
    sighting = Sighting(
        str(family["description"]), shown[0][order.top, middle], shown[0][order.bottom, middle]
    )
    return Look(differences=found, expected=order.expected, answer=see(sighting))


def _keep_larger(found: dict[str, float], more: Mapping[str, float]) -> None:
    for name, value in more.items():
        found[name] = max(value, found.get(name, 0.0))
