"""Figures on one page share what they draw alike, and nothing else."""

from __future__ import annotations

import re

from v1vlm.report.svg import Drawings

TEXT = (
    '<g fill="#111" transform="translate(1 2) scale(.1 -.1)"><defs>'
    '<path id="F-1" d="{one}"/><path id="F-2" d="M0 0h2"/></defs>'
    '<use xlink:href="#F-1"/><use xlink:href="#F-2" x="60"/></g>'
)
SVG = (
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" width="10pt" height="10pt" viewBox="0 0 10 10">'
    '<defs><style type="text/css">*{fill: red}</style><clipPath id="p"><rect width="5"/></clipPath>'
    f"</defs>{TEXT}"
    '<g clip-path="url(#p)"><use xlink:href="#F-2"/></g><script>alert(1)</script></svg>'
)


def test_equal_definitions_are_shared_and_others_are_not() -> None:
    page = Drawings()
    first = page.inline(SVG.replace("{one}", "M0 0h1"), "a")
    again = page.inline(SVG.replace("{one}", "M0 0h1"), "a")
    other = page.inline(SVG.replace("{one}", "M0 0h9"), "a")
    assert first == again != other
    shared = page.definitions()
    assert shared.count("<clipPath") == 1
    assert shared.count('d="M0 0h2"') == 1
    assert shared.count("<g ") == 2  # the line of text, with the one glyph and with the other
    ids = re.findall(r' id="(\w+)"', shared)
    assert len(ids) == len(set(ids))
    for drawing in (first, other, shared):
        used = re.findall(r'href="#(\w+)"|url\(#(\w+)\)', drawing)
        assert {name for pair in used for name in pair if name} <= set(ids)


def test_a_drawing_has_a_label_and_brings_no_style_script_or_id() -> None:
    made = Drawings().inline(SVG, '"><script>', "figure-f")
    assert made.startswith('<svg id="figure-f" role="img" aria-label="&quot;&gt;&lt;script&gt;"')
    assert not re.search(r"<style|<script|xmlns|<defs", made)
    assert made.count(" id=") == 1
