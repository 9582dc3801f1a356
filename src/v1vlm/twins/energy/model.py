"""The energy twin: a simulated subject whose mechanisms are known."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from v1vlm import responses
from v1vlm.errors import InputError
from v1vlm.records import digest
from v1vlm.stimuli import Screen
from v1vlm.twins.base import Behaviour, BehaviourLike, TwinCard, check_frames, check_neurons
from v1vlm.twins.energy.engine import Engine
from v1vlm.twins.energy.parameters import MECHANISMS, EnergySpec, Population, draw_population

VERSION = 1
"""Raised whenever the arithmetic changes."""

STATES = {
    "still": Behaviour(running=0.0, pupil_sd=0.0),
    "mean": Behaviour(running=5.0, pupil_sd=0.0),
    "running": Behaviour(running=20.0, pupil_sd=1.0),
}
"""What the named behaviours mean."""

_HALF_RUNNING = 5.0
_PUPIL_GAIN = 0.05

_PLANTED = {
    "direction": "direction selectivity by opponent motion energy",
    "normalisation": "contrast saturation by divisive normalisation",
    "simple": "a continuum from simple to complex cells",
    "surround": "iso-orientation-tuned divisive surround, one frame late",
    "untuned-pool": "untuned drive and normalisation from a local pool",
}

_BLIND_SPOTS = (
    "no noise: the same movie always gives the same response",
    "no adaptation, and no memory beyond 15 frames",
    "no feedback, no plasticity, no cell types",
    "no colour and no binocular disparity",
    "parameters independent across neurons: no clustering, no depth profile, no OFF dominance",
    "running and pupil only scale responses, by a gain of each neuron",
    "no inverse-tuned neurons: nothing is driven by the surround alone",
)

_CITATION = (
    "Adelson & Bergen 1985, J Opt Soc Am A 2:284; Carandini & Heeger 2012, Nat Rev Neurosci "
    "13:51; Keller et al. 2020, Neuron 108:1181"
)


class EnergyTwin:
    """A population of motion-energy neurons with divisive normalisation and a tuned surround.

    Parameters
    ----------
    spec : EnergySpec
        Size, population and mechanisms left out.
    """

    def __init__(self, spec: EnergySpec | None = None) -> None:
        self._spec = spec or EnergySpec()
        self._population = draw_population(self._spec)
        self._screen = Screen()
        self._engine = Engine(self._spec, self._population, self._screen)
        self._card = self._make_card()

    @property
    def card(self) -> TwinCard:
        """What the twin is."""
        return self._card

    @property
    def population(self) -> Population:
        """The planted truth, for the gym and the tests; the laboratory never reads it."""
        return self._population

    @property
    def neurons(self) -> xr.Dataset:
        """Table along ``neuron``: ``id``, ``x_um``, ``y_um``, ``depth_um``."""
        people = self._population
        columns = {
            "id": np.arange(people.size),
            "x_um": people.x_um,
            "y_um": people.y_um,
            "depth_um": people.depth_um,
        }
        return xr.Dataset({name: ("neuron", values.copy()) for name, values in columns.items()})

    def respond(
        self,
        frames: NDArray[np.uint8],
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
        lead_in_s: float | None = None,
    ) -> xr.DataArray:
        """Responses (stimulus, neuron, time), exactly one time point per frame.

        Parameters
        ----------
        frames : uint8 array (stimulus, frame, y, x)
            Static stimuli, as broadcast views or as copies, take a fast path.
        neurons : array of int, optional
            Indices into the table; only their filters are computed.
        behaviour : optional
            ``"still"`` by default. Neuron i is scaled by
            exp(m · log gᵢ + .05 · pupil_sd), m = running / (running + 5), median g 1.4.
        lead_in_s : float, optional
            Grey before onset. The steady state of grey is known, so any duration gives the
            same responses and costs nothing.

        Raises
        ------
        InputError
            For frames, neurons, behaviour or lead-in that the twin cannot use.
        """
        check_frames(frames, self._screen)
        index = check_neurons(neurons, self._population.size)
        scale = self._scale(behaviour, index)
        if lead_in_s is not None and not 0.0 <= lead_in_s < np.inf:
            raise InputError(
                f"A grey lead-in of {lead_in_s} s cannot be shown.", "Give seconds, 0 or more."
            )
        values = self._engine.respond(frames, index)
        values += self._population.baseline[index].astype(np.float32)[:, None]
        values *= scale[:, None]
        card = self._card
        return responses.label(values, index, card.screen.frame_rate_hz, card.response_units)

    def _scale(
        self, behaviour: BehaviourLike | None, index: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        wanted = "still" if behaviour is None else behaviour
        state = STATES.get(wanted) if isinstance(wanted, str) else wanted
        if not isinstance(state, Behaviour):
            raise InputError(
                f"The energy twin does not know the behaviour {behaviour!r}.",
                f"Give {', '.join(map(repr, STATES))} or Behaviour(running, pupil_sd).",
            )
        moving = state.running / (state.running + _HALF_RUNNING)
        people = self._population
        exponent = moving * np.log(people.running_gain[index]) + _PUPIL_GAIN * state.pupil_sd
        return np.asarray(people.gain[index] * np.exp(exponent), np.float32)

    def _make_card(self) -> TwinCard:
        people, spec = self._population, self._spec
        identity = {"version": VERSION, "spec": spec.to_json(), "parameters": people.digests()}
        return TwinCard(
            name=spec.name,
            digest=digest(identity),
            species="simulated mouse",
            area="V1",
            mice=(f"energy-{spec.population}",),
            n_neurons=people.size,
            screen=self._screen,
            response_units="a.u.",
            behaviours=tuple(STATES),
            mechanisms=tuple(_PLANTED[name] for name in MECHANISMS if name not in spec.without),
            blind_spots=_BLIND_SPOTS,
            citation=_CITATION,
            planted=True,
        )
