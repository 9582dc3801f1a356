"""Models that need no weights: one that samples schemas, one that misbehaves, one that is told."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from v1vlm.scientist.model import Message, ModelScientist, Reply, TooLongError

Script = Callable[[Sequence[Message], Mapping[str, Any], random.Random], str]

NARROW = 9_000
"""Characters of a proposal that fit the narrow model; its instructions have some six thousand."""

LETTERS = "abcdefghijklmnopqrstuvwxyz ÄßΩ漢\"\\{}[]<>'%$#\n"


def sample(schema: Mapping[str, Any], rng: random.Random) -> Any:
    """A value of a schema, at random."""
    if "anyOf" in schema:
        return sample(rng.choice(schema["anyOf"]), rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema["type"]
    if kind == "object":
        return {name: sample(part, rng) for name, part in schema["properties"].items()}
    if kind == "array":
        n = rng.randint(schema.get("minItems", 0), schema.get("maxItems", 3))
        return [sample(schema["items"], rng) for _ in range(n)]
    if kind == "integer":
        return rng.randint(schema["minimum"], schema["maximum"])
    if kind == "number":
        return round(rng.uniform(schema["minimum"], schema["maximum"]), 4)
    n = rng.randint(max(schema.get("minLength", 0), 1), schema["maxLength"])
    return "w" + "".join(rng.choice(LETTERS) for _ in range(n - 1))


class FakeBackend:
    """Answers by a script; equal messages and seeds give equal answers."""

    name = "fake"
    context_chars = 4000

    def __init__(
        self, script: Script, wants_pictures: bool = False, identity: str = "fake-1"
    ) -> None:
        self.script = script
        self.wants_pictures = wants_pictures
        self.asked: list[tuple[Sequence[Message], Mapping[str, Any]]] = []
        self._identity = identity

    def identity(self) -> Mapping[str, Any]:
        return {"model": self._identity}

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Reply:
        self.asked.append((messages, schema))
        text = self.script(messages, schema, random.Random(seed))
        who = {"model": self.name, "revision": self._identity}
        return Reply(text=text, input_tokens=100, output_tokens=len(text) // 4, usd=0.001, **who)


def sampled(messages: Sequence[Message], schema: Mapping[str, Any], rng: random.Random) -> str:
    return json.dumps(sample(schema, rng))


def hopeful(messages: Sequence[Message], schema: Mapping[str, Any], rng: random.Random) -> str:
    """A random valid answer that never gives up a hypothesis."""
    value = sample(schema, rng)
    if "decision" in value:
        value["decision"] = "keep"
    while value.get("varies") == "nothing more":
        value = sample(schema, rng)
    return json.dumps(value)


EDIT = {
    "question": "Does I hold in scenes?",
    "varies": "painted.edit",
    "comparison": "pair",
    "follows_up": "none",
}
WORDINGS = [{"first": f"{n} boulders", "second": f"{n} upright planks"} for n in "abcdefgh"]
EDITING: dict[str, Any] = {
    "title": "Another surround evokes more",
    "statement": "Responses are larger where the surround is painted anew as boulders.",
    "rationale": "Suppression.",
    "refuted_by": "No rise.",
    "rivals": [{"account": "I", "predicts": "greater", "because": "it is released"}],
    "citations": [],
    "levels": ["boulders", "planks"],
    "fixed": [
        {"parameter": "region", "value": "outside"},
        {"parameter": "diameter_deg", "value": 40},
    ],
    "matching": "luminance",
    "measure": "permi",
    "window": "whole",
    "neurons": "near",
    "direction": "greater",
    "margin": "usual",
    "wordings": WORDINGS,
}


def editing() -> ModelScientist:
    """Proposes an edit, and gives it up no more than `hopeful` does."""

    def script(messages: Sequence[Message], schema: Mapping[str, Any], rng: random.Random) -> str:
        wanted = schema["properties"]
        if "varies" in wanted or "levels" in wanted:
            return json.dumps(EDIT if "varies" in wanted else EDITING)
        return hopeful(messages, schema, rng)

    return ModelScientist(FakeBackend(script))


def sampling() -> ModelScientist:
    return ModelScientist(FakeBackend(hopeful))


def narrow() -> ModelScientist:
    """A model whose window has room for nothing but a short question."""

    def script(messages: Sequence[Message], schema: Mapping[str, Any], rng: random.Random) -> str:
        if "varies" in schema["properties"] and sum(len(m.text) for m in messages) > NARROW:
            raise TooLongError
        return hopeful(messages, schema, rng)

    return ModelScientist(FakeBackend(script))
