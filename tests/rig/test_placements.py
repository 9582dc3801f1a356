"""Where stimuli are put: on pixels, on the screen, where there are neurons."""

from __future__ import annotations

import numpy as np
import pytest

from v1vlm.analysis.neurons import COLUMNS, Physiology
from v1vlm.claims import NeuronRule
from v1vlm.records import rng_of
from v1vlm.rig import placements
from v1vlm.stimuli import Screen

SCREEN = Screen()


def physiology_of(rows: list[float], columns: list[float]) -> Physiology:
    """Neurons of half B with receptive fields at these pixels; NaN could not be measured."""
    azimuth, elevation = SCREEN.to_degrees(rows, columns)
    values = {name: np.ones(len(rows)) for name in COLUMNS}
    values |= {"rf_azimuth_deg": azimuth, "rf_elevation_deg": elevation}
    return Physiology("digest", values, np.ones(len(rows), bool))


def unit(azimuth_deg: np.ndarray, elevation_deg: np.ndarray) -> np.ndarray:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    xyz = [
        np.cos(elevation) * np.sin(azimuth),
        np.sin(elevation),
        np.cos(elevation) * np.cos(azimuth),
    ]
    return np.stack(xyz, axis=-1)


@pytest.mark.parametrize("within", [6.0, 12.0, 30.0])
def test_places_are_pixels_near_candidates(within: float) -> None:
    rng = rng_of("placements")
    rows, columns = rng.normal(18, 6, 200), rng.normal(32, 8, 200)
    physiology = physiology_of(list(rows), list(columns))
    rule = NeuronRule(within_deg=within, minimum=3, quality=0.0)
    places = placements(physiology, rule, SCREEN)
    assert len(places) > 20
    row, column = SCREEN.to_pixels(*places.T)
    np.testing.assert_allclose(row, np.rint(row), atol=1e-6)
    np.testing.assert_allclose(column, np.rint(column), atol=1e-6)
    assert row.min() > -0.5
    assert row.max() < SCREEN.height_px - 0.5
    assert column.min() > -0.5
    assert column.max() < SCREEN.width_px - 0.5
    fields = unit(physiology["rf_azimuth_deg"], physiology["rf_elevation_deg"])
    cosine = unit(places[:, 0], places[:, 1]) @ fields.T
    near = (cosine >= np.cos(np.radians(within)) - 1e-12).sum(axis=1)
    assert near.min() >= 3
    for azimuth, elevation in places:
        assert len(rule.select(physiology, azimuth, elevation, None)) >= 3


def test_lonely_fields_and_those_off_the_screen_are_no_places() -> None:
    crowd = [(18.2, 30.1), (18.0, 30.4), (18.4, 29.9), (17.8, 30.0)]
    lonely, off_screen, unmeasured = (2.0, 60.0), (40.0, 30.0), (np.nan, np.nan)
    rows, columns = zip(*crowd, lonely, off_screen, unmeasured, strict=True)
    rule = NeuronRule(within_deg=8.0, minimum=3, quality=0.0)
    places = placements(physiology_of(list(rows), list(columns)), rule, SCREEN)
    row, column = SCREEN.to_pixels(*places.T)
    assert {(round(r), round(c)) for r, c in zip(row, column, strict=True)} == {(18, 30)}
    assert len(places) == len(crowd)


def test_a_rule_without_a_distance_uses_every_field_on_the_screen() -> None:
    physiology = physiology_of([5.0, 30.0, 50.0], [5.0, 60.0, 30.0])
    rule = NeuronRule(within_deg=None, minimum=1, quality=0.0)
    assert len(placements(physiology, rule, SCREEN)) == 2


def test_without_any_field_there_is_no_place() -> None:
    physiology = physiology_of([np.nan], [np.nan])
    assert placements(physiology, NeuronRule(quality=0.0), SCREEN).shape == (0, 2)
