"""Characterisation: receptive field, preferences and quality of every neuron, measured.

Everything here is read off responses to the laboratory's own stimuli; nothing is read off
the twin's card. The same protocol serves every twin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import COLUMNS, Physiology
from v1vlm.analysis.tuning import gosi, preferred_orientation_deg, preferred_sf_cpd
from v1vlm.claims import NeuronRule
from v1vlm.physiology.fields import PATCHES, Patches, patch_fields
from v1vlm.physiology.parts import in_parts
from v1vlm.records import digest, rng_of, seed_of
from v1vlm.rig import Rig
from v1vlm.stimuli import Grating, Photographs, Screen, Stimulus
from v1vlm.store import Answer
from v1vlm.twins import Twin, answered

Float = NDArray[np.float64]

PROTOCOL: dict[str, Any] = {
    "version": 2,
    "duration_s": 0.5,
    "patches": PATCHES.to_json(),
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
AT_ONCE = 24
"""Crops of a part: where a twin is slow, stopping costs those of one."""


def characterise(
    rig: Rig, on_images: Callable[[int], None] | None = None, enough: int | None = None
) -> dict[str, Any]:
    """Measure all neurons of the rig's twin, once per twin and protocol.

    What takes long is remembered in parts: stopped, it goes on where it was.

    Parameters
    ----------
    rig : Rig
    on_images : callable, optional
        Told now and then how many images were shown.
    enough : int, optional
        Receptive field and preferences are measured at places drawn at random until as many
        neurons are there (`patch_fields`), unless the memo holds those of all; by default of all.

    Returns
    -------
    dict
        Payload of the ``characterised`` event: ``digest``, ``columns`` (name to blob),
        ``half_b`` (blob), ``position_um`` (blob, (neuron, 3): x, y and depth as on the twin's
        table), ``protocol`` and ``summary`` (counts at every exclusion step and medians).
    """
    card = rig.twin.card
    if rig.store.known(characterisation(card.digest)):
        enough = None
    request = characterisation(card.digest, enough)
    answer = rig.once(request, lambda: _measure(rig, request, on_images or _untold))
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
        "protocol": request["protocol"],
        "n_stimuli": answer["n_stimuli"],
        "summary": _summary(columns, answer.get("n_mapped", card.n_neurons)),
    }


def characterisation(twin: str, enough: int | None = None) -> dict[str, Any]:
    """The request that the characterisation of a twin (by digest) is remembered by."""
    few = {} if enough is None else {"enough": enough}
    return {"effect": "show", "protocol": {**PROTOCOL, **few}, "twin": twin}


def characterised(rig: Rig, enough: int | None = None) -> bool:
    """Whether the rig's memo holds the characterisation of its twin; arguments as there."""
    twin = rig.twin.card.digest
    return any(rig.store.known(characterisation(twin, some)) for some in {None, enough})


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


def _untold(n_images: int) -> None:
    """Nobody wants to know."""


def most_images(screen: Screen, share: float = 1.0) -> int:
    """Images of a characterisation if neurons answered everywhere on the screen.

    Parameters
    ----------
    share : float
        Of the neurons, where some are enough: as many as if they lay evenly on the screen, and
        fewer where they lie together.
    """
    patches = Patches.from_json(PROTOCOL["patches"])
    degrees = np.stack(screen.pixel_centres_deg(), axis=-1)
    cells = np.rint(degrees / PROTOCOL["grating_pitch_deg"]).reshape(-1, 2)
    squares = np.indices(screen.shape).reshape(2, -1).T // patches.coarse_px
    met = len(np.unique(np.hstack([cells, squares]), axis=0))
    n_cells = min(len(np.unique(cells, axis=0)), int(np.ceil(share * met)))
    natural: int = PROTOCOL["natural_crops"]
    return patches.most_images(screen, share) + natural + len(_tunings()) * n_cells


def _measure(rig: Rig, request: dict[str, Any], on_images: Callable[[int], None]) -> Answer:
    twin, screen = rig.twin, rig.screen
    grey = _mean_responses(twin, [np.full((1, *screen.shape), screen.grey, np.uint8)])[:, 0]
    # Gaussian fits to the responses to small patches.
    patches, enough = Patches.from_json(PROTOCOL["patches"]), request["protocol"].get("enough")
    found = patch_fields(rig, None, patches, on_images, enough)
    fields = found.degrees(screen)
    of_crops = {**request, "of": "natural", "at_once": AT_ONCE}
    natural = _natural(rig, of_crops, found.n_images, on_images)
    n_shown = found.n_images + natural.shape[1]
    tuning, n_gratings = _tuning(rig, {**request, "of": "tuning"}, grey, fields, n_shown, on_images)
    spread = natural.std(axis=1)
    reference = np.percentile(natural, 95, axis=1) - grey
    driven = (reference > 0) & (spread > 0)
    return {
        **fields,
        **tuning,
        "grey": grey,
        "reference": np.where(driven, reference, np.nan),
        # A neuron that natural images do not drive has no scale to compare anything with.
        "quality": np.where(driven, spread / _scale(twin, spread, driven), 0.0),
        "n_stimuli": 1 + n_shown + n_gratings,
        "n_mapped": int(np.isfinite(found.r2).sum()),
    }


def _scale(twin: Twin, spread: Float, driven: NDArray[np.bool_]) -> Float | float:
    """What the SD of predictions is held against, per neuron or for all.

    Predictions are conditional means: divided by the SD of what was recorded, their own is the
    correlation to expect where they are calibrated. A twin that knows no recording has the median
    neuron's instead.
    """
    if "response_sd" in twin.neurons:
        return np.asarray(twin.neurons["response_sd"].values, np.float64)
    return float(np.median(spread[driven])) if driven.any() else 1.0


def _mean_responses(
    twin: Twin, images: Iterable[NDArray[np.uint8]], neurons: NDArray[np.intp] | None = None
) -> Float:
    """Mean response (neuron, stimulus) to static images (1, y, x) over the protocol's duration."""
    n_frames = twin.card.screen.frames(PROTOCOL["duration_s"])
    stack = np.stack(list(images))
    shown = np.broadcast_to(stack, (len(stack), n_frames, *stack.shape[2:]))
    means: Float = answered(twin, shown, neurons).values.mean(axis=2, dtype=np.float64).T
    return means


def _rendered(stimuli: Iterable[Stimulus], screen: Screen) -> list[NDArray[np.uint8]]:
    return [stimulus.render(screen) for stimulus in stimuli]


def _natural(
    rig: Rig, request: dict[str, Any], before: int, on_images: Callable[[int], None]
) -> Float:
    """Mean responses (neuron, crop) to crops of photographs."""
    numbers = range(PROTOCOL["natural_crops"])
    parts = [list(numbers[k : k + AT_ONCE]) for k in numbers[::AT_ONCE]]
    act = partial(_to_crops, rig.twin)
    shown = in_parts(rig, request, parts, act, lambda k: on_images(before + k * AT_ONCE))
    return np.concatenate([part["mean"] for part in shown], axis=1)


def _to_crops(twin: Twin, numbers: list[int]) -> Answer:
    family = Photographs().explored()
    crops = [family.draw(seed_of("characterise", "natural", i)) for i in numbers]
    return {"mean": _mean_responses(twin, _rendered(crops, twin.card.screen))}


def _tuning(
    rig: Rig,
    request: dict[str, Any],
    grey: Float,
    fields: Mapping[str, Float],
    before: int,
    on_images: Callable[[int], None],
) -> tuple[dict[str, Float], int]:
    """Orientation and spatial frequency from small static gratings, averaged over phase.

    The gratings are no larger than receptive fields and are shown near each of them: a large
    one at the preferred orientation would suppress the very neurons that prefer it. Spatial
    frequency is read at the best orientation: at others a Gabor prefers lower frequencies.
    """
    orientations = np.array(PROTOCOL["orientations_deg"])
    frequencies = np.array(PROTOCOL["spatial_frequencies_cpd"])
    places, n_gratings = _neighbourhoods(fields), len(_tunings())
    request = {**request, "places": digest([[*place, rows.tolist()] for place, rows in places])}
    shown = in_parts(
        *(rig, request, places, partial(_to_gratings, rig.twin)),
        lambda k: on_images(before + k * n_gratings),
    )
    evoked = np.full((len(grey), len(orientations), len(frequencies)), np.nan)
    for (_, neurons), part in zip(places, shown, strict=True):
        curves = part["mean"].reshape(len(neurons), *evoked.shape[1:], -1).mean(axis=3)
        evoked[neurons] = np.maximum(curves - grey[neurons, None, None], 0.0)
    every = np.arange(len(grey))
    best_sf = np.nan_to_num(evoked.mean(axis=1)).argmax(axis=1)
    best_orientation = np.nan_to_num(evoked.mean(axis=2)).argmax(axis=1)
    over_orientation = evoked[every, :, best_sf]
    return {
        "orientation_deg": preferred_orientation_deg(over_orientation, orientations),
        "gosi": gosi(over_orientation, orientations),
        "spatial_frequency_cpd": preferred_sf_cpd(evoked[every, best_orientation], frequencies),
    }, n_gratings * len(places)


def _tunings() -> list[tuple[float, float, float]]:
    """Orientation, spatial frequency and phase of the gratings at one place."""
    names = ("orientations_deg", "spatial_frequencies_cpd", "phases_deg")
    return list(product(*(PROTOCOL[name] for name in names)))


def _to_gratings(twin: Twin, place: tuple[tuple[float, float], NDArray[np.intp]]) -> Answer:
    (azimuth, elevation), neurons = place
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
        for orientation, frequency, phase in _tunings()
    ]
    return {"mean": _mean_responses(twin, _rendered(stimuli, twin.card.screen), neurons)}


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


def _summary(columns: Mapping[str, Float], n_mapped: int) -> dict[str, Any]:
    field = np.isfinite(columns["rf_azimuth_deg"])
    driven = np.isfinite(columns["reference"])

    def median(name: str) -> float | None:
        values = columns[name][np.isfinite(columns[name])]
        return float(np.median(values)) if values.size else None

    return {
        "n_neurons": int(field.size),
        "n_mapped": n_mapped,
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
