"""The tables of the gym, in Markdown: the same numbers for people, reports and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from v1vlm.gym.scores import (
    CLAIMS,
    POWER,
    Rate,
    by_kind,
    confounded_truly,
    covered,
    false_claim,
    false_discovery,
    false_effect,
    generalisation,
    has_interval,
    is_false,
    is_supported,
    is_true,
    share,
    sign_error,
    stands_truly,
    studies_with,
)
from v1vlm.gym.studies import StudyRecord


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
        "who decides", "claims", "false discovery rate", "95 % interval", "false of null effects",
        "true effects found", "studies with a sign error",
    )  # fmt: skip
    for name, records in rows.items():
        fdr = false_discovery(records, "supported")
        nulls = share(records, lambda t: is_false(t) and t.direction != "equivalent", false_effect)
        power = share(records, lambda t: is_true(t) and t.direction != "equivalent", is_supported)
        signs = studies_with(records, sign_error)
        yield _row(
            name, str(fdr.n), *_cells(fdr), f"{_percent(nulls.value)} of {nulls.n}",
            f"{_percent(power.value)} of {power.n}", _percent(signs.value),
        )  # fmt: skip


def cost(records: Sequence[StudyRecord], seconds: float) -> str:
    """Draws per decision and hypotheses per minute, in a sentence."""
    tested = [t for record in records for t in record.tested]
    decided = [t.stopped_at for t in tested if t.verdict != "inconclusive"]
    refused = sum(record.counts["refused"] for record in records)
    pace = 60 * len(tested) / seconds if seconds else float("nan")
    usual = np.median(decided) if decided else float("nan")
    return (
        f"{len(tested)} hypotheses in {len(records)} studies, {refused} refused; {len(decided)} "
        f"decided, after {usual:.0f} test draws (median); {seconds:.0f} s of CPU, "
        f"{pace:.0f} hypotheses per minute and core."
    )


def null_studies(records: Sequence[StudyRecord]) -> Iterator[str]:
    """How many null studies claimed an effect."""
    rate = studies_with(records, false_effect)
    n_tested = sum(len(record.tested) for record in records)
    yield from _table("null studies", "hypotheses", "with any effect claimed", "95 % interval")
    yield _row(str(rate.n), str(n_tested), *_cells(rate))


def _table(*columns: str) -> Iterable[str]:
    return _row(*columns), _row(*("---" for _ in columns))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(rate: Rate) -> tuple[str, str]:
    return _percent(rate.value), f"{_percent(rate.low)}–{_percent(rate.high)}"


def _percent(value: float) -> str:
    return "–" if np.isnan(value) else f"{100 * value:.1f} %"
