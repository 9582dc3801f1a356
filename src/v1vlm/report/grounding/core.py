"""Verdicts said in the words of the record, which settle what softer words in their sentence mean.

In "H1 survived its control, which makes it less likely that contrast accounts for it" nothing but
the first clause is a verdict: words of doubt beside a right one speak of causes, accounts or reach.
"""

from __future__ import annotations

import re

from v1vlm.claims import Finding
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.words import NEGATED

_WORDS = {
    name: lexicon(f"core.{name}")
    for name in ("supported", "contradicted", "inconclusive", "robust", "explained", "lacking")
}
_SEEMS = {
    name: lexicon(f"core.seems_{name}") for name in ("supported", "contradicted", "inconclusive")
}
"""Words that say a verdict as a rule, but not always that of a finding."""
_NULL = lexicon("core.seems_null")
_REACH = 40
"""Characters before a word in which a denial of it stands."""


def is_core(word: str) -> bool:
    """Whether a word is one of the record's own."""
    return any(words.search(word) for words in _WORDS.values())


def names_controls(clause: str) -> bool:
    """Whether a clause speaks of controls in the record's words."""
    return any(_WORDS[name].search(clause) for name in ("robust", "explained", "lacking"))


def says_verdict(sentence: str, finding: Finding) -> bool:
    """Whether a sentence says the verdict on a finding in the record's words, and no other one."""
    said = {name for name in ("supported", "contradicted", "inconclusive") if _said(sentence, name)}
    return said == {finding.verdict}


def says_another(sentence: str, finding: Finding) -> bool:
    """Whether a sentence says verdicts in the record's words, and none of them is the finding's."""
    said = {
        name
        for name, words in _SEEMS.items()
        if any(_stands(sentence, match) for match in words.finditer(sentence))
    }
    if finding.verdict == "inconclusive" and any(
        _stands(sentence, match) for match in _NULL.finditer(sentence)
    ):
        # What was not decided is no null result.
        return True
    return bool(said) and finding.verdict not in said


def says_controls(sentence: str, finding: Finding) -> bool:
    """The same of what its controls say, or that it has none."""
    said = {name for name in ("robust", "explained", "lacking") if _said(sentence, name)}
    right = {"robust": "robust", "explained away": "explained"}
    return said == {right.get(finding.controls_verdict, "lacking")}


def _said(sentence: str, name: str) -> bool:
    return any(_stands(sentence, match) for match in _WORDS[name].finditer(sentence))


def _stands(sentence: str, match: re.Match[str]) -> bool:
    """Whether a word is not denied."""
    return NEGATED.search(sentence[max(0, match.start() - _REACH) : match.start()]) is None
