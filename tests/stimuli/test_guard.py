import numpy as np
import pytest

from v1vlm.stimuli import (
    AnySeed,
    Bar,
    CentreSurround,
    Chirp,
    Contour,
    Contrast,
    Crossing,
    GaborPath,
    Grating,
    GratingSequence,
    Junction,
    Looming,
    Matching,
    Photographs,
    PinkNoise,
    Plaid,
    RandomDots,
    Retimed,
    Screen,
    SparseNoise,
    Stimulus,
    Uniform,
    UniformNoise,
    Varied,
    guard,
)
from v1vlm.stimuli.guard import NATURAL_SHARES, SPECTRUM_LIMIT, band_shares

SCREEN = Screen()
SCENES = ("astronaut", "camera", "chelsea", "coffee", "motorcycle_left", "rocket")


def _flags(*stimuli, vary=None, centres=None, matching=None, n=3):
    families = tuple(
        Varied(stimulus=s, vary=vary or {}) if isinstance(s, Stimulus) else s for s in stimuli
    )
    contrast = Contrast(
        families=families,
        factor="test",
        levels=tuple("abc"[: len(stimuli)]),
        matching=matching or Matching(luminance=False),
    )
    draws = [contrast.draw(seed, centres) for seed in range(n)]
    frames = [contrast.render(draw, SCREEN)[0] for draw in draws]
    return {flag.code: flag for flag in guard(contrast, SCREEN, draws, frames)}


def test_photographs_and_default_scenes_pass():
    assert _flags(Photographs(surround="own"), Photographs(surround="other"), n=30) == {}
    assert _flags(Crossing(), Crossing(crossing=False, side=-1)).keys() <= {"size"}
    assert _flags(Contour(), Contour(gap_deg=15)) == {}
    assert _flags(*(Junction(shape=s) for s in "LTX")) == {}


@pytest.mark.parametrize(
    ("good", "bad", "code", "value"),
    [
        (Grating(spatial_frequency_cpd=0.115), {"spatial_frequency_cpd": 0.125}, None, "0.125"),
        (Grating(), {"temporal_frequency_hz": 13.0, "duration_s": 0.2}, None, "13"),
        (Crossing(width_deg=5.1), {"width_deg": 5.0}, "stroke", "5°"),
        (Junction(shape="X"), {"total_arm_deg": 52.0}, "arm", "13°"),
        (Contour(gap_deg=7), {"gap_deg": 6.5}, "gap", "6.5°"),
    ],
)
def test_what_the_pixels_or_frames_cannot_carry_is_refused(good, bad, code, value):
    code = code or next(iter(bad)).rpartition("_")[0]
    reference = Grating(orientation_deg=90)
    assert code not in _flags(good, reference)
    flags = _flags(good, good.model_copy(update=bad), reference)
    assert flags[code].severity == "refuse"
    assert flags[code].message.startswith("b: ")
    assert value in flags[code].message


def test_resolution_is_that_of_the_place():
    """Pixels of a flat monitor are smaller, in degrees, away from its centre."""
    grating = Grating(spatial_frequency_cpd=0.125)
    assert "spatial_frequency" in _flags(grating, Grating())
    assert "spatial_frequency" not in _flags(grating, Grating(), centres=np.array([[45.0, 20.0]]))


def test_size_beyond_the_screen_is_a_warning():
    disc = Grating(aperture="disc", diameter_deg=60)
    assert "size" not in _flags(disc, Grating())
    flags = _flags(disc, Grating(), centres=np.array([[0.0, 25.0]]))
    assert flags["size"].severity == "warn"
    assert "30°" in flags["size"].message


def test_identical_members_are_refused():
    flags = _flags(Grating(), Grating())
    assert flags["identical"].severity == "refuse"
    assert "identical" not in _flags(Grating(), Grating(), Grating(phase_deg=90))


def test_too_faint_is_refused_unless_blank_on_purpose():
    faint = _flags(Grating(contrast=0.005), Grating())
    assert faint["grey_levels"].severity == "refuse"
    assert "3 grey levels" in faint["grey_levels"].message
    assert "grey_levels" not in _flags(Grating(contrast=0), Grating())
    assert "grey_levels" not in _flags(Grating(contrast=0.03), Grating())


def test_clipping_is_a_warning_with_its_share():
    from v1vlm.stimuli import Photograph

    flags = _flags(Photograph(name="moon", rms=1.0), Photograph(name="moon"))
    assert flags["clipped"].severity == "warn"
    assert "%" in flags["clipped"].message


def test_spectra_unlike_photographs_are_a_warning():
    vary = {"phase_deg": Uniform(low=0, high=360)}
    flags = _flags(Grating(), Grating(orientation_deg=90), vary=vary)
    assert flags["spectrum"].severity == "warn"
    noise = _flags(UniformNoise(), UniformNoise(contrast=0.5), vary={"seed": AnySeed()})
    assert "spectrum" in noise


def test_natural_spectrum_is_that_of_the_packaged_scenes():
    family = Photographs(names=SCENES, explore_names=("brick",))
    shares = np.array([band_shares(family.draw(i).render(SCREEN)[0]) for i in range(400)])
    np.testing.assert_allclose(shares.mean(axis=0), NATURAL_SHARES, atol=0.02)
    distance = np.abs(shares - NATURAL_SHARES).sum(axis=1) / 2
    assert np.quantile(distance, 0.99) == pytest.approx(SPECTRUM_LIMIT, abs=0.03)


def test_band_shares_of_known_images():
    x = np.arange(64)
    for cycles, band in ((1, 0), (3, 1), (6, 2), (12, 3), (28, 4)):
        image = np.tile(np.cos(2 * np.pi * cycles * x / 64), (36, 1))
        np.testing.assert_allclose(band_shares(image), np.eye(5)[band], atol=1e-12)
    assert band_shares(np.full((36, 64), 127, np.uint8)) is None


@pytest.mark.parametrize(
    ("bad", "code", "value"),
    [
        (RandomDots(dot_diameter_deg=5.0), "stroke", "5°"),
        (RandomDots(speed_deg_per_s=150.0), "temporal_frequency", "12.5 Hz"),
        (Bar(width_deg=4.0), "stroke", "4°"),
        (Bar(speed_deg_per_s=200.0, width_deg=8.0), "temporal_frequency", "12.5 Hz"),
        (Chirp(last_frequency_hz=13.0, duration_s=1.0), "temporal_frequency", "13 Hz"),
        (UniformNoise(refresh_hz=30.0), "temporal_frequency", "15 Hz"),
        (SparseNoise(spot_diameter_deg=4.0), "stroke", "4°"),
        (PinkNoise(cutoff_hz=13.0), "temporal_frequency", "13 Hz"),
        (GaborPath(temporal_frequency_hz=13.0), "temporal_frequency", "13 Hz"),
        (
            CentreSurround(surround_temporal_frequency_hz=12.5),
            "temporal_frequency",
            "12.5 Hz",
        ),
        (CentreSurround(centre_contrast=0.01), "faint", "0.01"),
        (Plaid(mask_contrast=0.01), "faint", "0.01"),
        (
            Grating(aperture="annulus", diameter_deg=30.0, inner_diameter_deg=21.0),
            "stroke",
            "4.5°",
        ),
        (
            Retimed(source_stimulus=Grating(temporal_frequency_hz=13.0)),
            "temporal_frequency",
            "13 Hz",
        ),
        (GratingSequence(temporal_frequency_hz=13.0), "temporal_frequency", "13 Hz"),
    ],
)
def test_moving_kinds_are_judged_by_their_smallest_and_fastest_part(bad, code, value):
    flags = _flags(bad, bad.model_copy(update={"azimuth_deg": 1.0}), n=1)
    assert flags[code].severity == "refuse"
    assert value in flags[code].message


def test_defaults_of_moving_kinds_can_be_shown():
    moving = (
        (RandomDots(), {"coherence": 0.0}),
        (RandomDots(figure_diameter_deg=40), {"ground_offset_deg": 180.0}),
        (Bar(speed_deg_per_s=60), {"orientation_deg": 0.0}),
        (Looming(), {"receding": True}),
        (SparseNoise(refresh_hz=5), {"occupancy": 0.3}),
        (CentreSurround(temporal_frequency_hz=2), {"surround_frozen": True}),
        (CentreSurround(centre_contrast=0.05), {"surround_contrast": 0.0}),
        (GratingSequence(temporal_frequency_hz=2), {"turns_deg": (0.0, 0.0)}),
    )
    for stimulus, change in moving:
        flags = _flags(stimulus, stimulus.model_copy(update=change), n=1)
        assert {code for code, flag in flags.items() if flag.severity == "refuse"} == set()


def test_large_loom_near_the_border_is_a_warning():
    flags = _flags(Looming(end_diameter_deg=90), Looming(end_diameter_deg=90, receding=True), n=1)
    assert "size" not in flags
    flags = _flags(Looming(end_diameter_deg=100), Looming(end_diameter_deg=100, dimming=True), n=1)
    assert flags["size"].severity == "warn"


def test_spectrum_of_a_movie_is_that_of_all_its_frames():
    """The first frame of a receding disc is large, that of a looming one small."""
    near = Looming(size_over_speed_s=0.02, end_diameter_deg=80)
    one, other = (
        _flags(a, a.model_copy(update={"polarity": 1}), n=1).get("spectrum")
        for a in (near, near.model_copy(update={"receding": True}))
    )
    assert one == other


def test_a_field_that_flickers_has_no_natural_spectrum_and_a_blank_one_is_no_flicker():
    chirp = Chirp(duration_s=1)
    flags = _flags(chirp, chirp.model_copy(update={"first_contrast": 0.1}), n=1)
    assert "100%" in flags["spectrum"].message
    blank = Grating(contrast=0)
    assert "spectrum" not in _flags(blank, blank, n=1)
    photographs = Photographs(names=SCENES, explore_names=("brick",))
    assert "spectrum" not in _flags(photographs, blank, n=30)
