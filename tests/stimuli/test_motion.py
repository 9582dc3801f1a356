import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import hilbert

from v1vlm.stimuli import Bar, Chirp, GaborPath, Grating, Looming, RandomDots, Screen
from v1vlm.stimuli.drawing import canvas, soft
from v1vlm.stimuli.motion import towards

# Far away and small: the plane is flat to a part in a thousand.
FLAT = Screen(height_px=128, width_px=128, width_cm=64, height_cm=64, distance_cm=229.2)
SCREEN = Screen()
RADIUS = np.hypot(*SCREEN.local_deg(0, 0))


@pytest.mark.parametrize(
    ("direction", "vector"),
    [
        (0, (-1, 0)),
        (45, (-1, -1)),
        (90, (0, -1)),
        (135, (1, -1)),
        (180, (1, 0)),
        (225, (1, 1)),
        (270, (0, 1)),
        (315, (-1, 1)),
    ],
)
def test_directions_are_those_of_the_recordings(direction, vector):
    np.testing.assert_allclose(towards(direction), vector / np.hypot(*vector), atol=1e-12)


def _moves(dots, screen=SCREEN):
    """Displacements (frame, dot, 2) on the square without borders."""
    places, _ = dots.places(screen)
    side = 2 * dots.field_deg
    return (np.diff(places, axis=0) + side / 2) % side - side / 2


@given(st.floats(0, 359), st.floats(0, 1), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_set_share_of_dots_moves_in_the_set_direction(direction, coherence, seed):
    dots = RandomDots(direction_deg=direction, coherence=coherence, seed=seed)
    moves = _moves(dots)
    np.testing.assert_allclose(np.hypot(*moves.T), 1.0, atol=1e-9)  # 30°/s at 30 Hz
    along = (moves @ towards(direction) > 1 - 1e-9).all(axis=0)
    assert along.mean() == pytest.approx(coherence, abs=0.5 / len(along) + 1e-9)


def test_dots_are_replaced_after_their_lifetime_at_any_time():
    dots = RandomDots(lifetime_s=0.2, duration_s=4, density_per_square_deg=0.02)
    jumped = np.hypot(*_moves(dots).T).T > 1 + 1e-9
    assert jumped.mean() == pytest.approx(1 / 6, abs=0.003)
    # Staggered: about as many at every frame.
    assert np.abs(jumped.mean(axis=1) - 1 / 6).max() < 6 * np.sqrt(5 / 36 / jumped.shape[1])
    first = np.argmax(jumped, axis=0)
    gaps = [np.diff(np.flatnonzero(dot)) for dot in jumped.T]
    assert first.max() <= 5
    # Now and then the new place happens to be the next one of the old path.
    assert {int(g) for dot in gaps for g in dot} <= {6, 12}


def test_dots_stay_spread_evenly():
    dots = RandomDots(coherence=0.5, density_per_square_deg=0.03, duration_s=5)
    places, shown = dots.places(SCREEN)
    for frame in (0, 75, 149):
        u, v = places[frame][shown[frame]].T
        quadrants = np.bincount(2 * (u > 0) + (v > 0), minlength=4)
        expected = 0.03 * np.pi * 60**2 / 4
        assert np.abs(quadrants - expected).max() < 4.5 * np.sqrt(expected)
        inner = (np.hypot(u, v) < 30).mean()
        assert inner == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("direction", [0, 90, 180, 270, 45])
def test_frames_are_displaced_copies_of_each_other(direction):
    step = FLAT.degrees_per_pixel()
    dots = RandomDots(
        direction_deg=direction,
        speed_deg_per_s=3 * step * 30,
        dot_diameter_deg=1.0,
        density_per_square_deg=0.05,
        field_deg=16,
    )
    first, second = dots.contrast_image(FLAT)[:2]
    match = np.fft.ifft2(np.fft.fft2(second) * np.conj(np.fft.fft2(first))).real
    row, column = np.unravel_index(match.argmax(), match.shape)
    moved = (column + 64) % 128 - 64, 64 - (row + 64) % 128
    np.testing.assert_allclose(moved, 3 * towards(direction), atol=0.6)
    assert match.max() > 0.7 * (first**2).sum()


def test_incoherent_frames_match_in_no_direction():
    still, loose = (
        RandomDots(coherence=c, dot_diameter_deg=4, density_per_square_deg=0.03).contrast_image(
            SCREEN
        )
        for c in (1, 0)
    )
    coherent = np.corrcoef(still[0].ravel(), still[10].ravel())[0, 1]
    assert abs(coherent) < 0.2
    assert abs(np.corrcoef(loose[0].ravel(), loose[20].ravel())[0, 1]) < 0.25


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.0), (-45.0, 20.0)])
def test_dots_are_drawn_as_discs_where_they_are(azimuth, elevation):
    """The fast search for pixels near a dot against the exhaustive one of the canvas."""
    dots = RandomDots(seed=4, azimuth_deg=azimuth, elevation_deg=elevation, polarity=1)
    places, shown = dots.places(SCREEN)
    movie = dots.contrast_image(SCREEN)
    sheet = canvas(SCREEN, azimuth, elevation)
    for frame in (0, 17):

        def disc(du, dv, _):
            return soft(np.float32(3) - np.sqrt(du * du + dv * dv))

        slow = sheet.elements(places[frame][shown[frame]], 3.5, disc)
        np.testing.assert_allclose(movie[frame], np.clip(0.9 * slow, -1, 1), atol=1e-5)


def test_polarity_darkens_none_half_or_all():
    bright, both, dark = (RandomDots(polarity=p).contrast_image(SCREEN) for p in (1, 0, -1))
    np.testing.assert_array_equal(dark, -bright)
    assert abs(both.mean()) < 0.25 * bright.mean()
    assert bright.min() == 0
    assert both.min() == pytest.approx(-both.max(), abs=0.1)


def test_first_dots_are_the_same_whatever_the_density():
    few, many = (RandomDots(density_per_square_deg=d).places(SCREEN)[0] for d in (0.004, 0.012))
    np.testing.assert_array_equal(few, many[:, : few.shape[1]])


def test_dots_must_leave_room():
    with pytest.raises(ValueError, match="would cover the field"):
        RandomDots(density_per_square_deg=0.02, dot_diameter_deg=8)


def test_long_movies_are_drawn_in_parts_without_a_seam():
    dots = RandomDots(duration_s=3, density_per_square_deg=0.01, polarity=1)
    places, shown = dots.places(SCREEN)
    assert shown.sum() > 2 * 4096
    sheet = canvas(SCREEN, 0.0, 0.0)

    def disc(du, dv, _):
        return soft(np.float32(3) - np.sqrt(du * du + dv * dv))

    movie = dots.contrast_image(SCREEN)
    for frame in (0, 30, 45, 60, 89):
        slow = sheet.elements(places[frame][shown[frame]], 3.5, disc)
        np.testing.assert_allclose(movie[frame], np.clip(0.9 * slow, -1, 1), atol=1e-5)


def test_still_dots_are_one_frame():
    assert RandomDots(speed_deg_per_s=0).contrast_image(SCREEN).shape == (1, 36, 64)
    assert len(RandomDots(speed_deg_per_s=0, lifetime_s=0.1).contrast_image(SCREEN)) == 30


def test_figure_is_defined_by_motion_alone():
    base = {"figure_diameter_deg": 50.0, "direction_deg": 180.0, "seed": 7}
    field, figure, other = (
        RandomDots(**base, ground_offset_deg=offset).contrast_image(SCREEN)
        for offset in (0.0, 180.0, 90.0)
    )
    np.testing.assert_array_equal(field[0], figure[0])
    inside = RADIUS < 25 - 3 - 3  # clear of a dot and a pixel at the border
    np.testing.assert_array_equal(field[:, inside], figure[:, inside])
    np.testing.assert_array_equal(other[:, inside], figure[:, inside])
    outside = RADIUS > 25 + 6
    assert np.abs(field - figure)[20:, outside].mean() > 0.1
    places, shown = RandomDots(**base, ground_offset_deg=180).places(SCREEN)
    moves = np.diff(places[..., 0], axis=0)
    n = places.shape[1] // 2
    assert (np.median(moves[:, :n]), np.median(moves[:, n:])) == pytest.approx((1, -1))
    # As many dots with the border as without: no frame betrays it by its density.
    without = RandomDots(**base).places(SCREEN)[1].sum(axis=1)
    assert np.abs(shown.sum(axis=1) - without).mean() < 0.1 * without.mean()


@pytest.mark.parametrize(
    ("orientation", "direction"), [(90, (1, 0)), (0, (0, -1)), (270, (-1, 0)), (225, (-1, 1))]
)
def test_bar_crosses_the_centre_in_the_middle_of_the_movie(orientation, direction):
    bar = Bar(
        orientation_deg=orientation,
        speed_deg_per_s=8,
        width_deg=3,
        length_deg=6,
        duration_s=31 / 30,
    )
    movie = bar.contrast_image(FLAT)
    u, v = FLAT.local_deg(0, 0)
    ink = movie.sum(axis=(1, 2))
    track = np.stack([(movie * c).sum(axis=(1, 2)) / ink for c in (u, v)], axis=1)
    np.testing.assert_allclose(track[15], 0, atol=0.02)
    expected = (np.arange(31) - 15)[:, None] * 8 / 30 * direction / np.hypot(*direction)
    np.testing.assert_allclose(track, expected, atol=0.02)
    # Soft edges keep the area to their corners.
    pixel = FLAT.degrees_per_pixel()
    np.testing.assert_allclose(ink * pixel**2, 0.9 * 3 * 6, rtol=0.02)
    assert bar.rf_orientation_deg == orientation % 180


def test_still_bar_is_one_frame_through_the_centre_and_spans_the_screen():
    image = Bar(orientation_deg=90, width_deg=12).contrast_image(SCREEN)
    assert image.shape == (1, 36, 64)
    assert image[0, :, 31:33].min() > 0.85
    assert not image[0, :, :28].any()


def test_looming_follows_the_law_of_an_approaching_object():
    loom = Looming(size_over_speed_s=0.08, end_diameter_deg=60, duration_s=1.5)
    seen = loom.diameters_deg(SCREEN)
    collision_s = 44 / 30 + 0.08 / np.tan(np.radians(30))
    time_s = np.arange(45) / 30
    expected = 2 * np.degrees(np.arctan(0.08 / (collision_s - time_s)))
    np.testing.assert_allclose(seen, expected, rtol=1e-12)
    assert seen[-1] == pytest.approx(60)
    movie = loom.contrast_image(SCREEN)
    pixel_sr = 56.5 / 64 * 31.8 / 36 / 15**2
    light = (movie * SCREEN.solid_angle_weights()).sum(axis=(1, 2)) * pixel_sr
    cap = 2 * np.pi * (1 - np.cos(np.radians(seen / 2)))
    np.testing.assert_allclose(light, -0.9 * cap, rtol=0.03, atol=2e-4)


def test_receding_is_the_same_frames_reversed():
    for change in ({}, {"polarity": 1}, {"dimming": True}, {"azimuth_deg": 20.0}):
        near = Looming(**change).contrast_image(SCREEN)
        away = Looming(**change, receding=True).contrast_image(SCREEN)
        assert (away == near[::-1]).all()
        assert (away[0] != near[0]).any()


def test_bright_is_dark_with_the_other_sign():
    for kind in (Looming, Bar):
        one, other = (kind(polarity=p).contrast_image(SCREEN) for p in (1, -1))
        np.testing.assert_array_equal(one, -other)


def test_dimming_gives_the_light_of_looming_without_expansion():
    weights = SCREEN.solid_angle_weights()
    loom, dim = (
        (Looming(dimming=d).contrast_image(SCREEN) * weights).sum(axis=(1, 2))
        for d in (False, True)
    )
    np.testing.assert_allclose(dim, loom, rtol=0.05, atol=0.5)
    frames = Looming(dimming=True).contrast_image(SCREEN).reshape(30, -1)
    assert np.linalg.matrix_rank(frames, tol=1e-4) == 1


def test_chirp_has_the_set_frequency_at_every_moment():
    chirp = Chirp(first_frequency_hz=1, last_frequency_hz=6, duration_s=8)
    movie = chirp.contrast_image(SCREEN)
    assert len(movie) == 240
    assert (movie == movie[:, :1, :1]).all()
    phase = np.unwrap(np.angle(hilbert(movie[:, 0, 0])))
    frequency = np.diff(phase) * 30 / (2 * np.pi)
    middle_s = (np.arange(239) + 0.5) / 30
    expected = 1 + 5 * middle_s / 8
    inner = slice(30, -30)
    np.testing.assert_allclose(frequency[inner], expected[inner], atol=0.25)
    assert np.polyfit(middle_s[inner], frequency[inner], 1) == pytest.approx([5 / 8, 1], abs=0.06)


def test_chirp_of_contrast_keeps_its_frequency():
    chirp = Chirp(
        first_frequency_hz=2, last_frequency_hz=2, first_contrast=0, last_contrast=1, duration_s=10
    )
    level = chirp.contrast_image(SCREEN)[:, 3, 5]
    power = np.abs(np.fft.rfft(level))
    assert np.fft.rfftfreq(300, 1 / 30)[power.argmax()] == 2
    envelope = np.abs(hilbert(level))[30:-30]
    np.testing.assert_allclose(envelope, (np.arange(300) / 300)[30:-30], atol=0.03)
    with pytest.raises(ValueError, match="last_frequency_hz must exceed 0"):
        Chirp(first_frequency_hz=0, last_frequency_hz=0)


def test_chirp_in_a_disc_leaves_the_rest_grey():
    movie = Chirp(diameter_deg=40, duration_s=1).contrast_image(SCREEN)
    assert not movie[:, RADIUS > 24].any()
    whole = Chirp(duration_s=1).contrast_image(SCREEN)
    np.testing.assert_array_equal(movie[:, RADIUS < 17], whole[:, RADIUS < 17])


@pytest.mark.parametrize("drift", [1, 0, -1])
def test_flankers_drift_with_or_against_an_unchanged_element(drift):
    base = {
        "orientation_deg": 90.0,
        "path_offset_deg": 90.0,
        "temporal_frequency_hz": 2.0,
        "spatial_frequency_cpd": 0.04,
        "envelope_sd_deg": 5.0,
        "spacing_deg": 24.0,
        "n_flankers": 1,
        "n_clutter": 0,
    }
    movie = GaborPath(**base, flanker_drift=drift).contrast_image(SCREEN)
    alone = GaborPath(**base | {"n_flankers": 0}).contrast_image(SCREEN)
    u, v = SCREEN.local_deg(0, 0)
    middle = RADIUS < 8
    np.testing.assert_allclose(movie[:, middle], alone[:, middle], atol=1e-6)
    wave = Grating(
        orientation_deg=90, spatial_frequency_cpd=0.04, temporal_frequency_hz=2
    ).contrast_image(SCREEN)
    still = np.exp(-(u**2 + v**2) / 50) * 0.9
    np.testing.assert_allclose(alone, still * wave, atol=0.05)
    flanker = np.hypot(u - 24, v) < 6
    phase = np.unwrap(np.angle(np.exp(-2j * np.pi * 0.04 * u[flanker]) @ movie[:, flanker].T))
    turns = np.polyfit(np.arange(30) / 30, phase, 1)[0] / (2 * np.pi)
    assert turns == pytest.approx(-2 * drift, abs=0.2)


def test_drifting_path_starts_at_the_still_one_and_clutter_ignores_the_flankers():
    still = GaborPath(seed=3).contrast_image(SCREEN)[0]
    one, other = (
        GaborPath(seed=3, temporal_frequency_hz=3, flanker_drift=d).contrast_image(SCREEN)
        for d in (1, -1)
    )
    np.testing.assert_allclose(one[0], still, atol=1e-6)
    np.testing.assert_allclose(other[0], still, atol=1e-6)
    _, v = SCREEN.local_deg(0, 0)
    off_path = np.abs(v) > 14
    np.testing.assert_array_equal(one[:, off_path], other[:, off_path])
    assert np.ptp(one[:, off_path], axis=0).max() > 0.5


def test_border_of_a_moving_figure_can_be_located():
    figure = RandomDots(figure_diameter_deg=40, ground_offset_deg=180).moved(20.0, 10.0)
    azimuth, elevation = np.array(figure.features_deg()).T
    u, v = SCREEN.local_deg(20, 10)
    row, column = SCREEN.to_pixels(azimuth, elevation)
    inside = (row > 0) & (row < 35) & (column > 0) & (column < 63)
    there = np.rint(row[inside]).astype(int), np.rint(column[inside]).astype(int)
    np.testing.assert_allclose(np.hypot(u[there], v[there]), 20, atol=2.5)
    assert not RandomDots(figure_diameter_deg=40).features_deg()
    assert not RandomDots(ground_offset_deg=90).features_deg()
