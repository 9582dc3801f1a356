"""Figures: what is drawn, what its CSV says, and that both are always the same bytes."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from v1vlm.analysis.evidence import processes
from v1vlm.figures import FigureFile, evidence_figure, responses_figure, stimuli_figure
from v1vlm.figures.sheet import WIDTH_IN, colours, csv_of, label_of, wrapped

HOSTILE = ("$\\frac{", "<b>&amp;--><script>", "漢字 \x00 " + "long " * 20)


def rows(figure: FigureFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(figure.csv)))


def frames(n_frames: int = 1, k: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (6, k, n_frames, 9, 16)).astype(np.uint8)


def traces(k: int = 3) -> NDArray[np.float32]:
    return np.random.default_rng(2).normal(0.3, 0.1, (5, k, 60)).astype(np.float32)


def evidence() -> FigureFile:
    d = np.clip(np.random.default_rng(3).normal(0.15, 0.1, 30), -0.4, 0.4)
    return evidence_figure(d, *processes(d, "greater", 0.05, 0.4), (60, 30), 0.05, 0.4)


def all_figures(levels: tuple[str, ...] = ("a", "b", "c")) -> list[FigureFile]:
    return [
        stimuli_figure(frames(), levels),
        responses_figure(traces(), levels, 30.0, (0.0, 1.0)),
        evidence(),
    ]


def test_equal_data_give_equal_bytes_whatever_the_users_settings() -> None:
    plain = all_figures()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        assert all_figures() == plain
        assert mpl.rcParams["font.size"] == 30


@pytest.mark.parametrize("index", [0, 1, 2])
def test_drawings_are_well_formed_and_fit_the_page(index: int) -> None:
    svg = all_figures(HOSTILE)[index].svg
    root = ET.fromstring(svg)
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(72 * WIDTH_IN)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not {"script", "text", "foreignObject", "a"} & tags
    assert "<!--" not in svg
    assert "date" not in svg


def test_stimuli_are_given_pixel_by_pixel() -> None:
    shown = frames()
    figure = stimuli_figure(shown, ("a", "b", "c"))
    assert figure.facts == {"n_draws": 6, "n_frames": 1, "static": True}
    read = [[int(row[f"x{x}"]) for x in range(16)] for row in rows(figure)]
    assert np.array_equal(np.array(read).reshape(shown.shape), shown)


def test_a_movie_shows_its_frames_and_a_still_one_does_not() -> None:
    moving = stimuli_figure(frames(4), ("a", "b", "c"))
    assert moving.facts == {"n_draws": 2, "n_frames": 4, "static": False}
    still = stimuli_figure(np.repeat(frames(1), 4, axis=2), ("a", "b", "c"))
    assert still == stimuli_figure(frames(1), ("a", "b", "c"))


def test_responses_are_mean_and_sd_over_draws_of_every_condition() -> None:
    data = traces(5)
    figure = responses_figure(data, tuple("abcde"), 30.0, (0.0, 1.0))
    assert figure.facts == {"n_draws": 5, "duration_s": 1.0, "beyond": []}
    table = rows(figure)
    assert [row["level"] for row in table[::60]] == list("abcde")
    mean = np.array([float(row["mean"]) for row in table]).reshape(5, 60)
    sd = np.array([float(row["sd"]) for row in table]).reshape(5, 60)
    assert np.allclose(mean, np.mean(data, axis=0), atol=1e-6)
    assert np.allclose(sd, np.std(data, axis=0, ddof=1), atol=1e-6)
    time = np.array([float(row["time_s"]) for row in table[:60]])
    assert time[0] == -0.5
    assert np.allclose(np.diff(time), 1 / 30)


def test_conditions_beyond_the_natural_range_are_named() -> None:
    data = traces(3)
    # In the window alone: before onset and after offset nothing counts.
    data[:, 0, :15], data[:, 0, 45:] = 9, 9
    data[:, 2, 15:45] += 0.8
    assert responses_figure(data, ("a", "b", "c"), 30.0, (0.0, 1.0)).facts["beyond"] == ["c"]
    data[:, 2, 15:45] -= 0.2
    assert responses_figure(data, ("a", "b", "c"), 30.0, (0.0, 1.0)).facts["beyond"] == []


def test_one_draw_has_no_spread() -> None:
    figure = responses_figure(traces()[:1], ("a", "b", "c"), 30.0, (0.0, 1.0))
    assert {row["sd"] for row in rows(figure)} == {"0"}


def test_evidence_gives_draws_and_both_processes() -> None:
    table = rows(evidence())
    d = np.array([float(row["d"]) for row in table])
    support, refute = processes(d, "greater", 0.05, 0.4)
    assert np.allclose([float(row["e_support"]) for row in table], support, rtol=1e-6)
    assert np.allclose([float(row["e_refute"]) for row in table], refute, rtol=1e-6)
    assert [row["draw"] for row in table] == [str(i) for i in range(1, 31)]


@pytest.mark.parametrize("low", [1e-9, 1e-3])
def test_tiny_capital_is_drawn_at_the_floor_and_said_so(low: float) -> None:
    d = np.zeros(2)
    figure = evidence_figure(d, np.array([1.0, low]), np.ones(2), (60, 60), 0.05, 0.4)
    assert figure.facts["cut"] is (low < 1e-4)
    assert rows(figure)[1]["e_support"] == f"{low:.9g}"


def test_evidence_without_draws_can_be_drawn() -> None:
    empty: Any = np.zeros(0)
    assert rows(evidence_figure(empty, empty, empty, (60, 60), 0.05, 0.4)) == []


@pytest.mark.parametrize("n", range(2, 8))
def test_colours_differ_in_lightness(n: int) -> None:
    grey = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(to_rgb, colours(n))]
    assert len(set(colours(n))) == n
    assert all(b - a > 0.04 for a, b in pairwise(grey))


def test_labels_have_glyphs_and_an_end() -> None:
    assert label_of("漢a$") == "□a$"
    assert label_of("x" * 50, 10) == "x" * 9 + "…"
    assert wrapped("one two three", 8, 40) == "one two\nthree"


def test_a_cell_is_never_a_formula() -> None:
    made = csv_of(["level", "x"], [["=cmd()", -0.5], ["@a", 1], ['say "b", c', 2]])
    assert made == 'level,x\n\'=cmd(),-0.5\n\'@a,1\n"say ""b"", c",2\n'
