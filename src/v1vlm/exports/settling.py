"""Settling a study by a recording: from presentations and responses to one pair of sums a draw."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import angular_distance_deg, orientation_distance_deg
from v1vlm.claims import NeuronRule
from v1vlm.errors import InputError
from v1vlm.exports.recording import Recording, read_recording
from v1vlm.exports.sheet import rig_draw
from v1vlm.journal import Trial, settles
from v1vlm.journal.settling import DIFFERENCES
from v1vlm.records import digest
from v1vlm.stimuli import Draw
from v1vlm.study import StudyKeeper, StudyReader

Float = NDArray[np.float64]

WEAK = 0.05
"""Neurons whose mean response is below this share of the median one are left out: they answer to
nothing on the sheet, and what is divided by their mean is noise."""


def settle_study(
    study: StudyKeeper, path: Path, series: str | None = None
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Test the registered predictions of a closed study on a recording, and write it down.

    Returns
    -------
    left_out : dict of str to str
        Registrations that the recording shows but that cannot be settled, and why.
    settlements : list of dict
        As in the journal.

    Raises
    ------
    InputError
        If the study is not closed, the recording was settled before, or it shows nothing of it.
    """
    if study.state.stopped is None:
        raise InputError("The study is not finished.", "Finish it: v1vlm resume DIR.")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if any(entry["recording"]["sha256"] == sha256 for entry in study.state.settled):
        raise InputError(
            "This recording has settled this study before.", "Its verdicts are in the report."
        )
    with read_recording(path, series) as recording:
        scores, about, left_out = scores_of_recording(study, recording)
    about["sha256"] = sha256
    if not scores:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise InputError(
            f"The recording settles nothing of this study ({why or 'it shows none of it'}).",
            "The column registration holds the digests that the sheet names.",
        )
    study.settle(about, scores)
    return left_out, [dict(said) for said in study.state.settled[-1]["settlements"]]


def scores_of_recording(
    study: StudyReader, recording: Recording
) -> tuple[dict[str, Float], dict[str, Any], dict[str, str]]:
    """Scores (draw, 4) by registration, what is known of the recording, and what is left out."""
    shown = recording.presentations["registration"]
    scores: dict[str, Float] = {}
    left_out: dict[str, str] = {}
    missing: dict[str, int] = {}
    elsewhere: dict[str, int] = {}
    seeded: list[str] = []
    scale = None
    for trial in study.state.trials:
        rows = np.flatnonzero(shown == trial.digest)
        if not rows.size:
            continue
        name, prediction = (
            trial.registration.hypothesis.id,
            trial.registration.hypothesis.prediction,
        )
        problem = _problem(trial, recording)
        if problem:
            left_out[name] = problem
            continue
        responses = recording.responses(prediction.window_s)
        if prediction.measure in DIFFERENCES:
            scale = recording.fields["reference"]
        else:
            scale = np.nanmean(responses, axis=0)
        scaled = _scaled(responses[rows], scale)
        pairs = _Pairs(trial, recording, rows, scaled)
        scores[trial.digest], missing[trial.digest], elsewhere[trial.digest] = pairs.scores()
        if pairs.seeded():
            seeded.append(trial.digest)
    about = {
        "session_start": recording.session_start,
        "simulated": recording.simulated,
        "n_neurons": recording.n_neurons,
        "n_trials": len(np.unique(recording.presentations["trial"])),
        "seeded": seeded,
        "n_missing": missing,
        "n_elsewhere": elsewhere,
    }
    return scores, about, left_out


def _problem(trial: Trial, recording: Recording) -> str:
    """Why a registration cannot be settled by a recording; empty if it can."""
    registration = trial.registration
    measure, rule = registration.hypothesis.prediction.measure, registration.main.rule
    if not settles(registration):
        return f"its measure, {measure}, has no counterpart that trial noise does not bias"
    needs = []
    if rule.within_deg is not None:
        needs += ["rf_azimuth_deg", "rf_elevation_deg"]
    if rule.prefers_within_deg is not None:
        needs += ["orientation_deg", "gosi"]
    if measure in DIFFERENCES:
        needs += ["reference"]
    lacking = [name for name in needs if name not in recording.fields]
    if lacking:
        return f"its rule for neurons needs the columns {', '.join(lacking)}, which are not there"
    return ""


def _scaled(responses: Float, scale: Float) -> Float:
    """Responses in units of each neuron's own; NaN for neurons that answer to nothing."""
    positive = scale[np.isfinite(scale) & (scale > 0)]
    floor = WEAK * float(np.median(positive)) if positive.size else np.inf
    usable = np.isfinite(scale) & (scale > floor)
    return np.where(usable, responses / np.where(usable, scale, 1.0), np.nan)


class _Pairs:
    """The presentations of one registration, gathered into draws."""

    def __init__(
        self, trial: Trial, recording: Recording, rows: NDArray[np.intp], responses: Float
    ) -> None:
        self.trial = trial
        self.recording = recording
        columns = {name: values[rows] for name, values in recording.presentations.items()}
        self.draw = columns["draw"].astype(np.int64)
        self.condition = columns["condition"].astype(np.int64)
        self.place = np.stack([columns["azimuth_deg"], columns["elevation_deg"]], axis=1)
        self.stimulus = columns.get("stimulus")
        self.responses = responses
        if not np.isin(self.condition, (0, 1)).all() or (self.draw < 0).any():
            raise InputError(
                "The recording names draws or conditions that the sheet does not.",
                "Draws count from 0; conditions of a pair are 0 and 1.",
            )

    def scores(self) -> tuple[Float, int, int]:
        """Scores (draw, 4) in order of first presentation; draws missing, and elsewhere."""
        found: list[tuple[float, ...]] = []
        missing = elsewhere = 0
        for number in dict.fromkeys(self.draw.tolist()):
            rows = self.draw == number
            neurons = self._neurons(number, rows)
            if len(neurons) < self.trial.registration.main.rule.minimum:
                elsewhere += 1
                continue
            a, b = (self._mean(rows & (self.condition == k), neurons) for k in (0, 1))
            if a is None or b is None:
                missing += 1
                continue
            found.append((float(number), a - b, a + b, float(len(neurons))))
        return np.array(found, np.float64).reshape(-1, 4), missing, elsewhere

    def seeded(self) -> bool:
        """Whether every stimulus is one that the registration seeds."""
        if self.stimulus is None:
            return False
        for number in np.unique(self.draw):
            rows = np.flatnonzero(self.draw == number)
            stimuli = self._draw(int(number), rows).stimuli
            if any(self.stimulus[i] != digest(stimuli[self.condition[i]]) for i in rows):
                return False
        return True

    def _draw(self, number: int, rows: NDArray[Any]) -> Draw:
        return rig_draw(self.trial, number, self.place[rows][:1])

    def _mean(self, rows: NDArray[np.bool_], neurons: NDArray[np.intp]) -> float | None:
        """Mean over neurons of means over the trials that were recorded."""
        values = self.responses[rows][:, neurons]
        recorded = np.isfinite(values).all(axis=1)
        return float(values[recorded].mean()) if recorded.any() else None

    def _neurons(self, number: int, rows: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Neurons that count for a draw: by the registered rule, never by their responses to it."""
        azimuth, elevation = self.place[rows][0]
        usable = np.asarray(np.isfinite(self.responses).any(axis=0))
        orientation = None
        if self.trial.registration.main.rule.prefers_within_deg is not None:
            orientation = self._draw(number, np.flatnonzero(rows)).orientation_deg
        return _chosen(
            self.trial.registration.main.rule,
            self.recording.fields,
            usable,
            (float(azimuth), float(elevation)),
            orientation,
        )


def _chosen(
    rule: NeuronRule,
    fields: dict[str, Float],
    usable: NDArray[np.bool_],
    place: tuple[float, float],
    orientation_deg: float | None,
) -> NDArray[np.intp]:
    """The registered rule on recorded neurons: they are all of another animal, so no half."""
    keep = usable.copy()
    if "quality" in fields:
        keep &= fields["quality"] >= rule.quality
    with np.errstate(invalid="ignore"):
        if rule.within_deg is not None:
            away = angular_distance_deg(fields["rf_azimuth_deg"], fields["rf_elevation_deg"], place)
            keep &= away <= rule.within_deg
        if rule.prefers_within_deg is not None:
            if orientation_deg is None:
                return np.zeros(0, np.intp)
            turned = orientation_distance_deg(fields["orientation_deg"], orientation_deg)
            keep &= (turned <= rule.prefers_within_deg) & (fields["gosi"] >= rule.selectivity)
    return np.flatnonzero(keep)
