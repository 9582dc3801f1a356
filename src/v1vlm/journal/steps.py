"""What comes next: a pure function of the state."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from v1vlm.claims import Arm
from v1vlm.journal.arms import progress
from v1vlm.journal.events import Event
from v1vlm.journal.replication import stands
from v1vlm.journal.state import Stage, State, Trial
from v1vlm.records import Record


@dataclass(frozen=True)
class Characterise:
    """Measure all neurons with the laboratory's own stimuli.

    Attributes
    ----------
    twin : str
        Digest of a twin of replications; the subject of the study without.
    """

    twin: str = ""


@dataclass(frozen=True)
class Propose:
    """Ask the scientist for a hypothesis."""

    step: int
    attempt: int


@dataclass(frozen=True)
class PilotDraws:
    """Show exploration draws of the open proposal to half A."""


@dataclass(frozen=True)
class Consider:
    """Let the scientist look at the pilot; register, change or withdraw."""


@dataclass(frozen=True)
class DrawChunk:
    """Show `count` fresh draws of an arm, from draw `start` of its stage."""

    arm: str
    stage: Stage
    start: int
    count: int


@dataclass(frozen=True)
class Decide:
    """Turn the draws of the open registration into a finding."""


@dataclass(frozen=True)
class Interpret:
    """Let the scientist say what the finding means."""


@dataclass(frozen=True)
class Write:
    """Let the scientist write the words of the report."""


@dataclass(frozen=True)
class Stop:
    """Close the study."""

    reason: str


Step = (
    Characterise | Propose | PilotDraws | Consider | DrawChunk | Decide | Interpret | Write | Stop
)


def next_step(state: State) -> Step | None:
    """The one thing to do next; None when the study is closed."""
    if state.stopped is not None:
        return None
    if state.physiology is None:
        return Characterise()
    for card in state.replicates:
        # Before any registration, which freezes what was measured of every subject.
        if card["digest"] not in state.physiologies:
            return Characterise(card["digest"])
    if state.attempts and state.attempts[-1].outcome == "proposed":
        return Consider() if state.attempts[-1].pilot is not None else PilotDraws()
    if state.trials and state.trials[-1].interpretation is None:
        return _test_step(state.trials[-1])
    proposal = _next_proposal(state)
    if proposal is not None:
        return proposal
    return Write() if state.prose is None else Stop("complete")


def performs(step: Step | None, event: Event) -> bool:
    """Whether an event is what a step may lead to, or may come at any time."""
    if event.kind in _ANY_TIME or (event.kind == "settled" and step is None):
        return True
    if event.kind not in _LEADS_TO.get(type(step), ()):
        return False
    payload = event.payload
    if isinstance(step, DrawChunk):
        drawn = (payload["arm"], payload["stage"], payload["start"], len(payload["scores"]))
        return drawn == (step.arm, step.stage, step.start, step.count)
    if isinstance(step, Characterise):
        return bool(payload.get("twin", "") == step.twin)
    if isinstance(step, Propose):
        return (payload["step"], payload["attempt"]) == (step.step, step.attempt)
    if isinstance(step, Stop):
        return bool(payload["reason"] == step.reason)
    return True


class Budget(Record):
    """How far one run may go. No part of the study: it ends a run between two steps, and a study
    that went on later is the same as one that was never stopped.

    Attributes
    ----------
    max_draws : int or None
        Draws shown in the whole study, pilots included; a step that would exceed it is not begun.
    max_hours : float or None
        Hours of this run; after them no step is begun.
    max_calls, max_tokens, max_usd : number or None
        Of the whole study; a model is not asked once one of them is reached.
    """

    max_draws: int | None = Field(None, ge=0)
    max_hours: float | None = Field(None, ge=0)
    max_calls: int | None = Field(None, ge=0)
    max_tokens: int | None = Field(None, ge=0)
    max_usd: float | None = Field(None, ge=0)

    def may_ask(self, state: State) -> bool:
        """Whether a model may still be asked."""
        usage = state.usage
        spent = (
            (usage.calls, self.max_calls),
            (usage.tokens, self.max_tokens),
            (usage.usd, self.max_usd),
        )
        return all(limit is None or value < limit for value, limit in spent)

    def allows(self, state: State, step: Step, hours: float) -> bool:
        """Whether a step may still be begun, so many hours after the run began."""
        if self.max_hours is not None and hours >= self.max_hours:
            return False
        wanted = draws_of(state, step)
        if self.max_draws is None or not wanted:
            return True
        return draws_shown(state) + wanted <= self.max_draws


def draws_of(state: State, step: Step) -> int:
    """Draws that a step shows."""
    if isinstance(step, DrawChunk):
        return step.count
    return state.spec.pilot_draws if isinstance(step, PilotDraws) else 0


def draws_shown(state: State) -> int:
    """Draws shown so far: of pilots, tests and estimates, in all arms."""
    pilots = sum(len(a.pilot.scores) for a in state.attempts if a.pilot is not None)
    return pilots + sum(len(draws) for trial in state.trials for draws in trial.draws.values())


_ANY_TIME = ("answered", "painted", "unpainted", "noted")

_LEADS_TO: dict[type, tuple[str, ...]] = {
    Characterise: ("characterised",),
    Propose: ("proposed", "refused", "declined"),
    PilotDraws: ("piloted", "refused"),
    Consider: ("registered", "proposed", "withdrawn", "refused"),
    DrawChunk: ("drawn",),
    Decide: ("decided",),
    Interpret: ("interpreted",),
    Write: ("written",),
    Stop: ("stopped",),
}


def _next_proposal(state: State) -> Propose | None:
    if not state.attempts:
        return Propose(1, 1)
    last = state.attempts[-1]
    if last.outcome == "declined":
        return None
    if last.outcome != "registered" and last.number < state.spec.tries:
        return Propose(last.step, last.number + 1)
    return Propose(last.step + 1, 1) if last.step < state.spec.num_steps else None


def _test_step(trial: Trial) -> Step:
    if trial.finding is not None:
        return Interpret()
    registration = trial.registration
    run: list[Arm] = [registration.main]
    if progress(trial, registration.main).open:
        return _chunk(trial, registration.main, "test", registration.draws_max)
    if progress(trial, registration.main).verdict == "supported":
        run += registration.controls
        for arm in registration.controls:
            if progress(trial, arm).open:
                return _chunk(trial, arm, "test", registration.draws_max)
        if registration.replications and stands(trial):
            run += registration.replications
            for arm in registration.replications:
                if progress(trial, arm).open:
                    return _chunk(trial, arm, "test", registration.draws_max)
    # A fixed number of further draws after every verdict, whatever it is: an estimate
    # from the test draws would be biased by the stopping rule.
    for arm in run:
        if len(trial.of(arm.id, "estimate")) < registration.estimate_draws:
            return _chunk(trial, arm, "estimate", registration.estimate_draws)
    return Decide()


def _chunk(trial: Trial, arm: Arm, stage: Stage, total: int) -> DrawChunk:
    start = len(trial.of(arm.id, stage))
    return DrawChunk(arm.id, stage, start, min(trial.registration.chunk, total - start))
