"""Words that say how sure a claim is, set off by colour; the word itself is always there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """How a word is set off.

    Attributes
    ----------
    told : str
        What it means, in a sentence.
    ink, ground : str
        Colours of word and ground on paper; on a dark screen they change places.
    """

    told: str
    ink: str
    ground: str


_GREEN, _RED, _GREY = ("#14532d", "#dcefe2"), ("#7a1f16", "#f7e1de"), ("#43434c", "#e8e8e4")
_AMBER = ("#6b3d00", "#fbeccf")

MARKS = {
    "supported": Mark("The evidence for the prediction reached its threshold.", *_GREEN),
    "contradicted": Mark("Shown not to reach the predicted margin.", *_RED),
    "inconclusive": Mark("Neither process reached its threshold.", *_GREY),
    "robust": Mark("The claim survived every registered control.", *_GREEN),
    "explained away": Mark("The effect does not persist in its controls.", *_AMBER),
    "controls inconclusive": Mark("Not every control reached its threshold.", *_AMBER),
    "no controls": Mark("The claim was registered without a control.", *_AMBER),
    "L0": Mark("Seen in exploration, or left undecided.", *_GREY),
    "L1": Mark("Confirmed on fresh draws for the named held-out neurons.", "#173f73", "#dfeaf7"),
    "L2": Mark("Holds in other mice of the twin.", "#0b4a50", "#d8eeee"),
    "L3": Mark("Holds in an independent twin.", "#3f2a78", "#e8e2f6"),
    "L4": Mark("Holds in recorded responses.", "#5b1c63", "#f1e0f3"),
    "L5": Mark("Holds in the living animal.", "#1b1b1f", "#f3d98b"),
}
"""By the word of a verdict, a judgement of the controls or a level of evidence."""


def css() -> str:
    """Rules for the class ``mark-WORD`` of every mark, light and dark."""
    light = "\n".join(
        f".{css_class(word)} {{ color: {m.ink}; background: {m.ground}; }}"
        for word, m in MARKS.items()
    )
    dark = "\n".join(
        f"  .{css_class(word)} {{ color: {m.ground}; background: {m.ink}; }}"
        for word, m in MARKS.items()
    )
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark} }}\n"


def css_class(word: str) -> str:
    """The class of a mark."""
    return f"mark-{word.replace(' ', '-')}"
