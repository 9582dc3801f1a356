"""With one mechanism of the energy twin switched off, its facts are missed and no others.

Facts of the receptive field and surround, which need the whole protocols, are in test_card.py.
"""

from __future__ import annotations

import importlib

import pytest
from tests.fakes import SMALL_PROTOCOL

from v1vlm.physiology import Battery, facts, make_card
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load
from v1vlm.twins.energy.mechanisms import MECHANISMS

WHOLE_SCREEN = Battery(entries=("recorded_gabors", "natural", "natural_running"), sites=1)
FLAGGED = {
    "direction": {"gdsi"},
    "depth": {"depth"},
    "clustering": {"clustering"},
    "direction-bias": {"cardinal_directions"},
    "running": {"running_gain"},
    "untuned-pool": {"depth", "gosi_gdsi"},
}
"""Facts that must be missed without a mechanism; without any other, none is."""


def verdicts(spec: str) -> dict[str, str]:
    card = make_card(Rig(load(spec), MemoryStore()), WHOLE_SCREEN)
    return {one.fact.id: one.verdict for one in card.facts}


@pytest.fixture(scope="module")
def _small():
    characterise = importlib.import_module("v1vlm.physiology.characterise")
    judging = importlib.import_module("v1vlm.physiology.facts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characterise, "PROTOCOL", SMALL_PROTOCOL)
        patch.setattr(judging, "THRESHOLDS", (judging.PRIMARY,))
        yield


@pytest.fixture(scope="module")
def usual(_small) -> dict[str, str]:
    return verdicts("")


def test_mechanisms_of_facts_are_switches_of_the_twin() -> None:
    assert {name for fact in facts() for name in fact.mechanisms} <= set(MECHANISMS)


@pytest.mark.parametrize("name", [name for name, m in MECHANISMS.items() if m.usual > 0])
def test_without_a_mechanism_its_facts_are_missed_and_no_others(usual, name) -> None:
    without = verdicts(f"no-{name}")
    lost = {fact for fact, verdict in usual.items() if (verdict, without[fact]) == ("pass", "miss")}
    depends = {fact.id for fact in facts() if name in fact.mechanisms}
    assert lost <= depends
    assert lost >= FLAGGED.get(name, set())
