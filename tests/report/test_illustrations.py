"""Figures are drawn from what a study kept; what it did not keep is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.conftest import study
from v1vlm.journal import State
from v1vlm.report import draw_figures
from v1vlm.report.illustrations import exemplars_of, modulation_weights
from v1vlm.store import MemoryStore

ALL = {"estimates", *(f"{k}-H1" for k in ("stimuli", "responses", "waveforms", "maps", "evidence"))}


@pytest.fixture(scope="module")
def one() -> tuple[State, MemoryStore]:
    return study(1)


@pytest.mark.parametrize(
    ("kept", "drawn"),
    [
        (("stimuli", "traces", "features", "index", "offsets"), {"stimuli-H1", "responses-H1"}),
        (("traces",), {"responses-H1"}),
        ((), set()),
    ],
)
def test_older_studies_kept_less(
    one: tuple[State, MemoryStore], kept: tuple[str, ...], drawn: set[str]
) -> None:
    state, store = one
    trial = state.trials[0]
    draws = trial.of("main", "estimate")
    (chunk,) = draws.chunks
    blobs = {name: blob for name, blob in chunk["blobs"].items() if name in kept}
    less = replace(draws, chunks=({**chunk, "blobs": blobs},))
    trial = replace(trial, draws={**trial.draws, ("main", "estimate"): less})
    assert set(exemplars_of(trial)) == set(kept) - {"features", "index"}
    made = draw_figures(replace(state, trials=(trial,)), store)
    assert set(made) == drawn | {"estimates", "evidence-H1"}


def test_everything_kept_is_drawn(one: tuple[State, MemoryStore]) -> None:
    state, store = one
    made = draw_figures(state, store)
    assert set(made) == ALL
    assert made["maps-H1"].facts["n_neurons"] == 190
    assert made["waveforms-H1"].facts["n_neurons"] == 42
    finding = state.findings[0]
    rows = made["evidence-H1"].csv.splitlines()
    names = [row.split(",")[5] for row in rows if row.startswith("estimates")]
    assert names == ["registered", "early", "late", "offset", "matched", "scrambled"]
    assert f"{finding.estimate:.9g}" in made["estimates"].csv


def test_without_findings_nothing_is_drawn(one: tuple[State, MemoryStore]) -> None:
    assert draw_figures(replace(one[0], trials=()), one[1]) == {}


@pytest.mark.parametrize(
    ("measure", "n", "weights"),
    [
        ("permi", 2, (1, -1)),
        ("rank", 4, (-1, 0, 0, 1)),
        ("interaction", 4, (1, -1, -1, 1)),
        ("near_minus_far", 2, (1, -1)),
    ],
)
def test_modulation_compares_what_the_measure_does(
    measure: str, n: int, weights: tuple[float, ...]
) -> None:
    assert modulation_weights(measure, n) == weights
