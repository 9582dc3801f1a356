"""``v1vlm export``, ``settle`` and ``pairs``: what others can use, and what a rig settles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from v1vlm.cli.options import Folder, number, whole_number
from v1vlm.errors import InputError

Target = Annotated[
    Path | None, typer.Option("--out", help="What to make; beside the study's folder without.")
]
Traces = Annotated[
    int | None,
    typer.Option(
        help="With nwb: show so many draws of each hypothesis to the twin again, and "
        "export all traces. Loads the twin that the folder names.",
        parser=whole_number,
        metavar="N",
    ),
]
Licence = Annotated[str | None, typer.Option(help="With rocrate: URL of the study's licence.")]
Pairs = Annotated[
    int | None,
    typer.Option(
        help="With rig: only so many hypotheses, those that rank highest.",
        parser=whole_number,
        metavar="N",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(help="With rig: draws of each.", parser=whole_number, metavar="N"),
]
Trials = Annotated[
    int | None,
    typer.Option(help="With rig: trials of each draw.", parser=whole_number, metavar="N"),
]
Gap = Annotated[
    float | None,
    typer.Option(help="With rig: seconds of grey between.", parser=number, metavar="S"),
]
OrderSeed = Annotated[
    int | None,
    typer.Option(help="With rig: seed of the order.", parser=whole_number, metavar="SEED"),
]
Snr = Annotated[
    float | None,
    typer.Option(
        help="With rig: single-trial signal-to-noise ratio that power is planned for.",
        parser=number,
        metavar="SNR",
    ),
]
Neurons = Annotated[
    int | None,
    typer.Option(
        help="With rig: recorded neurons per draw that power is planned for.",
        parser=whole_number,
        metavar="N",
    ),
]
Monitor = Annotated[
    str | None, typer.Option(help="With rig: WIDTHxHEIGHT@DISTANCE of the monitor, in cm.")
]
Controls = Annotated[
    bool | None,
    typer.Option(
        "--controls/--no-controls",
        help="With rig: show control arms too, so that an effect can be explained away.",
        show_default="controls",
    ),
]
Fields = Annotated[
    Path | None,
    typer.Option(
        help="With rig: CSV of receptive fields to centre stimuli on "
        "(rf_azimuth_deg, rf_elevation_deg)."
    ),
]
Recorded = Annotated[
    list[Path],
    typer.Option(help="NWB file of a recording; several, of several animals, are also combined."),
]
Series = Annotated[
    str | None,
    typer.Option(help="Name of the RoiResponseSeries, or units, where there are several."),
]


def register(app: typer.Typer, out: Console) -> None:
    """Add the commands to an app."""
    _add_export(app, out)
    _add_settle(app, out)
    _add_pairs(app, out)


def _add_export(app: typer.Typer, out: Console) -> None:
    @app.command()
    def export(
        folder: Folder,
        to: Annotated[str, typer.Option(help="nwb, csv, parquet, zarr, rocrate or rig.")],
        target: Target = None,
        traces: Traces = None,
        licence: Licence = None,
        pairs: Pairs = None,
        draws: Draws = None,
        trials: Trials = None,
        gap: Gap = None,
        seed: OrderSeed = None,
        snr: Snr = None,
        neurons: Neurons = None,
        monitor: Monitor = None,
        controls: Controls = None,
        fields: Fields = None,
    ) -> None:
        """Export a study for other tools, or for the rig; it is verified first."""
        from v1vlm.exports import export as write
        from v1vlm.exports import read_verified

        of_rig: dict[str, Any] = {"pairs": pairs, "draws": draws, "trials": trials}
        of_rig |= {"gap_s": gap, "seed": seed, "monitor": monitor, "fields": fields}
        of_rig |= {"snr": snr, "n_neurons": neurons, "controls": controls}
        given = {name: value for name, value in of_rig.items() if value is not None}
        _refuse_foreign(to, given, licence, traces)
        study = read_verified(folder)
        options = _rig_options(study, given) if to == "rig" else {}
        if licence is not None:
            options["licence"] = licence
        if traces is not None:
            options["traces"] = traces
        made = write(study, to, target, beside=folder, **options)
        out.print(f"written: {made}")


def _add_settle(app: typer.Typer, out: Console) -> None:
    @app.command()
    def settle(folder: Folder, recorded: Recorded, series: Series = None) -> None:
        """Test the registered predictions of a study on recordings, and report it."""
        from v1vlm.exports import read_verified, settle_study
        from v1vlm.study import StudyKeeper, open_store, utc_now

        read_verified(folder)
        study = StudyKeeper(open_store(folder), utc_now)
        left_out, settled = settle_study(study, recorded, series)
        for path, missed, entry in zip(recorded, left_out, settled["recordings"], strict=True):
            if len(recorded) > 1:
                out.print(f"{path.name}:")
            _show_settled(entry["settlements"], missed, out)
        for one in settled["together"]:
            _show_together(one, out)
        if any(entry["recording"]["simulated"] for entry in settled["recordings"]):
            out.print("A file says that its responses are simulated: a rehearsal, no level.")
        out.print(f"Report: {folder / 'report.pdf'}")


def _add_pairs(app: typer.Typer, out: Console) -> None:
    @app.command()
    def pairs(
        folder: Annotated[
            Path | None, typer.Argument(help="Folder of a study; the stock without.")
        ] = None,
        top: Annotated[int, typer.Option(help="How many to list.", min=1)] = 10,
    ) -> None:
        """Rank hypotheses by how much rival accounts disagree, with planned power in vivo."""
        from v1vlm.exports import rank_stock, rank_study, read_verified

        rows = rank_stock() if folder is None else rank_study(read_verified(folder))
        _show_pairs(rows[:top], out)


def _refuse_foreign(
    to: str, given: dict[str, Any], licence: str | None, traces: int | None
) -> None:
    """Refuse options that the export would not listen to, before the study is verified."""
    from v1vlm.exports import KINDS

    if to not in KINDS:
        raise InputError(f"There is no export {to!r}.", f"Known: {', '.join(KINDS)}.")
    foreign = (
        [] if to == "rig" else [f"--{name.removesuffix('_s').removeprefix('n_')}" for name in given]
    )
    foreign += ["--licence"] if licence is not None and to != "rocrate" else []
    foreign += ["--traces"] if traces is not None and to != "nwb" else []
    for name in ("pairs", "n_neurons"):
        if given.get(name, 1) < 1:
            raise InputError(
                f"--{name.removeprefix('n_')} {given[name]} is none.", "Give 1 or more."
            )
    if foreign:
        raise InputError(f"--to {to} has no option {foreign[0]}.", "See: v1vlm export --help")


def _rig_options(study: Any, given: dict[str, Any]) -> dict[str, Any]:
    from v1vlm.exports.sheet import Session, monitor, read_fields

    options: dict[str, Any] = {
        name: given[name] for name in ("pairs", "snr", "n_neurons", "controls") if name in given
    }
    of_session = ("draws", "trials", "gap_s", "seed")
    options["session"] = Session.from_json({n: given[n] for n in of_session if n in given})
    screen = study.screen
    if "monitor" in given:
        screen = options["screen"] = monitor(given["monitor"], screen)
    if "fields" in given:
        options["fields_deg"] = read_fields(given["fields"], screen)
    return options


def _show_settled(
    settlements: list[dict[str, Any]], left_out: dict[str, str], out: Console
) -> None:
    for said in settlements:
        estimate = "no estimate" if said["estimate"] is None else f"{said['estimate']:+.3f}"
        bounds = ""
        if said["interval"] is not None:
            low, high = said["interval"]
            bounds = f" [{low:+.3f}, {high:+.3f}]"
        # Not run: nothing was supported that controls could explain, or none was shown.
        judged = "" if said["controls_verdict"] == "not run" else f", {said['controls_verdict']}"
        out.print(
            f"{said['hypothesis']}: {said['verdict']}{judged} ({said['level']}), "
            f"{said['quantity']} {estimate}{bounds}, {said['n_draws']} draws; {said['reason']}"
        )
        if said["n_elsewhere"]:
            out.print(f"  {said['n_elsewhere']} draws lie where too few neurons look")
    for name, reason in left_out.items():
        out.print(f"{name}: not settled, {reason}")


def _show_together(one: dict[str, Any], out: Console) -> None:
    n, standing = one["n"], ""
    if one["standing_in"] is not None:
        standing = f", with all controls in {one['standing_in']}"
    out.print(
        f"{one['hypothesis']}, together: holds in at least {one['supported_in']} of {n} "
        f"animals{standing}; fails in at least {one['contradicted_in']} ({one['level']})"
    )


def _show_pairs(rows: list[dict[str, Any]], out: Console) -> None:
    header = ("", "hypothesis", "", "accounts predict", "disagreement", "spread", "power")
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        spread = "" if row["spread"] is None else f"{row['spread']:.2f}"
        power = "" if row["power"] is None else f"{row['power']:.2f}"
        told = row["rivals"] or "in words of their own"
        table.add_row(
            str(row["rank"]),
            row["id"],
            row["title"],
            told,
            f"{row['disagreement']:.2f}",
            spread,
            power,
        )
    out.print(table)
