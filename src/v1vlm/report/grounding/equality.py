"""Whether a number in a text equals one of the record, as precisely as it was given."""

from __future__ import annotations

import re

from v1vlm.report.grounding.facts import Known
from v1vlm.report.grounding.labels import ESTIMATES, Near, is_bare_count
from v1vlm.report.grounding.typed import Typed
from v1vlm.report.grounding.units import COUNTED

_ENDS = re.compile(
    r"\binterval|\bCIs?\b|\bbound|\blow\b|\bhigh\b|\bedges?\b|\bextremes?\b"
    r"|\bas (?:small|large|little|much) as|\blower|\bupper|\bfrom\b|\brang|\bbetween|\bspan"
    r"|\bsequence"
    r"|\blimits?\b|\bends?\b",
    re.IGNORECASE,
)
_EXACT = frozenset({"alpha", "margin", "clip", "seed", "window", "threshold"})
_FALL = re.compile(
    r"\b(?:other way|wrong way|revers|contrary|reduc|decreas|lower|suppress|weak|drop|fall|fell"
    r"|below|less|smaller|magnitude|absolute|size|negative|minus|diminish|attenuat|opposite|\|)",
    re.IGNORECASE,
)


def equal(one: Typed, known: Known, context: str, near: Near, before: str) -> bool:
    """Whether a number may be a recorded one: value, unit, ends of a range and bounds.

    Parameters
    ----------
    context : str
        The clause.
    before : str
        The sentence up to the number.
    """
    value = one.value
    if one.unit == "" and known.unit in COUNTED:
        same = is_near(one.value, known.value, 1e-9)
        return same and is_bare_count(one, known, context, near, before)
    # An index can be given in percent, and a share as a part of one.
    if one.unit != known.unit and {one.unit, known.unit} != {"share", ""}:
        return False
    if (
        one.unit == "share"
        and known.kind not in (*ESTIMATES, "margin", "clip")
        and (known.unit != "share")
    ):
        return False
    tolerance = tolerance_of(one)
    if known.kind.startswith("e-value") and one.tolerance == 0.5:
        tolerance = 0.5
    if known.kind in _EXACT:
        # "Smaller than 0.08" is no margin of 0.05.
        tolerance = min(tolerance, 0.05 * abs(known.value))
        one = Typed(**{**vars(one), "bound": ""})
    if one.high is not None:
        if known.pair is None:
            return False
        return is_near(value, known.value, tolerance) and is_near(one.high, known.pair, tolerance)
    if known.pair is not None:
        if known.kind == "window" or not _ENDS.search(context):
            return False
        if one.bound:
            end = known.value if one.bound == "more" else known.pair
            return (end > one.value) == (one.bound == "more")
        return any(fits(one, end, tolerance, context) for end in (known.value, known.pair))
    if one.spread is not None:
        return False
    return fits(one, known.value, tolerance, context)


def fits(one: Typed, value: float, tolerance: float, context: str) -> bool:
    """Whether a number, or the bound that it is, fits a value; sizes of falls have no sign."""
    if one.bound and not is_near(one.value, value, tolerance):
        ratio = value / one.value if one.value else 0.0
        return (1.0 < ratio <= 2.0) if one.bound == "more" else (0.5 <= ratio < 1.0)
    if is_near(one.value, value, tolerance):
        return True
    may_flip = not one.signed and value < 0 and bool(_FALL.search(context))
    return may_flip and is_near(one.value, -value, tolerance)


def tolerance_of(one: Typed) -> float:
    """By how much a number may be off: half of its last digit, more if it is about so much."""
    if not one.about:
        return (
            one.tolerance
            if one.tolerance < 0.5 or one.word
            else 1e-9
            if one.tolerance == 0.5
            else one.tolerance
        )
    digits = f"{abs(one.value):.12g}".rstrip("0") if "." not in f"{one.value:.12g}" else ""
    if not digits:
        return one.tolerance
    place = len(f"{abs(one.value):.12g}") - len(digits)
    return max(one.tolerance, min(0.5 * 10.0**place, 0.1 * abs(one.value)))


def is_near(value: float, other: float, tolerance: float) -> bool:
    """Whether two values are as close as a tolerance, rounding apart."""
    return abs(value - other) <= tolerance * (1 + 1e-9) + 1e-12
