"""The convention for responses: labelled arrays (stimulus, neuron, time)."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

DIMS = ("stimulus", "neuron", "time")


def label(
    values: NDArray[np.floating], neurons: ArrayLike, frame_rate_hz: float, units: str
) -> xr.DataArray:
    """Label responses.

    Parameters
    ----------
    values : array (stimulus, neuron, time)
    neurons : array (neuron,)
        Index of each neuron in the twin's table.
    frame_rate_hz : float
        Time 0 is stimulus onset, one time point per frame.
    units : str
        Units of the responses.
    """
    time = np.arange(values.shape[2]) / frame_rate_hz
    return xr.DataArray(
        values,
        dims=DIMS,
        coords={"neuron": np.asarray(neurons), "time": ("time", time, {"units": "s"})},
        attrs={"units": units},
        name="response",
    )


def window(responses: xr.DataArray, window_s: tuple[float, float]) -> xr.DataArray:
    """Time points t with start ≤ t < stop, in seconds from onset.

    Raises
    ------
    ValueError
        If the window holds no time point.
    """
    time = responses["time"].values
    inside = within(time, window_s)
    if not inside.any():
        raise ValueError(
            f"window {window_s} s holds no time point of responses that last "
            f"{time[-1] if time.size else 0:.3f} s"
        )
    return responses.isel(time=np.flatnonzero(inside))


def within(time_s: ArrayLike, window_s: tuple[float, float]) -> NDArray[np.bool_]:
    """Which times t satisfy start ≤ t < stop, frame times being rounded."""
    time = np.asarray(time_s, np.float64)
    inside: NDArray[np.bool_] = (time >= window_s[0] - 1e-9) & (time < window_s[1] - 1e-9)
    return inside
