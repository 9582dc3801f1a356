"""Who a claim is about, what may be registered, and the records' round trips."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import (
    Arm,
    ControlFinding,
    Finding,
    Hypothesis,
    NeuronRule,
    Prediction,
    Registration,
)
from v1vlm.errors import InputError
from v1vlm.outcomes import Conjunction, Estimate, FamilyNote
from v1vlm.records import canonical_json, digest
from v1vlm.stimuli import CentreSurround, Contrast, PinkNoise, Uniform, Varied

N = 400


def physiology(seed: int = 0) -> Physiology:
    rng = np.random.default_rng(seed)
    columns = {
        "rf_azimuth_deg": rng.uniform(-40, 40, N),
        "rf_elevation_deg": rng.uniform(-25, 25, N),
        "orientation_deg": rng.uniform(0, 180, N),
        "gosi": rng.uniform(0, 0.6, N),
        "quality": rng.uniform(0, 2, N),
        "reference": np.ones(N),
    }
    columns["rf_azimuth_deg"][::17] = columns["rf_elevation_deg"][::17] = np.nan
    columns["orientation_deg"][::13] = columns["gosi"][::13] = np.nan
    half_b = np.zeros(N, bool)
    half_b[rng.permutation(N)[: N // 2]] = True
    return Physiology("physiology", columns, half_b)


KNOWN = physiology()
RULE = NeuronRule(prefers_within_deg=25.0)


def contrast(*offsets: float, **shared) -> Contrast:
    families = tuple(
        Varied(
            stimulus=CentreSurround(surround_offset_deg=offset, **shared),
            vary={"orientation_deg": Uniform(low=0, high=180)},
        )
        for offset in offsets
    )
    levels = tuple(f"turned by {offset:g}" for offset in offsets)
    return Contrast(families=families, factor="orientation of the surround", levels=levels)


def arm(**changes) -> Arm:
    fields = {"id": "main", "role": "main", "contrast": contrast(90.0, 0.0), "rule": RULE}
    return Arm(**{**fields, **changes})


def hypothesis(**changes) -> Hypothesis:
    fields = {
        "id": "H1",
        "title": "Cross above iso",
        "statement": "Cross surrounds suppress less.",
        "citations": ("lab:keller2020neuron",),
        "rivals": {"U": "none"},
        "contrast": contrast(90.0, 0.0),
        "rule": RULE,
        "prediction": Prediction(direction="greater"),
    }
    return Hypothesis(**{**fields, **changes})


def registration(**changes) -> Registration:
    control = arm(id="iso", role="control", expects="absent", contrast=contrast(180.0, 0.0))
    fields = {
        "study": "study",
        "index": 1,
        "hypothesis": hypothesis(),
        "arms": (arm(), control),
        "clip_bound": 0.4,
        "draws_max": 200,
        "alpha_support": 0.01,
        "alpha_refute": 0.01,
        "alpha_explain": 0.05,
        "twin_digest": "twin",
        "physiology_digest": "physiology",
        "checks": {"sd": 0.1},
    }
    return Registration(**{**fields, **changes})


# --- the neuron rule ---------------------------------------------------------------------------


def test_candidates_are_of_one_half_good_and_placed() -> None:
    found = NeuronRule(half="A", quality=0.5).candidates(KNOWN)
    assert found.size
    assert not KNOWN.half_b[found].any()
    assert np.all(KNOWN["quality"][found] >= 0.5)
    assert np.isfinite(KNOWN["rf_azimuth_deg"][found]).all()
    kept = ~KNOWN.half_b & (KNOWN["quality"] >= 0.5) & np.isfinite(KNOWN["rf_azimuth_deg"])
    np.testing.assert_array_equal(found, np.flatnonzero(kept))


def test_without_a_distance_no_field_is_needed() -> None:
    everywhere = NeuronRule(within_deg=None, quality=0.0)
    assert everywhere.candidates(KNOWN).size == N // 2
    assert everywhere.select(KNOWN, 0.0, 0.0, None).size == N // 2


@given(st.floats(-30, 30), st.floats(-20, 20), st.floats(0, 180))
@settings(max_examples=40, deadline=None)
def test_the_halves_share_no_neuron(azimuth, elevation, orientation) -> None:
    for rule in (NeuronRule(), RULE):
        first, second = (
            rule.model_copy(update={"half": half}).select(KNOWN, azimuth, elevation, orientation)
            for half in ("A", "B")
        )
        assert not np.intersect1d(first, second).size


@given(st.floats(-30, 30), st.floats(-20, 20), st.floats(0, 180))
@settings(max_examples=40, deadline=None)
def test_selection_is_relative_to_the_stimulus(azimuth, elevation, orientation) -> None:
    found = RULE.select(KNOWN, azimuth, elevation, orientation)
    expected = []
    for i in np.flatnonzero(KNOWN.half_b & (KNOWN["quality"] >= RULE.quality)):
        a, e, o = (
            KNOWN[name][i] for name in ("rf_azimuth_deg", "rf_elevation_deg", "orientation_deg")
        )
        a0, e0, a, e = np.radians([azimuth, elevation, a, e])
        cosine = np.sin(e) * np.sin(e0) + np.cos(e) * np.cos(e0) * np.cos(a - a0)
        near = cosine >= np.cos(np.radians(10.0))
        turn = np.cos(2 * np.radians(o - orientation)) >= np.cos(np.radians(50.0))
        if near and turn and KNOWN["gosi"][i] >= 0.1:
            expected.append(i)
    np.testing.assert_array_equal(found, expected)


def test_selection_moves_with_the_centre() -> None:
    """Turning the sphere about its axis, fields and stimulus alike, selects the same neurons."""
    columns = {**KNOWN.columns, "rf_azimuth_deg": KNOWN["rf_azimuth_deg"] + 37.0}
    moved = Physiology("moved", columns, KNOWN.half_b)
    rule = RULE.model_copy(update={"within_deg": 20.0})
    here, there = rule.select(KNOWN, 3.0, -4.0, 20.0), rule.select(moved, 40.0, -4.0, 20.0)
    assert here.size >= 5
    np.testing.assert_array_equal(here, there)
    assert not np.array_equal(rule.select(KNOWN, 23.0, -4.0, 20.0), here)


def test_selectivity_counts_for_preferences_alone() -> None:
    strict = RULE.model_copy(update={"selectivity": 0.4})
    found = strict.select(KNOWN, 0.0, 0.0, 60.0)
    assert np.all(KNOWN["gosi"][found] >= 0.4)
    assert set(found) < set(RULE.select(KNOWN, 0.0, 0.0, 60.0))
    loose, same = NeuronRule(selectivity=0.0), NeuronRule(selectivity=0.9)
    np.testing.assert_array_equal(
        loose.select(KNOWN, 0.0, 0.0, None), same.select(KNOWN, 0.0, 0.0, None)
    )


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_families_does_not_matter(seed) -> None:
    places = np.stack([np.linspace(-20, 20, 9), np.linspace(-10, 10, 9)], axis=1)
    selected = []
    for offsets in ((90.0, 0.0, 45.0), (0.0, 45.0, 90.0)):
        draw = contrast(*offsets).draw(seed, places)
        selected.append(
            RULE.select(KNOWN, draw.azimuth_deg, draw.elevation_deg, draw.orientation_deg)
        )
    np.testing.assert_array_equal(*selected)


def test_a_preference_needs_an_orientation_that_all_members_share() -> None:
    family = Varied(stimulus=PinkNoise())
    grating = Varied(stimulus=CentreSurround())
    mixed = Contrast(families=(grating, family), factor="kind", levels=("a", "b"))
    draw = mixed.draw(0)
    assert draw.orientation_deg is None
    with pytest.raises(ValueError, match="share no orientation"):
        RULE.select(KNOWN, 0.0, 0.0, draw.orientation_deg)
    assert NeuronRule().select(KNOWN, 0.0, 0.0, draw.orientation_deg).size


def test_the_rule_in_words() -> None:
    assert NeuronRule(within_deg=None).describe() == "half B, quality of at least 0.1"
    said = NeuronRule(half="A", within_deg=8, prefers_within_deg=25).describe()
    assert "half A" in said
    assert "within 8° of the stimulus centre" in said
    assert "preferred orientation within 25°" in said
    assert "gOSI of at least 0.1" in said


# --- what may be claimed and registered --------------------------------------------------------


@pytest.mark.parametrize("window", [(0.5, 0.5), (0.6, 0.2), (-0.1, 0.5), (0.0, 11.0)])
def test_windows_are_ordered_and_after_onset(window) -> None:
    with pytest.raises(ValidationError, match="0 <= start < stop <= 10"):
        Prediction(direction="less", window_s=window)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Prediction(direction="more"), "direction"),
        (lambda: Prediction(direction="less", margin=0.0), "greater than 0"),
        (lambda: NeuronRule(half="C"), "half"),
        (lambda: NeuronRule(within_deg=0.0), "greater than 0"),
        (lambda: NeuronRule(prefers_within_deg=100.0), "less than or equal to 90"),
        (lambda: NeuronRule(minimum=0), "greater than or equal to 1"),
        (lambda: arm(id="Main arm"), "match pattern"),
        (lambda: arm(role="extra"), "role"),
        (lambda: hypothesis(id="H 1"), "match pattern"),
        (lambda: Finding.model_validate({**finding().to_json(), "id": "../H1"}), "match pattern"),
        (lambda: hypothesis(title="t" * 121), "at most 120"),
    ],
)
def test_records_are_checked_when_built(build, message) -> None:
    with pytest.raises(ValidationError, match=message):
        build()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arms": ()}, "at least 1"),
        ({"arms": (arm(role="control"),)}, "must be the main one"),
        ({"arms": (arm(), arm(id="second"))}, "must be the main one"),
        ({"arms": (arm(id="a", role="control"), arm())}, "must be the main one"),
        ({"arms": (arm(), arm(role="control"))}, "different ids"),
        ({"arms": (arm(contrast=contrast(180.0, 0.0)),)}, "own contrast and rule"),
        ({"arms": (arm(rule=NeuronRule(within_deg=9.0)),)}, "own contrast and rule"),
        ({"clip_bound": 0.05}, "bound must exceed the margin"),
        ({"clip_bound": 2.1}, "less than or equal to 2"),
        ({"index": 0}, "greater than or equal to 1"),
        ({"draws_max": 0}, "greater than or equal to 1"),
        ({"estimate_draws": 1}, "greater than or equal to 2"),
        ({"alpha_support": 0.0}, "greater than 0"),
        ({"alpha_refute": 1.0}, "less than 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_registrations_that_do_not_hold_together_are_refused(changes, message) -> None:
    with pytest.raises(ValidationError, match=message):
        registration(**changes)


def test_a_registration_knows_its_arms() -> None:
    found = registration()
    assert found.main.id == "main"
    assert [control.id for control in found.controls] == ["iso"]
    again = arm(id="again", role="replication", twin="b", physiology_digest="p", level="L2")
    level = Conjunction(level="L2", at_least=1, alpha=0.01)
    replicated = registration(arms=(arm(), again), conjunctions=(level,))
    assert replicated.controls == ()
    assert replicated.replications == replicated.counted("L2") == (again,)
    assert replicated.counted("L3") == ()
    assert replicated.conjunction("L2") == level
    assert replicated.conjunction("L3") is replicated.conjunction(None) is None


@pytest.mark.parametrize(
    ("changes", "conjunctions", "said"),
    [
        ({"contrast": contrast(180.0, 0.0)}, 1, "must test the claim itself"),
        ({"rule": NeuronRule(within_deg=9.0)}, 1, "must test the claim itself"),
        ({"expects": "absent"}, 1, "must test the claim itself"),
        ({"twin": ""}, 1, "must name its twin"),
        ({"physiology_digest": ""}, 1, "must name its twin"),
        ({"level": None}, 1, "every level"),
        ({"level": "L3"}, 1, "every level"),
        ({}, 0, "every level"),
        ({}, 2, "more subjects than are registered"),
    ],
)
def test_replications_fit_their_claim(changes, conjunctions: int, said: str) -> None:
    fields = {"id": "again", "role": "replication", "twin": "b", "physiology_digest": "p"}
    again = arm(**{**fields, "level": "L2", **changes})
    levels = (Conjunction(level="L2", at_least=conjunctions, alpha=0.01),) if conjunctions else ()
    with pytest.raises(ValueError, match=said):
        registration(arms=(arm(), again), conjunctions=levels)


def test_what_a_registration_leaves_unsaid_is_not_stored() -> None:
    """Registrations without replications keep the digests, and the seeds, that they had."""
    stored = registration().to_json()
    assert not {"conjunctions", "shared_draws"} & set(stored)
    assert not {"physiology_digest", "level"} & set(stored["arms"][0])
    assert "physiology_digest" in stored


def claim_on(**changes) -> dict[str, object]:
    """A hypothesis and its main arm, changed alike."""
    return {"hypothesis": hypothesis(**changes), "arms": (arm(**changes),)}


def test_whatever_is_registered_shows_in_the_digest() -> None:
    base = digest(registration())
    assert digest(registration()) == base
    for changes in (
        {"study": "another"},
        {"index": 2},
        {"clip_bound": 0.41},
        {"hypothesis": hypothesis(prediction=Prediction(direction="less"))},
        claim_on(contrast=contrast(90.0, 0.0, centre_diameter_deg=21.0)),
        claim_on(rule=NeuronRule(within_deg=9.0)),
        {"arms": (arm(),)},
    ):
        assert digest(registration(**changes)) != base


# --- round trips -------------------------------------------------------------------------------


def finding() -> Finding:
    control = ControlFinding(
        id="iso",
        expects="absent",
        quantity="effect minus control",
        outcome="survived",
        estimate=0.1,
        interval=(0.05, 0.15),
        n_draws=100,
        e_value=30.0,
        e_explain=0.2,
        stopped_at=40,
    )
    note = FamilyNote(level="cross", description="a grating", sha256="0" * 64)
    return Finding(
        id="H1",
        index=1,
        title="title",
        statement="statement",
        parent=None,
        origin="",
        measure="permi",
        direction="greater",
        margin=0.05,
        clip_bound=0.4,
        factor="orientation",
        families=(note, note),
        neuron_rule=RULE.describe(),
        n_neurons=12,
        twin="energy",
        mouse="energy-1",
        behaviour="still",
        window_s=(0.0, 1.0),
        centring="population",
        estimate=0.12,
        interval=None,
        cs=(-0.1, 0.4),
        e_value=120.0,
        e_refute=0.01,
        threshold_support=100.0,
        threshold_refute=100.0,
        stopped_at=40,
        draws_max=200,
        n_draws=100,
        unclipped=0.125,
        clipped_share=0.01,
        invalid_share=0.0,
        population_index=None,
        interval_by_source=None,
        n_sources=0,
        scope="the named neurons",
        verdict="supported",
        reason="",
        controls_verdict="robust",
        explained_by=None,
        controls=(control,),
        level="L0",
        registration="0" * 64,
    )


ESTIMATE = Estimate(
    value=0.1,
    interval=(0.0, 0.2),
    n_draws=100,
    n_neurons=9,
    unclipped=0.11,
    clipped_share=0.0,
    invalid_share=0.0,
)


@pytest.mark.parametrize(
    "record",
    [RULE, Prediction(direction="equivalent"), arm(), hypothesis(), registration(), ESTIMATE,
     finding()],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_records_return_from_json(record) -> None:
    stored = canonical_json(record.to_json())
    back = type(record).from_json(json.loads(stored))
    assert back == record
    assert canonical_json(back.to_json()) == stored
    with pytest.raises(InputError, match="colour"):
        type(record).from_json({**record.to_json(), "colour": "red"})


def test_families_keep_their_kind_on_the_way() -> None:
    back = Registration.from_json(registration().to_json())
    family = back.main.contrast.families[0]
    assert isinstance(family, Varied)
    assert family.stimulus == CentreSurround(surround_offset_deg=90.0)


def test_numbers_that_json_cannot_hold_are_refused() -> None:
    with pytest.raises(ValidationError, match="finite"):
        ESTIMATE.__class__(**{**ESTIMATE.to_json(), "value": float("nan")})


def test_a_neuron_without_a_reference_has_no_scale_and_never_counts() -> None:
    columns = {name: values.copy() for name, values in KNOWN.columns.items()}
    columns["reference"][::2] = np.nan
    known = Physiology("without", columns, KNOWN.half_b)
    rule = NeuronRule(within_deg=None, quality=0.0)
    assert np.all(rule.candidates(known) % 2 == 1)
    assert np.any(rule.candidates(KNOWN) % 2 == 0)
