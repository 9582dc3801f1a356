"""Who asks: scientists behind one contract."""

from v1vlm.scientist.base import (
    Ask,
    Beholder,
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Lookup,
    Objection,
    Picture,
    Proposal,
    Prose,
    Recognition,
    Scientist,
    Withdraw,
    sees,
)
from v1vlm.scientist.checks import check_arm, check_hypothesis, check_length

__all__ = [
    "Ask",
    "Beholder",
    "Briefing",
    "Change",
    "Decline",
    "Interpretation",
    "Keep",
    "Lookup",
    "Objection",
    "Picture",
    "Proposal",
    "Prose",
    "Recognition",
    "Scientist",
    "Withdraw",
    "check_arm",
    "check_hypothesis",
    "check_length",
    "sees",
]
