"""Studies whose claims are tested again in other mice and twins."""

from __future__ import annotations

from typing import Any

from tests import fakes
from tests.conftest import TEXT, frozen_clock, spec_of
from v1vlm.claims import Finding, Prediction
from v1vlm.journal import (
    Event,
    parse_log,
)
from v1vlm.scientist import Proposal
from v1vlm.study import Study

SUBJECTS = ("second", "third", "other")


class OneClaim(fakes.ScriptedScientist):
    """Asks whether high contrast drives more, with controls; then something that fails."""

    def _propose(self, briefing: Any) -> Any:
        if briefing.step == 1:
            return Proposal(hypothesis=fakes.hypothesis(briefing))
        less = Prediction(direction="less", window_s=(0.0, 0.2))
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=less))


class Different(OneClaim):
    """Asks whether contrasts differ at all."""

    def _propose(self, briefing: Any) -> Any:
        asked = Prediction(direction="different", window_s=(0.0, 0.2))
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=asked))


class Equivalent(OneClaim):
    """Asks whether two like contrasts are equivalent, without controls."""

    def _propose(self, briefing: Any) -> Any:
        asked = Prediction(direction="equivalent", window_s=(0.0, 0.2))
        like = fakes.noise_contrast(0.4, 0.395)
        return Proposal(hypothesis=fakes.hypothesis(briefing, prediction=asked, contrast=like))

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> Any:
        return ()


def spec(*subjects: str, scientist: str = "OneClaim", **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "twin": "tests.subjects:first",
        "scientist": f"{__name__}:{scientist}",
        "num_steps": 2,
        "chunk": 20,
        "replicate": tuple(f"tests.subjects:{name}" for name in subjects),
    }
    return spec_of(**{**fields, **changes})


def run(*subjects: str, **changes: Any) -> Study:
    study = Study.create(spec(*subjects, **changes), TEXT, clock=frozen_clock)
    study.run()
    return study


def events_of(study: Study) -> list[Event]:
    return parse_log(study.store.lines())


def levels_of(finding: Finding) -> dict[str, str]:
    return {one.level: one.outcome for one in finding.levels}
