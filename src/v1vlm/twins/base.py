"""A digital twin of visual cortex: a subject behind a narrow protocol."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from v1vlm.errors import ContractError, InputError
from v1vlm.records import Record
from v1vlm.stimuli import Screen


class Behaviour(Record):
    """State of the animal during a trial.

    Attributes
    ----------
    running : float
        Running speed in the units of the recording.
    pupil_sd : float
        Pupil dilation, in recorded standard deviations from the median.
    """

    running: float = Field(0.0, ge=0)
    pupil_sd: float = 0.0


BehaviourLike = str | Behaviour
"""``"still"`` (median running and pupil; the default), ``"mean"``, ``"running"``, or exact."""


class TwinCard(Record):
    """What a twin is.

    Attributes
    ----------
    digest : str
        Changes whenever a response could change.
    mechanisms : tuple of str
        Planted truth, for the gym and the tests; the laboratory never reads it.
    longest_s : float, optional
        Longest movie that is answered after the usual lead-in; without, any length.
    planted : bool
        A simulated subject whose answers are known: results are demonstrations.
    lineage : str
        What was fitted once and is shared by every twin of the same lineage: the weights of a
        core, the parameters of a simulation. Twins of two lineages were made independently of
        each other; without one, a twin cannot be known to be independent of any.
    """

    name: str
    digest: str
    species: str
    area: str
    mice: tuple[str, ...] = Field(min_length=1)
    n_neurons: int = Field(gt=0)
    screen: Screen
    response_units: str
    behaviours: tuple[str, ...] = ("still",)
    longest_s: float | None = Field(None, gt=0)
    mechanisms: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    citation: str = ""
    planted: bool = False
    lineage: str = ""

    def public(self) -> dict[str, Any]:
        """The card as the laboratory sees it: without the planted truth."""
        return self.model_dump(mode="json", exclude={"mechanisms"})


@runtime_checkable
class Twin(Protocol):
    """Anything that answers movies with responses of neurons.

    Deterministic and without memory: a stimulus alone or in a batch agrees to 1e-5.
    """

    @property
    def card(self) -> TwinCard:
        """What the twin is."""
        ...

    @property
    def neurons(self) -> xr.Dataset:
        """Table along ``neuron``: ``id``, ``x_um``, ``y_um``, ``depth_um``."""
        ...

    def respond(
        self,
        frames: NDArray[np.uint8],
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
        lead_in_s: float | None = None,
    ) -> xr.DataArray:
        """Responses (stimulus, neuron, time), exactly one time point per frame given.

        Parameters
        ----------
        frames : uint8 array (stimulus, frame, y, x)
            A static image may be a broadcast view along ``frame``.
        neurons : array of int, optional
            Indices into the table; all by default.
        behaviour : optional
            State of the animal; ``"still"`` by default.
        lead_in_s : float, optional
            Grey shown before onset; by default what the twin was recorded with.
        """
        ...


@runtime_checkable
class Differentiable(Protocol):
    """A twin that knows how its responses change with every pixel."""

    def vjp(
        self,
        frames: NDArray[np.float32],
        weights: ArrayLike,
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
        lead_in_s: float | None = None,
    ) -> NDArray[np.float32]:
        """Gradient of weighted responses with respect to grey levels, of the shape of `frames`.

        Parameters
        ----------
        frames : float32 array (stimulus, frame, y, x)
            Grey levels, 0 to 255; not only whole ones.
        weights : array (neuron, time)
            The gradient is that of the sum of weights · responses, for each stimulus.
        neurons, behaviour, lead_in_s : optional
            As of `Twin.respond`.
        """
        ...


def answered(
    twin: Twin,
    frames: NDArray[np.uint8],
    neurons: ArrayLike | None = None,
    behaviour: BehaviourLike | None = None,
) -> xr.DataArray:
    """Responses of a twin that something is measured from.

    The contract is checked with few movies; what is not finite in answer to another would be
    counted as a neuron that cannot be measured.

    Raises
    ------
    ContractError
        If a response is not finite.
    """
    found = twin.respond(frames, neurons=neurons, behaviour=behaviour)
    if not np.isfinite(found.values).all():
        stimulus, row, frame = np.argwhere(~np.isfinite(found.values))[0].tolist()
        state = "still" if behaviour is None else behaviour
        raise ContractError(
            f"respond: {int((~np.isfinite(found.values)).sum()):,} of {found.size:,} responses of "
            f"{twin.card.name!r} to {len(frames)} movies of {frames.shape[1]} frames ({state}) are "
            f"not finite; the first is {found.values[stimulus, row, frame]} of neuron "
            f"{int(found['neuron'].values[row])} at frame {frame}.",
            "A twin answers every movie with numbers.",
        )
    return found


def check_frames(frames: NDArray[np.uint8], screen: Screen) -> None:
    """Refuse frames that a screen cannot show.

    Raises
    ------
    InputError
        Naming the shape or type that does not fit.
    """
    if not isinstance(frames, np.ndarray) or frames.dtype != np.uint8:
        got = getattr(frames, "dtype", type(frames).__name__)
        raise InputError(f"Frames must be uint8, got {got}.", "Render them with Stimulus.render.")
    if frames.ndim != 4 or frames.shape[2:] != screen.shape or frames.shape[1] < 1:
        raise InputError(
            f"Frames must have shape (stimulus, frame, {screen.height_px}, {screen.width_px}), "
            f"got {frames.shape}.",
            "Render them for the screen on the twin's card.",
        )


def check_levels(frames: NDArray[np.float32], screen: Screen) -> None:
    """Refuse frames of grey levels that a gradient cannot be taken at.

    Raises
    ------
    InputError
        Naming the shape, type or value that does not fit.
    """
    if not isinstance(frames, np.ndarray) or frames.dtype != np.float32:
        got = getattr(frames, "dtype", type(frames).__name__)
        raise InputError(f"Frames must be float32, got {got}.", "Give frames.astype('float32').")
    # Only the shape is looked at: a view of one byte stands for frames of this shape.
    check_frames(np.broadcast_to(np.uint8(0), frames.shape), screen)
    if not np.all((frames >= 0) & (frames <= 255)):
        raise InputError("Frames hold values outside 0 to 255.", "Give grey levels.")


def check_neurons(neurons: ArrayLike | None, n_neurons: int) -> NDArray[np.intp]:
    """Validate indices of neurons; None means all.

    Raises
    ------
    InputError
        If an index is out of range or not an integer.
    """
    if neurons is None:
        return np.arange(n_neurons)
    index = np.asarray(neurons)
    if index.size == 0:
        return np.zeros(0, dtype=np.intp)
    if index.ndim != 1 or index.dtype.kind not in "iu":
        raise InputError(
            f"Neurons must be a list of integer indices, got {index.dtype} {index.shape}.",
            "Index into twin.neurons.",
        )
    if index.min() < 0 or index.max() >= n_neurons:
        raise InputError(
            f"Neuron {int(index.max() if index.max() >= n_neurons else index.min())} does not "
            f"exist: the twin has {n_neurons}.",
            "Index into twin.neurons.",
        )
    return index.astype(np.intp)
