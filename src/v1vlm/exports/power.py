"""Planned power in vivo: how often a recording would settle what the twin predicts.

The draws of the estimate are resampled, trial noise is added to their means, and the test that
`v1vlm settle` makes is made. Assumptions are parameters, and printed beside every number:

* the single-trial signal-to-noise ratio of a neuron, the variance of its mean response over
  stimuli divided by its variance over trials of one stimulus. About .1–.5 for calcium imaging in
  mouse V1 (Stringer et al. 2019, Nature 571:361; measure your own);
* the correlation of that noise between neurons, about .05 (Cohen & Kohn 2011, Nat. Neurosci.
  14:811): what is shared is not averaged away by recording more neurons;
* the animal answers as the twin does. It may not: that is what is settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.analysis.measures import measure
from v1vlm.claims import Prediction
from v1vlm.exports.settling import WEAK
from v1vlm.journal import Trial, settles
from v1vlm.journal.settling import DIFFERENCES, pooled_test
from v1vlm.records import Record, rng_of
from v1vlm.rig import dense_features
from v1vlm.study import StudyReader

Float = NDArray[np.float64]
SIMULATIONS = 100


class Assumptions(Record):
    """What planned power assumes.

    Attributes
    ----------
    snr : float
        Variance of a neuron's mean response over stimuli, divided by that over trials.
    correlation : float
        Of the noise of two neurons in one trial.
    """

    snr: float = Field(0.2, gt=0, le=100)
    correlation: float = Field(0.05, ge=0, le=1)


@dataclass(frozen=True)
class Moments:
    """What planning starts from.

    Attributes
    ----------
    sums : array (draw, 2)
        Mean responses to a and to b of the neurons that count, in units of their own means.
    spread : float
        Variance of a neuron's response over stimuli, in the same units.
    n_neurons : int
        That count for a draw.
    """

    sums: Float
    spread: float
    n_neurons: int


def planned_power(
    moments: Moments,
    prediction: Prediction,
    alpha: float,
    draws: int,
    trials: int,
    assumed: Assumptions,
    n_neurons: int | None = None,
) -> dict[str, Any]:
    """Share of simulated recordings that reach a verdict.

    Parameters
    ----------
    alpha : float
        Level of the test, that of the first hypothesis.
    draws, trials : int
        Draws shown, and trials of each.
    n_neurons : int, optional
        Recorded neurons that count for a draw; as many as in the twin without.

    Returns
    -------
    dict
        ``draws``, ``trials``, ``snr``, ``correlation``, ``n_neurons``; ``supported`` and
        ``contradicted``, shares of `SIMULATIONS`.
    """
    n = moments.n_neurons if n_neurons is None else n_neurons
    shared = 1 / n + assumed.correlation * (1 - 1 / n)
    sd = float(np.sqrt(moments.spread / assumed.snr * shared / trials))
    plan = {"draws": draws, "trials": trials, **assumed.to_json(), "n_neurons": n}
    rng = rng_of("planned power", prediction.to_json(), plan)
    verdicts = [
        _simulated(moments.sums, sd, draws, rng, prediction, alpha) for _ in range(SIMULATIONS)
    ]
    shares = {name: verdicts.count(name) / SIMULATIONS for name in ("supported", "contradicted")}
    return {**plan, **shares}


def moments_of_trial(study: StudyReader, trial: Trial) -> Moments | None:
    """Moments of the draws of the estimate; None where there are none, or it cannot be settled."""
    registration = trial.registration
    chunks = trial.of("main", "estimate").chunks
    if not settles(registration) or not chunks:
        return None
    minimum = registration.main.rule.minimum
    features, _ = dense_features(chunks, study.store, minimum)
    return moments_of(features, registration.hypothesis.prediction.measure, minimum)


def moments_of(features: Float, measure_name: str, minimum: int) -> Moments | None:
    """Moments of features (draw, feature, neuron) with NaN where a neuron does not count."""
    members = measure(measure_name).members
    if members is None:
        return None
    pair = features[:, list(members)]
    counts = np.isfinite(pair).sum(axis=(0, 1))
    level = np.where(counts > 0, np.nansum(pair, axis=(0, 1)) / np.maximum(counts, 1), np.nan)
    if measure_name in DIFFERENCES:
        level = np.ones_like(level)
    usable = level > WEAK * np.nanmedian(level)
    scaled = np.where(usable, pair / np.where(usable, level, 1.0), np.nan)
    counted = np.isfinite(scaled[:, 0]).sum(axis=1)
    kept = counted >= max(minimum, 1)
    often = np.isfinite(scaled[:, 0]).sum(axis=0) >= 3
    if kept.sum() < 2 or not often.any():
        return None
    return Moments(
        sums=np.nanmean(scaled[kept], axis=2),
        spread=float(np.mean(np.nanvar(scaled[:, :, often], axis=(0, 1)))),
        n_neurons=int(np.median(counted[kept])),
    )


def _simulated(
    sums: Float,
    sd: float,
    draws: int,
    rng: np.random.Generator,
    prediction: Prediction,
    alpha: float,
) -> str:
    """Verdict of one simulated recording."""
    a, b = sums[rng.integers(len(sums), size=draws)].T + rng.normal(0, sd, (2, draws))
    total = np.ones(draws) if prediction.measure in DIFFERENCES else a + b
    tested = pooled_test(a - b, total, prediction.direction, prediction.margin, alpha, alpha)
    return str(tested["verdict"])
