"""Who asks: scientists behind one contract."""

from v1vlm.scientist.base import (
    Ask,
    Briefing,
    Change,
    Decline,
    Interpretation,
    Keep,
    Objection,
    Picture,
    Proposal,
    Prose,
    Scientist,
    Withdraw,
)
from v1vlm.scientist.checks import check_arm, check_hypothesis, check_length

__all__ = [
    "Ask",
    "Briefing",
    "Change",
    "Decline",
    "Interpretation",
    "Keep",
    "Objection",
    "Picture",
    "Proposal",
    "Prose",
    "Scientist",
    "Withdraw",
    "check_arm",
    "check_hypothesis",
    "check_length",
]
