"""The words that the rules know, read from the packaged ``lexicon.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def lexicon(name: str) -> re.Pattern[str]:
    """What matches any of the words of an entry, ``group.name``, whatever their case."""
    words: dict[str, list[str]] = table(name)
    whole = (rf"\b(?:{word})\b" for word in words.get("whole", ()))
    return re.compile("|".join((*whole, *words.get("any", ()))), re.IGNORECASE)


def table(name: str) -> Any:
    """An entry as it stands."""
    group, _, entry = name.partition(".")
    return _read()[group][entry]


@cache
def _read() -> dict[str, Any]:
    packaged = files("v1vlm.report.grounding").joinpath("lexicon.toml")
    return tomllib.loads(packaged.read_text("utf-8"))
