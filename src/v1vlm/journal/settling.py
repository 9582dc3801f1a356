"""What recorded responses say of registrations, trial noise and all. Pure.

A registration was confirmed on a twin that has no noise. A recording has: the index
(a − b)/(a + b) of a noisy pair is neither bounded nor unbiased, and rectifying noise makes
responses out of nothing. So no ratio is formed of any draw. Of draw *t* the recording gives, as
means over trials and over the neurons of the rule, each in units of its own mean response,

    D_t = a − b    and    S_t = a + b,

and the *pooled modulation index* of a contrast is E[D]/E[S]. That it lies at or below a margin m
is the same as E[D − m S] ≤ 0, a statement about the mean of something linear in the responses:
noise of mean zero, whatever its law and size, changes the spread of D − m S but not its mean
(Fieller 1954 reads ratios in the same way). The test bets against it draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import elond_alpha, wealth
from v1vlm.claims import Direction, Registration, Verdict
from v1vlm.errors import IntegrityError
from v1vlm.journal.events import Event
from v1vlm.journal.settlement import SettledLevel, Settlement
from v1vlm.journal.state import State
from v1vlm.records import rng_of

Float = NDArray[np.float64]

CALIBRATION = 10
"""Draws presented first: they fix scale and clipping bound, as a pilot does, and are not tested."""

SPREADS = 4.0
"""The clipping bound in SDs of the calibration draws; noise has tails."""

CLIPPED_MAX = 0.02
"""A larger share of clipped draws is said with the verdict."""

COLUMNS = ("draw", "difference", "sum", "n_neurons")
"""Columns of the stored scores (draw, 4), in the order that draws were presented in."""

POOLED = frozenset({"permi", "population_mi"})
"""Measures whose recorded counterpart is the pooled modulation index."""

DIFFERENCES = frozenset({"delta_ref"})
"""Measures that are linear in the responses already; S is one."""


def settles(registration: Registration) -> bool:
    """Whether a registration's measure has a counterpart that trial noise does not bias."""
    return registration.hypothesis.prediction.measure in POOLED | DIFFERENCES


def settle(
    state: State,
    registered_at: Mapping[str, str],
    recording: Mapping[str, Any],
    scores: Mapping[str, Float],
) -> tuple[Settlement, ...]:
    """Test all registrations that a recording speaks of, in order of registration.

    Parameters
    ----------
    registered_at : mapping
        Time of each registration, by digest (`registration_times`).
    recording : mapping
        ``session_start`` (ISO 8601 with offset), ``simulated``, ``seeded`` (digests of
        registrations whose stimuli were drawn from them), ``n_missing`` and ``n_elsewhere`` by
        digest.
    scores : mapping
        Arrays (draw, 4) by digest of the registration, see `COLUMNS`.

    Returns
    -------
    tuple of Settlement
        Each at its e-LOND level, α (R + 1)/K: K is the number of registrations of the study, R
        the rejections of the stream before it in this recording.
    """
    supported = contradicted = 0
    settlements = []
    for trial in state.trials:
        if trial.digest not in scores:
            continue
        levels = tuple(
            elond_alpha(state.spec.alpha, len(state.trials), rejections)
            for rejections in (supported, contradicted)
        )
        tested = _settled(trial.registration, trial.digest, scores[trial.digest], levels, recording)
        level = _level(tested, trial.digest, registered_at[trial.digest], recording)
        settlements.append(tested.model_copy(update={"level": level}))
        supported += tested.verdict == "supported"
        contradicted += tested.verdict == "contradicted"
    return tuple(settlements)


def registration_times(events: Sequence[Event]) -> dict[str, str]:
    """When each registration was written, by its digest."""
    return {e.payload["digest"]: e.time for e in events if e.kind == "registered"}


def check_settlements(
    state: State, events: Sequence[Event], scores: Sequence[Mapping[str, Float]]
) -> int:
    """Hold every stored settlement against the one that its stored scores give.

    Parameters
    ----------
    scores : sequence of mapping
        Of each entry of ``state.settled``, by digest.

    Returns
    -------
    int
        How many hold.

    Raises
    ------
    IntegrityError
        Naming the first that does not.
    """
    times = registration_times(events)
    checked = 0
    for entry, of_entry in zip(state.settled, scores, strict=True):
        again = settle(state, times, entry["recording"], of_entry)
        stored = tuple(Settlement.from_json(said) for said in entry["settlements"])
        for one, other in zip(again, stored, strict=True):
            if one != other:
                raise IntegrityError(
                    f"The settlement of {other.hypothesis} is not what its scores give.",
                    "The study is damaged, or was changed after it ran.",
                )
            checked += 1
    return checked


def pooled_test(
    difference: Float,
    total: Float,
    direction: Direction,
    margin: float,
    alpha_support: float,
    alpha_refute: float,
) -> dict[str, Any]:
    """Test E[D]/E[S] against ±margin on draws in order, the first `CALIBRATION` of them aside.

    Parameters
    ----------
    difference, total : arrays (draw,)
        D and S of every draw, finite.

    Returns
    -------
    dict
        ``e_value``, ``e_refute``, ``stopped_at``, ``verdict``, ``clip_bound``,
        ``clipped_share``; without a decision if there are no draws beyond the calibration, or
        the neurons do not respond in it.
    """
    nothing = {"e_value": 1.0, "e_refute": 1.0, "stopped_at": 0, "verdict": "inconclusive"}
    nothing |= {"clip_bound": 0.0, "clipped_share": 0.0}
    scale = float(np.mean(total[:CALIBRATION])) if len(total) > CALIBRATION else 0.0
    if not scale > 0:
        return nothing
    above = (difference - margin * total) / scale
    below = (-difference - margin * total) / scale
    pilot = np.stack([above[:CALIBRATION], below[:CALIBRATION]])
    spread = np.abs(pilot.mean(axis=1)) + SPREADS * pilot.std(axis=1, ddof=1)
    bound = max(float(spread.max()), 2 * margin + 0.02)
    tested = [np.clip(y[CALIBRATION:], -bound, bound) for y in (above, below)]
    support, refute = _processes(tested[0], tested[1], direction, bound)
    passed = np.flatnonzero((support >= 1 / alpha_support) | (refute >= 1 / alpha_refute))
    last = int(passed[0]) if passed.size else len(support) - 1
    verdict: Verdict = "inconclusive"
    if passed.size:
        verdict = "contradicted" if refute[last] >= 1 / alpha_refute else "supported"
    clipped = [np.abs(y[CALIBRATION:]) > bound for y in (above, below)]
    return {
        "e_value": float(support[last]),
        "e_refute": float(refute[last]),
        "stopped_at": last + 1,
        "verdict": verdict,
        "clip_bound": bound,
        "clipped_share": float(np.mean(clipped)),
    }


def _processes(
    above: Float, below: Float, direction: Direction, bound: float
) -> tuple[Float, Float]:
    """Supporting and refuting capital after each draw; E[above] ≤ 0 says E[D] ≤ m E[S]."""
    if direction == "greater":
        return wealth(above, 0.0, bound), wealth(-above, 0.0, bound)
    if direction == "less":
        return wealth(below, 0.0, bound), wealth(-below, 0.0, bound)
    beyond = 0.5 * wealth(above, 0.0, bound) + 0.5 * wealth(below, 0.0, bound)
    within = np.minimum(wealth(-above, 0.0, bound), wealth(-below, 0.0, bound))
    return (beyond, within) if direction == "different" else (within, beyond)


def _settled(
    registration: Registration,
    digest: str,
    scores: Float,
    levels: tuple[float, ...],
    recording: Mapping[str, Any],
) -> Settlement:
    prediction = registration.hypothesis.prediction
    _, difference, total, n_neurons = scores.T
    if prediction.measure in DIFFERENCES:
        total = np.ones(len(total))
    tested = pooled_test(difference, total, prediction.direction, prediction.margin, *levels)
    missing = int(recording["n_missing"].get(digest, 0))
    share = missing / max(missing + len(scores), 1)
    if share > registration.invalid_max:
        tested["verdict"] = "inconclusive"
    pooled = prediction.measure in POOLED
    return Settlement(
        hypothesis=registration.hypothesis.id,
        registration=digest,
        measure=prediction.measure,
        direction=prediction.direction,
        margin=prediction.margin,
        quantity="pooled modulation index" if pooled else "mean response difference",
        reason=_reason(tested, len(scores), share, registration),
        level="L0",
        estimate=_index(difference, total),
        interval=_interval(difference, total, digest),
        threshold_support=1 / levels[0],
        threshold_refute=1 / levels[1],
        n_draws=len(scores),
        n_missing=missing,
        n_elsewhere=int(recording["n_elsewhere"].get(digest, 0)),
        n_neurons=int(np.median(n_neurons)) if len(scores) else 0,
        simulated=bool(recording["simulated"]),
        **tested,
    )


def _level(
    tested: Settlement, digest: str, registered: str, recording: Mapping[str, Any]
) -> SettledLevel:
    if tested.verdict == "inconclusive" or tested.simulated:
        return "L0"
    later = datetime.fromisoformat(recording["session_start"]) > datetime.fromisoformat(registered)
    return "L5" if later and digest in recording["seeded"] else "L4"


def _reason(tested: Mapping[str, Any], n: int, share: float, registration: Registration) -> str:
    if share > registration.invalid_max:
        return f"{share:.0%} of the draws were not recorded whole"
    if n <= CALIBRATION:
        return f"{n} draws count; the first {CALIBRATION} only fix the scale"
    if not tested["stopped_at"]:
        return "the neurons did not respond in the calibration draws"
    # The clipped quantity is the one that is tested.
    share = tested["clipped_share"]
    clipped = f"; {share:.0%} of the draws were clipped" if share > CLIPPED_MAX else ""
    if tested["verdict"] == "inconclusive":
        return f"neither process reached its threshold within {tested['stopped_at']} draws{clipped}"
    return f"the evidence reached its threshold at draw {tested['stopped_at']}{clipped}"


def _index(difference: Float, total: Float) -> float:
    sums = float(total.sum())
    return float(difference.sum() / sums) if sums > 0 else 0.0


def _interval(difference: Float, total: Float, digest: str) -> tuple[float, float] | None:
    """95 % of the pooled index over resamples of draws; None for fewer than two."""
    n = len(difference)
    if n < 2 or not total.sum() > 0:
        return None
    rng = rng_of(digest, "settled interval")
    weights = rng.multinomial(n, np.full(n, 1 / n), size=2000).astype(np.float64)
    sums = weights @ total
    index = np.divide(weights @ difference, sums, out=np.zeros(len(sums)), where=sums > 0)
    low, high = np.percentile(index, [2.5, 97.5])
    return float(low), float(high)
