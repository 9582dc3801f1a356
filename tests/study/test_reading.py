"""A study can be read from Python: labelled responses, exact stimuli, findings; nothing is run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests import fakes
from tests.conftest import Finished, frozen_clock
from v1vlm import plugins
from v1vlm.errors import BusyError, InputError, UnknownNameError
from v1vlm.rig import LEAD_S
from v1vlm.store import Store
from v1vlm.study import Study


@pytest.fixture(scope="module")
def study(finished: Finished) -> Study:
    return Study.open(finished.folder)


def test_findings_are_records(study: Study, finished: Finished) -> None:
    assert [f.id for f in study.findings] == ["H1", "H2c", "H3"]
    assert study.findings == finished.state.findings


@pytest.mark.parametrize("name", ["H1", "H2c", "H3"])
@pytest.mark.parametrize("stage", ["test", "estimate"])
def test_responses_give_the_scores_of_the_journal(study: Study, name: str, stage: str) -> None:
    data = study.responses(name, stage=stage)
    index = data["summary"].isel(feature=0).mean("neuron")
    np.testing.assert_allclose(index, data["score"], atol=1e-6)
    counted = np.isfinite(data["summary"].isel(feature=0)).sum("neuron")
    np.testing.assert_array_equal(counted, data["n_neurons"])
    assert data["summary"].dims == ("draw", "feature", "neuron")


def test_responses_are_labelled_with_units(study: Study, finished: Finished) -> None:
    data = study.responses("H1")
    levels = finished.state.trials[0].registration.hypothesis.contrast.levels
    assert tuple(data["condition"].values) == levels
    assert data["response"].dims == ("draw", "condition", "neuron")
    assert data["response"].attrs["units"] == "reference response"
    assert data["rf_azimuth_deg"].attrs["units"] == "deg"
    np.testing.assert_array_equal(
        data["rf_azimuth_deg"], study.physiology["rf_azimuth_deg"][data["neuron"]]
    )
    high, low = data["response"].transpose("condition", ...).values
    index = (high - low) / (high + low)
    np.testing.assert_allclose(index, data["summary"].isel(feature=0), atol=1e-6)


def test_a_control_that_expects_absence_comes_with_what_it_was_compared_to(study: Study) -> None:
    data = study.responses("H1", arm="equal")
    np.testing.assert_allclose(
        data["control_summary"].isel(feature=0).mean("neuron"), data["control_score"], atol=1e-6
    )
    main = study.responses("H1")
    assert float(data["score"].mean()) == pytest.approx(float(main["score"].mean()), abs=0.05)
    assert abs(float(data["control_score"].mean())) < 0.1 < float(data["score"].mean())


@pytest.mark.parametrize("name", ["H1", "H3"])  # H3 is painted
def test_stimuli_are_those_that_were_shown(study: Study, finished: Finished, name: str) -> None:
    stimuli = study.stimuli(name, n_draws=4)
    assert stimuli.dims == ("draw", "condition", "frame", "y", "x")
    assert stimuli.dtype == np.uint8
    trial = next(t for t in finished.state.trials if t.registration.hypothesis.id == name)
    kept = study.store.get(trial.of("main", "estimate").chunks[0]["blobs"]["stimuli"])
    np.testing.assert_array_equal(stimuli, kept[:4])
    azimuth, elevation = study.screen.pixel_centres_deg()
    np.testing.assert_array_equal(stimuli["azimuth_deg"], azimuth)
    np.testing.assert_array_equal(stimuli["elevation_deg"], elevation)


def test_shown_anew_they_give_the_responses_again(study: Study) -> None:
    """Stimuli and responses of one draw belong together: the twin itself is the oracle."""
    twin = fakes.FakeTwin()
    stimuli, data = study.stimuli("H1", n_draws=3), study.responses("H1").isel(draw=slice(3))
    for draw in range(3):
        mean = twin.respond(stimuli.values[draw]).mean("time").values[:, data["neuron"]]
        scaled = mean / data["reference"].values
        counted = np.isfinite(data["response"].values[draw])
        np.testing.assert_allclose(
            data["response"].values[draw][counted], scaled[counted], rtol=1e-5
        )


def test_traces_begin_before_onset(study: Study) -> None:
    traces = study.traces("H1")
    assert traces.dims == ("draw", "condition", "time")
    assert float(traces["time"][0]) == -LEAD_S
    assert traces["time"].attrs["units"] == "s"
    grey = traces.sel(time=slice(None, -0.01))
    shown = traces.sel(time=slice(0, 0.15))
    assert float(shown.min()) > float(grey.max())


@pytest.mark.parametrize(
    ("arguments", "error", "what"),
    [
        ({"hypothesis": "H9"}, UnknownNameError, "Registered: H1, H2c, H3"),
        ({"hypothesis": "H1", "arm": "none"}, UnknownNameError, "Its arms: main, equal, weaker"),
        ({"hypothesis": "H1", "stage": "pilot"}, InputError, "Use 'test' or 'estimate'"),
    ],
)
def test_what_is_not_there_is_named(study: Study, arguments, error, what) -> None:
    with pytest.raises(error, match=what):
        study.responses(**arguments)
    with pytest.raises(error, match=what):
        study.stimuli(**arguments)


def test_an_unfinished_study_has_no_estimates_yet(finished: Finished, tmp_path: Path) -> None:
    until = next(e.seq for e in finished.events if e.kind == "registered") + 2
    study = Study.open(finished.copy(tmp_path / "study", until))
    assert study.findings == ()
    assert study.responses("H1", stage="test").sizes["draw"] == 10
    with pytest.raises(InputError, match="No estimate draw of arm 'main' was shown"):
        study.responses("H1")


def test_reading_loads_no_plug_in_and_writes_nothing(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a plug-in was loaded")

    folder = finished.copy(tmp_path / "study")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    monkeypatch.setattr(plugins, "load", refuse)
    study = Study.open(folder)
    study.responses("H3")
    study.stimuli("H3", n_draws=2)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_lines_in_the_documentation_run(finished: Finished) -> None:
    usage = (Path(__file__).parents[2] / "docs" / "usage.md").read_text("utf-8")
    (lines,) = re.findall(r"```python\n(.*?)```", usage, flags=re.S)
    namespace: dict[str, object] = {}
    exec(lines.replace("my-study", str(finished.folder)), namespace)
    assert namespace["responses"].sizes["draw"] == 20  # type: ignore[attr-defined]
    assert namespace["stimuli"].sizes["draw"] == 20  # type: ignore[attr-defined]
    assert [row["id"] for row in namespace["table"]] == ["H1", "H2c", "H3"]  # type: ignore[attr-defined]


# run holds the lock


@pytest.mark.usefixtures("quick_reports")
def test_two_studies_of_one_process_cannot_run_in_one_folder(
    finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    first, second = Study.open(folder, clock=frozen_clock), Study.open(folder, clock=frozen_clock)
    refused: list[str] = []

    def meanwhile(*_: object) -> None:
        for act in (second.run, lambda: second.note("Hello."), second.write_report):
            with pytest.raises(BusyError, match="Another process is working"):
                act()
            refused.append("busy")

    first.run(meanwhile)
    assert len(refused) == 3 * (len(finished.events) - 30)
    assert first.state == finished.state
    # The second one opened the journal when it was shorter; it goes on from what is there now.
    assert second.run() == finished.state
    assert not Store(folder).busy()


@pytest.mark.parametrize("n_draws", [0, -3])
def test_no_draws_cannot_be_rendered(study: Study, n_draws: int) -> None:
    with pytest.raises(InputError, match=f"{n_draws} draws cannot be rendered"):
        study.stimuli("H1", n_draws=n_draws)
