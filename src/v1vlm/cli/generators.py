"""``v1vlm generators``: what can paint, getting and checking it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from v1vlm.cli.console import Terminal
from v1vlm.cli.listing import registered, table_of

if TYPE_CHECKING:
    from v1vlm.generators import Generator

app = typer.Typer(no_args_is_help=True, help="List, get and check text-to-image generators.")
out = Terminal()

Spec = Annotated[str, typer.Argument(help="NAME[:ARG] or module:factory, flux, say.")]


@app.command("list")
def list_generators() -> None:
    """List them with what they are and where they come from."""
    out.print(table_of(registered("generators")))
    out.print("Any other: module:factory. Whether one holds: v1vlm generators check SPEC")


@app.command()
def get(generator: Spec = "flux") -> None:
    """Fetch what a generator needs, and say what it is; what is there already is kept."""
    from v1vlm.study.opening import load_generator

    painter = load_generator(generator)
    if painter is not None:
        _show(painter)
    out.print(f"Use it as --generator {generator}; try it with: v1vlm generators check {generator}")


@app.command()
def check(generator: Spec = "flux") -> None:
    """Paint a few images and hold the generator against its contract, clause by clause."""
    from v1vlm.generators import validate
    from v1vlm.study.opening import load_generator

    painter = load_generator(generator)
    if painter is None:
        return
    _show(painter)
    n_failed = 0
    begun = monotonic()
    for clause, problem in validate.checked(painter):
        out.print(f"{'failed' if problem else 'holds':<12} {clause}")
        if problem is not None:
            n_failed += 1
            out.print(f"{'':<12} {problem.what}\n{'':<12} {problem.remedy}")
    out.print(f"{'time':<12} {monotonic() - begun:.1f} s, loading included")
    if n_failed:
        raise typer.Exit(1)


def _show(painter: Generator) -> None:
    from v1vlm.generators import card

    out.print(f"{'digest':<12} {painter.digest}")
    for name, value in card(painter).items():
        out.print(f"{name:<12} {value}")
