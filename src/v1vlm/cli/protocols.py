"""``v1vlm protocol``: a classical protocol shown to a twin, as a table, CSV files and a figure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from v1vlm.cli.physiology import Seconds, loaded, stoppable, time_said, usable

if TYPE_CHECKING:
    from v1vlm.physiology import Measured
    from v1vlm.protocols import Protocol, ReceptiveFields
    from v1vlm.rig import Rig
    from v1vlm.twins import Twin, TwinCard


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def protocol(
        name: Annotated[
            str | None,
            typer.Argument(help="Name or number, size or P6, say; without, all are listed."),
        ] = None,
        twin: Annotated[
            str, typer.Option(help="Digital twin: NAME[:ARG] or module:factory.")
        ] = "energy",
        mouse: Annotated[str | None, typer.Option(help="Mouse, of a twin of several.")] = None,
        neurons: Annotated[
            int | None,
            typer.Option(help="As many neurons, drawn at random; all by default.", min=1),
        ] = None,
        out_dir: Annotated[
            Path | None,
            typer.Option(
                "--out", help="Folder for CSV files and a figure; also keeps what was measured."
            ),
        ] = None,
        preview: Annotated[
            bool, typer.Option("--preview", help="Say what would be shown; show nothing.")
        ] = False,
    ) -> None:
        """Show a classical protocol to a twin and print what was measured."""
        if name is None:
            _list(out)
        elif preview:
            _preview(name, loaded(twin, mouse), out_dir, out)
        else:
            _run(name, loaded(twin, mouse), neurons, out_dir, out)


def _list(out: Console) -> None:
    from v1vlm.protocols import ALL, name_of

    table = Table("name", "", "protocol", "source", box=None, pad_edge=False)
    for cls in ALL:
        table.add_row(name_of(cls), cls.id, cls.title, cls.citation)
    out.print(table)


def _preview(name: str, twin: Twin, out_dir: Path | None, out: Console) -> None:
    """What a protocol would show, how long it takes, and a picture of it."""
    import numpy as np

    from v1vlm.figures.stimuli import stimuli_figure
    from v1vlm.physiology.fields import PATCHES
    from v1vlm.protocols import AtReceptiveField, ReceptiveFields, protocol

    chosen, screen = protocol(name), twin.card.screen
    out.print(f"{chosen.id} {chosen.title} ({chosen.citation}), {twin.card.name}")
    if isinstance(chosen, ReceptiveFields):
        most = PATCHES.most_images(screen)
        out.print(f"at most {most:,} images of spots and edges; gradients for a few neurons")
        return
    for dim, values in chosen.axes().items():
        said = ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values[:12])
        more = f", … ({len(values)} in all)" if len(values) > 12 else ""
        out.print(f"{dim}: {said}{more}")
    distinct = list({c.stimulus.digest(): c for c in chosen.conditions()}.values())
    where = " for every place and preferred orientation that neurons have" * isinstance(
        chosen, AtReceptiveField
    )
    speed = Seconds.of(twin)
    frame = speed.frame_there if isinstance(chosen, AtReceptiveField) else speed.frame
    seconds = frame * screen.frames(chosen.duration_s) * len(distinct)
    out.print(
        f"{len(distinct)} stimuli of {chosen.duration_s:g} s{where}; at this machine's speed "
        f"{time_said(seconds)}{where and ' for each'}."
    )
    if out_dir is not None:
        some = [distinct[k] for k in np.unique(np.linspace(0, len(distinct) - 1, 8).astype(int))]
        n_frames = screen.frames(chosen.duration_s)
        at = np.linspace(0, n_frames - 1, 6).astype(int)
        movies = [
            np.broadcast_to(c.stimulus.render(screen), (n_frames, *screen.shape))[at] for c in some
        ]
        labels = [", ".join(_label(value) for value in c.labels.values()) for c in some]
        path = usable(out_dir) / f"{chosen.to_json()['kind']}_stimuli.svg"
        path.write_text(stimuli_figure(np.stack(movies)[None], labels).svg, "utf-8")
        out.print(f"written: {path}")


def _label(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else value


def _run(name: str, twin: Twin, neurons: int | None, out_dir: Path | None, out: Console) -> None:
    from v1vlm.errors import InputError
    from v1vlm.physiology import run_protocol
    from v1vlm.protocols import protocol
    from v1vlm.records import rng_of
    from v1vlm.rig import Rig
    from v1vlm.store import MemoryStore, Store

    chosen = protocol(name)
    if neurons is not None and neurons > twin.card.n_neurons:
        raise InputError(
            f"The twin {twin.card.name!r} has {twin.card.n_neurons} neurons, not {neurons}.",
            "Give fewer, or none for all.",
        )
    store = MemoryStore() if out_dir is None else Store(usable(out_dir))
    every = rng_of("protocol", "neurons").permutation(twin.card.n_neurons)
    index = None if neurons is None else sorted(every[:neurons].tolist())
    rig = Rig(twin, store)
    with store.locked(), stoppable(kept=out_dir is not None):
        _begin(rig, chosen, index, out)
        measured = run_protocol(rig, chosen, index)
        show(measured, twin.card, out)
        if out_dir is not None:
            for path in (*write_csv(measured, out_dir), _drawn(measured, out_dir)):
                out.print(f"written: {path}")


def _begin(
    rig: Rig, chosen: Protocol | ReceptiveFields, index: list[int] | None, out: Console
) -> None:
    """Check the twin and its screen, and say what it costs, unless all is known."""
    from v1vlm.errors import InputError
    from v1vlm.physiology.battery import beyond, check_screen
    from v1vlm.physiology.classical import measured, most_shown
    from v1vlm.protocols import AtReceptiveField, ReceptiveFields
    from v1vlm.twins import validate_twin

    if not isinstance(chosen, ReceptiveFields) and measured(rig, chosen, index):
        return
    validate_twin(rig.twin)
    if isinstance(chosen, AtReceptiveField):
        check_screen(rig.screen)
    why = None if isinstance(chosen, ReceptiveFields) else beyond(chosen, rig.screen)
    if why is not None:
        raise InputError(
            f"{chosen.title} cannot be shown to {rig.twin.card.name!r}: {why}.",
            "Give the twin a finer or faster screen, or choose another protocol.",
        )
    n_neurons = rig.twin.card.n_neurons if index is None else len(index)
    images, movies, frames = most_shown(rig, chosen, n_neurons)
    speed = Seconds.of(rig.twin)
    frame = speed.frame_there if isinstance(chosen, AtReceptiveField) else speed.frame
    needed = time_said(images * speed.image + frames * frame)
    shown = [f"{images:,} images"] * bool(images) + [f"{movies:,} movies"] * bool(movies)
    out.print(f"At most {' and '.join(shown)}; at this machine's speed {needed}.")


def show(measured: Measured, card: TwinCard, out: Console) -> None:
    """Print medians and quantiles, with the number of neurons left at every exclusion."""
    chosen = measured.protocol
    out.print(f"{chosen.id} {chosen.title} ({chosen.citation}), {card.name}")
    left = ", ".join(f"{count} {step}" for step, count in measured.counts.items())
    out.print(f"neurons: {left}; {measured.n_stimuli} stimuli")
    if not card.planted:
        out.print("Gratings are unlike the movies that a twin is trained on.")
    quantiles = ("q05", "q25", "q50", "q75", "q95")
    table = Table("measure", box=None, pad_edge=False)
    for title in ("n", "5 %", "25 %", "median", "75 %", "95 %"):
        table.add_column(title, justify="right", no_wrap=True)
    table.columns[0].no_wrap = True
    for row in measured.summary():
        cells = [_said(row.get(quantile)) for quantile in quantiles]
        if row.get("share") is not None:
            cells[2] = f"{100 * row['share']:.0f} %"
        table.add_row(row["name"], str(row["n"]), *cells)
    out.print(table)


def write_csv(measured: Measured, folder: Path) -> list[Path]:
    """Write the summary, the measures of every neuron and its responses to every condition.

    Returns
    -------
    list of Path
        ``NAME_summary.csv``, ``NAME_measures.csv`` and ``NAME_curves.csv``; time courses are
        in the last as their means.
    """
    from v1vlm.analysis.tuning.outcomes import DEFINITIONS

    names = measured.protocol.outcomes
    columns = [measured.measures[name].values for name in names]
    index = measured.measures["neuron"].values
    head = ("name", "n", "share", "q05", "q25", "q50", "q75", "q95", "definition")
    summary = [{**row, "definition": DEFINITIONS[row["name"]]} for row in measured.summary()]
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]] = {
        "summary": (head, ([row.get(key) for key in head] for row in summary)),
        "measures": (("neuron", *names), zip(index, *columns, strict=True)),
        "curves": _curves(measured),
    }
    paths = []
    if not measured.protocol.reads:
        tables.pop("curves")
    for part, (header, rows) in tables.items():
        path = folder / f"{measured.protocol.to_json()['kind']}_{part}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([_cell(value) for value in row] for row in rows)
        paths.append(path)
    return paths


def _drawn(measured: Measured, folder: Path) -> Path:
    from v1vlm.report.protocol import protocol_figure

    path = folder / f"{measured.protocol.to_json()['kind']}.svg"
    path.write_text(protocol_figure(measured).svg, "utf-8")
    return path


def _curves(measured: Measured) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    from itertools import product

    from v1vlm.protocols import ReceptiveFields

    if isinstance(measured.protocol, ReceptiveFields):
        return (), ()
    axes = measured.protocol.axes()
    readings = measured.protocol.reads
    flat = []
    for reading in readings:
        values = measured.curves[reading]
        values = values.mean("time") if "time" in values.dims else values
        flat.append(values.transpose("neuron", *axes).values.ravel())
    places = product(measured.curves["neuron"].values, *axes.values())
    rows = (
        (*place, *values) for place, values in zip(places, zip(*flat, strict=True), strict=True)
    )
    return ("neuron", *axes, *readings), rows


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _cell(value: Any) -> Any:
    """Numbers in full, NaN and None as nothing."""
    if value is None or value != value:
        return ""
    return f"{value:.7g}" if isinstance(value, float) else value
