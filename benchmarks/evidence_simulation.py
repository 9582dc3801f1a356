"""How often the evidence engine errs: type-I error, power, false discoveries and coverage.

Every cell is a simulation with known truth; the tables are written as Markdown.
Run: ``python benchmarks/evidence_simulation.py`` (options: ``--runs``, ``--out``).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from v1vlm.analysis import effects, evidence
from v1vlm.analysis.evidence import Direction, processes
from v1vlm.records import rng_of

Float = NDArray[np.float64]
Sampler = Callable[[np.random.Generator, tuple[int, int], float, float], Float]

MARGIN, BOUND = 0.05, 0.28
BLOCK = 1000  # runs simulated at a time, to bound memory
Claims = Literal["mixed", "near misses", "near hits", "adversary"]
DIRECTIONS: tuple[Direction, ...] = ("greater", "less", "different", "equivalent")


@dataclass(frozen=True)
class Rate:
    """Events among runs."""

    events: int
    runs: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Clopper-Pearson interval."""
        found = binomtest(self.events, self.runs).proportion_ci(level, method="exact")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.events / self.runs:.2%} ({low:.2%}–{high:.2%})"


def two_point(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """−b or b: the largest spread there is."""
    return np.where(rng.random(shape) < (1 + mean / b) / 2, b, -b)


def rare_negative(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """Almost always a little above the mean, −b in 5 %."""
    return np.where(rng.random(shape) < 0.05, -b, (mean + 0.05 * b) / 0.95)


def rare_positive(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """Almost always a little below the mean, b in 5 %."""
    return -rare_negative(rng, shape, -mean, b)


def normal(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """Normal, SD .12, cut symmetrically about the mean."""
    room = b - abs(mean)
    return mean + np.clip(rng.normal(0, 0.12, shape), -room, room)


def narrow(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """Uniform, SD .03."""
    room = min(0.05, b - abs(mean))
    return mean + rng.uniform(-room, room, shape)


def volatile(rng: np.random.Generator, shape: tuple[int, int], mean: float, b: float) -> Float:
    """A martingale difference whose spread grows tenfold after each rise."""
    sign = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
    rose = np.concatenate([np.zeros((shape[0], 1), bool), sign[:, :-1] > 0], axis=1)
    return mean + (b - abs(mean)) * np.where(rose, 1.0, 0.1) * sign


SAMPLERS: tuple[Sampler, ...] = (
    two_point, rare_negative, rare_positive, normal, narrow, volatile,
)  # fmt: skip


def blocks(runs: int) -> Iterator[int]:
    """Sizes of the blocks that runs are simulated in."""
    for start in range(0, runs, BLOCK):
        yield min(BLOCK, runs - start)


def decisions(
    support: Float, refute: Float, level_support: Float | float, level_refute: Float | float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.intp]]:
    """Who was supported, who refuted, and after how many draws (as `sequential_test`)."""
    up = support >= 1 / np.reshape(level_support, (-1, 1))
    down = refute >= 1 / np.reshape(level_refute, (-1, 1))
    passed = up | down
    stop = np.where(passed.any(axis=1), passed.argmax(axis=1), support.shape[1] - 1)
    row = np.arange(len(stop))
    refuted = down[row, stop]
    return up[row, stop] & ~refuted, refuted, stop + 1


def errors_at_boundary(
    direction: Direction, sampler: Sampler, runs: int, draws: int = 400
) -> dict[tuple[str, int], Rate]:
    """Chance that a process ever reaches 20 or 200 while its null is just true.

    At E[d] = ±margin the null of the support and that of the refutation both are.
    """
    mean = -MARGIN if direction == "less" else MARGIN
    rng = rng_of("boundary", direction, sampler.__name__)
    counts = {(side, level): 0 for level in (20, 200) for side in ("support", "refute")}
    for size in blocks(runs):
        d = np.clip(sampler(rng, (size, draws), mean, BOUND), -BOUND, BOUND)
        both = dict(zip(("support", "refute"), processes(d, direction, MARGIN, BOUND), strict=True))
        for side, level in counts:
            counts[side, level] += int((both[side].max(axis=1) >= level).sum())
    return {key: Rate(count, runs) for key, count in counts.items()}


@dataclass(frozen=True)
class Power:
    """Outcome of many tests of one kind."""

    supported: Rate
    refuted: Rate
    mean_draws: float
    median_draws: float


def power(
    direction: Direction, mean: float, sd: float, bound: float, level: float, runs: int, draws: int
) -> Power:
    """Tests of normal draws clipped to ±bound."""
    rng = rng_of("power", direction, mean, sd, bound)
    supported, refuted, stops = [], [], []
    for size in blocks(runs):
        d = np.clip(rng.normal(mean, sd, (size, draws)), -bound, bound)
        up, down, stop = decisions(*processes(d, direction, MARGIN, bound), level, level)
        supported.append(up)
        refuted.append(down)
        stops.append(stop)
    ends = np.concatenate(stops)
    return Power(
        Rate(int(np.sum(np.concatenate(supported))), runs),
        Rate(int(np.sum(np.concatenate(refuted))), runs),
        float(ends.mean()),
        float(np.median(ends)),
    )


def is_true(direction: Direction, mean: Float) -> NDArray[np.bool_]:
    """Whether the claim holds of a mean that is not at the margin."""
    if direction == "greater":
        return mean > MARGIN
    if direction == "less":
        return mean < -MARGIN
    beyond = np.abs(mean) > MARGIN
    return beyond if direction == "different" else ~beyond


def truths(
    claims: Claims, direction: Direction, found: NDArray[np.int_], rng: np.random.Generator
) -> Float:
    """Means (study,) of the next hypothesis, given how many claims each study supported."""
    sign = {"greater": 1, "less": -1, "different": 1, "equivalent": 1}[direction]
    outwards = -1 if direction == "equivalent" else 1
    near_miss = np.full(len(found), sign * (MARGIN - 0.002 * outwards))
    if claims == "near misses":
        return near_miss
    if claims == "near hits":
        return np.full(len(found), sign * (MARGIN + 0.002 * outwards))
    if claims == "adversary":
        return np.where(found == 0, 0.0 if direction == "equivalent" else sign * 0.15, near_miss)
    return rng.choice([-0.12, -0.052, -0.048, 0.0, 0.048, 0.052, 0.12], size=len(found))


@dataclass(frozen=True)
class Discoveries:
    """False discovery proportions (study,) and the shares of claims decided."""

    supported: Float
    refuted: Float
    decided: Float
    share_decided: float


def false_discoveries(
    claims: Claims, sampler: Sampler, alpha: float, runs: int, k: int = 10, draws: int = 200
) -> Discoveries:
    """Studies of k hypotheses, one after another, with both e-LOND streams."""
    rng = rng_of("discoveries", claims, sampler.__name__, alpha)
    levels = np.array([evidence.elond_alpha(alpha, k, found) for found in range(k)])
    proportions: list[list[Float]] = [[], [], []]
    total = 0
    for size in blocks(runs):
        found = np.zeros((2, size), int)
        wrong = np.zeros((2, size), int)
        for t in range(k):
            direction = DIRECTIONS[t % len(DIRECTIONS)]
            mean = truths(claims, direction, found[0], rng)
            d = np.clip(_rows(sampler, rng, mean, draws), -BOUND, BOUND)
            both = processes(d, direction, MARGIN, BOUND)
            up, down, _ = decisions(*both, levels[found[0]], levels[found[1]])
            holds = is_true(direction, mean)
            wrong += np.stack([up & ~holds, down & holds])
            found += np.stack([up, down])
        total += int(found.sum())
        pairs = [(wrong[0], found[0]), (wrong[1], found[1]), (wrong.sum(0), found.sum(0))]
        for collected, (bad, all_) in zip(proportions, pairs, strict=True):
            collected.append(bad / np.maximum(all_, 1))
    supported, refuted, decided = (np.concatenate(p) for p in proportions)
    return Discoveries(supported, refuted, decided, total / (runs * k))


def _rows(sampler: Sampler, rng: np.random.Generator, mean: Float, draws: int) -> Float:
    """Draws (study, draw) whose mean differs from study to study."""
    d = np.empty((len(mean), draws))
    for value in np.unique(mean):
        rows = mean == value
        d[rows] = sampler(rng, (int(rows.sum()), draws), float(value), BOUND)
    return d


def sequence_misses(sampler: Sampler, mean: float, runs: int, draws: int = 200) -> Rate:
    """Chance that the confidence sequence ever misses the mean (its intersection does)."""
    rng = rng_of("sequence", sampler.__name__, mean)
    misses = 0
    for d in np.clip(sampler(rng, (runs, draws), mean, BOUND), -BOUND, BOUND):
        low, high = evidence.confidence_sequence(d, BOUND, cells=50)
        misses += not low <= mean <= high
    return Rate(misses, runs)


def crossed_coverage(
    n_neurons: int, n_draws: int, sds: tuple[float, float, float], runs: int
) -> Rate:
    """Coverage of the two-way interval; SDs of neurons, draws and what remains."""
    rng = rng_of("crossed", n_neurons, n_draws, list(sds))
    covered = 0
    for seed in range(runs):
        d = rng.normal(0.1, sds[0], n_neurons) + rng.normal(0, sds[1], (n_draws, 1))
        d += rng.normal(0, sds[2], (n_draws, n_neurons))
        found = effects.two_way_interval(
            d[:, None], lambda f: f[..., 0], 9.0, seed=seed, resamples=400
        )
        covered += found is not None and found[0] <= 0.1 <= found[1]
    return Rate(covered, runs)


def source_coverage(n_sources: int, n_draws: int, runs: int) -> Rate:
    """Coverage of the interval over photographs; SD .1 among them and .1 within."""
    rng = rng_of("sources", n_sources, n_draws)
    covered = 0
    for seed in range(runs):
        chosen = rng.integers(n_sources, size=n_draws)
        d = 0.1 + rng.normal(0, 0.1, n_sources)[chosen] + rng.normal(0, 0.1, n_draws)
        found = effects.source_interval(d, chosen.astype(str).tolist(), seed=seed, resamples=400)
        covered += found is not None and found[0] <= 0.1 <= found[1]
    return Rate(covered, runs)


def report(runs: int) -> Iterator[str]:
    """All tables, in Markdown."""
    yield from (
        "# The evidence engine, simulated",
        "",
        f"Command: `python benchmarks/evidence_simulation.py --runs {runs}`. "
        f"{runs:,} runs per cell; 95 % Clopper–Pearson intervals; margin {MARGIN}, "
        f"bound {BOUND} unless said otherwise.",
    )
    yield from _boundary_table(runs)
    yield from _power_table(runs)
    yield from _discovery_table(runs)
    yield from _coverage_tables(runs)


def _boundary_table(runs: int) -> Iterator[str]:
    yield from _heading(
        "Type-I error under optional stopping, at the margin",
        "Share of runs in which a process *ever* reaches its threshold within 400 draws whose "
        "mean is exactly the margin, where both nulls are true. Nominal: at most 5 % at e ≥ 20, "
        "0.5 % at e ≥ 200.",
        ("direction", "draws", "support, 20", "refute, 20", "support, 200", "refute, 200"),
    )
    for direction in DIRECTIONS:
        for sampler in SAMPLERS:
            rates = errors_at_boundary(direction, sampler, runs)
            yield _row(direction, _name(sampler), *map(str, rates.values()))


def _power_table(runs: int) -> Iterator[str]:
    yield from _heading(
        "Power",
        "Normal draws clipped to the bound, both thresholds 200, at most 400 draws. "
        "*Projected*: what `projected_draws` promises.",
        ("direction", "mean", "SD", "bound", "supported", "refuted", "draws, mean", "draws, median",
         "projected"),
    )  # fmt: skip
    cells: tuple[tuple[Direction, float, float, float], ...] = (
        ("greater", 0.10, 0.06, 0.28),
        ("greater", 0.10, 0.06, 1.00),
        ("greater", 0.10, 0.12, 0.46),
        ("greater", 0.10, 0.26, 0.88),
        ("greater", 0.20, 0.26, 0.98),
        ("greater", 0.00, 0.12, 0.36),
        ("different", 0.10, 0.06, 0.28),
        ("equivalent", 0.00, 0.06, 0.18),
        ("equivalent", 0.00, 0.12, 0.36),
        ("equivalent", 0.00, 0.24, 0.72),
    )
    for direction, mean, sd, bound in cells:
        found = power(direction, mean, sd, bound, 0.005, runs, 400)
        projected = evidence.projected_draws(mean, sd, MARGIN, bound, 0.005, direction)
        yield _row(
            direction, f"{mean:.2f}", f"{sd:.2f}", f"{bound:.2f}", str(found.supported),
            str(found.refuted), f"{found.mean_draws:.0f}", f"{found.median_draws:.0f}",
            f"{projected:.0f}",
        )  # fmt: skip


def _discovery_table(runs: int) -> Iterator[str]:
    yield from _heading(
        "False discovery rate over studies of ten hypotheses",
        "Directions in turn, 200 draws each, e-LOND with γ = 1/10. Mean false discovery "
        "proportion ± 1.96 standard errors. *Mixed*: effects of −.12 to .12; *near misses*: "
        "every claim false by .002; *near hits*: every claim true by .002; *adversary*: true "
        "claims until one is supported, then near misses.",
        ("claims", "draws", "α", "supported", "contradicted", "all decided", "share decided"),
    )
    for claims in get_args(Claims):
        for sampler, alpha in ((normal, 0.05), (normal, 0.2), (two_point, 0.2)):
            found = false_discoveries(claims, sampler, alpha, runs)
            yield _row(
                claims, _name(sampler), f"{alpha:g}", _mean(found.supported),
                _mean(found.refuted), _mean(found.decided), f"{found.share_decided:.0%}",
            )  # fmt: skip


def _coverage_tables(runs: int) -> Iterator[str]:
    yield from _heading(
        "Confidence sequence",
        "Share of runs in which the 95 % sequence misses the mean at any of 200 draws "
        "(50 cells). Nominal: at most 5 %.",
        ("draws", "mean", "missed"),
    )
    for sampler in (two_point, rare_negative, normal):
        yield _row(_name(sampler), "0.1", str(sequence_misses(sampler, 0.1, runs)))
    yield from _heading(
        "Two-way bootstrap",
        "Coverage of the 95 % interval in a crossed random-effects model (SD among neurons, "
        "among draws, of the rest; 400 resamples).",
        ("neurons", "draws", "SDs", "covered"),
    )
    for n_neurons, spread in ((20, (0.2, 0.1, 0.2)), (20, (0.2, 0.02, 0.2)), (50, (0.1, 0.1, 0.3))):
        rate = crossed_coverage(n_neurons, 50, spread, runs)
        yield _row(str(n_neurons), "50", ", ".join(f"{sd:g}" for sd in spread), str(rate))
    yield from _heading(
        "Bootstrap over photographs",
        "Coverage of the 95 % interval; 100 draws, SD .1 among and within photographs.",
        ("photographs", "covered"),
    )
    for n_sources in (8, 20):
        yield _row(str(n_sources), str(source_coverage(n_sources, 100, runs)))


def _heading(title: str, text: str, columns: tuple[str, ...]) -> Iterator[str]:
    yield from ("", f"## {title}", "", text, "", _row(*columns), _row(*("---" for _ in columns)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _name(function: Sampler) -> str:
    return function.__name__.replace("_", " ")


def _mean(proportions: Float) -> str:
    error = 1.96 * proportions.std(ddof=1) / np.sqrt(len(proportions))
    return f"{proportions.mean():.2%} ± {error:.2%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    default = Path(__file__).parent / "results" / "evidence_simulation.md"
    parser.add_argument("--out", type=Path, default=default)
    options = parser.parse_args()
    options.out.write_text("\n".join(report(options.runs)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
