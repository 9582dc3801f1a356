"""Figures: what is drawn, what its CSV says, and that both are always the same bytes."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from functools import cache
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from v1vlm.analysis.evidence import processes
from v1vlm.analysis.waveforms import waveform_numbers
from v1vlm.figures import (
    Field,
    FigureFile,
    Interval,
    Row,
    estimates_figure,
    evidence_figure,
    maps_figure,
    responses_figure,
    stimuli_figure,
    waveforms_figure,
)
from v1vlm.figures import sheet as sheets
from v1vlm.figures.sheet import WIDTH_IN, colours, csv_of, label_of, wrapped
from v1vlm.stimuli import Screen

XLINK = "http://www.w3.org/1999/xlink"
USE = "{http://www.w3.org/2000/svg}use"
HOSTILE = ("$\\frac{", "<b>&amp;--><script>", "漢字 \x00 " + "long " * 20)


def rows(figure: FigureFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(figure.csv)))


def frames(n_frames: int = 1, k: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (6, k, n_frames, 9, 16)).astype(np.uint8)


def traces(k: int = 3) -> NDArray[np.float32]:
    return np.random.default_rng(2).normal(0.3, 0.1, (5, k, 60)).astype(np.float32)


ESTIMATES = (
    Interval("registered", "main", 0.14, (0.1, 0.18), 100),
    Interval("offset", "window", -0.01, None, 90),
    Interval("$far$", "control", 0.12, (0.08, 0.16), 100),
)


def evidence() -> FigureFile:
    d = np.clip(np.random.default_rng(3).normal(0.15, 0.1, 30), -0.4, 0.4)
    processed = processes(d, "greater", 0.05, 0.4)
    return evidence_figure(d, *processed, (60, 30), 0.05, 0.4, ESTIMATES, 41)


def waves(k: int = 3, n: int = 12) -> NDArray[np.float32]:
    time = np.arange(60) / 30 - 0.5
    peak = np.linspace(0.2, 0.8, n)[:, None]
    wave = np.maximum(1 - np.abs(time - peak) / 0.15, 0)
    gain = 1 + np.arange(2 * k).reshape(2, k, 1, 1)
    return (wave * gain).astype(np.float32)


def field(k: int = 3, n: int = 60, n_draws: int = 5, *, places: int = 1) -> Field:
    rng = np.random.default_rng(5)
    azimuth, elevation = rng.uniform(-30, 30, (2, n))
    azimuth[0] = np.nan
    return Field(
        responses=rng.uniform(0, 1, (n_draws, k, n)),
        neurons=np.arange(n) * 2,
        azimuth_deg=azimuth,
        elevation_deg=elevation,
        position_um=rng.uniform(0, 600, (n, 2)),
        centres=rng.uniform(-5, 5, (n_draws, 2)),
        features=[rng.uniform(-5, 5, (places, 2)) for _ in range(n_draws)],
        stimuli=rng.integers(0, 256, (2, k, 1, 36, 64)).astype(np.uint8),
    )


def weights(k: int) -> tuple[float, ...]:
    return (1.0, *(0.0,) * (k - 2), -1.0)


def overview(title: str = "A title", n: int = 3) -> FigureFile:
    verdicts = ("supported", "contradicted", "inconclusive")
    return estimates_figure(
        [Row(f"H{i}", title, "permi", verdicts[i % 3], "so", 0.05, 43, ESTIMATES) for i in range(n)]
    )


def all_figures(levels: tuple[str, ...] = ("a", "b", "c")) -> list[FigureFile]:
    k = len(levels)
    return [
        stimuli_figure(frames(k=k), levels),
        responses_figure(
            traces(k), levels, 30.0, (0.0, 1.0), stimuli=frames(k=k), per_draw=(4, 6, 5)
        ),
        evidence(),
        waveforms_figure(waves(k), np.arange(12), levels, 30.0, 20),
        maps_figure(field(k), levels, weights(k), Screen()),
        overview(levels[0]),
    ]


@cache
def hostile() -> list[FigureFile]:
    return all_figures(HOSTILE)


def test_equal_data_give_equal_bytes_whatever_the_users_settings() -> None:
    plain = all_figures()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        assert all_figures() == plain
        assert mpl.rcParams["font.size"] == 30


@pytest.mark.parametrize("index", range(6))
def test_drawings_are_well_formed_and_fit_the_page(index: int) -> None:
    svg = hostile()[index].svg
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
    assert figure.facts == {"n_draws": 5, "per_draw": None, "duration_s": 1.0, "beyond": []}
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
    table = [row for row in rows(evidence()) if row["panel"] == "draws"]
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


def test_estimates_stand_beside_the_evidence() -> None:
    table = [row for row in rows(evidence()) if row["panel"] == "estimates"]
    assert [(row["kind"], row["n_draws"]) for row in table] == [
        ("main", "100"),
        ("window", "90"),
        ("control", "100"),
    ]
    assert (table[0]["low"], table[0]["high"], table[1]["low"]) == ("0.1", "0.18", "")


def test_the_overview_gives_every_estimate_of_every_finding() -> None:
    figure = overview(n=4)
    assert figure.facts == {"n_findings": 4, "controls": True, "replications": False}
    table = rows(figure)
    assert [row["id"] for row in table] == [f"H{i}" for i in range(4) for _ in ESTIMATES]
    assert {(row["estimate"], row["kind"]) for row in table} == {
        ("0.14", "main"),
        ("-0.01", "window"),
        ("0.12", "control"),
    }


@pytest.mark.parametrize("n", [1, 13, 100])
def test_an_overview_of_any_length_fits_a_page(n: int) -> None:
    root = ET.fromstring(overview("long " * 30, n).svg)
    assert float(root.attrib["height"].removesuffix("pt")) <= 9 * 72


@pytest.mark.parametrize("k", [2, 6])
def test_waveforms_are_sorted_on_one_half_and_described_on_both(k: int) -> None:
    levels = tuple("abcdef"[:k])
    data = waves(k)[:, :, ::-1]  # the slowest first
    figure = waveforms_figure(data, np.arange(100, 112), levels, 30.0, 20)
    # The other half is the same up to a gain, which latencies do not feel.
    order = figure.facts["order"]
    assert figure.facts == {"n_neurons": 12, "n_draws": 20, "n_latency": 12, "order": order}
    assert order == pytest.approx(1, abs=0.01)  # rounding breaks ties between conditions
    table = rows(figure)
    assert len(table) == 12 * k * 2
    assert [row["rank"] for row in table[:: 2 * k]] == [str(i) for i in range(12, 0, -1)]
    time = np.arange(60) / 30 - 0.5
    expected = waveform_numbers(data[1, 0], time, 1.0)
    shown = [row for row in table if row["half"] == "shown" and row["level"] == "a"]
    for name, values in expected.items():
        assert np.allclose([float(row[name]) for row in shown], values, rtol=1e-6)
    assert float(shown[0]["response at 0.500 s"]) == pytest.approx(data[1, 0, 0, 30], rel=1e-3)


def test_neurons_that_counted_in_one_half_alone_are_not_shown() -> None:
    data = waves(2)
    data[0, :, 3] = np.nan
    data[1, :, 5] = np.nan
    figure = waveforms_figure(data, np.arange(12), ("a", "b"), 30.0, 20)
    assert figure.facts["n_neurons"] == 10
    assert {row["neuron"] for row in rows(figure)} == {str(i) for i in range(12)} - {"3", "5"}
    none = waveforms_figure(np.full_like(data, np.nan), np.arange(12), ("a", "b"), 30.0, 2)
    assert none.facts == {"n_neurons": 0, "n_draws": 2, "n_latency": 0, "order": None}
    assert rows(none) == []


@pytest.mark.parametrize("k", [2, 5])
def test_maps_give_place_response_and_modulation_of_every_neuron(k: int) -> None:
    levels, data = tuple("abcde"[:k]), field(k)
    figure = maps_figure(data, levels, weights(k), Screen())
    assert figure.facts == {"n_neurons": 60, "n_draws": 5, "feature": True, "cortex": True}
    table = [row for row in rows(figure) if row["table"] == "neurons"]
    assert [row["neuron"] for row in table] == [str(2 * i) for i in range(60)]
    mean = data.responses.mean(axis=0)
    index = (mean[0] - mean[-1]) / (mean[0] + mean[-1])
    assert np.allclose([float(row["modulation"]) for row in table], index, rtol=1e-4)
    assert np.allclose([float(row["mean response, b"]) for row in table], mean[1], rtol=1e-4)
    assert table[0]["rf_azimuth_deg"] == ""
    assert float(table[1]["x_um"]) == pytest.approx(data.position_um[1, 0], rel=1e-4)


def test_an_interaction_is_a_difference_of_differences() -> None:
    data = field(4)
    figure = maps_figure(data, tuple("abcd"), (1.0, -1.0, -1.0, 1.0), Screen())
    a, b, c, d = data.responses.mean(axis=0)
    expected = ((a - b) - (c - d)) / (a + b + c + d)
    table = [row for row in rows(figure) if row["table"] == "neurons"]
    assert np.allclose([float(row["modulation"]) for row in table], expected, rtol=1e-4)


def test_a_silent_neuron_has_no_modulation() -> None:
    data = field(2)
    data.responses[:, :, 7] = 0
    table = rows(maps_figure(data, ("a", "b"), (1.0, -1.0), Screen()))
    assert [row["neuron"] for row in table if row["modulation"] == ""][:1] == ["14"]


@pytest.mark.parametrize("places", [0, 2])
def test_distance_is_from_the_nearest_feature_or_else_from_the_stimulus(places: int) -> None:
    # One neuron 6° to the right of the first place, one 22° to the right.
    at = np.array([[0.0, 0.0], [-70.0, 0.0]][: max(places, 1)])
    data = Field(
        responses=np.array([[[1.0, 3.0], [2.0, 5.0]]] * 2) * np.array([1.0, 2.0])[:, None, None],
        neurons=np.arange(2),
        azimuth_deg=np.array([6.0, 22.0]),
        elevation_deg=np.zeros(2),
        position_um=None,
        centres=np.zeros((2, 2)),
        features=[at[:places]] * 2,
        stimuli=np.zeros((1, 2, 1, 36, 64), np.uint8),
    )
    figure = maps_figure(data, ("a", "b"), (1.0, -1.0), Screen())
    assert figure.facts["feature"] is (places > 0)
    assert figure.facts["cortex"] is False
    filled = [r for r in rows(figure) if r["table"] == "distance" and r["mean"] != ""]
    found = [(r["condition"], r["from_deg"], float(r["mean"]), r["n_draws"]) for r in filled]
    assert found == [
        ("a", "4", 1.5, "2"),
        ("a", "20", 4.5, "2"),
        ("b", "4", 3, "2"),
        ("b", "20", 7.5, "2"),
    ]
    # SEM over two draws of 1 and 2: half of their difference.
    assert float(filled[0]["sem"]) == pytest.approx(0.5)


def test_many_points_are_drawn_as_pixels() -> None:
    few, many = (maps_figure(field(2, n), ("a", "b"), (1.0, -1.0), Screen()) for n in (600, 2000))
    assert len(many.svg) < 1.3 * len(few.svg)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((0.00037, 0.83), ["0", "0.83"]),
        ((-0.00037, 0.00012), ["−0.00037", "0.00012"]),
        ((-0.001, 1.4), ["0", "1.4"]),
        ((-0.34, 0.34), ["−0.34", "0.34"]),
        ((12.34, 1234.5), ["12", "1234"]),
        ((0.0, 0.0), ["0", "0"]),
    ],
)
def test_ends_of_a_scale_are_read_at_one_glance(
    limits: tuple[float, float], said: list[str]
) -> None:
    assert sheets.ends_of(limits) == said


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
