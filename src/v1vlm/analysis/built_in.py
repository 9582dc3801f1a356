"""What a measure is, and those that come with the laboratory.

Every measure is a function of features *averaged over neurons*, so that leaving out, repeating
or resampling neurons is reweighting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from v1vlm.errors import InputError

Array = NDArray[np.floating[Any]]

# Share of a neuron's reference below which nothing is told apart: a twin's responses to a
# stimulus alone and in a batch may differ by 1e-5, and ranks or ratios of that are noise.
SILENT = 1e-4

NEAR_DEG, FAR_DEG = 8.0, 16.0
"""Near a feature is within about two SD of a receptive field; far is beyond four."""

EARLY, LATE = (0.05, 0.25), (0.4, 1.0)
"""Shares of the window that are early and late: .05–.25 s and .4–1 s of one second, as the
secondary windows of every estimate are (`v1vlm.rig.plan.SECONDARY_S`, in seconds)."""


@dataclass(frozen=True)
class Measure:
    """A named number computed from the responses to one draw.

    Attributes
    ----------
    name : str
    definition : str
        One sentence with the formula.
    reference : str
        Where it comes from.
    bound : float
        The score never exceeds it in absolute value.
    default_margin : float
        Smallest effect worth a claim, unless a prediction says otherwise.
    conditions : {"pair", "series", "factorial"}
        Two conditions (a, b); three and more in order; or four, two pairs (a, b) one after
        the other.
    summarise : callable
        Responses (condition, neuron, time) to float32 (feature, neuron).
    score : callable
        Features averaged over neurons, (..., feature) to (...); NaN marks an invalid draw.
    members : (int, int) or None
        Features that hold the mean responses to a and to b (see `population_index`).
    label : str
        Name in words, for readers; without one, the name.
    placed : bool
        `summarise` is also given the distance (neuron,) in degrees of each receptive field
        from the nearest feature of the stimulus, or from its centre if it has none.
    """

    name: str
    definition: str
    reference: str
    bound: float
    default_margin: float
    conditions: Literal["pair", "series", "factorial"]
    summarise: Callable[..., NDArray[np.float32]]
    score: Callable[[Array], Array]
    members: tuple[int, int] | None = None
    label: str = ""
    placed: bool = False

    def fits(self, n_families: int) -> bool:
        """Whether a contrast of so many families can be measured."""
        if self.conditions == "series":
            return n_families >= 3
        return n_families == (2 if self.conditions == "pair" else 4)


def _members(responses: Array) -> tuple[Array, Array]:
    """Mean response (neuron,) to a and to b, rectified so that indices keep their bounds."""
    if len(responses) != 2:
        raise InputError(
            f"This measure compares a pair; it was given {len(responses)} conditions.",
            "Use it with a contrast of two families, or choose a measure of a series.",
        )
    a, b = np.maximum(responses.mean(axis=2, dtype=np.float64), 0.0)
    return a, b


def modulation(features: Array) -> Array:
    """(a − b)/(a + b) of the last axis (a, b); NaN where both are silent."""
    a, b = features[..., 0], features[..., 1]
    index: Array = np.full(np.shape(a), np.nan)
    np.divide(a - b, a + b, out=index, where=a + b > SILENT)
    return index


def _first(features: Array) -> Array:
    return features[..., 0]


def _summarise_permi(responses: Array) -> NDArray[np.float32]:
    a, b = _members(responses)
    index = np.nan_to_num(modulation(np.stack([a, b], axis=-1)))
    return np.stack([index, a, b]).astype(np.float32)


def _summarise_population(responses: Array) -> NDArray[np.float32]:
    return np.stack(_members(responses)).astype(np.float32)


def _summarise_delta(responses: Array) -> NDArray[np.float32]:
    a, b = _members(responses)
    raw_a, raw_b = responses.mean(axis=2, dtype=np.float64)
    return np.stack([np.clip(raw_a - raw_b, -1.0, 1.0), a, b]).astype(np.float32)


def _summarise_late_minus_early(responses: Array) -> NDArray[np.float32]:
    n = responses.shape[2]
    early, late = (
        _summarise_permi(responses[:, :, round(start * n) : max(round(stop * n), 1)])
        for start, stop in (EARLY, LATE)
    )
    return np.stack([late[0] - early[0], *_members(responses)]).astype(np.float32)


def _summarise_near_minus_far(responses: Array, distance_deg: Array) -> NDArray[np.float32]:
    index, a, b = _summarise_permi(responses)
    near, far = distance_deg <= NEAR_DEG, distance_deg >= FAR_DEG
    return np.stack([index * near, near, index * far, far, a, b]).astype(np.float32)


def _near_minus_far(features: Array) -> Array:
    near, far = (_ratio(features[..., i], features[..., i + 1]) for i in (0, 2))
    return near - far


def _ratio(total: Array, share: Array) -> Array:
    ratio: Array = np.full(np.shape(total), np.nan)
    np.divide(total, share, out=ratio, where=share > 0)
    return ratio


def _summarise_interaction(responses: Array) -> NDArray[np.float32]:
    if len(responses) != 4:
        raise InputError(
            f"An interaction compares two pairs; it was given {len(responses)} conditions.",
            "Use it with a contrast of four families: a and b, then a and b again.",
        )
    first, second = _summarise_permi(responses[:2]), _summarise_permi(responses[2:])
    return np.stack([first[0] - second[0], *first[1:], *second[1:]])


def _summarise_rank(responses: Array) -> NDArray[np.float32]:
    if len(responses) < 2:
        raise InputError(
            f"A rank correlation needs two levels and more, not {len(responses)}.",
            "Use it with a contrast of several ordered families.",
        )
    means = responses.mean(axis=2, dtype=np.float64)
    ranks = rankdata(means, axis=0)
    ranks -= ranks.mean(axis=0)
    levels = np.arange(len(means)) - (len(means) - 1) / 2
    spread = np.sqrt((ranks**2).sum(axis=0) * (levels**2).sum())
    rho = np.zeros(means.shape[1])
    # Not "above": an unmeasured (NaN) neuron is to stay NaN, so that it does not count.
    np.divide(levels @ ranks, spread, out=rho, where=~(np.ptp(means, axis=0) <= SILENT))
    return rho[None].astype(np.float32)


def _summarise_sparseness(responses: Array) -> NDArray[np.float32]:
    a, b = _members(responses)
    return np.stack([a, a**2, b, b**2]).astype(np.float32)


def _sparseness_difference(features: Array) -> Array:
    difference: Array = _sparseness(features[..., :2]) - _sparseness(features[..., 2:])
    return difference


def _sparseness(moments: Array) -> Array:
    mean, square = moments[..., 0], moments[..., 1]
    share: Array = np.full(np.shape(mean), np.nan)
    np.divide(mean**2, square, out=share, where=mean > SILENT)
    # Rounding of the stored float32 squares can carry the share past one.
    sparseness: Array = 1.0 - np.minimum(share, 1.0)
    return sparseness


BUILT_IN = {
    item.name: item
    for item in (
        Measure(
            name="permi",
            label="mean modulation index",
            definition=(
                "Mean over neurons of the modulation index (a − b)/(a + b) of the mean "
                "responses, 0 for a neuron silent to both."
            ),
            reference="Michelson contrast per neuron; e.g. Keller et al. 2020, Neuron",
            bound=1.0,
            default_margin=0.05,
            conditions="pair",
            summarise=_summarise_permi,
            score=_first,
            members=(1, 2),
        ),
        Measure(
            name="population_mi",
            label="population modulation index",
            definition=(
                "Modulation index of the population mean, (ΣA − ΣB)/(ΣA + ΣB), each neuron in "
                "units of its reference response."
            ),
            reference="Michelson contrast of the summed response",
            bound=1.0,
            default_margin=0.05,
            conditions="pair",
            summarise=_summarise_population,
            score=modulation,
            members=(0, 1),
        ),
        Measure(
            name="delta_ref",
            label="mean response difference",
            definition=(
                "Mean over neurons of clip((R_a − R_b)/S, ±1), S being the neuron's 95th "
                "percentile over natural crops minus grey."
            ),
            reference="v1vlm; response differences in units of the natural response range",
            bound=1.0,
            default_margin=0.05,
            conditions="pair",
            summarise=_summarise_delta,
            score=_first,
            members=(1, 2),
        ),
        Measure(
            name="late_minus_early",
            label="late minus early modulation",
            definition=(
                "Mean over neurons of the modulation index (a − b)/(a + b) in the last 60 % of "
                "the window minus that from 5 to 25 % of it."
            ),
            reference="after Lamme 1995, J. Neurosci.: figure–ground modulation comes late",
            bound=2.0,
            default_margin=0.03,
            conditions="pair",
            summarise=_summarise_late_minus_early,
            score=_first,
            members=(1, 2),
        ),
        Measure(
            name="near_minus_far",
            label="near-minus-far modulation",
            definition=(
                "Mean modulation index (a − b)/(a + b) of the neurons with receptive fields "
                f"within {NEAR_DEG:g}° of a feature (junction, gap, edge) minus that of those at "
                f"{FAR_DEG:g}° and beyond."
            ),
            reference="v1vlm; whether an effect is bound to a place in the image",
            bound=2.0,
            default_margin=0.05,
            conditions="pair",
            summarise=_summarise_near_minus_far,
            score=_near_minus_far,
            members=(4, 5),
            placed=True,
        ),
        Measure(
            name="interaction",
            label="difference of two modulation indices",
            definition=(
                "Mean over neurons of (a − b)/(a + b) of the first pair minus (a − b)/(a + b) of "
                "the second one."
            ),
            reference="interaction contrast of a 2 × 2 design, on Michelson contrasts",
            bound=2.0,
            default_margin=0.05,
            conditions="factorial",
            summarise=_summarise_interaction,
            score=_first,
        ),
        Measure(
            name="rank",
            label="mean rank correlation",
            definition=(
                "Mean over neurons of the Spearman correlation of the mean response with the "
                "index of the level, 0 for a constant response."
            ),
            reference="Spearman 1904",
            bound=1.0,
            default_margin=0.1,
            conditions="series",
            summarise=_summarise_rank,
            score=_first,
        ),
        Measure(
            name="sparseness",
            label="difference in population sparseness",
            definition=(
                "Population sparseness S(a) − S(b) with S(r) = 1 − (Σr/n)²/(Σr²/n) over the n "
                "neurons, without the factor 1/(1 − 1/n) of a finite population."
            ),
            reference="Vinje & Gallant 2000, Science; Froudarakis et al. 2014, Nat. Neurosci.",
            bound=1.0,
            default_margin=0.05,
            conditions="pair",
            summarise=_summarise_sparseness,
            score=_sparseness_difference,
            members=(0, 2),
        ),
    )
}
"""The measures, by name."""
