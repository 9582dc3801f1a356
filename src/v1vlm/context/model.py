"""What a text becomes: sections, terms, and the works it cites with their places."""

from __future__ import annotations

from pydantic import Field

from v1vlm.context.prose import split_sentences
from v1vlm.records import Record

QUOTE_MAX = 200


class Section(Record):
    """A heading and its prose; paragraphs are separated by an empty line."""

    heading: str
    text: str

    def sentences(self) -> tuple[str, ...]:
        """Sentences of the prose; `Place.sentence` counts in this tuple."""
        return split_sentences(self.text)


class Term(Record):
    """A keyword, in its most frequent form, and how often its stem occurs."""

    text: str
    count: int = Field(ge=1)


class Place(Record):
    """Where a work is cited: index of the section, of its sentence, and the words."""

    section: int = Field(ge=0)
    sentence: int = Field(ge=0)
    quote: str = Field(max_length=QUOTE_MAX)


class Work(Record):
    """A work that the text cites, lists, or both.

    Attributes
    ----------
    key : str
        ``ctx:`` + first author (ASCII, lower case) + year + letter, as ``ctx:niell2008``.
    authors : tuple of str
        Surnames: all of them from the list of references, else those the citation names.
    year : int or None
        None for an entry of the list that states none.
    title, entry, doi : str
        From the list of references; empty when the work is not listed.
    places : tuple of Place
        In reading order; empty for an entry that is never cited.
    """

    key: str = Field(pattern=r"^ctx:[a-z0-9-]+$")
    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str = ""
    entry: str = ""
    doi: str = ""
    places: tuple[Place, ...] = ()


class Context(Record):
    """A text about the literature, as the laboratory reads it.

    Attributes
    ----------
    text_digest : str
        SHA-256 of the UTF-8 of the exact text.
    terms : tuple of Term
        Most frequent first, ties in alphabetical order.
    works : tuple of Work
        In order of first citation, then the listed works that are never cited.
    """

    name: str
    text_digest: str
    title: str
    sections: tuple[Section, ...] = ()
    terms: tuple[Term, ...] = ()
    works: tuple[Work, ...] = ()

    def banner(self) -> str:
        """The title where it stands above the text; empty where the first section says it."""
        first = self.sections[0] if self.sections else None
        said = first and (
            self.title == first.heading or first.text.startswith(self.title.rstrip("…"))
        )
        return "" if said else self.title
