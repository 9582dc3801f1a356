"""What temporal attention keeps of the frames that all clips begin with."""

from __future__ import annotations

import torch
from torch import Tensor

from v1vlm.twins.viv1t.transformer import Transformer, attend, sequences_at_once


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
        places, length = len(tokens), len(index)
        # Memory of places that are never asked for is never touched, so it costs nothing.
        self._keys, self._values = (
            [
                tokens.new_empty(places, length, block.heads, block.head_dim)
                for block in transformer.blocks
            ]
            for _ in range(2)
        )
        # Groups do not depend on what is asked for, so neither does the rounding.
        size = sequences_at_once(length, tokens.device)
        self._groups = [slice(start, start + size) for start in range(0, places, size)]
        self._known: set[int] = set()

    def learn(self, places: Tensor) -> None:
        """Compute what is not known yet of these places (int)."""
        for number in sorted(set((places // self._groups[0].stop).tolist()) - self._known):
            self._learn(self._groups[number])
            self._known.add(number)

    def _learn(self, places: slice) -> None:
        x = self._tokens[places][:, self._index]
        *others, last = self._transformer.blocks
        for number, block in enumerate(others):
            q, k, v, f = block.project(x, self._turn)
            self._keys[number][places], self._values[number][places] = k, v
            x = block.merge(x, attend(q, k, v, causal=True), f)
        # What the last block answers for the lead-in is wanted by nobody.
        _, self._keys[-1][places], self._values[-1][places], _ = last.project(x, self._turn)

    def follow(self, x: Tensor, places: Tensor) -> Tensor:
        """Take sequences (place, frame, channel) that follow the lead-in through all blocks."""
        length, frames = len(self._index), x.shape[1]
        turn = self._transformer.turn(slice(length, length + frames), x)
        # Each frame sees the whole lead-in, and of its own clip what is not later.
        mask = x.new_full((frames, length + frames), -torch.inf).triu(length + 1)
        runs = _runs(places.tolist())
        for block, keys, values in zip(
            self._transformer.blocks, self._keys, self._values, strict=True
        ):
            q, k, v, f = block.project(x, turn)
            seen = attend(q, _after(keys, runs, k), _after(values, runs, v), mask=mask)
            x = block.merge(x, seen, f)
        return x


def _runs(places: list[int]) -> list[slice]:
    """Runs of places that follow each other."""
    starts = [i for i, place in enumerate(places) if not i or place != places[i - 1] + 1]
    stops = [*starts[1:], len(places)]
    return [
        slice(places[start], places[start] + stop - start)
        for start, stop in zip(starts, stops, strict=True)
    ]


def _after(lead: Tensor, runs: list[slice], own: Tensor) -> Tensor:
    """What is known of the lead-in of some places, then their own (place, frame, head, value)."""
    length = lead.shape[1]
    joined = own.new_empty(len(own), length + own.shape[1], *own.shape[2:])
    done = 0
    for run in runs:
        joined[done : done + run.stop - run.start, :length] = lead[run]
        done += run.stop - run.start
    joined[:, length:] = own
    return joined
