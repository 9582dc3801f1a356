"""The figure of a protocol: tuning of the population, and its measures beside the recorded."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from v1vlm.analysis.tuning.labelled import above_grey
from v1vlm.analysis.tuning.outcomes import SHARES
from v1vlm.figures.card import Panel, card_figure
from v1vlm.figures.sheet import FigureFile
from v1vlm.figures.tuning import Curves, Series, tuning_figure
from v1vlm.physiology.card import GRID
from v1vlm.physiology.classical import Measured
from v1vlm.physiology.reference import Fact, facts, mouse_b
from v1vlm.protocols import Protocol, ReceptiveFields

Float = NDArray[np.float64]

MAIN = {
    "receptive_fields": ("rf_azimuth_deg", "rf_elevation_deg", "rf_sd_deg", "rf_r2"),
    "direction": ("gosi", "dsi", "hwhm_deg"),
    "recorded_gabors": ("gosi", "gdsi", "osi"),
    "spatial_frequency": ("preferred_sf_cpd", "sf_bandwidth_octaves"),
    "temporal_frequency": ("preferred_tf_hz", "tf_bandwidth_octaves"),
    "contrast": ("c50", "exponent"),
    "size": ("preferred_size_deg", "suppression_index", "iti"),
    "onset": ("classical_latency_s", "inverse_delay_s"),
    "surround": ("cmi", "smi_iso", "smi_cross"),
    "plaid": ("pattern_z", "component_z"),
    "phase": ("f1_f0", "static_f1_f0"),
    "natural": ("texture_index", "sparseness", "scrambled_sparseness"),
}
"""Measures that are drawn, of each protocol."""

_AXES = {"surround": ("surround", "contrast"), "natural": ("ensemble", None)}
_TRIALS = ("phase_deg", "turn_deg", "image", "combination")
_LABELS = {
    "rf_azimuth_deg": "azimuth (°)", "rf_elevation_deg": "elevation (°)",
    "rf_sd_deg": "SD (°)", "rf_r2": "variance explained",
    "gosi": "gOSI", "gdsi": "gDSI", "osi": "OSI", "dsi": "DSI", "cmi": "CMI", "iti": "ITI",
    "smi_iso": "SMI, iso", "smi_cross": "SMI, cross", "hwhm_deg": "half width (°)",
    "preferred_size_deg": "preferred size (°)", "suppression_index": "suppression index",
    "pattern_z": "Zp", "component_z": "Zc", "f1_f0": "F1/F0",
}  # fmt: skip


def protocol_figure(measured: Measured) -> FigureFile:
    """Draw what a protocol gave; neurons that answer nothing are left out.

    Curves are each neuron's responses above grey (with grey, where it is part of the curve) in
    units of its largest; those to directions are turned so that the largest is at 0°.
    """
    kind = str(measured.protocol.to_json()["kind"])
    if isinstance(measured.protocol, ReceptiveFields):
        return card_figure(_panels(measured, kind))
    return tuning_figure(_curves(measured, kind), _panels(measured, kind))


def _curves(measured: Measured, kind: str) -> Curves:
    assert isinstance(measured.protocol, Protocol)
    responses = measured.curves[measured.protocol.reads[0]]
    if "time" in responses.dims:
        return _courses(responses, measured)
    rates = responses
    if measured.protocol.baseline == "grey":
        rates = above_grey(responses, measured.curves["grey"])
    along, by = _AXES.get(kind, (None, None))
    others = [str(d) for d in rates.dims if d not in ("neuron", *_TRIALS)]
    numeric = [d for d in others if rates[d].dtype.kind == "f"]
    along = along or (numeric or others)[0]
    by = by or next((d for d in others if d != along and kind not in _AXES), None)
    keep = ["neuron", *([by] if by else []), along]
    mean = rates.mean([d for d in rates.dims if d not in keep]).transpose(*keep)
    if by is None:
        mean = mean.expand_dims("only", 1)
    values = mean.values
    largest = values.max(axis=(1, 2), initial=0.0)
    some = np.isfinite(largest) & (largest > 0)
    shares = values[some] / largest[some, None, None]
    x = rates[along].values
    if along == "direction_deg":
        shares, x = _turned(shares, x)
    names = [""] if by is None else [_said(by, value) for value in rates[by].values.tolist()]
    return Curves(_label(along), x.tolist(), _series(names, shares), int(some.sum()))


def _courses(responses: xr.DataArray, measured: Measured) -> Curves:
    rates = above_grey(responses, measured.curves["grey"])
    mean = rates.mean([d for d in rates.dims if d not in ("neuron", "aperture", "time")])
    values = mean.transpose("neuron", "aperture", "time").values
    largest = values.max(axis=(1, 2), initial=0.0)
    some = np.isfinite(largest) & (largest > 0)
    shares = values[some] / largest[some, None, None]
    names = [str(name) for name in rates["aperture"].values]
    times = [float(t) for t in rates["time"].values]
    return Curves("time (s)", times, _series(names, shares), int(some.sum()))


def _turned(shares: Float, directions: Float) -> tuple[Float, Float]:
    """Curves (neuron, series, direction) turned to the best direction, from −180°."""
    n = len(directions)
    best = shares.sum(axis=1).argmax(axis=1)
    steps = np.arange(n) - n // 2
    index = (best[:, None] + steps) % n
    turned: Float = np.take_along_axis(shares, index[:, None, :], axis=2)
    return turned, np.asarray(360.0 / n * steps, np.float64)


def _series(names: list[str], shares: Float) -> list[Series]:
    if not len(shares):
        return []
    quartiles = np.quantile(shares, [0.5, 0.25, 0.75], axis=0)
    return [
        Series(name, *(quartile[k].tolist() for quartile in quartiles))
        for k, name in enumerate(names)
    ]


def _panels(measured: Measured, kind: str) -> list[Panel]:
    made = []
    for name in MAIN[kind]:
        values = measured.measures[name].values
        values = values[np.isfinite(values)]
        found = values.size and name not in SHARES
        fact = _fact(f"{kind}.{name}")
        reference, passes = None, None
        if fact is not None and fact.reference is not None:
            table = mouse_b().distribution(fact.reference)
            reference = table.quantiles.tolist(), table.probabilities.tolist()
        elif fact is not None and fact.low is not None and fact.high is not None:
            passes = fact.low, fact.high
        made.append(
            Panel(
                title="",
                x_label=_LABELS.get(name, name.replace("_", " ")),
                n=int(values.size),
                x=np.quantile(values, GRID).tolist() if found else (),
                y=GRID if found else (),
                reference=reference,
                passes=passes,
                median=None if fact is None else fact.published,
            )
        )
    return made


def _fact(value: str) -> Fact | None:
    about = ("median", "ks")
    return next((f for f in facts() if f.values == (value,) and f.statistic in about), None)


def _label(dim: str) -> str:
    name, _, unit = dim.rpartition("_")
    units = {"deg": "°", "hz": "Hz", "cpd": "cycles/°"}
    if dim == "direction_deg":
        return "direction from the best (°)"
    return f"{name.replace('_', ' ')} ({units[unit]})" if unit in units else dim.replace("_", " ")


def _said(dim: str, value: float | str) -> str:
    return f"{dim} {value:g}" if isinstance(value, float) else str(value)
