"""Drawings in fewer bytes look the same."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from v1vlm.figures.compact import compact, short_path
from v1vlm.figures.sheet import sheet

Points = list[tuple[float, float]]


def absolute(path: str) -> Points:
    """All points of a path with relative commands, written anew from the SVG standard."""
    numbers = r"-?(?:\d+\.\d+|\.\d+|\d+)"
    made: Points = []
    x = y = x_0 = y_0 = 0.0
    for command, rest in re.findall(r"([MmlhvqczZ])([^MmlhvqczZ]*)", path):
        values = [float(n) for n in re.findall(numbers, rest)]
        if command in "zZ":
            x, y = x_0, y_0
        if command == "h":
            values = [v for n in values for v in (n, 0.0)]
        if command == "v":
            values = [v for n in values for v in (0.0, n)]
        if command == "M":
            x = y = 0.0
        size = {"q": 4, "c": 6}.get(command, 2)
        for at in range(0, len(values), size):
            group = values[at : at + size]
            made += [(x + group[i], y + group[i + 1]) for i in range(0, size, 2)]
            x, y = made[-1]
        if command in "mM":
            x_0, y_0 = x, y
    return made


number = st.floats(-2000, 2000).map(lambda n: round(n, 4))
segment = st.one_of(
    st.tuples(st.just("M"), number, number),
    st.tuples(st.just("L"), number, number),
    st.tuples(st.just("Q"), number, number, number, number),
    st.tuples(st.just("C"), number, number, number, number, number, number),
    st.tuples(st.just("z")),
)


@given(st.lists(segment, max_size=30))
def test_a_short_path_goes_where_the_long_one_went(segments: list[tuple[Any, ...]]) -> None:
    segments = [("M", 0.0, 0.0), *segments]
    long = " \n".join(" ".join(map(str, segment)) for segment in segments)
    found = absolute(short_path(long))
    wanted = [
        (segment[i], segment[i + 1]) for segment in segments for i in range(1, len(segment), 2)
    ]
    # No error adds up: every point is within half of a hundredth of its place.
    assert np.allclose(found, wanted, atol=0.00501)


def drawn(paint: Callable[[Any], None]) -> tuple[str, str]:
    """A figure as matplotlib writes it, and compact."""
    buffer = io.StringIO()
    with sheet(2.0, 3.0) as figure:
        paint(figure.add_axes((0.2, 0.2, 0.7, 0.7)))
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue(), compact(buffer.getvalue())


def pixels(svg: str, folder: Path) -> np.ndarray:
    typst = pytest.importorskip("typst")
    (folder / "f.svg").write_text(svg, "utf-8")
    (folder / "f.typ").write_text(
        '#set page(width: 3in, height: 2in, margin: 0pt)\n#image("f.svg")'
    )
    made = typst.compile(folder / "f.typ", format="png", ppi=144, ignore_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(made)).convert("L"), float)


def scattered(axes: Any) -> None:
    rng = np.random.default_rng(4)
    x, y, value = rng.uniform(0, 1, (3, 300))
    axes.scatter(x, y, c=value, s=9, linewidths=0, cmap="cividis")
    axes.scatter(x, y + 1, c=value, s=9, linewidths=0, marker="^", cmap="PuOr")
    axes.plot(x[:20], y[:20] + 0.5, "--", color="#aa0000", label="a line <of> words & more")
    axes.imshow(rng.uniform(0, 255, (6, 9)), cmap="gray", extent=(0, 1, 2, 2.5))
    axes.set_xlim(0, 1)
    axes.legend()


def test_the_compact_drawing_looks_the_same(tmp_path: Path) -> None:
    raw, small = drawn(scattered)
    assert len(small) < 0.45 * len(raw)
    one, other = pixels(raw, tmp_path), pixels(small, tmp_path)
    # Points of one colour are drawn together: only where two overlap can they differ.
    assert np.abs(one - other).mean() < 1.5
    assert np.mean(np.abs(one - other) > 60) < 0.01
    assert one.min() < 60 < 240 < one.max()


def test_nothing_of_the_page_s_concern_is_left() -> None:
    small = drawn(scattered)[1]
    assert "style" not in small
    assert "<!--" not in small
    assert "words &" not in small
    assert small == drawn(scattered)[1]


@pytest.mark.parametrize(("cmap", "mode"), [("gray", "L"), ("viridis", "P")])
def test_images_keep_their_pixels(cmap: str, mode: str) -> None:
    values = np.arange(200).reshape(10, 20)

    def paint(axes: Any) -> None:
        axes.imshow(values, cmap=cmap, interpolation="none")

    def image_of(svg: str) -> Image.Image:
        (data,) = re.findall(r"data:image/png;base64,([^\"]+)", svg)
        return Image.open(io.BytesIO(base64.b64decode("".join(data.split()))))

    raw, small = (image_of(svg) for svg in drawn(paint))
    assert (raw.mode, small.mode) == ("RGBA", mode)
    assert (np.asarray(raw.convert("RGB")) == np.asarray(small.convert("RGB"))).all()
