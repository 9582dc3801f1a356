"""What a number may be, by the words around it."""

import pytest

from tests.report.grounding import corpus
from v1vlm.records import rng_of
from v1vlm.report.grounding import check
from v1vlm.report.grounding.typed import typed_numbers

FACTS = corpus.facts_with(rng_of("facts"))
FOUND = FACTS.findings["H2"]


@pytest.mark.parametrize(
    "sentence",
    [
        "H2 stopped after {stopped} of at most {budget} draws.",
        "H2: stopped at draw {stopped}/{budget}, max. {budget}.",
        "Of the {total} simulated neurons of the twin, {neurons} from the held-out half tested H2.",
        "The twin has {total} neurons, {neurons} of them used for H2.",
        "H2: neurons: {neurons}; draws = 100.",
        "The smallest effect of interest for H2 was set at 0.05.",
        "Each disc of H2 was jittered by up to 5° in azimuth.",
        "One of the two supported hypotheses was never held against a control.",
        "H2 is the contradicted one.",
        "Surrounds were studied by Knierim & Van Essen (1992).",
    ],
)
def test_what_is_recorded_stays(sentence: str) -> None:
    assert not check(_filled(sentence), FACTS)


@pytest.mark.parametrize(
    "sentence",
    [
        "H2 stopped after 998 of at most {budget} draws.",
        "Number of neurons for H2: 100",
        "H2 was tested in {neurons} cortical columns.",
        "The orientations of H2 differ by no more than 22.5 Hz.",
        "The interval of H2 goes from {low:.2f} to {high:.2f} millivolts.",
        "Three of the two supported hypotheses had a control.",
        "The study comprised two hypotheses.",
        "Two hypotheses were put forward.",
        "Surrounds were studied by Smith & Van Essen (1991).",
    ],
)
def test_what_is_not_recorded_is_named(sentence: str) -> None:
    assert {fault.kind for fault in check(_filled(sentence), FACTS)} & {
        "number",
        "unit",
        "citation",
    }


RATIOS = {
    "twice": 2, "thrice": 3, "doubled": 2, "tripled": 3, "quadrupled": 4, "halved": 0.5,
    "twofold": 2, "four-fold": 4, "sixfold": 6, "tenfold": 10, "ten-fold": 10,
    "sevenfold": 7, "twentyfold": 20, "hundred-fold": 100,
    "order of magnitude": 10,
}  # fmt: skip


@pytest.mark.parametrize(("word", "value"), RATIOS.items())
def test_ratios_are_read_in_words(word: str, value: float) -> None:
    numbers = typed_numbers(f"The response was {word} there.", [])
    assert [(number.value, number.unit) for number in numbers] == [(value, "ratio")]


def _filled(sentence: str) -> str:
    assert FOUND.interval is not None
    total = next(int(k.value) for k in FACTS.numbers if k.path == ("twin", "n_neurons"))
    low, high = FOUND.interval
    return sentence.format(
        stopped=FOUND.stopped_at,
        budget=FOUND.draws_max,
        neurons=FOUND.n_neurons,
        total=total,
        low=low,
        high=high,
    )
