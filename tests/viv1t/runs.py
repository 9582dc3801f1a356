"""Arguments, weights and metadata of random tiny networks, and where the fixtures are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from v1vlm.twins.viv1t import build_network

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "viv1t"
ROWS = 9
NEURONS = {"A": [1, 2, 4, 5, 8], "K": [0, 3, 6, 7]}

ARGS = {
    "core": "vivit",
    "core_activation": "none",
    "core_behavior_mode": 2,
    "core_drop_path": 0.43,
    "core_emb_dim": 8,
    "core_ff_activation": "relu",
    "core_ff_dim": 12,
    "core_head_dim": 4,
    "core_lr": 0.01,
    "core_norm": "layernorm",
    "core_num_heads": 2,
    "core_pad_frame": 1,
    "core_parallel_attention": True,
    "core_patch_mode": 0,
    "core_pos_encoding": 5,
    "core_reg_tokens": 2,
    "core_spatial_depth": 1,
    "core_spatial_patch_size": 5,
    "core_spatial_patch_stride": 4,
    "core_temporal_depth": 2,
    "core_temporal_patch_size": 4,
    "core_temporal_patch_stride": 1,
    "core_use_causal_attention": True,
    "hostname": "vm",
    "input_shapes": {"behavior": [2, 150], "pupil_center": [2, 150], "video": [1, 150, 12, 16]},
    "max_frame": 150,
    "mouse_ids": list(NEURONS),
    "neuron_idx": NEURONS,
    "output_dir": "../../runs",
    "output_mode": 1,
    "output_shapes": {mouse: [len(rows), 150] for mouse, rows in NEURONS.items()},
    "readout": "gaussian",
    "readout_bias_mode": 2,
    "readout_grid_mode": 1,
    "shifter_layers": 3,
    "shifter_mode": 1,
    "shifter_size": 5,
    "transform_input": 1,
    "transform_output": 1,
}


def args_of(**changes):
    return json.loads(json.dumps({**ARGS, **changes}))


def random_weights(network, seed=1):
    """Values so wide that every parameter matters."""
    import torch

    rng = np.random.default_rng(seed)
    fixed = ("scale", "inv_freq", "one", "threshold", "pos_encoding")
    weights = {}
    for name, value in network.state_dict().items():
        if name.split(".")[-1] in fixed or name == "core.tokenizer.tokenizer.weight":
            weights[name] = value.clone()
        else:
            drawn = rng.normal(0, 0.5, tuple(value.shape)).astype(np.float32)
            weights[name] = torch.from_numpy(np.asarray(drawn))
    return weights


def random_network(**changes):
    network = build_network(args_of(**changes)).eval()
    network.load_state_dict(random_weights(network), strict=True)
    return network.requires_grad_(False)


def random_clip(batch, frames, seed=2):
    """Video, behaviour and pupil centre in model units."""
    import torch

    rng = np.random.default_rng(seed)
    shapes = ((batch, 1, frames, 12, 16), (batch, 2, frames), (batch, 2, frames))
    return [torch.from_numpy(rng.normal(0, 1, shape).astype(np.float32)) for shape in shapes]


def write_run(folder, weights=random_weights, rows=ROWS, **changes):
    import torch
    import yaml

    args = args_of(**changes)
    (folder / "ckpt").mkdir(parents=True)
    (folder / "args.yaml").write_text(yaml.safe_dump(args), "utf-8")
    torch.save(weights(build_network(args)), folder / "ckpt" / "model.pt")
    for number, mouse in enumerate(args["mouse_ids"]):
        write_metadata(folder / "metadata", mouse, np.random.default_rng(number), rows)
    return folder


def write_metadata(folder, mouse, rng, rows=ROWS):
    (folder / "neuron_coordinates").mkdir(parents=True, exist_ok=True)
    places = rng.integers(-500, 500, (rows, 3))
    np.save(folder / "neuron_coordinates" / f"mouse{mouse}.npy", places)
    deviations = rng.uniform(1, 5, rows)
    # The last neuron that mouse A models hardly ever responded.
    deviations[8] = 1e-6
    quantities = {
        "video": (0.0, 255.0, 80.0, 70.0, 57.0),
        "behavior": ([20.0, 0.0], [88.0, 47.0], [53.6, 5.5], [53.0, 0.04], [14.8, 8.7]),
        "pupil_center": ([90.0, 90.0], [145.0, 150.0], [119.8, 119.9], [119.0, 120.0], [4.9, 6.9]),
        "response": (np.zeros(rows), deviations * 9, deviations / 2, np.zeros(rows), deviations),
    }
    for quantity, values in quantities.items():
        place = folder / "statistics" / f"mouse{mouse}" / quantity
        place.mkdir(parents=True)
        for name, value in zip(("min", "max", "mean", "median", "std"), values, strict=True):
            np.save(place / f"{name}.npy", np.asarray(value, np.float32))
