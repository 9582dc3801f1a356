"""What recorded responses said of the registrations, after the study had closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from v1vlm.report.desk import Desk, quoted
from v1vlm.report.document import Block, Bullets, Heading, Line, Paragraph, Table, line, strong

_HEADER = (
    "",
    "Predicted",
    "Verdict",
    "Level",
    "Pooled index",
    "Draws",
    "Neurons",
    "e for, against",
)


def recordings_section(desk: Desk) -> tuple[Block, ...]:
    """Verdicts on recorded responses; nothing where there are none."""
    entries = desk.values["settled"]
    if not entries:
        return ()
    blocks: list[Block] = [
        Heading(1, line("Settled by recordings")),
        Paragraph(
            line(
                "Registered predictions, tested on responses that were handed to the laboratory "
                "after the study had closed. The tested quantity is the pooled modulation index "
                "of the draws shown, which trial noise does not bias; controls are not part of "
                "it. The false discovery rate is held at {alpha} within each recording, not over "
                "a choice among several. {L4}: on recorded responses; {L5}: on responses "
                "recorded after the registration, to stimuli that its digest seeds, as far as "
                "the file says when it was recorded.",
                alpha=quoted("spec", "alpha", format="number"),
            )
        ),
    ]
    for k, entry in enumerate(entries):
        blocks += [_told(k), _table(k, entry), _reasons(k, entry)]
    return tuple(blocks)


def _told(k: int) -> Paragraph:
    def of(name: str, how: str = "text") -> Any:
        return quoted("settled", k, name, format=how)

    return Paragraph(
        line(
            "Recording {sha256}…: {what} responses of {n} neurons, {trials} trials per condition.",
            sha256=of("sha256", "short"),
            what=strong(of("responses")),
            n=of("n_neurons", "count"),
            trials=of("n_trials", "number"),
        )
    )


def _table(k: int, entry: Mapping[str, Any]) -> Table:
    rows = tuple(_row(k, i) for i in range(len(entry["settlements"])))
    return Table((0.6, 1.5, 1.5, 0.6, 2.4, 1.2, 1, 1.6), rows, tuple(line(h) for h in _HEADER))


def _reasons(k: int, entry: Mapping[str, Any]) -> Bullets:
    """Why each verdict is what it is, and what was left out of it."""
    lines = []
    for i in range(len(entry["settlements"])):
        at = ("settled", k, "settlements", i)
        lines.append(
            line(
                "{id}: {reason}. Draws left out because too few recorded neurons look there: {n}; "
                "because they were not recorded whole: {m}.",
                id=quoted(*at, "hypothesis"),
                reason=quoted(*at, "reason", format="clause"),
                n=quoted(*at, "n_elsewhere", format="count"),
                m=quoted(*at, "n_missing", format="count"),
            )
        )
    return Bullets(tuple(lines))


def _row(k: int, i: int) -> tuple[Line, ...]:
    def of(name: str, how: str = "text") -> Any:
        return quoted("settled", k, "settlements", i, name, format=how)

    return (
        (of("hypothesis"),),
        line("{direction}, {margin}", direction=of("direction"), margin=of("margin", "number")),
        (strong(of("verdict")),),
        (of("level"),),
        line(
            "{value} {interval}",
            value=of("estimate", "estimate"),
            interval=of("interval", "interval"),
        ),
        line("{n} of {all}", n=of("stopped_at", "count"), all=of("n_draws", "count")),
        (of("n_neurons", "count"),),
        line("{e}, {r}", e=of("e_value", "e-value"), r=of("e_refute", "e-value")),
    )
