"""How weighted responses change with every pixel: the network backwards, for one clip.

Nothing of the forward pass is kept but the inputs of its stages; each is worked out again when
its gradient is due. Gigabytes would be kept otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from v1vlm.twins.viv1t.fast import Clip, Fast
from v1vlm.twins.viv1t.network import Network
from v1vlm.twins.viv1t.transformer import sequences_at_once

_TIMES_AT_ONCE = 4


def gradient(
    network: Network,
    mouse: str,
    fast: Fast | None,
    clip: Clip,
    neurons: NDArray[np.intp],
    window: slice,
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Gradient (frame of the window, y, x) of the sum of weights · responses, in model units.

    Parameters
    ----------
    fast : Fast, optional
        Where given and the network is causal, the lead-in is the one it keeps; else whole clips
        go through the whole network.
    clip : Clip
    neurons : int array
    window : slice
        Frames that responses are wanted of, and the gradient with respect to.
    weights : array (neuron, frame of the window)
    """
    parameter = next(network.core.parameters())
    video, state, gaze = clip.tensors(np.arange(len(clip.video)), parameter.device)
    shown = video[:, :, window].clone().requires_grad_()
    around = torch.cat([video[:, :, : window.start], shown, video[:, :, window.stop :]], dim=2)
    inputs = [x.to(parameter.dtype) for x in (around, state, gaze)]
    chosen = torch.from_numpy(neurons).to(parameter.device)
    state, gaze = state[..., window], gaze[..., window]
    with torch.enable_grad():
        if fast is None or not fast.causal:
            features = network.core(*inputs)[:, :, window]
        else:
            places = fast.places(state, gaze, chosen)
            features = _causal_features(network, fast, clip, inputs, window, places)
        responses = network.read(features.float(), state, gaze, mouse, chosen)
        total = (responses[0] * torch.from_numpy(weights).to(parameter.device)).sum()
        (slope,) = torch.autograd.grad(total, shown)
    return np.asarray(slope[0, 0].cpu().numpy())


def _causal_features(
    network: Network,
    fast: Fast,
    clip: Clip,
    inputs: list[Tensor],
    window: slice,
    places: Tensor,
) -> Tensor:
    """Features (1, channel, frame of the window, row, column) after a lead-in that is kept.

    Of the given places; the others are zero.
    """
    core = network.core
    times, patch = torch.arange(window.start, window.stop), core.tokenizer.patch[0]
    frames = functional.pad(core.frames(*inputs), (0, 0, 0, 0, patch - 1, 0))

    def tokens_at(some: Tensor, frames: Tensor) -> Tensor:
        tokens = core.tokenizer.embed(frames, some[:, None] + torch.arange(patch))
        tokens = core.tokenizer.placed(tokens, slice(int(some[0]), int(some[-1]) + 1))
        return core.vivit.spatial_transformer(tokens[0], core.vivit.reg_s_tokens)

    parts = [_again(tokens_at, some, frames) for some in times.split(_TIMES_AT_ONCE)]
    tokens = torch.cat(parts).transpose(0, 1)
    follow = _temporal(network, fast, clip, window, places)
    chosen = places.split(sequences_at_once(len(times), tokens.device))
    x = core.activation(torch.cat([_again(follow, some, tokens) for some in chosen]))
    field = x.new_zeros(len(tokens), *x.shape[1:]).index_copy(0, places.to(x.device), x)
    return field.unflatten(0, core.grid[1:]).permute(3, 2, 0, 1)[None]


def _temporal(
    network: Network, fast: Fast, clip: Clip, window: slice, places: Tensor
) -> Callable[[Tensor, Tensor], Tensor]:
    """The temporal blocks on tokens (place, frame of the window, channel) of some places."""
    transformer = network.core.vivit.temporal_transformer
    if not window.start or not len(transformer.blocks):
        return lambda some, tokens: transformer(tokens[some])
    with torch.inference_mode():
        lead = fast.lead_of(clip.until(window.start))
        lead.learn(places)
    return lambda some, tokens: lead.follow(tokens[some], some)


def _again(stage: Callable[[Tensor, Tensor], Tensor], some: Tensor, x: Tensor) -> Tensor:
    """A stage that is worked out again for its gradient."""
    result: Tensor = checkpoint(stage, some, x, use_reentrant=False, preserve_rng_state=False)
    return result
