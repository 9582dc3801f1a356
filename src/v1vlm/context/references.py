"""A list of references → entries with authors, year, title and DOI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from v1vlm.context.citations import PARTICLES, is_name
from v1vlm.context.prose import shorten

_NUMBER = re.compile(r"(?:\[(\d{1,3})\]|(\d{1,3})[.)])\s{1,8}(?=\S)")
_BULLET = re.compile(r"[-*•–]\s{1,8}(?=\S)")
_START = re.compile(
    r"(?:[\w'’]{1,12} ){0,3}[^\W\d_][\w'’-]{1,40}"
    r"(?:,? (?:[^\W\da-z_]\.|[^\W\da-z_]{1,3}\b|and\b|&|et al)|,? \(|, [^\W\d_][\w'’-]{1,40})"
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>,;]{1,200}")
_IN_BRACKETS = re.compile(r"\(((?:1[5-9]|20)\d\d)([a-z]?)[,)]")
_BARE = re.compile(r"(?<![\w–/:-])((?:1[5-9]|20)\d\d)([a-z]?)(?![\w/–-])")
_TITLE_BEGINS = re.compile(
    r"(?:[.:,] [\"“‘](?=\w)"
    r"|\. (?=[^\Wa-z][\w'’-]{0,40} (?!and [^\Wa-z]|&|et\b|[^\W\da-z_]\.|[^\W\da-z_]{1,3}[,.])))"
)
_TITLE_ENDS = re.compile(r"[.?!](?=[\"”’]?(?: |$))|,[\"”’]")
_INITIALS = re.compile(r"(?:[^\W\da-z_][a-z]?\.[ -]?){1,5}$|[^\W\da-z_]{1,3}$")
_DIVIDER = re.compile(r"[,;]| & | and |^and |^& ")
_ENTRY_MAX = 2000
_AUTHORS_MAX = 60


@dataclass(frozen=True)
class Entry:
    """One entry of a list of references; `number` is its label where the list is numbered."""

    authors: tuple[str, ...]
    year: int | None
    letter: str
    title: str
    text: str
    doi: str
    number: int | None


def parse_references(lines: Sequence[str]) -> tuple[Entry, ...]:
    """Entries of a list of references, in order.

    Entries begin at a number, a bullet, an empty line, or a line that begins like an author
    once the entry before has its year.
    """
    pieces: list[tuple[int | None, str]] = []
    fresh = True
    numbered = any(_NUMBER.match(line.strip()[:20]) for line in lines)
    for line in lines:
        text = " ".join(line.split())
        if not text:
            fresh = fresh or not numbered
            continue
        number = _NUMBER.match(text)
        bullet = _BULLET.match(text)
        if number:
            pieces.append((int(number[1] or number[2]), text[number.end() :]))
        elif fresh or bullet or (not numbered and _begins(line, pieces[-1][1])):
            pieces.append((None, text[bullet.end() :] if bullet else text))
        elif len(pieces[-1][1]) < _ENTRY_MAX:
            pieces[-1] = (pieces[-1][0], shorten(f"{pieces[-1][1]} {text}", _ENTRY_MAX))
        fresh = False
    return tuple(_entry(number, shorten(text, _ENTRY_MAX)) for number, text in pieces)


def _begins(line: str, before: str) -> bool:
    if line[:1].isspace() or not _START.match(line):
        return False
    return _BARE.search(_DOI.sub("", before)) is not None


def _entry(number: int | None, text: str) -> Entry:
    doi = _DOI.search(text)
    bare = _DOI.sub("", text)
    year = _IN_BRACKETS.search(bare) or _BARE.search(bare)
    begins = _TITLE_BEGINS.search(bare)
    if year and (begins is None or year.start() <= begins.end()):
        names, rest = bare[: year.start()], bare[year.end() :]
    elif begins:
        names, rest = bare[: begins.start()], bare[begins.end() :]
    else:
        names, _, rest = bare.partition(". ")
    return Entry(
        authors=_surnames(names),
        year=int(year[1]) if year else None,
        letter=year[2] if year else "",
        title=_title(rest),
        text=text,
        doi=_trim_doi(doi[0]) if doi else "",
        number=number,
    )


def _surnames(names: str) -> tuple[str, ...]:
    """Surnames of "Niell, C. M. & Stryker, M. P.", "Niell CM, Stryker MP" or "C. M. Niell"."""
    found: list[str] = []
    for part in _DIVIDER.split(names.strip(" (.")):
        words = part.strip(" .()").removesuffix("et al").split()
        given = len(words) == 2 and _INITIALS.match(words[1]) and "." in part and len(found) == 1
        if not words or _INITIALS.match(" ".join(words)) or given or words[0] in ("Jr", "eds", "…"):
            continue
        if len(words) > 1 and words[-1].isupper() and len(words[-1]) <= 3:
            words = words[:-1]
        surname = _surname(words)
        if surname:
            found.append(surname)
    return tuple(found[:_AUTHORS_MAX])


def _surname(words: list[str]) -> str:
    name = words[-1].strip("*†.")
    if not is_name(name):
        return ""
    first = len(words) - 1
    while first and words[first - 1].lower() in PARTICLES:
        first -= 1
    return " ".join([*words[first:-1], name])


def _title(rest: str) -> str:
    rest = rest.lstrip(" ).,:;*_")
    end = _TITLE_ENDS.search(rest)
    title = rest[: end.start() + (rest[end.start()] in "?!")] if end else rest
    if title[:1] in ('"', "“", "‘") and not any(mark in title[1:] for mark in '"”’'):
        title = title[1:]
    return shorten(title.strip(" *_"), 300)


def _trim_doi(doi: str) -> str:
    doi = doi.rstrip(".,:;]}*_")
    # A DOI may hold brackets itself, as 10.1016/0896-6273(95)90175-2 does.
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,:;")
    return doi
