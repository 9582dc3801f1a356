"""What is claimed: predictions, the arms they are tested in, and what was found."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from v1vlm.analysis.neurons import Physiology, angular_distance_deg, orientation_distance_deg
from v1vlm.manipulation import Manipulation, Tally
from v1vlm.outcomes import (
    Conjunction,
    FamilyNote,
    LevelFinding,
    Planned,
    ReplicationFinding,
    ReplicationLevel,
    SpecificationEstimate,
    WindowEstimate,
)
from v1vlm.records import Record
from v1vlm.stimuli import Contrast

Direction = Literal["greater", "less", "different", "equivalent"]
ControlsVerdict = Literal[
    "robust", "explained away", "controls inconclusive", "no controls", "not run"
]
Verdict = Literal["supported", "contradicted", "inconclusive"]
Expectation = Literal["present", "absent"]
Level = Literal["L0", "L1", "L2", "L3"]
"""Rungs of the evidence ladder that a study can reach by itself."""
HypothesisId = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,40}$")]
"""Figures are files named by it, so that it can hold no separator of paths."""

PER_NEURON = frozenset({"permi", "delta_ref"})
"""Measures that average a comparison of every neuron, which the summed response can contradict."""


class NeuronRule(Record):
    """Which neurons a claim is about, from what was measured before it.

    The rule sees the place and the orientation that all members of a draw share, never a
    response to them, so that it treats the members alike.

    Attributes
    ----------
    within_deg : float or None
        Largest distance of the receptive field from the centre of the stimulus.
    prefers_within_deg : float or None
        Largest distance of the preferred orientation from the one shown to the field.
    selectivity : float
        Smallest gOSI for a preference to count; used with `prefers_within_deg` alone.
    minimum : int
        A draw that selects fewer neurons is invalid.
    quality : float
        Smallest quality (see `v1vlm.analysis.neurons.COLUMNS`).
    """

    half: Literal["A", "B"] = "B"
    within_deg: float | None = Field(10.0, gt=0)
    prefers_within_deg: float | None = Field(None, gt=0, le=90)
    selectivity: float = Field(0.1, ge=0, le=1)
    minimum: int = Field(3, ge=1)
    quality: float = Field(0.1, ge=0)

    def candidates(self, physiology: Physiology) -> NDArray[np.intp]:
        """Neurons of the half whose quality suffices and whose field could be measured."""
        keep = physiology.half(self.half) & (physiology["quality"] >= self.quality)
        # Responses are compared in units of the reference; a neuron without one has no scale.
        keep &= np.isfinite(physiology["reference"])
        if self.within_deg is not None:
            keep &= np.isfinite(physiology["rf_azimuth_deg"])
        return np.flatnonzero(keep)

    def select(
        self,
        physiology: Physiology,
        azimuth_deg: float,
        elevation_deg: float,
        orientation_deg: float | None,
    ) -> NDArray[np.intp]:
        """Indices of the neurons that count for a draw at this place and orientation.

        Raises
        ------
        ValueError
            If the rule asks for a preference but the members share no orientation.
        """
        index = self.candidates(physiology)
        if self.within_deg is not None:
            distance = angular_distance_deg(
                physiology["rf_azimuth_deg"][index],
                physiology["rf_elevation_deg"][index],
                (azimuth_deg, elevation_deg),
            )
            index = index[distance <= self.within_deg]
        if self.prefers_within_deg is not None:
            if orientation_deg is None:
                raise ValueError("the members of the contrast share no orientation to prefer")
            away = orientation_distance_deg(physiology["orientation_deg"][index], orientation_deg)
            selective = physiology["gosi"][index] >= self.selectivity
            index = index[(away <= self.prefers_within_deg) & selective]
        return index

    def describe(self) -> str:
        """The rule in words."""
        parts = [f"half {self.half}", f"quality of at least {self.quality:g}"]
        if self.within_deg is not None:
            parts.append(f"receptive field within {self.within_deg:g}° of the stimulus centre")
        if self.prefers_within_deg is not None:
            parts.append(
                f"preferred orientation within {self.prefers_within_deg:g}° of the one shown "
                f"there (gOSI of at least {self.selectivity:g})"
            )
        return ", ".join(parts)


class Prediction(Record):
    """The measurable statement a hypothesis stands or falls with."""

    measure: str = "permi"
    direction: Direction
    margin: float = Field(0.05, gt=0, lt=1)
    window_s: tuple[float, float] = (0.0, 1.0)

    @model_validator(mode="after")
    def _window_is_ordered(self) -> Prediction:
        if not 0 <= self.window_s[0] < self.window_s[1] <= 10:
            raise ValueError("window_s must satisfy 0 <= start < stop <= 10")
        return self


class _Grown(Record):
    """A record whose later fields are stored only where they say something.

    What was digested before there were such fields keeps its digest, and with it its seeds.
    """

    @model_serializer(mode="wrap")
    def _without_the_unsaid(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        stored: dict[str, Any] = handler(self)
        unsaid = [name for name in _LATER & set(stored) if not getattr(self, name)]
        return {name: value for name, value in stored.items() if name not in unsaid}


_LATER = frozenset({"physiology_digest", "level", "conjunctions", "shared_draws"})


class Arm(_Grown):
    """One set of conditions under which a prediction is tested.

    Attributes
    ----------
    expects : {"present", "absent"}
        Whether the effect should be there. A control that expects it absent tests the
        difference between the main contrast and its own.
    physiology_digest : str
        Of a replication: of what was measured of its twin's neurons.
    level : {"L2", "L3"} or None
        That a replication counts for; None for the main arm's own animal under another model,
        which is shown and counts for none.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    role: Literal["main", "control", "replication"]
    expects: Expectation = "present"
    contrast: Contrast
    rule: NeuronRule
    twin: str = ""
    mouse: str = ""
    behaviour: str = "still"
    reason: str = Field("", max_length=300)
    physiology_digest: str = ""
    level: ReplicationLevel | None = None


class Hypothesis(Record):
    """A claim in words, and the prediction it stands or falls with.

    Attributes
    ----------
    citations : tuple of str
        ``ctx:`` works that the context cites, ``lab:`` the laboratory's own.
    rivals : dict
        What rival accounts predict, by name of the account.
    parent : str or None
        The finding that it follows up.
    """

    id: HypothesisId
    title: str = Field(max_length=120)
    statement: str = Field(max_length=600)
    rationale: str = Field("", max_length=2000)
    citations: tuple[str, ...] = ()
    rivals: dict[str, str] = Field(default_factory=dict)
    contrast: Contrast
    rule: NeuronRule = NeuronRule()
    prediction: Prediction
    parent: str | None = None
    origin: str = ""


class Registration(_Grown):
    """The frozen hypothesis with everything its test depends on.

    Its digest seeds the confirmation stimuli, so they cannot exist before it does.

    Attributes
    ----------
    conjunctions : tuple of Conjunction
        Levels of replication, lowest first.
    shared_draws : bool
        Whether replications have the draws of the main arm, each placed on receptive fields of
        its own subject, or draws of their own.
    manipulation : Manipulation or None
        The rule by which pairs of painted images are looked at and replaced; None where nothing
        is painted.
    """

    study: str
    index: int = Field(ge=1)
    hypothesis: Hypothesis
    arms: tuple[Arm, ...] = Field(min_length=1)
    clip_bound: float = Field(gt=0, le=2)
    draws_max: int = Field(ge=1)
    estimate_draws: int = Field(100, ge=2)
    chunk: int = Field(20, ge=1)
    alpha_support: float = Field(gt=0, lt=1)
    alpha_refute: float = Field(gt=0, lt=1)
    alpha_explain: float = Field(gt=0, lt=1)
    invalid_max: float = Field(0.05, ge=0, le=1)
    twin_digest: str
    physiology_digest: str
    stop: str = "at the first draw where a process reaches its own 1/alpha, else at draws_max"
    checks: dict[str, float] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    conjunctions: tuple[Conjunction, ...] = ()
    shared_draws: bool = False
    manipulation: Manipulation | None = None

    @model_validator(mode="after")
    def _arms_fit(self) -> Registration:
        roles = [arm.role for arm in self.arms]
        if roles[0] != "main" or roles.count("main") != 1:
            raise ValueError("the first arm, and only it, must be the main one")
        claim = (self.hypothesis.contrast, self.hypothesis.rule)
        if (self.arms[0].contrast, self.arms[0].rule) != claim:
            raise ValueError("the main arm must test the hypothesis's own contrast and rule")
        if len({arm.id for arm in self.arms}) != len(self.arms):
            raise ValueError("arms must have different ids")
        if self.clip_bound <= self.hypothesis.prediction.margin:
            raise ValueError("the clipping bound must exceed the margin")
        return self

    @model_validator(mode="after")
    def _replications_fit(self) -> Registration:
        claim = (self.hypothesis.contrast, self.hypothesis.rule, "present")
        for arm in self.replications:
            if (arm.contrast, arm.rule, arm.expects) != claim:
                raise ValueError("a replication must test the claim itself, in another subject")
            if not arm.twin or not arm.physiology_digest:
                raise ValueError("a replication must name its twin, and what was measured of it")
        counted = Counter(arm.level for arm in self.replications if arm.level is not None)
        if sorted(counted) != [conjunction.level for conjunction in self.conjunctions]:
            raise ValueError("every level that a replication counts for must be registered, once")
        for conjunction in self.conjunctions:
            if conjunction.at_least > counted[conjunction.level]:
                raise ValueError("a level cannot ask for more subjects than are registered")
        return self

    @property
    def main(self) -> Arm:
        """The arm that the claim itself is tested in."""
        return self.arms[0]

    @property
    def controls(self) -> tuple[Arm, ...]:
        """The control arms, in order."""
        return tuple(arm for arm in self.arms if arm.role == "control")

    @property
    def replications(self) -> tuple[Arm, ...]:
        """The replication arms, in order."""
        return tuple(arm for arm in self.arms if arm.role == "replication")

    def counted(self, level: ReplicationLevel) -> tuple[Arm, ...]:
        """The replications that count for a level."""
        return tuple(arm for arm in self.replications if arm.level == level)

    def conjunction(self, level: ReplicationLevel | None) -> Conjunction | None:
        """How a level was registered, if it was."""
        return next((one for one in self.conjunctions if one.level == level), None)


class ControlFinding(Record):
    """What one control arm says.

    Attributes
    ----------
    estimate, interval
        Of the tested quantity.
    control_effect : float or None
        Mean effect in the control contrast itself, where the difference from it is tested.
    e_value, e_explain : float
        For the effect's survival, and for the control's explaining it.
    """

    id: str
    expects: Expectation
    quantity: Literal["effect", "effect minus control"]
    reason: str = ""
    outcome: Literal["survived", "failed", "inconclusive", "not run"]
    estimate: float | None
    interval: tuple[float, float] | None
    control_effect: float | None = None
    n_draws: int
    e_value: float
    e_explain: float
    stopped_at: int
    invalid_share: float = 0.0


WordingScope = Literal["the named wordings", "wordings like these"]


class Finding(Record):
    """What the statistics say of one registration.

    Attributes
    ----------
    level : {"L0", "L1", "L2", "L3"}
        The highest rung below which no registered one was missed.
    n_wordings : int
        Paraphrases that each painted condition had; 0 where nothing was painted.
    wording_scope : str or None
        Whether the verdict also stands in the interval over wordings, of which there must be
        `v1vlm.stimuli.WORDINGS_MIN`.
    manipulation : Tally or None
        How the painted pairs of test and estimate fared when they were looked at.
    """

    id: HypothesisId
    index: int
    title: str
    statement: str
    parent: str | None
    origin: str
    measure: str
    direction: Direction
    margin: float
    clip_bound: float
    factor: str
    families: tuple[FamilyNote, ...]
    neuron_rule: str
    n_neurons: int
    twin: str
    mouse: str
    behaviour: str
    window_s: tuple[float, float]
    centring: str
    estimate: float
    interval: tuple[float, float] | None
    cs: tuple[float, float]
    e_value: float
    e_refute: float
    threshold_support: float
    threshold_refute: float
    stopped_at: int
    draws_max: int
    n_draws: int
    unclipped: float
    clipped_share: float
    invalid_share: float
    population_index: float | None
    interval_by_source: tuple[float, float] | None
    n_sources: int
    windows: tuple[WindowEstimate, ...] = ()
    specifications: tuple[SpecificationEstimate, ...] = ()
    n_wordings: int = 0
    wording_scope: WordingScope | None = None
    manipulation: Tally | None = None
    scope: Literal["the named neurons", "this twin's population"]
    verdict: Verdict
    reason: str
    controls_verdict: ControlsVerdict
    explained_by: str | None
    controls: tuple[ControlFinding, ...]
    replications: tuple[ReplicationFinding, ...] = ()
    levels: tuple[LevelFinding, ...] = ()
    shared_draws: bool = False
    planned: Planned | None = None
    level: Level
    registration: str

    @property
    def depends_on_measure(self) -> bool:
        """Whether mean neuron and summed response lie on different sides of the margin."""

        def side(value: float) -> int:
            return (value > self.margin) - (value < -self.margin)

        index = self.population_index
        return (
            self.measure in PER_NEURON and index is not None and side(self.estimate) != side(index)
        )
