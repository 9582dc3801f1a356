"""What the model is told, in words; and what of its own words can stand in a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from v1vlm.claims import Finding, Hypothesis
from v1vlm.context import Context, pack
from v1vlm.journal import Attempt, Pilot
from v1vlm.scientist.base import Briefing, Objection, Picture
from v1vlm.scientist.model.answers import UnusableError

FINDINGS_TOLD = 20
ATTEMPTS_TOLD = 9
OBJECTIONS_TOLD = 12

_VERDICT = re.compile(
    r"\b(?:support(?:s|ed|ing)?|confirm(?:s|ed|ing|ation)?|prov(?:e|es|ed|en|ing)|proof|verif\w+"
    r"|demonstrat\w+|establish\w*|contradict\w*|refut\w+|disprov\w+|falsif\w+|reject\w*"
    r"|inconclusive|undecided|significan\w+|validat\w+|corroborat\w+)\b",
    re.IGNORECASE,
)
"""Words that say what was decided, which only the laboratory does."""


def about(briefing: Briefing) -> dict[str, str]:
    """The twin and its neurons, for the system prompt."""
    twin = briefing.twin
    screen = twin.get("screen", {})
    spots = "; ".join(str(spot) for spot in twin.get("blind_spots", ())) or "not recorded"
    measured = ", ".join(
        f"{name.replace('_', ' ')} {_number(value)}"
        for name, value in briefing.physiology.items()
        if isinstance(value, int | float)
    )
    mice = ", ".join(str(mouse) for mouse in twin.get("mice", ()))
    return {
        "twin": f"{twin.get('name', 'unnamed')}, {twin.get('n_neurons', 'some')} neurons of "
        f"{twin.get('area', 'V1')} of {mice or 'one mouse'}.",
        "field": f"a monitor of {_number(screen.get('width_cm', 0))} cm at "
        f"{_number(screen.get('distance_cm', 0))} cm",
        "pixels": f"{screen.get('width_px', '?')} by {screen.get('height_px', '?')}",
        "rate": _number(screen.get("frame_rate_hz", 30)),
        "blind": clipped(spots, 800),
        "physiology": measured or "nothing yet",
    }


def literature(context: Context, chars: int) -> str:
    """As much of the literature as there is room for, without what could end it early."""
    return pack(context, chars).replace("<<<", "‹‹‹").replace(">>>", "›››")


def left_out(context: Context, chars: int) -> str:
    """A sentence on how much of the context was left out; empty if nothing was."""
    whole = pack(context, 10_000_000)
    share = 1 - len(pack(context, chars)) / max(len(whole), 1)
    if share <= 0:
        return ""
    much = next(word for limit, word in _SHARES if share <= limit)
    return f"The model's window had no room for the whole context: {much} of it was left out."


_SHARES = ((0.1, "a little"), (0.35, "about a quarter"), (0.65, "about half"), (1.0, "most"))


def keys(context: Context) -> tuple[str, ...]:
    """Keys of the works that may be cited; the first hundred."""
    return tuple(work.key for work in context.works[:100])


def findings(found: Sequence[Finding]) -> str:
    """Findings so far, the latest in full."""
    told = found[-FINDINGS_TOLD:]
    return "\n".join(finding(one) for one in told) or "nothing yet"


def finding(one: Finding) -> str:
    """What the laboratory found, with its numbers."""
    interval = one.interval or one.cs
    controls = "; ".join(f"{c.id}: {c.outcome}" for c in one.controls) or "none"
    return (
        f"- {one.id} ({one.factor}; {' against '.join(f.level for f in one.families)}): "
        f"{clipped(one.statement, 300)} Predicted {one.measure} {one.direction}, margin "
        f"{_number(one.margin)}. Decided: {one.verdict} ({one.controls_verdict}); estimate "
        f"{_number(one.estimate)}, interval {_number(interval[0])} to {_number(interval[1])}. "
        f"Controls: {controls}.{_replications(one)}"
    )


def objections(raised: Sequence[Objection]) -> str:
    """What of the last answer did not hold; empty if it is asked for the first time."""
    if not raised:
        return ""
    lines = [
        f"- {clipped(one.sentence, 200)} ({one.place}): {clipped(one.reason, 200)}"
        for one in raised[:OBJECTIONS_TOLD]
    ]
    return (
        "You have answered this before. The laboratory holds every sentence against its record, "
        "and these do not hold:\n" + "\n".join(lines) + "\nAnswer again without them."
    )


def _replications(one: Finding) -> str:
    """What other mice and twins said; nothing where none was asked."""
    ran = [found for found in one.replications if found.outcome != "not run"]
    if not ran:
        return ""
    told = "; ".join(f"{found.twin}, mouse {found.mouse}: {found.outcome}" for found in ran)
    return f" Replications: {told}; level {one.level}."


def attempts(made: Sequence[Attempt]) -> str:
    """Proposals so far and what became of them."""
    lines = []
    for one in made[-ATTEMPTS_TOLD:]:
        what = one.hypothesis.title if one.hypothesis is not None else "no valid proposal"
        why = f": {clipped(one.reason, 300)}" if one.reason else ""
        lines.append(f"- step {one.step}, try {one.number}: {what}, {one.outcome}{why}")
    return "\n".join(lines) or "nothing yet"


def hypothesis(one: Hypothesis) -> str:
    """A hypothesis in full."""
    levels = ", ".join(one.contrast.levels)
    rivals = "; ".join(f"{name}: {says}" for name, says in one.rivals.items())
    prediction = one.prediction
    return (
        f"{one.title}. {one.statement}\nCompared: {one.contrast.factor} ({levels}). Prediction: "
        f"{prediction.measure} {prediction.direction}, margin {_number(prediction.margin)}, from "
        f"{prediction.window_s[0]:g} to {prediction.window_s[1]:g} s. Neurons: "
        f"{one.rule.describe()}.\nRivals: {rivals}\nRationale: {one.rationale}"
    )


def pilot(data: Pilot) -> dict[str, str]:
    """A pilot in numbers."""
    scores = np.array([s for s in data.scores if s is not None])
    unequal = "; ".join(f"{name} {_number(value)}" for name, value in data.residuals.items())
    return {
        "mean": _number(float(scores.mean())) if scores.size else "none",
        "sd": _number(float(scores.std(ddof=1))) if scores.size > 1 else "none",
        "n": str(scores.size),
        "invalid": str(len(data.scores) - scores.size),
        "neurons": _number(float(np.median(data.n_neurons))) if data.n_neurons else "0",
        "residuals": unequal or "none",
        "warnings": "; ".join(data.warnings) or "none",
    }


def captions(pictures: Sequence[Picture]) -> str:
    """What the pictures show, in their order."""
    lines = [f"Picture {i}: {p.caption}" for i, p in enumerate(pictures, 1)]
    return "\n".join(lines)


def states_no_verdict(*texts: str) -> None:
    """Refuse words that say what was decided.

    Raises
    ------
    UnusableError
        Naming the word.
    """
    for text in texts:
        found = _VERDICT.search(text)
        if found:
            raise UnusableError(
                f"it says {found[0]!r}; the laboratory states verdicts, say what they would mean"
            )


def clipped(text: Any, limit: int) -> str:
    """A text that is no longer than so many characters."""
    said = str(text)
    return said if len(said) <= limit else said[: limit - 1] + "…"


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) else str(value)
