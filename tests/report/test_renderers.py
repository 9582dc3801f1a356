"""Whatever a text holds, it is shown as text in all three formats."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from v1vlm.report import to_html, to_markdown, to_pdf
from v1vlm.report.behind import Behind, Origin
from v1vlm.report.document import (
    Block,
    Bullets,
    Callout,
    Cite,
    Code,
    Document,
    Figure,
    Heading,
    Inspector,
    Paragraph,
    Ref,
    Reference,
    References,
    Table,
    Text,
    strong,
)
from v1vlm.report.formats import clean
from v1vlm.report.pdf import _tree

HOSTILE = (
    '#read("/etc/passwd")',
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "$ x^2 $ and `code` and ```fence```",
    "@work <label> @everyone",
    "*bold* _it_ ~~gone~~ | cell | \\ back \\* slash",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "> quotation",
    "---",
    "=== rule",
    "&lt;b&gt; &amp; &#60; x & y",
    "<https://evil.example> https://evil.example www.evil.example",
    "]] [[H1.estimate]] {braces} #{1+1} #[x] // comment /* c */",
    '" onload="alert(1)',
    "line one\n\n# line two\n\n<b>",
    "a\x00b\u202ec",
    "</script><script>alert(1)</script><!-- --> ]]>",
    "'; script-src *; img-src *",
)
SVG = (
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" width="10pt" height="10pt" viewBox="0 0 10 10">'
    '<defs><style type="text/css">*{fill: red}</style><path id="p" d="M 0 0 L 5 5"/></defs>'
    '<g clip-path="url(#p)"><use xlink:href="#p"/></g></svg>'
)


def hostile_document(text: str) -> Document:
    ref = Ref(("text",))
    cell = (ref,)
    inner: tuple[Block, ...] = (Paragraph(cell), Bullets((cell,)))
    return Document(
        title=cell,
        blocks=(
            Heading(1, cell),
            Paragraph((ref, Text(" "), strong(ref), Text(" "), Cite(("ctx:a",)))),
            Table((1, 1), ((cell, cell),), (cell, cell), cell),
            Table((1, 1), ((cell, cell),)),
            Callout("warning", inner),
            Figure("f", cell, cell),
            Code((ref,)),
            Table((1,), ((cell,),), (cell,), trials=(0,)),
            Inspector(),
            References(),
        ),
        values={"text": text},
        works={"ctx:a": Reference(text, text, text)},
        figures={"f": SVG},
        behind=Behind(
            origins={("text",): Origin(text, text, 0, text, text, 1, (1,), (text,), text)},
            claims=({"id": text, "title": text, "statement": text, "measure": text},),
        ),
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.json = ""
        self._is_json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._is_json = ("type", "application/json") in attrs

    def handle_data(self, data: str) -> None:
        if self._is_json:
            self.json += data
        else:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_json = False


def page(html: str) -> _Page:
    parser = _Page()
    parser.feed(html)
    return parser


def markdown_words(markdown: str) -> tuple[str, set[str]]:
    """Text and kinds of nodes that an independent parser finds."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    words, kinds = [], set()
    for token in parser.parse(markdown):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            parts = child.children or () if child.type == "image" else (child,)
            words += [part.content for part in parts]
    return "".join(words), kinds


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_text_as_text(text: str) -> None:
    calm, parsed = page(to_html(hostile_document("calm"))), page(to_html(hostile_document(text)))
    assert parsed.tags == calm.tags
    assert parsed.attributes == calm.attributes
    assert "".join(parsed.words).count(clean(text)) == "".join(calm.words).count("calm")
    carried = json.loads(parsed.json)
    told = ("id", "title", "statement", "measure")
    assert carried["claims"][0] == dict.fromkeys(told, clean(text))
    assert carried["words"] == [clean(text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_text_as_text(text: str) -> None:
    calm_words, calm_kinds = markdown_words(to_markdown(hostile_document("calm")))
    words, kinds = markdown_words(to_markdown(hostile_document(text)))
    assert kinds == calm_kinds
    assert words.count(clean(text).strip()) == calm_words.count("calm")


@given(st.text(alphabet="ab1 \n#*_[]()<>|`~$\\!&;:-+=.{}@\"'", max_size=40))
@settings(max_examples=150, deadline=None)
def test_markdown_keeps_any_text(text: str) -> None:
    whole = Document((), (Paragraph((Ref(("text",)),)),), {"text": f"x{text}x"}, {})
    words, kinds = markdown_words(to_markdown(whole))
    assert words == clean(f"x{text}x")
    assert kinds <= {"heading_open", "heading_close", "inline", "text", "text_special"} | {
        "paragraph_open",
        "paragraph_close",
    }


def test_typst_takes_text_as_data() -> None:
    # All of it at once: one compilation is slow. It would fail on any text that is code.
    document = hostile_document(" § ".join(HOSTILE))
    made = to_pdf(document)
    assert made.startswith(b"%PDF")
    assert made == to_pdf(document)
    program = shutil.which("pdftotext")
    if program is not None:
        done = subprocess.run(
            [program, "-raw", "-", "-"], input=made, capture_output=True, check=True
        )
        words = "".join(done.stdout.decode().split())
        assert '#read("/etc/passwd")' in words
        assert "root:" not in words


def test_the_tree_for_typst_holds_words_only() -> None:
    tree = _tree(hostile_document("calm"))
    assert {node["kind"] for node in tree["blocks"]} == {
        "heading", "paragraph", "table", "callout", "figure", "code", "references"
    }  # fmt: skip
    assert tree["notice"] is None


def test_html_fetches_nothing_and_runs_only_its_own_script() -> None:
    made = to_html(hostile_document("calm"))
    parsed = page(made)
    assert not {"link", "iframe", "object", "base"} & set(parsed.tags)
    assert not [name for name in parsed.attributes if name.startswith("on")]
    assert "style" not in parsed.attributes
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', made)
    script = made[made.rindex("<script>") + 8 : made.rindex("</script>")]
    style = made[made.index("<style>") + 7 : made.index("</style>")]
    allowed = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert allowed == {
        "default-src": "'none'",
        "img-src": "data:",
        "script-src": sha256(script),
        "style-src": sha256(style),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("doi", ["10.1038/nature1", '10.1/"><script>', "10.1234/a b", ""])
def test_only_a_doi_becomes_a_link(doi: str) -> None:
    work = Reference("A, 2020", f"A (2020). Title. doi:{doi}.", doi)
    document = Document(
        (), (Paragraph((Cite(("ctx:a",)),)), References()), {}, {"ctx:a": work}
    )  # fmt: skip
    made = to_html(document)
    assert ('href="https://doi.org/10.1038/nature1"' in made) == (doi == "10.1038/nature1")
    assert "<script>" not in made[: made.index('<script type="application/json"')]
    (entry,) = _tree(document)["blocks"][-1]["works"]
    assert entry["before"] + entry["doi"] + entry["after"] == work.full
