"""validate_twin accepts what keeps the contract and names the clause that is broken."""

from functools import cache

import numpy as np
import pytest
import xarray as xr

from v1vlm import responses
from v1vlm.errors import ContractError, InputError
from v1vlm.stimuli import Screen
from v1vlm.testing import TwinContract
from v1vlm.twins import Behaviour, Twin, TwinCard, check_frames, check_neurons, validate_twin
from v1vlm.twins.energy import MECHANISMS, load


class TinyTwin:
    """Three linear neurons that see the left, middle and right of the screen."""

    card = TwinCard(
        name="tiny",
        digest="0",
        species="none",
        area="none",
        mice=("tiny-1",),
        n_neurons=3,
        screen=Screen(),
        response_units="grey levels",
    )

    @property
    def neurons(self):
        places = np.arange(3.0)
        columns = {"id": places, "x_um": places, "y_um": places, "depth_um": places}
        return xr.Dataset({name: ("neuron", values) for name, values in columns.items()})

    def respond(self, frames, *, neurons=None, behaviour=None, lead_in_s=None):
        check_frames(frames, self.card.screen)
        index = check_neurons(neurons, 3)
        if behaviour not in (None, "still"):
            raise InputError(f"The tiny twin is always still, not {behaviour!r}.", "Give 'still'.")
        return responses.label(self.values(frames)[:, index], index, 30.0, "grey levels")

    def values(self, frames):
        thirds = np.array_split(frames.astype(float), 3, axis=3)
        return np.stack([third.mean((2, 3)) for third in thirds], axis=1)


class TestTinyTwin(TwinContract):
    def make_twin(self):
        return TinyTwin()


@cache
def small_energy_twin():
    return load("neurons=24")


class TestEnergyTwin(TwinContract):
    def make_twin(self):
        return small_energy_twin()


VARIANTS = (
    *("blind", "linear"),
    *(f"no-{name}" for name, mechanism in MECHANISMS.items() if mechanism.usual),
    *(f"{name}=0.5" for name, mechanism in MECHANISMS.items() if not mechanism.usual),
)


@pytest.mark.parametrize("arg", VARIANTS)
def test_every_variant_keeps_the_contract(arg):
    validate_twin(load(f"{arg},neurons=12"))


def test_twins_satisfy_the_protocol():
    assert isinstance(TinyTwin(), Twin)
    assert isinstance(small_energy_twin(), Twin)


def test_a_good_twin_is_valid():
    validate_twin(TinyTwin())
    validate_twin(small_energy_twin())


def test_the_contract_asks_for_a_twin():
    with pytest.raises(NotImplementedError, match="make_twin"):
        TwinContract().make_twin()


class NoCard(TinyTwin):
    card = "tiny"


class MiscountedCard(TinyTwin):
    card = TinyTwin.card.model_copy(update={"n_neurons": 4})


class NoDepth(TinyTwin):
    @property
    def neurons(self):
        return super().neurons.drop_vars("depth_um")


class RepeatedIds(TinyTwin):
    @property
    def neurons(self):
        table = super().neurons
        return table.assign(id=("neuron", [0, 1, 1]))


class NowhereNeurons(TinyTwin):
    @property
    def neurons(self):
        return super().neurons.assign(x_um=("neuron", [0.0, np.nan, 1.0]))


class WrongAxis(TinyTwin):
    @property
    def neurons(self):
        return super().neurons.rename(neuron="cell")


class DropsFirstFrame(TinyTwin):
    def values(self, frames):
        return super().values(frames)[:, :, 1:]


class PlainArray(TinyTwin):
    def respond(self, frames, **options):
        return super().respond(frames, **options).values


class LateClock(TinyTwin):
    def respond(self, frames, **options):
        shown = super().respond(frames, **options)
        return shown.assign_coords(time=shown["time"] + 0.1)


class UnnumberedNeurons(TinyTwin):
    def respond(self, frames, **options):
        return super().respond(frames, **options).drop_vars("neuron")


class NotANumber(TinyTwin):
    def values(self, frames):
        return np.log(super().values(frames) - 128)


class Noisy(TinyTwin):
    def __init__(self):
        self.rng = np.random.default_rng(0)

    def values(self, frames):
        clean = super().values(frames)
        return clean + self.rng.normal(size=clean.shape)


class Remembers(TinyTwin):
    """Adapts to the movie that was shown last, unless it is the same."""

    last, adapted = np.zeros(1), 0.0

    def values(self, frames):
        if not np.array_equal(self.last, frames):
            self.adapted = 0.1 * self.last.mean()
        self.last = frames.copy()
        return super().values(frames) - self.adapted


class NormalisesBatch(TinyTwin):
    def values(self, frames):
        values = super().values(frames)
        return values - values.mean()


class LooksAtStrides(TinyTwin):
    def values(self, frames):
        return super().values(frames) * (1 if frames.strides[1] else 2)


class NeighboursMatter(TinyTwin):
    def respond(self, frames, *, neurons=None, **options):
        shown = super().respond(frames, neurons=neurons, **options)
        return shown - shown.mean("neuron")


class IgnoresNeurons(TinyTwin):
    def respond(self, frames, *, neurons=None, **options):
        check_neurons(neurons, 3)
        return super().respond(frames, **options)


class RunsByDefault(TinyTwin):
    def respond(self, frames, *, behaviour=None, **options):
        shown = super().respond(frames, behaviour=behaviour, **options)
        return shown * (2.0 if behaviour is None else 1.0)


class BreaksWhenRunning(TinyTwin):
    card = TinyTwin.card.model_copy(update={"behaviours": ("still", "running")})

    def respond(self, frames, *, behaviour=None, **options):
        if behaviour == "running":
            return super().respond(frames, **options) * np.inf
        return super().respond(frames, behaviour=behaviour, **options)


class TakesAnyBehaviour(TinyTwin):
    def respond(self, frames, *, behaviour=None, **options):
        return super().respond(frames, **options)


class TakesFloats(TinyTwin):
    def respond(self, frames, **options):
        return super().respond(frames.astype(np.uint8), **options)


class RefusesRudely(TinyTwin):
    def respond(self, frames, **options):
        try:
            return super().respond(frames, **options)
        except InputError as error:
            raise RuntimeError("no") from error


@pytest.mark.parametrize(
    ("broken", "clause"),
    [
        (NoCard, "card: expected a TwinCard, got str"),
        (MiscountedCard, "n_neurons=4, the table has 3"),
        (NoDepth, "'depth_um' is missing"),
        (RepeatedIds, "ids are not unique"),
        (NowhereNeurons, "x_um is not finite"),
        (WrongAxis, "Dataset along 'neuron'"),
        (DropsFirstFrame, "1 frames must give the shape"),
        (PlainArray, "expected a DataArray"),
        (LateClock, "time must start at 0 s"),
        (UnnumberedNeurons, "the coordinate 'neuron'"),
        (NotANumber, "finite floats"),
        (Noisy, "deterministic: the same frames"),
        (Remembers, "memory: a movie shown in between"),
        (NormalisesBatch, "batch: a stimulus alone"),
        (LooksAtStrides, "static: an image"),
        (NeighboursMatter, "a subset differs from the slice"),
        (IgnoresNeurons, "asked for"),
        (BreaksWhenRunning, "'running' is on the card"),
        (RunsByDefault, "the default is not 'still'"),
        (TakesAnyBehaviour, "behaviour: an unknown name must be refused, and was answered"),
        (TakesFloats, "dtype: frames of float32 must be refused, and was answered"),
        (RefusesRudely, "float32 must be refused with an InputError, got RuntimeError"),
    ],
)
@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_the_broken_clause_is_named(broken, clause):
    with pytest.raises(ContractError, match=clause.replace("(", r"\(")):
        validate_twin(broken())


def test_exact_behaviour_of_the_energy_twin():
    frames = np.random.default_rng(0).integers(0, 256, (1, 3, 36, 64), dtype=np.uint8)
    twin = small_energy_twin()
    exact = twin.respond(frames, behaviour=Behaviour(running=0.0, pupil_sd=0.0))
    xr.testing.assert_equal(exact, twin.respond(frames, behaviour="still"))
    faster = [
        twin.respond(frames, behaviour=Behaviour(running=speed)).mean().item()
        for speed in (0.0, 2.0, 10.0, 50.0)
    ]
    assert np.all(np.diff(faster) > 0)
    ratio = twin.respond(frames, behaviour="running") / twin.respond(frames)
    assert float(ratio.median()) > 1.1
    assert float(ratio.std("time").max()) < 1e-5  # a gain, and nothing but a gain
