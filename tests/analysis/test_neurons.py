"""Distances between places and between orientations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.analysis.neurons import Physiology, angular_distance_deg, orientation_distance_deg

azimuths = st.floats(-180, 180)
elevations = st.floats(-90, 90)
angles = st.floats(-720, 720)


def distance(first, second):
    return float(angular_distance_deg(np.array([first[0]]), np.array([first[1]]), second)[0])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0), (30, 0), 30),
        ((0, 0), (0, -40), 40),
        ((10, 60), (-10, 60), 2 * np.degrees(np.arcsin(0.5 * np.sin(np.radians(10))))),
        ((0, 0), (90, 77), 90),
        ((0, 90), (123, 90), 0),
        ((0, 0), (180, 0), 180),
        ((170, 0), (-170, 0), 20),
    ],
)
def test_great_circles(first, second, expected) -> None:
    assert distance(first, second) == pytest.approx(expected, abs=1e-9)


@given(azimuths, elevations, azimuths, elevations)
@settings(max_examples=100, deadline=None)
def test_distance_is_the_angle_between_directions(az_1, el_1, az_2, el_2) -> None:
    def unit(azimuth, elevation):
        a, e = np.radians([azimuth, elevation])
        return np.array([np.cos(e) * np.sin(a), np.sin(e), np.cos(e) * np.cos(a)])

    first, second = unit(az_1, el_1), unit(az_2, el_2)
    # atan2 of cross and dot product: another formula, precise at all angles
    expected = np.degrees(np.arctan2(np.linalg.norm(np.cross(first, second)), first @ second))
    found = distance((az_1, el_1), (az_2, el_2))
    assert found == pytest.approx(expected, abs=1e-5)
    assert found == pytest.approx(distance((az_2, el_2), (az_1, el_1)), abs=1e-9)
    assert 0 <= found <= 180


def test_small_distances_keep_their_precision() -> None:
    assert distance((20.0, 10.0), (20.0, 10.0 + 1e-7)) == pytest.approx(1e-7, rel=1e-4)


def test_unmeasured_places_are_at_no_distance() -> None:
    assert np.isnan(distance((np.nan, 0.0), (0.0, 0.0)))
    assert np.isnan(orientation_distance_deg(np.array([np.nan]), 30.0))[0]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(0, 0, 0), (0, 90, 90), (10, 170, 20), (179, 0, 1), (0, 180, 0), (45, 350, 55), (-30, 30, 60)],
)
def test_orientations_have_a_period_of_180(first, second, expected) -> None:
    assert orientation_distance_deg(np.array([first]), second) == pytest.approx(expected)


@given(angles, angles, st.integers(-2, 2))
@settings(max_examples=100, deadline=None)
def test_orientation_distance_is_symmetric_and_periodic(first, second, turns) -> None:
    found = orientation_distance_deg(np.array([first]), second)[0]
    assert 0 <= found <= 90
    assert found == pytest.approx(orientation_distance_deg(np.array([second]), first)[0], abs=1e-9)
    turned = orientation_distance_deg(np.array([first + 180 * turns]), second)[0]
    assert found == pytest.approx(turned, abs=1e-9)
    expected = np.degrees(np.arccos(abs(np.cos(np.radians(first - second)))))
    assert found == pytest.approx(expected, abs=1e-5)


def test_halves_are_complementary() -> None:
    half_b = np.array([True, False, False, True, True])
    physiology = Physiology("digest", {"gosi": np.arange(5.0)}, half_b)
    assert len(physiology) == 5
    assert physiology["gosi"][3] == 3
    np.testing.assert_array_equal(physiology.half("B"), half_b)
    np.testing.assert_array_equal(physiology.half("A"), ~half_b)
