"""A paragraph, read sentence by sentence against the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from v1vlm.report.formats import formatted
from v1vlm.report.grounding import methods, numbers, references, subjects, verdicts
from v1vlm.report.grounding.citations import Cited, citations
from v1vlm.report.grounding.citations import faults as citation_faults
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import is_finite, resolved
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.numbers import Grounded
from v1vlm.report.grounding.quotes import quote_fault
from v1vlm.report.grounding.sentences import Clause, Sentence, clauses, sentences
from v1vlm.report.grounding.typed import names
from v1vlm.report.grounding.words import OURSELVES
from v1vlm.report.values import QUOTABLE

Place = Literal["claims", "background", "plans"]
"""What a paragraph is for: saying what was found, telling others' work, or what to do next."""

Kind = Literal["number", "unit", "citation", "verdict", "subject", "method", "name", "length"]

LONGEST = 800
"""Characters of a sentence that is taken apart; the rules look back and forth in it."""


CONSTANTS = frozenset(["V1", "V2", "L0", "L1", "L2", "L3", "L4", "L5"])
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]
_ORDINAL = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})\s+(?:registered\s+)?(?:hypothesis|prediction|claim|finding|"
    r"registration)\b",
    re.IGNORECASE,
)
_ANAPHORA = re.compile(
    r"^(?:\W*(?:it|its|this|that|the (?:claim|prediction|hypothesis|result|finding|effect|estimate|"
    r"test|verdict|interval)))\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\W*(?:given|apart from|except|save for|while|although|though|of|far from|rather than"
    r"|instead of|with|without(?! exception)|having|in order|to|for|before|after|besides"
    r"|unlike|like|despite|because of|by"
    r"|owing|in contrast|in view|in spite|compared|relative|contrary|taken|once|\w+ing)\b",
    re.IGNORECASE,
)
"""What stands before a clause and says something of its own: "Unlike the others, …"."""
_TRAILING = re.compile(r"\w+ing\b", re.IGNORECASE)
_UNLIKE = re.compile(
    r"\b(?:unlike|in contrast (?:to|with)|as opposed to|compared (?:with|to)|other than"
    r"|apart from|besides|except(?: for)?"
    r"|not) (?:(?:that|those|the (?:\w+ )?\w+) (?:of|in|for) )?[A-Z]\w*\d\w*(?: (?:and"
    r"|or) [A-Z]\w*\d\w*)?,?",
    re.IGNORECASE,
)
_SUPPOSING = re.compile(
    r"\W*(?:(?:and|but|or)\s+)?(?:if|suppose|imagine|assume|had|were"
    r"|should|unless)\b",
    re.I,
)
_BETWEEN_ADJECTIVES = re.compile(r"\b(?:an?|the|no|any)\s+\w+, \w+ly\s", re.IGNORECASE)
_ASIDE = re.compile(
    r"\W*(?:unlike|in contrast (?:to|with)|compared (?:with|to)|as opposed to|rather than"
    r"|instead of|far from"
    r"|not (?:\w+ )?because)\b",
    re.I,
)
"""What is set apart says nothing of the finding."""
_EITHER = re.compile(r"\W*(?:the )?(?:one|first|second)\s+(?:was|is|has|had|were)\b", re.IGNORECASE)
_PREDICATE = re.compile(r"(?:is|are|was|were|has|have|had|does|do|did)\b", re.IGNORECASE)
_WHETHER = re.compile(r"\bwhether\b", re.IGNORECASE)
_OF_WHICH = re.compile(
    r"\W*(?:each|all|both|none|most|some|neither) of (?:which"
    r"|whom)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:all|every|each|no|none of|most)\s+(?:of )?(?:the |our )?(?:\w+ )?(?:hypothes"
    r"|predict|finding|claim|test)|"
    r"\W*(?:(?:and|but|while|whereas)\s+)?(?:(?:all|both|each|none"
    r"|most) (?:of )?)?(?:the )?(?:others?\b|rest\b|remaining\b)",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    r"\W*(?:(?:and|but|yet|so)\s+)?(?:unlike that \w+,? )?(?:it|its"
    r"|that (?:finding|claim|one))\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:which|whose|who)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:the|any|every|all) others?\b[^,;]{0,40}(?:, (?:each|all|none|both|one"
    r"|neither) of)?$",
    re.IGNORECASE,
)
_FOUND = lexicon("reading.found")


@dataclass(frozen=True)
class Fault:
    """Something in a sentence that the record does not bear out.

    Attributes
    ----------
    kind : str
        ``number``, ``unit``, ``citation``, ``verdict``, ``subject``, ``method``, ``name`` or
        ``length``.
    """

    sentence: str
    kind: Kind
    reason: str


@dataclass(frozen=True)
class Claim:
    """One sentence, and what it rests on.

    Attributes
    ----------
    sentence : Sentence
    faults : tuple of Fault
        Empty if everything in it holds.
    numbers : tuple of Grounded
        Its typed numbers, by their place in the filled-in text.
    cited : tuple of Cited
        Works that are typed, not quoted.
    findings : tuple of str
        The findings that it speaks of.
    reports : bool
        It says what was found of them, by name, number or verdict, and does not merely stand
        where they are discussed.
    cites : bool
        Whether it cites a known work.
    """

    sentence: Sentence
    faults: tuple[Fault, ...]
    numbers: tuple[Grounded, ...]
    cited: tuple[Cited, ...]
    findings: tuple[str, ...]
    reports: bool
    cites: bool


def check(
    text: str, facts: Facts, *, place: Place = "claims", about: str | None = None
) -> tuple[Fault, ...]:
    """Name everything in a prose that the record does not bear out.

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
        return Claim(sentence, (Fault(sentence.text, "length", reason),), (), (), (), False, False)
    faults: list[tuple[Kind, str]] = []
    quoted: list[str] = []
    for quote in sentence.quotes:
        head, _, field = quote.name.rpartition(".")
        if quote.name in facts.works:
            quoted.append(quote.name)
        elif not (head == "count" and field in facts.counts) and not (
            head in facts.findings and field in QUOTABLE
        ):
            kind: Kind = "citation" if ":" in quote.name else "name"
            faults.append((kind, f"there is nothing to quote at “{quote.name[:60]}”"))
    cited = citations(plain, facts)
    faults += [("citation", reason) for reason in citation_faults(cited)]
    cites = bool(quoted) or any(one.key is not None for one in cited)
    taken = [(q.start, q.stop) for q in sentence.quotes] + [(c.start, c.stop) for c in cited]
    named = _names(plain, taken, facts)
    faults += [("name", f"“{word}” names nothing of this study") for _, _, word in named.unknown]
    taken += named.places
    parts = _parts(plain, sentence, facts, carried)
    spoken = tuple(dict.fromkeys(name for _, ids in parts for name in ids))
    held = numbers.ground(plain, parts, taken, facts, cited=cites)
    faults += [(kind, reason) for kind, reason in held.faults]  # type: ignore[misc]
    faults += [("number", reason) for reason in _quoted_numbers(sentence, parts, facts)]
    loose, own = place != "claims", bool(_ids(plain, facts)) or bool(_FOUND.search(plain))
    if place == "claims" and not sentence.quotes and not cites:
        strange = verdicts.unheard(_without_titles(plain, facts), _ids(plain, facts))
        faults += [("verdict", strange)] if strange else []
    if not cites:
        faults += [("verdict", reason) for reason in references.listed(plain, facts)]
    works = [quote.start for quote in sentence.quotes if quote.name in facts.works]
    works += [one.start + 1 for one in cited if one.key is not None]
    supposing = False
    for k, (clause, ids) in enumerate(parts):
        text = clause.text
        aside = _ASIDE.match(text) is not None and clause is not parts[-1][0]
        goes_on = supposing and re.match(r"(?:and|or)\b", text) is not None
        goes_on = goes_on or (
            text.startswith("or ") and _WHETHER.search(plain[: clause.start]) is not None
        )
        supposing = goes_on or _SUPPOSING.match(text) is not None
        asserted = resolved(
            _without_titles(plain, facts)[clause.start : clause.stop], plain[: clause.start]
        )
        head = parts[k - 2][0].text if k > 1 else ""
        if head and _PREDICATE.match(asserted) and not is_finite(head):
            # "The opposite sign, which … predicts, was observed in H1".
            asserted = f"{head} {asserted}"
        meant = references.resolved(asserted, _ids(plain, facts), facts)
        # A work in the sentence tells its own verdicts, in words that are nobody's here.
        told = (cites and not own) or (place == "background" and not ids)
        here = any(clause.start < at <= clause.stop + 1 for at in works)
        here = here and not (_ids(text, facts) or OURSELVES.search(text))
        told = told or here
        if not (
            told
            or goes_on
            or aside
            or (place == "plans" and not _ids(text, facts) and not OURSELVES.search(text))
        ):
            here_named = _ids(meant, facts) if meant != asserted else ()
            judged = verdicts.faults(
                meant,
                here_named or _ids_of(clause, sentence, facts)
                or _before(parts, clause, facts, plain),
                carried, facts, cited=cites, sentence=plain,
            )  # fmt: skip
            faults += [("verdict", reason) for reason in judged]
        faults += [
            ("subject", reason)
            for reason in subjects.faults(
                text, plain, facts, cited=cites, loose=loose, own=own and not here
            )
        ]
        faults += [
            ("method", reason)
            for reason in methods.faults(text, plain, facts, cited=cites, loose=loose)
        ]
    return Claim(
        sentence,
        tuple(Fault(sentence.text, kind, reason) for kind, reason in dict.fromkeys(faults)),
        held.grounded,
        tuple(cited),
        spoken,
        bool(_ids_in(plain, 0, len(plain), sentence, facts))
        or (
            bool(spoken)
            and (bool(held.grounded) or verdicts.speaks(plain) or bool(_ANAPHORA.search(plain)))
        ),
        cites,
    )


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


def _parts(
    plain: str, sentence: Sentence, facts: Facts, carried: tuple[str, ...]
) -> list[tuple[Clause, tuple[str, ...]]]:
    """Clauses, and the findings of each: named in it, else in those before, else carried."""
    whole = "respectively" in plain.casefold()
    cut = clauses(plain, lambda left, right: not whole and _divides(left, right, facts))
    found: list[tuple[Clause, tuple[str, ...]]] = []
    last: tuple[str, ...] = ()
    everywhere = _ids_in(plain, 0, len(plain), sentence, facts)
    for clause in cut:
        ids = _ids_of(clause, sentence, facts)
        if not ids and (
            _OTHERS.match(clause.text)
            or (_OF_WHICH.match(clause.text) and found and _ANOTHER.search(found[-1][0].text))
            or (len(last) > 1 and _EITHER.match(clause.text))
        ):
            # "Whereas the others stand at L1": none that is named.
            found.append((clause, ()))
            continue
        if _ids(clause.text, facts) and not ids:
            # "Which, unlike H1, has no control": of what was named before.
            apart = _ids(clause.text, facts)
            ids = tuple(n for n in (last or everywhere) if n not in apart)
        if _RELATIVE.search(plain[found[-1][0].stop if found else 0 : clause.start]):
            last = last[-1:]
            if found and _ANOTHER.search(found[-1][0].text):
                # "The other hypothesis, which survived": said of none that is named.
                found.append((clause, ids))
                last = ()
                continue
            if found and not ids:
                # "The contradicted hypothesis, whose estimate …": said of its group.
                text = found[-1][0].text
                meant = references.resolved(text, everywhere, facts)
                last = _ids(meant, facts)[-1:] if meant != text else last
        if not ids and len(last) > 1 and _SINGULAR.match(clause.text):
            # "H2 is the exception: while H1 and H4 …, its responses …".
            single = [one for _, one in found if len(one) == 1]
            last = single[-1] if single else last[:1]
        last = ids or last or (everywhere if len(everywhere) == 1 else ()) or carried
        found.append((clause, last))
    return found


def _divides(left: str, right: str, facts: Facts) -> bool:
    """Both sides are clauses of their own: each has a verb, and they do not share a list."""
    if re.match(r"(?:and|or)\b", right) or not _ids(re.split(r"[;,:]", right)[0], facts):
        right = re.split(r"[;,:]", right)[0]
        if re.fullmatch(r"(?:and|or)\W+\w+\W*", right):
            return False
    if len(left.split()) < 2 or _BETWEEN_ADJECTIVES.search(
        f"{left}, {right}"[len(left) - 25 if len(left) > 25 else 0 :]
    ):
        return False
    mine, other = _ids(left, facts), _ids(right, facts)
    judged = bool(mine and other) and verdicts.speaks(left) and verdicts.speaks(right)
    if not judged and not (
        (is_finite(left) or _LEADING.match(left)) and (is_finite(right) or _TRAILING.match(right))
    ):
        return False
    return bool(mine) or not other or not re.match(r"(?:and|or)\b", right)


def _ids(text: str, facts: Facts) -> tuple[str, ...]:
    """Findings that a text names, by id or by their order."""
    found = [
        (match.start(), match[0])
        for match in re.finditer(r"(?<![\w.-])[A-Za-z][\w.-]*\d\w*", text)
        if match[0] in facts.findings
    ]
    in_order = list(facts.findings)
    for match in _ORDINAL.finditer(text):
        index = _ORDINALS.index(match[1].casefold())
        if index < len(in_order):
            found.append((match.start(), in_order[index]))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _ids_in(plain: str, start: int, stop: int, sentence: Sentence, facts: Facts) -> tuple[str, ...]:
    """Findings that a part of a sentence names, quotes included."""
    quoted = tuple(
        quote.name.rpartition(".")[0]
        for quote in sentence.quotes
        if start <= quote.start < stop and quote.name.rpartition(".")[0] in facts.findings
    )
    return tuple(dict.fromkeys((*_ids(plain[start:stop], facts), *quoted)))


def _ids_of(clause: Clause, sentence: Sentence, facts: Facts) -> tuple[str, ...]:
    """The findings that a clause names, without those that it sets apart ("H4, unlike H1, …")."""
    ids = _ids_in(sentence.plain, clause.start, clause.stop, sentence, facts)
    kept = _ids(_UNLIKE.sub(" ", clause.text), facts)
    return tuple(name for name in ids if name in kept or f"{name}." in sentence.text)


def _before(
    parts: Sequence[tuple[Clause, tuple[str, ...]]], clause: Clause, facts: Facts, plain: str
) -> tuple[str, ...]:
    """The findings that the sentence named before a clause that names none itself."""
    ids = next(ids for part, ids in parts if part == clause)
    named = _ids(plain, facts)
    return tuple(name for name in ids if name in named)


def _quoted_numbers(
    sentence: Sentence, parts: Sequence[tuple[Clause, tuple[str, ...]]], facts: Facts
) -> Iterator[str]:
    """Quotes that stand beside the name, unit or finding of something else."""
    for quote in sentence.quotes:
        head, _, field = quote.name.rpartition(".")
        if head not in facts.findings or QUOTABLE.get(field) in (None, "text"):
            continue
        clause = next((c for c, _ in reversed(parts) if c.start <= quote.start), parts[0][0])
        ids = _ids(clause.text, facts)
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
