"""What is said of rival accounts, held against what each predicted and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.reasons import Doubt, Held, OnRecord
from v1vlm.report.grounding.words import NEGATED

_NOTHING = re.compile(r"\b(?:no|none|nothing|equal|without)\b", re.IGNORECASE)
_OPPOSITE = re.compile(r"\b(?:opposite|reverse)\b", re.IGNORECASE)
_POSITIVE = re.compile(r"\b(?:positive|greater|larger|more)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:negative|less|smaller|lower)\b", re.IGNORECASE)
_PREDICTS = re.compile(
    r"\b(?:predict|expect|foresee|foretell|forecast|anticipat|impl(?:y|ies|ied)|entail)\w*\b"
)
_OUTCOME = re.compile(
    r"\b(?:(?P<none>none of the accounts\b.*\bpredicted (?:this|it|that))|(?P<wrong>mispredicted)"
    r"|that is what|predicted (?:this|it|that)|as (?:the )?(?:[\w-]+ ){1,5}predict(?:s|ed))\b"
)
_RIVALS = re.compile(r"\b(?:rivals?|competitors?|alternatives?)\b", re.IGNORECASE)


def faults(
    clause: str, upheld: bool, word: re.Match[str], place: int, found: list[Finding], facts: Facts
) -> Iterator[str]:
    """Reasons against an account being upheld, or refuted, by findings; `Held` where it is.

    Parameters
    ----------
    word : re.Match
        The word that says so.
    place : int
        Where the account is named.
    """
    near = clause[max(0, place - 40) : place + 40].casefold()
    before = clause[: word.start()]
    denied = NEGATED.search(before) or re.search(r"\bfail\w* to\s*$", before, re.IGNORECASE)
    for finding in found:
        rivals = facts.rivals.get(finding.id, {})
        named = [name for name in rivals if name in near]
        if not named and _RIVALS.search(near):
            named = list(rivals)
        for name in named:
            fits = _fits(finding, rivals[name])
            holds = fits is upheld if not denied else fits is not upheld
            if not holds:
                yield Doubt(f"“{word[0]}”: that is not what {finding.id} says of “{name}”")
                return
            yield Held(f"“{word[0]}”: that is what {finding.id} says of “{name}”")


def foretold(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """What accounts are said to have predicted, held against what was registered of them.

    "The untuned account expects no difference" is about the registration, "That is what untuned
    normalisation predicted" about the outcome too.
    """
    low = clause.casefold()
    outcome, said = _OUTCOME.search(low), _PREDICTS.search(low)
    for finding in found:
        whole = facts.accounts.get(finding.id, {})
        named = [name for name in whole if re.search(rf"\b{re.escape(name)}\b", low)]
        if outcome and outcome["none"]:
            named = list(whole)
        if outcome and named and not NEGATED.search(low[: outcome.end()].removeprefix("none")):
            right = outcome["wrong"] is outcome["none"] is None
            fits = {_fits(finding, whole[name]) for name in named}
            reason = f"“{outcome[0]}”: as recorded of {', '.join(named)}"
            if fits == {right}:
                yield Held(reason)
            elif (not right) in fits:
                yield Doubt(f"“{outcome[0]}”: not so of {', '.join(named)}")
            return
        if said is None:
            continue
        before = low[: said.start()]
        rivals = {n: p for n, p in whole.items() if re.search(rf"\b{re.escape(n)}\b", before)}
        rivals = rivals or {
            n: p
            for n, p in facts.rivals.get(finding.id, {}).items()
            if re.search(rf"\b{re.escape(n)}\b", before)
        }
        says = _says(re.split(r"[,;:(]|\band\b", low[said.end() :])[0])
        if len(rivals) == 1 and says is not None and not NEGATED.search(before):
            ((name, prediction),) = rivals.items()
            same = says == _says(prediction.partition(":")[0])
            reason = f"“{name}”: {prediction}"
            yield OnRecord(reason) if same else Doubt(reason)
            return


def _says(prediction: str) -> str | None:
    """Which of the kinds of prediction a text names."""
    kinds = (("none", _NOTHING), ("opposite", _OPPOSITE), ("more", _POSITIVE), ("less", _NEGATIVE))
    return next((kind for kind, words in kinds if words.search(prediction)), None)


def _fits(finding: Finding, predicts: str) -> bool | None:
    """Whether what an account predicted was found; None if that is open."""
    if finding.verdict == "inconclusive":
        return None
    if finding.direction not in ("greater", "less"):
        return None
    found = 0 if abs(finding.estimate) <= finding.margin else 1 if finding.estimate > 0 else -1
    way = 1 if finding.direction == "greater" else -1
    says = predicts.partition(":")[0]
    for pattern, sign in ((_NOTHING, 0), (_OPPOSITE, -way), (_POSITIVE, 1), (_NEGATIVE, -1)):
        if pattern.search(says):
            # A contradicted claim refutes those who predicted it, whatever the estimate is.
            return found == sign and not (sign == way and finding.verdict == "contradicted")
    return None
