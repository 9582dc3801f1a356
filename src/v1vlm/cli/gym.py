"""``v1vlm gym``: error rates of the laboratory, or of a scientist, where the truth is known."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from v1vlm.cli.options import NumSteps, Quiet, Seed

if TYPE_CHECKING:
    from v1vlm.gym import Plan, StudyRecord


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def gym(
        suite: Annotated[
            str, typer.Option(help="Suite of hypotheses: its name, or a TOML file.")
        ] = "static",
        scientist: Annotated[
            str | None,
            typer.Option(help="Examine whole studies of this scientist: NAME or module:factory."),
        ] = None,
        null: Annotated[
            bool, typer.Option("--null", help="Whole studies of it where nothing is true.")
        ] = False,
        studies: Annotated[int, typer.Option(help="Number of studies of a scientist.", min=1)] = 10,
        num_steps: NumSteps = 5,
        seed: Seed = 1,
        out_dir: Annotated[
            Path | None,
            typer.Option(
                "--out", help="Folder to keep results in; what is there is not run again."
            ),
        ] = None,
        workers: Annotated[int, typer.Option(help="Processes to run.", min=1)] = 1,
        baselines: Annotated[
            bool, typer.Option("--baselines", help="Also other ways of deciding, on the suite.")
        ] = False,
        quiet: Quiet = False,
    ) -> None:
        """Measure error rates on twins whose truth is known, and print them as tables."""
        from v1vlm.gym import load_suite, null_plans, plans_for, plans_of

        chosen = load_suite(suite)
        if null:
            plans = null_plans(scientist or "heuristic", chosen.twins, studies, seed, num_steps)
        elif scientist is not None:
            plans = plans_for(scientist, chosen.twins, studies, seed, num_steps)
        else:
            plans = plans_of(chosen, seed)
        with tempfile.TemporaryDirectory() as scratch:
            folder = out_dir if out_dir is not None else Path(scratch)
            records = _run(plans, folder, workers, out, quiet=quiet)
            _show(records, plans, folder, out)
            if baselines and not null and scientist is None:
                _compare(records, folder, workers, out)


def _run(
    plans: list[Plan], folder: Path, workers: int, out: Console, *, quiet: bool
) -> list[StudyRecord]:
    from v1vlm.gym import run_all

    def say(done: int, total: int) -> None:
        if not quiet:
            out.print(f"{done} of {total} studies")

    return run_all(plans, folder, workers, say)


def _show(records: list[StudyRecord], plans: list[Plan], folder: Path, out: Console) -> None:
    from v1vlm.gym import cost, details, first_page, kinds, null_studies, seconds_of

    if plans[0].blind:
        _print(null_studies(records), out)
    else:
        for table in (first_page, details, kinds):
            _print(table(records), out)
    out.print(cost(records, seconds_of(plans, folder)))


def _compare(records: list[StudyRecord], folder: Path, workers: int, out: Console) -> None:
    from v1vlm.gym import baselines, compared

    others = baselines(records, folder, workers)
    _print(compared({"the laboratory": records, **others}), out)


def _print(lines: Iterable[str], out: Console) -> None:
    for line in lines:
        out.print(line)
    out.print()
