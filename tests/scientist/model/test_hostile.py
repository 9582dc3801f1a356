"""Nothing that a model says can hurt; a thousand answers are a recorded run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TEXT, frozen_clock, spec_of
from tests.scientist.conftest import briefing_of
from tests.scientist.model.fakes import FakeBackend, hopeful
from tests.scientist.model.hostile import hostile, mostly
from v1vlm.errors import ProposalError
from v1vlm.report.verify import verify_study
from v1vlm.scientist import Proposal, Scientist
from v1vlm.scientist.model import ModelScientist
from v1vlm.stimuli import Screen
from v1vlm.store import MemoryStore, Store
from v1vlm.study import Study

SHARE = 0.6


def scientist() -> Scientist:
    return ModelScientist(FakeBackend(mostly(SHARE)))


def propose(script: Any, seed: int) -> Any:
    twin = {"name": "fake", "screen": Screen().to_json()}
    briefing = briefing_of(TEXT, seed=seed, twin=twin)
    return ModelScientist(FakeBackend(script)).propose(briefing, MemoryStore().once)


@pytest.mark.parametrize("seed", range(60))
def test_a_hostile_answer_is_a_proposal_or_refused(seed: int) -> None:
    turn = iter(range(100))

    def script(messages: Any, schema: Any, rng: random.Random) -> str:
        # Every second conversation gets past its first question.
        if seed % 2 and next(turn) == 0:
            return hopeful(messages, schema, rng)
        return hostile(random.Random(seed * 100 + len(messages)), schema)

    try:
        answer = propose(script, seed)
    except ProposalError as error:
        refused = error.what
    else:
        refused = ""
        assert not isinstance(answer, Proposal) or answer.hypothesis.id == "H1"
    assert len(refused) < 5000


@pytest.mark.usefixtures("small_protocol")
def test_a_study_of_hostile_answers_ends_and_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = spec_of(
        scientist="tests.scientist.model.test_hostile:scientist", generator=None, num_steps=3
    )
    study = Study.create(spec, TEXT, tmp_path / "study", clock=frozen_clock)
    state = study.run()
    assert state.stopped == "complete"
    assert state.usage.calls >= 20
    assert [path.name for path in tmp_path.iterdir()] == ["study"]
    # Recomputes every score and finding from the blobs, and the report from the findings.
    assert verify_study(Store(tmp_path / "study"))[-1].startswith("report")
