"""The report says what the record says, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.report.conftest import CONTEXT, PROSE, TWIN, contrast_of, hypothesis_of, study
from v1vlm.claims import Finding
from v1vlm.figures import FigureFile
from v1vlm.journal import Attempt, State
from v1vlm.records import Json
from v1vlm.report import NOTICE, Document, compose, to_html, to_markdown
from v1vlm.report.html import escape as html_escape
from v1vlm.report.pdf import _tree
from v1vlm.report.values import counts_of
from v1vlm.store import MemoryStore

Study = tuple[State, MemoryStore]


def with_finding(state: State, trial: int = 0, **changes: Any) -> State:
    old = state.trials[trial].finding
    assert old is not None
    # Validated again, so that no test speaks of a finding that cannot be.
    new = Finding.model_validate({**old.to_json(), **changes})
    trials = list(state.trials)
    trials[trial] = replace(trials[trial], finding=new)
    return replace(state, trials=tuple(trials))


def document(state: State) -> Document:
    return compose(state, CONTEXT, {})


def formats(state: State) -> tuple[str, str, str]:
    """All three formats as text; spaces that do not break are spaces.

    What the page sorts by is not printed, and left out.
    """
    whole = document(state)
    html = re.sub(r'"sort":\{[^}]*\}', "", to_html(whole))
    tree = json.dumps(_tree(whole), ensure_ascii=False)
    return tuple(  # type: ignore[return-value]
        text.replace("\u00a0", " ") for text in (to_markdown(whole), html, tree)
    )


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


@pytest.mark.parametrize(
    ("trial", "sentence"),
    [
        (0, "Supported (robust) for the named neurons of the energy twin (level L1): "),
        (
            1,
            "Contradicted for the named neurons of the energy twin (level L1): not above the "
            "margin (by its interval: opposite to the prediction)",
        ),
        (2, "Inconclusive for the named neurons of the energy twin (level L0): neither"),
    ],
)
@pytest.mark.parametrize("scope", ["the named neurons", "this twin's population"])
def test_verdicts_are_about_the_named_neurons_of_the_twin(
    small: Study, trial: int, sentence: str, scope: str
) -> None:
    made = to_markdown(document(with_finding(small[0], trial, scope=scope)))
    assert made.count(sentence) == 1
    # The interval may speak of the twin's population, beside the verdict and its guarantee.
    told = made.partition(sentence)[2].partition("\n")[0]
    assert ("agrees, for neurons of this twin" in told) == (scope != "the named neurons")


def test_code_never_speaks_of_v1_neurons(small: Study) -> None:
    silent = replace(small[0], prose=None)
    assert "V1 neurons" not in to_markdown(document(silent)).partition("## References")[0]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("robust", "it survived every registered control"),
        ("explained away", "it does not persist in its controls, matched among them"),
        ("controls inconclusive", "not every control reached its threshold"),
        ("not run", "there was no supported effect to control"),
    ],
)
def test_controls_are_judged_in_words(small: Study, verdict: str, said: str) -> None:
    state = with_finding(small[0], controls_verdict=verdict, explained_by="matched")
    assert said in to_markdown(document(state))


def test_support_is_never_shown_without_what_its_controls_say(small: Study) -> None:
    gone = with_finding(small[0], controls_verdict="explained away", explained_by="matched")
    markdown, html, _ = formats(gone)
    for text in (markdown, re.sub("<[^>]+>", "", html)):
        assert "supported, explained away" in text
        assert "supported, robust" not in text
        assert "1 supported (1 explained away), 1 contradicted" in text
        assert "Supported: 1 (1 explained away)." in text
    table = to_markdown(document(gone)).partition("## Introduction")[0]
    assert "| **supported, explained away** | L1 |" in table
    assert "| **contradicted** | L1 |" in table
    listed = to_markdown(document(gone)).partition("## All hypotheses")[2]
    assert "| registered | supported, explained away |" in listed
    assert "1 supported (1 robust), 1 contradicted" in to_markdown(document(small[0]))


def test_controls_are_counted_among_the_supported_alone(small: Study) -> None:
    state = with_finding(small[0], 1, controls_verdict="robust")
    assert counts_of(state) == {**state.counts, "robust": 1, "explained_away": 0}
    gone = with_finding(small[0], controls_verdict="explained away")
    said = {**PROSE, "conclusions": ["Of them [[count.explained_away]] was explained away."]}
    made = to_markdown(document(replace(gone, prose=said)))
    assert "Of them 1 was explained away." in made


def test_an_estimate_says_what_it_is_an_estimate_of(small: Study) -> None:
    made = to_markdown(document(small[0]))
    assert "| Estimate | Draws |" in made
    assert made.count("\\] (mean modulation index) |") == 2
    assert "\\] (mean rank correlation) |" in made
    alike = to_markdown(document(study(2)[0]))
    assert "| Estimate (mean modulation index) | Draws |" in alike
    assert "\\] (mean modulation index)" not in alike


def test_measures_are_named_in_words(small: Study) -> None:
    made = to_markdown(document(small[0]))
    assert "| Prediction | mean modulation index greater than +0.05 |" in made
    assert "| Predicted | mean rank correlation greater than +0.05 |" in made
    assert made.count("(permi)") == 2  # once per design
    assert "permi " not in made


def test_a_plug_in_measure_is_named_and_not_imported(small: Study) -> None:
    trial = small[0].trials[0]
    hypothesis = trial.registration.hypothesis
    prediction = hypothesis.prediction.model_copy(update={"measure": "no_such_module:loud"})
    registration = trial.registration.model_copy(
        update={"hypothesis": hypothesis.model_copy(update={"prediction": prediction})}
    )
    trials = (replace(trial, registration=registration), *small[0].trials[1:])
    state = replace(small[0], trials=trials)
    made = to_markdown(document(state))
    assert "| Prediction | no\\_such\\_module:loud greater than +0.05 |" in made
    assert "| Measure | no\\_such\\_module:loud: as its plug-in defines it" in made


def test_more_than_two_percent_clipped_is_said(small: Study) -> None:
    said = "speaks of the measure clipped to ±0.35"
    assert said not in to_markdown(document(with_finding(small[0], clipped_share=0.02)))
    assert said in to_markdown(document(with_finding(small[0], clipped_share=0.021)))


def test_a_population_index_on_another_side_of_the_margin_is_flagged(small: Study) -> None:
    said = "lie on different sides of the margin"
    assert said not in to_markdown(document(with_finding(small[0], population_index=0.051)))
    assert said in to_markdown(document(with_finding(small[0], population_index=0.049)))
    assert said in to_markdown(document(with_finding(small[0], population_index=-0.2)))
    # A difference in sparseness says nothing of the size of responses.
    other = with_finding(small[0], population_index=-0.2, measure="sparseness")
    assert said not in to_markdown(document(other))


def test_responses_that_never_differ_are_flagged(small: Study) -> None:
    said = "evoked identical responses in every fresh draw"
    nothing = {"estimate": 0.0, "cs": (-0.2, 0.2)}
    same = with_finding(small[0], interval=(0.0, 0.0), **nothing)
    assert said in to_markdown(document(same))
    small_ones = with_finding(small[0], interval=(-0.001, 0.001), **nothing)
    assert said not in to_markdown(document(small_ones))


def test_responses_beyond_the_natural_range_are_flagged(small: Study) -> None:
    facts: dict[str, Json] = {"n_draws": 17, "per_draw": 40.0, "beyond": ["orthogonal"]}
    drawn = {"responses-H1": FigureFile("<svg></svg>", "", facts)}
    said = "exceeds the neurons' reference (conditions: orthogonal)"
    made = to_markdown(compose(small[0], CONTEXT, drawn))
    assert made.count(said) == 2  # beside the estimate and among the limitations
    drawn["responses-H1"] = FigureFile("<svg></svg>", "", {**facts, "beyond": []})
    made = to_markdown(compose(small[0], CONTEXT, drawn))
    assert "beyond the range over natural crops" not in made
    assert "(median of 40 per draw; 43 in all estimation draws)" in made
    assert "(95th percentile over natural crops minus grey)" in made
    assert "over the first 17 estimation draws" in made


def test_mispredicting_accounts_carry_their_full_names(small: Study) -> None:
    trial = small[0].trials[0]
    rivals = {"E (energy)": "none", "I (iso-tuned)": "more"}
    hypothesis = trial.registration.hypothesis.model_copy(update={"rivals": rivals})
    registration = trial.registration.model_copy(update={"hypothesis": hypothesis})
    changed = replace(
        trial, registration=registration, interpretation={"text": "So.", "loses": ["I", "other"]}
    )
    made = to_markdown(document(replace(small[0], trials=(changed, *small[0].trials[1:]))))
    assert (
        "So. *\\[not tested here\\]* Recorded as having mispredicted here: I (iso-tuned), other."
        in made
    )
    spoken = replace(changed, interpretation={"text": "Iso-tuned it is not.", "loses": ["I"]})
    made = to_markdown(document(replace(small[0], trials=(spoken, *small[0].trials[1:]))))
    assert "Iso-tuned it is not. *\\[not tested here\\]*\n" in made


def test_few_photographs_are_named_and_no_natural_scenes(small: Study) -> None:
    state = with_finding(small[0], n_sources=2, interval_by_source=(0.1, 0.2))
    trial = state.trials[0]
    draws = dict(trial.draws)
    draws["main", "test"] = replace(draws["main", "test"], sources=("camera", "coffee") * 100)
    state = replace(state, trials=(replace(trial, draws=draws), *state.trials[1:]))
    made = to_markdown(document(state))
    assert "crops of 2 photographs (camera, coffee)" in made
    assert "+0.100, +0.200\\], resampling the 2 photographs" in made
    assert "natural scenes" not in made


def test_without_an_interval_the_report_says_why(small: Study) -> None:
    made = to_markdown(document(with_finding(small[0], interval=None, n_neurons=12)))
    assert "no interval is given below 20 neurons" in made


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


def test_an_undecided_registration_is_reported_as_such(small: Study) -> None:
    last = replace(small[0].trials[2], finding=None, interpretation=None)
    made = to_markdown(document(replace(small[0], trials=(*small[0].trials[:2], last))))
    assert "| undecided |" in made
    assert "### H3. " in made.partition("## Results")[0]
    assert "### H3. " not in made.partition("## Results")[2]


def test_a_series_says_all_its_levels(small: Study) -> None:
    made = to_markdown(document(small[0]))
    levels = {"5 %": "0.9", "20 %": "0.45", "50 %": "0.3", "100 %": "0.225"}
    assert all(f"| {level}: contrast {value} |" in made for level, value in levels.items())
    assert made.count("| Shown | a disc on grey |") == 3


def test_refusals_of_hypotheses_print_their_words(small: Study) -> None:
    odd = hypothesis_of(
        "H5", ("a", "b"), title="<i>odd</i> | title", contrast=contrast_of(("a", "b"))
    )
    state = replace(small[0], attempts=(Attempt(1, 1, "refused", odd, "no | reason"),))
    state = replace(state, trials=())
    made = to_markdown(document(state))
    assert "| H5 | \\<i>odd\\</i> \\| title | refused |  | no \\| reason |" in made


def test_other_windows_stand_beside_the_registered_one(small: Study) -> None:
    finding = small[0].trials[0].finding
    assert finding is not None
    early = {"window": "early", "value": 0.777, "interval": (0.7, 0.8), "n_draws": 100}
    offset = {"window": "offset", "value": -0.002, "interval": None, "n_draws": 90}
    made = to_markdown(document(with_finding(small[0], windows=(early, offset))))
    assert (
        "| In other windows | early (0.05–0.25 s) +0.777 \\[+0.700, +0.800\\]; offset (0–0.5 s "
        "after it) −0.002 (reported, never tested) |"
    ) in made
    alone = to_markdown(document(with_finding(small[0], windows=())))
    assert alone.count("In other windows") == made.count("In other windows") - 1


def test_a_finding_says_how_it_was_shown(small: Study) -> None:
    state = with_finding(small[0], behaviour="running", window_s=(0.1, 0.6), centring="screen")
    said = "window 0.1–0.6 s from onset; stimuli at the centre of the screen; animal: running |"
    assert f"| As shown | {said}" in to_markdown(document(state))


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


@pytest.mark.parametrize(
    ("direction", "verdict", "estimate", "flagged"),
    [
        ("greater", "supported", 0.06, False),
        ("greater", "supported", 0.04, True),
        ("greater", "contradicted", 0.04, False),
        ("greater", "contradicted", 0.06, True),
        ("greater", "inconclusive", 0.06, False),
        ("less", "supported", -0.04, True),
        ("less", "supported", -0.06, False),
        ("different", "supported", -0.06, False),
        ("different", "contradicted", -0.06, True),
        ("equivalent", "supported", 0.06, True),
        ("equivalent", "contradicted", 0.06, False),
    ],
)
def test_a_verdict_that_fresh_draws_do_not_repeat_is_flagged(
    small: Study, direction: str, verdict: str, estimate: float, flagged: bool
) -> None:
    state = with_finding(small[0], direction=direction, verdict=verdict, estimate=estimate)
    said = f"H1 was {verdict} by its test draws, but the estimate from fresh draws"
    # Beside the finding and among the limitations.
    assert to_markdown(document(state)).count(said) == 2 * flagged
