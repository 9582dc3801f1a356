"""Reports with planted faults: what is caught, and what that holds is removed."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.grounding import (
    abstracts,
    brief,
    corpus,
    defaults,
    developed,
    discussion,
    essays,
    held_out,
    interpretations,
    neuroscientist,
    paper,
    plain,
    seen,
    summaries,
    turns,
)
from tests.report.grounding.looked_at import (
    acceptance,
    articles,
    audit,
    colleagues,
    concise,
    examiner,
    fluent,
    generalist,
    inspection,
    journal_style,
    letters,
    lists,
    manuscript,
    mixed,
    model_prose,
    model_style,
    monograph,
    newsroom,
    outlook,
    paragraphs,
    prose,
    referee,
    registers,
    results,
    second_acceptance,
    sections,
    seminar,
    short,
    single,
    small_model,
    thesis,
    third_acceptance,
    verdicts_told,
)
from tests.report.grounding.looked_at import (
    facts as single_facts,
)
from tests.scientist.conftest import briefing_of, never
from v1vlm.claims import Finding
from v1vlm.records import rng_of
from v1vlm.report.grounding import Facts, check, read
from v1vlm.report.grounding.facts import accounts_of
from v1vlm.report.grounding.reading import LONGEST
from v1vlm.scientist import Interpretation
from v1vlm.scientist.heuristic import Template, load

CAUGHT, REMOVED = 0.99, 0.01
CAUGHT_UNSEEN, REMOVED_UNSEEN = 0.97, 0.01
CONFIRMED, STRUCK = 0.4, 0.6
"""Of true and false sentences so many are confirmed and removed: not everything is marked."""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return corpus.facts_with(rng_of("facts"))


SETS = [
    *(developed, seen, held_out, neuroscientist, plain, paper, essays, abstracts, discussion),
    *(interpretations, summaries, defaults, brief),
]


LOOKED_AT = [
    *(mixed, outlook, registers, results, paragraphs, lists, concise, single, articles, sections),
    *(referee, single_facts, prose, short, acceptance, journal_style, model_style),
    *(second_acceptance, small_model, letters, third_acceptance, thesis, newsroom),
    *(examiner, monograph, audit, fluent, seminar, inspection, generalist, colleagues),
    *(verdicts_told, model_prose, manuscript),
]


@pytest.mark.parametrize(
    "phrasings", [*SETS, turns, *LOOKED_AT], ids=lambda one: one.__name__.rpartition(".")[2]
)
def test_planted_faults_are_caught_and_true_sentences_stay(phrasings: ModuleType) -> None:
    """Far more than two hundred reports over the sets."""
    score = corpus.score(phrasings.TRUE, phrasings.FAULTS, 30)
    assert score.n_faults > 500
    assert score.n_true > 350
    assert 1 - len(score.missed) / score.n_faults >= CAUGHT, score.missed[:10]
    assert len(score.removed) / score.n_true <= REMOVED, score.removed[:10]
    if phrasings in SETS:
        assert 1 - len(score.unnoticed) / score.n_faults >= CAUGHT, score.unnoticed[:10]
    # Idioms, which say the same in other words, are seldom plain enough to be removed.
    assert 1 - score.marked / score.n_faults >= (0.45 if phrasings is turns else STRUCK)
    assert 1 - score.unchecked / score.n_true >= CONFIRMED


@pytest.mark.parametrize("name", ["sections", "fluent", "careful"])
def test_of_phrasings_that_are_new_nearly_all_faults_are_caught(name: str) -> None:
    """What docs/evidence.md says of them holds."""
    phrasings = import_module(f"tests.report.grounding.unseen.{name}")
    score = corpus.score(phrasings.TRUE, phrasings.FAULTS, 20)
    assert 1 - len(score.missed) / score.n_faults >= CAUGHT_UNSEEN
    assert len(score.removed) / score.n_true <= REMOVED_UNSEEN


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The estimate of H1 was 7.5. It is fine.", ["number"]),
        ("* H1 was supported.\n* H2 was supported.\n", ["verdict"]),
        ("**H2** was _supported_ [here](https://example.org/a).", ["verdict"]),
        ("# Findings\n\nH2 was supported.", ["verdict"]),
        ("1. H1 was supported.\n2. H1 was refuted.", ["verdict"]),
        ("Niell et al. (2008) is cited, e.g. here. H1 held.", []),
        ("", []),
    ],
)
def test_prose_is_cut_into_sentences(facts: Facts, text: str, kinds: list[str]) -> None:
    assert [fault.kind for fault in check(text, facts)] == kinds


def test_a_right_verdict_excuses_doubt_beside_it_and_nothing_else(facts: Facts) -> None:
    assert not check("H1 was supported, and what drives the effect is unresolved.", facts)
    assert check("H1 was supported, but H4 failed.", facts)[0].kind == "verdict"
    assert check("H1 was supported, but H4 remains unresolved.", facts)[0].kind == "verdict"
    assert check("H1 was supported at first, but failed.", facts)[0].kind == "verdict"
    assert check("H1 was not supported, and remains unresolved.", facts)[0].kind == "verdict"


@pytest.mark.parametrize(
    ("true", "false"),
    [
        # groups by verdict, former and latter, findings set apart
        ("Unlike the contradicted hypothesis, H1 was supported.", "H1 is a contradicted claim."),
        ("H1 and H2 differ: the latter was contradicted.", "H1 and H2 differ: the former failed."),
        ("H4, unlike H1, has no control.", "H1, unlike H4, has no control."),
        # denials, and what they reach
        ("H1 says nothing about living mice.", "H1 says something about living mice."),
        ("Level L5 was not reached by H1.", "Level L5 was reached by H1."),
        ("Local contrast does not explain H1.", "Local contrast does not explain H4."),
        # suppositions, and what is taken for granted in them
        ("Had H1 been contradicted, we would have said so.", "We ask why H1 was contradicted."),
        ("If H3 were decided, we would say so.", "Now that H3 is decided, we say so."),
        # nothing follows from what was not decided
        ("H3 does not rule out the linear account.", "H3 rules out the linear account."),
    ],
)
def test_moods_groups_and_what_is_taken_for_granted(facts: Facts, true: str, false: str) -> None:
    assert not check(true, facts)
    assert check(false, facts)


@pytest.mark.parametrize(
    "text",
    [
        # what is right about controls excuses nothing beside it
        "H1 survived its control, but its estimate lies below the margin.",
        "H4 has no control; it fell apart.",
        # denials that deny something else, or nothing
        "These effects are not limited to the twin and extend to mice.",
        "Nothing speaks against the same effect in real V1.",
        "No animal was left without an electrode.",
        "We did not stop before the decoder had been trained.",
        # predictions of accounts that are denied
        "The untuned account never predicted no difference for H1.",
        # of no finding in particular
        "No controls were run.",
        "The findings are robust.",
        # what was not decided is no null result
        "H3 was inconclusive, so there is no effect there.",
        "H3 was inconclusive, which rules out a large effect.",
        # right verdicts, wrong company
        "H4 was supported, unlike H1.",
        "H2 was contradicted, as the untuned account predicted.",
        "With [[H2.estimate]], the prediction held.",
        "[[H1.e_value]] is the estimate for H1.",
        "H2 and H3 failed.",
        "Six hypotheses were tested.",
        "Three hypotheses were decided, all in favour.",
        "The hypotheses were fixed before the data and changed later.",
        # numbers of others' work that are ours by accident
        "Niell and Stryker (2008) found an index of 0.05 in mice.",
    ],
)
def test_half_a_truth_is_not_confirmed(facts: Facts, text: str) -> None:
    assert "confirmed" not in {claim.standing for claim in read(text, facts)}


def test_relations_that_do_not_hold_are_not_confirmed(facts: Facts) -> None:
    """Each value is recorded, but of another finding, or not in that relation."""
    h1, h2, h4 = (facts.findings[name] for name in ("H1", "H2", "H4"))
    assert h1.interval is not None
    said = [
        f"The estimates of H1 and H4 are {h4.estimate:.3f} and {h1.estimate:.3f}, respectively.",
        f"H1 reached {h4.estimate:.3f}, H4 {h1.estimate:.3f}.",
        f"H1 used {h4.n_neurons} neurons and H4 {h1.n_neurons}.",
        f"The first was contradicted after {h1.stopped_at} draws.",
        f"Hypothesis 1 was contradicted after {h1.stopped_at} draws.",
        f"H1 was supported, and so was H3 after {facts.findings['H3'].stopped_at} draws.",
        f"The interval of H1, {h1.interval[0]:.2f} to {h1.interval[1]:.2f}, includes zero.",
        f"H2 was contradicted, so the surround has no effect on these {h2.n_neurons} neurons.",
        "H1 and H4 have no control.",
        "Only H1 was supported.",
        f"H1 was decided after {h1.draws_max} draws.",
        f"H1 used its whole budget of {h1.draws_max} draws.",
        f"The e-value for H1 is {h1.e_refute:.2f}.",
        f"H1 used {h1.n_neurons} neurons, more than any other hypothesis.",
        f"H2 was derived from H4 and tested in {h2.n_neurons} neurons.",
        f"H1 was supported in {h1.n_neurons} simple cells.",
        f"H1's control gave an estimate of {h1.estimate:.3f}.",
        "H1 survived its control, which kept luminance equal.",
    ]
    for text in said:
        assert "confirmed" not in {claim.standing for claim in read(text, facts)}, text


def test_relations_that_hold_are_not_removed(facts: Facts) -> None:
    h1, h4 = facts.findings["H1"], facts.findings["H4"]
    for text in (
        f"The estimates of H1 and H4 are {h1.estimate:.3f} and {h4.estimate:.3f}, respectively.",
        f"An estimate of {h1.estimate:.3f} for H1 and {h4.estimate:.3f} for H4 was found.",
        f"The e-value of H1 was {h1.e_value:.0f}.",
        "No p-value was computed; evidence is given as e-values.",
        "H3 stays at level L0, whereas the other three stand at L1.",
        "H3 neither held nor failed.",
    ):
        assert "refuted" not in {claim.standing for claim in read(text, facts)}, text


def test_digits_without_end_are_a_number_that_is_not_recorded(facts: Facts) -> None:
    assert read("1" * 400, facts)[0].standing == "refuted"


def test_the_firmest_of_equal_reasons_counts(facts: Facts) -> None:
    assert read("H1 and H4 were refuted; H1 was refuted.", facts)[0].standing == "refuted"


def test_what_a_sentence_is_about_carries_over(facts: Facts) -> None:
    assert check("H1 was tested. It was refuted.", facts)[0].kind == "verdict"
    assert check("It was refuted.", facts, about="H1")[0].kind == "verdict"
    assert not check("It was supported.", facts, about="H1")
    assert read("It was supported.", facts, about="H1")[0].findings == ("H1",)


def test_background_and_plans_may_speak_of_animals(facts: Facts) -> None:
    said = "Mouse V1 is tuned for orientation."
    assert check(said, facts)[0].kind == "subject"
    assert not check(said, facts, place="background")
    assert check("We recorded from mice.", facts, place="background")
    assert not check("Record the same stimuli in mice.", facts, place="plans")
    assert check("H2 was supported.", facts, place="plans")[0].kind == "verdict"


def test_numbers_of_the_context_may_be_told_with_its_works(facts: Facts) -> None:
    assert check("In mice 73 % are tuned [[ctx:niell2008]].", facts, place="background")


@pytest.mark.parametrize("word", ["a, ", "H1 ", "1 ", "[", "the mean of H1 was 0.1 and ", "Abc & "])
def test_a_sentence_without_end_is_refused(facts: Facts, word: str) -> None:
    check(word * (LONGEST // len(word)), facts)
    assert check(word * 3000 + "x", facts)[0].kind == "length"


WORDS = sorted(
    {word for sets in (turns, thesis, newsroom, essays) for *_, text in (*sets.TRUE, *sets.FAULTS)
     for word in text.replace("{", " ").replace("}", " ").split()}
)  # fmt: skip


@given(st.lists(st.sampled_from([*WORDS, "H1", "H2", "0.12", "5", ",", "."]), max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_can_be_read(words: list[str]) -> None:
    assert isinstance(check(" ".join(words), corpus.facts_with(rng_of("facts"))), tuple)


@pytest.mark.parametrize("template", load().templates, ids=lambda one: one.id)
def test_the_words_of_the_built_in_scientist_stay(facts: Facts, template: Template) -> None:
    """Whatever was found on any of its templates; the numbers are quoted, so they are left out.

    Intervals are given along the claim: of "less" they have the other sign.
    """
    hypothesis = template.hypothesis("H1", (), None)
    accounts = {"H1": accounts_of(hypothesis.rivals)}
    for changes in (
        {"verdict": "supported", "interval": (0.3, 0.4), "controls_verdict": "robust"},
        {"verdict": "supported", "interval": (0.3, 0.4), "controls_verdict": "no controls"},
        {"verdict": "supported", "interval": (0.3, 0.4), "controls_verdict": "explained away"},
        {"verdict": "contradicted", "interval": (0.0, 0.2), "controls_verdict": "no controls"},
        {"verdict": "contradicted", "interval": (-0.4, -0.3), "controls_verdict": "no controls"},
        {"verdict": "inconclusive", "interval": (0.0, 0.2), "controls_verdict": "no controls"},
        {"verdict": "supported", "interval": (-0.4, -0.3), "controls_verdict": "no controls"},
    ):
        if changes["verdict"] == "supported" and min(changes["interval"]) < 0 and (
            template.direction in ("greater", "less")
        ):  # fmt: skip
            continue
        finding = _found(template, facts.findings["H1"], changes)
        answer = load().interpret(briefing_of("Nothing.", findings=(finding,)), finding, never)
        assert isinstance(answer, Interpretation)
        held = check(
            answer.text, replace(facts, findings={"H1": finding}, accounts=accounts), about="H1"
        )
        assert not [fault for fault in held if fault.kind != "number"], changes


def _found(template: Template, some: Finding, changes: dict[str, Any]) -> Finding:
    if template.direction == "less":
        low, high = changes["interval"]
        changes = {**changes, "interval": (-high, -low)}
    own = {
        "title": template.title,
        "statement": template.statement,
        "origin": template.id,
        "measure": template.measure,
        "direction": template.direction,
        "margin": template.margin,
        "controls": (),
        "estimate": sum(changes["interval"]) / 2,
    }
    return Finding.from_json({**some.to_json(), **own, **changes})
