"""What a study knows of its subject: its own brief card, or the one that it was given."""

from __future__ import annotations

import json

import pytest

from tests.conftest import TEXT as CONTEXT
from tests.fakes import FakeTwin, hypothesis
from v1vlm.context import parse_context
from v1vlm.errors import InputError
from v1vlm.journal import StudySpec, fold, parse_log
from v1vlm.physiology import BRIEF, Battery, Card, citation, facts, make_card, read_card
from v1vlm.report import verify_study
from v1vlm.report.card import write_card
from v1vlm.rig import Rig
from v1vlm.store import MemoryStore
from v1vlm.study import Study, open_store

EVIL = "<b>bold</b> [[H1.estimate]]"


def spec() -> StudySpec:
    return StudySpec(
        context="context.txt",
        context_digest=parse_context(CONTEXT).text_digest,
        twin="tests.fakes:FakeTwin",
        scientist="heuristic:natural-or-scrambled",
        num_steps=1,
        draws_max=20,
        estimate_draws=20,
    )


@pytest.fixture
def card() -> Card:
    return make_card(Rig(FakeTwin(), MemoryStore()), Battery(entries=("natural", "direction")))


def test_a_study_makes_a_brief_card_and_its_report_cites_it(tmp_path) -> None:
    state = Study.create(spec(), CONTEXT, tmp_path / "study").run()
    assert state.card["entries"] == list(BRIEF.entries)
    assert sum(state.card["counts"].values()) == len(facts())
    assert "card" not in state.physiology
    page = (tmp_path / "study" / "report.md").read_text("utf-8")
    assert "What is known of the subject" in page
    assert state.card["digest"][:16] in page
    assert state.trials
    texture = next(fact for fact in state.card["facts"] if fact["id"] == "texture")
    assert f"| H1 | {texture['text']} |" in page
    assert ("misses a fact of mouse visual cortex" in page) == any(
        fact["verdict"] == "miss" and fact["id"] in ("texture", "sparser")
        for fact in state.card["facts"]
    )
    assert any("report" in line for line in verify_study(open_store(tmp_path / "study")))


def test_a_card_that_is_given_is_the_one_cited_and_changes_no_finding(tmp_path, card) -> None:
    card = card.model_copy(update={"problems": (EVIL,)})
    (tmp_path / "card").mkdir()
    for name, content in write_card(card).items():
        (tmp_path / "card" / name).write_bytes(content)
    given = read_card(tmp_path / "card")
    assert given == card
    with_card = Study.create(spec(), CONTEXT, tmp_path / "study", card=given)
    state = with_card.run()
    assert state.card == json.loads(json.dumps(citation(card)))
    plain = Study.create(spec(), CONTEXT).run()
    assert state.study == plain.study
    assert [f.to_json() for f in state.findings] == [f.to_json() for f in plain.findings]
    events = parse_log(with_card.store.lines())
    assert "card" in events[0].payload
    assert "card" not in events[1].payload
    assert fold(events).card["digest"] == citation(card)["digest"]
    page = (tmp_path / "study" / "report.html").read_text("utf-8")
    assert "<b>bold</b>" not in page
    assert verify_study(open_store(tmp_path / "study"))


def test_the_card_of_another_twin_and_what_is_no_card_are_refused(tmp_path, card) -> None:
    other = card.model_copy(update={"twin": {**card.twin, "digest": "other"}})
    with pytest.raises(InputError, match="The card is of 'fake', not of 'fake'"):
        Study.create(spec(), CONTEXT, tmp_path / "study", card=other)
    assert not (tmp_path / "study").exists()
    with pytest.raises(InputError, match="There is no card at"):
        read_card(tmp_path)
    for text in ("{", "[]", "{}", json.dumps({**card.to_json(), "schema_version": 1})):
        (tmp_path / "card.json").write_text(text)
        with pytest.raises(InputError, match="no physiology card of this version"):
            read_card(tmp_path)


def test_words_tell_which_facts_bear_on_a_claim() -> None:
    known = {fact.id: fact for fact in facts()}
    assert all(fact.words for fact in facts())
    cases = {
        "An iso-oriented surround suppresses responses.": {"cmi", "gosi"},
        "Photographs drive neurons more than scrambled ones.": {"texture"},
        "Locomotion weakens surround suppression.": {"running_surround", "running_gain"},
        "Plaids of two components are told apart.": {"pattern_cells"},
        "Bright discs of a large size drive more.": {"preferred_size"},
    }
    for claim, expected in cases.items():
        assert expected <= {name for name, fact in known.items() if fact.bears_on(claim)}
    assert not any(fact.bears_on("Bright spots drive more than dark ones.") for fact in facts())


def test_the_hypothesis_of_the_fakes_is_about_contrast() -> None:
    class Briefing:
        hypothesis_id = "H1"

    claim = hypothesis(Briefing()).statement
    assert [fact.id for fact in facts() if fact.bears_on(claim)] == ["c50"]
