"""What a person sees while a study runs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from v1vlm.claims import Finding
from v1vlm.journal import (
    Budget,
    Characterise,
    Consider,
    DrawChunk,
    Event,
    PilotDraws,
    Propose,
    State,
    Trial,
    Write,
    draws_shown,
    next_step,
    progress,
)
from v1vlm.study import Study

UNITS_PER_STEP = 100
LINES = 20
UNLIMITED = Budget()
PAINT_LINES = 4
CHUNKS = 20

Run = Callable[..., State]

_DOING: dict[type, str] = {
    Propose: "waiting for a hypothesis",
    PilotDraws: "showing the pilot",
    Consider: "looking at the pilot",
    Write: "about to write the report",
}


def watch(
    study: Study,
    folder: Path,
    out: Console,
    budget: Budget,
    *,
    quiet: bool,
    verbose: bool,
    allow_parametric: bool = False,
) -> State:
    """Run a study as far as a budget goes, with progress, and say what came of it."""
    run = partial(study.run, budget=budget, allow_parametric=allow_parametric)
    if quiet:
        state = run()
    elif out.is_terminal:
        state = _run_with_bar(run, study.state, budget, out, verbose)
    else:
        state = _run_with_lines(run, budget, out, verbose)
    if not quiet:
        _show_findings(state, out)
        _show_anchors(state, out)
    if state.stopped is not None:
        out.print(f"Report: {folder / 'report.pdf'}")
    return state


def _anchor(trial: Trial) -> str:
    """A registration by its digest, which may be left with somebody else before the data."""
    return f"{trial.registration.hypothesis.id} registered, sha256 {trial.digest}"


def _show_anchors(state: State, out: Console) -> None:
    """Digests that somebody else can keep: of the registrations, and of the whole journal."""
    for trial in state.trials:
        out.print(_anchor(trial))
    if state.stopped is not None:
        out.print(f"Journal, sha256 {state.hash}")


def show_status(
    state: State, events: Sequence[Event], folder: Path, out: Console, *, busy: bool
) -> None:
    """Print where a study stands and, if it is not finished, how fast it was.

    Parameters
    ----------
    busy : bool
        Whether a process works on it now.
    """
    out.print(f"Study {state.study} in {folder}: {_stage(state)}")
    _show_findings(state, out)
    _show_anchors(state, out)
    if state.stopped is not None:
        return
    pace = seconds_per_draw(events)
    if pace is not None:
        left = draws_left(state)
        out.print(
            f"{draws_shown(state)} draws shown, {1 / pace:.3g} per second; about {left} draws and "
            f"{duration(left * pace)} to go, if what is to come is like what was."
        )
    if busy:
        out.print(f"A process is working on it; its last event is of {events[-1].time}.")
    else:
        command = shlex.join(["v1vlm", "resume", str(folder)])
        out.print(f"Nobody is working on it. Go on with: {command}")


def seconds_per_draw(events: Sequence[Event]) -> float | None:
    """Pace of the last chunks of draws; None before there is any.

    The median, so that a pause between two runs does not count; where the clock went backwards
    there is nothing to learn.
    """
    paces = [
        (_time(event) - _time(before)) / len(event.payload["scores"])
        for before, event in pairwise(events)
        if event.kind == "drawn"
    ]
    forward = [pace for pace in paces[-CHUNKS:] if pace > 0]
    return median(forward) if forward else None


def draws_left(state: State) -> int:
    """Draws to go: what the open registration may still take, and as many as before per place."""
    closed = [
        sum(map(len, trial.draws.values())) for trial in state.trials if trial.finding is not None
    ]
    spec = state.spec
    usual = median(closed) if closed else spec.draws_max / 2 + spec.estimate_draws
    places = spec.num_steps - (state.attempts[-1].step if state.attempts else 0)
    if state.attempts and state.attempts[-1].outcome == "declined":
        places = 0
    here = 0.0
    if state.trials and state.trials[-1].finding is None:
        here = max(usual - sum(map(len, state.trials[-1].draws.values())), 0)
    elif state.attempts and state.attempts[-1].outcome == "proposed":
        here = usual
    return round(here + usual * places)


def _time(event: Event) -> float:
    return datetime.fromisoformat(event.time).timestamp()


def _run_with_bar(run: Run, before: State, budget: Budget, out: Console, verbose: bool) -> State:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(_stage(before, budget), total=_total(before))
        painting = bar.add_task("painting", visible=False)

        def on_event(event: Event, state: State) -> None:
            bar.update(task, description=_stage(state, budget), completed=_units(state))
            for line in _said(event, state, verbose):
                bar.console.print(line)

        def on_paint(done: int, total: int) -> None:
            if done == 0:
                bar.reset(painting, total=total)
            said = f"painting {done}/{total} images"
            bar.update(
                painting, description=said, completed=done, visible=done < total, refresh=True
            )

        return run(on_event=on_event, on_paint=on_paint)


def _run_with_lines(run: Run, budget: Budget, out: Console, verbose: bool) -> State:
    """For logs and pipes: what happens, and where the study stands every twentieth of it."""
    begun, said = monotonic(), -1
    since = begun

    def on_event(event: Event, state: State) -> None:
        nonlocal said
        for line in _said(event, state, verbose):
            out.print(line)
        share = _units(state) / _total(state)
        if int(share * LINES) > said:
            said = int(share * LINES)
            out.print(
                f"{share:4.0%} after {duration(monotonic() - begun)}: {_stage(state, budget)}"
            )

    def on_paint(done: int, total: int) -> None:
        nonlocal since
        if done == 0:
            since = monotonic()
        elif done * PAINT_LINES // total > (done - 1) * PAINT_LINES // total or done == 1:
            pace = (monotonic() - since) / done
            out.print(
                f"     painted {done}/{total} images, {pace:.3g} s each: "
                f"{duration(pace * (total - done))} left"
            )

    return run(on_event=on_event, on_paint=on_paint)


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
    if event.kind == "characterised":
        counts = event.payload["summary"]
        names = {card["digest"]: card["name"] for card in state.replicates}
        whose = f" of {names[event.payload['twin']]}" if "twin" in event.payload else ""
        return (
            f"Characterised {counts['n_neurons']} neurons{whose}: {counts['n_driven']} driven, "
            f"{counts['n_with_field']} with a receptive field."
        )
    if event.kind == "registered":
        trial = state.trials[-1]
        return f"{_anchor(trial)}: {trial.registration.hypothesis.title}"
    if event.kind == "decided":
        return _finding_line(state.findings[-1])
    if event.kind in ("refused", "withdrawn", "declined") and attempt is not None:
        name = attempt.hypothesis.title if attempt.hypothesis is not None else "proposal"
        return f"   {event.kind}: {name}: {attempt.reason}"
    if event.kind == "unpainted":
        return f"Painting is given up, the study goes on without: {event.payload['reason']}"
    if event.kind == "noted":
        return str(event.payload["text"])
    return None


def _finding_line(finding: Finding) -> str:
    interval = ""
    if finding.interval is not None:
        interval = f" [{finding.interval[0]:+.3f}, {finding.interval[1]:+.3f}]"
    levels = "".join(
        f", {one.level} in {one.n_present} of {one.n}: {one.outcome}" for one in finding.levels
    )
    return (
        f"   {finding.verdict} after {finding.stopped_at} draws, "
        f"estimate {finding.estimate:+.3f}{interval}, controls: {finding.controls_verdict}{levels}"
    )


def _stage(state: State, budget: Budget = UNLIMITED) -> str:
    """Step, draws and evidence, and what a model has cost of its limits, in a few words."""
    usage = state.usage
    if not usage.calls:
        return _doing(state)
    spent = [
        f"{usage.calls}{_of(budget.max_calls)} calls",
        f"{usage.tokens}{_of(budget.max_tokens)} tokens",
    ]
    if usage.usd or budget.max_usd is not None:
        spent.append(f"{usage.usd:.2f}{_of(budget.max_usd)} USD")
    return f"{_doing(state)} · {', '.join(spent)}"


def _of(limit: float | None) -> str:
    return "" if limit is None else f" of {limit:g}"


def _doing(state: State) -> str:
    if state.stopped is not None:
        return "finished" if state.stopped == "complete" else f"stopped: {state.stopped}"
    if isinstance(next_step(state), Characterise):
        return "characterising the neurons"
    if state.trials and state.trials[-1].interpretation is None:
        trial = state.trials[-1]
        test, step = progress(trial, trial.registration.main), next_step(state)
        arms = {arm.id: arm for arm in trial.registration.replications}
        where = ""
        if isinstance(step, DrawChunk) and step.arm in arms:
            where = f" · replication in {arms[step.arm].mouse}"
        return (
            f"step {trial.registration.index}/{state.spec.num_steps}{where} · "
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


def _show_findings(state: State, out: Console) -> None:
    if state.trials:
        out.print(_table(state))
    out.print(_counts(state))


def _table(state: State) -> Table:
    table = Table("", "hypothesis", "verdict", "estimate", "controls", "level", box=None)
    for trial in state.trials:
        hypothesis, finding = trial.registration.hypothesis, trial.finding
        if finding is None:
            table.add_row(hypothesis.id, hypothesis.title, "being tested", "", "", "")
        else:
            table.add_row(
                finding.id,
                finding.title,
                finding.verdict,
                f"{finding.estimate:+.3f}",
                finding.controls_verdict,
                finding.level,
            )
    return table


def _counts(state: State) -> str:
    return ", ".join(f"{number} {name}" for name, number in state.counts.items())
