import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.errors import InputError
from v1vlm.stimuli import (
    AnySeed,
    Contrast,
    Grating,
    Matching,
    RandomDots,
    Replayed,
    Retimed,
    Screen,
    Stimulus,
    StimulusFamily,
    Varied,
)

SCREEN = Screen()
DOTS = RandomDots(seed=5, duration_s=0.5)
MOVIE = DOTS.contrast_image(SCREEN)


def _shown(**how):
    return Retimed(source_stimulus=DOTS, **how).contrast_image(SCREEN)


def test_reversed_twice_is_the_movie_itself():
    once = Retimed(source_stimulus=DOTS)
    np.testing.assert_array_equal(once.contrast_image(SCREEN), MOVIE[::-1])
    np.testing.assert_array_equal(Retimed(source_stimulus=once).contrast_image(SCREEN), MOVIE)


def test_frozen_is_the_first_frame_as_a_still():
    np.testing.assert_array_equal(_shown(order="frozen"), MOVIE[:1])
    late = _shown(order="frozen", delay_s=0.2, before="grey")
    assert not late[:6].any()
    np.testing.assert_array_equal(late[6:], np.repeat(MOVIE[:1], 9, axis=0))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["forward", "reversed", "shuffled"]))
@settings(max_examples=10, deadline=None)
def test_every_frame_is_shown_once_whatever_the_order(seed, order):
    shown = _shown(order=order, seed=seed, delay_s=(seed % 20) / 30)
    key = [frame.tobytes() for frame in MOVIE]
    assert sorted(frame.tobytes() for frame in shown) == sorted(key)


@pytest.mark.parametrize(("before", "first"), [("wrap", 5), ("hold", 0), ("grey", None)])
def test_delay_shows_the_movie_later_and_says_what_comes_before(before, first):
    shown = _shown(order="forward", delay_s=1 / 3, before=before)
    np.testing.assert_array_equal(shown[10:], MOVIE[:5])
    expected = np.zeros_like(MOVIE[0]) if first is None else MOVIE[first]
    np.testing.assert_array_equal(shown[0], expected)


def test_shuffling_depends_on_the_seed_alone():
    first, again, other = (_shown(order="shuffled", seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_still_stimuli_have_no_order():
    with pytest.raises(InputError, match="grating is still, so it has no reversed version"):
        Retimed(source_stimulus=Grating()).contrast_image(SCREEN)


def test_neurons_and_limits_are_those_of_the_source():
    grating = Grating(orientation_deg=200, temporal_frequency_hz=4)
    assert Retimed(source_stimulus=grating).rf_orientation_deg == 20
    assert Retimed(source_stimulus=grating).scales() == grating.scales()
    frozen = Retimed(source_stimulus=grating, order="frozen").scales()
    assert "temporal_frequency_hz" not in frozen


def test_families_pair_a_movie_with_its_reverse():
    dots = Varied(stimulus=DOTS, vary={"seed": AnySeed()})
    contrast = Contrast(
        families=(dots, Replayed(source=dots), Replayed(source=dots, order="frozen")),
        factor="order",
        levels=("forward", "reversed", "frozen"),
        matching=Matching(luminance=False),
    )
    draw = contrast.draw(3, np.array([[20.0, 5.0]]))
    frames, _ = contrast.render(draw, SCREEN)
    assert frames.shape == (3, 15, 36, 64)
    np.testing.assert_array_equal(frames[1], frames[0][::-1])
    np.testing.assert_array_equal(frames[2], np.repeat(frames[0][:1], 15, axis=0))
    assert (contrast.render(contrast.draw(4), SCREEN)[0] != frames).any()
    again = StimulusFamily.from_json(contrast.families[1].to_json())
    assert again == contrast.families[1]
    assert again.describe() == "reversed in time: moving random dots (seed fresh in every draw)"
    assert Stimulus.from_json(draw.stimuli[1].to_json()) == draw.stimuli[1]
