"""The experiment runs: paint, render and match, guard, show to the twin, summarise."""

from v1vlm.rig.estimates import dense_features, estimate_arm, scores_of
from v1vlm.rig.plan import LEAD_S, DrawPlan, placements
from v1vlm.rig.show import OnPaint, Rig, assets_of

__all__ = [
    "LEAD_S",
    "DrawPlan",
    "OnPaint",
    "Rig",
    "assets_of",
    "dense_features",
    "estimate_arm",
    "placements",
    "scores_of",
]
