"""From the state of a study to its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from v1vlm.claims import Finding
from v1vlm.context import Context
from v1vlm.figures import FigureFile
from v1vlm.journal import State
from v1vlm.report.behind import Behind, Movie, claims_of
from v1vlm.report.captions import overview
from v1vlm.report.closing import (
    disputed_section,
    hypotheses_section,
    limitations,
    reproduction,
    siblings_section,
)
from v1vlm.report.desk import Desk, quoted, trial_ref
from v1vlm.report.document import (
    Block,
    Callout,
    Cite,
    Document,
    Heading,
    Line,
    Paragraph,
    Ref,
    References,
    Table,
    inlines,
    line,
    strong,
)
from v1vlm.report.experiments import designs_section, experiments_section
from v1vlm.report.methods import methods_section
from v1vlm.report.neurons import NeuronTable
from v1vlm.report.origins import origins_of
from v1vlm.report.rates import rates_line
from v1vlm.report.recordings import recordings_section
from v1vlm.report.results import results_section
from v1vlm.report.said import Said
from v1vlm.report.values import study_values
from v1vlm.report.works import distinct, known_works

IN_SUMMARY = 6
"""More findings than this are listed after the summary, not in it."""


def compose(
    state: State,
    context: Context,
    figures: Mapping[str, FigureFile],
    neurons: NeuronTable | None = None,
    movies: Mapping[str, Movie] | None = None,
) -> Document:
    """Compose the report of a study.

    Parameters
    ----------
    state : State
        Of a closed study, or of one that was stopped: what is not there is said not to be.
    context : Context
        The text that the study started from.
    figures : mapping
        As `v1vlm.report.draw_figures` draws them.
    neurons : NeuronTable, optional
        As `v1vlm.report.neuron_table` makes it.
    movies : mapping, optional
        As `v1vlm.report.movies_of` reads them.

    Raises
    ------
    IntegrityError
        If the state refers to a work that neither the context nor the laboratory knows.
    """
    works, listed = known_works(context)
    said = Said(state, context)
    disputed, sent_back = (list(map(vars, said)) for said in (said.disputed, said.sent_back))
    values = study_values(state, figures, disputed, neurons, sent_back)
    desk = Desk(state, values, frozenset(figures), listed)
    blocks = _body(desk, said)
    if any(isinstance(inline, Cite) for inline in (*said.title, *inlines(blocks))):
        blocks += (Heading(1, line("References")), References())
    document = Document(
        title=said.title,
        blocks=(*blocks, *reproduction(desk)),
        values=values,
        works=works,
        figures={name: figure.svg for name, figure in figures.items()},
        notice=bool(state.twin.get("planted")),
    )
    behind = Behind(
        origins_of(document, state), claims_of(state, values), neurons, dict(movies or {})
    )
    return replace(document, works=distinct(dict(document.cited())), behind=behind)


def _body(desk: Desk, said: Said) -> tuple[Block, ...]:
    """All sections but references and reproduction, in the order of reading."""
    return (
        *_first_page(desk),
        *_said_section("Introduction and idea", "introduction", said.introduction),
        *_idea(said.idea),
        *experiments_section(desk, said.rationales),
        *results_section(desk, said.interpretations),
        *recordings_section(desk),
        *_said_section("Conclusions", "conclusions", said.conclusions),
        *_said_section("Future directions", "future directions", said.future),
        *methods_section(desk),
        *designs_section(desk),
        *hypotheses_section(desk),
        *limitations(desk),
        *siblings_section(desk),
        *disputed_section(desk),
    )


def _said_section(title: str, what: str, paragraphs: tuple[Line, ...]) -> tuple[Block, ...]:
    lines = paragraphs or (line(f"The scientist wrote no {what} that can be printed."),)
    return (Heading(1, line(title)), *map(Paragraph, lines))


def _idea(paragraphs: tuple[Line, ...]) -> tuple[Block, ...]:
    return (Heading(2, line("Idea")), *map(Paragraph, paragraphs)) if paragraphs else ()


def _first_page(desk: Desk) -> tuple[Block, ...]:
    """What a busy reader needs: counts, verdicts, estimates, and how to read them."""
    counts = Paragraph(
        line(
            "{head} Proposed: {proposed}; registered and tested on neurons of the {twin} "
            "twin: {registered}. Verdicts: {supported} supported{judged}, {contradicted} "
            "contradicted, {inconclusive} inconclusive.",
            head=strong(*line("Summary.")),
            twin=quoted("twin", "name"),
            judged=desk.judged(),
            **desk.counts(),
        )
    )
    if not desk.state.trials:
        return (Callout("summary", (counts,)),)
    reading = (Paragraph(_reading()), Paragraph(rates_line()))
    if len(desk.state.trials) > IN_SUMMARY:
        # All at one glance first; the table takes pages.
        return (Callout("summary", (counts, *reading)), *overview(desk), _verdicts(desk))
    return (Callout("summary", (counts, _verdicts(desk), *reading)), *overview(desk))


def _verdicts(desk: Desk) -> Table:
    found = [i for i, trial in enumerate(desk.state.trials) if trial.finding is not None]
    shared = len({desk.values["trials"][i]["measure"]["label"] for i in found}) == 1
    estimate = (
        line("Estimate ({label})", label=trial_ref(found[0], "measure", "label"))
        if shared
        else line("Estimate")
    )
    header = (
        *(line(name) for name in ("", "Hypothesis", "Verdict", "Level")),
        estimate,
        line("Draws"),
    )
    rows = (
        _verdict(desk, i, trial.finding, shared=shared) for i, trial in enumerate(desk.state.trials)
    )
    trials = tuple(range(len(desk.state.trials)))
    return Table((0.6, 2.9, 2.1, 0.7, 2.7, 1.1), tuple(rows), header, trials=trials)


def _verdict(desk: Desk, i: int, finding: Finding | None, *, shared: bool) -> tuple[Line, ...]:
    name: Line = (trial_ref(i, "registration", "hypothesis", "id"),)
    title: Line = (trial_ref(i, "registration", "hypothesis", "title"),)
    if finding is None:
        return (name, title, line("undecided"), (), (), ())
    label = () if shared else line(" ({label})", label=trial_ref(i, "measure", "label"))
    return (
        name,
        title,
        (strong(*desk.verdict(i, finding)),),
        (desk.field(i, "level"),),
        (*desk.estimate(i), *label),
        line("{n} + {m}", n=desk.field(i, "stopped_at"), m=desk.field(i, "n_draws")),
    )


def _reading() -> Line:
    alpha = Ref(("spec", "alpha"), "number")
    return line(
        "Contradicted: shown not to reach the predicted margin. "
        "Verdicts are taken by code at thresholds that hold the false discovery rate of this "
        "study at or below {alpha}, among the supported and among the contradicted. What the "
        "controls say of a supported claim stands with its verdict: robust, if it survived them "
        "all; explained away, if it did not persist in them. Estimates come from fresh draws "
        "that no decision was taken on, with their {ci_level} interval over draws and neurons. "
        "Draws: until the verdict + for the estimate.",
        alpha=alpha,
    )
