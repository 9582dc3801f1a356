"""What all figures share: size, type, colours and a way to bytes that are always the same."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from v1vlm.figures.compact import compact
from v1vlm.records import Json

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN = 6.53
"""Width of the text on an A4 page with margins of 22 mm."""

PIXELS_DPI = 220
"""Of what is drawn as pixels, where there are too many points for paths."""

LETTER_PT = 4.8
"""Width of a letter of a panel's title, on average."""

INK, DIM, BAND = "#1b1b1f", "#6b6b75", "#d9d9d2"
DASHES = ("-", "--", "-.", ":")

_STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "v1vlm",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.3,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@dataclass(frozen=True)
class FigureFile:
    """A drawing and the numbers in it.

    Attributes
    ----------
    svg : str
        Vector drawing as wide as an A4 text, or narrower.
    csv : str
        Everything that is drawn.
    facts : mapping
        What the caption says of the drawing, such as the number of draws in it.
    """

    svg: str
    csv: str
    facts: Mapping[str, Json] = field(default_factory=dict)


@contextlib.contextmanager
def sheet(height_in: float, width_in: float = WIDTH_IN) -> Iterator[Figure]:
    """An empty figure in the house style, whatever the user's own settings are."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(cast(Any, _STYLE))
        yield Figure(figsize=(width_in, height_in))


def svg_of(figure: Figure, lossy_px: int | None = None) -> str:
    """The figure as SVG; equal drawings give equal text.

    Parameters
    ----------
    lossy_px : int, optional
        Grey images of at least so many pixels across are pictures of something, not data, and
        become JPEG.
    """
    buffer = io.StringIO()
    nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=nothing, transparent=True, dpi=PIXELS_DPI)
    # Comments repeat the labels, which may hold anybody's words; parsing drops them.
    return compact(buffer.getvalue(), lossy_px)


def colours(n: int) -> list[str]:
    """Colours of n conditions that differ in lightness too, so that they survive in grey."""
    if n == 2:
        return ["#1f4e8c", "#e08a00"]
    import matplotlib as mpl
    from matplotlib.colors import to_hex

    scale = mpl.colormaps["viridis"]
    return [to_hex(scale(0.08 + 0.8 * i / max(n - 1, 1))) for i in range(n)]


def label_of(text: str, limit: int = 34) -> str:
    """Text for a drawing: one line, not too long, with the glyphs that the font has."""
    from matplotlib.font_manager import findfont, get_font

    words = " ".join(text.split())
    if len(words) > limit:
        words = words[: limit - 1].rstrip() + "…"
    font = get_font(findfont("DejaVu Sans"))
    return "".join(c if font.get_char_index(ord(c)) else "□" for c in words)


def wrapped(text: str, width: int, limit: int) -> str:
    """`label_of` in lines of at most `width` characters."""
    import textwrap

    return "\n".join(textwrap.wrap(label_of(text, limit), width)) or "□"


def over_panel(name: str, share: float) -> str:
    """A name in as many lines as it takes above a panel of this share of the sheet, at most two."""
    letters = max(int(share * WIDTH_IN * 72 / LETTER_PT), 8)
    return wrapped(name, letters, 2 * letters)


def panel_title(axes: Axes, letter: str, title: str, note: str = "", out: float = 24) -> None:
    """Put a bold letter and a title above the left end of a panel, and what n is below them.

    Parameters
    ----------
    out : float
        Points that the letter stands to the left of the axes.
    """

    def above(text: str, x: float, y: float, **style: Any) -> None:
        place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(text, (0, 1), xytext=(x, y), **place, **style)

    above(letter, -out, 15, weight="bold", size=9)
    above(title, 0, 13, size=8, va="bottom", linespacing=1.0)
    above(note, 0, 5.5, size=6.5, color=DIM)


def counted(n: int, what: str) -> str:
    """``1 draw``, ``20 draws``."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def key(axes: Axes, **place: Any) -> None:
    """A legend above the right end of a panel, where no curve can be."""
    style = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 3}
    axes.legend(
        **{**style, **place},
        fontsize=6.5,
        borderaxespad=0.15,
        handlelength=1.8,
        columnspacing=0.9,
        handletextpad=0.4,
    )


def colour_scale(
    figure: Figure,
    box: tuple[float, float, float, float],
    cmap: str,
    limits: tuple[float, float],
    label: str,
) -> None:
    """A bar of colours with the values at its ends.

    Parameters
    ----------
    box : (left, bottom, width, height)
        Shares of the figure.
    """
    axes = figure.add_axes(box)
    ramp = [[i / 63] for i in range(64)]
    axes.imshow(
        ramp, cmap=cmap, origin="lower", aspect="auto", extent=(0, 1, *limits), vmin=0, vmax=1
    )
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    axes.set_yticks(limits, ends_of(limits))
    axes.tick_params(labelsize=6.5, pad=1.5)
    axes.set_ylabel(label, size=6.5, labelpad=-7)
    for spine in axes.spines.values():
        spine.set_visible(False)


def ends_of(limits: tuple[float, float]) -> list[str]:
    """Words for the ends of a scale, both to two digits of the larger one."""
    most = max(map(abs, limits))
    decimals = max(1 - math.floor(math.log10(most)), 0) if most else 0
    # Adding 0 makes of −0 what it is.
    return [f"{round(value, decimals) + 0.0:g}".replace("-", "−") for value in limits]


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated text; floats with nine digits, words quoted where needed."""
    import csv

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.9g}"
    # A spreadsheet takes a cell that begins so for a formula.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
