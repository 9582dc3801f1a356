"""A sheet of painted images: each as it was painted, beside what the twin sees of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from v1vlm.errors import InputError

Grey = NDArray[np.uint8]

TILE_PX, LABEL_PX, GAP_PX = (288, 512), 34, 12
"""Height and width of a picture on the sheet, of the line below it, and between them."""


@dataclass(frozen=True)
class PaintedExample:
    """One member of a draw.

    Attributes
    ----------
    level, prompt : str
    painted : uint8 array (y, x)
        At the size that the generator painted it.
    seen : uint8 array (y, x) or None
        Matched, at the resolution of the twin's screen; None where its pair cannot be shown.
    passed : bool
        Whether the pair passed the manipulation check.
    """

    level: str
    prompt: str
    painted: Grey
    seen: Grey | None
    passed: bool


@dataclass(frozen=True)
class PaintedDesign:
    """Painted images of one proposal, with what the guard and the check say of them."""

    title: str
    flags: tuple[str, ...]
    examples: tuple[PaintedExample, ...]


def write_sheet(designs: Sequence[PaintedDesign], path: Path) -> None:
    """Write a sheet as a page (``.html``) or a picture (``.png``).

    Raises
    ------
    InputError
        If the file is of another format, or nothing was painted.
    """
    if not designs:
        raise InputError(
            "Nothing was painted, so there is no sheet to write.",
            "Preview with a --generator and a scientist that proposes painted contrasts.",
        )
    if path.suffix == ".html":
        path.write_text(_page(designs), "utf-8")
    elif path.suffix == ".png":
        path.write_bytes(_png(_montage(designs)))
    else:
        raise InputError(f"A sheet cannot be a {path.suffix or path.name!r} file.", "Use .html.")


def check_sheet(path: Path | None) -> None:
    """Refuse a file that no sheet can be, before anything is painted for it.

    Raises
    ------
    InputError
        If its format is none, or its folder is not there.
    """
    if path is None:
        return
    if path.suffix not in (".html", ".png"):
        raise InputError(f"--sheet cannot write {path.name!r}.", "Name a .html or .png file.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"There is no folder {str(path.parent)!r}.", "Make it first.")


def _page(designs: Sequence[PaintedDesign]) -> str:
    parts = [_HEAD]
    for design in designs:
        parts.append(f"<h2>{escape(design.title)}</h2>")
        flags = design.flags or ("no flags of the guard",)
        parts.append("<ul>" + "".join(f"<li>{escape(flag)}</li>" for flag in flags) + "</ul>")
        parts += map(_figure, design.examples)
    return "\n".join([*parts, "</main></body></html>\n"])


def _figure(example: PaintedExample) -> str:
    seen = "cannot be shown" if example.seen is None else _img(example.seen, "as the twin sees it")
    judged = "passed the check" if example.passed else "failed the check"
    return (
        f"<figure>{_img(example.painted, 'as painted')}{seen}<figcaption><b>"
        f"{escape(example.level)}</b> ({judged}): {escape(example.prompt)}</figcaption></figure>"
    )


def _img(image: Grey, alt: str) -> str:
    data = base64.b64encode(_png(Image.fromarray(image))).decode()
    height, width = image.shape
    coarse = " class=coarse" if width < 200 else ""
    return (
        f'<img{coarse} src="data:image/png;base64,{data}" alt="{alt}" title="{alt}, '
        f'{height} by {width} pixels">'
    )


def _montage(designs: Sequence[PaintedDesign]) -> Image.Image:
    """Rows of painted and seen images, with a line of words below each."""
    rows = sum(len(design.examples) for design in designs)
    lines = sum(1 + len(design.flags) for design in designs)
    down, across = TILE_PX
    height = lines * LABEL_PX + rows * (down + LABEL_PX) + GAP_PX
    page = Image.new("L", (2 * across + 3 * GAP_PX, height), 255)
    pen, y = ImageDraw.Draw(page), GAP_PX
    for design in designs:
        for text in (design.title, *design.flags):
            pen.text((GAP_PX, y), text[:150], fill=0, font_size=15)
            y += LABEL_PX
        for example in design.examples:
            for column, image in enumerate((example.painted, example.seen)):
                if image is not None:
                    smooth = column == 0
                    place = (GAP_PX + column * (across + GAP_PX), y)
                    page.paste(_fitted(image, smooth=smooth), place)
            judged = "passed" if example.passed else "failed"
            label = f"{example.level} ({judged}): {example.prompt}"
            pen.text((GAP_PX, y + down + 4), label[:140], fill=0, font_size=13)
            y += down + LABEL_PX
    return page


def _fitted(image: Grey, *, smooth: bool) -> Image.Image:
    down, across = TILE_PX
    scale = min(down / image.shape[0], across / image.shape[1])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    how = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    return Image.fromarray(image).resize(size, how)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="png")
    return file.getvalue()


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Painted images</title>
<meta name="viewport" content="width=device-width">
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 1rem; color: #222 }
main { max-width: 66rem; margin: 0 auto }
figure { margin: 0 0 1.5rem; display: grid; grid-template-columns: 1fr 1fr; gap: .5rem }
figure img { width: 100% }
figure img.coarse { image-rendering: pixelated }
figcaption { grid-column: 1 / 3; font-size: .85rem }
</style></head><body><main>
<h1>Painted images, and what the twin sees of them</h1>
<p>Left: as painted. Right: matched, grey, at the resolution of the twin. What cannot be made out
on the right is not there for the twin.</p>"""
