"""Whom a sentence speaks of: what was tested is a twin, never an animal or its cortex."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, OnRecord
from v1vlm.report.grounding.words import (
    HYPOTHETICAL,
    NEGATED,
    OURSELVES,
    TOLD,
    plainly_denied,
    supposed,
)

_SUBJECT = lexicon("subjects.subject")
_HARMLESS = lexicon("subjects.harmless")
_TWINS = lexicon("subjects.twins")
_NAMED = re.compile(r"\b([A-Z]\w*[A-Z0-9]\w*|[a-z][\w.-]*\d[\w.-]*)\s+(?:digital\s+)?twin\b")
_HEDGED = re.compile(r"\b(?:may|might|perhaps|possibly)\b", re.IGNORECASE)
_CLAIMING = lexicon("subjects.claiming")
_GOVERNED = re.compile(
    r"\b(?:of|from|to|for|on|with|across|between|among|about|into|beyond|over|in)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_SILENT = re.compile(r"\b(?:silent|agnostic|mute|limited|confined|restricted)\b", re.IGNORECASE)
_FACTIVE = re.compile(r"\W*(?:now that|given that|having)\b", re.IGNORECASE)
"""What takes for granted what it says, though the sentence is a plan."""
_GUESS = re.compile(
    r"\b(?:is|are|remains?) (?:(?:at best|only|merely|no more than|still"
    r"|but) )+(?:an? )?(?:\w+ )?(?:hypothes[ei]s|predictions?|conjectures?"
    r"|guess\w*|suggestions?|questions?)\b|\b(?:but|and) (?:does|do|did) not (?:show|prove"
    r"|establish)\b",
    re.IGNORECASE,
)
_BARE_NOT = re.compile(
    r"\W*(?:and|but)\s+(?:is|was|has|were|are|have)\s+(?:not|never"
    r"|yet to)\b",
    re.IGNORECASE,
)
_LIKE = re.compile(
    r"\b(?:like|unlike|than|instead of|resembl\w+|mimic\w*|differ\w* from|depart\w* from"
    r"|prox(?:y|ies) for|substitutes? for"
    r"|(?:comparison|compared?|comparing) (?:\S+ ){0,2}?(?:to|with)|(?:gap|differences?"
    r"|resemblance|similarity|distance) between .{0,40} and|meant for|relevan\w+ (?:to"
    r"|for))\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
"""What stands before those whom something is compared with."""
_COVERS = lexicon("subjects.covers")
"""What reaches animals or does not, as "transfer" and "statement"."""
_NOT_AFTER = re.compile(
    r"[^,;]{0,60}?\b(?:is|are|was|were|has|have|had|does|do|did|can|could)(?: not|n['’]t"
    r"| yet to)\b",
    re.IGNORECASE,
)
_NOT_USED = re.compile(
    r"\b(?:did|does|do|was|were|is|are|has|have)(?: not|n['’]t) (?:been )?"
    r"(?:use|involve|include|record|test|contain|require|study|examine|measure)\w*\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_WE = re.compile(r"\bwe\b[^,;]*$", re.IGNORECASE)
_SIMULATED = lexicon("subjects.simulated")
_UNTOUCHED = lexicon("subjects.untouched")
"""Words that a denial is about, where it says that no animal is spoken of."""


def faults(
    clause: str, sentence: str, facts: Facts, *, cited: bool, loose: bool, own: bool
) -> Iterator[str]:
    """Reasons against whom a clause speaks of; `Held` where it plainly denies to speak of animals.

    Parameters
    ----------
    cited, loose : bool
        As in `v1vlm.report.grounding.methods.faults`.
    own : bool
        The sentence says what this study found: a citation beside it does not make it about
        others' work.
    """
    yield from _other_twin(clause, facts)
    bare = _HARMLESS.sub(" ", clause)
    for match in _SUBJECT.finditer(bare):
        if match[0].casefold() in _names(facts):
            continue
        if _GUESS.search(sentence) or _denied_later(bare, match.start(), sentence):
            continue
        if supposed(clause) or _HEDGED.search(clause):
            continue
        unsure = supposed(sentence) and not _takes_for_granted(clause, facts)
        if _denied(bare, match.start()):
            if plainly_denied(bare, match.start()):
                yield OnRecord(f"nothing is said of “{match[0]}”; the {facts.twin} twin was tested")
            continue
        ours = own or bool(OURSELVES.search(clause))
        if (cited or loose) and not ours:
            continue
        if cited and TOLD.search(bare[: match.start()]) and not _WE.search(bare[: match.start()]):
            continue
        if _SIMULATED.search(bare[match.start() :]) or _UNTOUCHED.search(bare[match.start() :]):
            continue
        reason = f"it speaks of “{match[0]}”; the {facts.twin} twin was tested"
        unsure = unsure or re.search(r"\bsimulat", sentence) is not None
        yield Doubt(reason) if unsure else reason
        return


def _takes_for_granted(clause: str, facts: Facts) -> bool:
    """Whether a clause says what is so, though the sentence is a plan."""
    if _FACTIVE.match(clause):
        return True
    given = re.match(r"\W*(?:since|because|as|after)\b", clause, re.IGNORECASE)
    return given is not None and any(name in clause for name in facts.findings)


def _denied_later(clause: str, place: int, sentence: str) -> bool:
    """Whether a later clause denies it: "The step to V1 is large, and was not taken"."""
    head = _GOVERNED.search(clause[:place])
    rest = sentence[sentence.find(clause) + len(clause) :] if clause in sentence else ""
    return bool(head and _COVERS.search(clause[: head.start()]) and _BARE_NOT.match(rest))


def _other_twin(clause: str, facts: Facts) -> Iterator[str]:
    own = facts.twin.casefold()
    card = facts.said
    for match in _TWINS.finditer(clause):
        name = match[0].casefold()
        if name in own or own in name or name.rstrip("s") in card or NEGATED.search(clause):
            continue
        if HYPOTHETICAL.search(clause):
            continue
        yield f"it speaks of “{match[0]}”; the {facts.twin} twin was tested"
        return
    for match in _NAMED.finditer(clause):
        if match[1].casefold() not in (own, "v1") and not HYPOTHETICAL.search(clause):
            yield f"it speaks of the twin “{match[1]}”; the {facts.twin} twin was tested"
            return


def _names(facts: Facts) -> frozenset[str]:
    return frozenset(mouse.casefold() for mouse in facts.mice)


def _denied(clause: str, place: int) -> bool:
    before, after = clause[:place], clause[place:]
    governed = _GOVERNED.search(before)
    if _LIKE.search(before):
        return True
    covers = governed and _COVERS.search(before[: governed.start()])
    if governed and (
        NEGATED.search(before) or _SILENT.search(before) or (covers and _NOT_AFTER.match(after))
    ):
        # "It does not cover variation between animals", "transfer to animals was not tried".
        return True
    if _NOT_USED.search(before) or re.match(r"\s*:\s*(?:not|none|un\w+|open)\b", after):
        return True
    if re.search(r"\b(?:no|not a|not one|never a)\s+(?:\w+\s+){0,2}$", before, re.IGNORECASE):
        return True
    return bool(NEGATED.search(before) and _CLAIMING.search(clause)) or bool(
        re.match(r"[^,;]{0,30}?\b(?:was|were|is|are) not (?:tested|recorded|involved|used|shown)\b",
                 after)
    )  # fmt: skip
