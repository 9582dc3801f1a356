"""Who asks: scientists behind one contract."""

from v1vlm.scientist.base import (
    Ask,
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Proposal,
    Prose,
    Scientist,
    Withdraw,
)

__all__ = [
    "Ask",
    "Briefing",
    "Change",
    "Decline",
    "Interpretation",
    "Keep",
    "Proposal",
    "Prose",
    "Scientist",
    "Withdraw",
]
