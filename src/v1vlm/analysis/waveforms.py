"""Numbers that describe the time course of one neuron's mean response.

A deterministic twin has no noise, so that "baseline + 2 SD" means nothing: latency is the
time to half of the peak, read between frames. Recordings near 8 Hz stand behind most twins;
differences under 125 ms are properties of the model.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

FLOOR = 0.05
"""Smallest peak above the response before onset, in reference units, that has a latency."""

LATE_FROM_S = 0.4
BEFORE_OFFSET_S = 0.1
PROMINENCE = 0.1

NUMBERS: dict[str, str] = {
    "half_maximum_s": "time from onset to half of the peak, interpolated between frames",
    "peak_s": "time from onset to the largest response before offset",
    "maxima": "local maxima before offset that stand out by a tenth of the peak",
    "transience": "(peak − late)/(peak + late), late being the mean from 0.4 s to offset",
    "offset": "largest response in the 0.5 s after offset minus the mean of the 0.1 s before it",
}


def waveform_numbers(
    waves: NDArray[np.floating], time_s: Float, offset_s: float
) -> dict[str, Float]:
    """Describe waveforms.

    Parameters
    ----------
    waves : array (..., time)
        Responses in units of each neuron's reference; NaN where not recorded.
    time_s : array (time,)
        From onset; some of it before 0, some after `offset_s`.
    offset_s : float
        When the stimulus ends.

    Returns
    -------
    dict
        Arrays (...) by the names of `NUMBERS`; NaN where the peak does not rise by `FLOOR`
        above the mean before onset (the offset response needs no peak).
    """
    values = np.asarray(waves, np.float64)
    shape, flat = values.shape[:-1], values.reshape(-1, values.shape[-1])
    tolerance = 1e-9
    during = (time_s >= -tolerance) & (time_s < offset_s - tolerance)
    if not during.any():
        raise ValueError(f"no time point lies between onset and offset ({offset_s} s)")
    before = time_s < -tolerance
    base = flat[:, before].mean(axis=1) if before.any() else np.zeros(len(flat))
    made = _peaks(flat[:, during] - base[:, None], time_s[during])
    made["transience"] = _transience(flat[:, during], time_s[during], made["peak_s"])
    made["offset"] = _offset(flat, time_s, offset_s)
    return {name: made[name].reshape(shape) for name in NUMBERS}


def _peaks(evoked: Float, time_s: Float) -> dict[str, Float]:
    from scipy.signal import find_peaks

    made = {name: np.full(len(evoked), np.nan) for name in ("half_maximum_s", "peak_s", "maxima")}
    for i, wave in enumerate(evoked):
        top = int(np.argmax(wave)) if np.isfinite(wave).all() else 0
        if not wave[top] >= FLOOR:
            continue
        made["peak_s"][i] = time_s[top]
        made["half_maximum_s"][i] = _rise(wave, time_s, 0.5 * wave[top])
        # A response that is largest in its first or last frame has a maximum there.
        padded = np.concatenate([[wave.min()], wave, [wave.min()]])
        made["maxima"][i] = len(find_peaks(padded, prominence=PROMINENCE * wave[top])[0])
    return made


def _rise(wave: Float, time_s: Float, level: float) -> float:
    """First time at `level`, on the straight line between frames."""
    first = int(np.argmax(wave >= level))
    if first == 0:
        return float(time_s[0])
    share = (level - wave[first - 1]) / (wave[first] - wave[first - 1])
    return float(time_s[first - 1] + share * (time_s[first] - time_s[first - 1]))


def _transience(wave: Float, time_s: Float, peak_s: Float) -> Float:
    made = np.full(len(wave), np.nan)
    late = time_s >= LATE_FROM_S - 1e-9
    if not late.any():
        return made
    rest = np.maximum(wave[:, late].mean(axis=1), 0.0)
    peak = np.maximum(wave.max(axis=1), 0.0)
    np.divide(peak - rest, peak + rest, out=made, where=np.isfinite(peak_s) & (peak + rest > 0))
    return made


def _offset(wave: Float, time_s: Float, offset_s: float) -> Float:
    after = time_s >= offset_s - 1e-9
    last = (time_s >= offset_s - BEFORE_OFFSET_S - 1e-9) & ~after
    if not after.any() or not last.any():
        return np.full(len(wave), np.nan)
    difference: Float = wave[:, after].max(axis=1) - wave[:, last].mean(axis=1)
    return difference


def order_of(numbers: Mapping[str, Float]) -> NDArray[np.intp]:
    """Neurons by time to half maximum, then to peak; those without a latency last.

    Parameters
    ----------
    numbers : mapping of str to array (condition, neuron)
        As `waveform_numbers` gives them; the mean over conditions counts.
    """
    keys = []
    for name in ("peak_s", "half_maximum_s"):
        known = np.isfinite(numbers[name])
        total = np.where(known, numbers[name], 0.0).sum(axis=0)
        count = known.sum(axis=0)
        mean = np.full(count.shape, np.inf)
        np.divide(total, count, out=mean, where=count > 0)
        keys.append(mean)
    return np.lexsort(keys)
