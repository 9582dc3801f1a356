"""The report says what the record says, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.report.conftest import CONTEXT, PROSE, TWIN, contrast_of, hypothesis_of, study
from tests.report.told import Study, document, formats, with_finding
from v1vlm.figures import FigureFile
from v1vlm.journal import Attempt
from v1vlm.records import Json
from v1vlm.report import NOTICE, compose, to_html, to_markdown
from v1vlm.report.html import escape as html_escape
from v1vlm.report.pdf import _tree


@pytest.mark.parametrize(
    ("field", "first", "second", "printed"),
    [
        ("estimate", 0.777, 0.888, ("+0.777", "+0.888")),
        ("interval", (0.71, 0.72), (0.81, 0.82), ("+0.710, +0.720", "+0.810, +0.820")),
        ("cs", (0.51, 0.92), (0.52, 0.93), ("+0.510, +0.920", "+0.520, +0.930")),
        ("e_value", 7.7e7, 8.8e8, ("7.7 × 10⁷", "8.8 × 10⁸")),
        ("e_refute", 7.7e-7, 8.8e-8, ("7.7 × 10⁻⁷", "8.8 × 10⁻⁸")),
        ("stopped_at", 171717, 181818, ("171717", "181818")),
        ("n_draws", 171717, 181818, ("171717", "181818")),
        ("n_neurons", 171717, 181818, ("171717", "181818")),
        ("clipped_share", 0.0777, 0.0888, ("7.8 %", "8.9 %")),
        ("unclipped", 0.777, 0.888, ("+0.777", "+0.888")),
        ("population_index", 0.777, 0.888, ("+0.777", "+0.888")),
        ("title", "Title alpha", "Title omega", ("Title alpha", "Title omega")),
        ("reason", "reason alpha", "reason omega", ("reason alpha", "reason omega")),
        ("level", "L0", "L1", None),
    ],
)
def test_a_changed_value_changes_its_places_in_all_formats(
    small: Study, field: str, first: Any, second: Any, printed: tuple[str, str] | None
) -> None:
    before = formats(with_finding(small[0], **{field: first}))
    after = formats(with_finding(small[0], **{field: second}))
    for old, new in zip(before, after, strict=True):
        assert old != new
        if printed is not None:
            assert printed[0] in old
            # Nothing else differs: the new report is the old one with the new value.
            assert old.replace(*printed) == new
            assert printed[0] not in new


def test_the_registered_words_are_quoted(small: Study) -> None:
    state = small[0]
    trial = state.trials[1]
    said = "A statement about 7 things, <b>bold</b>."
    hypothesis = trial.registration.hypothesis.model_copy(update={"statement": said})
    registration = trial.registration.model_copy(update={"hypothesis": hypothesis})
    changed = replace(
        state, trials=(state.trials[0], replace(trial, registration=registration), state.trials[2])
    )
    markdown, html, tree = formats(changed)
    assert "A statement about 7 things, \\<b>bold\\</b>." in markdown
    assert html_escape(said) in html
    assert said in tree


def test_planted_subjects_carry_the_notice_everywhere(small: Study) -> None:
    whole = document(small[0])
    assert to_markdown(whole).startswith(f"> **{NOTICE}**\n")
    assert f'<p class="notice" role="note">{NOTICE}</p>' in to_html(whole)
    assert _tree(whole)["notice"] == NOTICE
    recorded = document(replace(small[0], twin={**TWIN, "planted": False}))
    for text in (to_markdown(recorded), to_html(recorded), json.dumps(_tree(recorded))):
        assert NOTICE not in text
    told = "does not read the planted answers"
    assert told in to_markdown(whole).partition("## Limitations")[2]
    assert told not in to_markdown(recorded)


def test_sentences_left_out_are_listed_and_not_printed(small: Study) -> None:
    made = to_markdown(document(small[0]))
    body, _, appendix = made.partition("## Appendix: claims removed")
    assert "Exactly 73 %" in appendix
    assert "Exactly 73 %" not in body
    assert "It is 3 times larger" in appendix
    clean = replace(small[0], prose={**PROSE, "introduction": [], "conclusions": []})
    clean = replace(clean, trials=tuple(replace(t, interpretation=None) for t in clean.trials))
    assert "Appendix" not in to_markdown(document(clean))


def test_a_title_with_a_numeral_gives_way(small: Study) -> None:
    made = to_markdown(document(replace(small[0], prose={**PROSE, "title": "Top 10 surrounds"})))
    assert "\n# A study of the energy twin\n" in made
    assert "| title | Top 10 surrounds |" in made


def test_only_cited_works_are_listed_each_once(small: Study) -> None:
    made = to_markdown(document(small[0])).partition("## References")[2]
    assert made.count("Niell CM, Stryker MP (2008)") == 1
    assert made.count("Online multiple testing with e-values") == 1
    assert "Nobody" not in made


@pytest.mark.parametrize("known_by", ["doi", "title"])
def test_a_work_of_both_lists_is_listed_once(small: Study, known_by: str) -> None:
    from v1vlm.report.bibliography import lab_works

    doi = lab_works()["lab:niell2008"].doi
    changes = {"doi": doi, "title": "On V1"} if known_by == "doi" else {}
    works = (CONTEXT.works[0].model_copy(update=changes), *CONTEXT.works[1:])
    prose = {**PROSE, "introduction": ["So it is [[ctx:niell2008]] [[lab:niell2008]]."]}
    state = replace(small[0], prose=prose)
    whole = compose(state, CONTEXT.model_copy(update={"works": works}), {})
    assert "So it is (Niell & Stryker, 2008)." in to_markdown(whole)
    assert [key for key, _ in whole.cited()].count("ctx:niell2008") == 1
    assert "lab:niell2008" not in dict(whole.cited())


def test_works_with_one_label_are_told_apart(small: Study) -> None:
    prose = {**PROSE, "idea": ["So it is [[lab:keller2020neuron]] [[lab:keller2020nature]]."]}
    made = to_markdown(document(replace(small[0], prose=prose)))
    assert "(Keller et al., 2020b; Keller et al., 2020a)" in made
    assert made.count("(2020a)") == made.count("(2020b)") == 1


def test_every_proposal_is_in_the_table(small: Study) -> None:
    table = to_markdown(document(small[0])).partition("## All hypotheses")[2]
    assert "| no valid proposal | refused |" in table
    assert "| withdrawn |  | the pilot drove few neurons |" in table
    assert table.count("| registered |") == 3
    assert "| refused |  | it repeats H1 |" in table
    assert "Proposed: 6. Refused: 2. Withdrawn: 1. Registered: 3." in table


def test_the_command_holds_no_path(small: Study) -> None:
    spec = small[0].spec.model_copy(update={"context": "C:\\Users\\a b\\..\\my text.txt"})
    made = to_markdown(document(replace(small[0], spec=spec)))
    assert "    v1vlm run --context-file 'my text.txt' --twin energy --scientist heuristic" in made
    assert "Users" not in made
    assert "give them to StudySpec" not in made
    odd = spec.model_copy(update={"alpha": 0.1})
    assert "give them to StudySpec" in to_markdown(document(replace(small[0], spec=odd)))


def test_a_study_without_findings_can_be_reported(small: Study) -> None:
    bare = replace(small[0], trials=(), attempts=(), prose=None, physiology=None)
    made = to_markdown(document(bare))
    for said in ("No hypothesis was registered.", "No hypothesis was decided.", "wrote no intro"):
        assert said in made


def test_refusals_of_hypotheses_print_their_words(small: Study) -> None:
    odd = hypothesis_of(
        "H5", ("a", "b"), title="<i>odd</i> | title", contrast=contrast_of(("a", "b"))
    )
    state = replace(small[0], attempts=(Attempt(1, 1, "refused", odd, "no | reason"),))
    state = replace(state, trials=())
    made = to_markdown(document(state))
    assert "| H5 | \\<i>odd\\</i> \\| title | refused |  | no \\| reason |" in made


def test_the_methods_paragraph_says_what_was_done(small: Study) -> None:
    made = to_markdown(document(small[0])).partition("ready to paste")[2].partition("\n### ")[0]
    for said in (
        "the energy digital twin of V1 of a simulated mouse (none (simulated); 400 model neurons",
        "responses in spikes per frame; animal still) on a screen of 64 × 36 pixels, 56.5 × 31.8 ",
        "measured with 4321 other stimuli; 377 neurons had a measurable receptive field",
        "averaged from 0–1 s after onset; the measures were mean modulation index, mean rank "
        "correlation (margins 0.05)",
        "Every hypothesis (3 in all) was registered",
        "on at most 200, 60 draws",
        "(Xu & Ramdas, 2024) with 3 places and a false discovery rate of 0.05",
        "numpy 2.2.0, v1vlm 0.1.0; seed 1234; study ssssssssssssssss.",
    ):
        assert said in made
    bare = replace(small[0], trials=(), attempts=())
    assert "ready to paste" not in to_markdown(document(bare))


def figures_of(names: tuple[str, ...]) -> dict[str, FigureFile]:
    facts: dict[str, Json] = {
        "n_draws": 17, "per_draw": 40.0, "beyond": [], "n_neurons": 29, "order": 0.5,
        "feature": True, "cortex": True, "cut": False, "controls": True,
        "replications": False,
    }  # fmt: skip
    return {name: FigureFile("<svg></svg>", "", facts) for name in names}


def test_captions_explain_once_and_then_refer(small: Study) -> None:
    kinds = ("evidence", "responses", "waveforms", "maps")
    drawn = figures_of(tuple(f"{kind}-H{i}" for kind in kinds for i in (1, 2)))
    made = to_markdown(compose(small[0], CONTEXT, drawn))
    assert made.count("Spearman's correlation of the time to half maximum") == 1
    assert made.count("on the cortical plane (triangles up") == 1
    for told in (
        "Evidence and estimates, H2: 17 test draws. As for H1.",
        "Population responses against time, H2: median of 40 neurons per draw, 17 draws. As for",
        "Single neurons against time, H2: 29 neurons, 17 draws; correlation of the halves +0.500.",
        "Where neurons respond, H2: 29 neurons, 17 draws; distance from the nearest feature",
    ):
        assert told in made
    later = to_markdown(compose(small[0], CONTEXT, figures_of(("waveforms-H2",))))
    assert "Single neurons of H2: the 29 neurons that counted in both halves" in later


def test_the_first_page_holds_verdicts_and_all_estimates(small: Study) -> None:
    drawn = figures_of(("estimates",))
    few = to_markdown(compose(small[0], CONTEXT, drawn)).partition("## Introduction")[0]
    assert few.index("| **supported, robust** |") < few.index("figures/estimates.svg")
    many = to_markdown(compose(study(7)[0], CONTEXT, drawn)).partition("## Introduction")[0]
    assert many.index("figures/estimates.svg") < many.index("| **supported, robust** |")


def test_designs_follow_the_methods(small: Study) -> None:
    made = to_markdown(document(small[0]))
    before, _, designs = made.partition("## Designs as registered")
    assert "| Made equal |" not in before
    assert designs.count("| Made equal |") == 3
    assert "control arms: matched, scrambled." in before
    assert "no control arm." in before
