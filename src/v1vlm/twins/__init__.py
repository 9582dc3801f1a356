"""Who responds: digital twins behind one narrow protocol."""

from __future__ import annotations

from v1vlm.twins.base import (
    Behaviour,
    BehaviourLike,
    Differentiable,
    Twin,
    TwinCard,
    answered,
    check_frames,
    check_levels,
    check_neurons,
)
from v1vlm.twins.validate import checked, validate_twin

__all__ = [
    "Behaviour",
    "BehaviourLike",
    "Differentiable",
    "Twin",
    "TwinCard",
    "answered",
    "check_frames",
    "check_levels",
    "check_neurons",
    "checked",
    "validate_twin",
]
