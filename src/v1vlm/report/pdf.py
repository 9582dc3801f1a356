"""The report as PDF, set by typst.

The document reaches typst as JSON that a fixed template reads: text is never part of a
program, so nothing in it can be one.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from v1vlm.records import canonical_json
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
    Strong,
    Table,
)

Node = dict[str, Any]


def to_pdf(document: Document) -> bytes:
    """Render a document; equal documents give equal bytes."""
    import typst

    template = files("v1vlm.report").joinpath("report.typ").read_bytes()
    made: bytes = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"document": canonical_json(_tree(document))},
        timestamp=0,
    )
    return made


def _tree(document: Document) -> Node:
    return {
        "notice": NOTICE if document.notice else None,
        "title": _line(document, document.title),
        "name": document.words(document.title),
        "blocks": [_block(document, block) for block in document.blocks],
    }


def _line(document: Document, line: Line) -> list[Node]:
    made: list[Node] = []
    for inline in line:
        if isinstance(inline, Strong):
            made.append({"strong": _line(document, inline.parts)})
        elif isinstance(inline, Evidence):
            made.append({"evidence": inline.kind, "line": _line(document, inline.parts)})
        elif isinstance(inline, Cite):
            works = [{"key": key, "label": document.work(key).label} for key in inline.keys]
            made.append({"cite": works})
        else:
            made.append({"text": document.unbroken(inline)})
    return made


def _block(document: Document, block: Block) -> Node:
    def line(one: Line) -> list[Node]:
        return _line(document, one)

    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "line": line(block.line)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "line": line(block.line)}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [line(item) for item in block.items]}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "widths": list(block.widths),
            "header": [line(cell) for cell in block.header],
            "rows": [[line(cell) for cell in row] for row in block.rows],
            "caption": line(block.caption),
        }
    if isinstance(block, Figure):
        words = {"caption": line(block.caption), "alt": document.words(block.alt)}
        return {"kind": "figure", "svg": document.figures[block.name], **words}
    if isinstance(block, Callout):
        inner = [_block(document, part) for part in block.blocks]
        return {"kind": "callout", "style": block.kind, "blocks": inner}
    if isinstance(block, Code):
        return {"kind": "code", "rows": [document.plain(ref) for ref in block.refs]}
    listed = [{"key": key, "full": work.full} for key, work in document.cited()]
    return {"kind": "references", "works": listed}
