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


@runtime_checkable
class Editor(Protocol):
    """A generator that can also paint parts of an image anew."""

    def edit(
        self, requests: Sequence[PaintRequest], originals: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """Edited images (request, y, x), of the size of the originals (request, y, x).

        Every request has an `original`, whose image is given, and a `strength`.
        """
        ...
