"""What the laboratory has measured of the neurons of its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLUMNS = {
    "rf_azimuth_deg": "centre of the receptive field, azimuth",
    "rf_elevation_deg": "centre of the receptive field, elevation",
    "rf_sd_deg": "SD of the receptive field (geometric mean of both axes)",
    "orientation_deg": "preferred orientation, 0–180°, counter-clockwise from horizontal",
    "spatial_frequency_cpd": "preferred spatial frequency",
    "gosi": "global orientation selectivity, |Σ r e^{2iθ}| / Σ r (Ringach 2002)",
    "quality": "SD over natural crops divided by the recorded SD, or else by the median neuron's",
    "grey": "response to the grey screen, response units",
    "reference": "95th percentile over natural crops minus grey, response units",
}


@dataclass(frozen=True)
class Physiology:
    """Measured properties of every neuron; NaN means not measurable.

    Attributes
    ----------
    digest : str
        Of the twin, the protocol and the measured values.
    columns : mapping of str to array (neuron,)
        See `COLUMNS`.
    half_b : bool array (neuron,)
        The half that confirms; the other half is for exploration.
    """

    digest: str
    columns: Mapping[str, NDArray[np.float64]]
    half_b: NDArray[np.bool_]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.half_b)

    def half(self, half: str) -> NDArray[np.bool_]:
        """Neurons of half "A" (exploration) or "B" (confirmation)."""
        return self.half_b if half == "B" else ~self.half_b


def angular_distance_deg(
    azimuth_deg: NDArray[np.float64],
    elevation_deg: NDArray[np.float64],
    to: tuple[float, float] | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distance (deg) of visual directions from one, or from several that broadcast."""
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    azimuth_0, elevation_0 = np.radians(to)
    # The haversine form keeps its precision at small distances.
    haversine = (
        np.sin((elevation - elevation_0) / 2) ** 2
        + np.cos(elevation) * np.cos(elevation_0) * np.sin((azimuth - azimuth_0) / 2) ** 2
    )
    distance: NDArray[np.float64] = np.degrees(2 * np.arcsin(np.sqrt(np.clip(haversine, 0, 1))))
    return distance


def orientation_distance_deg(
    orientation_deg: NDArray[np.float64], to: float
) -> NDArray[np.float64]:
    """Distance (0–90°) between orientations, which have a period of 180°."""
    difference: NDArray[np.float64] = np.abs((orientation_deg - to + 90.0) % 180.0 - 90.0)
    return difference
