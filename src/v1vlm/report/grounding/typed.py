"""Numbers as people type them: digits, words, fractions, ranges, with unit and rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.units import COUNTED, unit_of

_SUPERSCRIPT = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORD = rf"(?:{'|'.join((*_SMALL, *_TENS, 'hundred', 'thousand', 'dozen'))})"
_SPELLED = rf"(?:an?\s+(?=hundred|thousand|dozen))?{_WORD}(?:(?:[\s-]|\sand\s){_WORD})*"
_DIGITS = (
    r"(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
    r"(?:\s?[×x·*]\s?10(?:\^?[-−–]?\d+|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|[eE][-−+]?\d+)?"
    r"|10(?:\^[-−]?\d+|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
)
_SIGN = r"(?:[+−±≈~<>≤≥]|(?<![\w\d)])[-–])?\s?"
_NUMBER = re.compile(
    rf"(?P<sign>{_SIGN})(?P<digits>{_DIGITS})|\b(?P<word>{_SPELLED})\b"
    r"|(?P<vulgar>[½⅓⅔¼¾⅕⅛])",
    re.IGNORECASE,
)
_VULGAR = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅕": 0.2, "⅛": 0.125}
_NAME = re.compile(
    r"(?<![\w.])(?:[^\W\d_][\w/]*[.-]?\d[\w./-]*|\d+(?:[^\W\d_][\w-]*\d)[\w-]*)(?<![.,/-])"
)

_FRACTION = re.compile(
    r"\b(?P<n>a|an|one|two|three|four|half|both)?\s?-?(?P<f>half|thirds?|quarters?|fifths?"
    r"|tenths?)\b(?!\s+[AB]\b)",
    re.IGNORECASE,
)
_NAMED_HALF = re.compile(
    r"\b(?:held-? ?out|reserved|withheld|unseen|untouched|confirm\w+|set-aside|other|first|second"
    r"|kept|same|test(?:ing)?|which)\s?$",
    re.IGNORECASE,
)
_PARTS = {"hal": 2, "thi": 3, "qua": 4, "fif": 5, "ten": 10}
_RATIO = lexicon("typed.ratio")
_RATIOS = {"tw": 2, "th": 3, "do": 2, "tr": 3, "qu": 4, "ha": 0.5, "or": 10}
_HUGE = 1e200
"""Digits without end are a number too, but none that is recorded."""
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|some|circa|ca\.?|nearly|almost|close to"
    r"|near|just (?:under|over)|on the order of|an estimated)|[~≈∼])\s*[+−-]?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:\b(?:more than|greater than|larger than|higher than|above|at least|exceed(?:s|ed|ing)?"
    r"|no (?:less|fewer) than|upwards of)|[>≥])\s*$",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"(?:\b(?:less than|fewer than|smaller than|lower than|under|below|at most|up to|no more than"
    r"|not more than|within|a maximum of)|[<≤])\s*$",
    re.IGNORECASE,
)
_CEILING = re.compile(r"\b(?:at most|up to|a maximum of)\s*$", re.IGNORECASE)
"""What stands before a budget: the number itself, not a bound of it."""
_AND = re.compile(r"\b(?:and|but|or|,)\s+$", re.IGNORECASE)
_OF_WHICH = re.compile(r"\bof (?:which|these|those|them),?\s*$", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of (?:which|these|those|them)\b", re.IGNORECASE)
_BY = re.compile(r"\s?(?:[x×]|-?by-?)\s?", re.IGNORECASE)
_NOUN = re.compile(
    r"\b(?:(?P<draws>draws?)(?:\s(?:number|no\.?|#))?|neurons?|cells?)"
    r"(?:(?<=s)(?:\s(?:for|of|in|used|tested|shown)\b[^:=;,.]{0,20})?\s*[:=])?\s*$",
    re.IGNORECASE,
)
"""What is counted, before its number: "at draw 45", "neurons: 53"."""
_NUMBER_OF = re.compile(
    r"\b(?:number|count|total) of (?P<noun>[^,;:()]{3,40}?)\s+(?:(?:of|in|for|behind) \S+ )?"
    r"(?:is|was|are|were|equals|amounts? to|came to|stands? at)\s+(?:only |just |exactly )?$",
    re.IGNORECASE,
)
_IS_NUMBER = re.compile(
    r"\s+(?:is|was)\s+the\s+(?:number|count)\s+of\s+(?P<noun>\w+)", re.IGNORECASE
)
"""What is counted, where a sentence says that it tells a number."""
_SPREAD = ("±", "+/-", "+-", "plus or minus")
_LINK = re.compile(r"\s?(?:to|–|—|-|,|and|…|\.\.\.|;)\s?")


@dataclass(frozen=True)
class Typed:
    """A number in a text.

    Attributes
    ----------
    high : float or None
        The upper end, where it is a range.
    spread : float or None
        What follows a ± sign.
    tolerance : float
        Half of the last digit that is given.
    unit : str
        As in `v1vlm.report.grounding.facts.Known`; ``ratio`` and others that nothing is
        recorded in.
    word : bool
        Spelled out.
    bound : {"", "more", "less"}
        ``more than 40`` is such a bound.
    signed : bool
        A sign is given.
    """

    start: int
    stop: int
    value: float
    tolerance: float
    unit: str = ""
    high: float | None = None
    spread: float | None = None
    word: bool = False
    about: bool = False
    bound: Literal["", "more", "less"] = ""
    signed: bool = False
    bracketed: bool = False


@dataclass(frozen=True)
class _Raw:
    start: int
    stop: int
    value: float
    tolerance: float
    sign: str
    word: bool


def names(text: str) -> Iterator[tuple[int, int, str]]:
    """Names that hold a digit, as ``H1``, ``FLUX.1`` and ``Gemma-3``."""
    for match in _NAME.finditer(text):
        if not re.fullmatch(r"[eE][-+]?\d+", match[0]):
            yield (*match.span(), match[0])


def _ratio(said: str) -> float:
    """How much "twice", "doubled" and "sevenfold" are."""
    word = said.removesuffix("fold").rstrip("-")
    if word == said:
        return float(_RATIOS[said[:2]])
    if word in _SMALL:
        return float(_SMALL.index(word))
    return 100.0 if word == "hundred" else 10.0 * (_TENS.index(word) + 2)


def typed_numbers(text: str, taken: list[tuple[int, int]]) -> list[Typed]:
    """All numbers of a text outside of the places that are taken."""
    found: list[Typed] = []
    busy = list(taken)

    def free(start: int, stop: int) -> bool:
        return all(stop <= a or b <= start for a, b in busy)

    for match in _RATIO.finditer(text):
        if free(*match.span()):
            value = _ratio(match[0].casefold())
            bound: Literal["", "more"] = "more" if _MORE.search(text[: match.start()]) else ""
            found.append(Typed(*match.span(), value, 0.1 * value, "ratio", word=True, bound=bound))
            busy.append(match.span())
    for match in _FRACTION.finditer(text):
        if free(*match.span()) and _is_fraction(text, match):
            value = _fraction(match)
            unit, stop, _ = unit_of(text, match.end())
            found.append(
                Typed(match.start(), match.end(), value, 0.02, f"part of {unit}", word=True)
            )
            busy.append((match.start(), stop))
    raw = [one for one in map(_raw, _NUMBER.finditer(text)) if free(one.start, one.stop)]
    return _inherited(text, sorted([*found, *_joined(text, raw)], key=lambda one: one.start))


def _inherited(text: str, numbers: list[Typed]) -> list[Typed]:
    """Give "of which 40" the unit of the number before it, and "64 × 36 px" that of the last."""
    made: list[Typed] = []
    unit = ""
    for k, one in enumerate(numbers):
        other = numbers[k + 1] if k + 1 < len(numbers) else None
        if other and not one.unit and _BY.fullmatch(text[one.stop : other.start]):
            one = replace(one, unit=other.unit)
        if (
            one.unit == ""
            and unit
            and (_OF_WHICH.search(text[: one.start]) or _OF_THEM.match(text, one.stop))
        ):
            one = replace(one, unit=unit)
        if one.unit == "" and unit and k and _AND.search(text[: one.start]) and re.match(
            r"\s+(?:for|in|to|on)\b", text[one.stop :]
        ):  # fmt: skip
            # "131 draws for the verdict and 100 for the size".
            one = replace(one, unit=unit)
        unit = one.unit if one.unit in COUNTED else unit
        made.append(one)
    return made


def _is_fraction(text: str, match: re.Match[str]) -> bool:
    """Ordinals ("the third hypothesis") and halves of neurons (half A) are none."""
    word, after = match["f"].casefold(), text[match.end() :]
    if word.startswith("hal"):
        if _NAMED_HALF.search(text[: match.start()]):
            return False
        return bool(re.match(r"\s+(?:of|the|as|all)\b|\s*$|[.,;]", after)) or bool(match["n"])
    if (
        word == "third"
        and re.search(r"\b(?:in|for|and|on|to)\s+$", text[: match.start()])
        and not (re.match(r"\s+of\b", after))
    ):
        # "In two tests, and in a third".
        return False
    return bool(match["n"]) and not (
        word in ("third", "fifth", "tenth")
        and match["n"] != "a"
        and match["n"].casefold() not in ("one",)
    )


def _fraction(match: re.Match[str]) -> float:
    over = _PARTS[match["f"].casefold()[:3]]
    many = {"two": 2, "three": 3, "four": 4}.get((match["n"] or "").casefold(), 1)
    return many / over


def _joined(text: str, raw: list[_Raw]) -> Iterator[Typed]:
    """Pairs of numbers that are one range, or a value with its spread, become one."""
    i = 0
    while i < len(raw):
        one = raw[i]
        other = raw[i + 1] if i + 1 < len(raw) else None
        if other is not None:
            gap = text[one.stop : other.start]
            if (not gap.strip() and other.sign.strip() == "±") or gap.strip() in _SPREAD:
                factor = unit_of(text, other.stop)[2]
                typed = _typed(text, one, other.stop)
                yield replace(typed, spread=abs(other.value) * factor)
                i += 2
                continue
            if _is_range(text, one, other, gap):
                factor = unit_of(text, other.stop)[2]
                typed = _typed(text, one, other.stop)
                tolerance = max(one.tolerance, other.tolerance) * factor
                before, after = text[: one.start].rstrip(), text[other.stop :].lstrip()
                bracketed = before.endswith(("[", "(")) and after.startswith(("]", ")"))
                high = other.value * factor
                yield replace(typed, high=high, tolerance=tolerance, bracketed=bracketed)
                i += 2
                continue
        yield _typed(text, one, one.stop)
        i += 1


def _is_range(text: str, one: _Raw, other: _Raw, gap: str) -> bool:
    bare = re.sub(r"^\s?(?:%|°|s|ms|Hz|cpd|deg(?:rees)?)(?=[\s–-])", "", gap)
    link = _LINK.fullmatch(bare)
    if link is None or one.word != other.word:
        return False
    word = bare.strip()
    before = text[: one.start].rstrip()
    if word == "and":
        return bool(re.search(r"\bbetween$", before))
    if word in (",", ";"):
        after = text[other.stop :].lstrip(" %°s")
        return before.endswith(("[", "(")) and after.startswith(("]", ")"))
    return True


def _typed(text: str, one: _Raw, stop: int) -> Typed:
    unit, _, factor = unit_of(text, stop)
    before = text[: one.start]
    if unit == "" and (told := _NUMBER_OF.search(before) or _IS_NUMBER.match(text, stop)):
        counted = text.find(told["noun"], told.start("noun")) - 1
        unit = unit_of(text, counted)[0]
    if unit == "" and (noun := _NOUN.search(before)):
        unit = "draws" if noun["draws"] else "neurons"
    if unit == "" and re.search(r"\bfactors? of\s*$", before, re.IGNORECASE):
        unit = "ratio"
    sign = one.sign.strip()
    about = bool(_ABOUT.search(before)) or sign in ("≈", "~")
    bound: Literal["", "more", "less"] = ""
    if _LESS.search(before) or sign in ("<", "≤"):
        bound = "" if unit == "draws" and _CEILING.search(before) else "less"
    elif _MORE.search(before) or sign in (">", "≥"):
        bound = "more"
    return Typed(
        one.start + len(one.sign) - len(one.sign.lstrip()),
        stop,
        one.value * factor,
        one.tolerance * factor,
        unit,
        word=one.word,
        about=about,
        bound=bound,
        signed=sign in ("+", "-", "−", "–"),
    )


def _raw(match: re.Match[str]) -> _Raw:
    if match["vulgar"]:
        return _Raw(*match.span(), _VULGAR[match["vulgar"]], 0.02, "", False)
    if match["word"]:
        value = _spelled(match["word"])
        return _Raw(*match.span(), value, 0.0 if value < 20 else 0.5, "", True)
    value, tolerance = _digits(match["digits"])
    sign = match["sign"]
    if sign.strip() in ("-", "−", "–"):
        value = -value
    return _Raw(*match.span(), value, tolerance, sign, False)


def _digits(said: str) -> tuple[float, float]:
    said = said.translate(_SUPERSCRIPT).replace("−", "-").replace("–", "-")
    power = 0
    times = re.search(r"\s?[×x·*]\s?10\^?([-+]?\d+)$|[eE]([-+]?\d+)$", said)
    if times:
        power, said = int(times[1] or times[2]), said[: times.start()]
    elif re.fullmatch(r"10\^?[-+]\d+|10\^\d+", said):
        power, said = int(re.sub(r"^10\^?", "", said)), "1"
    said = re.sub(r"[\u202f\u00a0]", "", said)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", said):
        said = said.replace(",", "")
    said = said.replace(",", ".")
    power = max(min(power, 300), -300)
    decimals = len(said.partition(".")[2])
    return min(float(said), _HUGE) * 10.0**power, 0.5 * 10.0 ** (power - decimals)


def _spelled(words: str) -> float:
    total, current = 0.0, 0.0
    for word in re.split(r"[\s-]+", words.casefold()):
        if word in _SMALL:
            current += _SMALL.index(word)
        elif word in _TENS:
            current += 10 * (_TENS.index(word) + 2)
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word == "thousand":
            total, current = total + max(current, 1) * 1000, 0.0
    return total + current


def end_of(one: Typed, value: float) -> Typed:
    """One of the ends of a range."""
    return Typed(**{**vars(one), "value": value, "high": None, "spread": None})
