"""How values of a study are printed."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

NONE = "not given"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACES = re.compile(r"\s+")
# Control characters and surrogates are no text; bidirectional controls can show a reader
# another order of words than is there.
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def clean(value: Any) -> str:
    """One line of visible text: white space collapsed, control characters dropped."""
    visible = "".join(c for c in str(value) if c.isspace() or not _is_hidden(c))
    return _SPACES.sub(" ", visible)


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Co", "Cn") or _HIDDEN.match(character) is not None


def has_numeral(text: str) -> bool:
    """Whether any character is a digit, a fraction or a numeral letter, in any script."""
    return any(unicodedata.category(character).startswith("N") for character in text)


def signed(value: float, decimals: int = 3) -> str:
    """``+0.123``; no sign where every printed digit is zero."""
    text = f"{value:+.{decimals}f}"
    if float(text) == 0:
        return text[1:]
    return text.replace("-", "−")


def interval(bounds: Sequence[float]) -> str:
    """``[+0.10, +0.15]``."""
    low, high = bounds
    return f"[{signed(low)}, {signed(high)}]"


def e_value(value: float) -> str:
    """``12.3``, or ``2.3 × 10⁴`` where that is shorter."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(value))
    if -2 <= exponent < 3:
        return f"{value:.3g}"
    mantissa = f"{value / 10.0**exponent:.1f}"
    if mantissa == "10.0":
        mantissa, exponent = "1.0", exponent + 1
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPT)}"


def number(value: float) -> str:
    """Shortest form of up to six digits."""
    return f"{value:g}".replace("-", "−")


def share(value: float) -> str:
    """``2.3 %``."""
    return f"{number(float(f'{100 * value:.2g}'))} %"


def window(bounds: Sequence[float]) -> str:
    """``0–1 s``."""
    start, stop = bounds
    return f"{number(start)}–{number(stop)} s"


def _capital(value: Any) -> str:
    text = clean(value)
    return text[:1].upper() + text[1:]


def _clause(value: Any) -> str:
    return clean(value).strip().removesuffix(".")


def _sentence(value: Any) -> str:
    text = _capital(value).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(clean(value) for value in values) or "none"


def _series(values: Sequence[Any]) -> str:
    return "; ".join(clean(value) for value in values) or "none"


FORMATS: dict[str, Callable[[Any], str]] = {
    "text": clean,
    "capital": _capital,
    "clause": _clause,
    "sentence": _sentence,
    "listed": _listed,
    "series": _series,
    "count": lambda value: str(int(value)),
    "number": number,
    "rounded": lambda value: number(float(f"{value:.3g}")),
    "estimate": signed,
    "interval": interval,
    "e-value": e_value,
    "share": share,
    "window": window,
    "power": lambda value: "> 0.99" if value > 0.99 else f"{value:.2f}",
    "short": lambda value: clean(value)[:12],
}
"""Formats of a `Ref`, by name; None is printed as ``not given`` in all of them."""


WORDS = frozenset({"text", "capital", "clause", "sentence", "listed", "series"})
"""Formats of words; all others print one number, or one pair of them."""


def formatted(value: Any, name: str) -> str:
    """Print a value; what is empty or absent says so."""
    return NONE if value is None or value == "" else FORMATS[name](value)
