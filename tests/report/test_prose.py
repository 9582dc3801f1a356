"""The scientist's sentences: tied to the record, or replaced with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.conftest import CONTEXT, study
from v1vlm.context.prose import split_sentences
from v1vlm.report.document import Cite, Constant, Evidence, Line, Ref, Text
from v1vlm.report.formats import clean
from v1vlm.report.prose import Reader
from v1vlm.report.said import reader_of

STATE = study(3)[0]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return reader_of(STATE, CONTEXT)


def bare(line: Line) -> Line:
    """Without what the sentences rest on."""
    kept = [inline for inline in line if not isinstance(inline, Evidence)]
    while kept and kept[-1] == Text(" "):
        kept.pop()
    return tuple(kept)


def evidence(line: Line) -> list[str]:
    return [inline.kind for inline in line if isinstance(inline, Evidence)]


def test_marks_become_references(reader: Reader) -> None:
    said = "Of H1, [[H1.estimate]], and of [[count.supported]] claim see [[lab:xu2024]]."
    line, left, _ = reader.read(said, "x")
    assert left == ()
    assert bare(line) == (
        Text("Of "),
        Ref(("trials", 0, "finding", "id"), "text"),
        Text(", "),
        Ref(("trials", 0, "finding", "estimate"), "estimate"),
        Text(", and of "),
        Ref(("counts", "supported"), "count"),
        Text(" claim see "),
        Cite(("lab:xu2024",)),
        Text("."),
    )


def test_typed_numbers_keep_their_words_and_get_the_place_of_their_value(reader: Reader) -> None:
    finding = STATE.findings[0]
    line, left, _ = reader.read(f"The estimate of H1 was about {finding.estimate:.2f}.", "x")
    assert left == ()
    number = next(i for i in line if isinstance(i, Ref) and i.words)
    assert number == Ref(
        ("trials", 0, "finding", "estimate"), "estimate", f"{finding.estimate:.2f}"
    )


def test_neighbouring_citations_share_brackets_and_a_work_in_both_lists_is_one(
    reader: Reader,
) -> None:
    line, *_ = reader.read("So it is [[lab:sillito1995]] [[lab:xu2024]].", "x")
    assert bare(line) == (Text("So it is "), Cite(("lab:sillito1995", "lab:xu2024")), Text("."))


def test_typed_citations_of_known_works_become_citations(reader: Reader) -> None:
    line, left, _ = reader.read("Tuning is sharp (Niell & Stryker, 2008).", "x")
    assert (bare(line), left) == (
        (Text("Tuning is sharp "), Cite(("ctx:niell2008",)), Text(".")),
        (),
    )
    line, left, _ = reader.read("Niell and Stryker (2008) found it.", "x")
    assert (bare(line)[1], left) == (Cite(("ctx:niell2008",)), ())


def test_names_with_digits_are_known_ones(reader: Reader) -> None:
    line, left, _ = reader.read("H2 is about V1-like units at level L1.", "x")
    assert left == ()
    assert bare(line) == (
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
        ("It took 3 minutes.", "“3” is recorded, but not as s"),
        ("It falls by 12.5 % there.", "“12.5” (share) is no recorded number"),
        ("See H7 for more.", "“H7” names nothing of this study"),
        ("It is [[H7.estimate]].", "nothing to quote at “H7.estimate”"),
        ("It is [[H1.secret]].", "nothing to quote at “H1.secret”"),
        ("It is [[count.planets]].", "nothing to quote"),
        ("So says [[ctx:nobody1900]].", "nothing to quote"),
        ("H1 was contradicted.", "the verdict on H1 is “supported”"),
        ("V1 neurons prefer it.", "the energy twin was tested"),
        ("A t-test was run.", "the journal holds nothing of the kind"),
    ],
)
def test_other_sentences_are_replaced_with_the_reason(
    reader: Reader, sentence: str, reason: str
) -> None:
    line, left, _ = reader.read(f"All is well. {sentence} The end.", "conclusions")
    said = "".join(i.text for i in line if isinstance(i, Text))
    assert said.startswith("All is well.")
    assert said.rstrip().endswith("The end.")
    assert "The laboratory's" in said
    assert [(item.place, item.sentence) for item in left] == [("conclusions", sentence)]
    assert reason in left[0].reason


def test_the_laboratorys_sentence_says_what_was_found_once(reader: Reader) -> None:
    line, left, _ = reader.read("H1 was refuted. H1 is wrong. H2 was confirmed.", "x")
    assert len(left) == 3
    said = "".join(i.text for i in line if isinstance(i, Text))
    assert said.count("The laboratory's finding on ") == 2


def test_claims_carry_the_level_of_their_findings(reader: Reader) -> None:
    said = "H1 was supported. It held. H2 was contradicted. So it goes."
    line, left, told = reader.read(said, "x")
    assert left == ()
    assert evidence(line) == ["robust", "contradicted", "unchecked"]
    assert told == ("confirmed", "confirmed", "confirmed", "not checked")
    assert evidence(reader.read("H3 was inconclusive.", "x")[0]) == ["undecided"]
    assert evidence(reader.read("So it is [[lab:xu2024]].", "x")[0]) == ["literature"]
    assert evidence(reader.read("H1 and H2 were tested.", "x")[0]) == ["unchecked"]


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        ("It is 3 times larger.", ["“3” is recorded, but not as ratio"]),
        ("No decision on H1 would have surprised us.", []),
        ("H2 does it the way it does.", ["cannot be held against the finding"]),
    ],
)
def test_what_cannot_be_checked_is_printed_and_says_so(
    reader: Reader, sentence: str, reasons: list[str]
) -> None:
    line, disputed, told = reader.read(sentence, "x")
    assert told == ("not checked",)
    assert evidence(line) == ["unchecked"]
    assert all(one.printed for one in disputed)
    assert len(disputed) == len(reasons)
    assert all(reason in one.reason for reason, one in zip(reasons, disputed, strict=True))
    # What nothing can mark is not printed.
    line, disputed, _ = reader.read(sentence, "x", marked=False)
    assert not (line and disputed)


def test_beside_what_cannot_be_checked_stands_what_was_found(reader: Reader) -> None:
    line, _, _ = reader.read("H2 does it the way it does.", "x")
    mark = line[-1]
    assert isinstance(mark, Evidence)
    assert mark.parts[0] == Text("not checked")
    assert Ref(("trials", 1, "finding", "verdict"), "text") in mark.parts


@pytest.mark.parametrize(
    "sentence",
    [
        "The untuned account expects no difference in H1.",
        "The registered direction of H1 was positive.",
        "The prediction of H1 was registered before its test.",
    ],
)
def test_what_is_on_record_carries_no_verdict(reader: Reader, sentence: str) -> None:
    assert evidence(reader.read(sentence, "x")[0]) == ["record"]


def test_a_rationale_is_not_marked(reader: Reader) -> None:
    line, *_ = reader.read("Pools are broad.", "x", place="background", marked=False)
    assert line == (Text("Pools are broad."),)


def test_claims_are_about_the_twin(reader: Reader) -> None:
    said = "V1 neurons prefer it."
    assert reader.read(said, "x", place="background")[1] == ()
    assert "twin was tested" in reader.read(said, "x")[1][0].reason
    assert reader.read("V1 neurons prefer it [[lab:xu2024]].", "x")[1] == ()


@given(st.text(alphabet="ab H1V[].:2½² \n%°±–×eLcount.supported\x00", max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    reader = reader_of(STATE, CONTEXT)
    line, left, _ = reader.read(text, "x")
    # Building a Text checks it; here: what is not printed is accounted for.
    assert (line == ()) <= (bool(left) or not split_sentences(clean(text)))
