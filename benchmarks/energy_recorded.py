"""Recorded mice and the energy twin: the noise of recorded estimates, and distances to them.

A mouse is a folder in the layout of the derived recordings (Turishcheva et al. 2023):
``tuning/mouseB/{tuning_curve,OSI,DSI,orientation_selective,direction_selective}.npy``,
``statistics/mouseB/response/mean.npy`` and ``neuron_coordinates/mouseB.npy``. What is missing is
not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import ks_2samp

from v1vlm.analysis.tuning import gdsi, gosi, preferred_orientation_deg
from v1vlm.stimuli import Photographs, Screen
from v1vlm.twins.energy import EnergyTwin
from v1vlm.twins.energy.noise import BLOCKS, noisy_means

Float = NDArray[np.float64]

SCREEN = Screen()
DIRECTIONS: Float = 45.0 * np.arange(8, dtype=float)
BLOCK_FRAMES = 25
COMBINATIONS = (
    (0.18, 0.61),
    (0.18, 1.7),
    (0.38, 0.61),
    (0.38, 1.7),
    (0.38, 4.2),
    (0.65, 1.7),
    (0.65, 4.2),
)
"""Wavelength (half-heights) and drift (Hz) of the recorded Gabors."""

SELECTIVE = np.sqrt(np.log(100) / 8)
"""An index of a flat curve of 8 points exceeds this many relative errors with p = .01."""

DISTANCES_UM = (0.0, 20.0, 50.0, 100.0, 200.0)


@dataclass(frozen=True)
class Curves:
    """Tuning to the recorded Gabors, of a mouse or of a twin with noise (neuron, direction)."""

    curves: Float
    gosi: Float
    gdsi: Float
    oriented: NDArray[np.bool_]
    directed: NDArray[np.bool_]
    place_um: Float

    def of(self, some: NDArray[np.bool_]) -> Curves:
        """Those of some neurons."""
        return Curves(*(value[some] for value in vars(self).values()))


def read_mouse(folder: Path, mouse: str) -> tuple[Curves | None, Float | None]:
    """Tuning and mean natural responses of a mouse, as far as they are there."""
    tuning, mean = folder / "tuning" / f"mouse{mouse}", None
    natural = folder / "statistics" / f"mouse{mouse}" / "response" / "mean.npy"
    if natural.exists():
        mean = _load(natural).astype(float)
    if not tuning.is_dir():
        return None, mean
    names = ("tuning_curve", "OSI", "DSI", "orientation_selective", "direction_selective")
    arrays = [_load(tuning / f"{name}.npy") for name in names]
    place = _load(folder / "neuron_coordinates" / f"mouse{mouse}.npy").astype(float)
    return Curves(*(a.astype(float) for a in arrays[:3]), *arrays[3:], place), mean  # type: ignore[arg-type]


def halves(size: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The half that parameters and noise were fitted on, and the half that scores them."""
    fitted = np.random.default_rng(0).permutation(size) < size // 2
    return fitted, ~fitted


def measured_curves(twin: EnergyTwin, seed: int) -> Curves:
    """A twin in the recorded protocol, with the noise of recorded means."""
    people = twin.population
    shown = twin.respond(gabor_blocks()).values.mean(2, dtype=float)
    clean = shown.reshape(8, len(COMBINATIONS), -1).mean(1).T
    curves = noisy_means(clean, people.trial_sd, BLOCKS, seed)
    limit = SELECTIVE * people.trial_sd / np.sqrt(BLOCKS)
    found = gosi(curves, DIRECTIONS), gdsi(curves, DIRECTIONS)
    place = np.stack([people.x_um, people.y_um, people.depth_um], axis=1)
    return Curves(curves, *found, found[0] > limit, found[1] > limit, place)


def gabor_blocks() -> NDArray[np.uint8]:
    """The recorded protocol (direction · combination, frame, y, x): 25-frame drifting Gabors."""
    rows, columns = np.mgrid[: SCREEN.height_px, : SCREEN.width_px]
    half = SCREEN.height_px / 2
    x, y = (columns - 31.5) / half, (17.5 - rows) / half
    time_s = np.arange(BLOCK_FRAMES)[:, None, None] / SCREEN.frame_rate_hz
    movies = []
    for angle in np.radians(DIRECTIONS):
        along = np.cos(angle) * x + np.sin(angle) * y
        for wave, hz in COMBINATIONS:
            carrier = np.cos(2 * np.pi * (along / wave - hz * time_s))
            image = np.exp(-(x**2 + y**2) / 0.18) * carrier
            movies.append(np.rint(127 + 127 * image).astype(np.uint8))
    return np.stack(movies)


def natural_means(twin: EnergyTwin, n: int = 240) -> Float:
    """Mean response of every neuron to crops of photographs."""
    family = Photographs().explored()
    images = np.stack([family.draw(seed).render(SCREEN) for seed in range(n)])
    shown = np.broadcast_to(images, (n, 15, *SCREEN.shape))
    return np.asarray(twin.respond(shown).values.mean((0, 2), dtype=float))


def compared(seen: Curves, mouse: Curves) -> dict[str, float]:
    """Distances of distributions, and shares, of a twin to a mouse."""
    return {
        "gOSI, KS": _ks(seen.gosi, mouse.gosi),
        "gDSI, KS": _ks(seen.gdsi, mouse.gdsi),
        "mean response to Gabors, KS": _ks(*(_scaled(c.curves.mean(1)) for c in (seen, mouse))),
    }


def described(curves: Curves) -> dict[str, float]:
    """What is compared by its value."""
    peak = curves.curves[curves.oriented].argmax(1) % 4
    deep = curves.place_um[:, 2] == curves.place_um[:, 2].max()
    ranks = [index.argsort().argsort() for index in (curves.gosi, curves.gdsi)]
    found = {
        "gOSI, median": np.median(curves.gosi),
        "gDSI, median": np.median(curves.gdsi),
        "orientation selective": curves.oriented.mean(),
        "direction selective": curves.directed.mean(),
        "log mean response to Gabors, SD": np.log(curves.curves.mean(1)).std(),
        "gOSI with gDSI, rank correlation": np.corrcoef(*ranks)[0, 1],
        "selective, preferring 90° or 270°": np.mean(peak == 2),
        "selective, preferring 0° or 180°": np.mean(peak == 0),
        "gOSI in the deepest plane, median": np.median(curves.gosi[deep]),
    }
    for low, high in pairwise(DISTANCES_UM):
        found[f"cos 2Δ of preferences, {low:.0f}–{high:.0f} µm"] = likeness(curves, low, high)
    return {name: float(value) for name, value in found.items()}


def likeness(curves: Curves, low_um: float, high_um: float) -> float:
    """Mean cos 2Δ of the preferences of selective pairs at a distance in the plane."""
    some = curves.of(curves.oriented)
    turn = np.exp(2j * np.radians(preferred_orientation_deg(some.curves, DIRECTIONS)))
    place = some.place_um[:, 0] + 1j * some.place_um[:, 1]
    total, count = 0.0, 0
    for index in range(len(turn) - 1):
        distance = np.abs(place[index + 1 :] - place[index])
        pairs = (distance >= low_um) & (distance < high_um)
        total += float((turn[index + 1 :][pairs] * turn[index].conj()).real.sum())
        count += int(pairs.sum())
    return total / count


def fit_noise(mouse: Curves) -> tuple[float, float]:
    """Median and SD of the log of the relative error of a recorded point.

    A noisy curve can look selective; whether a permutation test of its trials agrees says how
    noisy it was. Curves exp(a cos 2(θ − φ) + b cos(θ − ψ)) with lognormal a, b and relative error
    are drawn, and the six parameters fitted to the quantiles of both indices and to the
    selective share in every tenth of them. The twin has no part in it.
    """
    edges = [np.quantile(i, np.linspace(0.1, 0.9, 9)) for i in (mouse.gosi, mouse.gdsi)]
    shares = (mouse.gosi, mouse.oriented), (mouse.gdsi, mouse.directed)
    wanted = [_profile(i, s, edge) for (i, s), edge in zip(shares, edges, strict=True)]

    def loss(parameters: Float) -> float:
        indices, error = _drawn_indices(parameters)
        made = [_profile(i, i > SELECTIVE * error, e) for i, e in zip(indices, edges, strict=True)]
        return float(sum(((a - b) ** 2).sum() for a, b in zip(made, wanted, strict=True)))

    start = np.array([-1.2, 0.8, -2.2, 0.8, np.log(0.27), 0.58])
    options = {"maxfev": 900, "xatol": 1e-3, "fatol": 1e-4, "adaptive": True}
    best = minimize(loss, start, method="Nelder-Mead", options=options).x
    return float(np.exp(best[4])), float(best[5])


def _drawn_indices(parameters: Float) -> tuple[tuple[Float, Float], Float]:
    size, rng = 8000, np.random.default_rng(0)
    two, one = (
        np.minimum(np.exp(parameters[k] + parameters[k + 1] * rng.standard_normal((size, 1))), 6.0)
        for k in (0, 2)
    )
    turn = np.radians(DIRECTIONS) - rng.uniform(0, 2 * np.pi, (2, size, 1))
    curves = np.exp(two * np.cos(2 * turn[0]) + one * np.cos(turn[1]))
    error = np.exp(parameters[4] + parameters[5] * rng.standard_normal(size))
    error = np.minimum(error, 1.5)
    noisy = curves * rng.gamma(np.broadcast_to(error[:, None] ** -2, curves.shape))
    return (gosi(noisy + 1e-12, DIRECTIONS), gdsi(noisy + 1e-12, DIRECTIONS)), error


def _profile(index: Float, selective: NDArray[np.bool_], edges: Float) -> Float:
    tenth = np.searchsorted(edges, index)
    shares = [selective[tenth == k].mean() if np.any(tenth == k) else 0.5 for k in range(10)]
    quantiles = np.quantile(np.maximum(index, 1e-4), np.linspace(0.05, 0.95, 10))
    return np.concatenate([np.log(quantiles), 1.5 * np.array(shares)])


def scaled_distance(first: Float, second: Float) -> float:
    """KS distance of two distributions of responses, each in units of its median."""
    return _ks(_scaled(first), _scaled(second))


def _scaled(responses: Float) -> Float:
    return np.asarray(responses / np.median(responses))


def _ks(first: Float, second: Float) -> float:
    return float(ks_2samp(first, second).statistic)


def _load(path: Path) -> NDArray[np.generic]:
    return np.asarray(np.load(path, allow_pickle=False))
