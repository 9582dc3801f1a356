"""The `energy` twin: planted truth, analytic, fast; needs numpy only."""

from __future__ import annotations

import difflib
import math
from typing import Any, get_args

from v1vlm.errors import InputError
from v1vlm.twins.energy.mechanisms import MECHANISMS, EnergySpec, Mechanism, Variant
from v1vlm.twins.energy.model import STATES, VERSION, EnergyTwin
from v1vlm.twins.energy.parameters import Population, draw_population

__all__ = [
    "MECHANISMS",
    "STATES",
    "VERSION",
    "EnergySpec",
    "EnergyTwin",
    "Mechanism",
    "Population",
    "draw_population",
    "load",
    "parse",
]

_COUNTS = ("neurons", "population")
_VARIANTS = tuple(name for name in get_args(Variant) if name != "full")


def load(arg: str = "", **options: Any) -> EnergyTwin:
    """Make an energy twin.

    Parameters
    ----------
    arg : str
        Comma separated: a variant, ``linear`` or ``blind``; a mechanism of `MECHANISMS` left out,
        ``no-surround``, or of another strength, ``surround=0.5``, ``curvature=0.1``;
        ``neurons=500``, ``population=3``.
    **options
        ``neurons``, ``population`` and strengths, as in `arg`, with ``_`` for ``-``.

    Raises
    ------
    InputError
        For an option that does not exist, with the nearest and all known ones.
    """
    return EnergyTwin(parse(arg, **options))


def parse(arg: str = "", **options: Any) -> EnergySpec:
    """Read the options of an energy twin; see `load`."""
    values: dict[str, Any] = {}
    strengths: dict[str, float] = {}
    parts = [part.strip() for part in arg.split(",") if part.strip()]
    parts += [f"{name.replace('_', '-')}={value}" for name, value in options.items()]
    for part in parts:
        name, value = _read(part)
        where = strengths if name in MECHANISMS else values
        if name in where:
            raise InputError(f"The option {name!r} is given twice.", "Give it once.")
        where[name] = value
    return EnergySpec.from_json({**values, "strengths": strengths})


def _read(part: str) -> tuple[str, Any]:
    """Name and value of one option."""
    name, given, value = part.partition("=")
    if not given and name in _VARIANTS:
        return "variant", name
    if not given and name.startswith("no-") and name[3:] in MECHANISMS:
        return name[3:], 0.0
    if name in _COUNTS and value.isdecimal():
        return name, int(value)
    if name in MECHANISMS and _is_number(value):
        return name, float(value)
    raise _unknown(part)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _unknown(part: str) -> InputError:
    known = [
        *_VARIANTS,
        *(f"no-{name}" for name, mechanism in MECHANISMS.items() if mechanism.usual),
        *(f"{name}=STRENGTH" for name in MECHANISMS),
        *(f"{name}=N" for name in _COUNTS),
    ]
    near = difflib.get_close_matches(part, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return InputError(
        f"The energy twin has no option {part!r}.", f"{hint}Known: {', '.join(known)}."
    )
