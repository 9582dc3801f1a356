"""From answers to hypotheses, arms and interpretations; everything that counts is built here."""

from __future__ import annotations

import json
import string
from typing import Any

from pydantic import ValidationError

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.claims import Arm, Finding, Hypothesis, NeuronRule, Prediction
from v1vlm.errors import InputError, ProposalError
from v1vlm.records import canonical_json
from v1vlm.scientist.base import Briefing, Interpretation
from v1vlm.scientist.checks import CANNOT_EDIT, check_arm
from v1vlm.scientist.heuristic.prose import VERDICT_WORDS, outcome
from v1vlm.scientist.heuristic.templates import ACCOUNTS
from v1vlm.scientist.model.answers import (
    DesignAnswer,
    DoubtAnswer,
    Idea,
    MeaningAnswer,
    PaintingAnswer,
    list_of,
    one_of,
    schema_of,
)
from v1vlm.scientist.model.menu import (
    EDITED,
    GONE,
    PAINTED,
    Design,
    choices,
    kinds,
    settable,
)
from v1vlm.scientist.model.menu import schema_of as value_schema
from v1vlm.stimuli import Screen

NOTHING = "nothing more"
NONE = "none"
SERIES_LEVELS, PAIR_LEVELS = (3, 5), (2, 2)
FIXED_MAX = 2

WINDOWS = {"whole": (0.0, 1.0), "early": (0.05, 0.25), "late": (0.4, 1.0)}
RULES = {
    "near": NeuronRule(within_deg=10.0),
    "within": NeuronRule(within_deg=20.0),
    "prefers": NeuronRule(within_deg=12.0, prefers_within_deg=25.0),
}
MARGINS = {"small": 0.6, "usual": 1.0, "large": 2.0}
"""Shares of the measure's default margin."""

_SAYS = {
    "greater": "an effect in the positive direction",
    "less": "an effect in the negative direction",
    "none": "no effect",
}


# schemas


def idea_schema(briefing: Briefing, *, only_painted: bool = False) -> dict[str, Any]:
    """What may be asked next."""
    known = (NONE, *(finding.id for finding in briefing.findings))
    offered = choices(briefing.painter, edits=briefing.edits, only_painted=only_painted)
    return schema_of(
        Idea,
        varies=one_of((*offered, NOTHING)),
        follows_up=one_of(known),
    )


def design_schema(idea: Idea, citable: tuple[str, ...]) -> dict[str, Any]:
    """What a hypothesis on an idea may be; every value has the range of its own parameter."""
    kind, _, factor = idea.varies.partition(".")
    at_least, at_most = level_counts(idea)
    level: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 100}
    if not is_painted(idea):
        level = value_schema(factor, kinds()[kind].allowed(factor))
    free = settable(idea.varies)
    settings = [_setting(name, value_schema(name, allowed)) for name, allowed in free.items()]
    return schema_of(
        design_answer(idea),
        levels=list_of(level, at_least, at_most),
        fixed=list_of({"anyOf": settings} if settings else {}, 0, FIXED_MAX if settings else 0),
        citations=list_of(one_of(citable or (NONE,)), 0, 3 if citable else 0),
        measure=one_of(measures(idea)),
        neurons=one_of(rules(idea)),
    )


def design_answer(idea: Idea) -> type[DesignAnswer]:
    """What a hypothesis on an idea is answered with."""
    return PaintingAnswer if is_painted(idea) else DesignAnswer


def is_painted(idea: Idea) -> bool:
    """Whether its stimuli are painted."""
    return idea.varies in (PAINTED, EDITED)


def measures(idea: Idea) -> tuple[str, ...]:
    """Measures that fit a comparison."""
    wanted = 3 if idea.comparison == "series" else 2
    return tuple(name for name in measure_names() if measure(name).fits(wanted))


def rules(idea: Idea) -> tuple[str, ...]:
    """Rules for neurons that fit.

    A preference needs an orientation that all members share; inside or outside of a disc is
    where the neurons are, or are not.
    """
    if idea.varies == EDITED:
        return ("near",)
    kind, _, factor = idea.varies.partition(".")
    oriented = kind in kinds() and "orientation_deg" in kinds()[kind].vary
    shared = oriented and factor not in ("orientation_deg", "axis_deg")
    return tuple(RULES) if shared else ("near", "within")


def level_counts(idea: Idea) -> tuple[int, int]:
    """How few and how many levels a comparison has."""
    return SERIES_LEVELS if idea.comparison == "series" else PAIR_LEVELS


def check_idea(idea: Idea, briefing: Briefing, *, only_painted: bool = False) -> None:
    """Refuse a question that is not on the menu.

    Raises
    ------
    ProposalError
        Naming what it may be.
    """
    offered = choices(briefing.painter, edits=briefing.edits, only_painted=only_painted)
    if idea.varies == EDITED and briefing.painter is not None and not briefing.edits:
        raise ProposalError(f"The proposal is refused: {CANNOT_EDIT}.")
    if idea.varies not in offered:
        listed = ", ".join(offered)
        raise ProposalError(f"{idea.varies[:60]!r} is not on the menu; choose one of {listed}.")
    kind, _, factor = idea.varies.partition(".")
    numbers = kind in kinds() and not isinstance(kinds()[kind].allowed(factor)[0], str)
    if idea.comparison == "series" and not numbers:
        raise ProposalError(
            f"{idea.varies} has choices, not a range; compare two of them as a pair."
        )


# what answers become


def design_of(idea: Idea, answer: DesignAnswer, briefing: Briefing) -> Design:
    """The design that an answer stands for.

    Raises
    ------
    ProposalError
        If it is none.
    """
    at_least, at_most = level_counts(idea)
    if not at_least <= len(answer.levels) <= at_most:
        raise ProposalError(f"A {idea.comparison} has {at_least} to {at_most} levels.")
    painter = briefing.painter if is_painted(idea) else None
    fixed = {one.parameter: one.value for one in answer.fixed}
    levels = answer.levels
    if idea.comparison == "series":
        levels = tuple(sorted(levels, key=_as_number))
    try:
        return Design(
            varies=idea.varies,
            levels=levels,
            fixed=fixed,
            matching=answer.matching,
            painter=painter,
            photographs=briefing.photographs,
            wordings=_wordings(answer),
        )
    except ValidationError as error:
        raise ProposalError(f"The design cannot be built: {error.errors()[0]['msg']}") from error


def _wordings(answer: DesignAnswer) -> tuple[tuple[str, ...], ...]:
    """Paraphrases of both levels, if there are any."""
    if not isinstance(answer, PaintingAnswer):
        return ()
    pairs = answer.wordings
    return tuple(pair.first for pair in pairs), tuple(pair.second for pair in pairs)


def hypothesis_of(
    idea: Idea, answer: DesignAnswer, briefing: Briefing, hypothesis_id: str
) -> Hypothesis:
    """The hypothesis that an answer stands for, under an id of the laboratory.

    Raises
    ------
    ProposalError
        If it is none.
    """
    design = design_of(idea, answer, briefing)
    contrast = design.contrast()
    if answer.measure not in measures(idea):
        raise ProposalError(f"measure must be one of {', '.join(measures(idea))}.")
    if answer.neurons not in rules(idea):
        raise ProposalError(f"neurons must be one of {', '.join(rules(idea))}.")
    margin = round(MARGINS[answer.margin] * measure(answer.measure).default_margin, 4)
    refuted = f" It would be refuted by: {answer.refuted_by}" if answer.refuted_by else ""
    try:
        return Hypothesis(
            id=hypothesis_id,
            title=answer.title,
            statement=answer.statement,
            rationale=answer.rationale + refuted,
            citations=tuple(dict.fromkeys(answer.citations)),
            rivals={
                f"{r.account} ({ACCOUNTS[r.account]})": f"{_SAYS[r.predicts]}: {r.because}"
                for r in answer.rivals
            },
            contrast=contrast,
            rule=RULES[answer.neurons],
            prediction=Prediction(
                measure=answer.measure,
                direction=answer.direction,
                margin=margin,
                window_s=WINDOWS[answer.window],
            ),
            parent=None if idea.follows_up == NONE else idea.follows_up,
            origin=canonical_json({"idea": idea.to_json(), "design": design.to_json()}),
        )
    except ValidationError as error:
        raise ProposalError(
            f"The hypothesis cannot be built: {error.errors()[0]['msg']}"
        ) from error


def origin_of(hypothesis: Hypothesis) -> tuple[Idea, Design]:
    """The answers that a hypothesis was built from.

    Raises
    ------
    ProposalError
        If it was not built here.
    """
    try:
        kept = json.loads(hypothesis.origin)
        return Idea.from_json(kept["idea"]), Design.from_json(kept["design"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProposalError("The hypothesis does not come from this scientist.") from error


def next_id(briefing: Briefing) -> str:
    """The id of a hypothesis that replaces the one that is open."""
    return f"H{briefing.step}{string.ascii_lowercase[briefing.attempt]}"


def control_arms(hypothesis: Hypothesis, briefing: Briefing) -> dict[str, Arm]:
    """Controls that this hypothesis allows and the laboratory can run, by name."""
    _, design = origin_of(hypothesis)
    screen = Screen.from_json(briefing.twin["screen"])
    arms = {}
    for name, what in design.controls().items():
        try:
            arm = Arm(
                id=name.replace(" ", "-"),
                role="control",
                expects="absent" if name in GONE else "present",
                contrast=design.controlled(name).contrast(),
                rule=hypothesis.rule,
                reason=what,
            )
            if arm.contrast == hypothesis.contrast:
                continue
            check_arm(arm, hypothesis, screen, briefing.painter, edits=briefing.edits)
        except (ProposalError, InputError):
            continue
        arms[name] = arm
    return arms


def chosen_arms(answer: DoubtAnswer, offered: dict[str, Arm]) -> tuple[Arm, ...]:
    """The control arms that a sceptic chose, each with what it should expose."""
    chosen = {one.control: one.why for one in answer.controls if one.control in offered}
    return tuple(
        offered[name].model_copy(
            update={"reason": f"{offered[name].reason}. Doubt: {answer.explanation}"[:300]}
        )
        for name in chosen
    )


def interpretation_of(
    answer: MeaningAnswer | None, finding: Finding, rivals: dict[str, str]
) -> Interpretation:
    """What a finding means: the verdict by the laboratory, the meaning by the model."""
    said = f"The claim {VERDICT_WORDS[finding.verdict]}."
    if finding.controls_verdict == "explained away":
        said = "The effect is there, but it does not outlast its controls."
    if answer is None:
        return Interpretation(text=f"{said} The model gave no usable interpretation of it.")
    parts = (said, answer.meaning, answer.alternative, answer.next)
    return Interpretation(
        text=" ".join(part for part in parts if part)[:1500], loses=_losers(finding, rivals)
    )


def _losers(finding: Finding, rivals: dict[str, str]) -> tuple[str, ...]:
    """Accounts whose stated prediction the interval excludes, where nothing is left open."""
    seen = outcome(finding)
    open_still = finding.controls_verdict in ("explained away", "controls inconclusive")
    if seen is None or open_still or finding.depends_on_measure:
        return ()
    return tuple(name for name, says in rivals.items() if not says.startswith(_SAYS[seen]))


def _setting(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"parameter": one_of((name,)), "value": value},
        "required": ["parameter", "value"],
        "additionalProperties": False,
    }


def _as_number(level: Any) -> float:
    return float(level) if isinstance(level, int | float) else float("inf")
