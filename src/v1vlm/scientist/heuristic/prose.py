"""The built-in scientist's words: numbers only by reference, verdicts only as found."""

from __future__ import annotations

from collections.abc import Sequence

from v1vlm.claims import Finding
from v1vlm.context import relevance, works_about
from v1vlm.scientist.base import Briefing, Interpretation, Prose
from v1vlm.scientist.heuristic.templates import ACCOUNTS, Forecast, Template

Pairs = Sequence[tuple[Finding, Template]]

VERDICT_WORDS = {
    "supported": "was supported",
    "contradicted": "was contradicted",
    "inconclusive": "could not be decided within the budget",
}

TITLED = 3
"""Groups of templates that the title of a report names."""

FEW = 6
"""Findings that one sentence names by their titles, and one paragraph tells of."""

_CONTROLLED = {
    "robust": " and survived every control",
    "explained away": " but explained away by its controls",
    "controls inconclusive": ", with its controls undecided",
    "no controls": "",
    "not run": "",
}


def outcome(finding: Finding) -> Forecast | None:
    """What happened, in the terms in which accounts forecast; None if nothing was decided.

    A verdict alone does not say which way a non-directional claim went, or whether a
    contradicted one was opposite or negligible; the interval of the estimate does, or, with
    few neurons, the confidence sequence of the test draws.
    """
    if finding.verdict == "inconclusive":
        return None
    low, high = finding.interval or finding.cs
    if low > finding.margin:
        return "greater"
    if high < -finding.margin:
        return "less"
    if -finding.margin < low and high < finding.margin:
        return "none"
    return None


def interpret(template: Template, finding: Finding) -> Interpretation:
    """Which accounts a finding leaves standing, and which mispredicted it."""
    quote = f"the estimate is [[{finding.id}.estimate]] ([[{finding.id}.interval]])"
    claim = f"The claim {VERDICT_WORDS[finding.verdict]}; {quote}."
    seen = outcome(finding)
    if finding.controls_verdict == "explained away":
        return Interpretation(
            text=f"The effect is there, but it does not outlast its controls; {quote}. It speaks "
            f"for no account."
        )
    if seen is None:
        return _one_sided(template, finding, claim)
    if finding.depends_on_measure:
        return Interpretation(
            text=f"{claim} The population modulation index, [[{finding.id}.population_index]], "
            f"lies on another side of the margin, so that the conclusion depends on the measure. "
            f"It speaks against no account."
        )
    # Whose prediction failed is settled only where no control is left open.
    is_open = finding.controls_verdict == "controls inconclusive"
    stand = [letter for letter, rival in template.rivals.items() if rival.predicts == seen]
    lose = [] if is_open else [letter for letter in template.rivals if letter not in stand]
    parts = [claim, _explained(template, stand, seen)]
    if lose:
        parts.append(f"Taken alone, {_accounts(lose)} mispredicted here, at this margin.")
    if is_open:
        parts.append("Not every control was decided, so the cause remains open.")
    return Interpretation(text=" ".join(parts), loses=tuple(lose))


def _one_sided(template: Template, finding: Finding, claim: str) -> Interpretation:
    """What is left to say where the interval crosses a margin.

    A refuted claim of one direction still speaks against those who predicted that direction.
    """
    refuted = finding.verdict == "contradicted" and not finding.depends_on_measure
    lose = [
        letter
        for letter, rival in template.rivals.items()
        if refuted and rival.predicts == template.direction
    ]
    if not lose:
        return Interpretation(text=f"{claim} It speaks against no account.")
    return Interpretation(
        text=f"{claim} Taken alone, {_accounts(lose)} mispredicted here, at this margin. Between "
        f"the others it does not decide.",
        loses=tuple(lose),
    )


def _explained(template: Template, stand: Sequence[str], seen: Forecast) -> str:
    """Who predicted what was seen; nothing seen can also be two effects that cancel."""
    signs = {rival.predicts for rival in template.rivals.values()}
    may_cancel = seen == "none" and {"greater", "less"} <= signs
    if not stand:
        unless = ", unless opposite effects cancelled" if may_cancel else ""
        return f"None of the accounts considered predicted this outcome{unless}."
    because = "; ".join(template.rivals[letter].because for letter in stand)
    otherwise = ". Or opposite effects cancelled" if may_cancel else ""
    return f"That is what {_accounts(stand)} predicted: {because}{otherwise}."


def write(briefing: Briefing, pairs: Pairs) -> Prose:
    """Introduction, idea, conclusions and future directions of the report."""
    name = str(briefing.twin["name"])
    return Prose(
        title=_title(pairs, name),
        introduction=_introduction(briefing, pairs),
        idea=_idea(briefing, pairs, name),
        conclusions=_conclusions(pairs, name),
        future=_future(pairs),
    )


def _title(pairs: Pairs, name: str) -> str:
    if not pairs:
        return f"A study of the {name} twin in which nothing was registered"
    groups = list(dict.fromkeys(template.group for _, template in pairs))
    if len(groups) > TITLED:
        groups = [*groups[:TITLED], "more"]
    about = _capital(_list(groups))
    return f"{about} in the {name} twin: predictions registered and put to the test"


def _introduction(briefing: Briefing, pairs: Pairs) -> tuple[str, ...]:
    paragraphs = []
    for _, template in pairs:
        if template.follows:
            continue
        works = works_about(briefing.context, template.keywords)[:3]
        keys = dict.fromkeys([*(work.key for work in works), *template.cites])
        cited = "".join(f" [[{key}]]" for key in keys)
        # Found by their words, these works are near the question; that they say what a sentence
        # of the rationale says is not known, so that none of its sentences is put on them.
        paragraphs.append(f"{template.rationale} Earlier work bears on this{cited}.")
    return tuple(paragraphs)


def _idea(briefing: Briefing, pairs: Pairs, name: str) -> tuple[str, ...]:
    letters = list(dict.fromkeys(letter for _, t in pairs for letter in t.rivals))
    if not letters:
        return ("No hypothesis was registered.",)
    return (
        f"Rival accounts of early vision agree on most stimuli and differ on few: "
        f"{_accounts(letters)}. Each hypothesis was chosen where they differ, for neurons of the "
        f"{name} twin, and its prediction was registered before any of its stimuli existed.",
        *_unprompted(briefing, pairs),
    )


def _unprompted(briefing: Briefing, pairs: Pairs) -> tuple[str, ...]:
    """Say which hypotheses the context did not ask for."""
    strange = [f.id for f, t in pairs if not relevance(briefing.context, t.keywords)]
    if not strange:
        return ()
    of_all = "None of the hypotheses is" if len(strange) == len(pairs) else "Not all are"
    which = _list([f"[[{finding}.id]]" for finding in strange])
    return (
        f"{of_all} about what the context asks: it mentions none of the terms of {which}, which "
        f"{'comes' if len(strange) == 1 else 'come'} from the general stock of the scientist.",
    )


def _conclusions(pairs: Pairs, name: str) -> tuple[str, ...]:
    gone = any(finding.controls_verdict == "explained away" for finding, _ in pairs)
    among = " (of these [[count.explained_away]] explained away by controls)" if gone else ""
    opening = (
        f"Verdicts on [[count.registered]] registered predictions about neurons of the {name} "
        f"twin: [[count.supported]] supported{among}, [[count.contradicted]] contradicted and "
        f"[[count.inconclusive]] left undecided."
    )
    sentences = [
        f"[[{finding.id}.id]], {_lower(template.title)}, {VERDICT_WORDS[finding.verdict]}"
        f"{_CONTROLLED[finding.controls_verdict]} ([[{finding.id}.estimate]])."
        for finding, template in pairs
    ]
    paragraphs = [" ".join(sentences[i : i + FEW]) for i in range(0, len(sentences), FEW)]
    return (opening, *paragraphs)


def _future(pairs: Pairs) -> tuple[str, ...]:
    open_ones = [pair for pair in pairs if pair[0].verdict == "inconclusive"]
    surprises = [pair for pair in pairs if pair[0].verdict == "contradicted"]
    sentences = []
    if surprises:
        sentences.append(
            f"The contradicted predictions ({_named(surprises)}) ask for series along the factor, "
            f"to find where the sign or size changes."
        )
    if open_ones:
        named = _named(open_ones)
        sentences.append(f"The undecided ones ({named}) need a larger budget or a sharper pair.")
    if any(finding.verdict == "supported" for finding, _ in pairs):
        sentences.append(
            "What held should be tried on a twin that was trained independently and against "
            "recorded responses; until then it is a property of this twin alone."
        )
    return tuple(sentences)


def _named(pairs: Pairs) -> str:
    """The findings by their titles, or by their names where the titles would fill a sentence."""
    if len(pairs) > FEW:
        return _list([f"[[{finding.id}.id]]" for finding, _ in pairs])
    return _list([_lower(template.title) for _, template in pairs])


def _accounts(letters: Sequence[str]) -> str:
    return _list([ACCOUNTS[letter] for letter in letters])


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
