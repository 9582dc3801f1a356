"""The document model: nothing is typed that could be quoted."""

from __future__ import annotations

from typing import Any

import pytest

from v1vlm.errors import IntegrityError
from v1vlm.report.document import (
    CONSTANTS,
    Cite,
    Constant,
    Document,
    Figure,
    Paragraph,
    Ref,
    Reference,
    Table,
    Text,
    line,
    strong,
)


def document(*blocks: Any, **changes: Any) -> Document:
    fields: dict[str, Any] = {
        "title": line("Title"),
        "blocks": blocks,
        "values": {"a": {"b": [0.5, None]}},
        "works": {"lab:x": Reference("X, 2000", "X (2000). On x.")},
    }
    return Document(**{**fields, **changes})


@pytest.mark.parametrize("words", ["3 neurons", "V1", "½", "x²"])
def test_text_refuses_numerals(words: str) -> None:
    with pytest.raises(ValueError, match="quote it by a Ref"):
        Text(words)


def test_constants_are_named() -> None:
    whole = document(Paragraph(line("level {L1} of {V1}")))
    assert whole.words(whole.blocks[0].line) == "level L1 of V1"  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="no constant 'L9'"):
        Constant("L9")
    assert all(isinstance(text, str) for text in CONSTANTS.values())


def test_a_line_takes_parts_by_name() -> None:
    made = line("{a} or {b}!", a=Ref(("a", "b", 0), "estimate"), b=(Text("x"), Text("y")))
    assert document(Paragraph(made)).words(made) == "+0.500 or xy!"


def test_references_are_checked_when_the_document_is_built() -> None:
    with pytest.raises(IntegrityError, match="nothing at a/c"):
        document(Paragraph((Ref(("a", "c")),)))
    with pytest.raises(IntegrityError, match="'lab:y' is cited"):
        document(Paragraph((strong(Cite(("lab:y",))),)))
    with pytest.raises(IntegrityError, match="no figure 'f'"):
        document(Figure("f", (), ()))
    with pytest.raises(ValueError, match="no format 'loud'"):
        Ref(("a",), "loud")
    with pytest.raises(ValueError, match="needs 2 cells"):
        Table((1, 1), ((line("one"),),))


def test_works_are_listed_once_and_only_if_cited() -> None:
    works = {name: Reference(name, name) for name in ("b", "a", "unused")}
    whole = document(
        Paragraph((Cite(("b", "a")), strong(Cite(("a",))))), works=works, title=(Cite(("b",)),)
    )
    assert [key for key, _ in whole.cited()] == ["a", "b"]


def test_absent_values_say_so() -> None:
    made = (Ref(("a", "b", 1), "interval"),)
    assert document(Paragraph(made)).words(made) == "not given"
