"""What a context is about: relevance to keywords, works about them, and the best excerpt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log1p, sqrt

from v1vlm.context.model import Context, Work
from v1vlm.context.prose import shorten
from v1vlm.context.words import mentions, phrases_of, stem, stems_of
from v1vlm.errors import InputError

_HALF = 3.0
_LIST = "\n\nReferences"


def relevance(context: Context, keywords: Sequence[str]) -> float:
    """How much a context is about some keywords, from 0 (not at all) towards 1.

    ``x / (x + 3)`` with ``x = Σ log(1 + n_k)`` over the distinct keywords, where ``n_k``
    counts the occurrences of keyword k after light stemming. The words of a phrase must
    follow each other; scattered over one sentence or heading they count one half. A keyword added
    never lowers the value, so a template may list synonyms.
    """
    text = [context.banner()]
    for section in context.sections:
        text += section.heading, *section.sentences()
    sentences = [stems_of(sentence) for sentence in text]
    strength = sum(
        log1p(sum(mentions(phrase, sentence) for sentence in sentences))
        for phrase in phrases_of(keywords)
    )
    return strength / (strength + _HALF)


def works_about(context: Context, keywords: Sequence[str]) -> tuple[Work, ...]:
    """Works whose citing sentences mention the keywords, best first.

    Ties go to the work with more keywords in its title, then to the one cited first.
    """
    phrases = phrases_of(keywords)
    sentences = [section.sentences() for section in context.sections]
    scored = [
        (
            _score((sentences[p.section][p.sentence] for p in work.places), phrases),
            _score([work.title], phrases),
            -i,
            work,
        )
        for i, work in enumerate(context.works)
    ]
    return tuple(work for score, _, _, work in sorted(scored, key=lambda s: s[:3])[::-1] if score)


def pack(context: Context, max_chars: int) -> str:
    """The most relevant text of at most `max_chars` characters, for a model's window.

    The title, then whole sentences under their headings in the order of the text, then
    references with their keys. When not all fits, sentences rich in the context's own terms
    come first, and up to a quarter of the room is kept for the references.

    Raises
    ------
    InputError
        If `max_chars` is below 1.
    """
    if max_chars < 1:
        raise InputError(f"max_chars is {max_chars}.", "Leave room for at least one character.")
    title = shorten(context.banner(), max_chars)
    listed = sum(len(work.key) + len(work.entry) + 4 for work in context.works if work.entry)
    reserve = min(len(_LIST) + listed, max_chars // 4) if listed else 0
    chosen = _chosen(context, max_chars - len(title) - reserve)
    body = (title + _body(context, chosen)).lstrip("\n")
    return body + _list(context, chosen, max_chars - len(body))


def _score(sentences: Iterable[str], phrases: Sequence[Sequence[str]]) -> float:
    stems = [stems_of(sentence) for sentence in sentences]
    return sum(log1p(sum(mentions(phrase, s) for s in stems)) for phrase in phrases)


def _chosen(context: Context, room: int) -> set[tuple[int, int]]:
    """Section and index of the sentences that fit, richest in the context's terms first."""
    weights = {stem(t.text): log1p(t.count) for t in context.terms if " " not in t.text}
    ranked: list[tuple[float, int, int, int]] = []
    for i, section in enumerate(context.sections):
        for j, sentence in enumerate(section.sentences()):
            stems = stems_of(sentence)
            rich = sum(weights.get(s, 0.0) for s in set(stems)) / sqrt(len(stems) + 1)
            ranked.append((-rich, i, j, len(sentence)))
    chosen: set[tuple[int, int]] = set()
    opened: set[int] = set()
    for _, i, j, size in sorted(ranked):
        cost = size + 1 + (0 if i in opened else len(context.sections[i].heading) + 3)
        if cost <= room:
            room -= cost
            opened.add(i)
            chosen.add((i, j))
    return chosen


def _list(context: Context, chosen: set[tuple[int, int]], room: int) -> str:
    """References that fit, those of the chosen sentences first."""

    def elsewhere(work: Work) -> bool:
        return not any((p.section, p.sentence) in chosen for p in work.places)

    lines = []
    room -= len(_LIST)
    for work in sorted(context.works, key=elsewhere):
        line = f"\n[{work.key}] {work.entry}"
        if work.entry and len(line) <= room:
            lines.append(line)
            room -= len(line)
    return _LIST + "".join(lines) if lines else ""


def _body(context: Context, chosen: set[tuple[int, int]]) -> str:
    parts = []
    for i, section in enumerate(context.sections):
        kept = [s for j, s in enumerate(section.sentences()) if (i, j) in chosen]
        if kept:
            heading = f"\n{section.heading}\n" if section.heading else "\n"
            parts.append(f"\n{heading}{' '.join(kept)}")
    return "".join(parts)
