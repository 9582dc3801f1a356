"""What a number may be, by the words around it: an estimate, a margin, draws, neurons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from v1vlm.report.grounding.facts import Known
from v1vlm.report.grounding.lexicon import lexicon, table
from v1vlm.report.grounding.sentences import Clause
from v1vlm.report.grounding.typed import Typed
from v1vlm.report.grounding.units import COUNTED

ESTIMATES = frozenset(
    (
        "estimate", "unclipped", "interval", "control", "cs", "population index",
        "window estimate", "window interval", "control interval", "replication",
        "replication interval",
    )
)  # fmt: skip
_LABELS = tuple(
    (re.compile(row["words"], re.IGNORECASE), frozenset(row["kinds"]))
    for row in table("numbers.labels")
)
_DRAWS = tuple(
    (re.compile(row["words"], re.IGNORECASE), row["kind"]) for row in table("numbers.draws")
)
INSTEAD = re.compile(
    r"\b(?:instead of|rather than|compared (?:with|to)|against|as opposed to"
    r"|than)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before a number of another finding."""
_SIZE = re.compile(r"\b(?:size|magnitude|effect|index|averag\w*)\b", re.IGNORECASE)
_OF = re.compile(r"\s*(?:draws?\s+)?(?:out )?of\b", re.IGNORECASE)
_OUT_OF = lexicon("numbers.out_of")
_NOUNS = {
    "draws": re.compile(r"\bdraws?\b", re.IGNORECASE),
    "neurons": re.compile(r"\b(?:neuron|cell)s?\b", re.IGNORECASE),
}
DESCRIBES = re.compile(r"\b(?:selectivity|median|characteri[sz]\w+)\b", re.IGNORECASE)
"""Words of what is known of all neurons, not of a finding."""
_ENDED = re.compile(
    r"\b(?:decided|supported|contradicted|confirmed|refuted|stopped|ended|settled|terminated)\b"
    r"[^,;.\d]{0,30}\b(?:after|at|on|by)\s+(?:only |just |draw |draws )*$",
    re.IGNORECASE,
)
"""What makes a number of draws the one at which a test ended."""
_REQUIRED = re.compile(r"\b(?:requir\w*|needed|had to|necessary)\b", re.IGNORECASE)
"""What makes a bound one that was set: "evidence of at least 80 was required"."""
_DECLARED = lexicon("numbers.declared")
_FAR = 60
_SMALL = (
    r"(?!(?:of|in|from|for|and|or|to|at|with|on|by|per|was|is|has|as|its|this|thus|plus|across|towards"
    r"|unless|always|does|less|were|are|had|have|that|which|who|before|after|when|while|but|until|out"
    r"|draws|neurons|cells)\b)"
)
_THING = re.compile(rf"\s+(?:{_SMALL}[a-z-]+\s+)?{_SMALL}[a-z-]{{3,}}[^s]s\b")
"""A noun after a count that is no unit: "40 columns"."""
_FEW = 10
"""From here on a count needs no noun: nothing else of a finding is counted so high."""


@dataclass(frozen=True)
class Near:
    """What a clause says before a number and after it, up to other numbers."""

    before: str
    after: str

    @property
    def text(self) -> str:
        """With a mark where the number stands."""
        before = re.split(r"[;(]", self.before[-_FAR:])[-1]
        return f"{before}#{re.split('[;(]', self.after[:_FAR])[0]}"


def allowed(one: Typed, plain: str, clause: Clause, near: Near) -> frozenset[str] | None:
    """Kinds that the words around a number allow; None if they say nothing."""
    if one.unit == "draws":
        if _OUT_OF.search(plain[: one.start]):
            return frozenset({"budget", "stopped"})
        if _ENDED.search(plain[: one.start]):
            return frozenset({"stopped"})
        free = INSTEAD.search(plain[: one.start]) or _OF.match(near.after)
        return None if free else _draws(near)
    if one.unit in COUNTED or one.unit in ("cm", "px", "cpd", "hz", "s"):
        return None
    for pattern, kinds in _LABELS:
        if pattern.match(plain[one.stop :].lstrip()):
            # "The 0.05 margin".
            return kinds
    if _DECLARED.search(clause.text):
        return frozenset({"margin"})
    if _REQUIRED.search(clause.text) and one.bound and one.unit == "":
        return frozenset({"threshold", "margin"})
    last = _last_label(plain[max(clause.start, one.start - 60) : one.start])
    # "The estimate lies above 0.05": a bound is as a rule the margin.
    more = frozenset({"margin"} if one.bound else ())
    if DESCRIBES.search(near.text):
        return None
    whole = one.unit == "" and one.value >= _FEW and one.value == round(one.value)
    if last is not None and not (whole and last <= ESTIMATES):
        return last | more
    after = re.split(r"[,;()\d]|\b(?:against|than|versus)\b", plain[one.stop : clause.stop])[0]
    if whole:
        # "A set of 100 gave the size of the effect": no index is as large.
        return None
    text = f"{plain[clause.start : one.start]} # {after}"
    found = [kinds for pattern, kinds in _LABELS if pattern.search(text)]
    return more.union(*found) if found else None


def _draws(near: Near) -> frozenset[str] | None:
    """What draws are, by the words around their number."""
    kinds = {kind for pattern, kind in _DRAWS if pattern.search(near.text)}
    if kinds and _SIZE.search(near.text):
        kinds.add("draws")
    return frozenset(kinds) or None


def _last_label(text: str) -> frozenset[str] | None:
    """The label that stands last before a number, with nothing but small words between."""
    ends = [(m.end(), kinds) for pattern, kinds in _LABELS for m in pattern.finditer(text)]
    if not ends:
        return None
    end, kinds = max(ends, key=lambda pair: pair[0])
    between = re.sub(r"[A-Za-z]+\d\w*", "", text[end:])
    small = re.fullmatch(
        r"(?:[\s,:=(\[]|\b(?:of|is|was|at|to|for|be|been|set|had|has|the|a|an|in|by|came|in|out"
        r"|equals?|amount(?:s|ed)|about|around|roughly|value|its|it|that|with|from|runs?|just|only"
        r"|being|close|near|approximately|respectively|and|climbed|reached)\b)*",
        between,
    )
    return kinds if small else None


def is_bare_count(one: Typed, known: Known, context: str, near: Near, before: str) -> bool:
    """Whether a number without its noun, as in ``n = 43``, may be a count that equals it.

    Parameters
    ----------
    context : str
        The clause.
    before : str
        The sentence up to the number.
    """
    if one.signed:
        return False
    if re.search(r"\b[nNkK]\s*=", context):
        return True
    if known.unit not in ("draws", "neurons") or one.value < _FEW or _THING.match(near.after):
        return False
    if _OUT_OF.search(before):
        # "After 145 of 200": what is allowed, or what there is.
        return known.kind in ("budget", "neurons")
    named = {unit for unit, noun in _NOUNS.items() if noun.search(near.text)}
    if len(named) == 1 and known.unit not in named:
        return False
    kinds = _draws(near) if known.unit == "draws" and not INSTEAD.search(before) else None
    return kinds is None or known.kind in kinds
