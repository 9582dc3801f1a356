"""The energy twin measured as mice were: selectivity, modulation, contrast, size, surround.

    OMP_NUM_THREADS=1 python benchmarks/energy_physiology.py [FOLDER OF MOUSE B'S TUNING CURVES]

Preferences and places are the measured ones, as for any twin; the planted truth is not read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.analysis.tuning import gdsi, gosi
from v1vlm.physiology import characterise, load_physiology
from v1vlm.rig import Rig
from v1vlm.stimuli import CentreSurround, Grating, Screen, Stimulus
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import EnergyTwin, load

Float = NDArray[np.float64]

SCREEN = Screen()
N_CELLS = 150
SIZES_DEG = (5.0, 10.0, 15.0, 20.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0)
CONTRASTS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
RINGED_DEG = (20.0, 30.0)
BLOCKS = (
    (0.18, 0.61),
    (0.18, 1.7),
    (0.38, 0.61),
    (0.38, 1.7),
    (0.38, 4.2),
    (0.65, 1.7),
    (0.65, 4.2),
)
"""Wavelength (half-heights) and drift (Hz) of the recorded Gabors."""


def main(recorded: Path | None) -> None:
    if recorded is not None:
        selectivity(recorded)
    for arg in ("", "no-surround"):
        twin = load(arg)
        store = MemoryStore()
        physiology = load_physiology(characterise(Rig(twin, store)), store.get)
        print(f"\n{twin.card.name}, {N_CELLS} cells")
        for name, value in Session(twin, physiology).summary().items():
            print(f"{name:44s} {value}")


def selectivity(recorded: Path) -> None:
    """Distance of the distributions of gOSI and gDSI from mouse B's, and selective shares."""
    curves = load().respond(gabor_blocks()).values.mean(2)
    curves = curves.reshape(8, len(BLOCKS), -1).mean(1).T.astype(float)
    angles: Float = 45.0 * np.arange(8, dtype=float)
    for index, name in ((gosi, "OSI"), (gdsi, "DSI")):
        mouse = np.load(recorded / f"{name}.npy")
        noisy = [index(with_noise(curves, seed), angles) for seed in range(20)]
        distance = [ks_2samp(values, mouse).statistic for values in noisy]
        print(
            f"g{name}: KS {np.mean(distance):.3f} with the noise of the recordings, "
            f"{ks_2samp(index(curves, angles), mouse).statistic:.3f} without; "
            f"medians {np.median(noisy):.3f}, mouse {np.median(mouse):.3f}"
        )


def with_noise(curves: Float, seed: int) -> Float:
    """Curves with the relative standard error of recorded points: lognormal(.27, .58)."""
    rng = np.random.default_rng(seed)
    error = np.minimum(0.27 * np.exp(0.58 * rng.standard_normal((len(curves), 1))), 1.5)
    noisy: Float = curves * rng.gamma(np.broadcast_to(error**-2, curves.shape)) * error**2
    return noisy


def gabor_blocks() -> NDArray[np.uint8]:
    """The recorded protocol (direction · combination, frame, y, x): 25-frame drifting Gabors."""
    rows, columns = np.mgrid[: SCREEN.height_px, : SCREEN.width_px]
    half = SCREEN.height_px / 2
    x, y = (columns - 31.5) / half, (17.5 - rows) / half
    time_s = np.arange(25)[:, None, None] / SCREEN.frame_rate_hz
    movies = []
    for angle in np.radians(45 * np.arange(8)):
        along = np.cos(angle) * x + np.sin(angle) * y
        for wave, hz in BLOCKS:
            carrier = np.cos(2 * np.pi * (along / wave - hz * time_s))
            image = np.exp(-(x**2 + y**2) / 0.18) * carrier
            movies.append(np.rint(127 + 127 * image).astype(np.uint8))
    return np.stack(movies)


class Session:
    """Gratings centred on one cell after another, at its measured preferences."""

    def __init__(self, twin: EnergyTwin, physiology: Physiology) -> None:
        self.twin, self.known = twin, physiology
        places = physiology["rf_azimuth_deg"], physiology["rf_elevation_deg"]
        near = angular_distance_deg(*places, (0.0, 0.0)) <= 20.0
        self.cells = np.flatnonzero(near & (physiology["gosi"] >= 0.1))[:N_CELLS]

    def summary(self) -> dict[str, str]:
        """What the twin's card could be held against, in words."""
        found = [self._cell(int(cell)) for cell in self.cells]
        size = np.stack([cell["size"] for cell in found])
        suppression = (size.max(1) - size[:, -1]) / size.max(1)
        modulation = np.array([cell["f1"] for cell in found])
        context = np.stack([cell["cmi"] for cell in found], axis=1)
        c50 = np.array([half_of(cell["contrast"]) for cell in found])
        curve = np.median(size / size.max(1, keepdims=True), axis=0)
        return {
            "F1/F0, median (share above 1)": said(modulation, np.mean(modulation > 1)),
            "c50, median": f"{np.median(c50):.2f}",
            "preferred size, median": f"{np.median(np.array(SIZES_DEG)[size.argmax(1)]):.0f}°",
            "suppression index, median (share above .1)": said(
                suppression, np.mean(suppression > 0.1)
            ),
            **{
                f"CMI at {diameter:.0f}°, median (share above 0)": said(values, np.mean(values > 0))
                for diameter, values in zip(RINGED_DEG, context, strict=True)
            },
            "size curve at " + " ".join(f"{s:.0f}" for s in SIZES_DEG): " ".join(
                f"{value:.2f}" for value in curve
            ),
        }

    def _cell(self, cell: int) -> dict[str, Any]:
        turns = [self._evoked(cell, [self._grating(cell, turn=t)])[0] for t in (0.0, 180.0)]
        turn = 180.0 if turns[1].mean() > turns[0].mean() else 0.0
        size = self._evoked(cell, [self._grating(cell, turn=turn, size=s) for s in SIZES_DEG])
        best = SIZES_DEG[int(size.mean(1).argmax())]
        contrasts = [self._grating(cell, turn=turn, size=best, contrast=c) for c in CONTRASTS]
        course = self._evoked(cell, [self._grating(cell, turn=turn, size=best, seconds=2.5)])[0]
        cycles = course[15:]  # four cycles of 2 Hz, after the onset
        ringed = [self._cmi(cell, turn, diameter) for diameter in RINGED_DEG]
        return {
            "size": size.mean(1),
            "contrast": self._evoked(cell, contrasts).mean(1),
            "f1": 2 * abs(np.fft.fft(cycles)[4]) / cycles.sum(),
            "cmi": ringed,
        }

    def _cmi(self, cell: int, turn: float, diameter_deg: float) -> float:
        """(cross − iso) / (cross + iso), the ring filling the screen (Keller et al. 2020)."""
        shared = {**self._shared(cell, turn), "centre_diameter_deg": diameter_deg}
        rings = [CentreSurround(**shared, surround_offset_deg=offset) for offset in (90.0, 0.0)]
        cross, iso = self._evoked(cell, rings).mean(1)
        return float((cross - iso) / (cross + iso))

    def _shared(self, cell: int, turn: float) -> dict[str, Any]:
        return {
            "azimuth_deg": float(self.known["rf_azimuth_deg"][cell]),
            "elevation_deg": float(self.known["rf_elevation_deg"][cell]),
            "orientation_deg": float(self.known["orientation_deg"][cell] + turn) % 360,
            "spatial_frequency_cpd": float(self.known["spatial_frequency_cpd"][cell]),
            "temporal_frequency_hz": 2.0,
        }

    def _grating(
        self,
        cell: int,
        *,
        turn: float,
        size: float = 20.0,
        contrast: float = 1.0,
        seconds: float = 1.0,
    ) -> Stimulus:
        return Grating(
            **self._shared(cell, turn),
            aperture="disc",
            diameter_deg=size,
            contrast=contrast,
            duration_s=seconds,
        )

    def _evoked(self, cell: int, stimuli: Sequence[Stimulus]) -> Float:
        """Responses above grey (stimulus, time)."""
        frames = np.stack([stimulus.render(SCREEN) for stimulus in stimuli])
        responses = self.twin.respond(frames, neurons=[cell]).values[:, 0].astype(float)
        return np.asarray(responses - self.known["grey"][cell])


def half_of(responses: Float) -> float:
    """Contrast of half the largest response, interpolated on the logarithm."""
    scaled = responses / responses.max()
    first = int(np.argmax(scaled >= 0.5))
    around = slice(first - 1, first + 1)
    return float(np.exp(np.interp(0.5, scaled[around], np.log(CONTRASTS)[around])))


def said(values: Float, share: np.floating[Any]) -> str:
    return f"{np.median(values):.2f} ({100 * share:.0f} %)"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
