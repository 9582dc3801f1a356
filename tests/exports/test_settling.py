"""Recordings settle a closed study, and nothing else about it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.exports.recordings import record
from tests.fakes import FakeTwin
from v1vlm.errors import InputError, IntegrityError
from v1vlm.exports.sheet import Sheet
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
    return settle_study(StudyKeeper(open_store(folder), utc_now), recording, **options)


def test_a_recording_settles_what_was_registered(folder: Path, recorded: Path) -> None:
    before = fold(parse_log(Store(folder).lines()))
    left_out, said = settled(folder, recorded)
    after = StudyReader(Store(folder)).state
    by_id = {s["hypothesis"]: s for s in said}
    assert left_out == {}
    # H1: twice the contrast drives more; H2c says that .4 drives less than .39, which it does not.
    assert (by_id["H1"]["verdict"], by_id["H1"]["level"]) == ("supported", "L5")
    assert by_id["H2c"]["verdict"] == "contradicted"
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


def test_a_changed_settlement_is_found(folder: Path, recorded: Path) -> None:
    from tests.study.test_verify import changed, resealed

    settled(folder, recorded)
    events = parse_log(Store(folder).lines())
    changed(events, "settled", 0, lambda payload: payload["settlements"][0].update(estimate=0.9))
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
