"""The chain: what is written is read back, and every damage is named with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.errors import IntegrityError
from v1vlm.journal import GENESIS, Event, parse_log, sealed

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # A lone surrogate has no UTF-8, hence no place in a journal.
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=4), inner)
    ),
    max_leaves=6,
)


def chain(payloads: list[dict[str, Any]]) -> list[str]:
    lines, prev = [], GENESIS
    for seq, payload in enumerate(payloads):
        event = sealed(seq, "noted", payload, f"2001-02-03T00:00:{seq:02d}", prev)
        lines.append(event.line())
        prev = event.hash
    return lines


@given(st.lists(st.dictionaries(st.text("abc", max_size=3), JSON, max_size=3), max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_is_sealed_is_read_back(payloads: list[dict[str, Any]]) -> None:
    lines = chain(payloads)
    events = parse_log(lines)
    assert [event.payload for event in events] == payloads
    assert [event.line() for event in events] == lines
    assert all("\n" not in line for line in lines)


def test_a_payload_without_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        sealed(0, "noted", {"x": float("nan")}, "", GENESIS)


LINES = chain([{"text": f"remark {i}"} for i in range(6)])


def edited(number: int, **changes: Any) -> list[str]:
    event = {**json.loads(LINES[number]), **changes}
    return [*LINES[:number], json.dumps(event), *LINES[number + 1 :]]


@pytest.mark.parametrize(
    ("damaged", "what"),
    [
        (edited(2, payload={"text": "another"}), r"line 3 was changed after it was written"),
        (edited(2, time="2001-02-03T09:09:09"), r"line 3 was changed after it was written"),
        (edited(2, kind="stopped"), r"line 3 was changed after it was written"),
        (edited(2, hash="f" * 64), r"line 3 was changed after it was written"),
        (edited(2, prev="f" * 64), r"line 3 does not follow from the event before"),
        (edited(2, seq=7), r"line 3 says it is event 7"),
        (edited(2, kind="guessed"), r"line 3 is no event"),
        (edited(2, extra=1), r"line 3 is no event"),
        ([*LINES[:2], *LINES[3:]], r"line 3 says it is event 3"),
        ([*LINES[:2], LINES[3], LINES[2], *LINES[4:]], r"line 3 says it is event 3"),
        (LINES[1:], r"line 1 says it is event 1"),
        ([*LINES[:4], "", *LINES[4:]], r"line 5 is no event"),
        ([*LINES[:4], "not JSON"], r"line 5 is no event"),
        ([*LINES[:4], "[1, 2]"], r"line 5 is no event"),
        ([*LINES[:4], "[" * 200_000], r"line 5 is no event"),
        ([*LINES[:4], "9" * 5000], r"line 5 is no event"),
        ([*LINES[:4], LINES[4][:-9]], r"line 5 is no event"),
    ],
)
def test_damage_is_named_with_its_line(damaged: list[str], what: str) -> None:
    with pytest.raises(IntegrityError, match=what):
        parse_log(damaged)


def test_an_event_sealed_anew_breaks_the_one_after_it() -> None:
    old = Event.model_validate(json.loads(LINES[2]))
    forged = sealed(2, "noted", {"text": "another"}, old.time, old.prev)
    with pytest.raises(IntegrityError, match="line 4 does not follow"):
        parse_log([*LINES[:2], forged.line(), *LINES[3:]])


def test_a_journal_cut_at_its_end_is_a_shorter_journal() -> None:
    assert [event.seq for event in parse_log(LINES[:4])] == [0, 1, 2, 3]
