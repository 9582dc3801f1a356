"""The tables of the gym, in Markdown: the same numbers for people, reports and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

import numpy as np

from v1vlm.gym.scores import (
    CLAIMS,
    POWER,
    Rate,
    by_kind,
    calibration,
    confounded_truly,
    covered,
    false_claim,
    false_discovery,
    false_effect,
    generalisation,
    has_interval,
    is_effect,
    is_false,
    is_supported,
    is_true,
    novelty,
    share,
    sign_error,
    size,
    stands_truly,
    studies_with,
)
from v1vlm.gym.studies import StudyRecord
from v1vlm.gym.suites import Suite


def first_page(records: Sequence[StudyRecord]) -> Iterator[str]:
    """Of the claims made, how many are false; of the truths tested, how many are found."""
    yield from _table("of what is claimed, false", "rate", "95 % interval", "95 % bound", "claims")
    for claim in CLAIMS:
        rate = false_discovery(records, claim)
        yield _row(claim, *_cells(rate), _percent(rate.upper), str(rate.n))
    rate = generalisation(records)
    yield _row("supported, of other populations", *_cells(rate), _percent(rate.upper), str(rate.n))
    yield ""
    yield from _table("of what is true, found", "rate", "95 % interval", "claims")
    for name, among in POWER:
        rate = share(records, among, is_supported)
        yield _row(name, *_cells(rate), str(rate.n))


def details(records: Sequence[StudyRecord]) -> Iterator[str]:
    """Sign errors, controls, coverage and cost."""
    signs = studies_with(records, sign_error)
    wrong = studies_with(records, false_claim)
    exposed = share(records, confounded_truly, lambda t: t.controls_verdict != "robust")
    explained = share(records, confounded_truly, lambda t: t.controls_verdict == "explained away")
    robust = share(records, stands_truly, lambda t: t.controls_verdict == "robust")
    cover = share(records, has_interval, covered)
    yield from _table("", "rate", "95 % interval", "of")
    yield _row("studies with a sign error", *_cells(signs), f"{signs.n} studies")
    yield _row("studies with a false supported claim", *_cells(wrong), f"{wrong.n} studies")
    yield _row("confounded claims not called robust", *_cells(exposed), f"{exposed.n} claims")
    yield _row("… explained away", *_cells(explained), f"{explained.n} claims")
    yield _row("claims that stand, called robust", *_cells(robust), f"{robust.n} claims")
    yield _row("95 % intervals that hold the truth", *_cells(cover), f"{cover.n} supported claims")


def kinds(records: Sequence[StudyRecord]) -> Iterator[str]:
    """What became of every kind of case."""
    yield from _table(
        "kind", "tested", "true", "false", "unclear", "supported", "of these false",
        "contradicted", "inconclusive", "median test draws",
    )  # fmt: skip
    for kind, tested in by_kind(records).items():
        verdicts = [t.verdict for t in tested]
        yield _row(
            kind or "–",
            str(len(tested)),
            str(sum(map(is_true, tested))),
            str(sum(map(is_false, tested))),
            str(sum(t.answer == "unclear" for t in tested)),
            str(verdicts.count("supported")),
            str(sum(map(false_claim, tested))),
            str(verdicts.count("contradicted")),
            str(verdicts.count("inconclusive")),
            f"{np.median([t.stopped_at for t in tested]):.0f}",
        )


def compared(rows: Mapping[str, Sequence[StudyRecord]]) -> Iterator[str]:
    """One row per way of deciding, or per scientist."""
    yield from _table(
        "who decides", "tested", "claims", "false discovery rate", "95 % interval",
        "false of null effects", "true effects found", "studies with a sign error",
    )  # fmt: skip
    for name, records in rows.items():
        fdr = false_discovery(records, "supported")
        nulls = share(records, lambda t: is_false(t) and t.direction != "equivalent", false_effect)
        power = share(records, is_effect, is_supported)
        signs = studies_with(records, sign_error)
        yield _row(
            name, str(sum(len(r.tested) for r in records)), str(fdr.n), *_cells(fdr),
            f"{_percent(nulls.value)} of {nulls.n}", f"{_percent(power.value)} of {power.n}",
            _percent(signs.value),
        )  # fmt: skip


def scientists(rows: Mapping[str, tuple[Sequence[StudyRecord], float]]) -> Iterator[str]:
    """What every scientist asked, and how well it knew the answer.

    Parameters
    ----------
    rows : mapping
        By name: records of whole studies, and the CPU seconds that they took.
    """
    yield from _table(
        "scientist", "studies", "registered", "refused", "supported", "robust",
        "true of what it asked", "distinct", "not in the stock",
        "Brier score of stated confidence", "draws per decision", "hypotheses per minute",
    )  # fmt: skip
    for name, (records, seconds) in rows.items():
        tested = [t for record in records for t in record.tested]
        new, said = novelty(records), calibration(records)
        true = share(records, lambda t: t.answer != "unclear", is_true)
        yield _row(
            name, str(len(records)), str(len(tested)),
            str(sum(record.counts["refused"] for record in records)),
            str(sum(map(is_supported, tested))),
            str(sum(t.controls_verdict == "robust" for t in tested)),
            f"{_percent(true.value)} of {true.n}", _percent(new.distinct), _percent(new.own),
            "none stated" if not said.n else f"{said.brier:.3f} of {said.n}",
            f"{_draws_per_decision(records):.0f}", f"{_pace(records, seconds):.0f}",
        )  # fmt: skip


def calibrated(records: Sequence[StudyRecord]) -> Iterator[str]:
    """Stated confidence against the share that was supported."""
    yield from _table("confidence stated, mean", "supported", "claims")
    for stated, came, n in calibration(records).bins:
        yield _row(f"{stated:.2f}", _percent(came), str(n))


def error_rates(
    records: Sequence[StudyRecord], nulls: Sequence[StudyRecord]
) -> dict[str, dict[str, float] | str]:
    """The figures that the first page of every report quotes, as JSON."""
    usual = share(records, lambda t: is_effect(t) and size(t) >= 2, is_supported)
    nothing = studies_with(nulls, false_effect)
    return {
        "version": version("v1vlm"),
        "run": {"studies": len(records), "hypotheses": sum(len(r.tested) for r in records)},
        **{claim: _quoted(false_discovery(records, claim)) for claim in CLAIMS},
        "found": {
            **{name: round(getattr(usual, name), 4) for name in ("value", "low", "high")},
            "n": usual.n,
        },
        "nulls": _quoted(nothing),
    }


def _quoted(rate: Rate) -> dict[str, float]:
    return {"value": round(rate.value, 4), "upper": round(rate.upper, 4), "n": rate.n}


def _draws_per_decision(records: Sequence[StudyRecord]) -> float:
    """Median number of test draws until a verdict."""
    decided = [t.stopped_at for r in records for t in r.tested if t.verdict != "inconclusive"]
    return float(np.median(decided)) if decided else float("nan")


def _pace(records: Sequence[StudyRecord], seconds: float) -> float:
    return 60 * sum(len(r.tested) for r in records) / seconds if seconds else float("nan")


def cost(records: Sequence[StudyRecord], seconds: float) -> str:
    """Draws per decision and hypotheses per minute, in a sentence."""
    tested = [t for record in records for t in record.tested]
    decided = sum(t.verdict != "inconclusive" for t in tested)
    refused = sum(record.counts["refused"] for record in records)
    return (
        f"{len(tested)} hypotheses in {len(records)} studies, {refused} refused; {decided} "
        f"decided, after {_draws_per_decision(records):.0f} test draws (median); {seconds:.0f} s "
        f"of CPU, {_pace(records, seconds):.0f} hypotheses per minute and core."
    )


def null_studies(rows: Mapping[str, Sequence[StudyRecord]]) -> Iterator[str]:
    """How many null studies claimed an effect, by the rig they ran on."""
    yield from _table(
        "nothing is true", "studies", "hypotheses", "decided", "median test draws",
        "studies with any effect claimed", "95 % interval", "95 % bound",
    )  # fmt: skip
    for name, records in rows.items():
        rate = studies_with(records, false_effect)
        tested = [t for record in records for t in record.tested]
        decided = sum(t.verdict != "inconclusive" for t in tested)
        usual = np.median([t.stopped_at for t in tested]) if tested else float("nan")
        yield _row(
            name, str(rate.n), str(len(tested)), str(decided), f"{usual:.0f}",
            *_cells(rate), _percent(rate.upper),
        )  # fmt: skip


def put_to_the_test(suite: Suite, records: Sequence[StudyRecord]) -> Iterator[str]:
    """What became of every case of a suite, claim by claim, over all its twins."""
    yield from _table(
        "claim", "tested as", "supported", "robust", "contradicted", "inconclusive",
        "estimates", "true of the twins",
    )  # fmt: skip
    for case in suite.cases:
        tested = [t for r in records for t in r.tested if t.case == case.id]
        verdicts = [t.verdict for t in tested]
        sizes = [t.estimate for t in tested]
        yield _row(
            case.title,
            f"{case.measure} {case.direction}, margin {case.margin:g}",
            str(verdicts.count("supported")),
            str(sum(t.controls_verdict == "robust" for t in tested)),
            str(verdicts.count("contradicted")),
            str(verdicts.count("inconclusive")),
            f"{min(sizes):+.2f} to {max(sizes):+.2f}" if sizes else "refused",
            f"{sum(map(is_true, tested))} of {sum(t.answer != 'unclear' for t in tested)}",
        )


def _table(*columns: str) -> Iterable[str]:
    return _row(*columns), _row(*("---" for _ in columns))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(rate: Rate) -> tuple[str, str]:
    return _percent(rate.value), f"{_percent(rate.low)}–{_percent(rate.high)}"


def _percent(value: float) -> str:
    return "–" if np.isnan(value) else f"{100 * value:.1f} %"
