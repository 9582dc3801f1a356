"""Evidence that stays valid under optional stopping: e-processes by betting, and e-LOND.

A draw gives one number d, clipped to ±bound; hypotheses are about its conditional mean
E[d_t | draws before t]. Capital that starts at 1 and is bet against a null cannot be expected
to grow while the null is true, so it is evidence against it at any stopping time (Ville 1939).

References
----------
.. [1] I. Waudby-Smith & A. Ramdas (2024). Estimating means of bounded random variables by
   betting. J. R. Stat. Soc. B 86(1), 1-27.
.. [2] Z. Xu & A. Ramdas (2024). Online multiple testing with e-values. AISTATS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1vlm.errors import InputError, ProposalError
from v1vlm.records import rng_of

Direction = Literal["greater", "less", "different", "equivalent"]
Float = NDArray[np.float64]

PRIOR_SD = 0.25  # of d, in units of the bound
PRIOR_WEIGHT = 2.0  # draws that the prior is worth
BET_SHARE = 0.9  # of the capital, at most lost in one draw
CAPITAL_MAX = 1e300  # e-values are stored as JSON numbers


@dataclass(frozen=True)
class Sequential:
    """Where a sequential test stands.

    Attributes
    ----------
    e_value, e_refute : float
        Capital of the supporting and of the refuting process after the last draw used.
    stopped_at : int
        Number of draws used.
    decided : {"support", "refute"} or None
    exhausted : bool
        The budget ended without a decision. If neither decided nor exhausted, the test
        wants more draws.
    """

    e_value: float
    e_refute: float
    stopped_at: int
    decided: Literal["support", "refute"] | None
    exhausted: bool


def sequential_test(
    d: ArrayLike,
    direction: Direction,
    margin: float,
    bound: float,
    alpha_support: float,
    alpha_refute: float,
    draws_max: int,
) -> Sequential:
    """Evaluate a test draw by draw and freeze it at the first draw that decides it.

    A longer `d` never changes a decided outcome. Should one draw carry both processes past
    their thresholds, the refutation stands: a claim needs that nothing speaks against it.

    Parameters
    ----------
    d : array (n,)
        Scores of the draws in order, invalid ones replaced (`invalid_as`). Clipped to ±bound;
        what lies beyond `draws_max` is not looked at.
    direction, margin, bound
        See `processes`.
    alpha_support, alpha_refute : float
        The processes decide at 1/alpha_support and 1/alpha_refute (`elond_alpha`).
    draws_max : int
        Budget.

    Raises
    ------
    InputError
        If a draw is NaN, or the margin, bound, alphas or budget are out of range.
    """
    for alpha in (alpha_support, alpha_refute):
        _check_alpha(alpha)
    if draws_max < 1:
        raise InputError(f"A budget of {draws_max} draws is empty.", "Allow one draw at least.")
    used = np.clip(_finite(d)[:draws_max], -bound, bound)
    support, refute = processes(used, direction, margin, bound)
    supported, refuted = support >= 1 / alpha_support, refute >= 1 / alpha_refute
    passed = np.flatnonzero(supported | refuted)
    n = int(passed[0]) + 1 if passed.size else len(used)
    decided: Literal["support", "refute"] | None = None
    if passed.size:
        decided = "refute" if refuted[n - 1] else "support"
    return Sequential(
        e_value=float(support[n - 1]) if n else 1.0,
        e_refute=float(refute[n - 1]) if n else 1.0,
        stopped_at=n,
        decided=decided,
        exhausted=decided is None and n == draws_max,
    )


def processes(
    d: ArrayLike, direction: Direction, margin: float, bound: float
) -> tuple[Float, Float]:
    """Capital of the supporting and of the refuting e-process after each draw.

    ===========  ====================  ==========================================
    direction    null it bets against  null of its refutation
    ===========  ====================  ==========================================
    greater      E[d] ≤ margin         E[d] ≥ margin
    less         E[d] ≥ −margin        E[d] ≤ −margin
    different    |E[d]| ≤ margin     E[d] ≥ margin, or E[d] ≤ −margin
    equivalent   that refutation       |E[d]| ≤ margin
    ===========  ====================  ==========================================

    `different` averages the capitals of `greater` and `less`; `equivalent` takes the smaller
    of their refutations. At E[d] = ±margin exactly, both nulls are true.

    Parameters
    ----------
    d : array (..., n)
        Draws in order along the last axis, |d| ≤ bound.
    margin : float
        0 ≤ margin < bound.

    Returns
    -------
    support, refute : arrays (..., n)
    """
    draws = _bounded(d, bound)
    if not 0 <= margin < bound:
        raise InputError(
            f"A margin of {margin:g} does not lie within [0, {bound:g}).",
            "Choose a margin below the clipping bound.",
        )
    if direction == "greater":
        return wealth(draws, margin, bound), wealth(-draws, -margin, bound)
    if direction == "less":
        return processes(-draws, "greater", margin, bound)
    above, below_margin = processes(draws, "greater", margin, bound)
    below, above_margin = processes(-draws, "greater", margin, bound)
    beyond = 0.5 * above + 0.5 * below
    within = np.minimum(below_margin, above_margin)
    if direction == "different":
        return beyond, within
    if direction == "equivalent":
        return within, beyond
    raise InputError(
        f"There is no direction {direction!r}.", "Use greater, less, different or equivalent."
    )


def wealth(d: ArrayLike, margin: float, bound: float) -> Float:
    """Capital bet against the null E[d_t | draws before t] ≤ margin, after each draw.

    Π_s (1 + λ_s (d_s − margin)), the bets λ by aGRAPA [1]_: (μ − margin)/(σ² + (μ − margin)²)
    from the running mean and variance of the draws before s, within [0, .9/(bound + margin)].
    The estimates start from a prior of mean 0 and SD .25·bound that is worth 2 draws.

    Parameters
    ----------
    d : array (..., n)
        Draws in order along the last axis, |d| ≤ bound.
    margin : float
        |margin| < bound. The null E[d] ≥ m is bet against by ``wealth(-d, -m, bound)``.
    bound : float
        Positive.

    Returns
    -------
    array (..., n)
        E-process; what it earns beyond 1e300 is given away.

    Raises
    ------
    InputError
        If a draw is NaN or beyond ±bound, or the margin is.
    """
    draws = _bounded(d, bound)
    if not -bound < margin < bound:
        raise InputError(
            f"A margin of {margin:g} does not lie within ±{bound:g}.",
            "Choose a margin below the clipping bound.",
        )
    return _capital(draws, np.array([margin]), bound)


def _capital(d: Float, margin: Float, bound: float) -> Float:
    """Capital (..., n); margin (..., 1) broadcasts against d (..., n)."""
    factors = 1.0 + _bets(d, margin, bound) * (d - margin)
    path = np.empty(factors.shape)
    capital = np.ones(factors.shape[:-1])
    # Products, not sums of logarithms: they are the same bytes on every machine. The cap is
    # inside the recursion because capital may be given away but not restored.
    with np.errstate(over="ignore"):
        for t in range(factors.shape[-1]):
            capital = np.minimum(capital * factors[..., t], CAPITAL_MAX)
            path[..., t] = capital
    return path


def _bets(d: Float, margin: Float, bound: float) -> Float:
    n = d.shape[-1]
    weight = PRIOR_WEIGHT + np.arange(n + 1)
    prior = np.zeros((*d.shape[:-1], 1))
    mean = np.cumsum(np.concatenate([prior, d], axis=-1), axis=-1) / weight
    deviation = (d - mean[..., 1:]) ** 2
    spread = PRIOR_WEIGHT * (PRIOR_SD * bound) ** 2
    variance = np.cumsum(np.concatenate([prior + spread, deviation], axis=-1), axis=-1) / weight
    # Entry t holds what is known after t draws, so the bet on draw t + 1 is predictable.
    edge = mean[..., :n] - margin
    bets: Float = np.clip(edge / (variance[..., :n] + edge**2), 0.0, BET_SHARE / (bound + margin))
    return bets


def confidence_sequence(
    d: ArrayLike, bound: float, alpha: float = 0.05, cells: int = 400
) -> tuple[float, float]:
    """Time-uniform confidence interval of the mean of d clipped to ±bound.

    [−bound, bound] is cut into cells. Each is tested by the hedged capital [1]_ that bets half
    against "the mean lies below the upper end" and half against "above the lower end": an
    e-process for every mean within the cell, so nothing is lost to the grid. The interval is
    the hull of the cells that never reached 1/alpha. All intervals along the way cover the mean
    together with probability 1 − alpha.

    Parameters
    ----------
    d : array (n,)
    cells : int
        The interval is rounded outwards to multiples of 2·bound/cells.

    Returns
    -------
    lo, hi : float
        Never empty: should every cell be rejected, those rejected last remain.
    """
    _check_alpha(alpha)
    draws = np.clip(_finite(d), -bound, bound)
    if not draws.size:
        return -bound, bound
    edges = np.linspace(-bound, bound, cells + 1)
    above = _capital(draws, edges[1:, None], bound)
    below = _capital(-draws, -edges[:-1, None], bound)
    rejected = 0.5 * above + 0.5 * below >= 1 / alpha
    first = np.where(rejected.any(axis=1), rejected.argmax(axis=1), len(draws))
    kept = np.flatnonzero(first == first.max())
    return float(edges[kept[0]]), float(edges[kept[-1] + 1])


def elond_alpha(alpha: float, k: int, rejections: int) -> float:
    """Level of the next hypothesis of a stream, α γ (R + 1) with γ = 1/k (e-LOND [2]_).

    Rejecting where e ≥ 1/level keeps the false discovery rate of the stream at or below alpha,
    under any dependence between the e-values.

    Parameters
    ----------
    alpha : float
        Of the stream.
    k : int
        Number of hypotheses, fixed before the first.
    rejections : int
        So far, in this stream.
    """
    _check_alpha(alpha)
    if not 0 <= rejections < k:
        raise InputError(
            f"{rejections} rejections do not precede one of {k} hypotheses.",
            "Count the rejections before this hypothesis; their number is below k.",
        )
    return alpha * (rejections + 1) / k


def clip_bound(pilot: ArrayLike, margin: float, measure_bound: float) -> float:
    """Clipping bound b = clip(|mean| + 3 SD, 2·margin + .02, measure_bound) from pilot draws.

    A bound near the spread of the draws lets the bets be large; it defines the measure that is
    tested and estimated. Rounded up to three decimals.

    Parameters
    ----------
    pilot : array (n,)
        Scores of pilot draws; NaN (invalid) ones are left out.

    Raises
    ------
    ProposalError
        If fewer than two pilot draws are valid, or the margin reaches the measure's bound.
    """
    scores = np.asarray(pilot, np.float64)
    scores = scores[np.isfinite(scores)]
    if len(scores) < 2:
        raise ProposalError(
            f"Only {len(scores)} pilot draws are valid.",
            "Let the stimuli drive the chosen neurons, or relax the neuron rule.",
        )
    if margin >= measure_bound:
        raise ProposalError(
            f"A margin of {margin:g} cannot be exceeded by a measure bounded by {measure_bound:g}.",
            "Choose a smaller margin.",
        )
    wanted = max(abs(float(scores.mean())) + 3 * float(scores.std(ddof=1)), 2 * margin + 0.02)
    # 1e-9: .12 is not to become .121 because it is stored as .12000000000000001.
    return min(math.ceil(wanted * 1000 - 1e-9) / 1000, measure_bound)


def draw_budget(pilot_sd: float) -> int:
    """Largest number of test draws: 200, or 400 where the pilot's SD exceeds .15."""
    return 400 if pilot_sd > 0.15 else 200


def invalid_as(direction: Direction, bound: float) -> float:
    """Value that an invalid draw enters a test as: 0, but against the claim `equivalent`."""
    return bound if direction == "equivalent" else 0.0


def explained(e_complements: Sequence[float], alpha: float) -> bool:
    """Whether the controls explain an effect away: mean complementary e-value ≥ 1/alpha.

    The average of e-values is an e-value for "no control fails", however they depend on each
    other. Without controls nothing is explained.
    """
    _check_alpha(alpha)
    return len(e_complements) > 0 and math.fsum(e_complements) / len(e_complements) >= 1 / alpha


def projected_draws(
    mean: float, sd: float, margin: float, bound: float, alpha: float, direction: Direction
) -> float:
    """Median number of draws until a decision at alpha, for planning.

    From 400 simulated tests of normal draws clipped to ±bound; the decision is support or
    refutation, wherever `mean` lies.

    Returns
    -------
    float
        Infinite if most tests are undecided after 1,000 draws.
    """
    _check_alpha(alpha)
    d = rng_of("projected draws").normal(mean, sd, (400, 1000))
    support, refute = processes(np.clip(d, -bound, bound), direction, margin, bound)
    passed = np.maximum(support, refute) >= 1 / alpha
    first = np.where(passed.any(axis=1), passed.argmax(axis=1) + 1.0, np.inf)
    return float(np.sort(first)[len(first) // 2])


def _finite(d: ArrayLike) -> Float:
    draws = np.asarray(d, np.float64)
    if np.isnan(draws).any():
        raise InputError(
            f"Draw {int(np.argwhere(np.isnan(draws))[0][-1])} is NaN.",
            "Replace invalid draws by invalid_as(direction, bound).",
        )
    return draws


def _bounded(d: ArrayLike, bound: float) -> Float:
    draws = _finite(d)
    if not 0 < bound < math.inf:
        raise InputError(f"A bound of {bound:g} is not positive.", "Fix it from pilot draws.")
    if draws.size and float(np.abs(draws).max()) > bound:
        raise InputError(
            f"A draw of {float(np.abs(draws).max()):g} lies beyond ±{bound:g}.",
            "Clip the draws: the tested measure is the clipped one.",
        )
    return draws


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise InputError(f"An alpha of {alpha:g} is not a level.", "Choose one within (0, 1).")
