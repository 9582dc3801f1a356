"""The physiology card as files: JSON for programs, one page of PDF, HTML for a browser."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from v1vlm.figures.card import Panel, card_figure
from v1vlm.physiology.battery import PROTOCOLS_SHOWN
from v1vlm.physiology.card import GRID, SELECTIVE, Card
from v1vlm.physiology.facts import PRIMARY, THRESHOLDS, Judged
from v1vlm.physiology.reference import RecordedMouse, facts
from v1vlm.physiology.statistics import SIZE_CURVE
from v1vlm.records import canonical_json
from v1vlm.report.document import NOTICE
from v1vlm.report.formats import clean, number
from v1vlm.report.html import escape, head, packaged
from v1vlm.report.svg import Drawings

_PANELS = (
    ("recorded_gabors", "gosi", "Orientation selectivity", "gOSI, recorded Gabors", "gosi"),
    ("recorded_gabors", "gdsi", "Direction selectivity", "gDSI, recorded Gabors", "gdsi"),
    (
        *("spatial_frequency", "preferred_sf_cpd"),
        *("Spatial frequency", "cycles/°", "spatial_frequency"),
    ),
    ("temporal_frequency", "preferred_tf_hz", "Temporal frequency", "Hz", None),
    ("contrast", "c50", "Contrast", "c50", "c50"),
    ("size", "preferred_size_deg", "Preferred size", "°", "preferred_size"),
    ("size", "suppression_index", "Size suppression", "suppression index", None),
    ("surround", "cmi", "Cross − iso surround", "CMI", "cmi"),
    ("phase", "f1_f0", "Simple and complex", "F1/F0", None),
    ("natural", "texture_index", "Natural − scrambled", "texture index", "texture"),
    ("natural", "sparseness", "Sparseness", "over natural images", None),
    ("characterisation", "rf_sd_deg", "Receptive field", "SD (°)", None),
)
"""Entry, measure, title, label, and the fact whose reference is drawn in."""

_PROFILES = (
    ("size", "Size tuning", "diameter (°)", "response"),
    ("direction", "Preferred direction", "°, 90 is down", "share"),
    ("clustering", "Clustering of orientation", "distance in cortex (µm)", "mean cos 2Δ"),
    ("depth", "Depth", "µm", "median gOSI"),
)
"""Curves over the population: name, title, labels."""

NOISELESS = (
    "gOSI and gDSI are compared without the noise of recording: that of few trials raises the "
    "recorded ones."
)

_SIZES = tuple(float(d) for d in PROTOCOLS_SHOWN["size"].axes()["diameter_deg"])


def write_card(card: Card) -> dict[str, bytes]:
    """Write a card: equal cards give equal bytes.

    Parameters
    ----------
    card : Card

    Returns
    -------
    dict
        Content of ``card.json``, ``card.html``, ``card.pdf``, ``card.svg`` and ``card.csv``.
    """
    figure = card_figure(_panels(card))
    page = _page(card)
    return {
        "card.json": (json.dumps(_json(card), indent=1, ensure_ascii=False) + "\n").encode(),
        "card.html": _html(page, figure.svg).encode(),
        "card.pdf": _pdf(page, figure.svg),
        "card.svg": figure.svg.encode(),
        "card.csv": figure.csv.encode(),
    }


def _json(card: Card) -> dict[str, Any]:
    counts = {"counts": card.counts(), "quantiles_at": list(GRID), "thresholds": list(THRESHOLDS)}
    return {**card.to_json(), **counts, "primary_threshold": PRIMARY}


def _panels(card: Card) -> list[Panel]:
    by_id = {fact.id: fact for fact in facts()}
    made = []
    for entry, name, title, label, about in _PANELS:
        row = card.row(entry, name)
        found = row is not None and len(row.quantiles) > 0
        fact = by_id[about] if about is not None else None
        reference, passes = None, None
        if fact is not None and fact.reference is not None:
            table = card.reference.distribution(fact.reference)
            reference = table.quantiles.tolist(), table.probabilities.tolist()
        elif fact is not None and fact.low is not None and fact.high is not None:
            passes = fact.low, fact.high
        made.append(
            Panel(
                title=title,
                x_label=label,
                n=row.n["measurable"] if row is not None else 0,
                x=row.quantiles if row is not None and found else (),
                y=GRID if found else (),
                reference=reference,
                passes=passes,
                median=None if fact is None else fact.published,
            )
        )
    curves = [_profile(card, *drawn) for drawn in _PROFILES]
    panels = [*made[:6], curves[0], *made[6:], *curves[1:]]
    if card.twin.get("recorded"):
        # Little was recorded; of a twin an empty panel says that it answered nothing.
        panels = [panel for panel in panels if len(panel.x)] or panels
    return panels


def _profile(card: Card, name: str, title: str, x_label: str, y_label: str) -> Panel:
    found = card.profile(name)
    curve = card.reference.profiles.get(name)
    reference = None if curve is None else (curve.x, curve.y)
    if name == "size":
        reference = _SIZES, tuple(SIZE_CURVE.tolist())
    return Panel(
        title=title,
        x_label=x_label,
        y_label=y_label,
        n=0 if found is None else found.n,
        x=() if found is None else found.x,
        y=() if found is None else found.y,
        reference=reference,
    )


def _page(card: Card) -> dict[str, Any]:
    """Everything that is set, as text."""
    twin, counts = card.twin, card.counts()
    tally = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    who = f"{twin['species']}, {twin['area']}, mouse {', '.join(twin['mice'])}. " + _neurons(card)
    return {
        "notice": NOTICE if twin.get("planted") else "",
        "title": clean(f"Physiology of {twin['name']}"),
        "who": clean(who),
        "tally": f"{len(card.facts)} facts of mouse V1: {tally}.",
        "legend": _legend(card),
        "problems": [clean(problem) for problem in card.problems],
        "rows": [_row(one, card.reference) for one in card.facts],
        "head": ["Fact", "Twin", "95 %", "Passes", "n", "Recorded", "Source", ""],
        "note": "* The verdict changes under another selection of neurons "
        f"(thresholds {', '.join(number(t) for t in THRESHOLDS)}). ~ A bound of what passes lies "
        "within the interval. n is measurable of asked.",
        "blind": [
            clean(f"{spot.id.replace('_', ' ')}: {spot.why}")
            for spot in card.blind_spots
            if spot.origin != "fact"
        ],
        "imposed": [clean(text) for text in card.imposed],
    }


def _legend(card: Card) -> str:
    recorded_ = card.twin.get("recorded")
    measured = "n: neurons that could be measured"
    if not recorded_:
        measured += ", of those that natural images drive with at least "
        measured += f"{number(PRIMARY)} of the recorded SD, if known, or the median neuron's"
    return (
        f"Blue: {'these recordings' if recorded_ else 'the twin'}. Orange: recorded in "
        f"mouse {clean(card.reference.mouse)}, or published (diamond: median). Grey band: where "
        f"the median passes. {measured}; for direction and clustering those with a gOSI of "
        f"{number(SELECTIVE)}." + ("" if recorded_ else f" {NOISELESS}")
    )


def _neurons(card: Card) -> str:
    summary = card.summary
    if card.twin.get("recorded"):
        return (
            f"{summary['n_neurons']} recorded neurons, {summary['n_driven']} with a tuning curve."
        )
    mapped = summary["n_mapped"]
    drawn = {r.n["asked"] for r in card.measures if r.entry in ("size", "surround", "contrast")}
    return (
        f"{summary['n_neurons']} neurons: {summary['n_driven']} driven by natural images, "
        f"{summary['n_with_field']} with a receptive field"
        + (f" of {mapped} looked at" if mapped < summary["n_neurons"] else "")
        + (f"; {max(drawn)} drawn for the protocols shown there." if drawn else ".")
    )


def _row(one: Judged, mouse: RecordedMouse) -> dict[str, Any]:
    chosen = one.primary
    asked, left = chosen.n.get("asked"), chosen.n.get("measurable")
    interval = " to ".join(_short(x) for x in chosen.interval or ())
    # A miss can be seen from the value and what passes.
    why = one.reason if one.verdict not in ("pass", "miss") else ""
    return {
        "verdict": one.said,
        "kind": one.verdict,
        "text": clean(one.fact.text),
        "why": clean(why),
        "cells": [
            "" if chosen.value is None else _label(one) + _short(chosen.value),
            interval,
            _passes(one),
            "" if asked is None else f"{left} of {asked}",
            clean(mouse.said(one.fact)),
            clean(one.fact.citation),
        ],
    }


def _passes(one: Judged) -> str:
    fact, limit = one.fact, one.primary.ceiling
    if fact.low is not None and fact.high is not None:
        return f"{number(fact.low)} to {number(fact.high)}"
    return "" if limit is None else f"to {_short(limit + fact.tolerance)}"


def _label(one: Judged) -> str:
    return "KS " if one.fact.reference is not None else ""


def _short(value: float) -> str:
    return number(float(f"{value:.2g}")) if abs(value) >= 0.005 else "0"


def _pdf(page: dict[str, Any], svg: str) -> bytes:
    import typst

    template = files("v1vlm.report").joinpath("card.typ").read_bytes()
    made: bytes = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"card": canonical_json({**page, "svg": svg})},
        timestamp=0,
    )
    return made


def _html(page: dict[str, Any], svg: str) -> str:
    notice = f'<p class="notice" role="note">{escape(page["notice"])}</p>' * bool(page["notice"])
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in page["head"])
    rows = "\n".join(_html_row(row) for row in page["rows"])
    drawings = Drawings()
    drawing = drawings.inline(svg, "Distributions over neurons. " + page["legend"])
    return (
        f"{head(page['title'], packaged('report.css') + packaged('card.css'))}"
        f"<body>\n{notice}{drawings.definitions()}<main>\n<h1>{escape(page['title'])}</h1>\n"
        f"<p>{escape(page['who'])}</p>\n<p><strong>{escape(page['tally'])}</strong></p>\n"
        f"{_html_list('Problems', page['problems'], 'warning')}"
        f'<figure><div class="scroll">{drawing}</div>'
        f"<figcaption>{escape(page['legend'])}</figcaption></figure>\n"
        f'<div class="scroll"><table class="grid">\n<thead><tr>{columns}</tr></thead>\n{rows}\n'
        f"</table></div>\n<p>{escape(page['note'])}</p>\n"
        f"{_html_list('Blind: cannot be asked of this twin', page['blind'])}"
        f"{_html_list('Said by its makers: imposed or missing', page['imposed'])}"
        "</main>\n</body>\n</html>\n"
    )


def _html_row(row: dict[str, Any]) -> str:
    why = f'<br><span class="why">{escape(row["why"])}</span>' if row["why"] else ""
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row["cells"])
    kind = row["kind"].replace(" ", "-")
    verdict = f'<td class="{kind}">{escape(row["verdict"])}</td>'
    return f'<tr><th scope="row">{escape(row["text"])}{why}</th>{cells}{verdict}</tr>'


def _html_list(title: str, items: list[str], kind: str = "") -> str:
    if not items:
        return ""
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f'<aside class="{kind}"><h3>{escape(title)}</h3><ul>{listed}</ul></aside>\n'
