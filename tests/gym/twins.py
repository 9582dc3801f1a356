"""A second small twin for the tests of the gym."""

from __future__ import annotations

from tests.fakes import FakeTwin


def other() -> FakeTwin:
    return FakeTwin(n=36)
