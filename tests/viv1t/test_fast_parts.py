"""Distinct windows and corners of the readout, against independent accounts of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from tests.viv1t.runs import args_of
from v1vlm.twins.viv1t.windows import Windows

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402

from v1vlm.twins.viv1t import transformer  # noqa: E402
from v1vlm.twins.viv1t.network import Readout  # noqa: E402
from v1vlm.twins.viv1t.options import Options  # noqa: E402
from v1vlm.twins.viv1t.reading import Reading, corners  # noqa: E402

ROWS, COLUMNS = 3, 4


@given(st.data())
def test_windows_spell_the_clip(data):
    labels = data.draw(st.lists(st.integers(0, 2), min_size=1, max_size=20))
    start = data.draw(st.integers(0, len(labels) - 1))
    stop = data.draw(st.integers(start + 1, len(labels)))
    patch = data.draw(st.integers(1, 8))
    clip = np.array(labels, np.float32)[:, None]
    seen = Windows.ending(range(start, stop), clip, patch)
    values = np.concatenate([[-1], clip[seen.frames, 0]])
    padded = [-1] * (patch - 1) + labels
    expected = [padded[time : time + patch] for time in range(start, stop)]
    assert values[seen.windows[seen.index]].tolist() == expected
    assert len(seen.windows) == len({tuple(window) for window in expected})
    assert len(set(clip[seen.frames, 0])) == len(seen.frames)


def test_an_image_after_grey_makes_as_many_windows_as_a_patch_has_frames():
    clip = np.repeat([0.0, 1.0], [135, 30])[:, None].astype(np.float32)
    seen = Windows.ending(range(135, 165), clip, 13)
    assert len(seen.windows) == 13
    assert seen.frames.tolist() == [123, 135]
    assert seen.index.tolist() == [*range(12), *[12] * 18]
    grey = Windows.ending(range(135), clip, 13)
    assert len(grey.windows) == 13


def sampled(field, grid):
    """Interpolated by scipy: zero outside (row, column) maps."""
    x, y = grid.T
    where = [(y + 1) / 2 * (ROWS - 1), (x + 1) / 2 * (COLUMNS - 1)]
    return map_coordinates(field, where, order=1, mode="grid-constant", cval=0.0)


@settings(max_examples=50)
@given(st.lists(st.tuples(*[st.floats(-2, 2, width=32)] * 2), min_size=1, max_size=9))
def test_corners_interpolate_with_zeros_outside(points):
    grid = np.array(points, np.float32)
    field = np.random.default_rng(0).normal(size=(ROWS, COLUMNS))
    place, weight = corners(torch.from_numpy(grid), ROWS, COLUMNS)
    seen = (field.flatten()[place.numpy()] * weight.numpy()).sum(-1)
    np.testing.assert_allclose(seen, sampled(field, grid), atol=1e-5)


def test_a_corner_outside_costs_no_place():
    place, weight = corners(torch.tensor([[1.2, 0.0], [-1.0, -1.0]]), ROWS, COLUMNS)
    assert set(place[0].tolist()) == {7}
    assert set(place[1].tolist()) == {0}
    torch.testing.assert_close(weight.sum(-1), torch.tensor([0.7, 1.0]))


@pytest.mark.parametrize("bias", [0, 2])
@pytest.mark.parametrize("shift", [None, (0.3, -0.4)])
def test_reading_is_the_readout(bias, shift):
    options = Options.from_args(args_of(readout_grid_mode=0, readout_bias_mode=bias))
    readout = Readout(options, 30).requires_grad_(False)
    rng = np.random.default_rng(0)
    for value in readout.parameters():
        value.copy_(torch.from_numpy(np.asarray(rng.normal(0, 0.7, value.shape), np.float32)))
    neurons = torch.tensor([7, 3, 3, 29])
    features = torch.from_numpy(rng.normal(size=(ROWS * COLUMNS, 6, 8)).astype(np.float32))
    at = None if shift is None else torch.tensor(shift)
    reading = Reading(readout, at, neurons, ROWS, COLUMNS)
    field = features.unflatten(0, (ROWS, COLUMNS)).permute(3, 2, 0, 1)[None]
    shifts = None if at is None else at[None, :, None].expand(1, 2, 6)
    expected = readout(field, shifts, neurons)[0]
    torch.testing.assert_close(reading.read(features[reading.places]), expected)
    assert len(reading.places) <= 12


@pytest.mark.parametrize("seen", ["all", "causal", "masked"])
def test_attention_by_products_is_the_attention_of_torch(seen, monkeypatch):
    torch.manual_seed(0)
    q, k, v = torch.randn(3, 2, 7, 4, 6).unbind()
    mask = torch.randn(7, 7).where(torch.rand(7, 7) < 0.7, -torch.inf).fill_diagonal_(0)
    given = {"all": {}, "causal": {"causal": True}, "masked": {"mask": mask}}[seen]
    heads_first = (part.transpose(1, 2) for part in (q, k, v))
    expected = functional.scaled_dot_product_attention(
        *heads_first, attn_mask=given.get("mask"), is_causal=seen == "causal"
    )
    monkeypatch.setattr(transformer, "by_products", lambda _: True)
    torch.testing.assert_close(transformer.attend(q, k, v, **given), expected.transpose(1, 2))
