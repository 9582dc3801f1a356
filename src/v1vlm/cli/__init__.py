"""Thin commands around `v1vlm.study.Study`.

Exit codes: 0 done; 1 a check failed; 2 something given cannot be used; 130 stopped, resumable.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from v1vlm.cli import twins
from v1vlm.errors import BusyError, InputError, V1VLMError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An autonomous laboratory for in-silico neuroscience on digital twins of V1.",
)
app.add_typer(twins.app, name="twins")
# No markup: titles and reasons are a scientist's words, and may hold brackets.
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
INTERRUPTED = 130


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no whole number.") from error


Folder = Annotated[Path, typer.Argument(help="Folder of the study.", show_default=False)]
Quiet = Annotated[bool, typer.Option("--quiet", help="Only the result.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Every event.")]


def main() -> None:
    """Run the command line; errors of the user's making print without a traceback."""
    # Several BLAS threads gain little on these sizes, and one process with one thread each
    # gives the same bytes on every machine.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
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
    context_file: Annotated[
        Path, typer.Option(help="Text to start from, the introduction of a paper, say.")
    ],
    save_dir: Annotated[
        Path | None, typer.Option(help="Folder for the study; absent or empty.")
    ] = None,
    num_steps: Annotated[
        int,
        typer.Option(help="K, the number of registrations.", parser=_whole_number, metavar="K"),
    ] = 5,
    seed: Annotated[
        int,
        typer.Option(help="Seed of everything random.", parser=_whole_number, metavar="SEED"),
    ] = 1234,
    twin: Annotated[
        str, typer.Option(help="Digital twin: NAME[:ARG] or module:factory.")
    ] = "energy",
    scientist: Annotated[
        str, typer.Option(help="Scientist: NAME[:ARG] or module:factory.")
    ] = "heuristic",
    generator: Annotated[
        str | None, typer.Option(help="Text-to-image generator: NAME[:ARG] or module:factory.")
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run a study: from a context file to tested findings and a report."""
    from v1vlm.context import read_context
    from v1vlm.journal import StudySpec
    from v1vlm.study import Study, check_empty

    context = read_context(context_file)
    # Not read_text: line ends belong to the text that the study is identified by.
    text = context_file.read_bytes().decode("utf-8-sig")
    folder = save_dir if save_dir is not None else _fresh_folder(context_file)
    check_empty(folder)
    spec = StudySpec.from_json(
        {
            "context": context_file.name,
            "context_digest": context.text_digest,
            "twin": twin,
            "scientist": scientist,
            "generator": generator,
            "num_steps": num_steps,
            "seed": seed,
        }
    )
    Study.create(spec, text, folder)
    _go_on(folder, quiet, verbose)


@app.command()
def resume(folder: Folder, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Go on with a study where its journal ends."""
    _go_on(folder, quiet, verbose)


@app.command()
def status(folder: Folder) -> None:
    """Say where a study stands."""
    from v1vlm.cli.progress import show_status
    from v1vlm.journal import fold, parse_log
    from v1vlm.study import open_store

    show_status(fold(parse_log(open_store(folder).lines())), folder, out)


@app.command()
def verify(folder: Folder) -> None:
    """Recompute a study from what is on disk and compare."""
    from v1vlm.report import verify_study
    from v1vlm.study import open_store

    checked = verify_study(open_store(folder))
    for line in checked:
        out.print(line)


def _go_on(folder: Path, quiet: bool, verbose: bool) -> None:
    from v1vlm.cli.progress import watch
    from v1vlm.study import Study, open_store

    # The journal is read under the lock: what another process adds would not be seen later.
    with open_store(folder).locked():
        try:
            watch(Study.open(folder), folder, out, quiet=quiet, verbose=verbose)
        except KeyboardInterrupt:
            err.print(
                f"Stopped. Everything so far is kept; go on with: v1vlm resume {folder}",
                markup=False,
            )
            raise typer.Exit(130) from None


def _fresh_folder(context_file: Path) -> Path:
    """The first free folder ``studies/<context>-<n>``."""
    number = 1
    while (folder := Path("studies") / f"{context_file.stem}-{number}").exists():
        number += 1
    return folder
