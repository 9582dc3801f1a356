"""Transformer blocks with parallel attention, as ViV1T stacks them over space and time."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from v1vlm.twins.viv1t.options import Options

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

    # Modules of torch are typed as anything that can be registered.
    blocks: Any

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
        if registers is None:
            registers = x.new_empty(0, x.shape[2])
        turn = self.turn(slice(0, length), x, len(registers))
        weights = self.weights()
        done = []
        for part in x.split(sequences_at_once(length + len(registers), x.device)):
            y = torch.cat([part, registers.expand(len(part), -1, -1)], dim=1)
            for block, weight in zip(self.blocks, weights, strict=True):
                q, k, v, f = block.project(y, weight, turn)
                y = block.merge(y, attend(q, k, v, causal=self.causal), f)
            done.append(y[:, :length])
        return torch.cat(done)

    def weights(self) -> list[Tensor]:
        """The weight of each block's projection, made once for all sequences."""
        return [block.weight(self.rotary) for block in self.blocks]

    def turn(self, positions: slice, like: Tensor, registers: int = 0) -> Turn | None:
        """How tokens at these positions are turned, and registers after them are not."""
        if not self.rotary:
            return None
        return Turn(positions, self.tokens, self.head_dim, like.device, registers)


class Block(nn.Module):
    """x + attention(norm(x)) + feed-forward(norm(x)), from one fused projection."""

    ff_out: Any
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
        self.norm_qk = options.core_norm_qk
        self.norm_q = norm(options, inner) if options.core_norm_qk else nn.Identity()
        self.norm_k = norm(options, inner) if options.core_norm_qk else nn.Identity()
        self.attn_out = nn.Linear(inner, channels, bias=False)
        self.ff_out = nn.Sequential(
            _ff_activation(options.core_ff_activation),
            nn.Identity(),
            nn.Linear(width, channels, bias=False),
        )
        self.register_buffer("scale", torch.tensor(self.head_dim**-0.5, device="cpu"))
        if rotary:
            self.rotary_position_embedding = Rotary(self.head_dim)

    def weight(self, turned: bool) -> Tensor:
        """The weight of the fused projection; to be turned, with halves interleaved."""
        weight: Tensor = self.fused_linear.weight
        if not turned or self.norm_qk:
            return weight
        width = 2 * self.widths[0]
        halves = weight[:width].unflatten(0, (-1, 2, self.head_dim // 2)).transpose(1, 2)
        return torch.cat([halves.flatten(0, 2), weight[width:]])

    def project(
        self, x: Tensor, weight: Tensor, turn: Turn | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Queries, keys and values (sequence, token, head, value), and what feeds forward.

        Parameters
        ----------
        x : Tensor (sequence, token, channel)
        weight : Tensor
            `weight`, turned if `turn` is given.
        turn : Turn, optional
        """
        width = 2 * self.widths[0]
        qk, v, f = functional.linear(self.norm(x), weight).split(
            [width, width // 2, self.widths[-1]], dim=-1
        )
        if self.norm_qk:
            q, k = qk.chunk(2, dim=-1)
            qk = torch.cat([self.norm_q(q), self.norm_k(k)], dim=-1)
            if turn is not None:
                qk = qk.unflatten(-1, (-1, 2, self.head_dim // 2)).transpose(-1, -2).flatten(-3)
        qk, v = (part.unflatten(-1, (-1, self.head_dim)) for part in (qk, v))
        if turn is not None:
            qk = turn(qk)
        q, k = qk.chunk(2, dim=-2)
        return q, k, v, f

    def merge(self, x: Tensor, seen: Tensor, f: Tensor) -> Tensor:
        """The residual stream x, plus what attention saw, plus the feed-forward part.

        Written over x unless a gradient is asked for: a new array costs more.
        """
        fed, linear = self.ff_out[0](f).flatten(0, 1), self.ff_out[2]
        # Each sum is done by the product that it follows.
        y = x.flatten(0, 1)
        add = y.addmm if torch.is_grad_enabled() else y.addmm_
        y = add(seen.flatten(2).flatten(0, 1), self.attn_out.weight.t())
        return y.addmm_(fed, linear.weight.t()).view(x.shape)


def attend(q: Tensor, k: Tensor, v: Tensor, causal: bool = False, mask: Any = None) -> Tensor:
    """Attention between (sequence, token, head, value) tensors, of the shape of q."""
    q, k, v = (part.transpose(1, 2) for part in (q, k, v))
    if by_products(q):
        seen = _attend_by_products(q, k, v, causal, mask)
    else:
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
    return seen.transpose(1, 2)


def by_products(x: Tensor) -> bool:
    """Whether attention among x is worked out as products of matrices, one after the other.

    Processors that multiply in half precision then do, several times faster than in single
    precision; within the fused attention of torch they do not. Scores are rounded as queries and
    keys are.
    """
    return x.device.type == "cpu" and x.dtype == torch.bfloat16 and _multiplies_halves()


@cache
def _multiplies_halves() -> bool:
    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def _attend_by_products(
    q: Tensor, k: Tensor, v: Tensor, causal: bool, mask: Tensor | None
) -> Tensor:
    shape = q.shape
    if mask is None:
        mask = q.new_zeros(q.shape[2], k.shape[2])
    if causal:
        mask = mask.new_full(mask.shape, -torch.inf).triu(1)
    q, k, v = (part.flatten(0, 1) for part in (q, k, v))
    scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=q.shape[-1] ** -0.5)
    return torch.bmm(scores.softmax(-1), v).view(shape)


class Turn:
    """Rotation and scaling of queries and keys by position.

    The scale is that of xPos (Sun et al. 2023), but the same for queries and keys. It is
    centred on the longest clip, so shorter ones use the first rows of the same table. The
    arithmetic is in single precision whatever the precision of the tokens.

    Parameters
    ----------
    positions : slice
        Of the tokens, from `start` to `stop`.
    tokens : int
        Tokens of the longest clip.
    registers : int
        Tokens after these, which stay as they are.
    """

    def __init__(
        self,
        positions: slice,
        tokens: int,
        head_dim: int,
        device: torch.device,
        registers: int = 0,
    ) -> None:
        frequency, scale = rotary_constants(head_dim, device)
        position = torch.arange(
            positions.start, positions.stop, device=device, dtype=torch.float32
        )[:, None]
        table = torch.polar(scale ** ((position - tokens // 2) / 512), position * frequency)
        rest = table.new_ones(registers, head_dim // 2)
        self.table = torch.cat([table, rest])[:, None]

    def __call__(self, x: Tensor) -> Tensor:
        """Turn (sequence, token, head, value), the halves of the values interleaved.

        A pair of values is then a complex number, and turned by one product. The products of
        queries and keys do not depend on the order of their values.
        """
        pairs = x.float()
        if any(step % 2 for step in pairs.stride()[:-1]):
            # Complex numbers cannot begin at odd places. Not `contiguous`, which leaves the steps
            # along axes of length one as they are.
            pairs = pairs.clone(memory_format=torch.contiguous_format)
        numbers = torch.view_as_complex(pairs.unflatten(-1, (-1, 2)))
        # Written over the projection unless a gradient is asked for: a new array costs more.
        turn = numbers.mul if torch.is_grad_enabled() else numbers.mul_
        return torch.view_as_real(turn(self.table)).flatten(-2).to(x.dtype)


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


class ReLU(nn.Module):
    """max(x, 0), written over x unless a gradient is asked for: a new array costs more."""

    def forward(self, x: Tensor) -> Tensor:
        """Element by element."""
        return functional.relu(x, inplace=not torch.is_grad_enabled())


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


def _ff_activation(name: str) -> nn.Module:
    own = {"swiglu": SwiGLU, "relu": ReLU}
    return own[name]() if name in own else activation(name)


def sequences_at_once(length: int, device: torch.device) -> int:
    """How many sequences of a length to take through all blocks together.

    On a processor their values then stay in its cache; an accelerator is kept busy.
    """
    tokens = 1_200 if device.type == "cpu" else 100_000
    return max(1, round(tokens / length))
