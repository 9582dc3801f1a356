"""What cannot be asked: by what would be shown, and by what is claimed."""

from __future__ import annotations

import pytest

from v1vlm.physiology import BlindSpot, blind_spots, reason_against
from v1vlm.stimuli import Grating, Screen

SPOTS = blind_spots(Screen())


def against(statement: str = "Stripes drive V1.", duration_s: float = 1.0, **grating: float):
    return reason_against(statement, [Grating(**grating)], duration_s, SPOTS)


def test_ordinary_claims_are_outside() -> None:
    assert against(temporal_frequency_hz=8.0, spatial_frequency_cpd=0.1) is None
    # At the limit itself two frames a cycle are shown.
    assert against(temporal_frequency_hz=15.0) is None
    for words in ("Learned contours", "colourless"):
        assert against(words.replace("Learned", "Illusory")) is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"spatial_frequency_cpd": 0.3}, "0.148 cycles/°"),
        ({"duration_s": 12.0}, "spatial|lasts at most 10 s"),
        ({"statement": "Red and green colours are told apart."}, "'colours'"),
        ({"statement": "Binocular disparity matters."}, "one eye"),
        ({"statement": "Perceptual learning sharpens tuning."}, "weights"),
        ({"statement": "Somatostatin-positive interneurons do it."}, "type"),
        ({"statement": "Silencing LM removes it."}, "anatomy"),
    ],
)
def test_the_reason_is_said(given, says) -> None:
    assert any(part in against(**given) for part in says.split("|"))


def test_too_fast_for_a_slow_screen() -> None:
    slow = blind_spots(Screen(frame_rate_hz=10.0))
    reason = reason_against("x", [Grating(temporal_frequency_hz=6.0)], 1.0, slow)
    assert reason == ("temporal frequency of 6: the screen of 10 Hz shows nothing faster than 5 Hz")


def test_finer_gratings_can_be_seen_off_the_centre() -> None:
    """A flat monitor has more pixels to the degree at its edge."""
    fine = [Grating(spatial_frequency_cpd=0.2)]
    assert reason_against("x", fine, 1.0, SPOTS) is not None
    assert reason_against("x", fine, 1.0, blind_spots(Screen(), 50.0, 0.0)) is None


def test_spots_round_trip() -> None:
    for spot in SPOTS:
        assert BlindSpot.from_json(spot.to_json()) == spot
