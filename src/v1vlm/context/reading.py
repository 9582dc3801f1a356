"""Text file → `Context`."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_lowercase

from v1vlm.context import citations
from v1vlm.context.model import QUOTE_MAX, Context, Place, Section, Term, Work
from v1vlm.context.prose import Block, clean, shorten, split_blocks, split_sentences
from v1vlm.context.references import Entry, parse_references
from v1vlm.context.words import fold, frequent_terms
from v1vlm.errors import InputError

SIZE_MAX = 2_000_000
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_TITLE_MAX = 120
_PLAIN = "Give a plain text file in UTF-8; convert a PDF or a word processor's file to text first."


def read_context(path: str | Path) -> Context:
    """Read a plain text or Markdown file in UTF-8, with or without a byte order mark.

    Raises
    ------
    InputError
        As `read_text`.
    """
    return parse_context(read_text(path), Path(path).name)


def read_text(path: str | Path) -> str:
    """The exact text of a file in UTF-8, line ends kept, without a byte order mark.

    Raises
    ------
    InputError
        If the file is missing, a directory, unreadable, larger than 2 MB, binary, not
        UTF-8, or empty.
    """
    file = Path(path)
    data = _bytes_of(file)
    if data.startswith(b"%PDF"):
        as_text = file.with_name(f"{file.name.removesuffix('.pdf')}.txt")
        raise InputError(
            f"{str(file)!r} is a PDF, not text.",
            f"Convert it first: pdftotext -enc UTF-8 {shlex.quote(str(file))} "
            f"{shlex.quote(str(as_text))}",
        )
    binary = _BINARY.search(data)
    if binary:
        raise InputError(
            f"{str(file)!r} is not text: byte {data[binary.start()]:#04x} at offset "
            f"{binary.start()}.",
            _PLAIN,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = data.index(error.object) + error.start
        raise InputError(
            f"{str(file)!r} is not UTF-8: byte {data[offset]:#04x} at offset {offset}.",
            "Save it as UTF-8, for example with: iconv -f LATIN1 -t UTF-8.",
        ) from error
    if not text.strip():
        raise InputError(f"{str(file)!r} is empty.", "Give a text of at least one sentence.")
    return text


def parse_context(text: str, name: str = "context.txt") -> Context:
    """Take a text apart into sections, terms and cited works; never raises.

    The text is untrusted: it is only ever searched, in time linear in its length.
    """
    blocks = split_blocks(clean(text))
    entries = [e for b in blocks if b.listing for e in parse_references(b.lines)]
    sections = tuple(
        Section(heading=b.heading, text=prose)
        for b in blocks
        if not b.listing and (prose := b.prose())
    )
    sentences = [section.sentences() for section in sections]
    shelf = _Shelf(entries)
    for i, of_section in enumerate(sentences):
        for j, sentence in enumerate(of_section):
            shelf.cite(i, j, sentence)
    works = shelf.works()
    names = {fold(part) for work in works for a in work.authors for part in [a, *a.split("-")]}
    terms = frequent_terms((s for of_section in sentences for s in of_section), names)
    return Context(
        name=clean(name),
        text_digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        title=_title(blocks) or clean(name),
        sections=sections,
        terms=tuple(Term(text=term, count=n) for term, n in terms),
        works=works,
    )


def _bytes_of(file: Path) -> bytes:
    if file.is_dir():
        raise InputError(f"{str(file)!r} is a directory.", "Name one text file in it.")
    if not file.exists():
        raise InputError(f"There is no file {str(file)!r}.", "Check the path of the context.")
    if not file.is_file():
        raise InputError(f"{str(file)!r} is not a regular file.", _PLAIN)
    try:
        with file.open("rb") as stream:
            data = stream.read(SIZE_MAX + 1)
            size = max(len(data), os.fstat(stream.fileno()).st_size)
    except OSError as error:
        raise InputError(
            f"{str(file)!r} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    if len(data) > SIZE_MAX:
        raise InputError(
            f"{str(file)!r} is larger than {SIZE_MAX // 1_000_000} MB: it has {size} bytes.",
            "Cut it to the part that matters: a few pages are enough.",
        )
    return data


def _title(blocks: Iterable[Block]) -> str:
    first = next(iter(blocks), None)
    if first is None:
        return ""
    sentences = split_sentences(first.prose())
    return shorten(first.heading or (sentences[0] if sentences else ""), _TITLE_MAX)


@dataclass
class _Draft:
    """A work while its places are collected."""

    authors: tuple[str, ...]
    year: int | None
    entry: Entry | None = None
    places: dict[tuple[int, int], Place] = field(default_factory=dict)


class _Shelf:
    """The works of one text, by key, in order of first citation."""

    def __init__(self, entries: list[Entry]) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._cited: dict[str, None] = {}
        self._by_number: dict[int, str] = {}
        self._by_base: defaultdict[str, list[str]] = defaultdict(list)
        shared = Counter(_base(e.authors, e.year) for e in entries if not e.letter)
        for entry in entries:
            base = _base(entry.authors, entry.year)
            siblings = self._by_base[base]
            spare = ascii_lowercase[len(siblings) :][:1] if shared[base] > 1 else ""
            key = base + (entry.letter or spare)
            if key in self._drafts:
                key = f"{base}-{len(siblings) + 1}"
            self._drafts[key] = _Draft(entry.authors, entry.year, entry)
            siblings.append(key)
            if entry.number is not None:
                self._by_number.setdefault(entry.number, key)

    def cite(self, section: int, sentence: int, text: str) -> None:
        """Note every citation of one sentence."""
        for key, at in self._citations(text):
            self._cited[key] = None
            place = Place(section=section, sentence=sentence, quote=_quote(text, at))
            self._drafts[key].places.setdefault((section, sentence), place)

    def works(self) -> tuple[Work, ...]:
        """Cited works in order of first citation, then the others of the list."""
        order = [*self._cited, *(key for key in self._drafts if key not in self._cited)]
        return tuple(_work(key, self._drafts[key]) for key in order)

    def _citations(self, text: str) -> Iterator[tuple[str, int]]:
        for mention in citations.author_year(text):
            yield self._resolve(mention), mention.at
        for number, at in citations.numeric(text):
            if number in self._by_number:
                yield self._by_number[number], at

    def _resolve(self, mention: citations.Mention) -> str:
        """Key of a cited work; a work that no list holds is shelved under its first author."""
        # "In Macaque, Niell and Stryker (2008)" reads as three authors; the list knows better.
        for i in range(len(mention.authors)):
            base = _base(mention.authors[i:], mention.year)
            siblings = self._by_base[base][: len(ascii_lowercase)]
            listed = [key for key in siblings if key.endswith(mention.letter)]
            if listed:
                return min(listed, key=lambda k: self._distance(k, mention, i))
        key = f"{_base(mention.authors, mention.year)}{mention.letter}"
        self._drafts.setdefault(key, _Draft(mention.authors, mention.year))
        return key

    def _distance(self, key: str, mention: citations.Mention, start: int) -> int:
        """0 where the other authors of a citation agree with the list, 1 where they do not."""
        listed = [fold(author) for author in self._drafts[key].authors]
        if mention.et_al:
            return int(len(listed) < 3)
        return int(listed != [fold(author) for author in mention.authors[start:]])


def _base(authors: tuple[str, ...], year: int | None) -> str:
    """Key without its letter, from the first author; a name without ASCII gets a code."""
    first = authors[0] if authors else "anon"
    name = fold(first) or "u" + hashlib.sha256(first.encode()).hexdigest()[:6]
    return f"ctx:{name}{year or ''}"


def _quote(sentence: str, at: int) -> str:
    """At most `QUOTE_MAX` characters of a sentence around a citation."""
    if len(sentence) <= QUOTE_MAX:
        return sentence
    room = QUOTE_MAX - 2
    start = min(max(at - room * 3 // 4, 0), len(sentence) - room)
    head, tail = "…" if start else "", "…" if start + room < len(sentence) else ""
    return f"{head}{sentence[start : start + room]}{tail}"


def _work(key: str, draft: _Draft) -> Work:
    entry = draft.entry
    return Work(
        key=key,
        authors=draft.authors,
        year=draft.year,
        title=entry.title if entry else "",
        entry=entry.text if entry else "",
        doi=entry.doi if entry else "",
        places=tuple(draft.places.values()),
    )
