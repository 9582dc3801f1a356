"""A card in the record of a study: what is known of the subject, small enough for an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from v1vlm.errors import InputError
from v1vlm.physiology.card import Card
from v1vlm.records import digest

LARGEST_BYTES = 2**25


def citation(card: Card) -> dict[str, Any]:
    """What a study records of a card, and its report cites.

    Returns
    -------
    dict
        ``digest`` of the whole card, ``entries`` of its battery, ``counts`` of verdicts, and
        ``facts`` with their verdicts, numbers and sources; ``problems`` and ``blind_spots``
        (those of the screen and of the model).
    """
    return {
        "digest": digest(card),
        "twin": card.twin["digest"],
        "entries": list(card.battery.entries),
        "counts": card.counts(),
        "facts": [
            {
                "id": one.fact.id,
                "text": one.fact.text,
                "recorded": card.reference.said(one.fact),
                "citation": one.fact.citation,
                "verdict": one.verdict,
                "reason": one.reason,
                "value": one.primary.value,
                "is_distance": one.fact.reference is not None,
                "n": one.primary.n.get("measurable", 0),
                "hangs_on_selection": one.hangs_on_selection,
            }
            for one in card.facts
        ],
        "problems": list(card.problems),
        "blind_spots": [
            {"id": spot.id, "why": spot.why} for spot in card.blind_spots if spot.origin != "fact"
        ],
    }


def read_card(path: Path) -> Card:
    """The card in a file, or in a folder that ``v1vlm physiology`` wrote.

    Raises
    ------
    InputError
        If there is none, or it is of another version.
    """
    file = path / "card.json" if path.is_dir() else path
    if not file.is_file():
        raise InputError(
            f"There is no card at {str(path)!r}.", "Make one: v1vlm physiology --out DIR."
        )
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise ValueError("it is too large")
        held = json.loads(file.read_text("utf-8"))
        fields = {name: held[name] for name in Card.model_fields if name in held}
        return Card.from_json(fields)
    except (ValueError, TypeError, AttributeError, RecursionError, InputError) as error:
        raise InputError(
            f"{str(file)!r} is no physiology card of this version.",
            "Make it anew: v1vlm physiology --out DIR, which shows nothing twice.",
        ) from error


def check_same(card: Card, twin: Mapping[str, Any]) -> None:
    """Refuse the card of another twin.

    Raises
    ------
    InputError
    """
    if card.twin["digest"] != twin["digest"]:
        raise InputError(
            f"The card is of {card.twin['name']!r}, not of {twin['name']!r} as it answers now.",
            "Make one of this twin: v1vlm physiology --twin … --out DIR.",
        )
