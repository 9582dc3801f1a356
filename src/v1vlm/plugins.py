"""Plug-ins by name: ``NAME[:ARG]`` for what is registered, ``module:factory`` for the rest.

An ARG of options alone may follow a comma: ``viv1t,mouse=B`` is ``viv1t:mouse=B``.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from v1vlm.errors import ContractError, InputError, UnknownNameError, V1VLMError

Options = TypeVar("Options", bound=BaseModel)


def names(group: str) -> tuple[str, ...]:
    """Names registered under the entry-point group ``v1vlm.<group>``."""
    return tuple(sorted({point.name for point in _points(entry_points, group, tuple(sys.path))}))


def load(group: str, spec: str, **options: Any) -> Any:
    """Make the plug-in that a specification names.

    A registered NAME wins and its factory gets ARG verbatim as ``arg``; otherwise
    ``module:factory`` is imported and called with the keywords alone.

    Parameters
    ----------
    group : str
        ``twins``, ``scientists``, ``generators`` or ``measures``.
    spec : str
        ``NAME``, ``NAME:ARG`` or ``module:factory``.
    **options
        Passed to the factory.

    Raises
    ------
    UnknownNameError
        If nothing is registered or importable under that name; names the nearest match.
    InputError
        If it is there, but its import fails.
    ContractError
        If the factory is not callable.
    """
    name, arg = _parts(spec)
    for point in _points(entry_points, group, tuple(sys.path)):
        if point.name == name:
            factory = _loaded(group, spec, point)
            return factory(arg=arg, **options) if arg else factory(**options)
    if spec == f"{name}:{arg}" and arg and all(part.isidentifier() for part in name.split(".")):
        return _imported(group, spec, name, arg)(**options)
    raise _unknown(group, spec)


def read_options(kind: type[Options], arg: str) -> tuple[str, Options]:
    """Split an ARG ``NAME,option=value,…`` into the name, possibly empty, and its options.

    Raises
    ------
    InputError
        If an option is unknown or its value does not fit.
    """
    name, *given = arg.split(",")
    if name.partition("=")[0].strip() in kind.model_fields:
        # Options alone; a folder of such a name can still be given, as ./steps=4.
        name, given = "", [name, *given]
    values: dict[str, Any] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals:
            raise InputError(f"{one!r} is no option.", "Write options as NAME,option=value.")
        if key.strip() in values:
            raise InputError(f"The option {key.strip()!r} is given twice.", "Give it once.")
        values[key.strip()] = value.strip()
    try:
        return name.strip(), kind(**values)
    except ValidationError as error:
        first = error.errors()[0]
        known = ", ".join(kind.model_fields)
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(
            f"Option {first['loc'][0]!s}: {said}.", f"Options are: {known}."
        ) from error


@cache
def _points(find: Callable[..., EntryPoints], group: str, _: tuple[str, ...]) -> EntryPoints:
    """What is registered, asked once per path: it reads the metadata of every package on it."""
    return find(group=f"v1vlm.{group}")


def _loaded(group: str, spec: str, point: EntryPoint) -> Any:
    """The factory that a package registers."""
    try:
        return point.load()
    except V1VLMError:
        raise
    except Exception as error:  # a package of somebody else, whatever is wrong with it
        whose = point.dist.name if point.dist is not None else point.value
        raise InputError(
            f"The {group[:-1]} {spec!r} cannot be imported: {type(error).__name__}: {error}",
            f"Reinstall or update the package that registers it: {whose}; see v1vlm doctor.",
        ) from error


def _imported(group: str, spec: str, module: str, attribute: str) -> Any:
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and module.split(".")[0] == error.name.split(".")[0]:
            raise _unknown(group, spec, f"no module {module!r} can be imported") from error
        raise InputError(
            f"{spec!r} needs the package {error.name!r}, which is not installed.",
            f"Install it with: pip install {error.name}",
        ) from error
    except Exception as error:  # it runs when it is imported
        raise InputError(
            f"{spec!r}: module {module!r} cannot be imported: {type(error).__name__}: {error}",
            f"Mend the module; python -c 'import {module}' shows where it fails.",
        ) from error
    factory = getattr(loaded, attribute, None)
    if not callable(factory):
        raise ContractError(
            f"{spec!r}: module {module!r} has no callable {attribute!r}.",
            "Name a factory as module:factory.",
        )
    return factory


def _unknown(group: str, spec: str, why: str = "") -> UnknownNameError:
    known = names(group)
    near = difflib.get_close_matches(_parts(spec)[0], known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    because = f" ({why})" if why else ""
    return UnknownNameError(
        f"There is no {group[:-1]} called {spec!r}{because}.",
        f"{hint}Known: {', '.join(known) or 'none'}; or give module:factory, a module that is "
        f"installed or on PYTHONPATH.",
    )


def _parts(spec: str) -> tuple[str, str]:
    name, _, arg = spec.partition(":")
    registered, _, options = spec.partition(",")
    return (registered, options) if len(registered) < len(name) else (name, arg)
