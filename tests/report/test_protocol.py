"""The figure of a protocol, and the pages that show how to make it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from v1vlm.physiology import Measured
from v1vlm.protocols import PROTOCOLS, DirectionTuning, SurroundModulation, name_of, protocol
from v1vlm.report.protocol import MAIN, protocol_figure

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "reproduce").glob("*.md"))


def measured(design, n: int = 12) -> Measured:
    rng = np.random.default_rng(3)
    axes = design.axes()
    dims, shape = ("neuron", *axes), [n, *(len(v) for v in axes.values())]
    coords = {k: list(v) for k, v in axes.items()}
    if "course" in design.reads:
        dims, shape = (*dims, "time"), [*shape, 15]
        coords["time"] = np.arange(15) / 30
    values = {r: (dims, rng.uniform(0.2, 1, shape)) for r in design.reads}
    grey = {"grey": ("neuron", np.full(n, 0.1))}
    curves = xr.Dataset({**values, **grey}, {**coords, "neuron": np.arange(n)})
    return Measured(design, curves, design.measure(curves), {}, 1)


@pytest.mark.parametrize("cls", PROTOCOLS, ids=name_of)
@pytest.mark.parametrize("n", [0, 12])
def test_every_protocol_is_drawn_with_or_without_neurons(cls, n) -> None:
    design = cls(permutations=100) if "permutations" in cls.model_fields else cls()
    assert set(MAIN[name_of(cls)]) <= set(design.outcomes)
    figure = protocol_figure(measured(design, n))
    assert figure.svg.startswith("<?xml")
    assert figure.facts["n_neurons"] == n
    assert (len(figure.csv.splitlines()) > 1) == (n > 0)


def test_directions_are_turned_to_the_best() -> None:
    design = DirectionTuning(permutations=100)
    found = measured(design)
    angles = np.radians(found.curves["direction_deg"].values)
    best = 2 * np.pi * np.arange(12) / 16
    tuned = 1 + np.cos(angles - best[:, None])
    shaped = tuned[:, :, None] * np.ones(len(design.phases_deg))
    curves = found.curves.assign(mean=(found.curves["mean"].dims, 0.1 + shaped))
    rows = protocol_figure(Measured(design, curves, design.measure(curves), {}, 1)).csv.splitlines()
    table = {float(x): float(y) for _, x, y, *_ in (row.split(",") for row in rows[1:])}
    assert table[0.0] == 1.0
    assert table[-180.0] == pytest.approx(0.0, abs=1e-12)
    assert table[90.0] == pytest.approx(0.5)


def test_surrounds_are_drawn_at_both_contrasts() -> None:
    rows = protocol_figure(measured(SurroundModulation())).csv.splitlines()
    assert rows[0] == "series,surround,median,quartile_25,quartile_75"
    names = {tuple(row.split(",")[:2]) for row in rows[1:]}
    assert ("contrast 0.05", "iso") in names
    assert len(names) == 2 * 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_the_pages_exist(page) -> None:
    commands = re.findall(r"v1vlm protocol [^`\n]+", page.read_text("utf-8"))
    assert commands
    for command in commands:
        words = shlex.split(command)
        assert name_of(type(protocol(words[2]))) == words[2]
        assert set(words[3::2]) == {"--twin", "--neurons", "--out"}
