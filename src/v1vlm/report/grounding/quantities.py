"""Levels, quantities of claims, margins and sizes, held against what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding import controls, core
from v1vlm.report.grounding.assertions import (
    AGAINST,
    CONTRADICTED,
    OPEN,
    STRONG,
    SUPPORTED,
    UNDECIDED,
)
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import is_finite
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, Held, OnRecord, Sure
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

_MET = re.compile(
    r"\b(?:held(?! to)|hold(?! to)|correct|true|right|succeeded|came true|passed|met"
    r"|fulfilled|reali[sz]ed|as predicted"
    r"|(?:predicted|expected|registered) (?:direction|way|sign))\b",
    re.IGNORECASE,
)
_SURVIVED = re.compile(
    r"\b(?:surviv|withst|pass|stood up to)\w* (?:its|their|the|a|both"
    r"|all)? ?(?:\w+ )?controls?|\brobust\b",
    re.IGNORECASE,
)
_CONTROLLED = re.compile(
    r"\b(?:put|subjected|submitted|exposed) to (?:an? )?control|\b(?:were|are"
    r"|been) controlled\b",
    re.IGNORECASE,
)
_BARE_ALL = re.compile(r"(?:every|each|all|both) (?:one )?of (?:them|these|those)", re.IGNORECASE)
_ZERO = re.compile(
    r"\binterval\b[^;]*?\b(?:(?P<holds>includ|contain|span|straddl|cover|overlap|cross|encompass)"
    r"|(?P<not>exclud|clear of|away from|above|below|does not (?:includ|contain|cover|reach"
    r"|touch)))\w*\s+zero",
    re.IGNORECASE,
)
_ZERO_IN = re.compile(
    r"\bzero (?:(?P<holds>(?:is|lies|falls|sits) (?:in|within|inside))|(?:is|lies|falls|sits) "
    r"(?:outside|not (?:in|within|inside)))\b[^,;]*\binterval",
    re.IGNORECASE,
)
_NEAR_ZERO = re.compile(
    r"\b(?:index|estimate|effect|value|difference)\b[^,;]*?\b(?:close to|near|around|about"
    r"|practically|indistinguishable from"
    r"|as good as|virtually|essentially|effectively|not different from) zero\b"
    r"|\bzero (?:index|effect)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:(?:share[sd]?|have|had|met|received|got) (?:the |one )?(?:same )?"
    r"|(?:the )?same )(?:verdict|fate|outcome)\b",
    re.I,
)
_OF_OTHERS = re.compile(
    r"\b(?:others?|rest|remaining|but|except|apart from|whereas|while)\b", re.IGNORECASE
)
_REGISTERED = re.compile(
    r"\b(?:registered|predicted|stated) (?:direction|sign)\b[^,;]{0,20}\b(?:is|was) "
    r"(?P<way>positive|negative)\b",
    re.IGNORECASE,
)
_DERIVED = re.compile(
    r"\b(?:derived from|follow(?:s|ed)? (?:up )?(?:on|from)|(?:a )?follow-up (?:of|to|on)"
    r"|successor (?:of|to)|child of|descended from|grew out of) (?P<id>[A-Z]\w*\d\w*)"
)
_ONLY = re.compile(
    r"\b[Oo]nly [A-Z]\w*\d\w*|[A-Z]\w*\d\w* alone\b|\bthe (?:only|sole) (?:\w+ )?"
    r"(?:one|supported|contradicted|inconclusive|undecided|confirmed|refuted)\b"
)
_SPENT = re.compile(
    r"\b(?:whole|entire|full|all of (?:its|the)|exhaust\w*|used up|spent|spending)\b[^.;]{0,20}"
    r"\b(?:budget|draws)\b|\b(?:budget|draws) (?:was|were|had been) (?:spent|exhausted|used up)\b"
)
_UNLIKE = re.compile(r"\b(?:unlike|in contrast (?:to|with)) (?P<id>[A-Z]\w*\d\w*)", re.IGNORECASE)
_NOT_ABOVE = re.compile(r"\b(?:not|never|fail\w* to)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_TO_REACH = re.compile(
    r"(?<!enough )(?<!sufficient )(?<!able )(?<!managed )\bto (?:reach|attain|get to"
    r"|qualify for|earn|rise to|move to|climb to)"
    r"\s+(?:level )?$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\s+(?:is|was|were|has been|have been)\s+(?:\w+ )?(?:not|never)\b", re.IGNORECASE
)
_UNDER = re.compile(
    r"\b(?:below|under|beneath|lower than|less than|short of)\s+(?:level\s+)?$", re.I
)
_LEVEL = re.compile(r"\bL\s?([0-9])\b(?!/)|\blevel ([0-9])\b", re.IGNORECASE)
_ALL = lexicon("verdicts.all")
_NONE = lexicon("verdicts.none")
_MOST = lexicon("verdicts.most")
_ABOVE = lexicon("verdicts.above")
_BELOW = lexicon("verdicts.below")
_EITHER = lexicon("quantities.either")
"""Words that make an estimate on either side of zero exceed its margin."""
_ELSEWHERE = lexicon("quantities.elsewhere")
SETTLED = lexicon("verdicts.settled")
_COMPARED = lexicon("verdicts.compared")


# levels


def levels(clause: str, ids: tuple[str, ...], facts: Facts, sentence: str = "") -> Iterator[str]:
    """Reasons against the levels of evidence that a clause names; `Held` where one was reached."""
    if HYPOTHETICAL.search(clause):
        return
    if re.match(r"\W*(?:in order )?to \w+\b", clause, re.IGNORECASE) and not is_finite(clause):
        return
    rest = sentence[sentence.find(clause) + len(clause) :] if clause in sentence else ""
    if not is_finite(clause) and NEGATED.search(rest[:90]):
        # "Level L5, which calls for recordings, was not reached."
        return
    for match in _LEVEL.finditer(clause):
        if match[2] and not re.search(
            r"\b(?:evidence|confirmed|stands?|at|reach\w*|claim|L)\b", clause
        ):
            continue
        level = f"L{match[1] or match[2]}"
        if _TO_REACH.search(clause[: match.start()]):
            continue
        if _UNDER.search(clause[: match.start()]):
            ranks = [f.level for f in facts.findings.values() if not ids or f.id in ids]
            if all(rank < level for rank in ranks):
                continue
        own = {facts.findings[name].level for name in ids if name in facts.findings}
        own = own or {finding.level for finding in facts.findings.values()}
        after = clause[match.end() :]
        denied = NEGATED.search(clause[: match.start()]) or _NOT.match(after) or re.search(
            r"\bmeans\b|\bis (?:seen|confirmed on)|\blevels?:|\b(?:requires?|demands?"
            r"|calls? for|asks? for|presupposes?"
            r"|is (?:reserved|given|for))\b", clause[match.end() :])  # fmt: skip
        alone = len(ids) > 1 and len(_LEVEL.findall(clause)) == 1 and "respectively" not in clause
        if (level not in own or (alone and own != {level})) and not denied:
            of = f" of {', '.join(ids)}" if ids else ""
            reached = ", ".join(sorted(own)) or "none was reached"
            reason = f"{level} is not the level{of}: {reached}"
            levels_named = len(_LEVEL.findall(clause))
            yield Doubt(reason) if _OF_OTHERS.search(clause) or levels_named > 1 else Sure(reason)
        elif level in own and not denied:
            yield Held(f"{level} was reached")


# quantities of claims


def quantified(clause: str, facts: Facts) -> Iterator[str]:
    """Faults of "all", "none" and "most" of the hypotheses; `Held` where one holds."""
    if HYPOTHETICAL.search(clause) or not facts.findings or _ELSEWHERE.search(clause):
        return
    name = _named_verdict(clause)
    if name is None:
        return
    of = len(facts.findings)
    n = of - facts.counts[OPEN] if name == "decided" else facts.counts.get(name, 0)
    if name == "controlled":
        n = sum(bool(finding.controls) for finding in facts.findings.values())
    word = _named_at(clause)
    none, every, most = _NONE.search(clause), _ALL.search(clause), _MOST.search(clause)
    if none and word is not None and none.start() < word < none.end() and name != "robust":
        # "None of the supported findings …": of that kind only.
        return
    if none:
        yield _held(n == 0, none, f"{n} of {of} were {name}")
    elif every and word is not None and every.start() < word < every.end():
        # "Both contradicted hypotheses …": how many of that kind there are.
        if every[0].casefold().startswith("both") and n != 2:
            yield f"“{every[0]}”: {n} of {of} were {name}"
        elif name == SUPPORTED and _CONTROLLED.search(clause):
            controlled = sum(bool(f.controls) for f in facts.findings.values())
            yield _held(controlled >= n, every, f"{controlled} were controlled")
        elif name == "robust" and "support" in every[0].casefold() and n < facts.counts[SUPPORTED]:
            yield f"“{every[0]}”: {n} of {facts.counts[SUPPORTED]} are robust"
    elif every and word is not None and word < every.start() and _BARE_ALL.match(every[0]):
        # "Three were decided, every one of them at L1".
        return
    elif every:
        inner = NEGATED.search(clause)
        fits = n < of if inner and inner.start() < every.start() else n == 0 if inner else n == of
        yield _held(fits, every, f"{n} of {of} were {name}")
    elif most:
        yield _held(2 * n > of, most, f"{n} of {of} were {name}")


def _held(fits: bool, said: re.Match[str], reason: str) -> str:
    reason = f"“{said[0]}”: {reason}"
    return Held(reason) if fits else Sure(reason)


def _named_at(clause: str) -> int | None:
    found = [words.search(clause) for words in (UNDECIDED, AGAINST, STRONG, SETTLED, _MET)]
    return min((match.start() for match in found if match), default=None)


def _named_verdict(clause: str) -> str | None:
    """The one verdict that a clause names, negation apart."""
    if UNDECIDED.search(clause):
        return OPEN
    if SETTLED.search(clause):
        return "decided"
    if re.search(r"\b(?:been|was|were|is|are) controlled\b", clause) and not (
        STRONG.search(clause) or re.search(r"\b(?:rate|errors?)\b", clause)
    ):
        return "controlled"
    if controls.ROBUST.search(clause) or _SURVIVED.search(clause):
        return "robust"
    if AGAINST.search(clause) or re.search(r"\bfail(?:s|ed)?\b", clause, re.IGNORECASE):
        return CONTRADICTED
    if STRONG.search(clause) or _MET.search(clause):
        return SUPPORTED
    return None


# margins and comparisons


def margins(clause: str, found: list[Finding]) -> Iterator[str]:
    """Reasons against an estimate that is said to lie above its margin, or below, or `Held`."""
    for finding in found[:1]:
        value, margin = finding.estimate, finding.margin
        above, below = _ABOVE.search(clause), _BELOW.search(clause)
        said = above or below
        negated = said and NEGATED.search(clause[: said.start()])
        if (above and not negated and value > margin) or (
            below and not negated and value <= margin
        ):
            yield Held(f"the estimate of {finding.id} lies there")
        if above and negated and value > margin and _NOT_ABOVE.search(clause[: above.start()]):
            yield f"the estimate of {finding.id} lies above its margin"
        if above and not negated and not value > margin:
            either = _EITHER.search(clause)
            outside = either and abs(value) > margin
            if not (
                outside or (finding.direction in ("less", "different") and abs(value) > margin)
            ):
                reason = f"the estimate of {finding.id} does not lie there"
                yield Doubt(reason) if abs(value) > margin else reason
        if below and not negated and value > margin:
            yield f"the estimate of {finding.id} does not lie there"


def zeros(clause: str, found: list[Finding]) -> Iterator[str]:
    """Reasons against intervals said to hold zero or not, and estimates close to it, or `Held`."""
    if NEGATED.search(clause) and not (_ZERO.search(clause) or _ZERO_IN.search(clause)):
        return
    within = _ZERO_IN.search(clause)
    for finding in found[:1]:
        low, high = finding.interval or (finding.estimate, finding.estimate)
        if within and bool(within["holds"]) != (low <= 0 <= high):
            yield f"“{within[0]}”: the interval of {finding.id} is {low:.2g} to {high:.2g}"
        match = _ZERO.search(clause)
        denied = match and NEGATED.search(clause[: match.start()])
        if match and not denied and bool(match["holds"]) != (low <= 0 <= high):
            yield f"“{match[0]}”: the interval of {finding.id} is {low:.2g} to {high:.2g}"
        elif match and not denied:
            yield Held(f"“{match[0]}”: the interval of {finding.id} is {low:.2g} to {high:.2g}")
        near = _NEAR_ZERO.search(clause)
        if near and abs(finding.estimate) > 2 * finding.margin and not HYPOTHETICAL.search(clause):
            yield f"“{near[0]}”: the estimate of {finding.id} is {finding.estimate:.2g}"


def same(clause: str, ids: tuple[str, ...], facts: Facts) -> Iterator[str]:
    """Faults of findings that are said to share their verdict."""
    match = _SAME.search(clause)
    verdicts = {facts.findings[name].verdict for name in ids}
    if match and len(ids) > 1 and len(verdicts) > 1 and not NEGATED.search(clause):
        yield f"“{match[0]}”: the verdicts on {' and '.join(ids)} differ"


def lineage(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Reasons against a hypothesis that another one is said to have come from, or `Held`."""
    match = _DERIVED.search(clause)
    rest = [one for one in found if match and one.id != match["id"]]
    if match is None or len(rest) != 1 or match["id"] not in facts.findings:
        return
    if NEGATED.search(clause) or HYPOTHETICAL.search(clause):
        return
    if rest[0].parent == match["id"]:
        yield OnRecord(f"“{match[0]}”: so it was registered")
    else:
        yield Doubt(f"“{match[0]}”: the parent of {rest[0].id} is {rest[0].parent or 'none'}")


def foretold(clause: str, found: list[Finding]) -> Iterator[str]:
    """Doubts of the sign that is said to have been registered, or what of it is on record."""
    match = _REGISTERED.search(clause)
    if match is None or len(found) != 1 or NEGATED.search(clause):
        return
    way = "greater" if match["way"].casefold() == "positive" else "less"
    reason = f"“{match[0]}”: registered was “{found[0].direction}”"
    yield OnRecord(reason) if found[0].direction == way else Doubt(reason)


def alone(sentence: str, finding: Finding, facts: Facts) -> Iterator[str]:
    """Doubts of a finding that is said to be the only one with its verdict."""
    match = _ONLY.search(sentence)
    if match and core.says_verdict(sentence, finding) and facts.counts[finding.verdict] > 1:
        yield Doubt(f"“{match[0]}”: {facts.counts[finding.verdict]} were {finding.verdict}")


def spent(sentence: str, finding: Finding) -> Iterator[str]:
    """Doubts of a test that is said to have used all of its draws, or to have had some left."""
    match = _SPENT.search(sentence)
    if match and not NEGATED.search(sentence) and finding.stopped_at < finding.draws_max:
        yield Doubt(f"“{match[0]}”: {finding.id} stopped at draw {finding.stopped_at}")


def unlike(sentence: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Doubts of findings that are set apart from one of the same verdict."""
    match = _UNLIKE.search(sentence)
    other = facts.findings.get(match["id"]) if match else None
    rest = [finding for finding in found if other is None or finding.id != other.id]
    if match is None or other is None or len(rest) != 1:
        return
    if core.says_verdict(sentence, rest[0]) and rest[0].verdict == other.verdict:
        yield Doubt(f"“{match[0]}”: both are {other.verdict}")


def compared(clause: str, ids: tuple[str, ...], facts: Facts) -> Iterator[str]:
    """Hold what is said of two findings' sizes, one larger than the other, against them."""
    match = _COMPARED.search(clause)
    if match is None or len(ids) != 2 or " than " not in clause[match.start() :]:
        return
    places = [clause.find(name) for name in ids]
    if min(places) < 0 or not min(places) < match.start() < max(places):
        return
    first, second = sorted(ids, key=clause.find)
    sizes = [abs(facts.findings[name].estimate) for name in (first, second)]
    larger = sizes[0] > sizes[1]
    if larger != bool(match["more"]):
        yield f"the estimate of {first} is not {match[0]} than that of {second}"


def respectively(clause: str, ids: tuple[str, ...], facts: Facts) -> list[str] | None:
    """Faults of verdicts that are listed in the order of their findings; None if none are."""
    if "respectively" not in clause.casefold() or len(ids) < 2:
        return None
    places = sorted(
        (m.start(), name)
        for name, pattern in ((SUPPORTED, STRONG), (CONTRADICTED, AGAINST), (OPEN, UNDECIDED))
        for m in pattern.finditer(clause)
    )
    if len(places) != len(ids):
        return None
    return [
        f"the verdict on {name} is “{facts.findings[name].verdict}”"
        for name, (_, verdict) in zip(ids, places, strict=True)
        if name in facts.findings and facts.findings[name].verdict != verdict
    ]
