"""Three streams of error, each rewarded by its own discoveries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.conftest import Finished, spec_of
from v1vlm.analysis.evidence import processes
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


# the scripted study, from its journal alone


def test_levels_follow_from_the_verdicts_before(finished: Finished) -> None:
    """e-LOND, recomputed: alpha · gamma · (rejections so far + 1), gamma = 1/K, three streams."""
    verdicts: list[str] = []
    controls: list[str] = []
    spec = finished.events[0].payload["spec"]
    gamma = 1 / spec["num_steps"]
    checked = 0
    for event in finished.events:
        if event.kind == "registered":
            stated = event.payload["registration"]
            for name, rejections in (
                ("alpha_support", controls.count("robust") + controls.count("no controls")),
                ("alpha_refute", verdicts.count("contradicted")),
                ("alpha_explain", controls.count("explained away")),
            ):
                assert stated[name] == pytest.approx(spec["alpha"] * gamma * (rejections + 1))
            checked += 1
        if event.kind == "decided":
            verdict = event.payload["finding"]["verdict"]
            judged = event.payload["finding"]["controls_verdict"]
            verdicts.append(verdict)
            # A claim without controls stands by itself, if it stands.
            controls.append(judged if verdict == "supported" else "")
    assert checked == 3
    assert len({e.payload["registration"]["alpha_support"] for e in finished.events
                if e.kind == "registered"}) > 1  # fmt: skip


def test_verdicts_follow_from_the_drawn_scores(finished: Finished) -> None:
    """Every verdict recomputed from scores and registration in the journal."""
    for event in finished.events:
        if event.kind != "decided":
            continue
        finding = event.payload["finding"]
        registration = next(
            e.payload["registration"]
            for e in finished.events
            if e.kind == "registered" and e.payload["digest"] == finding["registration"]
        )
        drawn = [
            score
            for e in finished.events
            if e.kind == "drawn"
            and e.payload["registration"] == finding["registration"]
            and (e.payload["arm"], e.payload["stage"]) == ("main", "test")
            for score in e.payload["scores"]
        ]
        bound = registration["clip_bound"]
        margin = registration["hypothesis"]["prediction"]["margin"]
        support, refute = processes(
            np.clip(drawn, -bound, bound), finding["direction"], margin, bound
        )
        hit = np.flatnonzero(
            (support >= 1 / registration["alpha_support"])
            | (refute >= 1 / registration["alpha_refute"])
        )
        at = int(hit[0]) if hit.size else len(drawn) - 1
        said = "inconclusive"
        if hit.size:
            refuted = refute[at] >= 1 / registration["alpha_refute"]
            said = "contradicted" if refuted else "supported"
        assert finding["verdict"] == said
        assert finding["stopped_at"] == at + 1
        assert finding["e_value"] == pytest.approx(support[at])
