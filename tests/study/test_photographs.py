"""A study on the photographs of the user: kept by content, the folder is needed no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TEXT as CONTEXT
from v1vlm.context import parse_context
from v1vlm.errors import InputError, ProposalError
from v1vlm.journal import StudySpec
from v1vlm.report import verify_study
from v1vlm.scientist import check_hypothesis
from v1vlm.scientist.heuristic import load
from v1vlm.stimuli import Photographs, read_photographs
from v1vlm.study import Study, open_store


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "my photos ü"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(6):
        coarse = rng.integers(0, 256, (24, 40), np.uint8)
        Image.fromarray(coarse).resize((400, 240)).save(folder / f"{i}.png")
    return folder


def spec_of(photographs: dict[str, np.ndarray], **changes: object) -> StudySpec:
    fields = {
        "context": "context.txt",
        "context_digest": parse_context(CONTEXT).text_digest,
        "twin": "tests.fakes:FakeTwin",
        "scientist": "heuristic:natural-or-scrambled",
        "num_steps": 1,
        "photographs": list(photographs),
        "draws_max": 20,
        "estimate_draws": 20,
    }
    return StudySpec.from_json({**fields, **changes})


def test_a_study_shows_and_keeps_them(album: Path, tmp_path: Path) -> None:
    photographs = read_photographs(album)
    study = Study.create(spec_of(photographs), CONTEXT, tmp_path / "study", photographs=photographs)
    for file in album.iterdir():
        file.unlink()
    state = Study.open(tmp_path / "study").run()
    assert state.trials
    families = state.trials[0].registration.hypothesis.contrast.families
    shown = families[0]
    assert isinstance(shown, Photographs)
    assert {*shown.names, *shown.explore_names} == set(photographs)
    assert any("report" in line for line in verify_study(open_store(tmp_path / "study")))
    assert study.state.study == state.study


def test_photographs_are_part_of_what_a_study_is(album: Path) -> None:
    photographs = read_photographs(album)
    plain = Study.create(spec_of({}), CONTEXT)
    own = Study.create(spec_of(photographs), CONTEXT, photographs=photographs)
    assert plain.state.study != own.state.study


def test_those_of_the_spec_must_be_given(album: Path) -> None:
    with pytest.raises(InputError, match="photographs are not those in the spec"):
        Study.create(spec_of(read_photographs(album)), CONTEXT)


def test_an_image_that_the_study_was_not_given_is_refused(album: Path) -> None:
    photographs = read_photographs(album)
    study = Study.create(spec_of({}), CONTEXT)
    [template] = load("natural-or-scrambled").templates
    hypothesis = template.showing(list(photographs)).hypothesis("H1", (), None)
    briefing = study._briefing(1)
    with pytest.raises(ProposalError, match="which the study was not given"):
        check_hypothesis(hypothesis, briefing, study.screen, set(hypothesis.citations))
