"""The state of a study: everything that a reader of its journal can know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from v1vlm.claims import Finding, Hypothesis, Registration
from v1vlm.journal.events import GENESIS, StudySpec
from v1vlm.journal.usage import Usage
from v1vlm.manipulation import Looks, Manipulation
from v1vlm.outcomes import Planned

Stage = Literal["test", "estimate"]
Outcome = Literal["proposed", "refused", "declined", "withdrawn", "registered"]


@dataclass(frozen=True)
class Draws:
    """Draws of one arm at one stage, in order.

    Attributes
    ----------
    scores : tuple
        The measure of each draw, unclipped; None where the draw was invalid.
    control_scores : tuple
        The same of the control contrast, where the arm expects the effect absent.
    n_neurons, sources : tuple
        Per draw: how many neurons counted, and the photograph that it was cut from, if any.
    chunks : tuple of mapping
        Per chunk its ``start``, ``residuals`` and ``blobs``, the references of its arrays by name
        (see `v1vlm.rig.Rig.show`).
    looks : tuple of tuple of Look
        Per draw the painted pairs that were looked at; empty where nothing is painted.
    """

    scores: tuple[float | None, ...] = ()
    control_scores: tuple[float | None, ...] = ()
    n_neurons: tuple[int, ...] = ()
    sources: tuple[str | None, ...] = ()
    chunks: tuple[Mapping[str, Any], ...] = ()
    looks: tuple[Looks, ...] = ()

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True)
class Pilot:
    """Exploration draws on half A, before a registration.

    Attributes
    ----------
    manipulation : Manipulation or None
        The rule that painted pairs were held to, which a registration takes over.
    looks : tuple of tuple of Look
        Per draw, what was seen of them.
    """

    scores: tuple[float | None, ...]
    n_neurons: tuple[int, ...]
    residuals: Mapping[str, float]
    warnings: tuple[str, ...]
    refusals: tuple[str, ...]
    blobs: Mapping[str, str]
    manipulation: Manipulation | None = None
    looks: tuple[Looks, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """One proposal and what became of it.

    Attributes
    ----------
    confidence : float or None
        Probability of support that the scientist stated, if it stated one.
    """

    step: int
    number: int
    outcome: Outcome
    hypothesis: Hypothesis | None = None
    reason: str = ""
    pilot: Pilot | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class GivenUp:
    """Painting was given up while a claim about painted images was tested.

    Attributes
    ----------
    reason : str
    test_draws : int
        Test draws of the main arm that had been shown by then.
    """

    reason: str
    test_draws: int


@dataclass(frozen=True)
class Trial:
    """One registration under test.

    Attributes
    ----------
    planned : Planned or None
        Power as planned at registration; None where that was not recorded.
    given_up : GivenUp or None
        That painting was given up in the middle of it, if it was.
    """

    registration: Registration
    digest: str
    draws: Mapping[tuple[str, Stage], Draws] = field(default_factory=dict)
    finding: Finding | None = None
    interpretation: Mapping[str, Any] | None = None
    planned: Planned | None = None
    given_up: GivenUp | None = None

    def of(self, arm: str, stage: Stage) -> Draws:
        """Draws of an arm at a stage, possibly none yet."""
        return self.draws.get((arm, stage), Draws())


@dataclass(frozen=True)
class State:
    """Everything a reader of the journal can know.

    Attributes
    ----------
    card : mapping or None
        What the study knows of its subject (`v1vlm.physiology.citation`): the card that it was
        given, or else a brief one of its own.
    generator : str or None
        Digest of the generator that the study began with.
    generator_card : mapping
        What the generator said about itself, by name.
    unpainted : str or None
        Why painting was given up; since then stimuli are parametric.
    replicates : tuple of mapping
        Public cards of the twins that claims are replicated in.
    physiologies : mapping
        What was measured of their neurons, by the digest of the twin.
    siblings : tuple of mapping or None
        Other studies of the same twin and text that lay beside it when it closed; None where
        that was not recorded.
    usage : Usage
        What asking the model has cost so far.
    models : tuple of str
        Every model that answered, with its revision, in order.
    room : int or None
        Characters of the text that the model's window had room for, where that was too little.
    replayed : bool
        Whether all answers of the model come from the recording of another study.
    events : tuple of (kind, arm, stage)
        All events but notes, in order: their places are the same however often a study was
        interrupted. Arm and stage are empty where an event has none.
    settled : tuple of mapping
        What recorded responses said of the registrations since the study closed, one entry per
        handing in: ``recordings`` (each ``recording``, ``scores`` and ``settlements``) and what
        they say ``together`` (see `v1vlm.journal.settling`).
    """

    spec: StudySpec
    study: str
    twin: Mapping[str, Any]
    context: str
    versions: Mapping[str, str]
    generator: str | None = None
    generator_card: Mapping[str, Any] = field(default_factory=dict)
    unpainted: str | None = None
    replicates: tuple[Mapping[str, Any], ...] = ()
    physiology: Mapping[str, Any] | None = None
    card: Mapping[str, Any] | None = None
    physiologies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    painted: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    trials: tuple[Trial, ...] = ()
    prose: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    stopped: str | None = None
    siblings: tuple[Mapping[str, Any], ...] | None = None
    usage: Usage = field(default_factory=Usage)
    models: tuple[str, ...] = ()
    room: int | None = None
    replayed: bool = False
    events: tuple[tuple[str, str, str], ...] = ()
    settled: tuple[Mapping[str, Any], ...] = ()
    seq: int = 0
    hash: str = GENESIS

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings so far, in order of registration."""
        return tuple(trial.finding for trial in self.trials if trial.finding is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many hypotheses were proposed, refused, … and decided."""
        outcomes = [attempt.outcome for attempt in self.attempts]
        verdicts = [finding.verdict for finding in self.findings]
        return {
            "proposed": len(outcomes) - outcomes.count("declined"),
            "refused": outcomes.count("refused"),
            "declined": outcomes.count("declined"),
            "withdrawn": outcomes.count("withdrawn"),
            "registered": len(self.trials),
            "supported": verdicts.count("supported"),
            "contradicted": verdicts.count("contradicted"),
            "inconclusive": verdicts.count("inconclusive"),
        }
