"""Designs in words: what is shared, what differs, what a control changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.conftest import contrast_of
from v1vlm.claims import Arm, NeuronRule
from v1vlm.report.designs import changes, described
from v1vlm.stimuli import (
    Contrast,
    Grating,
    GratingSequence,
    Matching,
    Photographs,
    RandomDots,
    Scrambled,
    StimulusFamily,
    Uniform,
    Varied,
)


def gratings(phase: float = 0.0, **fields: Any) -> tuple[StimulusFamily, ...]:
    return tuple(
        Varied(
            stimulus=Grating(contrast=contrast, **fields),
            vary={"orientation_deg": Uniform(low=0, high=180 + phase)},
        )
        for contrast in (0.8, 0.4)
    )


def contrast(families: tuple[StimulusFamily, ...], **fields: Any) -> Contrast:
    return Contrast(families=families, factor="contrast", levels=("high", "low"), **fields)


def arm(families: tuple[StimulusFamily, ...], rule: NeuronRule | None = None, **of: Any) -> Arm:
    return Arm(id="x", role="control", contrast=contrast(families, **of), rule=rule or NeuronRule())


def test_members_say_what_is_their_own_and_share_the_rest() -> None:
    found = described(contrast(gratings(spatial_frequency_cpd=0.05)))
    assert found["shown"] == Grating.description
    assert found["members"] == ["high: contrast 0.8", "low: contrast 0.4"]
    assert found["drawn"] == ["orientation 0–180°"]
    assert "spatial frequency 0.05 cycles per degree" in found["fixed"]
    # No parameter is said twice, and place, drawn by the contrast, not at all.
    assert not any("contrast" in one or "orientation" in one for one in found["fixed"])
    assert not any("azimuth" in one for one in found["fixed"])


def test_members_can_differ_in_what_varies() -> None:
    fixed = Varied(stimulus=Grating(orientation_deg=30))
    free = Varied(stimulus=Grating(), vary={"orientation_deg": Uniform(low=0, high=180)})
    found = described(contrast((fixed, free)))
    assert found["members"] == ["high: orientation 30°", "low: orientation 0–180°"]
    assert found["drawn"] == []


@pytest.mark.parametrize(
    "families",
    [
        (Photographs(surround="own"), Photographs(surround="other")),
        (Varied(stimulus=Grating()), Photographs()),
        (Varied(stimulus=Grating()), Scrambled(source=Varied(stimulus=Grating()))),
    ],
)
def test_other_families_are_described_whole(families: tuple[StimulusFamily, ...]) -> None:
    found = described(contrast(families))
    assert found["shown"] is None
    assert found["members"] == [
        f"high: {families[0].describe()}",
        f"low: {families[1].describe()}",
    ]


def test_scrambled_families_are_taken_apart_too() -> None:
    found = described(contrast(tuple(Scrambled(source=f) for f in gratings())))
    assert found["shown"] == f"phase-scrambled: {Grating.description}"
    assert found["members"] == ["high: contrast 0.8", "low: contrast 0.4"]


def test_a_control_says_only_what_it_changes() -> None:
    main = arm(gratings(spatial_frequency_cpd=0.05))
    assert changes(main, main) == []
    finer = arm(gratings(spatial_frequency_cpd=0.1))
    frequency = "spatial frequency 0.1 cycles per degree instead of 0.05 cycles per degree"
    assert changes(finer, main) == [frequency]
    wider = arm(gratings(phase=90, spatial_frequency_cpd=0.05))
    assert changes(wider, main) == ["orientation 0–270° instead of 0–180°"]
    scrambled = arm(tuple(Scrambled(source=f) for f in main.contrast.families))
    assert changes(scrambled, main) == ["phase-scrambled"]
    # Matching is said apart.
    matched = arm(main.contrast.families, matching=Matching(contrast="local"))
    assert changes(matched, main) == []


def test_a_control_can_change_one_member_and_its_surroundings() -> None:
    main = arm(gratings())
    first, second = main.contrast.families
    assert changes(arm((second, second)), main) == [
        "high: contrast 0.4 instead of 0.8; low: unchanged"
    ]
    rule = NeuronRule(within_deg=5)
    said = changes(arm((first, second), rule, duration_s=2.5, placement="screen"), main)
    assert said == ["shown for 2.5 s", "placed by screen", f"neurons of {rule.describe()}"]


def test_a_control_of_another_kind_of_stimulus_is_told_whole() -> None:
    main = arm(gratings())
    other = Arm(id="x", role="control", contrast=contrast_of(("a", "b")), rule=NeuronRule())
    assert changes(other, main) is None
    assert changes(arm((Photographs(), Photographs())), main) is None


def test_every_parameter_is_said_unless_it_is_zero() -> None:
    family = Varied(stimulus=Grating(), vary={"phase_deg": Uniform(low=0, high=360)})
    found = described(contrast((family, family)))
    said = found["fixed"] + found["drawn"]
    stored = {n: v for n, v in Grating().to_json().items() if v not in (0, "none")}
    assert len(said) == len({*stored, "phase_deg"} - {"kind"})
    assert len(set(said)) == len(said)


def test_a_level_named_after_its_stimulus_is_said_once() -> None:
    photographs = Photographs()
    families = (Scrambled(source=photographs), photographs)
    odd = Contrast(families=families, factor="phases", levels=("phase-scrambled", "whole"))
    assert described(odd)["members"] == [
        families[0].describe(),
        f"whole: {photographs.describe()}",
    ]


def test_lists_and_rates_are_said_with_their_units() -> None:
    sequences: tuple[StimulusFamily, ...] = tuple(
        Varied(stimulus=GratingSequence(turns_deg=turns, first_s=2)) for turns in ((0, 0), (90, 0))
    )
    assert described(contrast(sequences))["members"] == ["high: turns 0, 0°", "low: turns 90, 0°"]
    dots: tuple[StimulusFamily, ...] = tuple(
        Varied(stimulus=RandomDots(coherence=share)) for share in (1, 0)
    )
    fixed = described(contrast(dots))["fixed"]
    assert "speed 30° per second" in fixed
    assert "density 0.005 per square degree" in fixed
