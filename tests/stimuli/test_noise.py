import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from v1vlm.stimuli import PinkNoise, Screen, SparseNoise, UniformNoise

SCREEN = Screen()
RADIUS = np.hypot(*SCREEN.local_deg(0, 0))


def test_uniform_noise_is_uniform_and_changes_at_its_rate():
    movie = UniformNoise(contrast=0.8, refresh_hz=10).contrast_image(SCREEN)
    assert movie.shape == (30, 36, 64)
    changed = (np.diff(movie, axis=0) != 0).any(axis=(1, 2))
    np.testing.assert_array_equal(np.flatnonzero(changed), np.arange(2, 29, 3))
    levels = movie[::3].ravel()
    assert kstest(levels, "uniform", args=(-0.8, 1.6)).pvalue > 0.01
    assert abs(np.corrcoef(movie[0].ravel(), movie[3].ravel())[0, 1]) < 0.08
    still = UniformNoise(contrast=0.8).contrast_image(SCREEN)
    np.testing.assert_array_equal(still[0], movie[0])


def test_refresh_that_does_not_divide_the_frame_rate_keeps_its_mean_rate():
    movie = UniformNoise(refresh_hz=7, duration_s=3).contrast_image(SCREEN)
    assert len(np.unique(movie[:, 0, 0])) == 21


def test_pink_noise_falls_as_one_over_frequency():
    image = PinkNoise(rms=0.1, seed=2).contrast_image(SCREEN)[0]
    amplitude = np.abs(np.fft.fft2(image))
    frequency = np.hypot(np.fft.fftfreq(36)[:, None], np.fft.fftfreq(64))
    keep = (frequency > 0) & (frequency < 0.5)
    slope = np.polyfit(np.log(frequency[keep]), np.log(amplitude[keep]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.1)
    assert image.std() == pytest.approx(0.1, rel=0.02)


def test_pink_movie_has_no_temporal_frequency_beyond_the_cutoff():
    movie = PinkNoise(rms=0.15, cutoff_hz=4, duration_s=8, seed=1).contrast_image(SCREEN)
    assert movie.shape == (240, 36, 64)
    taper = np.hanning(240)[:, None, None]
    power = (np.abs(np.fft.rfft(movie * taper, axis=0)) ** 2).sum(axis=(1, 2))
    hz = np.fft.rfftfreq(240, 1 / 30)
    assert power[hz > 4.3].sum() < 1e-3 * power.sum()
    passed = power[(hz > 0.4) & (hz < 3.7)]
    assert passed.std() < 0.35 * passed.mean()
    space = np.abs(np.fft.fft2(movie)).mean(axis=0)
    frequency = np.hypot(np.fft.fftfreq(36)[:, None], np.fft.fftfreq(64))
    keep = (frequency > 0) & (frequency < 0.5)
    slope = np.polyfit(np.log(frequency[keep]), np.log(space[keep]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.05)
    # The ends do not meet.
    steps = np.abs(np.diff(movie, axis=0)).mean(axis=(1, 2))
    assert np.abs(movie[-1] - movie[0]).mean() > 2 * steps.mean()


@given(st.floats(0.05, 1), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_occupancy_and_polarity_are_those_set(occupancy, seed):
    noise = SparseNoise(occupancy=occupancy, seed=seed)
    levels = noise.levels(50)
    n = levels.size
    on = np.abs(levels).mean()
    assert abs(on - occupancy) < 5 * np.sqrt(0.25 / n)
    assert abs(levels.mean()) < 5 / np.sqrt(n)
    bright = SparseNoise(occupancy=occupancy, seed=seed, polarity=1).levels(50)
    np.testing.assert_array_equal(bright, np.abs(levels))


def test_spots_lie_on_the_grid_that_is_drawn_by_seed():
    noise = SparseNoise(spot_diameter_deg=10, occupancy=0.3, refresh_hz=5, contrast=1)
    movie = noise.contrast_image(SCREEN)
    levels = noise.levels(5)
    u, v = SCREEN.local_deg(0, 0)
    # Pixels well inside a square of the grid.
    inside = (np.abs((u + 5) % 10 - 5) < 2.5) & (np.abs((v + 5) % 10 - 5) < 2.5)
    column, row = (np.rint(c / 10).astype(int) + levels.shape[1] // 2 for c in (u, v))
    inside &= (np.abs(u) < 50) & (np.abs(v) < 50)
    expected = levels[:, row[inside], column[inside]]
    np.testing.assert_allclose(movie[::6][:, inside], expected, atol=1e-5)
    assert (movie[0] == movie[5]).all()


def test_squares_side_by_side_leave_no_seam():
    dense = SparseNoise(occupancy=1, polarity=1, contrast=0.7).contrast_image(SCREEN)
    np.testing.assert_allclose(dense[0][RADIUS < 50], 0.7, atol=1e-5)


def test_spots_of_low_occupancy_are_among_those_of_high():
    few, many = (SparseNoise(occupancy=o, seed=3).levels(4) for o in (0.1, 0.4))
    assert (few[few != 0] == many[few != 0]).all()
    assert (many != 0).sum() > (few != 0).sum()


def test_gaussian_spots_have_an_sd_of_a_quarter_of_their_diameter():
    spot = SparseNoise(
        spot="gaussian", spot_diameter_deg=40, field_deg=10, occupancy=1, polarity=1, contrast=1
    )
    image = spot.contrast_image(SCREEN)[0]
    near = RADIUS < 27
    np.testing.assert_allclose(image[near], np.exp(-(RADIUS[near] ** 2) / 200), atol=0.03)


def test_moving_carries_the_grid_along():
    noise = SparseNoise(occupancy=0.4, spot="disc")
    there = noise.moved(30.0, -10.0).contrast_image(SCREEN)[0]
    u, v = SCREEN.local_deg(30, -10)
    centre = np.unravel_index(np.hypot(u, v).argmin(), u.shape)
    levels = noise.levels(1)[0]
    middle = levels.shape[0] // 2
    assert there[centre] == pytest.approx(0.9 * levels[middle, middle], abs=1e-5)
