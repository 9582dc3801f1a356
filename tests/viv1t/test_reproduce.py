"""The commands of the reproduce pages on a ViV1T of random weights."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.fakes import CHARACTERISATION, SMALL_PROTOCOL

SMALLEST = {
    **SMALL_PROTOCOL,
    "patches": {**SMALL_PROTOCOL["patches"], "coarse_px": 12, "fine_px": 12},
    "natural_crops": 8,
}
PAGES = Path(__file__).parents[2] / "docs" / "reproduce"


@pytest.fixture
def v1vlm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def commands() -> list[str]:
    text = (PAGES / "README.md").read_text("utf-8")
    return [line for line in re.findall(r"`(v1vlm protocol .*?)`", text) if "inverse=" not in line]


def test_the_pages_run_on_it_and_say_what_they_cost(v1vlm, tmp_path, monkeypatch) -> None:
    """With two phases, few sizes and two neurons: the weights mean nothing."""
    from v1vlm import protocols
    from v1vlm.testing.tiny.viv1t import build_viv1t

    fewer: dict[str, dict] = {
        "direction": {"permutations": 100},
        "size": {"diameters_deg": (5.0, 20.0, 40.0, 80.0)},
        "surround": {},
    }
    shown = {
        name: protocols.protocol(name).model_copy(update={"phases_deg": (0.0, 90.0), **changes})
        for name, changes in fewer.items()
    }
    monkeypatch.setattr(protocols, "protocol", shown.__getitem__)
    monkeypatch.setattr(CHARACTERISATION, "PROTOCOL", SMALLEST)
    monkeypatch.setenv("COLUMNS", "200")
    twin, out = f"viv1t:{build_viv1t(tmp_path / 'run')}", tmp_path / "out"
    assert len(commands()) == len(shown)
    for command in commands():
        name = shlex.split(command)[2]
        said = v1vlm("protocol", name, "--twin", twin, "--neurons", 2, "--out", out)
        assert said.code == 0, said.err
        cost = said.out.splitlines()[0]
        assert re.match(r"At most .*[\d,]+ movies; at this machine's speed ", cost)
        # Where the receptive fields are is found once, before the first protocol that needs it.
        assert ("images and" in cost) == (name == "size")
        with (out / f"{name}_measures.csv").open(encoding="utf-8") as file:
            assert len(list(csv.DictReader(file))) == 2
        assert (out / f"{name}.svg").stat().st_size > 1000
