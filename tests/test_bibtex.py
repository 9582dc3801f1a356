"""A BibTeX file beside a text: its works are listed and cited; it is data, never code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v1vlm.context import parse_context, with_references
from v1vlm.context.bibtex import WORKS_MAX, parse_bibtex
from v1vlm.errors import InputError

NIELL = r"""
@string{jn = "J. Neurosci."}
@Article{niell2008,
  author  = {Niell, Cristopher M. and Stryker, Michael P.},
  title   = {Highly selective receptive fields in {Mouse} visual cortex},
  journal = jn # " X",
  volume  = 28, pages = {7520--7536}, year = 2008,
  doi     = {https://doi.org/10.1523/JNEUROSCI.0623-08.2008}
}
"""
HUBENER = '@article{hub, author="H{\\"u}bener, Mark", title="Mouse visual cortex", year="2003"}'


def test_a_work_in_full() -> None:
    (work,) = parse_bibtex(NIELL)
    assert work.surnames == ("Niell", "Stryker")
    assert work.initials == ("C. M.", "M. P.")
    assert work.title == "Highly selective receptive fields in Mouse visual cortex"
    assert work.source == "J. Neurosci. X 28 7520–7536"
    assert work.doi == "10.1523/JNEUROSCI.0623-08.2008"


@pytest.mark.parametrize(
    ("author", "surnames"),
    [
        ('H{\\"u}bener, Mark and Bola\\~nos, F. and others', ("Hübener", "Bolaños")),
        ("Ludwig van Beethoven and M{\\o}ller, Jens", ("van Beethoven", "Møller")),
        ("{The MICrONS and Friends Consortium}", ("The MICrONS and Friends Consortium",)),
        ("{\\v S}afran, A. and \\c{C}elik, B. and \\'Alvarez", ("Šafran", "Çelik", "Álvarez")),
    ],
)
def test_names(author: str, surnames: tuple[str, ...]) -> None:
    (work,) = parse_bibtex(f"@misc{{k, author = {{{author}}}, title = {{T}}, date = {{2001-02}}}}")
    assert work.surnames == surnames
    assert work.year == "2001"


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("It is so [@niell2008].", "It is so (Niell & Stryker, 2008)."),
        ("It is so [see @niell2008, p. 3; @hub].",
         "It is so (Niell & Stryker, 2008; Hübener, 2003)."),
        (r"It is so \citep[see][]{niell2008, hub}.",
         "It is so (Niell & Stryker, 2008; Hübener, 2003)."),
        (r"\citet{hub} said so.", "Hübener (2003) said so."),
        ("It is so [@unknown].", "It is so [@unknown]."),
        (r"It is so \cite{niell2008,unknown}.", r"It is so \cite{niell2008,unknown}."),
        ("Mail nobody@niell2008 [1].", "Mail nobody@niell2008 [1]."),
    ],
)  # fmt: skip
def test_citations_by_key_become_author_and_year(said: str, reads: str) -> None:
    assert with_references(said, NIELL + HUBENER).startswith(reads + "\n\nReferences\n")


def test_listed_works_are_found_by_the_context() -> None:
    text = "# On mice\n\nMice see [@niell2008]. Hübener (2003) agrees.\n"
    works = {work.key: work for work in parse_context(with_references(text, NIELL + HUBENER)).works}
    assert set(works) == {"ctx:niell2008", "ctx:hubener2003"}
    niell = works["ctx:niell2008"]
    assert niell.authors == ("Niell", "Stryker")
    assert niell.doi == "10.1523/JNEUROSCI.0623-08.2008"
    assert [place.quote for place in niell.places] == ["Mice see (Niell & Stryker, 2008)."]
    assert len(works["ctx:hubener2003"].places) == 1


def test_namesakes_get_letters() -> None:
    again = HUBENER.replace("{hub,", "{hub2,").replace("Mouse visual", "Another visual")
    text = with_references("One [@hub], two [@hub2].", HUBENER + again)
    works = parse_context(text).works
    assert [(w.key, w.title) for w in works] == [
        ("ctx:hubener2003a", "Mouse visual cortex"),
        ("ctx:hubener2003b", "Another visual cortex"),
    ]


@pytest.mark.parametrize(
    ("text", "bibtex", "what"),
    [
        ("A text.", "", "holds no work"),
        ("A text.", "@article{a, title={No author or year}}", "holds no work"),
        ("A text.", "just words", "holds no work"),
        ("A text.\n\nReferences\n\n[1] A. Author (2001). Title.", NIELL, "has a list of ref"),
        ("A text.", "".join(HUBENER.replace("{hub,", f"{{h{i},") for i in range(WORKS_MAX + 1)),
         f"holds {WORKS_MAX + 1} works"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(text: str, bibtex: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        with_references(text, bibtex, "my.bib")


@given(st.text(alphabet='@{}"#=,\\ \nab1%article', max_size=300))
def test_nonsense_is_no_crash(text: str) -> None:
    parse_bibtex(text)
    parse_bibtex(NIELL + text)


@pytest.mark.parametrize("unit", ["{", "@a{b,c={", '@a{b,c="', "\\cite{", "[@", "@string{a=", "#a"])
def test_two_hundred_kilobytes_of_nonsense(unit: str) -> None:
    """Work in proportion to the square of this would not end."""
    text = unit * (200_000 // len(unit))
    parse_bibtex(text)
    assert parse_bibtex(NIELL + text)[0].key == "niell2008"
    assert "Niell & Stryker" in with_references(f"[@niell2008] {text}", NIELL)


def test_nothing_is_read_or_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    evil = (
        rf"@preamble{{ \write18{{touch {trace}}} }}"
        rf"@misc{{../../{trace.name}, author={{\input{{/etc/passwd}} Evil}}, year=2001,"
        rf" title={{\immediate\write18{{touch {trace}}} T}}}}"
    )
    (work,) = parse_bibtex(evil)
    assert not trace.exists()
    assert "root:" not in str(work)
    assert "\\" not in work.title
