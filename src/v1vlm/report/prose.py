"""A scientist's sentences as lines of the report.

What was confirmed says what it rests on, what could not be checked says so, and what does not hold
is replaced by the laboratory's own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from v1vlm.claims import Finding
from v1vlm.report.document import (
    CONSTANTS,
    Cite,
    Constant,
    Evidence,
    EvidenceKind,
    Inline,
    Line,
    Ref,
    Text,
    line,
)
from v1vlm.report.formats import has_numeral
from v1vlm.report.grounding import Claim, Facts, Fault, Place, read
from v1vlm.report.grounding.citations import Cited
from v1vlm.report.grounding.facts import Path
from v1vlm.report.grounding.words import supposed
from v1vlm.report.values import QUOTABLE

_NAME = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
_MANY = 3
"""Of more findings than this the evidence is not named one by one."""

Told = Literal["confirmed", "not checked", "background", "removed"]
"""What became of a sentence; background, plans included, claims nothing of this study."""

_TOLD: dict[EvidenceKind, Told] = {
    "unchecked": "not checked",
    "literature": "background",
    "untested": "background",
}
_KINDS: dict[str, EvidenceKind] = {
    "robust": "robust",
    "explained away": "explained",
    "controls inconclusive": "supported",
    "no controls": "supported",
    "not run": "supported",
}


@dataclass(frozen=True)
class Disputed:
    """A sentence that the record does not bear out, and why.

    Attributes
    ----------
    printed : bool
        It may have been misread: it is printed, marked as not checked. Others are removed.
    """

    place: str
    sentence: str
    reason: str
    printed: bool


@dataclass(frozen=True)
class Reader:
    """Reads a scientist's paragraphs.

    Attributes
    ----------
    facts : Facts
        What they are held against.
    index : mapping of str to int
        Index among the trials, by the id of the hypothesis.
    """

    facts: Facts
    index: Mapping[str, int]

    def read(
        self,
        text: str,
        where: str,
        *,
        place: Place = "claims",
        about: str | None = None,
        marked: bool = True,
    ) -> tuple[Line, tuple[Disputed, ...], tuple[Told, ...]]:
        """Read a paragraph.

        Parameters
        ----------
        text : str
            With mark-up as in `v1vlm.scientist.Prose`.
        where : str
            Its name in the list of claims removed.
        place : {"claims", "background", "plans"}
            See `v1vlm.report.grounding.check`.
        about : str, optional
            The finding that it interprets.
        marked : bool
            Say after the sentences what they rest on, and put the laboratory's own sentence in
            the place of what was removed. Where nothing can be said, disputed sentences go.

        Returns
        -------
        line, disputed, told
            What became of each sentence.
        """
        runs: list[tuple[tuple[Inline, ...], Evidence | None]] = []
        disputed: list[Disputed] = []
        became: list[Told] = []
        told: set[str | None] = set()
        for claim in read(text, self.facts, place=place, about=about):
            printed = claim.standing != "refuted" and (marked or not claim.faults)
            if claim.faults:
                reasons = _reasons(claim.faults)
                disputed.append(Disputed(where, claim.sentence.text, reasons, printed))
            evidence = self._evidence(claim, place)
            became.append(_TOLD.get(evidence.kind, "confirmed") if printed else "removed")
            if printed:
                runs.append((tuple(self._inlines(claim)), evidence))
            elif marked:
                runs += [(own, None) for own in self._instead(claim, place, told)]
        return _joined(runs, marked=marked), tuple(disputed), tuple(became)

    # what holds

    def _inlines(self, claim: Claim) -> Iterator[Inline]:
        """The sentence, its numbers and works tied to where they come from."""
        made: list[Inline] = []
        at = 0
        plain = claim.sentence.plain
        for start, stop, inline in sorted(self._ties(claim), key=lambda tie: tie[:2]):
            if start < at:
                continue
            made += self._words(plain[at:start])
            if isinstance(inline, Cite) and _continues(made):
                inline = Cite(tuple(dict.fromkeys((*_last_cite(made).keys, *inline.keys))))
            made.append(inline)
            at = stop
        return iter([*made, *self._words(plain[at:])])

    def _ties(self, claim: Claim) -> Iterator[tuple[int, int, Inline]]:
        plain = claim.sentence.plain
        for quote in claim.sentence.quotes:
            yield quote.start, quote.stop, self._quoted(quote.name)
        for cited in claim.cited:
            if cited.key is None:
                continue
            yield *_bracketed(plain, cited), Cite((cited.key,))
        for number in claim.numbers:
            yield (
                number.start,
                number.stop,
                Ref(number.path, _format(number.path), plain[number.start : number.stop]),
            )

    def _words(self, text: str) -> list[Inline]:
        """Words between numbers and works; names that hold a digit are known ones."""
        made: list[Inline] = []
        at = 0
        for word in _NAME.finditer(text):
            if not has_numeral(word[0]):
                continue
            made += _text(text[at : word.start()])
            made += self._name(word[0])
            at = word.end()
        return made + _text(text[at:])

    def _name(self, word: str) -> list[Inline]:
        if CONSTANTS.get(word) == word:
            return [Constant(word)]
        if word in self.index:
            return [_field(self.index[word], "id")]
        first, hyphen, rest = word.partition("-")
        if hyphen and has_numeral(first) and not has_numeral(rest):
            return [*self._name(first), *_text(hyphen + rest)]
        return [Ref(("spec", "context"), words=word)]

    def _quoted(self, name: str) -> Inline:
        if name in self.facts.works:
            return Cite((self.facts.works[name],))
        head, _, field = name.rpartition(".")
        if head == "count":
            return Ref(("counts", field), "count")
        return _field(self.index[head], field)

    # what it rests on

    def _evidence(self, claim: Claim, place: Place) -> Evidence:
        ids = claim.findings if claim.reports else ()
        if place == "plans" and not claim.faults and supposed(claim.sentence.plain):
            return Evidence("untested", line("a plan"))
        if claim.standing == "confirmed":
            return self._found(ids) if ids else Evidence("record", line("from the record"))
        if not claim.faults:
            if claim.cites and not ids:
                return Evidence("literature", line("from the literature"))
            if place == "plans":
                return Evidence("untested", line("a plan"))
            if place == "background" and not ids:
                return Evidence("untested", line("not tested here"))
        beside = (Text("; "), *self._found(ids, named=True).parts) if ids else ()
        return Evidence("unchecked", (*line("not checked"), *beside))

    def _found(self, ids: tuple[str, ...], *, named: bool = False) -> Evidence:
        """Levels and verdicts of the findings that a sentence speaks of."""
        if len(ids) > _MANY:
            return Evidence("record", line("several findings, see Results"))
        found = [self._level(name, named=named or len(ids) > 1) for name in ids]
        kinds = {kind for kind, _ in found}
        kind: EvidenceKind = found[0][0] if len(kinds) == 1 else "record"
        parts = tuple(i for k, (_, one) in enumerate(found) for i in (*_between(k), *one))
        return Evidence(kind, parts)

    def _level(self, name: str, *, named: bool) -> tuple[EvidenceKind, Line]:
        """Level and verdict of a finding."""
        finding, i = self.facts.findings[name], self.index[name]
        head = line("{id}: ", id=_field(i, "id")) if named else ()
        said = line("{level}, {verdict}", level=_field(i, "level"), verdict=_field(i, "verdict"))
        if finding.verdict != "supported":
            kind: EvidenceKind = "undecided" if finding.level == "L0" else "contradicted"
            return kind, (*head, *said)
        judged = line(", {judged}", judged=_field(i, "controls_verdict"))
        return _KINDS[finding.controls_verdict], (*head, *said, *judged)

    # what stands in the place of what does not hold

    def _instead(self, claim: Claim, place: Place, told: set[str | None]) -> Iterator[Line]:
        """The laboratory's own sentences, each said once in a paragraph."""
        names: tuple[str | None, ...] = claim.findings[:_MANY] or (None,)
        for name in names:
            if name in told:
                continue
            told.add(name)
            own = self._count() if name is None else self._verdict(self.facts.findings[name])
            if name is None and place != "claims":
                own = line("A sentence of the scientist did not hold and is left out here.")
            yield own

    def _verdict(self, finding: Finding) -> Line:
        i = self.index[finding.id]
        judged = {
            "robust": ", and survived its controls",
            "explained away": ", but explained away by its controls",
            "controls inconclusive": ", with its controls undecided",
            "no controls": ", without controls",
            "not run": "",
        }[finding.controls_verdict]
        size = "; the estimate is {estimate}" + (" {interval}" if finding.interval else "")
        return line(
            f"The laboratory's finding on {{id}}: {{verdict}}{judged} (level {{level}}){size}.",
            **{
                name: _field(i, name) for name in ("id", "verdict", "level", "estimate", "interval")
            },
        )

    def _count(self) -> Line:
        names = ("registered", "supported", "contradicted", "inconclusive")
        return line(
            "The laboratory's count: {registered} registered, {supported} supported, "
            "{contradicted} contradicted, {inconclusive} inconclusive.",
            **{name: Ref(("counts", name), "count") for name in names},
        )


def _bracketed(plain: str, cited: Cited) -> tuple[int, int]:
    """What a typed citation gives way to: its brackets, and the names that stand in them."""
    start, stop = cited.start, cited.stop
    year = plain.find("(", start, stop)
    if year >= 0:
        return year, stop
    if plain[start - 1 : start] == "(" and ")" in plain[stop - 1 : stop + 1]:
        return start - 1, stop if plain[stop - 1] == ")" else stop + 1
    return (start, stop) if ":" in cited.said else (stop, stop)


def _format(path: Path) -> str:
    """How the value at a path is printed elsewhere, if it is known as a number."""
    if path[0] == "counts":
        return "count"
    of_finding = path[0] == "trials" and path[2:3] == ("finding",) and len(path) == 4
    return QUOTABLE.get(str(path[-1]), "text") if of_finding else "text"


def _reasons(faults: tuple[Fault, ...]) -> str:
    return "; ".join(dict.fromkeys(fault.reason for fault in faults))


def _joined(runs: list[tuple[tuple[Inline, ...], Evidence | None]], *, marked: bool) -> Line:
    """Sentences one after another, those that rest on the same marked once, at their end."""
    made: list[Inline] = []
    for evidence, group in groupby(runs, key=lambda run: run[1]):
        for inlines, _ in group:
            made += (Text(" "), *inlines) if made else inlines
        if evidence is not None and marked:
            made += (Text(" "), evidence)
    return tuple(made)


def _between(k: int) -> Line:
    return (Text("; "),) if k else ()


def _field(trial: int, field: str) -> Ref:
    return Ref(("trials", trial, "finding", field), QUOTABLE[field])


def _text(words: str) -> list[Inline]:
    if has_numeral(words):
        # A numeral letter inside a word, which is none that a reader takes for a number.
        return [Ref(("spec", "context"), words=words)]
    return [Text(words)] if words else []


def _continues(made: list[Inline]) -> bool:
    """Whether a citation directly follows another one."""
    if made and isinstance(made[-1], Text) and not made[-1].text.strip(" ;,"):
        return len(made) > 1 and isinstance(made[-2], Cite)
    return bool(made) and isinstance(made[-1], Cite)


def _last_cite(made: list[Inline]) -> Cite:
    inline = made.pop()
    while not isinstance(inline, Cite):
        inline = made.pop()
    return inline
