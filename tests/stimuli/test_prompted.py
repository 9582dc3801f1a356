"""Conditions in words: prompts, pairs, styles, edits; contrast matched in two places at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from v1vlm.errors import ProposalError
from v1vlm.stimuli import (
    Contrast,
    Edited,
    Matching,
    Prompted,
    Screen,
    crafted,
    differences,
    match,
    style_only,
)
from v1vlm.stimuli.prompted import BARE, FRAMES, PHRASE_MAX, PROMPT_MAX

SCREEN = Screen()
WORDS = st.lists(
    st.text("abc .,'", min_size=1, max_size=300).filter(lambda t: t.strip(" .")),
    min_size=1, max_size=12,
)  # fmt: skip


def family(*paraphrases: str, **changes: object) -> Prompted:
    return Prompted(paraphrases=paraphrases, generator="g", **changes)


@given(WORDS)
def test_prompts_are_short_and_ask_for_what_the_twin_can_see(phrases: list[str]) -> None:
    for i, prompt in enumerate(crafted(phrases, 64, 36)):
        assert len(prompt) <= PROMPT_MAX
        assert prompt.startswith(FRAMES[i % len(FRAMES)].partition("{")[0])
        assert "64 by 36 pixels" in prompt
        assert "\n" not in prompt
    assert PHRASE_MAX < PROMPT_MAX


@settings(max_examples=30)
@given(st.integers(0, 2**40))
def test_members_share_wording_and_painting_seed(seed: int) -> None:
    a, b = family("x1", "x2", "x3"), family("y1", "y2", "y3")
    contrast = Contrast(families=(a, b), factor="f", levels=("x", "y"))
    draw = contrast.draw(seed)
    first, second = (stimulus.requests()[0] for stimulus in draw.stimuli)
    assert first.seed == second.seed
    assert first.prompt[1] == second.prompt[1]
    assert draw.source == f"wording {first.prompt[1]}"


def test_members_have_equally_many_wordings_each_said_once() -> None:
    with pytest.raises(ValidationError, match="1 and 2 wordings"):
        Contrast(families=(family("a", "b"), family("c")), factor="f", levels=("x", "y"))
    with pytest.raises(ValidationError, match="given twice"):
        family("A cat", "a  cat")
    with pytest.raises(ValidationError, match="at most 600"):
        family("x" * 601)


def test_the_style_is_what_the_wordings_have_in_common() -> None:
    a = family("a dark photo of bars that cross at noon", "one", strand="")
    b = family("a dark photo of bars apart at noon", "two")
    first, second = style_only((a, b))
    assert first.wordings == second.wordings == ("a dark photo of bars at noon", BARE)
    one, other = first.draw(5).requests()[0], second.draw(5).requests()[0]
    assert one.prompt == other.prompt
    assert one.seed != other.seed


def test_an_edit_outside_leaves_the_inside_alone() -> None:
    original = family("a plain", "a field")
    edited = Edited(
        original=original, paraphrases=("a wood", "a lake"), region="outside", diameter_deg=40
    )
    stimulus = edited.draw(3).moved(10.0, 0.0)
    before, after = stimulus.requests()
    assert after.original == before == original.draw(3).requests()[0]
    rng = np.random.default_rng(0)
    assets = {r.digest(): rng.integers(0, 255, SCREEN.shape, np.uint8) for r in (before, after)}
    shown = stimulus.render(SCREEN, assets)[0]
    plain = original.draw(3).render(SCREEN, assets)[0]
    away = np.hypot(*SCREEN.local_deg(10.0, 0.0))
    assert (shown[away < 16] == plain[away < 16]).all()
    assert (shown[away > 24] != plain[away > 24]).mean() > 0.9


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["inside", "outside"]),
    st.floats(20, 80),
    st.floats(5, 50),
)
def test_an_edit_in_a_region_keeps_mean_and_contrast_of_the_whole(
    seed: int, region: str, diameter: float, spread: float
) -> None:
    edited = Edited(original=family("a"), paraphrases=("b",), region=region, diameter_deg=diameter)
    stimulus = edited.draw(seed).moved(float(seed % 30), float(seed % 20))
    rng = np.random.default_rng(seed)
    sheets = (rng.normal(120, 20, SCREEN.shape), rng.normal(80 + seed % 90, spread, SCREEN.shape))
    assets = {
        request.digest(): np.clip(sheet, 0, 255).astype(np.uint8)
        for request, sheet in zip(stimulus.requests(), sheets, strict=True)
    }
    image = stimulus.contrast_image(SCREEN, assets).astype(float)
    plain = edited.original.draw(seed).contrast_image(SCREEN, assets).astype(float)
    assert image.mean() == pytest.approx(plain.mean(), abs=1e-5)
    assert image.std() == pytest.approx(plain.std(), rel=1e-4)
    blank = {**assets, stimulus.requests()[1].digest(): np.full(SCREEN.shape, 99, np.uint8)}
    with pytest.raises(ProposalError, match="blank where it is shown"):
        stimulus.contrast_image(SCREEN, blank)


def test_the_style_of_edits_is_edits_of_the_same_original() -> None:
    original = family("a wall of planks", "a door of boards")
    edits = [
        Edited(original=original, paraphrases=words, region="outside", strength=0.5)
        for words in (("a wall of rocks", "a door of felt"), original.paraphrases)
    ]
    first, second = style_only(edits)
    assert isinstance(first, Edited)
    assert first.paraphrases == second.wordings == ("a wall of", "a door of")
    assert (first.original, first.region, first.strength) == (original, "outside", 0.5)
    (before, one), (same, other) = (f.draw(7).requests() for f in (first, second))
    assert before == same
    assert one.prompt == other.prompt
    assert len({before.seed, one.seed, other.seed}) == 3
    # Members of a contrast of edits are begun at the same noise.
    a, b = (f.draw(7).requests()[1] for f in edits)
    assert a.seed == b.seed
    assert style_only((edits[0], original))[1].to_json()["kind"] == "edited"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.4), st.floats(0.05, 0.4))
def test_both_contrasts_are_matched_at_once(seed: int, low: float, high: float) -> None:
    rng = np.random.default_rng(seed)
    u, v = SCREEN.local_deg(*rng.uniform(-15, 15, 2))
    window = np.exp(-(u**2 + v**2) / 200)
    window /= window.sum()
    images = [rng.normal(rng.uniform(-0.2, 0.2), rms, (1, *SCREEN.shape)) for rms in (low, high)]
    matching = Matching(contrast="both")
    matched = np.concatenate(match(images, matching, window))
    for weights in (np.full(window.shape, 1 / window.size), window):
        means = [np.average(m, weights=weights) for m in matched]
        spread = [
            np.sqrt(np.average((m - mean) ** 2, weights=weights))
            for m, mean in zip(matched, means, strict=True)
        ]
        assert spread[0] == pytest.approx(spread[1], rel=3e-3)
    grey = np.clip(np.rint(127 + 127 * matched), 0, 254).astype(np.uint8)[:, None]
    found = differences(grey, SCREEN, window, matching)
    assert set(found) == {"luminance", "rms", "local_rms"}
    assert found["rms"] == pytest.approx(
        abs(grey[0].std() - grey[1].std()) / np.mean([grey[0].std(), grey[1].std()]), abs=1e-9
    )
