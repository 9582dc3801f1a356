import numpy as np
import pytest
from PIL import Image

from v1vlm.errors import InputError
from v1vlm.stimuli import AnySeed, Contrast, Grating, Lines, Screen, Varied, show

SCREEN = Screen()
MOVIE = Grating(temporal_frequency_hz=2, duration_s=0.2)


def test_one_stimulus_is_its_own_frames():
    np.testing.assert_array_equal(show(MOVIE, enlarge=1), MOVIE.render(SCREEN))


def test_tiles_lie_side_by_side_and_pixels_become_squares():
    picture = show([Lines(), MOVIE], enlarge=3)
    assert picture.shape == (6, 3 * 36, 3 * 129)
    np.testing.assert_array_equal(picture[4, ::3, : 3 * 64 : 3], Lines().render(SCREEN)[0])
    np.testing.assert_array_equal(picture[:, 1::3, 3 * 65 + 2 :: 3], MOVIE.render(SCREEN))
    assert (picture[:, :, 3 * 64 : 3 * 65] == 255).all()


def test_what_ends_early_stays():
    picture = show([MOVIE, MOVIE.model_copy(update={"duration_s": 0.1})], enlarge=1)
    np.testing.assert_array_equal(picture[5, :, 65:], picture[2, :, 65:])


def test_families_and_contrasts_show_their_draws():
    vary = {"seed": AnySeed()}
    families = tuple(Varied(stimulus=Lines(n=n), vary=vary) for n in (5, 20))
    row = show(families[0], seed=3, n_draws=2, enlarge=1)
    np.testing.assert_array_equal(row[0, :, 65:], families[0].draw(4).render(SCREEN)[0])
    contrast = Contrast(families=families, factor="density", levels=("few", "many"))
    picture = show(contrast, n_draws=2, enlarge=1)
    frames, _ = contrast.render(contrast.draw(1), SCREEN)
    np.testing.assert_array_equal(picture[0, 37:, 65:], frames[1, 0])


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_files_hold_every_frame(tmp_path, suffix):
    path = tmp_path / f"movie{suffix}"
    shown = show(MOVIE, path, enlarge=2)
    with Image.open(path) as picture:
        assert picture.n_frames == len(shown)
        for i, frame in enumerate(shown):
            picture.seek(i)
            np.testing.assert_allclose(np.asarray(picture.convert("L")), frame, atol=1)


def test_stills_are_plain_pictures(tmp_path):
    shown = show(Lines(), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), shown[0])


def test_nothing_and_other_formats_are_refused(tmp_path):
    with pytest.raises(InputError, match="nothing to show"):
        show([])
    with pytest.raises(InputError, match=r"'a\.tiff' is no"):
        show(Lines(), tmp_path / "a.tiff")
