"""Seeds of draws: those to explore with, and those that only a registration gives."""

from __future__ import annotations

from collections.abc import Callable

from v1vlm.claims import Arm, Hypothesis
from v1vlm.journal.state import Stage, State, Trial
from v1vlm.records import digest, seed_of

SeedAt = Callable[[int, int], int]
"""Seed of draw *i* at try *t*, both from 0; only painted pairs have more than one try."""


def explored_seeds(state: State, hypothesis: Hypothesis) -> SeedAt:
    """Seeds of the pilot of a hypothesis."""
    key = digest(hypothesis)

    def seed_at(i: int, attempt: int) -> int:
        return seed_of(state.study, "explore", key, i, *([attempt] if attempt else []))

    return seed_at


def confirmed_seeds(trial: Trial, arm: Arm, stage: Stage, start: int = 0) -> SeedAt:
    """Seeds of the draws of an arm, from `start` of its stage, which its registration gives.

    A replication on shared draws has the seeds of the main arm: the same images, orientations and
    phases, each centred on a receptive field of its own subject, as an experimenter would.
    """
    shared = arm.role == "replication" and trial.registration.shared_draws
    key = trial.registration.main.id if shared else arm.id
    # Estimation draws go on where the budget of the test ends.
    first = start + (trial.registration.draws_max if stage == "estimate" else 0)

    def seed_at(i: int, attempt: int) -> int:
        return seed_of(trial.digest, key, first + i, *([attempt] if attempt else []))

    return seed_at
