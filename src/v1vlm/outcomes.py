"""What a finding is put together from: estimates, planned power, replications."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from v1vlm.records import Record

ReplicationLevel = Literal["L2", "L3"]
"""L2: other mice of the same twin, whose weights they share. L3: twins of another lineage."""

Reached = Literal["reached", "not reached", "not run"]


class Conjunction(Record):
    """A level that a claim reaches if its effect is there in at least so many subjects.

    Attributes
    ----------
    at_least : int
        u, of the n arms registered for the level.
    alpha : float
        Of its own e-LOND stream, at this place.
    """

    level: ReplicationLevel
    at_least: int = Field(ge=1)
    alpha: float = Field(gt=0, lt=1)


class LevelFinding(Record):
    """Whether a claim reached a level of replication.

    Attributes
    ----------
    n : int
        Subjects registered; `n_present` of them reached their own threshold, which is what was
        seen, not what is controlled: that is `outcome`.
    e_value : float
        Against "the effect is there in fewer than `at_least` of them".
    """

    level: ReplicationLevel
    at_least: int
    n: int
    n_present: int
    e_value: float
    threshold: float
    outcome: Reached


class ReplicationFinding(Record):
    """What one subject of a replication says.

    Attributes
    ----------
    level : {"L2", "L3"} or None
        That it counts for; None for the main arm's own animal under another model.
    e_value, e_refute : float
        For the effect in this subject, and against it.
    """

    id: str
    level: ReplicationLevel | None
    twin: str
    mouse: str
    outcome: Literal["present", "absent", "inconclusive", "not run"]
    estimate: float | None
    interval: tuple[float, float] | None
    n_draws: int
    n_neurons: int
    e_value: float
    e_refute: float
    stopped_at: int
    invalid_share: float


class PlannedPower(Record):
    """What a test of a given effect was in for.

    Attributes
    ----------
    multiple : float
        The effect in margins; `effect` is the mean of the draws before clipping.
    power : float
        Probability that the claim is supported within the budget.
    mean_draws : float
        Until the decision or the end of the budget.
    """

    multiple: float
    effect: float
    power: float = Field(ge=0, le=1)
    mean_draws: float


class Planned(Record):
    """Power as planned at registration: by simulation, at the spread of the pilot.

    Attributes
    ----------
    pilot_sd : float
    places : int
        K, of which the registration took one.
    threshold : float
        1/α of support, at its place.
    """

    pilot_sd: float
    places: int
    threshold: float
    powers: tuple[PlannedPower, ...]


class SpecificationEstimate(Record):
    """The measure under another neuron rule; reported, never tested.

    Attributes
    ----------
    name : str
        What differs from the registered rule; "as registered" for it.
    n_neurons : float
        That count in a draw, on average.
    registered, early, late : float or None
        Mean of the clipped measure in the registered window and in those beside it, over the
        draws that select enough neurons; None where most do not, or the window was not
        summarised.
    """

    name: str
    n_neurons: float
    registered: float | None
    early: float | None
    late: float | None


class WindowEstimate(Record):
    """The measure in a window beside the registered one; reported, never tested.

    Attributes
    ----------
    window : {"early", "late", "offset"}
        .05–.25 s and .4–1 s from onset, 0–.5 s after offset.
    n_draws : int
        Estimation draws; of the offset, those recorded for so long.
    """

    window: Literal["early", "late", "offset"]
    value: float
    interval: tuple[float, float] | None
    n_draws: int


class Estimate(Record):
    """Size of an effect, from draws that no decision was taken on."""

    value: float
    interval: tuple[float, float] | None
    n_draws: int
    n_neurons: int
    unclipped: float
    clipped_share: float
    invalid_share: float
    population_index: float | None = None
    interval_by_source: tuple[float, float] | None = None
    n_sources: int = 0
    windows: tuple[WindowEstimate, ...] = ()
    specifications: tuple[SpecificationEstimate, ...] = ()


class FamilyNote(Record):
    """A family of a finding, in words and by digest."""

    level: str
    description: str
    sha256: str
