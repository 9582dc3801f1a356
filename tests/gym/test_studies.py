"""Studies of the gym: whole, repeatable, and held against an independent truth."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests import fakes
from tests.gym.conftest import SMALL, SUITE
from v1vlm.claims import NeuronRule
from v1vlm.gym import StudyRecord, load_suite, null_plans, plans_of, run_plan
from v1vlm.gym.given import RANDOM, AtRandom
from v1vlm.gym.scores import false_effect
from v1vlm.gym.studies import subject
from v1vlm.gym.truth import DRAWS_MAX, DRAWS_MIN
from v1vlm.scientist.heuristic.scientist import HeuristicScientist
from v1vlm.scientist.heuristic.templates import load_templates


def by_case(records):
    return {(r.plan.twin, t.case): t for r in records for t in r.tested}


def test_every_case_is_tried_on_every_twin_in_an_order_of_its_own(plans) -> None:
    suite = load_suite(SUITE)
    for twin in suite.twins:
        tried = [case for plan in plans if plan.twin == twin for case in plan.cases]
        assert sorted(tried) == sorted(case.id for case in suite.cases)
    static = load_suite("static")
    orders = {
        twin: [c for p in plans_of(static, 1) if p.twin == twin for c in p.cases]
        for twin in static.twins
    }
    assert len({tuple(order) for order in orders.values()}) == len(static.twins)
    assert plans_of(static, 1) == plans_of(static, 1) != plans_of(static, 2)


def test_a_hundred_studies_of_ten_in_fresh_order_and_seeds() -> None:
    suite = load_suite("static")
    plans = plans_of(suite, 1, 100)
    assert len(plans) == len({plan.seed for plan in plans}) == 100
    assert len({plan.twin for plan in plans[:5]}) == len(suite.twins) >= 4
    assert {len(plan.cases) for plan in plans} == {10}
    assert all(len(set(plan.cases)) == 10 for plan in plans)
    assert len({plan.cases for plan in plans}) == 100
    for twin in suite.twins:
        tried = Counter(c for plan in plans if plan.twin == twin for c in plan.cases)
        assert len(tried) == len(suite.cases)
        assert max(tried.values()) - min(tried.values()) <= 2


def test_verdicts_agree_with_what_is_true_of_the_fake_twin(records) -> None:
    for (_, case), claim in by_case(records).items():
        truth = claim.truth
        assert truth is not None
        assert DRAWS_MIN <= truth.n <= DRAWS_MAX
        if case in ("contrast", "confounded"):
            assert (claim.verdict, claim.answer) == ("supported", "true")
        if case == "wrong":
            assert (claim.verdict, claim.answer) == ("contradicted", "false")
        if case == "permuted":
            assert abs(truth.mean) < 4 * truth.se
            assert claim.answer == "false"
            assert claim.verdict != "supported"


def test_confounds_are_true_in_the_data_and_false_with_their_control(records) -> None:
    confounded = [t for t in by_case(records).values() if t.case == "confounded"]
    assert len(confounded) == 2
    for claim in confounded:
        assert claim.answer == "true"
        assert claim.robust_answer == "false"
        assert claim.controls[0].answer == "false"
        assert claim.controls_verdict != "robust"
    standing = [t for t in by_case(records).values() if t.case == "contrast"]
    assert {t.robust_answer for t in standing} == {"true"}


def test_truth_is_that_of_the_neurons_tested(records, memo) -> None:
    # An oracle of its own: the RMS contrast that the fake twin takes, neuron by neuron.
    claim = by_case(records)["tests.fakes:twin", "contrast"]
    twin, physiology = subject("tests.fakes:twin", memo)
    case = load_suite(SUITE).case("contrast")
    contrast = case.hypothesis("H1", (), None).contrast
    rule = NeuronRule.model_validate(case.rule)
    values = []
    for seed in range(200):
        draw = contrast.draw(seed)
        index = rule.select(physiology, draw.azimuth_deg, draw.elevation_deg, None)
        a, b = (
            np.asarray(twin.respond(frames[None], neurons=index).values).mean(axis=2)[0]
            for frames in contrast.render(draw, twin.card.screen)[0]
        )
        values.append(np.mean((a - b) / (a + b)))
    bound = claim.clip_bound
    assert claim.truth is not None
    assert claim.truth.mean == pytest.approx(np.clip(values, -bound, bound).mean(), abs=0.01)


def test_a_study_repeats_itself_and_round_trips(plans, records, memo) -> None:
    again, seconds = run_plan(plans[0], memo)
    assert again == records[0]
    assert seconds > 0
    assert StudyRecord.model_validate_json(again.model_dump_json()) == again


def test_null_studies_are_full_and_claim_nothing(memo) -> None:
    plans = null_plans("tests.gym.test_studies:heuristic", ["tests.fakes:twin"], 30, 1, 3)
    small = {**SMALL, "estimate_draws": 2}
    found = [run_plan(p.model_copy(update={"settings": small}), memo)[0] for p in plans]
    claims = [t for record in found for t in record.tested]
    assert len(claims) >= 75
    assert all(t.truth is None and (t.answer == "true") == is_equivalence(t) for t in claims)
    assert sum(t.verdict != "inconclusive" for t in claims) >= 15
    # Five in a hundred are allowed; of thirty studies, one.
    assert sum(any(map(false_effect, r.tested)) for r in found) <= 1


def is_equivalence(tested) -> bool:
    return tested.direction == "equivalent"


def test_confidence_and_novelty_are_recorded(memo) -> None:
    plan = null_plans("tests.gym.test_studies:heuristic", ["tests.fakes:twin"], 1, 1, 2)[0]
    record, _ = run_plan(plan.model_copy(update={"settings": SMALL}), memo)
    assert record.tested
    assert all(t.stock and 0 < t.confidence < 1 and t.claim for t in record.tested)


def heuristic() -> HeuristicScientist:
    """The built-in scientist, with a few questions that the fake twin has neurons for."""
    known = ("line-density", "dark-or-bright", "t-or-l-junction", "symmetry", "texture-figure")
    return HeuristicScientist(
        tuple(
            template.model_copy(update={"rule": fakes.RULE, "controls": (), "window_s": (0.0, 0.2)})
            for template in load_templates()
            if template.id in known
        )
    )


def test_the_random_scientist_proposes_what_can_be_tested(memo) -> None:
    plan = null_plans(RANDOM, ["tests.fakes:twin"], 1, 3, 1)[0]
    record, _ = run_plan(plan.model_copy(update={"settings": {"pilot_draws": 4}}), memo)
    assert record.counts["proposed"] >= 1


class OneAfterAnother(AtRandom):
    """Proposes the same contrast under margins that differ."""

    def propose(self, briefing, ask):
        from v1vlm.claims import Prediction
        from v1vlm.scientist import Proposal

        margin = 0.03 + 0.01 * briefing.step + 0.001 * briefing.attempt
        prediction = Prediction(direction="greater", margin=margin, window_s=(0.0, 0.2))
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=prediction))


def one_after_another() -> OneAfterAnother:
    return OneAfterAnother()


class Sure(OneAfterAnother):
    """The same, and says how sure it is."""

    def propose(self, briefing, ask):
        return super().propose(briefing, ask).model_copy(update={"confidence": 0.9})


def sure() -> Sure:
    return Sure()
