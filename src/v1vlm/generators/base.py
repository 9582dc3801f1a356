"""A generator paints grey images from text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from v1vlm.stimuli import PaintRequest


@runtime_checkable
class Generator(Protocol):
    """Text prompt → grey image. Equal requests give equal images, whatever is painted with them.

    Two more attributes are used where a generator has them (see `batch_size` and `card` of this
    module), and a method (see `Editor`).
    """

    @property
    def digest(self) -> str:
        """Changes whenever a painted image could change."""
        ...

    def paint(self, requests: Sequence[PaintRequest]) -> NDArray[np.uint8]:
        """Images (request, y, x), all of one size, at least the one asked for.

        Raises
        ------
        PaintError
            If they cannot be painted now; a study stops, and can be gone on with.
        """
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


def batch_size(generator: Generator) -> int:
    """How many images a generator paints together, its ``batch_size``; one without.

    What it is asked for at once, and what a crash may lose.
    """
    return max(1, int(getattr(generator, "batch_size", 1)))


def card(generator: Generator) -> Mapping[str, Any]:
    """What is known of a generator: what it says about itself, its ``card``, and ``edits``.

    Returns
    -------
    dict
        Words and numbers by name; ``edits`` says whether it can paint parts of an image anew.
    """
    return {**getattr(generator, "card", {}), "edits": isinstance(generator, Editor)}
