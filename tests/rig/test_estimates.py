"""Estimates: from the stored summaries of draws, against numpy by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.conftest import Finished
from v1vlm.journal import Trial, arm_values, invalid_share
from v1vlm.rig import estimate_arm
from v1vlm.store import Store


def arms_with_estimates(finished: Finished) -> list[tuple[Trial, Any]]:
    return [
        (trial, arm)
        for trial in finished.state.trials
        for arm in trial.registration.arms
        if len(trial.of(arm.id, "estimate"))
    ]


def by_hand(store: Store, chunks: Any, name: str) -> list[float]:
    """Mean over neurons of the modulation index of each draw."""
    scores = []
    for chunk in chunks:
        features = store.get(chunk["blobs"][name]).astype(float)
        offsets = store.get(chunk["blobs"]["offsets"])
        scores += [float(features[start:stop, 0].mean()) for start, stop in pairwise(offsets)]
    return scores


def test_estimates_are_means_of_clipped_draws(finished: Finished) -> None:
    store = Store(finished.folder)
    arms = arms_with_estimates(finished)
    assert [arm.id for _, arm in arms] == [
        *("main", "equal", "weaker", "main", "main", "scrambled", "style-only")
    ]
    for trial, arm in arms:
        bound = trial.registration.clip_bound
        draws = trial.of(arm.id, "estimate")
        raw = np.array(by_hand(store, draws.chunks, "features"))
        clipped = np.clip(raw, -bound, bound)
        if arm.expects == "absent":
            other = np.array(by_hand(store, draws.chunks, "control_features"))
            raw = raw - other
            clipped = clipped - np.clip(other, -bound, bound)
        found = estimate_arm(
            trial.registration,
            arm.id,
            arm_values(trial, arm, "estimate"),
            invalid_share(trial, arm, "estimate"),
            draws.chunks,
            draws.sources,
            store,
            seed=1,
        )
        assert found.value == pytest.approx(clipped.mean(), abs=1e-6)
        assert found.unclipped == pytest.approx(raw.mean(), abs=1e-6)
        assert found.n_draws == len(raw) == 20
        assert found.invalid_share == 0.0
        assert found.interval is not None
        assert found.interval[0] < found.value < found.interval[1]
        neurons = [store.get(chunk["blobs"]["index"]) for chunk in draws.chunks]
        assert found.n_neurons == len(np.unique(np.concatenate(neurons)))
        if trial.registration.hypothesis.contrast.wordings:
            assert found.n_sources == 2
            assert found.interval_by_source is not None
        else:  # noise has no source to resample
            assert (found.n_sources, found.interval_by_source) == (0, None)


def test_findings_quote_these_estimates(finished: Finished) -> None:
    for trial in finished.state.trials:
        values = arm_values(trial, trial.registration.main, "estimate")
        assert trial.finding is not None
        assert trial.finding.estimate == pytest.approx(values.mean())
        for control in trial.finding.controls:
            arm = next(a for a in trial.registration.controls if a.id == control.id)
            assert control.estimate == pytest.approx(arm_values(trial, arm, "estimate").mean())
