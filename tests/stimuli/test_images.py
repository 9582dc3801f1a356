import numpy as np
import pytest
from scipy.stats import kstest

from v1vlm.errors import InputError
from v1vlm.stimuli import (
    Crossing,
    Grating,
    Painted,
    PaintRequest,
    PhaseScrambled,
    Photograph,
    Photographs,
    PinkNoise,
    Prompted,
    Scrambled,
    Screen,
    Stored,
    UniformNoise,
    as_asset,
)
from v1vlm.stimuli.photographs import EXPLORED

SCREEN = Screen()
REQUEST = PaintRequest(prompt="twigs", seed=1, generator="none")


def test_painted_levels_come_back_as_they_were():
    painted = np.random.default_rng(0).integers(0, 255, SCREEN.shape, dtype=np.uint8)
    shown = Painted(request=REQUEST).render(SCREEN, {REQUEST.digest(): painted})
    np.testing.assert_array_equal(shown[0], painted)


def test_painted_white_is_the_lightest_level_above_grey():
    white = np.full(SCREEN.shape, 255, np.uint8)
    assert (Painted(request=REQUEST).render(SCREEN, {REQUEST.digest(): white}) == 254).all()


def test_missing_or_misfitting_paintings_are_refused():
    painted = Painted(request=REQUEST)
    assert painted.requests() == (REQUEST,)
    with pytest.raises(InputError, match="not among the assets"):
        painted.contrast_image(SCREEN)
    with pytest.raises(InputError, match="smaller than the screen"):
        painted.contrast_image(SCREEN, {REQUEST.digest(): np.zeros((8, 8), np.uint8)})
    with pytest.raises(InputError, match="float64"):
        painted.contrast_image(SCREEN, {REQUEST.digest(): np.zeros(SCREEN.shape)})


def test_larger_paintings_are_averaged_over_pixels_and_cropped_in_the_middle():
    painted = np.random.default_rng(0).integers(0, 255, (384, 512), dtype=np.uint8)
    shown = Painted(request=REQUEST).render(SCREEN, {REQUEST.digest(): painted})[0]
    # 512 columns are 64 pixels of 8; 48 of 384 rows go at the top and at the bottom.
    means = painted[48:-48].reshape(36, 8, 64, 8).mean(axis=(1, 3))
    assert np.abs(shown - means).max() <= 0.5 + 1e-3


def test_downsampling_leaves_no_alias_of_fine_stripes():
    stripes = np.tile(np.array([0, 254], np.uint8), (384, 256))
    shown = Painted(request=REQUEST).render(SCREEN, {REQUEST.digest(): stripes})
    assert (shown == 127).all()


def test_wide_and_tall_paintings_keep_their_middle():
    for shape in ((72, 400), (300, 128), (36, 65)):
        painted = np.zeros(shape, np.uint8)
        painted[shape[0] // 2 - 18 : shape[0] // 2 + 18, :] = 127
        shown = Painted(request=REQUEST).render(SCREEN, {REQUEST.digest(): painted})[0]
        assert shown.shape == SCREEN.shape
        np.testing.assert_array_equal(shown, shown[:, ::-1])
    assert (shown == 127).all()


def test_prompted_families_draw_painted_stimuli_with_shared_seeds():
    a, b = (Prompted(paraphrases=(text,), generator="g") for text in ("twigs", "stones"))
    first, second = a.draw(3), b.draw(3)
    assert isinstance(first, Painted)
    assert first.request.seed == second.request.seed
    assert first.request.prompt != second.request.prompt


def test_stored_frames_are_shown_as_they_are():
    rng = np.random.default_rng(1)
    name, movie = as_asset(rng.integers(0, 255, (5, *SCREEN.shape), dtype=np.uint8))
    stored = Stored(asset=name)
    np.testing.assert_array_equal(stored.render(SCREEN, {name: movie}), movie)
    assert stored.needs() == (name,)
    assert stored.moved(9.0, 9.0) == stored
    still, image = as_asset(movie[0])
    assert Stored(asset=still).render(SCREEN, {still: image}).shape == (1, *SCREEN.shape)
    with pytest.raises(InputError, match="not among the assets"):
        stored.contrast_image(SCREEN)
    with pytest.raises(InputError, match=r"\(36, 64\), the screen uint8 \(8, 8\)"):
        stored.contrast_image(Screen(height_px=8, width_px=8), {name: movie})


def test_what_is_made_of_stored_frames_needs_them_too():
    name, _ = as_asset(np.zeros((36, 64), np.uint8))
    assert PhaseScrambled(source_stimulus=Stored(asset=name)).needs() == (name,)
    assert PhaseScrambled(source_stimulus=Grating()).needs() == ()


def test_a_scrambled_stimulus_keeps_the_places_of_its_features():
    crossing = Crossing().moved(12.0, 3.0)
    assert PhaseScrambled(source_stimulus=crossing).features_deg() == crossing.features_deg()


@pytest.mark.parametrize(
    "stimulus",
    [
        Photograph(name="coffee", rms=0.1),
        Grating(orientation_deg=60, temporal_frequency_hz=2, duration_s=0.2, contrast=0.3),
    ],
)
def test_phase_scrambling_keeps_the_amplitude_spectrum_of_every_frame(stimulus):
    scrambled = PhaseScrambled(source_stimulus=stimulus, seed=4)
    before, after = stimulus.contrast_image(SCREEN), scrambled.contrast_image(SCREEN)
    assert before.shape == after.shape
    np.testing.assert_allclose(
        np.abs(np.fft.fft2(after)), np.abs(np.fft.fft2(before)), atol=2e-3, rtol=1e-4
    )
    correlation = np.corrcoef(before[0].ravel(), after[0].ravel())[0, 1]
    assert abs(correlation) < 0.5


def test_phase_scrambling_turns_all_frames_alike():
    movie = Grating(temporal_frequency_hz=2, duration_s=0.2)
    turned = PhaseScrambled(source_stimulus=movie, seed=1).contrast_image(SCREEN)
    spectra = np.fft.fft2(turned) * np.conj(np.fft.fft2(movie.contrast_image(SCREEN)))
    strong = np.abs(spectra) > 1.0
    angles = np.angle(spectra / spectra[:1])[strong & strong[:1]]
    assert np.abs(angles).max() < 0.01


def test_scrambled_controls_select_the_same_neurons_and_share_phases():
    from v1vlm.stimuli import Uniform, Varied

    vary = {"orientation_deg": Uniform(low=0, high=180)}
    a = Varied(stimulus=Grating(contrast=0.2), vary=vary)
    b = Varied(stimulus=Grating(contrast=0.4), vary=vary)
    first, second = Scrambled(source=a).draw(8), Scrambled(source=b).draw(8)
    assert first.rf_orientation_deg == a.draw(8).rf_orientation_deg is not None
    assert first.seed == second.seed
    np.testing.assert_allclose(
        2 * first.contrast_image(SCREEN), second.contrast_image(SCREEN), atol=1e-5
    )
    photos = Scrambled(source=Photographs())
    assert photos.explored().draw(2).source in EXPLORED
    assert photos.draw(2).source == Photographs().draw(2).source
    assert "photographs" in photos.describe()


def test_uniform_noise_is_uniform_and_white():
    noise = UniformNoise(seed=3, contrast=0.8).contrast_image(SCREEN)[0]
    assert kstest(noise.ravel(), "uniform", (-0.8, 1.6)).pvalue > 0.01
    neighbours = np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]
    assert abs(neighbours) < 0.06


def test_pink_noise_has_amplitude_one_over_frequency():
    images = [PinkNoise(seed=seed, rms=0.2).contrast_image(SCREEN)[0] for seed in range(40)]
    amplitude = np.sqrt(np.mean(np.abs(np.fft.fft2(images)) ** 2, axis=0))
    frequency = np.hypot(np.fft.fftfreq(36)[:, None], np.fft.fftfreq(64))
    inside = (frequency > 0.02) & (frequency < 0.5)
    slope = np.polyfit(np.log(frequency[inside]), np.log(amplitude[inside]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.05)
    assert np.std(images[0]) == pytest.approx(0.2, abs=0.002)


def test_window_confines_pink_noise():
    windowed = PinkNoise(seed=1, window_sd_deg=8, azimuth_deg=20).contrast_image(SCREEN)[0]
    whole = PinkNoise(seed=1).contrast_image(SCREEN)[0]
    radius = np.hypot(*SCREEN.local_deg(20, 0))
    np.testing.assert_allclose(windowed, whole * np.exp(-(radius**2) / 128), atol=0.03)
