"""What was found: one account per finding, its sentences chosen by code."""

from __future__ import annotations

from v1vlm.claims import ControlFinding, Finding
from v1vlm.report.captions import of_finding
from v1vlm.report.desk import Desk, prediction_line, quoted, trial_ref
from v1vlm.report.document import (
    Block,
    Callout,
    Heading,
    Line,
    Paragraph,
    Table,
    Text,
    line,
    strong,
)
from v1vlm.report.ladder import ladder_rows, replications, specifications
from v1vlm.report.paintings import given_up_flag, painted_rows, wordings_flag

CLIPPED_MAX = 0.02
"""Share of clipped draws above which the statement says so (science.md, 2)."""

Row = tuple[Line, ...]


def results_section(desk: Desk, interpretations: tuple[tuple[Line, ...], ...]) -> tuple[Block, ...]:
    """All findings, in the order of registration.

    Parameters
    ----------
    interpretations : tuple
        Paragraphs of the scientist's interpretation, per trial.
    """
    blocks: list[Block] = [Heading(1, line("Results"))]
    if not desk.state.findings:
        blocks.append(Paragraph(line("No hypothesis was decided.")))
    for i, trial in enumerate(desk.state.trials):
        if trial.finding is not None:
            blocks += _result(desk, i, trial.finding)
            blocks += _interpretation(desk, i, interpretations[i])
            blocks += of_finding(desk, i, trial.finding.id)
    return tuple(blocks)


def _result(desk: Desk, i: int, finding: Finding) -> tuple[Block, ...]:
    title = line("{id}. {title}", id=desk.field(i, "id"), title=desk.field(i, "title"))
    blocks: list[Block] = [
        Heading(2, title, trial=i),
        Paragraph(
            (
                strong(*verdict_line(desk, i, finding)),
                *_scope_line(finding),
                *_controls_line(desk, i, finding),
            )
        ),
    ]
    blocks += [Callout("warning", (Paragraph(flag),)) for flag in flags(desk, i, finding)]
    blocks.append(Table((1.3, 4), tuple(_numbers(desk, i, finding))))
    if finding.controls:
        blocks.append(_controls(desk, i, finding))
    return (*blocks, *replications(desk, i, finding), *specifications(desk, i, finding))


def verdict_line(desk: Desk, i: int, finding: Finding) -> Line:
    """The verdict as a sentence about the neurons of the twin, never about V1."""
    judged = " ({judged})" if finding.verdict == "supported" else ""
    return line(
        f"{{verdict}}{judged} for the named neurons of the {{twin}} twin (level {{level}}): "
        "{reason}.",
        verdict=trial_ref(i, "finding", "verdict", format="capital"),
        judged=desk.field(i, "controls_verdict"),
        twin=desk.field(i, "twin"),
        level=desk.field(i, "level"),
        reason=trial_ref(i, "finding", "reason", format="clause"),
    )


def _scope_line(finding: Finding) -> Line:
    if finding.scope == "the named neurons":
        return ()
    return line(
        " The {ci_level} interval over draws and neurons agrees, for neurons of this twin that "
        "meet the rule; that part is not under the guarantee on false discoveries."
    )


def _controls_line(desk: Desk, i: int, finding: Finding) -> Line:
    words = {
        "robust": " The claim is {judged}: it survived every registered control.",
        "explained away": " The effect is {judged}: it does not persist in its controls"
        + (", {by} among them." if finding.explained_by else "."),
        "controls inconclusive": " Its {judged}: not every control reached its threshold, and "
        "the effect is not shown to be explained away.",
        "no controls": " It has {judged}.",
        "not run": " Controls were {judged}: there was no supported effect to control.",
    }[finding.controls_verdict]
    return line(words, judged=desk.field(i, "controls_verdict"), by=desk.field(i, "explained_by"))


def flags(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    """What a reader of the estimate must not miss."""
    return (
        *_clipped(desk, i, finding),
        *_not_repeated(desk, i, finding),
        *_identical(desk, i, finding),
        *_of_measure(desk, i, finding),
        *_beyond(desk, i, finding),
        *_loud_controls(desk, i, finding),
        *_invalid(desk, i, finding),
        *given_up_flag(desk, i),
        *wordings_flag(desk, i, finding),
    )


def _clipped(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    if finding.clipped_share <= CLIPPED_MAX:
        return ()
    return (
        line(
            "{id} speaks of the measure clipped to ±{bound}: {share} of the draws were "
            "clipped, more than {clipped_max}. The unclipped mean is {unclipped}.",
            id=desk.field(i, "id"),
            bound=desk.field(i, "clip_bound"),
            share=desk.field(i, "clipped_share"),
            unclipped=desk.field(i, "unclipped"),
        ),
    )


def _not_repeated(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    """A verdict that fresh draws lie on the other side of."""
    value, margin = finding.estimate, finding.margin
    holds = {
        "greater": value > margin,
        "less": value < -margin,
        "different": abs(value) > margin,
        "equivalent": abs(value) < margin,
    }[finding.direction]
    if finding.verdict == "inconclusive" or holds == (finding.verdict == "supported"):
        return ()
    return (
        line(
            "{id} was {verdict} by its test draws, but the estimate from fresh draws, {estimate}, "
            "lies on the other side of the margin of {margin}: the effect is close to the margin.",
            id=desk.field(i, "id"),
            verdict=desk.field(i, "verdict"),
            estimate=desk.field(i, "estimate"),
            margin=desk.field(i, "margin"),
        ),
    )


def _identical(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    """Equal responses in every draw, which also a twin that is blind to the factor gives."""
    if finding.interval != (0.0, 0.0) or finding.cs[0] > 0 or finding.cs[1] < 0:
        return ()
    return (
        line(
            "All conditions of {id} evoked identical responses in every fresh draw: nothing in "
            "this twin depends on the factor, which no recording would show.",
            id=desk.field(i, "id"),
        ),
    )


def _of_measure(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    if not finding.depends_on_measure:
        return ()
    return (
        line(
            "The estimate of {id} ({estimate}) and the population modulation index "
            "({index}) lie on different sides of the margin: the effect of the mean neuron "
            "is not that of the summed response.",
            id=desk.field(i, "id"),
            estimate=desk.field(i, "estimate"),
            index=desk.field(i, "population_index"),
        ),
    )


def _beyond(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    drawing = f"responses-{finding.id}"
    if not desk.values["figures"].get(drawing, {}).get("beyond"):
        return ()
    return (
        line(
            "The mean response of {id} exceeds the neurons' reference (conditions: "
            "{levels}): responses lie beyond the range over natural crops.",
            id=desk.field(i, "id"),
            levels=quoted("figures", drawing, "beyond", format="listed"),
        ),
    )


def _loud_controls(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    return tuple(
        line(
            "The control {name} of {id} is not neutral: the effect in it alone is "
            "{alone}, beyond the margin. What is tested is the difference.",
            name=trial_ref(i, "finding", "controls", k, "id"),
            id=desk.field(i, "id"),
            alone=trial_ref(i, "finding", "controls", k, "control_effect", format="estimate"),
        )
        for k, control in enumerate(finding.controls)
        if control.control_effect is not None and abs(control.control_effect) > finding.margin
    )


def _invalid(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    if finding.invalid_share <= 0:
        return ()
    return (
        line(
            "{share} of the test draws of {id} could not be scored and entered as registered.",
            share=desk.field(i, "invalid_share"),
            id=desk.field(i, "id"),
        ),
    )


def _numbers(desk: Desk, i: int, finding: Finding) -> list[Row]:
    prediction = desk.state.trials[i].registration.hypothesis.prediction
    return [
        (line("Predicted"), prediction_line(i, prediction)),
        (line("Estimate"), _estimate(desk, i, finding)),
        *ladder_rows(i, finding),
        *_test_rows(desk, i),
        *painted_rows(i, desk.state.trials[i], finding),
        *_window_rows(i, finding),
        *_other_rows(desk, i, finding),
    ]


def _fields(desk: Desk, i: int, template: str, *names: str) -> Line:
    return line(template, **{name: desk.field(i, name) for name in names})


def _test_rows(desk: Desk, i: int) -> list[Row]:
    rows = {
        "Confidence sequence": (
            "{cs}, time-uniform at {ci_level}, from the {stopped_at} test draws, for the "
            "named neurons",
            ("cs", "stopped_at"),
        ),
        "Evidence for": (
            "e = {e_value} (threshold {threshold_support})",
            ("e_value", "threshold_support"),
        ),
        "Evidence against": (
            "e = {e_refute} (threshold {threshold_refute})",
            ("e_refute", "threshold_refute"),
        ),
        "Test draws": ("{stopped_at} of at most {draws_max}", ("stopped_at", "draws_max")),
        "Clipping": (
            "{clipped_share} of the draws at ±{clip_bound}; unclipped mean {unclipped}",
            ("clipped_share", "clip_bound", "unclipped"),
        ),
        "As shown": (
            "window {window_s} from onset; stimuli {placed}; animal: {behaviour}",
            ("window_s", "behaviour"),
        ),
    }
    placed = trial_ref(i, "placed")
    return [
        (
            line(name),
            line(
                template,
                placed=placed,
                **{field: desk.field(i, field) for field in fields},
            ),
        )
        for name, (template, fields) in rows.items()
    ]


def _window_rows(i: int, finding: Finding) -> list[Row]:
    """The measure in windows beside the registered one."""
    if not finding.windows:
        return []
    parts: list[Line] = []
    for k, window in enumerate(finding.windows):
        value = trial_ref(i, "finding", "windows", k, "value", format="estimate")
        part = line("{name} {value}", name=trial_ref(i, "windows", k), value=value)
        if window.interval is not None:
            between = trial_ref(i, "finding", "windows", k, "interval", format="interval")
            part = (*part, Text(" "), between)
        parts.append(part if k == 0 else (Text("; "), *part))
    told = line(" (reported, never tested)")
    return [(line("In other windows"), (*(inline for part in parts for inline in part), *told))]


def _other_rows(desk: Desk, i: int, finding: Finding) -> list[Row]:
    """Other measures of the same draws, and the interval over photographs."""
    rows: list[Row] = []
    if finding.population_index is not None:
        index = _fields(desk, i, "{population_index}", "population_index")
        rows.append((line("Population modulation index"), index))
    if desk.values["trials"][i]["permi"] is not None:
        permi = trial_ref(i, "permi", format="estimate")
        rows.append((line("Mean modulation index"), line("{permi}", permi=permi)))
    if finding.interval_by_source is not None:
        what = "wordings" if finding.n_wordings else "photographs"
        template = f"{{interval_by_source}}, resampling the {{n_sources}} {what}"
        by_source = _fields(desk, i, template, "interval_by_source", "n_sources")
        rows.append((line("Interval by source"), by_source))
    return rows


def _estimate(desk: Desk, i: int, finding: Finding) -> Line:
    given = "" if finding.interval else "; no interval is given below {few} neurons"
    return line(
        "{estimate} ({n} fresh draws, {k} neurons" + given + ")",
        estimate=(strong(*desk.estimate(i)),),
        n=desk.field(i, "n_draws"),
        k=desk.field(i, "n_neurons"),
    )


def _controls(desk: Desk, i: int, finding: Finding) -> Table:
    names = ("Control", "Expected", "Quantity", "Estimate", "e for", "e against", "Outcome")
    return Table(
        (1.5, 1.0, 1.3, 2.5, 0.8, 1.0, 1.2),
        tuple(_control(i, k, control) for k, control in enumerate(finding.controls)),
        tuple(line(name) for name in names),
        line(
            "Controls of {id}. Each has draws of its own; “e for” counts for the survival of "
            "the effect, “e against” for the control explaining it.",
            id=desk.field(i, "id"),
        ),
    )


def _control(i: int, k: int, control: ControlFinding) -> Row:
    def value(name: str, format: str = "text") -> Line:
        return (trial_ref(i, "finding", "controls", k, name, format=format),)

    estimate = value("estimate", "estimate")
    if control.interval is not None:
        estimate = (*estimate, Text(" "), *value("interval", "interval"))
    if control.control_effect is not None:
        alone = value("control_effect", "estimate")
        estimate = (*estimate, Text("; in the control alone "), *alone)
    if control.outcome == "not run":
        return (value("id"), value("expects"), value("quantity"), (), (), (), value("outcome"))
    return (
        value("id"),
        value("expects"),
        value("quantity"),
        estimate,
        value("e_value", "e-value"),
        value("e_explain", "e-value"),
        value("outcome"),
    )


def _interpretation(desk: Desk, i: int, paragraphs: tuple[Line, ...]) -> tuple[Block, ...]:
    loses = desk.values["trials"][i]["loses"]
    if not paragraphs and not loses:
        return ()
    lines = list(paragraphs)
    if loses:
        named = trial_ref(i, "loses", format="listed")
        mispredicted = line("Recorded as having mispredicted here: {named}.", named=named)
        lines = [*lines[:-1], (*lines[-1], Text(" "), *mispredicted)] if lines else [mispredicted]
    return (Heading(3, line("Interpretation")), *map(Paragraph, lines))
