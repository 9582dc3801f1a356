"""The laboratory's own references, read from the packaged ``lab.bib``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from pydantic import Field

from v1vlm.errors import IntegrityError
from v1vlm.records import Record

_ENTRY = re.compile(r"@(?:article|inproceedings|misc)\{([a-z0-9]+),\n((?:  .+\n)+)\}\n")
_FIELD = re.compile(r"  ([a-z]+) = \{([^{}\\]+)\},\n")
_NEEDED = frozenset({"author", "year", "title"})
_VENUES = ("journal", "booktitle", "howpublished")
AUTHORS_MAX = 20
"""A list of references names this many authors at most (Publication Manual of the APA, 7th ed.)."""
_OTHERS = frozenset({"volume", "number", "pages", "doi"})


class Entry(Record):
    """One of the laboratory's references; `authors` are written "Surname, Given"."""

    key: str = Field(pattern=r"^lab:[a-z]+\d{4}[a-z]*$")
    authors: tuple[str, ...] = Field(min_length=1)
    year: int
    title: str
    venue: str
    doi: str = ""

    @property
    def label(self) -> str:
        """Short form for the text: "Xu & Ramdas, 2024", "Keller et al., 2020"."""
        names = [author.split(",")[0] for author in self.authors]
        who = " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{who}, {self.year}"

    @property
    def full(self) -> str:
        """Reference in full, for the list at the end of a report."""
        link = f" https://doi.org/{self.doi}" if self.doi else ""
        stop = "" if self.title.endswith("?") else "."
        return f"{in_list(self.authors)} ({self.year}). {self.title}{stop} {self.venue}.{link}"


def in_list(authors: Sequence[str]) -> str:
    """Authors as lists of references name them: "Surname, G. N., & Other, A."."""
    names = [_with_initials(author) for author in authors]
    if len(names) > AUTHORS_MAX:
        return f"{', '.join(names[: AUTHORS_MAX - 1])}, … {names[-1]}"
    return ", ".join(names[:-1]) + ", & " + names[-1] if len(names) > 1 else "".join(names)


def _with_initials(author: str) -> str:
    surname, comma, given = author.partition(", ")
    initials = ["-".join(f"{p[0]}." for p in word.split("-") if p) for word in given.split()]
    return f"{surname}{comma}{' '.join(initials)}"


@cache
def lab_works() -> dict[str, Entry]:
    """The laboratory's references by key, as ``lab:xu2024``.

    Raises
    ------
    IntegrityError
        If the packaged file is not in the strict form that `parse_bib` reads.
    """
    return parse_bib(resources.files(__package__).joinpath("lab.bib").read_text("utf-8"))


def parse_bib(text: str) -> dict[str, Entry]:
    """Read BibTeX in a strict form: one ``key = {value},`` per line, accents as UTF-8.

    Raises
    ------
    IntegrityError
        Naming what is left over, the key that occurs twice, or the field that is missing
        or unknown.
    """
    rest = _ENTRY.sub("", text).strip()
    if rest:
        raise _broken(f"{rest.splitlines()[0]!r} is no part of an entry")
    entries: dict[str, Entry] = {}
    for key, body in _ENTRY.findall(text):
        fields = dict(_FIELD.findall(body))
        venues = [name for name in _VENUES if name in fields]
        if f"lab:{key}" in entries or _FIELD.sub("", body) or len(fields) != body.count("\n"):
            raise _broken(f"entry {key!r} is written twice or holds an odd or repeated field")
        if not fields.keys() >= _NEEDED or len(venues) != 1:
            raise _broken(f"entry {key!r} lacks an author, year, title or venue")
        if fields.keys() - _NEEDED - _OTHERS - {*venues}:
            raise _broken(f"entry {key!r} has an unknown field")
        entries[f"lab:{key}"] = _entry(f"lab:{key}", fields, fields[venues[0]])
    return entries


def _entry(key: str, fields: dict[str, str], venue: str) -> Entry:
    number = f"({fields['number']})" if "number" in fields else ""
    volume = f", {fields['volume']}{number}" if "volume" in fields else ""
    pages = f", {fields['pages'].replace('--', '–')}" if "pages" in fields else ""
    return Entry(
        key=key,
        authors=tuple(fields["author"].split(" and ")),
        year=int(fields["year"]),
        title=fields["title"],
        venue=f"{venue}{volume}{pages}",
        doi=fields.get("doi", ""),
    )


def _broken(what: str) -> IntegrityError:
    return IntegrityError(f"lab.bib: {what}.", "Write one 'key = {value},' per line, as elsewhere.")
