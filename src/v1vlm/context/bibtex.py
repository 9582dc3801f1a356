"""A BibTeX file beside a text: its works become the text's list of references.

The file is untrusted data. It is read character by character, once; nothing in it is executed or
expanded, save the accents of LaTeX and the `@string` abbreviations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from v1vlm.context.prose import shorten, split_blocks
from v1vlm.errors import InputError

WORKS_MAX = 2000
FIELD_MAX = 1000
_ENTRY = re.compile(r"@\s{0,20}([A-Za-z]{1,30})\s{0,20}([{(])")
_KEY = re.compile(r"\s{0,200}([^\s,{}()=\"#%]{1,120})\s{0,200},")
_FIELD = re.compile(r"[\s,]{0,400}([A-Za-z][\w-]{0,40})\s{0,40}=\s{0,40}")
_NAME = re.compile(r"[\w.:+-]{1,60}")
_ACCENT = re.compile(r"\\([`'^\"~=.]|[uvHcrk](?![A-Za-z]))\s{0,4}\{?\\?([A-Za-z])\}?")
_COMMAND = re.compile(r"\\[A-Za-z]{1,20}\s{0,4}|\\(?=[^A-Za-z])")
_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328",
}  # fmt: skip
_LETTERS = {
    "\\ss": "ß", "\\o": "ø", "\\O": "Ø", "\\l": "ł", "\\L": "Ł", "\\ae": "æ", "\\AE": "Æ",
    "\\oe": "œ", "\\aa": "å", "\\AA": "Å", "\\&": "&", "\\%": "%", "\\_": "_", "--": "–", "~": " ",
}  # fmt: skip
_LETTER = re.compile(
    "|".join(re.escape(k) + ("(?![A-Za-z])" if k[-1].isalpha() else "") for k in _LETTERS)
)
_LATEX_CITE = re.compile(r"\\cite[a-zA-Z]{0,12}\*?(?:\[[^\]\n]{0,80}\]){0,2}\{([^{}]{1,1000})\}")
_PANDOC_CITE = re.compile(r"\[([^\[\]@\n]{0,80}@[^\[\]]{1,1000})\]")
_PANDOC_KEY = re.compile(r"-?@\{?([\w:.#$%&+?<>~/-]{0,119}\w)\}?")


@dataclass(frozen=True)
class BibWork:
    """One entry of a BibTeX file, in plain text."""

    key: str
    surnames: tuple[str, ...]
    initials: tuple[str, ...]
    year: str
    title: str
    source: str
    doi: str

    def cited(self, letter: str) -> str:
        """As a text cites it: "Niell & Stryker, 2008"."""
        names = self.surnames
        lead = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
        return f"{lead}, {self.year}{letter}"

    def listed(self, letter: str) -> str:
        """As a list of references holds it."""
        names = ", ".join(
            f"{surname}, {initials}" if initials else surname
            for surname, initials in zip(self.surnames, self.initials, strict=True)
        )
        doi = f" doi:{self.doi}" if self.doi else ""
        source = f" {self.source}." if self.source else ""
        return f"{names} ({self.year}{letter}). {self.title.rstrip('.')}.{source}{doi}"


def with_references(text: str, bibtex: str, name: str = "references.bib") -> str:
    r"""A text that ends in the list of references of a BibTeX file.

    Citations by key, ``[@niell2008]`` and ``\cite{niell2008}``, become author and year. Numbers
    in brackets are left: which entry a number means, only a numbered list can say. Works of one
    first author and year get letters, in the order of the file.

    Parameters
    ----------
    text, bibtex : str
        Contents of the two files.
    name : str
        Of the BibTeX file, for messages.

    Raises
    ------
    InputError
        If the file holds no work with authors, year and title, or more than `WORKS_MAX`, or if
        the text has a list of references of its own.
    """
    if any(block.listing for block in split_blocks(text)):
        raise InputError(
            f"The text has a list of references; {name!r} would be a second one.",
            "Leave out --references, or cut the list off the text.",
        )
    works = parse_bibtex(bibtex)
    if not works:
        raise InputError(
            f"{name!r} holds no work that has authors, a year and a title.",
            "Give a BibTeX file, or a list of references at the end of the text.",
        )
    if len(works) > WORKS_MAX:
        raise InputError(
            f"{name!r} holds {len(works)} works.", f"Leave what is cited, at most {WORKS_MAX}."
        )
    letters = _letters(works)
    by_key = {work.key: work.cited(letters[work.key]) for work in works}
    cited = _LATEX_CITE.sub(
        lambda m: _in_brackets(m[0], m[1].split(","), by_key, m[0].startswith("\\citet")), text
    )
    cited = _PANDOC_CITE.sub(
        lambda m: _in_brackets(m[0], _PANDOC_KEY.findall(m[1]), by_key, False), cited
    )
    listed = "\n\n".join(work.listed(letters[work.key]) for work in works)
    return f"{cited.rstrip()}\n\nReferences\n\n{listed}\n"


def parse_bibtex(text: str) -> tuple[BibWork, ...]:
    """Works of a BibTeX file that have authors, year and title; the first of each key."""
    strings: dict[str, str] = {}
    found: dict[str, BibWork] = {}
    for kind, key, fields in _entries(text, strings):
        if kind == "string":
            strings.update(fields)
        elif kind not in ("comment", "preamble"):
            work = _work(key, fields)
            if work is not None:
                found.setdefault(key, work)
    return tuple(found.values())


def _entries(text: str, strings: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    at = 0
    while (begin := _ENTRY.search(text, at)) is not None:
        kind, at = begin[1].lower(), begin.end()
        key = None if kind in ("string", "comment", "preamble") else _KEY.match(text, at)
        if key is not None:
            at = key.end()
        fields: dict[str, str] = {}
        while kind not in ("comment", "preamble") and (field := _FIELD.match(text, at)):
            value, at = _value(text, field.end(), strings)
            fields.setdefault(field[1].lower(), value)
        if key is not None or kind == "string":
            yield kind, key[1] if key is not None else "", fields


def _value(text: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    """A field's value, pieces joined by #, and where it ends."""
    pieces = []
    while at < len(text):
        if text[at] in '{"':
            piece, at = _delimited(text, at)
        elif (name := _NAME.match(text, at)) is not None:
            piece, at = strings.get(name[0].lower(), name[0]), name.end()
        else:
            break
        pieces.append(piece[:FIELD_MAX])
        more = re.compile(r"\s{0,100}#\s{0,100}").match(text, at)
        if more is None:
            break
        at = more.end()
    return "".join(pieces)[:FIELD_MAX], at


def _delimited(text: str, at: int) -> tuple[str, int]:
    """What stands between braces or quotes, braces inside being balanced."""
    closing, depth, start = ("}" if text[at] == "{" else '"'), 0, at + 1
    for i in range(start, len(text)):
        char = text[i]
        if depth == 0 and char == closing:
            return text[start:i], i + 1
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return text[start:i], i
    return text[start:], len(text)


def _work(key: str, fields: Mapping[str, str]) -> BibWork | None:
    year = re.search(r"(?:1[5-9]|20)\d\d", fields.get("year") or fields.get("date", ""))
    authors = [_author(name) for name in _people(fields.get("author") or fields.get("editor", ""))]
    authors = [author for author in authors if author[0]]
    title = _plain(fields.get("title", ""))
    if not year or not authors or not title:
        return None
    names = ("journal", "journaltitle", "booktitle", "publisher")
    source = next((_plain(fields[n]) for n in names if fields.get(n)), "")
    where = " ".join(_plain(fields.get(n, "")) for n in ("volume", "pages")).strip()
    doi = _plain(fields.get("doi", "")).rpartition("doi.org/")[2]
    return BibWork(
        key=key,
        surnames=tuple(surname for surname, _ in authors),
        initials=tuple(initials for _, initials in authors),
        year=year[0],
        title=shorten(title, 300),
        source=f"{source} {where}".strip(),
        doi=doi.replace(" ", ""),
    )


def _people(names: str) -> list[str]:
    """People of a list joined by "and", which may stand inside braces as part of a name."""
    people, depth = [""], 0
    for word in re.split(r"(\s+)", names):
        if depth == 0 and word.lower() == "and":
            people.append("")
            continue
        depth += word.count("{") - word.count("}")
        people[-1] += word
    return [person.strip() for person in people if person.strip() not in ("", "others")]


def _author(name: str) -> tuple[str, str]:
    """Surname and initials of "Niell, Cristopher M." or "Cristopher M. Niell"."""
    if name.startswith("{") and name.endswith("}"):
        return _plain(name), ""
    surname, comma, given = (_plain(part) for part in name.partition(","))
    if not comma:
        words = surname.split()
        first = next((i for i, word in enumerate(words[:-1]) if word[0].islower()), len(words) - 1)
        surname, given = " ".join(words[first:]), " ".join(words[:first])
    given = given.rpartition(",")[2]
    return surname, " ".join(f"{word[0].upper()}." for word in re.findall(r"\w[\w.'’]*", given))


def _plain(text: str) -> str:
    """LaTeX as plain text: accents composed, braces and commands dropped, on one line."""
    text = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2] + _MARKS[m[1]]), text)
    text = _LETTER.sub(lambda m: _LETTERS[m[0]], text)
    text = _COMMAND.sub("", text).replace("{", "").replace("}", "").replace("$", "")
    return " ".join(text.split())


def _letters(works: tuple[BibWork, ...]) -> dict[str, str]:
    """a, b, c for works that share first author and year; nothing for the others."""
    shared: dict[tuple[str, str], list[str]] = {}
    for work in works:
        shared.setdefault((work.surnames[0].casefold(), work.year), []).append(work.key)
    return {
        key: "abcdefghijklmnopqrstuvwxyz"[i] if 1 < len(keys) <= 26 else ""
        for keys in shared.values()
        for i, key in enumerate(keys)
    }


def _in_brackets(said: str, keys: list[str], by_key: Mapping[str, str], in_text: bool) -> str:
    """The citation in words; as it stands if one of its keys is unknown."""
    cited = [by_key.get(key.strip()) for key in keys]
    known = [words for words in cited if words is not None]
    if not known or len(known) < len(cited):
        return said
    if in_text and len(known) == 1:
        lead, _, year = known[0].rpartition(", ")
        return f"{lead} ({year})"
    return f"({'; '.join(known)})"
