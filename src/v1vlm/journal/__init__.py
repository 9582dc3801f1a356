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
from v1vlm.journal.folding import apply, fold
from v1vlm.journal.registering import (
    design_of,
    draft_registration,
    failed_manipulation,
    levels,
    painted_controls,
    planned_power,
)
from v1vlm.journal.replication import check_levels, levels_of, stands
from v1vlm.journal.seeds import SeedAt, confirmed_seeds, explored_seeds
from v1vlm.journal.settlement import Recorded, SettledControl, Settlement, Together
from v1vlm.journal.settling import Scores, counterpart_of, settles
from v1vlm.journal.state import Attempt, Draws, Pilot, Stage, State, Trial
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
from v1vlm.journal.together import check_settlements, settle_all
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
    "Scores",
    "SeedAt",
    "SettledControl",
    "Settlement",
    "Stage",
    "State",
    "Step",
    "Stop",
    "StudySpec",
    "Together",
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
    "confirmed_seeds",
    "counterpart_of",
    "design_of",
    "draft_registration",
    "draws_of",
    "draws_shown",
    "explored_seeds",
    "failed_manipulation",
    "first_failed",
    "fold",
    "identity_of",
    "invalid_share",
    "levels",
    "levels_of",
    "next_step",
    "painted_controls",
    "parse_log",
    "performs",
    "planned_power",
    "progress",
    "sealed",
    "settle_all",
    "settles",
    "stands",
]
