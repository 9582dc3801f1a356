"""What a person is told of a study before it is begun."""

from __future__ import annotations

from math import isnan
from pathlib import Path

from rich.console import Console
from rich.table import Table

from v1vlm.cli.progress import duration
from v1vlm.journal import Characterise, PilotDraws, Step, StudySpec
from v1vlm.report.formats import formatted
from v1vlm.stimuli import Assets
from v1vlm.study.preview import POWER, PREVIEWED, Plan, Preview, most_draws, preview
from v1vlm.study.sheet import check_sheet, write_sheet


def watch_preview(
    spec: StudySpec, text: str, out: Console, photographs: Assets, sheet: Path | None = None
) -> None:
    """Preview a study, print what came of it, and write its painted images into a file."""
    check_sheet(sheet)

    def on_step(step: Step) -> None:
        if isinstance(step, Characterise):
            whose = "the neurons to replicate in" if step.twin else "the neurons"
            out.print(f"Characterising {whose}, in memory …")
        elif isinstance(step, PilotDraws):
            out.print("Showing a pilot …")

    seen = preview(spec, text, on_step, photographs=photographs)
    show_preview(spec, seen, out)
    if sheet is not None:
        write_sheet(seen.paintings, sheet)
        out.print(f"Painted images: {sheet}")
    elif seen.paintings:
        out.print("To see what was painted, as the twin sees it: --sheet FILE.html")


def show_preview(spec: StudySpec, seen: Preview, out: Console) -> None:
    """Print a preview."""
    for attempt in seen.attempts:
        if attempt.reason and attempt.reason != PREVIEWED:
            name = attempt.hypothesis.title if attempt.hypothesis is not None else "proposal"
            out.print(f"   {attempt.outcome}: {name}: {attempt.reason}")
    out.print(f"Would be registered first ({len(seen.plans)} of {spec.num_steps} places):")
    out.print(_table(seen.plans))
    out.print(
        "Support, against: shares of simulated tests that support and contradict the claim, were "
        f"effect and spread those of the pilot. Detectable: the effect that {POWER:.0%} of tests "
        "would support at that spread."
    )
    if seen.plans:
        out.print(_power_table(seen.plans))
        out.print(_power_said(seen.plans))
    rest = seen.draws * seen.seconds_per_draw
    most = seen.draws_most * seen.seconds_per_draw
    out.print(
        f"Draws after the pilots: about {seen.draws}, at most {seen.draws_most}. Time here: "
        f"{duration(seen.characterise_s + seen.pilots_s)} so far, then about {duration(rest)}, at "
        f"most {duration(most)}, and the report."
    )
    if seen.n_painted or seen.n_asked:
        out.print(
            f"For this preview {seen.n_painted} images were painted and {seen.n_asked} "
            "questions put to a model; the study pays for its own."
        )
    out.print(
        "Nothing was registered or kept. The study itself may propose otherwise: follow-ups "
        "depend on findings, and levels rise with them."
    )


def show_bounds(spec: StudySpec, out: Console) -> None:
    """Print what the options alone say."""
    pilots, tests = most_draws(spec)
    out.print(
        f"At most {spec.num_steps} registrations, each after at most {spec.tries} proposals: "
        f"{pilots} pilot draws and {tests} draws of tests and estimates, and as many again for "
        "every control of a supported claim"
        + (
            f" and for each of {len(spec.replicate)} replications of one that stands."
            if spec.replicate
            else "."
        )
    )
    out.print(
        "Which hypotheses, how likely they are to be decided and how long it takes is said "
        "without --quick, after characterisation and pilots."
    )


def _table(plans: tuple[Plan, ...]) -> Table:
    names = ("", "hypothesis", "pilot", "support", "against", "detectable", "draws", "at most")
    table = Table(*names, box=None)
    for plan in plans:
        hypothesis = plan.registration.hypothesis
        table.add_row(
            hypothesis.id,
            hypothesis.title,
            f"{plan.pilot_mean:+.3f} ± {plan.pilot_sd:.3f}",
            f"{plan.supported:.0%}",
            f"{plan.contradicted:.0%}",
            "" if isnan(plan.detectable) else f"{plan.detectable:+.3f}",
            str(plan.draws),
            str(plan.draws_most),
        )
    return table


def _power_table(plans: tuple[Plan, ...]) -> Table:
    """Power and expected draws at given effects."""
    names = ("", "SD", "threshold", "effect", "power", "draws")
    table = Table(*names, box=None)
    for plan in plans:
        planned = plan.planned
        for k, at in enumerate(planned.powers):
            first = (
                plan.registration.hypothesis.id,
                f"{planned.pilot_sd:.3f}",
                f"{planned.threshold:.3g}",
            )
            table.add_row(
                *(first if k == 0 else ("", "", "")),
                f"{at.effect:+.3f} ({at.multiple:g} × margin)",
                formatted(at.power, "power"),
                f"{at.mean_draws:.0f}",
            )
    return table


def _power_said(plans: tuple[Plan, ...]) -> str:
    places = plans[0].planned.places
    return (
        "Power: probability of support within the budget, were the effect of that size and the "
        f"spread that of the pilot (SD), at the threshold 1/α of the first of K = {places} places; "
        "draws: the expected length of the test. Each registration records its own."
    )
