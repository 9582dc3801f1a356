"""Recordings settle a closed study, and nothing else about it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.exports.recordings import record
from tests.fakes import FakeTwin
from tests.study.test_verify import changed, resealed
from v1vlm.errors import InputError, IntegrityError
from v1vlm.exports.sheet import Session, Sheet, make_sheet
from v1vlm.journal import fold, parse_log
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import StudyKeeper, StudyReader, open_store, utc_now

pytest.importorskip("pynwb")

from v1vlm.exports import settle_study


@pytest.fixture(scope="session")
def fields(study: StudyReader) -> dict[str, np.ndarray]:
    """What the experimenter mapped."""
    return {
        name: study.physiology[name] for name in ("rf_azimuth_deg", "rf_elevation_deg", "quality")
    }


@pytest.fixture(scope="session")
def recorded(
    sheet: Sheet,
    animal: FakeTwin,
    fields: dict[str, np.ndarray],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    return record(sheet, animal, fields, tmp_path_factory.mktemp("rec") / "recording.nwb")


def settled(folder: Path, recording: Path, **options: Any) -> tuple[dict[str, str], list[Any]]:
    left_out, entry = settle_study(StudyKeeper(open_store(folder), utc_now), [recording], **options)
    return left_out[0], entry["recordings"][0]["settlements"]


def test_a_recording_settles_what_was_registered(folder: Path, recorded: Path) -> None:
    before = fold(parse_log(Store(folder).lines()))
    left_out, said = settled(folder, recorded)
    after = StudyReader(Store(folder)).state
    by_id = {s["hypothesis"]: s for s in said}
    assert left_out == {}
    # H1: twice the contrast drives more; H2c says that .4 drives less than .39, which it does not.
    assert (by_id["H1"]["verdict"], by_id["H1"]["level"]) == ("supported", "L5")
    assert by_id["H2c"]["verdict"] == "contradicted"
    # Both controls were shown: one where the effect is gone, one where it stays.
    assert by_id["H1"]["controls_verdict"] == "robust"
    assert [c["outcome"] for c in by_id["H1"]["controls"]] == ["survived", "survived"]
    low, high = by_id["H1"]["interval"]
    assert low < by_id["H1"]["estimate"] < high
    # Findings stay what they were; the report says both.
    assert after.findings == before.findings
    assert "Settled by recordings" in (folder / "report.md").read_text("utf-8")
    # H3 is painted; the pairs of its estimate are what its registration seeds.
    assert (by_id["H3"]["verdict"], by_id["H3"]["level"]) == ("supported", "L5")
    assert any("settled: 3" in line for line in verify_study(Store(folder)))
    with pytest.raises(InputError, match="settled this study before"):
        settled(folder, recorded)


def test_spikes_settle_like_fluorescence(
    folder: Path, sheet: Sheet, animal: FakeTwin, fields: dict[str, np.ndarray], tmp_path: Path
) -> None:
    path = record(sheet, animal, fields, tmp_path / "units.nwb", spikes=True)
    _, said = settled(folder, path)
    assert said[0]["verdict"] == "supported"


@pytest.mark.parametrize(
    ("options", "level"),
    [
        ({"start": datetime(1999, 1, 1, tzinfo=UTC)}, "L4"),
        ({"drop": ("stimulus",)}, "L4"),
        ({"keywords": ("simulated",)}, "L0"),
    ],
)
def test_the_level_is_what_the_file_supports(
    options: dict[str, Any],
    level: str,
    folder: Path,
    sheet: Sheet,
    animal: FakeTwin,
    fields: dict[str, np.ndarray],
    tmp_path: Path,
) -> None:
    path = record(sheet, animal, fields, tmp_path / "recording.nwb", **options)
    _, said = settled(folder, path)
    assert {s["level"] for s in said if s["verdict"] != "inconclusive"} == {level}


def _first(payload: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = payload["recordings"][0]["settlements"][0]
    return said


def test_a_changed_settlement_is_found(folder: Path, recorded: Path) -> None:
    settled(folder, recorded)
    events = parse_log(Store(folder).lines())
    changed(events, "settled", 0, lambda payload: _first(payload).update(estimate=0.9))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="not what its scores give"):
        verify_study(Store(folder))


def test_without_controls_on_the_sheet_nothing_is_said_of_them(
    folder: Path,
    study: StudyReader,
    animal: FakeTwin,
    fields: dict[str, np.ndarray],
    tmp_path: Path,
) -> None:
    session = Session(draws=30, trials=2, gap_s=0.5)
    sheet = make_sheet(study, study.state.trials, session, study.screen, controls=False)
    assert {shown.arm.role for shown in sheet.shown} == {"main"}
    path = record(sheet, animal, fields, tmp_path / "main.nwb")
    _, said = settled(folder, path)
    assert (said[0]["verdict"], said[0]["controls_verdict"]) == ("supported", "not run")
    assert {c["outcome"] for c in said[0]["controls"]} == {"not shown"}
    assert "not shown in this recording" in (folder / "report.md").read_text("utf-8")


def test_an_effect_that_its_control_has_too_is_explained_away(
    folder: Path,
    study: StudyReader,
    animal: FakeTwin,
    fields: dict[str, np.ndarray],
    tmp_path: Path,
) -> None:
    """The control of equal contrasts is shown with the frames of the main arm."""
    session = Session(draws=90, trials=2, gap_s=0.5)
    sheet = make_sheet(study, study.state.trials[:1], session, study.screen)
    main = {(s.trial.digest, s.number): s for s in sheet.shown if s.arm.role == "main"}
    shown = tuple(
        replace(s, frames=main[s.trial.digest, s.number].frames) if s.arm.expects == "absent" else s
        for s in sheet.shown
    )
    path = record(
        replace(sheet, shown=shown), animal, fields, tmp_path / "explained.nwb", noise=0.05
    )
    _, said = settled(folder, path)
    assert (said[0]["verdict"], said[0]["controls_verdict"]) == ("supported", "explained away")
    assert said[0]["explained_by"] == "equal"
    text = (folder / "report.md").read_text("utf-8")
    assert "explained away" in text


def test_several_animals_are_counted_together(
    folder: Path, sheet: Sheet, animal: FakeTwin, fields: dict[str, np.ndarray], tmp_path: Path
) -> None:
    paths = [
        record(sheet, animal, fields, tmp_path / f"{k}.nwb", seed=k, subject=subject)
        for k, subject in enumerate(("one", "other", "other"))
    ]
    keeper = StudyKeeper(open_store(folder), utc_now)
    with pytest.raises(InputError, match="has settled this study before"):
        settle_study(keeper, [paths[0], paths[0]])
    left_out, entry = settle_study(keeper, paths)
    assert left_out == [{}, {}, {}]
    together = {one["hypothesis"]: one for one in entry["together"]}
    # Two of the three recordings are of one animal. All were shown the same draws.
    assert (together["H1"]["n"], together["H1"]["combination"]) == (2, "average")
    assert (together["H1"]["supported_in"], together["H1"]["standing_in"]) == (2, 2)
    assert (together["H2c"]["supported_in"], together["H2c"]["contradicted_in"]) == (0, 2)
    assert together["H1"]["level"] == "L5"
    assert "Several animals" in (folder / "report.md").read_text("utf-8")
    assert any("settled: 12" in line for line in verify_study(Store(folder)))
    events = parse_log(Store(folder).lines())
    changed(events, "settled", 0, lambda payload: payload["together"][0].update(n=3))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="not what its scores give"):
        verify_study(Store(folder))


def test_neurons_without_fields_settle_nothing(
    folder: Path, sheet: Sheet, animal: FakeTwin, tmp_path: Path
) -> None:
    path = record(sheet, animal, {}, tmp_path / "recording.nwb")
    with pytest.raises(InputError, match="needs the columns rf_azimuth_deg"):
        settled(folder, path)


def test_an_unfinished_study_is_not_settled(folder: Path, recorded: Path) -> None:
    lines = (folder / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "journal.jsonl").write_text("".join(lines[:-1]), "utf-8")
    with pytest.raises(InputError, match="not finished"):
        settled(folder, recorded)


def _external(path: Path) -> None:
    import h5py

    with h5py.File(path, "a") as file:
        del file["intervals"]
        file["intervals"] = h5py.ExternalLink("/etc/passwd", "/")


def _no_table(path: Path) -> None:
    import h5py

    with h5py.File(path, "a") as file:
        del file["intervals/presentations/draw"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _text(path: Path) -> None:
    path.write_text("no recording", "utf-8")


def _conditions(path: Path) -> None:
    import h5py

    with h5py.File(path, "a") as file:
        file["intervals/presentations/condition"][:] = 7


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_external, "link to another file"),
        (_no_table, "No table of intervals has the columns"),
        (_cut, "is no NWB file"),
        (_text, "is no NWB file"),
        (_conditions, "that the sheet does not"),
        (Path.unlink, "No such file"),
    ],
)
def test_what_is_no_recording_is_refused(
    damage: Callable[[Path], Any], said: str, folder: Path, recorded: Path, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.nwb"
    path.write_bytes(recorded.read_bytes())
    damage(path)
    before = (folder / "journal.jsonl").read_bytes()
    with pytest.raises((InputError, FileNotFoundError), match=said):
        settled(folder, path)
    assert (folder / "journal.jsonl").read_bytes() == before
