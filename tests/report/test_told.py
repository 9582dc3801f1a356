"""What is said of a finding: its verdict, its controls, and what it must be read with."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.report.conftest import CONTEXT, PROSE, study
from tests.report.told import Study, document, formats, with_finding
from v1vlm.figures import FigureFile
from v1vlm.records import Json
from v1vlm.report import compose, to_markdown
from v1vlm.report.values import counts_of


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
        "So. *\\[not checked\\]* Recorded as having mispredicted here: I (iso-tuned), other."
        in made
    )
    spoken = replace(changed, interpretation={"text": "Iso-tuned it is not.", "loses": ["I"]})
    made = to_markdown(document(replace(small[0], trials=(spoken, *small[0].trials[1:]))))
    assert "Iso-tuned it is not. *\\[not checked\\]*\n" in made


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
