"""Does an effect hold in at least u of n subjects? Partial conjunctions of e-values.

References
----------
.. [1] Y. Benjamini & R. Heller (2008). Screening for partial conjunction hypotheses.
   Biometrics 64(4), 1215-1222.
.. [2] V. Vovk & R. Wang (2021). E-values: calibration, combination and applications.
   Ann. Stat. 49(3), 1736-1754.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from v1vlm.analysis.evidence import CAPITAL_MAX
from v1vlm.errors import InputError

Combination = Literal["average", "product"]


def partial_conjunction(
    e_values: Sequence[float], at_least: int, combination: Combination
) -> float:
    """E-value against "the effect is there in fewer than u of the n subjects".

    While that null holds, at least n − u + 1 of the subjects lack the effect [1]_. The n − u + 1
    smallest e-values, averaged or multiplied, are at most the average or product of those
    subjects' own, which is an e-value [2]_: the average whatever the dependence, the product
    where the subjects were shown draws of their own. With u = n it is the smallest e-value.

    Parameters
    ----------
    e_values : sequence of float
        One per subject, each against "the effect is not there in this subject".
    at_least : int
        u, with 1 ≤ u ≤ n.
    combination : {"average", "product"}

    Raises
    ------
    InputError
        If u is no number of subjects, or an e-value is negative or NaN.
    """
    n = len(e_values)
    if not 1 <= at_least <= n:
        raise InputError(
            f"At least {at_least} of {n} subjects cannot be asked for.",
            f"Ask for 1 to {n}." if n else "Give one e-value per subject.",
        )
    if not all(value >= 0 for value in e_values):
        raise InputError(f"{min(e_values)} is no e-value.", "Give capitals of 0 and more.")
    smallest = sorted(e_values)[: n_smallest(n, at_least)]
    if combination == "average":
        return math.fsum(smallest) / len(smallest)
    return min(math.prod(min(value, CAPITAL_MAX) for value in smallest), CAPITAL_MAX)


def n_smallest(n: int, at_least: int) -> int:
    """How many of n e-values are combined: those of the subjects that must lack the effect."""
    return n - at_least + 1
