"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import html
import re
from importlib.resources import files
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
    Line,
    Paragraph,
    References,
    Strong,
    Table,
)

# No script, no request: whatever a text smuggles in, the browser neither runs nor fetches it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def escape(text: str) -> str:
    """Text that HTML shows as it is."""
    return html.escape(text, quote=True)


def to_html(document: Document) -> str:
    """Render a document."""
    return _Html(document).render()


class _Html:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.figures, self.tables, self.sections = count(1), count(1), count(1)
        self.contents: list[str] = []

    def render(self) -> str:
        document = self.document
        style = files("v1vlm.report").joinpath("report.css").read_text("utf-8")
        body = "\n".join(self.block(block) for block in document.blocks)
        banner = f'<p class="notice" role="note">{escape(NOTICE)}</p>\n' if document.notice else ""
        contents = "".join(self.contents)
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(document.words(document.title))}</title>\n"
            f"<style>\n{style}</style>\n</head>\n<body>\n{banner}<main>\n"
            f"<h1>{self.line(document.title)}</h1>\n"
            f'<nav aria-label="Sections"><ul>{contents}</ul></nav>\n'
            f"{body}\n</main>\n</body>\n</html>\n"
        )

    def line(self, line: Line) -> str:
        made = []
        for inline in line:
            if isinstance(inline, Strong):
                made.append(f"<strong>{self.line(inline.parts)}</strong>")
            elif isinstance(inline, Evidence):
                words = self.line(inline.parts)
                made.append(f'<small class="evidence {inline.kind}">{words}</small>')
            elif isinstance(inline, Cite):
                made.append(f"({'; '.join(self.link(key) for key in inline.keys)})")
            else:
                made.append(escape(self.document.unbroken(inline)))
        return "".join(made)

    def link(self, key: str) -> str:
        return f'<a href="#{escape(key)}">{escape(self.document.work(key).label)}</a>'

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Paragraph):
            return f"<p>{self.line(block.line)}</p>"
        if isinstance(block, Bullets):
            items = "\n".join(f"<li>{self.line(item)}</li>" for item in block.items)
            return f"<ul>\n{items}\n</ul>"
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Callout):
            inner = "\n".join(self.block(part) for part in block.blocks)
            return f'<aside class="{block.kind}">\n{inner}\n</aside>'
        if isinstance(block, Code):
            rows = "\n".join(escape(self.document.plain(ref)) for ref in block.refs)
            return f"<pre><code>{rows}</code></pre>"
        return self.references(block)

    def heading(self, heading: Heading) -> str:
        tag, words = f"h{heading.level + 1}", self.line(heading.line)
        if heading.level > 1:
            return f"<{tag}>{words}</{tag}>"
        anchor = f"section-{next(self.sections)}"
        self.contents.append(f'<li><a href="#{anchor}">{words}</a></li>')
        return f'<{tag} id="{anchor}">{words}</{tag}>'

    def table(self, table: Table) -> str:
        total = sum(table.widths)
        columns = "".join(f'<col style="width:{100 * w / total:.4g}%">' for w in table.widths)
        parts = [f"<colgroup>{columns}</colgroup>"]
        if table.caption:
            words = f"<b>Table {next(self.tables)}.</b> {self.line(table.caption)}"
            parts.insert(0, f"<caption>{words}</caption>")
        if table.header:
            cells = "".join(f'<th scope="col">{self.line(cell)}</th>' for cell in table.header)
            parts.append(f"<thead><tr>{cells}</tr></thead>")
        parts += [self.row(row, named=not table.header) for row in table.rows]
        kind = "grid" if table.header else "pairs"
        rows = "\n".join(parts)
        return f'<div class="scroll"><table class="{kind}">\n{rows}\n</table></div>'

    def row(self, row: tuple[Line, ...], *, named: bool) -> str:
        cells = [f"<td>{self.line(cell)}</td>" for cell in row]
        if named:
            cells[0] = f'<th scope="row">{self.line(row[0])}</th>'
        return f"<tr>{''.join(cells)}</tr>"

    def figure(self, figure: Figure) -> str:
        alt = escape(self.document.words(figure.alt))
        svg = inline_svg(self.document.figures[figure.name], figure.name, alt)
        caption = f"<b>Figure {next(self.figures)}.</b> {self.line(figure.caption)}"
        drawing = f'<div class="scroll">{svg}</div>'
        return f"<figure>\n{drawing}\n<figcaption>{caption}</figcaption>\n</figure>"

    def references(self, _: References) -> str:
        items = "\n".join(
            f'<li id="{escape(key)}">{escape(work.full)}</li>'
            for key, work in self.document.cited()
        )
        return f'<ul class="references">\n{items}\n</ul>'


def inline_svg(svg: str, name: str, label: str) -> str:
    """An SVG file as an element of a page: own ids, no prolog, a label for screen readers.

    Parameters
    ----------
    svg : str
        As `v1vlm.figures` writes it.
    name : str
        Made part of every id, so that two figures on a page do not share any.
    label : str
        Escaped text that stands for the drawing.
    """
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<style.*?</style>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
