"""The built-in scientist: what it asks first and next, and that its words hold no numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scientist.conftest import CONTEXTS, briefing_of, never
from v1vlm.claims import Finding, Hypothesis
from v1vlm.journal import Attempt, Pilot
from v1vlm.scientist import (
    Briefing,
    Decline,
    Interpretation,
    Keep,
    Proposal,
    Prose,
    Scientist,
    Withdraw,
)
from v1vlm.scientist.heuristic import Template, load
from v1vlm.stimuli import Edited, Screen

SCIENTIST = load()
Found = Callable[..., Finding]
REFERENCE = re.compile(r"\[\[[^\[\]]+\]\]")


def proposed(briefing: Briefing) -> Hypothesis:
    answer = SCIENTIST.propose(briefing, never)
    assert isinstance(answer, Proposal)
    return answer.hypothesis


def registered(hypothesis: Hypothesis, step: int = 1) -> Attempt:
    return Attempt(step, 1, "registered", hypothesis)


def template_of(name: str) -> Template:
    return next(template for template in SCIENTIST.templates if template.id == name)


def test_it_keeps_the_contract() -> None:
    assert isinstance(SCIENTIST, Scientist)
    assert not SCIENTIST.wants_pictures


# choosing


def test_it_is_deterministic_and_carries_the_id_it_is_given() -> None:
    for text in CONTEXTS.values():
        first = proposed(briefing_of(text, hypothesis_id="H3b"))
        assert first.id == "H3b"
        assert first == proposed(briefing_of(text, hypothesis_id="H3b"))
        assert first == load().propose(briefing_of(text, hypothesis_id="H3b"), never).hypothesis  # type: ignore[union-attr]


def test_the_seed_settles_what_the_context_does_not() -> None:
    """A text about nothing leaves the choice to the seed, among what rivals dispute most."""
    first = {proposed(briefing_of("Nothing.", seed)).origin for seed in range(40)}
    assert len(first) > 1


def test_other_contexts_lead_to_other_first_questions() -> None:
    first = {
        name: {proposed(briefing_of(text, seed)).origin for seed in range(10)}
        for name, text in CONTEXTS.items()
    }
    # What a text is about outweighs the seed.
    assert first["symmetry"] == {"symmetry"}
    groups = {
        name: {template_of(origin).group for origin in origins} for name, origins in first.items()
    }
    assert groups["surround"] <= {"surround modulation", "moving surrounds"}
    assert groups["natural"].isdisjoint(groups["surround"] | groups["symmetry"])


def test_it_cites_what_the_context_offers() -> None:
    cited = proposed(briefing_of(CONTEXTS["surround"])).citations
    assert any(key.startswith("ctx:keller") for key in cited)


def test_it_proposes_nothing_twice_and_follow_ups_not_before_their_parent() -> None:
    attempts: list[Attempt] = []
    while True:
        briefing = briefing_of(CONTEXTS["surround"], attempts=tuple(attempts))
        answer = SCIENTIST.propose(briefing, never)
        if isinstance(answer, Decline):
            break
        assert answer.hypothesis.parent is None
        attempts.append(Attempt(len(attempts) + 1, 1, "withdrawn", answer.hypothesis))
    asked = [a.hypothesis.origin for a in attempts if a.hypothesis is not None]
    assert len(set(asked)) == len(asked)
    assert set(asked) == {t.id for t in SCIENTIST.templates if not t.follows and not t.paints}
    assert answer.reason


@pytest.mark.parametrize("edits", [True, False])
def test_edits_are_asked_for_where_the_generator_can_make_them(edits: bool) -> None:
    twin = {"name": "fake", "screen": Screen().to_json()}
    for text in CONTEXTS.values():
        asked: list[Attempt] = []
        for step in range(1, 6):
            briefing = briefing_of(
                text, step=step, twin=twin, painter="some", edits=edits, attempts=tuple(asked)
            )
            hypothesis = proposed(briefing)
            asked.append(Attempt(step, 1, "withdrawn", hypothesis))
        made = [a.hypothesis.contrast for a in asked if a.hypothesis is not None]
        edited = [c for c in made if any(isinstance(f, Edited) for f in c.families)]
        assert len(edited) == edits


FOLLOWS = [
    pytest.param(template, follow, id=f"{template.id} after {follow.template}")
    for template in SCIENTIST.templates
    for follow in template.follows
]


@pytest.mark.parametrize(("template", "follow"), FOLLOWS)
def test_a_follow_up_names_the_finding_it_follows(
    found: Found, template: Template, follow: Any
) -> None:
    parent = template_of(follow.template)
    for verdict in ("supported", "contradicted", "inconclusive"):
        finding = found(parent, "H4", verdict=verdict)
        attempts = [registered(parent.hypothesis("H4", (), None), 4)]
        seen: dict[str, Hypothesis] = {}
        while True:
            briefing = briefing_of("Nothing.", attempts=tuple(attempts), findings=(finding,))
            answer = SCIENTIST.propose(briefing, never)
            if isinstance(answer, Decline):
                break
            seen[answer.hypothesis.origin] = answer.hypothesis
            attempts.append(Attempt(5, 1, "withdrawn", answer.hypothesis))
        elsewhere = {
            v for f in template.follows if f.template == follow.template for v in f.verdicts
        }
        assert (template.id in seen) == (verdict in elsewhere)
        if template.id in seen:
            assert seen[template.id].parent == "H4"


# looking


def pilot_of(scores: list[float | None]) -> Pilot:
    return Pilot(tuple(scores), (10,) * len(scores), {}, (), (), {})


def scattered(mean: float, spread: float) -> list[float | None]:
    return [float(mean + spread * x) for x in np.linspace(-1.7, 1.7, 20)]


@pytest.mark.parametrize(
    ("scores", "last", "kind"),
    [
        (scattered(0.4, 0.05), False, Keep),
        (scattered(0.0, 0.01), False, Keep),  # decides against it, which is worth knowing
        (scattered(0.052, 0.05), False, Withdraw),
        (scattered(0.052, 0.05), True, Keep),
        ([None] * 20, False, Withdraw),
        ([None] * 20, True, Withdraw),
        ([*scattered(0.4, 0.05)[:17], None, None, None], False, Withdraw),
    ],
)
def test_it_keeps_what_the_budget_can_decide(
    scores: list[float | None], last: bool, kind: type
) -> None:
    template = next(t for t in SCIENTIST.templates if t.direction == "greater")
    hypothesis = template.hypothesis("H1", (), None)
    prediction = hypothesis.prediction.model_copy(update={"margin": 0.05, "measure": "permi"})
    hypothesis = hypothesis.model_copy(update={"prediction": prediction})
    briefing = briefing_of("Nothing.", last=last, attempts=(Attempt(1, 1, "proposed", hypothesis),))
    answer = SCIENTIST.look(briefing, pilot_of(scores), never)
    assert isinstance(answer, kind)
    if isinstance(answer, Withdraw):
        assert answer.reason


# words


def outcomes(found: Found, template: Template) -> Iterator[Finding]:
    intervals = [(0.3, 0.4), (-0.4, -0.3), (-0.01, 0.01), (0.0, 0.2), None]
    judged = ["robust", "explained away", "controls inconclusive", "no controls", "not run"]
    verdicts = ["supported", "contradicted", "inconclusive"]
    for verdict, interval, controls in product(verdicts, intervals, judged):
        if controls in judged[:3] and verdict != "supported":
            continue
        yield found(template, verdict=verdict, interval=interval, controls_verdict=controls)


def assert_without_numbers(text: str) -> None:
    assert not re.search(r"\d", REFERENCE.sub("", text)), text
    assert "[[" not in REFERENCE.sub("", text)


@pytest.mark.parametrize("template", SCIENTIST.templates, ids=lambda t: t.id)
def test_interpretations_hold_no_numbers_and_known_losers(found: Found, template: Template) -> None:
    for finding in outcomes(found, template):
        briefing = briefing_of("Nothing.", findings=(finding,))
        answer = SCIENTIST.interpret(briefing, finding, never)
        assert isinstance(answer, Interpretation)
        assert answer.text
        assert_without_numbers(answer.text)
        assert set(answer.loses) < set(template.rivals) or answer.loses == tuple(template.rivals)
        if finding.verdict == "inconclusive" or finding.controls_verdict == "explained away":
            assert answer.loses == ()


def test_an_account_loses_exactly_where_its_forecast_fails(found: Found) -> None:
    seen = {"greater": (0.3, 0.4), "less": (-0.4, -0.3), "none": (-0.001, 0.001)}
    for template in SCIENTIST.templates:
        for outcome, interval in seen.items():
            holds = {"greater": outcome == "greater", "less": outcome == "less",
                     "different": outcome != "none", "equivalent": outcome == "none"}  # fmt: skip
            verdict = "supported" if holds[template.direction] else "contradicted"
            same = dict.fromkeys(("estimate", "population_index"), interval[0])
            finding = found(template, verdict=verdict, interval=interval, **same)
            loses = SCIENTIST.interpret(briefing_of("Nothing."), finding, never).loses
            assert set(loses) == {
                letter for letter, rival in template.rivals.items() if rival.predicts != outcome
            }


def test_a_refuted_direction_counts_against_its_forecasters_alone(found: Found) -> None:
    """The interval crosses a margin: what happened instead of the prediction is open."""
    for template in SCIENTIST.templates:
        across = {"greater": (-0.6, 0.0), "less": (0.0, 0.6)}.get(template.direction)
        if across is None:
            continue
        for verdict in ("contradicted", "inconclusive"):
            finding = found(
                template, verdict=verdict, interval=across, estimate=0.0, population_index=0.0
            )
            loses = SCIENTIST.interpret(briefing_of("Nothing."), finding, never).loses
            assert set(loses) == {
                letter
                for letter, rival in template.rivals.items()
                if verdict == "contradicted" and rival.predicts == template.direction
            }


def test_the_introduction_puts_no_sentence_on_works_found_by_words(found: Found) -> None:
    template = template_of("natural-or-scrambled")
    briefing = briefing_of(CONTEXTS["natural"], findings=(found(template, "H1"),))
    (said,) = SCIENTIST.write(briefing, never).introduction
    assert said.startswith(f"{template.rationale} Earlier work bears on this [[ctx:")
    assert set(template.cites) <= set(re.findall(r"\[\[(lab:\w+)\]\]", said))


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "inconclusive"])
def test_the_words_of_a_report_hold_no_numbers(found: Found, verdict: str) -> None:
    findings = tuple(
        found(template, f"H{i}", verdict=verdict)
        for i, template in enumerate(SCIENTIST.templates, start=1)
    )
    for some in (findings, findings[:1], ()):
        prose = SCIENTIST.write(briefing_of(CONTEXTS["natural"], findings=some), never)
        assert isinstance(prose, Prose)
        parts = (prose.introduction, prose.idea, prose.conclusions, prose.future)
        for text in (prose.title, *(text for part in parts for text in part)):
            assert text
            assert_without_numbers(text)
        quoted = set(re.findall(r"\[\[(H\d+)\.", " ".join(prose.conclusions)))
        assert quoted == {finding.id for finding in some}
        assert "[[count.registered]]" in " ".join(prose.conclusions)


def test_many_findings_are_told_in_sentences_and_paragraphs_of_few(found: Found) -> None:
    findings = tuple(
        found(template, f"H{i}", verdict="contradicted")
        for i, template in enumerate(SCIENTIST.templates, start=1)
    )
    prose = SCIENTIST.write(briefing_of(CONTEXTS["natural"], findings=findings), never)
    assert max(len(text) for text in prose.future) < 600
    assert "[[H1.id]], [[H2.id]]" in prose.future[0]
    told = [set(re.findall(r"\[\[(H\d+)\.id", text)) for text in prose.conclusions[1:]]
    assert max(map(len, told)) == 6
    assert set().union(*told) == {finding.id for finding in findings}


def test_it_says_which_hypotheses_the_context_did_not_ask_for(found: Found) -> None:
    asked, strange = template_of("symmetry"), template_of("looming")
    briefing = briefing_of(
        CONTEXTS["symmetry"], findings=(found(asked, "H1"), found(strange, "H2"))
    )
    said = " ".join(SCIENTIST.write(briefing, never).idea)
    assert "none of the terms of [[H2.id]]" in said
    assert "[[H1.id]]" not in said
    alone = briefing_of("Colour is seen by cones.", findings=(found(strange, "H2"),))
    assert "None of the hypotheses" in " ".join(SCIENTIST.write(alone, never).idea)
    fitting = briefing_of(CONTEXTS["symmetry"], findings=(found(asked, "H1"),))
    assert "general stock" not in " ".join(SCIENTIST.write(fitting, never).idea)


@pytest.mark.parametrize("name", ["context", "motion", "texture"])
def test_the_example_contexts_lead_to_different_questions(name: str) -> None:
    """At most two of the first five questions about an example are asked about another."""
    examples = Path(__file__).parents[2] / "examples"

    def asked(which: str) -> set[str]:
        text = (examples / f"{which}.txt").read_text("utf-8")
        attempts: list[Attempt] = []
        for _ in range(5):
            answer = SCIENTIST.propose(briefing_of(text, attempts=tuple(attempts)), never)
            assert isinstance(answer, Proposal)
            attempts.append(Attempt(len(attempts) + 1, 1, "withdrawn", answer.hypothesis))
        return {a.hypothesis.origin for a in attempts if a.hypothesis is not None}

    for other in {"context", "motion", "texture"} - {name}:
        assert len(asked(name) & asked(other)) <= 2
