"""Prose → sentences with their quotes filled in, sentences → clauses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from v1vlm.context.prose import split_sentences
from v1vlm.report.formats import clean

QUOTE = re.compile(r"\[\[([^\[\]]{1,120})\]\]")
_LISTED = re.compile(r"^\s{0,12}(?:[-*+•]|\d{1,2}[.)]|#{1,6}|>)\s+")
_EMPHASIS = re.compile(r"(?<![\w*])([*_]{1,3}|`)(?=\S)([^*_`]{1,300}?)(?<=\S)\1(?![\w*])")
_LINK = re.compile(r"(?<!\[)\[([^\[\]]{1,200})\]\((?:https?://)[^()\s]{1,300}\)")

_SPLIT = re.compile(
    r"\s*(?:;|:(?=\s)|\s[—–-]\s)\s*|,?\s+\b(?:but|whereas|while|although|though|however|because"
    r"|since|so that|thus|therefore|hence"
    r"|(?<!\bat )(?<!\bin )(?<!\bon )(?<!\bby )(?<!\bunder )which|whose|nevertheless"
    r"|as well as)\b\s*"
    r"|,\s+(?:yet|so)\b\s*|(?<!not)\s+(?:yet|so)\s+(?=we|it|they|the|no|this)|,\s+"
    r"|(?<!once)\s+(?=and\b|or\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """``[[name]]`` in a sentence, and where it stands in the filled-in text."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    text : str
        As it was written, on one line, without emphasis.
    plain : str
        With what the quotes print in their place.
    """

    text: str
    plain: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that says one thing, by its place in the filled-in text."""

    start: int
    stop: int
    text: str


def sentences(text: str, printed: Callable[[str], str]) -> Iterator[Sentence]:
    """Sentences of a prose, which may hold Markdown.

    Parameters
    ----------
    printed : callable
        What ``[[name]]`` prints, by name.
    """
    for block in _blocks(text):
        for sentence in split_sentences(block):
            yield _filled(sentence, printed)


def clauses(plain: str, divides: Callable[[str, str], bool]) -> list[Clause]:
    """Cut a sentence at its conjunctions, where both sides say something.

    Parameters
    ----------
    divides : callable
        Whether the two texts, before and after a conjunction, are clauses of their own.
    """
    found: list[Clause] = []
    start = 0
    for match in _SPLIT.finditer(plain):
        left, right = plain[start : match.start()], plain[match.end() :]
        if divides(left, right):
            found.append(Clause(start, match.start(), left))
            start = match.end()
    found.append(Clause(start, len(plain), plain[start:]))
    return found


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, items of lists and headings, each on one line and without its mark."""
    for part in re.split(r"\n\s*\n|\n(?=\s{0,12}(?:[-*+•]|\d{1,2}[.)]|#{1,6})\s)", text):
        bare = clean(_LISTED.sub("", part)).strip()
        bare = _LINK.sub(r"\1", bare)
        bare = _EMPHASIS.sub(lambda m: m[2], bare)
        if bare:
            yield bare


def _filled(text: str, printed: Callable[[str], str]) -> Sentence:
    plain, at = "", 0
    quotes: list[Quote] = []
    for quote in QUOTE.finditer(text):
        plain += text[at : quote.start()]
        value = printed(quote[1].strip())
        quotes.append(Quote(quote[1].strip(), len(plain), len(plain) + len(value)))
        plain += value
        at = quote.end()
    return Sentence(text, plain + text[at:], tuple(quotes))
