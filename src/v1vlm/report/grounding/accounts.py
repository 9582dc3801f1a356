"""What is said of rival accounts, held against what each predicted and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.reasons import Held
from v1vlm.report.grounding.words import NEGATED

_NOTHING = re.compile(r"\b(?:no|none|nothing|equal|without)\b", re.IGNORECASE)
_OPPOSITE = re.compile(r"\b(?:opposite|reverse)\b", re.IGNORECASE)
_POSITIVE = re.compile(r"\b(?:positive|greater|larger|more)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:negative|less|smaller|lower)\b", re.IGNORECASE)
_RIVALS = re.compile(r"\b(?:rivals?|competitors?|alternatives?)\b", re.IGNORECASE)


def faults(
    clause: str, upheld: bool, word: re.Match[str], place: int, found: list[Finding], facts: Facts
) -> Iterator[str]:
    """Reasons against an account being upheld, or refuted, by findings.

    Parameters
    ----------
    word : re.Match
        The word that says so.
    place : int
        Where the account is named.
    """
    near = clause[max(0, place - 40) : place + 40].casefold()
    before = clause[: word.start()]
    denied = NEGATED.search(before) or re.search(r"\bfail\w* to\s*$", before, re.IGNORECASE)
    for finding in found:
        rivals = facts.rivals.get(finding.id, {})
        named = [name for name in rivals if name in near]
        if not named and _RIVALS.search(near):
            named = list(rivals)
        for name in named:
            fits = _fits(finding, rivals[name])
            holds = fits is upheld if not denied else fits is not upheld
            if not holds:
                yield f"“{word[0]}”: that is not what {finding.id} says of “{name}”"
                return
            yield Held(f"“{word[0]}”: that is what {finding.id} says of “{name}”")


def _fits(finding: Finding, predicts: str) -> bool | None:
    """Whether what an account predicted was found; None if that is open."""
    if finding.verdict == "inconclusive":
        return None
    if finding.direction not in ("greater", "less"):
        return None
    found = 0 if abs(finding.estimate) <= finding.margin else 1 if finding.estimate > 0 else -1
    way = 1 if finding.direction == "greater" else -1
    says = predicts.partition(":")[0]
    for pattern, sign in ((_NOTHING, 0), (_OPPOSITE, -way), (_POSITIVE, 1), (_NEGATIVE, -1)):
        if pattern.search(says):
            return found == sign
    return None
