"""Exports read back with other people's tools, and leave everything else alone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest

from tests.conftest import Finished
from v1vlm.errors import InputError, IntegrityError
from v1vlm.exports import KINDS, export, read_verified
from v1vlm.study import StudyReader

LIBRARY = {"nwb": "pynwb", "parquet": "pyarrow", "zarr": "zarr", "rocrate": "rocrate"}


def made(study: StudyReader, kind: str, folder: Path, name: str = "", **options: Any) -> Path:
    if kind in LIBRARY:
        pytest.importorskip(LIBRARY[kind])
    target = folder / (name or ("export.nwb" if kind == "nwb" else "export"))
    return export(study, kind, target, beside=study.store.folder, **options)  # type: ignore[attr-defined]


def contents(path: Path) -> dict[str, str]:
    paths = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {
        str(p.relative_to(path.parent)).partition("/")[2]: hashlib.sha256(
            p.read_bytes()
        ).hexdigest()
        for p in paths
    }


def short(kind: str) -> dict[str, Any]:
    from v1vlm.exports.sheet import Session

    return {"session": Session(draws=12, trials=2)} if kind == "rig" else {}


@pytest.mark.parametrize("kind", KINDS)
def test_equal_studies_give_equal_exports(kind: str, study: StudyReader, tmp_path: Path) -> None:
    name = "export.nwb" if kind == "nwb" else "export"
    (tmp_path / "a").mkdir()
    one = made(study, kind, tmp_path / "a", name, **short(kind))
    other = made(study, kind, tmp_path / "b", name, **short(kind))
    assert contents(one) == contents(other)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
    with pytest.raises(InputError, match="is there already"):
        made(study, kind, tmp_path / "a", name, **short(kind))


def test_tables_hold_what_the_journal_does(study: StudyReader, tmp_path: Path) -> None:
    folder = made(study, "csv", tmp_path)
    with (folder / "draws.csv").open() as file:
        rows = list(csv.DictReader(file))
    shown = sum(len(d) for trial in study.state.trials for d in trial.draws.values())
    assert len(rows) == shown
    first = study.state.trials[0].of("main", "test")
    told = [float(r["score"]) for r in rows if (r["hypothesis"], r["arm"]) == ("H1", "main")]
    assert told[: len(first)] == list(first.scores)
    with (folder / "findings.csv").open() as file:
        assert [r["verdict"] for r in csv.DictReader(file)] == [f.verdict for f in study.findings]
    with (folder / "effects.csv").open() as file:
        effect = next(csv.DictReader(file))
    features = study.responses("H1")["summary"].sel(neuron=int(effect["neuron"]))
    assert float(effect["feature_0"]) == pytest.approx(float(features[:, 0].mean()), rel=1e-5)


def test_parquet_holds_the_same_tables(study: StudyReader, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = made(study, "parquet", tmp_path)
    neurons = parquet.read_table(folder / "neurons.parquet").to_pylist()
    assert len(neurons) == len(study.physiology)
    assert neurons[3]["gosi"] == study.physiology["gosi"][3]
    assert parquet.read_table(folder / "draws.parquet").schema.metadata[b"v1vlm.study"]


def test_xarray_reads_the_arrays(study: StudyReader, tmp_path: Path) -> None:
    xarray = pytest.importorskip("xarray")
    folder = made(study, "zarr", tmp_path)
    assert json.loads((folder / "zarr.json").read_text())["zarr_format"] == 3
    tree = xarray.open_datatree(folder, engine="zarr", consolidated=False)
    again = tree["H1/main/estimate"].to_dataset()["response"]
    np.testing.assert_array_equal(again.values, study.responses("H1")["response"].values)
    assert list(again["condition"].values) == ["high", "low"]
    frames = tree["H1/stimuli"]["stimulus"]
    np.testing.assert_array_equal(frames.values, study.stimuli("H1", n_draws=len(frames)).values)


@pytest.fixture(scope="module")
def nwb(study: StudyReader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(study, "nwb", tmp_path_factory.mktemp("nwb"), traces=1)


def test_nwb_is_valid_and_inspected(nwb: Path) -> None:
    pynwb = pytest.importorskip("pynwb")
    inspector = pytest.importorskip("nwbinspector")
    assert pynwb.validate(path=str(nwb)) == []
    grave = [
        message.check_function_name
        for message in inspector.inspect_nwbfile(nwbfile_path=str(nwb))
        if message.importance.name in ("CRITICAL", "BEST_PRACTICE_VIOLATION", "ERROR")
    ]
    # There was no animal, and none is invented.
    assert grave == ["check_subject_exists"]


def test_nwb_holds_stimuli_responses_and_parameters(nwb: Path, study: StudyReader) -> None:
    pynwb = pytest.importorskip("pynwb")
    with pynwb.NWBHDF5IO(str(nwb), "r") as io:
        file = io.read()
        assert file.identifier == study.state.study
        assert "simulated" in list(file.keywords)
        shown = file.intervals["presentations"].to_dataframe()
        wanted = (shown.hypothesis == "H1") & (shown.arm == "main") & (shown.stage == "estimate")
        rows = shown[wanted]
        frames = study.stimuli("H1").values.reshape(-1, 36, 64)
        template = file.stimulus_template["stimuli"]
        first, count, series = rows.timeseries.iloc[3][0]
        assert series is template
        np.testing.assert_array_equal(series.data[first : first + count], frames[3:4])
        (contrast, draws), *_ = study.drawn("H1")
        assert rows.stimulus_contrast.iloc[2] == draws[1].stimuli[0].contrast  # type: ignore[attr-defined]
        assert rows.condition.iloc[1] == contrast.levels[1]
        responses = study.responses("H1")["response"]
        here = responses[0, 1].dropna("neuron")
        np.testing.assert_array_equal(rows.response.iloc[1], here.values)
        np.testing.assert_array_equal(rows.neurons.iloc[1].index, here["neuron"].values)
        traces = file.processing["simulated"]["H1_full_traces"].to_dataframe()
        mean = traces[traces.condition == "high"].response.iloc[0].mean()
        assert mean == pytest.approx(float(responses[0, 0].dropna("neuron")[0]), rel=1e-4)


def test_the_crate_lists_every_file_with_its_digest(study: StudyReader, tmp_path: Path) -> None:
    pytest.importorskip("rocrate")
    from rocrate.rocrate import ROCrate

    crate = ROCrate(made(study, "rocrate", tmp_path))
    kept = {e.id: e for e in crate.data_entities if e.type == "File"}
    for name, entity in kept.items():
        content = (tmp_path / "export" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entity["sha256"]
    assert {"journal.jsonl", "report.pdf", "findings.json"} <= set(kept)
    assert read_verified(tmp_path / "export").state == study.state
    run = crate.dereference("#run")
    assert run["instrument"].id == "#v1vlm"
    assert datetime.fromisoformat(run["startTime"]) <= datetime.fromisoformat(run["endTime"])


def test_the_crate_passes_its_own_validator(study: StudyReader, tmp_path: Path) -> None:
    pytest.importorskip("rocrate")
    validator = os.environ.get("ROCRATE_VALIDATOR") or which("rocrate-validator")
    if validator is None:
        pytest.skip("rocrate-validator is not installed (name it in ROCRATE_VALIDATOR)")
    crate = made(study, "rocrate", tmp_path)
    python = Path(validator).with_name("python")
    cache, context = tmp_path / "cache", files("rocrate") / "data" / "ro-crate.jsonld"
    seed = [str(python), str(Path(__file__).with_name("crate_cache.py")), str(cache), str(context)]
    subprocess.run(seed, check=True)
    command = [validator, "-y", "validate", "--offline", "--cache-path", str(cache)]
    command += ["-l", "required", "-f", "json", "-o", str(tmp_path / "said.json"), str(crate)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = json.loads((tmp_path / "said.json").read_text())
    assert said["passed"], [issue["message"] for issue in said["issues"]]
    assert done.returncode == 0


def test_a_damaged_study_is_not_handed_on(folder: Path, study: StudyReader) -> None:
    named = study.state.trials[0].of("main", "test").chunks[0]["blobs"]["features"]
    blob = folder / "blobs" / named[:2] / named
    content = bytearray(blob.read_bytes())
    blob.unlink()
    content[-1] ^= 1
    blob.write_bytes(content)
    with pytest.raises(IntegrityError, match="is damaged"):
        read_verified(folder)


def test_no_export_lands_in_the_study(study: StudyReader, finished: Finished) -> None:
    for target in (finished.folder, finished.folder / "blobs" / "out"):
        with pytest.raises(InputError, match=r"in the folder of the study|there already"):
            export(study, "csv", target, beside=finished.folder)


def test_links_in_a_study_are_not_followed(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("rocrate")
    from v1vlm.study import open_store

    (tmp_path / "secret.svg").write_text("secret")
    (folder / "figures" / "more.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(IntegrityError, match="is a link"):
        made(StudyReader(open_store(folder)), "rocrate", tmp_path)
    assert not (tmp_path / "export").exists()


def test_a_missing_library_is_named(
    study: StudyReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pynwb", None)
    with pytest.raises(InputError, match=r"pip install 'v1vlm\[nwb\]'"):
        export(study, "nwb", tmp_path / "x.nwb", beside=tmp_path / "study")


def test_heavy_libraries_are_loaded_when_used() -> None:
    code = "import v1vlm.exports, sys; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in said.stdout.split()}
    # pyarrow is loaded by pandas, which xarray needs, where it is there.
    assert not loaded & {"pynwb", "h5py", "hdmf", "zarr", "rocrate", "psychopy"}
