"""A ViV1T of random weights in a run folder as they are published, with statistics of one mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 10, 16
"""Lattice of the neurons, over the visual field."""

HIDDEN = 30
"""Units of the network that places neurons in the readout."""

ARGS: dict[str, Any] = {
    "core": "vivit",
    "core_activation": "none",
    "core_behavior_mode": 0,
    "core_drop_path": 0.0,
    "core_emb_dim": 8,
    "core_ff_activation": "relu",
    "core_ff_dim": 12,
    "core_head_dim": 4,
    "core_norm": "layernorm",
    "core_num_heads": 2,
    "core_pad_frame": 1,
    "core_parallel_attention": True,
    "core_patch_mode": 0,
    "core_pos_encoding": 0,
    "core_reg_tokens": 0,
    "core_spatial_depth": 1,
    "core_spatial_patch_size": 5,
    "core_spatial_patch_stride": 4,
    "core_temporal_depth": 1,
    "core_temporal_patch_size": 1,
    "core_temporal_patch_stride": 1,
    "core_use_causal_attention": True,
    "input_shapes": {"behavior": [2, 200], "pupil_center": [2, 200], "video": [1, 200, 36, 64]},
    "max_frame": 200,
    "mouse_ids": ["A"],
    "neuron_idx": {},
    "output_mode": 1,
    "output_shapes": {"A": [ROWS * COLUMNS, 200]},
    "readout": "gaussian",
    "readout_bias_mode": 2,
    "readout_grid_mode": 1,
    "shifter_layers": 3,
    "shifter_mode": 0,
    "shifter_size": 5,
    "transform_input": 1,
    "transform_output": 1,
}


def build_viv1t(folder: Path, seed: int = 1) -> Path:
    """Write a run folder: 160 neurons that read random features at places on a lattice.

    Parameters
    ----------
    folder : Path
    seed : int
        Of the weights.

    Returns
    -------
    Path
        The folder, as ``viv1t:FOLDER`` takes it.
    """
    import torch
    import yaml

    from v1vlm.twins.viv1t import build_network

    (folder / "ckpt").mkdir(parents=True)
    (folder / "args.yaml").write_text(yaml.safe_dump(ARGS), "utf-8")
    torch.save(_weights(build_network(ARGS), seed), folder / "ckpt" / "model.pt")
    _write_metadata(folder / "metadata", np.random.default_rng(seed))
    return folder


def _weights(network: Any, seed: int) -> dict[str, Any]:
    """Random features, read at places on a lattice; attention says little."""
    import torch

    rng = np.random.default_rng(seed)
    fixed = ("scale", "inv_freq", "one", "threshold", "pos_encoding")
    weights: dict[str, Any] = {}
    for name, value in network.state_dict().items():
        if name.split(".")[-1] in fixed or name == "core.tokenizer.tokenizer.weight":
            weights[name] = value.clone()
        else:
            drawn = np.asarray(rng.normal(0, 0.5, tuple(value.shape)), np.float32)
            weights[name] = torch.from_numpy(drawn)
        if name.endswith("attn_out.weight"):
            weights[name] *= 0.05
    weights["readouts.A.source_grid"] = torch.from_numpy(_lattice())
    # ELU is the identity above zero: shift the places there and back.
    first, second = torch.zeros(HIDDEN, 2), torch.zeros(2, HIDDEN)
    first[0, 0] = first[1, 1] = second[0, 0] = second[1, 1] = 1.0
    weights["readouts.A.mu_transform.0.weight"] = first
    weights["readouts.A.mu_transform.0.bias"] = torch.full((HIDDEN,), 2.0)
    weights["readouts.A.mu_transform.2.weight"] = second
    weights["readouts.A.mu_transform.2.bias"] = torch.full((2,), -2.0)
    return weights


def _lattice() -> NDArray[np.float32]:
    """Places (neuron, 2) of x and y, −1 to 1 over the frame."""
    row, column = np.mgrid[:ROWS, :COLUMNS] * 1.2
    places = np.stack([column.ravel() / (COLUMNS - 1), row.ravel() / (ROWS - 1)], axis=1) - 0.6
    return places.astype(np.float32)


def _write_metadata(folder: Path, rng: np.random.Generator) -> None:
    """Places in cortex, and the statistics of the training set, as they are published."""
    n = ROWS * COLUMNS
    (folder / "neuron_coordinates").mkdir(parents=True)
    np.save(folder / "neuron_coordinates" / "mouseA.npy", rng.integers(-500, 500, (n, 3)))
    deviations = rng.uniform(1, 5, n)
    quantities: dict[str, tuple[Any, ...]] = {
        "video": (0.0, 255.0, 80.0, 70.0, 57.0),
        "behavior": ([20.0, 0.0], [88.0, 47.0], [53.6, 5.5], [53.0, 0.04], [14.8, 8.7]),
        "pupil_center": ([90.0, 90.0], [145.0, 150.0], [119.8, 119.9], [119.0, 120.0], [4.9, 6.9]),
        "response": (np.zeros(n), deviations * 9, deviations / 2, np.zeros(n), deviations),
    }
    for quantity, values in quantities.items():
        place = folder / "statistics" / "mouseA" / quantity
        place.mkdir(parents=True)
        for name, value in zip(("min", "max", "mean", "median", "std"), values, strict=True):
            np.save(place / f"{name}.npy", np.asarray(value, np.float32))
