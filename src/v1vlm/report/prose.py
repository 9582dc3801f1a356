"""The scientist's words, checked: every number and every work in them is quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from v1vlm.context.prose import split_sentences
from v1vlm.report.document import (
    CONSTANTS,
    Cite,
    Constant,
    Inline,
    Line,
    Ref,
    Text,
)
from v1vlm.report.formats import clean, has_numeral
from v1vlm.report.values import QUOTABLE

_QUOTE = re.compile(r"\[\[([^\[\]]{1,120})\]\]")
_WORD = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
_CLAIM_ABOUT_V1 = re.compile(
    r"\b(?:V1|visual cortex) (?:neurons?|cells?)\b|\b(?:neurons?|cells?) (?:in|of) (?:\w+ )?V1\b"
)


@dataclass(frozen=True)
class LeftOut:
    """A sentence that the report leaves out, and why."""

    place: str
    sentence: str
    reason: str


class UnquotableError(ValueError):
    """A sentence that cannot be printed; its message is the reason."""


@dataclass(frozen=True)
class Quotes:
    """What prose may refer to.

    Attributes
    ----------
    findings : mapping of str to int
        Index among the trials, by the id of the hypothesis.
    counts : frozenset of str
        Names of the counts.
    works : mapping of str to str
        Key that a work is listed under, by every key that it has.
    """

    findings: Mapping[str, int]
    counts: frozenset[str]
    works: Mapping[str, str]

    def read(
        self, text: str, place: str, *, claims: bool = False
    ) -> tuple[Line, tuple[LeftOut, ...]]:
        """Read a paragraph.

        Parameters
        ----------
        text : str
            With mark-up as in `v1vlm.scientist.Prose`.
        place : str
            Where it belongs, for the list of sentences left out.
        claims : bool
            The paragraph says what was found: a sentence without a citation must not
            speak of the neurons of V1, because the twin's were tested.

        Returns
        -------
        line, left_out
            The sentences that can be printed, and those that cannot.
        """
        kept: list[Inline] = []
        left_out: list[LeftOut] = []
        for sentence in split_sentences(clean(text)):
            try:
                made = self._sentence(sentence)
                if claims and _CLAIM_ABOUT_V1.search(sentence) and not _cites(made):
                    raise UnquotableError("speaks of the neurons of V1; the twin's were tested")
            except UnquotableError as error:
                left_out.append(LeftOut(place, sentence, str(error)))
                continue
            kept += (Text(" "), *made) if kept else made
        return tuple(kept), tuple(left_out)

    def _sentence(self, sentence: str) -> list[Inline]:
        made: list[Inline] = []
        at = 0
        for quote in _QUOTE.finditer(sentence):
            made += self._words(sentence[at : quote.start()])
            inline = self._quoted(quote[1].strip())
            if isinstance(inline, Cite) and _continues(made):
                inline = Cite(tuple(dict.fromkeys((*_last_cite(made).keys, *inline.keys))))
            made.append(inline)
            at = quote.end()
        return made + self._words(sentence[at:])

    def _words(self, text: str) -> list[Inline]:
        """Words between quotes; names that hold a digit are known ones, or refused."""
        made: list[Inline] = []
        at = 0
        for word in _WORD.finditer(text):
            if has_numeral(word[0]):
                made += _text(text[at : word.start()])
                made += self._name(word[0])
                at = word.end()
        return made + _text(text[at:])

    def _name(self, word: str) -> list[Inline]:
        if CONSTANTS.get(word) == word:
            return [Constant(word)]
        if word in self.findings:
            return [_field(self.findings[word], "id")]
        first, hyphen, rest = word.partition("-")
        if hyphen and has_numeral(first) and not has_numeral(rest):
            return [*self._name(first), Text(hyphen + rest)]
        raise UnquotableError(f"the numeral in “{word[:40]}” is typed, not quoted")

    def _quoted(self, name: str) -> Inline:
        if name in self.works:
            return Cite((self.works[name],))
        head, _, field = name.rpartition(".")
        if head == "count" and field in self.counts:
            return Ref(("counts", field), "count")
        if head in self.findings and field in QUOTABLE:
            return _field(self.findings[head], field)
        raise UnquotableError(f"there is nothing to quote at “{name[:60]}”")


def _field(trial: int, field: str) -> Ref:
    return Ref(("trials", trial, "finding", field), QUOTABLE[field])


def _text(words: str) -> list[Inline]:
    if has_numeral(words):
        raise UnquotableError("a numeral is typed, not quoted")
    return [Text(words)] if words else []


def _cites(made: list[Inline]) -> bool:
    return any(isinstance(inline, Cite) for inline in made)


def _continues(made: list[Inline]) -> bool:
    """Whether a citation directly follows another one; if so, drop that one's trailing space."""
    if made and isinstance(made[-1], Text) and not made[-1].text.strip(" ;,"):
        return len(made) > 1 and isinstance(made[-2], Cite)
    return bool(made) and isinstance(made[-1], Cite)


def _last_cite(made: list[Inline]) -> Cite:
    inline = made.pop()
    while not isinstance(inline, Cite):
        inline = made.pop()
    return inline
