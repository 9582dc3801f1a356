"""What the PDF says of itself, and where it leads."""

from __future__ import annotations

import re
import zlib

import pytest

from tests.report.conftest import CONTEXT
from v1vlm.journal import State
from v1vlm.report import compose, to_pdf
from v1vlm.report.document import Document, Heading
from v1vlm.store import MemoryStore


@pytest.fixture(scope="module")
def document(small: tuple[State, MemoryStore]) -> Document:
    return compose(small[0], CONTEXT, {})


@pytest.fixture(scope="module")
def objects(document: Document) -> str:
    """Everything in the file that is not compressed, or once it is not."""
    made = to_pdf(document)
    assert made == to_pdf(document)
    parts = [made]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, flags=re.S):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts).decode("latin-1")


def test_the_file_says_what_it_is(objects: str) -> None:
    assert "/Author" in objects
    assert "V1VLM 0.1.0" in objects
    assert "3 hypotheses, registered before their data" in objects
    assert "in-silico neuroscience, primary visual cortex, digital twin, energy" in objects
    assert re.search(r"/Lang ?\(en", objects)
    assert "CreationDate" not in objects


def test_every_heading_is_a_bookmark(objects: str, document: Document) -> None:
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert "/Outlines" in objects
    bookmarks = re.findall(r"/Parent \d+ 0 R[^>]*?/Title|/Title[^>]*?/Parent \d+ 0 R", objects)
    assert len(bookmarks) == len(headings)


def test_works_lead_to_their_doi_and_ids_to_their_result(objects: str) -> None:
    assert "https://doi.org/10.1152/jn.00692.2001" in objects
    assert "result-0" in objects
    assert "result-2" in objects
