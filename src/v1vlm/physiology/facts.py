"""Holds a twin against the facts: pass, miss, disputed or not testable, with n at every step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.distributions import Recorded, ceiling, ks_distance, wasserstein_distance
from v1vlm.physiology.battery import Shown
from v1vlm.physiology.reference import Fact, RecordedMouse
from v1vlm.physiology.statistics import with_resamples
from v1vlm.records import Record, rng_of

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Verdict = Literal["pass", "miss", "disputed", "not testable"]

THRESHOLDS = (0.0, 0.1, 0.5)
"""Least quality of the neurons that count: SD over natural images, of the recorded SD or the
median neuron's."""

PRIMARY = 0.1
"""The threshold of the verdict; the others say whether it hangs on the selection."""

FEWEST = 20
"""Below as many neurons nothing is judged, and no interval given."""

RESAMPLES = 200


class Selected(Record):
    """A fact under one selection of neurons.

    Attributes
    ----------
    threshold : float
        Least quality.
    n : dict of str to int
        Neurons left: ``twin``, ``asked``, ``placed``, ``driven``, ``selected`` (quality),
        ``measurable`` (all values finite, in the fact's subset).
    value : float or None
        The statistic; the Kolmogorov–Smirnov distance where the reference is a distribution.
    interval : (float, float) or None
        95 %, bootstrap over neurons.
    ceiling : float or None
        Distance that chance alone explains.
    wasserstein, wasserstein_ceiling : float or None
        The same for the Wasserstein distance, in units of the measure.
    near_bound : bool
        A bound of what passes lies within the interval: other neurons of the same twin might give
        the other verdict.
    """

    threshold: float
    n: dict[str, int]
    value: float | None = None
    interval: tuple[float, float] | None = None
    ceiling: float | None = None
    wasserstein: float | None = None
    wasserstein_ceiling: float | None = None
    near_bound: bool = False
    verdict: Verdict
    reason: str = ""


class Judged(Record):
    """A fact with what a twin says of it.

    Attributes
    ----------
    at : tuple of Selected
        Under every one of `THRESHOLDS`.
    hangs_on_selection : bool
        The verdict is another one under another threshold.
    """

    fact: Fact
    verdict: Verdict
    reason: str
    at: tuple[Selected, ...]
    hangs_on_selection: bool

    @property
    def primary(self) -> Selected:
        """Under the threshold of the verdict."""
        return next(one for one in self.at if one.threshold == PRIMARY)

    @property
    def said(self) -> str:
        """The verdict, marked if it hangs on the selection (*) or is near a bound (~)."""
        marks = "*" * self.hangs_on_selection + "~" * self.primary.near_bound
        return self.verdict + marks

    def moved_from(self, before: Judged) -> bool:
        """Whether the value differs by more than the error of both.

        The 95 % interval of a difference between independent estimates follows from those of
        the two (Zou & Donner 2008, Stat Med 27:1693); where it holds 0, nothing has moved. That
        one interval leaves out the other value is not enough: of two samples of one population a
        sixth do.
        """
        found = [
            (one.value, one.interval)
            for one in (self.primary, before.primary)
            if one.value is not None and one.interval is not None
        ]
        if len(found) < 2:
            return False
        (least, (_, top)), (most, (bottom, _)) = sorted(found)
        return most - least > math.hypot(max(top - least, 0.0), max(most - bottom, 0.0))


def judge(
    fact: Fact,
    shown: Mapping[str, Shown],
    absent: Mapping[str, str],
    quality: Float,
    position_um: Float,
    mouse: RecordedMouse,
) -> Judged:
    """Hold the battery's numbers against one fact.

    Parameters
    ----------
    fact : Fact
    shown : mapping of str to Shown
        Entries of the battery that were shown.
    absent : mapping of str to str
        Why the others were not.
    quality : array (neuron,)
    position_um : array (neuron, 3)
    mouse : RecordedMouse
        Whose distributions the twin's are compared with.
    """
    missing = [absent[name] for name in sorted(fact.protocols) if name in absent]
    why = missing[0] if missing else _unusable(fact, shown)
    at = tuple(
        Selected(threshold=t, n={"twin": len(quality)}, verdict="not testable", reason=why)
        if why or not fact.values
        else _selected(fact, shown, quality, position_um, mouse, t)
        for t in THRESHOLDS
    )
    primary = next(one for one in at if one.threshold == PRIMARY)
    verdict, reason = primary.verdict, primary.reason
    if fact.untestable or fact.disputed:
        verdict = "disputed" if fact.disputed else "not testable"
        reason = fact.untestable or fact.disputed
        at = tuple(one.model_copy(update={"verdict": verdict, "reason": reason}) for one in at)
    tested = {one.verdict for one in at if one.verdict != "not testable"}
    return Judged(
        fact=fact, verdict=verdict, reason=reason, at=at, hangs_on_selection=len(tested) > 1
    )


def _unusable(fact: Fact, shown: Mapping[str, Shown]) -> str:
    for name in sorted(fact.protocols):
        if shown[name].negative and shown[name].protocol.baseline == "none":
            return "neurons answer below zero, and indices are defined for responses from zero up"
    return ""


def _selected(
    fact: Fact,
    shown: Mapping[str, Shown],
    quality: Float,
    position_um: Float,
    mouse: RecordedMouse,
    threshold: float,
) -> Selected:
    columns = [_column(name, shown, position_um) for name in fact.values]
    left = np.ones(len(quality), bool)
    n = {"twin": int(left.size)}
    for step in ("asked", "placed", "driven"):
        for name in fact.protocols:
            left &= getattr(shown[name], step)
        n[step] = int(left.sum())
    left &= quality >= threshold
    n["selected"] = int(left.sum())
    for name, least in fact.where.items():
        left &= np.nan_to_num(_column(name, shown, position_um), nan=-np.inf) >= least
    for column in columns:
        left &= np.isfinite(column.reshape(len(column), -1)).all(axis=1)
    n["measurable"] = int(left.sum())
    if n["measurable"] < FEWEST:
        reason = f"only {n['measurable']} neurons can be measured; {FEWEST} are needed"
        return Selected(threshold=threshold, n=n, verdict="not testable", reason=reason)
    values = [column[left] for column in columns]
    if fact.reference is not None:
        return _against_recorded(fact, values[0], mouse, threshold, n)
    return _within(fact, values, threshold, n)


def _within(fact: Fact, values: list[Float], threshold: float, n: dict[str, int]) -> Selected:
    rng, size = rng_of("facts", fact.id, threshold), len(values[0])
    draws = [rng.integers(0, size, size) for _ in range(RESAMPLES)]
    value, again = with_resamples(fact.statistic, values, draws)
    if not np.isfinite(value):
        reason = "these neurons do not allow the comparison"
        return Selected(threshold=threshold, n=n, verdict="not testable", reason=reason)
    finite = again[np.isfinite(again)]
    interval = None
    if finite.size:
        low, high = np.quantile(finite, [0.025, 0.975]).tolist()
        interval = low, high
    verdict, reason = _verdict(fact, value, interval)
    near = verdict in ("pass", "miss") and _reaches(interval, fact.low, fact.high)
    return Selected(
        threshold=threshold,
        n=n,
        value=value,
        interval=interval,
        near_bound=near,
        verdict=verdict,
        reason=reason,
    )


def _verdict(fact: Fact, value: float, interval: tuple[float, float] | None) -> tuple[Verdict, str]:
    if fact.low is None or fact.high is None:
        return "not testable", ""
    if interval is not None and interval[0] < fact.low and interval[1] > fact.high:
        # Whatever the value is, it says nothing.
        return "not testable", "the interval reaches beyond both ends of what passes"
    if fact.low <= value <= fact.high:
        return "pass", ""
    side = "below" if value < fact.low else "above"
    return "miss", f"{value:.3g} lies {side} {fact.low:g} to {fact.high:g}"


def _reaches(interval: tuple[float, float] | None, *bounds: float | None) -> bool:
    if interval is None:
        return False
    low, high = interval
    return any(bound is not None and low < bound < high for bound in bounds)


def _against_recorded(
    fact: Fact, values: Float, mouse: RecordedMouse, threshold: float, n: dict[str, int]
) -> Selected:
    name = str(fact.reference)
    reference = mouse.distribution(name)
    ceilings = _ceilings(name, mouse.quantiles[name], mouse.n, values.size)
    value = ks_distance(values, reference)
    rng = rng_of("facts", fact.id, threshold)
    again = [
        ks_distance(values[rng.integers(0, values.size, values.size)], reference)
        for _ in range(RESAMPLES)
    ]
    limit = ceilings[0] + fact.tolerance
    low, high = np.quantile(again, [0.025, 0.975]).tolist()
    return Selected(
        threshold=threshold,
        n=n,
        value=value,
        interval=(low, high),
        ceiling=ceilings[0],
        wasserstein=wasserstein_distance(values, reference),
        wasserstein_ceiling=ceilings[1],
        near_bound=_reaches((low, high), limit),
        verdict="pass" if value <= limit else "miss",
        reason="" if value <= limit else f"distance {value:.3g} exceeds {limit:.3g}",
    )


@cache
def _ceilings(
    name: str, quantiles: tuple[float, ...], recorded: int, n: int
) -> tuple[float, float]:
    """What chance explains of both distances; the same for every twin with as many neurons."""
    reference = Recorded(np.array(quantiles), recorded)
    ks, wasserstein = (
        ceiling(distance, n, reference, rng_of("ceiling", name, n, k))
        for k, distance in enumerate((ks_distance, wasserstein_distance))
    )
    return ks, wasserstein


def _column(name: str, shown: Mapping[str, Shown], position_um: Float) -> Float:
    if name == "position":
        return position_um
    entry, _, measure = name.partition(".")
    return shown[entry].columns[measure]
