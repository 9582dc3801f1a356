"""Laws of the energy twin that hold for whatever parameters are drawn, and of its two foils."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from v1vlm.errors import InputError
from v1vlm.stimuli import Screen
from v1vlm.twins.energy import EnergySpec, EnergyTwin, load
from v1vlm.twins.energy.engine import Engine
from v1vlm.twins.energy.noise import noisy_means
from v1vlm.twins.energy.parameters import Population, draw_population
from v1vlm.twins.energy.structure import DEPTHS_UM

SCREEN = Screen()
populations = st.integers(0, 10_000)


@cache
def drawn(population, **strengths):
    return EnergyTwin(EnergySpec(neurons=6, population=population, strengths=dict(strengths)))


def grating(angle_deg, *, contrast=1.0, cpd=0.04, hz=2.0, frames=8, phase=0.0):
    """Drifting over the whole screen, in the degrees around its centre."""
    u, v = SCREEN.local_deg(0.0, 0.0)
    angle = np.radians(angle_deg)
    along = np.cos(angle) * u + np.sin(angle) * v
    time = np.arange(frames)[:, None, None] / SCREEN.frame_rate_hz
    wave = np.cos(2 * np.pi * (cpd * along - hz * time) + phase)
    return np.rint(127 + 127 * contrast * wave).astype(np.uint8)


def evoked(twin, frames):
    people = twin.population
    grey = (people.baseline * people.gain).astype(np.float32)[:, None]
    return twin.respond(np.stack(frames)).values - grey


# --- the full twin ---------------------------------------------------------------------------


@given(populations, st.floats(0, 360), st.floats(0.01, 0.1), st.sampled_from([0.0, 2.0, 5.0]))
@settings(max_examples=12, deadline=None)
def test_responses_grow_with_contrast(population, angle, cpd, hz):
    """x² / (c² + m x²) is monotone, and so it is with a surround of the same contrast."""
    twin = drawn(population)
    contrasts = (0.1, 0.25, 0.5, 1.0)
    shown = evoked(twin, [grating(angle, contrast=c, cpd=cpd, hz=hz) for c in contrasts])
    scale = shown.max() + 1e-9
    assert np.all(np.diff(shown[:, :, 2:].mean(2), axis=0) > -0.01 * scale)  # 8-bit grey levels


@given(populations, st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_polarity_is_invisible_without_simple_cells(population, seed):
    """Energies are even in contrast; grey levels 7 to 247 are symmetric about the grey."""
    ink = np.random.default_rng(seed).integers(-120, 121, (1, 6, 36, 64))
    twin = drawn(population, simple=0.0)
    bright, dark = (twin.respond((127 + sign * ink).astype(np.uint8)).values for sign in (1, -1))
    np.testing.assert_allclose(bright, dark, rtol=1e-4, atol=1e-5)


def mirrored(people: Population) -> Population:
    """The same neurons in a world whose left and right are exchanged."""
    values = dict(vars(people))
    values["azimuth_deg"] = -people.azimuth_deg
    values["direction_deg"] = (180.0 - people.direction_deg) % 360.0
    return Population(**values)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_a_mirrored_twin_sees_a_mirrored_world(seed, population):
    """With the map centred on the screen, left and right differ in nothing else."""
    spec = EnergySpec(neurons=4, population=population)
    people = draw_population(spec)
    movie = np.random.default_rng(seed).integers(0, 256, (1, 5, 36, 64), dtype=np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("v1vlm.twins.energy.engine.centre_deg", lambda spec: (0.0, 0.0))
        here, there = (Engine(spec, who, SCREEN) for who in (people, mirrored(people)))
    index = np.arange(4)
    seen = here.respond(movie, index), there.respond(movie[..., ::-1].copy(), index)
    np.testing.assert_allclose(*seen, rtol=2e-3, atol=2e-4)


@given(populations)
@settings(max_examples=6, deadline=None)
def test_direction_is_invisible_to_complex_cells_without_its_mechanism(population):
    twin = drawn(population, direction=0.0, simple=0.0, surround=0.0)
    one, other = evoked(twin, [grating(30, frames=40), grating(210, frames=40)])
    ahead, back = one[:, 15:30].mean(1), other[:, 15:30].mean(1)
    np.testing.assert_allclose(ahead, back, rtol=0.05, atol=0.02 * ahead.max())


def test_running_is_a_gain_that_can_be_left_out():
    frames = grating(0)[None]
    for arg, faster in (("neurons=9", True), ("neurons=9,no-running", False)):
        twin = load(arg)
        for state in ("mean", "running"):
            ratio = (twin.respond(frames, behaviour=state) / twin.respond(frames)).values
            assert (np.median(ratio) > 1.05) == faster
            if not faster:
                np.testing.assert_allclose(ratio, 1.0, rtol=1e-5)


# --- trial noise -----------------------------------------------------------------------------


def test_trials_scatter_about_the_response():
    twin = load("neurons=5")
    frames = grating(45)[None]
    trials = twin.trials(frames, 4000, 1)
    assert trials.dims == ("trial", "stimulus", "neuron")
    mean = twin.respond(frames).values.mean(2)[0]
    error = twin.population.trial_sd / np.sqrt(4000)
    assert np.all(np.abs(trials.values.mean(0)[0] / mean - 1) < 5 * error)
    np.testing.assert_array_equal(trials.values, twin.trials(frames, 4000, 1).values)
    assert not np.array_equal(trials.values[:9], twin.trials(frames, 9, 2).values)
    with pytest.raises(InputError, match="0 trials"):
        twin.trials(frames, 0, 1)


def test_means_of_trials_are_as_drawn_at_once():
    """The mean of n gamma variables of one scale is a gamma variable."""
    one, spread = np.ones((1, 20_000)), np.array([2.0])
    at_once = noisy_means(one, spread, 40, 0)[0]
    singly = np.mean([noisy_means(one, spread, 1, k + 1)[0] for k in range(40)], axis=0)
    assert at_once.std() == pytest.approx(2.0 / np.sqrt(40), rel=0.05)
    assert ks_2samp(at_once, singly).pvalue > 0.01


# --- linear ----------------------------------------------------------------------------------


@given(populations, st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_a_linear_twin_superposes_before_its_rectifier(population, seed):
    """max(x, 0) − max(−x, 0) = x, so that bright minus dark adds up; and it is homogeneous."""
    twin = EnergyTwin(EnergySpec(neurons=6, population=population, variant="linear"))
    rng = np.random.default_rng(seed)
    a, b = rng.integers(-30, 31, (2, 6, 36, 64))

    def linear(ink):
        bright, dark = evoked(twin, [(127 + sign * ink).astype(np.uint8) for sign in (1, -1)])
        assert np.all(np.minimum(bright, dark) < 1e-4)
        return bright - dark

    np.testing.assert_allclose(linear(a + b), linear(a) + linear(b), atol=1e-3)
    np.testing.assert_allclose(linear(3 * a), 3 * linear(a), atol=1e-3)


def test_a_linear_twin_is_free_of_contrast_gain_and_surround():
    card = load("linear,neurons=5").card
    assert "rectifier" in card.mechanisms[0]
    assert not any("divisive" in words or "direction sel" in words for words in card.mechanisms)
    assert any(words.startswith("clustering") for words in card.mechanisms)


# --- blind -----------------------------------------------------------------------------------


def test_a_blind_twin_is_null_for_contrasts_that_every_other_twin_sees():
    blind, seeing = load("blind,neurons=60"), load("neurons=60")
    rng = np.random.default_rng(0)
    pairs = [
        [grating(angle, contrast=c, phase=phase) for c in (1.0, 0.05)]
        for angle, phase in rng.uniform(0, 6.28, (400, 2))
    ]

    def differences(twin, n):
        shown = twin.respond(np.concatenate(pairs[:n])).values.mean(2).reshape(n, 2, -1)
        return ((shown[:, 0] - shown[:, 1]) / shown.sum(1)).mean(1)

    seen = differences(blind, 400)
    assert abs(seen.mean()) < 3.5 * seen.std() / 20
    assert seen.std() > 0.08  # what all neurons share: they are no independent samples
    assert differences(seeing, 20).mean() > 0.3


def test_a_blind_twin_answers_still_and_moving_alike():
    twin = load("blind,neurons=4")
    rng = np.random.default_rng(0)
    movies = rng.integers(0, 256, (300, 6, 36, 64), dtype=np.uint8)
    still = np.broadcast_to(movies[:, 3:4], movies.shape)
    seen = [twin.respond(frames).values.mean(2).ravel() for frames in (movies, still)]
    assert ks_2samp(*seen).pvalue > 0.01
    assert twin.card.mechanisms == ()
    assert "sees nothing" in twin.card.blind_spots[0]


# --- structure -------------------------------------------------------------------------------


@cache
def many(**strengths):
    return [
        draw_population(EnergySpec(neurons=3000, population=number, strengths=dict(strengths)))
        for number in (1, 2, 3, 4)
    ]


def likeness(people: Population, low_um: float, high_um: float) -> float:
    """Mean cos 2Δ of the preferences of pairs at a distance in the plane of cortex."""
    place, turn = people.x_um + 1j * people.y_um, np.exp(2j * np.radians(people.direction_deg))
    first, second = np.triu_indices(1500, 1)
    distance = np.abs(place[first] - place[second])
    pairs = (distance >= low_um) & (distance < high_um)
    return float((turn[first[pairs]] * turn[second[pairs]].conj()).real.mean())


def test_neighbours_prefer_alike_as_recorded():
    """Mouse B: .17 below 20 µm, .09 at 20–50, .04 at 50–100, .026 at 100–200."""
    for low, high, recorded in ((0, 20, 0.17), (20, 50, 0.09), (50, 100, 0.04), (100, 200, 0.026)):
        planted = np.mean([likeness(people, low, high) for people in many()])
        assert planted == pytest.approx(recorded, abs=0.035)
    bare = many(**{"clustering": 0.0, "direction-bias": 0.0})
    assert abs(np.mean([likeness(people, 0, 50) for people in bare])) < 0.01


def test_more_prefer_vertical_than_horizontal_motion_as_recorded():
    for strengths, vertical, horizontal in (
        ({}, 0.33, 0.20),
        ({"direction-bias": 0.0, "clustering": 0.0}, 0.25, 0.25),
    ):
        nearest = [np.rint(people.direction_deg / 45.0) % 4 for people in many(**strengths)]
        assert np.mean([np.mean(turn == 2) for turn in nearest]) == pytest.approx(
            vertical, abs=0.03
        )
        assert np.mean([np.mean(turn == 0) for turn in nearest]) == pytest.approx(
            horizontal, abs=0.03
        )


def test_the_deepest_plane_has_the_least_untuned_drive():
    for strengths, apart in (({}, True), ({"depth": 0.0}, False)):
        people = many(**strengths)[0]
        share = [np.median(people.untuned_share[people.depth_um == d]) for d in DEPTHS_UM]
        assert (share[-1] < min(share[:-1]) - 0.02) == apart


def test_receptive_fields_follow_cortex_unless_told_not_to():
    for strengths, follows in (({}, True), ({"retinotopy": 0.0}, False)):
        people = many(**strengths)[0]
        places = np.stack([np.ones(3000), people.x_um, people.y_um], axis=1)
        fit = places @ np.linalg.lstsq(places, people.azimuth_deg, rcond=None)[0]
        assert (1 - np.var(people.azimuth_deg - fit) / np.var(people.azimuth_deg) > 0.3) == follows


def test_planted_units_are_as_many_as_asked_for():
    people = many(curvature=0.1, junction=0.2, texture=0.05)[0]
    shares = np.bincount(people.relation, minlength=4) / people.size
    np.testing.assert_allclose(shares, [0.65, 0.1, 0.2, 0.05], atol=0.025)
    assert not many()[0].relation.any()
