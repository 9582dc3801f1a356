"""The report as a value: blocks of text that quotes a study and can make up no number.

A `Text` holds no digit. Numbers come from the study through `Ref`, from a work through
`Cite`, or from the short list of `CONSTANTS`; what is quoted is looked up when the
document is rendered, so all formats say the same.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from v1vlm.errors import IntegrityError
from v1vlm.report.behind import Behind, Path
from v1vlm.report.formats import FORMATS, WORDS, clean, formatted, has_numeral
from v1vlm.report.marks import MARKS

CONSTANTS: dict[str, str] = {
    "V1": "V1",
    "V2": "V2",
    "L0": "L0",
    "L1": "L1",
    "L2": "L2",
    "L3": "L3",
    "L4": "L4",
    "L5": "L5",
    "ViV1T": "ViV1T",
    "ci_level": "95 %",
    "clipped_max": "2 %",
    "invalid_max": "5 %",
    "few": "20",
    "one": "1",
    "percentile": "95th",
    "selective": "0.1",
    "e_floor": "10⁻⁴",
}
"""The only numerals that code may write, by name."""

NOTICE = "simulated subject with known answers: a demonstration, not a result about any animal."


@dataclass(frozen=True)
class Text:
    """Words without any numeral.

    Raises
    ------
    ValueError
        If a digit, fraction or numeral letter of any script is among them.
    """

    text: str

    def __post_init__(self) -> None:
        if has_numeral(self.text):
            raise ValueError(f"a numeral is typed in {self.text!r}: quote it by a Ref")


@dataclass(frozen=True)
class Constant:
    """One of `CONSTANTS`, by name."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in CONSTANTS:
            raise ValueError(f"there is no constant {self.name!r}")


@dataclass(frozen=True)
class Ref:
    """A value of the study: where it stands, and how it is printed (see `FORMATS`).

    Attributes
    ----------
    words : str
        As a scientist wrote it, where that was held against the value and found to say the
        same; empty otherwise.
    """

    path: Path
    format: str = "text"
    words: str = ""

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"there is no format {self.format!r}")


@dataclass(frozen=True)
class Cite:
    """Works, by key (``ctx:…``, ``lab:…``)."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Strong:
    """Emphasised inlines."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True)
class Evidence:
    """What the sentences before it rest on, in words and in the colour of its kind."""

    kind: EvidenceKind
    parts: Line


EvidenceKind = Literal[
    "robust",
    "supported",
    "contradicted",
    "explained",
    "undecided",
    "record",
    "literature",
    "untested",
    "unchecked",
]
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_MARKED = ("verdict", "controls_verdict", "level")
_IDS = (("finding", "id"), ("registration", "hypothesis", "id"))

Inline = Text | Constant | Ref | Cite | Strong | Evidence
Line = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (section) to 3.

    Attributes
    ----------
    trial : int or None
        The trial whose result begins here; what names that trial elsewhere leads here.
    """

    level: Literal[1, 2, 3]
    line: Line
    trial: int | None = None


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    line: Line


@dataclass(frozen=True)
class Bullets:
    """An unordered list."""

    items: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells; without a header, the first column holds the names of the rows.

    Attributes
    ----------
    widths : tuple of float
        Relative widths of the columns; their number is the number of columns.
    trials : tuple of int
        The trial that every row is about, if each is about one: where a format allows it, such
        a table can be sorted and filtered.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Line, ...], ...]
    header: tuple[Line, ...] = ()
    caption: Line = ()
    trials: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        rows = (self.header, *self.rows) if self.header else self.rows
        if any(len(row) != len(self.widths) for row in rows):
            raise ValueError(f"every row needs {len(self.widths)} cells")
        if self.trials and len(self.trials) != len(self.rows):
            raise ValueError("every row needs a trial, or none does")


@dataclass(frozen=True)
class Figure:
    """A drawing, by the name of its file."""

    name: str
    caption: Line
    alt: Line


@dataclass(frozen=True)
class Callout:
    """A box: the summary, or something the reader must not miss."""

    kind: Literal["summary", "warning"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Code:
    """Something to be typed into a shell, quoted from the study."""

    refs: tuple[Ref, ...]


@dataclass(frozen=True)
class References:
    """The list of all works that the document cites."""


@dataclass(frozen=True)
class Inspector:
    """The neurons behind the document, one by one, where a format can show them; else nothing."""


Block = Heading | Paragraph | Bullets | Table | Figure | Callout | Code | References | Inspector


@dataclass(frozen=True)
class Reference:
    """A work as it is cited (``Xu & Ramdas, 2024``) and as it is listed.

    Attributes
    ----------
    doi : str
        Without a resolver, as it stands in `full`; empty where it is not known.
    """

    label: str
    full: str
    doi: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """The entry before, within and after its DOI; all is before where there is none."""
        at = self.full.casefold().find(self.doi.casefold()) if _DOI.fullmatch(self.doi) else -1
        if at < 0:
            return self.full, "", ""
        start = at - 4 if self.full[max(at - 4, 0) : at] == "doi:" else at
        stop = at + len(self.doi)
        return self.full[:start], self.full[start:stop], self.full[stop:]

    @property
    def address(self) -> str:
        """Where the DOI is resolved."""
        return f"https://doi.org/{quote(self.doi, safe='/:;()._-')}"


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes
    ----------
    values : mapping
        The study as JSON values, which the `Ref` look up.
    works : mapping of str to Reference
        Everything that can be cited; only what is cited is listed.
    figures : mapping of str to str
        SVG by name.
    notice : bool
        Say `NOTICE` on every page.
    behind : Behind
        What stands behind numbers and claims, for formats that can show it.

    Raises
    ------
    IntegrityError
        If a reference, work or figure is not there.
    """

    title: Line
    blocks: tuple[Block, ...]
    values: Mapping[str, Any]
    works: Mapping[str, Reference]
    figures: Mapping[str, str] = field(default_factory=dict)
    notice: bool = False
    behind: Behind = field(default_factory=Behind)

    def __post_init__(self) -> None:
        for inline in (*self.title, *inlines(self.blocks)):
            if not isinstance(inline, Cite | Strong | Evidence):
                self.plain(inline)
            elif isinstance(inline, Cite):
                for key in inline.keys:
                    self.work(key)
        for block in _flat(self.blocks):
            if isinstance(block, Figure) and block.name not in self.figures:
                raise IntegrityError(f"There is no figure {block.name!r}.", "Draw it first.")

    def plain(self, inline: Text | Constant | Ref) -> str:
        """The words of an inline, for a renderer to escape."""
        if isinstance(inline, Text):
            return clean(inline.text)
        if isinstance(inline, Constant):
            return CONSTANTS[inline.name]
        printed = formatted(self._value(inline.path), inline.format)
        return clean(inline.words) or printed

    def mark(self, ref: Ref) -> str | None:
        """The verdict, judgement or level that a reference quotes; such words are set off."""
        found = ref.path[0] == "trials" and ref.path[2:3] == ("finding",) and len(ref.path) == 4
        if ref.path[-1] not in _MARKED or not (found or ref.path[0] in ("settled", "together")):
            return None
        value = self._value(ref.path)
        return value if value in MARKS else None

    def leads_to(self, ref: Ref) -> int | None:
        """The trial whose result a reference names by its id, if it is told in the document."""
        if ref.path[:1] != ("trials",) or ref.path[-1] != "id" or ref.path[2:] not in _IDS:
            return None
        told = (b.trial for b in self.blocks if isinstance(b, Heading))
        return next((trial for trial in told if trial == ref.path[1]), None)

    def unbroken(self, inline: Text | Constant | Ref) -> str:
        """`plain`, with spaces inside a number that no line may end at."""
        text = self.plain(inline)
        if isinstance(inline, Constant) or (isinstance(inline, Ref) and inline.format not in WORDS):
            return text.replace(" ", "\u00a0")
        return text

    def words(self, line: Line) -> str:
        """A whole line without mark-up."""
        return "".join(
            self.words(inline.parts)
            if isinstance(inline, Strong | Evidence)
            else f"({'; '.join(self.work(key).label for key in inline.keys)})"
            if isinstance(inline, Cite)
            else self.plain(inline)
            for inline in line
        )

    def work(self, key: str) -> Reference:
        """What a citation refers to."""
        if key not in self.works:
            raise IntegrityError(f"{key!r} is cited but not known.", "Cite known works only.")
        work = self.works[key]
        return Reference(clean(work.label), clean(work.full), clean(work.doi))

    def cited(self) -> tuple[tuple[str, Reference], ...]:
        """Key and work of everything cited, once each, by label."""
        keys = {
            key
            for inline in (*self.title, *inlines(self.blocks))
            if isinstance(inline, Cite)
            for key in inline.keys
        }
        known = ((key, self.work(key)) for key in keys)
        return tuple(sorted(known, key=lambda item: (item[1].label.casefold(), item[0])))

    def _value(self, path: Path) -> Any:
        value: Any = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError) as error:
                raise IntegrityError(
                    f"The study holds nothing at {'/'.join(map(str, path))}.",
                    "The report refers to a value that is not there.",
                ) from error
        return value


def line(template: str, **parts: Inline | Line) -> Line:
    """Make a line from a template: ``{name}`` is one of `parts`, or else of `CONSTANTS`."""
    made: list[Inline] = []
    for words, name, _, _ in string.Formatter().parse(template):
        if words:
            made.append(Text(words))
        if name is not None:
            part = parts[name] if name in parts else Constant(name)
            made += part if isinstance(part, tuple) else (part,)
    return tuple(made)


def strong(*parts: Inline) -> Strong:
    """Emphasise inlines."""
    return Strong(parts)


def inlines(blocks: tuple[Block, ...]) -> Iterator[Inline]:
    """All inlines of blocks, those inside others too."""
    for block in _flat(blocks):
        for one in _lines(block):
            yield from _deep(one)


def _lines(block: Block) -> tuple[Line, ...]:
    if isinstance(block, Heading | Paragraph):
        return (block.line,)
    if isinstance(block, Bullets):
        return block.items
    if isinstance(block, Table):
        return (block.caption, *block.header, *(cell for row in block.rows for cell in row))
    if isinstance(block, Figure):
        return (block.caption, block.alt)
    return (block.refs,) if isinstance(block, Code) else ()


def _deep(one: Line) -> Iterator[Inline]:
    for inline in one:
        yield inline
        if isinstance(inline, Strong | Evidence):
            yield from _deep(inline.parts)


def _flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Callout):
            yield from _flat(block.blocks)
