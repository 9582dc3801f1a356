"""What painting through the laboratory costs beside the same pipeline called by hand.

``python -m benchmarks.painting [IMAGES]`` writes benchmarks/results/painting.md.

One FLUX.1 of random weights, large enough that an image takes over a second of one thread of a
processor. Images are painted in turn by hand (`FluxPipeline` as its documentation calls it) and
by `Rig`, which checks them, makes them grey and keeps them in a folder. Both run in one process,
in an order that alternates; what counts is the ratio.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

RESULTS = Path(__file__).with_name("results") / "painting.md"
LAYERS, HEADS = 3, 20


def main(n_images: int = 12) -> None:
    """Measure, print and write."""
    import torch

    from v1vlm import plugins
    from v1vlm.testing.tiny.flux import build_flux

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        model = build_flux(Path(place) / "flux", layers=LAYERS, heads=HEADS)
        painter = plugins.load("generators", f"flux:{model}")
        by_hand, kept = _by_hand(model), _through_rig(painter, Path(place))
        by_hand("warm", 0)
        kept("warm", 0)
        seconds: dict[str, list[float]] = {"by hand": [], "laboratory": []}
        for i in range(n_images):
            both = [("by hand", by_hand), ("laboratory", kept)]
            for name, paint in both if i % 2 else both[::-1]:
                begun = process_time()
                paint(f"stones, number {i}", i)
                seconds[name].append(process_time() - begun)
    ratios = [b / a for a, b in zip(seconds["by hand"], seconds["laboratory"], strict=True)]
    said = _table(seconds, ratios)
    print(said)
    RESULTS.write_text(said, "utf-8")


def _by_hand(model: Path) -> Callable[[str, int], Any]:
    import torch
    from diffusers import FluxPipeline

    pipe = FluxPipeline.from_pretrained(model, use_safetensors=True)
    pipe.set_progress_bar_config(disable=True)

    def paint(prompt: str, seed: int) -> Any:
        return pipe(
            prompt,
            height=384,
            width=512,
            num_inference_steps=4,
            guidance_scale=0.0,
            max_sequence_length=256,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).images[0]

    return paint


def _through_rig(painter: Any, place: Path) -> Callable[[str, int], Any]:
    from v1vlm import load_twin
    from v1vlm.rig import Rig
    from v1vlm.stimuli import Draw, Painted, PaintRequest
    from v1vlm.store import Store

    rig = Rig(load_twin("energy:neurons=40"), Store(place / "study"), painter)

    def paint(prompt: str, seed: int) -> Any:
        request = PaintRequest(prompt=prompt, seed=seed, generator=painter.digest)
        draw = Draw(
            seed=seed,
            azimuth_deg=0.0,
            elevation_deg=0.0,
            orientation_deg=None,
            source=None,
            stimuli=(Painted(request=request),),
        )
        return rig.paint([[draw]])

    return paint


def _table(seconds: dict[str, list[float]], ratios: list[float]) -> str:
    versions = ", ".join(f"{n} {version(n)}" for n in ("diffusers", "transformers", "torch"))
    hand, lab = median(seconds["by hand"]), median(seconds["laboratory"])
    return f"""\
# Painting by hand and through the laboratory

Written by `python -m benchmarks.painting`; {len(ratios)} images each, in turn, of a FLUX.1 of
random weights ({LAYERS} + {LAYERS} layers of {HEADS} heads), 384 × 512 in 4 steps, one thread of
a {platform.machine()} processor, seconds of processor time; {versions}.

| | median, s per image |
|---|---|
| `FluxPipeline` called by hand | {hand:.3f} |
| `Rig.paint`: painted, checked, made grey, kept in a folder | {lab:.3f} |
| ratio, median of pairs | {median(ratios):.3f} |
| ratio, from smallest to largest | {min(ratios):.3f} to {max(ratios):.3f} |
"""


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
