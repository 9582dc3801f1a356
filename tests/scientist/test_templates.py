"""The templates: hypotheses as data, each of which can be tested as it stands."""

from __future__ import annotations

import json
import re

import pytest

from tests.scientist.conftest import CONTEXTS, briefing_of
from v1vlm.errors import InputError, ProposalError
from v1vlm.records import digest
from v1vlm.report import lab_works
from v1vlm.scientist import check_arm, check_hypothesis
from v1vlm.scientist.heuristic import (
    HeuristicScientist,
    Template,
    load,
    load_templates,
    painted_templates,
)
from v1vlm.scientist.heuristic.templates import ACCOUNTS
from v1vlm.stimuli import WORDINGS_MIN, Edited, Screen

TEMPLATES = load_templates()
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)


def test_there_are_enough_to_choose_from() -> None:
    assert len(TEMPLATES) >= 24
    assert len({template.id for template in TEMPLATES}) == len(TEMPLATES)
    assert len({template.title for template in TEMPLATES}) == len(TEMPLATES)
    assert len({template.group for template in TEMPLATES}) >= 8


def test_no_two_ask_about_one_contrast() -> None:
    contrasts = [digest(template.contrast.contrast()) for template in TEMPLATES]
    assert len(set(contrasts)) == len(contrasts)


@each_template
def test_it_can_be_tested_as_it_stands(template: Template) -> None:
    briefing = briefing_of(CONTEXTS["surround"])
    hypothesis = template.hypothesis("H1", (), None)
    check_hypothesis(hypothesis, briefing, Screen(), set(lab_works()))
    assert hypothesis.origin == template.id
    assert hypothesis.rule.half == "B"
    assert type(hypothesis).from_json(json.loads(json.dumps(hypothesis.to_json()))) == hypothesis


@each_template
def test_its_controls_can_be_run(template: Template) -> None:
    hypothesis = template.hypothesis("H1", (), None)
    arms = template.arms()
    assert len({arm.id for arm in arms}) == len(arms)
    assert "main" not in {arm.id for arm in arms}
    for arm in arms:
        check_arm(arm, hypothesis, Screen())
        assert arm.reason
        assert digest(arm.contrast) != digest(hypothesis.contrast)


@each_template
def test_its_rivals_are_known_accounts_that_disagree(template: Template) -> None:
    assert set(template.rivals) <= set(ACCOUNTS)
    assert len({rival.predicts for rival in template.rivals.values()}) >= 2
    assert all(rival.because for rival in template.rivals.values())
    named = template.hypothesis("H1", (), None).rivals
    assert len(named) == len(template.rivals)
    for letter, account in ACCOUNTS.items():
        assert (f"{letter} ({account})" in named) == (letter in template.rivals)


@each_template
def test_it_follows_up_what_exists(template: Template) -> None:
    known = {other.id for other in TEMPLATES} - {template.id}
    for follow in template.follows:
        assert follow.template in known
        assert follow.because
        assert set(follow.verdicts) <= {"supported", "contradicted", "inconclusive"}
        assert follow.verdicts
    if template.follows:
        # A chain of follow-ups must begin with a template that waits for none.
        parents = [t for t in TEMPLATES if t.id in {f.template for f in template.follows}]
        assert any(not parent.follows for parent in parents)


@each_template
def test_what_it_says_in_the_report_holds_no_numeral(template: Template) -> None:
    said = [template.title, template.rationale, template.group]
    said += [rival.because for rival in template.rivals.values()]
    said += [follow.because for follow in template.follows]
    for text in said:
        assert not re.search(r"\d", text), text


@pytest.mark.parametrize("template", painted_templates(), ids=lambda t: t.id)
def test_painted_ones_can_be_tested_with_a_generator(template: Template) -> None:
    shown = template.showing((), "some-generator", Screen())
    hypothesis = shown.hypothesis("H1", (), None)
    briefing = briefing_of(CONTEXTS["surround"], edits=True)
    check_hypothesis(hypothesis, briefing, Screen(), set(lab_works()), "some-generator")
    assert hypothesis.contrast.wordings >= WORDINGS_MIN
    first, second = hypothesis.contrast.families
    for a, b in zip(first.wordings, second.wordings, strict=True):
        assert a != b
        assert a.split()[:3] == b.split()[:3]  # one style
        assert "64 by 36 pixels" in a
    assert len({rival.predicts for rival in template.rivals.values()}) >= 2
    with pytest.raises(ProposalError, match="for the generator 'some-generator'"):
        check_hypothesis(hypothesis, briefing_of(CONTEXTS["surround"]), Screen(), set(lab_works()))


def test_an_edit_is_compared_with_one_that_shows_what_was_there() -> None:
    for template in (t for t in painted_templates() if t.edits):
        contrast = template.showing((), "some-generator", Screen()).contrast.contrast()
        edit, same = contrast.families
        assert isinstance(edit, Edited)
        assert isinstance(same, Edited)
        assert same.paraphrases == same.original.paraphrases == edit.original.paraphrases
        assert (same.region, same.strength) == (edit.region, edit.strength)
        assert template.edits <= template.paints


def test_templates_can_be_chosen_by_name() -> None:
    first, second = TEMPLATES[0], TEMPLATES[3]
    chosen = load(f"{second.id}, {first.id}")
    assert isinstance(chosen, HeuristicScientist)
    assert {template.id for template in chosen.templates} == {first.id, second.id}
    assert load().templates == (*TEMPLATES, *painted_templates())
    with pytest.raises(InputError, match="no template called 'nothing'"):
        load(f"{first.id},nothing")
