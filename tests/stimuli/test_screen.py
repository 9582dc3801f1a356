import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.stimuli import Screen

SCREEN = Screen()
OTHER = Screen(width_cm=51, height_cm=29, distance_cm=20)


@pytest.mark.parametrize(
    ("screen", "width_deg", "height_deg", "pixel_deg"),
    [(SCREEN, 124.1, 93.3, 3.374), (OTHER, 103.8, 71.9, 2.308)],
)
def test_geometry_of_both_monitors(screen, width_deg, height_deg, pixel_deg):
    azimuth, elevation = screen.to_degrees([-0.5, 17.5], [31.5, 63.5])
    assert 2 * azimuth[1] == pytest.approx(width_deg, abs=0.1)
    assert 2 * elevation[0] == pytest.approx(height_deg, abs=0.1)
    assert screen.degrees_per_pixel() == pytest.approx(pixel_deg, abs=0.005)
    assert screen.nyquist_cpd() == pytest.approx(0.5 / pixel_deg, abs=0.001)


@given(st.floats(-0.5, 35.5), st.floats(-0.5, 63.5))
@settings(max_examples=50, deadline=None)
def test_pixels_and_degrees_are_inverse(row, column):
    back = SCREEN.to_pixels(*SCREEN.to_degrees(row, column))
    np.testing.assert_allclose(back, (row, column), atol=1e-9)


@given(st.floats(-50, 50), st.floats(-35, 35))
@settings(max_examples=25, deadline=None)
def test_local_degrees_are_true_angular_distances(azimuth, elevation):
    u, v = SCREEN.local_deg(azimuth, elevation)
    az, el = (np.radians(c) for c in SCREEN.pixel_centres_deg())
    az0, el0 = np.radians(azimuth), np.radians(elevation)
    # Spherical law of cosines.
    cosine = np.sin(el0) * np.sin(el) + np.cos(el0) * np.cos(el) * np.cos(az - az0)
    np.testing.assert_allclose(np.hypot(u, v), np.degrees(np.arccos(cosine)), atol=1e-4)


def test_local_degrees_point_right_and_up():
    u, v = SCREEN.local_deg(0, 0)
    assert u[18, 60] > 0 > u[18, 3]
    assert v[2, 32] > 0 > v[33, 32]
    assert u[18, 40] == pytest.approx(SCREEN.pixel_centres_deg()[0][18, 40], abs=0.02)


def test_solid_angles_add_up_to_that_of_a_rectangle():
    a, b, d = 56.5 / 2, 31.8 / 2, 15.0
    exact = 4 * np.arctan(a * b / (d * np.sqrt(a**2 + b**2 + d**2)))
    pixel = 56.5 / 64 * 31.8 / 36 / d**2
    assert SCREEN.solid_angle_weights().sum() * pixel == pytest.approx(exact, rel=1e-3)


def test_frames_round_and_never_vanish():
    assert [SCREEN.frames(t) for t in (0.001, 0.5, 1, 10)] == [1, 15, 30, 300]
