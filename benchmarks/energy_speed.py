"""How fast the energy twin is: rates, and ratios between paths within one run.

    OMP_NUM_THREADS=1 python benchmarks/energy_speed.py [NEURONS]

Ratios compare paths in the same process and are what to watch; rates depend on the machine.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import Screen
from v1vlm.twins.energy import EnergyTwin, load

FRAMES = 30


def rate(
    twin: EnergyTwin, frames: NDArray[np.uint8], neurons: NDArray[np.intp] | None = None
) -> float:
    """Stimuli per second: the best of five runs, after one to warm up."""
    twin.respond(frames, neurons=neurons)
    seconds = []
    for _ in range(5):
        start = time.process_time()
        twin.respond(frames, neurons=neurons)
        seconds.append(time.process_time() - start)
    return len(frames) / min(seconds)


def main(n_neurons: int) -> None:
    screen = Screen()
    rng = np.random.default_rng(0)
    start = time.process_time()
    twin = load(neurons=n_neurons)
    print(f"{n_neurons} neurons, built in {time.process_time() - start:.2f} s")

    images = rng.integers(0, 256, (256, 1, *screen.shape), dtype=np.uint8)
    view = np.broadcast_to(images, (256, FRAMES, *screen.shape))
    movies = rng.integers(0, 256, (32, FRAMES, *screen.shape), dtype=np.uint8)
    mostly_grey = movies.copy()
    mostly_grey[:, FRAMES // 3 :] = screen.grey
    held = movies[:, ::3].repeat(3, axis=1)
    tenth = np.arange(0, n_neurons, 10)
    rates = {
        "static, broadcast view": rate(twin, view),
        "static, copied frames": rate(twin, view.copy()),
        "static, a tenth of the neurons": rate(twin, view, tenth),
        "movies": rate(twin, movies),
        "movies, two thirds grey": rate(twin, mostly_grey),
        "movies, every frame three times": rate(twin, held),
        "movies, a tenth of the neurons": rate(twin, movies, tenth),
        "movies, linear twin": rate(
            load("linear", neurons=n_neurons), movies
        ),
    }
    for name, value in rates.items():
        ratio = value / rates["movies"]
        print(f"{name:40s} {value:8.0f} stimuli/s  {ratio:6.1f} × movies")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
