"""What is shown at the rig: draws of registered hypotheses, in a random order, by seed.

They are fresh, but for painted claims: a fresh pair would need the generator, and whoever looks at
pairs. Those of the estimate are there, as many as were registered, looked at under the registered
rule; no verdict was taken on them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.errors import InputError, ProposalError
from v1vlm.exports.parameters import flat_parameters
from v1vlm.journal import Trial, confirmed_seeds
from v1vlm.records import Record, digest, rng_of, seed_of
from v1vlm.rig import assets_of, placements
from v1vlm.stimuli import Draw, Screen, differences
from v1vlm.study import StudyReader

Row = dict[str, Any]


class Session(Record):
    """How an experiment is laid out.

    Attributes
    ----------
    draws : int
        Fresh draws of every hypothesis; the sample.
    trials : int
        Times that every stimulus is shown.
    gap_s : float
        Grey between presentations.
    seed : int
        Of the order of presentations.
    """

    draws: int = Field(60, ge=2, le=1000)
    trials: int = Field(10, ge=1, le=1000)
    gap_s: float = Field(1.0, ge=0, le=60)
    seed: int = Field(1, ge=0, lt=2**63)


@dataclass(frozen=True)
class Shown:
    """A draw as it is shown: (condition, frame, y, x) for `duration_s` seconds."""

    trial: Trial
    number: int
    draw: Draw
    frames: NDArray[np.uint8]
    duration_s: float

    def name(self, condition: int) -> str:
        """Path of the frames of a condition in the folder of the sheet."""
        hypothesis = self.trial.registration.hypothesis.id
        return f"frames/{hypothesis}-{self.number:03d}-{condition}.npy"

    def rows(self) -> Iterator[Row]:
        """One row per condition: what it is, in degrees."""
        for k, stimulus in enumerate(self.draw.stimuli):
            yield {
                "frames": self.name(k),
                "hypothesis": self.trial.registration.hypothesis.id,
                "registration": self.trial.digest,
                "draw": self.number,
                "condition": k,
                "level": self.trial.registration.main.contrast.levels[k],
                "azimuth_deg": self.draw.azimuth_deg,
                "elevation_deg": self.draw.elevation_deg,
                "duration_s": self.duration_s,
                "n_frames": self.frames.shape[1],
                "stimulus": digest(stimulus),
                **flat_parameters(stimulus),
            }


_PRESENTED = (
    *("hypothesis", "registration", "draw", "condition", "level", "frames"),
    *("azimuth_deg", "elevation_deg", "stimulus", "duration_s"),
)


@dataclass(frozen=True)
class Sheet:
    """A whole experiment.

    Attributes
    ----------
    left_out : dict of str to str
        Hypotheses that are not shown, and why.
    notes : dict of str to str
        What must be known of the draws of others.
    """

    session: Session
    screen: Screen
    shown: tuple[Shown, ...]
    left_out: dict[str, str]
    notes: dict[str, str]

    def presentations(self) -> list[Row]:
        """Every presentation in order, each trial a random order of all stimuli."""
        stimuli = [(this, row) for this in self.shown for row in this.rows()]
        rows: list[Row] = []
        onset = self.session.gap_s
        for trial in range(self.session.trials):
            order = rng_of("rig order", self.session.seed, trial).permutation(len(stimuli))
            for this, row in (stimuli[i] for i in order):
                start = {"presentation": len(rows), "trial": trial, "onset_s": round(onset, 6)}
                rows.append({**start, **{name: row[name] for name in _PRESENTED}})
                onset += this.duration_s + self.session.gap_s
        return rows

    @property
    def duration_s(self) -> float:
        """Of the whole experiment."""
        each = sum((this.duration_s + self.session.gap_s) * len(this.frames) for this in self.shown)
        return self.session.gap_s + self.session.trials * each


def make_sheet(
    study: StudyReader,
    trials: Sequence[Trial],
    session: Session,
    screen: Screen,
    fields_deg: NDArray[np.float64] | None = None,
) -> Sheet:
    """Draw and render what is shown for some registrations.

    Parameters
    ----------
    screen : Screen
        The monitor at the rig; stimuli are defined in degrees and rendered for it anew.
    fields_deg : array (n, 2), optional
        Azimuth and elevation of the receptive fields that are recorded from, to centre stimuli
        on; those of the twin's neurons without.

    Raises
    ------
    InputError
        If nothing is left to be shown.
    """
    left_out: dict[str, str] = {}
    notes: dict[str, str] = {}
    shown: list[Shown] = []
    for trial in trials:
        name = trial.registration.hypothesis.id
        centres = fields_deg
        if centres is None:
            centres = placements(study.physiology, trial.registration.main.rule, study.screen)
        numbers = _painted_draws(trial) if _is_painted(trial) else [*range(session.draws)]
        rendered = list(_rendered(study, trial, numbers[: session.draws], centres, screen))
        shown += rendered
        if _is_painted(trial) and rendered:
            notes[name] = _PAINTED.format(len(rendered), session.draws)
        elif not rendered:
            left_out[name] = _NO_PAIR if _is_painted(trial) else "none of its draws can be matched"
    if not shown:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise InputError(
            f"There is nothing to show at a rig ({why or 'nothing was registered'}).",
            "Choose a study with registered hypotheses whose estimates were shown.",
        )
    return Sheet(session, screen, tuple(shown), left_out, notes)


_PAINTED = (
    "its images are painted: its draws, {} of the {} asked for, are those of the estimate, pairs "
    "that passed their check and that the twin has seen; its verdict was not taken on them"
)
_NO_PAIR = (
    "its images are painted, fresh ones would need the generator, and no pair of its estimate that "
    "passed can be shown on this monitor"
)


def rig_draw(trial: Trial, number: int, centres: NDArray[np.float64]) -> Draw:
    """A draw for the rig: a fresh one, or of painted images that of the estimate.

    Either seed follows from the registration.
    """
    registration = trial.registration
    seed = seed_of(trial.digest, "rig", number)
    if _is_painted(trial):
        looks = trial.of(registration.main.id, "estimate").looks
        tries = len(looks[number]) if number < len(looks) else 1
        seed = confirmed_seeds(trial, registration.main, "estimate")(number, tries - 1)
    return registration.main.contrast.draw(seed, centres)


def _is_painted(trial: Trial) -> bool:
    return trial.registration.manipulation is not None


def _painted_draws(trial: Trial) -> list[int]:
    """Numbers of the draws of the estimate that have a pair that passed."""
    rule, main = trial.registration.manipulation, trial.registration.main.id
    looks = trial.of(main, "estimate").looks
    return [i for i, one in enumerate(looks) if rule is not None and rule.passes(one[-1])]


def _rendered(
    study: StudyReader,
    trial: Trial,
    numbers: Sequence[int],
    centres: NDArray[np.float64],
    screen: Screen,
) -> Iterator[Shown]:
    """What can be shown of some draws on a monitor; what cannot is known before any response."""
    contrast, rule = trial.registration.main.contrast, trial.registration.manipulation
    for number in numbers:
        draw = rig_draw(trial, number, centres)
        try:
            frames, _ = contrast.render(draw, screen, assets_of(study.store, [[draw]]))
        except ProposalError:
            continue
        if rule is not None:
            # On another monitor, or at other fields, a pair is matched in another place.
            window = contrast.window(draw, screen)
            if not rule.matched(differences(frames, screen, window, contrast.matching)):
                continue
        still = frames.shape[1] == 1
        n_frames = screen.frames(contrast.duration_s) if still else frames.shape[1]
        yield Shown(trial, number, draw, frames, n_frames / screen.frame_rate_hz)


MONITOR = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)@(\d+(?:\.\d+)?)")


def monitor(text: str, screen: Screen) -> Screen:
    """The screen of ``WIDTHxHEIGHT@DISTANCE`` in centimetres, with the pixels of another.

    Raises
    ------
    InputError
        If the text is none.
    """
    match = MONITOR.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{text!r} is no monitor.", "Give WIDTHxHEIGHT@DISTANCE in cm, as 56.5x31.8@15."
        )
    width, height, distance = map(float, match.groups())
    sizes = {"width_cm": width, "height_cm": height, "distance_cm": distance}
    return Screen.from_json({**screen.to_json(), **sizes})


def read_fields(path: Path, screen: Screen) -> NDArray[np.float64]:
    """Receptive fields (n, 2) of a CSV file with ``rf_azimuth_deg`` and ``rf_elevation_deg``.

    Raises
    ------
    InputError
        If the columns are missing, hold no numbers, or no field lies on the monitor.
    """
    wanted = ("rf_azimuth_deg", "rf_elevation_deg")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [[float(row[name]) for name in wanted] for row in csv.DictReader(file)]
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            f"{str(path)!r} holds no receptive fields: {error!r}.",
            f"Give a CSV file with the columns {' and '.join(wanted)}.",
        ) from error
    fields = np.array(rows, np.float64).reshape(-1, 2)
    row, column = screen.to_pixels(fields[:, 0], fields[:, 1])
    height, width = screen.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    inside &= (np.abs(fields) < 90).all(axis=1)
    if not inside.any():
        raise InputError(
            f"No receptive field of {str(path)!r} lies on the monitor.",
            "Azimuth and elevation are in degrees, 0° at the centre of the monitor.",
        )
    return fields[inside]
