"""How often a level of replication is reached that should not be, and how often one that should.

Studies of ten places on synthetic draws with known truth. A claim is looked at first, and only
where it stands are its subjects tested, each at the level of the rung's own e-LOND stream.
Run: ``python -m benchmarks.replication_simulation`` (options: ``--runs``, ``--out``).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from benchmarks.evidence_simulation import Sampler, blocks, normal, rare_negative, two_point
from numpy.typing import NDArray

from v1vlm.analysis.conjunction import Combination, n_smallest, partial_conjunction
from v1vlm.analysis.evidence import elond_alpha, wealth
from v1vlm.records import rng_of

Float = NDArray[np.float64]

MARGIN, BOUND, K, ALPHA, N_DRAWS, TRUE_EFFECT = 0.05, 0.28, 10, 0.05, 200, 0.12
SUBJECTS = ((1, 1), (2, 2), (3, 3), (3, 2), (3, 1))
SAMPLERS: tuple[Sampler, ...] = (normal, two_point, rare_negative)


@dataclass(frozen=True)
class Rates:
    """Means over studies.

    Attributes
    ----------
    false : float
        False discovery rate of the level, with its standard error.
    found : float
        Share of the true conjunctions among claims that stood that were reached.
    """

    false: float
    error: float
    found: float
    n_reached: int


def simulate(sampler: Sampler, n: int, at_least: int, runs: int, *, shared: bool) -> Rates:
    """Studies in which half of the claims hold in all subjects, the others in one too few.

    There the remaining subjects stand exactly on the margin, where their null is just true. With
    shared draws, subjects and the first test see the same stimuli: their draws move together.
    """
    rng = rng_of("replication", sampler.__name__, n, at_least, shared)
    rates, found, possible, n_reached = [], 0, 0, 0
    for size in blocks(runs):
        true = rng.random((size, K)) < 0.5
        stood, capitals = _tests(rng, sampler, true, n, at_least, shared=shared)
        how: Combination = "average" if shared else "product"
        for study in range(size):
            reached = _levels(stood[study], capitals[study], at_least, how)
            hits = np.array(reached, bool)
            rates.append((hits & ~true[study]).sum() / max(1, hits.sum()))
            found += int((hits & true[study]).sum())
            possible += int((stood[study] & true[study]).sum())
            n_reached += int(hits.sum())
    spread = float(np.std(rates)) / len(rates) ** 0.5
    return Rates(float(np.mean(rates)), spread, found / max(1, possible), n_reached)


def _tests(
    rng: np.random.Generator,
    sampler: Sampler,
    true: NDArray[np.bool_],
    n: int,
    at_least: int,
    *,
    shared: bool,
) -> tuple[NDArray[np.bool_], Float]:
    """Which claims stand, and the paths of capital (study, place, subject, draw)."""
    size = len(true)

    def sampled(mean: float) -> Float:
        return sampler(rng, (size * K, N_DRAWS), mean, BOUND).reshape(size, K, N_DRAWS)

    main = sampled(TRUE_EFFECT)
    at_margin, large = sampled(MARGIN), sampled(TRUE_EFFECT)
    draws = np.empty((size, K, n, N_DRAWS))
    for j in range(n):
        lacking, having = (at_margin, large) if shared else (sampled(MARGIN), sampled(TRUE_EFFECT))
        draws[:, :, j] = having if j < at_least - 1 else np.where(true[..., None], having, lacking)
    if shared:
        # The claim stands where the very draws on the margin happened to rise.
        main = at_margin + (TRUE_EFFECT - MARGIN) / 2
    stood = (wealth(np.clip(main, -BOUND, BOUND), MARGIN, BOUND) >= K / ALPHA).any(axis=2)
    return stood, wealth(np.clip(draws, -BOUND, BOUND), MARGIN, BOUND)


def _levels(stood: NDArray[np.bool_], paths: Float, at_least: int, how: Combination) -> list[bool]:
    """Which places of a study reach the level."""
    reached: list[bool] = []
    for place in range(K):
        alpha = elond_alpha(ALPHA, K, sum(reached))
        passed = paths[place] >= n_smallest(len(paths[place]), at_least) / alpha
        last = np.where(passed.any(axis=1), passed.argmax(axis=1), N_DRAWS - 1)
        e_values = paths[place][np.arange(len(last)), last].tolist()
        e_value = partial_conjunction(e_values, at_least, how) if stood[place] else 0.0
        reached.append(e_value >= 1 / alpha)
    return reached


def table(runs: int) -> str:
    """Markdown table of all cells."""
    lines = [
        "# Levels of replication, simulated",
        "",
        f"Command: `python -m benchmarks.replication_simulation --runs {runs}`. {runs:,} studies "
        f"of K = {K} places per cell, α = {ALPHA}, margin {MARGIN}, bound {BOUND}, at most "
        f"{N_DRAWS} draws. Half of the claims hold in all subjects ({TRUE_EFFECT}); the others in "
        "one subject too few, while the rest stand exactly on the margin. *Shared*: all subjects "
        "and the first test move together, and their e-values are averaged; *own*: independent, "
        "multiplied.",
        "",
        "| at least | draws | values | false discovery rate | true ones reached | reached |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for (n, at_least), shared, sampler in product(SUBJECTS, (False, True), SAMPLERS):
        seen = simulate(sampler, n, at_least, runs, shared=shared)
        lines.append(
            f"| {at_least} of {n} | {'shared' if shared else 'own'} | "
            f"{sampler.__name__.replace('_', ' ')} | {seen.false:.2%} ± {seen.error:.2%} | "
            f"{seen.found:.1%} | {seen.n_reached} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = table(options.runs)
    if options.out is None:
        print(text)
    else:
        options.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
