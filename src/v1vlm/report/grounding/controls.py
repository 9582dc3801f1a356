"""What is said of controls, held against what the controls of a finding say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.words import NEGATED

CONTROL = lexicon("verdicts.control")
ROBUST = re.compile(r"\brobust(?:ly|ness)?\b(?! (?:statistic|to outlier))", re.IGNORECASE)
GONE = lexicon("verdicts.gone")
_OUTLASTS = lexicon("verdicts.outlasts")
_COLLAPSE = lexicon("verdicts.collapse")
_NO_CONTROL = lexicon("verdicts.no_control")
_NONE_UNDID = lexicon("controls.none_undid")
_CONTROLS_OPEN = lexicon("verdicts.controls_open")

WORDS = (CONTROL, ROBUST, GONE)


def faults(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Faults of what is said of controls; "" where it holds, nothing if nothing is said."""
    about = CONTROL.search(clause) or ROBUST.search(clause) or GONE.search(clause)
    if not about:
        return
    claims: str | None = None
    if CONTROL.search(clause) and _CONTROLS_OPEN.search(clause):
        claims = "controls inconclusive"
    elif _NO_CONTROL.search(clause) and not _NONE_UNDID.search(clause):
        claims = "no controls"
        if re.search(r"\bnot (?:\w+ ){0,2}?control", clause) and _OUTLASTS.search(clause):
            claims = "explained away"
    elif GONE.search(clause):
        claims = "not gone" if _denied(clause, GONE) else "explained away"
    elif _NONE_UNDID.search(clause):
        claims = "robust"
    elif ROBUST.search(clause):
        claims = "not robust" if _denied(clause, ROBUST) else "robust"
    elif (gone := _COLLAPSE.search(clause)) and not re.search(r"\bruled? out", clause):
        claims = (
            "robust" if "not " not in gone[0] and _denied(clause, _COLLAPSE) else "explained away"
        )
    elif _OUTLASTS.search(clause):
        claims = "explained away" if NEGATED.search(clause) else "robust"
    if claims is None:
        return
    judged = {finding.controls_verdict for finding in found}
    judged = judged or {finding.controls_verdict for finding in facts.findings.values()}
    fits = {
        "robust": judged <= {"robust"} if found else "robust" in judged,
        "not robust": judged.isdisjoint({"robust"}),
        "not gone": judged.isdisjoint({"explained away"}),
        "explained away": judged <= {"explained away"} if found else "explained away" in judged,
        "controls inconclusive": "controls inconclusive" in judged,
        "no controls": "no controls" in judged or "not run" in judged,
    }[claims]
    if claims == "no controls" and not found:
        fits = True
    of = ", ".join(finding.id for finding in found)
    yield (
        ""
        if fits
        else f"what the controls say{f' of {of}' if of else ''} is “{', '.join(sorted(judged))}”"
    )


def _denied(clause: str, pattern: re.Pattern[str]) -> bool:
    """Whether the words before what a pattern finds deny it."""
    found = pattern.search(clause)
    return found is not None and NEGATED.search(clause[: found.start()]) is not None
