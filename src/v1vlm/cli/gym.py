"""``v1vlm gym``: error rates of the laboratory, or of scientists, where the truth is known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from v1vlm.cli.options import NumSteps, Quiet, Seed

if TYPE_CHECKING:
    from v1vlm.gym import Plan, StudyRecord, Suite

STUDIES = 10
"""Whole studies of each scientist, unless a number is given."""


SuiteName = Annotated[str, typer.Option(help="Suite of hypotheses: its name, or a TOML file.")]
Twins = Annotated[
    list[str] | None,
    typer.Option(help="Twin to use instead of the suite's; may be given several times."),
]
Scientists = Annotated[
    list[str] | None,
    typer.Option(
        help="Examine whole studies of this scientist, NAME or module:factory; given "
        "several times, they are compared."
    ),
]
Null = Annotated[bool, typer.Option("--null", help="Whole studies where no effect is true.")]
Studies = Annotated[
    int | None,
    typer.Option(
        help=f"Number of studies: of each scientist ({STUDIES} without), or of the suite "
        "(without, every case once on every twin).",
        min=1,
    ),
]
OutDir = Annotated[
    Path | None,
    typer.Option("--out", help="Folder to keep results in; what is there is not run again."),
]
Workers = Annotated[int, typer.Option(help="Processes to run.", min=1)]
Baselines = Annotated[
    bool, typer.Option("--baselines", help="Also other ways of deciding, on the suite.")
]


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def gym(
        suite: SuiteName = "static",
        twin: Twins = None,
        scientist: Scientists = None,
        null: Null = False,
        studies: Studies = None,
        num_steps: NumSteps = 5,
        seed: Seed = 1,
        out_dir: OutDir = None,
        workers: Workers = 1,
        baselines: Baselines = False,
        quiet: Quiet = False,
    ) -> None:
        """Measure error rates on twins whose truth is known, and print them as tables."""
        from v1vlm.gym import load_suite, null_plans, plans_for, plans_of

        chosen = load_suite(suite)
        if twin:
            chosen = chosen.model_copy(update={"twins": tuple(twin)})
        with tempfile.TemporaryDirectory() as scratch:
            gymnasium = _Gym(out_dir if out_dir is not None else Path(scratch), workers, out, quiet)
            many, several = studies or STUDIES, scientist or ["heuristic"]
            if null:
                gymnasium.nothing(
                    {s: null_plans(s, chosen.twins, many, seed, num_steps) for s in several}
                )
            elif scientist:
                gymnasium.whole(
                    {s: plans_for(s, chosen.twins, many, seed, num_steps) for s in several}
                )
            else:
                gymnasium.given(chosen, plans_of(chosen, seed, studies), baselines=baselines)


class _Gym:
    """Runs plans in a folder and prints what came of them."""

    def __init__(self, folder: Path, workers: int, out: Console, quiet: bool) -> None:
        self._folder, self._workers, self._out, self._quiet = folder, workers, out, quiet

    def given(self, suite: Suite, plans: list[Plan], *, baselines: bool) -> None:
        """The laboratory on given hypotheses, and other ways of deciding on the same ones."""
        from v1vlm.gym import baselines as decided_otherwise
        from v1vlm.gym import compared, cost, put_to_the_test, seconds_of

        records = self._run(plans)
        if all(case.kind == "claim" for case in suite.cases):
            self._print(put_to_the_test(suite, records))
        self._show(records)
        self._out.print(cost(records, seconds_of(plans, self._folder)))
        if baselines:
            others = decided_otherwise(records, self._folder, self._workers)
            self._print(compared({"the laboratory": records, **others}))

    def whole(self, plans: dict[str, list[Plan]]) -> None:
        """Whole studies of scientists, in one table."""
        from v1vlm.gym import calibrated, compared, scientists, seconds_of

        records = {name: self._run(wanted) for name, wanted in plans.items()}
        seconds = {name: seconds_of(wanted, self._folder) for name, wanted in plans.items()}
        if len(records) == 1:
            self._show(*records.values())
        self._print(compared(records))
        self._print(scientists({name: (records[name], seconds[name]) for name in records}))
        for name, theirs in records.items():
            if any(t.confidence is not None for record in theirs for t in record.tested):
                self._out.print(f"{name}:")
                self._print(calibrated(theirs))

    def nothing(self, plans: dict[str, list[Plan]]) -> None:
        """Studies of scientists where nothing is true."""
        from v1vlm.gym import cost, null_studies, seconds_of

        records = {name: self._run(wanted) for name, wanted in plans.items()}
        self._print(null_studies(records))
        for name, wanted in plans.items():
            self._out.print(f"{name}: {cost(records[name], seconds_of(wanted, self._folder))}")

    def _run(self, plans: list[Plan]) -> list[StudyRecord]:
        from v1vlm.gym import run_all

        return run_all(plans, self._folder, self._workers, self._say)

    def _say(self, done: int, total: int) -> None:
        if not self._quiet:
            self._out.print(f"{done} of {total} studies")

    def _show(self, records: list[StudyRecord]) -> None:
        from v1vlm.gym import details, first_page, kinds

        for table in (first_page, details, kinds):
            self._print(table(records))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._out.print(line)
        self._out.print()
