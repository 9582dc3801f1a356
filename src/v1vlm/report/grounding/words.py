"""Words that several rules ask for: moods, negation, and how a paper speaks of itself."""

from __future__ import annotations

import re

from v1vlm.report.grounding.lexicon import lexicon

HYPOTHETICAL = lexicon("words.hypothetical")
"""Words of a sentence that does not say what was done or found."""

NEGATED = lexicon("words.negated")

OURSELVES = lexicon("words.ourselves")

PASSIVE = lexicon("words.passive")

TOLD = lexicon("words.told")
"""What stands before something that others are said to have found."""

_PLANS = lexicon("words.plans")


_ONE_DENIAL = re.compile(
    r"\b(?:no|not|never|nothing|nor|neither)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE
)
_DENIED_BEHIND = re.compile(
    r"[\w-]*\s+(?:was|were|is|are|has been|have been|had been)\s+(?:not|never)\b", re.IGNORECASE
)
_TURNED = re.compile(
    r"\b(?:only|until|beyond|unlike|before|lack\w*|reason|without|but|stop\w*|doubt\w*|limited"
    r"|except|save)\b",
    re.IGNORECASE,
)
"""Words that turn a denial round, or make it one of something else."""


def plainly_denied(clause: str, place: int) -> bool:
    """Whether nothing but one denial, right beside it, is said of what stands at a place."""
    if _TURNED.search(clause) or len(NEGATED.findall(clause)) != 1:
        return False
    before, after = clause[:place], clause[place:]
    return bool(_ONE_DENIAL.search(before) or _DENIED_BEHIND.match(after))


def supposed(sentence: str) -> bool:
    """Whether a sentence wishes, plans or asks; "mice will see" is a claim about mice."""
    return any(
        match[0].casefold() not in ("will", "shall") or _PLANS.search(sentence)
        for match in HYPOTHETICAL.finditer(sentence)
    )
