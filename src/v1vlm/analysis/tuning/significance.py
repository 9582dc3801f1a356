"""Is a neuron selective at all? Permutation of trials, corrected for the number of neurons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from v1vlm.errors import InputError
from v1vlm.records import rng_of

Float = NDArray[np.float64]

BATCH = 250


def selectivity_p(
    trials: Float, directions_deg: Float, harmonic: int, *, n_permutations: int = 1000, seed: int
) -> Float:
    """Permutation p-value of gOSI (harmonic 2) or gDSI (harmonic 1).

    The trials of each neuron are dealt anew to the directions, in the same way for all
    neurons; p = (1 + number of permutations at least as selective)/(1 + permutations)
    (Phipson & Smyth 2010). With a deterministic twin a trial is another phase, not another
    draw from the animal: p says that the tuning is larger than the dependence on phase.

    Parameters
    ----------
    trials : array (neuron, direction, trial)
        Responses, not negative; at least two trials.
    directions_deg : array (direction,)
    harmonic : {1, 2}
    n_permutations : int
    seed : int

    Returns
    -------
    array (neuron,)
        NaN for a neuron with NaN or without any response.

    Raises
    ------
    InputError
        With fewer than two trials, where dealing anew only turns the curve.
    """
    n_neurons, n_directions, n_trials = trials.shape
    if n_trials < 2:
        raise InputError(
            f"A permutation test needs two trials and more of a direction, not {n_trials}.",
            "Show every direction at several phases.",
        )
    flat = trials.reshape(n_neurons, n_directions * n_trials)
    vectors = np.repeat(np.exp(1j * harmonic * np.radians(directions_deg)), n_trials)
    # The sum of all responses is the same in every permutation: the resultant decides alone.
    observed = np.abs(flat @ vectors)
    tolerance = 1e-9 * flat.sum(axis=1)
    rng = rng_of(seed, "permutations", harmonic)
    as_large = np.zeros(n_neurons)
    for start in range(0, n_permutations, BATCH):
        size = min(BATCH, n_permutations - start)
        dealt = np.stack([rng.permutation(vectors) for _ in range(size)], axis=1)
        as_large += (np.abs(flat @ dealt) >= (observed - tolerance)[:, None]).sum(axis=1)
    p = (1 + as_large) / (1 + n_permutations)
    return np.where(flat.sum(axis=1) > 0, p, np.nan)


def adjusted_p(p: Float) -> Float:
    """P-values after Benjamini & Hochberg (1995): at or below q, the false discovery rate is q.

    Parameters
    ----------
    p : array (neuron,)
        NaN is no test and stays NaN.
    """
    adjusted = np.full(np.shape(p), np.nan)
    tested = np.isfinite(p)
    if tested.any():
        adjusted[tested] = false_discovery_control(p[tested], method="bh")
    return adjusted
