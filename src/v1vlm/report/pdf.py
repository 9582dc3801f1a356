"""The report as PDF, set by typst.

The document reaches typst as JSON that a fixed template reads: text is never part of a
program, so nothing in it can be one.
"""

from __future__ import annotations

import base64
import io
import re
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
    Inspector,
    Line,
    Paragraph,
    Ref,
    Reference,
    Strong,
    Table,
)
from v1vlm.report.formats import clean
from v1vlm.report.marks import MARKS

Node = dict[str, Any]

ENLARGED = 6  # pixels per pixel: viewers of PDF would smooth the twin's few pixels away
SMALL_PX = 128
_PICTURE = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")


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
        **_about(document),
        "blocks": [_block(document, b) for b in document.blocks if not isinstance(b, Inspector)],
    }


def _about(document: Document) -> Node:
    """What the file says of itself; no date, since equal studies are equal reports."""
    version = document.values.get("versions", {}).get("v1vlm", "")
    twin = document.values.get("twin", {}).get("name", "")
    study = document.values.get("study", "")
    measures = sorted({claim["measure"] for claim in document.behind.claims})
    tested = len(document.behind.claims)
    claims = (
        "hypothesis, registered before its"
        if tested == 1
        else "hypotheses, registered before their"
    )
    words = ["in-silico neuroscience", "primary visual cortex", "digital twin", twin, *measures]
    return {
        "name": document.words(document.title),
        "author": f"V1VLM {version}".strip(),
        "keywords": [clean(word) for word in words if word],
        "about": clean(
            f"Report of study {study}: {tested} {claims} data and tested on neurons of the {twin} "
            "digital twin of V1."
            if study
            else ""
        ),
    }


def _line(document: Document, line: Line, *, linking: bool = True) -> list[Node]:
    made: list[Node] = []
    for inline in line:
        if isinstance(inline, Strong):
            made.append({"strong": _line(document, inline.parts, linking=linking)})
        elif isinstance(inline, Evidence):
            words = _line(document, inline.parts, linking=False)
            made.append({"evidence": inline.kind, "line": words})
        elif isinstance(inline, Cite):
            works = [{"key": key, "label": document.work(key).label} for key in inline.keys]
            made.append({"cite": works})
        elif isinstance(inline, Ref):
            made.append(_quoted(document, inline, linking=linking))
        else:
            made.append({"text": document.unbroken(inline)})
    return made


def _quoted(document: Document, ref: Ref, *, linking: bool) -> Node:
    node: Node = {"text": document.unbroken(ref)}
    mark, trial = document.mark(ref), document.leads_to(ref)
    if mark is not None:
        node |= {"ink": MARKS[mark].ink, "ground": MARKS[mark].ground}
    elif trial is not None and linking:
        node["to"] = f"result-{trial}"
    return node


def _block(document: Document, block: Block) -> Node:
    def line(one: Line) -> list[Node]:
        return _line(document, one)

    if isinstance(block, Heading):
        # A heading that leads to itself would be no help.
        words = _line(document, block.line, linking=False)
        name = None if block.trial is None else f"result-{block.trial}"
        return {"kind": "heading", "level": block.level, "line": words, "name": name}
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
        told = {"caption": line(block.caption), "alt": document.words(block.alt)}
        return {"kind": "figure", "svg": _enlarged(document.figures[block.name]), **told}
    if isinstance(block, Callout):
        inner = [_block(document, part) for part in block.blocks]
        return {"kind": "callout", "style": block.kind, "blocks": inner}
    if isinstance(block, Code):
        return {"kind": "code", "rows": [document.plain(ref) for ref in block.refs]}
    listed = [{"key": key, **_entry(work)} for key, work in document.cited()]
    return {"kind": "references", "works": listed}


def _entry(work: Reference) -> Node:
    before, doi, after = work.parts
    return {"before": before, "doi": doi, "after": after, "address": work.address}


def _enlarged(svg: str) -> str:
    """The drawing with its small pictures enlarged, pixel by pixel."""
    from PIL import Image

    def enlarged(found: re.Match[str]) -> str:
        picture = Image.open(io.BytesIO(base64.b64decode(found[0])))
        if max(picture.size) > SMALL_PX:
            return found[0]
        across, down = picture.size
        large = picture.resize((across * ENLARGED, down * ENLARGED), Image.Resampling.NEAREST)
        buffer = io.BytesIO()
        large.save(buffer, "PNG")
        return base64.b64encode(buffer.getvalue()).decode()

    return _PICTURE.sub(enlarged, svg)
