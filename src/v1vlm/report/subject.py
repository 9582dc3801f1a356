"""What is known of the subject: the physiology card that a study cites, beside its claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from v1vlm.physiology import BRIEF
from v1vlm.report.desk import Desk, quoted
from v1vlm.report.document import Block, Heading, Line, Paragraph, Ref, Table, line

Row = tuple[Line, ...]

BRIEF_ENTRIES = len(BRIEF.entries)


def subject_known(desk: Desk) -> tuple[Block, ...]:
    """Facts of mouse V1 that the twin passes and misses, those that bear on the claims first."""
    card = desk.values["card"]
    if not card:
        return ()
    blocks: list[Block] = [Heading(2, line("What is known of the subject")), Paragraph(_said())]
    rows = [
        _row(number, fact)
        for number, fact in enumerate(card["facts"])
        if fact["claims"] and fact["verdict"] in ("pass", "miss", "disputed")
    ]
    if rows:
        head = ("Bears on", "Fact", "Twin", "Recorded, published", "Verdict")
        header = tuple(line(name) for name in head)
        blocks.append(Table((1.1, 3.1, 1.2, 2.5, 0.9), tuple(rows), header))
    untested = sum(bool(f["claims"]) and f["verdict"] == "not testable" for f in card["facts"])
    if untested:
        blocks.append(Paragraph(_untested(desk)))
    if card["other_misses"]:
        missed = quoted("card", "other_misses", format="series")
        blocks.append(
            Paragraph(line("It also misses, on matters of no claim here: {missed}.", missed=missed))
        )
    blocks += [
        Paragraph((quoted("card", "problems", number, format="sentence"),))
        for number in range(len(card["problems"]))
    ]
    return tuple(blocks)


def missed_by(desk: Desk) -> tuple[Line, ...]:
    """One limitation for each missed fact that a claim bears on."""
    return tuple(
        line(
            "{claims}: the twin misses a fact of mouse visual cortex that bears on it, “{fact}” "
            "({recorded}; here {value}).",
            claims=quoted("card", "facts", number, "claims", format="listed"),
            fact=quoted("card", "facts", number, "text", format="clause"),
            recorded=quoted("card", "facts", number, "recorded", format="clause"),
            value=quoted("card", "facts", number, "value", format="rounded"),
        )
        for number, fact in enumerate(desk.values["card"].get("facts", ()))
        if fact["verdict"] == "miss" and fact["claims"]
    )


def _said() -> Line:
    return line(
        "Physiology card {short} ({protocols} protocols: {entries}) holds the twin against {n} "
        "facts of mouse visual cortex, of which it passes {passed} and misses {missed} (disputed: "
        "{disputed}; not testable by it: {untestable}). A fact that is missed is a result about "
        "the twin, and a limit to what its neurons can say of the animal's.",
        short=quoted("card", "short"),
        protocols=quoted("card", "n_protocols", format="count"),
        entries=quoted("card", "entries", format="listed"),
        n=quoted("card", "n_facts", format="count"),
        passed=_count("pass"),
        missed=_count("miss"),
        disputed=_count("disputed"),
        untestable=_count("not testable"),
    )


def _count(verdict: str) -> Ref:
    return quoted("card", "counts", verdict, format="count")


def _untested(desk: Desk) -> Line:
    if len(desk.values["card"]["entries"]) <= BRIEF_ENTRIES:
        return line(
            "Other facts that bear on the claims need protocols that the study does not show. "
            "The physiology command shows them once, and the next study cites its card with --card."
        )
    return line("Other facts that bear on the claims could not be tested on this twin.")


def _row(number: int, fact: Mapping[str, Any]) -> Row:
    at = ("card", "facts", number)
    value: Line = () if fact["value"] is None else (quoted(*at, "value", format="rounded"),)
    if fact["is_distance"] and value:
        value = line("KS distance {value}", value=value)
    return (
        (quoted(*at, "claims", format="listed"),),
        (quoted(*at, "text"),),
        value,
        line(
            "{recorded} ({source})",
            recorded=quoted(*at, "recorded"),
            source=quoted(*at, "citation", format="clause"),
        ),
        (quoted(*at, "verdict"),),
    )
