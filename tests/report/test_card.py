"""The files of a physiology card: one page, the same bytes, and nothing executed."""

from __future__ import annotations

import json

import pytest

from v1vlm.physiology import Battery, Card, blind_spots, facts
from v1vlm.physiology.card import GRID, Profile, Row
from v1vlm.physiology.facts import THRESHOLDS, Judged, Selected
from v1vlm.physiology.reference import mouse_b
from v1vlm.report.card import write_card
from v1vlm.stimuli import Screen
from v1vlm.twins.energy import load

EVIL = "<script>alert(1)</script>#sys.inputs"


def judged(fact, value: float | None) -> Judged:
    verdict = "disputed" if fact.disputed else "not testable" if value is None else "miss"
    at = tuple(
        Selected(
            threshold=threshold,
            n={"twin": 900, "asked": 800, "placed": 700, "selected": 600, "measurable": 500},
            value=value,
            interval=None if value is None else (value - 0.1, value + 0.1),
            ceiling=0.05 if fact.reference else None,
            verdict=verdict,
            reason="a reason",
        )
        for threshold in THRESHOLDS
    )
    return Judged(
        fact=fact, verdict=verdict, reason="a reason", at=at, hangs_on_selection=value == 0.25
    )


def card(imposed: tuple[str, ...] = (EVIL,), value: float | None = 0.25) -> Card:
    n = {"asked": 800, "placed": 700, "driven": 700, "selected": 600, "measurable": 500}
    named = (("recorded_gabors", "gosi"), ("size", "suppression_index"), ("surround", "cmi"))
    rows = tuple(
        Row(entry=e, name=m, definition="d", n=n, quantiles=tuple(0.1 + 0.5 * p for p in GRID))
        for e, m in named
    )
    return Card(
        twin={**load("neurons=3").card.public(), "name": EVIL},
        battery=Battery(),
        summary={"n_neurons": 900, "n_mapped": 900, "n_driven": 850, "n_with_field": 840},
        measures=rows,
        facts=tuple(judged(fact, value) for fact in facts()),
        blind_spots=blind_spots(Screen()),
        imposed=imposed,
        problems=(EVIL,),
        profiles=tuple(
            Profile(name=name, n=500, x=tuple(range(5, 90, 10)), y=(0.5, 0.9, 1.0, *[0.3] * 6))
            for name in ("size", "direction", "clustering", "depth")
        ),
        reference=mouse_b(),
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return write_card(card())


def test_equal_cards_are_equal_bytes(files) -> None:
    assert write_card(card()) == files
    assert set(files) == {"card.json", "card.html", "card.pdf", "card.svg", "card.csv"}


@pytest.mark.parametrize("imposed", [(), (EVIL,), ("a sentence of a few words " * 3,) * 9])
def test_the_pdf_is_one_page(imposed) -> None:
    pdf = write_card(card(imposed))["card.pdf"]
    assert pdf.startswith(b"%PDF")
    assert b"/Type/Pages/Count 1/" in pdf


def test_the_json_holds_everything_and_is_read_back(files) -> None:
    held = json.loads(files["card.json"])
    assert held["counts"]["miss"] + held["counts"]["disputed"] == len(facts())
    assert held["quantiles_at"] == list(GRID)
    assert held["facts"][0]["at"][1]["n"]["measurable"] == 500
    spots = {spot["id"]: spot for spot in held["blind_spots"]}
    assert spots["temporal_frequency"]["above"] == 15.0
    for extra in ("counts", "quantiles_at", "thresholds", "primary_threshold"):
        held.pop(extra)
    assert Card.from_json(held) == card()


def test_the_html_shows_every_fact_and_runs_nothing(files) -> None:
    page = files["card.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    for fact in facts():
        assert fact.citation.replace("&", "&amp;") in page
    assert page.count("<tr>") == len(facts()) + 1
    assert "miss*" in page
    assert "500 of 800" in page
    assert "simulated subject" in page


def test_the_noise_that_a_twin_lacks_is_said_of_twins_alone(files) -> None:
    says = "compared without the noise of recording"
    assert says in files["card.html"].decode()
    mouse = card().model_copy(update={"twin": {**card().twin, "recorded": True}})
    assert says not in write_card(mouse)["card.html"].decode()


def test_the_numbers_drawn_are_written(files) -> None:
    lines = files["card.csv"].decode().splitlines()
    assert lines[0] == "panel,curve,n,x,y"
    assert "Orientation selectivity,twin,500,0.35,0.5" in lines
    assert sum(line.startswith("Orientation selectivity,reference") for line in lines) == 101
    assert "Cross − iso surround,published median,,0.64,0.5" in lines
    assert sum(line.startswith("Size tuning,twin") for line in lines) == 9


def test_a_card_of_nothing_is_still_a_card() -> None:
    nothing = card(value=None).model_copy(update={"measures": (), "profiles": ()})
    page = write_card(nothing)["card.html"].decode()
    assert "0 pass" in page
