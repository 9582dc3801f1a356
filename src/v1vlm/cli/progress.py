"""What a person sees while a study runs."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from v1vlm.claims import Finding
from v1vlm.journal import (
    Budget,
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
LINES = 20

_DOING: dict[type, str] = {
    Propose: "waiting for a hypothesis",
    PilotDraws: "showing the pilot",
    Consider: "looking at the pilot",
    Write: "about to write the report",
}


def watch(
    study: Study, folder: Path, out: Console, budget: Budget, *, quiet: bool, verbose: bool
) -> State:
    """Run a study as far as a budget goes, with progress, and say what came of it."""
    if quiet:
        state = study.run(budget=budget)
    elif out.is_terminal:
        state = _run_with_bar(study, out, budget, verbose)
    else:
        state = _run_with_lines(study, out, budget, verbose)
    if not quiet:
        out.print(_table(state))
        out.print(_counts(state))
    if state.stopped is not None:
        out.print(f"Report: {folder / 'report.pdf'}")
    return state


def show_status(state: State, folder: Path, out: Console) -> None:
    """Print where a study stands."""
    out.print(f"Study {state.study} in {folder}: {_stage(state)}")
    out.print(_table(state))
    out.print(_counts(state))
    if state.stopped is None:
        out.print(f"Go on with: v1vlm resume {folder}")


def _run_with_bar(study: Study, out: Console, budget: Budget, verbose: bool) -> State:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(_stage(study.state), total=_total(study.state))

        def on_event(event: Event, state: State) -> None:
            bar.update(task, description=_stage(state), completed=_units(state))
            for line in _said(event, state, verbose):
                bar.console.print(line)

        return study.run(on_event, budget)


def _run_with_lines(study: Study, out: Console, budget: Budget, verbose: bool) -> State:
    """For logs and pipes: what happens, and where the study stands every twentieth of it."""
    begun, said = monotonic(), -1

    def on_event(event: Event, state: State) -> None:
        nonlocal said
        for line in _said(event, state, verbose):
            out.print(line)
        share = _units(state) / _total(state)
        if int(share * LINES) > said:
            said = int(share * LINES)
            out.print(f"{share:4.0%} after {duration(monotonic() - begun)}: {_stage(state)}")

    return study.run(on_event, budget)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, as 1:02:03."""
    minutes, second = divmod(round(max(seconds, 0.0)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}"


def _said(event: Event, state: State, verbose: bool) -> tuple[str, ...]:
    line = f"{event.seq:5d} {event.kind}" if verbose else _line(event, state)
    return () if line is None else (line,)


def _total(state: State) -> float:
    return UNITS_PER_STEP * (state.spec.num_steps + 1)


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
        return _total(state)
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
