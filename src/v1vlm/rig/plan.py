"""What a chunk of draws depends on, as a frozen request."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.claims import NeuronRule
from v1vlm.records import Record
from v1vlm.stimuli import Contrast, Screen

LEAD_S = 0.5
"""Grey shown, and recorded, before onset and after offset of exemplar draws."""

SECONDARY_S = {"early": (0.05, 0.25), "late": (0.4, 1.0)}
"""Windows that are always reported beside the registered one, in seconds from onset.

The same as shares of a window are `v1vlm.analysis.built_in.EARLY` and ``LATE``.
"""

OFFSET_S = (0.0, 0.5)
"""The window after offset; of exemplar draws, the only ones recorded for so long."""


BLOCK = 1_000_000
"""Distances between places and neurons that are computed at a time, to bound memory."""


class DrawPlan(Record):
    """A chunk of draws of one arm; its digest is the memo's key.

    Attributes
    ----------
    control : Contrast or None
        For an arm that expects the effect absent, the main contrast: every draw then shows
        both, at one place and to the same neurons.
    seeds : tuple of int
        One per draw.
    exemplar : bool
        Keep example frames and population traces from before onset until after offset.
    guarded : bool
        Let the stimulus guard look at these draws.
    void : tuple of int
        Seeds of draws that count for no neuron, which makes them invalid: of painted images that
        do not show what they should.
    secondary : bool
        Also summarise the secondary windows (see `SECONDARY_S` and `OFFSET_S`), and other neuron
        rules (see `v1vlm.rig.specifications`).
    """

    contrast: Contrast
    control: Contrast | None = None
    rule: NeuronRule
    measure: str
    window_s: tuple[float, float]
    behaviour: str = "still"
    seeds: tuple[int, ...]
    twin: str
    physiology: str
    exemplar: bool = False
    guarded: bool = False
    secondary: bool = False
    void: tuple[int, ...] = ()

    def request(self) -> dict[str, Any]:
        """The request that the memo is keyed by."""
        return {"effect": "show", "plan": self.to_json()}


def placements(physiology: Physiology, rule: NeuronRule, screen: Screen) -> NDArray[np.float64]:
    """Places (n, 2), azimuth and elevation in degrees, to centre stimuli on.

    The pixels that hold the receptive-field centres of the rule's candidates, one entry per
    candidate, so that position is sampled like the neurons are. Left out are pixels off the
    screen and those with less than half the usual number of candidates around them: a draw
    there would select too few neurons to count.
    """
    index = rule.candidates(physiology)
    azimuth, elevation = physiology["rf_azimuth_deg"][index], physiology["rf_elevation_deg"][index]
    measured = np.isfinite(azimuth)
    row, column = (np.rint(p) for p in screen.to_pixels(azimuth[measured], elevation[measured]))
    height, width = screen.shape
    on_screen = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    places = np.stack(screen.to_degrees(row[on_screen], column[on_screen]), axis=1)
    if rule.within_deg is None or not len(places):
        return places
    here = (azimuth[measured][:, None], elevation[measured][:, None])
    pixels, pixel = np.unique(places, axis=0, return_inverse=True)
    some = np.array_split(pixels, -(-len(pixels) * len(here[0]) // BLOCK))
    near = np.concatenate(
        [(angular_distance_deg(*here, p.T) <= rule.within_deg).sum(axis=0) for p in some]
    )[pixel.reshape(-1)]
    kept: NDArray[np.float64] = places[near >= max(rule.minimum, 0.5 * float(np.median(near)))]
    return kept
