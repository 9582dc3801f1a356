"""Scientists of the gym: one that proposes what it is given, one that proposes at random."""

from __future__ import annotations

import json
from collections.abc import Sequence

from v1vlm.claims import Arm, Direction, Finding, Registration
from v1vlm.errors import InputError
from v1vlm.gym.suites import Suite, load_suite
from v1vlm.journal import Pilot
from v1vlm.records import rng_of
from v1vlm.scientist import Ask, Briefing, Decline, Interpretation, Keep, Proposal, Prose
from v1vlm.scientist.heuristic.templates import Template, load_templates

GIVEN = "v1vlm.gym.given:given"
RANDOM = "v1vlm.gym.given:at_random"


def guidance(suite: str, cases: Sequence[str]) -> str:
    """What tells the given scientist which cases to propose, as a study's initial prompt."""
    return json.dumps([suite, *cases], separators=(",", ":"))


class _Terse:
    """Keeps what it proposed, adds no control and says little."""

    wants_pictures = False

    def look(self, briefing: Briefing, pilot: Pilot, ask: Ask) -> Keep:
        """Keep it, whatever the pilot says."""
        del briefing, pilot, ask
        return Keep()

    def sceptic(self, briefing: Briefing, registration: Registration, ask: Ask) -> tuple[Arm, ...]:
        """No controls."""
        del briefing, registration, ask
        return ()

    def interpret(self, briefing: Briefing, finding: Finding, ask: Ask) -> Interpretation:
        """Nothing but the verdict."""
        del briefing, ask
        return Interpretation(text=f"The claim is [[{finding.id}.verdict]].")

    def write(self, briefing: Briefing, ask: Ask) -> Prose:
        """A title."""
        del briefing, ask
        return Prose(title="A study of the gym")


class Given(_Terse):
    """Proposes given cases, in order, with their controls.

    Parameters
    ----------
    suite : str
        All cases of this suite; without one, those that the briefing's guidance lists.
    """

    name = "given"

    def __init__(self, suite: str = "") -> None:
        self._suite = suite

    def propose(self, briefing: Briefing, ask: Ask) -> Proposal | Decline:
        """The case of this step."""
        del ask
        suite, names = self._cases(briefing)
        place = briefing.step - 1
        if place >= len(names):
            return Decline(reason="No case is left.")
        case = suite.case(names[place])
        return Proposal(hypothesis=case.hypothesis(briefing.hypothesis_id, (), None))

    def sceptic(self, briefing: Briefing, registration: Registration, ask: Ask) -> tuple[Arm, ...]:
        """The controls of the case."""
        del ask
        suite, _ = self._cases(briefing)
        return suite.case(registration.hypothesis.origin).arms()

    def interpret(self, briefing: Briefing, finding: Finding, ask: Ask) -> Interpretation:
        """Why the case was asked, and the verdict."""
        suite, _ = self._cases(briefing)
        because = suite.case(finding.origin).rationale
        verdict = super().interpret(briefing, finding, ask).text
        return Interpretation(text=f"{because} {verdict}".strip())

    def write(self, briefing: Briefing, ask: Ask) -> Prose:
        """The suite's title, and what it says about itself."""
        suite, _ = self._cases(briefing)
        if not suite.title:
            return super().write(briefing, ask)
        return Prose(title=suite.title, introduction=(suite.about,) if suite.about else ())

    def _cases(self, briefing: Briefing) -> tuple[Suite, list[str]]:
        if self._suite:
            suite = load_suite(self._suite)
            return suite, [case.id for case in suite.cases]
        return _read(briefing.guidance)


class AtRandom(_Terse):
    """Proposes a packaged template with a direction drawn at random, without its controls."""

    name = "random"

    def propose(self, briefing: Briefing, ask: Ask) -> Proposal | Decline:
        """Any template, any direction."""
        del ask
        rng = rng_of(briefing.seed, "random scientist")
        templates = load_templates()
        template: Template = templates[int(rng.integers(len(templates)))]
        directions: tuple[Direction, ...] = ("greater", "less", "different", "equivalent")
        changes = {"direction": directions[int(rng.integers(len(directions)))]}
        claim = template.model_copy(update=changes)
        made = claim.hypothesis(briefing.hypothesis_id, (), None)
        # What support a proposal at random deserves: it knows nothing.
        return Proposal(hypothesis=made, confidence=0.5)


def given(arg: str = "") -> Given:
    """The scientist that proposes what it is given: ``given:SUITE``, all cases of a suite."""
    if arg:
        load_suite(arg)
    return Given(arg)


def at_random() -> AtRandom:
    """The scientist that proposes at random."""
    return AtRandom()


def _read(text: str) -> tuple[Suite, list[str]]:
    try:
        suite, *names = json.loads(text)
    except ValueError as error:
        raise InputError(
            "The given scientist was given no cases.", "Let the gym make the study."
        ) from error
    return load_suite(suite), names
