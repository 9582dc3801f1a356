"""Characterisation: receptive field, preferences and quality of every neuron, measured.

Everything here is read off responses to the laboratory's own stimuli; nothing is read off
the twin's card. The same protocol serves every twin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import COLUMNS, Physiology
from v1vlm.analysis.receptive_fields import fit_gaussians
from v1vlm.analysis.tuning import gosi, preferred_orientation_deg, preferred_sf_cpd
from v1vlm.claims import NeuronRule
from v1vlm.records import digest, rng_of, seed_of
from v1vlm.rig import Rig
from v1vlm.stimuli import Grating, Photographs, PinkNoise, Screen, Stimulus
from v1vlm.store import Answer
from v1vlm.twins import Twin

Float = NDArray[np.float64]

PROTOCOL: dict[str, Any] = {
    "version": 1,
    "duration_s": 0.5,
    "rf_pitch_px": 2,
    "rf_patterns": 6,
    "rf_window_sd_deg": 3.0,
    "rf_rms": 0.35,
    "rf_min_r2": 0.3,
    "orientations_deg": [22.5 * i for i in range(8)],
    "spatial_frequencies_cpd": [0.02, 0.03, 0.045, 0.07],
    "phases_deg": [0.0, 90.0, 180.0, 270.0],
    "grating_diameter_deg": 20.0,
    "grating_pitch_deg": 9.0,
    "grating_contrast": 0.5,
    "natural_crops": 240,
}
"""Parameters of the characterisation; its digest is part of the memo's key."""

POSITION = ("x_um", "y_um", "depth_um")
BATCH = 120


def characterise(rig: Rig) -> dict[str, Any]:
    """Measure all neurons of the rig's twin, once per twin and protocol.

    Returns
    -------
    dict
        Payload of the ``characterised`` event: ``digest``, ``columns`` (name to blob),
        ``half_b`` (blob), ``position_um`` (blob, (neuron, 3): x, y and depth as on the twin's
        table), ``protocol`` and ``summary`` (counts at every exclusion step and medians).
    """
    card = rig.twin.card
    request = characterisation(card.digest)
    answer = rig.once(request, lambda: _measure(rig.twin))
    columns = {name: np.asarray(answer[name], float) for name in COLUMNS}
    blobs = {name: rig.store.put(values) for name, values in columns.items()}
    half_b = np.zeros(card.n_neurons, dtype=bool)
    order = rng_of(card.digest, "halves").permutation(card.n_neurons)
    half_b[order[: card.n_neurons // 2]] = True
    return {
        "digest": digest([request, blobs]),
        "columns": blobs,
        "half_b": rig.store.put(half_b),
        "position_um": rig.store.put(_positions(rig.twin)),
        "protocol": PROTOCOL,
        "n_stimuli": answer["n_stimuli"],
        "summary": _summary(columns),
    }


def characterisation(twin: str) -> dict[str, Any]:
    """The request that the characterisation of a twin (by digest) is remembered by."""
    return {"effect": "show", "protocol": PROTOCOL, "twin": twin}


def load_physiology(payload: Mapping[str, Any], get: Callable[[str], Any]) -> Physiology:
    """Physiology from the payload of a ``characterised`` event.

    Parameters
    ----------
    get : callable
        Fetches a blob by reference.
    """
    columns = {name: np.asarray(get(blob)) for name, blob in payload["columns"].items()}
    return Physiology(payload["digest"], columns, np.asarray(get(payload["half_b"])))


def _positions(twin: Twin) -> NDArray[np.float32]:
    """Cortical position (neuron, 3) in µm, as the twin's table gives it."""
    table = twin.neurons
    return np.column_stack([table[name].values for name in POSITION]).astype(np.float32)


def _measure(twin: Twin) -> Answer:
    screen = twin.card.screen
    grey = _mean_responses(twin, [np.full((1, *screen.shape), screen.grey, np.uint8)])[:, 0]
    natural = _mean_responses(twin, _rendered(_natural(), screen))
    fields, n_patches = _receptive_fields(twin, grey)
    tuning, n_gratings = _tuning(twin, grey, fields)
    spread = natural.std(axis=1)
    reference = np.percentile(natural, 95, axis=1) - grey
    driven = (reference > 0) & (spread > 0)
    typical = float(np.median(spread[driven])) if driven.any() else 1.0
    return {
        **fields,
        **tuning,
        "grey": grey,
        "reference": np.where(driven, reference, np.nan),
        # A neuron that natural images do not drive has no scale to compare anything with.
        "quality": np.where(driven, spread / typical, 0.0),
        "n_stimuli": 1 + natural.shape[1] + n_patches + n_gratings,
    }


def _mean_responses(
    twin: Twin, images: Iterable[NDArray[np.uint8]], neurons: NDArray[np.intp] | None = None
) -> Float:
    """Mean response (neuron, stimulus) to static images (1, y, x) over the protocol's duration."""
    n_frames = twin.card.screen.frames(PROTOCOL["duration_s"])
    stack = np.stack(list(images))
    means = []
    for start in range(0, len(stack), BATCH):
        batch = stack[start : start + BATCH]
        shown = np.broadcast_to(batch, (len(batch), n_frames, *batch.shape[2:]))
        means.append(twin.respond(shown, neurons=neurons).values.mean(axis=2, dtype=np.float64))
    return np.concatenate(means).T


def _rendered(stimuli: Iterable[Stimulus], screen: Screen) -> list[NDArray[np.uint8]]:
    return [stimulus.render(screen) for stimulus in stimuli]


def _natural() -> list[Stimulus]:
    family = Photographs().explored()
    return [
        family.draw(seed_of("characterise", "natural", i)) for i in range(PROTOCOL["natural_crops"])
    ]


def _receptive_fields(twin: Twin, grey: Float) -> tuple[dict[str, Float], int]:
    """Gaussian fits to the responses to small patches of pink noise, one place after another.

    Energy-like cells answer to contrast of either sign, so the map is that of the response,
    not a spike-triggered average.
    """
    screen = twin.card.screen
    pitch, n_patterns = PROTOCOL["rf_pitch_px"], PROTOCOL["rf_patterns"]
    rows = np.arange(pitch / 2 - 0.5, screen.height_px, pitch)
    columns = np.arange(pitch / 2 - 0.5, screen.width_px, pitch)
    places = list(product(rows, columns))
    stimuli = []
    for row, column in places:
        azimuth, elevation = screen.to_degrees(row, column)
        stimuli += [
            PinkNoise(
                azimuth_deg=float(azimuth),
                elevation_deg=float(elevation),
                window_sd_deg=PROTOCOL["rf_window_sd_deg"],
                rms=PROTOCOL["rf_rms"],
                seed=seed_of("characterise", "patch", i) % 2**32,
            )
            for i in range(n_patterns)
        ]
    responses = _mean_responses(twin, _rendered(stimuli, screen))
    evoked = responses.reshape(len(grey), len(places), n_patterns).mean(axis=2) - grey[:, None]
    fits = fit_gaussians(evoked, np.array(places))
    good = fits.r2 >= PROTOCOL["rf_min_r2"]
    on_screen = (
        (fits.row > -1)
        & (fits.row < screen.height_px)
        & (fits.column > -1)
        & (fits.column < screen.width_px)
    )
    good &= on_screen
    azimuth, elevation = screen.to_degrees(fits.row, fits.column)
    per_px = np.array(
        [
            screen.degrees_per_pixel(float(az), float(el)) if ok else np.nan
            for az, el, ok in zip(azimuth, elevation, good, strict=True)
        ]
    )
    # The patch blurs the map by its own size.
    variance = (fits.sd * per_px) ** 2 - PROTOCOL["rf_window_sd_deg"] ** 2
    sd = np.sqrt(np.maximum(variance, (0.5 * per_px) ** 2))
    found = {"rf_azimuth_deg": azimuth, "rf_elevation_deg": elevation, "rf_sd_deg": sd}
    return {name: np.where(good, v, np.nan) for name, v in found.items()}, len(stimuli)


def _tuning(twin: Twin, grey: Float, fields: Mapping[str, Float]) -> tuple[dict[str, Float], int]:
    """Orientation and spatial frequency from small static gratings, averaged over phase.

    The gratings are no larger than receptive fields and are shown near each of them: a large
    one at the preferred orientation would suppress the very neurons that prefer it.
    """
    orientations = np.array(PROTOCOL["orientations_deg"])
    frequencies = np.array(PROTOCOL["spatial_frequencies_cpd"])
    phases = PROTOCOL["phases_deg"]
    n_neurons = len(grey)
    evoked = np.full((n_neurons, len(orientations), len(frequencies)), np.nan)
    n_stimuli = 0
    for (azimuth, elevation), neurons in _neighbourhoods(fields):
        stimuli = [
            Grating(
                azimuth_deg=azimuth,
                elevation_deg=elevation,
                aperture="disc",
                diameter_deg=PROTOCOL["grating_diameter_deg"],
                orientation_deg=float(orientation),
                spatial_frequency_cpd=float(frequency),
                phase_deg=phase,
                contrast=PROTOCOL["grating_contrast"],
            )
            for orientation, frequency, phase in product(orientations, frequencies, phases)
        ]
        responses = _mean_responses(twin, _rendered(stimuli, twin.card.screen), neurons)
        shape = (len(neurons), len(orientations), len(frequencies), len(phases))
        curves = responses.reshape(shape).mean(axis=3) - grey[neurons, None, None]
        evoked[neurons] = np.maximum(curves, 0.0)
        n_stimuli += len(stimuli)
    best_sf = np.nan_to_num(evoked.mean(axis=1)).argmax(axis=1)
    at_best = evoked[np.arange(n_neurons), :, best_sf]
    return {
        "orientation_deg": preferred_orientation_deg(at_best, orientations),
        "gosi": gosi(at_best, orientations),
        "spatial_frequency_cpd": preferred_sf_cpd(evoked.mean(axis=1), frequencies),
    }, n_stimuli


def _neighbourhoods(
    fields: Mapping[str, Float],
) -> list[tuple[tuple[float, float], NDArray[np.intp]]]:
    """Places on a lattice, each with the neurons whose field is nearest to it."""
    pitch = PROTOCOL["grating_pitch_deg"]
    centres = np.column_stack([fields["rf_azimuth_deg"], fields["rf_elevation_deg"]])
    measured = np.flatnonzero(np.isfinite(centres).all(axis=1))
    cells = np.rint(centres[measured] / pitch).astype(int)
    places, member = np.unique(cells, axis=0, return_inverse=True)
    return [
        ((float(place[0] * pitch), float(place[1] * pitch)), measured[member.ravel() == number])
        for number, place in enumerate(places)
    ]


def _summary(columns: Mapping[str, Float]) -> dict[str, Any]:
    field = np.isfinite(columns["rf_azimuth_deg"])
    driven = np.isfinite(columns["reference"])

    def median(name: str) -> float | None:
        values = columns[name][np.isfinite(columns[name])]
        return float(np.median(values)) if values.size else None

    return {
        "n_neurons": int(field.size),
        "n_driven": int(driven.sum()),
        "n_with_field": int((field & driven).sum()),
        "n_oriented": int(np.isfinite(columns["orientation_deg"]).sum()),
        # As many as a rule that asks for a preference would count with its usual threshold.
        "n_selective": int((columns["gosi"] >= NeuronRule().selectivity).sum()),
        "median_rf_sd_deg": median("rf_sd_deg"),
        "median_gosi": median("gosi"),
        "median_spatial_frequency_cpd": median("spatial_frequency_cpd"),
        "grey_share": _grey_share(columns),
    }


def _grey_share(columns: Mapping[str, Float]) -> float | None:
    """Median response to grey as a share of the natural response range."""
    share = columns["grey"] / columns["reference"]
    share = share[np.isfinite(share)]
    return float(np.median(share)) if share.size else None
