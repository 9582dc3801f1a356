"""The arithmetic of the energy twin against a plain implementation, and its specification."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm import plugins
from v1vlm.errors import InputError
from v1vlm.stimuli import Screen
from v1vlm.twins.energy import MECHANISMS, EnergySpec, draw_population, load, parse
from v1vlm.twins.energy.filters import filter_bank, receptive_fields, temporal_kernels
from v1vlm.twins.energy.parameters import KERNEL_HZ
from v1vlm.twins.energy.pools import energy_map
from v1vlm.twins.energy.structure import centre_deg

SCREEN = Screen()
TWIN = load("neurons=40")
SOME = [0, 1, 2, 5, 11, 17, 24, 30, 35]


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 36, 64), dtype=np.uint8)


def close(seen, expected, tolerance=1e-5):
    scale = np.abs(expected).max()
    np.testing.assert_allclose(seen, expected, rtol=0, atol=tolerance * scale)


# --- an independent implementation: float64, explicit loops over time and taps ---------------


def plain_motion(bank, movie, kernel):
    """Preferred and null linear motion signals (time, filter), by definition."""
    contrast = movie.reshape(len(movie), -1).astype(float) - SCREEN.grey
    shape = contrast @ bank[:, 0].astype(float).T + 1j * contrast @ bank[:, 1].astype(float).T
    preferred, null = np.zeros_like(shape), np.zeros_like(shape)
    for time in range(len(movie)):
        for tap in range(min(time + 1, len(kernel))):
            preferred[time] += kernel[tap] * shape[time - tap]
            null[time] += kernel[tap] * shape[time - tap].conj()
    return preferred, null


@cache
def map_bank():
    return filter_bank(energy_map(*centre_deg(EnergySpec())), SCREEN)


def plain_pools(movie, cell, neuron):
    """Pool, surround and energy around (time,) of one neuron, place by place."""
    gabors = energy_map(*centre_deg(EnergySpec()))
    preferred, null = plain_motion(map_bank(), movie, temporal_kernels(30.0)[1])
    energy = (np.abs(preferred) ** 2 + np.abs(null) ** 2).reshape(len(movie), 4, 2, 91).mean(2)
    az, el = np.radians(gabors.azimuth_deg[:91]), np.radians(gabors.elevation_deg[:91])
    own_az, own_el = np.radians([cell.azimuth_deg[neuron], cell.elevation_deg[neuron]])
    half = np.sin((el - own_el) / 2) ** 2
    half += np.cos(el) * np.cos(own_el) * np.sin((az - own_az) / 2) ** 2
    distance = np.degrees(2 * np.arcsin(np.sqrt(half)))
    size = cell.rf_sd_deg[neuron]
    near = np.exp(-(distance**2) / (2 * size**2))
    wide = np.exp(-(distance**2) / (2 * cell.surround_sd_deg[neuron] ** 2))
    wide *= 1 - np.exp(-0.5 * (distance / max(2.2 * size, 8.0)) ** 4)
    inside, outside = energy @ near / near.sum(), energy @ wide / wide.sum()
    # What lies outside counts by how much of it is inside, and by the neuron's preference.
    turn = np.radians(45 * np.arange(4) - cell.direction_deg[neuron])
    weight = (inside * np.exp(0.7 * np.cos(2 * turn))) ** 2
    alike = (weight * outside).sum(1) / (weight.sum(1) + 1e-30)
    alike = np.maximum(alike - 0.6 * outside.mean(1), 0) / 0.4
    late = [np.concatenate([[0.0], course[:-1]]) for course in (alike, outside.sum(1))]
    return inside.sum(1), *late


def plain_response(twin, movie, neuron):
    cell = twin.population
    bank = filter_bank(receptive_fields(cell), SCREEN)[[neuron]]
    kernel = temporal_kernels(30.0)[cell.kernel[neuron]]
    preferred, null = (part[:, 0] for part in plain_motion(bank, movie, kernel))
    pool, surround, around = plain_pools(movie, cell, neuron)
    weight, s, u = (
        getattr(cell, name)[neuron] for name in ("null_weight", "simple_share", "untuned_share")
    )
    ahead, opponent, tuned = max(weight, 0), max(-weight, 0), 1 - max(u, 0)
    own = np.abs(preferred) ** 2 + ahead * np.abs(null) ** 2
    linear = np.maximum((preferred + np.sqrt(ahead) * null).real, 0)
    drive = (1 - s) * own + 4 * s * linear**2 - opponent * np.abs(null) ** 2
    drive = np.maximum(tuned * drive + u * pool, 0)
    below = cell.c50[neuron] ** 2 + 0.05 * tuned * own + 0.07 * pool
    evoked = drive / (below + cell.surround[neuron] * surround)
    evoked += cell.inverse[neuron] * around / (0.05 + around) * 0.02 / (0.02 + pool)
    return cell.gain[neuron] * (cell.baseline[neuron] + evoked)


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("twin", [TWIN, load("neurons=40,inverse=0.5")])
def test_fast_paths_equal_the_plain_implementation(twin, static):
    movie = noise(22)
    movie[4:7], movie[9:12] = SCREEN.grey, movie[8]
    if static:
        movie[:] = movie[0]
    shown = twin.respond(movie[None]).values[0]
    for neuron in SOME:
        close(shown[neuron], plain_response(twin, movie, neuron))


def test_the_plain_implementation_saw_every_mechanism():
    cell = TWIN.population
    assert np.ptp(cell.surround[SOME]) > 0.5
    assert (cell.null_weight[SOME] < 0).any()
    assert (cell.null_weight[SOME] > 0).any()
    assert (cell.untuned_share[SOME] < 0).any()
    assert (cell.untuned_share[SOME] > 0.1).any()
    assert len(set(cell.kernel[SOME])) > 1


# --- laws ------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=40),
    st.integers(1, 40),
    st.lists(st.integers(0, 39), min_size=1, max_size=5),
)
@settings(max_examples=30, deadline=None)
def test_the_past_does_not_know_the_future(order, cut, neurons):
    """Repeats, grey, static and moving stretches take different paths and must agree."""
    palette = noise(4, seed=1)
    palette[0] = SCREEN.grey
    movie = palette[order][None]
    whole = TWIN.respond(movie, neurons=neurons).values
    part = TWIN.respond(movie[:, :cut], neurons=neurons).values
    close(part, whole[:, :, :cut])


def test_long_movies_are_cut_without_a_seam():
    movie = noise(1, 270, seed=2)
    whole = TWIN.respond(movie).values
    close(TWIN.respond(movie[:, :130]).values, whole[:, :, :130])
    # 15 frames reach back to the start of any response
    close(TWIN.respond(movie[:, 100:]).values[:, :, 15:], whole[:, :, 115:])


def test_many_stimuli_equal_one_by_one():
    images = noise(140, 1, seed=3)
    many = TWIN.respond(np.broadcast_to(images, (140, 18, 36, 64))).values
    for index in (0, 7, 8, 127, 128, 139):
        close(TWIN.respond(images[index : index + 1].repeat(18, 1)).values[0], many[index])


def test_grey_gives_exactly_the_baseline():
    grey = np.full((1, 40, 36, 64), SCREEN.grey, np.uint8)
    shown = TWIN.respond(grey).values[0]
    assert np.all(shown == shown[:, :1])
    np.testing.assert_allclose(
        shown[:, 0], TWIN.population.baseline * TWIN.population.gain, rtol=1e-5
    )


def test_neurons_may_repeat_and_may_be_none():
    frames = noise(2, 5)
    twice = TWIN.respond(frames, neurons=[3, 9, 3]).values
    np.testing.assert_array_equal(twice[:, 0], twice[:, 2])
    assert TWIN.respond(frames, neurons=[]).shape == (2, 0, 5)
    assert TWIN.respond(frames[:0]).shape == (0, 40, 5)


def test_any_grey_lead_in_is_the_same():
    frames = noise(1, 4)
    long = TWIN.respond(frames, lead_in_s=4.5)
    np.testing.assert_array_equal(long.values, TWIN.respond(frames, lead_in_s=0.0).values)
    with pytest.raises(InputError, match="lead-in of -1"):
        TWIN.respond(frames, lead_in_s=-1)


# --- filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [0.0, 0.4, 1.5, 3.0])
def test_filters_answer_their_own_grating_as_on_the_infinite_plane(phase):
    gabors = energy_map(0.0, 0.0)
    centre = np.flatnonzero((abs(gabors.azimuth_deg) < 1) & (abs(gabors.elevation_deg) < 1))
    assert centre.size == 8
    bank = filter_bank(gabors, SCREEN)
    u, v = SCREEN.local_deg(0.0, 0.0)
    for index in centre:
        angle, frequency = np.radians(gabors.direction_deg[index]), 2 * np.pi
        frequency *= gabors.spatial_frequency_cpd[index]
        along = np.cos(angle) * u + np.sin(angle) * v
        seen = bank[index] @ (127 * np.cos(frequency * along - phase)).ravel()
        spread = np.exp(-((frequency * 5.0) ** 2))
        expected = np.exp(1j * phase) + np.exp(-1j * phase) * spread**2
        expected -= 2 * 0.8 * spread * np.cos(phase)
        assert abs(complex(*seen) - expected) < 0.04


def test_filters_keep_a_fifth_of_their_dc():
    gabors = energy_map(0.0, 0.0)
    centre = (abs(gabors.azimuth_deg) < 1) & (abs(gabors.elevation_deg) < 1)
    white = 127 * filter_bank(gabors, SCREEN)[centre].sum(2)
    turns = 2 * np.pi * gabors.spatial_frequency_cpd[centre] * 5.0
    np.testing.assert_allclose(white[:, 0], 0.2 * 2 * np.exp(-(turns**2) / 2), atol=0.01)
    np.testing.assert_allclose(white[:, 1], 0, atol=0.01)


@pytest.mark.parametrize("index", range(5))
def test_temporal_kernels_prefer_their_direction(index):
    kernel = temporal_kernels(30.0)[index]
    spectrum = np.abs(np.fft.fft(kernel, 512))
    best = np.fft.fftfreq(512, 1 / 30)[spectrum.argmax()]
    assert spectrum.max() == pytest.approx(1.0)
    assert KERNEL_HZ[index] * 0.8 < best < max(2.6, KERNEL_HZ[index] * 1.4)
    assert spectrum[0] < 0.5
    assert kernel[0] == 0  # nothing before the first frame has passed


# --- population and specification ------------------------------------------------------------


CARRIERS = {
    "direction": ["null_weight"],
    "normalisation": [],
    "simple": ["simple_share"],
    "surround": ["surround"],
    "untuned-pool": ["untuned_share"],
    "retinotopy": ["azimuth_deg", "elevation_deg"],
    "clustering": ["direction_deg"],
    "direction-bias": ["direction_deg"],
    "depth": ["untuned_share"],
    "off-dominance": ["phase_rad"],
    "running": ["running_gain"],
    "inverse": ["inverse"],
    "curvature": ["relation"],
    "junction": ["relation"],
    "texture": ["relation"],
}


def other(mechanism):
    """A mechanism taken away, or given to half of the neurons."""
    return {mechanism: 0.0 if MECHANISMS[mechanism].usual else 0.5}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_variants_are_the_same_neurons(mechanism):
    full = draw_population(EnergySpec(neurons=50))
    variant = draw_population(EnergySpec(neurons=50, strengths=other(mechanism)))
    differ = [name for name, value in full.digests().items() if value != variant.digests()[name]]
    assert differ == CARRIERS[mechanism]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_variants_answer_otherwise_and_say_so(mechanism):
    strength = other(mechanism)[mechanism]
    variant = load(f"{mechanism}={strength},neurons=40")
    said = [
        words
        for words in variant.card.mechanisms
        if words.startswith((f"{mechanism}:", f"{mechanism},"))
    ]
    assert len(said) == (strength > 0)
    assert all(MECHANISMS[mechanism].citation in words for words in said)
    assert variant.card.digest != TWIN.card.digest
    frames = noise(1, 12)
    shown = [twin.respond(frames, behaviour="running").values for twin in (variant, TWIN)]
    assert not np.allclose(*shown, rtol=0.01)


def test_a_smaller_population_begins_a_larger_one():
    frames = noise(1, 8)
    close(load("neurons=15").respond(frames).values, TWIN.respond(frames).values[:, :15])


def test_populations_differ_and_repeat():
    assert load("neurons=5").card == load(neurons=5).card
    other = load("neurons=5,population=3")
    assert other.card.mice == ("energy-3",)
    assert other.card.name == "energy:neurons=5,population=3"
    assert other.card.digest != load("neurons=5").card.digest
    assert not np.array_equal(other.neurons["x_um"], load("neurons=5").neurons["x_um"])


@pytest.mark.parametrize(
    "arg",
    [
        "",
        "no-surround",
        "no-simple,no-surround,neurons=7",
        "neurons=9,population=4",
        "blind",
        "linear,no-clustering",
        "curvature=.1,surround=0.3333333333",
    ],
)
def test_the_name_on_the_card_loads_the_twin(arg):
    name = parse(arg).name
    assert parse(name.partition(":")[2]) == parse(arg)


def test_the_registered_name_loads():
    assert plugins.load("twins", "energy:neurons=4").card.n_neurons == 4


@pytest.mark.parametrize(
    ("arg", "message"),
    [
        ("no-suround", "'no-suround'(.|\n)*Did you mean 'no-surround'(.|\n)*no-untuned-pool"),
        ("surround", "no option 'surround'"),
        ("no-direction=1", "no option"),
        ("no-curvatur", "no option"),
        ("surround=nan", "no option"),
        ("surround=-1", "surround must be 0 to 10"),
        ("simple=1.5", "simple must be 0 to 1"),
        ("curvature=.6,texture=.6", "add up to more than 1"),
        ("blind,linear", "'variant' is given twice"),
        ("neurons=many", "'neurons=many'"),
        ("neurons=0", "neurons"),
        ("neurons=4,neurons=5", "twice"),
    ],
)
def test_unknown_options_are_refused(arg, message):
    with pytest.raises(InputError, match=message):
        load(arg)
    with pytest.raises(InputError, match="colour"):
        load(colour="red")


def test_receptive_fields_lie_on_the_screen():
    for population in (1, 2, 3):
        cell = draw_population(EnergySpec(population=population))
        distance = np.hypot(cell.azimuth_deg, cell.elevation_deg)
        assert np.hypot(cell.azimuth_deg.mean(), cell.elevation_deg.mean()) < 6.0
        assert 0.2 < (distance < 10).mean() < 0.7
        assert cell.x_um.max() <= 615
        places = np.stack([np.ones(1000), cell.x_um, cell.y_um], axis=1)
        for centre in (cell.azimuth_deg, cell.elevation_deg):
            residual = centre - places @ np.linalg.lstsq(places, centre, rcond=None)[0]
            assert 4.5 < residual.std() < 5.5


def test_the_planted_truth_is_frozen():
    with pytest.raises(ValueError, match="read-only"):
        TWIN.population.gain[0] = 2.0
