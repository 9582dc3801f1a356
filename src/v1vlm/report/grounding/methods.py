"""What was done, held against the journal: what this laboratory cannot do was not done here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED, OURSELVES, PASSIVE

_NEVER = lexicon("methods.never")

_IF_RECORDED: tuple[tuple[re.Pattern[str], Callable[[Facts], bool], str], ...] = (
    (
        re.compile(
            r"\bFLUX\b(?:\.1)?|\bdiffusion(?: model)?s?\b|\bpaint(?:ed|ing)\b|\btext[- ]to[- ]image"
            r"|\btext prompts?\b|\bgenerative model|\bgenerated (?:by|from|with|images?)|\bGANs?\b"
            r"|\bAI-generated|\bimage generator|\bStable Diffusion|\bDALL",
            re.IGNORECASE,
        ),
        lambda facts: facts.painted,
        "no image was painted",
    ),
    (
        re.compile(
            r"\breplicat(?:ed|ion|ions|es)\b(?! unit)|\b(?:second|another|other|different|additional|third"
            r"|separate|further|several|multiple) (?:mouse|mice|twins?|animals?|recordings?|subjects?"
            r"|models?|networks?|datasets?)\b|\bacross (?:mice|twins|animals|subjects|models|datasets)\b"
            r"|\breproduced (?:in|with|on|by)\b",
            re.IGNORECASE,
        ),
        lambda facts: facts.replicated,
        "no other mouse or twin was shown anything",
    ),
    (
        re.compile(
            r"\b(?:running|ran on|locomot\w*|walking|arousal|pupil\w*|whisk\w*|attentive|awake)\b",
            re.IGNORECASE,
        ),
        lambda facts: facts.behaving,
        "no behaviour but still was shown",
    ),
    (
        re.compile(r"\bphase[- ]?scrambl\w*|\bscrambl\w*", re.IGNORECASE),
        lambda facts: "scrambl" in facts.said,
        "nothing phase-scrambled was registered",
    ),
    (
        re.compile(r"\brecorded (?:from|in|responses|activity|neurons|data)|\b(?:we|they|were|was)"
                   r" record(?:ed|ing)\b|\brecordings (?:were|was|from|of|in)\b|\bin vivo\b"
                   r"|\bvivo (?:experiment|recording)s?|\bimaged\b|\bex vivo\b|\bin vitro\b"
                   r"|\bbrain slices?\b", re.IGNORECASE),
        lambda _: False,
        "nothing was recorded from tissue or animals",
    ),
)  # fmt: skip

_WE = re.compile(
    r"\b[Ww]e (?:(?:then|also|next|further|\w+ly) )*(\w+(?:ed|ought|aught)|ran|built|made|took)\b"
)
_DOES = lexicon("methods.does")
"""What the laboratory, or whoever writes about it, may be said to have done."""

_SHOWN = lexicon("methods.shown")
_SHOWING = lexicon("methods.showing")
_LEANING = lexicon("methods.leaning")


def faults(clause: str, sentence: str, facts: Facts, *, cited: bool, loose: bool) -> Iterator[str]:
    """Reasons against what a clause says was done.

    Parameters
    ----------
    cited : bool
        The sentence cites a work, which may have done it.
    loose : bool
        The clause stands where others' work is told, or plans: only what is said of this study
        is held against the journal.
    """
    ours = bool(OURSELVES.search(clause))
    if HYPOTHETICAL.search(clause) or (HYPOTHETICAL.search(sentence) and not _is_past(clause)):
        return
    if cited and not ours:
        return
    if loose and not ours and not PASSIVE.search(clause):
        return
    if (
        (made := _WE.search(clause))
        and not _DOES.match(made[1])
        and not _denied(clause, made.end())
    ):
        yield f"“{made[0]}”: the journal holds nothing of the kind"
    found = _NEVER.search(clause)
    if found and not _denied(clause, found.start()) and not _LEANING.search(clause):
        if found[0].casefold() not in facts.said:
            yield f"“{found[0]}”: the journal holds nothing of the kind"
    for pattern, holds, reason in _IF_RECORDED:
        match = pattern.search(clause)
        if match and not holds(facts) and not _denied(clause, match.start()):
            yield f"“{match[0]}”: {reason}"
    shown = _SHOWN.search(clause)
    if shown and _SHOWING.search(clause) and not _denied(clause, shown.start()):
        if shown[0].casefold().rstrip("s")[:6] not in facts.said:
            yield f"“{shown[0]}”: nothing of the kind was shown"


def _is_past(clause: str) -> bool:
    return bool(re.search(r"\b(?:we|was|were)\b", clause))


def _denied(clause: str, place: int) -> bool:
    """Whether the words before a place deny what stands there."""
    return bool(NEGATED.search(clause[:place])) or bool(
        re.match(r"[^,;]{0,60}?\b(?:was|were|is|are|did|do|does|has|have|had)(?: not|n['’]t)\b"
                 r"|[^,;]{0,40}?\b(?:played no|had no|is absent|are absent)\b", clause[place:])
    )  # fmt: skip
