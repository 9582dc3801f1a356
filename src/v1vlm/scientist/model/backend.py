"""What stands between the scientist and a model: messages in, one text out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from v1vlm.records import Record
from v1vlm.scientist.base import Picture


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; pictures come before its text."""

    role: Literal["system", "user", "assistant"]
    text: str
    pictures: tuple[Picture, ...] = ()


class Reply(Record):
    """What a model gave.

    Attributes
    ----------
    finish : str
        ``stop`` for a whole answer, ``length`` for one that was cut, ``refusal`` for none.
    revision : str
        The weights or version that answered, as exactly as the provider says it.
    usd : float
        What it cost, where the price is known; 0 otherwise.
    """

    text: str
    finish: str = "stop"
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    model: str = ""
    revision: str = ""
    usd: float = 0.0


class TooLongError(Exception):
    """The messages do not fit the model's window; shorter ones may."""


@runtime_checkable
class Backend(Protocol):
    """A model that can be asked.

    Attributes
    ----------
    name : str
        As the study names it.
    wants_pictures : bool
    context_chars : int
        How much of the literature its window has room for.
    """

    name: str
    wants_pictures: bool
    context_chars: int

    def identity(self) -> Mapping[str, Any]:
        """JSON of what determines its answers; without loading anything, without secrets."""
        ...

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Reply:
        """Answer the last message with JSON of the schema.

        Raises
        ------
        ModelError
            If it cannot be asked now; the study stops where it can go on.
        TooLongError
            If the messages do not fit its window.
        """
        ...
