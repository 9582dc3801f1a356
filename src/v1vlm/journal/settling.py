"""What recorded responses say of registrations, trial noise and all. Pure.

A registration was confirmed on a twin that has no noise. A recording has: the index
(a − b)/(a + b) of a noisy pair is neither bounded nor unbiased, and rectifying noise makes
responses out of nothing. So every measure has a recorded counterpart made of means that noise
does not move (`v1vlm.analysis.recorded`), which is tested draw by draw (`v1vlm.analysis.pooled`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.evidence import elond_alpha, explained
from v1vlm.analysis.pooled import pooled_index, pooled_test, sample_of
from v1vlm.analysis.recorded import COUNTERPARTS, Counterpart
from v1vlm.claims import Arm, ControlsVerdict, Direction, Registration
from v1vlm.journal.events import Event
from v1vlm.journal.settlement import SettledControl, SettledLevel, Settlement
from v1vlm.journal.state import State
from v1vlm.records import rng_of

Float = NDArray[np.float64]
Scores = Mapping[str, Mapping[str, Float]]
"""By digest of the registration and arm: (draw, feature), in the order that draws were presented
in: the number of the draw, the features of the counterpart (and, for a control that expects the
effect to be absent, of the control), the number of neurons."""

CLIPPED_MAX = 0.02
"""A larger share of clipped draws is said with the verdict."""

_SURVIVAL: Mapping[str, Any] = {"supported": "survived", "contradicted": "failed"}


def counterpart_of(registration: Registration) -> Counterpart | None:
    """How a registration's measure is read from a recording; None for one of a plug-in."""
    return COUNTERPARTS.get(registration.hypothesis.prediction.measure)


def settles(registration: Registration) -> bool:
    """Whether a registration's measure has a counterpart that trial noise does not bias."""
    return counterpart_of(registration) is not None


def settle(
    state: State,
    registered_at: Mapping[str, str],
    recording: Mapping[str, Any],
    scores: Scores,
) -> tuple[Settlement, ...]:
    """Test all registrations that a recording speaks of, in order of registration.

    Parameters
    ----------
    registered_at : mapping
        Time of each registration, by digest (`registration_times`).
    recording : mapping
        See `v1vlm.journal.Recorded`.
    scores : mapping
        See `Scores`.

    Returns
    -------
    tuple of Settlement
        Each at its e-LOND level, α (R + 1)/K: K is the number of registrations of the study, R
        the rejections of the stream before it in this recording. As in the study, in the stream
        of support only claims that stand up to their controls count as rejections.
    """
    streams = [0, 0, 0]
    settlements = []
    for trial in state.trials:
        if trial.digest not in scores:
            continue
        support, refute, explain = (
            elond_alpha(state.spec.alpha, len(state.trials), before) for before in streams
        )
        one = _Arms(trial.registration, trial.digest, scores[trial.digest], recording)
        tested = one.settlement(support, refute, explain)
        level = _level(tested, registered_at[trial.digest], recording)
        settlements.append(tested.model_copy(update={"level": level}))
        streams[0] += stands_up(tested)
        streams[1] += tested.verdict == "contradicted"
        streams[2] += tested.controls_verdict == "explained away"
    return tuple(settlements)


def stands_up(settlement: Settlement) -> bool:
    """Whether a claim is supported and survived all its controls."""
    robust = settlement.controls_verdict in ("robust", "no controls")
    return settlement.verdict == "supported" and robust


def registration_times(events: Sequence[Event]) -> dict[str, str]:
    """When each registration was written, by its digest."""
    return {e.payload["digest"]: e.time for e in events if e.kind == "registered"}


class _Arms:
    """The arms of one registration in one recording."""

    def __init__(
        self,
        registration: Registration,
        digest: str,
        scores: Mapping[str, Float],
        recording: Mapping[str, Any],
    ) -> None:
        how = counterpart_of(registration)
        assert how is not None  # `settles` was asked before anything was scored
        self.registration, self.digest, self.how = registration, digest, how
        self.scores, self.recording = scores, recording

    def settlement(self, support: float, refute: float, explain: float) -> Settlement:
        prediction = self.registration.hypothesis.prediction
        arm = self.registration.main
        tested = self._tested(arm, prediction.direction, support, refute)
        controls = self._controls(support, explain)
        verdict, explained_by = _controls_verdict(tested["verdict"], controls, explain)
        n_neurons = self.scores[arm.id][:, -1]
        return Settlement(
            hypothesis=self.registration.hypothesis.id,
            registration=self.digest,
            measure=prediction.measure,
            direction=prediction.direction,
            margin=prediction.margin,
            quantity=self.how.quantity,
            level="L0",
            threshold_support=1 / support,
            threshold_refute=1 / refute,
            n_elsewhere=self._left_out("n_elsewhere", arm),
            n_neurons=int(np.median(n_neurons)) if len(n_neurons) else 0,
            controls=controls,
            controls_verdict=verdict,
            explained_by=explained_by,
            simulated=bool(self.recording["simulated"]),
            **tested,
        )

    def _tested(
        self, arm: Arm, direction: Direction, support: float, refute: float
    ) -> dict[str, Any]:
        """What the draws of an arm say, and of how many."""
        controlled = arm.expects == "absent"
        kept = self.scores[arm.id]
        features = kept[:, 1:-1]
        sample = sample_of(features, self.how, controlled=controlled)
        margin = self.registration.hypothesis.prediction.margin
        tested = pooled_test(sample, direction, margin, support, refute)
        missing = self._left_out("n_missing", arm)
        share = missing / max(missing + len(kept), 1)
        if share > self.registration.invalid_max:
            tested |= {"verdict": "inconclusive"}
            for name in ("e_value", "e_refute", "e_end", "e_refute_end"):
                tested[name] = min(tested[name], 1.0)
        least = sample.calibration * sample.draws
        tested["reason"] = _reason(tested, len(kept), least, share, self.registration.invalid_max)
        mean = features.mean(axis=0) if len(kept) else np.zeros(features.shape[1])
        index = float(pooled_index(mean, self.how, controlled=controlled))
        return {
            **tested,
            "estimate": index if np.isfinite(index) else None,
            "interval": self._interval(arm, features),
            "n_draws": len(kept),
            "n_missing": missing,
        }

    def _controls(self, support: float, explain: float) -> tuple[SettledControl, ...]:
        controls = self.registration.controls
        direction, share = self._side()
        found = []
        for arm in controls:
            common = {"id": arm.id, "expects": arm.expects}
            common["quantity"] = "effect" if arm.expects == "present" else "effect minus control"
            if arm.id not in self.scores:
                found.append(SettledControl.from_json({**common, **_NOT_SHOWN}))
                continue
            tested = self._tested(arm, direction, support * share, explain * share / len(controls))
            found.append(
                SettledControl(
                    **common,
                    outcome=_SURVIVAL.get(tested["verdict"], "inconclusive"),
                    e_value=tested["e_value"] * share,
                    e_explain=tested["e_refute"] * share,
                    e_end=tested["e_end"] * share,
                    **{name: tested[name] for name in _KEPT},
                )
            )
        return tuple(found)

    def _side(self) -> tuple[Direction, float]:
        """Direction that controls are tested in, and the share of capital bet on it.

        A control of a claim that something differs must differ to the same side. That side is
        read from the draws that are tested, so half is bet on each side: the capital would be
        at least this, and it is an e-value whichever side was read.
        """
        direction = self.registration.hypothesis.prediction.direction
        if direction != "different":
            return direction, 1.0
        features = self.scores[self.registration.main.id][:, 1:-1]
        negative = len(features) > 0 and pooled_index(features.mean(axis=0), self.how) < 0
        return ("less" if negative else "greater"), 0.5

    def _left_out(self, name: str, arm: Arm) -> int:
        return int(self.recording[name].get(self.digest, {}).get(arm.id, 0))

    def _interval(self, arm: Arm, features: Float) -> tuple[float, float] | None:
        """95 % over resamples of draws; None for fewer than two, or without a response."""
        n = len(features)
        if n < 2:
            return None
        rng = rng_of(self.digest, arm.id, "settled interval")
        weights = rng.multinomial(n, np.full(n, 1 / n), size=2000) / n
        controlled = arm.expects == "absent"
        index = pooled_index(weights @ features, self.how, controlled=controlled)
        index = index[np.isfinite(index)]
        if not index.size:
            return None
        low, high = np.percentile(index, [2.5, 97.5])
        return float(low), float(high)


_KEPT = ("reason", "estimate", "interval", "stopped_at", "n_draws", "n_missing")

_NOT_SHOWN: Mapping[str, Any] = {
    "outcome": "not shown",
    "reason": "the recording does not show it",
    "estimate": None,
    "interval": None,
    "e_value": 1.0,
    "e_explain": 0.0,
    "e_end": 1.0,
    "stopped_at": 0,
    "n_draws": 0,
    "n_missing": 0,
}


def _controls_verdict(
    verdict: str, controls: tuple[SettledControl, ...], alpha: float
) -> tuple[ControlsVerdict, str | None]:
    """As in the study, of controls of which some may not have been shown."""
    if not controls:
        return "no controls", None
    if verdict != "supported" or all(control.outcome == "not shown" for control in controls):
        return "not run", None
    if all(control.outcome == "survived" for control in controls):
        return "robust", None
    if explained([control.e_explain for control in controls], alpha):
        worst = max(controls, key=lambda control: control.e_explain)
        return "explained away", worst.id if worst.e_explain >= len(controls) / alpha else None
    return "controls inconclusive", None


def _level(tested: Settlement, registered: str, recording: Mapping[str, Any]) -> SettledLevel:
    if tested.verdict == "inconclusive" or tested.simulated:
        return "L0"
    later = datetime.fromisoformat(recording["session_start"]) > datetime.fromisoformat(registered)
    return "L5" if later and tested.registration in recording["seeded"] else "L4"


def _reason(tested: Mapping[str, Any], n: int, least: int, share: float, allowed: float) -> str:
    if share > allowed:
        return f"{share:.0%} of the draws were not recorded whole"
    if n <= least:
        return f"{n} draws count; the first {least} only fix the scale"
    if not tested["stopped_at"]:
        return "the neurons did not respond in the calibration draws"
    # The clipped quantity is the one that is tested.
    share = tested["clipped_share"]
    clipped = f"; {share:.0%} of the draws were clipped" if share > CLIPPED_MAX else ""
    if tested["verdict"] == "inconclusive":
        return f"neither process reached its threshold within {tested['stopped_at']} draws{clipped}"
    return f"the evidence reached its threshold at draw {tested['stopped_at']}{clipped}"
