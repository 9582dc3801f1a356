"""A generator paints grey images from text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import PaintRequest


@runtime_checkable
class Generator(Protocol):
    """Text prompt → grey image. Equal requests give equal images."""

    @property
    def digest(self) -> str:
        """Changes whenever a painted image could change."""
        ...

    def paint(self, requests: Sequence[PaintRequest]) -> NDArray[np.uint8]:
        """Images (request, y, x) of the sizes asked for (all requests alike)."""
        ...
