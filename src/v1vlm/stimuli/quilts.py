"""Synthesised textures: fresh images with the structure of a photographed one."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from v1vlm.records import rng_of
from v1vlm.stimuli.base import NO_ASSETS, Assets, Stimulus
from v1vlm.stimuli.crops import picture_of, window
from v1vlm.stimuli.drawing import Image
from v1vlm.stimuli.photographs import FLAT_SD, PHOTOGRAPHS, Source
from v1vlm.stimuli.screen import Screen

Float = NDArray[np.float64]

BLOCK_PX, OVERLAP_PX, TRIED = 12, 4, 300


class Quilt(Stimulus):
    """A texture quilted from patches of a photograph; it fills the screen and cannot be moved.

    Patches of 12 × 12 pixels overlap by 4. Of 300 places in the photograph, drawn by seed, each
    patch comes from the one that fits its neighbours best, and is cut from them along the path
    where the two differ least. `crop_fraction` sets the scale as it does for `Photograph`; the
    whole photograph is the sample, so it should be of one texture (brick, grass or gravel of
    the packaged ones). The image has mean grey and an RMS contrast of `rms`.
    """

    kind: Literal["quilt"] = "quilt"
    description: ClassVar[str] = "texture synthesised from a photograph of one"
    citation: ClassVar[str] = "Efros & Freeman 2001"

    name: Source = "gravel"
    crop_fraction: float = Field(0.6, ge=0.3, le=0.8)
    rms: float = Field(0.25, gt=0, le=1)
    seed: int = Field(0, ge=0)

    @property
    def source(self) -> str | None:
        """Name of the photograph."""
        return self.name

    def needs(self) -> tuple[str, ...]:
        """The photograph, if it is not a packaged one."""
        return () if self.name in PHOTOGRAPHS else (self.name,)

    def moved(self, azimuth_deg: float, elevation_deg: float) -> Quilt:  # noqa: ARG002
        """The texture where it was: it is the same everywhere."""
        return self

    def contrast_image(self, screen: Screen, assets: Assets = NO_ASSETS) -> Image:
        """Signed contrast (1, y, x)."""
        picture = picture_of(self.name, assets)
        size = np.array(picture.table.shape) - 1
        scale = float(self.crop_fraction * min(size / screen.shape))
        height, width = (int(n / scale) for n in size)
        sample = window(picture, np.zeros(2), scale, (height, width))
        quilt = _quilted(sample, screen.shape, rng_of(self.seed, "quilt"))
        scaled = (quilt - quilt.mean()) * (self.rms / max(float(quilt.std()), FLAT_SD))
        image: Image = np.clip(scaled, -1, 1).astype(np.float32)[None]
        return image


def _quilted(sample: Float, shape: tuple[int, int], rng: np.random.Generator) -> Float:
    """Quilt (y, x) of patches of a sample (y, x), row by row."""
    block, step = BLOCK_PX, BLOCK_PX - OVERLAP_PX
    patches = np.lib.stride_tricks.sliding_window_view(sample, (block, block))
    n_down, n_right = (-(-(n - OVERLAP_PX) // step) for n in shape)
    quilt = np.zeros((n_down * step + OVERLAP_PX, n_right * step + OVERLAP_PX))
    for row in range(n_down):
        for column in range(n_right):
            there = quilt[row * step : row * step + block, column * step : column * step + block]
            rows, columns = (rng.integers(n, size=TRIED) for n in patches.shape[:2])
            tried = patches[rows, columns]
            taken = np.zeros((block, block), bool)
            taken[:OVERLAP_PX] |= row > 0
            taken[:, :OVERLAP_PX] |= column > 0
            misfit = ((tried - there) ** 2 * taken).sum(axis=(1, 2))
            patch = tried[misfit.argmin()]
            keep = _kept((patch - there) ** 2, above=row > 0, left=column > 0)
            there[:] = np.where(keep, there, patch)
    return quilt[: shape[0], : shape[1]]


def _kept(error: Float, *, above: bool, left: bool) -> NDArray[np.bool_]:
    """Where a new patch leaves what lies above and to the left of it."""
    keep = np.zeros(error.shape, bool)
    if left:
        keep[:, :OVERLAP_PX] |= _before_cut(error[:, :OVERLAP_PX])
    if above:
        keep[:OVERLAP_PX] |= _before_cut(error[:OVERLAP_PX].T).T
    return keep


def _before_cut(error: Float) -> NDArray[np.bool_]:
    """What lies left of the path of least error from the first to the last row of a strip."""
    n = error.shape[1]
    total = error.copy()
    for i in range(1, len(error)):
        wide = np.pad(total[i - 1], 1, constant_values=np.inf)
        total[i] += np.minimum(np.minimum(wide[:-2], wide[1:-1]), wide[2:])
    before = np.zeros(error.shape, bool)
    cut = int(total[-1].argmin())
    for i in range(len(error) - 1, -1, -1):
        before[i, :cut] = True
        if i:
            low = max(cut - 1, 0)
            cut = low + int(total[i - 1, low : min(cut + 2, n)].argmin())
    return before
