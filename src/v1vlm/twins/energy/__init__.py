"""The `energy` twin: planted truth, analytic, fast; needs numpy only."""

from __future__ import annotations

import difflib
from typing import Any

from v1vlm.errors import InputError
from v1vlm.twins.energy.model import STATES, VERSION, EnergyTwin
from v1vlm.twins.energy.parameters import MECHANISMS, EnergySpec, Population, draw_population

__all__ = [
    "MECHANISMS",
    "STATES",
    "VERSION",
    "EnergySpec",
    "EnergyTwin",
    "Population",
    "draw_population",
    "load",
    "parse",
]

_NUMBERS = ("neurons", "population")


def load(arg: str = "", **options: Any) -> EnergyTwin:
    """Make an energy twin.

    Parameters
    ----------
    arg : str
        Comma separated: ``no-surround``, ``no-untuned-pool``, ``no-simple``,
        ``no-direction``, ``no-normalisation``, ``neurons=500``, ``population=3``.
    **options
        ``neurons`` and ``population``, as in `arg`.

    Raises
    ------
    InputError
        For an option that does not exist, with the nearest and all known ones.
    """
    return EnergyTwin(parse(arg, **options))


def parse(arg: str = "", **options: Any) -> EnergySpec:
    """Read the options of an energy twin; see `load`."""
    values: dict[str, Any] = {}
    without = []
    parts = [part.strip() for part in arg.split(",") if part.strip()]
    for part in [*parts, *(f"{name}={value}" for name, value in options.items())]:
        name, _, value = part.partition("=")
        if not value and name.removeprefix("no-") in MECHANISMS and name.startswith("no-"):
            without.append(name.removeprefix("no-"))
        elif name in values:
            raise InputError(f"The option {name!r} is given twice.", "Give it once.")
        elif name in _NUMBERS and value.isdecimal():
            values[name] = int(value)
        else:
            raise _unknown(part)
    return EnergySpec.from_json({**values, "without": without})


def _unknown(part: str) -> InputError:
    known = [*(f"no-{mechanism}" for mechanism in MECHANISMS), *(f"{name}=N" for name in _NUMBERS)]
    near = difflib.get_close_matches(part, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return InputError(
        f"The energy twin has no option {part!r}.", f"{hint}Known: {', '.join(known)}."
    )
