"""Signs and directions, held against the estimate and the statement of a finding.

A statement says which way responses go ("respond less to …"). If the finding is supported they
went that way, if the opposite was found they went the other; a sentence that says which way they
went, in which of the two conditions, has to fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding.grammar import nouns
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, Held
from v1vlm.report.grounding.words import NEGATED

_NEGATIVE = lexicon("directions.negative")
_POSITIVE = lexicon("directions.positive")
_AS_PREDICTED = lexicon("directions.as_predicted")
_AGAINST = lexicon("directions.against_prediction")
_MORE = lexicon("directions.more")
_LESS = lexicon("directions.less")
_RESPONSE = lexicon("directions.response")
_RISE = lexicon("directions.rise")
_FALL = lexicon("directions.fall")
_EVIDENT = lexicon("directions.evident")
_NOT_SAID = lexicon("directions.not_said")
_EXPECTED = lexicon("directions.expected")
_MAIN = lexicon("directions.main")
_OTHER = lexicon("directions.other")
WORDS = (_MORE, _LESS, _RISE, _FALL)
_WEAKER = re.compile(
    r"\s+(?:weak|feebl|modest|sluggish|faint|slow|reluct|quiet|subdued|strongly suppress)\w*"
    r"|\s+than\b",
    re.I,
)
_NO = re.compile(r"\b(?:was|were|are|is) (?:no|not any|not)\s+$", re.IGNORECASE)
_THAN = re.compile(r"(?<!rather )\bthan\b|\bcompared\b|\brelative to\b|\bagainst\b", re.IGNORECASE)


def faults(clause: str, found: list[Finding]) -> Iterator[str]:
    """Reasons against the signs and directions of a clause that says what was found, or `Held`."""
    for finding in found:
        for pattern, sign in ((_NEGATIVE, -1), (_POSITIVE, 1)):
            match = pattern.search(clause)
            if match and not _denied(clause, match):
                yield _sign(match, finding, sign)
        if finding.direction in ("greater", "less"):
            way = 1 if finding.direction == "greater" else -1
            for pattern, sign in ((_AS_PREDICTED, way), (_AGAINST, -way)):
                match = pattern.search(clause)
                of_account = any(one.kind == "account" for one in nouns(clause))
                if match and not (of_account or _denied(clause, match)):
                    yield _sign(match, finding, sign)
        went = _went(finding)
        if went is None:
            continue
        for match, way in _told(clause):
            if way != went:
                reason = f"“{match[0]}”: the responses of {finding.id} did not go that way"
                # In which of two conditions they did is easily misread.
                yield Doubt(reason) if _THAN.search(clause) else reason
                break
            yield Held(f"“{match[0]}”: the responses of {finding.id} went that way")


def _sign(said: re.Match[str], finding: Finding, sign: int) -> str:
    if finding.estimate * sign <= 0:
        return f"“{said[0]}”: the estimate of {finding.id} has the other sign"
    return Held(f"“{said[0]}”: the estimate of {finding.id} has that sign")


def _went(finding: Finding) -> int | None:
    """Which way responses went in the condition that the statement names; 0 if undecided."""
    said = finding.statement
    more, less = _MORE.search(said), _LESS.search(said)
    if bool(more) == bool(less) or finding.direction not in ("greater", "less"):
        return None
    way = 1 if more else -1
    if finding.verdict == "supported":
        return way
    if finding.verdict == "inconclusive":
        return 0
    low, high = finding.interval or (0.0, 0.0)
    return -way if low > 0 or high < 0 else None


def _told(clause: str) -> Iterator[tuple[re.Match[str], int]]:
    """What a clause says of the way that responses went in the condition of the statement."""
    for pattern, way in ((_RISE, 1), (_FALL, -1)):
        for match in pattern.finditer(clause):
            near = clause[max(0, match.start() - 40) : match.end() + 70]
            if _EVIDENT.search(near) and not _denied(clause, match):
                yield match, way * _side(clause, match)
    for pattern, way in ((_MORE, 1), (_LESS, -1)):
        for match in pattern.finditer(clause):
            near = clause[max(0, match.start() - 30) : match.end() + 22]
            if way > 0 and (
                _LESS.search(clause[: match.start()]) or _WEAKER.match(clause[match.end() :])
            ):
                # "Suppressed more", "more weakly".
                continue
            if _RESPONSE.search(near) and _NO.search(clause[: match.start()]):
                # "Responses were no weaker": the other way, or no way at all.
                yield match, -way * _side(clause, match)
            elif _RESPONSE.search(near) and not _denied(clause, match):
                yield match, way * _side(clause, match)


def _denied(clause: str, match: re.Match[str]) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    return bool(
        NEGATED.search(before[-60:]) or _NOT_SAID.search(before[-60:]) or _EXPECTED.search(after)
    )


def _side(clause: str, match: re.Match[str]) -> int:
    """Whether it is said of the condition of the statement (1) or of the other (−1)."""
    after = clause[match.end() :]
    than = _THAN.search(after)
    here = after[: than.start()] if than else after
    there = after[than.end() :] if than else ""
    for text, sign in ((here, 1), (clause[: match.start()], 1), (there, -1)):
        main, other = _MAIN.search(text), _OTHER.search(text)
        if main and (not other or main.start() < other.start()):
            return sign
        if other:
            return -sign
    return 1
