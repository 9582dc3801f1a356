"""The network of ViV1T: one core, and a shifter, readout and nonlinearity for each mouse.

Written from a specification of the published model (Li et al. 2025); the names of parameters
and buffers are those of its checkpoints.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from v1vlm.errors import InputError
from v1vlm.twins.viv1t.core import Core
from v1vlm.twins.viv1t.options import Options


class Network(nn.Module):
    """ViV1T in model units: everything normalised before, nothing mapped back after."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.mouse_ids = options.mouse_ids
        self.core = Core(options)
        n_neurons = {mouse: options.output_shapes[mouse][0] for mouse in self.mouse_ids}
        self.shifters = nn.ModuleDict()
        if options.shifter_mode:
            self.shifters.update({mouse: Shifter(options) for mouse in n_neurons})
        self.readouts = nn.ModuleDict(
            {mouse: Readout(options, count) for mouse, count in n_neurons.items()}
        )
        self.output_activation = nn.ModuleDict(
            {mouse: OutputActivation(options.output_activation) for mouse in n_neurons}
        )

    def forward(
        self, video: Tensor, behaviors: Tensor, pupil_centers: Tensor, mouse_id: str
    ) -> tuple[Tensor, Tensor]:
        """Responses (batch, neuron, time) and core features (batch, channel, time, row, column).

        Parameters
        ----------
        video : Tensor (batch, 1, frame, y, x)
        behaviors : Tensor (batch, 2, frame)
            Pupil dilation, running speed.
        pupil_centers : Tensor (batch, 2, frame)
            Pupil x and y.
        mouse_id : str

        Raises
        ------
        InputError
            For a mouse without readout, or a clip longer than the network knows.
        """
        if mouse_id not in self.mouse_ids:
            raise InputError(
                f"The network has no mouse {mouse_id!r}.", f"Give {', '.join(self.mouse_ids)}."
            )
        features = self.core(video, behaviors, pupil_centers)
        return self.read(features, behaviors, pupil_centers, mouse_id), features

    def read(
        self,
        features: Tensor,
        behaviors: Tensor,
        pupil_centers: Tensor,
        mouse_id: str,
        neurons: Tensor | None = None,
    ) -> Tensor:
        """Responses (batch, neuron, time) from core features, of some neurons or all."""
        shifts = None
        if len(self.shifters):
            time = features.shape[2]
            shifts = self.shifters[mouse_id](behaviors[..., -time:], pupil_centers[..., -time:])
        return self.output_activation[mouse_id](self.readouts[mouse_id](features, shifts, neurons))


class Shifter(nn.Module):
    """Moves the readout of a mouse with its eye: a small perceptron per frame."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.with_behavior = options.shifter_mode == 2
        widths = [2 * options.shifter_mode] + [options.shifter_size] * (options.shifter_layers - 1)
        layers: list[nn.Module] = []
        for width, following in zip(widths, [*widths[1:], 2], strict=True):
            layers += [nn.Linear(width, following), nn.Tanh()]
        self.mlp = nn.Sequential(*layers)
        self.register_buffer("reg_scale", torch.tensor(0.0))

    def forward(self, behaviors: Tensor, pupil_centers: Tensor) -> Tensor:
        """Shifts (batch, 2, time) in x and y, in units of half the map of features."""
        x = torch.cat([behaviors, pupil_centers], 1) if self.with_behavior else pupil_centers
        return self.mlp(x.transpose(1, 2)).transpose(1, 2)


class Readout(nn.Module):
    """Each neuron reads the features at one place, a smooth function of its cortical place."""

    bias: Tensor | None
    source_grid: Tensor

    def __init__(self, options: Options, n_neurons: int) -> None:
        super().__init__()
        mode, channels = options.readout_grid_mode, options.core_emb_dim
        self.sigma = nn.Parameter(torch.zeros(1, n_neurons, 2, 2))
        self.features = nn.Parameter(torch.full((1, channels, n_neurons), 1 / channels))
        self.bias = nn.Parameter(torch.zeros(n_neurons)) if options.readout_bias_mode else None
        self.register_buffer("reg_scale", torch.tensor(0.0))
        self.free = mode == 0
        if self.free:
            self._mu = nn.Parameter(torch.zeros(1, n_neurons, 1, 2))
        else:
            self.register_buffer("source_grid", torch.zeros(n_neurons, mode + 1))
            self.mu_transform = nn.Sequential(nn.Linear(mode + 1, 30), nn.ELU(), nn.Linear(30, 2))

    @property
    def mu(self) -> Tensor:
        """Places (1, neuron, 1, 2) in x and y: -1 and 1 are the outer features."""
        if self.free:
            return self._mu
        return torch.tanh(self.mu_transform(self.source_grid))[None, :, None]

    def forward(self, x: Tensor, shifts: Tensor | None, neurons: Tensor | None = None) -> Tensor:
        """Responses (batch, neuron, time) before the nonlinearity.

        Parameters
        ----------
        x : Tensor (batch, channel, time, row, column)
        shifts : Tensor (batch, 2, time), optional
        neurons : integer Tensor, optional
            All by default.
        """
        chosen = slice(None) if neurons is None else neurons
        place = self.mu.clamp(-1, 1)[:, chosen]
        batch, _, time = x.shape[:3]
        grid = place.expand(batch * time, -1, -1, -1)
        if shifts is not None:
            grid = grid + shifts.transpose(1, 2).reshape(-1, 1, 1, 2)
        # Contiguous: a strided input in half precision is read wrongly on processors.
        frames = x.transpose(1, 2).flatten(0, 1).contiguous()
        weights = self.features[0][:, chosen]
        # Frame by frame: samples of all frames at once would take hundreds of megabytes.
        response = torch.stack(
            [
                (sample(frame, where) * weights).sum(0)
                for frame, where in zip(frames, grid, strict=True)
            ]
        )
        if self.bias is not None:
            response = response + self.bias[chosen]
        return response.unflatten(0, (batch, time)).transpose(1, 2)


def sample(frame: Tensor, grid: Tensor) -> Tensor:
    """Values (channel, neuron) of a map (channel, row, column) at places (neuron, 1, 2)."""
    return functional.grid_sample(
        frame[None], grid[None], padding_mode="zeros", align_corners=True
    )[0, ..., 0]


class OutputActivation(nn.Module):
    """The last nonlinearity: none, ELU + 1, exponential, softplus or sigmoid."""

    one: Tensor

    def __init__(self, mode: int) -> None:
        super().__init__()
        self.mode = mode
        if mode == 1:
            self.register_buffer("one", torch.tensor(1.0))
        if mode == 3:
            self.log_beta = nn.Parameter(torch.tensor(0.0))
            self.register_buffer("threshold", torch.tensor(20, device="cpu"))

    def forward(self, x: Tensor) -> Tensor:
        """Element by element."""
        if self.mode == 1:
            return functional.elu(x) + self.one
        if self.mode == 2:
            return x.exp()
        if self.mode == 3:
            beta = self.log_beta.exp()
            return functional.softplus(beta * x, threshold=20) / beta
        return x.sigmoid() if self.mode == 4 else x
