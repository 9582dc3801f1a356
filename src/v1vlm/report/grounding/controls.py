"""What is said of controls, held against what the controls of a finding say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding import core
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import nouns, subject
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, Held
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

CONTROL = lexicon("verdicts.control")
ROBUST = re.compile(r"\brobust(?:ly|ness)?\b(?! (?:statistic|to outlier))", re.IGNORECASE)
GONE = lexicon("verdicts.gone")
_OUTLASTS = lexicon("verdicts.outlasts")
_COLLAPSE = lexicon("verdicts.collapse")
_NO_CONTROL = lexicon("verdicts.no_control")
_NONE_UNDID = lexicon("controls.none_undid")
_CONTROLS_OPEN = lexicon("verdicts.controls_open")

_NOUN = lexicon("controls.noun")
_ABSENT = lexicon("controls.absent")
_TRIED = lexicon("controls.tried")
_EQUALISED = lexicon("controls.equalised")
_SURVIVED = lexicon("controls.survived")
_CONTROLLED = re.compile(r"\bcontrolled (?:for|against|with)\b", re.IGNORECASE)
_AWAITED = lexicon("controls.awaited")
_EXPLAINS = lexicon("controls.explains")
_CONFOUND = lexicon("controls.confound")
_TO_COME = re.compile(
    r"\b(?:recommend\w*|outlook|next|future|re-?test\w*|before|until)\b", re.IGNORECASE
)
_CONDITION = re.compile(r"^\W*(?:before|until|unless)\b", re.IGNORECASE)
_LEFT_OPEN = lexicon("controls.left_open")

_DUE = lexicon("controls.due")
_PROPERTY = lexicon("controls.property")
_ELSE = re.compile(
    r"\b(?:else|other(?! supported| two| three)|others|further|second|additional|more|beyond"
    r"|besides|apart from|except)\b",
    re.I,
)
_THE_CONTROL = re.compile(
    r"\b(?:the|its) controls? (?:for|of|on) [A-Z]\w*\d"
    r"|\bits controls?\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\W*(?:controls\b|an? (?:control|finding|claim)\s+(?:that|which|cannot|can|may"
    r"|does)\b)(?!.*\b(?:for|of) [A-Z]\w*\d)",
    re.I,
)
"""What is said of controls as such: "A control cannot …"."""
_TRIED_TO = re.compile(r"\b(?:tried|try|attempt\w*|effort\w*) to\b", re.IGNORECASE)
_OPEN_STILL = re.compile(
    r"\b(?:whether|may|might|could|can(?! be)|would|if|cannot|unknown"
    r"|possib\w+|open)\b",
    re.I,
)
_WISHED = re.compile(
    r"\b(?:further|other|additional|more|desirable|needed|such as|instance"
    r"|example)\b",
    re.I,
)
_RULED_OUT = lexicon("controls.ruled_out")
_DENIED_AFTER = lexicon("controls.denied_after")
_MEANT = lexicon("controls.meant")
_UNASSESSED = lexicon("controls.unassessed")
_UNPUT = lexicon("controls.unput")
"""What was not done to a finding with the control that follows."""
_NOT_RUN = lexicon("controls.not_run")
LACKING = lexicon("controls.lacking")
_NAMED = lexicon("controls.named")
_WHICH = re.compile(r"\bcontrols?\b[^.;]{0,20}?,?\s*(?:in |for )?(?:which|where|that)\s*$", re.I)
WORDS = (CONTROL, ROBUST, GONE)


def named(clause: str, found: list[Finding], sentence: str) -> Iterator[str]:
    """Reasons against controls of a property that none of a finding's controls is of."""
    if NEGATED.search(clause) or _WISHED.search(clause):
        return
    by = _CONTROLLED.search(clause)
    of = clause if _NOUN.search(clause) else clause[by.end() :] if by else ""
    if not of and _WHICH.search(sentence[: max(0, sentence.find(clause))]):
        # "… its control, which kept luminance equal".
        of = clause
    for finding in found:
        for match in _NAMED.finditer(of):
            if not _is_of(finding, match):
                yield f"“{match[0]}”: no control of {finding.id} is of that"
                return


def _is_of(finding: Finding, named: re.Match[str]) -> bool:
    ran = " ".join(f"{one.id} {one.reason}" for one in finding.controls).casefold()
    return named[0].casefold()[:5] in ran


def faults(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Faults of what is said of controls; `Held` where it holds, nothing if nothing is said."""
    claims = _claims(clause, found)
    if claims is None:
        return
    judged = {finding.controls_verdict for finding in found}
    judged = judged or {finding.controls_verdict for finding in facts.findings.values()}
    uncontrolled = {"no controls", "not run"}
    fits = {
        "robust": judged <= {"robust"} if found else "robust" in judged,
        "not robust": judged.isdisjoint({"robust"}) if len(found) < 2 else judged != {"robust"},
        "not gone": judged.isdisjoint({"explained away"}),
        "explained away": judged <= {"explained away"} if found else "explained away" in judged,
        "controls inconclusive": "controls inconclusive" in judged,
        "no controls": judged <= uncontrolled or not found,
        "controls": judged.isdisjoint(uncontrolled) or not found,
    }[claims]
    of = ", ".join(finding.id for finding in found)
    judgement = f"what the controls say{f' of {of}' if of else ''} is “{', '.join(sorted(judged))}”"
    if fits and found:
        yield Held(judgement)
    elif not fits:
        yield judgement if found and core.names_controls(clause) else Doubt(judgement)


def _claims(clause: str, found: list[Finding]) -> str | None:
    """What a clause says of controls."""
    explains = _explains(clause)
    if explains is not None:
        return explains
    if _CONDITION.search(clause) or _MEANT.search(clause) or _GENERIC.match(clause):
        return None
    noun, gone, robust = _NOUN.search(clause), GONE.search(clause), ROBUST.search(clause)
    equal, tried = _EQUALISED.search(clause), _TRIED.search(clause)
    outlasts, collapse = _OUTLASTS.search(clause), _COLLAPSE.search(clause)
    if equal and _SURVIVED.search(clause):
        return "explained away" if _denied(clause, _SURVIVED) else "robust"
    if equal and collapse and not re.search(r"\bruled? out", clause):
        return (
            "robust"
            if "not " not in collapse[0] and _denied(clause, _COLLAPSE)
            else "explained away"
        )
    lacking = _is_lacking(clause)
    if not (tried or CONTROL.search(clause) or robust or gone or lacking):
        return None
    if CONTROL.search(clause) and _CONTROLS_OPEN.search(clause):
        return "controls inconclusive"
    if lacking:
        if _ELSE.search(clause):
            # "Nothing else was controlled".
            return None
        if any(not _is_of(one, named) for one in found for named in _NAMED.finditer(clause)):
            # "Luminance was not controlled": of that there is none.
            return None
        denied = outlasts and re.search(r"\bnot (?:\w+ ){0,2}?control", clause)
        return "explained away" if denied else "no controls"
    if gone and _TRIED_TO.search(clause[: gone.start()]):
        return None
    if gone and not found and _OPEN_STILL.search(clause):
        return None
    if gone:
        return "not gone" if _denied(clause, GONE) else "explained away"
    if _NONE_UNDID.search(clause):
        return "robust"
    if robust:
        if _UNASSESSED.search(clause):
            return "no controls"
        return "not robust" if _denied(clause, ROBUST) else "robust"
    told = (
        noun
        and collapse
        and 0 < collapse.start() - noun.end() < 25
        and not (NEGATED.search(clause) or _OPEN_STILL.search(clause))
    )
    if collapse and (found or told) and not re.search(r"\bruled? out", clause):
        kept = "not " not in collapse[0] and _denied(clause, _COLLAPSE)
        return "robust" if kept else "explained away"
    if outlasts:
        return "explained away" if _denied(clause, _OUTLASTS) else "robust"
    if HYPOTHETICAL.search(clause) or _TO_COME.search(clause):
        return None
    if tried and found and not NEGATED.search(clause):
        return "controls"
    by = _CONTROLLED.search(clause)
    head = subject(clause, by.start()) if by else None
    if found and _THE_CONTROL.search(clause):
        return "controls"
    ran = noun or (by and (head is None or head.kind == "finding"))
    if ran and found and not NEGATED.search(clause):
        return "no controls" if _ABSENT.search(clause) else "controls"
    return None


def _is_lacking(clause: str) -> bool:
    """Whether a clause says that there was no control, or that it is still to come."""
    if _NONE_UNDID.search(clause):
        return False
    if _NO_CONTROL.search(clause) or (_NOUN.search(clause) and _AWAITED.search(clause)):
        return True
    noun = _NOUN.search(clause)
    return noun is not None and bool(
        _UNPUT.search(clause[: noun.start()]) or _NOT_RUN.match(clause[noun.end() :])
    )


def _explains(clause: str) -> str | None:
    """What is claimed where a property of stimuli is said to explain a finding, or not to."""
    due = _DUE.search(clause)
    if due and _PROPERTY.match(clause[due.end() :]) and not _OPEN_STILL.search(clause):
        head = subject(clause, due.start())
        if head is not None and head.kind == "finding":
            return "robust" if NEGATED.search(clause[: due.end()]) else "explained away"
    out = _RULED_OUT.search(clause)
    if (
        out
        and not NEGATED.search(clause)
        and (nouns(clause[out.end() :]) or nouns(clause[: out.start()]))
    ):
        return "robust"
    match = _EXPLAINS.search(clause)
    if match is None or _LEFT_OPEN.search(clause) or not _CONFOUND.search(clause[: match.start()]):
        return None
    if not any(n.kind == "finding" for n in nouns(clause[match.end() : match.end() + 40])):
        return None
    before = clause[: match.start()]
    failed = re.search(r"\bfail\w* to\s*$", before, re.IGNORECASE)
    denied = NEGATED.search(before) or failed or match[0].casefold().startswith("not")
    return "robust" if denied else "explained away"


def _denied(clause: str, pattern: re.Pattern[str]) -> bool:
    """Whether the words before or behind what a pattern finds deny it."""
    found = pattern.search(clause)
    return found is not None and bool(
        NEGATED.search(clause[: found.start()]) or _DENIED_AFTER.match(clause[found.end() :])
    )
