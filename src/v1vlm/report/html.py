"""The report as one HTML file that needs nothing else.

Everything is there to be read without any script; the script that comes with it, and no other,
shows what stands behind the numbers.
"""

from __future__ import annotations

import base64
import hashlib
import html
from importlib.resources import files
from itertools import count

from v1vlm.report import marks
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
    Ref,
    Reference,
    References,
    Strong,
    Table,
)
from v1vlm.report.pack import Packed, sprite
from v1vlm.report.svg import Drawings


def escape(text: str) -> str:
    """Text that HTML shows as it is."""
    return html.escape(text, quote=True)


def to_html(document: Document) -> str:
    """Render a document; equal documents give equal text."""
    return _Html(document).render()


def head(title: str, style: str, script: str = "") -> str:
    """The head of a page that fetches nothing, and runs and wears nothing but what is given here.

    Whatever a text smuggles in, the browser neither runs it nor lets it change how a page looks:
    script and style are allowed by their digests alone.
    """
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; img-src data:; base-uri 'none'; "
        f"form-action 'none'{f'; script-src {_digest(script)}' if script else ''}"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def packaged(name: str) -> str:
    """A file beside this module."""
    return files("v1vlm.report").joinpath(name).read_text("utf-8")


class _Html:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.figures, self.tables, self.sections = count(1), count(1), count(1)
        self.contents: list[str] = []
        self.packed = Packed(document.behind)
        self.drawings = Drawings()
        self.linking = True

    def render(self) -> str:
        document = self.document
        style, script = packaged("report.css") + marks.css(), packaged("report.js")
        title = self.line(document.title)
        body = "\n".join(self.block(block) for block in document.blocks)
        banner = f'<p class="notice" role="note">{escape(NOTICE)}</p>\n' if document.notice else ""
        contents = "".join(self.contents)
        return (
            f"{head(document.words(document.title), style, script)}<body>\n{banner}"
            f"{self.drawings.definitions()}<main>\n<h1>{title}</h1>\n"
            f'<nav aria-label="Sections"><ul>{contents}</ul></nav>\n{body}\n</main>\n'
            f'<script type="application/json" id="behind">{self.packed.json()}</script>\n'
            f"<script>{script}</script>\n</body>\n</html>\n"
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
            elif isinstance(inline, Ref):
                made.append(self.quoted(inline))
            else:
                made.append(escape(self.document.unbroken(inline)))
        return "".join(made)

    def quoted(self, ref: Ref) -> str:
        """A value of the study, with what the script shows of it."""
        words = escape(self.document.unbroken(ref))
        mark, trial = self.document.mark(ref), self.document.leads_to(ref)
        if mark is not None:
            about = f' data-claim="{ref.path[1]}"' if ref.path[0] == "trials" else ""
            return f'<span class="mark {marks.css_class(mark)}"{about}>{words}</span>'
        if trial is not None and self.linking:
            return f'<a href="#result-{trial}" data-claim="{trial}">{words}</a>'
        if ref.path in self.packed.number:
            return f'<span data-of="{self.packed.number[ref.path]}">{words}</span>'
        return words

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
            return f'<pre tabindex="0"><code>{rows}</code></pre>'
        if isinstance(block, Inspector):
            return self.inspector()
        return self.references(block)

    def heading(self, heading: Heading) -> str:
        # A heading that leads to itself would be no help.
        self.linking = False
        tag, words = f"h{heading.level + 1}", self.line(heading.line)
        self.linking = True
        if heading.trial is not None:
            return f'<{tag} id="result-{heading.trial}">{words}</{tag}>'
        if heading.level > 1:
            return f"<{tag}>{words}</{tag}>"
        anchor = f"section-{next(self.sections)}"
        self.contents.append(f'<li><a href="#{anchor}">{words}</a></li>')
        return f'<{tag} id="{anchor}">{words}</{tag}>'

    def inspector(self) -> str:
        """Room for the script, which alone can fill it."""
        if self.document.behind.neurons is None:
            return ""
        self.contents.append('<li class="scripted"><a href="#neurons">Inspect neurons</a></li>')
        return '<section id="neurons" class="scripted" aria-label="Inspect neurons"></section>'

    def table(self, table: Table) -> str:
        total = sum(table.widths)
        columns = "".join(f'<col width="{100 * w / total:.4g}%">' for w in table.widths)
        parts = [f"<colgroup>{columns}</colgroup>"]
        if table.caption:
            words = f"<b>Table {next(self.tables)}.</b> {self.line(table.caption)}"
            parts.insert(0, f"<caption>{words}</caption>")
        if table.header:
            cells = "".join(f'<th scope="col">{self.line(cell)}</th>' for cell in table.header)
            parts.append(f"<thead><tr>{cells}</tr></thead>")
        about = [f' data-trial="{trial}"' for trial in table.trials] or [""] * len(table.rows)
        rows = [
            self.row(row, which, named=not table.header)
            for row, which in zip(table.rows, about, strict=True)
        ]
        parts.append("<tbody>\n" + "\n".join(rows) + "\n</tbody>")
        kind = "grid" if table.header else "pairs"
        sortable = " sortable" if table.trials else ""
        whole = "\n".join(parts)
        return f'<div class="scroll"><table class="{kind}{sortable}">\n{whole}\n</table></div>'

    def row(self, row: tuple[Line, ...], about: str, *, named: bool) -> str:
        cells = [f"<td>{self.line(cell)}</td>" for cell in row]
        if named:
            cells[0] = f'<th scope="row">{self.line(row[0])}</th>'
        return f"<tr{about}>{''.join(cells)}</tr>"

    def figure(self, figure: Figure) -> str:
        name = f"figure-{figure.name}"
        label = self.document.words(figure.alt)
        svg = self.drawings.inline(self.document.figures[figure.name], label, name)
        caption = f"<b>Figure {next(self.figures)}.</b> {self.line(figure.caption)}"
        return (
            f'<figure>\n<div class="scroll">{svg}</div>\n{self.movie(figure.name)}'
            f"<figcaption>{caption}</figcaption>\n</figure>"
        )

    def movie(self, name: str) -> str:
        """The frames of what moves, which the script plays."""
        movie = self.document.behind.movies.get(name)
        if movie is None:
            return ""
        n_conditions, n_frames, height, width = movie.frames.shape
        return (
            f'<img class="movie" alt="" src="{sprite(movie)}" width="{n_conditions * width}" '
            f'height="{n_frames * height}" data-conditions="{n_conditions}" '
            f'data-frames="{n_frames}" data-rate="{movie.rate_hz:.6g}">\n'
        )

    def references(self, _: References) -> str:
        items = "\n".join(
            f'<li id="{escape(key)}">{self.entry(work)}</li>' for key, work in self.document.cited()
        )
        return f'<ul class="references">\n{items}\n</ul>'

    def entry(self, work: Reference) -> str:
        """A work in full, with its DOI as a link where that is one."""
        before, doi, after = work.parts
        link = f'<a href="{escape(work.address)}" rel="noreferrer">{escape(doi)}</a>' * bool(doi)
        return f"{escape(before)}{link}{escape(after)}"
