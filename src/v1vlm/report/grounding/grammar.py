"""What a word of a clause is said of: heads of noun phrases, left and right of it.

"The cause of the reversal is unresolved" is said of the cause, not of the reversal: a noun behind
a preposition is no head. Passives and participles before a noun take what others take as object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from v1vlm.report.grounding.lexicon import lexicon, table

Kind = Literal["finding", "account", "cause", "control", "further", "thing", "other"]
"""A finding; an account of it; its cause or meaning; a control; what is yet to come, such as a
replication; anything else that has a name, such as neurons; another finding than is named."""

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("finding", re.compile(r"\b[A-Z][\w]*\d\w*\b(?!/)")),
    ("cause", lexicon("nouns.cause")),
    ("control", lexicon("nouns.control")),
    ("further", lexicon("nouns.further")),
    ("account", lexicon("nouns.account")),
    ("finding", lexicon("nouns.finding")),
    ("thing", lexicon("nouns.thing")),
)
_LEVELS = re.compile(r"^(?:L\d|V\d)$")
_ABOUT = lexicon("nouns.about")
_OTHER = re.compile(r"\b(?:the other|another|other|remaining)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_GOVERNS = re.compile(
    r"(?:\b(?:of|in|for|on|by|with|from|to|under|against|between|across|behind|about|at|within"
    r"|without|through|via|than|as|into|beyond|upon|over|concerning|regarding|given|until|before"
    r"|after|during|along|among|despite|unlike|like|per|toward|towards)|\()\s+(?:(?!(?:is|was|were|are|be"
    r"|been|has|have|had|did|does|do|can|could|may|might|will|would|should|and|or|that|which|we"
    r"|it|this)\b)[\w'’-]+\s+){0,4}$|\($",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|been|be|being|got|gets|stands?|stood|remains?|remained|as|left|deemed"
    r"|considered|called|fully|regarded as|found)\s+(?:(?:\w+ly|not|thus|then|also|never|now|only|"
    r"again|further|yet|so|still|therefore|hence|to be|been)\s+)*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\b(?:on|of|by|with|for|from|to|through|despite|among)\s+$", re.IGNORECASE)
_ENDS = re.compile(
    r"\s*(?:$|[,;:.()]|(?:\w+ly\s+)?(?:in|on|at|by|from|under|within|during|after|before|across|when|while"
    r"|where|because|as|since|if|until|although|though|and|or|but|than|was|were|is|are|has|had)\b)",
    re.IGNORECASE,
)
"""What stands behind a verb that has no object."""
_PARTICIPLE = re.compile(r"(?:ed|wn|en|orne out|upheld|held)$", re.IGNORECASE)


_VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|cannot|could|may|might|will|would|should|must"
    r"|\w{3,}ed|held|undid|did|ran|stood|withstood|hit|met|won|lost|kept|made|says|say|fell|rose|came|mean"
    r"|went|gave|took|lay|left|showed|saw|drew|wrote|spoke|told|bore|broke|grew|knew|led|meant|put|sent|spent"
    r"|sought|stuck|taught|thought|threw|understood|began|became|brought|built|bought|chose|drove|felt|found|forgot"
    r"|froze|got|heard|hid|let|paid|shrank|sank|sprang|swung|wore|shook)\b"
)


def _forms(verbs: list[str]) -> re.Pattern[str]:
    """The forms of verbs in the present tense."""
    forms = [
        f"{verb[:-1]}(?:y|ies)" if re.search(r"[^aeiou]y$", verb)
        else f"{verb}(?:es)?" if re.search(r"(?:s|x|z|ch|sh|o)$", verb)
        else f"{verb}s?"
        for verb in verbs
    ]  # fmt: skip
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)


_PLAIN = _forms(table("verbs.plain"))
_AMBIGUOUS = _forms(table("verbs.ambiguous"))
_NO_VERB_AFTER = re.compile(
    r"(?:\b(?:the|an?|this|that|these|those|its|our|their|no|any|some|all|both|each|every|other|more|most|few"
    r"|of|in|on|for|by|with|from|to|at|between|across|than|as|such|same|one|two|three|four|and|or|\w+ed|\w+ing"
    r"|\w+al|\w+ive|\w+ous|\w+ic)|(?<!\w)[\d.]+)\s+$",
    re.IGNORECASE,
)


def is_finite(text: str) -> bool:
    """Whether a text holds a verb that can be that of a clause; "results" is none after "the"."""
    if _VERBS.search(text):
        return True
    return any(
        not _NO_VERB_AFTER.search(text[: match.start()])
        for match in (*_PLAIN.finditer(text), *_AMBIGUOUS.finditer(text))
        if text[: match.start()].strip()
    )


@dataclass(frozen=True)
class Noun:
    """A noun of a clause.

    Attributes
    ----------
    governed : bool
        It stands behind a preposition or in brackets.
    """

    start: int
    stop: int
    kind: Kind
    governed: bool


def nouns(clause: str) -> list[Noun]:
    """The nouns of a clause that have a kind, from left to right."""
    return sorted(_found(clause), key=lambda noun: noun.start)


def _found(clause: str) -> Iterator[Noun]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(clause):
            start, stop = match.span()
            if _LEVELS.match(match[0]) or any(a < stop and start < b for a, b in taken):
                continue
            taken.append((start, stop))
            said: Kind = kind
            if kind == "finding" and _OTHER.search(clause[:start]):
                said = "other"
            if said == "finding" and (about := _ABOUT.match(clause[start:])):
                # "The question of its mechanism": what the question is of.
                inner = nouns(clause[start + about.end() :])
                said = inner[0].kind if inner else said
            yield Noun(start, stop, said, _GOVERNS.search(clause[:start]) is not None)


def subject(clause: str, place: int) -> Noun | None:
    """The last head before a place; a noun behind a preposition where there is no head."""
    before = [noun for noun in nouns(clause) if noun.stop <= place]
    heads = [noun for noun in before if not noun.governed]
    return heads[-1] if heads else before[0] if before else None


def judged(clause: str, start: int, stop: int, *, transitive: bool) -> Noun | None:
    """What a word judges: the object of "confirms", the subject of "holds" or "was confirmed"."""
    found = nouns(clause)
    after = [noun for noun in found if noun.start >= stop]
    if _PARTICIPLE.search(clause[start:stop]) and not _PASSIVE.search(clause[:start]):
        # "The supported hypothesis".
        if after and re.fullmatch(r"\s+", clause[stop : after[0].start]) and _BEHIND.search(
            clause[:start]
        ):  # fmt: skip
            # "Blamed on failed stimuli".
            return after[0]
        following = (
            re.match(
                r"\s+(?:(?!(?:for|of|in|on|by|with|to|from|at"
                r"|as)\b)\w+\s+)?$",
                clause[stop : after[0].start],
            )
            if after
            else None
        )
        if following and re.search(r"\b(?:the|a|an|other|this|our|any|each|no|one|two|every)\s+"
                                   r"(?:\w+\s+)?$", clause[:start], re.I):  # fmt: skip
            noun = after[0]
            other = _OTHER.search(clause[:start])
            return Noun(noun.start, noun.stop, "other", noun.governed) if other else noun
    passive = _PASSIVE.search(clause[:start]) and _PARTICIPLE.search(clause[start:stop].split()[0])
    copula = re.match(r"(?:is|was|are|were|be|been|turned out|prov\w+)\b", clause[start:stop], re.I)
    if transitive and not passive and not copula and not _ENDS.match(clause[stop:]):
        near = [n for n in after if not re.search(r"[;:()]", clause[stop : n.start])]
        # "We gave up, for H1, the distinction": no object behind another preposition.
        if not re.search(r"\b(?:for|to|with|of|in|against|from|on|by)$", clause[start:stop]):
            free = [n for n in near if not n.governed]
            near = (
                free
                if near and near[0].governed and clause[stop : near[0].start].lstrip()[:1] == ","
                else near
            )
        if near and near[0].start - stop < 70:
            return near[0]
    return subject(clause, start)


def following(clause: str, place: int) -> Noun | None:
    """The noun right behind a place, after articles and small words."""
    after = [noun for noun in nouns(clause) if noun.start >= place]
    near = after and re.fullmatch(r"\s*(?:\w+\s+){0,3}", clause[place : after[0].start])
    return after[0] if near else None


_BARE_VERB = re.compile(
    r"\W*(?:(?:and|but|or|yet)\s+)?((?:is|are|was|were|has|have|had|does|do|did|can|cannot"
    r"|could|will|would|may|might)\b|(?<=and )\w+ed\b)",
    re.IGNORECASE,
)


def resolved(clause: str, before: str) -> str:
    """A clause whose leading "it" or "they" is spelled out, where that is no finding."""
    bare = _BARE_VERB.match(clause)
    if bare:
        heads = [noun for noun in nouns(before) if not noun.governed]
        if heads and heads[0].kind in ("account", "control", "cause", "further"):
            head = before[heads[0].start : heads[0].stop]
            return f"{clause[: bare.start(1)]}the {head} {clause[bare.start(1) :]}"
        return clause
    pronoun = re.match(
        r"\W*(?:(?:and|but|so|yet)\s+)?(it|they|this|that)\b(?! \w+ (?:that|whether))", clause
    )
    heads = [noun for noun in nouns(before) if not noun.governed]
    if pronoun is None or not heads or heads[0].kind in ("finding", "thing"):
        return clause
    head = before[heads[0].start : heads[0].stop]
    return f"{clause[: pronoun.start(1)]}the {head}{clause[pronoun.end(1) :]}"
