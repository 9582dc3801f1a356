"""Long measurements go on where they were stopped, whatever stopped them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.fakes import FakeTwin

from v1vlm.physiology import characterise, parts
from v1vlm.physiology.parts import in_parts
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore

REQUEST = {"effect": "show", "of": "numbers"}


class Work:
    """Squares numbers, counts them, and is stopped at one."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.done: list[int] = []
        self.stop_at = stop_at

    def __call__(self, number: int) -> dict[str, Any]:
        if number == self.stop_at:
            raise KeyboardInterrupt
        self.done.append(number)
        return {"square": np.array([number**2])}


def squares(store: MemoryStore, work: Work) -> list[int]:
    found = in_parts(Rig(FakeTwin(), store), REQUEST, range(5), work)
    return [int(part["square"][0]) for part in found]


def test_what_was_done_before_a_stop_is_not_done_again() -> None:
    store = MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        squares(store, Work(stop_at=3))
    rest = Work(stop_at=4)
    with pytest.raises(KeyboardInterrupt):
        squares(store, rest)
    assert rest.done == [3]
    last = Work()
    assert squares(store, last) == [0, 1, 4, 9, 16]
    assert last.done == [4]


@pytest.mark.parametrize(("keep_s", "kept"), [(1e9, 0), (-1.0, 5)])
def test_only_what_takes_long_is_kept_part_by_part(monkeypatch, keep_s, kept) -> None:
    """A process that is killed can keep nothing when it is stopped."""
    monkeypatch.setattr(parts, "KEEP_S", keep_s)
    store = MemoryStore()
    squares(store, Work())
    assert sum(store.known({**REQUEST, "part": k}) for k in range(5)) == kept


def test_a_characterisation_goes_on_where_it_was_stopped(monkeypatch) -> None:
    monkeypatch.setattr(parts, "KEEP_S", -1.0)
    twin, store = FakeTwin(), MemoryStore()
    whole = characterise(Rig(twin, MemoryStore()))
    respond, shown = twin.respond, []

    def count(frames: Any, **options: Any) -> Any:
        if len(shown) == stop_after:
            raise KeyboardInterrupt
        shown.append(len(frames))
        return respond(frames, **options)

    monkeypatch.setattr(twin, "respond", count)
    stop_after = 9
    with pytest.raises(KeyboardInterrupt):
        characterise(Rig(twin, store))
    stop_after = -1
    before = sum(shown)
    again = characterise(Rig(twin, store))
    assert again == whole
    # The picture of grey is shown twice, nothing else.
    assert sum(shown) == whole["n_stimuli"] + 1
    assert before > 100
