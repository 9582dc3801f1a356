"""Sheets for the rig: what is on them, and that they play."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from v1vlm.errors import InputError
from v1vlm.exports import export, rank_stock, rank_study
from v1vlm.exports.pairs import disagreement, stand_ins
from v1vlm.exports.power import Assumptions, moments_of_trial, planned_power
from v1vlm.exports.sheet import Session, Sheet, make_sheet, monitor, read_fields
from v1vlm.records import digest, seed_of
from v1vlm.scientist.heuristic.templates import load_templates
from v1vlm.stimuli import Screen
from v1vlm.study import StudyReader


@pytest.fixture(scope="module")
def rig(study: StudyReader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("rig") / "rig"
    session = Session(draws=12, trials=3, gap_s=0.25, seed=5)
    return export(study, "rig", target, beside=Path("study"), session=session)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_stimulus_is_shown_in_every_trial_in_a_fresh_order(rig: Path) -> None:
    shown = rows_of(rig / "presentations.csv")
    stimuli = {row["frames"] for row in rows_of(rig / "stimuli.csv")}
    orders = [[r["frames"] for r in shown if r["trial"] == str(k)] for k in range(3)]
    assert all(sorted(order) == sorted(stimuli) for order in orders)
    assert orders[0] != orders[1] != orders[2]
    onsets = np.array([float(row["onset_s"]) for row in shown])
    lasts = np.array([float(row["duration_s"]) for row in shown])
    np.testing.assert_allclose(np.diff(onsets), lasts[:-1] + 0.25, atol=1e-5)


def test_stimuli_are_fresh_draws_of_the_registrations(rig: Path, study: StudyReader) -> None:
    row = rows_of(rig / "stimuli.csv")[0]
    trial = study.state.trials[0]
    place = np.array([[float(row["azimuth_deg"]), float(row["elevation_deg"])]])
    contrast = trial.registration.main.contrast
    draw = contrast.draw(seed_of(trial.digest, "rig", int(row["draw"])), place)
    stimulus = draw.stimuli[int(row["condition"])]
    assert (row["registration"], row["stimulus"]) == (trial.digest, digest(stimulus))
    frames, _ = contrast.render(draw, study.screen)
    np.testing.assert_array_equal(np.load(rig / row["frames"]), frames[int(row["condition"])])
    for arm in ("main", "equal", "weaker"):
        for stage in ("test", "estimate"):
            shown = {d.seed for _, draws in study.drawn("H1", arm, stage) for d in draws}  # type: ignore[arg-type]
            assert draw.seed not in shown


def test_what_is_painted_is_shown_as_in_the_estimate_and_said(
    rig: Path, study: StudyReader
) -> None:
    sheet = json.loads((rig / "sheet.json").read_text())
    assert {r["id"] for r in sheet["registrations"].values()} == {"H1", "H2c", "H3"}
    assert sheet["left_out"] == {}
    assert set(sheet["notes"]) == {"H3"}
    assert "12 of the 12 asked for, are those of the estimate" in sheet["notes"]["H3"]
    readme = (rig / "README.md").read_text("utf-8")
    assert "H3: its images are painted" in readme
    assert "the twin has not seen them (but for painted ones, below)" in readme
    rows = [row for row in rows_of(rig / "stimuli.csv") if row["hypothesis"] == "H3"]
    assert len(rows) == 2 * 12
    ((contrast, draws),) = study.drawn("H3")
    shown = study.stimuli("H3").values
    for row in rows:
        number, condition = int(row["draw"]), int(row["condition"])
        request = draws[number].stimuli[condition].requests()[0]
        assert row["stimulus_request_prompt"] == request.prompt
        assert row["stimulus_request_seed"] == str(request.seed)
        wording = contrast.families[condition].wordings.index(request.prompt)
        assert row["stimulus_wording"] == str(wording)
        np.testing.assert_array_equal(np.load(rig / row["frames"]), shown[number, condition])


def test_no_more_painted_pairs_are_shown_than_there_are(study: StudyReader) -> None:
    trial = study.state.trials[2]
    sheet = make_sheet(study, [trial], Session(draws=30), study.screen)
    assert [this.number for this in sheet.shown] == [*range(20)]
    assert "20 of the 30 asked for" in sheet.notes["H3"]
    looks = trial.of("main", "estimate").looks
    failed = tuple((one[0].model_copy(update={"differences": None}),) for one in looks)
    for keep in (5, 0):
        spoilt = (*looks[:keep], *failed[keep:])
        draws = replace(trial.of("main", "estimate"), looks=spoilt)
        other = replace(trial, draws={**trial.draws, ("main", "estimate"): draws})
        if keep:
            few = make_sheet(study, [other], Session(draws=30), study.screen)
            assert [this.number for this in few.shown] == [*range(keep)]
        else:
            with pytest.raises(InputError, match="fresh ones would need the generator"):
                make_sheet(study, [other], Session(draws=30), study.screen)


PSYCHOPY = """
import json, sys, types, numpy as np
log, clock = [], [0.0]
def module(name, **parts):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(parts)
class Window:
    def __init__(self, **options): log.append(["window", options["color"][0]])
    def getActualFrameRate(self): return 60.0
    def flip(self): clock[0] += 1 / 60; log.append(["flip"])
    def close(self): log.append(["close"])
class ImageStim:
    def __init__(self, *a, **k): self.image = None
    def draw(self): log.append(["draw", int(np.asarray(self.image).sum())])
class Rect:
    def __init__(self, *a, **k): pass
    def draw(self): pass
class Clock:
    def getTime(self): return clock[0]
visual = types.SimpleNamespace(Window=Window, ImageStim=ImageStim, Rect=Rect)
event = types.SimpleNamespace(getKeys=lambda keys: [])
module("psychopy", core=types.SimpleNamespace(Clock=Clock), event=event, visual=visual)
sys.argv = [sys.argv[1], "--window"]
import runpy
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    json.dump(log, sys.stdout)
"""


def test_the_script_plays_the_sheet(rig: Path) -> None:
    command = [sys.executable, "-c", PSYCHOPY, str(rig / "play.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    log = json.loads(done.stdout)
    planned = rows_of(rig / "presentations.csv")
    drawn = [entry[1] for entry in log if entry[0] == "draw"]
    # .2 s at 60 Hz, each frame of the sheet for two refreshes.
    assert len(drawn) == len(planned) * 12
    for i, row in enumerate(planned):
        assert drawn[i * 12] == np.load(rig / row["frames"])[0].sum()
    shown = rows_of(rig / "shown.csv")
    assert [r["frames"] for r in shown] == [r["frames"] for r in planned]
    lasted = [float(r["stop_time"]) - float(r["start_time"]) for r in shown]
    np.testing.assert_allclose(lasted, 0.2, atol=1e-9)
    starts = np.array([float(r["start_time"]) for r in shown])
    np.testing.assert_allclose(np.diff(starts), 0.45, atol=1 / 60)
    assert log[-1] == ["close"]


def test_the_script_refuses_a_monitor_that_is_too_slow(rig: Path) -> None:
    code = PSYCHOPY.replace("return 60.0", "return 50.0")
    done = subprocess.run(
        [sys.executable, "-c", code, str(rig / "play.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cannot show 30 frames per second" in done.stderr


def test_stimuli_are_rendered_for_another_monitor(study: StudyReader) -> None:
    far = monitor("56.5x31.8@30", study.screen)
    session = Session(draws=2, trials=1)
    near, there = (
        make_sheet(study, study.state.trials[:1], session, screen) for screen in (study.screen, far)
    )
    assert there.screen.distance_cm == 30
    one, other = near.shown[0], there.shown[0]
    assert one.draw.stimuli == other.draw.stimuli
    with pytest.raises(InputError, match="is no monitor"):
        monitor("big", Screen())


def test_stimuli_are_centred_on_given_fields(study: StudyReader, tmp_path: Path) -> None:
    path = tmp_path / "fields.csv"
    path.write_text("rf_azimuth_deg,rf_elevation_deg\n5,3\n-4,2\n200,0\n")
    fields = read_fields(path, study.screen)
    assert fields.tolist() == [[5, 3], [-4, 2]]
    sheet = make_sheet(study, study.state.trials[:1], Session(draws=8), study.screen, fields)
    assert {(s.draw.azimuth_deg, s.draw.elevation_deg) for s in sheet.shown} <= {(5, 3), (-4, 2)}
    path.write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="holds no receptive fields"):
        read_fields(path, study.screen)


def test_power_grows_with_trials_and_signal(study: StudyReader) -> None:
    trial = study.state.trials[0]
    moments = moments_of_trial(study, trial)
    assert moments is not None
    prediction = trial.registration.hypothesis.prediction
    shares = [
        planned_power(moments, prediction, 0.0125, 40, trials, Assumptions(snr=snr))["supported"]
        for trials, snr in ((1, 0.001), (3, 0.02), (10, 0.5))
    ]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert shares[0] < 0.5


def test_disagreement_counts_opposite_signs_twice() -> None:
    assert disagreement(("greater", "greater")) == 0
    assert disagreement(("greater", "none")) == 0.5
    assert disagreement(("greater", "less")) == 1
    assert disagreement(("none",)) == 0
    assert disagreement(("less", "none", "greater")) == pytest.approx(2 / 3)


def test_the_stock_is_ranked_whole(sheet: Sheet) -> None:
    rows = rank_stock()
    assert {row["id"] for row in rows} == {t.id for t in load_templates()}
    settling = [row["disagreement"] for row in rows if row["settles"]]
    assert settling == sorted(settling, reverse=True)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert set(stand_ins()["templates"]) == {t.id for t in load_templates()}


def test_a_study_is_ranked_by_its_own_draws(study: StudyReader) -> None:
    rows = {row["id"]: row for row in rank_study(study)}
    assert set(rows) == {"H1", "H2c", "H3"}
    assert rows["H1"]["power"] > 0.9
