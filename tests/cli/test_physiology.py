"""``v1vlm physiology``: the card, what it costs, stopping, and what cannot be run."""

from __future__ import annotations

import json

import pytest

from tests.cli.command import Command, assert_refused
from v1vlm.physiology import QUICK, Battery

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
    assert lines[0].startswith(
        "energy:neurons=24: 3 protocols, up to 240 movies of 5,120 frames after the "
        "characterisation; at this machine's speed "
    )
    assert lines[1] == "characterisation (0 of 1 steps done)"
    assert [line.split(" (")[0] for line in lines[2:5]] == [
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
    assert "up to 304 movies" in more.out


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
