import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.errors import InputError
from v1vlm.stimuli import (
    AnySeed,
    Contrast,
    Grating,
    GratingSequence,
    Matching,
    Painted,
    PaintRequest,
    RandomDots,
    Replayed,
    Retimed,
    Screen,
    Stimulus,
    StimulusFamily,
    Stored,
    Succession,
    Successive,
    Uniform,
    Varied,
    as_asset,
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


def test_succession_is_its_stimuli_in_order():
    still = Grating(orientation_deg=30, contrast=0.5)
    both = Succession(items=(DOTS, still), still_s=0.4, gap_s=0.1)
    movie = both.contrast_image(SCREEN)
    assert len(movie) == 15 + 3 + 12
    np.testing.assert_array_equal(movie[:15], MOVIE)
    assert not movie[15:18].any()
    np.testing.assert_array_equal(movie[18:], np.repeat(still.contrast_image(SCREEN), 12, axis=0))
    assert both.rf_orientation_deg == 30
    assert Stimulus.from_json(both.to_json()) == both


def test_succession_of_gratings_is_a_grating_sequence():
    drift = {"temporal_frequency_hz": 3.0, "phase_deg": 20.0}
    items = tuple(
        Grating(orientation_deg=o, duration_s=d, **drift) for o, d in ((100, 1.5), (10, 0.5))
    )
    flat = GratingSequence(
        orientation_deg=10, turns_deg=(90, 0), first_s=1.5, duration_s=0.5, gap_s=0.2, **drift
    )
    one, other = (s.contrast_image(SCREEN) for s in (Succession(items=items, gap_s=0.2), flat))
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_succession_is_judged_by_its_hardest_part_and_moves_whole():
    fine = Grating(spatial_frequency_cpd=0.1, contrast=0.5)
    both = Succession(items=(fine, RandomDots(dot_diameter_deg=7), RandomDots(dot_diameter_deg=5)))
    scales = both.scales()
    assert scales["spatial_frequency_cpd"] == 0.1
    assert scales["stroke_deg"] == 5
    assert scales["contrast"] == 0.9
    there = both.moved(12.0, -3.0)
    assert {(i.azimuth_deg, i.elevation_deg) for i in there.items} == {(12.0, -3.0)}


def test_succession_fits_a_trial():
    long = Succession(items=(Grating(),) * 3, still_s=4)
    with pytest.raises(InputError, match="3 stimuli last 360 frames"):
        long.contrast_image(SCREEN)


def test_parts_of_a_succession_ask_for_what_they_need_once():
    request = PaintRequest(prompt="a fern", seed=1, generator="none")
    painted = Succession(items=(Painted(request=request), Painted(request=request)))
    assert painted.requests() == (request,)
    name, _ = as_asset(np.zeros((36, 64), np.uint8))
    assert Succession(items=(Stored(asset=name), Grating())).needs() == (name,)


def test_shared_draws_agree_in_parameters_and_fresh_ones_only_in_the_test():
    around = {"orientation_deg": Uniform(low=0, high=180), "phase_deg": Uniform(low=0, high=360)}
    across = around | {"orientation_deg": Uniform(low=90, high=270)}
    test = Varied(stimulus=Grating(), vary=around)
    iso = Successive(items=(test, test))
    cross = Successive(items=(Varied(stimulus=Grating(), vary=across), test))
    fresh = Successive(items=(test, test, test), shared=False)
    for seed in range(5):
        a, b, c = (family.draw(seed).items for family in (iso, cross, fresh))
        assert a[0] == a[1] == b[1] == c[2] == test.draw(seed)
        assert b[0].orientation_deg == pytest.approx(b[1].orientation_deg + 90)
        assert len({c[0], c[1], c[2]}) == 3
    assert StimulusFamily.from_json(cross.to_json()) == cross
    assert iso.describe() == ", then ".join([test.describe()] * 2)
