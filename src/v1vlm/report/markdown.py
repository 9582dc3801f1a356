"""The report as Markdown (GitHub flavour, figures as linked files)."""

from __future__ import annotations

import re
from itertools import count

from v1vlm.report.document import (
    NOTICE,
    Block,
    Bullets,
    Callout,
    Cite,
    Code,
    Document,
    Evidence,
    Figure,
    Heading,
    Inspector,
    Line,
    Paragraph,
    References,
    Strong,
    Table,
)

_SPECIAL = re.compile(r"[\\`*_\[\]<|~$]|&(?=#?\w+;)")
# What would begin a list, a rule, a quotation or a heading at the start of a line.
_LEADING = re.compile(r"^(?:[-+](?=[-+\s]|$)|[#>=]|\d+(?=[.)](?:\s|$)))")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto)(:)|\b(www)(\.)")


def escape(text: str) -> str:
    """Text that Markdown shows as it is, within a line."""
    # An entity keeps an address from becoming a link.
    return _SCHEME.sub(
        lambda m: f"{m[1]}&#58;" if m[1] else f"{m[3]}&#46;", _SPECIAL.sub(r"\\\g<0>", text)
    )


def _guard(line: str) -> str:
    """Keep the beginning of a line from meaning anything."""
    start = _LEADING.match(line)
    if start is None:
        return line
    at = start.end() if start[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def to_markdown(document: Document) -> str:
    """Render a document."""
    return _Markdown(document).render()


class _Markdown:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.figures, self.tables = count(1), count(1)

    def render(self) -> str:
        document = self.document
        parts = [f"# {self.line(document.title)}"]
        if document.notice:
            parts.insert(0, f"> **{escape(NOTICE)}**")
        parts += filter(None, map(self.block, document.blocks))
        return "\n\n".join(parts) + "\n"

    def line(self, line: Line) -> str:
        made = []
        for inline in line:
            if isinstance(inline, Strong):
                made.append(f"**{self.line(inline.parts)}**")
            elif isinstance(inline, Evidence):
                made.append(f"*\\[{self.line(inline.parts)}\\]*")
            elif isinstance(inline, Cite):
                labels = [escape(self.document.work(key).label) for key in inline.keys]
                made.append(f"({'; '.join(labels)})")
            else:
                made.append(escape(self.document.plain(inline)))
        return _guard("".join(made).strip())

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return f"{'#' * (block.level + 1)} {self.line(block.line)}"
        if isinstance(block, Paragraph):
            return self.line(block.line)
        if isinstance(block, Bullets):
            return "\n".join(f"- {self.line(item)}" for item in block.items)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Callout):
            inner = "\n\n".join(self.block(part) for part in block.blocks)
            return "\n".join(f"> {row}".rstrip() for row in inner.split("\n"))
        if isinstance(block, Code):
            rows = [self.document.plain(ref) for ref in block.refs]
            return "\n".join(f"    {row}" for row in rows)
        if isinstance(block, Inspector):
            return ""
        return self.references(block)

    def table(self, table: Table) -> str:
        header = table.header or ((),) * len(table.widths)
        rows = [header, *table.rows]
        cells = [f"| {' | '.join(self.line(cell) for cell in row)} |" for row in rows]
        cells.insert(1, f"|{' --- |' * len(table.widths)}")
        if table.caption:
            title = f"**Table {next(self.tables)}.** {self.line(table.caption)}"
            return "\n".join([title, "", *cells])
        return "\n".join(cells)

    def figure(self, figure: Figure) -> str:
        image = f"![{self.line(figure.alt)}](figures/{figure.name}.svg)"
        return f"{image}\n\n**Figure {next(self.figures)}.** {self.line(figure.caption)}"

    def references(self, _: References) -> str:
        return "\n".join(f"- {_guard(escape(work.full))}" for _, work in self.document.cited())
