"""``v1vlm show``: what a finding is recomputed from, and whether that gives what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from v1vlm.journal import Event, State, Trial
    from v1vlm.records import Record
    from v1vlm.store import Store


_FIELDS = ("estimate", "interval", "n_draws", "stopped_at", "e_value")


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def show(
        folder: Annotated[Path, typer.Argument(help="Folder of the study.")],
        hypothesis: Annotated[str, typer.Argument(help="Id of what was registered: H1, say.")],
        arm: Annotated[str, typer.Option(help="The main arm, or the id of a control.")] = "main",
    ) -> None:
        """Show the record behind a finding: events, data, and the numbers recomputed from them."""
        from v1vlm.journal import fold, parse_log
        from v1vlm.study import open_store

        store = open_store(folder)
        events = parse_log(store.lines())
        state = fold(events)
        trial = _trial(state, hypothesis, arm)
        out.print(f"{hypothesis}, {arm}: {trial.registration.hypothesis.title}")
        out.print(f"registration {trial.digest}")
        _record(events, trial, arm, out)
        _numbers(state, store, trial, arm, out)
        asked = f".responses({hypothesis!r}, arm={arm!r})"
        out.print(f"in Python: Study.open({str(folder)!r}){asked}")


def _trial(state: State, name: str, arm: str) -> Trial:
    from v1vlm.errors import UnknownNameError

    names = [trial.registration.hypothesis.id for trial in state.trials]
    if name not in names:
        raise UnknownNameError(
            f"There is no registration {name!r}.", f"Registered: {', '.join(names) or 'none'}."
        )
    trial = state.trials[names.index(name)]
    arms = [one.id for one in trial.registration.arms]
    if arm not in arms:
        raise UnknownNameError(f"{name} has no arm {arm!r}.", f"Its arms: {', '.join(arms)}.")
    return trial


def _record(events: list[Event], trial: Trial, arm: str, out: Console) -> None:
    """Lines of the journal and blobs, in full."""
    from v1vlm.report.origins import SUMMARIES

    for event in events:
        payload = event.payload
        if payload.get("registration") != trial.digest or payload.get("arm") != arm:
            continue
        first, last = payload["start"] + 1, payload["start"] + len(payload["scores"])
        line = f"journal line {event.seq + 1}"
        out.print(f"{payload['stage']} draws {first}–{last}, {line}, scores from")
        for name in SUMMARIES:
            if name in payload["blobs"]:
                blob = payload["blobs"][name]
                out.print(f"  {name}: blobs/{blob[:2]}/{blob}")


def _numbers(state: State, store: Store, trial: Trial, arm: str, out: Console) -> None:
    """What the finding says, beside what its draws give now."""
    from v1vlm.journal import conclude
    from v1vlm.report import estimates_of

    if trial.finding is None:
        out.print("Nothing was decided.")
        return
    again = conclude(trial, estimates_of(trial, store), state.twin)
    table = Table("number", "says", "recomputed", box=None, pad_edge=False)
    says, gives = trial.finding, again
    if arm == trial.registration.main.id:
        _compare(table, says, gives, (*_FIELDS, "e_refute", "cs"))
    for one, other in zip(says.controls, gives.controls, strict=True):
        if one.id == arm:
            _compare(table, one, other, (*_FIELDS, "e_explain", "control_effect"))
    out.print(table)


def _compare(table: Table, says: Record, gives: Record, fields: tuple[str, ...]) -> None:
    for field in fields:
        one, other = getattr(says, field), getattr(gives, field)
        table.add_row(field, str(one), "equal" if one == other else str(other))
