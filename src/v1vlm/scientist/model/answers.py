"""What a model answers, and the schemas that say so: small, closed, every text bounded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StrictFloat, StrictInt, StringConstraints, ValidationError

from v1vlm.records import Record

Forecast = Literal["greater", "less", "none"]
Value = StrictFloat | StrictInt | str
Answer = TypeVar("Answer", bound=Record)
ANSWER_MAX = 40_000
"""Characters of an answer that are read; the longest whole one has some four thousand."""


Line = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Passage = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]


class Idea(Record):
    """The question to ask next."""

    question: Sentence = Field(min_length=1)
    varies: str
    comparison: Literal["pair", "series"]
    follows_up: str = "none"


class RivalAnswer(Record):
    """What one account predicts."""

    account: Literal["E", "U", "I", "C", "H"]
    predicts: Forecast
    because: Line


class Setting(Record):
    """A parameter that is set for all members."""

    parameter: str
    value: Value


class DesignAnswer(Record):
    """A hypothesis and its design."""

    title: Line = Field(min_length=1)
    statement: Sentence = Field(min_length=1)
    rationale: Passage
    refuted_by: Sentence
    rivals: tuple[RivalAnswer, ...] = Field(min_length=1, max_length=3)
    citations: tuple[str, ...] = Field(max_length=3)
    levels: tuple[Value, ...] = Field(min_length=2, max_length=5)
    fixed: tuple[Setting, ...] = Field(max_length=2)
    matching: Literal["luminance", "global contrast", "local contrast", "spectrum"]
    measure: str
    window: Literal["whole", "early", "late"]
    neurons: Literal["near", "within", "prefers"]
    direction: Literal["greater", "less", "different", "equivalent"]
    margin: Literal["small", "usual", "large"]


class WordingAnswer(Record):
    """One way to say what the first and the second image show."""

    first: Line = Field(min_length=1)
    second: Line = Field(min_length=1)


class PaintingAnswer(DesignAnswer):
    """A hypothesis on painted images: what each shows, and other wordings of both."""

    wordings: tuple[WordingAnswer, ...] = Field(min_length=8, max_length=8)


class RecogniseAnswer(Record):
    """Which of two pictures shows something."""

    shows: Literal["top", "bottom", "neither"]


class LookAnswer(Record):
    """What is seen in the pilot, and what follows."""

    seen: Sentence
    decision: Literal["keep", "change", "withdraw"]
    reason: Sentence


class ControlAnswer(Record):
    """A control, and what it would expose."""

    control: str
    why: Line


class DoubtAnswer(Record):
    """The cheapest explanation, and controls for it."""

    explanation: Sentence = Field(min_length=1)
    controls: tuple[ControlAnswer, ...] = Field(min_length=1, max_length=2)


class MeaningAnswer(Record):
    """What a finding means."""

    meaning: Passage = Field(min_length=1)
    alternative: Sentence
    next: Sentence


class WordsAnswer(Record):
    """The words of the report."""

    title: Line = Field(min_length=1)
    introduction: Passage
    idea: Passage
    conclusions: Passage
    future: Passage


class UnusableError(ValueError):
    """An answer that is not what was asked for; the message says why, to the model."""


def parse(kind: type[Answer], raw: str) -> Answer:
    """Read an answer; a fence or words around the object are forgiven, nothing else.

    Raises
    ------
    UnusableError
        Naming the first thing that does not fit.
    """
    if len(raw) > ANSWER_MAX:
        raise UnusableError(f"it has {len(raw)} characters")
    start, stop = raw.find("{"), raw.rfind("}")
    if start < 0 or stop < start:
        raise UnusableError("it holds no JSON object" if raw.strip() else "it is empty")
    try:
        value = json.loads(raw[start : stop + 1], parse_constant=_no_constant)
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])[:80] or "the object"
        raise UnusableError(f"{place}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"it is no JSON: {str(error)[:120]}") from error


def schema_of(kind: type[Record], **places: Mapping[str, Any]) -> dict[str, Any]:
    """JSON schema of an answer: references resolved, closed, all fields required.

    Parameters
    ----------
    **places
        Schemas of single fields in place of their own.
    """
    whole = kind.model_json_schema()
    schema: dict[str, Any] = _plain(whole, whole.get("$defs", {}))
    schema["properties"] |= places
    return schema


def one_of(words: tuple[str, ...]) -> dict[str, Any]:
    """Schema of a choice of words."""
    return {"type": "string", "enum": list(words)}


def list_of(item: Mapping[str, Any], at_least: int, at_most: int) -> dict[str, Any]:
    """Schema of a list."""
    return {"type": "array", "items": item, "minItems": at_least, "maxItems": at_most}


def _plain(schema: Any, defs: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(part, defs) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(defs[schema["$ref"].rpartition("/")[2]], defs)
    made = {
        key: _plain(value, defs)
        for key, value in schema.items()
        if key not in ("$defs", "default", "description")
        and not (key == "title" and isinstance(value, str))
    }
    if "properties" in made:
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
