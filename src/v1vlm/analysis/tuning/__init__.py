"""Tuning of response curves (neuron, condition): plain numpy, all neurons at once.

What cannot be measured of a neuron is NaN, so that it can be counted, never left out.
"""

from v1vlm.analysis.tuning.context import (
    SizeTuning,
    amplitude,
    cmi,
    f1_f0,
    plaid_class,
    plaid_correlations,
    size_tuning,
    smi,
)
from v1vlm.analysis.tuning.cortex import median_by_depth, orientation_clustering
from v1vlm.analysis.tuning.curves import (
    ContrastFits,
    FrequencyFits,
    OrientationFits,
    fit_contrast,
    fit_frequency,
    fit_orientation,
    peak_of,
    preferred_sf_cpd,
)
from v1vlm.analysis.tuning.ensembles import d_prime, lifetime_sparseness
from v1vlm.analysis.tuning.selectivity import (
    dsi,
    gdsi,
    gosi,
    osi,
    preferred_direction_deg,
    preferred_orientation_deg,
)
from v1vlm.analysis.tuning.significance import adjusted_p, selectivity_p

__all__ = [
    "ContrastFits",
    "FrequencyFits",
    "OrientationFits",
    "SizeTuning",
    "adjusted_p",
    "amplitude",
    "cmi",
    "d_prime",
    "dsi",
    "f1_f0",
    "fit_contrast",
    "fit_frequency",
    "fit_orientation",
    "gdsi",
    "gosi",
    "lifetime_sparseness",
    "median_by_depth",
    "orientation_clustering",
    "osi",
    "peak_of",
    "plaid_class",
    "plaid_correlations",
    "preferred_direction_deg",
    "preferred_orientation_deg",
    "preferred_sf_cpd",
    "selectivity_p",
    "size_tuning",
    "smi",
]
