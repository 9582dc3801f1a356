"""The forward pass for one mouse, without what cannot change the answer.

Each saving is exact up to rounding, and used only where the options of the network make it so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from v1vlm.twins.viv1t.lead import Lead
from v1vlm.twins.viv1t.network import Network
from v1vlm.twins.viv1t.options import Options
from v1vlm.twins.viv1t.reading import Reading, corners
from v1vlm.twins.viv1t.transformer import sequences_at_once
from v1vlm.twins.viv1t.windows import Windows

_log = logging.getLogger(__name__)

Float = NDArray[np.float32]


def refused(options: Options) -> list[str]:
    """Why savings would not be exact for a network, a sentence for each."""
    reasons = []
    if not options.core_use_causal_attention:
        reasons.append(
            "Clips are not cut after the last frame wanted, and the lead-in is worked out anew for "
            "each: core_use_causal_attention is off, so every frame and register is seen by all."
        )
    if options.core_pos_encoding in (1, 2, 3, 4):
        reasons.append(
            "Equal windows go through the spatial blocks one by one: core_pos_encoding "
            f"{options.core_pos_encoding} tells each token its time."
        )
    return reasons


class Fast:
    """A network that answers every frame, for one mouse.

    Parameters
    ----------
    network : Network
        Its core may be of any precision; the readout is in single precision.
    options : Options
    mouse : str
    """

    def __init__(self, network: Network, options: Options, mouse: str) -> None:
        self._network, self._core, self._mouse = network, network.core, mouse
        self.causal = options.core_use_causal_attention
        self._grid = options.grid[1:]
        self._shifter_sees_state = options.shifter_mode == 2
        self._lead: tuple[Float, Lead] | None = None
        self._reading: tuple[bytes, Reading] | None = None
        parameter = next(network.core.parameters())
        self._device, self._dtype = parameter.device, parameter.dtype
        for reason in refused(options):
            _log.warning(reason)

    def respond(
        self,
        video: Float,
        behaviors: Float,
        pupil_centers: Float,
        neurons: NDArray[np.intp],
        window: slice,
    ) -> Tensor:
        """Responses (neuron, frame of the window), all in model units.

        Parameters
        ----------
        video : array (frame, y, x)
        behaviors, pupil_centers : array (2, frame)
        neurons : int array
        window : slice
            Frames wanted.
        """
        clip = Clip(video, behaviors, pupil_centers)
        state, gaze = clip.states(window, self._device)
        chosen = torch.from_numpy(neurons).to(self._device)
        reading = self._reading_of(clip, window, neurons)
        places = self.places(state, gaze, chosen) if reading is None else reading.places
        features = self._core.activation(self._features(clip, places, window)).float()
        if reading is not None:
            return self._network.output_activation[self._mouse](reading.read(features))
        field = features.new_zeros(self._grid[0] * self._grid[1], *features.shape[1:])
        field[places.to(self._device)] = features
        field = field.unflatten(0, self._grid).permute(3, 2, 0, 1)[None]
        return self._network.read(field, state, gaze, self._mouse, chosen)[0]

    def _features(self, clip: Clip, places: Tensor, window: slice) -> Tensor:
        """The core without its last nonlinearity, (place, time, channel)."""
        transformer = self._core.vivit.temporal_transformer
        if not self.causal:
            tokens, index = self._tokens(clip, range(len(clip.video)))
            x = tokens[places][:, index]
            return transformer(x, self._core.vivit.reg_t_tokens)[:, window]
        tokens, index = self._tokens(clip, range(window.start, window.stop))
        if not window.start or not len(transformer.blocks):
            # Registers come last, so under the causal mask no frame ever sees them.
            return transformer(tokens[places][:, index])
        lead = self.lead_of(clip.until(window.start))
        lead.learn(places)
        parts = places.split(sequences_at_once(len(index), self._device))
        return torch.cat([lead.follow(tokens[part][:, index], part) for part in parts])

    def _tokens(self, clip: Clip, times: range) -> tuple[Tensor, Tensor]:
        """Tokens (place, window, channel) after the spatial blocks, and the window of each time."""
        tokenizer, mode = self._core.tokenizer, self._core.behavior_mode
        windows = Windows.ending(times, clip.seen(mode), tokenizer.patch[0])
        frames = self._core.frames(*clip.tensors(windows.frames, self._device))
        # Padding is one more frame, of zeros in every channel.
        frames = functional.pad(frames, (0, 0, 0, 0, 1, 0)).to(self._dtype)
        tokens = tokenizer.embed(frames, torch.from_numpy(windows.windows))
        index = torch.from_numpy(windows.index).to(self._device)
        if tokenizer.timed:
            tokens, index = tokens[:, index], torch.arange(len(times), device=self._device)
        tokens = tokenizer.placed(tokens, slice(times.start, times.stop))
        vivit = self._core.vivit
        return vivit.spatial_transformer(tokens[0], vivit.reg_s_tokens).transpose(0, 1), index

    def lead_of(self, clip: Clip) -> Lead:
        """The last lead-in if it is the same, or a new one in its place."""
        seen = clip.seen(self._core.behavior_mode)
        if self._lead is None or not np.array_equal(self._lead[0], seen):
            # Let go of first: two of them may not fit.
            self._lead = None
            tokens, index = self._tokens(clip, range(len(clip.video)))
            transformer = self._core.vivit.temporal_transformer
            self._lead = seen, Lead(transformer, tokens, index)
        return self._lead[1]

    def _reading_of(self, clip: Clip, window: slice, neurons: NDArray[np.intp]) -> Reading | None:
        """The readout of neurons if its corners stay the same, which saves time on a processor."""
        if self._device.type != "cpu":
            return None
        if len(self._network.shifters) and not clip.still(window, self._shifter_sees_state):
            _log.info("Corners of the readout are worked out for each frame: the gaze moves.")
            return None
        shift = self._shifts(*clip.states(slice(window.start, window.start + 1), self._device))
        key = neurons.tobytes() + (b"" if shift is None else shift.numpy().tobytes())
        if self._reading is None or self._reading[0] != key:
            readout: Any = self._network.readouts[self._mouse]
            at = None if shift is None else shift[0, :, 0]
            self._reading = key, Reading(readout, at, torch.from_numpy(neurons), *self._grid)
        return self._reading[1]

    def places(self, state: Tensor, gaze: Tensor, neurons: Tensor) -> Tensor:
        """Places that neurons read in some frame, on the processor."""
        readout: Any = self._network.readouts[self._mouse]
        grid = readout.mu.clamp(-1, 1)[:, neurons, 0]
        shifts = self._shifts(state, gaze)
        if shifts is not None:
            grid = grid + shifts[0].t()[:, None]
        return corners(grid, *self._grid)[0].unique().cpu()

    def _shifts(self, state: Tensor, gaze: Tensor) -> Tensor | None:
        shifters = self._network.shifters
        return shifters[self._mouse](state, gaze) if len(shifters) else None


@dataclass(frozen=True)
class Clip:
    """A clip in model units: video (frame, y, x), behaviours and pupil centres (2, frame)."""

    video: Float
    behaviors: Float
    pupil_centers: Float

    def until(self, stop: int) -> Clip:
        """The frames before `stop`."""
        return Clip(self.video[:stop], self.behaviors[:, :stop], self.pupil_centers[:, :stop])

    def seen(self, mode: int) -> Float:
        """All that the core sees of each frame, (frame, value)."""
        states = [self.behaviors.T, self.pupil_centers.T][:mode]
        return np.concatenate([self.video.reshape(len(self.video), -1), *states], axis=1)

    def still(self, window: slice, with_behavior: bool) -> bool:
        """Whether the gaze, or behaviour as well, is the same in all frames of a window."""
        states = [self.pupil_centers, self.behaviors][: 1 + with_behavior]
        return all(bool((x[:, window] == x[:, window][:, :1]).all()) for x in states)

    def states(self, window: slice, device: torch.device) -> tuple[Tensor, Tensor]:
        """Behaviours and pupil centres (1, 2, frame)."""
        _, state, gaze = self.tensors(np.arange(window.start, window.stop), device)
        return state, gaze

    def tensors(
        self, frames: NDArray[np.intp], device: torch.device
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Video (1, 1, frame, y, x), behaviours and pupil centres (1, 2, frame) of some frames."""
        arrays = self.video[None, frames], self.behaviors[:, frames], self.pupil_centers[:, frames]
        video, state, gaze = (torch.from_numpy(x)[None].to(device) for x in arrays)
        return video, state, gaze
