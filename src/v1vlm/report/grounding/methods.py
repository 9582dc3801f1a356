"""What was done, held against the journal: what this laboratory cannot do was not done here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, Held, OnRecord
from v1vlm.report.grounding.words import (
    HYPOTHETICAL,
    NEGATED,
    OURSELVES,
    PASSIVE,
    TOLD,
    plainly_denied,
)

_NEVER = tuple(
    (lexicon(f"methods.{name}"), reason)
    for name, reason in (
        ("never", "the journal holds nothing of the kind"),
        ("biology", "nothing was done to tissue or animals"),
        ("behaviour", "no task was given and no behaviour measured"),
        ("statistics", "no such statistic was computed"),
        ("order", "hypotheses, margins and rules are frozen before the data"),
        ("changed", "what is registered is not changed afterwards"),
        ("reused", "every draw is used once"),
        ("unselected", "neurons were chosen by the registered rule"),
    )
)

_ACROSS = (
    "hypotheses, margins and rules are frozen before the data",
    "neurons were chosen by the registered rule",
)
"""What is told in several clauses: "on the half on which …"."""

_LOOSE = ("every draw is used once", "neurons were chosen by the registered rule")
"""What is said in so many ways that a reading may be wrong."""

_IF_RECORDED: tuple[tuple[re.Pattern[str], Callable[[Facts], bool], str], ...] = (
    (lexicon("methods.painted"), lambda facts: facts.painted, "no image was painted"),
    (
        lexicon("methods.replicated"),
        lambda facts: facts.replicated,
        "no other mouse or twin was shown anything",
    ),
    (
        lexicon("methods.behaving"),
        lambda facts: facts.behaving,
        "no behaviour but still was shown",
    ),
    (
        lexicon("methods.scrambled"),
        lambda facts: "scrambl" in facts.said,
        "nothing phase-scrambled was registered",
    ),
    (
        lexicon("methods.recorded"),
        lambda _: False,
        "nothing was recorded from tissue or animals",
    ),
)

_AIMED = re.compile(
    r"\b(?:candidates?|case|ready|call|calls|request|need|wait\w*|time|basis) (?:for"
    r"|of)\s+(?:an? )?(?:\w+ )?$",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\bthe\s+([^,;]{3,60}?)\s+(?:used|shown|applied|presented|employed|recorded|performed|run)"
    r"\s+(?:for|in|on|with|by|to)\s+(?:the test of )?[A-Z]\w*\d",
    re.IGNORECASE,
)
_WE = re.compile(
    r"\b[Ww]e (?:(?:then|also|next|further|\w+ly) )*(\w+(?:ed|ought|aught)|ran|built|made|took)\b"
)
_DOES = lexicon("methods.does")
"""What the laboratory, or whoever writes about it, may be said to have done."""

_PURPOSE = lexicon("methods.purpose")
"""What something was done for: "to determine whether …" does not make it a plan."""
_INVALID = lexicon("methods.invalid")
_VARIED = lexicon("methods.varied")
_DID = lexicon("methods.did")
"""What the laboratory does in every study."""
_AFTER = re.compile(
    r"\b(?:after|afterwards|later|then|once|when|because|only|half|chang\w+|ignor\w+)\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(r"\b(?:later|afterwards|chang\w+|ignor\w+|drop\w+)\b", re.IGNORECASE)
"""What makes it another thing."""
_SHOWN = lexicon("methods.shown")
_REACH = 25
"""Characters before a word in which it is denied."""
_TELLTALE = lexicon("methods.telltale")
"""Words that this laboratory has little use for, unless a record speaks of them."""
_SHOWING = lexicon("methods.showing")
_LEANING = lexicon("methods.leaning")


def faults(clause: str, sentence: str, facts: Facts, *, cited: bool, loose: bool) -> Iterator[str]:
    """Reasons against what a clause says was done; `Held` where it is done in every study.

    Parameters
    ----------
    cited : bool
        The sentence cites a work, which may have done it.
    loose : bool
        The clause stands where others' work is told, or plans: only what is said of this study
        is held against the journal.
    """
    ours = bool(OURSELVES.search(clause))
    if not (cited or loose):
        for told in _TELLTALE.finditer(clause):
            near = clause[max(0, told.start() - _REACH) : told.start()].rsplit(",", 1)[-1]
            if told[0].casefold() not in facts.said and not NEGATED.search(near):
                yield Doubt(f"“{told[0]}”: the record does not speak of it")
                break
    if (used := _USED.search(clause)) and HYPOTHETICAL.search(clause):
        # "The gratings shown in H1 should be replaced" takes them to have been shown.
        for pattern, reason in (*_NEVER, (_SHOWN, "nothing of the kind was shown")):
            found = pattern.search(used[1])
            if found and found[0].casefold().rstrip("s")[:6] not in facts.said:
                yield f"“{found[0]}”: {reason}"
                return
    supposed = HYPOTHETICAL.search(_PURPOSE.sub(" ", clause))
    if (HYPOTHETICAL.search(sentence) or supposed) and not _is_past(clause):
        return
    if cited and not ours:
        return
    if loose and not ours and not PASSIVE.search(clause):
        return
    if supposed and loose:
        return
    for reason in _done(clause, sentence, facts, cited=cited):
        # "A decoder that was trained could tell …": not all of it is supposed.
        yield Doubt(reason) if supposed and not isinstance(reason, Held) else reason


def _done(clause: str, sentence: str, facts: Facts, *, cited: bool) -> Iterator[str]:
    """Reasons against what a clause says was done, taken at its word."""
    if (
        (made := _WE.search(clause))
        and not _DOES.match(made[1])
        and not NEGATED.search(clause[: made.end()])
    ):
        yield Doubt(f"“{made[0]}”: the journal holds nothing of the kind")
    for pattern, reason in _NEVER:
        at = sentence.find(clause) if reason in _ACROSS else -1
        whole = sentence[at:] if at >= 0 else clause
        for found in pattern.finditer(whole):
            if found.start() >= len(clause):
                break
            if cited and TOLD.search(clause[: found.start()]):
                continue
            if found[0].casefold() in facts.said or _LEANING.search(clause):
                continue
            if not _denied(clause, found.start()):
                yield (
                    Doubt(f"“{found[0]}”: {reason}")
                    if reason in _LOOSE
                    else f"“{found[0]}”: {reason}"
                )
                return
            if plainly_denied(clause, found.start()):
                yield OnRecord(f"“{found[0]}” is denied: {reason}")
    did = _DID.search(clause)
    if did and not (NEGATED.search(clause) or _AFTER.search(clause) or _UNDONE.search(sentence)):
        yield OnRecord(f"“{did[0]}”: so it is done in every study")
    invalid = _INVALID.search(clause)
    if (
        invalid
        and not _denied(clause, invalid.start())
        and not any(known.value for known in facts.numbers if known.kind == "invalid")
    ):
        yield Doubt(f"“{invalid[0]}”: no draw was invalid")
    varied = _VARIED.search(clause)
    if (
        varied
        and not _denied(clause, varied.start())
        and (varied["what"] or varied["which"] or varied["how"]).casefold()[:5] not in facts.said
    ):
        yield f"“{varied[0]}”: no registered contrast varies that"
    for pattern, holds, reason in _IF_RECORDED:
        match = pattern.search(clause)
        if match and _AIMED.search(clause[: match.start()]):
            # "A candidate for replication".
            continue
        if match and not holds(facts):
            if not _denied(clause, match.start()):
                yield f"“{match[0]}”: {reason}"
            elif plainly_denied(clause, match.start()):
                yield OnRecord(f"“{match[0]}” is denied: {reason}")
    shown = _SHOWN.search(clause)
    seen = shown and _SHOWING.search(clause) and not _denied(clause, shown.start())
    if shown and seen and shown[0].casefold().rstrip("s")[:6] not in facts.said:
        yield Doubt(f"“{shown[0]}”: nothing of the kind was shown")


def _is_past(clause: str) -> bool:
    return bool(re.search(r"\b(?:we|was|were)\b", clause))


def _denied(clause: str, place: int) -> bool:
    """Whether the words before a place deny what stands there."""
    return bool(NEGATED.search(clause[:place])) or bool(
        re.match(r"[^,;]{0,60}?\b(?:was|were|is|are|did|do|does|has|have|had)(?: not|n['’]t)\b"
                 r"|[^,;]{0,40}?\b(?:played no|had no|is absent|are absent)\b", clause[place:])
    )  # fmt: skip
