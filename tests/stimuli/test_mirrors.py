"""Laws of symmetry: the mirror image of a stimulus is the stimulus with mirrored parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.stimuli import (
    Bar,
    CentreSurround,
    Chirp,
    GaborPath,
    Grating,
    GratingSequence,
    Looming,
    Plaid,
    Screen,
    SparseNoise,
)

SCREEN = Screen()
ANGLES = st.integers(0, 359).map(float)
PLACES = st.tuples(st.integers(-50, 50), st.integers(-30, 30))
MOVING = {"temporal_frequency_hz": 3.0, "duration_s": 0.2}


def _mirrored(angle):
    """Orientation or direction in a mirror; both are turned from the horizontal."""
    return (360.0 - angle) % 360.0


def _pair(kind, orientation, place, **fields):
    """Movies of a stimulus and of its mirror image to be, which turns what is turned."""
    turned = {n: -v for n, v in fields.items() if n.endswith("offset_deg")}
    turned |= {n: tuple(-t for t in v) for n, v in fields.items() if n == "turns_deg"}
    one = kind(orientation_deg=orientation, **fields).moved(*place)
    other = kind(orientation_deg=_mirrored(orientation), **fields | turned)
    return (s.contrast_image(SCREEN) for s in (one, other.moved(-place[0], place[1])))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Grating, MOVING | {"aperture": "gaussian"}),
        (Grating, MOVING | {"counterphase": True, "phase_deg": 0.0}),
        (CentreSurround, MOVING | {"surround_offset_deg": 60.0, "gap_deg": 4.0}),
        (CentreSurround, MOVING | {"surround_delay_s": 0.1, "surround_frozen": True}),
        (Plaid, MOVING | {"half_angle_deg": 30.0, "aperture": "disc"}),
        (GratingSequence, {"turns_deg": (30.0, -70.0, 0.0), "duration_s": 0.1, "gap_s": 0.1}),
        (GaborPath, MOVING | {"path_offset_deg": 90.0, "n_clutter": 0, "flanker_drift": -1}),
    ],
)
@given(ANGLES, PLACES)
@settings(max_examples=8, deadline=None)
def test_gratings_are_mirrored_with_their_angles(kind, fields, orientation, place):
    image, mirror = _pair(kind, orientation, place, **fields)
    np.testing.assert_allclose(image, mirror[..., ::-1], atol=2e-4)


@given(ANGLES, PLACES)
@settings(max_examples=10, deadline=None)
def test_bars_are_mirrored_with_their_angle(orientation, place):
    fields = {"speed_deg_per_s": 90.0, "length_deg": 30.0, "duration_s": 0.2}
    image, mirror = _pair(Bar, orientation, place, **fields)
    np.testing.assert_allclose(image, mirror[..., ::-1], atol=2e-4)


@pytest.mark.parametrize(
    "stimulus",
    [
        Looming(duration_s=0.3),
        Looming(duration_s=0.3, dimming=True, receding=True),
        Chirp(duration_s=0.3, diameter_deg=50),
        SparseNoise(occupancy=1, polarity=1, spot="disc"),
    ],
)
@given(PLACES)
@settings(max_examples=5, deadline=None)
def test_what_has_no_orientation_is_its_own_mirror_image(stimulus, place):
    one = stimulus.moved(*place).contrast_image(SCREEN)
    other = stimulus.moved(-place[0], place[1]).contrast_image(SCREEN)
    np.testing.assert_allclose(one, other[..., ::-1], atol=2e-4)


@given(ANGLES, st.floats(0.01, 0.12), st.floats(0, 360))
@settings(max_examples=20, deadline=None)
def test_half_a_cycle_turns_dark_into_bright(orientation, frequency, phase):
    fields = {"orientation_deg": orientation, "spatial_frequency_cpd": frequency}
    one, other = (
        Grating(**fields, phase_deg=p).contrast_image(SCREEN) for p in (phase, (phase + 180) % 360)
    )
    np.testing.assert_allclose(one, -other, atol=1e-4)


@given(ANGLES, st.floats(0.5, 12))
@settings(max_examples=20, deadline=None)
def test_drift_the_other_way_is_the_movie_backwards_in_time(orientation, frequency):
    """From one phase at the first frame, time and direction are reversed together."""
    one, other = (
        Grating(orientation_deg=o, temporal_frequency_hz=frequency, phase_deg=0).contrast_image(
            SCREEN
        )
        for o in (orientation, (orientation + 180) % 360)
    )
    angle = 2 * np.pi * frequency * np.arange(30)[:, None, None] / 30
    # Even parts are shared; the odd ones have opposite signs.
    np.testing.assert_allclose((one + other) / 2, np.cos(angle) * one[:1], atol=1e-4)


@given(st.integers(1, 8), st.integers(0, 359))
@settings(max_examples=10, deadline=None)
def test_whole_cycles_of_drift_have_the_grey_of_the_screen(frequency, orientation):
    movie = Grating(
        orientation_deg=orientation, temporal_frequency_hz=frequency, aperture="disc"
    ).contrast_image(SCREEN)
    np.testing.assert_allclose(movie.mean(axis=0), 0, atol=1e-5)
    frames = Grating(orientation_deg=orientation, temporal_frequency_hz=frequency).render(SCREEN)
    assert abs(frames.mean() - SCREEN.grey) < 0.5
