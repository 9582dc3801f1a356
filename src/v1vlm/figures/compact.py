"""The same drawing in fewer bytes: what matplotlib writes as SVG says most things several times."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
PNG, JPEG = "data:image/png;base64", "data:image/jpeg;base64"
QUALITY = 85
POINTS_MIN = 3
"""From so many points of one shape on, they are drawn as paths, one for each colour."""

_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_MOVED = re.compile(r"translate\([^)]*\)")
_LENGTHS = {"M": 2, "L": 2, "Q": 4, "C": 6}

Point = tuple[float, float]


def compact(svg: str, lossy_px: int | None = None) -> str:
    """Write an SVG of matplotlib in fewer bytes; equal drawings give equal text.

    Coordinates are rounded to hundredths of a point, finer than any print. Styles become
    attributes, so that a page may forbid inline styles; points of a scatter become one path for
    each colour; images lose the channels that they do not use, and grey ones of `lossy_px`
    pixels across become JPEG.
    """
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    root = ET.fromstring(svg)
    shapes = {e.get("id"): e.get("d", "") for e in root.iter(_named("path")) if e.get("id")}
    for element in root.iter():
        _tidy(element)
        if element.tag == _named("image"):
            _shrink(element, lossy_px)
    for element in list(root.iter()):
        _gather_points(element, shapes)
    # A rule for every element would win over the attributes; joints are inherited instead.
    root.set("stroke-linejoin", "round")
    for defs in root.iter(_named("defs")):
        for style in defs.findall(_named("style")):
            defs.remove(style)
    _drop_ids(root)
    _unwrap(root)
    for element in list(root.iter()):
        _merge_shapes(element)
    for element in root.iter():
        element.text = element.tail = None
        if element.get("d"):
            element.set("d", short_path(element.get("d", "")))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _named(tag: str) -> str:
    return f"{{{SVG}}}{tag}"


def _tidy(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    for item in filter(None, style.split(";")):
        name, _, value = item.partition(":")
        element.set(name.strip(), value.strip())
    for name in ("x", "y"):
        if name in element.attrib and element.tag != _named("image"):
            element.set(name, _LONG.sub(_rounded, element.attrib[name]))
    if "transform" in element.attrib:
        moved = _MOVED.sub(lambda m: _LONG.sub(_rounded, m[0]), element.attrib["transform"])
        element.set("transform", moved)
    # A glyph of a line of text is moved along by nothing but its place.
    along = re.fullmatch(r"translate\((-?[\d.]+) 0\)", element.get("transform", ""))
    if element.tag == _named("use") and along:
        del element.attrib["transform"]
        element.set("x", along[1])


def _rounded(number: re.Match[str]) -> str:
    return _digits(round(float(number[0]) * 100))


# paths


def short_path(path: str) -> str:
    """A path of M, L, Q, C and z with relative coordinates in hundredths.

    Differences are taken between rounded places, so that no error adds up.
    """
    made: list[str] = []
    at, start, last = (0, 0), (0, 0), ""
    for command, numbers in _segments(path):
        if command == "z":
            made.append("z")
            at, last = start, "z"
            continue
        places = [round(n * 100) for n in numbers]
        moves = [place - at[i % 2] for i, place in enumerate(places)]
        letter = command.lower() if made else "M"
        if letter == "l" and 0 in moves:
            letter, moves = ("v", moves[1:]) if not moves[0] and moves[1] else ("h", moves[:1])
        # What follows a move without a letter is a line.
        drawn = "" if letter == last and letter != "m" else letter
        made.append(drawn + _joined(moves, after_digit=not drawn))
        at, last = (places[-2], places[-1]), letter
        if command == "M":
            start = at
    return "".join(made)


def _segments(path: str) -> Iterator[tuple[str, list[float]]]:
    tokens = _TOKEN.findall(path)
    at, command = 0, "M"
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        if command in "zZ":
            yield "z", []
            continue
        length = _LENGTHS[command]
        yield command, [float(token) for token in tokens[at : at + length]]
        at += length


def _joined(hundredths: list[int], *, after_digit: bool) -> str:
    made = ""
    for value in hundredths:
        digits = _digits(value)
        made += digits if digits[0] == "-" or not (made or after_digit) else f" {digits}"
    return made


def _digits(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return sign + (decimals if decimals and not whole else f"{whole}{decimals}")


# points


def _gather_points(parent: ET.Element, shapes: dict[str | None, str]) -> None:
    """Draw consecutive points of one shape together."""
    children: list[ET.Element] = []
    for key, run in groupby(list(parent), key=_point_of):
        found = list(run)
        if key is None or len(found) < POINTS_MIN or not shapes.get(key[1]):
            children += found
        else:
            children.append(_points([group[0] for group in found], key[0], shapes[key[1]]))
    parent[:] = children


def _point_of(group: ET.Element) -> tuple[str, str] | None:
    """Clip path and shape of a group that holds a single, plain point."""
    inner = list(group)
    if group.tag != _named("g") or "clip-path" not in group.attrib or len(inner) != 1:
        return None
    use = inner[0]
    if use.tag != _named("use") or set(use.attrib) != {HREF, "x", "y", "fill"}:
        return None
    return group.attrib["clip-path"], use.attrib[HREF][1:]


def _points(uses: list[ET.Element], clip: str, shape: str) -> ET.Element:
    group = ET.Element(_named("g"), {"clip-path": clip})
    segments = list(_segments(shape))
    round_ = any(command == "C" for command, _ in segments)
    if round_:
        # A line without length and with round ends is a disc.
        width = 2 * max(abs(n) for _, numbers in segments for n in numbers)
        group.attrib |= {
            "fill": "none",
            "stroke-linecap": "round",
            "stroke-width": _digits(round(width * 100)),
        }
    colours: dict[str, list[Point]] = {}
    for use in uses:
        place = float(use.attrib["x"]), float(use.attrib["y"])
        colours.setdefault(use.attrib["fill"], []).append(place)
    for colour in sorted(colours):
        drawn = "".join(_dot(place, [] if round_ else segments) for place in colours[colour])
        kind = "stroke" if round_ else "fill"
        ET.SubElement(group, _named("path"), {kind: colour, "d": drawn})
    return group


def _dot(place: Point, segments: list[tuple[str, list[float]]]) -> str:
    x, y = place
    if not segments:
        return f"M {x} {y} L {x} {y} "
    moved = np.array([n[-2:] for _, n in segments if n]) + place
    return "M " + " L ".join(f"{a:.2f} {b:.2f}" for a, b in moved) + " z "


def _merge_shapes(parent: ET.Element) -> None:
    """Draw consecutive shapes that differ in colour alone as one path for each colour."""
    children: list[ET.Element] = []
    for clip, run in groupby(list(parent), key=_shape_of):
        found = list(run)
        if clip is None or len(found) < POINTS_MIN:
            children += found
            continue
        drawn: dict[str, str] = {}
        for shape in found:
            colour = shape.attrib["fill"]
            drawn[colour] = f"{drawn.get(colour, '')} {shape.attrib['d']}"
        group = ET.Element(_named("g"), {"clip-path": clip})
        for colour in sorted(drawn):
            ET.SubElement(group, _named("path"), {"fill": colour, "d": drawn[colour]})
        children.append(group)
    parent[:] = children


def _shape_of(element: ET.Element) -> str | None:
    """Clip path of a plain closed shape."""
    if element.tag != _named("path") or set(element.attrib) != {"clip-path", "fill", "d"}:
        return None
    return element.attrib["clip-path"]


# structure


def _drop_ids(root: ET.Element) -> None:
    used = {
        name
        for element in root.iter()
        for value in element.attrib.values()
        for name in re.findall(r"^#(.+)|url\(#([^)]+)\)", value)
        for name in name
    }
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    for parent in root.iter():
        for defs in [child for child in parent if child.tag == _named("defs")]:
            for path in [p for p in defs if p.tag == _named("path") and "id" not in p.attrib]:
                defs.remove(path)


def _unwrap(parent: ET.Element) -> None:
    """Replace groups that say nothing by what they hold; drop what paints nothing."""
    children: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        if child.tag in (_named("g"), _named("defs")) and not len(child):
            continue
        if child.tag == _named("path") and child.get("fill") == "none" and not child.get("stroke"):
            continue
        children += list(child) if child.tag == _named("g") and not child.attrib else [child]
    parent[:] = children


# images


def _shrink(element: ET.Element, lossy_px: int | None) -> None:
    """A PNG with as few channels as its colours need, or a JPEG, which is drawn smoothly."""
    from PIL import Image

    head, _, data = element.attrib[HREF].partition(",")
    data = "".join(data.split())
    if head != PNG:
        return
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA"))
    opaque = (pixels[..., 3] == 255).all()
    colours, number = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    alpha: dict[str, bytes] = {}
    if opaque and (colours[:, :3] == colours[:, :1]).all():
        image = Image.fromarray(np.ascontiguousarray(pixels[..., 0]))
        if lossy_px is not None and image.width >= lossy_px:
            element.attrib.pop("image-rendering", None)
            element.set(HREF, f"{JPEG},{_encoded(image, 'JPEG', quality=QUALITY)}")
            return
    elif len(colours) <= 256:
        image = Image.fromarray(number.reshape(pixels.shape[:2]).astype(np.uint8))
        image.putpalette(colours[:, :3].astype(np.uint8).tobytes())
        alpha = {} if opaque else {"transparency": colours[:, 3].astype(np.uint8).tobytes()}
    else:
        image = Image.fromarray(np.ascontiguousarray(pixels[..., : 3 if opaque else 4]))
    element.set(HREF, f"{PNG},{_encoded(image, 'PNG', optimize=True, **alpha)}")


def _encoded(image: Any, kind: str, **options: Any) -> str:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return base64.b64encode(buffer.getvalue()).decode()
