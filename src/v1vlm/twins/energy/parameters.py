"""The population of the energy twin: who its neurons are, drawn from named distributions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from v1vlm.twins.energy import noise, structure
from v1vlm.twins.energy.mechanisms import RELATIONS, EnergySpec
from v1vlm.twins.energy.samples import Array, Samples

KERNEL_HZ = (1.0, 2.0, 3.0, 4.5, 7.0)
_UNTUNED_INHIBITION = 0.05  # share of untuned drive that is taken away from all
_WEAKLY_SUPPRESSED = 0.44  # of the neurons
_KERNEL_SHARE = (0.30, 0.30, 0.20, 0.12, 0.08)


@dataclass(frozen=True)
class Population:
    """Parameters of every neuron, each an array (neuron,).

    Attributes
    ----------
    x_um, y_um, depth_um
        Position in cortex.
    azimuth_deg, elevation_deg
        Centre of the receptive field.
    direction_deg
        Preferred direction of motion, counter-clockwise from rightwards; the preferred
        orientation is at right angles to it.
    spatial_frequency_cpd, phase_rad, rf_sd_deg, rf_aspect
        The Gabor: `rf_sd_deg` across its stripes, times `rf_aspect` along them.
    kernel
        Which of the temporal kernels `KERNEL_HZ`.
    null_weight
        Weight of the energy of the null direction; negative is opponent.
    simple_share, untuned_share
        Share of half-rectified linear drive, and of drive from the untuned pool.
    c50, surround, surround_sd_deg
        Semi-saturation; strength and reach of divisive surround suppression.
    inverse
        Response to a surround alone, at its largest.
    relation
        0, or one more than the index into `RELATIONS` of what a planted unit answers to.
    baseline, gain, running_gain
        Response to grey, scale, and factor on the response at full running.
    trial_sd
        Relative standard deviation of single trials, for trial noise on request.
    """

    x_um: Array
    y_um: Array
    depth_um: Array
    azimuth_deg: Array
    elevation_deg: Array
    direction_deg: Array
    spatial_frequency_cpd: Array
    phase_rad: Array
    rf_sd_deg: Array
    rf_aspect: Array
    kernel: NDArray[np.intp]
    null_weight: Array
    simple_share: Array
    untuned_share: Array
    c50: Array
    surround: Array
    surround_sd_deg: Array
    inverse: Array
    relation: NDArray[np.intp]
    baseline: Array
    gain: Array
    running_gain: Array
    trial_sd: Array

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @property
    def size(self) -> int:
        """Number of neurons."""
        return int(self.x_um.size)

    def digests(self) -> dict[str, str]:
        """SHA-256 of every parameter, as float32."""
        return {
            field.name: hashlib.sha256(
                np.asarray(getattr(self, field.name), "<f4").tobytes()
            ).hexdigest()
            for field in fields(self)
        }


def draw_population(spec: EnergySpec) -> Population:
    """Draw the neurons.

    Every parameter has its own named generator, and a mechanism that is left out changes only
    the parameter that carries it: variants of a population are the same neurons, and a smaller
    population is the beginning of a larger one.

    Parameters
    ----------
    spec : EnergySpec

    Returns
    -------
    Population
        Distributions hand-fitted to recordings of mouse V1 (Niell & Stryker 2008, Keller et al.
        2020, and the tuning curves of Turishcheva et al. 2023).
    """
    draw = Samples(spec)
    place = structure.places(spec, draw)
    frequency = np.clip(draw.lognormal("spatial_frequency", 0.024, 0.30), 0.008, 0.09)
    size = 2.65 * np.sqrt(0.036 / frequency) * draw.lognormal("rf_sd", 1.0, 0.25)
    return Population(
        **place,
        direction_deg=structure.directions_deg(spec, draw, place["x_um"], place["y_um"]),
        spatial_frequency_cpd=frequency,
        phase_rad=structure.phases_rad(spec, draw),
        rf_sd_deg=np.clip(size, 2.2, 14.0),
        rf_aspect=draw.uniform("rf_aspect", 1.0, 1.6),
        kernel=np.searchsorted(np.cumsum(_KERNEL_SHARE)[:-1], draw.uniform("kernel", 0.0, 1.0)),
        **_drive(spec, draw, place["depth_um"]),
        **_context(spec, draw),
        relation=_relations(spec, draw),
        baseline=0.5 * draw.beta("baseline", 0.33, 9.8),
        gain=draw.lognormal("gain", 1.0, 0.25),
        running_gain=draw.lognormal("running_gain", 1.4, 0.3) ** spec.strength("running"),
        trial_sd=noise.trial_sd(draw),
    )


def _drive(spec: EnergySpec, draw: Samples, depth_um: Array) -> dict[str, Array]:
    simple = draw.beta("simple_share", 0.55, 0.35)
    opponent = 2.0 * draw.beta("null_weight", 1.5, 3.6)
    untuned = draw.beta("untuned_share", 0.92, 2.5) * (1.0 - 0.7 * simple)
    untuned = np.minimum(untuned * structure.untuned_by_depth(spec, depth_um), 1.0)
    untuned -= _UNTUNED_INHIBITION
    return {
        "null_weight": 1.0 - spec.strength("direction") * opponent,
        "simple_share": spec.strength("simple") * simple,
        "untuned_share": spec.strength("untuned-pool") * untuned,
    }


def _context(spec: EnergySpec, draw: Samples) -> dict[str, Array]:
    """Contrast and surround."""
    suppressed = draw.uniform("suppressed", 0.0, 1.0) >= _WEAKLY_SUPPRESSED
    strong, weak = (
        draw.lognormal("surround", 0.85, 0.4),
        draw.lognormal("weak_surround", 1e-4, 0.9),
    )
    surround = np.where(suppressed, strong, weak)
    inverse = draw.uniform("inverse", 0.0, 1.0) < spec.strength("inverse")
    return {
        "c50": np.clip(draw.lognormal("c50", 0.016, 0.3), 0.005, 0.8),
        "surround": spec.strength("surround") * surround,
        "surround_sd_deg": draw.lognormal("surround_sd", 14.0, 0.2),
        "inverse": np.where(inverse, draw.lognormal("inverse_gain", 6.0, 0.3), 0.0),
    }


def _relations(spec: EnergySpec, draw: Samples) -> NDArray[np.intp]:
    chance = draw.uniform("relation", 0.0, 1.0)
    shares = [spec.strength(name) for name in RELATIONS]
    found = np.searchsorted(np.cumsum(shares), chance, side="right") + 1
    return np.where(found <= len(RELATIONS), found, 0).astype(np.intp)
