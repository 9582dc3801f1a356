"""Figures on a page: what several of them draw alike is defined once."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_ADDRESS = re.compile(r"url\(#([^)]+)\)")


class Drawings:
    """The figures of one page.

    Every definition (glyph, line of text, marker, clipping path) is named by what it draws, so
    figures share it and no two of them share a name for different things.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def inline(self, svg: str, label: str, name: str = "") -> str:
        """An SVG file as an element of a page: no prolog, no style, no id of its own.

        Parameters
        ----------
        svg : str
            As `v1vlm.figures` writes it.
        label : str
            What stands for the drawing.
        name : str
            Id of the element, if it needs one.
        """
        root = _plain(ET.fromstring(svg))
        found = {e.get("id", ""): e for e in root.iter() if e.get("id")}
        shared = {key: self._share(element) for key, element in found.items() if _defines(element)}
        for parent in root.iter():
            self._gather_glyphs(parent, shared)
        _drop(root, "defs")
        for element in root.iter():
            element.attrib.pop("id", None)
            _rename(element, shared)
        told = {"id": name, "role": "img", "aria-label": label}
        told |= {key: root.attrib.get(key, "") for key in ("viewBox", "stroke-linejoin")}
        root.attrib.clear()
        root.attrib |= {key: value for key, value in told.items() if value}
        return _text(root)

    def definitions(self) -> str:
        """What the figures inlined so far refer to, as an element without size."""
        if not self._names:
            return ""
        made = "".join(
            re.sub(r"^<(\w+)", rf'<\1 id="{name}"', content)
            for content, name in self._names.items()
        )
        return f'<svg class="shared" width="0" height="0" aria-hidden="true">{made}</svg>'

    def _share(self, element: ET.Element) -> str:
        copy = ET.fromstring(_text(element))
        copy.attrib.pop("id", None)
        return self._name(_text(copy))

    def _name(self, content: str) -> str:
        return self._names.setdefault(content, f"d{len(self._names)}")

    def _gather_glyphs(self, group: ET.Element, shared: dict[str, str]) -> None:
        """Make a line of text, a group of glyphs side by side, one definition."""
        inner = [child for child in group if child.tag != "defs"]
        if group.tag != "g" or len(inner) < 2 or "transform" not in group.attrib:
            return
        if not all(e.tag == "use" and set(e.attrib) <= {"href", "x"} for e in inner):
            return
        for use in inner:
            use.set("href", f"#{shared.get(use.attrib['href'][1:], use.attrib['href'][1:])}")
        text = ET.Element("g")
        text.extend(inner)
        name = self._name(_text(text))
        group[:] = []
        group.tag = "use"
        group.set("href", f"#{name}")
        shared[name] = name


def _plain(root: ET.Element) -> ET.Element:
    """The elements without name spaces, which a page has no use for."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key in list(element.attrib):
            if "}" in key:
                element.set(key.rpartition("}")[2], element.attrib.pop(key))
        element.text = element.tail = None
    _drop(root, "style", "metadata", "script")
    return root


def _defines(element: ET.Element) -> bool:
    return element.tag in ("path", "clipPath", "g")


def _drop(parent: ET.Element, *tags: str) -> None:
    parent[:] = [child for child in parent if child.tag not in tags]
    for child in parent:
        _drop(child, *tags)


def _rename(element: ET.Element, shared: dict[str, str]) -> None:
    """Let references lead to the shared names."""
    for key, value in element.attrib.items():
        if key == "href" and value[1:] in shared:
            value = f"#{shared[value[1:]]}"
        value = _ADDRESS.sub(lambda m: f"url(#{shared.get(m[1], m[1])})", value)
        element.set(key, value)


def _text(element: ET.Element) -> str:
    # Nothing between tags, and '>' in a value is written as an entity.
    return ET.tostring(element, encoding="unicode").replace(" />", "/>")
