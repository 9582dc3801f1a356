"""Everything that a report can cite, and how it is listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from v1vlm.context import Context, Work
from v1vlm.report.bibliography import Entry, in_list, lab_works
from v1vlm.report.document import Reference

_RESOLVER = re.compile(r"https?://(?:dx\.)?doi\.org/")
_LETTER = re.compile(r"\d([a-z])$")


def known_works(context: Context) -> tuple[dict[str, Reference], dict[str, str]]:
    """Works of the context and of the laboratory.

    Returns
    -------
    references : dict
        By the key that the work is listed under.
    listed : dict
        That key, by every key: a work that is in both lists is listed once, as the context's.
    """
    references = {work.key: _from_context(work) for work in context.works}
    listed = {key: key for key in references}
    for key, entry in lab_works().items():
        listed[key] = next((work.key for work in context.works if _same(work, entry)), key)
        if listed[key] == key:
            references[key] = Reference(entry.label, _doi_as_text(entry.full), entry.doi)
    return references, listed


def _same(work: Work, entry: Entry) -> bool:
    """Whether both are one work: by DOI, or where one has none by year and title."""
    if work.doi and entry.doi:
        return work.doi.casefold() == entry.doi.casefold()
    return work.year == entry.year and _letters(entry.title) in _letters(work.title or work.entry)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def distinct(cited: Mapping[str, Reference]) -> dict[str, Reference]:
    """Tell works with one label apart by letters, in the text and in the list."""
    uses = Counter(work.label for work in cited.values())
    given: Counter[str] = Counter()
    made: dict[str, Reference] = {}
    for key, work in sorted(cited.items()):
        made[key] = work
        if uses[work.label] > 1:
            label = work.label + "abcdefghijklmnopqrstuvwxyz"[given[work.label] % 26]
            given[work.label] += 1
            made[key] = replace(work, label=label, full=_relabelled(work, label))
    return made


def _relabelled(work: Reference, label: str) -> str:
    year = f"({work.label[-4:]})"
    if year in work.full:
        return work.full.replace(year, f"{year[:-1]}{label[-1]})", 1)
    return f"[{label}] {work.full}"


def _from_context(work: Work) -> Reference:
    year = str(work.year) if work.year is not None else "n.d."
    letter = _LETTER.search(work.key)
    if work.year is not None and letter is not None:
        year += letter[1]
    label = f"{_names(work)}, {year}"
    full = work.entry or (
        f"{in_list(work.authors) or _names(work)} ({year}). Cited in the context, which does "
        "not list it."
    )
    if work.doi and work.doi.casefold() not in full.casefold():
        full += f" doi:{work.doi}"
    return Reference(label, _doi_as_text(full), work.doi or "")


def _doi_as_text(full: str) -> str:
    return _RESOLVER.sub("doi:", full)


def _names(work: Work) -> str:
    if not work.authors:
        return work.title or work.key
    if len(work.authors) < 3:
        return " & ".join(work.authors)
    return f"{work.authors[0]} et al."
