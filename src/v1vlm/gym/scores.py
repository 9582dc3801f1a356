"""Error rates and power of many studies, with intervals that know what is independent.

Claims of one study depend on each other (they share a twin, its neurons and the error budget),
so rates are taken over studies: the false discovery proportion of each is one observation, and
intervals of means of proportions come from betting [1]_. Events that a study has or has not get
Clopper–Pearson intervals. Power is a ratio over studies, its interval a bootstrap of studies.

References
----------
.. [1] I. Waudby-Smith & A. Ramdas (2024). Estimating means of bounded random variables by
   betting. J. R. Stat. Soc. B 86(1), 1-27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from v1vlm.analysis.evidence import wealth
from v1vlm.gym.studies import StudyRecord, Tested
from v1vlm.gym.truth import SCORED_SE, Truth
from v1vlm.records import rng_of

Claim = Literal["supported", "contradicted", "robust"]
CLAIMS: tuple[Claim, ...] = ("supported", "contradicted", "robust")
RESAMPLES = 2000
GRID = 200


@dataclass(frozen=True)
class Rate:
    """A rate with its interval.

    Attributes
    ----------
    value, low, high : float
        NaN where nothing was counted. `low` and `high` make a 95 % interval.
    upper : float
        One-sided 95 % bound, where it is given.
    n : int
        What was counted: claims, or studies.
    """

    value: float
    low: float
    high: float
    n: int
    upper: float = float("nan")


def false_discovery(records: Sequence[StudyRecord], claim: Claim) -> Rate:
    """Mean over studies of false / max(1, claims); unclear claims are left out.

    `n` counts the claims, over all studies.
    """
    proportions, n_claims = [], 0
    for record in records:
        answers = [answer for t in record.tested if (answer := judged(t, claim)) is not None]
        n_claims += len(answers)
        proportions.append(answers.count(False) / max(1, len(answers)))
    low, high, upper = betting_interval(np.array(proportions))
    value = float(np.mean(proportions)) if proportions else float("nan")
    return Rate(value, low, high, n_claims, upper)


def judged(tested: Tested, claim: Claim) -> bool | None:
    """Whether a claim that was made is true; None where it was not made, or is unclear."""
    answer = tested.robust_answer if claim == "robust" else tested.answer
    made = {
        "supported": tested.verdict == "supported",
        "contradicted": tested.verdict == "contradicted",
        "robust": tested.verdict == "supported" and tested.controls_verdict == "robust",
    }[claim]
    if not made or answer == "unclear":
        return None
    return (answer == "false") if claim == "contradicted" else (answer == "true")


def betting_interval(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Interval of the mean of values in [0, 1] by betting, and its one-sided upper bound.

    Returns
    -------
    low, high : float
        95 %, half of the error on either side, rounded outwards to multiples of 1/200.
    upper : float
        One-sided, 95 %.
    """
    if not len(values):
        return float("nan"), float("nan"), float("nan")
    # The processes of the evidence engine bet on draws within ±1.
    draws = 2 * np.asarray(values, np.float64) - 1
    means = np.arange(1, GRID) / GRID
    above = np.array([wealth(draws, 2 * m - 1, 1.0).max() for m in means])
    below = np.array([wealth(-draws, 1 - 2 * m, 1.0).max() for m in means])

    def first_rejected(level: float) -> float:
        rejected = means[below >= level]
        return float(rejected[0]) if rejected.size else 1.0

    too_low = means[above >= 40]
    low = float(too_low[-1]) if too_low.size else 0.0
    return low, first_rejected(40), first_rejected(20)


def clopper_pearson(hits: int, n: int) -> Rate:
    """Rate of independent events, with its exact interval."""
    if n == 0:
        return Rate(float("nan"), 0.0, 1.0, 0, 1.0)
    low = float(beta.ppf(0.025, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, n - hits)) if hits < n else 1.0
    upper = float(beta.ppf(0.95, hits + 1, n - hits)) if hits < n else 1.0
    return Rate(hits / n, low, high, n, upper)


def studies_with(records: Sequence[StudyRecord], event: Callable[[Tested], bool]) -> Rate:
    """Share of studies with any such claim."""
    hits = sum(any(event(tested) for tested in record.tested) for record in records)
    return clopper_pearson(hits, len(records))


def share(
    records: Sequence[StudyRecord],
    among: Callable[[Tested], bool],
    hit: Callable[[Tested], bool],
) -> Rate:
    """Share of hits among some claims; studies are resampled, whole, for the interval."""
    counts = np.array(
        [
            [sum(among(t) and hit(t) for t in r.tested), sum(among(t) for t in r.tested)]
            for r in records
        ],
        float,
    ).reshape(-1, 2)
    hits, n = counts.sum(axis=0)
    if not n:
        return Rate(float("nan"), float("nan"), float("nan"), 0)
    if hits in (0, n):
        # Resampling says nothing about an event that was never, or always, seen. One per
        # study at most is counted as independent.
        n_studies = int((counts[:, 1] > 0).sum())
        exact = clopper_pearson(n_studies if hits else 0, n_studies)
        return Rate(float(hits / n), exact.low, exact.high, int(n), exact.upper)
    rng = rng_of("gym", "share", counts.tolist())
    again = counts[rng.integers(len(counts), size=(RESAMPLES, len(counts)))].sum(axis=1)
    shares = again[:, 0] / np.where(again[:, 1] > 0, again[:, 1], np.nan)
    low, high = np.nanpercentile(shares, [2.5, 97.5])
    return Rate(float(hits / n), float(low), float(high), int(n))


def is_true(tested: Tested) -> bool:
    """Clearly true of this twin."""
    return tested.answer == "true"


def is_false(tested: Tested) -> bool:
    """Clearly false of this twin."""
    return tested.answer == "false"


def is_supported(tested: Tested) -> bool:
    """Supported by the laboratory."""
    return tested.verdict == "supported"


def false_claim(tested: Tested) -> bool:
    """Supported and clearly false."""
    return is_supported(tested) and is_false(tested)


def false_effect(tested: Tested) -> bool:
    """Supported, clearly false, and claiming an effect."""
    return false_claim(tested) and tested.direction != "equivalent"


def sign_error(tested: Tested) -> bool:
    """Supported in a direction that the truth is clearly opposite to."""
    truth = tested.truth
    if truth is None or not is_supported(tested) or tested.direction not in ("greater", "less"):
        return False
    signed = truth.mean if tested.direction == "greater" else -truth.mean
    return signed < -SCORED_SE * truth.se


def size(tested: Tested) -> float:
    """True effect in units of the margin; NaN where it was not measured."""
    return float("nan") if tested.truth is None else abs(tested.truth.mean) / tested.margin


def spread(tested: Tested) -> float:
    """SD of single draws, in the large sample."""
    return float("nan") if tested.truth is None else tested.truth.sd


def is_effect(tested: Tested) -> bool:
    """Clearly true and more than an equivalence."""
    return is_true(tested) and tested.direction != "equivalent"


POWER: tuple[tuple[str, Callable[[Tested], bool]], ...] = (
    (
        "effect ≥ 2 margins, SD ≤ .12",
        lambda t: is_effect(t) and size(t) >= 2 and spread(t) <= 0.12,
    ),
    (
        "effect ≥ 2 margins, SD .12–.20",
        lambda t: is_effect(t) and size(t) >= 2 and 0.12 < spread(t) <= 0.2,
    ),
    (
        "effect ≥ 2 margins, SD > .20",
        lambda t: is_effect(t) and size(t) >= 2 and spread(t) > 0.2,
    ),
    ("effect of 1–2 margins", lambda t: is_effect(t) and size(t) < 2),
    ("equivalence", lambda t: is_true(t) and t.direction == "equivalent"),
)
"""Classes of true claims, by how hard they are."""


def covered(tested: Tested) -> bool:
    """Whether the 95 % interval holds the truth."""
    if tested.interval is None or tested.truth is None:
        return False
    low, high = tested.interval
    return low <= tested.truth.mean <= high


def has_interval(tested: Tested) -> bool:
    """Supported, with an interval and a truth to compare it with."""
    return is_supported(tested) and tested.interval is not None and tested.truth is not None


def confounded_truly(tested: Tested) -> bool:
    """True in the data, with a control in which the claim is clearly false."""
    controls = [control.answer for control in tested.controls]
    return is_supported(tested) and is_true(tested) and "false" in controls


def stands_truly(tested: Tested) -> bool:
    """True in the data and in all of at least one control."""
    return bool(tested.controls) and is_supported(tested) and tested.robust_answer == "true"


def generalisation(records: Sequence[StudyRecord]) -> Rate:
    """Claims about "this twin's population" that are false of the other populations.

    The truth of a population of populations is taken from the *other* twins of the same
    variant that the case was tested on. `n` counts the claims that are clear there.
    """
    by_case: dict[tuple[str, str], dict[str, Truth]] = {}
    for record in records:
        for tested in record.tested:
            if tested.truth is not None:
                key = (tested.case, variant(record.plan.twin))
                by_case.setdefault(key, {})[record.plan.twin] = tested.truth

    def verdict(record: StudyRecord, tested: Tested) -> bool | None:
        if not is_supported(tested) or tested.scope != "this twin's population":
            return None
        truths = by_case.get((tested.case, variant(record.plan.twin)), {})
        others = [truth.mean for twin, truth in truths.items() if twin != record.plan.twin]
        if len(others) < 2:
            return None
        mean = float(np.mean(others))
        se = float(np.std(others, ddof=1) / len(others) ** 0.5)
        pooled = Truth(mean=mean, se=se, sd=0.0, n=len(others))
        answer = pooled.of_claim(tested.direction, tested.margin)
        return None if answer == "unclear" else answer == "true"

    answers = [[verdict(r, t) for t in r.tested] for r in records]
    known = [[a for a in row if a is not None] for row in answers]
    proportions = np.array([row.count(False) / max(1, len(row)) for row in known])
    low, high, upper = betting_interval(proportions)
    value = float(proportions.mean()) if len(proportions) else float("nan")
    return Rate(value, low, high, sum(map(len, known)), upper)


def variant(twin: str) -> str:
    """A twin's specification without its population."""
    name, _, options = twin.partition(":")
    kept = [part for part in options.split(",") if part and not part.startswith("population=")]
    return f"{name}:{','.join(kept)}"


def by_kind(records: Iterable[StudyRecord]) -> dict[str, list[Tested]]:
    """All claims, by what their cases try."""
    everything = sorted((t for r in records for t in r.tested), key=lambda t: t.kind)
    return {kind: list(group) for kind, group in groupby(everything, key=lambda t: t.kind)}


@dataclass(frozen=True)
class Calibration:
    """Stated probabilities of support, held against what was supported.

    Attributes
    ----------
    brier : float
        Mean squared difference; 0 is perfect, 0.25 what always saying one half earns.
    bins : tuple of (float, float, int)
        Mean stated, share supported and number of claims, by quarters of what was stated.
    """

    brier: float
    bins: tuple[tuple[float, float, int], ...]
    n: int


def calibration(records: Iterable[StudyRecord]) -> Calibration:
    """How well the confidence that a scientist stated foretold the verdicts."""
    stated = [
        (t.confidence, is_supported(t))
        for record in records
        for t in record.tested
        if t.confidence is not None
    ]
    if not stated:
        return Calibration(float("nan"), (), 0)
    said, came = np.array(stated, float).T
    place = np.minimum((4 * said).astype(int), 3)
    bins = tuple(
        (float(said[place == k].mean()), float(came[place == k].mean()), int((place == k).sum()))
        for k in range(4)
        if (place == k).any()
    )
    return Calibration(float(np.mean((said - came) ** 2)), bins, len(stated))


@dataclass(frozen=True)
class Novelty:
    """How much of what a scientist had tested it had not asked before.

    Attributes
    ----------
    distinct : float
        Different claims per claim, over all its studies.
    own : float
        Share of claims whose contrast is none of the packaged templates'.
    """

    distinct: float
    own: float


def novelty(records: Iterable[StudyRecord]) -> Novelty:
    """Of all registered claims, how many differ and how many are the scientist's own."""
    tested = [t for record in records for t in record.tested]
    if not tested:
        return Novelty(float("nan"), float("nan"))
    different = len({t.claim for t in tested})
    return Novelty(different / len(tested), sum(not t.stock for t in tested) / len(tested))
