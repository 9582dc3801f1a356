"""``v1vlm physiology``: the classical battery on any twin, and its card."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from v1vlm.cli.console import Terminal

if TYPE_CHECKING:
    from v1vlm.physiology import Battery, Card
    from v1vlm.twins import Twin

STOPPED = 130
PROBED = 8
"""Movies of a second that the twin's speed is taken from."""


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def physiology(
        twin: Annotated[
            str, typer.Option(help="Digital twin: NAME[:ARG] or module:factory.")
        ] = "energy",
        mouse: Annotated[
            list[str] | None,
            typer.Option(help="Mouse, of a twin of several; may be given more than once."),
        ] = None,
        out_dir: Annotated[
            Path, typer.Option("--out", help="Folder for the card; keeps what was measured.")
        ] = Path("physiology"),
        quick: Annotated[
            bool, typer.Option("--quick", help="Fewer protocols, at fewer places.")
        ] = False,
        sites: Annotated[
            int | None,
            typer.Option(
                help="Places for the protocols shown at receptive fields; more are slower.", min=1
            ),
        ] = None,
    ) -> None:
        """Characterise a twin and hold it against what is known of mouse V1: a card."""
        from v1vlm.physiology import FULL, QUICK

        battery = QUICK if quick else FULL
        if sites is not None:
            battery = battery.model_copy(update={"sites": sites})
        mice: list[str | None] = [*(mouse or [])] or [None]
        for name in mice:
            folder = out_dir if len(mice) == 1 else out_dir / f"mouse-{name}"
            _make(_loaded(twin, name), battery, folder, out)


def _loaded(twin: str, mouse: str | None) -> Twin:
    from v1vlm import plugins
    from v1vlm.errors import InputError

    options: dict[str, Any] = {} if mouse is None else {"mouse": mouse}
    try:
        loaded: Twin = plugins.load("twins", twin, **options)
    except TypeError as error:
        if mouse is None or "mouse" not in str(error):
            raise
        raise InputError(
            f"The twin {twin!r} has no option 'mouse'.", "Leave out --mouse: it is of one mouse."
        ) from error
    return loaded


def _make(twin: Twin, battery: Battery, folder: Path, out: Console) -> None:
    from v1vlm.physiology import make_card
    from v1vlm.report.card import write_card
    from v1vlm.rig import Rig
    from v1vlm.store import Store

    _say_cost(twin, battery, out)
    said: list[str] = []

    def on_step(entry: str, number: int, total: int) -> None:
        if entry not in said:
            said.append(entry)
            out.print(f"{entry.replace('_', ' ')} ({number} of {total} steps done)")

    try:
        card = make_card(Rig(twin, Store(folder / "measured")), battery, on_step)
    except KeyboardInterrupt:
        Terminal(stderr=True).print(
            "Stopped. What was measured is kept; the same command goes on from there."
        )
        sys.exit(STOPPED)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in write_card(card).items():
        (folder / name).write_bytes(content)
    _show(card, out)
    out.print(f"card: {folder / 'card.pdf'}, card.html, card.json")


def _say_cost(twin: Twin, battery: Battery, out: Console) -> None:
    """What will be shown, and how long this machine needs for it, before it starts."""
    from v1vlm.physiology import cost
    from v1vlm.physiology.battery import check_screen
    from v1vlm.twins import validate_twin

    validate_twin(twin)
    screen = twin.card.screen
    check_screen(screen)
    planned = cost(battery, screen)
    movies, frames = (sum(each[k] for each in planned.values()) for k in (0, 1))
    minutes = frames * _seconds_a_frame(twin) / 60
    said = "less than a minute" if minutes < 1 else f"about {minutes:.0f} min"
    out.print(
        f"{twin.card.name}: {len(planned)} protocols, up to {movies:,} movies of {frames:,} frames "
        f"after the characterisation; at this machine's speed {said}. Ctrl-C stops, the same "
        "command goes on."
    )


def _seconds_a_frame(twin: Twin) -> float:
    import numpy as np

    from v1vlm.stimuli import Grating

    screen = twin.card.screen
    begun = time.perf_counter()
    gratings = (
        Grating(temporal_frequency_hz=2.0, phase_deg=10.0 * i, aperture="disc", diameter_deg=20.0)
        for i in range(PROBED)
    )
    movies = np.stack([grating.render(screen) for grating in gratings])
    # As many neurons as share a place.
    twin.respond(movies, neurons=list(range(min(4, twin.card.n_neurons))))
    return (time.perf_counter() - begun) / float(movies.shape[0] * movies.shape[1])


def _show(card: Card, out: Console) -> None:
    table = Table("fact", box=None, pad_edge=False)
    for title in ("twin", "passes", "n"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for one in card.facts:
        at, fact = one.primary, one.fact
        value = "" if at.value is None else f"{at.value:.3g}"
        passes = "" if fact.low is None else f"{fact.low:g} to {fact.high:g}"
        if fact.reference is not None and at.ceiling is not None:
            passes = f"KS to {at.ceiling + fact.tolerance:.2g}"
        mark = one.verdict + ("*" if one.hangs_on_selection else "")
        table.add_row(fact.text, value, passes, str(at.n.get("measurable", "")), mark)
    out.print(table)
    for problem in card.problems:
        out.print(problem)
    counts = ", ".join(f"{count} {kind}" for kind, count in card.counts().items())
    out.print(f"{len(card.facts)} facts: {counts}.")
