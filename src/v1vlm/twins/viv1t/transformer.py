"""Transformer blocks with parallel attention, as ViV1T stacks them over space and time."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from v1vlm.twins.viv1t.options import Options

_TOKENS_AT_ONCE = 16_384

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "none": nn.Identity,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


class Transformer(nn.Module):
    """A stack of blocks over sequences of at most `tokens` tokens.

    Parameters
    ----------
    tokens : int
        Tokens of the longest clip, without registers: the centre of the rotary scale.
    rotary : bool
        Turn queries and keys by their position.
    causal : bool
        A token sees itself and what came before.
    """

    def __init__(
        self, options: Options, depth: int, tokens: int, rotary: bool, causal: bool
    ) -> None:
        super().__init__()
        self.tokens, self.rotary, self.causal = tokens, rotary, causal
        self.head_dim = options.core_head_dim
        self.blocks = nn.ModuleList(Block(options, rotary) for _ in range(depth))

    def forward(self, x: Tensor, registers: Tensor | None = None) -> Tensor:
        """Sequences (sequence, token, channel) to sequences of the same shape.

        Registers (register, channel) are appended to each sequence and dropped at the end.
        """
        length = x.shape[1]
        if self.causal:
            # Registers come last, so under the causal mask no token ever sees them.
            registers = None
        turn = Turn(length, self.tokens, self.head_dim, x) if self.rotary else None
        size = max(1, _TOKENS_AT_ONCE // length)
        done = []
        for part in x.split(size):
            y = part
            if registers is not None:
                y = torch.cat([y, registers.expand(len(part), -1, -1)], dim=1)
            for block in self.blocks:
                y = block(y, turn, self.causal)
            done.append(y[:, :length])
        return torch.cat(done)


class Block(nn.Module):
    """x + attention(norm(x)) + feed-forward(norm(x)), from one fused projection."""

    scale: Tensor

    def __init__(self, options: Options, rotary: bool) -> None:
        super().__init__()
        channels, width = options.core_emb_dim, options.core_ff_dim
        self.heads, self.head_dim = options.core_num_heads, options.core_head_dim
        inner = self.heads * self.head_dim
        gated = options.core_ff_activation == "swiglu"
        self.widths = [inner, inner, inner, 2 * width if gated else width]
        self.norm = norm(options, channels)
        self.fused_linear = nn.Linear(channels, sum(self.widths), bias=False)
        self.norm_q = norm(options, inner) if options.core_norm_qk else nn.Identity()
        self.norm_k = norm(options, inner) if options.core_norm_qk else nn.Identity()
        self.attn_out = nn.Linear(inner, channels, bias=False)
        self.ff_out = nn.Sequential(
            SwiGLU() if gated else activation(options.core_ff_activation),
            nn.Identity(),
            nn.Linear(width, channels, bias=False),
        )
        self.register_buffer("scale", torch.tensor(self.head_dim**-0.5))
        if rotary:
            self.rotary_position_embedding = Rotary(self.head_dim)

    def forward(self, x: Tensor, turn: Turn | None, causal: bool) -> Tensor:
        """One step on sequences (sequence, token, channel)."""
        q, k, v, f = self.fused_linear(self.norm(x)).split(self.widths, dim=-1)
        q, k, v = (self._heads(part) for part in (self.norm_q(q), self.norm_k(k), v))
        if turn is not None:
            q, k = turn(q), turn(k)
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return x + self.attn_out(seen.transpose(1, 2).flatten(2)) + self.ff_out(f)

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, self.head_dim)).transpose(1, 2)


class Turn:
    """Rotation and scaling of queries and keys by position.

    The scale is that of xPos (Sun et al. 2023), but the same for queries and keys. It is
    centred on the longest clip, so shorter ones use the first rows of the same table. Tables
    are made in single precision whatever the precision of `like`.
    """

    def __init__(self, length: int, tokens: int, head_dim: int, like: Tensor) -> None:
        frequency, scale = rotary_constants(head_dim, like.device)
        position = torch.arange(length, device=like.device, dtype=torch.float32)[:, None]
        angle = (position * frequency).repeat(1, 2)
        size = (scale ** ((position - tokens // 2) / 512)).repeat(1, 2)
        self.length = length
        self.cos = angle.cos().to(like.dtype)
        self.sin = angle.sin().to(like.dtype)
        self.size = size.to(like.dtype)

    def __call__(self, x: Tensor) -> Tensor:
        """Turn (sequence, head, token, channel); registers, after `length`, stay as they are."""
        tokens, registers = x[:, :, : self.length], x[:, :, self.length :]
        first, second = tokens.chunk(2, dim=-1)
        turned = torch.cat([-second, first], dim=-1)
        tokens = self.size * (tokens * self.cos + turned * self.sin)
        return torch.cat([tokens, registers], dim=2) if registers.shape[2] else tokens


class Rotary(nn.Module):
    """Keys of the state dict: the constants that `Turn` makes anew in single precision."""

    def __init__(self, head_dim: int) -> None:
        super().__init__()
        # Named, for a network built without memory: arithmetic there takes seconds to import.
        frequency, scale = rotary_constants(head_dim, torch.device("cpu"))
        self.register_buffer("inv_freq", frequency)
        self.register_buffer("scale", scale)


def rotary_constants(head_dim: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Angle per position and base of the scale, each (head_dim / 2,)."""
    even = torch.arange(0, head_dim, 2, device=device, dtype=torch.float32)
    return 10000 ** -(even / head_dim), (even + 0.4 * head_dim) / (1.4 * head_dim)


class SwiGLU(nn.Module):
    """First half times silu of the second (Shazeer 2020)."""

    def forward(self, x: Tensor) -> Tensor:
        """Halve the last axis."""
        value, gate = x.chunk(2, dim=-1)
        return functional.silu(gate) * value


class DyT(nn.Module):
    """A scaled tanh in the place of a norm (Zhu et al. 2025)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.full((1,), 0.5))
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Squash each channel on its own."""
        return torch.tanh(self.alpha * x) * self.weight + self.bias


def norm(options: Options, channels: int) -> nn.Module:
    """The norm of the core over the last axis."""
    if options.core_norm == "dyt":
        return DyT(channels)
    if options.core_norm == "rmsnorm":
        return nn.RMSNorm(channels)
    return nn.LayerNorm(channels)


def activation(name: str) -> nn.Module:
    """An element-wise nonlinearity by its name."""
    return _ACTIVATIONS[name]()
