"""Which findings a clause points to without naming them: former and latter, and groups by verdict.

"The contradicted hypothesis" says no verdict on the finding that the sentence is about; it points
to another one. Where a clause speaks of a group, it is read as if it named its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from v1vlm.report.grounding.facts import Facts

_VERDICTS = {
    "supported": "supported", "confirmed": "supported", "corroborated": "supported",
    "successful": "supported",
    "contradicted": "contradicted", "refuted": "contradicted", "failed": "contradicted",
    "reversed": "contradicted", "falsified": "contradicted",
    "inconclusive": "inconclusive", "undecided": "inconclusive", "unresolved": "inconclusive",
    "open": "inconclusive", "unsettled": "inconclusive",
}  # fmt: skip
_VERDICT = rf"(?:{'|'.join(_VERDICTS)})"
_NOUNS = (
    r"(?:hypothes[ei]s|predictions?|claims?|findings?|results?|outcomes?|registrations?|ones?|cases?"
    r"|effects?|tests?|counterparts?|siblings?)"
)
_GROUP = re.compile(
    rf"\b(?P<the>(?:the|our|its|both|all|any|those|these)\s+)?(?P<other>(?:(?:other|remaining|two|three|only|single"
    rf"|registered|sole|rest of the)\s+)*)(?P<one>{_VERDICT})(?:(?:,?\s+and|\s+or|,"
    rf"|\s+but)\s+(?:the\s+)?"
    rf"(?P<two>{_VERDICT}))?\s+(?:and robust\s+|but uncontrolled\s+)?(?P<noun>{_NOUNS})\b",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\b(?:is|was|are|were|be|been|being|as|remains?|becomes?|became|among|belong(?:s"
    r"|ed)? to|one of|call(?:s|ed)?"
    r"|counts?|counted|list(?:s|ed)?|joins?|joined)\s+(?:also |now |still |only |among "
    r"|with |one of |the only |"
    r"of |both )*(?:an? |the )?(?:\w+ )?$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r",?\s+(?:\(|such as|like|including|in the form of|here,?|of"
    r"|[A-Z]\w*\d)",
    re.I,
)
_PART = re.compile(
    r"(?:^\W*of|\b(?:out|one|two|three|four|each|none|all|some|most|only|both|half|many|few"
    r"|any|neither|\d+) of)\s+$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:\d+|no|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|an?)\s+$",
    re.IGNORECASE,
)
_LIKE = re.compile(r"\W*(?:like|unlike|as with|in contrast|compared|among|of)\b", re.IGNORECASE)
_MANY = re.compile(r"\d\w*(?:,| and| or) |namely|such as|including|i\.e")
_LISTED = re.compile(
    r",?\s+\(?(?:such as |namely |including |like |i\.e\. )?[A-Z]\w*\d\w*(?:,? (?:and "
    r"|or )?[A-Z]\w*\d\w*)*"
)
_POINTED = re.compile(r"\bthe (?P<which>former|latter)(?P<s>['’]s)?\b", re.IGNORECASE)


def resolved(clause: str, before: Sequence[str], facts: Facts) -> str:
    """A clause with former, latter and groups by verdict replaced by the findings meant.

    Parameters
    ----------
    before : sequence of str
        Ids that the sentence names, in order.
    """
    if len(before) == 2:
        clause = _POINTED.sub(
            lambda match: before[match["which"].casefold() == "latter"] + (match["s"] or ""), clause
        )
    return _GROUP.sub(lambda match: _members(match, clause, before, facts), clause)


def listed(clause: str, facts: Facts) -> Iterator[str]:
    """Reasons against groups whose members are named: "the supported findings, H1 and H2"."""
    for match in _GROUP.finditer(clause):
        names = _LISTED.match(clause[match.end() :])
        rest = clause[match.end() + names.end() :] if names else ""
        lone = names and names[0].lstrip().startswith(",") and not _MANY.search(names[0])
        if _LIKE.match(clause) or (lone and not rest.startswith(",")):
            # "Like the supported hypotheses, H2 …".
            names = None
        meant = {_VERDICTS[match[name].casefold()] for name in ("one", "two") if match[name]}
        for name in re.findall(r"[A-Z]\w*\d\w*", names[0]) if names else ():
            finding = facts.findings.get(name)
            if finding is not None and finding.verdict not in meant:
                yield f"“{match[0]}”: the verdict on {name} is “{finding.verdict}”"


def _members(match: re.Match[str], clause: str, named: Sequence[str], facts: Facts) -> str:
    """The members of a group, as text; what was written where it says a verdict itself."""
    if _PREDICATE.search(clause[: match.start()]) or _EXAMPLE.match(clause[match.end() :]):
        return match[0]
    singular = match["noun"].casefold() == "hypothesis" or not match["noun"].endswith("s")
    if not match["the"] and singular:
        return match[0]
    if _PART.search(clause[: match.start()]) or _COUNTED.search(clause[: match.start()]):
        # "One of the supported claims": which of them is not said.
        return match[0]
    meant = {_VERDICTS[match[name].casefold()] for name in ("one", "two") if match[name]}
    members = [f.id for f in facts.findings.values() if f.verdict in meant]
    if "other" in match["other"].casefold() or "remaining" in match["other"].casefold():
        members = [name for name in members if name not in named]
    if len(members) == 1 and (match["the"] or "").strip().casefold() != "both":
        return members[0]
    return "the others" if named and members else match[0]
