"""The experiment runs: paint, render and match, guard, show to the twin, summarise."""

from v1vlm.rig.estimates import dense_features, estimate_arm, scores_of
from v1vlm.rig.inspecting import Sighting, inspect, look_at
from v1vlm.rig.plan import LEAD_S, DrawPlan, placements
from v1vlm.rig.show import OnPaint, Rig, assets_of

__all__ = [
    "LEAD_S",
    "DrawPlan",
    "OnPaint",
    "Rig",
    "Sighting",
    "assets_of",
    "dense_features",
    "estimate_arm",
    "inspect",
    "look_at",
    "placements",
    "scores_of",
]
