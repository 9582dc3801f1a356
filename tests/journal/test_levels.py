"""Three streams of error, each rewarded by its own discoveries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Finished, spec_of
from v1vlm.journal import levels


@pytest.mark.parametrize(
    ("decided", "rewards"),
    [
        ([], (1, 1, 1)),
        ([("supported", "robust")], (2, 1, 1)),
        ([("supported", "no controls")], (2, 1, 1)),
        ([("supported", "explained away")], (1, 1, 2)),
        ([("supported", "controls inconclusive")], (1, 1, 1)),
        ([("contradicted", "not run")], (1, 2, 1)),
        ([("contradicted", "no controls")], (1, 2, 1)),
        ([("inconclusive", "not run")], (1, 1, 1)),
        ([("inconclusive", "no controls")], (1, 1, 1)),
        ([("supported", "no controls"), ("contradicted", "not run"), ("supported", "robust")],
         (3, 2, 1)),
    ],
)  # fmt: skip
def test_levels(finished: Finished, decided: list[Any], rewards: tuple[int, int, int]) -> None:
    alpha, k = 0.08, 5
    trial = finished.state.trials[0]
    assert trial.finding is not None
    trials = tuple(
        replace(
            trial,
            finding=trial.finding.model_copy(update={"verdict": v, "controls_verdict": c}),
        )
        for v, c in decided
    )
    state = replace(finished.state, spec=spec_of(alpha=alpha, num_steps=k), trials=trials)
    assert levels(state) == pytest.approx(tuple(alpha / k * reward for reward in rewards))
