"""Records: canonical JSON, digests, seeds, round trips by kind."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from v1vlm.errors import InputError
from v1vlm.records import OpenRecord, Record, canonical_json, digest, rng_of, seed_of

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Shape(OpenRecord):
    """Base of an open family."""

    size: float = 1


class Square(Shape):
    """A kind."""

    kind: Literal["square"] = "square"


class Star(Shape):
    """A kind with fields of its own."""

    kind: Literal["star"] = "star"
    points: int = 5


class Drawing(Record):
    """Holds shapes by their base class."""

    shapes: tuple[Shape, ...]
    named: dict[str, Shape] = Field(default_factory=dict)


@given(json_values)
def test_canonical_json_is_a_fixed_point(value: Any) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_ignores_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"x": value})


def test_subclass_fields_survive_a_base_annotation() -> None:
    drawing = Drawing(shapes=(Square(), Star(points=7)), named={"a": Star(points=3)})
    again = Drawing.from_json(json.loads(canonical_json(drawing.to_json())))
    assert again == drawing
    assert digest(Drawing(shapes=(Star(points=6),))) != digest(Drawing(shapes=(Star(points=7),)))


def test_defaults_are_stored_in_the_type_of_their_field() -> None:
    # An integer default of a float field would change the digest on the first round trip.
    drawing = Drawing(shapes=(Square(),))
    assert digest(Drawing.from_json(drawing.to_json())) == digest(drawing)


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ({"shapes": [{"kind": "circle"}]}, "unknown kind 'circle'"),
        ({"shapes": [{"kind": "star", "colour": 1}]}, "colour"),
        ({"shapes": [], "extra": 1}, "extra"),
        ({"shapes": [{"kind": "star", "size": float("nan")}]}, "finite"),
    ],
)
def test_what_does_not_fit_is_named(value: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        Drawing.from_json(value)


def test_records_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Star().points = 4  # type: ignore[misc]


def test_seeds_are_named() -> None:
    assert seed_of("a", 1) == seed_of("a", 1) != seed_of("a", 2)
    assert rng_of("x").integers(2**32) == rng_of("x").integers(2**32)
    assert 0 <= seed_of("anything") < 2**64


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("no_such_module_here:Kind", "cannot be loaded: No module named"),
        ("json:no_such_name", "cannot be loaded: module 'json' has no attribute"),
        ("json:dumps", "unknown kind 'zigzag' of Curve; known: line"),
    ],
)
def test_a_plug_in_that_brings_no_kind_is_named(tmp_path, monkeypatch, target, says) -> None:
    class Curve(OpenRecord):
        plugin_group = "curves"

    class Line(Curve):
        kind: Literal["line"] = "line"

    folder = tmp_path / "zigzag-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: zigzag\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[v1vlm.curves]\nzigzag = {target}\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=re.escape(says)):
        Curve.from_json({"kind": "zigzag"})
    assert Curve.from_json({"kind": "line"}) == Line()


def test_a_kind_without_a_plug_in_group_imports_nothing(monkeypatch) -> None:
    monkeypatch.setattr("v1vlm.records.entry_points", lambda **_: pytest.fail("asked"))
    with pytest.raises(InputError, match="unknown kind 'zigzag'"):
        Shape.from_json({"kind": "zigzag"})
