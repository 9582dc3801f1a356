import itertools

import numpy as np
import pytest

from v1vlm.errors import InputError
from v1vlm.stimuli import (
    PHOTOGRAPHS,
    Grating,
    PhotoClip,
    Photograph,
    Photographs,
    PhotoSurround,
    Retimed,
    Screen,
    StimulusFamily,
    as_asset,
)
from v1vlm.stimuli.photographs import CONFIRMED, EXPLORED

SCREEN = Screen()


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_crops_have_the_contrast_that_was_asked_for(name):
    photograph = Photograph(name=name, rms=0.15, row=0.4)
    image = photograph.contrast_image(SCREEN)[0]
    assert image.mean() == pytest.approx(0, abs=0.01)
    assert image.std() == pytest.approx(0.15, abs=0.01)
    assert photograph.source == name


def test_crops_are_area_averages_of_the_picture():
    """Against scikit-image's own local mean, for a crop whose pixels are whole."""
    from skimage.data import camera
    from skimage.transform import downscale_local_mean

    # 512 of 512 columns and 288 rows, 8 × 8 to a pixel.
    image = Photograph(name="camera", row=0.5, column=0.5, crop_fraction=1).contrast_image(SCREEN)
    expected = downscale_local_mean(camera()[112:400].astype(float), (8, 8))
    expected = np.clip((expected - expected.mean()) / expected.std() * 0.25, -1, 1)
    np.testing.assert_allclose(image[0], expected, atol=1e-5)


def test_flip_mirrors_and_fractions_move_the_crop():
    base = Photograph(name="chelsea")
    flipped = base.model_copy(update={"flip": True}).contrast_image(SCREEN)[0]
    np.testing.assert_array_equal(flipped[:, ::-1], base.contrast_image(SCREEN)[0])
    corner = Photograph(name="chelsea", row=0, column=0)
    assert (corner.render(SCREEN) != base.render(SCREEN)).any()


def test_negatives_are_the_photographs_with_bright_and_dark_exchanged():
    for clip_s in (None, 0.2):
        plain, negative = (Photographs(polarity=p, clip_s=clip_s) for p in (1, -1))
        a, b = (family.draw(4).contrast_image(SCREEN) for family in (plain, negative))
        np.testing.assert_array_equal(a, -b)
    assert Photographs(polarity=-1).describe().startswith("negatives of crops")


def test_flat_crops_are_not_amplified():
    sky = Photograph(name="rocket", row=0, column=0, crop_fraction=0.2)
    assert sky.contrast_image(SCREEN).std() < 0.26


def test_exploration_and_confirmation_share_no_photograph():
    family = Photographs()
    confirmed = {family.draw(seed).source for seed in range(80)}
    explored = {family.explored().draw(seed).source for seed in range(80)}
    assert confirmed == set(CONFIRMED)
    assert explored == set(EXPLORED)
    assert not confirmed & explored
    assert family.explored().explored() == family.explored()
    again = StimulusFamily.from_json(family.explored().to_json())
    assert again.draw(5) == family.explored().draw(5)


def test_photographs_refuse_names_on_both_sides():
    with pytest.raises(InputError, match="both explored and confirmed"):
        Photographs.from_json({"kind": "photographs", "names": ["brick"]})
    with pytest.raises(InputError, match="two names"):
        Photographs.from_json({"kind": "photographs", "names": ["grass"], "surround": "other"})


def test_own_surround_is_the_photograph_and_the_other_only_changes_the_surround():
    own, other = Photographs(surround="own"), Photographs(surround="other")
    radius = np.hypot(*SCREEN.local_deg(10.0, 5.0))
    for seed in range(5):
        a, b = (family.draw(seed).moved(10.0, 5.0) for family in (own, other))
        assert isinstance(a, PhotoSurround)
        whole = Photographs().draw(seed).contrast_image(SCREEN)
        np.testing.assert_allclose(a.contrast_image(SCREEN), whole, atol=1e-6)
        difference = np.abs(a.contrast_image(SCREEN) - b.contrast_image(SCREEN))[0]
        assert difference[radius < 10].max() < 1e-6
        assert difference[radius > 20].mean() > 0.05
        assert a.source == b.source == b.centre.name != b.surround.name


def test_photographs_of_the_user_are_cropped_like_packaged_ones():
    from skimage.data import camera

    name, image = as_asset(camera())
    own = Photograph(name=name, row=0.3).contrast_image(SCREEN, {name: image})
    np.testing.assert_allclose(
        own, Photograph(name="camera", row=0.3).contrast_image(SCREEN), atol=1e-6
    )
    assert Photograph(name=name).needs() == (name,)
    assert Photograph(name="camera").needs() == ()
    with pytest.raises(InputError, match="not among the assets"):
        Photograph(name=name).contrast_image(SCREEN)


def test_photographs_of_the_user_are_set_apart_whatever_their_order():
    names = [as_asset(np.full((64, 64), level, np.uint8))[0] for level in range(9)]
    family = Photographs.of_assets(names, surround="other")
    assert family == Photographs.of_assets(names[::-1], surround="other")
    assert len(family.explore_names) == 3
    assert sorted((*family.names, *family.explore_names)) == sorted(names)
    assert StimulusFamily.from_json(family.to_json()) == family
    drawn = family.draw(3)
    assert set(drawn.needs()) <= set(family.names)
    assert len(drawn.needs()) == 2
    with pytest.raises(InputError, match="five or more"):
        Photographs.of_assets(names[:4])


def test_a_clip_that_does_not_move_is_its_photograph():
    clip = PhotoClip(name="coffee", row=0.2, flip=True, speed_deg_per_s=0, duration_s=0.2)
    still = Photograph(name="coffee", row=0.2, flip=True).contrast_image(SCREEN)
    np.testing.assert_allclose(clip.contrast_image(SCREEN), np.repeat(still, 6, 0), atol=1e-6)


def test_a_clip_starts_on_its_photograph_and_a_later_start_continues_it():
    clip = PhotoClip(name="gravel", row=0.4, column=0.7, duration_s=1, zoom_octaves=0.3, seed=4)
    frames = clip.contrast_image(SCREEN)
    still = Photograph(name="gravel", row=0.4, column=0.7).contrast_image(SCREEN)
    assert np.corrcoef(frames[0].ravel(), still.ravel())[0, 1] > 0.999
    later = clip.model_copy(update={"start_s": 0.5}).contrast_image(SCREEN)
    for before, after in zip(frames[15:], later, strict=False):  # equal but for the mean and gain
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.999
    assert np.corrcoef(frames[0].ravel(), frames[-1].ravel())[0, 1] < 0.9


@pytest.mark.parametrize("speed", [5.0, 20.0])
def test_a_clip_moves_at_its_speed(speed):
    """Against a window that is moved over the photograph: shifts from phase correlation."""
    from skimage.registration import phase_cross_correlation

    shifts = []
    for seed in range(10):
        clip = PhotoClip(
            name="gravel", speed_deg_per_s=speed, seed=seed, crop_fraction=0.4, duration_s=2
        )
        frames = clip.contrast_image(SCREEN)[::5]
        for one, two in itertools.pairwise(frames):
            shifts.append(phase_cross_correlation(one, two, upsample_factor=20)[0])
    per_second = np.array(shifts) * 6 * SCREEN.degrees_per_pixel()
    rms = np.sqrt((per_second**2).sum(axis=1).mean())
    assert rms == pytest.approx(speed, rel=0.35)


def test_a_clip_is_smooth_and_stays_within_the_photograph():
    for seed in range(6):
        clip = PhotoClip(name="chelsea", speed_deg_per_s=80, zoom_octaves=0.7, seed=seed)
        clip = clip.model_copy(update={"duration_s": 5.0})
        frames = clip.contrast_image(SCREEN)
        assert frames.shape == (150, 36, 64)
        assert np.isfinite(frames).all()
        # Beyond the edge the mean over a pixel would fall towards black all along a side.
        assert frames.std(axis=(1, 2)).min() > 0.05
        assert frames.std() == pytest.approx(0.25, abs=0.01)


def test_the_delayed_surround_lags_and_the_centre_stays():
    own = Photographs(surround="own", clip_s=1.0, speed_deg_per_s=30)
    late = own.model_copy(update={"surround_delay_s": 0.5})
    a, b = (family.draw(11).contrast_image(SCREEN) for family in (own, late))
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    np.testing.assert_array_equal(a[:, radius < 10], b[:, radius < 10])
    far = radius > 20
    whole = own.draw(11).centre.contrast_image(SCREEN)
    np.testing.assert_allclose(a, whole, atol=1e-6)
    lagged = [np.corrcoef(a[i, far], b[i + 15, far])[0, 1] for i in range(15)]
    together = [np.corrcoef(a[i, far], b[i, far])[0, 1] for i in range(15)]
    assert min(lagged) > 0.999
    assert np.mean(together) < 0.95


def test_a_surround_can_be_another_version_of_the_clip():
    clip = PhotoClip(name="gravel", duration_s=0.5)
    for order, n_distinct in (("frozen", 1), ("reversed", 15)):
        joined = PhotoSurround(centre=clip, surround=Retimed(source_stimulus=clip, order=order))
        frames = joined.moved(5.0, 5.0).contrast_image(SCREEN)
        assert frames.shape == (15, 36, 64)
        far = np.hypot(*SCREEN.local_deg(5, 5)) > 20
        assert len(np.unique(frames[:, far], axis=0)) == n_distinct


def test_a_delay_needs_clips_and_centres_a_photograph():
    with pytest.raises(InputError, match="needs clips"):
        Photographs.from_json({"kind": "photographs", "surround": "own", "surround_delay_s": 0.5})
    value = {"kind": "photo_surround", "centre": Grating().to_json()}
    with pytest.raises(InputError, match="grating is not cut from a photograph"):
        PhotoSurround.from_json({**value, "surround": Photograph(name="moon").to_json()})


def test_clips_of_unequal_length_do_not_join():
    clip = PhotoClip(name="moon", duration_s=0.5)
    longer = clip.model_copy(update={"duration_s": 1.0})
    with pytest.raises(InputError, match="15 and 30 frames"):
        PhotoSurround(centre=clip, surround=longer).contrast_image(SCREEN)


def test_families_of_clips_say_so():
    assert "clips of 2 s" in Photographs(clip_s=2.0).describe()
    late = Photographs(clip_s=2.0, surround="own", surround_delay_s=0.5)
    assert "own surround 0.5 s late" in late.describe()
    assert isinstance(Photographs(clip_s=2.0).draw(0), PhotoClip)
