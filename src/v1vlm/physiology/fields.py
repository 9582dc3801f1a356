"""Receptive fields: the classical estimate from noise, and two that cost a fraction of it.

Classical (P1) is the response-weighted sum of uniform noise, 100,000 images of 30 frames
(Chichilnisky 2001). It finds fields of neurons that answer to the sign of light. Patches, from
coarse to fine, find those of any neuron that answers to contrast, with some thousand images; a
twin that gives gradients needs no images beyond a few backgrounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from v1vlm.analysis.receptive_fields import fit_gaussians
from v1vlm.errors import InputError
from v1vlm.physiology.parts import in_parts
from v1vlm.records import Record, digest, rng_of
from v1vlm.rig import Rig
from v1vlm.stimuli import PinkNoise, Screen
from v1vlm.store import Answer
from v1vlm.twins import Differentiable, Twin, answered
from v1vlm.twins.base import check_neurons

Float = NDArray[np.float64]
Index = NDArray[np.intp]

CLASSICAL_IMAGES = 100_000
BATCH = 200

WELL = 0.5
"""Least share of a map's variance that a Gaussian explains for the fit to count."""

N_PATCHES = 6
PLACES_AT_ONCE = 4
"""Places of a part: where a twin is slow, stopping costs the images of one."""

BACKGROUNDS, GRADIENT_FRAMES = 4, 12

GRADIENT_IMAGES = 16
"""Images that take about as long as the gradients of one neuron."""


class Patches(Record):
    """Where patches are shown, and how large they are.

    Attributes
    ----------
    coarse_px, fine_px : int
        Distance of the places, everywhere and then where somebody answered.
    reach_px : float
        How far from a place with an answer the fine ones go.
    coarse_sd_px, fine_sd_px : float
    contrast : float
        Largest; a saturated neuron has a wide map.
    duration_s : float
    """

    coarse_px: int = 4
    fine_px: int = 2
    reach_px: float = 8
    coarse_sd_px: float = 1.6
    fine_sd_px: float = 1.0
    contrast: float = 0.25
    duration_s: float = 0.5

    def most_images(self, screen: Screen, share: float = 1.0) -> int:
        """Images if somebody answered everywhere, or at a share of the coarse places."""
        coarse, everywhere = (len(_grid(screen, p)) for p in (self.coarse_px, self.fine_px))
        around = (2 * self.reach_px / self.fine_px + 1) ** 2
        fine = min(everywhere, round(share * coarse * around))
        return (coarse + fine) * N_PATCHES


PATCHES = Patches()


@dataclass(frozen=True)
class Fields:
    """Gaussian fits to the maps of some neurons.

    Attributes
    ----------
    method : {"noise", "patches", "gradient"}
    neuron : int array (neuron,)
    row, column, sd : array (neuron,)
        Centre and width in pixels; of patches, that of the patch is taken off.
    r2 : array (neuron,)
        Share of the map's variance explained; NaN of neurons that were left out.
    n_images : int
        Images shown; of gradients, backgrounds times neurons.
    """

    method: str
    neuron: Index
    row: Float
    column: Float
    sd: Float
    r2: Float
    n_images: int

    def on(self, screen: Screen) -> NDArray[np.bool_]:
        """Whether each fit counts, and its centre lies on the screen."""
        inside = (self.row > -1) & (self.row < screen.height_px)
        return self.well & inside & (self.column > -1) & (self.column < screen.width_px)

    def degrees(self, screen: Screen) -> dict[str, Float]:
        """Centre and SD in degrees, by column; NaN where the fit does not count."""
        good = self.on(screen)
        azimuth, elevation = screen.to_degrees(self.row, self.column)
        per_px = np.array(
            [
                screen.degrees_per_pixel(float(az), float(el)) if ok else np.nan
                for az, el, ok in zip(azimuth, elevation, good, strict=True)
            ]
        )
        columns = {
            "rf_azimuth_deg": azimuth,
            "rf_elevation_deg": elevation,
            "rf_sd_deg": self.sd * per_px,
        }
        return {name: np.where(good, values, np.nan) for name, values in columns.items()}

    @property
    def well(self) -> NDArray[np.bool_]:
        """Whether each fit counts."""
        return self.r2 >= WELL


def receptive_fields(rig: Rig, neurons: ArrayLike | None = None) -> Fields:
    """Fields by the cheapest way that the twin allows: gradients of few neurons, or else patches.

    Parameters
    ----------
    rig : Rig
    neurons : array of int, optional
        Indices into the twin's table; all by default.
    """
    if by_gradients(rig, len(check_neurons(neurons, rig.twin.card.n_neurons))):
        return gradient_fields(rig, neurons)
    return patch_fields(rig, neurons)


def by_gradients(rig: Rig, n_neurons: int) -> bool:
    """Whether gradients are the cheapest way to the fields of as many neurons."""
    few = GRADIENT_IMAGES * n_neurons < PATCHES.most_images(rig.screen)
    return few and isinstance(rig.twin, Differentiable)


def agreement(a: Fields, b: Fields, within_px: float = 1.0) -> tuple[float, int]:
    """Share of the neurons well fitted by both whose centres agree, and their number.

    Raises
    ------
    InputError
        If they are not of the same neurons.
    """
    if not np.array_equal(a.neuron, b.neuron):
        raise InputError(
            f"Fields of {len(a.neuron)} and of {len(b.neuron)} neurons are not of the same ones.",
            "Estimate both for the same neurons.",
        )
    both = a.well & b.well
    apart = np.hypot(a.row - b.row, a.column - b.column)[both]
    return (float((apart <= within_px).mean()) if apart.size else np.nan), int(both.sum())


def noise_fields(
    rig: Rig,
    neurons: ArrayLike | None = None,
    *,
    n_images: int = CLASSICAL_IMAGES,
    duration_s: float = 1.0,
) -> Fields:
    """The classical estimate: Σ response · noise, z-scored, and the Gaussian in its size.

    Parameters
    ----------
    n_images : int
        Static frames of uniform noise, independent in every pixel.
    duration_s : float
        How long each is shown; the response is the mean over it.
    """
    index = check_neurons(neurons, rig.twin.card.n_neurons)
    request = _request(rig, "noise", index, {"n_images": n_images, "duration_s": duration_s})
    answer = rig.once(request, lambda: _weighted_noise(rig.twin, index, n_images, duration_s))
    scores = answer["sum"] - answer["sum"].mean(axis=1, keepdims=True)
    scale = scores.std(axis=1, keepdims=True)
    scores = np.divide(scores, scale, out=np.zeros_like(scores), where=scale > 0)
    return _fitted("noise", index, np.abs(scores), _pixels(rig.screen), n_images)


def patch_fields(
    rig: Rig,
    neurons: ArrayLike | None = None,
    design: Patches = PATCHES,
    on_images: Callable[[int], None] | None = None,
    enough: int | None = None,
) -> Fields:
    """Responses to small patches: everywhere coarsely, then finely where somebody answered.

    At most 864 + 3,456 images on the usual screen, fewer the more the fields lie together, and
    some 500 for each place if a few are enough.

    Parameters
    ----------
    rig : Rig
    neurons : array of int, optional
        Indices into the twin's table; all by default.
    design : Patches
    on_images : callable, optional
        Told the number of images shown so far.
    enough : int, optional
        Fine patches are shown only around coarse places drawn at random until as many neurons
        answer most there, so that every neuron is as likely to be mapped; the others are left
        out. All by default.
    """
    index = check_neurons(neurons, rig.twin.card.n_neurons)
    few = {} if enough is None else {"enough": enough}
    request = _request(rig, "patches", index, {"design": design.to_json(), **few})
    showing = _Patching(rig, request, index, design, on_images or _untold, enough)
    answer = rig.once(request, showing.fields)
    found = {name: answer[name] for name in ("row", "column", "sd", "r2", "n_images")}
    return Fields("patches", index, **found)


def gradient_fields(rig: Rig, neurons: ArrayLike | None = None) -> Fields:
    """Size of the gradient of each neuron's mean response, over a few noise backgrounds.

    At grey alone neurons that answer to contrast of either sign have no gradient.

    Raises
    ------
    InputError
        If the twin gives no gradients.
    """
    index = check_neurons(neurons, rig.twin.card.n_neurons)
    if not isinstance(rig.twin, Differentiable):
        raise InputError(
            f"The twin {rig.twin.card.name!r} gives no gradients.", "Use patch_fields instead."
        )
    request = _request(rig, "gradient", index, {"of": [BACKGROUNDS, GRADIENT_FRAMES]})
    answer = rig.once(request, lambda: _gradients(rig, request, index))
    n_images = BACKGROUNDS * len(index)
    return _fitted("gradient", index, answer["size"], _pixels(rig.screen), n_images)


def _request(rig: Rig, method: str, index: Index, options: dict[str, Any]) -> dict[str, Any]:
    twin = rig.twin.card.digest
    return {
        "effect": "show",
        "fields": method,
        "twin": twin,
        "neurons": digest(index.tolist()),
        "version": 2,
        **options,
    }


def _weighted_noise(twin: Twin, index: Index, n_images: int, duration_s: float) -> Answer:
    screen = twin.card.screen
    total = np.zeros((len(index), screen.height_px * screen.width_px))
    n_frames = screen.frames(duration_s)
    for start in range(0, n_images, BATCH):
        size = min(BATCH, n_images - start)
        rng = rng_of("fields", "noise", start)
        images = rng.integers(0, 256, (size, 1, *screen.shape), dtype=np.uint8)
        responses = _mean(twin, images, index, n_frames)
        # Around the mean of grey levels, or every neuron's mean response would be a map.
        total += responses @ (images.reshape(size, -1) - 127.5)
    return {"sum": total}


@dataclass(frozen=True)
class _Patching:
    """Patches on their way to some neurons."""

    rig: Rig
    request: dict[str, Any]
    index: Index
    design: Patches
    on_images: Callable[[int], None]
    enough: int | None

    def fields(self) -> Answer:
        """Coarse map, fine map, and the Gaussians in it."""
        design, screen = self.design, self.rig.screen
        coarse = _grid(screen, design.coarse_px)
        first = self._map(coarse, design.coarse_sd_px, 0)
        peak, mapped = first.argmax(axis=1), np.ptp(first, axis=1) > 0
        if self.enough is not None:
            mapped &= np.isin(peak, self._drawn(peak[mapped]))
        peaks = coarse[np.unique(peak[mapped])]
        fine = _near(_grid(screen, design.fine_px), peaks, design.reach_px)
        places, maps = (fine, None) if len(fine) else (coarse, np.zeros_like(first))
        if maps is None:
            maps = self._map(fine, design.fine_sd_px, len(coarse))
        found = fit_gaussians(maps, places)
        # A map of patches is the field blurred by the patch, and the second moment of spots and
        # edges is 4/3 of the variance of their Gaussian. Half a pixel is the least there is.
        variance = found.sd**2 - 4 / 3 * design.fine_sd_px**2
        return {
            "row": found.row,
            "column": found.column,
            "sd": np.sqrt(np.maximum(variance, 0.25)),
            "r2": found.r2 if self.enough is None else np.where(mapped, found.r2, np.nan),
            "n_images": (len(coarse) + len(fine)) * N_PATCHES,
        }

    def _drawn(self, peak: Index) -> Index:
        """Coarse places, drawn at random until enough neurons have their peak there."""
        places, there = np.unique(peak, return_counts=True)
        order = rng_of("fields", "drawn").permutation(len(places))
        needed = int(np.searchsorted(np.cumsum(there[order]), self.enough or 0)) + 1
        return places[order[:needed]]

    def _map(self, places: Float, sd_px: float, before: int) -> Float:
        """Responses (neuron, place); `before` places were shown before."""
        rig = self.rig
        n_frames = rig.screen.frames(self.design.duration_s)
        parts = [places[k : k + PLACES_AT_ONCE] for k in range(0, len(places), PLACES_AT_ONCE)]
        act = partial(_evoked, rig.twin, self.index, sd_px, self.design.contrast, n_frames)

        def told(part: int) -> None:
            self.on_images((before + part * PLACES_AT_ONCE) * N_PATCHES)

        of = {"places": digest(places.tolist()), "sd_px": sd_px, "at_once": PLACES_AT_ONCE}
        request = {**self.request, **of}
        found = in_parts(rig, request, parts, act, told)
        return np.concatenate([part["map"] for part in found], axis=1)


def _evoked(
    twin: Twin, index: Index, sd_px: float, contrast: float, n_frames: int, places: Float
) -> Answer:
    """Mean responses (neuron, place) to the patches at some places."""
    screen = twin.card.screen
    images = np.concatenate([_patches(screen, place, sd_px, contrast) for place in places])
    responses = _mean(twin, images, index, n_frames)
    return {"map": responses.reshape(len(index), len(places), N_PATCHES).mean(axis=2)}


def _patches(screen: Screen, place: Float, sd_px: float, contrast: float) -> NDArray[np.uint8]:
    """A bright and a dark spot, and edges of both signs along both axes (6, 1, y, x).

    Together they lean neither way, and they are as large in pixels at every place: with noise
    in the patch, or with a patch of as many degrees, maps are shifted by what the patch holds.
    """
    rows, columns = np.mgrid[: screen.height_px, : screen.width_px]
    down, right = (rows - place[0]) / sd_px, (columns - place[1]) / sd_px
    spot = np.exp(-(down**2 + right**2) / 2)
    # The slope of a Gaussian is steepest at one SD, where it is as much as exp(-1/2).
    edges = [spot * along * np.exp(0.5) for along in (down, right)]
    shapes = np.stack([sign * each for each in (spot, *edges) for sign in (1, -1)])
    room = contrast * min(screen.grey, 255 - screen.grey)
    images: NDArray[np.uint8] = np.rint(screen.grey + room * shapes[:, None]).astype(np.uint8)
    return images


def _gradients(rig: Rig, request: dict[str, Any], index: Index) -> Answer:
    parts = [[neuron] for neuron in index.tolist()]
    found = in_parts(rig, request, parts, partial(_gradient, rig.twin))
    size = [part["size"] for part in found]
    n_pixels = rig.screen.height_px * rig.screen.width_px
    return {"size": np.array(size).reshape(len(index), n_pixels)}


def _gradient(twin: Twin, neuron: list[int]) -> Answer:
    screen = twin.card.screen
    backgrounds = np.stack([PinkNoise(rms=0.2, seed=k).render(screen) for k in range(BACKGROUNDS)])
    frames = np.repeat(backgrounds, GRADIENT_FRAMES, axis=1).astype(np.float32)
    weights = np.full((1, GRADIENT_FRAMES), 1.0 / GRADIENT_FRAMES)
    slopes = cast(Differentiable, twin).vjp(frames, weights, neurons=neuron)
    return {"size": np.sqrt((slopes.sum(axis=1, dtype=np.float64) ** 2).mean(axis=0)).ravel()}


def _mean(twin: Twin, images: NDArray[np.uint8], index: Index, n_frames: int) -> Float:
    shown = np.broadcast_to(images, (len(images), n_frames, *images.shape[2:]))
    found: Float = answered(twin, shown, index).values.mean(axis=2, dtype=np.float64).T
    return found


def _fitted(method: str, index: Index, maps: Float, places: Float, n_images: int) -> Fields:
    found = fit_gaussians(maps, places)
    return Fields(method, index, found.row, found.column, found.sd, found.r2, n_images)


def _untold(n_images: int) -> None:
    """Nobody wants to know."""


def _pixels(screen: Screen) -> Float:
    return _grid(screen, 1)


def _grid(screen: Screen, pitch_px: int) -> Float:
    """Places (place, 2) in pixels, in the middle of squares."""
    middle = pitch_px / 2 - 0.5
    rows = np.arange(middle, screen.height_px, pitch_px)
    columns = np.arange(middle, screen.width_px, pitch_px)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), -1).reshape(-1, 2)


def _near(places: Float, peaks: Float, reach_px: float) -> Float:
    """The places within reach of a peak."""
    away = np.abs(places[:, None] - np.asarray(peaks).reshape(1, -1, 2)).max(axis=2)
    near: Float = places[(away <= reach_px).any(axis=1)]
    return near
