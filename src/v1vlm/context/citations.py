"""Author–year and numeric citations in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_EVENT = re.compile(
    r"[()\[\]]"
    r"|(?<![\w.–/-])(?P<year>(?:1[5-9]|20)\d\d)(?P<letters>[a-z](?:, ?[a-z](?=[,;)\]])){0,8})?"
    r"(?![\w/]|-\d|–\d|\.\d)"
)
_TOKEN = re.compile(r"[^\W_][\w'’-]{0,60}|[^\w\s]")
_NUMERIC = re.compile(r"\[(\d{1,3}(?: ?[,;–-] ?\d{1,3}){0,40})\]")
_SPAN = re.compile(r"(\d{1,3})(?: ?[–-] ?(\d{1,3}))?")
_PARTICLE_WORDS = (
    "van von der den de del della di da dos du la le los ten ter vom zu zur af al el bin ibn"
)
_OTHER_WORDS = (
    "january february march april may june july august september october november december "
    "in since until from during by before after between and or the this these those figure fig "
    "table results methods section version year spring summer autumn winter"
)
PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NOT_NAMES = frozenset(_OTHER_WORDS.split())
_WINDOW = 300
_AUTHORS_MAX = 30


@dataclass(frozen=True)
class Mention:
    """One author–year citation; `at` is the position of its year in the sentence."""

    authors: tuple[str, ...]
    et_al: bool
    year: int
    letter: str
    at: int


def author_year(sentence: str) -> Iterator[Mention]:
    """Citations by author and year, in order.

    A year counts when it stands in brackets, and a name stands before it or before the
    year that it follows: "Niell and Stryker (2008, 2010)", "(Keller et al., 2020a, b)".
    """
    depth, previous = 0, 0
    group: tuple[tuple[str, ...], bool] | None = None
    for event in _EVENT.finditer(sentence):
        if event["year"] is None:
            depth = depth + 1 if event[0] in "([" else max(depth - 1, 0)
            continue
        lead = sentence[max(previous, event.start() - _WINDOW) : event.start()]
        if lead.strip(" ,;&") not in ("", "and"):
            group = authors_before(lead)
        previous = event.end()
        if depth and group is not None:
            for letter in re.findall("[a-z]", event["letters"] or "") or [""]:
                yield Mention(*group, int(event["year"]), letter, event.start())


def numeric(sentence: str) -> Iterator[tuple[int, int]]:
    """Numbers cited in square brackets, ranges spelt out, as (number, position).

    A list of references has no entry 0: brackets that hold it, as [0, 1], are an interval.
    """
    for match in _NUMERIC.finditer(sentence):
        spans = list(_SPAN.finditer(match[1]))
        if any(int(span[1]) == 0 for span in spans):
            continue
        for span in spans:
            first, last = int(span[1]), int(span[2] or span[1])
            for number in range(first, min(last, first + 99) + 1):
                yield number, match.start()


def authors_before(lead: str) -> tuple[tuple[str, ...], bool] | None:
    """Surnames that a text ends with, and whether "et al." follows them; None without any."""
    tokens = _TOKEN.findall(lead)
    while tokens and tokens[-1] in ",([":
        tokens.pop()
    et_al = _pop_et_al(tokens)
    listed = et_al and _pop(tokens, ",")
    names = [_pop_name(tokens)]
    if not names[0]:
        return None
    if not et_al and _pop(tokens, "and", "&"):
        _pop(tokens, ",")
        names.append(_pop_name(tokens))
        listed = bool(names[-1])
    while listed and len(names) < _AUTHORS_MAX and _pop(tokens, ","):
        names.append(_pop_name(tokens))
        listed = bool(names[-1])
    return tuple(name for name in reversed(names) if name), et_al


def is_name(token: str) -> bool:
    """Whether a word can be a surname: no digit, not a lower-case beginning, no month."""
    letters = all(c.isalpha() or c in "'’-" for c in token)
    return letters and len(token) > 1 and not token[0].islower() and token.lower() not in _NOT_NAMES


def _pop_name(tokens: list[str]) -> str:
    token = tokens[-1].removesuffix("'s").removesuffix("’s").rstrip("'’-") if tokens else ""
    if not token or not is_name(token):
        return ""
    tokens.pop()
    name = [token]
    while tokens and tokens[-1].lower() in PARTICLES and len(name) < 4:
        name.insert(0, tokens.pop())
    while len(tokens) > 1 and tokens[-1] == "." and len(tokens[-2]) == 1 and tokens[-2].isupper():
        del tokens[-2:]
    return " ".join(name)


def _pop_et_al(tokens: list[str]) -> bool:
    if tokens[-2:] in (["'", "s"], ["’", "s"]):
        del tokens[-2:]
    tail = tokens[:-1] if tokens and tokens[-1] == "." else tokens
    last = [token.lower() for token in tail[-2:]]
    if last == ["et", "al"] or last in (["and", "colleagues"], ["and", "coworkers"]):
        del tokens[len(tail) - 2 :]
        return True
    return False


def _pop(tokens: list[str], *wanted: str) -> bool:
    if tokens and tokens[-1] in wanted:
        tokens.pop()
        return True
    return False
