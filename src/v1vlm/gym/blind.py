"""A rig on which nothing is seen: whatever is shown, every contrast is exactly null."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.measures import measure, score_draw
from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.records import rng_of
from v1vlm.rig import DrawPlan, Rig
from v1vlm.rig.draws import Shown
from v1vlm.rig.joining import join
from v1vlm.stimuli import Draw
from v1vlm.store import Answer

SHARED_SD, OWN_SD, DRIFT_SD = 0.3, 0.4, 0.2
"""Of the log response: among stimuli, among neurons, and of its change while it lasts."""

TIMES = 20
"""Time points of a response; the windows of a claim are of no account to noise."""


class BlindRig(Rig):
    """A rig whose responses are noise, keyed by the digest of the stimulus.

    Two different stimuli draw their responses from one distribution, independently, so that the
    members of every contrast are exchangeable and every measure that compares them has mean
    zero: any claim of an effect is false. Draws, places, neurons, measures and everything after
    them are those of the laboratory; what is left out is rendering, which noise does not see.
    """

    def show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        """Draws of a plan and noise in answer; see `v1vlm.rig.Rig.show`. Nothing is painted."""
        return self.store.once(plan.request(), lambda: self._noise(plan, physiology))

    def _noise(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        main, *control = self.draws(plan, physiology)
        shown = []
        for i, draw in enumerate(main):
            neurons = _neurons(plan, draw, physiology)
            this = Shown(draw, neurons)
            for shown_draw in (draw, *(draws[i] for draws in control)):
                features = _features(plan, shown_draw, neurons, physiology)
                enough = features.shape[1] >= plan.rule.minimum
                how = measure(plan.measure)
                this.features.append(features)
                this.scores.append(score_draw(how, features) if enough else float("nan"))
            shown.append(this)
        return {**join(plan, shown), "painted": []}


def _neurons(plan: DrawPlan, draw: Draw, physiology: Physiology) -> NDArray[np.intp]:
    if plan.rule.prefers_within_deg is not None and draw.orientation_deg is None:
        return np.zeros(0, np.intp)
    place = (draw.azimuth_deg, draw.elevation_deg)
    return plan.rule.select(physiology, *place, draw.orientation_deg)


def _features(
    plan: DrawPlan, draw: Draw, neurons: NDArray[np.intp], physiology: Physiology
) -> NDArray[np.float32]:
    """Summary (feature, neuron) of noise, as the measure makes it of responses."""
    responses = np.stack(
        [_response(stimulus.digest(), len(physiology)) for stimulus in draw.stimuli]
    )
    how, seen = measure(plan.measure), responses[:, neurons]
    if not how.placed:
        return np.asarray(how.summarise(seen), np.float32)
    azimuth = physiology["rf_azimuth_deg"][neurons]
    elevation = physiology["rf_elevation_deg"][neurons]
    places = draw.features_deg or ((draw.azimuth_deg, draw.elevation_deg),)
    away = [angular_distance_deg(azimuth, elevation, place) for place in places]
    return np.asarray(how.summarise(seen, np.min(away, axis=0)), np.float32)


def _response(key: str, n_neurons: int) -> NDArray[np.float64]:
    """Noise (neuron, time) in units of the reference response."""
    rng = rng_of("blind", key)
    level = SHARED_SD * rng.standard_normal() + OWN_SD * rng.standard_normal(n_neurons)
    drift = DRIFT_SD * (rng.standard_normal() + rng.standard_normal(n_neurons))
    time = np.linspace(-0.5, 0.5, TIMES)
    noise: NDArray[np.float64] = np.exp(level[:, None] + drift[:, None] * time)
    return noise
