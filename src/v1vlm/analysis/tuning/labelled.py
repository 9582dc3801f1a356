"""Tables of measures from labelled responses: the numpy functions of this package, by name.

Responses are arrays (neuron, …) whose other dimensions are named after what varies; a table is
a dataset along ``neuron`` with NaN where a neuron could not be measured. Shares (``simple``,
``low_pass``, …) are 0 or 1.
"""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from v1vlm.analysis.measures import SILENT
from v1vlm.analysis.tuning.context import (
    cmi,
    f1_f0,
    plaid_class,
    plaid_correlations,
    size_tuning,
    smi,
)
from v1vlm.analysis.tuning.curves import fit_contrast, fit_frequency, fit_orientation
from v1vlm.analysis.tuning.ensembles import d_prime, lifetime_sparseness
from v1vlm.analysis.tuning.outcomes import DEFINITIONS, LEVEL
from v1vlm.analysis.tuning.ratios import modulation
from v1vlm.analysis.tuning.selectivity import (
    dsi,
    gdsi,
    gosi,
    osi,
    preferred_direction_deg,
    preferred_orientation_deg,
)
from v1vlm.analysis.tuning.significance import adjusted_p, selectivity_p
from v1vlm.analysis.waveforms import waveform_numbers

Float = NDArray[np.float64]


def above_grey(responses: xr.DataArray, grey: xr.DataArray) -> xr.DataArray:
    """Responses above those to grey, not negative; all zero where nothing moves the neuron.

    Parameters
    ----------
    responses : DataArray (neuron, …)
    grey : DataArray (neuron,)
    """
    others = [dim for dim in responses.dims if dim != "neuron"]
    rates = (responses.astype(np.float64) - grey).clip(min=0.0)
    # A stimulus alone and in a batch agrees to 1e-5: what is smaller is no response.
    small = SILENT * abs(responses).max(others)
    return rates.where(rates.max(others) > small, 0.0 * rates).transpose(*responses.dims)


def at_best(rates: xr.DataArray, dim: str, by: xr.DataArray | None = None) -> xr.DataArray:
    """Responses of each neuron at the value of `dim` that drives it best on the whole.

    Parameters
    ----------
    rates : DataArray (neuron, …)
    by : DataArray (neuron, …), optional
        What decides; the responses themselves by default.
    """
    score = rates if by is None else by
    total = score.mean([d for d in score.dims if d not in ("neuron", dim)])
    # Neurons that were not measured are NaN everywhere; any value will do.
    best = total.fillna(0.0).argmax(dim).reset_coords(drop=True)
    return rates.isel({dim: best}).drop_vars(dim)


def direction_table(rates: xr.DataArray, *, n_permutations: int = 1000) -> xr.Dataset:
    """Selectivity for direction and orientation.

    Parameters
    ----------
    rates : DataArray (neuron, direction_deg, …)
        Not negative; the other dimensions are trials.

    Notes
    -----
    The half width needs at least ten evenly spaced directions and is NaN otherwise.
    """
    trials = _stacked(rates, "direction_deg")
    directions, curves = rates["direction_deg"].values, trials.mean(axis=2)
    columns = selectivity_columns(curves, directions)
    for harmonic, name in ((2, "orientation"), (1, "direction")):
        p = selectivity_p(trials, directions, harmonic, n_permutations=n_permutations, seed=0)
        columns[f"{name}_p"] = p
        columns[f"{name}_selective"] = _share(adjusted_p(p) <= LEVEL, np.isfinite(p))
    return _table(rates, columns)


def selectivity_columns(curves: Float, directions_deg: Float) -> dict[str, Float]:
    """Indices and preferences by name, of mean curves (neuron, direction)."""
    return {
        "gosi": gosi(curves, directions_deg),
        "gdsi": gdsi(curves, directions_deg),
        "osi": osi(curves, directions_deg),
        "dsi": dsi(curves, directions_deg),
        "preferred_direction_deg": preferred_direction_deg(curves, directions_deg),
        # Stripes lie across their motion.
        "preferred_orientation_deg": preferred_orientation_deg(curves, directions_deg - 90.0),
        "hwhm_deg": _half_width_deg(curves, directions_deg),
    }


def frequency_table(rates: xr.DataArray, dim: str, name: str, unit: str) -> xr.Dataset:
    """Tuning to spatial or temporal frequency at each neuron's best direction.

    Parameters
    ----------
    rates : DataArray (neuron, `dim`, direction_deg, …)
        Not negative.
    dim : str
        Dimension of the frequencies.
    name, unit : str
        ``"sf"``, ``"cpd"`` or ``"tf"``, ``"hz"``.
    """
    curves = _stacked(at_best(rates, "direction_deg"), dim).mean(axis=2)
    fits = fit_frequency(curves, rates[dim].values)
    columns = {
        f"preferred_{name}_{unit}": fits.peak,
        f"{name}_low_{unit}": fits.peak_interval[:, 0],
        f"{name}_high_{unit}": fits.peak_interval[:, 1],
        f"{name}_bandwidth_octaves": fits.bandwidth_octaves,
        f"{name}_low_pass": _share(fits.low_pass, ~fits.failed),
        f"{name}_r2": fits.r2,
    }
    return _table(rates, columns)


def speed_added(table: xr.Dataset, spatial_frequency_cpd: float) -> xr.Dataset:
    """Table of temporal frequencies with the speed that they are at one spatial frequency."""
    name = "preferred_speed_deg_per_s"
    speed = table["preferred_tf_hz"] / spatial_frequency_cpd
    return table.assign({name: speed.assign_attrs(definition=DEFINITIONS[name])})


def contrast_table(rates: xr.DataArray) -> xr.Dataset:
    """Contrast response at the better of two opposite drifts.

    Parameters
    ----------
    rates : DataArray (neuron, contrast, turn_deg, …)
        Not negative, grey not subtracted: it is R0.
    """
    curves = _stacked(at_best(rates, "turn_deg"), "contrast").mean(axis=2)
    fits = fit_contrast(curves, rates["contrast"].values)
    columns = {
        "rmax": fits.rmax,
        "exponent": fits.exponent,
        "c50": fits.c50,
        "c50_low": fits.c50_interval[:, 0],
        "c50_high": fits.c50_interval[:, 1],
        "r0": fits.r0,
        "supersaturating": _share(fits.supersaturating, np.isfinite(fits.r2)),
        "contrast_r2": fits.r2,
    }
    return _table(rates, columns)


def size_table(rates: xr.DataArray) -> xr.Dataset:
    """Classical and inverse size tuning at the better of two opposite drifts.

    Parameters
    ----------
    rates : DataArray (neuron, aperture, diameter_deg, turn_deg, …)
        Not negative; apertures ``classical`` and ``inverse``. A diameter of 0 (grey, and the
        whole grating) is no size and is left out.
    """
    best = at_best(rates, "turn_deg", rates.sel(aperture="classical"))
    some = best.sel(diameter_deg=best["diameter_deg"] > 0)
    classical, inverse = (
        _stacked(some.sel(aperture=aperture), "diameter_deg").mean(axis=2)
        for aperture in ("classical", "inverse")
    )
    found = size_tuning(classical, inverse, some["diameter_deg"].values)
    columns = {
        "preferred_size_deg": found.preferred_size_deg,
        "inverse_preferred_size_deg": found.inverse_preferred_size_deg,
        "suppression_index": found.suppression_index,
        "iti": found.iti,
        "inverse_tuned": _share(found.iti > 0.5, np.isfinite(found.iti)),
    }
    return _table(rates, columns)


def onset_table(courses: xr.DataArray) -> xr.Dataset:
    """Latency of classical and inverse responses at the better of two opposite drifts.

    Parameters
    ----------
    courses : DataArray (neuron, aperture, turn_deg, …, time)
        Above grey.
    """
    best = at_best(courses, "turn_deg", courses.sel(aperture="classical"))
    time_s = courses["time"].values
    mean = best.mean([d for d in best.dims if d not in ("neuron", "aperture", "time")])
    waves = mean.transpose("aperture", "neuron", "time")
    # In units of the neuron's largest response, which is what a latency's floor is a share of.
    largest = waves.max(["aperture", "time"])
    scaled = (waves / largest.where(largest > 0)).sel(aperture=["classical", "inverse"])
    latency = waveform_numbers(scaled.values, time_s, np.inf)["half_maximum_s"]
    columns = {
        "classical_latency_s": latency[0],
        "inverse_latency_s": latency[1],
        "inverse_delay_s": latency[1] - latency[0],
    }
    return _table(courses, columns)


def surround_table(rates: xr.DataArray) -> xr.Dataset:
    """Contextual and surround modulation at the better of two opposite drifts.

    Parameters
    ----------
    rates : DataArray (neuron, surround, contrast, turn_deg, …)
        Not negative; surrounds ``none``, ``iso``, ``cross +90`` and ``cross -90``.
    """
    best = at_best(rates, "turn_deg", rates.sel(surround="none"))
    mean = best.mean([d for d in best.dims if d not in ("neuron", "surround", "contrast")])
    largest = mean.max(["surround", "contrast"]).values
    index = {}
    for name, level in (("", -1), ("_low_contrast", 0)):
        at = mean.isel(contrast=level)
        alone, iso, left, right = (
            at.sel(surround=s).values for s in ("none", "iso", "cross +90", "cross -90")
        )
        cross = (left + right) / 2
        index[f"cmi{name}"] = cmi(cross, iso, largest)
        index[f"smi_iso{name}"] = smi(iso, alone, largest)
        index[f"smi_cross{name}"] = smi(cross, alone, largest)
    both = np.isfinite(index["smi_iso"]) & np.isfinite(index["smi_iso_low_contrast"])
    flips = (index["smi_iso"] < 0) & (index["smi_iso_low_contrast"] > 0)
    return _table(rates, {**index, "smi_flips": _share(flips, both)})


def plaid_table(rates: xr.DataArray, half_angle_deg: float) -> xr.Dataset:
    """Selectivity for the motion of patterns or of their components.

    Parameters
    ----------
    rates : DataArray (neuron, pattern, direction_deg, …)
        Not negative; patterns ``grating`` and ``plaid``.
    half_angle_deg : float
        Between a plaid and each of its components.
    """
    grating, plaid = (
        _stacked(rates.sel(pattern=pattern), "direction_deg").mean(axis=2)
        for pattern in ("grating", "plaid")
    )
    directions = rates["direction_deg"].values
    pattern_z, component_z = plaid_correlations(grating, plaid, directions, half_angle_deg)
    known = np.isfinite(pattern_z) & np.isfinite(component_z)
    kind = plaid_class(pattern_z, component_z)
    columns = {
        "pattern_z": pattern_z,
        "component_z": component_z,
        "pattern_cell": _share(kind == 1, known),
        "component_cell": _share(kind == -1, known),
    }
    return _table(rates, columns)


def phase_table(rates: xr.DataArray, f1: xr.DataArray) -> xr.Dataset:
    """Simple and complex: modulation by drifting and by still gratings.

    Parameters
    ----------
    rates : DataArray (neuron, movement, turn_deg, phase_deg)
        Means above grey, not negative; movements ``drifting`` and ``static``.
    f1 : DataArray
        Like `rates`: amplitude at the temporal frequency.
    """
    drifting, static = rates.sel(movement="drifting"), rates.sel(movement="static")
    mean = at_best(drifting, "turn_deg").mean("phase_deg").values
    # Averaged over starting phases, so that the onset counts alike for all neurons.
    amplitude = at_best(f1.sel(movement="drifting"), "turn_deg", drifting).mean("phase_deg").values
    # A still grating turned by 180° is the same one at the opposite phase.
    still = static.isel(turn_deg=0).transpose("neuron", "phase_deg")
    angle = np.radians(still["phase_deg"].values)
    still_f1 = 2 * np.abs(still.values @ np.exp(1j * angle)) / len(angle)
    largest = rates.max(["movement", "turn_deg", "phase_deg"]).values
    found = f1_f0(amplitude, mean, largest)
    columns = {
        "f1_f0": found,
        "static_f1_f0": f1_f0(still_f1, still.values.mean(axis=1), largest),
        "simple": _share(found > 1, np.isfinite(found)),
    }
    return _table(rates, columns)


def natural_table(rates: xr.DataArray) -> xr.Dataset:
    """Natural images against their phase-scrambled partners and 1/f noise.

    Parameters
    ----------
    rates : DataArray (neuron, ensemble, image)
        Not negative; ensembles ``natural``, ``scrambled`` and ``pink``.
    """
    by_ensemble = rates.transpose("neuron", "ensemble", "image")
    natural, scrambled, pink = (
        by_ensemble.sel(ensemble=e).values for e in ("natural", "scrambled", "pink")
    )
    largest = rates.max(["ensemble", "image"]).values
    means = [some.mean(axis=1) for some in (natural, scrambled, pink)]
    columns = {
        "texture_index": modulation(means[0], means[1], largest),
        "texture_d_prime": d_prime(natural, scrambled),
        "pink_index": modulation(means[0], means[2], largest),
        "sparseness": lifetime_sparseness(natural),
        "scrambled_sparseness": lifetime_sparseness(scrambled),
    }
    return _table(rates, columns)


def _stacked(rates: xr.DataArray, dim: str) -> Float:
    """Values (neuron, dim, trial)."""
    flat = rates.transpose("neuron", dim, ...).values.astype(np.float64)
    # Not −1: there may be no neuron.
    return flat.reshape(*flat.shape[:2], math.prod(flat.shape[2:]))


def _half_width_deg(curves: Float, directions_deg: Float) -> Float:
    half = len(directions_deg) // 2
    opposite = len(directions_deg) % 2 == 0 and np.allclose(
        directions_deg[half:] - directions_deg[:half], 180.0
    )
    if half < 5 or not opposite:
        return np.full(len(curves), np.nan)
    folded = (curves[:, :half] + curves[:, half:]) / 2
    return fit_orientation(folded, directions_deg[:half]).hwhm_deg


def _share(flags: NDArray[np.bool_], known: NDArray[np.bool_]) -> Float:
    return np.where(known, flags.astype(float), np.nan)


def _table(responses: xr.DataArray, columns: dict[str, Float]) -> xr.Dataset:
    return xr.Dataset(
        {
            name: ("neuron", values, {"definition": DEFINITIONS[name]})
            for name, values in columns.items()
        },
        coords={"neuron": responses["neuron"]},
    )
