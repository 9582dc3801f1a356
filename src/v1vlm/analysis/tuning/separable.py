"""Least-squares fits of curves a + b·φ(x; θ), all neurons at once.

Every tuning curve fitted here is a shape of two parameters θ, scaled and lifted. The shape is
searched on a grid and refined by Levenberg–Marquardt; a and b follow in closed form at each
step (variable projection, Kaufman 1975), so the search cannot run away in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from v1vlm.errors import InputError

Float = NDArray[np.float64]

ITERATIONS = 80
SHARE = 0.95


@dataclass(frozen=True)
class Shape:
    """A family of curves with two parameters θ.

    Attributes
    ----------
    value : callable
        θ (curve, 2) to φ (curve, x).
    slopes : callable
        θ (curve, 2) to ∂φ/∂θ (curve, x, 2).
    grids : tuple of two arrays
        Values of θ to start from.
    bounds : array (2, 2)
        Lowest and highest values of both parameters (rows: parameters).
    """

    value: Callable[[Float], Float]
    slopes: Callable[[Float], Float]
    grids: tuple[Float, Float]
    bounds: Float


@dataclass(frozen=True)
class Fits:
    """Fits of all neurons, in the order (a, b, θ₁, θ₂); NaN where there was nothing to fit.

    Attributes
    ----------
    parameters : array (neuron, 4)
    interval : array (neuron, 4, 2)
        From the curvature at the optimum and the scatter about the fit, 95 %. It tells how well
        the shape describes the points; for a deterministic twin there is no other error.
    r2 : array (neuron,)
        Share of the curve's variance explained.
    converged : bool array (neuron,)
    at_bound : bool array (neuron, 2)
        θ at an end of its range.
    """

    parameters: Float
    interval: Float
    r2: Float
    converged: NDArray[np.bool_]
    at_bound: NDArray[np.bool_]


def fit(curves: Float, shape: Shape) -> Fits:
    """Fit a + b·φ(x; θ) with a ≥ 0 and b ≥ 0 to every curve.

    Parameters
    ----------
    curves : array (neuron, x)
        A row with NaN or without any variation is not fitted.
    shape : Shape

    Raises
    ------
    InputError
        With fewer than five points, which four parameters would pass through.
    """
    n_neurons, n_points = curves.shape
    if n_points < 5:
        raise InputError(
            f"A curve of {n_points} points cannot be fitted with four parameters.",
            "Show at least five conditions.",
        )
    largest = np.abs(curves).max(axis=1)
    some = np.flatnonzero(np.isfinite(largest) & (np.ptp(curves, axis=1) > 1e-9 * largest))
    parameters, r2 = np.full((n_neurons, 4), np.nan), np.full(n_neurons, np.nan)
    interval = np.full((n_neurons, 4, 2), np.nan)
    converged = np.zeros(n_neurons, bool)
    at_bound = np.zeros((n_neurons, 2), bool)
    if some.size:
        scaled = curves[some] / largest[some, None]
        theta, converged[some] = _refine(scaled, shape, _best_of_grid(scaled, shape))
        phi = shape.value(theta)
        base, height = _lift(scaled, phi)
        rss = ((scaled - base[:, None] - height[:, None] * phi) ** 2).sum(axis=1)
        r2[some] = 1 - rss / ((scaled - scaled.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        found = np.column_stack([base, height, theta])
        wide = _half_widths(phi, shape.slopes(theta), base, height, rss)
        units = np.ones((some.size, 4))
        units[:, :2] = largest[some, None]
        parameters[some] = found * units
        ends = np.stack([found - wide, found + wide], axis=2)
        interval[some] = ends * units[..., None]
        low, high = shape.bounds.T
        at_bound[some] = (theta <= low + 1e-6) | (theta >= high - 1e-6)
    return Fits(parameters, interval, r2, converged, at_bound)


def _best_of_grid(curves: Float, shape: Shape) -> Float:
    nodes = np.array(list(product(*shape.grids)))
    phi = shape.value(nodes)
    losses = np.empty((len(curves), len(nodes)))
    for number, node in enumerate(phi):
        every = np.broadcast_to(node, curves.shape)
        base, height = _lift(curves, every)
        losses[:, number] = ((curves - base[:, None] - height[:, None] * every) ** 2).sum(axis=1)
    best: Float = nodes[losses.argmin(axis=1)]
    return best


def _lift(curves: Float, phi: Float) -> tuple[Float, Float]:
    """Best a and b (curve,), neither negative."""
    mean_y, mean_phi = curves.mean(axis=1), phi.mean(axis=1)
    centred = phi - mean_phi[:, None]
    height = (centred * curves).sum(axis=1) / np.maximum((centred**2).sum(axis=1), 1e-30)
    base = mean_y - height * mean_phi
    through_zero = (phi * curves).sum(axis=1) / np.maximum((phi**2).sum(axis=1), 1e-30)
    height = np.where(base < 0, through_zero, height)
    base = np.maximum(base, 0.0)
    flat = height < 0
    return np.where(flat, np.maximum(mean_y, 0.0), base), np.where(flat, 0.0, height)


def _refine(curves: Float, shape: Shape, start: Float) -> tuple[Float, NDArray[np.bool_]]:
    theta = start.copy()
    loss = _loss(curves, shape, theta)
    damping = np.full(len(curves), 1e-2)
    active = np.arange(len(curves))
    for _ in range(ITERATIONS):
        here, there = curves[active], theta[active]
        trial = there + _step(here, shape, there, damping[active])
        trial = np.clip(trial, *shape.bounds.T)
        new_loss = _loss(here, shape, trial)
        moved = np.abs(trial - there).max(axis=1)
        gain = loss[active] - new_loss
        better = gain >= 0
        theta[active[better]], loss[active[better]] = trial[better], new_loss[better]
        damping[active] = np.clip(damping[active] * np.where(better, 0.2, 5.0), 1e-9, 1e9)
        # Curves are scaled to 1: in a long flat valley the place matters less than the loss.
        active = active[(moved > 1e-7) & ~(better & (gain < 1e-12))]
        if not active.size:
            break
    converged = np.ones(len(curves), bool)
    converged[active] = False
    return theta, converged


def _loss(curves: Float, shape: Shape, theta: Float) -> Float:
    phi = shape.value(theta)
    base, height = _lift(curves, phi)
    loss: Float = ((curves - base[:, None] - height[:, None] * phi) ** 2).sum(axis=1)
    return loss


def _step(curves: Float, shape: Shape, theta: Float, damping: Float) -> Float:
    phi = shape.value(theta)
    base, height = _lift(curves, phi)
    residual = curves - base[:, None] - height[:, None] * phi
    slopes = height[:, None, None] * shape.slopes(theta)
    # What a and b would take up is removed from the slopes; a at its end takes up nothing.
    free = (base > 0)[:, None]
    phi = phi - free * phi.mean(axis=1, keepdims=True)
    slopes = slopes - free[..., None] * slopes.mean(axis=1, keepdims=True)
    along = np.einsum("nx,nxk->nk", phi, slopes) / np.maximum((phi**2).sum(1), 1e-30)[:, None]
    slopes = slopes - phi[..., None] * along[:, None]
    normal = np.einsum("nxj,nxk->njk", slopes, slopes)
    scale = np.einsum("nkk->nk", normal) + 1e-12
    normal = normal + (damping[:, None] * scale)[..., None] * np.eye(2)
    # What is pushed against its bound must not drag the other parameter along.
    gradient = np.einsum("nxk,nx->nk", slopes, residual)
    low, high = shape.bounds.T
    stuck = ((theta <= low) & (gradient < 0)) | ((theta >= high) & (gradient > 0))
    normal = np.where(stuck[:, :, None] | stuck[:, None, :], np.eye(2), normal)
    gradient = np.where(stuck, 0.0, gradient)
    step: Float = np.linalg.solve(normal, gradient[..., None])[..., 0]
    return step


def _half_widths(phi: Float, slopes: Float, base: Float, height: Float, rss: Float) -> Float:
    """Half of the interval (curve, 4) of a, b and θ."""
    n_points = phi.shape[1]
    free = (base > 0).astype(float)
    jacobian = np.concatenate(
        [
            np.broadcast_to(free[:, None, None], (*phi.shape, 1)),
            phi[..., None],
            height[:, None, None] * slopes,
        ],
        axis=2,
    )
    n_free = 3 + free
    variance = rss / np.maximum(n_points - n_free, 1)
    covariance = np.linalg.pinv(np.einsum("nxj,nxk->njk", jacobian, jacobian), hermitian=True)
    spread = np.sqrt(np.maximum(np.einsum("nkk->nk", covariance), 0) * variance[:, None])
    quantile = student.ppf((1 + SHARE) / 2, n_points - n_free)
    wide: Float = quantile[:, None] * spread
    return wide
