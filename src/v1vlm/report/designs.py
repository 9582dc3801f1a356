"""A contrast in words: what its members share, where they differ, what a control changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from v1vlm.claims import Arm
from v1vlm.report.formats import number
from v1vlm.stimuli import Contrast, Scrambled, StimulusFamily, Varied
from v1vlm.stimuli.base import in_words, with_unit

_WITHOUT = frozenset({"0", "no", "none"})
_PLACE = frozenset({"kind", "azimuth_deg", "elevation_deg"})


@dataclass(frozen=True)
class _Members:
    """Families of one kind of stimulus, taken apart.

    Attributes
    ----------
    values : sequence of mapping
        Per family, the value of every parameter in words.
    drawn : frozenset of str
        Parameters that vary from draw to draw.
    """

    what: str
    kind: str
    values: Sequence[Mapping[str, str]]
    drawn: frozenset[str]

    def differing(self) -> list[str]:
        """Parameters in which the families differ."""
        names = dict.fromkeys(name for values in self.values for name in values)
        return [name for name in names if len({v.get(name) for v in self.values}) > 1]


def described(contrast: Contrast) -> dict[str, Any]:
    """What is shown in a contrast.

    Returns
    -------
    dict
        ``shown``, ``drawn`` and ``fixed`` hold what all members share: the kind of stimulus,
        parameters that vary from draw to draw, and others that are not zero. ``members``
        says per level what is its own. Families that are not of one kind are described whole,
        with nothing shared.
    """
    members = _read(contrast.families)
    if members is None:
        whole = zip(contrast.levels, contrast.families, strict=True)
        # A level that is named after what is shown is not said twice.
        said = [
            f"{level}: {family.describe().removeprefix(f'{level}: ')}" for level, family in whole
        ]
        return {"shown": None, "drawn": [], "fixed": [], "members": said}
    own = members.differing()
    shared = {name: value for name, value in members.values[0].items() if name not in own}
    return {
        "shown": members.what,
        "drawn": [in_words(n, v) for n, v in sorted(shared.items()) if n in members.drawn],
        "fixed": [
            in_words(name, value)
            for name, value in shared.items()
            if name not in members.drawn and value not in _WITHOUT
        ],
        "members": [
            f"{level}: {', '.join(in_words(n, values[n]) for n in own if n in values)}"
            for level, values in zip(contrast.levels, members.values, strict=True)
        ],
    }


def changes(arm: Arm, main: Arm) -> list[str] | None:
    """How an arm departs from the main one, matching apart; None if its families are others."""
    families = _changed_families(arm.contrast, main.contrast)
    if families is None:
        return None
    said = [families] if families else []
    if arm.contrast.duration_s != main.contrast.duration_s:
        said.append(f"shown for {number(arm.contrast.duration_s)} s")
    if arm.contrast.placement != main.contrast.placement:
        said.append(f"placed by {arm.contrast.placement}")
    if arm.rule != main.rule:
        said.append(f"neurons of {arm.rule.describe()}")
    if arm.behaviour != main.behaviour:
        said.append(f"animal {arm.behaviour}")
    return said


def _changed_families(contrast: Contrast, main: Contrast) -> str | None:
    if contrast.families == main.families:
        return ""
    if contrast.families == tuple(Scrambled(source=family) for family in main.families):
        return "phase-scrambled"
    new, old = _read(contrast.families), _read(main.families)
    if new is None or old is None or new.kind != old.kind or len(new.values) != len(old.values):
        return None
    said = [_changed(a, b) for a, b in zip(new.values, old.values, strict=True)]
    if len(set(said)) == 1:
        return said[0]
    named = zip(contrast.levels, said, strict=True)
    return "; ".join(f"{level}: {what or 'unchanged'}" for level, what in named)


def _changed(new: Mapping[str, str], old: Mapping[str, str]) -> str:
    names = [name for name in dict.fromkeys((*new, *old)) if new.get(name) != old.get(name)]
    return ", ".join(
        f"{in_words(name, new.get(name, 'none'))} instead of "
        f"{with_unit(name, old.get(name, 'none'))}"
        for name in names
    )


def _read(families: Sequence[StimulusFamily]) -> _Members | None:
    """Take families apart; None unless all vary one kind of stimulus by plain parameters."""
    if all(isinstance(family, Scrambled) for family in families):
        inner = _read([f.source for f in families if isinstance(f, Scrambled)])
        return inner and replace(
            inner, what=f"phase-scrambled: {inner.what}", kind=f"scrambled {inner.kind}"
        )
    varied = [family for family in families if isinstance(family, Varied)]
    stored = [family.stimulus.to_json() for family in varied]
    if len(varied) < len(families) or len({str(one["kind"]) for one in stored}) > 1:
        return None
    values: list[dict[str, str]] = []
    for family, one in zip(varied, stored, strict=True):
        plain = {name: value for name, value in one.items() if name not in _PLACE}
        if any(_nested(value) for value in plain.values()):
            return None
        drawn = {name: law.describe() for name, law in family.vary.items()}
        values.append({name: _value(value) for name, value in plain.items()} | drawn)
    names = frozenset(name for family in varied for name in family.vary)
    what = varied[0].stimulus.description or str(stored[0]["kind"])
    return _Members(what, str(stored[0]["kind"]), values, names)


def _nested(value: Any) -> bool:
    inside = value if isinstance(value, list) else [value]
    return any(isinstance(one, dict | list) for one in inside)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int | float) else str(value)
