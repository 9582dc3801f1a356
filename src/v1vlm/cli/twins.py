"""``v1vlm twins``: which digital twins there are, getting and checking them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from v1vlm.cli.console import Terminal
from v1vlm.cli.listing import registered

if TYPE_CHECKING:
    from v1vlm.twins import TwinCard

app = typer.Typer(no_args_is_help=True, help="List, get and check digital twins.")
out = Terminal()


@app.command("list")
def list_twins() -> None:
    """Name the twins that are installed."""
    for name, summary, _ in registered("twins"):
        out.print(f"{name:<10} {summary}")
    out.print("Any other: module:factory. What one is and whether it holds: v1vlm twins check NAME")


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="A twin with published weights: viv1t.")],
    revision: Annotated[
        str | None, typer.Option(help="Branch, tag or commit of the weights.")
    ] = None,
    mouse: Annotated[
        list[str] | None, typer.Option(help="Only the metadata of this mouse; may be repeated.")
    ] = None,
) -> None:
    """Fetch what a twin needs, and check it; what is there already is kept."""
    from rich.progress import Progress

    from v1vlm import plugins
    from v1vlm.errors import InputError

    if name != "viv1t":
        known = name in plugins.names("twins")
        raise InputError(
            f"The twin {name!r} needs nothing fetched." if known else f"No twin {name!r} is known.",
            f"Check it with: v1vlm twins check {name}" if known else "Give viv1t.",
        )
    from v1vlm.twins.viv1t.fetch import fetch_metadata, fetch_weights

    published = fetch_weights(revision)
    with Progress(console=out, transient=True) as bar:
        task = bar.add_task("statistics and places of neurons")
        folder = fetch_metadata(
            mouse or (), lambda done, total: bar.update(task, completed=done, total=total)
        )
    out.print(f"weights: {published.describe()}")
    out.print(f"metadata: {folder}")
    out.print("Use it as --twin viv1t, or viv1t,mouse=B; check it with: v1vlm twins check viv1t")


@app.command()
def check(
    twin: Annotated[str, typer.Argument(help="NAME[:ARG], module:factory, or a run folder.")],
) -> None:
    """Load a twin, print its card and hold it against its contract, clause by clause."""
    from v1vlm import plugins
    from v1vlm.twins import TwinCard, checked

    known = twin.partition(":")[0].partition(",")[0] in plugins.names("twins")
    is_folder = not known and Path(twin.partition(",")[0]).is_dir()
    subject = plugins.load("twins", f"viv1t:{twin}" if is_folder else twin)
    if isinstance(card := getattr(subject, "card", None), TwinCard):
        _show(card)
    n_failed = 0
    for clause, problem in checked(subject):
        out.print(f"{'failed' if problem else 'holds':<12} {clause}")
        if problem is not None:
            n_failed += 1
            out.print(f"{'':<12} {problem.what}\n{'':<12} {problem.remedy}")
    if n_failed:
        raise typer.Exit(1)


def _show(card: TwinCard) -> None:
    screen = card.screen
    lines = {
        "name": card.name,
        "digest": card.digest,
        "subject": f"{card.species} {card.area}, {', '.join(card.mice)}",
        "neurons": str(card.n_neurons),
        "screen": f"{screen.height_px} x {screen.width_px} px, {screen.frame_rate_hz:g} Hz",
        "responses": card.response_units,
        "behaviours": ", ".join(card.behaviours),
        "planted": "yes: a simulated subject whose answers are known" if card.planted else "no",
        "lineage": card.lineage or "not stated: independent of no twin",
        "citation": card.citation,
    }
    for name, value in lines.items():
        out.print(f"{name:<12} {value}")
    for spot in card.blind_spots:
        out.print(f"{'blind spot':<12} {spot}")
