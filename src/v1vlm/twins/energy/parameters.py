"""The population of the energy twin: who its neurons are, drawn from named distributions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from v1vlm.records import Record, rng_of

Array = NDArray[np.float64]

MECHANISMS = ("direction", "normalisation", "simple", "surround", "untuned-pool")
"""What can be left out of the twin by ``no-NAME``."""

FIELD_UM = 615.0
"""Side of the imaged field (Turishcheva et al. 2023)."""

KERNEL_HZ = (1.0, 2.0, 3.0, 4.5, 7.0)
_KERNEL_SHARE = (0.30, 0.30, 0.20, 0.12, 0.08)


class EnergySpec(Record):
    """Which energy twin: its size, its population and the mechanisms it lacks."""

    neurons: int = Field(1000, ge=1, le=20_000)
    population: int = Field(1, ge=0)
    without: tuple[str, ...] = ()

    @field_validator("without")
    @classmethod
    def _known_once_sorted(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(value) - set(MECHANISMS))
        if unknown:
            raise ValueError(f"unknown mechanism {unknown[0]!r}")
        return tuple(sorted(set(value)))

    @property
    def name(self) -> str:
        """The specification that loads this twin."""
        parts = [f"no-{mechanism}" for mechanism in self.without]
        for option in ("neurons", "population"):
            if getattr(self, option) != type(self).model_fields[option].default:
                parts.append(f"{option}={getattr(self, option)}")
        return "energy" + (":" + ",".join(parts) if parts else "")


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
    c50, surround
        Semi-saturation, and strength of divisive surround suppression.
    baseline, gain, running_gain
        Response to grey, scale, and factor on the response at full running.
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
    baseline: Array
    gain: Array
    running_gain: Array

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


def centre_deg(spec: EnergySpec) -> tuple[float, float]:
    """Azimuth and elevation of the population's centre, within 5° of the screen's."""
    rng = rng_of("energy", spec.population, "centre")
    radius, angle = 5.0 * np.sqrt(rng.uniform()), rng.uniform(0.0, 2.0 * np.pi)
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


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
    draw = _Draw(spec)
    place = _places(spec, draw)
    frequency = np.clip(draw.lognormal("spatial_frequency", 0.025, 0.30), 0.008, 0.09)
    size = 4.0 * np.sqrt(0.036 / frequency) * draw.lognormal("rf_sd", 1.0, 0.25)
    simple = draw.beta("simple_share", 0.6, 0.3)
    null_weight = 1.0 - 2.0 * draw.beta("null_weight", 1.01, 0.98)
    untuned = draw.beta("untuned_share", 0.92, 2.49) * (1.0 - 0.7 * simple)
    suppressed = draw.uniform("suppressed", 0.0, 1.0) >= 0.4
    surround = np.where(suppressed, draw.lognormal("surround", 4.5, 0.9), 0.0)
    return Population(
        **place,
        direction_deg=draw.uniform("direction", 0.0, 360.0),
        spatial_frequency_cpd=frequency,
        phase_rad=draw.uniform("phase", 0.0, 2.0 * np.pi),
        rf_sd_deg=np.clip(size, 2.2, 14.0),
        rf_aspect=draw.uniform("rf_aspect", 1.0, 1.6),
        kernel=np.searchsorted(np.cumsum(_KERNEL_SHARE)[:-1], draw.uniform("kernel", 0.0, 1.0)),
        null_weight=draw.unless("direction", null_weight, 1.0),
        simple_share=draw.unless("simple", simple, 0.0),
        untuned_share=draw.unless("untuned-pool", untuned, 0.0),
        c50=np.clip(draw.lognormal("c50", 0.13, 0.35), 0.04, 0.8),
        surround=draw.unless("surround", surround, 0.0),
        baseline=0.5 * draw.beta("baseline", 0.33, 9.8),
        gain=draw.lognormal("gain", 1.0, 0.5),
        running_gain=draw.lognormal("running_gain", 1.4, 0.3),
    )


def _places(spec: EnergySpec, draw: _Draw) -> dict[str, Array]:
    x, y = draw.uniform("x", 0.0, FIELD_UM), draw.uniform("y", 0.0, FIELD_UM)
    rng = rng_of("energy", spec.population, "retinotopy")
    span, turn = rng.uniform(20.0, 40.0, 2), rng.uniform(0.0, 2.0 * np.pi)
    along, across = span[0] * (x / FIELD_UM - 0.5), span[1] * (y / FIELD_UM - 0.5)
    azimuth, elevation = centre_deg(spec)
    return {
        "x_um": x,
        "y_um": y,
        "depth_um": 200.0 + 25.0 * np.floor(draw.uniform("depth", 0.0, 10.0)),
        "azimuth_deg": azimuth
        + np.cos(turn) * along
        - np.sin(turn) * across
        + draw.normal("azimuth", 5.0),
        "elevation_deg": elevation
        + np.sin(turn) * along
        + np.cos(turn) * across
        + draw.normal("elevation", 5.0),
    }


class _Draw:
    """Samples (neuron,) from generators named after the parameter."""

    def __init__(self, spec: EnergySpec) -> None:
        self._spec = spec

    def _rng(self, name: str) -> np.random.Generator:
        return rng_of("energy", self._spec.population, "neuron", name)

    def uniform(self, name: str, low: float, high: float) -> Array:
        return self._rng(name).uniform(low, high, self._spec.neurons)

    def normal(self, name: str, sd: float) -> Array:
        return sd * self._rng(name).standard_normal(self._spec.neurons)

    def lognormal(self, name: str, median: float, sd: float) -> Array:
        return median * np.exp(self.normal(name, sd))

    def beta(self, name: str, a: float, b: float) -> Array:
        return self._rng(name).beta(a, b, self._spec.neurons)

    def unless(self, mechanism: str, values: Array, absent: float) -> Array:
        return np.full_like(values, absent) if mechanism in self._spec.without else values
