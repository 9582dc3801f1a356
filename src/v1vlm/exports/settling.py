"""Settling a study by recordings: from presentations and responses to features of every draw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import angular_distance_deg, orientation_distance_deg
from v1vlm.analysis.recorded import Counterpart, draw_features
from v1vlm.claims import Arm, NeuronRule
from v1vlm.errors import InputError
from v1vlm.exports.recording import Recording, read_recording
from v1vlm.exports.sheet import rig_draw
from v1vlm.journal import Trial, counterpart_of
from v1vlm.records import digest
from v1vlm.stimuli import Draw
from v1vlm.study import StudyKeeper, StudyReader

Float = NDArray[np.float64]
Rows = NDArray[np.intp]

WEAK = 0.05
"""Neurons whose mean response is below this share of the median one are left out: they answer to
nothing on the sheet, and what is divided by their mean is noise."""


def settle_study(
    study: StudyKeeper, paths: Sequence[Path], series: str | None = None
) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """Test the registered predictions of a closed study on recordings, and write it down.

    Parameters
    ----------
    paths : sequence of Path
        Recordings that are handed in together.

    Returns
    -------
    left_out : list of dict of str to str
        Of each recording: registrations that it shows but that cannot be settled, and why.
    settled : dict
        The entry of ``state.settled``.

    Raises
    ------
    InputError
        If the study is not closed, a recording was settled before, or one shows nothing of it.
    """
    if study.state.stopped is None:
        raise InputError("The study is not finished.", "Finish it: v1vlm resume DIR.")
    before = {
        entry["recording"]["sha256"]
        for settled in study.state.settled
        for entry in settled["recordings"]
    }
    recordings, scores, left_out = [], [], []
    for path in paths:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 in before:
            raise InputError(
                f"{str(path)!r} has settled this study before.", "Its verdicts are in the report."
            )
        before.add(sha256)
        with read_recording(path, series) as recording:
            found, about, missed = scores_of_recording(study, recording)
        if not found:
            why = "; ".join(f"{name}: {reason}" for name, reason in missed.items())
            raise InputError(
                f"{str(path)!r} settles nothing of this study ({why or 'it shows none of it'}).",
                "The column registration holds the digests that the sheet names.",
            )
        recordings.append({**about, "sha256": sha256})
        scores.append(found)
        left_out.append(missed)
    study.settle(recordings, scores)
    return left_out, dict(study.state.settled[-1])


def scores_of_recording(
    study: StudyReader, recording: Recording
) -> tuple[dict[str, dict[str, Float]], dict[str, Any], dict[str, str]]:
    """Scores (see `v1vlm.journal.Scores`), what is known of the recording, what is left out."""
    shown = recording.presentations["registration"]
    about: dict[str, Any] = {
        "session_start": recording.session_start,
        "simulated": recording.simulated,
        "subject": recording.subject,
        "n_neurons": recording.n_neurons,
        "n_trials": len(np.unique(recording.presentations["trial"])),
        "seeded": [],
        "n_missing": {},
        "n_elsewhere": {},
    }
    scores: dict[str, dict[str, Float]] = {}
    left_out: dict[str, str] = {}
    for trial in study.state.trials:
        rows = np.flatnonzero(shown == trial.digest)
        if not rows.size:
            continue
        how = counterpart_of(trial.registration)
        problem = _problem(trial, how, recording)
        if problem or how is None:
            left_out[trial.registration.hypothesis.id] = problem
            continue
        these = _Presented(trial, how, recording, rows)
        arms = dict(these.arms())
        if "main" not in {arm.role for arm, _ in arms.values()}:
            left_out[trial.registration.hypothesis.id] = "only its controls were shown"
            continue
        scores[trial.digest] = {name: kept for name, (_, (kept, _, _)) in arms.items()}
        for k, name in enumerate(("n_missing", "n_elsewhere"), start=1):
            about[name][trial.digest] = {arm: said[k] for arm, (_, said) in arms.items()}
        if these.seeded():
            about["seeded"].append(trial.digest)
    return scores, about, left_out


def _problem(trial: Trial, how: Counterpart | None, recording: Recording) -> str:
    """Why a registration cannot be settled by a recording; empty if it can."""
    registration = trial.registration
    if how is None:
        measure = registration.hypothesis.prediction.measure
        return f"its measure, {measure}, is a plug-in's, and what trial noise does to it unknown"
    needs: set[str] = set()
    for rule in (arm.rule for arm in (registration.main, *registration.controls)):
        if rule.within_deg is not None or how.placed:
            needs |= {"rf_azimuth_deg", "rf_elevation_deg"}
        if rule.prefers_within_deg is not None:
            needs |= {"orientation_deg", "gosi"}
    if how.kind == "difference":
        needs |= {"reference"}
    lacking = sorted(needs - set(recording.fields))
    if lacking:
        return f"its rule for neurons needs the columns {', '.join(lacking)}, which are not there"
    return ""


def _scaled(responses: Float, scale: Float) -> Float:
    """Responses in units of each neuron's own; NaN for neurons that answer to nothing."""
    positive = scale[np.isfinite(scale) & (scale > 0)]
    floor = WEAK * float(np.median(positive)) if positive.size else np.inf
    usable = np.isfinite(scale) & (scale > floor)
    return np.where(usable, responses / np.where(usable, scale, 1.0), np.nan)


class _Presented:
    """The presentations of one registration, gathered into arms and draws."""

    def __init__(self, trial: Trial, how: Counterpart, recording: Recording, rows: Rows) -> None:
        self.trial, self.how, self.recording = trial, how, recording
        columns = {name: values[rows] for name, values in recording.presentations.items()}
        self.number = columns["draw"].astype(np.int64)
        self.condition = columns["condition"].astype(np.int64)
        self.pass_ = columns["trial"]
        self.place = np.stack([columns["azimuth_deg"], columns["elevation_deg"]], axis=1)
        self.stimulus = columns.get("stimulus")
        main = trial.registration.main.id
        self.arm = columns.get("arm", np.full(len(rows), main, dtype=object))
        self._refuse_foreign()
        window_s = trial.registration.hypothesis.prediction.window_s
        whole = recording.responses(window_s)
        scale = (
            recording.fields["reference"] if how.kind == "difference" else np.nanmean(whole, axis=0)
        )
        windows = how.windows(window_s)
        responses = (whole if one == window_s else recording.responses(one) for one in windows)
        self.responses = [_scaled(values[rows], scale) for values in responses]
        self.usable = np.asarray(np.isfinite(self.responses[0]).any(axis=0))

    def _refuse_foreign(self) -> None:
        known = {arm.id: arm for arm in self._arms()}
        n = {name: len(arm.contrast.families) for name, arm in known.items()}
        pairs = zip(self.arm, self.condition, strict=True)
        if (self.number < 0).any() or any(not 0 <= k < n.get(name, 0) for name, k in pairs):
            raise InputError(
                "The recording names draws, arms or conditions that the sheet does not.",
                "Draws and conditions count from 0; arms are named as in presentations.csv.",
            )

    def _arms(self) -> tuple[Arm, ...]:
        return (self.trial.registration.main, *self.trial.registration.controls)

    def arms(self) -> Iterator[tuple[str, tuple[Arm, tuple[Float, int, int]]]]:
        """Of every arm shown: scores (draw, feature), draws missing, and elsewhere."""
        for arm in self._arms():
            if (self.arm == arm.id).any():
                yield arm.id, (arm, self._scores(arm))

    def _scores(self, arm: Arm) -> tuple[Float, int, int]:
        """Scores in order of first presentation."""
        main = self.trial.registration.main
        # What a control is subtracted from was shown in the same draws, to the same neurons.
        placed, parts = (main, (main, arm)) if arm.expects == "absent" else (arm, (arm,))
        found: list[tuple[float, ...]] = []
        missing = elsewhere = 0
        for number in dict.fromkeys(self.number[self.arm == arm.id].tolist()):
            rows = [np.flatnonzero((self.number == number) & (self.arm == of.id)) for of in parts]
            if not all(len(of) for of in rows):
                missing += 1
                continue
            draw = self._draw(placed, number, rows[0])
            neurons = _chosen(arm.rule, self.recording.fields, self.usable, draw)
            distance = self._distance(draw, neurons)
            if len(neurons) < max(arm.rule.minimum, 1) or not self.how.reachable(distance):
                elsewhere += 1
                continue
            features = [
                draw_features(self.how, self._trials(of, these, neurons), distance)
                for of, these in zip(parts, rows, strict=True)
            ]
            if any(of is None for of in features):
                missing += 1
                continue
            values = [value for of in features for value in of or ()]
            found.append((float(number), *values, float(len(neurons))))
        width = self.how.n_features * len(parts) + 2
        return np.array(found, np.float64).reshape(-1, width), missing, elsewhere

    def _trials(self, arm: Arm, rows: Rows, neurons: Rows) -> list[list[Float]]:
        """Responses (trial, neuron) by window and condition, NaN where not recorded."""
        passes, at = np.unique(self.pass_[rows], return_inverse=True)
        shape = (len(arm.contrast.families), len(passes))
        place = np.full(shape, -1)
        for row, trial, condition in zip(rows, at, self.condition[rows], strict=True):
            if place[condition, trial] >= 0:
                raise InputError(
                    f"Draw {self.number[row]} was shown twice in trial {passes[trial]:g}.",
                    "Number the trials of a stimulus, so that the same trial is not read twice.",
                )
            place[condition, trial] = row
        found = []
        for responses in self.responses:
            values = responses[place][:, :, neurons]
            values[place < 0] = np.nan
            found.append(list(values))
        return found

    def _distance(self, draw: Draw, neurons: Rows) -> Float:
        """Distance of each field from the nearest feature, or the centre without any."""
        if not self.how.placed:
            return np.zeros(len(neurons))
        azimuth, elevation = (
            self.recording.fields[name][neurons] for name in ("rf_azimuth_deg", "rf_elevation_deg")
        )
        places = draw.features_deg or ((draw.azimuth_deg, draw.elevation_deg),)
        nearest: Float = np.min(
            [angular_distance_deg(azimuth, elevation, place) for place in places], axis=0
        )
        return nearest

    def seeded(self) -> bool:
        """Whether every stimulus is one that the registration seeds."""
        if self.stimulus is None:
            return False
        for arm in self._arms():
            for number in np.unique(self.number[self.arm == arm.id]):
                rows = np.flatnonzero((self.number == number) & (self.arm == arm.id))
                stimuli = self._draw(arm, int(number), rows).stimuli
                if any(self.stimulus[i] != digest(stimuli[self.condition[i]]) for i in rows):
                    return False
        return True

    def _draw(self, arm: Arm, number: int, rows: Rows) -> Draw:
        return rig_draw(self.trial, arm, number, self.place[rows][:1])


def _chosen(
    rule: NeuronRule, fields: dict[str, Float], usable: NDArray[np.bool_], draw: Draw
) -> Rows:
    """Neurons that count for a draw: by the registered rule, never by their responses to it.

    They are all of another animal, so there is no half.
    """
    keep = np.array(usable)
    if "quality" in fields:
        keep &= fields["quality"] >= rule.quality
    place = (draw.azimuth_deg, draw.elevation_deg)
    with np.errstate(invalid="ignore"):
        if rule.within_deg is not None:
            away = angular_distance_deg(fields["rf_azimuth_deg"], fields["rf_elevation_deg"], place)
            keep &= away <= rule.within_deg
        if rule.prefers_within_deg is not None:
            if draw.orientation_deg is None:
                return np.zeros(0, np.intp)
            turned = orientation_distance_deg(fields["orientation_deg"], draw.orientation_deg)
            keep &= (turned <= rule.prefers_within_deg) & (fields["gosi"] >= rule.selectivity)
    return np.flatnonzero(keep)
