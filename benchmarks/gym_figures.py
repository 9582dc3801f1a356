"""Figures of the gym's page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from v1vlm.analysis.evidence import processes
from v1vlm.gym import StudyRecord, Tested
from v1vlm.gym.scores import is_effect, is_false, is_supported, share, size, spread

IMAGES = Path(__file__).parent.parent / "docs" / "images"
BINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 20.0)


def draw_figures(given: Sequence[StudyRecord], unseen: Sequence[StudyRecord]) -> None:
    """Power, evidence in the suites, and evidence in null studies, as SVG in docs/images."""
    plt.rcParams.update(
        {"svg.hashsalt": "gym", "axes.spines.top": False, "axes.spines.right": False}
    )
    _power_curve(given, IMAGES / "gym-power.svg")
    _trajectories(given, IMAGES / "gym-evidence.svg")
    if unseen:
        _null_evidence(unseen, IMAGES / "gym-nulls.svg")


def _saved(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _trajectories(records: Sequence[StudyRecord], path: Path) -> None:
    """Evidence for the claim, draw by draw: a few of every answer and kind of effect."""
    figure, axes = plt.subplots(1, 3, figsize=(7.4, 2.9), sharey=True, layout="constrained")
    panels = (
        ("true, at least twice the margin", lambda t: is_effect(t) and size(t) >= 2),
        ("true, less than that", lambda t: is_effect(t) and size(t) < 2),
        ("false", lambda t: is_false(t) and t.direction != "equivalent"),
    )
    for axis, (name, chosen) in zip(axes, panels, strict=True):
        every = [t for r in records for t in r.tested if t.values and chosen(t)]
        for tested in every[:: max(1, len(every) // 60)]:
            d = np.array(tested.values)
            support, _ = processes(d, tested.direction, tested.margin, tested.clip_bound)
            support = support[: tested.stopped_at]
            evidence = np.clip(np.log10(np.maximum(support, 1e-9)), -3, 4)
            axis.plot(np.arange(1, len(d) + 1)[: len(evidence)], evidence, lw=0.6, alpha=0.5)
        thresholds = {tested.threshold for tested in every}
        for threshold in (min(thresholds), max(thresholds)) if thresholds else ():
            axis.axhline(np.log10(threshold), color="0.4", lw=0.8, ls="--")
        axis.set_title(f"{name} ({len(every)})", fontsize=9)
        axis.set_xscale("log")
        axis.set_xlabel("test draws")
    axes[0].set_ylabel("log₁₀ evidence for the claim")
    _saved(figure, path)


def _null_evidence(records: Sequence[StudyRecord], path: Path) -> None:
    """Where the evidence for an effect stood, at the end, in studies where there is none."""
    ended = [t for r in records for t in r.tested if t.direction != "equivalent"]
    evidence = np.clip([np.log10(max(t.e_value, 1e-4)) for t in ended], -4, 3)
    figure, axis = plt.subplots(figsize=(5.2, 2.8), layout="constrained")
    axis.hist(evidence, bins=np.linspace(-4, 3, 57), color="0.6")
    least = min((t.threshold for t in ended), default=100.0)
    axis.axvline(np.log10(least), color="tab:red", lw=1, ls="--", label="lowest threshold")
    axis.set_yscale("log")
    axis.set_xlabel("log₁₀ evidence for an effect where the test ended")
    axis.set_ylabel("hypotheses")
    axis.legend(frameon=False)
    _saved(figure, path)


def _power_curve(records: Sequence[StudyRecord], path: Path) -> None:
    """Share supported against the true effect in the claimed direction, by spread of draws."""
    figure, axis = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    spreads = ((0.0, 0.12, "SD ≤ .12"), (0.12, 0.2, "SD .12–.20"), (0.2, 9.0, "SD > .20"))
    for offset, (low, high, name) in enumerate(spreads):
        places, rates = [], []
        for start, stop in pairwise(BINS):
            rate = share(
                records,
                lambda t, a=start, b=stop, low=low, high=high: (
                    t.direction != "equivalent"
                    and low < spread(t) <= high
                    and a <= max(claimed(t), 0.0) < b
                ),
                is_supported,
            )
            if rate.n:
                places.append(BINS.index(start) + 0.3 + 0.2 * offset)
                rates.append(rate)
        values = np.array([rate.value for rate in rates])
        bars = np.array([[r.value - r.low, r.high - r.value] for r in rates]).T
        axis.errorbar(places, values, np.maximum(bars, 0), fmt="o-", ms=4, lw=1, label=name)
    axis.axvline(BINS.index(1.0), color="0.6", lw=0.8, ls="--")
    axis.set_xticks(range(len(BINS)), [f"{edge:g}" for edge in BINS])
    axis.set_xlabel("true effect in the claimed direction, in margins (bins)")
    axis.set_ylabel("share supported")
    axis.legend(frameon=False)
    _saved(figure, path)


def claimed(tested: Tested) -> float:
    """True effect in margins, positive in the direction of the claim."""
    if tested.truth is None:
        return float("nan")
    sign = {"greater": 1.0, "less": -1.0}.get(tested.direction)
    mean = tested.truth.mean
    return (abs(mean) if sign is None else sign * mean) / tested.margin
