import numpy as np
import pytest
from scipy.stats import kstest

from v1vlm.errors import InputError
from v1vlm.stimuli import DeadLeaves, OrientedTexture, Screen

SCREEN = Screen()


def test_oriented_texture_has_its_power_in_its_band():
    """Power of many draws, by orientation and frequency, on a nearly flat patch."""
    small = Screen(height_px=96, width_px=96, width_cm=10, height_cm=10, distance_cm=15)
    pitch = np.degrees(2 * np.arctan(5 / 15)) / 96
    texture = OrientedTexture(orientation_deg=30, spatial_frequency_cpd=0.2, spread_deg=20)
    power = np.zeros((96, 96))
    taper = np.hanning(96)[:, None] * np.hanning(96)
    for seed in range(12):
        image = texture.model_copy(update={"seed": seed}).contrast_image(small)[0]
        assert image.std() == pytest.approx(0.3, rel=0.35)
        power += np.abs(np.fft.fft2(image * taper)) ** 2
    fy, fx = -np.fft.fftfreq(96, pitch)[:, None], np.fft.fftfreq(96, pitch)[None]
    frequency = np.hypot(fx, fy)
    orientation = (np.degrees(np.arctan2(fy, fx)) + 90) % 180
    off = np.abs((orientation - 30 + 90) % 180 - 90)
    band = (off < 30) & (frequency > 0.11) & (frequency < 0.32)
    assert power[band].sum() / power.sum() > 0.85


def test_every_orientation_is_none_in_particular():
    assert OrientedTexture(spread_deg=90).rf_orientation_deg is None
    assert OrientedTexture(orientation_deg=200).rf_orientation_deg == 20


def test_oriented_texture_in_a_disc_ends_there():
    disc = OrientedTexture(aperture="disc", diameter_deg=30, azimuth_deg=10)
    whole = OrientedTexture(azimuth_deg=10)
    radius = np.hypot(*SCREEN.local_deg(10, 0))
    image = disc.contrast_image(SCREEN)[0]
    assert np.abs(image[radius > 19]).max() == 0
    np.testing.assert_array_equal(image[radius < 11], whole.contrast_image(SCREEN)[0][radius < 11])
    assert len(disc.features_deg()) == 32
    assert whole.features_deg() == ()


def test_dead_leaves_are_uniform_in_grey_and_cover_everything():
    leaves = DeadLeaves(contrast=0.8, radius_min_deg=6)
    image = np.stack(
        [leaves.model_copy(update={"seed": s}).contrast_image(SCREEN) for s in range(60)]
    )
    assert np.abs(image).max() <= 0.8
    middle = image[:, 0, 18, 32]  # independent over draws; pixels with two leaves are rare
    assert kstest(middle, "uniform", (-0.8, 1.6)).pvalue > 0.01


def test_dead_leaves_have_the_correlation_of_their_model():
    """Two points share a grey if the leaf seen over either covers both (Lee et al. 2001).

    For discs of radius r the chance is E[overlap] / (2 E[area] − E[overlap]).
    """
    leaves = DeadLeaves(radius_min_deg=8, radius_max_deg=24, contrast=1)
    a, b = (18, 32), (18, 36)
    u, v = SCREEN.local_deg(0, 0)
    apart = float(np.hypot(u[a] - u[b], v[a] - v[b]))
    draws = [leaves.model_copy(update={"seed": s}).contrast_image(SCREEN)[0] for s in range(300)]
    seen = np.corrcoef([i[a] for i in draws], [i[b] for i in draws])[0, 1]
    r = (8.0**-2 - np.linspace(0, 1, 20001) * (8.0**-2 - 24.0**-2)) ** -0.5
    overlap = 2 * r**2 * np.arccos(apart / (2 * r).clip(apart)) - apart / 2 * np.sqrt(
        np.maximum(4 * r**2 - apart**2, 0)
    )
    area = (np.pi * r**2).mean()
    assert seen == pytest.approx(overlap.mean() / (2 * area - overlap.mean()), abs=0.12)


def test_radii_out_of_order_are_refused():
    with pytest.raises(InputError, match="must be below"):
        DeadLeaves.from_json({"kind": "dead_leaves", "radius_min_deg": 20, "radius_max_deg": 10})
