"""What happened: events, the state they fold to, and the step that comes next. Pure."""

from v1vlm.journal.arms import alpha_support, arm_bound, arm_values, invalid_share, progress
from v1vlm.journal.events import (
    GENESIS,
    SCHEMA,
    Event,
    StudySpec,
    identity_of,
    parse_log,
    sealed,
)
from v1vlm.journal.registering import design_of, draft_registration, levels, planned_power
from v1vlm.journal.replication import check_levels, levels_of, stands
from v1vlm.journal.settlement import Recorded, Settlement
from v1vlm.journal.settling import (
    check_settlements,
    registration_times,
    settle,
    settles,
)
from v1vlm.journal.state import Attempt, Draws, Pilot, Stage, State, Trial, apply, fold
from v1vlm.journal.steps import (
    Budget,
    Characterise,
    Consider,
    Decide,
    DrawChunk,
    Interpret,
    PilotDraws,
    Propose,
    Step,
    Stop,
    Write,
    draws_of,
    draws_shown,
    next_step,
    performs,
)
from v1vlm.journal.usage import Usage
from v1vlm.journal.verdict import conclude

__all__ = [
    "GENESIS",
    "SCHEMA",
    "Attempt",
    "Budget",
    "Characterise",
    "Consider",
    "Decide",
    "DrawChunk",
    "Draws",
    "Event",
    "Interpret",
    "Pilot",
    "PilotDraws",
    "Propose",
    "Recorded",
    "Settlement",
    "Stage",
    "State",
    "Step",
    "Stop",
    "StudySpec",
    "Trial",
    "Usage",
    "Write",
    "alpha_support",
    "apply",
    "arm_bound",
    "arm_values",
    "check_levels",
    "check_settlements",
    "conclude",
    "design_of",
    "draft_registration",
    "draws_of",
    "draws_shown",
    "fold",
    "identity_of",
    "invalid_share",
    "levels",
    "levels_of",
    "next_step",
    "parse_log",
    "performs",
    "planned_power",
    "progress",
    "registration_times",
    "sealed",
    "settle",
    "settles",
    "stands",
]
