"""The pages on exports and settling: their code runs, their table is the one that was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Finished
from tests.test_pages import blocks
from v1vlm.exports import export, rank_stock, settle_study
from v1vlm.exports.sheet import Session
from v1vlm.study import StudyKeeper, StudyReader, open_store, utc_now

ROOT = Path(__file__).parents[2]


def run(page: str, code: str) -> None:
    exec(compile(code, page, "exec"), {"print": print})


def test_the_page_on_exports_reads_what_is_exported(
    study: StudyReader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for library in ("pynwb", "pyarrow", "zarr"):
        pytest.importorskip(library)
    monkeypatch.chdir(tmp_path)
    for kind, name in (
        ("nwb", "study.nwb"),
        ("parquet", "study-parquet"),
        ("zarr", "study.zarr"),
    ):
        export(study, kind, Path(name), beside=Path("study"))
    for code in blocks("exports.md", "python"):
        run("exports.md", code)
    nwb, positive, dims = capsys.readouterr().out.splitlines()
    assert nwb == "H1 high (1, 36, 64) True"
    assert positive == "True"
    assert dims == "('draw', 'condition', 'neuron')"


def test_the_recording_of_the_page_settles(
    finished: Finished, study: StudyReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pynwb")
    monkeypatch.chdir(tmp_path)
    folder = finished.copy(tmp_path / "study")
    session = Session(draws=20, trials=4, gap_s=0.5)
    export(study, "rig", Path("study-rig"), beside=folder, session=session)
    (code,) = blocks("settle.md", "python")
    run("settle.md", code)
    _, settled = settle_study(StudyKeeper(open_store(folder), utc_now), [Path("recording.nwb")])
    said = settled["recordings"][0]["settlements"]
    # Spikes that know nothing of the stimuli support nothing.
    assert {s["hypothesis"] for s in said} == {"H1", "H2c", "H3"}
    assert all(s["verdict"] != "supported" for s in said)


def test_the_page_lists_the_first_ten_pairs() -> None:
    page = (ROOT / "docs" / "settle.md").read_text("utf-8")
    for row in rank_stock()[:10]:
        assert f"| {row['rank']} | {row['title']} (`{row['id']}`) | {row['rivals']} |" in page
