"""A rig on which every contrast is exactly null, whatever is asked.

A twin that is blind would not do: its neurons have no receptive fields, so that every pilot is
invalid and nothing is ever registered. Here stimuli, twin, neurons and the spread of a draw are
those of the laboratory; only which member is called the first one is left to chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from v1vlm.analysis.measures import measure
from v1vlm.analysis.neurons import Physiology
from v1vlm.records import digest, rng_of, seed_of
from v1vlm.rig import DrawPlan, Rig
from v1vlm.stimuli import Draw
from v1vlm.store import Answer, MemoryStore

POOL = 50
"""Draws in a pool, each shown both ways round."""


@dataclass(frozen=True)
class ExchangedRig(Rig):
    """A rig that exchanges the members of every second draw, at random.

    Everything else is the laboratory's: rendering, matching, guard, twin, neurons, measures.
    Exchanged, every measure that compares members changes its sign, so that d is symmetric
    about zero with the spread of a true effect: any claim of an effect is false, and whatever
    treats the first member unlike the second shows as one.

    Parameters
    ----------
    pool : MemoryStore, optional
        With it, draws are taken at random, with replacement, from `POOL` that are shown once
        for all studies, each both ways round: E[d] = 0 exactly, and a thousand studies cost
        little more than one. Readers' examples are left out.
    """

    pool: MemoryStore | None = None

    def draws(self, plan: DrawPlan, physiology: Physiology) -> list[list[Draw]]:
        """Draws of a plan, half of them turned; a seed that comes again is turned otherwise."""
        before: set[int] = set()
        turned = []
        for seed in plan.seeds:
            turned.append(bool(rng_of("exchanged", seed).integers(2)) ^ (seed in before))
            before.add(seed)
        factorial = measure(plan.measure).conditions == "factorial"
        return [
            [_turned(d, factorial) if turn else d for d, turn in zip(draws, turned, strict=True)]
            for draws in super().draws(plan, physiology)
        ]

    def show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        """Draws of a plan and their answers; see `v1vlm.rig.Rig.show`."""
        pool = self.pool
        if pool is None:
            return super().show(plan, physiology)
        plain = plan.model_copy(update={"exemplar": False, "secondary": False, "guarded": False})
        key = plain.model_copy(update={"seeds": ()})
        seeds = tuple(seed_of("gym pool", digest(key), i // 2) for i in range(2 * POOL))
        whole = plain.model_copy(update={"seeds": seeds})
        request = {"effect": "gym pool", "plan": whole.to_json()}

        def act() -> Answer:
            rig = ExchangedRig(self.twin, MemoryStore(), self.generator, self.executor)
            return rig.show(whole, physiology)

        chosen = [int(rng_of("gym pool", seed).integers(2 * POOL)) for seed in plan.seeds]
        shown = pool.once(request, act)
        return self.store.once(plan.request(), lambda: _taken(shown, chosen))


def _turned(draw: Draw, factorial: bool) -> Draw:
    """The members in the order that turns the sign of every measure of them."""
    stimuli = draw.stimuli[2:] + draw.stimuli[:2] if factorial else draw.stimuli[::-1]
    return draw.model_copy(update={"stimuli": stimuli})


def _taken(shown: Answer, chosen: Sequence[int]) -> Answer:
    """The answer to some draws out of that to many."""
    bounds = list(pairwise(np.asarray(shown["offsets"]).tolist()))
    rows = np.concatenate([np.arange(*bounds[i]) for i in chosen]).astype(np.intp)
    sizes = [bounds[i][1] - bounds[i][0] for i in chosen]
    entries = {n: v[rows] for n, v in shown.items() if n in _PER_ENTRY}
    draws = {n: [v[i] for i in chosen] for n, v in shown.items() if n in _PER_DRAW and v}
    return {**shown, **entries, **draws, "offsets": np.cumsum([0, *sizes]).astype(np.int32)}


_PER_ENTRY = ("features", "control_features", "index")
_PER_DRAW = ("scores", "control_scores", "n_neurons", "sources")
