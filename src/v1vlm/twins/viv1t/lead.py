"""What temporal attention keeps of the frames that all clips begin with."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from v1vlm.twins.viv1t.transformer import Block, Transformer, attend, by_products, sequences_at_once


class Lead:
    """Keys and values of a lead-in, for each block and each place that was asked for.

    Under the causal mask no frame of the lead-in sees what follows, so they are the same for
    every clip that begins with it.

    Parameters
    ----------
    transformer : Transformer
        Over time, causal.
    tokens : Tensor (place, window, channel)
    index : int Tensor (frame,)
        The window of each frame.
    """

    def __init__(self, transformer: Transformer, tokens: Tensor, index: Tensor) -> None:
        self._transformer, self._tokens, self._index = transformer, tokens, index
        self._turn = transformer.turn(slice(0, len(index)), tokens)
        single = tokens.device.type == "cpu" and tokens.dtype == torch.float32
        apart = single or by_products(tokens)
        kind = _Apart if apart else _Joined
        # Memory of places that are never asked for is never touched, so it costs nothing. Tensors
        # as of no inference mode can also be used where gradients flow.
        with torch.inference_mode(False):
            self._weights = transformer.weights()
            self._kept = [
                kind(len(tokens), len(index), block.heads, block.head_dim, tokens)
                for block in transformer.blocks
            ]
        # Groups do not depend on what is asked for, so neither does the rounding.
        size = sequences_at_once(len(index), tokens.device)
        self._groups = [slice(start, start + size) for start in range(0, len(tokens), size)]
        self._known: set[int] = set()

    def learn(self, places: Tensor) -> None:
        """Compute what is not known yet of these places (int)."""
        for number in sorted(set((places // self._groups[0].stop).tolist()) - self._known):
            self._learn(self._groups[number])
            self._known.add(number)

    def _learn(self, places: slice) -> None:
        x = self._tokens[places][:, self._index]
        *others, last = self._blocks()
        for block, weight, kept in others:
            q, k, v, f = block.project(x, weight, self._turn)
            kept.keep(places, k, v)
            x = block.merge(x, attend(q, k, v, causal=True), f)
        # What the last block answers for the lead-in is wanted by nobody.
        block, weight, kept = last
        _, k, v, _ = block.project(x, weight, self._turn)
        kept.keep(places, k, v)

    def _blocks(self) -> Iterator[tuple[Block, Tensor, _Apart | _Joined]]:
        return zip(self._transformer.blocks, self._weights, self._kept, strict=True)

    def follow(self, x: Tensor, places: Tensor) -> Tensor:
        """Take sequences (place, frame, channel) that follow the lead-in through all blocks."""
        length, frames = len(self._index), x.shape[1]
        turn = self._transformer.turn(slice(length, length + frames), x)
        # Of its own clip a frame sees what is not later.
        mask = x.new_full((frames, frames), -torch.inf).triu(1)
        runs = _runs(places.tolist())
        for block, weight, kept in self._blocks():
            q, k, v, f = block.project(x, weight, turn)
            x = block.merge(x, kept.attend(q, k, v, runs, mask), f)
        return x


class _Joined:
    """Keys and values (place, frame, head, value), copied before those of a clip."""

    def __init__(self, places: int, frames: int, heads: int, size: int, like: Tensor) -> None:
        shape = places, frames, heads, size
        self._keys, self._values = like.new_empty(shape), like.new_empty(shape)

    def keep(self, places: slice, k: Tensor, v: Tensor) -> None:
        self._keys[places], self._values[places] = k, v

    def attend(self, q: Tensor, k: Tensor, v: Tensor, runs: list[slice], mask: Tensor) -> Tensor:
        k, v = (
            torch.cat([_gathered(kept, runs), own], dim=1)
            for kept, own in ((self._keys, k), (self._values, v))
        )
        whole = torch.cat([mask.new_zeros(len(mask), self._keys.shape[1]), mask], dim=1)
        return attend(q, k, v, mask=whole)


class _Apart:
    """Keys (head, place, value, frame) and values (head, place, frame, value), never copied.

    In single precision attention waits for memory: reading them once, in order, is faster than
    bringing them before those of a clip.
    """

    def __init__(self, places: int, frames: int, heads: int, size: int, like: Tensor) -> None:
        self._keys = like.new_empty(heads, places, size, frames)
        self._values = like.new_empty(heads, places, frames, size)

    def keep(self, places: slice, k: Tensor, v: Tensor) -> None:
        self._keys[:, places] = k.permute(2, 0, 3, 1)
        self._values[:, places] = v.permute(2, 0, 1, 3)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, runs: list[slice], mask: Tensor) -> Tensor:
        q = q * q.shape[-1] ** -0.5
        heads = zip(q.unbind(2), k.unbind(2), v.unbind(2), self._keys, self._values, strict=True)
        return torch.stack([_attend_apart(*head, runs, mask) for head in heads], dim=2)


def _attend_apart(
    q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor, runs: list[slice], mask: Tensor
) -> Tensor:
    """Attention of one head to what is kept and to its own (place, frame, value)."""
    own = torch.baddbmm(mask, q, k.transpose(1, 2))
    weight = torch.cat([_products(q, keys, runs), own], dim=-1).softmax(-1)
    before, after = weight.split([values.shape[1], len(mask)], dim=-1)
    return _products(before, values, runs).baddbmm_(after, v)


def _products(x: Tensor, kept: Tensor, runs: list[slice]) -> Tensor:
    """Products of matrices, place by place, with those kept of runs of places."""
    if len(runs) == 1:
        return torch.bmm(x, kept[runs[0]])
    parts = x.split([run.stop - run.start for run in runs])
    return torch.cat([torch.bmm(part, kept[run]) for part, run in zip(parts, runs, strict=True)])


def _gathered(kept: Tensor, runs: list[slice]) -> Tensor:
    return kept[runs[0]] if len(runs) == 1 else torch.cat([kept[run] for run in runs])


def _runs(places: list[int]) -> list[slice]:
    """Runs of places that follow each other."""
    starts = [i for i, place in enumerate(places) if not i or place != places[i - 1] + 1]
    stops = [*starts[1:], len(places)]
    return [
        slice(places[start], places[start] + stop - start)
        for start, stop in zip(starts, stops, strict=True)
    ]
