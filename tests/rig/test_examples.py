"""What is kept of the first draws for readers, and the windows beside the registered one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests import fakes
from v1vlm.analysis.neurons import Physiology
from v1vlm.rig import LEAD_S, DrawPlan, Rig
from v1vlm.stimuli import Draw


@pytest.fixture
def plan(plan: DrawPlan) -> DrawPlan:
    """A second long, so that it holds the early and the late window."""
    contrast = fakes.noise_contrast(0.6, 0.3).model_copy(update={"duration_s": 1.0})
    changes = {"contrast": contrast, "window_s": (0.0, 1.0), "exemplar": True, "secondary": True}
    return plan.model_copy(update={**changes, "seeds": tuple(range(5))})


def answered(rig: Rig, plan: DrawPlan, draw: Draw) -> np.ndarray:
    """Responses (condition, neuron, time) with grey around the draw, by hand."""
    frames, _ = plan.contrast.render(draw, rig.screen)
    rate = rig.screen.frame_rate_hz
    movies = np.repeat(frames, round(rate * plan.contrast.duration_s), axis=1)
    lead = round(rate * LEAD_S)
    grey = np.full((len(movies), lead, *rig.screen.shape), rig.screen.grey, np.uint8)
    return rig.twin.respond(np.concatenate([grey, movies, grey], axis=1)).values


def test_waveforms_are_means_over_the_even_and_the_odd_draws(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(plan, physiology)
    neurons = answer["waveform_neurons"]
    expected: list[list[Any]] = [[[] for _ in neurons] for _ in range(2)]
    for i, draw in enumerate(rig.draws(plan, physiology)[0]):
        values = answered(rig, plan, draw) / physiology["reference"][None, :, None]
        for n in answer["index"][answer["offsets"][i] : answer["offsets"][i + 1]]:
            expected[i % 2][list(neurons).index(n)].append(values[:, n])
    for half in range(2):
        for column, waves in enumerate(expected[half]):
            wave = np.mean(waves, axis=0) if waves else np.nan
            np.testing.assert_allclose(answer["waveforms"][half, :, column], wave, rtol=1e-5)


def test_the_field_holds_all_neurons_of_the_half_wherever_they_look(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    narrow = plan.rule.model_copy(update={"within_deg": 12.0, "minimum": 1})
    plan = plan.model_copy(update={"rule": narrow})
    answer = rig.show(plan, physiology)
    wide = plan.rule.model_copy(update={"within_deg": None})
    everyone = wide.candidates(physiology)
    np.testing.assert_array_equal(answer["field_neurons"], everyone)
    assert set(answer["index"]) < set(everyone)
    draw = rig.draws(plan, physiology)[0][3]
    lead = round(rig.screen.frame_rate_hz * LEAD_S)
    mean = answered(rig, plan, draw)[:, everyone, lead:-lead].mean(axis=2)
    np.testing.assert_allclose(
        answer["field"][3], mean / physiology["reference"][everyone], rtol=1e-5
    )
    np.testing.assert_allclose(answer["centres"][3], [draw.azimuth_deg, draw.elevation_deg])
    assert not answer["features_offsets"].any()


def test_secondary_windows_hold_their_own_times(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(plan, physiology)
    i, draw = 2, rig.draws(plan, physiology)[0][2]
    start, stop = answer["offsets"][i : i + 2]
    neurons = answer["index"][start:stop]
    values = answered(rig, plan, draw)[:, neurons] / physiology["reference"][neurons][:, None]
    time = np.arange(values.shape[2]) / rig.screen.frame_rate_hz - LEAD_S
    for name, low, high in (("early", 0.05, 0.25), ("late", 0.4, 1.0), ("offset", 1.0, 1.5)):
        a, b = values[:, :, (time >= low - 1e-9) & (time < high - 1e-9)].mean(axis=2)
        expected = np.divide(a - b, a + b, out=np.zeros_like(a), where=a + b > 0)
        found = answer[f"{name}_features"][start:stop, 0]
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_window_that_the_stimulus_does_not_reach_is_left_out(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    brief = plan.contrast.model_copy(update={"duration_s": 0.3})
    changes = {"contrast": brief, "window_s": (0.0, 0.3)}
    answer = rig.show(plan.model_copy(update=changes), physiology)
    assert "early_features" in answer
    assert "late_features" not in answer


def test_the_registered_window_is_not_given_twice(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(plan.model_copy(update={"window_s": (0.4, 1.0)}), physiology)
    assert "late_features" not in answer
