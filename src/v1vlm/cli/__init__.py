"""Thin commands around `v1vlm.study.Study`.

Exit codes: 0 done; 1 a check failed; 2 something given cannot be used; 130 stopped, resumable;
141 nobody read on, resumable too.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from v1vlm.cli import (
    exports,
    generators,
    gym,
    listing,
    physiology,
    protocols,
    show,
    twins,
)
from v1vlm.cli.console import CLOSED_PIPE, ClosedPipe, Terminal
from v1vlm.cli.options import (
    AllowParametric,
    CardPath,
    ContextFile,
    Folder,
    GeneratorName,
    InitialPrompt,
    MaxCalls,
    MaxDraws,
    MaxHours,
    MaxTokens,
    MaxUsd,
    MiceAtLeast,
    MouseName,
    NumSteps,
    Photos,
    Quiet,
    References,
    Replicate,
    SameGenerator,
    ScientistName,
    Seed,
    SharedDraws,
    TwinName,
    TwinsAtLeast,
    Verbose,
    VlmSize,
    read_budget,
    read_card,
    read_photos,
    read_spec,
    scientist_of,
    twin_of,
)
from v1vlm.errors import BusyError, InputError, PaintError, V1VLMError

if TYPE_CHECKING:
    from v1vlm.journal import Budget
    from v1vlm.study import Study

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # --num_steps is --num-steps, as it is written elsewhere.
    context_settings={"token_normalize_func": lambda name: name.replace("_", "-")},
    help="An autonomous laboratory for in-silico neuroscience on digital twins of V1.",
)
app.add_typer(twins.app, name="twins")
app.add_typer(generators.app, name="generators")
out, err = Terminal(), Terminal(stderr=True)
INTERRUPTED = 130
FAILED = 1

protocols.register(app, out)
physiology.register(app, out)
gym.register(app, out)
show.register(app, out)
exports.register(app, out)

for _group, _rows in (
    ("scientists", partial(listing.registered, "scientists")),
    ("measures", listing.measures),
    ("families", listing.families),
):
    app.add_typer(listing.sub_app(_group, _rows, out), name=_group)


def main() -> None:
    """Run the command line; errors of the user's making print without a traceback."""
    # Several BLAS threads gain little on these sizes, and one process with one thread each
    # gives the same bytes on every machine.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no "é" gets an escape in its place, not a crash.
            stream.reconfigure(errors="backslashreplace")
    try:
        with _stopped_alike():
            code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except (InputError, BusyError) as error:
        err.print(str(error))
        sys.exit(2)
    except V1VLMError as error:
        err.print(str(error))
        sys.exit(1)
    except OSError as error:
        err.print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        err.print("Is the place writable, and is there room on the disk?")
        sys.exit(2)
    except Exception as error:
        _usage(error)
    # The parser may hand an exit code back, instead of raising what it has caught.
    if code == INTERRUPTED:
        err.print("Stopped before anything was begun; give the same command again.")
    if code:
        sys.exit(code)


@contextlib.contextmanager
def _stopped_alike() -> Iterator[None]:
    """Let a request to end, or a closed terminal, stop a study as Ctrl-C does."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    # What is ignored stays so: `nohup` asks for it.
    ours = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _usage(error: Exception) -> NoReturn:
    """Print a usage error of the option parser in two lines; anything else is a bug."""
    show = getattr(error, "format_message", None)
    if show is None:
        raise error
    err.print(str(show()))
    err.print("See: v1vlm --help")
    sys.exit(2)


@app.command()
def run(
    context_file: ContextFile,
    references: References = None,
    save_dir: Annotated[
        Path | None, typer.Option(help="Folder for the study; absent or empty.")
    ] = None,
    num_steps: NumSteps = 5,
    seed: Seed = 1234,
    twin: TwinName = "energy",
    mouse: MouseName = None,
    scientist: ScientistName = None,
    vlm_size: VlmSize = None,
    generator: GeneratorName = None,
    allow_parametric: AllowParametric = False,
    initial_prompt: InitialPrompt = "",
    photos: Photos = None,
    card: CardPath = None,
    replicate: Replicate = None,
    mice_at_least: MiceAtLeast = None,
    twins_at_least: TwinsAtLeast = None,
    shared_draws: SharedDraws = False,
    max_draws: MaxDraws = None,
    max_hours: MaxHours = None,
    max_calls: MaxCalls = None,
    max_tokens: MaxTokens = None,
    max_usd: MaxUsd = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run a study: from a context file to tested findings and a report."""
    from v1vlm.study import Study, check_empty

    photographs = read_photos(photos)
    known = read_card(card)
    spec, text = read_spec(
        context_file,
        references,
        twin=twin_of(twin, mouse),
        scientist=scientist_of(scientist, vlm_size),
        generator=generator,
        num_steps=num_steps,
        seed=seed,
        initial_prompt=initial_prompt,
        photographs=tuple(photographs),
        replicate=replicate,
        mice_at_least=mice_at_least,
        twins_at_least=twins_at_least,
        shared_draws=shared_draws,
    )
    budget = read_budget(
        max_draws=max_draws,
        max_hours=max_hours,
        max_calls=max_calls,
        max_tokens=max_tokens,
        max_usd=max_usd,
    )
    folder = save_dir if save_dir is not None else _fresh_folder(context_file)
    check_empty(folder)
    with _stopping(folder):
        begun = Study.create(
            spec,
            text,
            folder,
            photographs=photographs,
            card=known,
            allow_parametric=allow_parametric,
        )
        if begun.state.unpainted is not None:
            err.print(f"The study goes without painting: {begun.state.unpainted}")
        _go_on(Study.open(folder), folder, budget, quiet, verbose, allow_parametric)


@app.command()
def preview(
    context_file: ContextFile,
    references: References = None,
    num_steps: NumSteps = 5,
    seed: Seed = 1234,
    twin: TwinName = "energy",
    mouse: MouseName = None,
    scientist: ScientistName = None,
    vlm_size: VlmSize = None,
    generator: GeneratorName = None,
    initial_prompt: InitialPrompt = "",
    photos: Photos = None,
    replicate: Replicate = None,
    mice_at_least: MiceAtLeast = None,
    twins_at_least: TwinsAtLeast = None,
    shared_draws: SharedDraws = False,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet",
            help="Where to show painted images beside what the twin sees: a .html or .png file.",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only bounds, from the options alone; shows nothing.")
    ] = False,
) -> None:
    """Say what a study would do: proposals, power, draws and time; nothing is kept."""
    from v1vlm.cli.forecast import show_bounds, watch_preview

    photographs = read_photos(photos)
    spec, text = read_spec(
        context_file,
        references,
        twin=twin_of(twin, mouse),
        scientist=scientist_of(scientist, vlm_size),
        generator=generator,
        num_steps=num_steps,
        seed=seed,
        initial_prompt=initial_prompt,
        photographs=tuple(photographs),
        replicate=replicate,
        mice_at_least=mice_at_least,
        twins_at_least=twins_at_least,
        shared_draws=shared_draws,
    )
    if quick:
        show_bounds(spec, out)
    else:
        watch_preview(spec, text, out, photographs, sheet)


@app.command()
def resume(
    folder: Folder,
    generator: SameGenerator = None,
    allow_parametric: AllowParametric = False,
    max_draws: MaxDraws = None,
    max_hours: MaxHours = None,
    max_calls: MaxCalls = None,
    max_tokens: MaxTokens = None,
    max_usd: MaxUsd = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Go on with a study where its journal ends."""
    budget = read_budget(
        max_draws=max_draws,
        max_hours=max_hours,
        max_calls=max_calls,
        max_tokens=max_tokens,
        max_usd=max_usd,
    )
    from v1vlm.study import Study

    with _stopping(folder):
        study = Study.open(folder, generator=generator)
        _go_on(study, folder, budget, quiet, verbose, allow_parametric)


@app.command()
def status(folder: Folder) -> None:
    """Say where a study stands, also while it runs; changes nothing."""
    from v1vlm.cli.progress import show_status
    from v1vlm.journal import fold, parse_log
    from v1vlm.study import open_store

    store = open_store(folder)
    # Asked before reading: a study that ends meanwhile is not taken for one that was left.
    busy = store.busy()
    events = parse_log(store.lines())
    show_status(fold(events), events, folder, out, busy=busy)


@app.command()
def report(folder: Folder) -> None:
    """Write the report of a study anew, from what is on disk alone."""
    from v1vlm.study import Study

    study = Study.open(folder)
    if study.state.stopped is None:
        raise InputError(
            f"The study in {str(folder)!r} is not finished.",
            f"Finish it: {_command('resume', folder)}; or look at it: {_command('status', folder)}",
        )
    study.write_report()
    out.print(f"Report: {folder / 'report.pdf'}")


@app.command()
def verify(
    study: Annotated[
        Path, typer.Argument(help="Folder of the study, or its archive.", show_default=False)
    ],
    show: Annotated[
        int, typer.Option(help="Also show N random draws to the twins again.", metavar="N", min=0)
    ] = 0,
    seed: Annotated[int, typer.Option(help="Chooses these draws.")] = 0,
    twin: Annotated[
        list[str] | None,
        typer.Option(
            help="A twin to show them to, where one of the study's is not installed. Repeatable."
        ),
    ] = None,
) -> None:
    """Recompute a study from what is on disk and compare."""
    from v1vlm.study.archive import is_archive, unpacked

    if not is_archive(study):
        _verify(study, show, seed, twin or [])
        return
    with unpacked(study) as folder:
        _verify(folder, show, seed, twin or [])


def _verify(folder: Path, show: int, seed: int, twins: list[str]) -> None:
    from v1vlm.report import verify_study
    from v1vlm.study import open_store

    store = open_store(folder)
    for line in verify_study(store):
        out.print(line)
    if show:
        from v1vlm.study.showing import TOLERANCE, show_again

        again = show_again(store, show, seed, twins)
        largest = max(one.difference for one in again.made)
        out.print(
            f"shown again: {len(again.made)} draws chosen by seed {seed}; the largest difference "
            f"is {largest:.2g} (at most {TOLERANCE:g})"
        )
        if again.left_out:
            out.print(f"not shown again: {again.n_left_out} draws of replications")
        for name, why in again.left_out.items():
            out.print(f"  {name}: {why}")


@app.command()
def archive(
    folder: Folder,
    to: Annotated[
        Path | None, typer.Argument(help="The file to make.", show_default="DIR.zip")
    ] = None,
) -> None:
    """Pack a study into one file, the same bytes for the same study."""
    import hashlib

    from v1vlm.study import open_store
    from v1vlm.study.archive import pack

    store = open_store(folder)
    target = to if to is not None else folder.resolve().with_suffix(".zip")
    n = pack(store, target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    out.print(f"{target}: {n} files, sha256 {digest}")


@app.command()
def doctor() -> None:
    """Say what is installed, what is missing, and the command that gets it."""
    from v1vlm.cli.diagnosis import examine

    broken = False
    for check in examine(Path.cwd()):
        out.print(f"{check.mark:8}{check.what}")
        if check.remedy:
            out.print(f"{'':8}→ {check.remedy}")
        broken |= check.mark == "wrong"
    if broken:
        raise typer.Exit(1)


def _go_on(
    study: Study, folder: Path, budget: Budget, quiet: bool, verbose: bool, allow_parametric: bool
) -> None:
    from v1vlm.cli.progress import watch

    state = watch(
        study,
        folder,
        out,
        budget,
        quiet=quiet,
        verbose=verbose,
        allow_parametric=allow_parametric,
    )
    if state.stopped is None:
        _say_stopped(folder, "Stopped at the budget")


@contextlib.contextmanager
def _stopping(folder: Path) -> Iterator[None]:
    """Say how to go on with a study that is stopped, if it has come into being."""
    try:
        yield
    except PaintError as error:
        err.print(str(error))
        err.print(f"Or without painting: {_command('resume', folder)} --allow-parametric")
        _say_stopped(folder, "Stopped", FAILED)
    except (KeyboardInterrupt, ClosedPipe) as stop:
        if not (folder / "journal.jsonl").is_file():
            raise
        if isinstance(stop, ClosedPipe):
            _say_stopped(folder, "Nobody reads what it prints", CLOSED_PIPE)
        _say_stopped(folder, "Stopped")


def _say_stopped(folder: Path, why: str, code: int = INTERRUPTED) -> NoReturn:
    err.print(f"{why}. Everything so far is kept; go on with: {_command('resume', folder)}")
    sys.exit(code)


def _command(name: str, folder: Path) -> str:
    """A command about a study, as a shell takes it."""
    return shlex.join(["v1vlm", name, str(folder)])


def _fresh_folder(context_file: Path) -> Path:
    """The first free folder ``studies/<context>-<n>``."""
    number = 1
    while (folder := Path("studies") / f"{context_file.stem}-{number}").exists():
        number += 1
    return folder
