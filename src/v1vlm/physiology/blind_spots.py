"""What no twin on a small, grey, 30 Hz screen can speak of, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from v1vlm.records import Record
from v1vlm.stimuli import Screen, Stimulus

TRIAL_S = 10.0
"""Trials have at most 300 frames (Turishcheva et al. 2023)."""


class BlindSpot(Record):
    """Something that a twin cannot be asked.

    Attributes
    ----------
    origin : {"screen", "model", "twin", "fact"}
        What it follows from: the screen, that it is a model of grey movies, the twin's own
        card, or a fact about mouse V1 that it misses.
    why : str
        One clause that says the reason.
    scale, above : str and float, optional
        A stimulus is in the blind spot if this of its `scales` is larger.
    words : tuple of str
        Regular expressions; a claim that contains one is about the blind spot.
    """

    id: str
    origin: Literal["screen", "model", "twin", "fact"]
    why: str = Field(min_length=1)
    scale: str | None = None
    above: float | None = None
    words: tuple[str, ...] = ()


_MODEL = (
    ("colour", "stimuli are grey levels of one channel", r"colou?rs?|chromatic|hues?|isoluminant"),
    ("disparity", "one screen is shown to one eye", r"binocular|disparit(?:y|ies)|stereops?is"),
    (
        "learning",
        "the weights of a model do not change",
        r"learning|learned|plasticity|trained mice",
    ),
    (
        "cell_types",
        "neurons carry no label of their type",
        r"cell[- ]types?|interneurons?|parvalbumin\S*|somatostatin\S*|(?:vip|pv|sst)[- ]?cells?",
    ),
    (
        "feedback",
        "the connections of a model are no anatomy",
        r"optogenetic\w*|silencing|higher visual areas?|thalam\w+|cortico\w+ feedback",
    ),
)


def blind_spots(
    screen: Screen, azimuth_deg: float = 0.0, elevation_deg: float = 0.0
) -> tuple[BlindSpot, ...]:
    """Blind spots that follow from the screen, and from being a model of grey movies.

    Parameters
    ----------
    screen : Screen
    azimuth_deg, elevation_deg : float
        Place whose Nyquist frequency counts; the centre, where it is lowest, by default.
    """
    fastest = screen.frame_rate_hz / 2
    finest = screen.nyquist_cpd(azimuth_deg, elevation_deg)
    of_screen = (
        BlindSpot(
            id="temporal_frequency",
            origin="screen",
            why=f"the screen of {screen.frame_rate_hz:g} Hz shows nothing faster than "
            f"{fastest:g} Hz",
            scale="temporal_frequency_hz",
            above=fastest,
        ),
        BlindSpot(
            id="spatial_frequency",
            origin="screen",
            why=f"the pixels at {azimuth_deg:.3g}°, {elevation_deg:.3g}° show nothing finer than "
            f"{finest:.3g} cycles/°",
            scale="spatial_frequency_cpd",
            above=finest,
        ),
        BlindSpot(
            id="slow",
            origin="model",
            why=f"a trial lasts at most {TRIAL_S:g} s and the twin is reset before it",
            scale="duration_s",
            above=TRIAL_S,
        ),
    )
    of_model = (
        BlindSpot(id=name, origin="model", why=why, words=(rf"\b(?:{words})(?!\w)",))
        for name, why, words in _MODEL
    )
    return (*of_screen, *of_model)


def reason_against(
    statement: str, stimuli: Iterable[Stimulus], duration_s: float, spots: Iterable[BlindSpot]
) -> str | None:
    """Why a claim lies in a blind spot; None if it lies in none.

    Parameters
    ----------
    statement : str
        The claim in words.
    stimuli : iterable of Stimulus
        What would be shown for it.
    duration_s : float
        How long.
    spots : iterable of BlindSpot
    """
    largest: dict[str, float] = {"duration_s": duration_s}
    for stimulus in stimuli:
        for scale, value in stimulus.scales().items():
            largest[scale] = max(value, largest.get(scale, value))
    for spot in spots:
        if spot.scale is not None and spot.above is not None:
            value = largest.get(spot.scale, spot.above)
            if value > spot.above * (1 + 1e-9):
                return f"{spot.id.replace('_', ' ')} of {value:.3g}: {spot.why}"
        for words in spot.words:
            found = re.search(words, statement, flags=re.IGNORECASE)
            if found:
                return f"it speaks of {found[0]!r}: {spot.why}"
    return None
