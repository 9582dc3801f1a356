"""The folder that an experimenter takes to the rig."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from v1vlm.analysis.evidence import elond_alpha
from v1vlm.exports.opening import written_whole
from v1vlm.exports.pairs import rank_study
from v1vlm.exports.power import Assumptions, moments_of_trial, planned_power
from v1vlm.exports.sheet import Session, Sheet, make_sheet
from v1vlm.exports.tables import columns_of
from v1vlm.journal import Trial, settles
from v1vlm.journal.settling import CALIBRATION
from v1vlm.records import canonical_json, digest
from v1vlm.stimuli import Screen
from v1vlm.study import StudyReader

SNR = (0.1, 0.2, 0.5)
PREVIEWED = 4
"""Draws of each hypothesis on the picture."""


def write_rig(
    study: StudyReader,
    target: Path,
    *,
    session: Session | None = None,
    pairs: int | None = None,
    screen: Screen | None = None,
    fields_deg: NDArray[np.float64] | None = None,
    snr: float | None = None,
    correlation: float = 0.05,
    n_neurons: int | None = None,
) -> Sheet:
    """Write frames, tables, script and instructions into a new folder.

    Parameters
    ----------
    pairs : int, optional
        Only the hypotheses that rank highest (`v1vlm.exports.pairs`).
    screen : Screen, optional
        The monitor at the rig; that of the twin without.
    fields_deg : array (n, 2), optional
        Receptive fields to centre stimuli on.
    snr, correlation, n_neurons : optional
        Assumed for planned power (`v1vlm.exports.power`): signal-to-noise ratio, `SNR` without;
        correlation of trial noise; recorded neurons per draw, as many as in the twin without.

    Raises
    ------
    InputError
        If there is nothing to show.
    """
    session, screen = session or Session(), screen or study.screen
    sheet = make_sheet(study, _chosen(study, pairs), session, screen, fields_deg)
    assumed = [
        Assumptions.from_json({"snr": value, "correlation": correlation})
        for value in (SNR if snr is None else (snr,))
    ]
    power = _power(study, sheet, assumed, n_neurons)
    with written_whole(target) as folder:
        (folder / "frames").mkdir(parents=True)
        for shown in sheet.shown:
            for k, frames in enumerate(shown.frames):
                np.save(folder / shown.name(k), frames, allow_pickle=False)
        stimuli = [row for shown in sheet.shown for row in shown.rows()]
        tables = {"presentations": sheet.presentations(), "stimuli": stimuli, "power": power}
        texts = {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
        texts["sheet.json"] = canonical_json(_about(study, sheet, texts)) + "\n"
        texts["play.py"] = files("v1vlm.exports").joinpath("player.py").read_text("utf-8")
        texts["README.md"] = _readme(study, sheet, power)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        _preview(sheet).save(folder / "preview.png")
    return sheet


def _chosen(study: StudyReader, pairs: int | None) -> list[Trial]:
    """Registrations in order of registration, all or those that rank highest."""
    if pairs is None:
        return list(study.state.trials)
    wanted = {row["id"] for row in rank_study(study)[:pairs]}
    return [t for t in study.state.trials if t.registration.hypothesis.id in wanted]


def _trials_of(sheet: Sheet) -> list[Trial]:
    return list({shown.trial.digest: shown.trial for shown in sheet.shown}.values())


def _power(
    study: StudyReader, sheet: Sheet, assumed: Sequence[Assumptions], n_neurons: int | None
) -> list[dict[str, Any]]:
    alpha = elond_alpha(study.state.spec.alpha, len(study.state.trials), 0)
    trials = sheet.session.trials
    rows = []
    for trial in _trials_of(sheet):
        hypothesis = trial.registration.hypothesis
        moments = moments_of_trial(study, trial)
        if moments is None:
            continue
        draws = sum(shown.trial.digest == trial.digest for shown in sheet.shown)
        for assumption in assumed:
            planned = planned_power(
                moments, hypothesis.prediction, alpha, draws, trials, assumption, n_neurons
            )
            rows.append({"hypothesis": hypothesis.id, **planned})
    return rows


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns_of([dict(row) for row in rows]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _about(study: StudyReader, sheet: Sheet, texts: Mapping[str, str]) -> dict[str, Any]:
    """What the script needs, and what identifies the sheet."""
    registrations = {}
    for trial in _trials_of(sheet):
        registration, hypothesis = trial.registration, trial.registration.hypothesis
        registrations[trial.digest] = {
            "id": hypothesis.id,
            "title": hypothesis.title,
            "statement": hypothesis.statement,
            "prediction": hypothesis.prediction.to_json(),
            "levels": list(registration.main.contrast.levels),
            "neurons": registration.main.rule.describe(),
            "settles": settles(registration),
        }
    return {
        "study": study.state.study,
        "registrations": registrations,
        "left_out": sheet.left_out,
        "notes": sheet.notes,
        "screen": sheet.screen.to_json(),
        "session": sheet.session.to_json(),
        "presentations": digest(texts["presentations.csv"]),
        "stimuli": digest(texts["stimuli.csv"]),
    }


def _preview(sheet: Sheet) -> Image.Image:
    """The first draws of every hypothesis, a row each, conditions side by side."""
    rows = []
    for trial in _trials_of(sheet):
        draws = [s for s in sheet.shown if s.trial.digest == trial.digest][:PREVIEWED]
        middle = [s.frames[k, s.frames.shape[1] // 2] for s in draws for k in range(len(s.frames))]
        rows.append([np.pad(np.kron(m, np.ones((3, 3), np.uint8)), 3) for m in middle])
    widest = max(map(len, rows))
    blank = np.zeros_like(rows[0][0])
    lines = [np.hstack([*row, *[blank] * (widest - len(row))]) for row in rows]
    return Image.fromarray(np.vstack(lines))


def _readme(study: StudyReader, sheet: Sheet, power: Sequence[Mapping[str, Any]]) -> str:
    screen, session = sheet.screen, sheet.session
    centre = screen.degrees_per_pixel()
    hours = sheet.duration_s / 3600
    presented = session.trials * sum(len(shown.frames) for shown in sheet.shown)
    lines = [
        f"# Stimuli of study {study.state.study} for the rig",
        "",
        "Draws of registered hypotheses. Their seeds follow from the registrations, so that they "
        "could not exist before those did; they are fresh, the twin has not seen them"
        + (" (but for painted ones, below)." if sheet.notes else "."),
        "",
        "## Set up",
        "",
        f"* Monitor: flat, {screen.width_cm:g} × {screen.height_cm:g} cm, {screen.distance_cm:g} "
        "cm from the eye, at right angles to the line of sight through its centre. Nothing is "
        "warped: frames are rendered for this geometry. For another one export again with "
        "--monitor WIDTHxHEIGHT@DISTANCE.",
        f"* Azimuth is positive to the right, elevation upwards, 0° at the monitor's centre. "
        f"Frames have {screen.height_px} × {screen.width_px} pixels, {centre:.2f}° each at the "
        "centre; show them enlarged without smoothing.",
        f"* {screen.frame_rate_hz:g} frames per second; refresh at a multiple of it. Grey is "
        f"{screen.grey}; levels 0–255 are to be linear in luminance (gamma corrected).",
        "* Stimuli are centred where stimuli.csv says. Neurons count for a draw if their field "
        "lies there: map fields first and export again with --fields FILE.csv to centre the "
        "stimuli on those you record from.",
        f"* {presented} presentations, {session.trials} trials of every stimulus in random order "
        f"(seed {session.seed}), {session.gap_s:g} s of grey between: {hours:.1f} h. One session "
        "may hold some of the draws; show every trial of those.",
        "",
        "    python play.py            # PsychoPy; writes shown.csv with the times",
        "",
        "## What is predicted",
        "",
        "| | prediction | measure | neurons | registration |",
        "|---|---|---|---|---|",
    ]
    for trial in _trials_of(sheet):
        hypothesis = trial.registration.hypothesis
        prediction = hypothesis.prediction
        a, b = trial.registration.main.contrast.levels[:2]
        note = "" if settles(trial.registration) else " (cannot be settled: see docs/settle.md)"
        lines.append(
            f"| {hypothesis.id} | {hypothesis.title}: {prediction.direction}, margin "
            f"{prediction.margin:g}; 0 = {a}, 1 = {b} | {prediction.measure}{note} | "
            f"{trial.registration.main.rule.describe()} | `{trial.digest}` |"
        )
    lines += [f"\n{name}: {note}." for name, note in sheet.notes.items()]
    lines += [f"\nLeft out: {name}, {reason}." for name, reason in sheet.left_out.items()]
    lines += ["", "## Planned power", "", *_power_lines(power), "", *_RECORDING, ""]
    return "\n".join(lines)


def _power_lines(power: Sequence[Mapping[str, Any]]) -> list[str]:
    if not power:
        return ["None of the hypotheses can be planned for."]
    lines = [
        "Share of simulated recordings that support or contradict the prediction, if the animal "
        "answers as the twin does. Assumed: the single-trial signal-to-noise ratio of a neuron "
        "(variance over stimuli by variance over trials; about .1–.5 in calcium imaging of mouse "
        "V1, Stringer et al. 2019, Nature 571:361) and the correlation of noise between neurons "
        "(about .05, Cohen & Kohn 2011, Nat. Neurosci. 14:811). Measure your own. The first "
        f"{CALIBRATION} draws shown fix the scale and are not tested.",
        "",
        "| | draws | trials | neurons | SNR | noise correlation | supported | contradicted |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return lines + [
        f"| {row['hypothesis']} | {row['draws']} | {row['trials']} | {row['n_neurons']} | "
        f"{row['snr']:g} | {row['correlation']:g} | {row['supported']:.2f} | "
        f"{row['contradicted']:.2f} |"
        for row in power
    ]


_RECORDING = [
    "## What to send back",
    "",
    "One NWB file: a TimeIntervals table with the rows of presentations.csv that were shown, with "
    "columns `start_time` (when it was on the screen, on the clock of the recording), `stop_time`, "
    "`registration`, `draw`, `condition`, `trial`, `azimuth_deg`, `elevation_deg`, `stimulus`; the "
    "responses as RoiResponseSeries (deconvolved, or otherwise not negative on average) or Units; "
    "and in the ROI or Units table `rf_azimuth_deg`, `rf_elevation_deg` and, where the neurons "
    "above are chosen by preference, `orientation_deg` (0–180°, counter-clockwise from "
    "horizontal) and `gosi`. Then:",
    "",
    "    v1vlm settle DIR --recorded FILE.nwb",
]
