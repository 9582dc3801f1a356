"""Which findings each clause of a sentence is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from v1vlm.report.grounding import references, verdicts
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import is_finite
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.sentences import Clause, Sentence, clauses

_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]
_ORDINAL = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})\s+(?:registered\s+)?(?:hypothesis|prediction|claim|finding|"
    r"registration)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b[Hh]ypothesis (\d+)\b")
_LEADING = re.compile(
    r"\W*(?:given|apart from|except|save for|while|although|though|of|far from|rather than"
    r"|instead of|with|without(?! exception)|having|in order|to|for|before|after|besides"
    r"|unlike|like|despite|because of|by"
    r"|owing|in contrast|in view|in spite|compared|relative|contrary|taken|once|\w+ing)\b",
    re.IGNORECASE,
)
"""What stands before a clause and says something of its own: "Unlike the others, …"."""
_TRAILING = re.compile(r"\w+ing\b", re.IGNORECASE)
_UNLIKE = lexicon("about.unlike")
_BETWEEN_ADJECTIVES = re.compile(r"\b(?:an?|the|no|any)\s+\w+, \w+ly\s", re.IGNORECASE)
_EITHER = re.compile(r"\W*(?:the )?(?:one|first|second)\s+(?:was|is|has|had|were)\b", re.IGNORECASE)
_OF_WHICH = re.compile(
    r"\W*(?:each|all|both|none|most|some|neither) of (?:which"
    r"|whom)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\W*(?:all|every|each|no|none of|most)\s+(?:of )?(?:the |our )?(?:\w+ )?(?:hypothes"
    r"|predict|finding|claim|test)|"
    r"\W*(?:(?:and|but|while|whereas)\s+)?(?:(?:all|both|each|none"
    r"|most) (?:of )?)?(?:the )?(?:others?\b|rest\b|remaining\b)",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    r"\W*(?:(?:and|but|yet|so)\s+)?(?:unlike that \w+,? )?(?:it|its"
    r"|that (?:finding|claim|one))\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:which|whose|who)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:the|any|every|all) others?\b[^,;]{0,40}(?:, (?:each|all|none|both|one"
    r"|neither) of)?$",
    re.IGNORECASE,
)


def parts_of(
    plain: str, sentence: Sentence, facts: Facts, carried: tuple[str, ...]
) -> list[tuple[Clause, tuple[str, ...]]]:
    """Clauses, and the findings of each: named in it, else in those before, else carried."""
    whole = "respectively" in plain.casefold()
    cut = clauses(plain, lambda left, right: not whole and _divides(left, right, facts))
    found: list[tuple[Clause, tuple[str, ...]]] = []
    last: tuple[str, ...] = ()
    everywhere = named_between(plain, 0, len(plain), sentence, facts)
    for clause in cut:
        ids = named_in(clause, sentence, facts)
        if not ids and (
            _OTHERS.match(clause.text)
            or (_OF_WHICH.match(clause.text) and found and _ANOTHER.search(found[-1][0].text))
            or (len(last) > 1 and _EITHER.match(clause.text))
        ):
            # "Whereas the others stand at L1": none that is named.
            found.append((clause, ()))
            continue
        if findings_in(clause.text, facts) and not ids:
            # "Which, unlike H1, has no control": of what was named before.
            apart = findings_in(clause.text, facts)
            ids = tuple(n for n in (last or everywhere) if n not in apart)
        if _RELATIVE.search(plain[found[-1][0].stop if found else 0 : clause.start]):
            last = last[-1:]
            if found and _ANOTHER.search(found[-1][0].text):
                # "The other hypothesis, which survived": said of none that is named.
                found.append((clause, ids))
                last = ()
                continue
            if found and not ids:
                # "The contradicted hypothesis, whose estimate …": said of its group.
                text = found[-1][0].text
                meant = references.resolved(text, everywhere, facts)
                last = findings_in(meant, facts)[-1:] if meant != text else last
        if not ids and len(last) > 1 and _SINGULAR.match(clause.text):
            # "H2 is the exception: while H1 and H4 …, its responses …".
            single = [one for _, one in found if len(one) == 1]
            last = single[-1] if single else last[:1]
        last = ids or last or (everywhere if len(everywhere) == 1 else ()) or carried
        found.append((clause, last))
    return found


def _divides(left: str, right: str, facts: Facts) -> bool:
    """Both sides are clauses of their own: each has a verb, and they do not share a list."""
    if re.match(r"(?:and|or)\b", right) or not findings_in(re.split(r"[;,:]", right)[0], facts):
        right = re.split(r"[;,:]", right)[0]
        if re.fullmatch(r"(?:and|or)\W+\w+\W*", right):
            return False
    if len(left.split()) < 2 or _BETWEEN_ADJECTIVES.search(
        f"{left}, {right}"[len(left) - 25 if len(left) > 25 else 0 :]
    ):
        return False
    mine, other = findings_in(left, facts), findings_in(right, facts)
    judged = bool(mine and other) and verdicts.speaks(left) and verdicts.speaks(right)
    if not judged and not (
        (is_finite(left) or _LEADING.match(left)) and (is_finite(right) or _TRAILING.match(right))
    ):
        return False
    return bool(mine) or not other or not re.match(r"(?:and|or)\b", right)


def findings_in(text: str, facts: Facts) -> tuple[str, ...]:
    """Findings that a text names, by id or by their order."""
    found = [
        (match.start(), match[0])
        for match in re.finditer(r"(?<![\w.-])[A-Za-z][\w.-]*\d\w*", text)
        if match[0] in facts.findings
    ]
    for match in _NUMBERED.finditer(text):
        if (name := f"H{match[1]}") in facts.findings:
            found.append((match.start(), name))
    in_order = list(facts.findings)
    for match in _ORDINAL.finditer(text):
        index = _ORDINALS.index(match[1].casefold())
        if index < len(in_order):
            found.append((match.start(), in_order[index]))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def named_between(
    plain: str, start: int, stop: int, sentence: Sentence, facts: Facts
) -> tuple[str, ...]:
    """Findings that a part of a sentence names, quotes included."""
    quoted = tuple(
        quote.name.rpartition(".")[0]
        for quote in sentence.quotes
        if start <= quote.start < stop and quote.name.rpartition(".")[0] in facts.findings
    )
    return tuple(dict.fromkeys((*findings_in(plain[start:stop], facts), *quoted)))


def named_in(clause: Clause, sentence: Sentence, facts: Facts) -> tuple[str, ...]:
    """The findings that a clause names, without those that it sets apart ("H4, unlike H1, …")."""
    ids = named_between(sentence.plain, clause.start, clause.stop, sentence, facts)
    kept = findings_in(_UNLIKE.sub(" ", clause.text), facts)
    return tuple(name for name in ids if name in kept or f"{name}." in sentence.text)


def named_before(
    parts: Sequence[tuple[Clause, tuple[str, ...]]], clause: Clause, facts: Facts, plain: str
) -> tuple[str, ...]:
    """The findings that the sentence named before a clause that names none itself."""
    ids = next(ids for part, ids in parts if part == clause)
    here = findings_in(plain, facts)
    return tuple(name for name in ids if name in here)
