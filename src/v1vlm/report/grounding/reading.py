"""A paragraph, read sentence by sentence against the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from v1vlm.report.formats import formatted
from v1vlm.report.grounding import methods, numbers, references, subjects, verdicts
from v1vlm.report.grounding.about import (
    findings_in,
    named_before,
    named_between,
    named_in,
    parts_of,
)
from v1vlm.report.grounding.citations import Cited, citations
from v1vlm.report.grounding.citations import faults as citation_faults
from v1vlm.report.grounding.claim import Claim, Fault, Kind, Place, is_firm
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import is_finite, resolved
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.numbers import Grounded
from v1vlm.report.grounding.quotes import quote_fault
from v1vlm.report.grounding.reasons import Held, OnRecord
from v1vlm.report.grounding.sentences import Clause, Sentence, sentences
from v1vlm.report.grounding.typed import names
from v1vlm.report.grounding.words import OURSELVES
from v1vlm.report.values import QUOTABLE

LONGEST = 800
"""Characters of a sentence that is taken apart; the rules look back and forth in it."""


CONSTANTS = frozenset(["V1", "V2", "L0", "L1", "L2", "L3", "L4", "L5"])
_ANAPHORA = re.compile(
    r"^(?:\W*(?:it|its|this|that|the (?:claim|prediction|hypothesis|result|finding|effect|estimate|"
    r"test|verdict|interval)))\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(r"\W*(?:it|this|that) (?:is|was|remains|would|may|might|seems)\b", re.I)
_SUPPOSING = re.compile(
    r"\W*(?:(?:and|but|or)\s+)?(?:if|suppose|imagine|assume|had|were"
    r"|should|unless)\b",
    re.I,
)
_ASIDE = re.compile(
    r"\W*(?:unlike|in contrast (?:to|with)|compared (?:with|to)|as opposed to|rather than"
    r"|instead of|far from"
    r"|not (?:\w+ )?because)\b",
    re.I,
)
"""What is set apart says nothing of the finding."""
_PREDICATE = re.compile(r"(?:is|are|was|were|has|have|had|does|do|did)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\ban? \w+ed\b", re.IGNORECASE)
_LISTS = re.compile(r"\b(?:predictions?|accounts?|rivals?|possibilities)\b[^:]*:", re.IGNORECASE)
"""Before a list of what was predicted."""
_WHETHER = re.compile(r"\bwhether\b", re.IGNORECASE)
_FOUND = lexicon("reading.found")


def check(
    text: str, facts: Facts, *, place: Place = "claims", about: str | None = None
) -> tuple[Fault, ...]:
    """Name everything in a prose that the record does not bear out, doubts (`Fault.firm`) too.

    Parameters
    ----------
    text : str
        Sentences, with quotes as in `v1vlm.scientist.Prose`; Markdown is forgiven.
    place : {"claims", "background", "plans"}
        Whether it says what was found, tells others' work, or what to do next.
    about : str, optional
        Id of the finding that it is about where it names none.
    """
    return tuple(
        fault for claim in read(text, facts, place=place, about=about) for fault in claim.faults
    )


def read(
    text: str, facts: Facts, *, place: Place = "claims", about: str | None = None
) -> tuple[Claim, ...]:
    """Take a prose apart into claims; see `check`."""
    made: list[Claim] = []
    default = (about,) if about in facts.findings and about is not None else ()
    before: tuple[str, ...] = ()
    for sentence in sentences(text, _Printer(facts)):
        carried = default or (before if _ANAPHORA.search(sentence.plain) else ())
        claim = _claim(sentence, facts, place, carried)
        made.append(claim)
        if claim.findings:
            before = claim.findings if len(claim.findings) == 1 else ()
    return tuple(made)


class _Printer:
    """What a quote prints; nothing for a work, and for what cannot be quoted."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def __call__(self, name: str) -> str:
        head, _, field = name.rpartition(".")
        if head == "count" and field in self.facts.counts:
            return str(self.facts.counts[field])
        if head in self.facts.findings and field in QUOTABLE:
            value = getattr(self.facts.findings[head], field)
            return formatted(value, QUOTABLE[field])
        return ""


def _claim(sentence: Sentence, facts: Facts, place: Place, carried: tuple[str, ...]) -> Claim:
    plain = sentence.plain
    if len(plain) > LONGEST:
        reason = f"a sentence of {len(plain)} characters says more than can be checked"
        fault = Fault(sentence.text, "length", reason)
        return Claim(sentence, (fault,), (), (), (), held=False, reports=False, cites=False)
    faults: list[tuple[Kind, str]] = []
    faults += _misquoted(sentence, facts)
    cited = citations(plain, facts)
    faults += [("citation", reason) for reason in citation_faults(cited)]
    works = [quote.start for quote in sentence.quotes if quote.name in facts.works]
    works += [one.start + 1 for one in cited if one.key is not None]
    cites = bool(works)
    taken = [(q.start, q.stop) for q in sentence.quotes] + [(c.start, c.stop) for c in cited]
    named = _names(plain, taken, facts)
    faults += [("name", f"“{word}” names nothing of this study") for _, _, word in named.unknown]
    taken += named.places
    parts = parts_of(plain, sentence, facts, carried)
    spoken = tuple(dict.fromkeys(name for _, ids in parts for name in ids))
    held = numbers.ground(plain, parts, taken, facts, cited=cites)
    faults += [(kind, reason) for kind, reason in held.faults]  # type: ignore[misc]
    faults += [("number", reason) for reason in _quoted_numbers(sentence, parts, facts)]
    own = bool(findings_in(plain, facts)) or bool(_FOUND.search(plain))
    if place == "claims" and not sentence.quotes and not cites:
        strange = verdicts.unheard(_without_titles(plain, facts), findings_in(plain, facts))
        faults += [("verdict", strange)] if strange else []
    if not cites:
        faults += [("verdict", reason) for reason in references.listed(plain, facts)]
    whole = _Whole(sentence, facts, place, carried, parts, tuple(cited), tuple(works), own)
    for k, spared in enumerate(_spared(plain, parts)):
        faults += _of_clause(k, whole, spared=spared)
    if place == "claims" and "verdict" not in _against(faults):
        faults += [("verdict", reason) for reason in _other_verdicts(plain, spoken, parts, facts)]
    against = [(kind, reason) for kind, reason in faults if not isinstance(reason, Held)]
    was_found = _has_numbers(held.grounded, spoken) or _quotes_values(sentence, facts)
    confirmed = [reason for _, reason in faults if isinstance(reason, Held)]
    on_record = bool(confirmed) and not was_found and (
        all(isinstance(reason, OnRecord) for reason in confirmed)
    )  # fmt: skip
    return Claim(
        sentence,
        tuple(
            Fault(sentence.text, kind, reason, firm=firm)
            for (kind, reason), firm in _firmest(against, plain, cites=cites).items()
        ),
        held.grounded,
        tuple(cited),
        spoken,
        (own or not cites) and (was_found or bool(confirmed)),
        not (on_record and not against)
        and (
            bool(named_between(plain, 0, len(plain), sentence, facts))
            or (bool(spoken) and (bool(held.grounded) or verdicts.speaks(plain) or _points(plain)))
        ),
        cites,
    )


def _has_numbers(grounded: Iterable[Grounded], spoken: tuple[str, ...]) -> bool:
    """Whether numbers were found to be so; those of a finding only where it is known of which."""
    return any(number.path[0] != "trials" or spoken for number in grounded)


def _points(plain: str) -> bool:
    """Whether a sentence begins with what the one before was about: "It held", not "It is time"."""
    return _ANAPHORA.search(plain) is not None and _IMPERSONAL.match(plain) is None


@dataclass(frozen=True)
class _Whole:
    """A sentence as its clauses need to know it.

    Attributes
    ----------
    works : tuple of int
        Where works are cited.
    own : bool
        It says what this study found.
    """

    sentence: Sentence
    facts: Facts
    place: Place
    carried: tuple[str, ...]
    parts: Sequence[tuple[Clause, tuple[str, ...]]]
    cited: tuple[Cited, ...]
    works: tuple[int, ...]
    own: bool


def _other_verdicts(
    plain: str,
    spoken: tuple[str, ...],
    parts: Sequence[tuple[Clause, tuple[str, ...]]],
    facts: Facts,
) -> Iterator[str]:
    """Doubts of words that no rule has read, but that say another verdict as a rule."""
    bare = _without_titles(plain, facts)
    texts = [(bare[clause.start : clause.stop], ids) for clause, ids in parts]
    if len(spoken) == 1:
        texts = [(bare, spoken)]
    for text, ids in texts:
        reason = verdicts.another(text, facts.findings[ids[0]]) if len(ids) == 1 else None
        if reason is not None:
            yield reason


def _firmest(
    against: Iterable[tuple[Kind, str]], plain: str, *, cites: bool
) -> dict[tuple[Kind, str], bool]:
    """Each reason once, and whether it is firm wherever it was given."""
    found: dict[tuple[Kind, str], bool] = {}
    for kind, reason in against:
        firm = is_firm(kind, reason, plain, cites=cites)
        found[kind, str(reason)] = found.get((kind, str(reason)), False) or firm
    return found


def _against(faults: Iterable[tuple[Kind, str]]) -> set[Kind]:
    """Kinds of the reasons against a sentence."""
    return {kind for kind, reason in faults if not isinstance(reason, Held)}


def _quotes_values(sentence: Sentence, facts: Facts) -> bool:
    """Whether a sentence quotes the record; what a work says is not in it."""
    return any(quote.name not in facts.works for quote in sentence.quotes)


def _misquoted(sentence: Sentence, facts: Facts) -> Iterator[tuple[Kind, str]]:
    """Quotes of what is not there."""
    for quote in sentence.quotes:
        head, _, field = quote.name.rpartition(".")
        counted = head == "count" and field in facts.counts
        found = head in facts.findings and field in QUOTABLE
        if not (quote.name in facts.works or counted or found):
            kind: Kind = "citation" if ":" in quote.name else "name"
            yield kind, f"there is nothing to quote at “{quote.name[:60]}”"


def _spared(plain: str, parts: Sequence[tuple[Clause, tuple[str, ...]]]) -> Iterator[bool]:
    """Whether each clause is set aside, lists predictions or goes on with a supposition."""
    supposing = False
    for clause, _ in parts:
        text, before = clause.text, plain[: clause.start]
        listed = not is_finite(_ATTRIBUTE.sub("", text)) and _LISTS.search(before) is not None
        aside = _ASIDE.match(text) is not None and clause is not parts[-1][0]
        goes_on = supposing and re.match(r"(?:and|or)\b", text) is not None
        goes_on = goes_on or (text.startswith("or ") and _WHETHER.search(before) is not None)
        supposing = goes_on or _SUPPOSING.match(text) is not None
        yield listed or aside or goes_on


def _of_clause(k: int, whole: _Whole, *, spared: bool) -> Iterator[tuple[Kind, str]]:
    """Reasons against the verdicts, subjects and methods of a clause.

    Parameters
    ----------
    k : int
        Which clause.
    spared : bool
        Its verdicts are not asserted.
    """
    sentence, facts, place = whole.sentence, whole.facts, whole.place
    plain, (clause, ids) = sentence.plain, whole.parts[k]
    text, cites = clause.text, bool(whole.works)
    ours = bool(findings_in(text, facts) or OURSELVES.search(text))
    # A work in the sentence tells its own verdicts, in words that are nobody's here.
    theirs = not ours and any(clause.start < at <= clause.stop + 1 for at in whole.works)
    told = theirs or (cites and not whole.own) or (place == "background" and not ids)
    if not (told or spared or (place == "plans" and not ours)):
        asserted = _asserted(k, whole)
        meant = references.resolved(asserted, findings_in(plain, facts), facts)
        about = findings_in(meant, facts) if meant != asserted else ()
        about = about or named_in(clause, sentence, facts)
        about = about or named_before(whole.parts, clause, facts, plain)
        for reason in verdicts.faults(
            meant, about, whole.carried, facts, cited=cites, sentence=plain
        ):
            yield "verdict", reason
    loose = place != "claims"
    for reason in subjects.faults(
        _without_authors(clause, whole),
        plain,
        facts,
        cited=cites,
        loose=loose,
        own=whole.own and not theirs,
    ):
        yield "subject", reason
    for reason in methods.faults(text, plain, facts, cited=cites, loose=loose):
        yield "method", reason


def _asserted(k: int, whole: _Whole) -> str:
    """A clause with its pronoun, or the subject that it shares with one before, spelled out."""
    plain, clause = whole.sentence.plain, whole.parts[k][0]
    text = _without_titles(plain, whole.facts)[clause.start : clause.stop]
    asserted = resolved(text, plain[: clause.start])
    head = whole.parts[k - 2][0].text.rsplit(", ", 1)[-1] if k > 1 else ""
    if head and _PREDICATE.match(asserted) and not is_finite(head):
        # "The opposite sign, which … predicts, was observed in H1".
        return f"{head} {asserted}"
    return asserted


def _without_authors(clause: Clause, whole: _Whole) -> str:
    """What a clause says of this study: "Sillito et al. (1995), working in the cat, asked …"."""
    begins = any(one.key and one.start < 3 for one in whole.cited)
    if not begins or findings_in(whole.sentence.plain[: clause.start], whole.facts):
        return clause.text
    places = [clause.text.find(name) for name in findings_in(clause.text, whole.facts)]
    return clause.text[min(places) :] if places and min(places) >= 0 else ""


def _without_titles(plain: str, facts: Facts) -> str:
    """The sentence with titles and statements of findings blanked: to name is not to assert."""
    low = plain.casefold()
    if len(low) != len(plain):
        return plain
    for finding in facts.findings.values():
        for named in (finding.title, finding.statement.rstrip(".")):
            at = low.find(named.casefold())
            if named and at >= 0:
                plain = f"{plain[:at]}{'·' * len(named)}{plain[at + len(named) :]}"
    return plain


@dataclass(frozen=True)
class _Names:
    places: list[tuple[int, int]]
    unknown: list[tuple[int, int, str]]


def _names(plain: str, taken: Sequence[tuple[int, int]], facts: Facts) -> _Names:
    """Names with digits: findings, constants and what the record holds; others are unknown."""
    places, unknown = [], []
    words = f" {facts.said} {facts.literature} {facts.twin.casefold()} "
    for start, stop, word in names(plain):
        if any(start < b and a < stop for a, b in taken):
            continue
        bare = word.rstrip(".")
        first = re.split(r"[-/]", bare)[0]
        if re.fullmatch(r"\d+(?:\.\d+)?[a-zµ°%]{1,4}", bare) or re.fullmatch(
            r"[nNkKeptFrd]\d*", bare
        ):
            continue
        known = bare in facts.findings or first in facts.findings or first in CONSTANTS
        known = known or f" {bare.casefold()}" in words
        known = known or re.fullmatch(r"[12]/f|[123]-?D", bare) is not None
        if re.fullmatch(r"\d+-[a-z]+", bare, re.IGNORECASE):
            continue
        places.append((start, start + len(bare)))
        if not known:
            unknown.append((start, stop, bare))
    return _Names(places, unknown)


def _quoted_numbers(
    sentence: Sentence, parts: Sequence[tuple[Clause, tuple[str, ...]]], facts: Facts
) -> Iterator[str]:
    """Quotes that stand beside the name, unit or finding of something else."""
    for quote in sentence.quotes:
        head, _, field = quote.name.rpartition(".")
        if head not in facts.findings or QUOTABLE.get(field) in (None, "text"):
            continue
        clause = next((c for c, _ in reversed(parts) if c.start <= quote.start), parts[0][0])
        ids = findings_in(clause.text, facts)
        reason = quote_fault(
            quote.name,
            head,
            field,
            sentence.plain[: quote.start],
            sentence.plain[quote.stop :],
            ids,
        )
        if reason is not None:
            yield reason
