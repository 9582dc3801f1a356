"""Gradients with respect to grey levels, against finite differences of the responses."""

import numpy as np
import pytest

from tests.viv1t.runs import random_network, write_run
from v1vlm.errors import InputError
from v1vlm.twins import Differentiable
from v1vlm.twins.viv1t import ViV1T

torch = pytest.importorskip("torch")

FRAMES = 5


def drawn(twin, seed=1):
    rng = np.random.default_rng(seed)
    movie = rng.integers(5, 250, (1, FRAMES, 12, 16)).astype(np.uint8)
    weights = rng.normal(0, 1, (twin.card.n_neurons, FRAMES)).astype(np.float32)
    return movie, weights


def differences(twin, movie, weights, direction, **options):
    """Slope along a direction of whole grey levels, from responses to movies on both sides."""

    def central(step):
        sides = [(movie.astype(int) + s * direction).astype(np.uint8) for s in (step, -step)]
        up, down = ((twin.respond(side, **options).values[0] * weights).sum() for side in sides)
        return (float(up) - float(down)) / (2 * step)

    # Richardson: levels are whole, so the step cannot be made small.
    return (4 * central(1) - central(2)) / 3


def assert_slope(twin, **options):
    movie, weights = drawn(twin)
    slope = twin.vjp(movie.astype(np.float32), weights, **options)
    assert (slope.shape, slope.dtype) == (movie.shape, np.float32)
    rng = np.random.default_rng(2)
    # Few pixels at a time: over a whole level of all, the slope is no longer the same.
    few = rng.random((3, *movie.shape)) < 0.1
    size = float(np.abs(slope).sum())
    assert size > 0
    for direction in np.sign(slope).astype(int) * few:
        expected = differences(twin, movie, weights, direction, **options)
        assert (slope * direction).sum() == pytest.approx(expected, rel=0.02, abs=1e-3 * size)


def test_slopes_are_those_of_the_network_in_double_precision(tmp_path):
    """Steps of a thousandth of a grey level, through the whole network."""
    # Rotary encodings are in single precision always.
    twin = ViV1T.from_run(write_run(tmp_path / "run", core_pos_encoding=2))
    movie, weights = drawn(twin)
    network = random_network(core_pos_encoding=2).double()
    scale = twin.neurons["response_sd"].values.astype(np.float64)

    def total(shown):
        clip = np.full((150, 12, 16), 127.0)
        clip[135 : 135 + FRAMES] = shown
        state = np.array([[53.0 / 14.8], [0.04 / 8.7]]).repeat(150, 1)
        arrays = ((clip - 80.0)[None] / 57.0, state, np.zeros((2, 150)))
        responses = network(*(torch.from_numpy(x)[None] for x in arrays), "A")[0]
        return float((responses[0, :, 135 : 135 + FRAMES].numpy() * weights * scale[:, None]).sum())

    slope = twin.vjp(movie.astype(np.float32), weights)[0]
    for direction in (np.sign(slope), np.random.default_rng(3).normal(0, 1, slope.shape)):
        step = 1e-3 * direction.astype(np.float64)
        expected = (total(movie[0] + step) - total(movie[0] - step)) / 2e-3
        assert float((slope * direction).sum()) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("units", ["recorded", "model"])
@pytest.mark.parametrize("video", ["training", "raw"])
def test_slopes_are_those_of_the_responses(run, units, video):
    twin = ViV1T.from_run(run, response_units=units, video_normalisation=video)
    assert isinstance(twin, Differentiable)
    assert_slope(twin)


@pytest.mark.parametrize(
    "changes",
    [
        {"core_use_causal_attention": False},
        {"core_pos_encoding": 1},
        {"core_behavior_mode": 0, "core_ff_activation": "swiglu", "core_norm": "rmsnorm"},
        {"transform_output": 2, "transform_input": 2},
    ],
)
def test_slopes_of_other_networks(tmp_path, changes):
    assert_slope(ViV1T.from_run(write_run(tmp_path / "run", **changes)), lead_in_s=1.0)


def test_without_lead_in(run):
    assert_slope(ViV1T.from_run(run), lead_in_s=0.0, behaviour="running")


def test_savings_change_nothing(run):
    twin, plain = (ViV1T.from_run(run, exact_reference=exact) for exact in (False, True))
    movie, weights = drawn(twin)
    seen, expected = (t.vjp(movie.astype(np.float32), weights) for t in (twin, plain))
    np.testing.assert_allclose(seen, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())


def test_half_precision_is_near(run):
    twin, half = (ViV1T.from_run(run, precision=p) for p in ("32", "bf16"))
    movie, weights = drawn(twin)
    full, seen = (t.vjp(movie.astype(np.float32), weights).ravel() for t in (twin, half))
    assert np.corrcoef(full, seen)[0, 1] > 0.98
    assert np.linalg.norm(seen) == pytest.approx(np.linalg.norm(full), rel=0.1)


def test_each_stimulus_and_subset_by_itself(run):
    twin = ViV1T.from_run(run)
    movie, weights = drawn(twin)
    both = np.concatenate([movie, 255 - movie]).astype(np.float32)
    chosen = [3, 1]
    slopes = twin.vjp(both, weights[chosen], neurons=chosen)
    kept = np.zeros_like(weights)
    kept[chosen] = weights[chosen]
    alone = np.concatenate([twin.vjp(part[None], kept) for part in both])
    np.testing.assert_allclose(slopes, alone, rtol=1e-3, atol=1e-5 * np.abs(alone).max())
    assert not twin.vjp(both, np.zeros((0, FRAMES)), neurons=[]).any()


def test_a_later_frame_has_no_say_in_earlier_responses(run):
    twin = ViV1T.from_run(run)
    movie, weights = drawn(twin)
    weights[:, 3:] = 0
    slope = twin.vjp(movie.astype(np.float32), weights)
    assert not slope[:, 3:].any()
    assert slope[:, 2].any()


def test_responses_are_as_before_after_a_gradient(run):
    twin = ViV1T.from_run(run)
    movie, weights = drawn(twin)
    before = twin.respond(movie).values
    twin.vjp(movie.astype(np.float32), weights)
    np.testing.assert_array_equal(twin.respond(movie).values, before)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda f, w: (f.astype(np.float64), w), "must be float32, got float64"),
        (lambda f, w: (f[0], w), "must have shape"),
        (lambda f, w: (f - 100, w), "outside 0 to 255"),
        (lambda f, w: (f * np.nan, w), "outside 0 to 255"),
        (lambda f, w: (f, w[:-1]), r"of shape \(5, 5\), got float32 \(4, 5\)"),
        (lambda f, w: (f, w * np.inf), "must be finite"),
        (lambda f, w: (np.repeat(f, 4, axis=1), w), "longer than the clips"),
    ],
)
def test_what_has_no_gradient(run, change, what):
    twin = ViV1T.from_run(run)
    movie, weights = drawn(twin)
    with pytest.raises(InputError, match=what) as caught, np.errstate(invalid="ignore"):
        twin.vjp(*change(movie.astype(np.float32), weights))
    assert caught.value.remedy
