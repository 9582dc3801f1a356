"""A tiny run of ViV1T, written as its training writes one."""

from __future__ import annotations

import pytest

from tests.viv1t.runs import write_run


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    pytest.importorskip("torch").set_num_threads(1)


@pytest.fixture(scope="session")
def run(one_thread, tmp_path_factory):
    """Nobody may change it."""
    return write_run(tmp_path_factory.mktemp("runs") / "tiny")


@pytest.fixture
def own_run(one_thread, tmp_path):
    """A run to spoil."""
    return write_run(tmp_path / "own")
