"""Works in a sentence: keys, authors with years, and what only looks like a citation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from v1vlm.report.grounding.facts import Facts, plain_name

_NAME = (
    r"(?:\b(?:[Vv][ao]n|[Dd]e[lnr]?|[Dd]i|[Dd]u|[Ll][ae])\s(?:(?:[Dd]e[nr]?|[Ll]a)\s)?)?"
    r"[A-ZÀ-ÖØ-Þ][\w’'´-]*[^\W\d_]"
)
_NOT_NAMES = frozenset(
    [
        "in",
        "since",
        "by",
        "during",
        "from",
        "until",
        "before",
        "after",
        "of",
        "the",
        "at",
        "on",
        "for",
        "with",
        "as",
        "and",
        "see",
        "both",
        "when",
        "where",
        "this",
        "that",
        "these",
        "those",
        "if",
        "however",
        "although",
        "while",
        "although",
        "whereas",
        "because",
        "also",
        "then",
        "thus",
        "hence",
        "here",
        "there",
        "figure",
        "table",
        "section",
        "equation",
        "appendix",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "study",
        "twin",
        "year",
        "version",
    ]
)
_TYPED = re.compile(
    rf"\b({_NAME})((?:(?:,\s|\s&\s|\sand\s|,\s&\s|,\sand\s)(?:{_NAME}))*)"
    r"(\s+(?:et\s+al\.?|and\s+(?:colleagues|co-?workers|others)))?"
    r"(?:['’]s?)?,?\s*[(\[]?\b((?:1[89]|20)\d\d)[a-z]?\b[)\]]?"
)
_UNDATED = re.compile(rf"\b({_NAME})(?:\s+et\s+al\b\.?|\s+and\s+(?:colleagues|co-?workers)\b)")
_SAYING = (
    r"(?:show|report|find|found|describ|argu|propos|demonstrat|observ|suggest|conclud|establish"
    r"|discover|document|not|publish|predict|claim|measur)\w*"
)
_PAIR = re.compile(
    rf"\b({_NAME})\s+(?:and|&)\s+({_NAME})\s+(?:(?:have|had|first|also|already)\s+)*{_SAYING}\b"
)
_BY = re.compile(
    rf"\b(?i:according to|{_SAYING}\s+(?:\w+\s+)?by|work (?:by|of)|following|reviewed by)\s+"
    rf"(?:Dr\.?\s+|Prof\.?\s+)?({_NAME})\b"
)
_NUMBERED = re.compile(
    r"\[\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*\]|\b(?:refs?|references?)\.?\s*\(?\d{1,3}\b"
    r"|(?<=[a-z.,])[¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]*(?:[,–][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*(?=[\s.,;]|$)",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"\b(?:doi:?\s*)?(10\.\d{4,9}/[^\s\]),;]+)|\b(?:https?://|www\.)\S+|\barXiv:?\s*\d{4}\.\d{4,5}"
    r"|\bPMI?D:?\s*\d+|\bbioRxiv\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"\b(?:ctx|lab):[a-z0-9-]+", re.IGNORECASE)
_KNOWN_NAMES = frozenset(
    [
        "gabor",
        "fourier",
        "gaussian",
        "poisson",
        "bayes",
        "bonferroni",
        "michelson",
        "weber",
        "bernoulli",
        "ville",
        "welch",
        "gemma",
        "flux",
        "matlab",
        "python",
        "fisher",
    ]
)


@dataclass(frozen=True)
class Cited:
    """A citation in the filled-in text, and the work; None where nobody knows it."""

    start: int
    stop: int
    said: str
    key: str | None


def citations(plain: str, facts: Facts) -> list[Cited]:
    """All citations that are typed into a sentence, by author, number, link or bare key."""
    found: list[Cited] = []
    for one in _all(plain, facts):
        if not any(one.start < other.stop and other.start < one.stop for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _all(plain: str, facts: Facts) -> Iterator[Cited]:
    for match in _KEY.finditer(plain):
        yield Cited(*match.span(), match[0], facts.works.get(match[0].casefold()))
    for match in _LINKED.finditer(plain):
        doi = re.search(r"10\.\d{4,9}/[^\s\]),;]+", match[0])
        key = facts.dois.get(doi[0].rstrip(".").casefold()) if doi else None
        yield Cited(*match.span(), match[0], None if key is None else facts.works.get(key, key))
    for match in _TYPED.finditer(plain):
        names = [match[1], *re.findall(_NAME, match[2])]
        # "As Niell and Stryker (2008)": words that begin a sentence are no authors.
        while names and names[0].casefold() in _NOT_NAMES:
            names.pop(0)
        # "Around 1900 neurons" is no citation.
        plainly = not names[1:] and not match[3] and not re.search(r"[(\[,]", match[0])
        if names and not (plainly and _work(names, int(match[4]), facts) is None):
            start = plain.index(names[0], match.start())
            yield Cited(start, match.end(), match[0], _work(names, int(match[4]), facts))
    for match in _UNDATED.finditer(plain):
        yield Cited(*match.span(), match[0], _work([match[1]], None, facts))
    for match in _NUMBERED.finditer(plain):
        yield Cited(*match.span(), match[0], None)
    for match in _PAIR.finditer(plain):
        yield Cited(match.start(), match.end(2), match[0], _work([match[1], match[2]], None, facts))
    for match in _BY.finditer(plain):
        name = match[1].casefold()
        if name in _NOT_NAMES | _KNOWN_NAMES or name in facts.said or len(name) < 3:
            continue
        if name.upper() == match[1] or match[1] in facts.findings:
            continue
        yield Cited(match.start(1), match.end(1), match[1], _work([match[1]], None, facts))


def _work(names: list[str], year: int | None, facts: Facts) -> str | None:
    """The work of these authors and this year, the first author leading."""
    plain = [plain_name(name.removesuffix("'s").removesuffix("’s")) for name in names]
    for author in facts.authors:
        if year is not None and author.year != year:
            continue
        if author.names[:1] == (plain[0],) and set(plain) <= set(author.names):
            return facts.works.get(author.key, author.key)
    return None


def faults(cited: list[Cited]) -> Iterator[str]:
    """Reasons against the citations of a sentence."""
    for one in cited:
        if one.key is None:
            yield f"“{one.said.strip()[:60]}” is no work that the context or the laboratory knows"
