"""What there is to choose from: scientists, generators, measures, stimulus families."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

import typer
from rich.console import Console
from rich.table import Table

Row = tuple[str, str, str]


def sub_app(group: str, rows: Callable[[], list[Row]], out: Console) -> typer.Typer:
    """Make the commands ``v1vlm GROUP list``."""
    app = typer.Typer(no_args_is_help=True, help=f"What {group} there are.")

    @app.callback()
    def _group() -> None:
        """Keep ``list`` a command of its own."""

    @app.command("list")
    def _list() -> None:
        """List them with what they are and where they come from."""
        found = rows()
        out.print(table_of(found) if found else f"No {group} are installed; give module:factory.")

    return app


def table_of(rows: list[Row]) -> Table:
    """Rows as a person reads them."""
    table = Table("name", "what it is", "from", box=None)
    for row in rows:
        table.add_row(*row)
    return table


def registered(group: str) -> list[Row]:
    """Plug-ins of a group, loaded one by one; one that cannot be is listed with the reason."""
    return [
        (point.name, _about(point), point.dist.name if point.dist is not None else "")
        for point in sorted(entry_points(group=f"v1vlm.{group}"), key=lambda point: point.name)
    ]


def measures() -> list[Row]:
    """Every measure, with its definition."""
    from v1vlm import plugins
    from v1vlm.analysis.measures import measure, measure_names

    others = registered("measures")
    plugged = set(plugins.names("measures"))
    built_in = [
        (name, measure(name).definition, "v1vlm") for name in measure_names() if name not in plugged
    ]
    return sorted(built_in + others)


def families() -> list[Row]:
    """Every stimulus and every family; `varied` makes a family of any stimulus."""
    from v1vlm.stimuli import Stimulus, StimulusFamily

    return [
        (kind, _first_line(cls.__doc__), what)
        for what, base in (("family", StimulusFamily), ("stimulus", Stimulus))
        for kind, cls in sorted(base.kinds.items())
    ]


def _about(point: EntryPoint) -> str:
    try:
        factory = point.load()
    except Exception as error:  # whatever it is, the others can still be listed
        return f"cannot be loaded: {type(error).__name__}: {error}"
    # Of several from one package the factories say which is which.
    own = _first_line(getattr(factory, "__doc__", "")) if callable(factory) else ""
    about = _first_line(sys.modules[point.module].__doc__)
    return own if point.group == "v1vlm.generators" and own else about or own


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
