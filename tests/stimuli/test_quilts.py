from itertools import product

import numpy as np
import pytest

from v1vlm.stimuli import Photograph, Quilt, Screen
from v1vlm.stimuli.quilts import BLOCK_PX, _before_cut, _quilted

SCREEN = Screen()


def test_a_quilt_has_the_contrast_and_spectrum_of_its_texture():
    quilts = [Quilt(name="grass", seed=s).contrast_image(SCREEN)[0] for s in range(12)]
    crops = [
        Photograph(name="grass", row=r, column=c).contrast_image(SCREEN)[0]
        for r, c in product((0.0, 0.5, 1.0), repeat=2)
    ]
    assert np.std(quilts) == pytest.approx(0.25, abs=0.005)
    assert abs(np.mean(quilts)) < 0.005
    spectra = [np.mean(np.abs(np.fft.rfft2(images)) ** 2, axis=0) for images in (quilts, crops)]
    frequency = np.hypot(np.fft.fftfreq(36)[:, None], np.fft.rfftfreq(64))
    for low, high in ((0.02, 0.08), (0.08, 0.2), (0.2, 0.5)):
        band = (frequency > low) & (frequency < high)
        power = [spectrum[band].sum() for spectrum in spectra]
        assert power[0] == pytest.approx(power[1], rel=0.3)


def test_quilts_differ_by_seed_and_are_no_copy():
    one, two = (Quilt(seed=s).contrast_image(SCREEN)[0] for s in (0, 1))
    assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.3
    assert Quilt(seed=1).moved(9, 9).source == "gravel"


def test_every_pixel_of_a_quilt_comes_from_the_sample():
    rng = np.random.default_rng(0)
    sample = rng.uniform(size=(40, 50))
    quilt = _quilted(sample, (30, 41), rng)
    assert quilt.shape == (30, 41)
    assert np.isin(quilt, sample).all()
    first = quilt[: BLOCK_PX // 2, : BLOCK_PX // 2]  # no cut reaches into the first patch
    found = np.lib.stride_tricks.sliding_window_view(sample, first.shape)
    assert (found == first).all(axis=(2, 3)).sum() == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_cut_is_the_cheapest_of_all_paths(seed):
    error = np.random.default_rng(seed).uniform(size=(6, 4))
    cut = _before_cut(error).sum(axis=1)
    cost = error[np.arange(6), cut].sum()
    paths = [p for p in product(range(4), repeat=6) if np.abs(np.diff(p)).max() <= 1]
    assert cost == pytest.approx(min(error[np.arange(6), p].sum() for p in paths))
    assert np.abs(np.diff(cut)).max() <= 1
