"""How fast the energy twin is: rates, and ratios between paths within one run.

    OMP_NUM_THREADS=1 python benchmarks/energy_speed.py [NEURONS [STREAMED]]

Seconds are of the processor, so that other work on the machine counts little. Ratios compare
paths in the same process and are what to watch; rates depend on the machine. With STREAMED, so
many static stimuli are shown in batches of 256, and the peak of memory is printed on the way.
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


def main(n_neurons: int, n_streamed: int) -> None:
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
        "movies, linear twin": rate(load("linear", neurons=n_neurons), movies),
    }
    for name, value in rates.items():
        ratio = value / rates["movies"]
        print(f"{name:40s} {value:8.0f} stimuli/s  {ratio:6.1f} × movies")
    print(f"peak memory {peak_mib():.0f} MiB")
    if n_streamed:
        stream(twin, n_streamed)


def stream(twin: EnergyTwin, total: int) -> None:
    """Show many stimuli, keeping only their mean responses."""
    rng = np.random.default_rng(1)
    shape = twin.card.screen.shape
    start, shown, mark = time.process_time(), 0, 1000
    mean = np.zeros(twin.card.n_neurons)
    while shown < total:
        images = rng.integers(0, 256, (min(256, total - shown), 1, *shape), dtype=np.uint8)
        view = np.broadcast_to(images, (len(images), FRAMES, *shape))
        mean += twin.respond(view).values.mean(2).sum(0)
        shown += len(images)
        if shown >= min(mark, total):
            rate = shown / (time.process_time() - start)
            print(f"{shown:8d} streamed: {rate:.0f} stimuli/s, peak memory {peak_mib():.0f} MiB")
            mark *= 10


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]]
    main(sizes[0] if sizes else 1000, sizes[1] if len(sizes) > 1 else 0)
