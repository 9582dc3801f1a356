"""Which conditions the modulation of a neuron compares."""

from __future__ import annotations


def modulation_weights(measure: str, n_conditions: int) -> tuple[float, ...]:
    """Weights of the conditions in the modulation of one neuron, summing to 0.

    A pair is the first minus the second; an interaction of two factors is the difference of
    differences; a series is its last condition minus its first.
    """
    if n_conditions == 2:
        return (1.0, -1.0)
    if measure == "interaction" and n_conditions == 4:
        return (1.0, -1.0, -1.0, 1.0)
    return (-1.0, *(0.0,) * (n_conditions - 2), 1.0)
