from __future__ import annotations

from pathlib import Path

import pytest

from tests import fakes as twins
from tests.conftest import TEXT, frozen_clock, reports_in, spec_of
from tests.scientist.model import fakes
from v1vlm.errors import InputError
from v1vlm.study import Study

pytestmark = pytest.mark.usefixtures("small_protocol")
MODEL = "tests.scientist.model.fakes:sampling"
SETTINGS = {"generator": None, "num_steps": 1}


def silent(*_: object) -> str:
    raise AssertionError("a replay asks nobody")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twins.CHARACTERISATION, "PROTOCOL", twins.SMALL_PROTOCOL)
        spec = spec_of(scientist=MODEL, **SETTINGS)
        Study.create(spec, TEXT, folder, clock=frozen_clock).run()
    return folder


def test_a_replay_is_the_study_byte_for_byte_without_the_model(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "hopeful", silent)
    (tmp_path / "again").mkdir()
    spec = spec_of(scientist=f"replay:{recorded}", **SETTINGS)
    state = Study.create(spec, TEXT, tmp_path / "again", clock=frozen_clock).run()
    assert state.stopped == "complete"
    assert reports_in(tmp_path / "again") == reports_in(recorded)
    assert (recorded / "findings.json").read_bytes()


def test_what_was_not_recorded_is_not_asked(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "hopeful", silent)
    spec = spec_of(scientist=f"replay:{recorded}", **(SETTINGS | {"seed": 5}))
    with pytest.raises(InputError, match="The recording holds no answer"):
        Study.create(spec, TEXT, tmp_path / "again").run()


def test_a_replay_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        Study.create(spec_of(scientist=f"replay:{tmp_path / 'none'}"), TEXT)
