"""Record the gym: suites, baselines, scientists, null studies, the claims of the original's report.

``python benchmarks/gym.py FOLDER --workers 2`` runs what FOLDER lacks, so that it can be killed
and begun again, and then writes docs/gym.md, docs/original-report.md, their figures,
benchmarks/results/gym.md and the figures that every report quotes. About an hour of CPU. The
numbers do not depend on the number of workers; the times do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gym_figures import draw_figures
from v1vlm.gym import (
    Plan,
    StudyRecord,
    Suite,
    Tested,
    baselines,
    calibrated,
    compared,
    cost,
    details,
    error_rates,
    first_page,
    kinds,
    load_suite,
    null_plans,
    null_studies,
    plans_for,
    plans_of,
    put_to_the_test,
    run_all,
    scientists,
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
    is_false,
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
SCIENTISTS = {"heuristic": "heuristic", "random": "v1vlm.gym.given:at_random"}


@dataclass(frozen=True)
class Run:
    """Everything that was run, and the CPU seconds of every part without truths."""

    static: list[StudyRecord]
    moving: list[StudyRecord]
    others: dict[str, list[StudyRecord]]
    scientists: dict[str, list[StudyRecord]]
    nulls: dict[str, list[StudyRecord]]
    original: list[StudyRecord]
    seconds: dict[str, float]

    @property
    def given(self) -> list[StudyRecord]:
        """Studies of given hypotheses: static and moving."""
        return [*self.static, *self.moving]

    @property
    def unseen(self) -> list[StudyRecord]:
        """All null studies."""
        return [record for records in self.nulls.values() for record in records]


def main() -> int:
    """Run what is missing, write everything; 1 if a bar is missed."""
    options = _options()
    run = _run(options)
    bars = list(_bars(run))
    draw_figures(run.given, run.unseen)
    tables = list(_tables(run, bars))
    said = f"Recorded at commit `{options.commit}`." if options.commit else ""
    head = [said, ""] if said else []
    _write(ROOT / "benchmarks" / "results" / "gym.md", ["# The gym", "", *head, *tables])
    page = [*METHOD.strip().splitlines(), "", *head, *tables, *AGAIN.strip().splitlines()]
    _write(ROOT / "docs" / "gym.md", page)
    if run.original:
        claims = _original(load_suite("original"), run.original)
        _write(ROOT / "docs" / "original-report.md", [*claims, *head])
    if run.given and run.unseen:
        rates = json.dumps(error_rates(run.given, run.unseen), indent=1, allow_nan=False)
        _write(ROOT / "src" / "v1vlm" / "report" / "error_rates.json", [rates])
    return int(not all(met for _, _, met in bars))


def _run(options: argparse.Namespace) -> Run:
    """Everything, in the order in which it is missed most."""
    static, moving, original = map(load_suite, ("static", "moving", "original"))
    n, whole = options.studies, options.whole
    parts: dict[str, list[Plan]] = {
        "static": plans_of(static, 1, n),
        "moving": plans_of(moving, 1, options.moving),
        "original": plans_of(original, 1)[: options.original],
        "null": null_plans("heuristic", NULL_TWINS, options.null, 1, 5),
        **{name: plans_for(named, static.twins, whole, 1, 5) for name, named in SCIENTISTS.items()},
    }
    done, seconds = {}, {}
    for name, plans in parts.items():
        done[name] = run_all(plans, options.folder, options.workers, _Said(name))
        seconds[name] = seconds_of(plans, options.folder)
    given = [*done["static"], *done["moving"]]
    return Run(
        static=done["static"],
        moving=done["moving"],
        others=baselines(given, options.folder, options.workers) if given else {},
        scientists={name: done[name] for name in SCIENTISTS if done[name]},
        nulls={"heuristic": done["null"]} if done["null"] else {},
        original=done["original"],
        seconds=seconds,
    )


def _tables(run: Run, bars: Sequence[tuple[str, str, bool]]) -> Iterator[str]:
    given, seconds = run.given, run.seconds
    twins = sorted({record.plan.twin for record in given})
    yield from ("## The first page", "", *first_page(given), "")
    for name, records in (("Static", run.static), ("Moving", run.moving)):
        yield from (f"{name}: {cost(records, seconds[name.lower()])}", "")
    yield from ("Twins: " + ", ".join(f"`{t}`" for t in twins), "")
    yield from ("## What was promised", "", "| bar | measured | |", "| --- | --- | --- |")
    yield from (f"| {bar} | {value} | {'met' if met else 'MISSED'} |" for bar, value, met in bars)
    yield from ("", "## Signs, controls, intervals", "", *details(given), "")
    yield from ("![Evidence against draws](images/gym-evidence.svg)", "")
    yield from ("## By what a case tries", "", *kinds(given), "")
    rows: Mapping[str, list[StudyRecord]] = {
        "the laboratory, static": run.static,
        "the laboratory, moving": run.moving,
        **{f"the laboratory, proposals: {name}": rows for name, rows in run.scientists.items()},
        **run.others,
    }
    yield from ("## Other ways of deciding", "", COMPARED.strip(), "", *compared(rows), "")
    asked = {name: (records, seconds[name]) for name, records in run.scientists.items()}
    yield from ("## Scientists", "", ASKED.strip(), "", *scientists(asked), "")
    for name, records in run.scientists.items():
        yield from (f"Confidence of the {name} scientist:", "", *calibrated(records), "")
    yield from ("## Nothing to be found", "", NULLS.strip(), "", *null_studies(run.nulls), "")
    if run.unseen:
        yield from (cost(run.unseen, seconds["null"]), "")
        yield from ("![Evidence in null studies](images/gym-nulls.svg)", "")
    yield from ("## Known failures", "", *_failures(given), "")


def _bars(run: Run) -> Iterator[tuple[str, str, bool]]:
    records = run.given
    distinct = {(r.plan.twin, t.case): t for r in records for t in r.tested}
    null = sum(map(is_false, distinct.values())) / max(1, len(distinct))
    said = f"{len(distinct)}, {null:.0%} false; {len(records)} studies"
    yield (
        "240 distinct hypotheses, half of them null; 100 studies",
        said,
        len(distinct) >= 240 and null >= 0.45 and len(records) >= 100,
    )
    for claim in ("supported", "contradicted", "robust"):
        rate = false_discovery(records, claim)
        value = f"{rate.value:.3f}, bound {rate.upper:.3f}, of {rate.n}"
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
    said = f"{signs.value:.3f} of {signs.n} studies, bound {signs.upper:.3f}"
    yield "no sign error", said, signs.value == 0
    for name, among, hit, least in (
        ("confounded claims not robust", confounded_truly, _not_robust, 0.9),
        ("unconfounded claims robust", stands_truly, _robust, 0.8),
        ("95 % intervals that cover", has_interval, covered, 0.93),
    ):
        found = share(records, among, hit)
        yield f"{name} ≥ {least}", f"{found.value:.3f} of {found.n}", found.value >= least
    tried = sum(len(r.tested) for r in run.static)
    once = len({(r.plan.twin, t.case) for r in run.static for t in r.tested})
    pace = run.seconds["static"] * once / max(1, tried)
    yield "static suite, every case once, within 480 s of CPU", f"{pace:.0f} s", pace <= 480
    if run.unseen:
        rate = studies_with(run.unseen, false_effect)
        value = f"{rate.value:.3f} ({rate.low:.3f}–{rate.high:.3f}) of {rate.n}"
        met = rate.value <= 0.05 and rate.n >= 1000
        yield "1,000 null studies, any effect claimed in ≤ .05", value, met
        pace = 1000 * run.seconds["null"] / rate.n
        yield "1,000 null studies within 3,600 s of CPU", f"{pace:.0f} s per 1,000", pace <= 3600


def _original(suite: Suite, records: Sequence[StudyRecord]) -> Iterator[str]:
    """The page about the claims of the original's report."""
    twins = ", ".join(f"`{record.plan.twin}`" for record in records)
    yield from (*ORIGINAL.strip().splitlines(), "", f"Recorded on {twins}.", "")
    yield from (*put_to_the_test(suite, records), "")
    for case in suite.cases:
        tested = [t for r in records for t in r.tested if t.case == case.id]
        yield from (f"## {case.title}", "", case.statement, "")
        yield from (f"* Control, effect {c.expects}: {c.reason}" for c in case.controls)
        yield from (
            f"* `{r.plan.twin}`: **{_verdict(t)}**, {t.estimate:+.3f} "
            f"{_between(t)}; true mean {t.truth.mean if t.truth else float('nan'):+.3f}"
            for r in records
            for t in r.tested
            if t.case == case.id
        )
        yield from ((), ("* Refused: it was not tested.",))[not tested]
        yield ""


def _verdict(tested: Tested) -> str:
    controls = tested.controls_verdict
    return f"{tested.verdict}, {controls}" if tested.verdict == "supported" else tested.verdict


def _between(tested: Tested) -> str:
    if tested.interval is None:
        return ""
    low, high = tested.interval
    return f"[{low:+.3f}, {high:+.3f}]"


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


def _not_robust(tested: Tested) -> bool:
    return not _robust(tested)


def _robust(tested: Tested) -> bool:
    return tested.controls_verdict == "robust"


METHOD = """
# How often the laboratory is wrong

`v1vlm gym` measures the error rates of the whole laboratory on twins whose truth is known. This
page is written by `benchmarks/gym.py` from a recorded run.

**What is run.** The hypotheses of two suites, static and moving
(`src/v1vlm/gym/suites/*.toml`), are tried on all their twins: studies hold ten cases each (five of
the moving suite), dealt in fresh order and with fresh seeds until every twin had its share;
proposal, pilot on half A, registration, test, controls, estimate and verdict are those of any
study. The kinds of hypotheses:

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
Whole unattended studies of the built-in scientist, five places each, in which every contrast is
null by construction: in every draw the members are exchanged or not, at random, and every measure
that compares them changes its sign with it. Rendering, matching, guard, twin, neurons, measures,
pilots, registration, stopping and error budget are the laboratory's. Draws are taken at random,
with replacement, from 50 of every plan that were shown both ways round, so that E[d] = 0 exactly
and the spread is that of real contrasts. Whatever greater, less or different claim is supported is
false. Two things to keep in mind: a claim must exceed a margin, so that these nulls lie a whole
margin away from the boundary, where errors are rarest (at the boundary itself, 10,000 runs of
every kind of draw stay below the nominal level: benchmarks/results/evidence_simulation.md); and a
twin that is blind to stimuli would be no test, because no neuron of it has a receptive field, every
pilot is invalid, and its studies are empty.
"""

ASKED = """
What scientists ask when they choose themselves, in whole studies of five places on the same twins.
*Distinct* and *not in the stock* count claims that differ from each other, and contrasts that are
none of the packaged templates'. Confidence is stated with the proposal, before any data: the
heuristic's is the share of the accounts not yet ruled out that predict the claim, the random one
says one half. A Brier score of .25 is what always saying one half earns.
"""

ORIGINAL = """
# The original's report, put to the test

The first V1VLM let a vision-language model look at the responses of a twin to single images and
write what it saw. Its example report makes the claims below. Each was turned into a prediction
with a margin, registered, and tested on fresh draws of the `energy` twin, by

```
v1vlm gym --suite original --out original                       # five populations, with truths
v1vlm gym --suite original --twin energy:no-surround            # any other twin
v1vlm run examples/original.txt --scientist given:original --twin viv1t:DIR --num-steps 11
```

The third is one study with report, journal and `verify`, and the one for a twin that is slow,
since it measures no truths. `energy` is a model with planted mechanisms: what survives on it says
that these mechanisms suffice for the claim, what falls on it needs more than they hold, or more
than the claim. A claim survives where it is supported and robust.
"""

AGAIN = """
## To repeat it

```
v1vlm gym --out gym --workers 2 --baselines            # every case once, and other rules
v1vlm gym --studies 100 --out gym --workers 2          # a hundred studies
v1vlm gym --null --studies 30 --out gym                # studies where nothing is true
v1vlm gym --scientist heuristic --scientist v1vlm.gym.given:at_random   # scientists, compared
python benchmarks/gym.py gym --workers 2               # all of this page
```

A run goes on where its folder ends, whenever it was killed. One process or several give the same
tables. Any plug-in can be named as `--scientist`. Some cases are packaged templates: when those
change, so does the digest of the suite, and it is run anew. A false discovery rate of zero has the
least bound that so many studies can give.
"""


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


class _Said:
    """Says how far a part is."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __call__(self, done: int, total: int) -> None:
        print(f"{self._part}: {done} of {total} studies   ", end="\r", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--commit", default="", help="said on the pages: what was run")
    for name, default, what in (
        ("studies", 100, "of the static suite"),
        ("moving", 12, "of the moving suite"),
        ("null", 1000, "in which nothing is true"),
        ("whole", 8, "of each scientist that chooses its own questions"),
        ("original", 5, "of the claims of the original's report"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"studies {what}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
