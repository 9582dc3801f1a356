from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Finished
from tests.fakes import FakeTwin
from v1vlm.exports.sheet import Session, Sheet, make_sheet
from v1vlm.store import Store
from v1vlm.study import StudyReader


@pytest.fixture(autouse=True)
def _small(small_protocol: None) -> None:
    """Every study in this folder characterises with the small protocol."""


@pytest.fixture(scope="session")
def study(finished: Finished) -> StudyReader:
    """The scripted study, as it is read; nobody may change its folder."""
    return StudyReader(Store(finished.folder))


@pytest.fixture
def folder(finished: Finished, tmp_path: Path) -> Path:
    return finished.copy(tmp_path / "study")


@pytest.fixture(scope="session")
def sheet(study: StudyReader) -> Sheet:
    session = Session(draws=60, trials=3, gap_s=0.5)
    return make_sheet(study, study.state.trials, session, study.screen)


@pytest.fixture(scope="session")
def animal() -> FakeTwin:
    """An animal that answers as the twin does."""
    return FakeTwin()
