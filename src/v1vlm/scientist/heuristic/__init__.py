"""The built-in scientist: no model, deterministic, its ideas kept as data (``stock``)."""

from __future__ import annotations

from v1vlm.errors import InputError
from v1vlm.scientist.heuristic.scientist import HeuristicScientist
from v1vlm.scientist.heuristic.templates import (
    Template,
    load_templates,
    painted_templates,
)

__all__ = ["HeuristicScientist", "Template", "load", "load_templates", "painted_templates"]


def load(arg: str = "") -> HeuristicScientist:
    """Make the scientist.

    Parameters
    ----------
    arg : str
        Ids of the templates to choose among, joined by commas; all by default. Those about painted
        images are asked where there is a generator.

    Raises
    ------
    InputError
        If there is no template of that name.
    """
    templates = (*load_templates(), *painted_templates())
    if arg:
        wanted = [name.strip() for name in arg.split(",")]
        known = {template.id for template in templates}
        for name in wanted:
            if name not in known:
                raise InputError(
                    f"There is no template called {name!r}.", f"Known: {', '.join(sorted(known))}."
                )
        templates = tuple(template for template in templates if template.id in wanted)
    return HeuristicScientist(templates)
