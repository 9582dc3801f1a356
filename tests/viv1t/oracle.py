"""ViV1T once more, as its specification says it: one patch, sample and corner at a time.

In double precision, from a state dict, sharing nothing with the network; far too slow for use.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor

EPS_OF_RMSNORM = float(torch.finfo(torch.float32).eps)


def respond(args, weights, clip, mouse):
    """Responses (batch, neuron, time) and core features (batch, channel, time, row, column)."""
    weights = {name: value.double() for name, value in weights.items()}
    video, behaviors, pupil_centers = (x.double() for x in clip)
    core = core_of(args, weights, video, behaviors, pupil_centers)
    time = core.shape[2]
    shift = torch.zeros(len(core), time, 2).double()
    if args["shifter_mode"]:
        seen = [pupil_centers] if args["shifter_mode"] == 1 else [behaviors, pupil_centers]
        shift = torch.cat(seen, 1)[..., -time:].transpose(1, 2)
        for layer in range(args["shifter_layers"]):
            name = f"shifters.{mouse}.mlp.{2 * layer}"
            shift = torch.tanh(shift @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])
    return read(args, weights, core, shift, mouse), core


def core_of(args, weights, video, behaviors, pupil_centers):
    batch, _, _, *size = video.shape
    states = [behaviors, pupil_centers][: args["core_behavior_mode"]]
    x = torch.cat([video, *(s[..., None, None].expand(*s.shape, *size) for s in states)], 1)
    patch = [args["core_temporal_patch_size"], *[args["core_spatial_patch_size"]] * 2]
    step = [args["core_temporal_patch_stride"], *[args["core_spatial_patch_stride"]] * 2]
    whole = [args["max_frame"], *size]
    pad = [0, 0, 0]
    if args["core_pad_frame"]:
        pad = [
            (math.ceil(n / s) - 1) * s + p - n for n, s, p in zip(whole, step, patch, strict=True)
        ]
    top, left = pad[1] // 2, pad[2] // 2
    x = torch.nn.functional.pad(x, (left, pad[2] - left, top, pad[1] - top, pad[0], 0))
    counts = [(n - p) // s + 1 for n, p, s in zip(x.shape[2:], patch, step, strict=True)]
    longest = (whole[0] + pad[0] - patch[0]) // step[0] + 1
    time, rows, columns = counts
    places, width = rows * columns, args["core_emb_dim"]
    patches = torch.stack([
        x[:, :, a * step[0] : a * step[0] + patch[0], b * step[1] : b * step[1] + patch[1],
          c * step[2] : c * step[2] + patch[2]].flatten(1)
        for a, b, c in itertools.product(*map(range, counts))
    ], 1)  # fmt: skip
    name = "core.tokenizer.tokenizer"
    x = norm(args, weights, f"{name}.norm", patches)
    x = x @ weights[f"{name}.linear.weight"].T + weights[f"{name}.linear.bias"]
    x = norm(args, weights, "core.tokenizer.norm", x).unflatten(1, (time, places))
    encoding = args["core_pos_encoding"]
    if encoding == 1:
        x = x + weights["core.tokenizer.pos_embedding"][:, :time]
    if encoding in (2, 3, 6):
        x = x + weights["core.tokenizer.spatial_pos_embedding"]
    if encoding == 2:
        x = x + weights["core.tokenizer.temporal_pos_embedding"][:, :time]
    if encoding == 4:
        x = x + sinusoid(places, width)
    if encoding in (3, 4):
        x = x + sinusoid(time, width)[:, None]
    if encoding == 7:
        x = x + sines_of_places(rows, columns, width)
    x = blocks(args, weights, "spatial", x.flatten(0, 1), places, encoding == 5, False)
    x = x.unflatten(0, (batch, time)).transpose(1, 2).flatten(0, 1)
    causal = args["core_use_causal_attention"]
    x = blocks(args, weights, "temporal", x, longest, encoding in (5, 6, 7), causal)
    x = x.view(batch, rows, columns, time, width).permute(0, 4, 3, 1, 2)
    return activation(args["core_activation"], x)


def blocks(args, weights, kind, x, tokens, rotary, causal):
    heads, size, wide = args["core_num_heads"], args["core_head_dim"], args["core_ff_dim"]
    inner, length = heads * size, x.shape[1]
    registers = weights.get(f"core.vivit.reg_{kind[0]}_tokens", x.new_empty(0, x.shape[2]))
    x = torch.cat([x, registers.expand(len(x), -1, -1)], 1)
    later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1) & causal
    for number in range(args[f"core_{kind}_depth"]):
        name = f"core.vivit.{kind}_transformer.blocks.{number}"
        y = norm(args, weights, f"{name}.norm", x) @ weights[f"{name}.fused_linear.weight"].T
        q, k, v, f = y.split([inner, inner, inner, y.shape[-1] - 3 * inner], -1)
        if args["core_norm_qk"]:
            q, k = (norm(args, weights, f"{name}.norm_{n}", z) for n, z in (("q", q), ("k", k)))
        q, k, v = (z.unflatten(-1, (heads, size)).transpose(1, 2) for z in (q, k, v))
        if rotary:
            q, k = (turned(z, length, tokens) for z in (q, k))
        logits = (q @ k.transpose(-1, -2) / math.sqrt(size)).masked_fill(later, -math.inf)
        seen = (logits.softmax(-1) @ v).transpose(1, 2).flatten(2)
        if args["core_ff_activation"] == "swiglu":
            f = activation("silu", f[..., wide:]) * f[..., :wide]
        else:
            f = activation(args["core_ff_activation"], f)
        x = x + seen @ weights[f"{name}.attn_out.weight"].T
        x = x + f @ weights[f"{name}.ff_out.2.weight"].T
    return x[:, :length]


def turned(x, length, tokens):
    size = x.shape[-1]
    pair = torch.arange(size // 2).double()
    time = torch.arange(length).double()[:, None]
    angle = (time * 10000 ** (-2 * pair / size)).repeat(1, 2)
    scale = ((2 * pair + 0.4 * size) / (1.4 * size)) ** ((time - tokens // 2) / 512)
    y, registers = x[..., :length, :], x[..., length:, :]
    other = torch.cat([-y[..., size // 2 :], y[..., : size // 2]], -1)
    y = scale.repeat(1, 2) * (y * angle.cos() + other * angle.sin())
    return torch.cat([y, registers], -2)


def read(args, weights, core, shift, mouse):
    batch, _, time, rows, columns = core.shape
    weights = {n.removeprefix(f"readouts.{mouse}."): w for n, w in weights.items()}
    if args["readout_grid_mode"] == 0:
        mu = weights["_mu"][0, :, 0]
    else:
        y = weights["source_grid"] @ weights["mu_transform.0.weight"].T
        y = activation("elu", y + weights["mu_transform.0.bias"])
        mu = torch.tanh(y @ weights["mu_transform.2.weight"].T + weights["mu_transform.2.bias"])
    mu, features = mu.clamp(-1, 1), weights["features"][0]
    response = core.new_zeros(batch, len(mu), time)
    for b, n, t in itertools.product(range(batch), range(len(mu)), range(time)):
        x, y = ((mu[n] + shift[b, t] + 1) / 2 * torch.tensor([columns - 1, rows - 1])).tolist()
        for column, row in itertools.product(*((math.floor(z), math.floor(z) + 1) for z in (x, y))):
            if 0 <= column < columns and 0 <= row < rows:
                weight = (1 - abs(x - column)) * (1 - abs(y - row))
                response[b, n, t] += weight * core[b, :, t, row, column] @ features[:, n]
    if args["readout_bias_mode"]:
        response = response + weights["bias"][:, None]
    mode = 4 if args["transform_output"] == 2 and args["output_mode"] else args["output_mode"]
    if mode == 1:
        return activation("elu", response) + 1
    if mode == 2:
        return response.exp()
    if mode == 3:
        beta = weights[f"output_activation.{mouse}.log_beta"].exp()
        soft = torch.log1p((beta * response).clamp(max=20).exp()) / beta
        return torch.where(beta * response < 20, soft, response)
    return 1 / (1 + torch.exp(-response)) if mode == 4 else response


def norm(args, weights, name, x):
    weight = weights[f"{name}.weight"]
    if args["core_norm"] == "dyt":
        return torch.tanh(weights[f"{name}.alpha"] * x) * weight + weights[f"{name}.bias"]
    if args["core_norm"] == "rmsnorm":
        return x / torch.sqrt((x**2).mean(-1, keepdim=True) + EPS_OF_RMSNORM) * weight
    x = x - x.mean(-1, keepdim=True)
    return x / torch.sqrt((x**2).mean(-1, keepdim=True) + 1e-5) * weight + weights[f"{name}.bias"]


def activation(name: str, x: Tensor) -> Tensor:
    return {
        "none": lambda: x,
        "tanh": lambda: torch.tanh(x),
        "elu": lambda: torch.where(x > 0, x, torch.expm1(x)),
        "relu": lambda: x.clamp(min=0),
        "gelu": lambda: x / 2 * (1 + torch.erf(x / math.sqrt(2))),
        "silu": lambda: x / (1 + torch.exp(-x)),
    }[name]()


def sinusoid(positions, width):
    table = torch.zeros(positions, width).double()
    for position, pair in itertools.product(range(positions), range(width // 2)):
        angle = position * math.exp(-2 * pair * math.log(10000) / width)
        table[position, 2 * pair] = math.sin(angle)
        table[position, 2 * pair + 1] = math.cos(angle)
    return table


def sines_of_places(rows, columns, width):
    table, quarter = torch.zeros(rows * columns, width).double(), width // 4
    for row, column, i in itertools.product(range(rows), range(columns), range(quarter)):
        for part, (position, wave) in enumerate(
            itertools.product((column, row), (math.sin, math.cos))
        ):
            angle = position * 10000 ** (-i / quarter)
            table[row * columns + column, part * quarter + i] = wave(angle)
    return table
