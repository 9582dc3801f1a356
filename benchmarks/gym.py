"""Run the gym, and write its tables, its figure and docs/gym.md from what was run.

``python benchmarks/gym.py FOLDER --workers 2 --null 1000`` goes on where FOLDER ends. The numbers
do not depend on the number of workers; the times do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from v1vlm.gym import (
    Plan,
    StudyRecord,
    Tested,
    baselines,
    compared,
    cost,
    details,
    first_page,
    kinds,
    load_suite,
    null_plans,
    null_studies,
    plans_for,
    plans_of,
    run_all,
    seconds_of,
)
from v1vlm.gym.scores import (
    confounded_truly,
    covered,
    false_claim,
    false_discovery,
    false_effect,
    has_interval,
    is_effect,
    is_supported,
    share,
    sign_error,
    size,
    spread,
    stands_truly,
    studies_with,
)

ROOT = Path(__file__).parent.parent
NULL_TWINS = tuple(f"energy:neurons=300,population={p}" for p in (1, 2, 3, 4))
BINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 20.0)


def main() -> int:
    """Run what is missing, write everything; 1 if a bar is missed."""
    options = _options()
    suite = load_suite("static")
    chosen = suite.twins[: options.twins]
    plans = [plan for plan in plans_of(suite, 1) if plan.twin in chosen]
    records = run_all(plans, options.folder, options.workers, _say)
    rows = {"the laboratory": records}
    if options.baselines:
        rows |= baselines(records, options.folder, options.workers)
    scientists = [
        (name, plans_for(name, suite.twins, options.studies, 1, 5))
        for name in (options.scientists if options.studies else ())
    ]
    for name, wanted in scientists:
        said = f"the laboratory, proposals by {name.rpartition(':')[2]}"
        rows[said] = run_all(wanted, options.folder, options.workers, _say)
    nulls = null_plans("heuristic", NULL_TWINS, options.null, 1, 5) if options.null else []
    unseen = run_all(nulls, options.folder, options.workers, _say)
    seconds = seconds_of(plans, options.folder), seconds_of(nulls, options.folder)
    bars = list(_bars(records, unseen, seconds))
    _power_curve(records, ROOT / "docs" / "images" / "gym-power.svg")
    tables = list(_tables(records, rows, unseen, seconds, bars, plans))
    if options.commit:
        tables = [f"Recorded at commit `{options.commit}`.", "", *tables]
    _write(ROOT / "benchmarks" / "results" / "gym.md", ["# The gym", "", *tables])
    _write(ROOT / "docs" / "gym.md", [*METHOD.strip().splitlines(), "", *tables, *AGAIN])
    return int(not all(met for _, _, met in bars))


def _tables(
    records: Sequence[StudyRecord],
    rows: dict[str, list[StudyRecord]],
    unseen: Sequence[StudyRecord],
    seconds: tuple[float, float],
    bars: Sequence[tuple[str, str, bool]],
    plans: Sequence[Plan],
) -> Iterator[str]:
    twins = sorted({plan.twin for plan in plans})
    yield from ("## The first page", "", *first_page(records), "")
    yield from (cost(records, seconds[0]), "", "Twins: " + ", ".join(f"`{t}`" for t in twins))
    yield from ("", "## What was promised", "", "| bar | measured | |", "| --- | --- | --- |")
    yield from (f"| {bar} | {value} | {'met' if met else 'MISSED'} |" for bar, value, met in bars)
    yield from ("", "## Signs, controls, intervals", "", *details(records), "")
    yield from ("## By what a case tries", "", *kinds(records), "")
    if len(rows) > 1:
        yield from ("## Other ways of deciding", "", COMPARED.strip(), "", *compared(rows), "")
    if unseen:
        yield from ("## Nothing to be found", "", NULLS.strip(), "", *null_studies(unseen), "")
        yield from (cost(unseen, seconds[1]), "")
    yield from ("## Known failures", "", *_failures(records), "")


def _bars(
    records: Sequence[StudyRecord], unseen: Sequence[StudyRecord], seconds: tuple[float, float]
) -> Iterator[tuple[str, str, bool]]:
    for claim in ("supported", "contradicted", "robust"):
        rate = false_discovery(records, claim)
        value = f"{rate.value:.3f}, bound {rate.upper:.3f}"
        met = rate.value <= 0.05 and rate.upper <= 0.08
        yield f"false of the {claim} ≤ .05, upper 95 % bound ≤ .08", value, met
    for low, high, least in ((0.0, 0.12, 0.95), (0.12, 0.2, 0.85)):
        rate = share(
            records,
            lambda t, low=low, high=high: is_effect(t) and size(t) >= 2 and low < spread(t) <= high,
            is_supported,
        )
        said = f"power ≥ {least} at twice the margin and more, SD {low}–{high}"
        yield said, f"{rate.value:.3f} of {rate.n}", rate.value >= least
    signs = studies_with(records, sign_error)
    yield "no sign error", f"{signs.value:.3f} of {signs.n} studies", signs.value == 0
    found = share(records, confounded_truly, lambda t: t.controls_verdict != "robust")
    yield (
        "confounded claims not robust ≥ .90",
        f"{found.value:.3f} of {found.n}",
        found.value >= 0.9,
    )
    found = share(records, stands_truly, lambda t: t.controls_verdict == "robust")
    yield "unconfounded claims robust ≥ .80", f"{found.value:.3f} of {found.n}", found.value >= 0.8
    found = share(records, has_interval, covered)
    yield "95 % intervals that cover ≥ .93", f"{found.value:.3f} of {found.n}", found.value >= 0.93
    yield "suite within 480 s of CPU", f"{seconds[0]:.0f} s", seconds[0] <= 480
    if unseen:
        rate = studies_with(unseen, false_effect)
        value = f"{rate.value:.3f} ({rate.low:.3f}–{rate.high:.3f}) of {rate.n}"
        yield (
            "1,000 null studies, any effect claimed in ≤ .05",
            value,
            (rate.value <= 0.05 and rate.n >= 1000),
        )
        pace = 1000 * seconds[1] / rate.n
        yield "1,000 null studies within 3,600 s of CPU", f"{pace:.0f} s per 1,000", pace <= 3600


def _failures(records: Sequence[StudyRecord]) -> Iterator[str]:
    """Every claim that went wrong, by name."""
    kinds_of_failure = (
        ("false, yet supported", false_claim),
        ("true, yet contradicted", lambda t: t.answer == "true" and t.verdict == "contradicted"),
        ("at least twice the margin, yet inconclusive", _missed),
        ("confounded, yet robust", lambda t: confounded_truly(t) and _robust(t)),
        ("stands, yet not robust", lambda t: stands_truly(t) and not _robust(t)),
    )
    yield "| failure | twin | case | verdict | truth ± SE | SD | test draws |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, failed in kinds_of_failure:
        for record in records:
            for tested in filter(failed, record.tested):
                truth = tested.truth
                said = "" if truth is None else f"{truth.mean:+.3f} ± {truth.se:.3f}"
                yield (
                    f"| {name} | `{record.plan.twin}` | {tested.case} | {tested.verdict}, "
                    f"{tested.controls_verdict} | {said} | {spread(tested):.2f} | "
                    f"{tested.stopped_at} |"
                )
    refused = sum(record.counts["refused"] for record in records)
    yield from ("", f"Cases refused by the laboratory and not tested: {refused}.")


def _missed(tested: Tested) -> bool:
    return is_effect(tested) and size(tested) >= 2 and tested.verdict == "inconclusive"


def _robust(tested: Tested) -> bool:
    return tested.controls_verdict == "robust"


def _power_curve(records: Sequence[StudyRecord], path: Path) -> None:
    """Share supported against the true effect in the claimed direction, by spread of draws."""
    plt.rcParams["svg.hashsalt"] = "gym"
    figure, axis = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    spreads = ((0.0, 0.12, "SD ≤ .12"), (0.12, 0.2, "SD .12–.20"), (0.2, 9.0, "SD > .20"))
    for offset, (low, high, name) in enumerate(spreads):
        places, rates = [], []
        for start, stop in pairwise(BINS):
            rate = share(
                records,
                lambda t, a=start, b=stop, low=low, high=high: (
                    t.direction != "equivalent"
                    and low < spread(t) <= high
                    and a <= max(claimed(t), 0.0) < b
                ),
                is_supported,
            )
            if rate.n:
                places.append(BINS.index(start) + 0.3 + 0.2 * offset)
                rates.append(rate)
        values = np.array([rate.value for rate in rates])
        bars = np.array([[r.value - r.low, r.high - r.value] for r in rates]).T
        axis.errorbar(places, values, np.maximum(bars, 0), fmt="o-", ms=4, lw=1, label=name)
    axis.axvline(BINS.index(1.0), color="0.6", lw=0.8, ls="--")
    axis.set_xticks(range(len(BINS)), [f"{edge:g}" for edge in BINS])
    axis.set_xlabel("true effect in the claimed direction, in margins (bins)")
    axis.set_ylabel("share supported")
    axis.legend(frameon=False)
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def claimed(tested: Tested) -> float:
    """True effect in margins, positive in the direction of the claim."""
    if tested.truth is None:
        return float("nan")
    sign = {"greater": 1.0, "less": -1.0}.get(tested.direction)
    mean = tested.truth.mean
    return (abs(mean) if sign is None else sign * mean) / tested.margin


METHOD = """
# How often the laboratory is wrong

`v1vlm gym` measures the error rates of the whole laboratory on twins whose truth is known. This
page is written by `benchmarks/gym.py` from a recorded run.

**What is run.** The hypotheses of a suite (`src/v1vlm/gym/suites/*.toml`) are tried on every twin
of it, in a fresh order, in studies that hold five each: proposal, pilot on half A, registration,
test, controls, estimate and verdict are those of any study. The kinds of hypotheses:

| kind | what it tries |
| --- | --- |
| permuted | the roles of the members are exchanged at random in every draw: E[d] = 0 whatever the twin, at the full spread of a true effect |
| symmetry | null by a symmetry: noise against scrambled noise, opposite phases, mirrored patterns |
| below margin | an effect that exists and is too small to claim |
| wrong sign | an effect that exists, claimed the other way |
| confounded | true in the data, carried by contrast, ink, luminance, covered receptive fields, variance or spilled ink, with a control that takes it away |
| easy, hard | true effects, some with controls that they survive |
| equivalence | true and false |

**What is true** is measured, not assumed: the mean of the clipped measure over 200 to 1,600 fresh
draws for exactly the neurons, rule, clipping and measure that were tested, with its standard
error. Drawing ends where the mean lies 4 standard errors from the margins that the claim turns
on. Within 3 of them the claim is *unclear*: it is counted, not scored. A confounded claim is true
of the data; it is false of the *robust* claims, which say that all controls hold, and the truth
of every control is measured alike. A claim about "this twin's population" is also held against
the mean of the truths of the other populations of that twin.

**What is independent.** Studies are; the claims of one study are not. The false discovery rate is
the mean over studies of false / max(1, claims), its interval a betting confidence interval
(Waudby-Smith & Ramdas 2024). Events that a study has or has not have Clopper–Pearson intervals.
Power is resampled by study. Power is promised by the spread of the draws (SD).

![Share supported against the true effect](images/gym-power.svg)
"""  # noqa: E501

COMPARED = """
The same claims, decided by other rules on images drawn for them; truths as above. None of the
others has controls or stops early. *False of null effects*: claims made among those that are false.
"""

NULLS = """
Whole unattended studies of the built-in scientist, five registrations each, on a blind rig: noise
keyed by the digest of the stimulus (SD .3 of the log response among stimuli, .4 among neurons).
Draws, places, neurons, measures and everything after them are the laboratory's; rendering is left
out. Whatever greater, less or different claim is supported is false.
"""

AGAIN = [
    "## To repeat it",
    "",
    "```",
    "v1vlm gym --out gym --workers 2 --baselines       # the suite, and other rules",
    "v1vlm gym --null --studies 30 --out gym           # studies where nothing is true",
    "v1vlm gym --scientist heuristic --studies 4       # whole studies of a scientist",
    "python benchmarks/gym.py gym --workers 2 --null 1000   # this page",
    "```",
    "",
    "A run goes on where its folder ends. One process or several give the same tables. Some cases",
    "are packaged templates: when those change, so does the digest of the suite, and it is run",
    "anew. A false discovery rate of zero has the least bound that so many studies can give.",
]


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _say(done: int, total: int) -> None:
    print(f"{done} of {total} studies", end="\r", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--commit", default="", help="said on the page: what the run was made at")
    parser.add_argument("--twins", type=int, help="only the first so many twins of the suite")
    parser.add_argument("--null", type=int, default=0, help="number of null studies")
    parser.add_argument("--studies", type=int, default=0, help="whole studies of each scientist")
    parser.add_argument(
        "--scientists", nargs="*", default=["heuristic", "v1vlm.gym.given:at_random"]
    )
    parser.add_argument("--no-baselines", dest="baselines", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
