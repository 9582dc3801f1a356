"""What is known of a recorded mouse: places of its neurons and statistics of its training set."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError
from v1vlm.twins.base import Behaviour
from v1vlm.twins.viv1t.options import Options

Float = NDArray[np.float32]

_EPSILON = np.finfo(np.float32).eps
_STATISTICS = ("min", "max", "mean", "median", "std")
_REMEDY = (
    "Give metadata_dir, a folder with statistics/mouse<ID>/ and neuron_coordinates/mouse<ID>.npy "
    "of the recordings that the run was trained on; those of the published mice come with: "
    "v1vlm twins get viv1t."
)


@dataclass(frozen=True)
class Recording:
    """A mouse, and how its quantities become model units and back.

    Attributes
    ----------
    ids : int array (neuron,)
        Rows of the recording that the network models.
    places_um : array (neuron, 3)
        Cortical x, y and depth.
    statistics : mapping of mapping of array
        By quantity, then ``min``, ``max``, ``mean``, ``median``, ``std``.
    transform_input, transform_output : int
        0: as recorded; 1: by standard deviations; 2: by range.
    """

    ids: NDArray[np.intp]
    places_um: NDArray[np.float64]
    statistics: Mapping[str, Mapping[str, Float]]
    transform_input: int
    transform_output: int

    @classmethod
    def read(cls, folder: Path, mouse: str, options: Options) -> Self:
        """Read the metadata of a mouse.

        Raises
        ------
        InputError
            If a file is missing, holds no plain numbers, or does not fit the network.
        """
        places = _numbers(folder / "neuron_coordinates" / f"mouse{mouse}.npy", (None, 3))
        rows, n_neurons = len(places), options.output_shapes[mouse][0]
        ids = np.asarray(options.neuron_idx.get(mouse, range(rows)), dtype=np.intp)
        if len(ids) != n_neurons or ids.max() >= rows:
            raise InputError(
                f"The network has {n_neurons} neurons of mouse {mouse}, up to row "
                f"{int(ids.max())} of a recording; {folder} has {rows}.",
                _REMEDY,
            )
        shapes = {"video": (), "behavior": (2,), "pupil_center": (2,), "response": (rows,)}
        root = folder / "statistics" / f"mouse{mouse}"
        statistics = {
            quantity: {
                # Neurons that were never recorded have no deviation; they get the smallest scale.
                name: _numbers(root / quantity / f"{name}.npy", shape, quantity == "response")
                for name in _STATISTICS
            }
            for quantity, shape in shapes.items()
        }
        made = cls(
            ids=ids,
            places_um=places[ids].astype(np.float64),
            statistics=statistics,
            transform_input=options.transform_input,
            transform_output=options.transform_output,
        )
        made._check_scales(root)
        return made

    def video(self, frames: NDArray[np.uint8] | Float) -> Float:
        """Frames of 0..255 in model units."""
        return self._centred("video", frames.astype(np.float32))

    def per_grey_level(self) -> float:
        """Model units in a grey level."""
        return float(np.diff(self._centred("video", np.array([0.0, 1.0], np.float32)))[0])

    def behavior(self, state: Behaviour) -> Float:
        """Pupil dilation and running speed (2,) in model units.

        Raises
        ------
        InputError
            If the mouse was never in such a state.
        """
        statistics = self.statistics["behavior"]
        dilation = statistics["median"][0] + state.pupil_sd * statistics["std"][0]
        values = np.array([dilation, state.running], dtype=np.float32)
        low, high = statistics["min"], statistics["max"]
        slack = 1e-4 * (high - low)
        for name, value, least, most, wide in zip(
            ("A pupil dilation", "A running speed"), values, low, high, slack, strict=True
        ):
            if not least - wide <= value <= most + wide:
                raise InputError(
                    f"{name} of {value:.4g} was not recorded; the range is "
                    f"{least:.4g} to {most:.4g}.",
                    "Give a state within the mouse's range.",
                )
        if self.transform_input == 1:
            return np.asarray(values / statistics["std"], np.float32)
        return self._centred("behavior", values)

    def pupil_center(self) -> Float:
        """The mean gaze (2,) in model units."""
        return self._centred("pupil_center", self.statistics["pupil_center"]["mean"])

    def states(self) -> dict[str, Behaviour]:
        """What the named behaviours mean for this mouse.

        ``running`` is one standard deviation above the mean speed with a pupil one wider, both
        within the range.
        """
        statistics = self.statistics["behavior"]
        dilation = {name: float(value[0]) for name, value in statistics.items()}
        speed = {name: float(value[1]) for name, value in statistics.items()}
        widest = (dilation["max"] - dilation["median"]) / dilation["std"]
        mean = (dilation["mean"] - dilation["median"]) / dilation["std"]
        fast = min(speed["mean"] + speed["std"], speed["max"])
        return {
            "still": Behaviour(running=speed["median"], pupil_sd=0.0),
            "mean": Behaviour(running=speed["mean"], pupil_sd=mean),
            "running": Behaviour(running=fast, pupil_sd=min(1.0, widest)),
        }

    def recorded(self, responses: Float, neurons: NDArray[np.intp]) -> Float:
        """Responses (neuron, time) of the network in the units of the recording."""
        if self.transform_output == 0:
            return responses
        statistics = self.statistics["response"]
        if self.transform_output == 2:
            low = statistics["min"][self.ids[neurons], None]
            return np.asarray(responses * self.per_model_unit()[neurons, None] + low)
        return np.asarray(responses * self.per_model_unit()[neurons, None])

    def deviations(self) -> Float:
        """Standard deviation (neuron,) of the recorded responses; hundredths of the mean at least.

        A neuron that hardly ever responded, or has no deviation, would blow up its noise.
        """
        deviations = self.statistics["response"]["std"]
        # fmax: a deviation that is not a number gets the least as well.
        return np.fmax(deviations[self.ids], np.float32(0.01) * np.nanmean(deviations))

    def per_model_unit(self) -> Float:
        """Recorded units (neuron,) in a unit of the network."""
        if self.transform_output == 0:
            return np.ones(self.ids.size, np.float32)
        if self.transform_output == 1:
            return self.deviations()
        response = self.statistics["response"]
        return np.asarray((response["max"] - response["min"])[self.ids])

    def digest(self) -> str:
        """SHA-256 (hex) of the rows and all statistics."""
        sha = hashlib.sha256(self.ids.astype(np.int64).tobytes())
        for quantity in sorted(self.statistics):
            for name in _STATISTICS:
                sha.update(self.statistics[quantity][name].tobytes())
        return sha.hexdigest()

    def _centred(self, quantity: str, values: Float) -> Float:
        statistics = self.statistics[quantity]
        if self.transform_input == 1:
            return np.asarray((values - statistics["mean"]) / (statistics["std"] + _EPSILON))
        if self.transform_input == 2:
            low = statistics["min"]
            return np.asarray((values - low) / (statistics["max"] - low))
        return values

    def _check_scales(self, root: Path) -> None:
        for quantity in ("video", "behavior", "pupil_center"):
            statistics = self.statistics[quantity]
            if np.any(statistics["std"] <= 0) or np.any(statistics["max"] <= statistics["min"]):
                raise InputError(f"{root / quantity} has no spread to divide by.", _REMEDY)
        response = self.statistics["response"]
        deviation = response["std"]
        if not np.any(deviation > 0) or np.any(deviation < 0):
            raise InputError(f"{root / 'response'} has no deviations to multiply by.", _REMEDY)
        ends = np.stack([response["min"], response["max"]])[:, self.ids]
        if self.transform_output == 2 and not np.isfinite(ends).all():
            raise InputError(f"{root / 'response'} has no range to map to.", _REMEDY)


def find_metadata(run: Path) -> Path:
    """The folder ``metadata`` in a run, or beside the folder that holds the runs.

    Raises
    ------
    InputError
        If there is none.
    """
    for folder in (run / "metadata", run.parent.parent / "metadata"):
        if folder.is_dir():
            return folder
    raise InputError(f"{run} comes without the metadata of its mice.", _REMEDY)


def _numbers(path: Path, shape: tuple[int | None, ...], missing: bool = False) -> Float:
    try:
        with path.open("rb") as file:
            values = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise InputError(f"{path} is not a readable array of numbers.", _REMEDY) from error
    fits = len(shape) == values.ndim and all(
        wanted in (None, seen) for wanted, seen in zip(shape, values.shape, strict=True)
    )
    if not fits:
        raise InputError(f"{path} should have the shape {shape}, not {values.shape}.", _REMEDY)
    if values.dtype.kind not in "iuf" or not values.size:
        raise InputError(f"{path} holds no numbers, but {values.dtype}.", _REMEDY)
    numbers: NDArray[np.float32] = values.astype(np.float32)
    if np.isinf(numbers).any() or (np.isnan(numbers).any() and not missing):
        raise InputError(f"{path} holds values that are not finite.", _REMEDY)
    return numbers
