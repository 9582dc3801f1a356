"""Designs as data: whole grids, labels that tell the truth, and parameters that fit together."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from v1vlm.analysis.tuning.outcomes import DEFINITIONS, SHARES
from v1vlm.errors import InputError, UnknownNameError
from v1vlm.protocols import (
    ALL,
    PROTOCOLS,
    AtReceptiveField,
    DirectionTuning,
    NaturalImages,
    PhaseModulation,
    PlaidTuning,
    Protocol,
    RecordedGabors,
    Site,
    SizeTuning,
    SpatialFrequencyTuning,
    SurroundModulation,
    name_of,
    protocol,
)
from v1vlm.stimuli import Screen

SCREEN = Screen()
SITE = Site(azimuth_deg=10.0, elevation_deg=-5.0, orientation_deg=30.0)


@pytest.mark.parametrize("cls", PROTOCOLS, ids=name_of)
def test_conditions_are_the_whole_grid_in_order(cls) -> None:
    design = cls()
    axes = design.axes()
    conditions = design.conditions()
    assert len(conditions) == np.prod([len(values) for values in axes.values()])
    numbers = np.unravel_index(np.arange(len(conditions)), [len(v) for v in axes.values()])
    for condition, places in zip(conditions, zip(*numbers, strict=True), strict=True):
        expected = {name: axes[name][i] for name, i in zip(axes, places, strict=True)}
        assert condition.labels == expected


@pytest.mark.parametrize("cls", PROTOCOLS, ids=name_of)
def test_protocols_are_data(cls) -> None:
    design = cls()
    assert Protocol.from_json(design.to_json()) == design
    assert design.title
    assert design.citation
    assert set(design.outcomes) <= set(DEFINITIONS)
    lasts = SCREEN.frames(design.duration_s)
    for condition in design.conditions(SITE)[:: max(1, len(design.conditions()) // 9)]:
        assert len(condition.stimulus.render(SCREEN)) in (1, lasts)


def test_every_definition_is_an_outcome() -> None:
    outcomes = {name for cls in ALL for name in cls.outcomes}
    assert outcomes == set(DEFINITIONS)
    assert outcomes >= SHARES


def test_protocols_are_found_by_name_and_number() -> None:
    assert (
        len({cls.id for cls in PROTOCOLS}) == len({name_of(c) for c in PROTOCOLS}) == len(PROTOCOLS)
    )
    assert protocol("size") == protocol("P6") == protocol("p6") == SizeTuning()
    with pytest.raises(UnknownNameError, match=r"called 'sise'.\nDid you mean 'size'\?"):
        protocol("sise")


@pytest.mark.parametrize(
    "cls", [cls for cls in PROTOCOLS if issubclass(cls, AtReceptiveField)], ids=name_of
)
def test_centred_protocols_move_and_turn_with_the_site(cls) -> None:
    for condition in cls().conditions(SITE):
        stimulus = condition.stimulus
        assert (stimulus.azimuth_deg, stimulus.elevation_deg) == (10.0, -5.0)
        if stimulus.scales()["contrast"]:
            turn = float(condition.labels["turn_deg"])
            assert stimulus.orientation_deg == pytest.approx((30.0 + turn) % 360)


def shift_of(movie: np.ndarray) -> tuple[float, float]:
    """How far (right, up) the strongest component of a movie moves per frame, in cycles."""
    spectra = np.fft.fft2(movie.astype(float) - 127.0)
    row, column = np.unravel_index(np.abs(spectra[0])[:, 1:32].argmax(), (36, 31))
    right, down = (column + 1) / 64, np.fft.fftfreq(36)[row]
    phase = -np.angle((spectra[1:, row, column + 1] / spectra[:-1, row, column + 1]).mean())
    return phase * right, -phase * down


@pytest.mark.parametrize(("direction", "signs"), [(0, (-1, 0)), (180, (1, 0)), (225, (1, 1))])
def test_directions_are_those_of_the_recordings(direction, signs) -> None:
    """0° leftward, 180° right, 225° up and right; of gratings as of Gabors."""
    gratings = DirectionTuning(directions_deg=(direction,), phases_deg=(0.0,))
    gabors = RecordedGabors(directions_deg=(direction,))
    for condition in (gratings.conditions()[0], gabors.conditions()[2]):
        moved = np.array(shift_of(condition.stimulus.render(SCREEN)))
        strong = np.abs(moved) > 0.3 * np.abs(moved).max()
        assert np.sign(moved * strong).tolist() == list(signs)


def test_recorded_gabors_are_the_56_movies() -> None:
    """Frame for frame what the recorded stimulus is said to be (docs/energy-twin.md)."""
    conditions = RecordedGabors().conditions()
    assert len(conditions) == 56
    x, y = (np.arange(64) - 31.5) / 18, (17.5 - np.arange(36)) / 18
    for condition in conditions[::5]:
        wave, hz = RecordedGabors().combinations[int(condition.labels["combination"])]
        angle = np.radians(condition.labels["direction_deg"] + 180.0)
        along = np.cos(angle) * x + np.sin(angle) * y[:, None]
        cycles = along / wave - hz * np.arange(25)[:, None, None] / 30
        window = np.exp(-(x**2 + y[:, None] ** 2) / (2 * 0.3**2))
        expected = np.rint(127 + 127 * window * np.cos(2 * np.pi * cycles))
        movie = condition.stimulus.render(SCREEN)
        assert movie.shape == (25, 36, 64)
        assert np.abs(movie - expected).max() <= 1
        assert np.mean(movie != expected) < 1e-3


def test_a_disc_and_its_hole_make_the_whole_grating() -> None:
    design = SizeTuning(diameters_deg=(0.0, 20.0, 40.0, 60.0), phases_deg=(37.0,))
    shown = {
        (c.labels["aperture"], c.labels["diameter_deg"]): c.stimulus.contrast_image(SCREEN)
        for c in design.conditions(SITE)
        if c.labels["turn_deg"] == 0.0
    }
    whole = shown["inverse", 0.0]
    assert not shown["classical", 0.0].any()
    for diameter in design.diameters_deg:
        both = shown["classical", diameter] + shown["inverse", diameter]
        np.testing.assert_allclose(both, np.broadcast_to(whole, both.shape), atol=1e-5)


def test_surrounds_share_their_centre() -> None:
    design = SurroundModulation(contrasts=(0.5, 1.0), phases_deg=(0.0,), turns_deg=(0.0,))
    u, v = SCREEN.local_deg(SITE.azimuth_deg, SITE.elevation_deg)
    inside, outside = np.hypot(u, v) < 6, np.hypot(u, v) > 15
    shown = {
        c.labels["surround"]: c.stimulus.contrast_image(SCREEN)
        for c in design.conditions(SITE)
        if c.labels["contrast"] == 1.0
    }
    assert not shown["none"][:, outside].any()
    for name in ("iso", "cross +90", "cross -90"):
        np.testing.assert_allclose(shown[name][:, inside], shown["none"][:, inside], atol=1e-5)
        assert shown[name][:, outside].std() > 0.3
    assert np.abs(shown["iso"] - shown["cross +90"])[:, outside].mean() > 0.3


def test_scrambled_images_share_the_spectrum_of_their_partner() -> None:
    shown = {
        (c.labels["ensemble"], c.labels["image"]): c.stimulus.contrast_image(SCREEN)[0]
        for c in NaturalImages(n_images=12).conditions()
    }
    for number in range(12):
        natural, scrambled = (shown[e, float(number)] for e in ("natural", "scrambled"))
        spectra = [np.abs(np.fft.fft2(image)) for image in (natural, scrambled)]
        np.testing.assert_allclose(spectra[0], spectra[1], atol=1e-3 * spectra[0].max())
        assert np.abs(natural - scrambled).mean() > 0.05
    assert len({image.tobytes() for image in shown.values()}) == 36


@given(st.sampled_from([4, 8, 12, 16]), st.integers(1, 4), st.floats(0.02, 0.1))
@settings(max_examples=20, deadline=None)
def test_parameters_reach_the_stimuli(n_directions, n_phases, frequency) -> None:
    design = DirectionTuning(
        directions_deg=tuple(360.0 * i / n_directions for i in range(n_directions)),
        phases_deg=tuple(90.0 * i for i in range(n_phases)),
        spatial_frequency_cpd=frequency,
        contrast=0.3,
    )
    conditions = design.conditions()
    assert len({c.stimulus.digest() for c in conditions}) == n_directions * n_phases
    for condition in conditions:
        stimulus = condition.stimulus
        assert (stimulus.orientation_deg + 90) % 360 == condition.labels["direction_deg"]
        assert stimulus.phase_deg == condition.labels["phase_deg"]
        assert stimulus.spatial_frequency_cpd == frequency
        assert stimulus.contrast == 0.3


@pytest.mark.parametrize(
    ("cls", "changes", "said"),
    [
        (DirectionTuning, {"window_s": (0.5, 1.5)}, "window 0.5-1.5 s is not in 0-1 s"),
        (PhaseModulation, {"temporal_frequency_hz": 2.3}, "holds 4.6 cycles"),
        (PlaidTuning, {"half_angle_deg": 45.0}, "multiple of the spacing"),
        (SpatialFrequencyTuning, {"spatial_frequencies_cpd": (0.02, 0.04)}, "at least 5"),
        (DirectionTuning, {"direction_deg": (0.0,)}, "Extra inputs"),
    ],
)
def test_designs_that_do_not_fit_together_are_refused(cls, changes, said) -> None:
    with pytest.raises(ValidationError, match=said):
        cls(**changes)
    with pytest.raises(InputError, match=said):
        cls.from_json({**cls().to_json(), **changes})


PAGE = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text("utf-8")


def test_the_page_lists_every_protocol_as_it_is() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows.pop(0)[:2] == ["| `receptive_fields`", "P1"]
    assert len(rows) == len(PROTOCOLS)
    for cls, (name, number, title, _, n_stimuli, shown) in zip(PROTOCOLS, rows, strict=True):
        assert (name, number) == (f"| `{name_of(cls)}`", cls.id)
        assert title == f"{cls.title} ({cls.citation})"
        assert int(n_stimuli) == len({c.stimulus.digest() for c in cls().conditions()})
        at = "receptive field |" if issubclass(cls, AtReceptiveField) else "screen |"
        assert shown == at


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)
    smaller = example.replace("neurons=40", "neurons=8,no-surround,no-untuned-pool")
    assert smaller != example
    exec(compile(smaller, "protocols.md", "exec"), {})
    out = capsys.readouterr().out
    assert "{'asked': 8, 'placed': 8, 'driven': 8}" in out
    assert "(neuron: 8, direction_deg: 16)" in out
