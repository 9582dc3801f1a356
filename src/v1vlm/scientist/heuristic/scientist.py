"""How the built-in scientist chooses, looks, doubts, interprets and writes."""

from __future__ import annotations

import numpy as np

from v1vlm.analysis.evidence import clip_bound, draw_budget, elond_alpha, projected_draws
from v1vlm.analysis.measures import measure
from v1vlm.claims import Arm, Finding, Registration
from v1vlm.context import parse_context, relevance, works_about
from v1vlm.journal import Pilot
from v1vlm.records import rng_of
from v1vlm.scientist.base import (
    Ask,
    Briefing,
    Decline,
    Interpretation,
    Keep,
    Proposal,
    Prose,
    Withdraw,
)
from v1vlm.scientist.heuristic.prose import interpret, write
from v1vlm.scientist.heuristic.templates import Template
from v1vlm.stimuli import Screen

FOLLOW_UP = 0.6
GUIDANCE = 2.0
RIVALRY = 0.2
REPETITION = 0.25
PAINTED, EDITED = 0.3, 0.3
SURPRISE = 0.2
JITTER = 0.02
CITED = 2


class HeuristicScientist:
    """Chooses among templates by what the context is about and what rivals disagree on.

    Attributes
    ----------
    templates : tuple of Template
    """

    name = "heuristic"
    wants_pictures = False

    def __init__(self, templates: tuple[Template, ...]) -> None:
        self.templates = templates

    def propose(self, briefing: Briefing, ask: Ask) -> Proposal | Decline:
        """The template that scores best among those not yet tried."""
        del ask  # needs no model
        tried = {a.hypothesis.origin for a in briefing.attempts if a.hypothesis is not None}
        open_templates = [t for t in self.templates if t.id not in tried and _possible(t, briefing)]
        scored = [(self._score(t, briefing), t) for t in open_templates]
        possible = [(score, t) for score, t in scored if np.isfinite(score)]
        if not possible:
            return Decline(reason="Every template has been tried or waits for another finding.")
        _, best = max(possible, key=lambda pair: pair[0])
        parent = _parent(best, briefing.findings)
        works = works_about(briefing.context, best.keywords)[:CITED]
        citations = tuple(work.key for work in works)
        finding = parent.id if parent is not None else None
        best = _shown(best, briefing)
        return Proposal(
            hypothesis=best.hypothesis(briefing.hypothesis_id, citations, finding),
            confidence=self._confidence(best, briefing),
        )

    def look(self, briefing: Briefing, pilot: Pilot, ask: Ask) -> Keep | Withdraw:
        """Keep what the budget can decide; what the pilot leaves on the edge is withdrawn."""
        del ask
        hypothesis = briefing.attempts[-1].hypothesis
        scores = np.array([s for s in pilot.scores if s is not None])
        if len(scores) < 0.9 * len(pilot.scores) or hypothesis is None:
            return Withdraw(reason="Too few pilot draws selected enough neurons.")
        prediction = hypothesis.prediction
        bound = clip_bound(scores, prediction.margin, measure(prediction.measure).bound)
        spread = float(scores.std(ddof=1))
        draws = projected_draws(
            float(scores.mean()),
            spread,
            prediction.margin,
            bound,
            elond_alpha(briefing.alpha, briefing.num_steps, 0),
            prediction.direction,
        )
        budget = draw_budget(spread)
        if draws > budget and not briefing.last:
            return Withdraw(
                reason=(
                    f"The pilot (mean {scores.mean():+.3f}, SD {spread:.3f}) leaves it so close "
                    f"to the margin that {budget} draws would not decide it."
                )
            )
        return Keep()

    def sceptic(self, briefing: Briefing, registration: Registration, ask: Ask) -> tuple[Arm, ...]:
        """The template's own controls."""
        del ask
        template = self._template(registration.hypothesis.origin)
        return _shown(template, briefing).arms()

    def interpret(self, briefing: Briefing, finding: Finding, ask: Ask) -> Interpretation:
        """Which rival accounts the finding leaves standing."""
        del briefing, ask
        return interpret(self._template(finding.origin), finding)

    def write(self, briefing: Briefing, ask: Ask) -> Prose:
        """The words of the report."""
        del ask
        by_id = {template.id: template for template in self.templates}
        return write(briefing, [(f, by_id[f.origin]) for f in briefing.findings])

    def _template(self, template_id: str) -> Template:
        return next(template for template in self.templates if template.id == template_id)

    def _score(self, template: Template, briefing: Briefing) -> float:
        """Relevance to the context, plus what makes the question worth asking now."""
        score = relevance(briefing.context, template.keywords)
        if briefing.guidance:
            # Weighed by itself: a sentence would not be heard among those of a long text.
            score += GUIDANCE * relevance(parse_context(briefing.guidance), template.keywords)
        parent = _parent(template, briefing.findings)
        if parent is not None:
            score += FOLLOW_UP + SURPRISE * (parent.verdict == "contradicted")
        elif template.follows:
            return -np.inf
        alive = {
            rival.predicts
            for letter, rival in template.rivals.items()
            if letter not in self._lost(briefing)
        }
        score += RIVALRY * (len(alive) - 1)
        groups = [self._template(f.origin).group for f in briefing.findings]
        # Who brings a generator wants it used; what an edit leaves is the same pixel by pixel.
        score += PAINTED * template.paints + EDITED * template.edits
        score -= REPETITION * groups.count(template.group)
        return score + JITTER * float(rng_of(briefing.seed, template.id).uniform())

    def _confidence(self, template: Template, briefing: Briefing) -> float:
        """Share of the accounts not ruled out that predict the claim, by the rule of succession."""
        predicted = {"different": ("greater", "less"), "equivalent": ("none",)}.get(
            template.direction, (template.direction,)
        )
        lost = self._lost(briefing)
        left = [r.predicts for letter, r in template.rivals.items() if letter not in lost]
        agree = sum(forecast in predicted for forecast in left)
        return round((1 + agree) / (2 + len(left)), 3)

    def _lost(self, briefing: Briefing) -> set[str]:
        """Accounts that findings so far have ruled out."""
        return {
            letter
            for finding in briefing.findings
            for letter in interpret(self._template(finding.origin), finding).loses
        }


def _possible(template: Template, briefing: Briefing) -> bool:
    """Whether the generator of the study, if there is one, can make what a template shows."""
    if template.edits:
        return briefing.painter is not None and briefing.edits
    return briefing.painter is not None or not template.paints


def _shown(template: Template, briefing: Briefing) -> Template:
    """A template with the photographs, generator and screen of the study."""
    if briefing.painter is None:
        return template.showing(briefing.photographs)
    screen = Screen.from_json(briefing.twin["screen"])
    return template.showing(briefing.photographs, briefing.painter, screen)


def _parent(template: Template, findings: tuple[Finding, ...]) -> Finding | None:
    """The latest finding that a template follows up."""
    for finding in reversed(findings):
        for follow in template.follows:
            if finding.origin == follow.template and finding.verdict in follow.verdicts:
                return finding
    return None
