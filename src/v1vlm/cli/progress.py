"""What a person sees while a study runs."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from v1vlm.claims import Finding
from v1vlm.journal import (
    Consider,
    Event,
    PilotDraws,
    Propose,
    State,
    Write,
    next_step,
    progress,
)
from v1vlm.study import Study

UNITS_PER_STEP = 100

_DOING: dict[type, str] = {
    Propose: "waiting for a hypothesis",
    PilotDraws: "showing the pilot",
    Consider: "looking at the pilot",
    Write: "about to write the report",
}


def watch(study: Study, folder: Path, out: Console, *, quiet: bool, verbose: bool) -> None:
    """Run a study with a progress line, and say what came of it."""
    if quiet:
        study.run()
    else:
        _run_with_bar(study, out, verbose)
    _say_result(study.state, folder, out, quiet)


def show_status(state: State, folder: Path, out: Console) -> None:
    """Print where a study stands."""
    out.print(f"Study {state.study} in {folder}: {_stage(state)}")
    out.print(_table(state))
    out.print(_counts(state))
    if state.stopped is None:
        out.print(f"Go on with: v1vlm resume {folder}")


def _run_with_bar(study: Study, out: Console, verbose: bool) -> None:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    total = UNITS_PER_STEP * (study.state.spec.num_steps + 1)
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(_stage(study.state), total=total)

        def on_event(event: Event, state: State) -> None:
            bar.update(task, description=_stage(state), completed=_units(state))
            line = _line(event, state) if not verbose else f"{event.seq:5d} {event.kind}"
            if line:
                bar.console.print(line)

        study.run(on_event)


def _line(event: Event, state: State) -> str | None:
    """One line for the events that a person waits for."""
    attempt = state.attempts[-1] if state.attempts else None
    if event.kind == "characterised" and state.physiology is not None:
        counts = state.physiology["summary"]
        return (
            f"Characterised {counts['n_neurons']} neurons: {counts['n_driven']} driven, "
            f"{counts['n_with_field']} with a receptive field."
        )
    if event.kind == "registered":
        trial = state.trials[-1]
        hypothesis = trial.registration.hypothesis
        return f"{hypothesis.id} registered ({trial.digest[:16]}): {hypothesis.title}"
    if event.kind == "decided":
        return _finding_line(state.findings[-1])
    if event.kind in ("refused", "withdrawn", "declined") and attempt is not None:
        name = attempt.hypothesis.title if attempt.hypothesis is not None else "proposal"
        return f"   {event.kind}: {name}: {attempt.reason}"
    if event.kind == "noted":
        return str(event.payload["text"])
    return None


def _finding_line(finding: Finding) -> str:
    interval = ""
    if finding.interval is not None:
        interval = f" [{finding.interval[0]:+.3f}, {finding.interval[1]:+.3f}]"
    return (
        f"   {finding.verdict} after {finding.stopped_at} draws, "
        f"estimate {finding.estimate:+.3f}{interval}, controls: {finding.controls_verdict}"
    )


def _stage(state: State) -> str:
    """Step, draws and evidence in a few words."""
    if state.stopped is not None:
        return "finished" if state.stopped == "complete" else f"stopped: {state.stopped}"
    if state.physiology is None:
        return "characterising the neurons"
    if state.trials and state.trials[-1].interpretation is None:
        trial = state.trials[-1]
        test = progress(trial, trial.registration.main)
        return (
            f"step {trial.registration.index}/{state.spec.num_steps} · "
            f"{sum(len(draws) for draws in trial.draws.values())} draws · e = {test.e_value:.3g}"
        )
    return _DOING.get(type(next_step(state)), "closing")


def _units(state: State) -> float:
    """Progress in units that grow about evenly with time."""
    if state.stopped is not None:
        return UNITS_PER_STEP * (state.spec.num_steps + 1)
    done = UNITS_PER_STEP * 0.5 * (state.physiology is not None)
    done += UNITS_PER_STEP * sum(trial.finding is not None for trial in state.trials)
    if state.trials and state.trials[-1].finding is None:
        trial = state.trials[-1]
        registration = trial.registration
        expected = registration.draws_max / 2 + registration.estimate_draws * len(registration.arms)
        drawn = sum(len(draws) for draws in trial.draws.values())
        done += UNITS_PER_STEP * min(drawn / expected, 0.95)
    return done


def _table(state: State) -> Table:
    table = Table("", "hypothesis", "verdict", "estimate", "controls", box=None)
    for trial in state.trials:
        hypothesis, finding = trial.registration.hypothesis, trial.finding
        if finding is None:
            table.add_row(hypothesis.id, hypothesis.title, "being tested", "", "")
        else:
            table.add_row(
                finding.id,
                finding.title,
                finding.verdict,
                f"{finding.estimate:+.3f}",
                finding.controls_verdict,
            )
    return table


def _counts(state: State) -> str:
    return ", ".join(f"{number} {name}" for name, number in state.counts.items())


def _say_result(state: State, folder: Path, out: Console, quiet: bool) -> None:
    if not quiet:
        out.print(_table(state))
        out.print(_counts(state))
    out.print(f"Report: {folder / 'report.pdf'}")
