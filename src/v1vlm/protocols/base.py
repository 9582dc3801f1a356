"""A protocol: which stimuli are shown, on a grid of labelled conditions, and what is read off."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Annotated, ClassVar, Literal

import xarray as xr
from pydantic import Field, model_validator

from v1vlm.analysis.tuning.labelled import above_grey
from v1vlm.records import OpenRecord, Record
from v1vlm.stimuli import Stimulus

Label = float | str
Reading = Literal["mean", "modulation", "course"]
Angles = Annotated[tuple[Annotated[float, Field(ge=0, lt=360)], ...], Field(min_length=1)]


class Site(Record):
    """Where a protocol is shown: place and orientation that the neurons there prefer."""

    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0
    orientation_deg: float = Field(0.0, ge=0, lt=180)


SCREEN = Site()
"""The middle of the screen, for protocols that are shown to all neurons at once."""


class Condition(Record):
    """One stimulus with the value of everything that varies."""

    labels: dict[str, Label]
    stimulus: Stimulus


class Protocol(OpenRecord):
    """A design from the literature, as data; shown once to all neurons (see `AtReceptiveField`).

    Attributes
    ----------
    id, title, citation : str
        Of the class: number in the list of protocols, what it is, where it comes from.
    baseline : {"grey", "none"}
        What is taken from the responses, which are then floored at zero, before measuring.
    reads : tuple of {"mean", "modulation", "course"}
        What is kept of the responses to a condition, in the window.
    outcomes : tuple of str
        Columns of the table of measures; see `v1vlm.analysis.tuning.outcomes.DEFINITIONS`.
    window_s : (float, float) or None
        From onset; all of the stimulus by default.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    citation: ClassVar[str] = ""
    baseline: ClassVar[Literal["grey", "none"]] = "grey"
    reads: ClassVar[tuple[Reading, ...]] = ("mean",)
    outcomes: ClassVar[tuple[str, ...]] = ()

    duration_s: float = Field(1.0, gt=0, le=10)
    window_s: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _window_fits(self) -> Protocol:
        start, stop = self.window
        if not 0 <= start < stop <= self.duration_s + 1e-9:
            raise ValueError(f"the window {start:g}-{stop:g} s is not in 0-{self.duration_s:g} s")
        return self

    @property
    def window(self) -> tuple[float, float]:
        """What is read of the responses, in seconds from onset."""
        return (0.0, self.duration_s) if self.window_s is None else self.window_s

    def axes(self) -> Mapping[str, tuple[Label, ...]]:
        """What varies, and its values, in order; conditions are all combinations."""
        raise NotImplementedError

    def stimulus(self, labels: Mapping[str, Label], site: Site) -> Stimulus:
        """Stimulus of one condition."""
        raise NotImplementedError

    def conditions(self, site: Site = SCREEN) -> tuple[Condition, ...]:
        """All conditions; the last axis varies fastest."""
        axes = self.axes()
        combined = (dict(zip(axes, values, strict=True)) for values in product(*axes.values()))
        return tuple(
            Condition(labels=labels, stimulus=self.stimulus(labels, site)) for labels in combined
        )

    def measure(self, responses: xr.Dataset) -> xr.Dataset:
        """Table of the outcomes.

        Parameters
        ----------
        responses : Dataset
            ``mean``, ``modulation`` (neuron, *axes) or ``course`` (neuron, *axes, time), as
            `reads` says, and ``grey`` (neuron,): responses in the twin's units.

        Returns
        -------
        Dataset (neuron,)
            NaN where a neuron could not be measured.
        """
        if self.baseline == "none":
            return self._measured(responses)
        based = {
            name: above_grey(responses[name], responses["grey"])
            for name in ("mean", "course")
            if name in responses
        }
        return self._measured(responses.assign(based))

    def _measured(self, rates: xr.Dataset) -> xr.Dataset:
        raise NotImplementedError


class Drifting(Protocol):
    """What protocols of drifting gratings share."""

    spatial_frequency_cpd: float = Field(0.04, gt=0, le=0.5)
    temporal_frequency_hz: float = Field(2.0, gt=0, le=15)
    contrast: float = Field(1.0, gt=0, le=1)

    def _shared(self, labels: Mapping[str, Label], site: Site) -> dict[str, float]:
        """Parameters of a grating at a site; what is labelled wins."""
        turn = float(labels.get("turn_deg", 0.0))
        # A grating drifts in the direction orientation + 90°.
        orientation = (
            float(labels["direction_deg"]) - 90.0
            if "direction_deg" in labels
            else site.orientation_deg + turn
        )
        names = ("spatial_frequency_cpd", "temporal_frequency_hz", "phase_deg")
        given = {
            "spatial_frequency_cpd": self.spatial_frequency_cpd,
            "temporal_frequency_hz": self.temporal_frequency_hz,
            **{name: float(labels[name]) for name in names if name in labels},
        }
        return {
            "azimuth_deg": site.azimuth_deg,
            "elevation_deg": site.elevation_deg,
            "orientation_deg": orientation % 360.0,
            "duration_s": self.duration_s,
            **given,
        }


class AtReceptiveField(Drifting):
    """What protocols shown at the receptive field and preferred orientation of each neuron share.

    Attributes
    ----------
    pitch_deg, orientation_step_deg : float
        Neurons within a square of this side, and within this step of orientation, are shown
        the same stimuli.
    turns_deg : tuple of float
        Drifts against the neuron's preferred orientation; the measures take the better one.
    """

    pitch_deg: float = Field(5.0, gt=0, le=60)
    orientation_step_deg: float = Field(22.5, gt=0, le=90)
    turns_deg: Angles = (0.0, 180.0)


def even_angles(n: int) -> tuple[float, ...]:
    """Angles that part 360° evenly, from 0°."""
    return tuple(360.0 * i / n for i in range(n))
