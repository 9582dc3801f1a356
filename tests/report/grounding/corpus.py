"""Reports whose prose is seeded with sentences that hold and sentences that do not.

The findings are of a synthetic study, with numbers drawn anew for every report; templates are
filled with true values and with values that nothing in the study has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from tests.report.conftest import CONTEXT, hypothesis_of, study, trial_of
from v1vlm.claims import Finding
from v1vlm.journal import State
from v1vlm.records import rng_of
from v1vlm.report.grounding import Claim, Facts, Standing, facts_of, read
from v1vlm.report.values import counts_of
from v1vlm.report.works import known_works

WORDS = {1: "one", 2: "two", 4: "four", 8: "eight"}
"""The counts of the synthetic study and the false ones, written out by hand."""

Template = tuple[str, ...]

WORST = ("confirmed", "unchecked", "refuted")
"""Standings of sentences; of several, the last counts."""


@dataclass(frozen=True)
class Planted:
    """A sentence of a report; `kind` says what is wrong with it, "" if nothing is."""

    kind: str
    text: str


@dataclass(frozen=True)
class Score:
    """What was made of a corpus.

    Attributes
    ----------
    missed : list of Planted
        False sentences that are printed without a mark.
    removed : list of (str, str)
        True sentences that are not printed, and why.
    marked, unchecked : int
        False and true sentences that are printed, and marked as not checked.
    unnoticed : list of Planted
        False sentences against which no reason was given, marked or not.
    """

    missed: list[Planted]
    removed: list[tuple[str, str]]
    marked: int
    unchecked: int
    unnoticed: list[Planted]
    n_faults: int
    n_true: int


def reports(
    true: Sequence[Template], faults: Sequence[Template], n: int
) -> Iterator[tuple[Facts, list[Planted]]]:
    """So many reports, each with its facts and some forty sentences in random order."""
    for number in range(n):
        rng = rng_of("grounded reports", number)
        facts = facts_with(rng)
        sentences = [
            made
            for kind, verdict, text in [("", *t) for t in true]
            + [(t[0], t[1], t[2]) for t in faults]
            if (made := _filled(kind, verdict, text, facts, rng)) is not None
        ]
        rng.shuffle(sentences)  # type: ignore[arg-type]
        yield facts, sentences[:40]


def score(true: Sequence[Template], faults: Sequence[Template], n_reports: int) -> Score:
    """Read every sentence of so many reports."""
    missed, removed, unnoticed = [], [], []
    n: Counter[str] = Counter()
    for facts, sentences in reports(true, faults, n_reports):
        for one in sentences:
            claims = read(one.text, facts)
            standing = max((_as_printed(claim) for claim in claims), key=WORST.index)
            n[f"{'false' if one.kind else 'true'} {standing}"] += 1
            if one.kind and standing == "confirmed":
                missed.append(one)
            if one.kind and not any(claim.faults for claim in claims):
                unnoticed.append(one)
            if not one.kind and standing == "refuted":
                fault = next(f for claim in claims for f in claim.faults if f.firm)
                removed.append((one.text, f"{fault.kind}: {fault.reason}"))
    n_false, n_true = (sum(n[f"{what} {w}"] for w in WORST) for what in ("false", "true"))
    marked, unchecked = n["false unchecked"], n["true unchecked"]
    return Score(missed, removed, marked, unchecked, unnoticed, n_false, n_true)


def _as_printed(claim: Claim) -> Standing:
    """What a reader takes a sentence for: what only tells of works is not marked either."""
    told = claim.cites and not claim.faults and not (claim.findings and claim.reports)
    return "confirmed" if told else claim.standing


@cache
def _base() -> State:
    state, store = study(3)
    pair = ("own orientation", "orthogonal")
    trials = [*state.trials, trial_of(store, 4, hypothesis_of("H4", pair), 0.21)]
    first = trials[0]
    kept = tuple(arm for arm in first.registration.arms if arm.id != "scrambled")
    arms = first.registration.model_copy(update={"arms": kept})
    assert first.finding is not None
    one = first.finding.model_copy(update={"controls": first.finding.controls[:1]})
    trials[0] = replace(first, registration=arms, finding=one)
    return replace(state, trials=tuple(trials))


def facts_with(rng: np.random.Generator) -> Facts:
    """Facts of a study whose findings have other numbers."""
    trials = []
    for trial in _base().trials:
        assert trial.finding is not None
        trials.append(replace(trial, finding=_varied(trial.finding, rng)))
    total = int(rng.integers(1000, 9000))
    base = _base()
    state = replace(base, trials=tuple(trials), twin={**base.twin, "n_neurons": total})
    return facts_of(state, CONTEXT, known_works(CONTEXT)[1], counts_of(state))


def _varied(finding: Finding, rng: np.random.Generator) -> Finding:
    size = {"supported": rng.uniform(0.11, 0.34), "contradicted": rng.uniform(-0.33, -0.11),
            "inconclusive": rng.uniform(0.03, 0.07)}[finding.verdict]  # fmt: skip
    value = float(size)
    low, high = value - float(rng.uniform(0.01, 0.03)), value + float(rng.uniform(0.01, 0.03))
    n_neurons, stopped = int(rng.integers(23, 97)), int(rng.integers(31, 180))
    if finding.verdict == "inconclusive":
        stopped = finding.draws_max
    return finding.model_copy(
        update={
            "estimate": value,
            "interval": (low, high),
            "unclipped": value + 0.001,
            "population_index": value * 0.8,
            "n_neurons": n_neurons,
            "stopped_at": stopped,
            "e_value": float(rng.uniform(60, 900)),
            "reason": f"the evidence reached its threshold at draw {stopped}"
            if finding.verdict == "supported"
            else finding.reason,
        }
    )


def _filled(
    kind: str, verdict: str, text: str, facts: Facts, rng: np.random.Generator
) -> Planted | None:
    fits = [
        finding
        for finding in facts.findings.values()
        if verdict in ("any", "mixed", finding.verdict)
        or (verdict == "robust" and finding.controls_verdict == "robust")
        or (verdict == "uncontrolled" and finding.controls_verdict == "no controls"
            and finding.verdict == "supported")
    ]  # fmt: skip
    if not fits:
        return None
    finding = fits[int(rng.integers(len(fits)))]
    return Planted(kind, text.format(**_places(finding, facts, rng)))


def _places(f: Finding, facts: Facts, rng: np.random.Generator) -> dict[str, Any]:
    assert f.interval is not None
    shift = float(rng.choice([-1, 1]) * rng.uniform(0.06, 0.2))
    if abs(f.estimate + shift) < 0.03:
        shift = -shift
    counts = facts.counts
    total = next(int(k.value) for k in facts.numbers if k.path == ("twin", "n_neurons"))
    bad = f.estimate + shift
    values: dict[str, Any] = {
        "id": f.id,
        "twin": facts.twin,
        "est": _signed(f.estimate, 3),
        "est2": _signed(f.estimate, 2),
        "est1": _signed(f.estimate, 1),
        "abs_est": f"{abs(f.estimate):.3f}",
        "lo": _signed(f.interval[0], 2),
        "hi": _signed(f.interval[1], 2),
        "bad_est": _signed(bad, 3),
        "bad_est2": _signed(bad, 2),
        "bad_est1": _signed(f.estimate + (0.3 if f.estimate < 0.1 else 0.4), 1),
        "bad_lo": _signed(f.interval[0] + shift, 2),
        "bad_hi": _signed(f.interval[1] + shift, 2),
        "margin": f"{f.margin:g}",
        "bad_margin": f"{f.margin + 0.03:g}",
        "clip": f"{f.clip_bound:g}",
        "n_neurons": f.n_neurons,
        "bad_n_neurons": f.n_neurons + 101,
        "n_draws": f.n_draws,
        "bad_n_draws": f.n_draws + 240,
        "stopped": f.stopped_at,
        "bad_stopped": f.stopped_at + 503,
        "budget": f.draws_max,
        "bad_e": f"{f.e_value * 3:.0f}",
        "total": total,
        "total_round": round(total, -2),
        "bad_total": total + 1111,
        "bad_percent": int(rng.integers(60, 90)),
        "times": rng.choice(["two", "three", "2.5", "4"]),
        "alpha": "0.05",
        "alpha_percent": "5",
        "bad_alpha": rng.choice(["0.01", "0.2", "0.001"]),
        "bad_alpha_low": "0.001",
        "window_s": 1,
    }
    for name in ("registered", "supported", "contradicted", "inconclusive"):
        values[f"k_{name}"] = counts[name]
        values[f"w_{name}"] = WORDS[counts[name]].capitalize() if name == "registered" else WORDS[
            counts[name]]  # fmt: skip
    values["k_places"] = next(int(k.value) for k in facts.numbers if k.kind == "places")
    values["window_ms"] = 1000
    values["w_bad_registered_l"] = WORDS[counts["registered"] + 4]
    values["w_bad_registered"] = WORDS[counts["registered"] + 4].capitalize()
    values["k_bad_supported"] = counts["supported"] + 1
    return values


def _signed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{abs(value):.{digits}f}"
