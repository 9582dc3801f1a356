"""Other ways of deciding, on the very claims that the laboratory tested.

None of them has controls, a margin that it must exceed under optional stopping, or an account
of the hypotheses tested before: that is what they are here to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from v1vlm.claims import Direction
from v1vlm.gym.runner import spread
from v1vlm.gym.studies import StudyRecord, Tested, memo_in, subject
from v1vlm.gym.suites import load_suite
from v1vlm.records import seed_of
from v1vlm.rig import DrawPlan, Rig
from v1vlm.store import MemoryStore

IMAGES = 50
ALPHA = 0.05


@dataclass(frozen=True)
class Sample:
    """What a baseline sees of a claim.

    Attributes
    ----------
    scores : array (draw,)
        Of fresh draws; invalid ones are left out.
    neurons : array (neuron,)
        The index of every neuron in the first draw.
    """

    direction: Direction
    margin: float
    scores: NDArray[np.float64]
    neurons: NDArray[np.float64]


Rule = Callable[[Sequence[Sample]], list[bool]]
"""Which claims of one study are made."""


def baselines(
    records: Sequence[StudyRecord], folder: Path, workers: int = 1
) -> dict[str, list[StudyRecord]]:
    """The records of a suite as they would be if other rules had decided.

    Parameters
    ----------
    folder : Path
        Of the suite's run; what is shown to the twins is kept in its memo.
    """
    spread(partial(_show, folder), records, workers, lambda _: None)
    memo = memo_in(folder)
    samples = [[_sample(record, tested, memo) for tested in record.tested] for record in records]
    return {
        name: [_decided(record, rule(seen)) for record, seen in zip(records, samples, strict=True)]
        for name, rule in RULES.items()
    }


def one_image(samples: Sequence[Sample]) -> list[bool]:
    """One image per condition, the larger mean wins; without a direction, any difference."""
    wins = {"greater": 1.0, "less": -1.0}
    claims = []
    for sample in samples:
        first = float(sample.scores[0]) if sample.scores.size else 0.0
        sign = wins.get(sample.direction)
        claims.append(first != 0 if sign is None else sign * first > 0)
        claims[-1] &= sample.direction != "equivalent"
    return claims


def t_over_neurons(samples: Sequence[Sample]) -> list[bool]:
    """A t-test with neurons as the sample, of one image per condition, against no difference."""
    return [p < ALPHA for p in (_p_value(s.neurons, s.direction, 0.0) for s in samples)]


def t_over_images(samples: Sequence[Sample]) -> list[bool]:
    """A t-test over a fixed number of images, against the margin."""
    return [p < ALPHA for p in _p_values(samples)]


def bonferroni(samples: Sequence[Sample]) -> list[bool]:
    """The same, at a level divided by the number of claims of the study."""
    return [p < ALPHA / len(samples) for p in _p_values(samples)]


def benjamini_hochberg(samples: Sequence[Sample]) -> list[bool]:
    """The same, with the false discovery rate over the study controlled after the fact."""
    if not samples:
        return []
    adjusted = stats.false_discovery_control(_p_values(samples))
    return [bool(p < ALPHA) for p in adjusted]


RULES: Mapping[str, Rule] = {
    "one image per condition, larger mean wins": one_image,
    "t-test over neurons, one image per condition": t_over_neurons,
    f"t-test over {IMAGES} images": t_over_images,
    f"t-test over {IMAGES} images, Bonferroni": bonferroni,
    f"t-test over {IMAGES} images, Benjamini–Hochberg": benjamini_hochberg,
}


def _p_values(samples: Sequence[Sample]) -> list[float]:
    return [_p_value(s.scores, s.direction, s.margin) for s in samples]


def _p_value(values: NDArray[np.float64], direction: Direction, margin: float) -> float:
    if len(values) < 2 or not np.ptp(values):
        # Without spread a t-test has no answer; what it would be in the limit.
        mean = float(values.mean()) if len(values) else 0.0
        holds = {
            "greater": mean > margin,
            "less": mean < -margin,
            "different": abs(mean) > margin,
            "equivalent": abs(mean) < margin,
        }[direction]
        return 0.0 if holds and len(values) > 1 else 1.0

    def above(edge: float) -> float:
        return float(stats.ttest_1samp(values, edge, alternative="greater").pvalue)

    def below(edge: float) -> float:
        return float(stats.ttest_1samp(values, edge, alternative="less").pvalue)

    return {
        "greater": lambda: above(margin),
        "less": lambda: below(-margin),
        "different": lambda: min(1.0, 2 * min(above(margin), below(-margin))),
        "equivalent": lambda: max(above(-margin), below(margin)),
    }[direction]()


def _show(folder: Path, record: StudyRecord) -> None:
    for tested in record.tested:
        _sample(record, tested, memo_in(folder))


def _sample(record: StudyRecord, tested: Tested, memo: MemoryStore) -> Sample:
    case = load_suite(record.plan.suite).case(tested.case)
    request = {"effect": "gym baseline", "case": case.to_json(), "twin": record.plan.twin}

    def act() -> dict[str, NDArray[np.float64]]:
        twin, physiology = subject(record.plan.twin, memo)
        claim = case.hypothesis("H1", (), None)
        plan = DrawPlan(
            contrast=claim.contrast,
            rule=claim.rule,
            measure=claim.prediction.measure,
            window_s=claim.prediction.window_s,
            seeds=tuple(seed_of("gym baseline", case.id, i) for i in range(IMAGES)),
            twin=twin.card.digest,
            physiology=physiology.digest,
        )
        answer = Rig(twin, MemoryStore()).show(plan, physiology)
        first = answer["features"][: answer["offsets"][1], 0]
        return {
            "scores": np.array(answer["scores"], np.float64),
            "neurons": np.asarray(first, np.float64),
        }

    seen = memo.once(request, act)
    scores, neurons = np.asarray(seen["scores"]), np.asarray(seen["neurons"])
    return Sample(tested.direction, tested.margin, scores[np.isfinite(scores)], neurons)


def _decided(record: StudyRecord, claims: Sequence[bool]) -> StudyRecord:
    tested = tuple(
        t.model_copy(
            update={
                "verdict": "supported" if claimed else "inconclusive",
                "controls_verdict": "no controls",
            }
        )
        for t, claimed in zip(record.tested, claims, strict=True)
    )
    return record.model_copy(update={"tested": tested})
