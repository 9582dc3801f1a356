"""``v1vlm physiology``: the card, what it costs, stopping, and what cannot be run."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from tests.cli.command import Command, assert_refused
from v1vlm.physiology import QUICK, Battery
from v1vlm.store import Store

TWIN = "energy:neurons=24"


@pytest.fixture
def physiology(v1vlm: Command, monkeypatch: pytest.MonkeyPatch):
    small = Battery(entries=("recorded_gabors", "natural", "surround"), sites=1)
    monkeypatch.setattr("v1vlm.physiology.FULL", small)
    monkeypatch.setattr("v1vlm.physiology.QUICK", Battery(entries=("recorded_gabors",), sites=1))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object):
        return v1vlm("physiology", *arguments)

    return run


def test_the_card_is_written_after_its_cost_is_said(physiology, tmp_path) -> None:
    said = physiology("--twin", TWIN, "--out", tmp_path / "card")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert re.match(
        r"energy:neurons=24: the characterisation, [\d,]+ images, and 3 protocols, 240 movies of "
        r"5,120 frames; at this machine's speed .*Ctrl-C stops",
        lines[0],
    )
    assert lines[1] == "characterisation (0 images shown)"
    assert lines[2].startswith("Left: 3 protocols, 243 movies of ")
    assert [line.split(" (")[0] for line in lines[3:6]] == [
        "recorded gabors",
        "natural",
        "surround",
    ]
    held = json.loads((tmp_path / "card" / "card.json").read_text())
    counts = ", ".join(f"{n} {kind}" for kind, n in held["counts"].items())
    assert lines[-2].endswith(f"facts: {counts}.")
    for name in ("card.pdf", "card.html", "card.svg", "card.csv"):
        assert (tmp_path / "card" / name).stat().st_size > 1000


def test_quick_shows_less_and_sites_more(physiology, tmp_path) -> None:
    assert set(QUICK.entries) < set(Battery().entries)
    quick = physiology("--twin", TWIN, "--quick", "--out", tmp_path)
    assert "1 protocols" in quick.out
    assert "its protocol was left out" in (tmp_path / "card.html").read_text()
    more = physiology("--twin", "energy:neurons=2", "--sites", 2, "--out", tmp_path)
    assert "304 movies" in more.out


def test_a_finished_card_is_made_again_from_what_is_known(physiology, tmp_path) -> None:
    first = physiology("--twin", TWIN, "--out", tmp_path)
    held = (tmp_path / "card.json").read_bytes()
    again = physiology("--twin", TWIN, "--out", tmp_path)
    assert "the characterisation" in first.out
    assert "the characterisation" not in again.out
    assert "Left:" not in again.out
    assert (tmp_path / "card.json").read_bytes() == held


def test_a_folder_that_cannot_be_used_is_said_before_anything_is_shown(
    physiology, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("v1vlm.physiology.characterise", pytest.fail)
    (tmp_path / "file").write_text("mine")
    assert_refused(physiology("--twin", TWIN, "--out", tmp_path / "file"), "is no folder", "--out")
    (tmp_path / "busy").mkdir()
    with Store(tmp_path / "busy").locked():
        asked = physiology("--twin", TWIN, "--out", tmp_path / "busy")
        assert_refused(asked, "Another process is working in")


def recorded(folder, mouse: str, curves, position) -> None:
    (folder / "tuning" / f"mouse{mouse}").mkdir(parents=True)
    (folder / "neuron_coordinates").mkdir(exist_ok=True)
    np.save(folder / "tuning" / f"mouse{mouse}" / "tuning_curve.npy", curves)
    np.save(folder / "neuron_coordinates" / f"mouse{mouse}.npy", position)


def test_recorded_mice_get_cards(physiology, tmp_path) -> None:
    rng = np.random.default_rng(3)
    curves, position = 1 + 0.1 * rng.random((60, 8)), rng.uniform(-300, 300, (60, 3))
    curves[0] = 0
    recorded(tmp_path, "X", curves, position)
    angles = np.exp(2j * np.radians(45.0 * np.arange(8)))
    with np.errstate(invalid="ignore"):
        index = np.abs(curves @ angles) / curves.sum(axis=1)
    np.save(tmp_path / "tuning" / "mouseX" / "OSI.npy", index)
    recorded(tmp_path, "Y", curves[:3], position[:3])
    said = physiology("--recordings", tmp_path, "--out", tmp_path / "cards")
    assert said.code == 0, said.err
    assert re.search(r"mouse X: gosi is the recorded one within \d", said.out)
    held = json.loads((tmp_path / "cards" / "mouse-X" / "card.json").read_text())
    gosi = next(fact for fact in held["facts"] if fact["fact"]["id"] == "gosi")
    assert gosi["at"][1]["n"] == {
        "twin": 60,
        "asked": 60,
        "placed": 60,
        "driven": 59,
        "selected": 59,
        "measurable": 59,
    }
    assert gosi["verdict"] == "miss"
    few = json.loads((tmp_path / "cards" / "mouse-Y" / "card.json").read_text())
    assert few["counts"]["pass"] == few["counts"]["miss"] == 0
    for arguments, says in (
        (("--recordings", tmp_path / "none"), "holds no tuning/"),
        (("--recordings", tmp_path, "--mouse", "Q"), "nothing says its tuning"),
    ):
        assert_refused(physiology(*arguments, "--out", tmp_path / "other"), says)
    (tmp_path / "tuning" / "mouseZ").mkdir()
    np.save(tmp_path / "tuning" / "mouseZ" / "tuning_curve.npy", curves)
    asked = ("--recordings", tmp_path, "--mouse", "Z", "--out", tmp_path / "other")
    assert_refused(physiology(*asked), "where its neurons lie", "both files: X, Y.")
    np.save(tmp_path / "neuron_coordinates" / "mouseY.npy", position[:2])
    asked = ("--recordings", tmp_path, "--mouse", "Y", "--out", tmp_path / "other")
    assert_refused(physiology(*asked), "do not fit 3 tuning curves")


def test_a_twin_is_held_against_the_mouse_that_is_chosen(physiology, tmp_path) -> None:
    rng = np.random.default_rng(4)
    angles = np.radians(45.0 * np.arange(8))
    for mouse, depth in (("X", 0.1), ("Y", 0.9)):
        turned = angles - rng.uniform(0, np.pi, (80, 1))
        curves = 1 + depth * np.cos(2 * turned) + 0.01 * rng.random((80, 8))
        recorded(tmp_path / "two", mouse, curves, rng.uniform(-300, 300, (80, 3)))
    asked = ("--twin", TWIN, "--out", tmp_path / "card", "--reference", tmp_path / "two")
    assert_refused(physiology(*asked), "several mice: X, Y", "--reference-mouse")
    gosi = {}
    for mouse in "XY":
        said = physiology(*asked, "--reference-mouse", mouse)
        assert said.code == 0, said.err
        held = json.loads((tmp_path / "card" / "card.json").read_text())
        assert held["reference"]["mouse"] == mouse
        assert f"mouse {mouse}" in (tmp_path / "card" / "card.html").read_text()
        at = next(one for one in held["facts"] if one["fact"]["id"] == "gosi")["at"][1]
        gosi[mouse] = at["wasserstein"]
        # A cosine of depth d has a gOSI of d/2.
        assert held["reference"]["quantiles"]["gosi"][50] == pytest.approx(
            {"X": 0.05, "Y": 0.45}[mouse], abs=0.01
        )
    assert gosi["X"] != gosi["Y"]
    assert_refused(physiology("--reference-mouse", "X"), "of no recordings")
    few = tmp_path / "few"
    recorded(few, "X", np.ones((19, 8)), np.zeros((19, 3)))
    assert_refused(physiology("--twin", TWIN, "--reference", few), "Only 19 neurons of mouse X")


def test_stopped_and_begun_again(physiology, tmp_path, monkeypatch) -> None:
    from v1vlm.physiology import battery

    run = battery.run_protocol
    monkeypatch.setattr(
        battery, "run_protocol", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    stopped = physiology("--twin", TWIN, "--out", tmp_path)
    assert stopped.code == 130
    assert "the same command goes on from there" in stopped.err
    assert not (tmp_path / "card.json").exists()
    monkeypatch.setattr(battery, "run_protocol", run)
    assert physiology("--twin", TWIN, "--out", tmp_path).code == 0
    assert (tmp_path / "card.json").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--twin", "enrgy"), "Did you mean 'energy'?"),
        (("--twin", "energy", "--mouse", "A"), "has no option 'mouse=A'"),
        (("--twin", "tests.fakes:twin", "--mouse", "A"), "has no option 'mouse'"),
        (("--sites", "0"), "--sites"),
    ],
)
def test_what_cannot_be_run_is_said_in_two_lines(physiology, arguments, says) -> None:
    assert_refused(physiology(*arguments), says)
