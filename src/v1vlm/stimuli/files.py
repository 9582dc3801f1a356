"""Images of the user as assets, named by their content: arrays, and photographs in a folder.

A stimulus refers to such an image by the digest of its pixels alone; the path it came from
stays where the folder is read. The name is that of the blob in which a study keeps the array.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import warnings
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import StringConstraints

from v1vlm.errors import InputError
from v1vlm.stimuli.base import Assets

AssetName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".bmp": "BMP", ".webp": "WEBP"}
"""File names that are taken for photographs, and the one format that each may hold."""

BYTES_MAX = 64 * 2**20
PIXELS_MAX = 64_000_000
SIDE_MAX = 1024
"""Longer side, in pixels, that photographs are reduced to; 16 for each pixel of the screen."""
SIDE_MIN = 64


def asset_name(image: NDArray[np.uint8]) -> str:
    """SHA-256 (hex) of an image or movie as a .npy file."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(image), allow_pickle=False)
    return hashlib.sha256(file.getvalue()).hexdigest()


def as_asset(image: ArrayLike) -> tuple[str, NDArray[np.uint8]]:
    """Name and array of an image (y, x) or movie (frame, y, x) of grey levels.

    Raises
    ------
    InputError
        If the array is not uint8, or has another number of dimensions.
    """
    array = np.asarray(image)
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or not array.size:
        raise InputError(
            f"An image is {array.dtype} {array.shape}.",
            "Give grey levels 0–255 as uint8, (y, x) or (frame, y, x).",
        )
    return asset_name(array), array


def fetched(name: str, assets: Assets) -> NDArray[np.uint8]:
    """An asset by name.

    Raises
    ------
    InputError
        If it is not there.
    """
    if name not in assets:
        raise InputError(
            f"The image {name[:12]} is not among the assets.",
            "Give the array or the folder of photographs that the stimulus was made with.",
        )
    return assets[name]


def read_photographs(folder: str | Path) -> dict[str, NDArray[np.uint8]]:
    """Read the photographs of a folder as grey images, by name.

    Only regular files directly in the folder are read, and none of its links is followed.
    Colours become luminance, and what is longer than `SIDE_MAX` is averaged down to it.

    Returns
    -------
    dict
        uint8 (y, x) by asset name, in the order of the names.

    Raises
    ------
    InputError
        If there is no photograph, or one that cannot be read safely; names the file.
    """
    root = Path(folder)
    if not root.is_dir():
        raise InputError(f"{root.name!r} is no folder.", "Name a folder with photographs.")
    files = sorted(p for p in root.iterdir() if p.suffix.lower() in FORMATS)
    images = dict(as_asset(_read(file)) for file in files)
    if not images:
        raise InputError(
            f"The folder {root.name!r} holds no photograph.",
            f"Put photographs ({', '.join(sorted(FORMATS))}) directly into it.",
        )
    return dict(sorted(images.items()))


def _read(path: Path) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    content = _content(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of files that claim to be huge
            picture = Image.open(io.BytesIO(content), formats=[FORMATS[path.suffix.lower()]])
            _check_size(path, picture.size)
            if picture.mode.startswith(("I", "F")):
                raise InputError(f"{path.name!r} has more than 8 bits.", "Save it with 8 bits.")
            upright = ImageOps.exif_transpose(picture.convert("RGB"))
    except InputError:
        raise
    except Exception as error:  # whatever a decoder meets in a file it was not made for
        raise InputError(
            f"{path.name!r} cannot be read as a photograph ({type(error).__name__}).",
            "Remove it from the folder or save it again.",
        ) from error
    return _grey(upright)


def _content(path: Path) -> bytes:
    try:
        # A link could lead out of the folder, a pipe could never end.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise InputError(
            f"{path.name!r} cannot be opened, or is a link.", "Copy the photograph itself there."
        ) from error
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > BYTES_MAX:
            raise InputError(
                f"{path.name!r} is no file of at most {BYTES_MAX // 2**20} MiB.",
                "Remove it from the folder or make it smaller.",
            )
        return file.read(BYTES_MAX)


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if size[0] * size[1] > PIXELS_MAX or min(size) < SIDE_MIN:
        raise InputError(
            f"{path.name!r} has {size[0]} × {size[1]} pixels.",
            f"Give at least {SIDE_MIN} on each side and {PIXELS_MAX // 10**6} million together.",
        )


def _grey(picture: Any) -> NDArray[np.uint8]:
    from PIL import Image
    from skimage.color import rgb2gray

    longer = max(picture.size)
    if longer > SIDE_MAX:
        size = tuple(max(1, round(side * SIDE_MAX / longer)) for side in picture.size)
        picture = picture.resize(size, Image.Resampling.BOX)
    grey: NDArray[np.uint8] = np.rint(255 * rgb2gray(np.asarray(picture))).astype(np.uint8)
    return grey
