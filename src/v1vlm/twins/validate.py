"""The contract of a twin, executable: what the laboratory relies on, clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from v1vlm.errors import ContractError, InputError
from v1vlm.records import rng_of
from v1vlm.responses import DIMS
from v1vlm.stimuli import Screen
from v1vlm.twins.base import Twin, TwinCard

TOLERANCE = 1e-5
"""Allowed difference, relative to the largest response compared."""

COLUMNS = ("id", "x_um", "y_um", "depth_um")
"""Columns of the table of neurons."""

_FRAMES = 9


def validate_twin(twin: Twin) -> None:
    """Check every clause of the contract of a twin.

    Shows about a dozen movies of nine frames; a twin that passes can be used in a study.

    Parameters
    ----------
    twin : Twin

    Raises
    ------
    ContractError
        Naming the first clause that is violated, with the value seen.
    """
    for check in CLAUSES:
        check(twin)


def checked(twin: Twin) -> Iterator[tuple[str, ContractError | None]]:
    """Every clause in words, with how it is violated, one after another.

    The clauses that the others stand on come first: after a violation of one of them the twin
    is not asked for more.
    """
    for number, check in enumerate(CLAUSES):
        clause = str(check.__doc__).partition("\n")[0].replace("`", "")
        try:
            check(twin)
        except ContractError as error:
            yield clause, error
            if number < _FOUNDATIONS:
                return
        else:
            yield clause, None


def check_card(twin: Twin) -> None:
    """The card is a `TwinCard`."""
    card = getattr(twin, "card", None)
    if not isinstance(card, TwinCard):
        raise ContractError(
            f"card: expected a TwinCard, got {type(card).__name__}.", "Return a TwinCard."
        )


def check_neurons_table(twin: Twin) -> None:
    """The table lists every neuron of the card once, with its place."""
    table = twin.neurons
    if not isinstance(table, xr.Dataset) or tuple(table.dims) != ("neuron",):
        seen = tuple(table.dims) if isinstance(table, xr.Dataset) else type(table).__name__
        raise ContractError(
            f"neurons: expected a Dataset along 'neuron', got {seen}.", "Make it one-dimensional."
        )
    missing = [name for name in COLUMNS if name not in table.variables]
    if missing:
        raise ContractError(
            f"neurons: the column {missing[0]!r} is missing.", f"Give {', '.join(COLUMNS)}."
        )
    if table.sizes["neuron"] != twin.card.n_neurons:
        raise ContractError(
            f"neurons: the card says n_neurons={twin.card.n_neurons}, the table has "
            f"{table.sizes['neuron']}.",
            "Make them agree.",
        )
    if np.unique(table["id"].values).size != table.sizes["neuron"]:
        raise ContractError("neurons: ids are not unique.", "Give every neuron its own id.")
    for name in COLUMNS[1:]:
        if not np.isfinite(table[name].values.astype(float)).all():
            raise ContractError(f"neurons: {name} is not finite.", "Give micrometres.")


def check_responses(twin: Twin) -> None:
    """Responses are finite, labelled, one time point per frame from time 0."""
    card = twin.card
    for length in (1, 2, _FRAMES):
        shown = twin.respond(movies(card.screen)[:, :length])
        if not isinstance(shown, xr.DataArray) or tuple(shown.dims) != DIMS:
            seen = tuple(shown.dims) if isinstance(shown, xr.DataArray) else type(shown).__name__
            raise ContractError(
                f"respond: expected a DataArray {DIMS}, got {seen}.", "Use responses.label."
            )
        expected = (2, card.n_neurons, length)
        if shown.shape != expected:
            raise ContractError(
                f"respond: {length} frames must give the shape {expected}, got {shown.shape}.",
                "Return exactly one time point per frame, for every stimulus and neuron.",
            )
        _check_labels(shown, card)


def _check_labels(shown: xr.DataArray, card: TwinCard) -> None:
    time = np.arange(shown.shape[2]) / card.screen.frame_rate_hz
    if "time" not in shown.coords or not np.allclose(shown["time"].values, time, atol=1e-6):
        raise ContractError(
            "respond: time must start at 0 s and step by one frame.", "Use responses.label."
        )
    index = np.arange(card.n_neurons)
    if "neuron" not in shown.coords or not np.array_equal(shown["neuron"].values, index):
        raise ContractError(
            "respond: the coordinate 'neuron' must be the index into the table.",
            "Use responses.label.",
        )
    if shown.dtype.kind != "f" or not np.isfinite(shown.values).all():
        raise ContractError(
            f"respond: responses must be finite floats, got {shown.dtype} with "
            f"{int((~np.isfinite(shown.values.astype(float))).sum())} not finite.",
            "A twin answers every movie with numbers.",
        )


def check_deterministic(twin: Twin) -> None:
    """Equal frames give equal responses, whatever was shown before."""
    first, second = movies(twin.card.screen)[:1], movies(twin.card.screen)[1:]
    once = _values(twin, first)
    _require(
        "deterministic: the same frames, shown twice, give different responses",
        _values(twin, first),
        once,
        "Seed every random number from the frames, or use none.",
    )
    twin.respond(second)
    _require(
        "memory: a movie shown in between changes the responses",
        _values(twin, first),
        once,
        "Reset the twin's state before every stimulus.",
    )


def check_batch(twin: Twin) -> None:
    """A stimulus alone and in a batch gives the same responses."""
    batch = movies(twin.card.screen)
    alone = np.concatenate([_values(twin, movie[None]) for movie in batch])
    _require(
        "batch: a stimulus alone and in a batch gives different responses",
        _values(twin, batch),
        alone,
        "Normalise nothing over a batch.",
    )


def check_static(twin: Twin) -> None:
    """A static image as a broadcast view equals its copy."""
    image = movies(twin.card.screen)[:, :1]
    view = np.broadcast_to(image, (2, _FRAMES, *image.shape[2:]))
    _require(
        "static: an image as a broadcast view and as a copy give different responses",
        _values(twin, view),
        _values(twin, view.copy()),
        "Do not rely on the strides of the frames.",
    )


def check_subset(twin: Twin) -> None:
    """Asking for some neurons gives their slice, in the order asked."""
    frames, total = movies(twin.card.screen), twin.card.n_neurons
    some = np.unique([0, total // 3, total - 1])[::-1][: max(1, total - 1)]
    shown = twin.respond(frames, neurons=some)
    if shown.shape[1] != some.size or not np.array_equal(shown["neuron"].values, some):
        raise ContractError(
            f"neurons: asked for {some.tolist()}, got {shown['neuron'].values.tolist()}.",
            "Return the neurons asked for, in that order.",
        )
    _require(
        "neurons: a subset differs from the slice of all",
        shown.values,
        _values(twin, frames)[:, some],
        "The other neurons must not matter.",
    )


def check_behaviours(twin: Twin) -> None:
    """Behaviours on the card are accepted, and ``"still"`` is the default."""
    frames = movies(twin.card.screen)[:1]
    for state in twin.card.behaviours:
        shown = twin.respond(frames, behaviour=state)
        if not np.isfinite(shown.values).all():
            raise ContractError(
                f"behaviour: {state!r} is on the card and gives responses that are not finite.",
                "Take it off the card.",
            )
    _require(
        "behaviour: the default is not 'still'",
        _values(twin, frames),
        twin.respond(frames, behaviour="still").values,
        "Treat None as 'still'.",
    )


def check_refusals(twin: Twin) -> None:
    """What the twin cannot show is refused with an `InputError`."""
    frames = movies(twin.card.screen)[:1, :2]
    _refused(twin, "dtype: frames of float32", frames.astype(np.float32))
    _refused(twin, "shape: frames of one pixel less", frames[..., :-1])
    _refused(twin, "shape: frames without a stimulus axis", frames[0])
    _refused(twin, "neurons: an index beyond the table", frames, neurons=[twin.card.n_neurons])
    _refused(twin, "behaviour: an unknown name", frames, behaviour="no such behaviour")


CLAUSES: tuple[Callable[[Twin], None], ...] = (
    check_card,
    check_neurons_table,
    check_responses,
    check_deterministic,
    check_batch,
    check_static,
    check_subset,
    check_behaviours,
    check_refusals,
)
"""Every clause; the first three are what the others stand on."""

_FOUNDATIONS = 3


def movies(screen: Screen) -> NDArray[np.uint8]:
    """Two read-only noise movies (2, 9, y, x): fast fine noise, slow coarse noise."""
    rng = rng_of("validate_twin")
    height, width = screen.shape
    fine = rng.integers(0, 256, (_FRAMES, height, width), dtype=np.uint8)
    blocks = rng.integers(0, 256, (_FRAMES // 3, -(-height // 6), -(-width // 6)), dtype=np.uint8)
    coarse = blocks.repeat(3, 0).repeat(6, 1).repeat(6, 2)[:, :height, :width]
    both = np.stack([fine, coarse])
    both.flags.writeable = False
    return both


def _values(twin: Twin, frames: NDArray[np.uint8]) -> NDArray[np.floating[Any]]:
    return np.asarray(twin.respond(frames).values)


def _require(
    clause: str,
    seen: NDArray[np.floating[Any]],
    expected: NDArray[np.floating[Any]],
    remedy: str,
) -> None:
    scale = float(np.abs(expected).max(initial=1e-12))
    worst = float(np.abs(seen - expected).max(initial=0.0)) / scale
    if worst > TOLERANCE:
        raise ContractError(
            f"{clause} (by {worst:.2g} of the largest; {TOLERANCE:g} is allowed).", remedy
        )


def _refused(twin: Twin, what: str, frames: NDArray[Any], **options: Any) -> None:
    remedy = "Refuse with an InputError: v1vlm.twins.check_frames, check_neurons."
    try:
        twin.respond(frames, **options)
    except InputError:
        return
    except Exception as error:
        raise ContractError(
            f"{what} must be refused with an InputError, got {type(error).__name__}: {error}",
            remedy,
        ) from error
    raise ContractError(f"{what} must be refused, and was answered.", remedy)
