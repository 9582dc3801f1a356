"""What the card of the energy twin says when one mechanism is switched off.

    OMP_NUM_THREADS=1 python benchmarks/physiology_mechanisms.py [--memo DIR] [--neurons 1000]
        [--only MECHANISM …]

Makes the card of the twin with everything that a judged fact needs, the same of every variant
without one of its mechanisms, and of those with one that it usually does without. Writes
results/physiology_mechanisms.md and the table of docs/physiology.md; exits with 1 if a fact is
lost that does not depend on the mechanism that was left out.
``--memo`` keeps what was shown, so that a second run shows only what has changed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from v1vlm.physiology import Battery, Card, Fact, Judged, facts, lost, make_card, within_error
from v1vlm.physiology.battery import PROTOCOLS_SHOWN
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore, Store
from v1vlm.twins.energy import load
from v1vlm.twins.energy.mechanisms import MECHANISMS

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "physiology_mechanisms.md"
DOCUMENT = ROOT / "docs" / "physiology.md"
MARKS = "<!-- mechanisms -->", "<!-- end of mechanisms -->"
PLANTED = 0.3
"""Strength of a mechanism that is not there as usual."""

JUDGED = Battery(
    entries=tuple(
        name
        for name in PROTOCOLS_SHOWN
        if any(name in fact.protocols for fact in facts() if not fact.untestable)
    )
)
"""All that a verdict hangs on, at as many places as usual."""


def main() -> int:
    """Make the cards, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memo", type=Path)
    parser.add_argument("--neurons", type=int, default=1000)
    parser.add_argument("--only", nargs="+", choices=[*MECHANISMS], default=[*MECHANISMS])
    options = parser.parse_args()
    usual = card_of("", options)
    cards = {
        name: card_of(f"no-{name}" if one.usual else f"{name}={PLANTED}", options)
        for name, one in MECHANISMS.items()
        if name in options.only
    }
    write(table_of(cards, usual), usual, cards, options.neurons)
    left_out = {name: card for name, card in cards.items() if MECHANISMS[name].usual}
    return int(any(unexpected(name, card, usual) for name, card in left_out.items()))


def table_of(cards: dict[str, Card], usual: Card) -> str:
    """What every switch loses."""
    head = (
        "| switch | facts that depend on it, and pass with it | lost | lost besides "
        "| passed without it | another verdict within the error |\n|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(row(name, card, usual) for name, card in cards.items())])


def card_of(arg: str, options: argparse.Namespace) -> Card:
    """The whole card of a variant."""
    began = time.process_time()
    store = MemoryStore() if options.memo is None else Store(options.memo / (arg or "usual"))
    card = make_card(Rig(load(arg, neurons=options.neurons), store), JUDGED)
    print(f"{card.twin['name']}: {card.counts()}, {time.process_time() - began:.0f} s", flush=True)
    return card


def depends(name: str, fact: Fact) -> bool:
    """Whether a fact hangs on a mechanism, or would if it were there."""
    return name in fact.mechanisms


def unexpected(name: str, card: Card, usual: Card) -> list[str]:
    """Facts lost with a mechanism that they do not depend on."""
    by_id = {fact.id: fact for fact in facts()}
    return [fact for fact in lost(card, usual) if not depends(name, by_id[fact])]


def row(name: str, card: Card, usual: Card) -> str:
    """A line of the table."""
    gone, other = lost(card, usual), unexpected(name, card, usual)
    passed = [one.fact for one in usual.facts if one.verdict == "pass"]
    hang = [fact.id for fact in passed if depends(name, fact)]
    gained, near = lost(usual, card), {*within_error(card, usual), *within_error(usual, card)}
    wavering = [one.fact.id for one in usual.facts if one.fact.id in near]
    switch = f"`no-{name}`" if MECHANISMS[name].usual else f"`{name}={PLANTED}`"
    own = [fact for fact in gone if fact not in other]
    cells = [hang, own, other, gained, wavering]
    return f"| {switch} | {' | '.join(map(named, cells))} |"


def short(one: Judged) -> str:
    """Value and verdict."""
    value = one.primary.value
    return f"{one.said}" if value is None else f"{value:.3g} ({one.said})"


def named(items: Sequence[str]) -> str:
    """A cell."""
    return ", ".join(items) or "–"


def write(table: str, usual: Card, cards: dict[str, Card], neurons: int) -> None:
    """Both files."""
    values = ["| fact | passes | " + " | ".join(["`energy`", *map(label, cards)]) + " |"]
    values.append("|---" * (len(cards) + 3) + "|")
    for number, one in enumerate(usual.facts):
        every = [card.facts[number] for card in (usual, *cards.values())]
        if any(each.primary.value is not None for each in every):
            cells = " | ".join(short(each) for each in every)
            values.append(f"| {one.fact.id} | {passes(one)} | {cells} |")
    text = (
        "# One mechanism less\n\n`python benchmarks/physiology_mechanisms.py`: cards of "
        f"{neurons} neurons, without what no verdict needs. ~ a bound lies within the interval, "
        f"* the verdict hangs on the selection of neurons.\n\n{table}\n\n## Every value\n\n"
        + "\n".join(values)
        + "\n"
    )
    RESULT.write_text(text, "utf-8")
    page = DOCUMENT.read_text("utf-8")
    before, after = page.split(MARKS[0])[0], page.split(MARKS[1])[1]
    DOCUMENT.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", "utf-8")


def label(name: str) -> str:
    """A switch, as the head of a column."""
    return f"no-{name}" if MECHANISMS[name].usual else f"{name}={PLANTED}"


def passes(one: Judged) -> str:
    """The range of a fact."""
    fact, ceiling = one.fact, one.primary.ceiling
    if fact.low is not None:
        return f"{fact.low:g} to {fact.high:g}"
    return "" if ceiling is None else f"KS to {ceiling + fact.tolerance:.3g}"


if __name__ == "__main__":
    raise SystemExit(main())
