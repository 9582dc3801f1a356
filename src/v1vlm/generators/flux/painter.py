"""The generator: requests in, grey images out; equal requests give equal images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import PaintError
from v1vlm.generators.flux.options import MULTIPLE_PX, Options
from v1vlm.generators.flux.pipeline import (
    Pipeline,
    editing_kind,
    place_of,
    require_text_to_image,
)
from v1vlm.generators.flux.source import Source
from v1vlm.records import digest
from v1vlm.stimuli import PaintRequest

Work = Callable[[Sequence[str], Sequence[int], Sequence[int]], NDArray[np.float32]]

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in grey: luma of ITU-R BT.601, as image libraries convert."""

LIBRARIES = ("diffusers", "transformers", "torch")
"""Those whose arithmetic the pixels are."""

BLANK_LEVELS = 1
"""An image whose lightest and darkest levels are no further apart shows nothing."""


class Painter:
    """A text-to-image pipeline of diffusers as a generator.

    Parameters
    ----------
    source : Source
    options : Options

    Raises
    ------
    InputError
        If the pipeline paints no images from text, or the device does not exist.
    """

    def __init__(self, source: Source, options: Options) -> None:
        require_text_to_image(source, options)
        self._source, self._options = source, options
        self._device, self._dtype = place_of(options)

    @property
    def batch_size(self) -> int:
        """Images that are painted together."""
        return self._options.batch

    @cached_property
    def card(self) -> dict[str, str | int | float | bool]:
        """What paints, for readers; the digest covers all of it but where the work is done."""
        said = {
            "pipeline": self._source.pipeline,
            "name": self._source.name,
            "revision": self._source.revision,
            "dtype": self._dtype,
            "device": self._device.partition(":")[0],
            **self._options.settings(),
            "offload": self._options.offload,
            **{name: version(name) for name in LIBRARIES},
        }
        return {name: value for name, value in said.items() if value is not None}

    @cached_property
    def digest(self) -> str:
        """Of weights, settings, precision, kind of device and libraries."""
        # Where it came from and what is kept where during the work change no pixel.
        places = ("name", "offload")
        return digest({k: v for k, v in self.card.items() if k not in places})

    def paint(self, requests: Sequence[PaintRequest]) -> NDArray[np.uint8]:
        """Images (request, y, x) of the size that the options give.

        Raises
        ------
        PaintError
            If images would be smaller than the screen, the pipeline cannot be loaded, memory
            runs out, or an image is not finite, blank or of another size.
        """
        self._require_size(requests)
        return self._in_batches(requests, lambda prompts, seeds, _: self._at_work(prompts, seeds))

    def _require_size(self, requests: Sequence[PaintRequest]) -> None:
        size = self._options.height, self._options.width
        least = [(r.height_px, r.width_px) for r in requests]
        if any(n < m for sides in least for n, m in zip(size, sides, strict=True)):
            high, wide = (-(-max(sides) // MULTIPLE_PX) for sides in zip(*least, strict=True))
            raise PaintError(
                f"Images of {size[0]} × {size[1]} are smaller than the screen.",
                f"Begin a new study with height={high * MULTIPLE_PX},width={wide * MULTIPLE_PX} or "
                "more.",
            )

    @cached_property
    def _at_work(self) -> Pipeline:
        return Pipeline(self._source, self._options, self._device, self._dtype)

    def _in_batches(self, requests: Sequence[PaintRequest], work: Work) -> NDArray[np.uint8]:
        """Grey images of what `work` gives for prompts, seeds and places of full batches."""
        size = self._options.batch
        grey = np.empty((len(requests), self._options.height, self._options.width), np.uint8)
        for start in range(0, len(requests), size):
            of_batch = range(start, min(start + size, len(requests)))
            # Filled up: how sums are rounded may depend on the size of a batch, never on the
            # company.
            full = [*of_batch, *[of_batch[-1]] * (size - len(of_batch))]
            prompts = [requests[i].prompt for i in full]
            colours = work(prompts, [requests[i].seed for i in full], full)
            for i, colour in zip(of_batch, colours, strict=False):
                grey[i] = self._grey(requests[i], colour)
        return grey

    def _grey(self, request: PaintRequest, colour: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Grey levels (y, x) of an image (y, x, 3) of 0 to 1."""
        wanted = (self._options.height, self._options.width, 3)
        if colour.shape != wanted:
            raise self._unusable(
                request,
                f"is {colour.shape}, not {wanted}",
                f"Begin a new study at a size that {self._source.pipeline} can paint: "
                f"height={colour.shape[0]},width={colour.shape[1]}.",
            )
        if not np.isfinite(colour).all():
            too_short = (
                f"{self._dtype} may be too short for these weights: begin a new study with "
                "dtype=float32 (or bfloat16 instead of float16)."
            )
            damaged = "The weights are damaged, or not meant for these libraries: fetch them again."
            raise self._unusable(
                request,
                "holds values that are not finite",
                damaged if self._dtype == "float32" else too_short,
            )
        grey = np.rint(255 * (colour @ np.array(LUMA, np.float32))).clip(0, 255).astype(np.uint8)
        if int(grey.max()) - int(grey.min()) <= BLANK_LEVELS:
            raise self._unusable(
                request,
                f"is blank (grey level {grey.min()} everywhere)",
                "Damaged weights, too short a dtype and safety checkers, which paint what they "
                "refuse black, do that: look at the prompt, or begin a new study with "
                "dtype=float32 or another pipeline.",
            )
        return grey

    def _unusable(self, request: PaintRequest, what: str, remedy: str) -> PaintError:
        return PaintError(
            f"The image painted of {request.prompt[:80]!r} (seed {request.seed}) {what}.",
            remedy,
        )


class EditingPainter(Painter):
    """A pipeline that can also paint an image anew in part."""

    def edit(
        self, requests: Sequence[PaintRequest], originals: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """Images (request, y, x) painted from the prompts, begun at the originals.

        Parameters
        ----------
        requests : sequence of PaintRequest
            With ``strength``, how much of each original is painted anew.
        originals : uint8 array (request, y, x)
            In order, of the size that this generator paints.

        Raises
        ------
        PaintError
            As `paint`.
        """
        edited = np.empty_like(originals)
        strengths = [float(getattr(request, "strength", 1.0)) for request in requests]
        for strength in sorted(set(strengths)):
            alike = [i for i, s in enumerate(strengths) if s == strength]
            edited[alike] = self._edited([requests[i] for i in alike], originals[alike], strength)
        return edited

    def _edited(
        self, requests: Sequence[PaintRequest], originals: NDArray[np.uint8], strength: float
    ) -> NDArray[np.uint8]:
        def work(
            prompts: Sequence[str], seeds: Sequence[int], places: Sequence[int]
        ) -> NDArray[np.float32]:
            begun = originals[list(places)].astype(np.float32)[..., None] / np.float32(255)
            return self._at_work.edit(prompts, seeds, begun.repeat(3, axis=-1), strength)

        return self._in_batches(requests, work)


def painter_of(source: Source, options: Options) -> Painter:
    """The generator of a pipeline, with `edit` where diffusers can paint from an image too.

    Raises
    ------
    InputError
        As `Painter`.
    """
    kind = EditingPainter if editing_kind(source.pipeline) else Painter
    return kind(source, options)
