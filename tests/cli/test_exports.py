from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Command, assert_refused
from tests.conftest import Finished
from tests.exports.recordings import record
from tests.fakes import FakeTwin
from v1vlm.exports.sheet import Session, make_sheet
from v1vlm.store import Store
from v1vlm.study import StudyReader

pytestmark = pytest.mark.usefixtures("quick_reports")


def test_a_study_is_exported_beside_its_folder(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study")
    said = v1vlm("export", folder, "--to", "csv")
    assert said.code == 0, said.err
    assert (tmp_path / "study-csv" / "findings.csv").is_file()
    assert "study-csv" in said.out
    rig = tmp_path / "rig"
    said = v1vlm("export", folder, "--to", "rig", "--draws", 3, "--trials", 2, "--out", rig)
    assert said.code == 0, said.err
    assert (rig / "play.py").is_file()
    assert_refused(v1vlm("export", folder, "--to", "csv"), "is there already")


def test_what_cannot_be_exported_is_refused(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.folder
    assert_refused(v1vlm("export", folder, "--to", "matlab"), "matlab", "nwb")
    assert_refused(v1vlm("export", folder, "--to", "csv", "--draws", 3), "--draws")
    assert_refused(v1vlm("export", tmp_path, "--to", "csv"), "holds no study")
    assert_refused(v1vlm("settle", tmp_path, "--recorded", "x.nwb"), "holds no study")


def test_pairs_are_listed_without_a_study(v1vlm: Command) -> None:
    said = v1vlm("pairs", "--top", 3)
    assert said.code == 0
    assert len(said.out.strip().splitlines()) == 4


def test_recordings_settle_from_the_command_line(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    pytest.importorskip("pynwb")
    folder = finished.copy(tmp_path / "study")
    study = StudyReader(Store(folder))
    session = Session(draws=60, trials=2, gap_s=0.5)
    sheet = make_sheet(study, study.state.trials[:1], session, study.screen, controls=False)
    fields = {name: study.physiology[name] for name in ("rf_azimuth_deg", "rf_elevation_deg")}
    path, other = (
        record(sheet, FakeTwin(), fields, tmp_path / f"{k}.nwb", seed=k) for k in range(2)
    )
    said = v1vlm("settle", folder, "--recorded", path, "--recorded", other)
    assert said.code == 0, said.err
    assert said.out.count("H1: supported (L5), pooled modulation index") == 2
    assert "H1, together: holds in at least 2 of 2 animals" in said.out
    assert_refused(v1vlm("settle", folder, "--recorded", path), "has settled this study before")
