"""What is true of a twin, by large sample: for exactly what was tested."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.analysis.evidence import invalid_as
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Arm, Direction, Registration
from v1vlm.records import Record, digest, seed_of
from v1vlm.rig import DrawPlan, Rig
from v1vlm.store import MemoryStore

CHUNK = 100
DRAWS_MIN, DRAWS_MAX = 200, 1600
CLEAR_SE, SCORED_SE = 4.0, 3.0
"""Drawing ends where the mean lies 4 standard errors from the margins; 3 are asked for a score."""

TruthValue = Literal["true", "false", "unclear"]


class Truth(Record):
    """The mean of a clipped measure over many fresh draws.

    Attributes
    ----------
    mean, se, sd : float
        Mean, its standard error, and the spread of single draws.
    n : int
        Draws.
    """

    mean: float
    se: float
    sd: float
    n: int = Field(ge=2)

    def of_claim(self, direction: Direction, margin: float) -> TruthValue:
        """Whether a claim holds; unclear within three standard errors of a margin it turns on."""
        if any(abs(self.mean - edge) <= SCORED_SE * self.se for edge in edges(direction, margin)):
            return "unclear"
        holds = {
            "greater": self.mean > margin,
            "less": self.mean < -margin,
            "different": abs(self.mean) > margin,
            "equivalent": abs(self.mean) < margin,
        }[direction]
        return "true" if holds else "false"

    def clear(self, direction: Direction, margin: float) -> bool:
        """Whether more draws would hardly change the answer."""
        return all(abs(self.mean - edge) > CLEAR_SE * self.se for edge in edges(direction, margin))


def edges(direction: Direction, margin: float) -> tuple[float, ...]:
    """Means at which a claim turns from false to true."""
    return {"greater": (margin,), "less": (-margin,)}.get(direction, (-margin, margin))


def truth_of(
    registration: Registration,
    arm: Arm,
    rig: Rig,
    physiology: Physiology,
    memo: MemoryStore,
    direction: Direction,
) -> Truth:
    """Measure what an arm tests with fresh draws, until it is clear or `DRAWS_MAX` are shown.

    The seeds depend on the plan and not on the registration, so that the truth of a case on a
    twin is measured once; no study draws from them.

    Parameters
    ----------
    direction : Direction
        The claim's, of a `different` one's control the side of the claim.
    memo : MemoryStore
        Keeps the raw scores.
    """
    prediction, bound = registration.hypothesis.prediction, registration.clip_bound
    absent = arm.expects == "absent"
    contrast = registration.main.contrast if absent else arm.contrast
    plan = DrawPlan(
        contrast=contrast,
        control=arm.contrast if absent else None,
        rule=arm.rule,
        measure=prediction.measure,
        window_s=prediction.window_s,
        seeds=(),
        twin=registration.twin_digest,
        physiology=physiology.digest,
    )
    invalid = invalid_as(prediction.direction, bound)
    values = np.zeros(0)
    while True:
        scores = _scores(plan, len(values), rig, physiology, memo)
        values = np.append(values, clipped(scores, bound, invalid))
        truth = summary(values)
        enough = truth.n >= DRAWS_MIN and truth.clear(direction, prediction.margin)
        if enough or truth.n >= DRAWS_MAX:
            return truth


def summary(values: NDArray[np.float64]) -> Truth:
    """Mean, standard error and spread of values (draw,)."""
    sd = float(values.std(ddof=1))
    return Truth(mean=float(values.mean()), se=sd / len(values) ** 0.5, sd=sd, n=len(values))


def clipped(
    scores: tuple[NDArray[np.float64], NDArray[np.float64] | None], bound: float, invalid: float
) -> NDArray[np.float64]:
    """Values (draw,) as the test forms them from raw scores, and from those of a control."""
    main, control = scores
    values = np.clip(main, -bound, bound)
    if control is not None:
        values = values - np.clip(control, -bound, bound)
    return np.where(np.isnan(values), invalid, values)


def _scores(
    plan: DrawPlan, start: int, rig: Rig, physiology: Physiology, memo: MemoryStore
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    key = digest(plan)
    seeds = tuple(seed_of("gym truth", key, i) for i in range(start, start + CHUNK))
    chunk = plan.model_copy(update={"seeds": seeds})

    def act() -> dict[str, NDArray[np.float64]]:
        answer = Rig(rig.twin, MemoryStore(), rig.generator, rig.executor).show(chunk, physiology)
        names = ["scores"] + (["control_scores"] if plan.control is not None else [])
        return {name: np.array(answer[name], np.float64) for name in names}

    known = memo.once({"effect": "gym truth", "plan": chunk.to_json()}, act)
    return np.asarray(known["scores"]), known.get("control_scores")
