"""The scientist's sentences: quoted, or left out with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.report.document import Cite, Constant, Line, Ref, Text
from v1vlm.report.prose import Quotes

QUOTES = Quotes(
    {"H1": 0, "H2b": 1},
    frozenset({"supported"}),
    {
        "ctx:niell2008": "ctx:niell2008",
        "lab:niell2008": "ctx:niell2008",
        "lab:xu2024": "lab:xu2024",
    },
)


def test_marks_become_references() -> None:
    line, left = QUOTES.read("For [[H1.estimate]] and [[count.supported]] see [[lab:xu2024]].", "x")
    assert line == (
        Text("For "),
        Ref(("trials", 0, "finding", "estimate"), "estimate"),
        Text(" and "),
        Ref(("counts", "supported"), "count"),
        Text(" see "),
        Cite(("lab:xu2024",)),
        Text("."),
    )
    assert left == ()


def test_neighbouring_citations_share_brackets_and_a_work_in_both_lists_is_one() -> None:
    line, _ = QUOTES.read("So it is [[lab:niell2008]] [[lab:xu2024]].", "x")
    assert line == (Text("So it is "), Cite(("ctx:niell2008", "lab:xu2024")), Text("."))


def test_names_with_digits_are_known_ones() -> None:
    line, left = QUOTES.read("H2b is about V1-like units at level L1.", "x")
    assert left == ()
    assert line == (
        Ref(("trials", 1, "finding", "id"), "text"),
        Text(" is about "),
        Constant("V1"),
        Text("-like"),
        Text(" units at level "),
        Constant("L1"),
        Text("."),
    )


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("It is 3 times larger.", "“3” is typed"),
        ("It falls by 12.5 % there.", "“12.5” is typed"),
        ("Half, ½, is left.", "typed"),
        ("See H7 for more.", "“H7” is typed"),
        ("It is [[H7.estimate]].", "nothing to quote at “H7.estimate”"),
        ("It is [[H1.secret]].", "nothing to quote at “H1.secret”"),
        ("It is [[count.planets]].", "nothing to quote"),
        ("So says [[ctx:nobody1900]].", "nothing to quote"),
    ],
)
def test_other_sentences_are_left_out_with_the_reason(sentence: str, reason: str) -> None:
    line, left = QUOTES.read(f"All is well. {sentence} The end.", "conclusions")
    assert line == (Text("All is well."), Text(" "), Text("The end."))
    assert [(item.place, item.sentence) for item in left] == [("conclusions", sentence)]
    assert reason in left[0].reason


def test_claims_are_about_the_twin() -> None:
    said = "V1 neurons prefer it."
    assert QUOTES.read(said, "x")[1] == ()
    assert "the twin's were tested" in QUOTES.read(said, "x", claims=True)[1][0].reason
    assert QUOTES.read("V1 neurons prefer it [[lab:xu2024]].", "x", claims=True)[1] == ()


@given(st.text(alphabet="ab H1V[].:2½ \ncountsupported\x00", max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    line, left = QUOTES.read(text, "x")
    # Building a Text checks it; here: what is not printed is accounted for.
    assert (line == ()) <= (bool(left) or not _sentences(text))


def _sentences(text: str) -> Line | bool:
    from v1vlm.context.prose import split_sentences
    from v1vlm.report.formats import clean

    return bool(split_sentences(clean(text)))
