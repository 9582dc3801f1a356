"""Events: the facts of a study, chained by hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import Field, ValidationError

from v1vlm.errors import IntegrityError, SchemaError
from v1vlm.records import Record, canonical_json, digest

GENESIS = "0" * 64
SCHEMA = 1
"""Version of the journal's form; raised when what was written before could be misread."""

Kind = Literal[
    "opened",
    "characterised",
    "answered",
    "painted",
    "unpainted",
    "proposed",
    "refused",
    "declined",
    "piloted",
    "withdrawn",
    "registered",
    "drawn",
    "decided",
    "interpreted",
    "written",
    "noted",
    "stopped",
    "settled",
]


class StudySpec(Record):
    """Everything a study depends on besides the text and the twin's own digest.

    Attributes
    ----------
    num_steps : int
        K, the number of places for registrations; spent error is planned on it.
    alpha : float
        False discovery rate, for support and for refutation each.
    tries : int
        Proposals per step that may be refused or withdrawn.
    initial_prompt : str
        Guidance for the scientist, in a sentence or two; may be empty.
    photographs : tuple of str
        Names of the user's photographs (`v1vlm.stimuli.read_photographs`); the packaged ones
        are used without.
    replicate : tuple of str
        Twins that every claim that stands is tested in again.
    mice_at_least, twins_at_least : int or None
        In how many of the other mice (L2) and independent twins (L3) an effect must be there;
        in all of them without.
    shared_draws : bool
        Give replications the draws of the main arm, not draws of their own.
    """

    context: str
    context_digest: str
    twin: str
    scientist: str
    generator: str | None = None
    num_steps: int = Field(5, ge=1, le=1000)
    seed: int = Field(1234, ge=0, lt=2**63)
    alpha: float = Field(0.05, gt=0, lt=1)
    tries: int = Field(3, ge=1, le=26)
    pilot_draws: int = Field(20, ge=4)
    chunk: int = Field(20, ge=1)
    draws_max: int = Field(400, ge=1)
    estimate_draws: int = Field(100, ge=2)
    initial_prompt: str = Field("", max_length=2000)
    photographs: tuple[str, ...] = ()
    replicate: tuple[str, ...] = ()
    mice_at_least: int | None = Field(None, ge=1)
    twins_at_least: int | None = Field(None, ge=1)
    shared_draws: bool = False


_LATER = frozenset(
    {
        *("initial_prompt", "photographs"),
        *("replicate", "mice_at_least", "twins_at_least", "shared_draws"),
    }
)


def identity_of(
    spec: StudySpec,
    twin: str,
    generator: str | None,
    version: str,
    replicates: Sequence[str] = (),
) -> str:
    """What a study is called, and every seed of it comes from.

    Parameters
    ----------
    twin, generator : str
        Their digests.
    version : str
        Of this package.
    replicates : sequence of str
        Digests of the twins of replications.
    """
    # What the context's file is called changes nothing that is computed.
    settings = {name: value for name, value in spec.to_json().items() if name != "context"}
    # A study without guidance, photographs … is the one it was before there could be any.
    settings = {k: v for k, v in settings.items() if k not in _LATER or v}
    others = [list(replicates)] if replicates else []
    return digest([settings, twin, generator, version, *others])[:16]


class Event(Record):
    """One fact; `hash` covers everything else in it, `prev` the fact before."""

    seq: int = Field(ge=0)
    kind: Kind
    payload: dict[str, Any]
    time: str
    prev: str
    hash: str

    def line(self) -> str:
        """The event as one line of the journal."""
        return canonical_json(self.to_json())


def sealed(seq: int, kind: Kind, payload: dict[str, Any], time: str, prev: str) -> Event:
    """Make an event and its place in the chain."""
    payload = json.loads(canonical_json(payload))
    return Event(
        seq=seq,
        kind=kind,
        payload=payload,
        time=time,
        prev=prev,
        hash=_hash(seq, kind, payload, time, prev),
    )


def parse_log(lines: Iterable[str]) -> list[Event]:
    """Read events and check their chain.

    Raises
    ------
    IntegrityError
        Naming the first line that is no event or does not follow from the one before.
    SchemaError
        If the journal is of another schema than this version reads.
    """
    events: list[Event] = []
    prev = GENESIS
    for seq, line in enumerate(lines):
        try:
            value = json.loads(line)
            if seq == 0:
                _check_schema(value)
            event = Event.model_validate(value)
        except SchemaError:
            raise
        except (ValueError, ValidationError, RecursionError) as error:
            raise _broken(seq, "is no event") from error
        if event.seq != seq:
            raise _broken(seq, f"says it is event {event.seq}")
        if event.prev != prev:
            raise _broken(seq, "does not follow from the event before it")
        if event.hash != _hash(event.seq, event.kind, event.payload, event.time, event.prev):
            raise _broken(seq, "was changed after it was written: its hash does not fit")
        events.append(event)
        prev = event.hash
    return events


def _check_schema(opened: Any) -> None:
    payload = opened.get("payload") if isinstance(opened, dict) else None
    schema = payload.get("schema", SCHEMA) if isinstance(payload, dict) else SCHEMA
    if schema == SCHEMA:
        return
    versions = payload.get("versions") if isinstance(payload, dict) else None
    writer = versions.get("v1vlm", "?") if isinstance(versions, dict) else "?"
    raise SchemaError(
        f"The journal has schema {str(schema)[:20]!r}, of v1vlm {str(writer)[:20]}; this version "
        f"reads {SCHEMA}.",
        "Read it with the version of v1vlm that wrote it.",
    )


def _hash(seq: int, kind: str, payload: dict[str, Any], time: str, prev: str) -> str:
    return digest([seq, kind, payload, time, prev])


def _broken(seq: int, what: str) -> IntegrityError:
    return IntegrityError(
        f"Journal line {seq + 1} {what}.", "The study is damaged; restore the journal."
    )
