"""With members exchanged every contrast is null, and everything else is the laboratory's."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import RULE, noise_contrast
from v1vlm.analysis.measures import measure, measure_names
from v1vlm.gym.nulls import POOL, ExchangedRig
from v1vlm.gym.studies import subject
from v1vlm.rig import DrawPlan, Rig
from v1vlm.stimuli import Contrast
from v1vlm.store import MemoryStore


def contrast(n: int) -> Contrast:
    pairs = [noise_contrast(0.6 - 0.1 * i, 0.2 + 0.05 * i) for i in range(n)]
    families = tuple(pair.families[i % 2] for i, pair in enumerate(pairs))
    return Contrast(factor="contrast", levels=tuple("abcd"[:n]), families=families)


@pytest.fixture(scope="module")
def shown(memo):
    twin, physiology = subject("tests.fakes:twin", memo)

    def show(kind, store=None, **changes):
        plan = DrawPlan(
            contrast=noise_contrast(0.6, 0.3),
            rule=RULE,
            measure="permi",
            window_s=(0.0, 0.2),
            seeds=tuple(range(200)),
            twin=twin.card.digest,
            physiology=physiology.digest,
        ).model_copy(update=changes)
        rig = kind(twin, MemoryStore(), **({} if store is None else {"pool": store}))
        return rig.show(plan, physiology)

    return show


def scores(answer, name="scores"):
    return np.array(answer[name], float)


@pytest.mark.parametrize("name", [n for n in measure_names() if ":" not in n])
def test_the_other_order_turns_the_sign_of_every_measure(name, shown) -> None:
    n = {"pair": 2, "series": 3, "factorial": 4}[measure(name).conditions]
    wide = RULE.model_copy(update={"within_deg": None})
    # A seed that comes twice is shown both ways round.
    found = scores(
        shown(ExchangedRig, contrast=contrast(n), rule=wide, measure=name, seeds=(1, 1, 2, 2, 3, 3))
    )
    valid = np.isfinite(found)
    assert valid.any() or name == "near_minus_far"  # the fake twin's fields lie close together
    np.testing.assert_allclose(found[::2][valid[::2]], -found[1::2][valid[1::2]], atol=1e-6)


def test_a_true_effect_is_gone_and_its_spread_is_not(shown) -> None:
    seeing, exchanged = scores(shown(Rig)), scores(shown(ExchangedRig))
    np.testing.assert_allclose(np.abs(exchanged), seeing, atol=1e-6)
    assert seeing.min() > 0.2
    assert np.mean(exchanged > 0) == pytest.approx(0.5, abs=0.12)


def test_a_pool_is_shown_once_and_drawn_from(shown) -> None:
    pool, seeds = MemoryStore(), tuple(range(1000))
    found = shown(ExchangedRig, pool, seeds=seeds)
    values = scores(found)
    assert len(set(values)) <= 2 * POOL
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(len(values))
    assert set(np.round(values, 6)) == set(np.round(-values, 6))
    assert len(pool.lines()) == 0
    assert shown(ExchangedRig, pool, seeds=seeds)["scores"] == found["scores"]
    fewer = shown(ExchangedRig, pool, seeds=seeds[500:510])
    assert fewer["scores"] == found["scores"][500:510]


def test_drawn_from_a_pool_scores_follow_from_their_summaries(shown) -> None:
    found = shown(ExchangedRig, MemoryStore(), seeds=(5, 6, 7), control=noise_contrast(0.5, 0.2))
    start = found["offsets"]
    assert start[-1] == len(found["features"]) == len(found["index"])
    for i in range(3):
        rows = slice(start[i], start[i + 1])
        assert found["features"][rows, 0].mean() == pytest.approx(found["scores"][i], abs=1e-6)
        control = found["control_features"][rows, 0].mean()
        assert control == pytest.approx(found["control_scores"][i], abs=1e-6)
        assert found["n_neurons"][i] == start[i + 1] - start[i]
