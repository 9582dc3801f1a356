"""A small suite on the small twins, run once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from v1vlm.gym import Plan, StudyRecord, Tested, Truth, load_suite, plans_of, run_plan
from v1vlm.store import MemoryStore

SUITE = str(Path(__file__).parent / "suite.toml")
SMALL: dict[str, Any] = {"pilot_draws": 8, "chunk": 10, "draws_max": 60, "estimate_draws": 20}


@pytest.fixture(scope="package", autouse=True)
def small_protocol():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        yield


@pytest.fixture(scope="package")
def memo() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(scope="package")
def plans() -> list[Plan]:
    return plans_of(load_suite(SUITE), 1, **SMALL)


@pytest.fixture(scope="package")
def records(plans, memo) -> list[StudyRecord]:
    return [run_plan(plan, memo)[0] for plan in plans]


def claim_of(**changes: Any) -> Tested:
    fields: dict[str, Any] = {
        "case": "case",
        "kind": "easy",
        "measure": "permi",
        "direction": "greater",
        "margin": 0.05,
        "clip_bound": 0.3,
        "verdict": "supported",
        "controls_verdict": "no controls",
        "scope": "this twin's population",
        "estimate": 0.1,
        "interval": (0.08, 0.12),
        "sd": 0.1,
        "n_draws": 200,
        "n_controls": 0,
        "stopped_at": 40,
        "n_neurons": 30,
        "truth": Truth(mean=0.1, se=0.001, sd=0.1, n=10_000),
        "answer": "true",
    }
    return Tested(**{**fields, **changes})


def record_of(*claims: Tested, twin: str = "energy:population=1") -> StudyRecord:
    plan = Plan(twin=twin, seed=1, num_steps=5)
    return StudyRecord(plan=plan, counts={"refused": 0}, tested=claims)
