"""Quoted numbers, and what stands beside them."""

from __future__ import annotations

import re

from v1vlm.report.grounding.typed import typed_numbers
from v1vlm.report.grounding.units import COUNTED


def quote_fault(
    name: str, finding: str, field: str, before: str, after: str, ids: tuple[str, ...]
) -> str | None:
    """Reason against a quote of a number: another finding, name or unit stands beside it."""
    kinds = {
        "n_neurons": {"neurons"}, "stopped_at": {"draws"}, "n_draws": {"draws"},
        "draws_max": {"draws"}, "window_s": {"s"}, "clipped_share": {"share"},
        "invalid_share": {"share"}, "n_sources": {"photographs"},
    }.get(field, {""})  # fmt: skip
    follows = typed_numbers(f"7{after[:40]}", [])
    unit = follows[0].unit if follows and follows[0].start == 0 else ""
    glued = bool(re.match(r"\s?(?:[%°]|[A-Za-z])", after))
    if unit and glued and unit not in kinds and not (unit in COUNTED and kinds == {""}):
        return f"“[[{name}]]” is not in that unit"
    if unit in ("neurons", "draws") and kinds == {""} and re.match(r"\s(?:neurons|draws)\b", after):
        return f"“[[{name}]]” is no number of {unit}"
    if len(ids) == 1 and finding not in ids:
        return f"“[[{name}]]” is not of {ids[0]}"
    own = {
        "margin": "margin",
        "estimate": "estimate",
        "threshold_support": "threshold",
        "threshold_refute": "threshold",
        "e_value": "e-value",
        "e_refute": "e-value",
    }
    label = re.search(
        r"\b(margin|threshold|estimate|e-value)s?(?: of| for| in)?(?: [A-Za-z]+\d\w*)?"
        r"(?:,| is| was| =|:| of| at|\s\()*\s*$",
        before,
        re.IGNORECASE,
    )
    label = label or re.match(
        r"\s(?:is|was) (?:the|its) (margin|threshold|estimate|e-value)\b", after
    )
    if label and field in own and own[field] != label[1].casefold():
        return f"“[[{name}]]” is no {label[1].casefold()}"
    return None
