"""Numbers of what is recorded in words: designs, rules, the twin's card, the context."""

from __future__ import annotations

import re
from functools import lru_cache

from v1vlm.report.grounding.equality import is_near
from v1vlm.report.grounding.facts import Facts, Path
from v1vlm.report.grounding.typed import Typed, end_of, typed_numbers
from v1vlm.report.grounding.units import COUNTED

_ORTHOGONAL = re.compile(r"\borthogonal|\bperpendicular|\bright angle", re.IGNORECASE)


def in_words(one: Typed, plain: str, facts: Facts) -> Path | None:
    """A number of a design, a rule or the twin's card, with its unit."""
    if one.high is not None and one.unit == "share":
        ends = [in_words(end_of(one, value), plain, facts) for value in (one.value, one.high)]
        if None not in ends:
            return ends[0]
    if one.unit == "deg" and is_near(one.value, 90, 1e-9) and _ORTHOGONAL.search(plain):
        return ("twin", "name")
    for known, words in recorded(facts.said):
        # "Up to 5°": as far as from −5 to 5°.
        around = one.high is None and known.high is not None and known.value == -known.high
        value = abs(known.value) if around else known.value
        if known.unit != one.unit or not is_near(value, one.value, 1e-9):
            continue
        if (known.high is None) != (one.high is None) and not around:
            continue
        if one.unit in COUNTED or one.unit == "":
            mine = set(re.findall(r"[a-z]{4,}", plain[: one.start].casefold())[-5:])
            if not mine & words:
                continue
        return ("twin", "name")
    return None


@lru_cache(maxsize=8)
def recorded(said: str) -> tuple[tuple[Typed, frozenset[str]], ...]:
    """Numbers of the record's words, each with the words before it."""
    return tuple(
        (one, frozenset(re.findall(r"[a-z]{4,}", said[max(0, one.start - 60) : one.start])[-3:]))
        for one in typed_numbers(said, [])
    )


def in_literature(said: str, facts: Facts) -> bool:
    """Whether a number stands in the context as it was typed."""
    bare = said.strip().casefold()
    if not re.search(r"\d", bare):
        return False
    return re.search(rf"(?<![\d.]){re.escape(bare)}(?![\d])", facts.literature) is not None
