"""Plain text → sections and sentences.

The text is untrusted. Every repeat in the patterns here and in the sibling modules is
bounded, so that matching takes time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NEWLINE = re.compile("\r\n|[\r\f\v\x85\u2028\u2029]")
_DECOMPOSED = re.compile("[^\\W\\d_][\u0300-\u036f]{1,4}")
_BREAK = re.compile(r"(?<=\w)[-\u2010]\n[ \t]{0,40}(?=\w)")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]{0,3} (?=[^\Wa-z]|[(\[\"'“‘])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[,;])"
    r"(?:et al|e\.g|i\.e|cf|vs|figs?|eqs?|no|dr|ca|approx|est|incl|esp|max|viz|resp|pp?|vol|refs?"
    r"|[a-z])$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,4})[.)]?\s{1,4}(?=\S)")
_LISTS = (
    "references|reference list|references cited|references and notes|bibliography|literature|"
    "literature cited|cited literature|works cited"
)
_PARTS = (
    "abstract|summary|introduction|background|results|methods|materials and methods|discussion|"
    "results and discussion|conclusion|conclusions|outlook|acknowledgements|acknowledgments|"
    "appendix|significance|significance statement|supplementary information"
)
_REFERENCES = frozenset(_LISTS.split("|"))
_KNOWN = frozenset(_PARTS.split("|"))
HEADING_MAX = 90


@dataclass(frozen=True)
class Block:
    """Lines under one heading; `listing` marks a list of references."""

    heading: str
    lines: tuple[str, ...]
    listing: bool

    def prose(self) -> str:
        """The lines as paragraphs, white space collapsed, an empty line between them."""
        paragraphs: list[list[str]] = [[]]
        for line in self.lines:
            if line.strip():
                paragraphs[-1] += line.split()
            else:
                paragraphs.append([])
        return "\n\n".join(" ".join(words) for words in paragraphs if words)


def split_blocks(text: str) -> tuple[Block, ...]:
    """Cut a cleaned text at its headings; blocks without any text are kept for the title."""
    lines = text.strip().split("\n")
    blocks: list[Block] = []
    heading, listing, body = "", False, list[str]()
    for i, line in enumerate(lines):
        if _is_rule(line):
            continue
        found = _heading(lines, i, listing)
        if found is None:
            body.append(line)
            continue
        blocks.append(Block(heading, tuple(body), listing))
        heading, body = found, []
        listing = _bare(found) in _REFERENCES
    blocks.append(Block(heading, tuple(body), listing))
    return tuple(b for b in blocks if b.heading or any(line.strip() for line in b.lines))


def clean(text: str) -> str:
    """Line feeds as line ends, accents composed, words that a line end cut in two joined."""
    text = text.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    text = _NEWLINE.sub("\n", text).replace("\u00ad\n", "").replace("\u00ad", "")
    # Only short runs of accents are composed: sorting long ones is quadratic.
    text = _DECOMPOSED.sub(lambda m: unicodedata.normalize("NFC", m[0]), text)
    return _BREAK.sub(lambda m: "" if m.string[m.end()].islower() else "-", text)


def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences of a prose whose white space is collapsed; paragraphs also end one."""
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        start = 0
        for match in _SENTENCE_END.finditer(paragraph):
            dot = match.start()
            if paragraph[dot] == "." and _ABBREVIATION.search(
                paragraph[max(start, dot - 10) : dot]
            ):
                continue
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
        found.append(paragraph[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of a text, cut between words where there are any."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(" ,;:") + "…"


def _heading(lines: list[str], i: int, listing: bool) -> str | None:
    line = lines[i].strip()
    if not line:
        return None
    marks = len(line) - len(line.lstrip("#"))
    if marks:
        is_heading = marks <= 6 and line[marks : marks + 1].isspace()
        return line[marks:].strip(" \t#*") or None if is_heading else None
    if len(line) > HEADING_MAX or line[0].islower():
        return None
    bare = _bare(line)
    if bare in _REFERENCES or bare in _KNOWN:
        return line.strip("*_: ")
    # Inside a list of references a short line alone is a wrapped entry; several short lines
    # in a row are verse or bullets, save that a title may stand above a heading.
    alone = not listing and _stands_alone(lines, i)
    return line.strip("*_ ") if alone and (i == 0 or not _stands_alone(lines, i + 2)) else None


def _stands_alone(lines: list[str], i: int) -> bool:
    line = lines[i].strip()
    if not line or len(line) > HEADING_MAX:
        return False
    before = i == 0 or not lines[i - 1].strip()
    after = i + 2 < len(lines) and not lines[i + 1].strip()
    titled = line[0].isalnum() and line[-1] not in ".,;:!?)]" and any(c.isalpha() for c in line)
    return before and after and titled and len(line.split()) <= 14


def _bare(heading: str) -> str:
    return _NUMBERING.sub("", heading.strip(" *_#:\t"), count=1).strip(" *_:").casefold()


def _is_rule(line: str) -> bool:
    mark = line.strip()
    return len(mark) >= 3 and mark[0] in "=-_*~" and not mark.strip(mark[0])
