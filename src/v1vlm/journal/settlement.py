"""What a recording says of a registration, as records."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from v1vlm.analysis.conjunction import Combination
from v1vlm.claims import ControlsVerdict, Direction, Expectation, HypothesisId, Verdict
from v1vlm.records import Record

SettledLevel = Literal["L0", "L4", "L5"]


class SettledControl(Record):
    """What a recording says of one control arm.

    Attributes
    ----------
    quantity : {"effect", "effect minus control"}
        The second where the control expects the effect to be absent.
    outcome : str
        ``not shown`` where the recording has no presentation of it.
    e_value, e_explain : float
        For the effect's survival, and for the control's explaining it.
    e_end : float
        For survival, after all draws.
    """

    id: str
    expects: Expectation
    quantity: Literal["effect", "effect minus control"]
    outcome: Literal["survived", "failed", "inconclusive", "not shown"]
    reason: str
    estimate: float | None
    interval: tuple[float, float] | None
    e_value: float
    e_explain: float
    e_end: float
    stopped_at: int
    n_draws: int
    n_missing: int


class Settlement(Record):
    """What one recording says of one registration.

    Attributes
    ----------
    level : {"L0", "L4", "L5"}
        L4: decided on recorded responses. L5: on responses recorded after the registration, to
        stimuli that its digest seeds. L0: undecided, or the responses are simulated.
    quantity : str
        What was tested in place of the measure (see `v1vlm.analysis.recorded`).
    estimate : float or None
        Of all draws presented, also those after the decision: how many there are was fixed
        before. None where the neurons do not respond.
    interval : (float, float) or None
        95 % of bootstrap resamples of draws.
    n_draws, n_missing, n_elsewhere : int
        Draws that count; left out because a condition was not recorded; left out because fewer
        neurons than registered look there, which is known without any response.
    stopped_at : int
        Draws tested until the decision, calibration draws not counted.
    e_end, e_refute_end : float
        Capital after all draws, which several recordings are combined by.
    controls_verdict, explained_by
        As of a finding, of the controls that were recorded.
    simulated : bool
        The file says that its responses are: this is a rehearsal.
    """

    hypothesis: HypothesisId
    registration: str
    measure: str
    direction: Direction
    margin: float
    quantity: str
    verdict: Verdict
    reason: str
    level: SettledLevel
    estimate: float | None
    interval: tuple[float, float] | None
    e_value: float
    e_refute: float
    e_end: float
    e_refute_end: float
    threshold_support: float
    threshold_refute: float
    stopped_at: int = Field(ge=0)
    n_draws: int
    n_missing: int
    n_elsewhere: int
    n_neurons: int
    clip_bound: float
    clipped_share: float
    controls: tuple[SettledControl, ...]
    controls_verdict: ControlsVerdict
    explained_by: str | None
    simulated: bool


class Together(Record):
    """What several recordings that were handed in together say of one registration.

    Attributes
    ----------
    n : int
        Animals.
    supported_in, contradicted_in : int
        The prediction holds in at least so many of them; does not hold in at least so many.
    standing_in : int or None
        It holds, and survives all its controls, in at least so many; None without controls.
    combination : {"average", "product"}
        Of e-values: the average where animals were shown the same draws.
    e_support, e_refute : tuple of float
        E-values against "in fewer than u animals", u = 1 to n.
    """

    hypothesis: HypothesisId
    registration: str
    n: int = Field(ge=2)
    supported_in: int
    contradicted_in: int
    standing_in: int | None
    combination: Combination
    e_support: tuple[float, ...]
    e_refute: tuple[float, ...]
    threshold_support: float
    threshold_refute: float
    level: SettledLevel


class Recorded(Record):
    """What is kept of a recording besides the scores of its draws.

    Attributes
    ----------
    session_start : str
        ISO 8601, with its offset.
    simulated : bool
        The file says that its responses are.
    n_trials : int
        Of the presentations of this study.
    seeded : tuple of str
        Digests of registrations whose stimuli were all drawn from them.
    subject : str
        As the file calls the animal; empty if it does not. Recordings of one animal count once.
    n_missing, n_elsewhere : dict
        Draws left out, by digest of the registration and arm (see `Settlement`).
    """

    sha256: str
    session_start: str
    simulated: bool
    n_neurons: int
    n_trials: int
    seeded: tuple[str, ...]
    subject: str
    n_missing: dict[str, dict[str, int]]
    n_elsewhere: dict[str, dict[str, int]]


def check_entry(payload: dict[str, Any]) -> None:
    """Refuse an event whose parts are not what they should be.

    Raises
    ------
    InputError
        Naming the first that is not.
    """
    for entry in payload["recordings"]:
        Recorded.from_json(entry["recording"])
        for said in entry["settlements"]:
            Settlement.from_json(said)
    for said in payload["together"]:
        Together.from_json(said)
