"""The figure of paintings: sizes, what is lossless, and what its CSV says."""

from __future__ import annotations

import base64
import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from v1vlm.figures import PaintedDraw, Painting, paintings_figure
from v1vlm.stimuli import Screen

XLINK = "{http://www.w3.org/1999/xlink}href"
LEVELS = ("crossing", "<b>apart</b>")
SCREEN = Screen()


def picture(seed: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[: shape[0], : shape[1]] / shape[1]
    wave = np.sin(6 * rows * (seed + 1)) + np.cos(9 * columns + seed)
    return np.clip(127 + 50 * wave, 0, 255).astype(np.uint8)


def painting(seed: int, shape: tuple[int, int]) -> Painting:
    return Painting(picture(seed, shape), f'=a "wall", {seed}', f"request {seed}", 2**60 + seed)


def draws(shape: tuple[int, int] = (384, 512), *, edits: bool = False) -> list[PaintedDraw]:
    return [
        PaintedDraw(
            number=3 * k + 1,
            wording=f"wording {k + 1}",
            original=painting(10 + k, shape) if edits else None,
            members=(painting(k, shape), painting(5 + k, shape)),
            seen=np.stack([picture(k, SCREEN.shape), picture(5 + k, SCREEN.shape)]),
            away_deg=np.hypot(*SCREEN.local_deg(5.0, 0.0)),
            radius_deg=20.0 if edits else None,
        )
        for k in range(3)
    ]


def images(svg: str) -> list[tuple[str, NDArray[np.uint8]]]:
    found = []
    for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}image"):
        head, _, data = element.attrib[XLINK].partition(",")
        found.append((head, np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))))
    return found


def test_paintings_are_reduced_and_what_the_twin_sees_is_not() -> None:
    made = paintings_figure(draws(), LEVELS)
    shown = images(made.svg)
    painted = [image for head, image in shown if "jpeg" in head]
    seen = [image for head, image in shown if "png" in head]
    assert (len(painted), len(seen)) == (6, 6)
    for k, draw in enumerate(draws()):
        for condition in range(2):
            # A grey level is what a colour map of 256 steps leaves of another rounding.
            apart = seen[3 * condition + k].astype(int) - draw.seen[condition]
            assert np.abs(apart).max() <= 1
            small = painted[3 * condition + k]
            assert small.shape == (192, 256)
            whole = draw.members[condition].image.reshape(192, 2, 256, 2).mean(axis=(1, 3))
            assert np.abs(small - whole).mean() < 2
    assert len(made.svg) < 150_000
    assert paintings_figure(draws(), LEVELS) == made
    facts = made.facts
    assert (facts["height"], facts["width"], facts["drawn_at"]) == (384, 512, 256)
    assert (facts["screen_height"], facts["screen_width"]) == (36, 64)
    assert (facts["cropped"], facts["edited"], facts["ringed"]) == (True, False, False)
    assert (facts["n_draws"], facts["n_wordings"]) == (3, 3)


def test_originals_of_edits_have_a_row_of_their_own() -> None:
    made = paintings_figure(draws(edits=True), LEVELS)
    assert len(images(made.svg)) == 15
    assert (made.facts["edited"], made.facts["ringed"]) == (True, True)
    np.testing.assert_allclose(images(made.svg)[0][1].mean(), picture(10, (384, 512)).mean(), 0.02)


def test_small_paintings_stay_as_they_are() -> None:
    made = paintings_figure(draws(SCREEN.shape), LEVELS)
    assert {head for head, _ in images(made.svg)} == {"data:image/png;base64"}
    assert made.facts["cropped"] is False
    apart = images(made.svg)[0][1].astype(int) - picture(0, SCREEN.shape)
    assert np.abs(apart).max() <= 1


@pytest.mark.parametrize("edits", [False, True])
def test_the_table_says_what_every_image_was_painted_from(edits: bool) -> None:
    rows = list(csv.DictReader(io.StringIO(paintings_figure(draws(edits=edits), LEVELS).csv)))
    assert len(rows) == (9 if edits else 6)
    assert [row["draw"] for row in rows[:: 3 if edits else 2]] == ["1", "4", "7"]
    last = rows[-1]
    assert (last["level"], last["request"], last["seed"]) == (
        LEVELS[1],
        "request 7",
        f"{2**60 + 7}",
    )
    # A spreadsheet would take it for a formula.
    assert last["prompt"] == '\'=a "wall", 7'
    assert (last["height"], last["width"]) == ("384", "512")


def test_what_is_not_painted_leaves_a_gap() -> None:
    mixed = [PaintedDraw(**{**vars(draw), "members": (draw.members[0], None)}) for draw in draws()]
    made = paintings_figure(mixed, LEVELS)
    assert len(images(made.svg)) == 9
