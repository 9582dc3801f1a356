from __future__ import annotations

from typing import Any

import pytest

from v1vlm.errors import ProposalError
from v1vlm.scientist.model.menu import Design, choices, described, kinds, schema_of
from v1vlm.stimuli import Edited, Screen, crafted, guard


def levels(varies: str) -> tuple[Any, Any]:
    kind, _, factor = varies.partition(".")
    first, *_, last = kinds()[kind].allowed(factor)
    return first, last


@pytest.mark.parametrize("varies", choices())
def test_whatever_is_on_the_menu_can_be_shown(varies: str) -> None:
    """Between the ends of every range: the guard refuses nothing that the menu offers."""
    contrast = Design(varies=varies, levels=levels(varies)).contrast()
    draws = [contrast.draw(seed) for seed in range(2)]
    rendered = [contrast.render(draw, Screen())[0] for draw in draws]
    flags = guard(contrast, Screen(), draws, rendered)
    assert [flag.message for flag in flags if flag.severity == "refuse"] == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"varies": "os.system"}, "is not on the menu; choose one of grating"),
        ({"levels": (0.1, 7.0)}, "contrast is '7.0'; it must be 0.1 to 1"),
        ({"levels": (0.5, 0.5)}, "two of them are the same"),
        ({"levels": ("low", "high")}, "contrast is 'low'; it must be"),
        ({"fixed": {"seed": 3}}, "'seed' cannot be fixed here; what can be: aperture"),
        ({"fixed": {"aperture": "__class__"}}, "must be none | disc"),
        ({"matching": "anything"}, "matching must be one of luminance"),
        ({"varies": "lines.n", "levels": (3.5, 7)}, "n is '3.5'; it must be 1 to 60"),
    ],
)
def test_what_is_off_the_menu_is_refused_with_what_is_on_it(
    changes: dict[str, Any], why: str
) -> None:
    fields = {"varies": "grating.contrast", "levels": (0.2, 0.8), **changes}
    with pytest.raises(ProposalError) as caught:
        Design(**fields).contrast()
    assert why in caught.value.what


def test_controls_change_what_they_say() -> None:
    design = Design(varies="centre_surround.surround_offset_deg", levels=(90.0, 0.0))
    far = design.controlled("far").contrast()
    assert far.families[0].to_json()["stimulus"]["gap_deg"] == 28.0
    faint = design.controlled("half contrast").contrast().families[0].to_json()["stimulus"]
    assert faint["centre_contrast"] == 0.4
    assert faint["surround_contrast"] == 0.4
    assert design.controlled("scrambled").contrast().families[0].to_json()["kind"] == "scrambled"
    matched = design.controlled("local contrast").contrast()
    assert matched.matching.contrast == "local"
    assert matched.families == design.contrast().families
    # Contrast cannot be halved where it is what differs.
    own = Design(varies="grating.contrast", levels=(0.2, 0.8)).controls()
    assert "half contrast" not in own
    assert "far" not in own


def test_paintings_are_on_the_menu_only_with_a_generator() -> None:
    assert "painted.description" not in choices()
    assert "painted" not in described()
    assert "painted.description" in choices("some-generator")
    design = Design(varies="painted.description", levels=("a cat", "a dog"), painter="some")
    assert [f.to_json()["paraphrases"] for f in design.contrast().families] == [
        list(crafted(["a cat"])),
        list(crafted(["a dog"])),
    ]
    assert design.contrast().matching.contrast == "both"
    with pytest.raises(ProposalError, match="not on the menu"):
        Design(varies="painted.description", levels=("a cat", "a dog")).contrast()


def test_edits_are_on_the_menu_only_where_the_generator_can_edit() -> None:
    assert "painted.edit" not in choices("some-generator")
    assert "painted.edit" not in choices(edits=True)
    assert choices("some", edits=True, only_painted=True) == PAINTED_CHOICES
    assert "edit: what a picture shows" in described("some", edits=True)
    assert "edit" not in described("some")
    design = Design(
        varies="painted.edit", levels=("boulders", "planks"), painter="some",
        fixed={"region": "outside", "diameter_deg": 40},
        wordings=(("rocks", "stones"), ("boards", "beams")),
    )  # fmt: skip
    edit, same = design.contrast().families
    assert isinstance(edit, Edited)
    assert isinstance(same, Edited)
    assert edit.paraphrases == crafted(["rocks", "stones"])
    assert same.paraphrases == edit.original.paraphrases == crafted(["boards", "beams"])
    assert (edit.description, same.description) == ("boulders", "planks")
    assert (edit.region, edit.diameter_deg, same.region) == ("outside", 40, "outside")
    assert design.contrast().matching.contrast == "global"
    whole = design.model_copy(update={"fixed": {"strength": 0.5}})
    assert whole.contrast().matching.contrast == "both"
    assert whole.contrast().families[1].to_json()["strength"] == 0.5
    for fixed, why in (
        ({"diameter_deg": 10}, "diameter_deg is '10'; it must be 30 to 60"),
        ({"size": 10}, "what can be: diameter_deg, region, strength"),
    ):
        with pytest.raises(ProposalError, match=why):
            design.model_copy(update={"fixed": fixed}).contrast()


PAINTED_CHOICES = ("painted.description", "painted.edit")


def test_wordings_that_say_a_thing_twice_or_nothing_are_left_out() -> None:
    first = ("a cat", "A cat.", "a tom", "an animal", "a kitten", "a puss")
    second = ("a dog", "a hound", "a dog ", "an animal", "a puppy", "a whelp")
    design = Design(
        varies="painted.description", levels=("a cat", "a dog"), painter="some",
        wordings=(first, second),
    )  # fmt: skip
    cats, dogs = design.contrast().families
    kept = (0, 4, 5)
    assert cats.to_json()["paraphrases"] == list(crafted([first[i] for i in kept]))
    assert dogs.to_json()["paraphrases"] == list(crafted([second[i] for i in kept]))
    assert (cats.to_json()["description"], design.contrast().wordings) == ("a cat", 3)
    same = design.model_copy(update={"wordings": (("a",), ("a",))})
    with pytest.raises(ProposalError, match="cannot be built"):
        same.contrast()


def test_schemas_hold_the_ranges() -> None:
    assert schema_of("contrast", (0.1, 1)) == {"type": "number", "minimum": 0.1, "maximum": 1.0}
    assert schema_of("n", (1, 60)) == {"type": "integer", "minimum": 1, "maximum": 60}
    assert schema_of("shape", ("L", "T"))["enum"] == ["L", "T"]


def test_photographs_of_the_user_replace_the_packaged_ones() -> None:
    names = tuple(f"{i:064x}" for i in range(6))
    design = Design(
        varies="photographs.version", levels=("original", "scrambled"), photographs=names
    )
    first, second = (family.to_json() for family in design.contrast().families)
    assert set(first["names"]) | set(first["explore_names"]) == set(names)
    assert second["source"]["names"] == first["names"]
