from __future__ import annotations

import pytest

from tests.scientist.model.fakes import FakeBackend, sampling
from v1vlm.scientist import Scientist
from v1vlm.scientist.heuristic import load
from v1vlm.scientist.model import ModelScientist
from v1vlm.store import MemoryStore
from v1vlm.testing import ScientistContract

pytestmark = pytest.mark.usefixtures("small_protocol")


class Small(ScientistContract):
    """On the twin of the tests."""

    twin = "tests.fakes:twin"


class TestModel(Small):
    def make_scientist(self) -> Scientist:
        return sampling()


class TestHeuristic(Small):
    def make_scientist(self) -> Scientist:
        return load("t-or-l-junction,crossing-or-apart")


class TestReplay(Small):
    """A model that cannot be asked, over the answers of one that could."""

    def make_scientist(self) -> Scientist:
        def silent(*_: object) -> str:
            raise AssertionError("a replay asks nobody")

        return ModelScientist(FakeBackend(silent))

    def make_store(self) -> MemoryStore:
        recorded = TestModel()._conducted().store
        store = MemoryStore()
        asks = {k: v for k, v in recorded._done.items() if v["request"].get("effect") == "ask"}
        store._done.update(asks)
        return store
