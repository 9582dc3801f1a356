"""Frozen records, canonical JSON, digests and named seeds.

Every fact that is stored or hashed passes through `canonical_json`: sorted keys,
no white space, no NaN. Equal records are equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from v1vlm.errors import InputError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def canonical_json(value: Any) -> str:
    """Serialise a JSON value in the one form that is stored and hashed.

    Raises
    ------
    ValueError
        If the value holds NaN or an infinity: a record must be readable by any JSON parser.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a value or record."""
    if isinstance(value, Record):
        value = value.to_json()
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def seed_of(*parts: Any) -> int:
    """Derive a 64-bit seed from named parts; the only source of randomness in a study."""
    return int(digest(list(parts))[:16], 16)


def rng_of(*parts: Any) -> np.random.Generator:
    """Random generator seeded by `seed_of`."""
    return np.random.default_rng(seed_of(*parts))


class Record(BaseModel):
    """An immutable value that is validated when built and round-trips through JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON value of this record, subclasses in full."""
        # serialize_as_any: a field annotated with a base class would otherwise
        # drop the fields of the subclass, and two families would share a digest.
        return self.model_dump(mode="json", serialize_as_any=True)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Build the record from its JSON value; unknown keys raise.

        Raises
        ------
        InputError
            Naming the first field that does not fit.
        """
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or cls.__name__
            raise InputError(
                f"{cls.__name__}: {place}: {first['msg']} (got {str(first['input'])[:80]!r})",
                "Compare it with the fields of the record.",
            ) from error


class OpenRecord(Record):
    """A record with an open set of kinds, told apart by a literal field ``kind``.

    The base class of a family (`Stimulus`, say) has no ``kind``; each concrete
    subclass declares ``kind: Literal["name"] = "name"`` and is found by it. Abstract classes
    in between share the table of their base. A base class that names a `plugin_group` also
    finds kinds of installed packages: an entry point ``v1vlm.<group>`` whose name is the kind.
    """

    kinds: ClassVar[dict[str, type[OpenRecord]]] = {}
    plugin_group: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        field = cls.model_fields.get("kind")
        if OpenRecord in cls.__bases__:
            cls.kinds = {}
        if field is not None:
            cls.kinds[str(field.default)] = cls

    @model_validator(mode="wrap")
    @classmethod
    def _parse_by_kind(cls, value: Any, handler: Callable[[Any], Any]) -> Any:
        if "kind" in cls.model_fields or isinstance(value, cls):
            return handler(value)
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind not in cls.kinds and isinstance(kind, str):
            _import_plugin(cls.plugin_group, kind)
        if kind not in cls.kinds:
            known = ", ".join(sorted(cls.kinds))
            raise ValueError(f"unknown kind {kind!r} of {cls.__name__}; known: {known}")
        return cls.kinds[str(kind)].model_validate(value)


def _import_plugin(group: str, kind: str) -> None:
    """Import the installed plug-in of a kind, if there is one; the import registers the kind."""
    if not group:
        return
    for point in entry_points(group=f"v1vlm.{group}", name=kind):
        try:
            point.load()
        except (ImportError, AttributeError) as error:
            raise ValueError(f"the plug-in for kind {kind!r} cannot be loaded: {error}") from error
