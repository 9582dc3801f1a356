"""Replications: a claim that stands is tested again, in other mice and in other twins.

A level is a partial conjunction: the effect is there in at least u of n subjects. Each level is
an e-LOND stream of its own over the same K places; a registration whose claim does not stand
takes its place there with an e-value of nothing. That the claim was looked at first, even on
the very stimuli that a replication is shown, therefore costs nothing: capital that is only
counted where the claim stands is at most the capital, and e-LOND asks for no independence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from v1vlm.analysis.conjunction import Combination, partial_conjunction
from v1vlm.analysis.evidence import elond_alpha
from v1vlm.claims import Arm, Hypothesis, Level, Verdict
from v1vlm.errors import InputError
from v1vlm.journal.arms import Progress, invalid_share, progress, undecidable
from v1vlm.journal.events import StudySpec
from v1vlm.journal.state import State, Trial
from v1vlm.outcomes import Conjunction, Estimate, LevelFinding, ReplicationFinding, ReplicationLevel

LEVELS: tuple[ReplicationLevel, ...] = ("L2", "L3")
Card = Mapping[str, Any]

_OUTCOMES: dict[Verdict, Any] = {
    "supported": "present",
    "contradicted": "absent",
    "inconclusive": "inconclusive",
}


def levels_of(main: Card, others: Sequence[Card]) -> list[ReplicationLevel | None]:
    """What replications in other twins count for, from the cards of all.

    Twins of two lineages are independent. Without that, another mouse shares its weights, or
    may: L2. The same animal under another model counts for nothing, be it the main one or one
    that is counted already.
    """
    seen = {_animal(main)}
    found: list[ReplicationLevel | None] = []
    for other in others:
        found.append(None if _animal(other) in seen else _level_of(main, other))
        seen.add(_animal(other))
    return found


def _animal(card: Card) -> tuple[str, str]:
    return card.get("lineage", ""), str(card["mice"][0])


def _level_of(main: Card, other: Card) -> ReplicationLevel | None:
    ours, theirs = main.get("lineage", ""), other.get("lineage", "")
    if ours and theirs and ours != theirs:
        return "L3"
    # Of what states no lineage, a mouse of the main one's name may be the main one.
    return "L2" if main["mice"][0] != other["mice"][0] else None


def at_least(spec: StudySpec, level: ReplicationLevel, n: int) -> int:
    """In how many of n subjects an effect must be there; all unless the study says fewer."""
    asked = spec.mice_at_least if level == "L2" else spec.twins_at_least
    return n if asked is None else asked


def check_levels(spec: StudySpec, main: Card, others: Sequence[Card]) -> None:
    """Refuse to ask for more subjects than there are.

    Raises
    ------
    InputError
        Naming the option.
    """
    counted = levels_of(main, others)
    for level, option, asked, what in (
        ("L2", "--mice-at-least", spec.mice_at_least, "other mice of the twin's lineage"),
        ("L3", "--twins-at-least", spec.twins_at_least, "twins of another lineage"),
    ):
        n = counted.count(level)  # type: ignore[arg-type]
        if asked is not None and asked > n:
            raise InputError(
                f"{option} asks for {asked}, but --replicate names {n} {what}.",
                f"Ask for at most {n}, or name more." if n else "Name some with --replicate.",
            )


def replication_arms(state: State, hypothesis: Hypothesis) -> tuple[Arm, ...]:
    """One arm per twin to replicate in: the claim itself, in another subject."""
    counted = levels_of(state.twin, state.replicates)
    return tuple(
        Arm(
            id=f"replicate-{number}",
            role="replication",
            contrast=hypothesis.contrast,
            rule=hypothesis.rule,
            twin=card["digest"],
            mouse=str(card["mice"][0]),
            physiology_digest=str(state.physiologies[card["digest"]]["digest"]),
            level=counted[number - 1],
        )
        for number, card in enumerate(state.replicates, start=1)
    )


def conjunctions(state: State, arms: tuple[Arm, ...]) -> tuple[Conjunction, ...]:
    """The levels that the arms count for, each at the level of its own e-LOND stream."""
    found = []
    for level in LEVELS:
        n = sum(arm.level == level for arm in arms)
        if n:
            rejections = sum(
                one.level == level and one.outcome == "reached"
                for finding in state.findings
                for one in finding.levels
            )
            alpha = elond_alpha(state.spec.alpha, state.spec.num_steps, rejections)
            asked = at_least(state.spec, level, n)
            found.append(Conjunction(level=level, at_least=asked, alpha=alpha))
    return tuple(found)


def stands(trial: Trial) -> bool:
    """Whether the claim was supported and survived all its controls; then it is replicated."""
    arms = (trial.registration.main, *trial.registration.controls)
    return all(progress(trial, arm).verdict == "supported" for arm in arms)


def level_findings(trial: Trial) -> tuple[LevelFinding, ...]:
    """Whether the claim reached its registered levels."""
    ran = stands(trial)
    return tuple(_level_finding(trial, one, ran=ran) for one in trial.registration.conjunctions)


def _level_finding(trial: Trial, registered: Conjunction, *, ran: bool) -> LevelFinding:
    registration = trial.registration
    arms = registration.counted(registered.level)
    tests = [progress(trial, arm) for arm in arms]
    e_values = [_counted(trial, arm, test) for arm, test in zip(arms, tests, strict=True)]
    how: Combination = "average" if registration.shared_draws else "product"
    e_value = partial_conjunction(e_values, registered.at_least, how) if ran else 0.0
    reached = e_value >= 1 / registered.alpha
    return LevelFinding(
        level=registered.level,
        at_least=registered.at_least,
        n=len(arms),
        n_present=sum(test.verdict == "supported" for test in tests),
        e_value=e_value,
        threshold=1 / registered.alpha,
        outcome=("reached" if reached else "not reached") if ran else "not run",
    )


def _counted(trial: Trial, arm: Arm, test: Progress) -> float:
    """The e-value of a subject; at most the capital begun with where nothing can be decided."""
    too_many = undecidable(trial, arm, "test")
    return min(test.e_value, 1.0) if too_many else test.e_value


def replication_findings(
    trial: Trial, estimates: Mapping[str, Estimate], cards: Mapping[str, Card]
) -> tuple[ReplicationFinding, ...]:
    """What every subject of a replication says.

    Parameters
    ----------
    estimates : mapping
        Estimate of each arm that ran, by id.
    cards : mapping
        Public cards of the twins of replications, by digest.
    """
    found = []
    for arm in trial.registration.replications:
        estimate, test = estimates.get(arm.id), progress(trial, arm)
        found.append(
            ReplicationFinding(
                id=arm.id,
                level=arm.level,
                twin=str(cards[arm.twin]["name"]),
                mouse=arm.mouse,
                outcome="not run" if estimate is None else _OUTCOMES[test.verdict],
                estimate=None if estimate is None else estimate.value,
                interval=None if estimate is None else estimate.interval,
                n_draws=0 if estimate is None else estimate.n_draws,
                n_neurons=0 if estimate is None else estimate.n_neurons,
                e_value=test.e_value,
                e_refute=test.e_refute,
                stopped_at=test.stopped_at,
                invalid_share=invalid_share(trial, arm, "test"),
            )
        )
    return tuple(found)


def highest(verdict: Verdict, levels: tuple[LevelFinding, ...]) -> Level:
    """The highest rung of the evidence ladder below which no registered one was missed."""
    if verdict == "inconclusive":
        return "L0"
    rung: Level = "L1"
    for one in levels:
        if one.outcome != "reached":
            break
        rung = one.level
    return rung
