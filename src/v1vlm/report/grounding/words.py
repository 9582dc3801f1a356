"""Words that several rules ask for: moods, negation, and how a paper speaks of itself."""

from __future__ import annotations

from v1vlm.report.grounding.lexicon import lexicon

HYPOTHETICAL = lexicon("words.hypothetical")
"""Words of a sentence that does not say what was done or found."""

NEGATED = lexicon("words.negated")

OURSELVES = lexicon("words.ourselves")

PASSIVE = lexicon("words.passive")

TOLD = lexicon("words.told")
"""What stands before something that others are said to have found."""

_PLANS = lexicon("words.plans")


def supposed(sentence: str) -> bool:
    """Whether a sentence wishes, plans or asks; "mice will see" is a claim about mice."""
    return any(
        match[0].casefold() not in ("will", "shall") or _PLANS.search(sentence)
        for match in HYPOTHETICAL.finditer(sentence)
    )
