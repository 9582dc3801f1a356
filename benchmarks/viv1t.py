"""How fast ViV1T answers: plain against fast at the published size, with random weights.

    python -m benchmarks.viv1t [NETWORKS]

Every row is a process of its own, so that its peak memory is its own; all rows of a run belong
together. A floor is what the multiplications alone would take at the rate of a large product of
matrices, measured just before the row in the same process; times are the best of a few. Plain
rows run whole clips of 300 frames, or 165 that end with the stimulus and no registers of time,
which nothing sees. NETWORKS (none by default)
asks for that many small networks of random options, of which the largest difference is shown.
"""

from __future__ import annotations

import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from v1vlm.twins.viv1t.engine import Engine
from v1vlm.twins.viv1t.network import Network
from v1vlm.twins.viv1t.options import Options

N_NEURONS, N_PRUNED, LEAD, SHOWN, LONGEST = 7440, 500, 135, 30, 300
GREY = 0.8244
ARGS: dict[str, Any] = {
    "core": "vivit",
    "core_behavior_mode": 2,
    "core_emb_dim": 112,
    "core_ff_activation": "relu",
    "core_ff_dim": 224,
    "core_head_dim": 80,
    "core_num_heads": 2,
    "core_pad_frame": 1,
    "core_patch_mode": 0,
    "core_pos_encoding": 5,
    "core_reg_tokens": 24,
    "core_spatial_depth": 14,
    "core_spatial_patch_size": 7,
    "core_spatial_patch_stride": 2,
    "core_temporal_depth": 14,
    "core_temporal_patch_size": 13,
    "core_temporal_patch_stride": 1,
    "core_use_causal_attention": True,
    "readout": "gaussian",
    "readout_bias_mode": 2,
    "readout_grid_mode": 1,
    "shifter_mode": 1,
    "output_mode": 1,
    "transform_input": 1,
    "transform_output": 1,
    "max_frame": LONGEST,
    "mouse_ids": ["A"],
    "input_shapes": {
        "video": [1, LONGEST, 36, 64],
        "behavior": [2, LONGEST],
        "pupil_center": [2, LONGEST],
    },
    "output_shapes": {"A": [N_NEURONS, LONGEST]},
}

# Precision, neurons, stimulus and way, in the order of the table.
ROWS = [
    ("32", N_NEURONS, "image", "plain"),
    ("32", N_NEURONS, "image", "plain, 165 frames"),
    ("32", N_NEURONS, "image", "fast"),
    ("32", N_NEURONS, "movie", "plain"),
    ("32", N_NEURONS, "movie", "fast"),
    ("32", N_PRUNED, "image", "fast"),
    ("32", N_PRUNED, "movie", "fast"),
    ("bf16", N_NEURONS, "image", "fast"),
    ("bf16", N_NEURONS, "movie", "fast"),
    ("bf16", N_PRUNED, "image", "fast"),
]


def weights() -> dict[str, torch.Tensor]:
    """Random weights; the neurons read all of the map, without a shift of gaze."""
    torch.manual_seed(0)
    network = Network(Options.from_args(ARGS)).requires_grad_(False)
    for tokens in (network.core.vivit.reg_s_tokens, network.core.vivit.reg_t_tokens):
        tokens.normal_(0, 0.5)
    readout = network.readouts["A"]
    readout.features.normal_(0, 0.1)
    readout.source_grid.uniform_(-1, 1)
    first, _, second = readout.mu_transform
    for layer in (first, second, network.shifters["A"].mlp[-2]):
        layer.weight.zero_()
        layer.bias.zero_()
    for axis in (0, 1):
        for unit, sign in ((2 * axis, 1.0), (2 * axis + 1, -1.0)):
            first.weight[unit, axis] = sign
            second.weight[axis, unit] = 1.2 * sign
    return network.state_dict()


def clip(stimulus: str) -> NDArray[np.float32]:
    """Grey with an image or a movie in it, in model units."""
    drawn = np.random.default_rng(0).normal(0, 1, (SHOWN, 36, 64))
    video = np.full((LONGEST, 36, 64), GREY, np.float32)
    video[LEAD : LEAD + SHOWN] = drawn[:1] if stimulus == "image" else drawn
    return video


def gmac(frames: int, windows: int, keys: int, places: int, registers: int = 0) -> float:
    """Multiplications: tokens of `windows`, then `frames` that see `keys` frames at `places`."""
    linear, inner, tokens = 112 * 704 + 160 * 112 + 224 * 112, 160, 576 + 24
    spatial = 576 * 3185 * 112 + 14 * tokens * (linear + 2 * tokens * inner)
    temporal = (frames + registers) * (linear + 2 * (keys + registers) * inner)
    reading = frames * 5 * 112 * N_NEURONS
    return (windows * spatial + 14 * places * temporal + reading) / 1e9


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and CPU seconds, and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def best(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Least wall and least CPU seconds."""
    seen = [timed(work)[:2] for _ in range(times)]
    return min(wall for wall, _ in seen), min(cpu for _, cpu in seen)


def matrix_rate(device: str, dtype: torch.dtype) -> tuple[float, float]:
    """Billions of multiplications per second of wall and of CPU, of a large product."""
    size = 2048 if device == "cpu" else 8192
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    product = torch.empty_like(a)

    def work() -> None:
        torch.mm(a, b, out=product)
        if device != "cpu":
            torch.cuda.synchronize()

    work()
    wall, cpu = best(work, 9)
    return size**3 / wall / 1e9, size**3 / cpu / 1e9


def places_read(engine: Engine) -> int:
    """Places that the chosen neurons read, as the fast path keeps them."""
    kept = engine._fast._reading if engine._fast else None
    return len(kept[1].places) if kept else 576


def measure(folder: Path, device: str, number: int) -> dict[str, Any]:
    """One row: times, floors, peak memory; the responses go to a file."""
    precision, n_neurons, stimulus, way = ROWS[number]
    path = folder / "model.pt"
    engine = Engine(path, Options.from_args(ARGS), "A", precision, device, way != "fast")
    video, window = clip(stimulus), slice(LEAD, LEAD + SHOWN)
    state = np.repeat(np.float32([[3.62], [0.64]]), LONGEST, axis=1)
    neurons = np.linspace(0, N_NEURONS - 1, n_neurons).astype(np.intp)
    length = LONGEST
    if way == "plain, 165 frames":
        length, engine._network.core.vivit.reg_t_tokens = window.stop, None

    def work() -> NDArray[np.float32]:
        return engine.respond(
            video[:length], state[:, :length], 0 * state[:, :length], neurons, window
        )

    rate = matrix_rate(device, torch.bfloat16 if precision == "bf16" else torch.float32)
    first_wall, first_cpu, responses = timed(work)
    np.save(folder / f"{number}.npy", responses)
    wall, cpu = (first_wall, first_cpu) if way != "fast" else best(work, 5)
    windows = SHOWN if stimulus == "movie" else 13
    places = places_read(engine)
    work_of = (
        gmac(SHOWN, windows, LEAD + SHOWN, places)
        if way == "fast"
        else gmac(length, length, length, 576, 24 if length == LONGEST else 0)
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "wall": wall,
        "cpu": cpu,
        "build": first_cpu - cpu if way == "fast" else None,
        "gmac": work_of,
        "places": places,
        "rate": rate[1],
        "over_wall": wall * rate[0] / work_of,
        "over_cpu": cpu * rate[1] / work_of,
        "peak": peak,
    }


def table(folder: Path, device: str) -> None:
    """Run every row in a process of its own, and print them."""
    print(f"\n{device}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print(
        "| precision | neurons | stimulus | way | wall s | CPU s | cache, CPU s | GMAC | places | "
        "floor, GMAC/CPU s | × floor, wall | × floor, CPU | peak GiB | max abs difference |"
    )
    print("|---" * 14 + "|")
    plain: dict[str, NDArray[np.float32]] = {}
    for number, (precision, n_neurons, stimulus, way) in enumerate(ROWS):
        command = [sys.executable, "-m", "benchmarks.viv1t", str(folder), device, str(number)]
        row = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        seen = np.load(folder / f"{number}.npy")
        plain.setdefault(stimulus, seen)
        chosen = np.linspace(0, N_NEURONS - 1, n_neurons).astype(np.intp)
        difference = np.abs(seen - plain[stimulus][chosen]).max()
        built = "" if row["build"] is None else f"{row['build']:.1f}"
        print(
            f"| {precision} | {n_neurons} | {stimulus} | {way} | {row['wall']:.2f} "
            f"| {row['cpu']:.2f} | {built} | {row['gmac']:.1f} | {row['places']} "
            f"| {row['rate']:.0f} | {row['over_wall']:.2f} | {row['over_cpu']:.2f} "
            f"| {row['peak']:.2f} | {difference:.1e} |",
            flush=True,
        )
    spread = {name: float(values.std()) for name, values in plain.items()}
    print(f"\nStandard deviation of the plain responses: {spread}")


def wide(count: int) -> None:
    """The largest difference between fast and plain of many small networks of random options."""
    from tests.viv1t.test_fast import CHOICES, FRAMES, Fast, clip_of, network_of, plain, quick

    logging.disable(logging.WARNING)
    rng = np.random.default_rng(1)
    worst, torch_threads = 0.0, torch.get_num_threads()
    torch.set_num_threads(1)
    for seed in range(count):
        choice = {name: values[rng.integers(len(values))] for name, values in CHOICES.items()}
        still = choice.pop("still")
        network, options = network_of(seed, **choice)
        start = int(rng.integers(FRAMES))
        window = slice(start, int(rng.integers(start, FRAMES)) + 1)
        shown = clip_of(seed, still, bool(rng.integers(2)))
        expected = plain(network, shown, window)
        difference = np.abs(quick(Fast(network, options, "A"), shown, window) - expected).max()
        worst = max(worst, difference / max(1.0, np.abs(expected).max()))
    torch.set_num_threads(torch_threads)
    print(f"\n{count} small networks of random options: largest difference {worst:.1e}")


def main(arguments: list[str]) -> None:
    if len(arguments) == 3:
        folder, device, number = arguments
        print(json.dumps(measure(Path(folder), device, int(number))))
        return
    with tempfile.TemporaryDirectory() as name:
        torch.save(weights(), Path(name) / "model.pt")
        for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
            table(Path(name), device)
    if arguments:
        wide(int(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
