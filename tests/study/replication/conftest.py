"""A study in two other mice and an independent twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import fakes
from tests.conftest import TEXT, frozen_clock
from tests.study.replication.claims import (
    SUBJECTS,
    spec,
)
from v1vlm.study import Study


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in two other mice and an independent twin, which verifies."""
    folder = tmp_path_factory.mktemp("replicated") / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        Study.create(spec(*SUBJECTS), TEXT, folder, clock=frozen_clock).run()
    return folder


@pytest.fixture
def done(folder: Path) -> Study:
    return Study.open(folder)
