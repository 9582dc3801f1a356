"""The quick card of a small ViV1T: its cost first, stopped, gone on with, and whole."""

import importlib
import json
import re

import pytest

from tests.cli.command import Command
from tests.fakes import SMALL_PROTOCOL
from tests.viv1t.runs import write_run
from tests.viv1t.test_study import COLUMNS, ROWS, SIZES, retinotopic_weights

torch = pytest.importorskip("torch")
pytest.importorskip("yaml")


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    protocol = importlib.import_module("v1vlm.physiology.characterise")
    monkeypatch.setattr(protocol, "PROTOCOL", SMALL_PROTOCOL)
    quick = importlib.import_module("v1vlm.physiology").QUICK
    small = quick.model_copy(
        update={"entries": ("recorded_gabors", "natural", "surround"), "sites": 1, "enough": None}
    )
    monkeypatch.setattr("v1vlm.physiology.QUICK", small)
    monkeypatch.setenv("COLUMNS", "300")
    sizes = {**SIZES, "mouse_ids": ["A"], "output_shapes": {"A": [ROWS * COLUMNS, 200]}}
    write_run(tmp_path / "run", weights=retinotopic_weights, rows=ROWS * COLUMNS, **sizes)
    place = ("--twin", f"viv1t:{tmp_path / 'run'}", "--mouse", "A", "--out", tmp_path / "card")
    v1vlm = Command(monkeypatch, capsys)
    return lambda: v1vlm("physiology", *place, "--quick")


def test_a_quick_card_says_its_cost_stops_and_goes_on(command, tmp_path, monkeypatch):
    twin = importlib.import_module("v1vlm.twins.viv1t").ViV1T
    respond, shown = twin.respond, []

    def stopping(self, frames, **options):
        shown.append(len(frames))
        # Patches come at four places, six at each.
        if shown.count(24) == 3 and shown[-1] == 24:
            raise KeyboardInterrupt
        return respond(self, frames, **options)

    monkeypatch.setattr(twin, "respond", stopping)
    stopped = command()
    assert stopped.code == 130, stopped.err
    assert "the same command goes on from there" in stopped.err
    assert re.match(
        r"viv1t-A: the characterisation, [\d,]+ images, and 3 protocols, .*at this machine's speed "
        r"(less than a minute|about)",
        stopped.out,
    )
    before = sum(shown)
    whole = command()
    assert whole.code == 0, whole.err
    card = json.loads((tmp_path / "card" / "card.json").read_text("utf-8"))
    assert card["twin"]["mice"] == ["A"]
    assert any("retinotopy" in text for text in card["imposed"])
    assert sum(card["counts"].values()) == 28
    assert (tmp_path / "card" / "card.pdf").read_bytes().startswith(b"%PDF")
    shown.clear()
    assert command().code == 0
    # The contract and the speed; nothing of what was measured.
    assert sum(shown) < before
