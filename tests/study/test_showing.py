"""Draws shown to the twin again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.conftest import Finished
from v1vlm.errors import InputError, IntegrityError
from v1vlm.store import Store
from v1vlm.study.showing import show_again

TWIN = "tests.fakes:twin"


def test_draws_come_out_as_they_did(finished: Finished) -> None:
    before = sorted(path.name for path in finished.folder.rglob("*"))
    made = show_again(Store(finished.folder), 12, twins=[TWIN]).made
    assert len(made) == 12
    assert max(one.difference for one in made) < 1e-6
    assert {one.then for one in made} == {one.now for one in made} or all(
        one.then == pytest.approx(one.now, abs=1e-6) for one in made
    )
    assert sorted(path.name for path in finished.folder.rglob("*")) == before


def test_the_seed_chooses(finished: Finished) -> None:
    def places(seed: int) -> list[tuple[str, str, str, int]]:
        made = show_again(Store(finished.folder), 5, seed, [TWIN]).made
        return [(one.hypothesis, one.arm, one.stage, one.draw) for one in made]

    assert places(0) == places(0) != places(1)


def test_all_of_them_can_be_shown(finished: Finished) -> None:
    total = sum(len(d) for trial in finished.state.trials for d in trial.draws.values())
    assert len(show_again(Store(finished.folder), 10_000, twins=[TWIN]).made) == total


def test_a_twin_that_the_study_alone_names_is_not_loaded(finished: Finished) -> None:
    with pytest.raises(InputError, match="is named by the study alone"):
        show_again(Store(finished.folder), 1)


def test_another_twin(finished: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="is not the twin of this study"):
        show_again(Store(finished.folder), 1, twins=["energy"])
    respond = fakes.FakeTwin.respond

    def louder(self: Any, frames: Any, **how: Any) -> Any:
        return respond(self, frames, **how) * 1.5 + 0.1

    monkeypatch.setattr(fakes.FakeTwin, "respond", louder)
    with pytest.raises(IntegrityError, match="when shown again: it differs by"):
        show_again(Store(finished.folder), 3, twins=[TWIN])


def test_nothing_was_shown_yet(finished: Finished, tmp_path: Path) -> None:
    folder = finished.copy(tmp_path / "study", 3)
    with pytest.raises(InputError, match="has shown no draw"):
        show_again(Store(folder), 1, twins=[TWIN])
