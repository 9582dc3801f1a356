"""A sentence that was read: what speaks against it, how surely, and what it is printed as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from v1vlm.report.grounding.citations import Cited
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.numbers import Grounded
from v1vlm.report.grounding.reasons import Doubt, Sure
from v1vlm.report.grounding.sentences import Sentence
from v1vlm.report.grounding.words import HYPOTHETICAL

Place = Literal["claims", "background", "plans"]
"""What a paragraph is for: saying what was found, telling others' work, or what to do next."""

Standing = Literal["confirmed", "unchecked", "refuted"]

Kind = Literal["number", "unit", "citation", "verdict", "subject", "method", "name", "length"]

_READ = frozenset({"verdict", "subject", "method"})
"""Faults that are found by reading words; the others are found by comparing values and names."""
_UNSURE = lexicon("claim.unsure")
"""Words that turn what stands near them round, or set it apart."""
_SHORT = 8
"""Words of a sentence in which a denial reaches everything."""
_TELLS = re.compile(
    r"\b(?:was|were|had|has been|have been|we|\w+ed|gave|led|ran|made|showed)\b", re.IGNORECASE
)
"""Words of a sentence that tells what was done."""


@dataclass(frozen=True)
class Fault:
    """Something in a sentence that the record does not bear out.

    Attributes
    ----------
    kind : str
        ``number``, ``unit``, ``citation``, ``verdict``, ``subject``, ``method``, ``name`` or
        ``length``.
    firm : bool
        Whether it speaks against the sentence, which is then removed; else the reading is not
        sure of it, and the sentence stays, marked as not checked.
    """

    sentence: str
    kind: Kind
    reason: str
    firm: bool = True


@dataclass(frozen=True)
class Claim:
    """One sentence, and what it rests on.

    Attributes
    ----------
    sentence : Sentence
    faults : tuple of Fault
        Empty if nothing speaks against it.
    held : bool
        Whether something in it was found to be so: a number, a verdict, what its controls say.
    numbers : tuple of Grounded
        Its typed numbers, by their place in the filled-in text.
    cited : tuple of Cited
        Works that are typed, not quoted.
    findings : tuple of str
        The findings that it speaks of.
    reports : bool
        It says what was found of them, by name, number or verdict, and does not merely stand
        where they are discussed, or tell what was registered.
    cites : bool
        Whether it cites a known work.
    """

    sentence: Sentence
    faults: tuple[Fault, ...]
    numbers: tuple[Grounded, ...]
    cited: tuple[Cited, ...]
    findings: tuple[str, ...]
    held: bool
    reports: bool
    cites: bool

    @property
    def standing(self) -> Standing:
        """Whether it was confirmed, could not be checked, or does not hold."""
        if any(fault.firm for fault in self.faults):
            return "refuted"
        return "confirmed" if self.held and not self.faults else "unchecked"


def is_firm(kind: Kind, reason: str, plain: str, *, cites: bool) -> bool:
    """Whether a reason cannot well be a misreading: denials and suppositions often are misread."""
    if isinstance(reason, Doubt):
        return False
    if kind not in _READ or isinstance(reason, Sure):
        return True
    told = kind != "method" or _TELLS.search(plain) is not None
    short = kind == "verdict" and len(plain.split()) <= _SHORT and "," not in plain
    plainly = _UNSURE.search(plain) is None or (short and not HYPOTHETICAL.search(plain))
    return told and plainly and not cites
