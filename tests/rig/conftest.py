"""A rig on the fake twin, whose neurons have been characterised with few stimuli."""

from __future__ import annotations

import pytest

from tests import fakes
from v1vlm.analysis.neurons import Physiology
from v1vlm.physiology import characterise, load_physiology
from v1vlm.rig import DrawPlan, Rig
from v1vlm.store import MemoryStore


@pytest.fixture(scope="session")
def physiology() -> Physiology:
    rig = Rig(fakes.FakeTwin(), MemoryStore())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        return load_physiology(characterise(rig), rig.store.get)


@pytest.fixture
def rig() -> Rig:
    return Rig(fakes.FakeTwin(), MemoryStore(), fakes.FakeGenerator())


@pytest.fixture
def plan(physiology: Physiology) -> DrawPlan:
    return DrawPlan(
        contrast=fakes.noise_contrast(0.6, 0.3),
        rule=fakes.RULE,
        measure="permi",
        window_s=(0.0, 0.2),
        seeds=tuple(range(100, 123)),
        twin="fake-1-40",
        physiology=physiology.digest,
    )
