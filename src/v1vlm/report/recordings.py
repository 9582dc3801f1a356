"""What recorded responses said of the registrations, after the study had closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from v1vlm.report.desk import Desk, quoted
from v1vlm.report.document import (
    Block,
    Bullets,
    Heading,
    Line,
    Paragraph,
    Table,
    Text,
    line,
    strong,
)

_HEADER = (
    "",
    "Predicted",
    "Verdict",
    "Level",
    "Estimate",
    "Draws",
    "Neurons",
    "e for, against",
)
_WIDTHS = (0.6, 1.5, 1.6, 0.6, 2.3, 1.2, 1, 1.6)
_TOGETHER = ("", "Animals", "Holds in at least", "With all controls", "Fails in at least", "Level")


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
                "after the study had closed. What is tested is pooled over draws, so that trial "
                "noise does not bias it; the quantity is named with every verdict. Controls are "
                "judged as in the twin where they were recorded. The false discovery rate is held "
                "at {alpha} within each recording, not over a choice among several. {L4}: on "
                "recorded responses; {L5}: on responses recorded after the registration, to "
                "stimuli that its digest seeds, as far as the file says when it was recorded.",
                alpha=quoted("spec", "alpha", format="number"),
            )
        ),
    ]
    for k, entry in enumerate(entries):
        blocks += [_told(k), _table(k, entry), _reasons(k, entry)]
    return (*blocks, *_together(desk))


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
    rows = tuple(_row(k, i, said) for i, said in enumerate(entry["settlements"]))
    return Table(_WIDTHS, rows, tuple(line(h) for h in _HEADER))


def _row(k: int, i: int, said: Mapping[str, Any]) -> tuple[Line, ...]:
    def of(name: str, how: str = "text") -> Any:
        return quoted("settled", k, "settlements", i, name, format=how)

    judged = () if said["controls_verdict"] == "not run" else (Text(", "), of("controls_verdict"))
    return (
        (of("hypothesis"),),
        line("{direction}, {margin}", direction=of("direction"), margin=of("margin", "number")),
        (strong(of("verdict")), *judged),
        (of("level"),),
        _estimate(of, said),
        line("{n} of {all}", n=of("stopped_at", "count"), all=of("n_draws", "count")),
        (of("n_neurons", "count"),),
        line("{e}, {r}", e=of("e_value", "e-value"), r=of("e_refute", "e-value")),
    )


def _estimate(of: Callable[..., Any], said: Mapping[str, Any]) -> Line:
    if said["estimate"] is None:
        return line("none")
    if said["interval"] is None:
        return (of("estimate", "estimate"),)
    return (of("estimate", "estimate"), Text(" "), of("interval", "interval"))


def _reasons(k: int, entry: Mapping[str, Any]) -> Bullets:
    """What was tested, why each verdict is what it is, and what was left out of it."""
    lines: list[Line] = []
    for i, said in enumerate(entry["settlements"]):
        at = ("settled", k, "settlements", i)
        lines.append(
            line(
                "{id}, {quantity}: {reason}. Draws left out because too few recorded neurons look "
                "there: {n}; because they were not recorded whole: {m}.",
                id=quoted(*at, "hypothesis"),
                quantity=quoted(*at, "quantity"),
                reason=quoted(*at, "reason", format="clause"),
                n=quoted(*at, "n_elsewhere", format="count"),
                m=quoted(*at, "n_missing", format="count"),
            )
        )
        lines += [_control(at, j, control) for j, control in enumerate(said["controls"])]
    return Bullets(tuple(lines))


def _control(at: tuple[Any, ...], j: int, said: Mapping[str, Any]) -> Line:
    def of(name: str, how: str = "text") -> Any:
        return quoted(*at, "controls", j, name, format=how)

    told = line(
        "{id}, control {control}: the effect {outcome}",
        id=quoted(*at, "hypothesis"),
        control=of("id"),
        outcome=strong(of("outcome")),
    )
    if said["outcome"] == "not shown":
        return line(
            "{id}, control {control}: not shown in this recording.",
            id=quoted(*at, "hypothesis"),
            control=of("id"),
        )
    return (
        *told,
        *line(" ({quantity} ", quantity=of("quantity")),
        *_estimate(of, said),
        *line("; {reason}).", reason=of("reason", "clause")),
    )


def _together(desk: Desk) -> tuple[Block, ...]:
    """In how many animals each prediction holds, of recordings handed in together."""
    said = desk.values["together"]
    if not said:
        return ()
    text = (
        "Recordings that were handed in together, by animal: in at least how many each prediction "
        "holds, and fails. The e-values of all draws are combined by partial "
        "conjunction{cited}, averaged where animals were shown the same draws; the false "
        "discovery rate of these claims is held at {alpha} over the registrations."
    )
    return (
        Heading(2, line("Several animals")),
        Paragraph(
            line(
                text,
                alpha=quoted("spec", "alpha", format="number"),
                cited=desk.cite("lab:benjamini2008"),
            )
        ),
        Table(
            (0.8, 1, 1.6, 1.6, 1.6, 0.8),
            tuple(_animals(i, one) for i, one in enumerate(said)),
            tuple(line(h) for h in _TOGETHER),
        ),
    )


def _animals(i: int, one: Mapping[str, Any]) -> tuple[Line, ...]:
    def of(name: str, how: str = "count") -> Any:
        return quoted("together", i, name, format=how)

    return (
        (of("hypothesis", "text"),),
        (of("n"),),
        (of("supported_in"),),
        line("no controls") if one["standing_in"] is None else (of("standing_in"),),
        (of("contradicted_in"),),
        (of("level", "text"),),
    )
