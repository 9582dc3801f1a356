"""How many hypotheses were registered, supported, …: numbers of them, held against the counts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from v1vlm.report.grounding.facts import Facts, Path
from v1vlm.report.grounding.lexicon import lexicon, table
from v1vlm.report.grounding.sentences import Clause
from v1vlm.report.grounding.typed import Typed, typed_numbers

_OUTCOMES: tuple[tuple[str, str], ...] = tuple(table("counts.outcomes").items())
OUTCOME = re.compile(
    r"\b(?P<not>(?:not|never|neither|nor)\s+(?:been\s+)?)?(?:"
    + "|".join(f"(?P<{name}>(?:{pattern})\\w*)" for name, pattern in _OUTCOMES) + ")",
    re.IGNORECASE,
)  # fmt: skip
_HALVES = lexicon("counts.halves")


_QUALIFIES = re.compile(r"\s+(?:hypothes|predict|claim|finding|result)\w*\s+\w", re.IGNORECASE)
_TOTAL = lexicon("counts.total")
_NAMED = re.compile(r"\s*\w+,\s+[A-Z]\w*\d\w*,")
"""A name between a number and what is said of it: "one hypothesis, H3, is …"."""
_OTHER = re.compile(r"\b(?:the|all) (?:other|remaining)\s+$", re.IGNORECASE)
_IN = re.compile(r"\w+(?: \w+)? (?:in|for)\s+(?:the\s+)?$", re.IGNORECASE)
_AMONG = re.compile(
    r"\b(?:in|for|of|among|across|from)\s+(?:the |our |these |both )*$", re.IGNORECASE
)
_SOME = re.compile(r"\bthe (?:other|remaining|second|rest)\b|\banother\b", re.IGNORECASE)


def is_count(one: Typed, plain: str) -> bool:
    """Whether a bare number counts hypotheses: "two were supported", "3 contradicted"."""
    if one.value != round(one.value) or one.high is not None or one.signed:
        return False
    after = plain[one.stop : one.stop + 40]
    follows = re.match(
        r"\s*(?:(?:of (?:them|these|those)|more|others?)\s+)?"
        r"(?:(?:were|was|are|is|have been|has been|came out|came|turned out|went|ended|remained?"
        r"|stayed|left|being|as)\s+)*",
        after,
    )
    if re.match(r"\s*(?:out )?of (?:them|these|those|\w+ (?:is|was|were|are))\b", after):
        return True
    apart = one.word and re.search(r"\b(?:out of|of the|of all|all) $", plain[: one.start])
    if apart or _labelled(one, plain):
        return True
    return bool(follows and OUTCOME.match(after[follows.end() :])) or bool(
        re.match(r"\s*of\s+(?:the\s+)?(?:\w+\s+)?(?:\w+\s+)?(?:hypothes|predict|claim)", after)
    )


def _labelled(one: Typed, plain: str) -> bool:
    """Whether what is counted stands before it: "supported, 2; contradicted, 1"."""
    said = re.search(
        r"([A-Za-z-]+)(?:\s+(?:hypotheses|predictions|claims"
        r"|findings))?\s*(?:[:,=(–-]|\s)\s*$",
        plain[: one.start],
    )
    ends = re.match(r"\s*(?:[;,.)]|$|and\b)", plain[one.stop :])
    return bool(said and ends and OUTCOME.fullmatch(said[1]))


_TESTED = re.compile(
    r"\s*(?:hypotheses|predictions|claims) (?:were|have been|had been) (?:\w+ly )?tested\b",
    re.IGNORECASE,
)


def path(one: Typed, plain: str, clause: Clause, facts: Facts) -> Path | None:
    """Where the count stands that a number of hypotheses is; None if it is none."""
    after = plain[one.stop : clause.stop] or plain[one.stop :]
    if _TESTED.match(plain, one.stop):
        return ("counts", "registered") if one.value == facts.counts["registered"] else None
    if _NAMED.match(plain, one.stop):
        after = plain[one.stop :]
    # What is said after a number is said of it, up to the next one.
    later = [o.start for o in typed_numbers(after, [])]
    of = re.match(r"\s*(?:out )?of (?:the |all )?(?=\w)", after)
    if later and of and later[0] <= of.end():
        later = later[1:]
    upto = later[0] if later else len(after)
    said = [] if _labelled(one, plain) else list(OUTCOME.finditer(after[:upto]))
    said = [each for each in said if each.start() > 1 or not re.match(r"tests?\b", each[0])]
    counts = {
        **facts.counts,
        "decided": facts.counts["supported"] + facts.counts["contradicted"],
        "controlled": sum(bool(finding.controls) for finding in facts.findings.values()),
    }
    if _TOTAL.search(plain[: one.start]) and one.value in (
        counts["registered"],
        counts["proposed"],
    ):
        return ("counts", "registered" if one.value == counts["registered"] else "proposed")
    if name := _whole(one, plain):
        n_robust = counts["robust"]
        parts = (
            {n_robust, counts[name] - n_robust} if _says_robust(plain) else range(counts[name] + 1)
        )
        return ("counts", name) if one.value in parts else None
    definite = re.search(r"\b(?:the|both|these|our)\s+$", plain[: one.start], re.IGNORECASE)
    if definite and said and not after[: said[0].start()].strip():
        # "The two supported hypotheses", whatever is said of them.
        name = _name_of(said[0])
        if counts.get(name) == one.value:
            return ("counts", name if name in facts.counts else "registered")
    total = re.search(
        r"\b(?:\w+|\d+) (?:out )?of (?:the |our |these "
        r"|those )?$",
        plain[: one.start],
    )
    if total and said and not after[: said[0].start()].strip():
        # "One of the two supported findings survived": how many were supported.
        name = _name_of(said[0])
        if counts.get(name) == one.value:
            return ("counts", name)
    if one.value == 1 and of and said and re.match(r"\s+\w+(?:,|$)", after[said[0].end() :]):
        # "One of the two supported hypotheses, H4, …".
        name = _name_of(said[0])
        return ("counts", name) if counts[name] else None
    where = _IN.search(plain[: one.start])
    if where and (ended := list(OUTCOME.finditer(where[0]))) and not ended[-1]["not"]:
        # "Supported in two tests".
        name = _name_of(ended[-1])
        if name in facts.counts:
            return ("counts", name) if _count_fits(one, float(counts[name])) else None
    if _OTHER.search(plain[: one.start]):
        rest = [counts["registered"] - n for n in (1, counts["supported"], counts["contradicted"])]
        rest += [counts[name] - 1 for name in ("supported", "contradicted")]
        return ("counts", "registered") if one.value in rest else None
    if said and _QUALIFIES.match(after[said[0].end() :]):
        # "One registered hypothesis was contradicted": the predicate says what is counted.
        only = re.search(r"\b(?:only|just|exactly|single)\s+$", plain[: one.start], re.IGNORECASE)
        if not only and _SOME.search(plain):
            # "One supported hypothesis went without controls": one of those.
            name = _name_of(said[0])
            robust = [other for other in said[1:] if other["robust"] or other["explained_away"]]
            if not robust:
                return ("counts", name) if one.value <= counts[name] else None
            said = robust
        said = said[1:] or said
    return _outcome(one, plain, clause, said, counts, facts)


def _outcome(
    one: Typed,
    plain: str,
    clause: Clause,
    said: list[re.Match[str]],
    counts: Mapping[str, int],
    facts: Facts,
) -> Path | None:
    """Where the count stands of the outcome that is said of a number; of all, if none is.

    Parameters
    ----------
    said : list of re.Match
        The outcomes behind the number, up to the next one.
    counts : mapping of str to int
        By outcome.
    """
    # "Three of the four tests were decided": what became of tests says more than that they are.
    said = [other for other in said if not (other["registered"] or other["proposed"])] or said
    labelled = _labelled(one, plain)
    before = [
        each
        for each in OUTCOME.finditer(plain[0 if labelled else clause.start : one.start])
        if labelled or not each["contradicted"] or "wrong" not in each[0]
    ]
    outcome = said[0] if said else before[-1 if labelled else 0] if before else None
    if outcome is not None and outcome.lastgroup:
        name = _name_of(outcome)
        if outcome["not"] and name in ("supported", "contradicted", "decided"):
            value = counts["registered"] - counts[name]
        else:
            value = counts[name]
        names = ("registered", "proposed") if name == "registered" else (name,)
        if outcome["not"] and name == "controlled":
            totals = (counts["registered"], counts["supported"])
            fits = one.value in [n - counts["controlled"] for n in totals]
            return ("counts", "registered") if fits else None
        values = [float(value), *(float(counts[n]) for n in names)]
        if outcome["not"]:
            values = [float(value)]
        ok = any(_count_fits(one, v) for v in values)
        return ("counts", name if name in facts.counts else "registered") if ok else None
    for name in ("registered", "proposed"):
        if _count_fits(one, float(counts[name])):
            return ("counts", name)
    among = _AMONG.search(plain[: one.start])
    if not said and among and any(_count_fits(one, float(n)) for n in counts.values()):
        # "Suppression in two tests": what was found of so many, not how many there are.
        return ("counts", "registered")
    places = [k for k in facts.numbers if k.kind == "places"]
    return next((k.path for k in places if _count_fits(one, k.value)), None)


def _name_of(outcome: re.Match[str]) -> str:
    return next(name for name, _ in _OUTCOMES if outcome[name])


_PART = re.compile(
    r"\s*(?:out )?of (?:the |our |these |those |all )?(?P<n>\w+) (?=\w)", re.IGNORECASE
)


def _whole(one: Typed, plain: str) -> str | None:
    """The outcome of those that a number is a part of: "one of the two supported hypotheses".

    What is said of the part is judged by the words that say it.
    """
    of = _PART.match(plain, one.stop)
    outcome = OUTCOME.match(plain, of.end()) if of and typed_numbers(of["n"], []) else None
    if outcome is None or outcome["registered"] or outcome["proposed"]:
        return None
    return _name_of(outcome)


def _says_robust(plain: str) -> bool:
    """Whether a sentence tells what became of controls, which is counted."""
    return any(one["robust"] or one["explained_away"] for one in OUTCOME.finditer(plain))


def _count_fits(one: Typed, value: float) -> bool:
    if one.bound == "more":
        return value >= one.value
    if one.bound == "less":
        return value <= one.value
    return value == one.value


def part(one: Typed, plain: str, clause: str, stop: int, facts: Facts) -> Path | None:
    """Where the count stands that a part of the hypotheses, or of the neurons, is."""
    unit = one.unit.removeprefix("part of ")
    after = re.match(r"\s+(?:\w+ly )?(\w+)", plain[one.stop :])
    if unit == "" and after and (ended := OUTCOME.match(after[1])) and not ended["registered"]:
        # "Half were supported, a quarter contradicted".
        unit = "hypotheses"
    if unit == "" and re.match(r"\s+of (?:the |our |these )?(?:\w+ )?(?:hypothes|predict"
    r"|claim|finding|test)",
                               plain[one.stop :]):  # fmt: skip
        unit = "hypotheses"
    if unit == "hypotheses" and facts.counts["registered"]:
        said = list(OUTCOME.finditer(plain[one.stop : stop])) or list(OUTCOME.finditer(clause))
        said = [each for each in said if not (each["registered"] or each["proposed"])] or said
        if said:
            name = _name_of(said[0])
            share = facts.counts.get(name, 0) / facts.counts["registered"]
            return ("counts", name) if abs(share - one.value) < 0.02 else None
    if (
        (unit == "neurons" or "population" in clause)
        and abs(one.value - 0.5) < 1e-9
        and _HALVES.search(clause)
    ):
        return ("physiology", "n_stimuli")
    return None
