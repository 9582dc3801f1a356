"""What a recording says of a registration, as records."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from v1vlm.claims import Direction, HypothesisId, Verdict
from v1vlm.records import Record

SettledLevel = Literal["L0", "L4", "L5"]


class Settlement(Record):
    """What one recording says of one registration.

    Attributes
    ----------
    level : {"L0", "L4", "L5"}
        L4: decided on recorded responses. L5: on responses recorded after the registration, to
        stimuli that its digest seeds. L0: undecided, or the responses are simulated.
    estimate : float
        Pooled modulation index (difference, for `delta_ref`) of all draws presented, also those
        after the decision: how many there are was fixed before.
    interval : (float, float) or None
        95 % of bootstrap resamples of draws.
    n_draws, n_missing, n_elsewhere : int
        Draws that count; left out because a condition was not recorded; left out because fewer
        neurons than registered look there, which is known without any response.
    stopped_at : int
        Draws tested until the decision, calibration draws not counted.
    simulated : bool
        The file says that its responses are: this is a rehearsal.
    """

    hypothesis: HypothesisId
    registration: str
    measure: str
    direction: Direction
    margin: float
    quantity: Literal["pooled modulation index", "mean response difference"]
    verdict: Verdict
    reason: str
    level: SettledLevel
    estimate: float
    interval: tuple[float, float] | None
    e_value: float
    e_refute: float
    threshold_support: float
    threshold_refute: float
    stopped_at: int = Field(ge=0)
    n_draws: int
    n_missing: int
    n_elsewhere: int
    n_neurons: int
    clip_bound: float
    clipped_share: float
    simulated: bool


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
    n_missing, n_elsewhere : dict of str to int
        Draws left out, by digest of the registration (see `Settlement`).
    """

    sha256: str
    session_start: str
    simulated: bool
    n_neurons: int
    n_trials: int
    seeded: tuple[str, ...]
    n_missing: dict[str, int]
    n_elsewhere: dict[str, int]


def check_entry(payload: dict[str, Any]) -> None:
    """Refuse an event whose parts are not what they should be.

    Raises
    ------
    InputError
        Naming the first that is not.
    """
    Recorded.from_json(payload["recording"])
    for said in payload["settlements"]:
        Settlement.from_json(said)
