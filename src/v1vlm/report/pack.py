"""What stands behind a report as JSON that an HTML page can carry: small, and harmless."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import canonical_json
from v1vlm.report.behind import Behind, Movie, Origin, Path
from v1vlm.report.formats import clean
from v1vlm.report.marks import MARKS
from v1vlm.report.neurons import NeuronTable
from v1vlm.report.origins import ranges

Float = NDArray[np.float64]

COLUMNS = {
    "x_um": ("x", "µm"),
    "y_um": ("y", "µm"),
    "depth_um": ("depth", "µm"),
    "rf_azimuth_deg": ("receptive field, azimuth", "°"),
    "rf_elevation_deg": ("receptive field, elevation", "°"),
    "rf_sd_deg": ("receptive field, SD", "°"),
    "orientation_deg": ("preferred orientation", "°"),
    "spatial_frequency_cpd": ("preferred spatial frequency", "cycles/°"),
    "gosi": ("orientation selectivity (gOSI)", ""),
    "quality": ("quality", ""),
    "grey": ("response to grey", ""),
    "reference": ("reference response", ""),
}
"""Words and unit of what is known of a neuron, in the order in which it is shown."""

MISSING = -32768
_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def script_json(value: Any) -> str:
    """JSON that can stand in a script element: nothing in it can end the element."""
    return canonical_json(value).translate(_ESCAPED)


class Packed:
    """What stands behind a page.

    Attributes
    ----------
    number : mapping of path to int
        Of the origin that the value at a path has in the JSON.
    """

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._words: dict[str, int] = {}
        self._sources: dict[tuple[Any, ...], int] = {}
        rows: dict[tuple[int, ...], int] = {}
        self.number: dict[Path, int] = {}
        for path, origin in behind.origins.items():
            self.number[path] = rows.setdefault(self._row(origin), len(rows))
        self._rows = list(rows)

    def json(self) -> str:
        """The whole, for a script element."""
        whole = _visible(
            {
                "words": list(self._words),
                "sources": list(self._sources),
                "origins": self._rows,
                "claims": list(self._behind.claims),
                "marks": {word: mark.told for word, mark in MARKS.items()},
                "neurons": neurons_json(self._behind.neurons),
            }
        )
        return script_json(whole)

    def _row(self, origin: Origin) -> tuple[int, ...]:
        trial = -1 if origin.trial is None else origin.trial
        source = (
            trial,
            origin.arm,
            origin.stage,
            origin.n_draws,
            ranges(origin.events),
            " ".join(origin.blobs),
            origin.command,
        )
        number = self._sources.setdefault(source, len(self._sources))
        return (self._word(origin.what), self._word(origin.how), number)

    def _word(self, text: str) -> int:
        return self._words.setdefault(text, len(self._words))


def _visible(value: Any) -> Any:
    """The value with its words as every format prints them."""
    if isinstance(value, Mapping):
        return {key: _visible(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(inner) for inner in value]
    return clean(value) if isinstance(value, str) else value


def neurons_json(table: NeuronTable | None) -> Mapping[str, Any] | None:
    """Every column as 16-bit integers: a value is its integer divided by ``scale``.

    The scale is the power of ten that keeps most decimals, so that a value reads as it does in
    ``neurons.csv``, rounded.
    """
    if table is None:
        return None
    columns = [
        {"name": name, "label": label, "unit": unit, **_scaled(table.columns[name])}
        for name, (label, unit) in COLUMNS.items()
        if name in table.columns
    ]
    effects = {
        name: {**_scaled(value), "draws": _bytes(n_draws.astype("<i2"))}
        for name, (value, n_draws) in table.effects.items()
    }
    return {
        "n": len(table.half_b),
        "half": _bytes(np.packbits(table.half_b, bitorder="little")),
        "columns": columns,
        "effects": effects,
        "missing": MISSING,
    }


def _scaled(values: Float) -> dict[str, Any]:
    finite = np.isfinite(values)
    most = float(np.abs(values[finite]).max(initial=0.0))
    scale = next((s for s in (10000, 1000, 100, 10, 1) if most * s < -MISSING), None)
    if scale is None:
        return {"scale": 1, "data": _bytes(np.full(len(values), MISSING, "<i2"))}
    whole = np.round(np.where(finite, values, 0.0) * scale)
    return {"scale": scale, "data": _bytes(np.where(finite, whole, MISSING).astype("<i2"))}


def _bytes(array: NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()


def sprite(movie: Movie) -> str:
    """All frames as one PNG address: conditions side by side, frames below each other."""
    from PIL import Image

    n_conditions, n_frames, height, width = movie.frames.shape
    sheet = movie.frames.transpose(1, 2, 0, 3).reshape(n_frames * height, n_conditions * width)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(sheet)).save(buffer, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
