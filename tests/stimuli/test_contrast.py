import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.errors import ProposalError
from v1vlm.records import canonical_json
from v1vlm.stimuli import (
    AnySeed,
    Choice,
    Contrast,
    Grating,
    Lines,
    Matching,
    Photographs,
    PinkNoise,
    Plaid,
    Scrambled,
    Screen,
    Uniform,
    Varied,
    match,
    residuals,
)
from v1vlm.stimuli.contrast import Draw

SCREEN = Screen()
FLAT = np.full(SCREEN.shape, 1 / (36 * 64))


def _pair(a, b, vary, **options):
    families = (Varied(stimulus=a, vary=vary), Varied(stimulus=b, vary=vary))
    return Contrast(families=families, factor="test", levels=("a", "b"), **options)


LINES = {"orientation_deg": Uniform(low=0, high=180), "seed": AnySeed()}
SPREAD = _pair(Lines(), Lines(orientation_spread_deg=60), LINES)


@given(st.integers(0, 2**62))
@settings(max_examples=20, deadline=None)
def test_members_of_a_draw_share_what_varies_and_differ_in_the_factor(seed):
    draw = SPREAD.draw(seed, np.array([[5.0, 2.0], [-8.0, 4.0]]))
    a, b = draw.stimuli
    shared = {"orientation_deg", "seed", "azimuth_deg", "elevation_deg", "length_deg"}
    assert all(getattr(a, name) == getattr(b, name) for name in shared)
    assert (a.orientation_spread_deg, b.orientation_spread_deg) == (0, 60)
    assert draw.orientation_deg == pytest.approx(a.orientation_deg % 180)
    assert (draw.azimuth_deg, draw.elevation_deg) in [(5.0, 2.0), (-8.0, 4.0)]
    assert SPREAD.draw(seed, np.array([[5.0, 2.0], [-8.0, 4.0]])) == draw
    assert Draw.from_json(draw.to_json()) == draw


def test_contrast_survives_json_with_all_its_families():
    contrast = Contrast(
        families=(
            Photographs(surround="other"),
            Scrambled(source=Varied(stimulus=PinkNoise(), vary={"seed": AnySeed()})),
            Varied(stimulus=Grating(), vary={"phase_deg": Choice(values=(0.0, 90.0))}),
        ),
        factor="anything",
        levels=("x", "y", "z"),
        matching=Matching(contrast="local", spectrum=True),
    )
    again = Contrast.from_json(contrast.to_json())
    assert canonical_json(again.to_json()) == canonical_json(contrast.to_json())
    assert again == contrast
    assert again.draw(7) == contrast.draw(7)


def test_placement_on_the_screen_ignores_the_population():
    contrast = SPREAD.model_copy(update={"placement": "screen"})
    draw = contrast.draw(1, np.array([[30.0, 10.0]]))
    assert (draw.azimuth_deg, draw.elevation_deg) == (0, 0)


def test_centres_are_all_used():
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    seen = {SPREAD.draw(seed, centres).azimuth_deg for seed in range(40)}
    assert seen == {0.0, 10.0}


def test_orientation_is_shared_only_if_every_member_shows_it():
    vary = {"phase_deg": Uniform(low=0, high=360)}
    same = _pair(Grating(orientation_deg=30), Grating(orientation_deg=210), vary)
    assert same.draw(0).orientation_deg == 30
    other = _pair(Grating(orientation_deg=30), Grating(orientation_deg=120), vary)
    assert other.draw(0).orientation_deg is None


@given(st.integers(0, 2**32), st.sampled_from(["none", "global", "local"]), st.booleans())
@settings(max_examples=20, deadline=None)
def test_matching_leaves_residuals_of_a_grey_level(seed, contrast, spectrum):
    matching = Matching(contrast=contrast, spectrum=spectrum)
    vary = {"seed": AnySeed()}
    pair = _pair(PinkNoise(rms=0.1), PinkNoise(rms=0.2), vary, matching=matching)
    _, found = pair.render(pair.draw(seed), SCREEN)
    assert found["luminance"] < 0.002
    if contrast == "global":
        assert found["rms"] < 0.002
    if contrast == "local":
        assert found["local_rms"] < 0.002
    if contrast == "none" and not spectrum:
        assert found["rms"] == pytest.approx(0.1, abs=0.005)
    assert found["clipped"] == 0


def test_residuals_of_known_images():
    frames = np.full((2, 1, 36, 64), 127, np.uint8)
    frames[1, 0, :, :32] = 254
    found = residuals(frames, SCREEN, FLAT)
    assert found["luminance"] == pytest.approx(0.5)
    assert found["rms"] == pytest.approx(0.5)
    assert found["clipped"] == pytest.approx(0.5)


def test_matching_scales_down_only():
    rng = np.random.default_rng(0)
    images = [rng.normal(0, s, (1, 36, 64)) for s in (0.05, 0.2)]
    small, large = match(images, Matching(contrast="global", luminance=False), FLAT)
    np.testing.assert_allclose(small, images[0])
    assert large.std() == pytest.approx(0.05, rel=0.02)


def test_spectrum_matching_equalises_amplitudes_and_keeps_phases():
    rng = np.random.default_rng(1)
    images = [rng.normal(0, 0.1, (1, 36, 64)), rng.normal(0, 0.3, (1, 36, 64))]
    matched = match(images, Matching(luminance=False, spectrum=True), FLAT)
    a, b = (np.fft.fft2(image)[0] for image in matched)
    a[0, 0] = b[0, 0] = 1
    np.testing.assert_allclose(np.abs(a), np.abs(b), rtol=1e-6)
    np.testing.assert_allclose(np.angle(np.fft.fft2(images[0])[0] * np.conj(a))[1:], 0, atol=1e-6)


def test_blank_members_cannot_be_matched():
    pair = _pair(
        Grating(contrast=0),
        Grating(),
        {"phase_deg": Uniform(low=0, high=360)},
        matching=Matching(contrast="global"),
    )
    with pytest.raises(ProposalError, match="blank"):
        pair.render(pair.draw(0), SCREEN)


def test_still_members_are_shown_beside_movies_and_unequal_movies_refused():
    vary = {"phase_deg": Uniform(low=0, high=360)}
    moving = Grating(temporal_frequency_hz=2, duration_s=0.5)
    pair = _pair(moving, Grating(), vary)
    frames, _ = pair.render(pair.draw(0), SCREEN)
    assert frames.shape == (2, 15, 36, 64)
    assert np.ptp(frames[1], axis=0).max() == 0
    longer = _pair(moving, moving.model_copy(update={"duration_s": 1.0}), vary)
    with pytest.raises(ProposalError, match=r"\[15, 30\]"):
        longer.render(longer.draw(0), SCREEN)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("contrast", Uniform(low=0.99, high=1.01)),
        ("contrast", Uniform(low=-0.01, high=0.5)),
        ("contrast", Choice(values=(*(0.5,) * 40, 1.5))),
        ("aperture", Choice(values=(*("disc",) * 40, "star"))),
    ],
)
def test_a_range_beyond_its_parameter_is_refused_before_it_is_drawn(name, law):
    with pytest.raises(ValueError, match=name):
        Varied(stimulus=Grating(), vary={name: law})


def test_horizontal_is_one_orientation_on_either_side_of_the_wrap():
    plaid = Plaid(orientation_deg=30.0, half_angle_deg=math.nextafter(30.0, 90.0))
    assert plaid.rf_orientation_deg == 180.0
    contrast = _pair(Grating(orientation_deg=0.0), plaid, {})
    assert contrast.draw(0).orientation_deg == 0.0


def test_movies_of_one_spectrum_in_time_differ_in_phase_alone():
    rng = np.random.default_rng(2)
    images = [rng.normal(0, s, (12, 36, 64)) for s in (0.1, 0.2)]
    images[1] = np.cumsum(images[1], axis=0)  # another spectrum in time
    matched = match(images, Matching(luminance=False, spectrum_in_time=True), FLAT)
    a, b = (np.abs(np.fft.fftn(image)) for image in matched)
    a[0, 0, 0] = b[0, 0, 0] = 1
    np.testing.assert_allclose(a, b, rtol=1e-6)
    spatial = match(images, Matching(luminance=False, spectrum=True), FLAT)
    changes = [[(i - np.roll(i, 1, 0)).std() for i in pair] for pair in (matched, spatial)]
    assert changes[0][0] == pytest.approx(changes[0][1])
    assert changes[1][0] > 1.5 * changes[1][1]


def test_stills_and_movies_share_no_spectrum_in_time():
    images = [np.ones((1, 36, 64)), np.ones((3, 36, 64))]
    with pytest.raises(ProposalError, match=r"\[1, 3\] frames"):
        match(images, Matching(spectrum_in_time=True), FLAT)


def test_local_luminance_is_equal_inside_the_window_only():
    vary = {"seed": AnySeed(), "orientation_deg": Uniform(low=0, high=180)}
    matching = Matching(local_luminance=True, contrast="local", window_sd_deg=8)
    pair = _pair(Lines(n=4, contrast=0.5), Lines(n=30, contrast=0.5), vary, matching=matching)
    for seed in range(4):
        _, found = pair.render(pair.draw(seed), SCREEN)
        assert found["local_luminance"] < 0.003
        assert found["local_rms"] < 0.005
        assert found["luminance"] > 0.01


def test_bright_and_dark_are_exchanged_in_half_of_the_draws_in_all_members_alike():
    vary = {"seed": AnySeed()}
    matching = Matching(luminance=False, balance_polarity=True)
    plain = _pair(Lines(), Lines(n=3), vary, matching=Matching(luminance=False))
    balanced = plain.model_copy(update={"matching": matching})
    inverted = 0
    for seed in range(200):
        draw = plain.draw(seed)
        sign = balanced._polarity(seed)
        inverted += sign < 0
        if seed < 6:
            before = plain.render(draw, SCREEN)[0].astype(int) - 127
            np.testing.assert_array_equal(balanced.render(draw, SCREEN)[0] - 127.0, sign * before)
    assert 75 < inverted < 125  # 3.5 SD of a fair coin


def test_series_of_movies_are_matched_together():
    movies = [
        Varied(stimulus=Grating(contrast=c, temporal_frequency_hz=2, duration_s=0.5), vary={})
        for c in (0.2, 0.5, 0.9)
    ]
    series = Contrast(
        families=tuple(movies),
        factor="contrast",
        levels=("low", "middle", "high"),
        matching=Matching(contrast="global"),
    )
    _, found = series.render(series.draw(0), SCREEN)
    assert found["rms"] < 0.003
    assert found["motion"] < 0.003
    raw = series.model_copy(update={"matching": Matching()})
    assert raw.render(raw.draw(0), SCREEN)[1]["motion"] > 0.05


def test_the_residual_spectrum_is_the_share_of_amplitude_elsewhere():
    u = np.arange(64) * 2 * np.pi / 64
    wave = [np.broadcast_to(np.rint(127 + 100 * np.cos(k * u)), (1, 36, 64)) for k in (4, 8)]
    frames = np.stack(wave).astype(np.uint8)
    assert residuals(frames, SCREEN, FLAT)["spectrum"] == pytest.approx(1, abs=0.05)
    assert residuals(frames[[0, 0]], SCREEN, FLAT)["spectrum"] == 0
