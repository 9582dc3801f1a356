"""Pages of the PDF are filled, however many findings there are."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.report.conftest import CONTEXT, study
from v1vlm.figures import FigureFile
from v1vlm.journal import State
from v1vlm.records import canonical_json
from v1vlm.report import NOTICE, Document, compose, draw_figures, neuron_table, to_pdf
from v1vlm.report.document import Block, Figure, Heading, Paragraph, Table, Text, line
from v1vlm.report.pdf import _tree
from v1vlm.store import MemoryStore

typst = pytest.importorskip("typst")

BLANK_MAX = 0.42
"""The tallest figure with its caption may just not have fitted."""


def blanks(document: Document) -> list[float]:
    """Share of every page but the last that is blank below its last line."""
    pages, warnings = typst.compile_with_warnings(
        files("v1vlm.report").joinpath("report.typ").read_bytes(),
        format="png",
        ppi=24,
        ignore_system_fonts=True,
        sys_inputs={"document": canonical_json(_tree(document))},
    )
    assert not warnings, [warning.message for warning in warnings]
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


@pytest.fixture(scope="module")
def short(drawn: tuple[State, MemoryStore, dict[str, FigureFile]]) -> Document:
    state, store, figures = drawn
    return compose(state, CONTEXT, figures, neuron_table(state, store))


@pytest.fixture(scope="module")
def long(drawn: tuple[State, MemoryStore, dict[str, FigureFile]]) -> Document:
    state, store = study(14)
    figures = dict(drawn[2])
    # The drawings of the first findings stand in for those of the others.
    for i in range(4, 15):
        for kind in ("stimuli", "responses", "waveforms", "maps", "evidence"):
            figures[f"{kind}-H{i}"] = figures[f"{kind}-H{1 + i % 3}"]
    return compose(state, CONTEXT, figures, neuron_table(state, store))


@pytest.fixture(scope="module")
def blocks() -> Document:
    """Tables and drawings at all heights of a page, some below a heading of their own."""
    size = 'width="160" height="30"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0h160v30"/></svg>'
    blocks: list[Block] = []
    for k in range(60):
        blocks += [Paragraph(line("Words that fill a line. " * 4))] * (k % 7)
        blocks += [Heading(2, line(f"Part {'abcdefghij'[k % 10]}"))] * (k % 2)
        rows = tuple((line(letter), line("cell")) for letter in "abcdefghijkl"[: 4 + k % 9])
        header = (line("Letter"), line("Content"))
        blocks.append(Table((1, 3), rows, header * (k % 3 > 0), line("Letters.")))
        blocks.append(Figure("bar", line("A bar."), line("A bar.")))
    return Document((Text("Blocks"),), tuple(blocks), {}, {}, {"bar": svg}, notice=True)


@pytest.fixture(params=["short", "long", "blocks"])
def made(request: pytest.FixtureRequest) -> Document:
    found: Document = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def pages(made: Document, tmp_path: Path) -> list[list[str]]:
    return pages_of(made, tmp_path)


def words_of(pdf: bytes, tmp_path: Path, how: str) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("needs pdftotext")
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([program, how, file, "-"], check=True, capture_output=True)
    return done.stdout.decode()


def pages_of(made: Document, tmp_path: Path) -> list[list[str]]:
    """The lines of every page between header and footer."""
    text = words_of(to_pdf(made), tmp_path, "-layout").replace("\xad", "")
    found = [
        [" ".join(line.split()) for line in page.splitlines() if line.strip()]
        for page in text.rstrip("\f").split("\f")
    ]
    assert all(page[0] == NOTICE for page in found)
    assert [page[-1].split()[-3:] for page in found] == [
        [str(number), "/", str(len(found))] for number in range(1, len(found) + 1)
    ]
    return [page[1:-1] for page in found]


def test_pages_are_filled(made: Document) -> None:
    assert max(blanks(made)) < BLANK_MAX


def test_no_heading_is_at_the_foot_of_a_page(made: Document, pages: list[list[str]]) -> None:
    headings = [made.words(block.line) for block in made.blocks if isinstance(block, Heading)]
    assert all(any(heading in page for page in pages) for heading in headings)
    assert [page[-1] for page in pages if page[-1] in headings] == []


def test_a_drawing_is_on_the_page_of_its_caption(made: Document, tmp_path: Path) -> None:
    found = words_of(to_pdf(made), tmp_path, "-bbox")
    for page in found.split("<page ")[1:]:
        words = re.findall(r'yMin="([\d.]+)"[^>]*>([^<]*)<', page)
        # What begins at the upper margin of 24 mm has no drawing above it.
        top = [word for y, word in words if 60 < float(y) < 80]
        assert top[:1] != ["Figure"], top


def test_a_table_begins_on_the_page_of_its_caption(made: Document, pages: list[list[str]]) -> None:
    captioned = [b for b in made.blocks if isinstance(b, Table) and b.caption]
    for number, table in enumerate(captioned, start=1):
        (below,) = (
            page[at:]
            for page in pages
            for at, line in enumerate(page)
            if line.startswith(f"Table {number}. ")
        )
        first = table.header or table.rows[0]
        row = " ".join(filter(None, map(made.words, first)))
        assert any(line.startswith(row[:40]) for line in below), f"Table {number}"


def test_a_table_that_goes_on_says_so(made: Document, pages: list[list[str]]) -> None:
    headings = [made.words(block.line) for block in made.blocks if isinstance(block, Heading)]
    for page in pages:
        # What begins below a heading or caption of its own page needs no other name.
        assert not any(line.endswith(", continued") for line in page[1:])
        name, goes_on, _ = page[0].partition(", continued")
        assert not goes_on or name in ("Summary", *headings) or name.startswith("Table ")


def test_a_table_that_goes_on_has_its_header_again(long: Document, tmp_path: Path) -> None:
    verdicts = next(block for block in long.blocks if isinstance(block, Table))
    header = " ".join(filter(None, map(long.words, verdicts.header)))
    tops = [page[:2] for page in pages_of(long, tmp_path)[:3]]
    assert [lines[1] for lines in tops if lines[0] == "Summary, continued"] == [header]


def test_a_long_report_lists_its_contents(short: Document, long: Document, tmp_path: Path) -> None:
    pages = pages_of(long, tmp_path)
    (listed,) = (line for page in pages[:3] for line in page if line.startswith("Limitations . "))
    assert "Limitations" in pages[int(listed.split()[-1].strip("\u2060")) - 1]
    assert not any("Contents" in page for page in pages_of(short, tmp_path))
