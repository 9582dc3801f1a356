"""Which windows in time a clip holds, so that equal ones are worked out once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PADDING = -1


@dataclass(frozen=True)
class Windows:
    """The distinct windows that end at some frames of a clip.

    Attributes
    ----------
    frames : int array (frame,)
        Where in the clip each of their distinct frames is first seen.
    windows : int array (window, frame of a patch)
        Into `frames`, counted from 1; 0 is the padding before the clip.
    index : int array (time,)
        The window that ends at each time.
    """

    frames: NDArray[np.intp]
    windows: NDArray[np.intp]
    index: NDArray[np.intp]

    @classmethod
    def ending(cls, times: range, clip: NDArray[np.float32], patch: int) -> Windows:
        """Windows of `patch` frames that end at `times` of a clip (frame, value)."""
        first = max(0, times.start - patch + 1)
        # Compared as bytes: frames count as equal only if every value is.
        seen, labels = _distinct(row.tobytes() for row in clip[first : times.stop])
        padded = np.concatenate([np.full(max(0, patch - 1 - times.start), _PADDING), labels])
        every = np.lib.stride_tricks.sliding_window_view(padded, patch)
        starts, index = _distinct(tuple(window) for window in every.tolist())
        return cls(frames=seen + first, windows=every[starts] + 1, index=index)


def _distinct(items: Iterable[Hashable]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each distinct item is first, and which of them each item is."""
    number: dict[Hashable, int] = {}
    first: list[int] = []
    index: list[int] = []
    for position, item in enumerate(items):
        if item not in number:
            number[item] = len(first)
            first.append(position)
        index.append(number[item])
    return np.array(first, np.intp), np.array(index, np.intp)
