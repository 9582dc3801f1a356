"""What happened: events, the state they fold to, and the step that comes next. Pure."""

from v1vlm.journal.events import GENESIS, Event, StudySpec, parse_log, sealed
from v1vlm.journal.state import Attempt, Draws, Pilot, State, Trial, apply, fold
from v1vlm.journal.steps import (
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
    next_step,
    performs,
)
from v1vlm.journal.verdict import (
    arm_bound,
    arm_values,
    conclude,
    invalid_share,
    levels,
    progress,
)

__all__ = [
    "GENESIS",
    "Attempt",
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
    "State",
    "Step",
    "Stop",
    "StudySpec",
    "Trial",
    "Write",
    "apply",
    "arm_bound",
    "arm_values",
    "conclude",
    "fold",
    "invalid_share",
    "levels",
    "next_step",
    "parse_log",
    "performs",
    "progress",
    "sealed",
]
