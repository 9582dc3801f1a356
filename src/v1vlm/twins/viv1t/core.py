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

_WINDOWS_AT_ONCE = 8


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
        squares, windows = self._squares(x), windows.to(x.device)
        return self.norm(self.tokenizer.of_windows(squares, windows))

    def _squares(self, x: Tensor) -> Tensor:
        """Squares of each frame (frame, batch, place, channel, y · x)."""
        rows, columns = self.padding[1:]
        top, left = rows // 2, columns // 2
        x = functional.pad(x, (left, columns - left, top, rows - top))
        x = x.unfold(3, self.patch[1], self.stride[1]).unfold(4, self.patch[2], self.stride[2])
        return x.permute(2, 0, 3, 4, 1, 5, 6).flatten(5).flatten(2, 3)

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

    def of_windows(self, squares: Tensor, windows: Tensor) -> Tensor:
        """Tokens (batch, window, place, channel) of patches that hold several frames.

        Parameters
        ----------
        squares : Tensor (frame, batch, place, channel, y · x)
        windows : int Tensor (window, frame of a patch)
        """
        if not isinstance(self.norm, nn.LayerNorm) or squares.dtype != torch.float32:
            return self._one_by_one(squares, windows)
        # A norm over the whole patch shifts and scales it, so it can follow the product, which is
        # a sum over frames: patches that share frames are never written out. The mean of each
        # square is taken away first and given back as its distance from that of the patch, so that
        # a patch of nearly one value costs no digits.
        weight = self.linear.weight * self.norm.weight
        weight = weight.unflatten(1, (squares.shape[3], windows.shape[1], -1)).permute(2, 1, 3, 0)
        weight, sums = weight.flatten(1, 2), weight.sum((1, 2))
        bias = functional.linear(self.norm.bias, self.linear.weight, self.linear.bias)
        middle = squares.mean((3, 4))
        x = (squares - middle[..., None, None]).flatten(3)
        apart, deviation = _moments(x, middle, windows, self.norm.eps)
        # Where frames differ, a few windows at a time: their sums stay in the cache of a processor.
        few = x.device.type == "cpu" and len(x) > len(windows)
        size = _WINDOWS_AT_ONCE if few else len(windows)
        every = zip(*(part.split(size) for part in (windows, apart, deviation)), strict=True)
        done = [(_product(x, at, weight) + far @ sums) / wide + bias for at, far, wide in every]
        return torch.cat(done).transpose(0, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Patches (..., value) to tokens (..., channel)."""
        return self.linear(self.norm(x))

    def _one_by_one(self, squares: Tensor, windows: Tensor) -> Tensor:
        squares = squares.permute(1, 2, 3, 0, 4)
        # One window at a time: all patches of a long clip would take gigabytes.
        patches = (squares.index_select(3, window).flatten(2) for window in windows)
        return torch.stack([self(patch) for patch in patches], dim=1)


def _moments(x: Tensor, middle: Tensor, windows: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """How the patches of windows lie about their means, in double precision where it matters.

    Parameters
    ----------
    x : Tensor (frame, batch, place, value)
        Squares less their middles.
    middle : Tensor (frame, batch, place)
        Near their means; what they miss by is allowed for.
    windows : int Tensor (window, frame of a patch)

    Returns
    -------
    apart : Tensor (window, batch, place, frame of a patch)
        Middle of each square less the mean of the patch.
    deviation : Tensor (window, batch, place, 1)
    """
    squared = torch.linalg.vector_norm(x, dim=3) ** 2 / x.shape[3]
    missed, within, middles = (
        part.double()[windows].permute(0, 2, 3, 1) for part in (x.mean(3), squared, middle)
    )
    apart = middles - (middles + missed).mean(3, keepdim=True)
    variance = (within + (2 * missed + apart) * apart).mean(3, keepdim=True)
    return apart.to(x.dtype), (variance + eps).sqrt().to(x.dtype)


def _product(x: Tensor, windows: Tensor, weight: Tensor) -> Tensor:
    """Patches of windows times a weight (frame of a patch, value, channel).

    Returns (window, batch, place, channel).
    """
    y = x.new_zeros(len(windows) * x.shape[1] * x.shape[2], weight.shape[2])
    for lag, at in enumerate(weight):
        frames, index = windows[:, lag].unique(return_inverse=True)
        run = len(frames) == int(frames[-1] - frames[0]) + 1
        rows = x.narrow(0, int(frames[0]), len(frames)) if run else x[frames]
        if torch.equal(frames, windows[:, lag]):
            y.addmm_(rows.flatten(0, 2), at)
        else:
            part = (rows.flatten(0, 2) @ at).unflatten(0, (len(frames), -1))
            y += part[index].flatten(0, 1)
    return y.view(len(windows), *x.shape[1:3], -1)


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
