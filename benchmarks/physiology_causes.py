"""Why two facts of the energy twin's card change without a mechanism.

    OMP_NUM_THREADS=1 python benchmarks/physiology_causes.py [--populations 5]

* c50 lies at its bound. Is it another one without simple cells, depth or the lead of OFF? Of
  each population the median over the neurons at the places drawn, and the change in those
  neurons that were measured both with the mechanism and without it.
* CMI falls without normalisation. Is it because a neuron's own energy divides away what the
  surround adds to its drive? Drive and denominator are measured apart.

Writes results/physiology_causes.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology
from v1vlm.analysis.tuning.labelled import at_best
from v1vlm.physiology import Battery, characterise, load_physiology, run_protocol
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, places, run_battery
from v1vlm.physiology.facts import PRIMARY
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import EnergyTwin, load
from v1vlm.twins.energy.cells import Cells, Terms

Float = NDArray[np.float64]

RESULT = Path(__file__).parent / "results" / "physiology_causes.md"
WITHOUT = ("no-simple", "no-depth", "no-off-dominance")
CONTRAST = Battery(entries=("contrast",))
STRONG = 0.1
"""Weight of the surround of the neurons that have one."""


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--populations", type=int, default=5)
    populations = range(1, parser.parse_args().populations + 1)
    usual = {p: c50("", p) for p in populations}
    lines = [
        "# Why two facts change without a mechanism",
        "`python benchmarks/physiology_causes.py`",
        "## c50 at its bound",
        f"Populations {populations[0]} to {populations[-1]}, 1,000 neurons each.",
        "\n".join([*C50_HEAD, *(c50_row(name, usual) for name in ("", *WITHOUT))]),
        scatter(usual),
        "## CMI without normalisation",
        "Medians (share above 0), all populations together: CMI (cross − iso)/(cross + iso) of the "
        "response, of its drive (the numerator) alone, and of response over drive (what it is "
        "divided by, upside down); and the drive in a surround as a multiple of that by the disc.",
        "\n".join(
            [*CMI_HEAD, *(r for v in ("", "no-normalisation") for r in cmi_rows(v, populations))]
        ),
    ]
    RESULT.write_text("\n\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


C50_HEAD = (
    "| | medians of the populations | mean change ± SE | neurons measured both times "
    "| their median change [95 %] |",
    "|---|---|---|---|---|",
)


def c50(variant: str, population: int) -> dict[int, float]:
    """c50 of the selected neurons at the places drawn, by neuron."""
    rig = Rig(load(variant, population=population), MemoryStore())
    physiology = load_physiology(characterise(rig), rig.store.get)
    shown = run_battery(rig, physiology, CONTRAST)["contrast"]
    found = shown.columns["c50"]
    some = shown.driven & (np.nan_to_num(physiology["quality"]) >= PRIMARY) & np.isfinite(found)
    return {int(n): float(found[n]) for n in np.flatnonzero(some)}


def c50_row(variant: str, usual: dict[int, dict[int, float]]) -> str:
    """A variant beside the usual twin."""
    found = usual if not variant else {p: c50(variant, p) for p in usual}
    medians = np.array([median(one) for one in found.values()])
    said = " ".join(f"{m:.4f}" for m in medians)
    if not variant:
        return f"| `energy` | {said} | | | |"
    change = medians - [median(one) for one in usual.values()]
    both = [(p, n) for p in usual for n in usual[p].keys() & found[p].keys()]
    own = np.sort([found[p][n] - usual[p][n] for p, n in both])
    low, high = np.quantile(resampled(own), [0.025, 0.975])
    error = change.std(ddof=1) / np.sqrt(len(change))
    return (
        f"| `{variant}` | {said} | {change.mean():+.4f} ± {error:.4f} | {len(own)} "
        f"| {np.median(own):+.4f} [{low:+.4f}, {high:+.4f}] |"
    )


def scatter(usual: dict[int, dict[int, float]]) -> str:
    """Whether the bootstrap of one card says how populations scatter."""
    medians = [median(one) for one in usual.values()]
    expected = np.mean([resampled(np.sort([*one.values()])).std() for one in usual.values()])
    return (
        f"SD of the median over populations {np.std(medians, ddof=1):.4f}; that the bootstrap over "
        f"the neurons of one card expects: {expected:.4f}. Mean of the medians: "
        f"{np.mean(medians):.4f}."
    )


def median(values: dict[int, float]) -> float:
    return float(np.median([*values.values()]))


def resampled(values: Float) -> Float:
    """Medians of resamples."""
    rng = np.random.default_rng(0)
    found: Float = np.median(rng.choice(values, (2000, len(values))), axis=1)
    return found


CMI_HEAD = (
    "| neurons of | | n | response | drive alone | divisor alone | drive, iso | drive, cross |",
    "|---|---|---|---|---|---|---|---|",
)
UNDIVIDED = {"floor": 1, "own": 0, "pool": 0, "surround": 0}
"""Parameters of cells whose response is their drive."""


def cmi_rows(variant: str, populations: Sequence[int]) -> list[str]:
    """All neurons of a variant, and those with a surround and without."""
    found = np.concatenate([contextual(variant, p) for p in populations], axis=1)
    response, driven, divisor, iso, cross, weight = found
    groups = {"all": weight >= 0, "with a surround": weight > STRONG, "without": weight <= STRONG}
    name = f"`{variant or 'energy'}`"
    return [
        f"| {name} | {group} | {some.sum()} | {shares(response[some])} | {shares(driven[some])} "
        f"| {shares(divisor[some])} | {np.median(iso[some]):.2f} | {np.median(cross[some]):.2f} |"
        for group, some in groups.items()
    ]


def contextual(variant: str, population: int) -> Float:
    """CMI of response, drive and divisor, drives over that by the disc, weight of the surround.

    Returns
    -------
    array (6, neuron)
    """
    twin = load(variant, population=population)
    store = MemoryStore()
    physiology = load_physiology(characterise(Rig(twin, store)), store.get)
    index = np.unique(np.concatenate(places(physiology, Battery())))
    index = index[np.nan_to_num(physiology["quality"][index]) >= PRIMARY]
    response = in_surrounds(twin, index, physiology)
    evoked = Cells.evoked

    def undivided(cells: Cells, terms: Terms) -> NDArray[np.float32]:
        changed = {name: np.full_like(cells.floor, value) for name, value in UNDIVIDED.items()}
        return evoked(replace(cells, **changed), terms)

    with patch.object(Cells, "evoked", undivided):
        drive = in_surrounds(twin, index, physiology)
    none, iso, cross = range(3)
    indices = [cmi(rates[iso], rates[cross]) for rates in (response, drive, response / drive)]
    over = drive / drive[none]
    return np.stack([*indices, over[iso], over[cross], twin.population.surround[index]])


def in_surrounds(twin: EnergyTwin, index: NDArray[np.intp], physiology: Physiology) -> Float:
    """Means above grey at full contrast (surround, neuron): none, iso and cross."""
    protocol = PROTOCOLS_SHOWN["surround"]
    # A store of its own: the twin is another one while its cells are.
    curves = run_protocol(Rig(twin, MemoryStore()), protocol, index, physiology).curves
    rates = (curves["mean"] - curves["grey"]).sel(contrast=1.0).mean("phase_deg")
    best = at_best(rates, "turn_deg", rates.sel(surround="none"))
    found: Float = (
        best.transpose("surround", "neuron").sel(surround=["none", "iso", "cross +90"]).values
    )
    return found


def cmi(iso: Float, cross: Float) -> Float:
    return (cross - iso) / (cross + iso)


def shares(values: Float) -> str:
    """Median, and share above 0."""
    return f"{np.median(values):+.3f} ({(values > 0).mean():.2f})"


if __name__ == "__main__":
    main()
