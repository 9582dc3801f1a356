import numpy as np
import pytest

from v1vlm.stimuli import CentreSurround, Grating, GratingSequence, Plaid, Screen

# Far away and small: the plane is flat to a part in a thousand and FFTs are exact oracles.
FLAT = Screen(height_px=128, width_px=128, width_cm=64, height_cm=64, distance_cm=229.2)
SCREEN = Screen()


def _spectrum(image):
    """Frequencies (cycles/°, rightwards and upwards) and power of a windowed image."""
    window = np.hanning(128)[:, None] * np.hanning(128)
    power = np.abs(np.fft.fft2(image * window, s=(512, 512))) ** 2
    f = np.fft.fftfreq(512, FLAT.degrees_per_pixel())
    return f[None, :], -f[:, None], power


@pytest.mark.parametrize("orientation", [0.0, 30.0, 90.0, 135.0, 200.0])
@pytest.mark.parametrize("frequency", [0.3, 0.5])
def test_grating_peaks_at_its_frequency_and_orientation(orientation, frequency):
    grating = Grating(orientation_deg=orientation, spatial_frequency_cpd=frequency, phase_deg=90)
    fu, fv, power = _spectrum(grating.contrast_image(FLAT)[0])
    row, column = np.unravel_index(power.argmax(), power.shape)
    u, v = fu[0, column], fv[row, 0]
    assert np.hypot(u, v) == pytest.approx(frequency, abs=0.02)
    across = np.degrees(np.arctan2(v, u)) % 180
    assert abs((across - orientation - 90 + 90) % 180 - 90) < 3


@pytest.mark.parametrize(
    ("orientation", "motion"), [(90, (1, 0)), (0, (0, -1)), (270, (-1, 0)), (180, (0, 1))]
)
def test_drift_follows_the_direction_of_the_recordings(orientation, motion):
    """Orientation + 90: 0 leftward, 90 down, 180 right, 270 up; one pixel at a time."""
    step = FLAT.degrees_per_pixel()
    frequency = 0.25
    grating = Grating(
        orientation_deg=orientation,
        spatial_frequency_cpd=frequency,
        temporal_frequency_hz=frequency * step * 30,
        duration_s=0.1,
    )
    movie = grating.contrast_image(FLAT)
    moved = np.roll(movie[0], (-motion[1], motion[0]), axis=(0, 1))
    np.testing.assert_allclose(moved[4:-4, 4:-4], movie[1][4:-4, 4:-4], atol=0.02)
    assert np.abs(movie[0] - movie[1]).max() > 0.1


def test_drift_has_the_temporal_frequency_and_frame_count():
    movie = Grating(temporal_frequency_hz=3, duration_s=2).contrast_image(SCREEN)
    assert movie.shape == (60, 36, 64)
    power = np.abs(np.fft.rfft(movie, axis=0)).sum(axis=(1, 2))
    assert np.fft.rfftfreq(60, 1 / 30)[power.argmax()] == 3


def test_movie_starts_at_the_static_grating():
    parameters = {"orientation_deg": 40.0, "phase_deg": 70.0, "aperture": "disc"}
    movie = Grating(temporal_frequency_hz=2, **parameters).contrast_image(SCREEN)
    np.testing.assert_allclose(movie[0], Grating(**parameters).contrast_image(SCREEN)[0], atol=1e-6)


def test_static_grating_is_the_cosine_at_the_pixels():
    grating = Grating(orientation_deg=90, spatial_frequency_cpd=0.02, contrast=0.5, phase_deg=30)
    u, _ = SCREEN.local_deg(0, 0)
    expected = 0.5 * np.cos(2 * np.pi * 0.02 * u + np.pi / 6)
    # Averaging over a pixel of 3.4° lowers the contrast by less than 1 % at .02 cpd.
    np.testing.assert_allclose(grating.contrast_image(SCREEN)[0], expected, atol=0.01)


def test_disc_and_hole_are_complements_and_confined():
    disc, hole, whole = (
        Grating(aperture=a, diameter_deg=30).contrast_image(SCREEN)
        for a in ("disc", "hole", "none")
    )
    np.testing.assert_allclose(disc + hole, whole, atol=1e-6)
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    assert (disc[0][radius > 18.5] == 0).all()
    assert (hole[0][radius < 12] == 0).all()


def test_gaussian_aperture_has_an_sd_of_a_quarter_of_its_diameter():
    grating = Grating(aperture="gaussian", diameter_deg=40, spatial_frequency_cpd=0.001, contrast=1)
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    np.testing.assert_allclose(
        grating.contrast_image(SCREEN)[0], np.exp(-(radius**2) / 200), atol=0.03
    )


def test_iso_surround_in_phase_is_one_large_grating():
    both = CentreSurround(orientation_deg=20, phase_deg=50).contrast_image(SCREEN)
    whole = Grating(orientation_deg=20, phase_deg=50).contrast_image(SCREEN)
    np.testing.assert_allclose(both, whole, atol=1e-5)


def test_surround_changes_nothing_at_the_centre():
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    base = {"centre_diameter_deg": 24.0, "gap_deg": 4.0}
    alone = CentreSurround(**base, surround_contrast=0.0).contrast_image(SCREEN)[0]
    for change in ({"surround_offset_deg": 90.0}, {"surround_phase_deg": 120.0}):
        other = CentreSurround(**base, **change).contrast_image(SCREEN)[0]
        assert (other[radius < 13] == alone[radius < 13]).all()
        assert np.abs(other - alone)[radius > 25].max() > 0.5


def test_frozen_surround_stands_while_the_centre_moves():
    movie = CentreSurround(temporal_frequency_hz=2, surround_frozen=True, gap_deg=5).contrast_image(
        SCREEN
    )
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    assert np.ptp(movie[:, radius > 20], axis=0).max() == 0
    assert np.ptp(movie[:, radius < 7], axis=0).min() > 0.5


def test_opposite_surround_moves_the_other_way():
    movie = CentreSurround(
        orientation_deg=90, temporal_frequency_hz=2, surround_offset_deg=180, centre_contrast=0
    ).contrast_image(SCREEN)
    reverse = CentreSurround(orientation_deg=270, temporal_frequency_hz=2, centre_contrast=0)
    np.testing.assert_allclose(movie, reverse.contrast_image(SCREEN), atol=1e-5)


def test_plaid_is_the_sum_of_its_components():
    plaid = Plaid(orientation_deg=10, half_angle_deg=60, contrast=0.3, mask_contrast=0.4)
    test = Grating(orientation_deg=310, contrast=0.3).contrast_image(SCREEN)
    mask = Grating(orientation_deg=70, contrast=0.4).contrast_image(SCREEN)
    np.testing.assert_allclose(plaid.contrast_image(SCREEN), test + mask, atol=1e-5)
    assert plaid.rf_orientation_deg == 310 - 180


def test_annulus_is_a_disc_without_its_middle():
    ring = Grating(aperture="annulus", diameter_deg=50, inner_diameter_deg=24)
    large, small = (Grating(aperture="disc", diameter_deg=d) for d in (50, 24))
    parts = [g.contrast_image(SCREEN) for g in (ring, large, small)]
    np.testing.assert_allclose(parts[0], parts[1] - parts[2], atol=1e-6)
    with pytest.raises(ValueError, match="inner_diameter_deg"):
        Grating(aperture="annulus", diameter_deg=24, inner_diameter_deg=24)


def test_counterphase_is_separable_and_drift_is_not():
    parameters = {"temporal_frequency_hz": 2.0, "orientation_deg": 30.0, "aperture": "gaussian"}
    standing = Grating(**parameters, counterphase=True).contrast_image(SCREEN)
    power = np.linalg.svd(standing.reshape(30, -1), compute_uv=False) ** 2
    assert power[0] == pytest.approx(power.sum(), rel=1e-9)
    drifting = Grating(**parameters).contrast_image(SCREEN)
    power = np.linalg.svd(drifting.reshape(30, -1), compute_uv=False) ** 2
    assert power[:2].sum() == pytest.approx(power.sum(), rel=1e-9)
    assert power[1] > 0.5 * power[0]
    opposite = Grating(**parameters | {"orientation_deg": 210.0, "phase_deg": 0}).contrast_image(
        SCREEN
    )
    np.testing.assert_allclose(standing, (drifting + opposite) / 2, atol=1e-5)


@pytest.mark.parametrize(("azimuth", "elevation"), [(0, 0), (45, 0), (-40, 25)])
def test_frequency_at_the_centre_is_the_same_wherever_it_lies(azimuth, elevation):
    """Degrees are those of the visual field, not those of a flat map of the screen."""
    grating = Grating(orientation_deg=90, spatial_frequency_cpd=0.05, phase_deg=90)
    u, v = SCREEN.local_deg(azimuth, elevation)
    near = (np.abs(v) < 4) & (np.abs(u) < 4.5)
    shown = grating.moved(azimuth, elevation).contrast_image(SCREEN)[0]
    angle = np.arcsin(np.clip(-shown[near], -1, 1))
    # Averaging over a pixel of up to 3.4° lowers a contrast at .05 cpd by up to 5 %.
    slope = np.polyfit(u[near], angle, 1)[0]
    assert slope / (2 * np.pi) == pytest.approx(0.05, rel=0.08)


def test_surround_moves_on_its_own():
    base = {"gap_deg": 5.0, "surround_temporal_frequency_hz": 3.0, "duration_s": 2.0}
    movie = CentreSurround(**base).contrast_image(SCREEN)
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    assert np.ptp(movie[:, radius < 7], axis=0).max() == 0
    power = np.abs(np.fft.rfft(movie[:, radius > 25], axis=0)).sum(axis=1)
    assert np.fft.rfftfreq(60, 1 / 30)[1:][power[1:].argmax()] == 3
    assert CentreSurround(**base).scales()["temporal_frequency_hz"] == 3
    frozen = CentreSurround(**base, surround_frozen=True).contrast_image(SCREEN)
    assert len(frozen) == 1
    np.testing.assert_array_equal(frozen[0], movie[0])


@pytest.mark.parametrize("delay", [0.5, -0.5, 0.1])
def test_delay_removes_one_part_for_a_while_and_nothing_else(delay):
    base = {"temporal_frequency_hz": 2.0, "gap_deg": 3.0}
    together, centre, surround = (
        CentreSurround(**base, **change).contrast_image(SCREEN)
        for change in ({}, {"surround_contrast": 0.0}, {"centre_contrast": 0.0})
    )
    movie = CentreSurround(**base, surround_delay_s=delay).contrast_image(SCREEN)
    n = round(abs(delay) * 30)
    np.testing.assert_array_equal(movie[n:], together[n:])
    np.testing.assert_array_equal(movie[:n], (centre if delay > 0 else surround)[:n])


def test_still_parts_with_a_delay_are_a_movie():
    movie = CentreSurround(surround_delay_s=0.2, duration_s=0.5).contrast_image(SCREEN)
    assert len(movie) == 15
    assert (movie[5] != movie[6]).any()
    assert (movie[:6] == movie[0]).all()
    assert (movie[6:] == movie[6]).all()


def test_sequence_is_its_gratings_one_after_another():
    shared = {"temporal_frequency_hz": 2.0, "contrast": 0.8, "aperture": "disc", "phase_deg": 40.0}
    sequence = GratingSequence(
        orientation_deg=20, turns_deg=(90, 0), first_s=2, gap_s=0.2, duration_s=1, **shared
    )
    movie = sequence.contrast_image(SCREEN)
    adapter = Grating(orientation_deg=110, duration_s=2, **shared).contrast_image(SCREEN)
    test = Grating(orientation_deg=20, **shared).contrast_image(SCREEN)
    assert len(movie) == 96
    np.testing.assert_allclose(movie[:60], adapter, atol=1e-6)
    assert not movie[60:66].any()
    np.testing.assert_allclose(movie[66:], test, atol=1e-6)
    assert sequence.rf_orientation_deg == 20


def test_deviant_is_the_same_after_few_and_after_many_standards():
    shared = {"orientation_deg": 75.0, "duration_s": 0.3, "gap_s": 0.3}
    oddball = GratingSequence(turns_deg=(90, 90, 90, 90, 0), **shared)
    control = GratingSequence(turns_deg=(36, 72, 108, 144, 0), **shared)
    a, b = (s.contrast_image(SCREEN) for s in (oddball, control))
    assert len(a) == len(b) == 81
    uneven = GratingSequence(turns_deg=(90, 90, 90, 90, 0), duration_s=0.5, gap_s=0.25)
    image = uneven.contrast_image(SCREEN)
    # Onsets every 22.5 frames: the fifth at 3 s, whatever the rounding of the gaps.
    grey = ~image.any(axis=(1, 2))
    onsets = np.flatnonzero(~grey & np.concatenate([[True], grey[:-1]]))
    np.testing.assert_array_equal(onsets, [0, 22, 45, 68, 90])
    np.testing.assert_array_equal(a[72:], b[72:])
    np.testing.assert_array_equal(a[:9], a[18:27])
    assert (b[:9] != b[18:27]).any()
    assert oddball.rf_orientation_deg == control.rf_orientation_deg == 75


def test_sequence_fits_a_trial():
    with pytest.raises(ValueError, match=r"lasts 10\.2 s"):
        GratingSequence(turns_deg=(0, 0), first_s=9.2)
