"""Briefings for the built-in scientist, without any study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Finished
from v1vlm.claims import Finding
from v1vlm.context import parse_context
from v1vlm.scientist import Briefing
from v1vlm.scientist.heuristic import Template

CONTEXTS = {
    "surround": (
        "Surround suppression is contextual modulation: a grating in the surround of the same "
        "orientation suppresses, a cross-oriented surround suppresses less (Keller et al., 2020). "
        "Surround suppression is weak in mice."
    ),
    "natural": (
        "Responses to natural scenes are sparse. Photographs of natural scenes have a spectrum "
        "and higher-order statistics; population sparseness and phase-scrambled natural images "
        "tell them apart (Froudarakis et al., 2014). Natural images matter."
    ),
    "symmetry": (
        "Mirror symmetry is salient. Symmetry of patterns and bilateral symmetry are detected "
        "early in human vision (Wagemans, 1995). Is symmetry coded in V1?"
    ),
}


def briefing_of(text: str, seed: int = 1, **changes: Any) -> Briefing:
    fields: dict[str, Any] = {
        "step": 1,
        "num_steps": 5,
        "attempt": 1,
        "last": False,
        "seed": seed,
        "alpha": 0.05,
        "hypothesis_id": "H1",
        "context": parse_context(text, "context.txt"),
        "twin": {"name": "fake"},
        "physiology": {},
        "attempts": (),
        "findings": (),
        "margins": {},
    }
    return Briefing(**{**fields, **changes})


def never(request: Any, act: Any) -> Any:
    raise AssertionError("the built-in scientist needs no model")


@pytest.fixture
def found(finished: Finished) -> Callable[..., Finding]:
    """A finding on a template, as a study would give it."""
    some = finished.state.findings[0]

    def make(template: Template, name: str = "H1", **changes: Any) -> Finding:
        own = {
            "id": name,
            "title": template.title,
            "statement": template.statement,
            "origin": template.id,
            "measure": template.measure,
            "direction": template.direction,
            "margin": template.margin,
            "controls": (),
            "controls_verdict": "no controls",
        }
        return Finding.from_json({**some.to_json(), **own, **changes})

    return make
