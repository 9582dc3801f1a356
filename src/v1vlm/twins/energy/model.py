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
from v1vlm.twins.energy import noise
from v1vlm.twins.energy.blind import BlindEngine
from v1vlm.twins.energy.engine import Engine
from v1vlm.twins.energy.mechanisms import MECHANISMS, EnergySpec
from v1vlm.twins.energy.parameters import Population, draw_population

VERSION = 3
"""Raised whenever the arithmetic changes."""

STATES = {
    "still": Behaviour(running=0.0, pupil_sd=0.0),
    "mean": Behaviour(running=5.0, pupil_sd=0.0),
    "running": Behaviour(running=20.0, pupil_sd=1.0),
}
"""What the named behaviours mean."""

_HALF_RUNNING = 5.0
_PUPIL_GAIN = 0.05

_BLIND_SPOTS = (
    "no noise unless asked for: the same movie always gives the same response",
    "no adaptation, and no memory beyond 15 frames",
    "no feedback, no plasticity, no cell types",
    "no colour and no binocular disparity",
    "parameters of a neuron other than its preference, place and depth are independent",
    "running and pupil only scale responses, by a gain of each neuron",
    "no inverse-tuned neurons unless planted: nothing is driven by the surround alone",
)

_BLIND = ("sees nothing: responses are noise keyed by the pixels",)

_LINEAR = "one linear filter and a rectifier for each neuron"

_CITATION = (
    "Adelson & Bergen 1985, J Opt Soc Am A 2:284; Carandini & Heeger 2012, Nat Rev Neurosci "
    "13:51; Keller et al. 2020, Neuron 108:1181"
)


class EnergyTwin:
    """A population of motion-energy neurons with divisive normalisation and a tuned surround.

    Parameters
    ----------
    spec : EnergySpec
        Size, population, variant and strengths of the mechanisms.
    """

    def __init__(self, spec: EnergySpec | None = None) -> None:
        self._spec = spec or EnergySpec()
        self._population = draw_population(self._spec)
        self._screen = Screen()
        self._engine: Engine | BlindEngine
        if self._spec.variant == "blind":
            self._engine = BlindEngine(self._population)
        else:
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
            exp(m · log gᵢ + .05 · pupil_sd), m = running / (running + 5), median g 1.4; both
            terms times the strength of the mechanism ``running``.
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

    def trials(
        self,
        frames: NDArray[np.uint8],
        n_trials: int,
        seed: int,
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
    ) -> xr.DataArray:
        """Mean responses over the movie in single noisy trials (trial, stimulus, neuron).

        The noise is that of recorded trials (`noise`), relative to each response and of a size
        of each neuron's own. `respond` never has any.

        Parameters
        ----------
        frames, neurons, behaviour
            As for `respond`.
        n_trials : int
            Trials of every stimulus.
        seed : int
            Equal seeds give equal noise.

        Raises
        ------
        InputError
            As for `respond`, and for fewer than one trial.
        """
        if n_trials < 1:
            raise InputError(f"{n_trials} trials cannot be shown.", "Give 1 or more.")
        index = check_neurons(neurons, self._population.size)
        means = self.respond(frames, neurons=index, behaviour=behaviour).values.mean(2).T
        spread = self._population.trial_sd[index]
        values = np.stack(
            [noise.noisy_means(means, spread, 1, [seed, trial]).T for trial in range(n_trials)]
        )
        return xr.DataArray(
            values,
            dims=("trial", "stimulus", "neuron"),
            coords={"neuron": index},
            attrs={"units": self._card.response_units},
            name="response",
        )

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
        wider = _PUPIL_GAIN * state.pupil_sd * self._spec.strength("running")
        exponent = moving * np.log(people.running_gain[index]) + wider
        return np.asarray(people.gain[index] * np.exp(exponent), np.float32)

    def _make_card(self) -> TwinCard:
        people, spec = self._population, self._spec
        identity = {"version": VERSION, "spec": spec.to_json(), "parameters": people.digests()}
        if "running" in spec.strengths:
            # The pupil's gain follows this strength only since then; the others are as they were.
            identity["state"] = "running and pupil"
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
            mechanisms=_said(spec),
            blind_spots=_BLIND if spec.variant == "blind" else _BLIND_SPOTS,
            citation=_CITATION,
            planted=True,
            # Populations and variants share one set of hand-fitted parameters and one code.
            lineage="energy",
        )


def _said(spec: EnergySpec) -> tuple[str, ...]:
    """The mechanisms that are there, in words with strength and citation."""
    said = [_LINEAR] if spec.variant == "linear" else []
    for name in spec.present:
        mechanism, strength = MECHANISMS[name], spec.strength(name)
        how = "" if strength == 1.0 else f", strength {strength:g}"
        said.append(f"{name}{how}: {mechanism.says} ({mechanism.citation})")
    return tuple(said)
