"""Numbers held against the record: value, unit, rounding, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from v1vlm.report.grounding import counts
from v1vlm.report.grounding.equality import equal, fits, is_near, tolerance_of
from v1vlm.report.grounding.facts import Facts, Known, Path
from v1vlm.report.grounding.labels import (
    DESCRIBES,
    ESTIMATES,
    INSTEAD,
    Near,
    allowed,
)
from v1vlm.report.grounding.lexicon import lexicon, table
from v1vlm.report.grounding.reasons import Doubt
from v1vlm.report.grounding.recorded import in_literature, in_words, recorded
from v1vlm.report.grounding.sentences import Clause
from v1vlm.report.grounding.typed import Typed, end_of, typed_numbers
from v1vlm.report.grounding.units import COUNTED
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

_NAMED = {kind: re.compile(words, re.IGNORECASE) for kind, words in table("numbers.named").items()}
"""What must be said near a number for it to be of some kinds; others need no name."""

_STATISTIC = re.compile(
    r"(?:\b[pP](?:\s?-?\s?values?)?\s*(?:[<>=≤≥]|of\s|below\s|was\s)|\b[tFzUW]\s*\(\s*\d|\b[tFzUW]\s*="
    r"|χ|\bchi[- ]squared?\b|(?<![\w-])[rRρdgη]²?2?\s*=|\bR²|\bR2\b|\bBF\w*\s*=|\bBayes factor"
    r"|\bCohen|\bHedges|\bn\.s\.|(?<!rank )\bcorrelat\w+ (?:coefficient|of)\b|\bAUC\b|\bd['′]\s*=)"
)
_CONFIDENCE = re.compile(
    r"\binterval|\blimits?\b|\brange\b|\bCI\b|\bconfiden|\bcredib|\bcoverage|\bpercentile|\bbounds?",
    re.I,
)
_ONE_OF = re.compile(r"\b(?:is|was|as|being|remains?)\s+(?:only\s+|but\s+)?$", re.IGNORECASE)
_SOMEONE = re.compile(
    r"\b(?:an?|the|its|this|that|every|each|no|any|another|which|other)\s+"
    r"(?:(?!(?:was|were|is|are|and|or|of|with|only|but|had|has)\b)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
"""What makes "one" stand for a noun: "a contradicted one"."""
_IN_VAIN = re.compile(r"\b(?:never|adds? no|adds? nothing|no gain|no need)\b", re.IGNORECASE)
"""What makes a ratio one that was not shown: "showing it twice adds nothing"."""
_IF = re.compile(r"\bif (?:only )?$", re.IGNORECASE)
_OTHERS = re.compile(r"\bothers?\b|\bthe rest\b|\belsewhere\b|\bremaining\b", re.IGNORECASE)
_FIGURE = re.compile(r"\b(?:Fig(?:ure|s)?\.?|Table|Panel|Box|Section)\s+$")
_MARGIN = re.compile(
    r"\s+(?:as large as |the size of )?(?:the|its) (?:\w+ )?margin\b", re.IGNORECASE
)
_VAGUE = re.compile(r"\b(?:several|a few|many|some)\s+$", re.IGNORECASE)
_LOOSE_UNITS = frozenset({"ratio", "twins", "other"})
"""Units that are read from words around a number, which may belong to something else."""
_MAIN = frozenset({*ESTIMATES, "stopped", "e-value", "e-value against", "interval", "cs"})
"""Kinds of values that a claim and its controls have each."""
_OF_CONTROL = re.compile(
    r"\bcontrol(?:s| arm)?(?:['’]s)?(?:\s(?:of|for|on|in)\s[A-Z]\w*)?(?:['’]s)?\s[^,;()]{0,30}$",
    re.I,
)
"""What stands before a number of a control."""
_OF_FINDING = re.compile(
    r"[^,;()\d]{0,25}?(?:\b(?:for|in|of|by)\s+(?:\w+ of )?|\s*\()(?P<id>[A-Z]\w*\d\w*)"
)
"""What stands behind a number that is of a finding named there."""
_FOREIGN = lexicon("numbers.foreign")
_UNITS_SAID = lexicon("numbers.units_said")


@dataclass(frozen=True)
class Grounded:
    """A number of a sentence, and the value that it was found equal to."""

    start: int
    stop: int
    path: Path


@dataclass(frozen=True)
class Numbers:
    """What became of the numbers of a sentence."""

    grounded: tuple[Grounded, ...]
    faults: tuple[tuple[str, str], ...]


def ground(
    plain: str,
    clauses: Sequence[tuple[Clause, tuple[str, ...]]],
    taken: list[tuple[int, int]],
    facts: Facts,
    *,
    cited: bool,
) -> Numbers:
    """Hold every number of a sentence against the record.

    Parameters
    ----------
    clauses : sequence of (Clause, tuple of str)
        The clauses, and the findings that each is about; none where that is not said.
    taken : list of (int, int)
        Places that hold citations, names and quotes.
    cited : bool
        The sentence cites a work, so that its numbers may be those of the context.
    """
    grounded: list[Grounded] = []
    faults: list[tuple[str, str]] = []
    match = _STATISTIC.search(plain)
    if match and not _is_denied(plain, match):
        faults.append(("number", f"“{match[0].strip()}”: no such statistic was computed"))
    match = _UNITS_SAID.search(plain)
    if match and not HYPOTHETICAL.search(plain) and not NEGATED.search(match[0]):
        faults.append(("unit", f"“{match[0].strip()[:60]}”: the measure has no unit"))
    match = _FOREIGN.search(plain)
    if match and match[0].casefold() not in facts.said and not cited:
        faults.append(("unit", Doubt(f"“{match[0]}”: nothing was recorded in that unit")))
    numbers = typed_numbers(plain, taken)
    stops = [0, *(one.stop for one in numbers)]
    starts = [*(one.start for one in numbers[1:]), len(plain)]
    for one, after, before in zip(numbers, stops, starts, strict=False):
        clause, ids = next(
            (pair for pair in reversed(clauses) if pair[0].start <= one.start), clauses[0]
        )
        if _is_idle(one, plain, clause.text):
            continue
        near = Near(
            plain[max(clause.start, after) : one.start], plain[one.stop : min(clause.stop, before)]
        )
        path = _path(one, plain, clause, near, ids, facts, cited=cited)
        said = plain[one.start : one.stop].strip()
        if path is None:
            fault, path = _fault(one, said, ids, facts, clause.text, plain)
            faults.append(fault)
        if path is not None:
            grounded.append(Grounded(one.start, one.stop, path))
            owner = _owner(one, numbers, plain, clause, ids) if len(ids) > 1 else None
            if owner is not None and not _has(owner, one, path, facts):
                faults.append(("number", Doubt(f"“{said}” is not recorded of {owner}")))
    return Numbers(tuple(grounded), tuple(faults))


def _owner(
    one: Typed, numbers: Sequence[Typed], plain: str, clause: Clause, ids: tuple[str, ...]
) -> str | None:
    """Which of several findings a number is said of: by its order, or the nearest one."""
    if "respectively" in plain.casefold():
        alike = [other.start for other in numbers if other.unit == one.unit]
        same = len(alike) == len(ids) and one.start in alike
        return sorted(ids, key=plain.find)[alike.index(one.start)] if same else None
    after = _OF_FINDING.match(plain, one.stop)
    if after and after["id"] in ids:
        return after["id"]
    place, name = max((plain.rfind(name, clause.start, one.start), name) for name in ids)
    return name if place >= 0 else None


def _has(owner: str, one: Typed, path: Path, facts: Facts) -> bool:
    """Whether a value that was found is one of the study, or of a finding."""
    if path[0] != "trials" or path[1] == list(facts.findings).index(owner):
        return True
    return any(
        known.finding == owner
        and any(
            abs(abs(end) - abs(one.value)) <= one.tolerance + 1e-9
            for end in (known.value, known.pair)
            if end is not None
        )
        for known in facts.numbers
    )


def _is_denied(plain: str, match: re.Match[str]) -> bool:
    """Whether a statistic is said not to have been computed."""
    before, after = plain[: match.start()], plain[match.end() :]
    return bool(
        re.search(r"\b(?:no|not|without|instead of|rather than|unlike)\s+(?:an? )?$", before, re.I)
        or re.match(r"[^,;]{0,20}\b(?:was|were|is|are) not\b", after)
    )


def _is_idle(one: Typed, plain: str, clause: str) -> bool:
    """Words that count nothing: "one explanation", "two surrounds", a ratio that is wished for."""
    if _FIGURE.search(plain[: one.start]):
        return True
    if not one.word:
        return one.value == 1 and plain[one.start] == "±"
    if one.value == 0 and one.unit in ("", "draws"):
        # Judged with what is said of intervals.
        return True
    if _VAGUE.search(plain[: one.start]) and HYPOTHETICAL.search(clause):
        return True
    if one.value == 1 and re.match(r"\s(?:day|another)\b", plain[one.stop :]):
        return True
    if one.value == 1 and _ONE_OF.search(plain[: one.start]):
        return True
    if one.value == 1 and one.unit == "" and _SOMEONE.search(plain[: one.start]):
        return True
    if one.unit == "hypotheses" and re.search(r"\bnever\b", plain[: one.start], re.IGNORECASE):
        return True
    if one.value == 1 and _IF.search(plain[: one.start]):
        return True
    if one.value == 1 and (
        re.search(r"\b(?:the|its|this|that|no)\s+$", plain[: one.start])
        or re.match(
            r"\s\w+ (?:to|after|from|against) (?:the next|another|the other)\b", plain[one.stop :]
        )
    ):
        return True
    if one.unit == "":
        follows = counts.OUTCOME.match(plain[one.stop :].lstrip()) or re.match(
            r"\s*(?:were|was|are|came out|turned out|remained?|stayed|is)\b", plain[one.stop :]
        )
        alone = re.search(r"\b(?:no|any|each|this|that|the|which|every|some|other|another)\s+$",
                          plain[: one.start])  # fmt: skip
        return bool(alone) or not follows or (one.value == 1 and not counts.OUTCOME.search(clause))
    if one.unit in ("twins", "other", "conditions", "accounts", "stimuli", "controls"):
        return one.value <= 2 or one.unit in ("twins", "accounts")
    if one.unit in ("draws", "neurons", "stimuli") and one.value == 1:
        return True
    if one.unit == "ratio" or one.unit.startswith("part of"):
        return bool(HYPOTHETICAL.search(clause) or _IN_VAIN.search(clause))
    return False


def _path(
    one: Typed,
    plain: str,
    clause: Clause,
    near: Near,
    ids: tuple[str, ...],
    facts: Facts,
    *,
    cited: bool,
) -> Path | None:
    context = clause.text
    if one.unit == "share" and abs(one.value - 0.95) < 1e-9 and _CONFIDENCE.search(plain):
        return ("constants", "ci_level")
    if cited and in_literature(plain[one.start : one.stop], facts):
        return ("spec", "context")
    if one.unit.startswith("part of"):
        return counts.part(one, plain, context, clause.stop, facts)
    if one.unit == "ratio":
        return _ratio(one, plain, ids, facts)
    if one.unit == "proposals":
        for name in ("proposed", "refused", "withdrawn", "declined", "registered"):
            if one.value == facts.counts[name]:
                return ("counts", name)
    if one.unit == "animals" and one.value == len(facts.mice):
        return ("twin", "mice")
    if one.unit == "hypotheses" or (one.unit == "" and counts.is_count(one, plain)):
        return counts.path(one, plain, clause, facts)
    may_be = allowed(one, plain, clause, near)
    beside = re.match(r"[^,;()\d]{0,45}", plain[one.stop :])
    others = bool(_OTHERS.search(plain[max(0, one.start - 50) : one.start])) or bool(
        beside and _OTHERS.search(beside[0])
    )
    by_control = _OF_CONTROL.search(plain[max(clause.start, one.start - 60) : one.start])
    others = others or bool(INSTEAD.search(plain[: one.start]))
    for known in facts.numbers:
        mine = not ids or known.finding in (None, *ids) or others
        asked = _NAMED.get(known.kind)
        if by_control and known.kind in _MAIN and "controls" not in known.path:
            continue
        if known.path[0] == "physiology" and not _describes(one, known, context):
            continue
        if asked is not None and not asked.search(context):
            continue
        if (
            mine
            and (may_be is None or known.kind in may_be)
            and equal(one, known, context, near, plain[: one.start])
        ):
            return known.path
    if one.high is not None and not one.bracketed:
        ends = [
            _path(end_of(one, value), plain, clause, near, ids, facts, cited=cited)
            for value in (one.value, one.high)
        ]
        if None not in ends and one.unit in COUNTED:
            return ends[0]
    if one.high is None and one.unit in ("", "share"):
        interval = _both_ends(one, plain, ids, facts)
        if interval is not None:
            return interval
    if may_be is None or may_be <= {"window", "clip"}:
        return in_words(one, plain, facts)
    return None


def _describes(one: Typed, known: Known, context: str) -> bool:
    """Whether a number without a unit may be of the characterisation: it has to be called so."""
    words = [word for word in known.kind.split() if word not in ("n", "share", "neurons")]
    named = any(word in context for word in words)
    loose = one.unit not in ("", "share", "neurons")
    return loose or named or DESCRIBES.search(context) is not None


def _both_ends(one: Typed, plain: str, ids: tuple[str, ...], facts: Facts) -> Path | None:
    """The interval of a finding whose two ends stand in a sentence, in whatever words."""
    others = [o for o in _typed_in(plain) if o.start != one.start and o.unit == one.unit]
    for known in facts.numbers:
        if known.kind != "interval" or known.pair is None or known.finding not in ids:
            continue
        for mine, other in ((known.value, known.pair), (known.pair, known.value)):
            if is_near(one.value, mine, tolerance_of(one)) and any(
                is_near(o.value, other, tolerance_of(o)) for o in others
            ):
                return known.path
    return None


@lru_cache(maxsize=2)
def _typed_in(plain: str) -> tuple[Typed, ...]:
    """All numbers of a sentence; asked for once for each of them."""
    return tuple(typed_numbers(plain, []))


def _fault(
    one: Typed, said: str, ids: tuple[str, ...], facts: Facts, context: str, plain: str
) -> tuple[tuple[str, str], Path | None]:
    """Whether the value is nowhere, or is there in another unit or of something else.

    What a sentence calls a value that is recorded, and what words count, may have been misread:
    that raises a doubt. The place of a value in digits comes second; without one it is not printed.

    Parameters
    ----------
    context, plain : str
        The clause, and its sentence.
    """
    same = [k for k in facts.numbers if abs(abs(k.value) - abs(one.value)) <= one.tolerance + 1e-9]
    of = f" of {', '.join(ids)}" if ids else ""
    kind, reason = (
        "number",
        f"“{said}”{f' ({one.unit})' if one.unit else ''} is no recorded number{of}",
    )
    if same and one.unit and all(k.unit != one.unit for k in same):
        mine = any(not ids or known.finding in (None, *ids) for known in same)
        of = of if mine else " of another"
        unit = one.unit.removesuffix(" of ")
        kind, reason = "unit", f"“{said}” is recorded{of}, but not as {unit}"
    if one.word:
        counted = any(k.unit == one.unit == "hypotheses" for k in same)
        wished = HYPOTHETICAL.search(context) is not None
        loose = wished or counted or _is_loose(one, kind)
        return (kind, Doubt(reason) if loose else reason), None
    if kind == "unit" and one.unit not in _LOOSE_UNITS:
        return (kind, reason), None
    for known in same:
        if known.kind == "clipping" and not _NAMED["clipping"].search(plain):
            # So small that many a number is as small.
            continue
        its = known.finding in ids if ids else known.finding is not None
        if its or (known.finding is None and one.unit == known.unit == "hypotheses"):
            return (kind, Doubt(reason)), known.path
    if any(k.unit == one.unit and abs(k.value) == abs(one.value) for k, _ in recorded(facts.said)):
        return (kind, Doubt(reason)), ("twin", "name")
    return (kind, reason), None


def _is_loose(one: Typed, kind: str) -> bool:
    """Whether a number in words may count something else than it seems to."""
    if kind == "unit":
        return one.value <= 2 or one.unit in ("draws", *_LOOSE_UNITS)
    return one.value == 1 or one.unit in ("", *_LOOSE_UNITS) or one.unit.startswith("part of")


# parts and ratios


def _ratio(one: Typed, plain: str, ids: tuple[str, ...], facts: Facts) -> Path | None:
    """How much larger an estimate is than its margin, or than that of another finding."""
    margin = _MARGIN.match(plain, one.stop)
    for finding in [facts.findings[name] for name in ids[:1] if name in facts.findings and margin]:
        ratio = abs(finding.estimate) / finding.margin
        if fits(one, ratio, 0.1 * one.value, ""):
            return ("trials", list(facts.findings).index(finding.id), "finding", "estimate")
    if len(ids) < 2:
        return None
    sizes = [abs(facts.findings[name].estimate) for name in ids[:2] if name in facts.findings]
    if len(sizes) < 2 or not min(sizes):
        return None
    ratios = (sizes[0] / sizes[1], sizes[1] / sizes[0])
    alike = any(abs(r - one.value) <= 0.1 * one.value for r in ratios)
    index = list(facts.findings).index(ids[0])
    return ("trials", index, "finding", "estimate") if alike else None
