"""With one mechanism of the energy twin switched off, its facts are lost and no others.

Facts of the receptive field and surround, which need the whole protocols, are in test_card.py for
the surround, and for every mechanism in benchmarks/physiology_mechanisms.py.
"""

from __future__ import annotations

import importlib

import pytest
from tests.fakes import SMALL_PROTOCOL

from v1vlm.physiology import Battery, Card, facts, lost, make_card
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
"""Facts that must be lost without a mechanism; without any other, none is."""


def card_of(spec: str) -> Card:
    return make_card(Rig(load(spec), MemoryStore()), WHOLE_SCREEN)


@pytest.fixture(scope="module")
def _small():
    characterise = importlib.import_module("v1vlm.physiology.characterise")
    judging = importlib.import_module("v1vlm.physiology.facts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characterise, "PROTOCOL", SMALL_PROTOCOL)
        patch.setattr(judging, "THRESHOLDS", (judging.PRIMARY,))
        yield


@pytest.fixture(scope="module")
def usual(_small) -> Card:
    return card_of("")


def test_mechanisms_of_facts_are_switches_of_the_twin() -> None:
    assert {name for fact in facts() for name in fact.mechanisms} <= set(MECHANISMS)


@pytest.mark.parametrize("name", [name for name, m in MECHANISMS.items() if m.usual > 0])
def test_without_a_mechanism_its_facts_are_lost_and_no_others(usual, name) -> None:
    gone = set(lost(card_of(f"no-{name}"), usual))
    assert gone <= {fact.id for fact in facts() if name in fact.mechanisms}
    assert gone >= FLAGGED.get(name, set())
