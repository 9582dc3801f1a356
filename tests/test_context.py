import hashlib
import math
import re
import sys
import unicodedata
from pathlib import Path
from re import _parser  # the parse tree of a pattern

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import v1vlm.context as package
from v1vlm.context import (
    Context,
    citations,
    pack,
    parse_context,
    prose,
    read_context,
    reading,
    references,
    relevance,
    words,
    works_about,
)
from v1vlm.errors import InputError

EXAMPLE = Path(__file__).parents[1] / "examples" / "context.txt"
LIST = """

References

Keller, A. J., Dipoppa, M., & Scanziani, M. (2020a). A disinhibitory circuit. Neuron, 108, 1181.
Keller, A. J., Roth, M. M., & Scanziani, M. (2020b). Feedback generates a field. Nature, 582, 545.
"""


def keys(text: str) -> list[str]:
    return [work.key for work in parse_context(text).works]


@pytest.fixture(scope="module")
def paper() -> Context:
    return read_context(EXAMPLE)


class TestCitations:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("As Niell and Stryker (2008) show.", ["niell2008"]),
            ("As Niell & Stryker's (2008, 2010) work shows.", ["niell2008", "niell2010"]),
            (
                "It falls (Adesnik et al., 2012; Keller et al., 2020a, 2020b).",
                ["adesnik2012", "keller2020a", "keller2020b"],
            ),
            ("Nurminen et al.'s (2018) data; Smith (1999, p. 12).", ["nurminen2018", "smith1999"]),
            ("It falls (Keller et al 2020a,b).", ["keller2020a", "keller2020b"]),
            (
                "It falls (e.g., Bolaños et al., 2024; see also Škorić, 1999).",
                ["bolanos2024", "skoric1999"],
            ),
            (
                "Work of van der Waerden (1931) and of O'Keefe (1971).",
                ["vanderwaerden1931", "okeefe1971"],
            ),
            ("By C. M. Niell and M. P. Stryker (2008).", ["niell2008"]),
            ("In sum (Cavanaugh, Bair, and Movshon, 2002) it falls.", ["cavanaugh2002"]),
            ("In sum (Smith, Jones, et al., 2002) it falls.", ["smith2002"]),
            ("Coen-\nCagli et al. (2015) agree.", ["coencagli2015"]),
            ("By Coen-Cagli\r\net al. (2015), supp-\r\nression.", ["coencagli2015"]),
            ("By Bolan\u0303os and colleagues (2024).", ["bolanos2024"]),
            ("[Niell 2008] is in brackets.", ["niell2008"]),
            ("De Valois (1982) and deVries (1996).", ["devalois1982"]),
            ("In March 2020 the lab (2020) closed, in May (2021), too (since 1999).", []),
            ("Pages (12-2008), a price (1999.5) and V1 (2000).", []),
        ],
    )
    def test_author_year(self, text, expected):
        assert keys(text) == [f"ctx:{key}" for key in expected]

    def test_authors_and_places_of_a_narrative_citation(self):
        context = parse_context("First. Then Cavanaugh, Bair and Movshon (2002) found it.\n\nLast.")
        (work,) = context.works
        assert work.authors == ("Cavanaugh", "Bair", "Movshon")
        assert (work.year, work.entry, work.title) == (2002, "", "")
        (place,) = work.places
        assert (place.section, place.sentence) == (0, 1)
        assert place.quote == "Then Cavanaugh, Bair and Movshon (2002) found it."

    def test_letters_join_citations_to_the_list(self):
        works = parse_context("It falls (Keller et al., 2020b)." + LIST).works
        assert [work.key for work in works] == ["ctx:keller2020b", "ctx:keller2020a"]
        assert works[0].authors == ("Keller", "Roth", "Scanziani")
        assert works[1].places == ()

    def test_unlettered_namesakes_are_told_apart_by_their_authors(self):
        listed = LIST.replace("2020a", "2020").replace("2020b", "2020").replace("Dipoppa, M., ", "")
        works = parse_context("So Keller et al. (2020), not Keller and Scanziani (2020)." + listed)
        found = {work.key: (work.authors, len(work.places)) for work in works.works}
        assert found == {
            "ctx:keller2020a": (("Keller", "Scanziani"), 1),
            "ctx:keller2020b": (("Keller", "Roth", "Scanziani"), 1),
        }

    def test_the_list_corrects_a_word_taken_for_an_author(self):
        entry = "\n\nReferences\n\nNiell, C. M., & Stryker, M. P. (2008). Selective. J. 28, 1."
        assert keys("In Macaque, Niell and Stryker (2008) look." + entry) == ["ctx:niell2008"]

    def test_numeric_citations_are_resolved_by_the_numbered_list(self):
        text = (
            "One [3]. Two [1\u20132, 9]. An interval [0, 1].\n\n## References\n\n"
            "[1] Niell CM, Stryker MP. Highly selective. J Neurosci. 2008;28:7520-36.\n"
            "[2] C. Niell and M. Stryker, “Modulation of visual responses,” Neuron, 2010,\n"
            "    doi:10.1016/j.neuron.2010.01.033.\n"
            "[3] Carandini, M. & Heeger, D. J. Normalization as a. Nat. Rev. 13, 51 (2012).\n"
        )
        works = {work.key: work for work in parse_context(text).works}
        assert list(works) == ["ctx:carandini2012", "ctx:niell2008", "ctx:niell2010"]
        assert [p.sentence for p in works["ctx:niell2008"].places] == [1]
        assert works["ctx:niell2008"].authors == ("Niell", "Stryker")
        assert works["ctx:niell2008"].title == "Highly selective"
        assert works["ctx:niell2010"].title == "Modulation of visual responses"
        assert works["ctx:niell2010"].doi == "10.1016/j.neuron.2010.01.033"
        assert works["ctx:carandini2012"].authors == ("Carandini", "Heeger")
        assert works["ctx:carandini2012"].title == "Normalization as a"

    @pytest.mark.parametrize(
        "heading",
        ["References", "REFERENCES:", "## References", "5. Bibliography", "**Literature**"],
    )
    @pytest.mark.parametrize("mark", ["", "- ", "1. "])
    def test_headings_and_marks_of_the_list(self, heading, mark):
        text = f"It is so.\n\n{heading}\n{mark}Ko, H. (2011). Wiring\nin V1. Nature, 473, 87."
        (work,) = parse_context(text).works
        assert (work.key, work.title) == ("ctx:ko2011", "Wiring in V1")
        assert work.entry == "Ko, H. (2011). Wiring in V1. Nature, 473, 87."

    def test_a_doi_may_hold_brackets(self):
        entry = "Kapadia, M. (1995). Title. (doi:10.1016/0896-6273(95)90175-2)."
        (work,) = parse_context(f"References\n{entry}").works
        assert work.doi == "10.1016/0896-6273(95)90175-2"

    def test_entries_of_one_author_and_year_keep_distinct_keys(self):
        text = "References\n" + "Ko, H. (2011). Wiring in V1. Nature.\n" * 60
        found = keys(text)
        assert len(set(found)) == 60
        assert found[:2] == ["ctx:ko2011a", "ctx:ko2011b"]

    def test_a_long_sentence_is_quoted_around_the_citation(self):
        text = "word " * 100 + "(Niell and Stryker, 2008) " + "word " * 100
        quote = parse_context(text).works[0].places[0].quote
        assert len(quote) == 200
        assert "Niell and Stryker, 2008" in quote
        assert quote.startswith("…")
        assert quote.endswith("…")


class TestProse:
    def test_sections_and_title(self):
        text = (
            "# A title\n\n## Introduction\n\nOne. Two\nlines.\n\nMethods\nThree.\n\nReferences\nx"
        )
        context = parse_context(text)
        assert context.title == "A title"
        assert [(s.heading, s.text) for s in context.sections] == [
            ("Introduction", "One. Two lines."),
            ("Methods", "Three."),
        ]

    def test_a_plain_first_line_is_the_title(self):
        context = parse_context("Context in V1\n\nNeurons answer to edges.\n")
        assert context.title == "Context in V1"
        assert [s.heading for s in context.sections] == ["Context in V1"]

    def test_a_text_without_headings_is_titled_by_its_first_sentence(self):
        title = parse_context("Neurons " + "answer " * 40 + "to edges. They do.").title
        assert title.startswith("Neurons answer")
        assert title.endswith("…")
        assert len(title) <= 120

    def test_short_lines_in_a_row_stay_text(self):
        text = "Notes on V1\n\nsurround\n\nSurround tuning\n\nContrast\n\nIt ends here."
        body = " ".join(s.text for s in parse_context(text).sections)
        assert "Surround tuning" in body

    def test_sentences_do_not_end_at_abbreviations(self):
        text = 'See Fig. 2 by A. Smith et al. Now, e.g. V1 is 0.5 mm. Is it? "Yes." Good.'
        assert prose.split_sentences(text) == (
            "See Fig. 2 by A. Smith et al. Now, e.g. V1 is 0.5 mm.",
            "Is it?",
            '"Yes."',
            "Good.",
        )

    def test_words_cut_by_a_line_end_are_joined(self):
        assert prose.clean("sup-\n  pression of Coen-\r\nCagli") == "suppression of Coen-Cagli"

    def test_terms_join_inflections_and_leave_names_out(self):
        text = (
            "Surrounds suppress. A surround suppressed Self et al. (2014). The surround is itself."
        )
        terms = {t.text: t.count for t in parse_context(text).terms}
        assert terms["surround"] == 3
        assert "self" not in terms
        assert "the" not in terms

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("crossings", "crossed"),
            ("normalisation", "normalizations"),
            ("scenes", "scene"),
            ("generalises", "generalizing"),
            ("symmetries", "symmetry"),
            ("curved", "curve"),
        ],
    )
    def test_stems(self, one, other):
        assert words.stem(one) == words.stem(other)


class TestRelevance:
    def test_orders_topics_of_the_example(self, paper):
        assert relevance(paper, ["surround suppression"]) > relevance(paper, ["symmetry"]) > 0
        assert relevance(paper, ["looming", "deviant"]) == relevance(paper, []) == 0

    def test_matches_inflected_and_hyphenated_phrases(self, paper):
        assert relevance(paper, ["cross-orientation"]) == relevance(paper, ["Cross orientations"])
        assert relevance(paper, ["natural scenes", "Natural-Scene"]) == relevance(
            paper, ["natural scene"]
        )

    def test_closed_form(self):
        # Two adjacent occurrences and one scattered over a sentence.
        context = parse_context("A surround is tuned. It has tuned surrounds. Tuned surround.")
        strength = math.log1p(2 + 0.5)
        assert relevance(context, ["tuned surround"]) == pytest.approx(strength / (strength + 3))

    @given(st.lists(st.sampled_from(["surround", "field", "line", "curve", "zebra"])))
    @settings(max_examples=20, deadline=None)
    def test_bounded_ignores_order_and_never_falls_with_a_keyword(self, keywords):
        context = parse_context("The surround of a field. A curved line, lines. Mouse V1 surround.")
        value = relevance(context, keywords)
        assert 0 <= value < 1
        assert value == relevance(context, keywords[::-1])
        assert relevance(context, [*keywords, "v1"]) > value

    def test_works_about_a_topic(self, paper):
        found = [work.key for work in works_about(paper, ["curvature", "end-stopped"])]
        assert found[:2] == ["ctx:dobbins1987", "ctx:attneave1954"]
        assert works_about(paper, ["looming"]) == ()
        assert works_about(paper, []) == ()


class TestPack:
    def test_all_of_a_small_text(self):
        context = parse_context("Title here\n\nSo say Keller et al. (2020b)." + LIST)
        assert pack(context, 1000) == (
            "Title here\nSo say Keller et al. (2020b).\n\nReferences\n"
            "[ctx:keller2020b] Keller, A. J., Roth, M. M., & Scanziani, M. (2020b). "
            "Feedback generates a field. Nature, 582, 545.\n"
            "[ctx:keller2020a] Keller, A. J., Dipoppa, M., & Scanziani, M. (2020a). "
            "A disinhibitory circuit. Neuron, 108, 1181."
        )

    @pytest.mark.parametrize("size", [1, 40, 500, 3000, 30_000])
    def test_whole_sentences_within_the_room(self, paper, size):
        packed = pack(paper, size)
        assert len(packed) <= size
        body = packed.split("\n\nReferences\n")[0]
        body = body.removeprefix(prose.shorten(paper.title, size)).lstrip("\n")
        known = [s for section in paper.sections for s in section.sentences()]
        kept = [s for s in known if s in body]
        headings = "".join(f"{section.heading}\n" for section in paper.sections)
        assert body in ("", headings + " ".join(kept))
        assert (len(kept) == len(known)) == (size == 30_000)

    def test_references_of_kept_sentences_come_first(self, paper):
        listed = pack(paper, 3000).partition("\n\nReferences\n")[2]
        body = pack(paper, 3000).partition("\n\nReferences\n")[0]
        surnames = re.findall(r"^\[ctx:[a-z0-9]+\] ([\w-]+),", listed, re.MULTILINE)
        assert surnames
        assert all(surname in body for surname in surnames)

    def test_no_room(self, paper):
        with pytest.raises(InputError, match="max_chars is 0"):
            pack(paper, 0)


class TestReading:
    def test_the_digest_is_of_the_exact_text(self, tmp_path):
        text = "Ünïcode\r\ntext (Niell, 2008)."
        file = tmp_path / "c.txt"
        file.write_bytes(b"\xef\xbb\xbf" + text.encode())
        context = read_context(file)
        assert context.text_digest == hashlib.sha256(text.encode()).hexdigest()
        assert context == parse_context(text, "c.txt")
        assert Context.from_json(context.to_json()) == context

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "is empty"),
            (b" \r\n\t", "is empty"),
            (b"abc\x00", "not text: byte 0x00 at offset 3"),
            (b"\x1b[0m", "not text: byte 0x1b at offset 0"),
            (b"caf\xe9 au lait", "not UTF-8: byte 0xe9 at offset 3"),
            (b"\xef\xbb\xbfcaf\xe9", "not UTF-8: byte 0xe9 at offset 6"),
            (b"a" * 2_000_001, "larger than 2 MB"),
        ],
    )
    def test_files_that_are_refused(self, tmp_path, data, message):
        file = tmp_path / "c.txt"
        file.write_bytes(data)
        with pytest.raises(InputError, match=message) as error:
            read_context(file)
        assert len(str(error.value).splitlines()) == 2
        assert repr(str(file)) in error.value.what

    def test_missing_files_and_directories(self, tmp_path):
        with pytest.raises(InputError, match=r"no file .*nowhere\.txt"):
            read_context(tmp_path / "nowhere.txt")
        with pytest.raises(InputError, match="is a directory"):
            read_context(tmp_path)
        with pytest.raises(InputError, match="not a regular file"):
            read_context("/dev/null")

    def test_2_mb_are_read(self, tmp_path):
        file = tmp_path / "c.txt"
        file.write_bytes(b" " * 1_999_999 + b"a")
        assert read_context(file).title == "a"


class TestExample:
    def test_every_work_is_listed_and_cited(self, paper):
        assert len(paper.works) >= 18
        for work in paper.works:
            assert work.entry, work.key
            assert work.places, work.key
            assert work.title, work.key
            assert work.key.startswith("ctx:" + words.fold(work.authors[0])), work.key
            assert work.doi or "arXiv" in work.entry, work.key

    def test_it_is_a_paper_of_one_to_two_pages(self, paper):
        prose_words = sum(len(section.text.split()) for section in paper.sections)
        assert 700 <= prose_words <= 1100
        assert paper.title == "Context in the responses of mouse primary visual cortex"

    def test_its_terms(self, paper):
        terms = [term.text for term in paper.terms]
        assert {"orientation", "surround suppression", "receptive field"} <= set(terms)
        assert paper.terms == tuple(sorted(paper.terms, key=lambda t: (-t.count, t.text)))


PIECES = (
    *("(", ")", "[", "]", "2008", "2008a", "1", "–", ", ", "; ", " and ", "et al.", "Niell", "Ço"),
    *("van ", "\n", "\n\n", "References\n", "# ", "10.1/x", ". ", "é", "-\n", "\ud800", "\u0301"),
)
UNITS = (
    *("(", "Aa, Bb and Cc (2000", "Aa 2000, ", "van ", "A. ", "[1-99]", "Abc\n\n", "zz\n", "\n"),
    *("Aa, B. (2000). T.\n", "et al. ", "1. Aa B. T. (2000)\n"),
)


def check(context: Context) -> None:
    """The laws that hold for any text."""
    sentences = [section.sentences() for section in context.sections]
    assert all(sentences)
    assert len({work.key for work in context.works}) == len(context.works)
    for work in context.works:
        for place in work.places:
            sentence = sentences[place.section][place.sentence]
            assert str(work.year) in sentence or re.search(r"\[\d", sentence)
            assert place.quote.strip("…") in sentence
    assert Context.from_json(context.to_json()) == context


class TestAnyText:
    @given(st.text(st.characters()) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
    @settings(max_examples=200, deadline=None)
    @example("References\nNiell, C. (2008a). T.\nNiell, C. (2008). T.\nNiell, C. (2008). T.")
    @example("[1] 李 (2008).\n\nReferences\n[1] 李 (2008)\n[1] 2008")
    def test_laws(self, text):
        context = parse_context(text)
        check(context)
        assert context == parse_context(text)
        assert len(pack(context, 50)) <= 50
        assert 0 <= relevance(context, ["niell", text]) < 1

    @pytest.mark.parametrize(
        "text",
        ["(" * 10**6, "A" * 10**6, "Aa, " * 250_000 + "and Bb (2000)", "[1," * 330_000],
        ids=["brackets", "letters", "authors", "numbers"],
    )
    def test_a_megabyte_of_nonsense(self, text):
        check(parse_context(text))

    @pytest.mark.parametrize("unit", UNITS)
    @pytest.mark.parametrize("start", ["", "References\n"])
    def test_steps_grow_in_proportion_to_the_text(self, unit, start):
        small, large = (steps(start + unit * (n // len(unit))) for n in (3_000, 6_000))
        assert large <= 2.3 * small + 500

    @pytest.mark.parametrize("module", [citations, prose, reading, references, words])
    def test_no_pattern_can_backtrack_without_bound(self, module):
        assert unbounded(_parser.parse("(a+)?b*?[c]{2,}")) == 3
        patterns = [p for p in vars(module).values() if isinstance(p, re.Pattern)]
        assert patterns
        for pattern in patterns:
            assert unbounded(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)) == 0


def steps(text: str) -> int:
    """Lines of this package that parsing a text executes."""
    root, count = str(Path(package.__file__).parent), 0

    def trace(frame, event, arg):
        nonlocal count
        if not frame.f_code.co_filename.startswith(root):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse_context(text)
    finally:
        sys.settrace(before)
    return count


def unbounded(tree) -> int:
    """Number of repeats without an upper bound in the parse tree of a pattern."""
    found = 0
    for op, argument in tree:
        found += str(op) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 10**6
        stack = [argument]
        while stack:
            item = stack.pop()
            if isinstance(item, _parser.SubPattern):
                found += unbounded(item)
            elif isinstance(item, list | tuple):
                stack += item
    return found


def test_folding_agrees_with_unicode():
    assert words.fold("Škorić") == "skoric"
    assert words.fold("Sjöström") == "sjostrom"
    assert words.fold("Ørsted") == "orsted"
    assert words.fold(unicodedata.normalize("NFD", "Bolaños")) == "bolanos"
