"""The shared core of ViV1T: clips to a map of features per frame."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from v1vlm.errors import InputError
from v1vlm.twins.viv1t.options import Options
from v1vlm.twins.viv1t.transformer import Transformer, activation, norm


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
        x = self.vivit(self.tokenizer(self.frames(video, behaviors, pupil_centers)))
        return self.activation(x.unflatten(2, self.grid[1:]).permute(0, 4, 1, 2, 3))

    def frames(self, video: Tensor, behaviors: Tensor, pupil_centers: Tensor) -> Tensor:
        """Frames (batch, channel, frame, y, x): the video, and a plane for each state it sees."""
        states = [behaviors, pupil_centers][: self.behavior_mode]
        planes = [state[..., None, None].expand(*state.shape, *video.shape[3:]) for state in states]
        return torch.cat([video, *planes], dim=1)


class Tokenizer(nn.Module):
    """Clips (batch, channel, frame, y, x) to tokens (batch, time, place, channel)."""

    # Learned or fixed; published under the same name.
    spatial_pos_embedding: Any

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.patch, self.stride, self.padding = options.patch, options.stride, options.padding
        self.grid, self.encoding = options.grid, options.core_pos_encoding
        frames, places, channels = self.grid[0], self.grid[1] * self.grid[2], options.core_emb_dim
        self.tokenizer = Patches(options)
        self.norm = norm(options, channels)
        if self.encoding == 1:
            self.pos_embedding = nn.Parameter(torch.zeros(1, frames, places, channels))
        if self.encoding in (2, 3, 6):
            self.spatial_pos_embedding = nn.Parameter(torch.zeros(1, 1, places, channels))
        if self.encoding == 2:
            self.temporal_pos_embedding = nn.Parameter(torch.zeros(1, frames, 1, channels))
        if self.encoding == 4:
            self.spatial_pos_embedding = Sinusoid(sinusoid(places, channels)[None, None])
        if self.encoding in (3, 4):
            table = sinusoid(options.max_frame, channels)
            self.temporal_pos_encoding = Sinusoid(table[None, :, None])

    @property
    def timed(self) -> bool:
        """Whether a token tells at which time of the clip it is."""
        return self.encoding in (1, 2, 3, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Cut patches, normalise and embed them, add where they are."""
        # All frames of padding come first: a token never sees what comes after its frame.
        x = functional.pad(x, (0, 0, 0, 0, self.padding[0], 0))
        starts = torch.arange(0, x.shape[2] - self.patch[0] + 1, self.stride[0])
        if not len(starts):
            raise InputError(
                f"A clip of {x.shape[2] - self.padding[0]} frames is shorter than a patch of "
                f"{self.patch[0]}.",
                "Give a longer clip.",
            )
        if len(starts) > self.grid[0]:
            raise InputError(
                f"A clip makes {len(starts)} tokens in time, the network knows {self.grid[0]}.",
                "Give a shorter clip.",
            )
        windows = starts[:, None] + torch.arange(self.patch[0])
        return self.placed(self.embed(x, windows), slice(0, len(starts)))

    def embed(self, x: Tensor, windows: Tensor) -> Tensor:
        """Tokens (batch, window, place, channel) of windows in time, before they are placed.

        Parameters
        ----------
        x : Tensor (batch, channel, frame, y, x)
        windows : int Tensor (window, frame of a patch)
            The frames of each window.
        """
        squares = self._squares(x)
        running = bool((windows.diff(dim=1) == 1).all())
        tokens = []
        # One window at a time: all patches of a long clip would take gigabytes.
        for window in windows.to(x.device):
            # A slice is copied in longer runs than frames one by one.
            some = (
                squares.narrow(3, int(window[0]), self.patch[0])
                if running
                else squares.index_select(3, window)
            )
            tokens.append(self.norm(self.tokenizer(some.flatten(2))))
        return torch.stack(tokens, dim=1)

    def _squares(self, x: Tensor) -> Tensor:
        """Squares of each frame (batch, place, channel, frame, y · x)."""
        rows, columns = self.padding[1:]
        top, left = rows // 2, columns // 2
        x = functional.pad(x, (left, columns - left, top, rows - top))
        x = x.unfold(3, self.patch[1], self.stride[1]).unfold(4, self.patch[2], self.stride[2])
        return x.permute(0, 3, 4, 1, 2, 5, 6).flatten(5).flatten(1, 2)

    def placed(self, x: Tensor, times: slice) -> Tensor:
        """Tokens (batch, time, place, channel), told where and at which times they are."""
        if self.encoding == 1:
            return x + self.pos_embedding[:, times]
        if self.encoding == 2:
            return x + self.spatial_pos_embedding + self.temporal_pos_embedding[:, times]
        if self.encoding == 3:
            x = x + self.spatial_pos_embedding
            return x + self.temporal_pos_encoding.pos_encoding[:, times]
        if self.encoding == 4:
            x = x + self.spatial_pos_embedding.pos_encoding
            return x + self.temporal_pos_encoding.pos_encoding[:, times]
        if self.encoding == 6:
            return x + self.spatial_pos_embedding
        if self.encoding == 7:
            return x + places(self.grid[1], self.grid[2], x)
        return x


class Sinusoid(nn.Module):
    """A fixed table of positions, kept in checkpoints."""

    pos_encoding: Tensor

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.register_buffer("pos_encoding", table)


class Patches(nn.Module):
    """Normalise a patch over all its values and embed it."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        frames, rows, columns = options.patch
        size = options.channels * frames * rows * columns
        self.norm = norm(options, size)
        self.linear = nn.Linear(size, options.core_emb_dim)
        if options.core_patch_mode == 1:
            # Patches cut by a convolution: the same values, and a buffer that says which.
            one_of_each = torch.eye(frames * rows * columns).view(-1, 1, frames, rows, columns)
            self.register_buffer("weight", one_of_each.repeat(options.channels, 1, 1, 1, 1))
            self.register_load_state_dict_post_hook(_require_one_of_each)

    def forward(self, x: Tensor) -> Tensor:
        """Patches (..., value) to tokens (..., channel)."""
        return self.linear(self.norm(x))


def _require_one_of_each(module: nn.Module, _: object) -> None:
    weight = module.get_buffer("weight")
    values = weight[0].numel()
    expected = torch.eye(values, device=weight.device).view(values, *weight.shape[1:])
    if not all(torch.equal(part, expected) for part in weight.split(values)):
        raise InputError(
            "The weights 'core.tokenizer.tokenizer.weight' cut something else than patches.",
            "Give a run of core_patch_mode 1 as its training saved it.",
        )


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


def sinusoid(positions: int, channels: int) -> Tensor:
    """Table (position, channel) of sines and cosines in turn (Vaswani et al. 2017)."""
    # Named, for a network built without memory.
    even = torch.arange(0, channels, 2, device="cpu", dtype=torch.float32)
    position = torch.arange(positions, device="cpu", dtype=torch.float32)
    angle = position[:, None] * torch.exp(-even * math.log(10000) / channels)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


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
