"""The shared core of ViV1T: clips to a map of features per frame."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from v1vlm.errors import InputError
from v1vlm.twins.viv1t.options import Options
from v1vlm.twins.viv1t.transformer import Transformer, activation, norm

_FRAMES_AT_ONCE = 16


class Core(nn.Module):
    """Tokens from patches of space and time, attention over space, then over time."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.grid = options.grid
        self.behavior_mode = options.core_behavior_mode
        self.tokenizer = Tokenizer(options)
        self.vivit = ViViT(options)
        self.activation = activation(options.core_activation)

    def forward(self, video: Tensor, behaviors: Tensor, pupil_centers: Tensor) -> Tensor:
        """Features (batch, channel, time, row, column).

        Parameters
        ----------
        video : Tensor (batch, 1, frame, y, x)
        behaviors, pupil_centers : Tensor (batch, 2, frame)
            Pupil dilation and running speed; pupil x and y. All in model units.
        """
        states = [behaviors, pupil_centers][: self.behavior_mode]
        planes = [state[..., None, None].expand(*state.shape, *video.shape[3:]) for state in states]
        x = self.vivit(self.tokenizer(torch.cat([video, *planes], dim=1)))
        return self.activation(x.unflatten(2, self.grid[1:]).permute(0, 4, 1, 2, 3))


class Tokenizer(nn.Module):
    """Clips (batch, channel, frame, y, x) to tokens (batch, time, place, channel)."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.patch, self.stride, self.padding = options.patch, options.stride, options.padding
        self.grid, self.encoding = options.grid, options.core_pos_encoding
        frames, places, channels = self.grid[0], self.grid[1] * self.grid[2], options.core_emb_dim
        self.tokenizer = Patches(options)
        self.norm = norm(options, channels)
        if self.encoding == 1:
            self.pos_embedding = nn.Parameter(torch.zeros(1, frames, places, channels))
        if self.encoding in (2, 6):
            self.spatial_pos_embedding = nn.Parameter(torch.zeros(1, 1, places, channels))
        if self.encoding == 2:
            self.temporal_pos_embedding = nn.Parameter(torch.zeros(1, frames, 1, channels))

    def forward(self, x: Tensor) -> Tensor:
        """Cut patches, normalise and embed them, add where they are."""
        patches = self._patches(x)
        parts = patches.split(_FRAMES_AT_ONCE, dim=1)
        # All patches of a long clip at once would take gigabytes.
        tokens = torch.cat([self.norm(self.tokenizer(part.flatten(3))) for part in parts], 1)
        return self._placed(tokens)

    def _patches(self, x: Tensor) -> Tensor:
        """Views (batch, time, place, channel, frame, y · x) of the padded clip."""
        frames, rows, columns = self.padding
        top, left = rows // 2, columns // 2
        # All frames of padding come first: a token never sees what comes after its frame.
        x = functional.pad(x, (left, columns - left, top, rows - top, frames, 0))
        if x.shape[2] < self.patch[0]:
            raise InputError(
                f"A clip of {x.shape[2] - frames} frames is shorter than a patch of "
                f"{self.patch[0]}.",
                "Give a longer clip.",
            )
        x = x.unfold(3, self.patch[1], self.stride[1]).unfold(4, self.patch[2], self.stride[2])
        # The squares of each frame are copied once, so that windows in time are long runs.
        x = x.permute(0, 2, 3, 4, 1, 5, 6).flatten(5).flatten(2, 3)
        x = x.unfold(1, self.patch[0], self.stride[0]).transpose(4, 5)
        if x.shape[1] > self.grid[0]:
            raise InputError(
                f"A clip makes {x.shape[1]} tokens in time, the network knows {self.grid[0]}.",
                "Give a shorter clip.",
            )
        return x

    def _placed(self, x: Tensor) -> Tensor:
        time = x.shape[1]
        if self.encoding == 1:
            return x + self.pos_embedding[:, :time]
        if self.encoding == 2:
            return x + self.spatial_pos_embedding + self.temporal_pos_embedding[:, :time]
        if self.encoding == 6:
            return x + self.spatial_pos_embedding
        if self.encoding == 7:
            return x + places(self.grid[1], self.grid[2], x)
        return x


class Patches(nn.Module):
    """Normalise a patch over all its values and embed it."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        frames, rows, columns = options.patch
        size = options.channels * frames * rows * columns
        self.norm = norm(options, size)
        self.linear = nn.Linear(size, options.core_emb_dim)

    def forward(self, x: Tensor) -> Tensor:
        """Patches (..., value) to tokens (..., channel)."""
        return self.linear(self.norm(x))


class ViViT(nn.Module):
    """Attention over the places of each frame, then over the frames of each place."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        frames, rows, columns = options.grid
        encoding, registers = options.core_pos_encoding, options.core_reg_tokens
        self.reg_s_tokens = self.reg_t_tokens = None
        if registers:
            self.reg_s_tokens = nn.Parameter(torch.zeros(registers, options.core_emb_dim))
            self.reg_t_tokens = nn.Parameter(torch.zeros(registers, options.core_emb_dim))
        self.register_buffer("reg_scale", torch.tensor(0.0))
        self.spatial_transformer = Transformer(
            options, options.core_spatial_depth, rows * columns, encoding == 5, causal=False
        )
        self.temporal_transformer = Transformer(
            options,
            options.core_temporal_depth,
            frames,
            encoding in (5, 6, 7),
            options.core_use_causal_attention,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (batch, time, place, channel) to tokens of the same shape."""
        batch, time, n_places, channels = x.shape
        x = self.spatial_transformer(x.flatten(0, 1), self.reg_s_tokens)
        x = x.view(batch, time, n_places, channels).transpose(1, 2)
        x = self.temporal_transformer(x.flatten(0, 1), self.reg_t_tokens)
        return x.view(batch, n_places, time, channels).transpose(1, 2)


def places(rows: int, columns: int, like: Tensor) -> Tensor:
    """Fixed encoding of places (row · column, channel): sines and cosines, columns first."""
    quarter = like.shape[-1] // 4
    channel = torch.arange(quarter, device=like.device, dtype=torch.float32)
    frequency = 10000 ** -(channel / quarter)
    row, column = torch.meshgrid(
        torch.arange(rows, device=like.device),
        torch.arange(columns, device=like.device),
        indexing="ij",
    )
    parts = []
    for position in (column, row):
        angle = position.flatten()[:, None] * frequency
        parts += [angle.sin(), angle.cos()]
    return torch.cat(parts, dim=1).to(like.dtype)
