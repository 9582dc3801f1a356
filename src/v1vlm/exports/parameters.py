"""Parameters of a stimulus as flat columns."""

from __future__ import annotations

from typing import Any

from v1vlm.records import Json
from v1vlm.stimuli import Stimulus


def flat_parameters(stimulus: Stimulus) -> dict[str, Any]:
    """All parameters by name, ``stimulus_…``; those of inner stimuli with the name of both.

    Lists become text, joined by spaces; so do seeds, which readers of floats would round.
    """
    return dict(_flat("stimulus", stimulus.to_json()))


def _flat(prefix: str, value: Json) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in _flat(f"{prefix}_{name}", inner)]
    if isinstance(value, list):
        return [(prefix, " ".join(_words(item) for item in value))]
    if prefix.endswith("seed") and value is not None:
        return [(prefix, str(value))]
    return [(prefix, value)]


def _words(value: Json) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={_words(inner)}" for name, inner in value.items())
    return " ".join(map(_words, value)) if isinstance(value, list) else str(value)
