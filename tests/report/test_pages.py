"""Pages of the PDF are filled, however many findings there are."""

from __future__ import annotations

import io
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image

from tests.report.conftest import CONTEXT, study
from v1vlm.figures import FigureFile
from v1vlm.journal import State
from v1vlm.records import canonical_json
from v1vlm.report import Document, compose, draw_figures, neuron_table
from v1vlm.report.pdf import _tree
from v1vlm.store import MemoryStore

typst = pytest.importorskip("typst")

BLANK_MAX = 0.42
"""The tallest figure with its caption may just not have fitted."""


def blanks(document: Document) -> list[float]:
    """Share of every page but the last that is blank below its last line."""
    pages = typst.compile(
        files("v1vlm.report").joinpath("report.typ").read_bytes(),
        format="png",
        ppi=24,
        ignore_system_fonts=True,
        sys_inputs={"document": canonical_json(_tree(document))},
    )
    found = []
    for page in pages[:-1]:
        grey = np.asarray(Image.open(io.BytesIO(page)).convert("L"))
        mm = len(grey) / 297
        body = grey[int(24 * mm) : int((297 - 23) * mm)]
        last = np.flatnonzero((body < 215).any(axis=1))[-1]
        found.append(1 - (last + 1) / len(body))
    return found


@pytest.fixture(scope="module")
def drawn() -> tuple[State, MemoryStore, dict[str, FigureFile]]:
    state, store = study(3)
    return state, store, draw_figures(state, store)


def test_pages_of_a_short_report_are_filled(
    drawn: tuple[State, MemoryStore, dict[str, FigureFile]],
) -> None:
    state, store, figures = drawn
    made = compose(state, CONTEXT, figures, neuron_table(state, store))
    assert max(blanks(made)) < BLANK_MAX


def test_pages_of_a_long_report_are_filled(
    drawn: tuple[State, MemoryStore, dict[str, FigureFile]],
) -> None:
    state, store = study(14)
    figures = dict(drawn[2])
    # The drawings of the first findings stand in for those of the others.
    for i in range(4, 15):
        for kind in ("stimuli", "responses", "waveforms", "maps", "evidence"):
            figures[f"{kind}-H{i}"] = figures[f"{kind}-H{1 + i % 3}"]
    made = compose(state, CONTEXT, figures, neuron_table(state, store))
    assert max(blanks(made)) < BLANK_MAX
