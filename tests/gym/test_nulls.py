"""On the blind rig every contrast is null, and everything else is the laboratory's."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import RULE, noise_contrast
from v1vlm.gym.blind import BlindRig
from v1vlm.gym.studies import subject
from v1vlm.rig import DrawPlan, Rig
from v1vlm.store import MemoryStore


@pytest.fixture(scope="module")
def shown(memo):
    twin, physiology = subject("tests.fakes:twin", memo)

    def show(kind, **changes):
        plan = DrawPlan(
            contrast=noise_contrast(0.6, 0.3),
            rule=RULE,
            measure="permi",
            window_s=(0.0, 0.2),
            seeds=tuple(range(400)),
            twin=twin.card.digest,
            physiology=physiology.digest,
        ).model_copy(update=changes)
        return kind(twin, MemoryStore()).show(plan, physiology)

    return show


def test_a_true_effect_is_gone(shown) -> None:
    seeing = np.array(shown(Rig, seeds=tuple(range(10)))["scores"], float)
    blind = np.array(shown(BlindRig)["scores"], float)
    assert seeing.mean() > 0.2
    assert abs(blind.mean()) < 4 * blind.std() / np.sqrt(len(blind))
    assert blind.std() > 0.02


def test_the_same_neurons_count_and_the_same_fields_come_back(shown) -> None:
    seeing, blind = (shown(kind, seeds=tuple(range(10))) for kind in (Rig, BlindRig))
    assert blind["n_neurons"] == seeing["n_neurons"]
    np.testing.assert_array_equal(blind["index"], seeing["index"])
    assert set(blind) == set(seeing)


def test_a_stimulus_answers_itself(shown) -> None:
    same = noise_contrast(0.6, 0.6)
    control = shown(BlindRig, contrast=same, control=noise_contrast(0.6, 0.3))
    assert set(control["scores"]) == {0.0}
    assert np.std(np.array(control["control_scores"], float)) > 0
    assert shown(BlindRig)["scores"] == shown(BlindRig)["scores"]


def test_a_placed_measure_is_given_distances(shown) -> None:
    scores = shown(
        BlindRig, measure="near_minus_far", rule=RULE.model_copy(update={"within_deg": None})
    )
    found = [score for score in scores["scores"] if score is not None]
    assert found
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found))
