"""How far a claim got: planned power, the evidence ladder, replications, other specifications."""

from __future__ import annotations

from v1vlm.claims import Finding
from v1vlm.outcomes import LevelFinding, ReplicationFinding, ReplicationLevel
from v1vlm.report.desk import Desk, quoted, trial_ref
from v1vlm.report.document import Block, Heading, Line, Paragraph, Table, Text, line

Row = tuple[Line, ...]

_SUBJECTS: dict[ReplicationLevel, str] = {
    "L2": "{L2}, in other mice of the same twin, which share its weights (weak evidence)",
    "L3": "{L3}, in twins of another lineage, made independently",
}


def ladder_rows(i: int, finding: Finding) -> list[Row]:
    """What power was planned, and which rungs of the ladder were climbed."""
    rows: list[Row] = []
    if finding.planned is not None:
        rows.append((line("Planned power"), _planned(i, finding)))
    return [*rows, (line("Evidence ladder"), _ladder(i, finding))]


def _planned(i: int, finding: Finding) -> Line:
    at = ("finding", "planned")
    parts: Line = ()
    for k, power in enumerate(finding.planned.powers if finding.planned else ()):
        here = (*at, "powers", k)
        size = "{m} × margin" if power.multiple else "no effect"
        parts += line(
            ("" if k == 0 else ", ") + "{power} at " + size,
            power=trial_ref(i, *here, "power", format="power"),
            m=trial_ref(i, *here, "multiple", format="number"),
        )
    return parts + line(
        "; simulated at registration, for the pilot's SD of {sd} and a threshold of {threshold} "
        "(K = {k})",
        sd=trial_ref(i, *at, "pilot_sd", format="rounded"),
        threshold=trial_ref(i, *at, "threshold", format="e-value"),
        k=trial_ref(i, *at, "places", format="count"),
    )


def _ladder(i: int, finding: Finding) -> Line:
    first = {
        "supported": "{L1}, confirmed on fresh draws for the named held-out neurons: reached",
        "contradicted": "{L1}, contradicted on fresh draws for the named held-out neurons",
        "inconclusive": "{L0}, seen in exploration; {L1}, on fresh draws: not reached",
    }[finding.verdict]
    told = line(first)
    registered = {one.level: k for k, one in enumerate(finding.levels)}
    for level, words in _SUBJECTS.items():
        told += line(f"; {words}: ")
        if level in registered:
            told += _level(i, registered[level], finding.levels[registered[level]])
        else:
            told += line("not registered")
    return told


def _level(i: int, k: int, found: LevelFinding) -> Line:
    at = ("finding", "levels", k)
    if found.outcome == "not run":
        return line("not run, since the claim does not stand")
    return line(
        "{outcome} (present in {present} of {n}; asked for: at least {u}; e = {e}, threshold "
        "{threshold})",
        outcome=trial_ref(i, *at, "outcome"),
        present=trial_ref(i, *at, "n_present", format="count"),
        n=trial_ref(i, *at, "n", format="count"),
        u=trial_ref(i, *at, "at_least", format="count"),
        e=trial_ref(i, *at, "e_value", format="e-value"),
        threshold=trial_ref(i, *at, "threshold", format="e-value"),
    )


def replications(desk: Desk, i: int, finding: Finding) -> tuple[Block, ...]:
    """One row per subject; nothing where no replication ran."""
    if all(one.outcome == "not run" for one in finding.replications):
        return ()
    names = ("Subject", "Counts for", "Estimate", "e for", "e against", "Draws", "Outcome")
    draws = {
        False: "on draws of their own, so that their e-values are multiplied where several count",
        True: "on the draws of the claim, so that their e-values are averaged where several count",
    }[finding.shared_draws]
    caption = line(
        f"Replications of {{id}}, {draws}. Prediction, neuron rule, margin and clipping bound are "
        "those of the claim; receptive fields, preferences and reference responses are each "
        "subject's own. What counts for no level is the claim's own animal under another model. "
        "The outcome of one subject is at its own threshold; what is controlled is the level.",
        id=desk.field(i, "id"),
    )
    rows = tuple(_replication(i, k, one) for k, one in enumerate(finding.replications))
    header = tuple(line(name) for name in names)
    return (Table((2.2, 0.9, 2.2, 0.8, 0.9, 0.7, 1.2), rows, header, caption),)


def _replication(i: int, k: int, found: ReplicationFinding) -> Row:
    def value(name: str, format: str = "text") -> Line:
        return (trial_ref(i, "finding", "replications", k, name, format=format),)

    estimate = value("estimate", "estimate")
    if found.interval is not None:
        estimate = (*estimate, Text(" "), *value("interval", "interval"))
    return (
        line("{twin}, mouse {mouse}", twin=value("twin"), mouse=value("mouse")),
        value("level") if found.level else line("no level"),
        estimate,
        value("e_value", "e-value"),
        value("e_refute", "e-value"),
        value("stopped_at", "count"),
        value("outcome"),
    )


def specifications(desk: Desk, i: int, finding: Finding) -> tuple[Block, ...]:
    """The estimate under other rules and windows; nothing where that was not summarised."""
    if not finding.specifications:
        return ()
    names = ("Neurons that count", "Per draw", "Registered window", "Early", "Late")
    caption = line(
        "Other specifications of {id}: the clipped measure in the same estimation draws under "
        "rules that differ from the registered one in one respect, and in other windows. Reported, "
        "never tested. {agree} of {n} lie on the same side of the margins as the estimate.",
        id=desk.field(i, "id"),
        agree=trial_ref(i, "specifications", "agree", format="count"),
        n=trial_ref(i, "specifications", "n", format="count"),
    )
    rows = []
    for k, one in enumerate(finding.specifications):
        at = ("finding", "specifications", k)
        cells = [
            (trial_ref(i, *at, name, format="estimate"),) if getattr(one, name) is not None else ()
            for name in ("registered", "early", "late")
        ]
        neurons: Line = (trial_ref(i, *at, "n_neurons", format="rounded"),)
        rows.append(((trial_ref(i, *at, "name"),), neurons, *cells))
    header = tuple(line(name) for name in names)
    return (Table((2.6, 0.8, 1.4, 1, 1), tuple(rows), header, caption),)


def subjects(desk: Desk) -> tuple[Block, ...]:
    """Whom claims were replicated in; nothing without a replication."""
    if not desk.state.replicates:
        return ()
    told = line(
        "Every claim that stood (supported, and robust where it had controls) was tested again in "
        "the subjects below. Each was characterised and its neurons halved as those of the first; "
        "the half that confirms was tested. Twins of one lineage share fitted weights or "
        "parameters: in other mice of it an effect can only reach {L2}. The lineage is what a "
        "twin's card says."
    )
    rows = tuple(
        (
            (quoted("replicates", k, "name"),),
            (quoted("replicates", k, "mouse"),),
            (quoted("replicates", k, "lineage"),),
            (quoted("replicates", k, "n_neurons", format="count"),),
            (quoted("replicates", k, "n_with_field", format="count"),),
            (quoted("replicates", k, "counts_for"),),
        )
        for k in range(len(desk.state.replicates))
    )
    names = ("Twin", "Mouse", "Lineage", "Neurons", "with a field", "Counts for")
    header = tuple(line(name) for name in names)
    return (
        Heading(2, line("Subjects of replication")),
        Paragraph(told),
        Table((2.4, 1.1, 1.4, 0.9, 0.9, 1), rows, header),
    )


def statistics(desk: Desk) -> Line:
    """How levels are decided."""
    how = {
        False: "Replications had draws of their own; the smallest of their e-values, one more than "
        "may fail, are multiplied.",
        True: "Replications had the draws of the claim, each placed on receptive fields of its own "
        "subject; the smallest of their e-values, one more than may fail, are averaged.",
    }[desk.state.spec.shared_draws]
    return line(
        "A level is a partial conjunction{cited}: the effect is there in at least so many of the "
        f"subjects as were registered for it. {how} That is an e-value against the effect being "
        "there in fewer, and it decides in an e-LOND stream of its own with all K places: a claim "
        "that does not stand takes its place there with nothing, so that the false discovery rate "
        "of a level is at most α although claims are chosen for it by their test. A subject with "
        "more than {invalid_max} of invalid draws adds no evidence. A claim is of the highest "
        "level below which no registered one was missed.",
        cited=desk.cite("lab:benjamini2008"),
    )
