"""Where neurons read the map of features: the corners of bilinear sampling."""

from __future__ import annotations

import torch
from torch import Tensor

from v1vlm.twins.viv1t.network import Readout


def corners(grid: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Places (..., 4) of a map, row · columns + column, and their weights (..., 4).

    A corner outside the map weighs nothing, and stands at a corner that counts.

    Parameters
    ----------
    grid : Tensor (..., 2)
        x and y; -1 and 1 are the outer columns and rows.
    """
    sizes = grid.new_tensor([columns, rows])
    position = (grid + 1) / 2 * (sizes - 1)
    low = position.floor()
    # Corners in the order of (0, 0), (1, 0), (0, 1), (1, 1) of x and y.
    steps = grid.new_tensor([[0, 0], [1, 0], [0, 1], [1, 1]])
    corner = low[..., None, :] + steps
    weight = (1 - (position[..., None, :] - corner).abs()).prod(-1)
    inside = ((corner >= 0) & (corner < sizes)).all(-1)
    weight = torch.where(inside, weight, 0)
    column, row = corner.clamp(min=torch.zeros_like(sizes), max=sizes - 1).long().unbind(-1)
    place = row * columns + column
    best = place.gather(-1, weight.argmax(-1, keepdim=True))
    return torch.where(weight > 0, place, best), weight


class Reading:
    """The readout of some neurons under one shift, as products with the features of places.

    Parameters
    ----------
    readout : Readout
    shift : Tensor (2,), optional
        In x and y.
    neurons : int Tensor
    rows, columns : int
        Of the map of features.

    Attributes
    ----------
    places : int Tensor (place,)
        That some neuron reads, in order.
    """

    def __init__(
        self, readout: Readout, shift: Tensor | None, neurons: Tensor, rows: int, columns: int
    ) -> None:
        grid = readout.mu.clamp(-1, 1)[0, neurons, 0]
        place, weight = corners(grid if shift is None else grid + shift, rows, columns)
        order = place.flatten().argsort(stable=True)
        self.places, counts = place.flatten()[order].unique_consecutive(return_counts=True)
        self._counts = counts.tolist()
        vectors = readout.features[0].t()[neurons[order // 4]] * weight.flatten()[order, None]
        self._vectors = vectors.split(self._counts)
        self._back = order.argsort()
        self._bias = None if readout.bias is None else readout.bias[neurons, None]

    def read(self, features: Tensor) -> Tensor:
        """Responses (neuron, time) to features (place, time, channel), before the nonlinearity."""
        products = [
            vectors @ feature.t() for vectors, feature in zip(self._vectors, features, strict=True)
        ]
        response = torch.cat(products)[self._back].unflatten(0, (-1, 4)).sum(1)
        return response if self._bias is None else response + self._bias
