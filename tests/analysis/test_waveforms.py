"""Numbers of waveforms, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.analysis.waveforms import NUMBERS, order_of, waveform_numbers

TIME = np.arange(60) / 30 - 0.5


def bump(peak_s: float, width_s: float, height: float = 1.0) -> np.ndarray:
    inside = (TIME >= 0) & (TIME < 1)
    return height * np.maximum(1 - np.abs(TIME - peak_s) / width_s, 0) * inside


def test_a_triangle_has_the_numbers_that_one_reads_off_it() -> None:
    # Rises from 0.2 to 0.5 s and falls until 0.8 s.
    found = waveform_numbers(bump(0.5, 0.3), TIME, 1.0)
    assert set(found) == set(NUMBERS)
    assert found["half_maximum_s"] == pytest.approx(0.35)
    assert found["peak_s"] == pytest.approx(0.5)
    assert found["maxima"] == 1
    late = bump(0.5, 0.3)[(TIME >= 0.4 - 1e-9) & (TIME < 1 - 1e-9)].mean()
    assert found["transience"] == pytest.approx((1 - late) / (1 + late))
    assert found["offset"] == 0


def test_what_is_there_before_onset_is_no_response() -> None:
    plain = waveform_numbers(bump(0.5, 0.3), TIME, 1.0)
    raised = waveform_numbers(bump(0.5, 0.3) + 2.0, TIME, 1.0)
    for name in ("half_maximum_s", "peak_s", "maxima", "offset"):
        assert raised[name] == pytest.approx(plain[name])
    silent = waveform_numbers(np.full(60, 2.0), TIME, 1.0)
    assert np.isnan([silent[n] for n in ("half_maximum_s", "peak_s", "maxima", "transience")]).all()


def test_two_bumps_are_two_maxima_and_ripple_is_none() -> None:
    two = bump(0.2, 0.15) + bump(0.7, 0.15, 0.6)
    ripple = two + 0.02 * np.cos(np.pi * np.arange(60)) * ((TIME > 0) & (TIME < 1))
    found = waveform_numbers(np.stack([two, ripple]), TIME, 1.0)
    assert found["maxima"].tolist() == [2, 2]


def test_the_offset_response_is_what_comes_after_the_stimulus() -> None:
    wave = np.where((TIME >= 0) & (TIME < 1), 0.3, 0.0)
    wave[TIME >= 1.1] = 0.8
    assert waveform_numbers(wave, TIME, 1.0)["offset"] == pytest.approx(0.5)


def test_what_was_not_recorded_has_no_numbers() -> None:
    waves = np.stack([np.full(60, np.nan), bump(0.5, 0.3)])
    found = waveform_numbers(waves, TIME, 1.0)
    assert all(np.isnan(found[name][0]) for name in NUMBERS)
    assert all(np.isfinite(found[name][1]) for name in NUMBERS)


def test_a_time_base_without_the_stimulus_is_refused() -> None:
    with pytest.raises(ValueError, match="between onset and offset"):
        waveform_numbers(np.zeros(5), np.arange(-5, 0) / 30, 1.0)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.3, 5), st.floats(0.3, 0.7), st.floats(0.1, 0.3))
def test_latencies_do_not_depend_on_scale(gain: float, peak_s: float, width_s: float) -> None:
    one = waveform_numbers(bump(peak_s, width_s), TIME, 1.0)
    other = waveform_numbers(gain * bump(peak_s, width_s), TIME, 1.0)
    for name in ("half_maximum_s", "peak_s", "maxima", "transience"):
        assert other[name] == pytest.approx(one[name])


def test_neurons_are_ordered_by_latency_and_the_silent_come_last() -> None:
    waves = np.stack([np.zeros(60), bump(0.7, 0.2), bump(0.3, 0.2)])[None]
    assert order_of(waveform_numbers(waves, TIME, 1.0)).tolist() == [2, 1, 0]
