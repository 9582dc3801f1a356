"""Trial noise of recorded responses: one place for its size, and noisy trials on request.

The twin itself is noise-free. A recorded tuning curve is not: each of its points is a mean over
about 86 blocks of 25 frames. The spread of single trials is fixed here by what the recordings say
of the error of such means, so that one number serves trials, tuning curves and the comparison of
distributions. `benchmarks/energy_physiology.py --fit-noise` estimates the two constants from one
half of mouse B's neurons (Turishcheva et al. 2023) and prints them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import rng_of
from v1vlm.twins.energy.samples import Array, Samples

RELATIVE_SE = 0.244
"""Median over neurons of the relative standard error of one point of a recorded tuning curve."""

RELATIVE_SE_SPREAD = 0.53
"""SD over neurons of its logarithm."""

BLOCKS = 86
"""Blocks behind one point."""

_LARGEST_SE = 1.5


def trial_sd(draw: Samples) -> Array:
    """Relative standard deviation of single trials (neuron,)."""
    error = draw.lognormal("trial_sd", RELATIVE_SE, RELATIVE_SE_SPREAD)
    return np.asarray(np.minimum(error, _LARGEST_SE) * np.sqrt(BLOCKS))


def noisy_means(
    responses: NDArray[np.floating], trial_sd: Array, n_trials: int, seed: int | list[int]
) -> Array:
    """Means over noisy trials of what the twin answers.

    Gamma noise, independent across neurons, stimuli and trials, with the twin's response as its
    mean and a relative standard deviation of each neuron's own; the mean of n gamma variables of
    one scale is again a gamma variable, so that single trials need not be drawn.

    Parameters
    ----------
    responses : array (neuron, stimulus)
        Noise-free, not negative.
    trial_sd : array (neuron,)
        Relative standard deviation of a single trial.
    n_trials : int
        Trials behind each mean; 1 gives a single trial.
    seed : int or list of int

    Returns
    -------
    array (neuron, stimulus)
    """
    shape = np.broadcast_to(n_trials / trial_sd[:, None] ** 2, responses.shape)
    factor = rng_of("energy", "trial noise", seed).gamma(shape) / shape
    return np.asarray(responses * factor, np.float64)
