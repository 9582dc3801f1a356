"""What closes a report: all hypotheses, limits, sentences left out, how to reproduce it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from v1vlm.journal import StudySpec
from v1vlm.report.desk import Desk, quoted, trial_ref
from v1vlm.report.document import (
    Block,
    Bullets,
    Code,
    Heading,
    Line,
    Paragraph,
    Ref,
    Table,
    Text,
    line,
)
from v1vlm.report.results import flags
from v1vlm.report.subject import missed_by

FEW_SOURCES = 20
"""Fewer photographs than this are named, and never called natural scenes (science.md, 2)."""

_NO_OPTION = ("alpha", "tries", "pilot_draws", "chunk", "draws_max", "estimate_draws")
_HINT = (
    "This study ran with settings that the command has no option for (see the table of settings); "
    "give them to StudySpec in Python."
)

Row = tuple[Line, ...]


def hypotheses_section(desk: Desk) -> tuple[Block, ...]:
    """Every proposal and what became of it; nothing is left in the drawer."""
    blocks: list[Block] = [
        Heading(1, line("All hypotheses")),
        Paragraph(
            line(
                "Proposed: {proposed}. Refused: {refused}. Withdrawn: {withdrawn}. Registered: "
                "{registered}. Supported: {supported}{judged}. Contradicted: {contradicted}. "
                "Inconclusive: {inconclusive}.",
                judged=desk.judged(),
                **desk.counts(),
            )
        ),
    ]
    if desk.state.attempts:
        header = tuple(line(name) for name in ("", "Hypothesis", "Outcome", "Verdict", "Reason"))
        blocks.append(Table((0.6, 3, 1.3, 1.5, 3.4), tuple(_attempts(desk)), header))
    return tuple(blocks)


def _attempts(desk: Desk) -> list[Row]:
    rows: list[Row] = []
    registered = 0
    for k, attempt in enumerate(desk.state.attempts):
        named = attempt.hypothesis is not None
        name: Line = (quoted("attempts", k, "id"),) if named else ()
        title: Line = (quoted("attempts", k, "title"),) if named else line("no valid proposal")
        reason: Line = (quoted("attempts", k, "reason"),) if attempt.reason else ()
        verdict: Line = ()
        if attempt.outcome == "registered":
            finding = desk.state.trials[registered].finding
            if finding is not None:
                verdict = desk.verdict(registered, finding)
                reason = (trial_ref(registered, "finding", "reason"),)
            registered += 1
        rows.append((name, title, (quoted("attempts", k, "outcome"),), verdict, reason))
    return rows


def limitations(desk: Desk) -> tuple[Block, ...]:
    """What the study cannot say."""
    twin = quoted("twin", "name")
    items: list[Line] = []
    if desk.state.twin.get("planted"):
        items.append(
            line(
                "The {twin} twin is simulated and its answers are known. The study demonstrates "
                "the laboratory; it says nothing about any animal. The laboratory does not read "
                "the planted answers; the project's benchmarks compare verdicts with them.",
                twin=twin,
            )
        )
    else:
        items.append(
            line(
                "The {twin} twin is a model fitted to recordings. A finding about its neurons is "
                "a prediction for the animal, not a result about it.",
                twin=twin,
            )
        )
    items += [
        _levels(desk),
        line(
            "A claim is about the named neurons of the {twin} twin. Only where the interval over "
            "draws and neurons supports it is the twin's population named.",
            twin=twin,
        ),
        line(
            "A mark behind sentences of the scientist holds back to the mark before it. It vouches "
            "for the numbers, works and verdicts that they give, read by rules, not for every word."
        ),
        line(
            "The guarantee on false discoveries is for this study. It does not cover a choice "
            "among several studies run with other seeds or settings."
        ),
        line(
            "Parametric stimuli lie outside what a twin of natural responses is trained on. That "
            "a twin responds to them as the animal would is an assumption."
        ),
    ]
    items += missed_by(desk)
    for i, trial in enumerate(desk.state.trials):
        if trial.finding is not None:
            items += flags(desk, i, trial.finding)
            items += _sources(desk, i)
    return (Heading(1, line("Limitations")), Bullets(tuple(items)))


def _levels(desk: Desk) -> Line:
    told = line(
        "Levels: {L0} is seen in exploration or left undecided, {L1} confirmed on fresh draws "
        "for the named held-out neurons. "
    )
    # What recordings say stands in a section of its own.
    which = Text("No finding about the twin" if desk.state.settled else "No claim here")
    if not desk.state.replicates:
        return told + line(
            "{which} reaches {L2} (other mice of the twin), "
            "{L3} (an independent twin), {L4} (recorded responses) or {L5} (in vivo).",
            which=which,
        )
    return told + line(
        "{L2} is seen in other mice of the same twin as well; they share its weights, so that what "
        "the weights got wrong repeats in all of them. {L3} is seen in twins of another lineage, "
        "which may still share recordings, architecture or blind spots. {which} reaches {L4} "
        "(recorded responses) or {L5} (in vivo).",
        which=which,
    )


def _sources(desk: Desk, i: int) -> tuple[Line, ...]:
    names = desk.values["trials"][i]["sources"]
    finding = desk.state.trials[i].finding
    if (
        not names
        or finding is None
        or finding.n_wordings
        or not 0 < finding.n_sources < FEW_SOURCES
    ):
        return ()
    return (
        line(
            "{id} was tested with crops of {n} photographs ({names}), fewer than {few}. It holds "
            "for these photographs.",
            id=desk.field(i, "id"),
            n=desk.field(i, "n_sources"),
            names=trial_ref(i, "sources", format="listed"),
        ),
    )


def siblings_section(desk: Desk) -> tuple[Block, ...]:
    """Other studies of the same twin and text; nothing where that was not recorded."""
    if desk.state.siblings is None:
        return ()
    heading = Heading(1, line("Sibling studies"))
    if not desk.state.siblings:
        none = line(
            "When this study closed, no other study of the same twin and context lay beside it."
        )
        return (heading, Paragraph(none))
    told = line(
        "Other studies of the same twin and context that lay beside this one when it closed: {n}. "
        "Error is controlled within each; it is not for whoever picks one of them, or one verdict "
        "from all.",
        n=quoted("n_siblings", format="count"),
    )
    header = tuple(line(name) for name in ("Study", "Seed", "K", "Scientist", "Verdicts"))
    rows = tuple(_sibling(k, sibling) for k, sibling in enumerate(desk.state.siblings))
    return (heading, Paragraph(told), Table((1.6, 0.7, 0.4, 1.3, 3.4), rows, header))


def _sibling(k: int, sibling: Mapping[str, Any]) -> Row:
    names = {"seed": "count", "num_steps": "count", "scientist": "text"}
    facts: Row = tuple(
        (quoted("siblings", k, name, format=how),) if name in sibling else ()
        for name, how in names.items()
    )
    return ((quoted("siblings", k, "study"),), *facts, (quoted("siblings", k, "said"),))


def disputed_section(desk: Desk) -> tuple[Block, ...]:
    """Claims of the scientist that were removed, doubted or mended; nothing if there are none."""
    removed, doubted = desk.values["removed"], desk.values["unchecked"]
    mended = desk.values["sent_back"]
    if not (removed or doubted or mended):
        return ()
    told = [
        Paragraph(
            line(
                "The scientist's sentences are held against the record before they are printed: "
                "every number, work, verdict, subject and method in them. What did not hold was "
                "sent back once with the reason ({n} sentences). What still does not hold is "
                "removed, and the laboratory's own sentence stands in its place. Where there was "
                "nothing that could be held against the record, the sentence is marked as not "
                "checked; so it is where something seemed not to hold but may have been misread, "
                "which is listed here too. Titles and rationales carry no mark: what is disputed "
                "in them is removed.",
                n=quoted("n_sent_back", format="count"),
            )
        )
    ]
    tables = []
    if removed:
        tables.append(_claims("removed", len(removed), line("Removed.")))
    if doubted:
        tables.append(_claims("unchecked", len(doubted), line("Doubted, and marked.")))
    if mended:
        tables.append(_claims("sent_back", len(mended), line("Sent back, and written anew.")))
    return (Heading(1, line("Appendix: claims removed or doubted")), *told, *tables)


def _claims(name: str, n: int, caption: Line) -> Table:
    header = tuple(line(title) for title in ("Place", "Sentence", "Reason"))
    fields = ("place", "sentence", "reason")
    rows = tuple(tuple((quoted(name, k, field),) for field in fields) for k in range(n))
    return Table((1.2, 3.6, 2), rows, header, caption)


def reproduction(desk: Desk) -> tuple[Block, ...]:
    """The commands, and what identifies the study."""
    rows: list[Row] = [
        (line("Study"), (quoted("study"),)),
        (line("Context"), (quoted("spec", "context_digest"),)),
        (line("Twin"), (quoted("twin", "digest"),)),
    ]
    if desk.state.physiology is not None:
        rows.append((line("Characterisation"), (quoted("physiology", "digest"),)))
    if desk.state.card is not None:
        rows.append((line("Physiology card"), (quoted("card", "digest"),)))
    rows += [
        (
            line("Registration {id}", id=trial_ref(i, "registration", "hypothesis", "id")),
            (trial_ref(i, "digest"),),
        )
        for i in range(len(desk.state.trials))
    ]
    commands = tuple(Ref(("command", k)) for k in range(len(desk.values["command"])))
    spec = desk.state.spec
    fixed = any(getattr(spec, name) != StudySpec.model_fields[name].default for name in _NO_OPTION)
    hint = (Paragraph(line(_HINT)),) if fixed else ()
    return (
        Heading(1, line("How to reproduce")),
        Paragraph(
            (
                Text(
                    "With the same versions, the first command runs the study anew and gives the "
                    "same findings; the second checks a study against its journal and data. DIR "
                    "stands for the folder of the study."
                ),
            )
        ),
        *hint,
        Code(commands),
        Table((1, 4), tuple(rows), (), line("Digests.")),
        *_records(desk),
    )


_RECORDS = ("registered", "test", "estimate", "other_arms", "decided")


def _records(desk: Desk) -> tuple[Block, ...]:
    """Which events record what the numbers of each finding are computed from."""
    if not desk.state.trials:
        return ()
    header = ("", "Registered", "Test", "Estimate", "Other arms", "Decided")
    rows = tuple(
        (
            (trial_ref(i, "registration", "hypothesis", "id"),),
            *((quoted("records", i, name),) for name in _RECORDS),
        )
        for i in range(len(desk.state.trials))
    )
    told = (
        "The events that record each finding: lines of journal.jsonl, notes not counted. They name "
        "the arrays in blobs that its numbers are recomputed from. The command show lists the "
        "draws of a hypothesis and recomputes its numbers; verify with --show has some of them "
        "answered by the twin again."
    )
    caption = line("Where the numbers come from.")
    return (
        Paragraph(line(told)),
        Table((0.6, 1, 1.4, 1.4, 1.6, 1), rows, tuple(line(name) for name in header), caption),
    )
