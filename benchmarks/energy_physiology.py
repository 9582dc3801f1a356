"""The energy twin measured as mice were, against recorded and published values.

    OMP_NUM_THREADS=1 python benchmarks/energy_physiology.py --recorded DIR [--mouse B]

Median and range over five populations. Preferences and places are the measured ones, as for any
twin; the planted truth is not read, but for the size of the noise of recorded estimates. That
noise, and the twin's parameters, were fitted on one half of mouse B; scores are of the other.
Without ``--recorded`` only published values are compared. Writes results/energy_physiology.md
and the table of docs/energy-twin.md.
``--fit-noise`` estimates the noise from the fitted half and prints it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import energy_recorded as recorded
from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.physiology import characterise, load_physiology
from v1vlm.rig import Rig
from v1vlm.stimuli import CentreSurround, Grating, Screen, Stimulus
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import EnergyTwin, load

Float = NDArray[np.float64]

SCREEN = Screen()
RESULT = Path(__file__).parent / "results" / "energy_physiology.md"
DOCUMENT = Path(__file__).parents[1] / "docs" / "energy-twin.md"
MARKS = "<!-- table -->", "<!-- end of table -->"
SIZES_DEG = (5.0, 7.5, 10.0, 12.5, 15.0, 17.5, 20.0, 25.0, 30.0, 40.0, 55.0, 70.0, 85.0)
CONTRASTS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
FREQUENCIES_CPD = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.12)
RINGED_DEG = (20.0, 30.0)

TARGETS: dict[str, tuple[str, float, float]] = {
    "gOSI, KS": ("at most .10", 0.0, 0.10),
    "gDSI, KS": ("at most .10", 0.0, 0.10),
    "mean response to Gabors, KS": ("at most .10", 0.0, 0.10),
    "mean response to photographs, KS": ("at most .10", 0.0, 0.10),
    "F1/F0 above 1": (".30–.60", 0.30, 0.60),
    "c50, median": (".10–.30 (literature)", 0.10, 0.30),
    "preferred spatial frequency, median (cpd)": (".02–.06 (Niell & Stryker 2008)", 0.02, 0.06),
    "preferred size, median (°)": ("9–16 (11.7 in Keller et al. 2020, Nature)", 9.0, 16.0),
    "suppression index above .1": (".55–.75 (.65 in PMC10479843)", 0.55, 0.75),
    "CMI at 20° above 0": ("at least .65 (.86 in Keller et al. 2020, Neuron)", 0.65, 1.0),
    "CMI at 20°, median": (".3–.6 (.64 in Keller et al. 2020, Neuron)", 0.3, 0.6),
    "orientation within 10° of the planted": ("at least .90", 0.90, 1.0),
}
"""What is asked of the median over populations."""

NEAR_RECORDED = {"orientation selective": 0.05, "direction selective": 0.05}
"""Rows that must come this near to the mouse; other rows are printed and not judged."""


def main() -> None:
    arguments = read_arguments()
    mouse, natural = None, None
    if arguments.recorded is not None:
        mouse, natural = recorded.read_mouse(arguments.recorded, arguments.mouse)
    if arguments.fit_noise:
        if mouse is None:
            raise SystemExit("--fit-noise needs --recorded with tuning curves")
        fitted = mouse.of(recorded.halves(len(mouse.gosi))[0])
        print(
            "relative error: median {:.3f}, SD of the log {:.2f}".format(
                *recorded.fit_noise(fitted)
            )
        )
        return
    if mouse is not None and arguments.mouse == "B":
        mouse = mouse.of(recorded.halves(len(mouse.gosi))[1])
    found = [
        measured(arguments.twin, population, arguments.cells, mouse, natural)
        for population in range(1, arguments.seeds + 1)
    ]
    text = table(found, {} if mouse is None else recorded.described(mouse), arguments)
    print(text)
    if arguments.twin == "" and arguments.mouse == "B" and mouse is not None:
        RESULT.write_text(text)
        before, rest = DOCUMENT.read_text().split(MARKS[0])
        rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
        DOCUMENT.write_text(f"{before}{MARKS[0]}\n{rows}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recorded", type=Path, help="folder of derived recordings")
    parser.add_argument("--mouse", default="B")
    parser.add_argument("--twin", default="", help="options of the twin, as in energy:OPTIONS")
    parser.add_argument("--seeds", type=int, default=5, help="populations")
    parser.add_argument("--cells", type=int, default=50, help="cells measured one by one")
    parser.add_argument("--fit-noise", action="store_true")
    return parser.parse_args()


def measured(
    arg: str, population: int, n_cells: int, mouse: recorded.Curves | None, natural: Float | None
) -> dict[str, float]:
    """All rows of the table for one population."""
    twin = load(arg, population=population)
    found: dict[str, float] = {}
    curves = recorded.measured_curves(twin, population)
    if mouse is not None:
        found |= recorded.compared(curves, mouse)
    if natural is not None:
        seen = recorded.natural_means(twin)
        found["mean response to photographs, KS"] = recorded.scaled_distance(seen, natural)
    found |= recorded.described(curves)
    store = MemoryStore()
    physiology = load_physiology(characterise(Rig(twin, store)), store.get)
    return found | Session(twin, physiology, n_cells).summary()


def table(
    found: Sequence[dict[str, float]], mouse: dict[str, float], arguments: argparse.Namespace
) -> str:
    """Markdown; every row says whether its median meets what is asked."""
    lines = [
        f"# `energy{':' if arguments.twin else ''}{arguments.twin}` as mice are measured",
        "",
        f"`python benchmarks/energy_physiology.py --recorded DIR`: {len(found)} populations of "
        f"1,000 neurons, {arguments.cells} cells each for gratings of their own.",
        "",
        f"| measure | twin, median (range) | mouse {arguments.mouse} | asked | met |",
        "|---|---|---|---|---|",
    ]
    for name in found[0]:
        values = np.array([row[name] for row in found])
        middle = float(np.median(values))
        asked, met = judged(name, middle, mouse.get(name))
        digits = 3 if "cpd" in name or "cos" in name or "KS" in name else 2
        lines.append(
            f"| {name} | {middle:.{digits}f} ({values.min():.{digits}f}–{values.max():.{digits}f}) "
            f"| {f'{mouse[name]:.{digits}f}' if name in mouse else '–'} | {asked} | {met} |"
        )
    return "\n".join(lines) + "\n"


def judged(name: str, middle: float, mouse: float | None) -> tuple[str, str]:
    """What is asked of a row, and whether it is met."""
    if name in TARGETS:
        asked, low, high = TARGETS[name]
        return asked, "yes" if low <= middle <= high else "**no**"
    if name in NEAR_RECORDED and mouse is not None:
        near = NEAR_RECORDED[name]
        return f"within {near:.2f} of the mouse", "yes" if abs(middle - mouse) <= near else "**no**"
    return "–", "–"


class Session:
    """Gratings centred on one cell after another, at its measured preferences."""

    def __init__(self, twin: EnergyTwin, physiology: Physiology, n_cells: int) -> None:
        self.twin, self.known = twin, physiology
        places = physiology["rf_azimuth_deg"], physiology["rf_elevation_deg"]
        near = angular_distance_deg(*places, (0.0, 0.0)) <= 20.0
        self.cells = np.flatnonzero(near & np.isfinite(physiology["orientation_deg"]))[:n_cells]

    def summary(self) -> dict[str, float]:
        """The rows of the table that are measured with gratings for each cell."""
        found = [self._cell(int(cell)) for cell in self.cells]
        size = np.stack([cell["size"] for cell in found])
        suppression = (size.max(1) - size[:, -1]) / size.max(1)
        modulation = np.array([cell["f1"] for cell in found])
        context = np.stack([cell["cmi"] for cell in found], axis=1)
        tuned = self.known["gosi"][self.cells] >= 0.1
        rows = {
            "F1/F0 above 1": np.mean(modulation > 1),
            "F1/F0, median": np.median(modulation),
            "c50, median": np.median([half_of(cell["contrast"]) for cell in found]),
            "preferred spatial frequency, median (cpd)": np.median([c["cpd"] for c in found]),
            "preferred size, median (°)": np.median(np.array(SIZES_DEG)[size.argmax(1)]),
            "suppression index above .1": np.mean(suppression > 0.1),
            "suppression index, median": np.median(suppression),
        }
        for diameter, values in zip(RINGED_DEG, context, strict=True):
            rows[f"CMI at {diameter:.0f}° above 0"] = np.mean(values > 0)
            rows[f"CMI at {diameter:.0f}°, median"] = np.median(values)
            rows[f"CMI at {diameter:.0f}°, median, gOSI at least .1"] = np.median(values[tuned])
        planted = (self.twin.population.direction_deg + 90.0) % 180.0
        error = np.abs((self.known["orientation_deg"] - planted + 90.0) % 180.0 - 90.0)
        rows["orientation within 10° of the planted"] = np.mean(
            error[self.known["gosi"] >= 0.1] < 10
        )
        return {name: float(value) for name, value in rows.items()}

    def _cell(self, cell: int) -> dict[str, Any]:
        turns = [self._evoked(cell, [self._grating(cell, turn=t)])[0] for t in (0.0, 180.0)]
        turn = 180.0 if turns[1].mean() > turns[0].mean() else 0.0
        sweep = [self._grating(cell, turn=turn, cpd=f) for f in FREQUENCIES_CPD]
        cpd = FREQUENCIES_CPD[int(self._evoked(cell, sweep).mean(1).argmax())]
        size = self._evoked(cell, [self._grating(cell, turn=turn, size=s) for s in SIZES_DEG])
        best = SIZES_DEG[int(size.mean(1).argmax())]
        contrasts = [self._grating(cell, turn=turn, size=best, contrast=c) for c in CONTRASTS]
        course = self._evoked(cell, [self._grating(cell, turn=turn, size=best, seconds=2.5)])[0]
        cycles = course[15:]  # four cycles of 2 Hz, after the onset
        ringed = [self._cmi(cell, turn, diameter) for diameter in RINGED_DEG]
        return {
            "cpd": cpd,
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
        cpd: float | None = None,
        contrast: float = 1.0,
        seconds: float = 1.0,
    ) -> Stimulus:
        shared = self._shared(cell, turn)
        if cpd is not None:
            shared["spatial_frequency_cpd"] = cpd
        return Grating(
            **shared,
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


if __name__ == "__main__":
    main()
