"""Where neurons lie and what they prefer: structure recorded in mouse V1, planted.

Figures are those of mouse B of Turishcheva et al. 2023 unless another source is named.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import rng_of
from v1vlm.twins.energy.mechanisms import EnergySpec
from v1vlm.twins.energy.samples import Array, Samples

FIELD_UM = 615.0
"""Side of the imaged field (Turishcheva et al. 2023)."""

DEPTHS_UM = tuple(200.0 + 25.0 * plane for plane in range(10))
"""The imaged planes."""

_CLUSTERS = ((20.0, 0.20), (110.0, 0.035))
"""Reach (µm, SD) of the fields that neighbours share, and their share of the variance."""

_FEATURES = 400  # cosines per field; a field of 615 µm at a reach of 20 µm holds about 250 patches

_VERTICAL_BIAS = 0.25  # 33 % of selective neurons prefer 90/270°, 20 % prefer 0/180°

_UNTUNED_BY_DEPTH = ((200.0, 225.0, 300.0, 375.0, 400.0, 425.0), (0.8, 1.1, 1.2, 1.0, 0.8, 0.35))
"""Depth (µm), and factor on the share of untuned drive there."""

_OFF_CONCENTRATION = 0.6
"""Of the phases of receptive fields about that of a dark centre."""


def centre_deg(spec: EnergySpec) -> tuple[float, float]:
    """Azimuth and elevation of the population's centre, within 5° of the screen's."""
    rng = rng_of("energy", spec.population, "centre")
    radius, angle = 5.0 * np.sqrt(rng.uniform()), rng.uniform(0.0, 2.0 * np.pi)
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def places(spec: EnergySpec, draw: Samples) -> dict[str, Array]:
    """Cortical position, and the centre of the receptive field: affine in it, with scatter."""
    x, y = draw.uniform("x", 0.0, FIELD_UM), draw.uniform("y", 0.0, FIELD_UM)
    seen_x, seen_y = x, y
    if not spec.strength("retinotopy"):
        seen_x = draw.uniform("x without retinotopy", 0.0, FIELD_UM)
        seen_y = draw.uniform("y without retinotopy", 0.0, FIELD_UM)
    rng = rng_of("energy", spec.population, "retinotopy")
    span, turn = rng.uniform(20.0, 40.0, 2), rng.uniform(0.0, 2.0 * np.pi)
    along, across = span[0] * (seen_x / FIELD_UM - 0.5), span[1] * (seen_y / FIELD_UM - 0.5)
    azimuth, elevation = centre_deg(spec)
    azimuth = azimuth + np.cos(turn) * along - np.sin(turn) * across
    elevation = elevation + np.sin(turn) * along + np.cos(turn) * across
    return {
        "x_um": x,
        "y_um": y,
        "depth_um": np.array(DEPTHS_UM)[np.floor(draw.uniform("depth", 0.0, 10.0)).astype(int)],
        "azimuth_deg": azimuth + draw.normal("azimuth", 5.0),
        "elevation_deg": elevation + draw.normal("elevation", 5.0),
    }


def directions_deg(spec: EnergySpec, draw: Samples, x_um: Array, y_um: Array) -> Array:
    """Preferred directions: alike among neighbours, more often vertical than horizontal.

    The double angle of the preference is the angle of a complex Gaussian: a part of the neuron's
    own and parts shared with its neighbours.
    """
    shares = [spec.strength("clustering") * share for _, share in _CLUSTERS]
    signal = np.sqrt(1.0 - sum(shares)) * draw.complex_normal("direction")
    for (reach, _), share in zip(_CLUSTERS, shares, strict=True):
        signal = signal + np.sqrt(share) * _smooth_field(spec, reach, x_um, y_um)
    turn = np.angle(signal) % (2.0 * np.pi)
    doubled = _more_often_at_half_turn(turn, _VERTICAL_BIAS * spec.strength("direction-bias"))
    return np.asarray(np.degrees(doubled) / 2.0 + 180.0 * (draw.uniform("way", 0.0, 1.0) < 0.5))


def untuned_by_depth(spec: EnergySpec, depth_um: Array) -> Array:
    """Factor on the share of untuned drive."""
    factor = np.interp(depth_um, *_UNTUNED_BY_DEPTH)
    return np.asarray(1.0 + spec.strength("depth") * (factor - 1.0))


def phases_rad(spec: EnergySpec, draw: Samples) -> Array:
    """Phases of receptive fields, more often of a dark than of a bright centre."""
    concentration = _OFF_CONCENTRATION * spec.strength("off-dominance")
    return _more_often_at_half_turn(draw.uniform("phase", 0.0, 2.0 * np.pi), concentration)


def _smooth_field(spec: EnergySpec, reach_um: float, x: Array, y: Array) -> NDArray[np.complex128]:
    """A complex Gaussian field of unit variance with covariance exp(−distance² / 2 reach²).

    A sum of random waves: its value at a place does not depend on who else is there.
    """
    rng = rng_of("energy", spec.population, "field", reach_um)
    waves = rng.standard_normal((2, _FEATURES)) / reach_um
    parts = rng.standard_normal((2, _FEATURES)) / np.sqrt(2.0 * _FEATURES)
    turn = np.outer(x, waves[0]) + np.outer(y, waves[1])
    return np.asarray(np.exp(1j * turn) @ (parts[0] + 1j * parts[1]), np.complex128)


def _more_often_at_half_turn(turn: Array, bias: float) -> Array:
    """Map uniform angles to the density (1 − bias · cos angle) / 2π, keeping their order."""
    grid = np.linspace(0.0, 2.0 * np.pi, 1025)
    return np.asarray(np.interp(turn, grid - bias * np.sin(grid), grid))
