"""What no evidence of a study can carry: proofs, universal laws, the one mechanism."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt
from v1vlm.report.grounding.words import NEGATED, supposed

CERTAIN = lexicon("overreach.certain")
_UNIVERSAL = lexicon("overreach.universal")
_EFFECT = lexicon("overreach.effect")
_SPREADS = lexicon("overreach.spreads")
_SOLE = lexicon("overreach.sole")
_UNTRIED = lexicon("overreach.untried")
_MECHANISM = lexicon("overreach.mechanism")
_WORKS = lexicon("overreach.works")
_SHOWS = lexicon("overreach.shows")
_WISHED = lexicon("overreach.wished")
_NOT = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_PROOF = re.compile(
    r"\b(?:prov|undeniabl|unequivocal|definit|conclusive|beyond|irrefutabl|establish|settle)",
    re.IGNORECASE,
)
_ONLY_IF = re.compile(r"\b(?:if|unless|until|whether|would)\b", re.IGNORECASE)
_HEDGED = lexicon("overreach.hedged")
_DOUBTFUL = lexicon("overreach.doubtful")


def faults(clause: str, *, cited: bool) -> Iterator[str]:
    """Reasons against a clause that says more than any level of evidence bears.

    Parameters
    ----------
    cited : bool
        Its sentence cites a work, which may tell mechanisms.
    """
    certain = CERTAIN.search(clause)
    wished = certain and (_WISHED.search(clause[: certain.start()]) or _ONLY_IF.search(clause))
    if certain and not NEGATED.search(clause[: certain.start()]) and not wished:
        reason = f"“{certain[0]}”: no level of evidence is a proof"
        yield reason if _PROOF.search(certain[0]) else Doubt(reason)
    sole = _SOLE.search(clause)
    open_still = _UNTRIED.search(clause) or _WISHED.search(clause)
    lead = clause[: sole.start()] if sole else ""
    kept = sole and (
        NEGATED.search(lead) or _NOT.search(sole[0]) or re.search(r"\bagainst\b", lead)
    )
    if sole and not open_still and not kept:
        yield Doubt(f"“{sole[0]}”: other explanations are left")
    doubtful = _DOUBTFUL.search(clause)
    if doubtful and not NEGATED.search(clause[: doubtful.start()]):
        yield Doubt(f"“{doubtful[0]}”: it may say more than was done and found")
    if supposed(clause):
        return
    universal = _UNIVERSAL.search(clause)
    if universal and _EFFECT.search(clause) and not NEGATED.search(clause[: universal.start()]):
        yield Doubt(f"“{universal[0]}”: not all were tested")
    spreads = _SPREADS.search(clause)
    if spreads and not NEGATED.search(clause) and not _HEDGED.search(clause):
        yield f"“{spreads[0]}”: nothing beyond the named neurons was tested"
    if not cited and not _HEDGED.search(clause) and not NEGATED.search(clause):
        mechanism = _MECHANISM.search(clause)
        shows = _SHOWS.search(clause)
        works = mechanism and _WORKS.search(clause)
        if mechanism and shows and shows.end() <= mechanism.start() and not works:
            works = shows
        if mechanism and works:
            yield f"“{mechanism[0]} {works[0]}”: no mechanism was tested"
