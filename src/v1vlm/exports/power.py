"""Planned power in vivo: how often a recording would settle what the twin predicts.

The draws of the estimate are resampled, trial noise is added to their means, and the test that
`v1vlm settle` makes is made. Assumptions are parameters, and printed beside every number:

* the single-trial signal-to-noise ratio of a neuron, the variance of its mean response over
  stimuli divided by its variance over trials of one stimulus. It differs widely between
  recordings (Pospisil & Bair 2021, PLoS Comput. Biol. 17:e1009212): .1, .2 and .5 are the
  laboratory's own guesses for calcium imaging;
* the correlation of that noise between neurons: what is shared is not averaged away by recording
  more of them. Reported values lie between .01 and .4 (Ecker et al. 2014, Neuron 82:235, who
  review them); .05 is the laboratory's own choice from the lower end;
* the animal answers as the twin does. It may not: that is what is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.analysis.pooled import pooled_test, sample_of
from v1vlm.analysis.recorded import COUNTERPARTS, Counterpart
from v1vlm.claims import Prediction
from v1vlm.exports.settling import WEAK
from v1vlm.journal import Trial
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
    sums : array (draw, response)
        Mean responses of the neurons that count, in units of their own means: to a and b, and
        to the second pair or of the far neurons where the quantity is a difference of indices.
    spread : float
        Variance of a neuron's response over stimuli, in the same units.
    n_neurons : tuple of int
        That each of the responses is a mean of, for a draw.
    """

    how: Counterpart
    sums: Float
    spread: float
    n_neurons: tuple[int, ...]


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
    most = max(moments.n_neurons)
    n = most if n_neurons is None else n_neurons
    counted = np.maximum(np.array(moments.n_neurons) * n / most, 1.0)
    shared = 1 / counted + assumed.correlation * (1 - 1 / counted)
    sd = np.sqrt(moments.spread / assumed.snr * shared / trials)
    plan = {"draws": draws, "trials": trials, **assumed.to_json(), "n_neurons": n}
    rng = rng_of("planned power", prediction.to_json(), plan)
    verdicts = [_simulated(moments, sd, draws, rng, prediction, alpha) for _ in range(SIMULATIONS)]
    shares = {name: verdicts.count(name) / SIMULATIONS for name in ("supported", "contradicted")}
    return {**plan, **shares}


def moments_of_trial(study: StudyReader, trial: Trial) -> Moments | None:
    """Moments of the draws of the estimate; None where there are none, or it cannot be planned."""
    registration = trial.registration
    chunks = trial.of("main", "estimate").chunks
    measure = registration.hypothesis.prediction.measure
    if measure not in PLANNED or not chunks:
        return None
    minimum = registration.main.rule.minimum
    features, _ = dense_features(chunks, study.store, minimum)
    return moments_of(features, measure, minimum)


PLANNED: Mapping[str, tuple[int, ...]] = {
    "permi": (1, 2),
    "population_mi": (0, 1),
    "delta_ref": (1, 2),
    "interaction": (1, 2, 3, 4),
    "near_minus_far": (4, 5, 4, 5),
}
"""Measures whose features hold the mean responses that the recorded counterpart is made of, and
which features those are. Of the others a study keeps too little to plan for trial noise."""


def moments_of(features: Float, measure_name: str, minimum: int) -> Moments | None:
    """Moments of features (draw, feature, neuron) with NaN where a neuron does not count."""
    how = COUNTERPARTS[measure_name]
    responses = features[:, list(PLANNED[measure_name])]
    counts = np.isfinite(responses).sum(axis=(0, 1))
    level = np.where(counts > 0, np.nansum(responses, axis=(0, 1)) / np.maximum(counts, 1), np.nan)
    if how.kind == "difference":
        level = np.ones_like(level)
    usable = level > WEAK * np.nanmedian(level)
    scaled = np.where(usable, responses / np.where(usable, level, 1.0), np.nan)
    often = np.isfinite(scaled[:, 0]).sum(axis=0) >= 3
    if not often.any():
        return None
    spread = float(np.mean(np.nanvar(scaled[:, :2, often], axis=(0, 1))))
    if how.placed:
        # Features 1 and 3 say which neurons lie near a feature of the stimulus, and far from all.
        here = np.repeat(features[:, [1, 3]] > 0, 2, axis=1)
        scaled = np.where(here, scaled, np.nan)
    counted = np.isfinite(scaled).sum(axis=2)
    kept = counted.min(axis=1) >= (1 if how.placed else max(minimum, 1))
    if kept.sum() < 2:
        return None
    sums = np.nanmean(scaled[kept], axis=2)
    return Moments(how, sums, spread, tuple(int(n) for n in np.median(counted[kept], axis=0)))


def _simulated(
    moments: Moments,
    sd: Float,
    draws: int,
    rng: np.random.Generator,
    prediction: Prediction,
    alpha: float,
) -> str:
    """Verdict of one simulated recording."""
    shown = moments.sums[rng.integers(len(moments.sums), size=draws)]
    shown = shown + sd * rng.normal(size=shown.shape)
    a, b = shown[:, ::2], shown[:, 1::2]
    total = np.ones_like(a) if moments.how.kind == "difference" else a + b
    features = np.stack([a - b, total], axis=2).reshape(draws, -1)
    sample = sample_of(features, moments.how)
    tested = pooled_test(sample, prediction.direction, prediction.margin, alpha, alpha)
    return str(tested["verdict"])
