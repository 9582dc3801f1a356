"""One study of the gym: run in memory, then held against the truth of its twin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from pydantic import Field

from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import Direction, Finding, Hypothesis
from v1vlm.gym.given import GIVEN, guidance
from v1vlm.gym.nulls import ExchangedRig
from v1vlm.gym.suites import Suite, load_suite
from v1vlm.gym.truth import Truth, TruthValue, truth_of
from v1vlm.journal import State, StudySpec, Trial, arm_values
from v1vlm.physiology import (
    BRIEF,
    Card,
    card_from,
    characterisation,
    characterise,
    load_physiology,
)
from v1vlm.records import Record, digest, rng_of
from v1vlm.rig import Rig
from v1vlm.scientist.heuristic.templates import load_templates
from v1vlm.store import Answer, MemoryStore, Store
from v1vlm.study import Study
from v1vlm.study.opening import load_twin
from v1vlm.twins import Twin

CONTEXT = "The laboratory is examined on twins whose answers are known.\n"


class Plan(Record):
    """What a study of the gym depends on, besides the versions installed.

    Attributes
    ----------
    suite : str
        Name of the suite, or "" where a scientist finds its own hypotheses.
    cases : tuple of str
        Of the suite, in order.
    context : str
        The text that the scientist reads.
    settings : dict
        Of the `StudySpec`, besides those the plan names itself.
    null : bool
        Work on a rig where nothing is true but equivalences (`v1vlm.gym.nulls`).
    """

    suite: str = ""
    suite_digest: str = ""
    cases: tuple[str, ...] = ()
    twin: str
    scientist: str = GIVEN
    context: str = CONTEXT
    seed: int
    num_steps: int
    settings: dict[str, int | float] = Field(default={})
    null: bool = False

    def spec(self) -> StudySpec:
        """The study's specification."""
        prompt = guidance(self.suite, self.cases) if self.suite else ""
        return StudySpec.from_json(
            {
                "context": "gym.txt",
                "context_digest": hashlib.sha256(self.context.encode()).hexdigest(),
                "twin": self.twin,
                "scientist": self.scientist,
                "seed": self.seed,
                "num_steps": self.num_steps,
                "initial_prompt": prompt,
                **self.settings,
            }
        )


class ControlTruth(Record):
    """The truth of a control arm, in the direction that it was tested in."""

    id: str
    direction: Direction
    truth: Truth
    answer: TruthValue


class Tested(Record):
    """One registered claim, what the laboratory said of it, and what is true.

    Attributes
    ----------
    case, kind : str
        Of the suite; the origin and "" where a scientist proposed it.
    claim : str
        Digest of contrast, neurons and prediction: what makes two claims the same.
    stock : bool
        Whether the contrast is one of the packaged templates'.
    confidence : float or None
        Probability of support that the scientist stated, if it stated one.
    n_controls : int
    e_value, threshold : float
        Evidence for the claim where the test ended, and what it had to reach.
    values : tuple of float
        The clipped test draws, to four digits; none of null studies.
    truth : Truth or None
        None where it was not measured: nothing is true but equivalences, members exchanged.
    controls : tuple of ControlTruth
        Of claims that were supported.
    """

    case: str
    kind: str = ""
    claim: str = ""
    stock: bool = False
    confidence: float | None = None
    measure: str
    direction: Direction
    margin: float
    clip_bound: float
    verdict: str
    controls_verdict: str
    scope: str
    estimate: float
    interval: tuple[float, float] | None
    sd: float
    n_draws: int
    n_controls: int
    stopped_at: int
    e_value: float = 0.0
    threshold: float = 1.0
    values: tuple[float, ...] = ()
    n_neurons: int
    truth: Truth | None = None
    answer: TruthValue
    controls: tuple[ControlTruth, ...] = ()

    @property
    def robust_answer(self) -> TruthValue:
        """Whether "the claim and all its controls hold" is true."""
        answers = {self.answer, *(control.answer for control in self.controls)}
        if "false" in answers:
            return "false"
        return "unclear" if "unclear" in answers else "true"


class StudyRecord(Record):
    """A study of the gym, done."""

    plan: Plan
    counts: dict[str, int]
    refused: tuple[str, ...] = ()
    tested: tuple[Tested, ...] = ()


def plans_of(suite: Suite, seed: int, n_studies: int | None = None, **settings: Any) -> list[Plan]:
    """Studies that try the cases of a suite on its twins in turn, in a fresh order on each.

    Parameters
    ----------
    n_studies : int, optional
        So many studies of `suite.num_steps` cases; a case is tried again, with other seeds,
        when all others were tried. Without, every case once on every twin.
    """
    names = [case.id for case in suite.cases]
    n_twins, size = len(suite.twins), suite.num_steps
    once = n_studies is None
    wanted = n_twins * -(-len(names) // size) if n_studies is None else n_studies
    plans = []
    for place, twin in enumerate(suite.twins):
        rng = rng_of("gym", seed, suite.name, twin)
        hands = _hands(names, size, rng, again=not once)
        for number in range(place, wanted, n_twins):
            cases = next(hands)
            plan = Plan(
                suite=suite.name,
                suite_digest=digest(suite),
                cases=cases,
                twin=twin,
                seed=seed + number,
                num_steps=len(cases),
                # A refused case gives up its step, and only that.
                settings={"tries": 1, **settings},
            )
            plans.append((number, plan))
    return [plan for _, plan in sorted(plans, key=lambda numbered: numbered[0])]


def _hands(
    names: Sequence[str], size: int, rng: np.random.Generator, *, again: bool
) -> Iterator[tuple[str, ...]]:
    """Cases by the hand, shuffled; no hand holds a case twice, none is behind by two rounds."""
    deck = [names[i] for i in rng.permutation(len(names))]
    while deck or again:
        hand, deck = deck[:size], deck[size:]
        if again and len(hand) < min(size, len(names)):
            fresh = [names[i] for i in rng.permutation(len(names))]
            more = [name for name in fresh if name not in hand][: size - len(hand)]
            hand, deck = hand + more, [name for name in fresh if name not in more]
        yield tuple(hand)


def plans_for(
    scientist: str,
    twins: Sequence[str],
    n_studies: int,
    seed: int,
    num_steps: int,
    null: bool = False,
    **settings: Any,
) -> list[Plan]:
    """Whole studies of a scientist, which finds its own hypotheses, on each twin in turn."""
    return [
        Plan(
            twin=twins[number % len(twins)],
            scientist=scientist,
            seed=seed + number,
            num_steps=num_steps,
            settings=settings,
            null=null,
        )
        for number in range(n_studies)
    ]


def null_plans(
    scientist: str, twins: Sequence[str], n_studies: int, seed: int, num_steps: int
) -> list[Plan]:
    """The same where nothing is true; estimates, which decide nothing, are of two draws."""
    return plans_for(scientist, twins, n_studies, seed, num_steps, null=True, estimate_draws=2)


def run_plan(plan: Plan, memo: MemoryStore) -> tuple[StudyRecord, float]:
    """Run a study and measure what is true of its claims.

    Parameters
    ----------
    memo : MemoryStore
        Keeps what is measured of twins once: characterisations and truths.

    Returns
    -------
    record : StudyRecord
    seconds : float
        CPU time of the study itself, without the truths and what is measured of a twin once.
    """
    twin, _ = subject(plan.twin, memo)
    card = _card(plan.twin, memo)
    started = process_time()
    study = Study.create(plan.spec(), plan.context, twin=twin, card=card)
    if plan.null:
        # Who wants pictures is shown every draw anew.
        pool = None if study.scientist.wants_pictures else memo
        study.rig = ExchangedRig(twin, study.store, study.rig.generator, pool=pool)
    request = characterisation(twin.card.digest)
    study.store.once(request, lambda: memo.once(request, dict))
    study.run()
    seconds = process_time() - started
    trials = [(trial, trial.finding) for trial in study.state.trials]
    kinds = {} if not plan.suite else {c.id: c.kind for c in load_suite(plan.suite).cases}
    record = StudyRecord(
        plan=plan,
        counts=study.state.counts,
        refused=tuple(a.reason for a in study.state.attempts if a.outcome == "refused"),
        tested=tuple(
            _tested(study, trial, finding, kinds, plan, memo)
            for trial, finding in trials
            if finding is not None
        ),
    )
    return record, seconds


def subject(spec: str, memo: MemoryStore) -> tuple[Twin, Physiology]:
    """A twin and what was measured of its neurons, once per memo."""
    rig, payload = _characterised(spec, memo)
    return rig.twin, load_physiology(payload, rig.store.get)


def _characterised(spec: str, memo: MemoryStore) -> tuple[Rig, dict[str, Any]]:
    twin = _twin(spec)
    # The blobs stay with the studies; the memo keeps what they were made from.
    store = MemoryStore()
    request = characterisation(twin.card.digest)
    store.once(request, lambda: memo.once(request, lambda: _measured(twin, request)))
    rig = Rig(twin, store)
    return rig, characterise(rig)


@lru_cache(maxsize=8)
def _card(spec: str, memo: MemoryStore) -> Card:
    """The card that every study of a twin would make anew."""
    return card_from(*_characterised(spec, memo), BRIEF)


def _measured(twin: Twin, request: dict[str, Any]) -> Answer:
    store = MemoryStore()
    characterise(Rig(twin, store))
    return store.once(request, dict)


@lru_cache(maxsize=1)
def memo_in(folder: Path) -> Store:
    """The memo of a gym's folder."""
    return Store(folder / "memo")


@lru_cache(maxsize=2)
def _twin(spec: str) -> Twin:
    return load_twin(spec)


def _tested(
    study: Study,
    trial: Trial,
    finding: Finding,
    kinds: Mapping[str, str],
    plan: Plan,
    memo: MemoryStore,
) -> Tested:
    registration = trial.registration
    truth, controls = None, []
    answer: TruthValue = "true" if finding.direction == "equivalent" else "false"
    rig, physiology = study.rig, load_physiology(study.state.physiology or {}, study.store.get)
    if not plan.null:
        truth = truth_of(registration, registration.main, rig, physiology, memo, finding.direction)
        answer = truth.of_claim(finding.direction, finding.margin)
    if truth is not None and finding.verdict == "supported":
        side = finding.direction
        if side == "different":
            mean = arm_values(trial, registration.main, "test").mean()
            side = "greater" if mean > 0 else "less"
        for arm in registration.controls:
            found = truth_of(registration, arm, rig, physiology, memo, side)
            said = found.of_claim(side, finding.margin)
            controls.append(ControlTruth(id=arm.id, direction=side, truth=found, answer=said))
    values = arm_values(trial, registration.main, "estimate")
    return Tested(
        case=finding.origin,
        kind=kinds.get(finding.origin, ""),
        claim=_claim(registration.hypothesis),
        stock=digest(registration.hypothesis.contrast) in _stock(),
        confidence=_confidence(study.state, finding.id),
        measure=finding.measure,
        direction=finding.direction,
        margin=finding.margin,
        clip_bound=finding.clip_bound,
        verdict=finding.verdict,
        controls_verdict=finding.controls_verdict,
        scope=finding.scope,
        estimate=finding.estimate,
        interval=finding.interval,
        sd=float(np.std(values, ddof=1)),
        n_draws=sum(len(draws) for draws in trial.draws.values()),
        n_controls=len(registration.controls),
        stopped_at=finding.stopped_at,
        e_value=finding.e_value,
        threshold=finding.threshold_support,
        values=() if plan.null else _test_draws(trial),
        n_neurons=finding.n_neurons,
        truth=truth,
        answer=answer,
        controls=tuple(controls),
    )


def _test_draws(trial: Trial) -> tuple[float, ...]:
    return tuple(arm_values(trial, trial.registration.main, "test").round(4).tolist())


def _claim(hypothesis: Hypothesis) -> str:
    parts = (hypothesis.contrast, hypothesis.rule, hypothesis.prediction)
    return digest([part.to_json() for part in parts])[:16]


@lru_cache(maxsize=1)
def _stock() -> frozenset[str]:
    """Digests of the contrasts that come with the laboratory."""
    return frozenset(digest(template.contrast.contrast()) for template in load_templates())


def _confidence(state: State, hypothesis_id: str) -> float | None:
    """What the scientist stated when it last proposed the hypothesis."""
    stated = [
        attempt.confidence
        for attempt in state.attempts
        if attempt.hypothesis is not None and attempt.hypothesis.id == hypothesis_id
    ]
    return stated[-1] if stated else None
