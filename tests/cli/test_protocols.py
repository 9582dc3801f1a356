"""``v1vlm protocol``: the table, the counts, the CSV files, and what cannot be run."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import Command, assert_refused
from v1vlm.store import Store
from v1vlm.twins.energy import load

TWIN = "energy:neurons=12,no-surround,no-untuned-pool"


@pytest.fixture
def protocol(v1vlm: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    return partial(v1vlm, "protocol")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_protocols_are_listed(protocol) -> None:
    out = protocol().out
    assert [line.split()[0] for line in out.splitlines()[1:]] == [
        "receptive_fields",
        *("direction", "recorded_gabors", "spatial_frequency", "temporal_frequency", "contrast"),
        *("size", "onset", "surround", "plaid", "phase", "natural"),
    ]


def test_table_and_files_say_the_same(protocol, tmp_path) -> None:
    said = protocol("P2r", "--twin", TWIN, "--out", tmp_path)
    assert said.code == 0
    out = said.out
    assert "P2r direction tuning as recorded (Turishcheva et al. 2023), energy:" in out
    assert "neurons: 12 asked, 12 placed, 12 driven; 57 stimuli" in out
    measures = read(tmp_path / "recorded_gabors_measures.csv")
    gosi = np.array([float(row["gosi"]) for row in measures])
    assert len(gosi) == 12
    printed = next(line.split() for line in out.splitlines() if line.startswith("gosi"))
    assert printed[1] == "12"
    expected = np.quantile(gosi, [0.05, 0.25, 0.5, 0.75, 0.95])
    np.testing.assert_allclose([float(value) for value in printed[2:]], expected, rtol=5e-3)
    selective = np.mean([float(row["orientation_selective"]) for row in measures])
    line = next(s for s in out.splitlines() if s.startswith("orientation_selective"))
    assert line.split()[2:] == [f"{100 * selective:.0f}", "%"]
    summary = {row["name"]: row for row in read(tmp_path / "recorded_gabors_summary.csv")}
    assert float(summary["gosi"]["q50"]) == pytest.approx(np.median(gosi), rel=1e-6)
    assert summary["hwhm_deg"]["n"] == "0"
    assert summary["hwhm_deg"]["q50"] == ""
    curves = read(tmp_path / "recorded_gabors_curves.csv")
    assert len(curves) == 12 * 56
    assert list(curves[0]) == ["neuron", "direction_deg", "combination", "mean"]
    first = [float(row["mean"]) for row in curves if row["neuron"] == "3"]
    angles = np.repeat(45.0 * np.arange(8), 7)
    by_hand = abs(np.exp(2j * np.radians(angles)) @ first) / sum(first)
    assert by_hand == pytest.approx(gosi[3], rel=1e-5)


def test_what_was_measured_is_kept_in_the_folder(protocol, tmp_path, monkeypatch) -> None:
    first = protocol("P2r", "--twin", TWIN, "--neurons", 5, "--out", tmp_path)
    assert "5 asked" in first.out
    cost, *table = first.out.splitlines()
    assert cost.startswith("At most 57 movies; at this machine's speed ")
    monkeypatch.setattr("v1vlm.twins.energy.EnergyTwin.respond", pytest.fail)
    again = protocol("P2r", "--twin", TWIN, "--neurons", 5, "--out", tmp_path)
    assert (again.code, again.out.splitlines(), again.err) == (0, table, first.err)


def test_receptive_fields_are_a_protocol_too(protocol, tmp_path) -> None:
    said = protocol("P1", "--twin", TWIN, "--neurons", 6, "--out", tmp_path)
    assert said.code == 0, said.err
    assert "neurons: 6 asked, 6 placed" in said.out
    rows = read(tmp_path / "receptive_fields_measures.csv")
    planted = load("neurons=12").population
    for row in rows:
        k = int(row["neuron"])
        apart = np.hypot(
            float(row["rf_azimuth_deg"]) - planted.azimuth_deg[k],
            float(row["rf_elevation_deg"]) - planted.elevation_deg[k],
        )
        assert apart < 5.0
    assert not (tmp_path / "receptive_fields_curves.csv").exists()
    assert (tmp_path / "receptive_fields.svg").stat().st_size > 1000


def test_a_preview_says_what_would_be_shown_and_shows_nothing(protocol, tmp_path) -> None:
    said = protocol("size", "--twin", TWIN, "--preview", "--out", tmp_path)
    assert said.code == 0, said.err
    assert "457 stimuli of 1 s for every place and preferred orientation" in said.out
    assert "diameter_deg: 0, 10, 20" in said.out
    assert [path.name for path in tmp_path.iterdir()] == ["size_stimuli.svg"]
    assert "at most 4,320 images" in protocol("P1", "--twin", TWIN, "--preview").out


@pytest.mark.parametrize("kept", [True, False])
def test_stopped_it_says_what_is_kept(protocol, tmp_path, monkeypatch, kept) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("v1vlm.physiology.run_protocol", stop)
    said = protocol("P2r", "--twin", TWIN, *(("--out", tmp_path) if kept else ()))
    assert said.code == 130
    assert ("What was measured is kept" in said.err) == kept


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("size", "--mouse", "A", "--twin", TWIN), "has no option 'mouse=A'"),
        (("sise",), "Did you mean 'size'?"),
        (("size", "--twin", "enrgy"), "Did you mean 'energy'?"),
        (("size", "--neurons", "0"), "--neurons"),
    ],
)
def test_what_cannot_be_run_is_said_in_two_lines(protocol, arguments, says) -> None:
    assert_refused(protocol(*arguments), says)


def test_a_folder_that_cannot_be_used_is_said_before_anything_is_shown(
    protocol, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("v1vlm.physiology.run_protocol", pytest.fail)
    asked = partial(protocol, "size", "--twin", TWIN, "--out")
    (tmp_path / "file").write_text("mine")
    assert_refused(asked(tmp_path / "file"), "is no folder", "--out")
    assert_refused(asked(tmp_path / "file" / "in it"), "is no folder", "--out")
    (tmp_path / "busy").mkdir()
    with Store(tmp_path / "busy").locked():
        assert_refused(asked(tmp_path / "busy"), "Another process is working in")


@pytest.mark.parametrize(
    ("twin", "says"),
    [
        ("coarse", "9 × 16 pixels shows nothing finer"),
        ("slow", "size tuning, classical and inverse cannot be shown to 'odd': the screen shows"),
    ],
)
def test_a_twin_or_screen_that_cannot_be_used_is_refused(protocol, twin, says) -> None:
    assert_refused(protocol("size", "--twin", f"tests.odd:{twin}"), says)


def test_a_twin_that_breaks_its_contract_fails(protocol) -> None:
    said = protocol("size", "--twin", "tests.odd:nan")
    assert (said.code, said.out) == (1, "")
    assert "not finite" in said.err


def test_more_neurons_than_there_are(protocol) -> None:
    assert_refused(protocol("size", "--twin", TWIN, "--neurons", 13), "has 12 neurons, not 13")
