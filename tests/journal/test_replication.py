"""What another twin counts for, and the levels of the rungs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Finished, spec_of
from v1vlm.journal import levels_of
from v1vlm.journal.replication import conjunctions, highest, replication_arms
from v1vlm.outcomes import LevelFinding
from v1vlm.twins.energy import load


def card(mouse: str, lineage: str = "x", **fields: Any) -> dict[str, Any]:
    return {"mice": [mouse], "lineage": lineage, **fields}


@pytest.mark.parametrize(
    ("others", "levels"),
    [
        ([card("b")], ["L2"]),
        ([card("b", "y")], ["L3"]),
        ([card("a", "y")], ["L3"]),  # fitted anew to the same recordings
        ([card("a")], [None]),
        ([card("b", "")], ["L2"]),
        ([card("a", "")], [None]),
        ([{"mice": ["b"]}], ["L2"]),  # a card from before there were lineages
        ([card("b"), card("b")], ["L2", None]),
        ([card("b", "y"), card("b", "y"), card("c", "y")], ["L3", None, "L3"]),
    ],
)
def test_what_counts_for_what(others: list[Any], levels: list[str | None]) -> None:
    assert levels_of(card("a"), others) == levels


def test_a_main_twin_without_a_lineage_has_no_independent_twin() -> None:
    assert levels_of(card("a", ""), [card("b", "y"), card("a", "y")]) == ["L2", None]


def test_no_energy_twin_is_independent_of_another() -> None:
    names = ("", "population=2", "no-surround", "linear", "blind,population=3", "neurons=50")
    cards = [load(name).card.public() for name in names]
    assert levels_of(cards[0], cards[1:]) == ["L2", None, None, "L2", None]


def rung(level: Any, outcome: Any) -> LevelFinding:
    return LevelFinding(
        level=level, at_least=1, n=1, n_present=0, e_value=1.0, threshold=20.0, outcome=outcome
    )


@pytest.mark.parametrize(
    ("verdict", "outcomes", "level"),
    [
        ("supported", [], "L1"),
        ("supported", [("L2", "reached")], "L2"),
        ("supported", [("L3", "reached")], "L3"),
        ("supported", [("L2", "reached"), ("L3", "reached")], "L3"),
        ("supported", [("L2", "reached"), ("L3", "not reached")], "L2"),
        ("supported", [("L2", "not reached"), ("L3", "reached")], "L1"),
        ("contradicted", [("L2", "not run")], "L1"),
        ("inconclusive", [("L2", "not run")], "L0"),
    ],
)
def test_the_highest_rung_below_which_none_was_missed(
    verdict: Any, outcomes: list[Any], level: str
) -> None:
    assert highest(verdict, tuple(rung(*one) for one in outcomes)) == level


@pytest.mark.parametrize(("asked", "at_least"), [(None, 2), (1, 1)])
def test_each_level_is_a_stream_rewarded_by_its_own_claims(
    finished: Finished, asked: int | None, at_least: int
) -> None:
    """e-LOND: alpha (R + 1)/K, R the claims that reached this level before."""
    main = {**finished.state.twin, "lineage": "x"}
    others = (
        card("b", digest="b"), card("c", digest="c"), card("d", "y", digest="d"),
        card("nobody", digest="n"),
    )  # fmt: skip
    trial = finished.state.trials[0]
    assert trial.finding is not None
    trials = []
    for outcome in ("reached", "reached", "not reached", "not run"):
        found = (rung("L2", outcome), rung("L3", "not reached"))
        trials.append(replace(trial, finding=trial.finding.model_copy(update={"levels": found})))
    state = replace(
        finished.state,
        twin=main,
        replicates=others,
        physiologies={one["digest"]: {"digest": f"p{one['digest']}"} for one in others},
        spec=spec_of(alpha=0.08, num_steps=8, mice_at_least=asked),
        trials=tuple(trials),
    )
    arms = replication_arms(state, trial.registration.hypothesis)
    assert [arm.level for arm in arms] == ["L2", "L2", "L3", None]
    assert [arm.physiology_digest for arm in arms] == ["pb", "pc", "pd", "pn"]
    l2, l3 = conjunctions(state, arms)
    assert (l2.level, l2.at_least) == ("L2", at_least)
    assert l2.alpha == pytest.approx(0.08 * 3 / 8)
    assert (l3.level, l3.at_least) == ("L3", 1)
    assert l3.alpha == pytest.approx(0.08 / 8)
