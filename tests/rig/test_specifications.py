"""Estimates under other rules and windows, against draws shown for those rules and windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.conftest import Finished
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Contrast, NeuronRule, Registration
from v1vlm.outcomes import SpecificationEstimate
from v1vlm.records import seed_of
from v1vlm.rig import DrawPlan, Rig
from v1vlm.rig.plan import SECONDARY_S
from v1vlm.rig.specifications import AS_REGISTERED, specifications, specified
from v1vlm.store import MemoryStore
from v1vlm.study import Study

LONG = fakes.noise_contrast(0.6, 0.3).model_copy(update={"duration_s": 1.0})


class Fading(fakes.FakeTwin):
    """Answers that fade, so that early and late are told apart."""

    def respond(self, frames: Any, **options: Any) -> Any:
        answered = super().respond(frames, **options)
        fade = np.exp(-answered["time"] / 0.3)
        return (0.05 + (answered - 0.05) ** (1 + fade)).transpose(*answered.dims)


@pytest.fixture(scope="module")
def physiology(finished: Finished) -> Physiology:
    return Study.open(finished.folder).physiology


def plan(contrast: Contrast, rule: NeuronRule, window_s: Any, **fields: Any) -> DrawPlan:
    seeds = tuple(seed_of("specifications", i) for i in range(12))
    about = {"measure": "permi", "twin": "t", "physiology": "p", "seeds": seeds}
    return DrawPlan(contrast=contrast, rule=rule, window_s=window_s, **about, **fields)


def told(
    finished: Finished, physiology: Physiology, rule: NeuronRule, bound: float
) -> dict[str, SpecificationEstimate]:
    """What an estimate would say of draws under every specification."""
    rig = Rig(Fading(), MemoryStore())
    answer = rig.show(plan(LONG, rule, (0.0, 1.0), secondary=True), physiology)
    blobs = {k: rig.store.put(v) for k, v in answer.items() if isinstance(v, np.ndarray)}
    base = finished.state.trials[0].registration
    hypothesis = base.hypothesis.model_copy(update={"contrast": LONG, "rule": rule})
    main = base.main.model_copy(update={"contrast": LONG, "rule": rule})
    registration = Registration.from_json(
        {**base.to_json(), "hypothesis": hypothesis.to_json(), "arms": [main.to_json()],
         "clip_bound": bound}
    )  # fmt: skip
    return {one.name: one for one in specified(registration, [{"blobs": blobs}], rig.store)}


@pytest.mark.parametrize("bound", [1.0, 0.45])
def test_each_is_what_its_own_rule_and_window_would_have_given(
    finished: Finished, physiology: Physiology, bound: float
) -> None:
    rule = fakes.RULE.model_copy(update={"within_deg": 30.0, "quality": 0.6})
    found = told(finished, physiology, rule, bound)
    assert list(found) == list(specifications(rule))
    checked = 0
    for name, rules in specifications(rule).items():
        if len(rules) > 1:
            continue
        rig = Rig(Fading(), MemoryStore())
        # The draws of the registered rule, whose places they were centred on.
        drawn = rig.draws(plan(LONG, rule, (0.0, 1.0)), physiology)
        rig_of = type("Placed", (Rig,), {"draws": lambda self, *_, drawn=drawn: drawn})
        for window, window_s in (("registered", (0.0, 1.0)), *SECONDARY_S.items()):
            answer = rig_of(Fading(), MemoryStore()).show(
                plan(LONG, rules[0], window_s), physiology
            )
            scores = np.array([s for s in answer["scores"] if s is not None])
            expected = np.clip(scores, -bound, bound).mean()
            assert getattr(found[name], window) == pytest.approx(expected, abs=1e-6), name
            checked += 1
        assert found[name].n_neurons == pytest.approx(np.mean(answer["n_neurons"]))
    assert checked == 3 * (len(found) - 1)
    one = found[AS_REGISTERED]
    if bound == 1.0:
        assert len({one.registered, one.early, one.late}) == 3
        assert found["half A"].registered != one.registered
    both = found["both halves"]
    assert both.n_neurons == pytest.approx(one.n_neurons + found["half A"].n_neurons)


def test_without_enough_neurons_nothing_is_estimated(
    finished: Finished, physiology: Physiology
) -> None:
    """Noise shares no orientation that could be preferred."""
    rule = fakes.RULE.model_copy(update={"prefers_within_deg": 20.0})
    found = told(finished, physiology, rule, 1.0)
    assert found[AS_REGISTERED].registered is None
    assert found[AS_REGISTERED].n_neurons == 0
    assert found["any preference"].registered is not None


def test_a_specification_differs_in_one_respect() -> None:
    rule = NeuronRule(within_deg=10.0, prefers_within_deg=70.0)
    names = list(specifications(rule))
    assert names == [
        "as registered", "receptive field within 5°", "receptive field within 15°",
        "preference within 35°", "preference within 90°", "any preference",
        "preference of any selectivity", "gOSI of at least 0.2", "any quality",
        "quality of at least 0.2", "half A", "both halves",
    ]  # fmt: skip
    for others in specifications(rule).values():
        for other in others:
            changed = [k for k, v in other if v != getattr(rule, k)]
            assert len(changed) <= 1
    plain = specifications(NeuronRule(within_deg=None, quality=0.0))
    assert list(plain) == ["as registered", "half A", "both halves"]


def test_what_was_not_summarised_is_left_out(finished: Finished) -> None:
    registration = finished.state.trials[0].registration
    assert specified(registration, [], MemoryStore()) == ()
    assert specified(registration, [{"blobs": {"features": "x"}}], MemoryStore()) == ()


def test_the_registered_rule_gives_the_estimate(finished: Finished) -> None:
    for finding in finished.state.findings:
        assert finding.invalid_share == 0
        first = finding.specifications[0]
        assert first.name == AS_REGISTERED
        assert first.registered == pytest.approx(finding.estimate, abs=1e-9)
