"""Units after a number: at once, after adjectives, or after "of the"."""

from __future__ import annotations

import re

_DIGITS = re.compile(
    r"\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE
)
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"%|‰|per\s?cent(?:age points?)?|percentage points?|percent", "share", 0.01),
    (r"cycles?\s?(?:/|per)\s?(?:pixels?|px|frames?|images?)", "cpp", 1.0),
    (r"cycles?\s?(?:/|per)\s?(?:°|deg(?:rees?)?)|c(?:yc)?/(?:°|deg)|cpd\b", "cpd", 1.0),
    (r"°\s?/\s?s|deg(?:rees?)?\s?(?:/|per)\s?s(?:econds?)?\b", "deg/s", 1.0),
    (r"°|deg(?:rees?)?\b|arcdeg", "deg", 1.0),
    (r"arc\s?min\w*|minutes? of arc", "deg", 1 / 60),
    (r"(?:spikes?|sp)\s?(?:/|per)\s?(?:s|sec|seconds?)\b", "spikes/s", 1.0),
    (r"spikes?\s?(?:/|per)\s?frame\b|spikes?\b", "spikes", 1.0),
    (r"kHz\b", "hz", 1000.0),
    (
        r"Hz\b|hertz\b|cycles?\s?(?:/|per)\s?s(?:econds?)?\b|frames? (?:per|a|each"
        r"|every) second|fps\b",
        "hz",
        1.0,
    ),
    (r"ms\b|msecs?\b|milliseconds?\b", "s", 0.001),
    (r"s\b|secs?\b|seconds?\b", "s", 1.0),
    (r"min\b|minutes?\b", "s", 60.0),
    (r"h\b|hours?\b|days?\b|weeks?\b|months?\b|years?\b", "long", 1.0),
    (r"cm\b|centimet\w+", "cm", 1.0),
    (r"[µμu]m\b|micromet\w+|mm\b|millimet\w+|nm\b", "um", 1.0),
    (r"px\b|pixels?\b", "px", 1.0),
    (r"(?:mV|µV|uV|pA|nA|mW|dB|octaves?|bits?|nats?|cd/m2|cd/m²|lux|kg|g)\b", "odd", 1.0),
    (
        r"(?:milli|micro|kilo)?(?:volt|watt|ohm|gram|lit(?:er|re)|metre|meter)s?\b"
        r"|(?:nano|pico)amp\w*|decibels?\b|candelas?\b|kelvins?\b|radians?\b|diopters?\b",
        "odd",
        1.0,
    ),
    (r"(?:s\.?d\.?s?|s\.?e\.?m\.?s?|SD|SEM|σ|sigma|standard (?:deviations?|errors?))\b", "sd", 1.0),
    (r"[x×]\b(?!\s?\d)|-?\s?times\b|-?fold\b|\s?×(?!\s?\d)", "ratio", 1.0),
    (r"neurons?\b|cells?\b|units?\b", "neurons", 1.0),
    (
        r"draws?\b|pairs?\b|samples?\b|presentations?\b|repetitions?\b|repeats?\b|trials?\b",
        "draws",
        1.0,
    ),
    (r"stimul(?:i|us)\b|images?\b|movies?\b|pictures?\b|frames?\b", "stimuli", 1.0),
    (r"photographs?\b|photos?\b", "photographs", 1.0),
    (
        r"hypothes[ei]s\b|predictions?\b|claims?\b|findings?\b|registrations?\b|tests?\b(?! draw)"
        r"|verdicts?\b|results?\b|propositions?\b",
        "hypotheses",
        1.0,
    ),
    (r"proposals?\b|attempts?\b", "proposals", 1.0),
    (r"controls?\b(?! draw)", "controls", 1.0),
    (r"accounts?\b|rivals?\b", "accounts", 1.0),
    (r"conditions?\b|levels?\b|members?\b", "conditions", 1.0),
    (
        r"mice\b|mouse\b|animals?\b|subjects?\b|participants?\b|observers?\b|monkeys?\b|cats?\b"
        r"|macaques?\b|rats?\b|ferrets?\b|volunteers?\b",
        "animals",
        1.0,
    ),
    (r"twins?\b|networks?\b|models?\b(?! (?:neuron|cell|unit))", "twins", 1.0),
    (r"sessions?\b|recordings?\b|layers?\b|areas?\b|electrodes?\b|papers?\b|studies\b", "other", 1),
)
COUNTED = frozenset(
    [
        "neurons",
        "draws",
        "stimuli",
        "photographs",
        "hypotheses",
        "proposals",
        "controls",
        "accounts",
        "conditions",
        "animals",
        "twins",
        "other",
    ]
)
_UNIT = [(re.compile(rf"[\s\u00a0\u202f-]?(?:{p})", re.IGNORECASE), u, f) for p, u, f in _UNITS]
_BETWEEN = re.compile(
    r"(?:[\s-](?!(?:of|in|and|or|to|for|with|without|within|on|at|from|by|as|was|were|is|are|be|the"
    r"|than|per|after|before|when|that|which|out|has|have|had|against|between|under|through|during"
    r"|across|over|among)\b)[^\W\d_][\w’'-]*){1,4}?(?=[\s-])"
)
_OF = re.compile(
    r"\s+(?:out\s+)?of\s+(?:(?:the|all|our|its|these|those|this|at most|up to|an?|maxim\w+|max\.|of"
    r"|possible|permitted|allowed)\s+)*"
)


def unit_of(text: str, stop: int) -> tuple[str, int, float]:
    """The unit after a number: at once, after adjectives, or after "of the"."""
    at = _at_once(text, stop)
    if at is not None:
        return at
    of = _OF.match(text, stop)
    if of is not None:
        number = _DIGITS.match(text, of.end())
        place = number.end() if number else of.end()
        at = _at_once(text, place) or _at_once(text, of.end() - 1) or _later(text, place)
        if at is not None and at[0] in ("twins", "animals") and not number:
            # "7523 of the twin": its neurons.
            return "", stop, 1.0
        return at if at is not None and at[0] in COUNTED else ("", stop, 1.0)
    at = _later(text, stop)
    return at if at is not None and at[0] in COUNTED else ("", stop, 1.0)


def _at_once(text: str, stop: int) -> tuple[str, int, float] | None:
    for pattern, unit, factor in _UNIT:
        match = pattern.match(text, stop)
        if match:
            return unit, match.end(), factor
    return None


def _later(text: str, stop: int) -> tuple[str, int, float] | None:
    between = _BETWEEN.match(text, stop)
    place = stop
    for _ in range(4):
        between = re.compile(_BETWEEN.pattern.replace("{1,4}?", "{1}")).match(text, place)
        if between is None:
            return None
        place = between.end()
        at = _at_once(text, place)
        if at is not None and at[0] in COUNTED:
            return at
    return None
