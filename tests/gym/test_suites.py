"""Suites are data; permuted cases are null whatever is shown them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.gym.conftest import SUITE
from v1vlm.analysis.measures import measure, score_draw
from v1vlm.errors import InputError, UnknownNameError
from v1vlm.gym.suites import Suite, load_suite, permuted, suite_names


@pytest.mark.parametrize("name", suite_names())
def test_every_case_of_a_packaged_suite_is_a_hypothesis(name) -> None:
    suite = load_suite(name)
    for case in suite.cases:
        claim = case.hypothesis("H1", (), None)
        assert claim.origin == case.id
        assert measure(claim.prediction.measure).fits(len(claim.contrast.families))
        assert all(arm.role == "control" for arm in case.arms())


def test_static_suite_is_large_and_half_null() -> None:
    suite = load_suite("static")
    assert len(suite.cases) * len(suite.twins) >= 240
    null = ("permuted", "symmetry", "below margin", "wrong sign")
    share = np.mean([case.kind in null for case in suite.cases])
    assert 0.35 <= share <= 0.65  # nulls of other kinds, and of other twins, come on top
    assert all(case.arms() for case in suite.cases if case.confounded)


def test_every_claim_of_the_original_report_is_a_case() -> None:
    suite = load_suite("original")
    assert {case.kind for case in suite.cases} == {"claim"}
    assert suite.num_steps == len(suite.cases)
    assert all(case.title and case.statement and case.rationale for case in suite.cases)
    said = " ".join(case.title for case in suite.cases).lower()
    for word in (
        "intersections",
        "sharp angle",
        "wave",
        "centre of stripes",
        "edges of stripes",
        "complexity",
        "relations between shapes",
    ):
        assert word in said


def test_confounded_cases_have_controls_and_permuted_ones_none() -> None:
    suite = load_suite(SUITE)
    assert suite.case("confounded").confounded
    assert [arm.id for arm in suite.case("confounded").arms()] == ["matched"]
    assert suite.case("permuted").arms() == ()
    assert suite.case("wrong").direction == "less"  # the variant overrides its case


def test_members_of_permuted_pairs_exchange_their_roles() -> None:
    suite = load_suite(SUITE)
    base = suite.case("contrast").contrast
    contrast = permuted(base)
    values = [
        tuple(s.to_json()["contrast"] for s in contrast.draw(seed).stimuli) for seed in range(200)
    ]
    assert set(values) == {(0.6, 0.3), (0.3, 0.6)}
    assert abs(np.mean([first == 0.6 for first, _ in values]) - 0.5) < 0.12
    one, other = contrast.draw(7).stimuli
    assert one.to_json()["seed"] == other.to_json()["seed"]  # all else is still paired


def test_rank_is_null_over_the_rotations_of_a_series() -> None:
    # Whatever a neuron answers to the four levels, rotating them averages out.
    answers = np.array([0.1, 0.7, 0.4, 0.9])
    rotations = [np.roll(answers, -k) for k in range(4)]
    how = measure("rank")
    scores = [score_draw(how, how.summarise(r[:, None, None])) for r in rotations]
    assert scores == pytest.approx([spearmanr(range(4), r).statistic for r in rotations])
    assert np.mean(scores) == pytest.approx(0.0, abs=1e-6)


def test_static_series_are_rotated_as_wholes() -> None:
    case = load_suite("static").case("permuted-contrast.6")
    contrast = case.hypothesis("H1", (), None).contrast
    levels = [0.1, 0.25, 0.5, 0.9]
    rotations = {tuple(np.roll(levels, -k)) for k in range(4)}
    drawn = {
        tuple(s.to_json()["contrast"] for s in contrast.draw(seed).stimuli) for seed in range(60)
    }
    assert drawn == rotations


def test_roles_of_members_that_differ_twice_cannot_be_exchanged() -> None:
    members = load_suite(SUITE).case("contrast").contrast
    twice = members.model_copy(
        update={"members": ({"contrast": 0.6, "seed": 1}, {"contrast": 0.3, "seed": 2})}
    )
    with pytest.raises(InputError, match="differ in one parameter, not in 2"):
        permuted(twice)


def test_unknown_suites_and_cases_are_named(tmp_path) -> None:
    with pytest.raises(
        UnknownNameError, match=r"no suite 'statik'.\nKnown: moving, original, static;"
    ):
        load_suite("statik")
    with pytest.raises(UnknownNameError, match="no case 'nothing'"):
        load_suite(SUITE).case("nothing")
    broken = tmp_path / "broken.toml"
    broken.write_text("twins = [")
    with pytest.raises(InputError, match="is no TOML"):
        load_suite(str(broken))
    broken = tmp_path / "borrowed.toml"
    broken.write_text('twins = ["energy"]\n[[case]]\nid = "a"\nkind = "easy"\ntemplate = "none"\n')
    with pytest.raises(UnknownNameError, match="no template 'none'"):
        load_suite(str(broken))


def test_cases_of_one_name_are_refused() -> None:
    suite = load_suite(SUITE).to_json()
    with pytest.raises(InputError, match="two cases are called 'contrast'"):
        Suite.from_json({**suite, "cases": [suite["cases"][0]] * 2})
