"""What a sentence may rest on: numbers, works, verdicts and everything that was recorded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from v1vlm.claims import Finding
from v1vlm.context import Context
from v1vlm.journal import State, Trial
from v1vlm.report.bibliography import lab_works
from v1vlm.report.designs import described
from v1vlm.rig.plan import OFFSET_S, SECONDARY_S

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Known:
    """A recorded number.

    Attributes
    ----------
    kind : str
        What it is: ``estimate``, ``margin``, ``interval``, ``supported`` (a count), …
    unit : str
        ``""`` for an index, ``share`` (of one), ``s``, ``deg``, ``cpd``, ``hz``, ``cm``, ``px``,
        or what is counted: ``draws``, ``neurons``, ``hypotheses``, ``stimuli``, ``controls``, …
    path : tuple
        Where it stands among the values of the report.
    finding : str or None
        The finding that it is of; None for the whole study.
    pair : float or None
        The upper end of what is an interval.
    """

    value: float
    kind: str
    unit: str
    path: Path
    finding: str | None = None
    pair: float | None = None


@dataclass(frozen=True)
class Author:
    """Who wrote a work, and when."""

    names: tuple[str, ...]
    year: int | None
    key: str


@dataclass(frozen=True)
class Facts:
    """The record, in the form that sentences are held against.

    Attributes
    ----------
    findings : mapping of str to Finding
        By id, in order of registration.
    accounts : mapping of str to mapping
        What each rival account of a finding predicts, by its name.
    counts : mapping of str to int
    works : mapping of str to str
        Key that a work is listed under, by every key that it has.
    said : str
        Everything that was recorded in words, in lower case: designs, rules, the twin's card.
    literature : str
        The context, in lower case.
    painted, replicated, behaving : bool
        Whether images were painted, arms run on another subject, or other behaviours than
        still shown.
    """

    twin: str
    mice: tuple[str, ...]
    findings: Mapping[str, Finding]
    accounts: Mapping[str, Mapping[str, str]]
    numbers: tuple[Known, ...]
    counts: Mapping[str, int]
    works: Mapping[str, str]
    authors: tuple[Author, ...]
    dois: Mapping[str, str]
    said: str
    literature: str
    painted: bool = False
    replicated: bool = False
    behaving: bool = False

    @cached_property
    def rivals(self) -> Mapping[str, Mapping[str, str]]:
        """Words that name the accounts, and what each predicts."""
        return {
            finding: {
                word: predicts
                for name, predicts in accounts.items()
                for word in re.findall(r"[a-z]{5,}", name)
            }
            for finding, accounts in self.accounts.items()
        }


def facts_of(
    state: State, context: Context, works: Mapping[str, str], counts: Mapping[str, int]
) -> Facts:
    """The facts of a study.

    Parameters
    ----------
    works : mapping of str to str
        Key that a work is listed under, by every key that it has.
    counts : mapping of str to int
        See `v1vlm.report.values.counts_of`.
    """
    cards = (state.twin, *state.replicates)
    arms = [arm for trial in state.trials for arm in trial.registration.arms]
    literature = " ".join(section.text for section in context.sections)
    return Facts(
        twin=str(state.twin["name"]),
        mice=tuple(str(m) for card in cards for m in card.get("mice", ())),
        findings={finding.id: finding for finding in state.findings},
        accounts={
            trial.registration.hypothesis.id: accounts_of(trial.registration.hypothesis.rivals)
            for trial in state.trials
        },
        numbers=tuple(_numbers(state, counts)),
        counts=counts,
        works=works,
        authors=(*_authors(context), *_lab_authors()),
        dois={
            **{entry.doi.casefold(): key for key, entry in lab_works().items() if entry.doi},
            **{work.doi.casefold(): work.key for work in context.works if work.doi},
        },
        said=" ".join(_recorded(state)).casefold(),
        literature=literature.casefold(),
        painted=bool(state.painted),
        replicated=any(
            one.outcome != "not run" for found in state.findings for one in found.replications
        ),
        behaving=any(arm.behaviour != "still" for arm in arms),
    )


def plain_name(name: str) -> str:
    """A surname in ASCII and lower case."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if c.isascii() and c.isalpha()).casefold()


def _authors(context: Context) -> Iterator[Author]:
    for work in context.works:
        yield Author(tuple(plain_name(a) for a in work.authors), work.year, work.key)


def _lab_authors() -> Iterator[Author]:
    for key, entry in lab_works().items():
        names = (plain_name(author.partition(",")[0]) for author in entry.authors)
        yield Author(tuple(names), entry.year, key)


def accounts_of(rivals: Mapping[str, str]) -> dict[str, str]:
    """What accounts predict, by name: "untuned normalisation", of "U (untuned normalisation)"."""
    return {
        re.sub(r"^\w+ \((.*)\)$", r"\1", name.casefold()): predicts.casefold()
        for name, predicts in rivals.items()
    }


# numbers

_STUDY: tuple[tuple[Path, str, str], ...] = (
    (("spec", "num_steps"), "places", "hypotheses"),
    (("spec", "alpha"), "alpha", "share"),
    (("spec", "seed"), "seed", ""),
    (("spec", "tries"), "tries", "proposals"),
    (("spec", "pilot_draws"), "draws", "draws"),
    (("spec", "chunk"), "draws", "draws"),
    (("spec", "draws_max"), "budget", "draws"),
    (("spec", "estimate_draws"), "draws", "draws"),
    (("twin", "n_neurons"), "neurons", "neurons"),
    (("twin", "screen", "height_px"), "screen", "px"),
    (("twin", "screen", "width_px"), "screen", "px"),
    (("twin", "screen", "width_cm"), "screen", "cm"),
    (("twin", "screen", "height_cm"), "screen", "cm"),
    (("twin", "screen", "distance_cm"), "screen", "cm"),
    (("twin", "screen", "frame_rate_hz"), "frame rate", "hz"),
    (("physiology", "n_stimuli"), "stimuli", "stimuli"),
)

_FINDING: tuple[tuple[str, str, str], ...] = (
    ("margin", "margin", ""),
    ("clip_bound", "clip", ""),
    ("n_neurons", "neurons", "neurons"),
    ("estimate", "estimate", ""),
    ("interval", "interval", ""),
    ("cs", "cs", ""),
    ("e_value", "e-value", ""),
    ("e_refute", "e-value against", ""),
    ("threshold_support", "threshold", ""),
    ("threshold_refute", "threshold", ""),
    ("stopped_at", "stopped", "draws"),
    ("draws_max", "budget", "draws"),
    ("n_draws", "draws", "draws"),
    ("unclipped", "unclipped", ""),
    ("clipped_share", "clipped", "share"),
    ("invalid_share", "invalid", "share"),
    ("population_index", "population index", ""),
    ("interval_by_source", "interval", ""),
    ("n_sources", "sources", "photographs"),
    ("window_s", "window", "s"),
)

_CONTROL: tuple[tuple[str, str, str], ...] = (
    ("estimate", "control", ""),
    ("interval", "control interval", ""),
    ("control_effect", "control", ""),
    ("n_draws", "draws", "draws"),
    ("e_value", "e-value", ""),
    ("e_explain", "e-value", ""),
    ("stopped_at", "stopped", "draws"),
    ("invalid_share", "invalid", "share"),
)

_REPLICATION: tuple[tuple[str, str, str], ...] = (
    ("estimate", "replication", ""),
    ("interval", "replication interval", ""),
    ("n_neurons", "neurons", "neurons"),
    ("n_draws", "draws", "draws"),
    ("e_value", "e-value", ""),
    ("stopped_at", "stopped", "draws"),
)

_WINDOW: tuple[tuple[str, str, str], ...] = (
    ("value", "window estimate", ""),
    ("interval", "window interval", ""),
)

_UNITS = (("_deg", "deg"), ("_cpd", "cpd"), ("_hz", "hz"), ("_share", "share"), ("_s", "s"))


def _numbers(state: State, counts: Mapping[str, int]) -> Iterator[Known]:
    values: dict[str, Any] = {
        "spec": state.spec.to_json(),
        "twin": state.twin,
        "physiology": state.physiology or {},
    }
    for path, kind, unit in _STUDY:
        yield from _known(_at(values, path), kind, unit, path)
    for name, value in dict((state.physiology or {}).get("summary") or {}).items():
        unit = next((u for ending, u in _UNITS if name.endswith(ending)), "")
        unit = "neurons" if name.startswith("n_") else unit
        yield from _known(value, name.replace("_", " "), unit, ("physiology", "summary", name))
    for name, value in counts.items():
        yield Known(float(value), name, "hypotheses", ("counts", name))
    for i, trial in enumerate(state.trials):
        yield from _of_trial(i, trial)


def _of_trial(i: int, trial: Trial) -> Iterator[Known]:
    finding, registration = trial.finding, trial.registration
    name = registration.hypothesis.id
    at: Path = ("trials", i)
    for level, kind in (("support", "threshold"), ("refute", "threshold")):
        alpha = getattr(registration, f"alpha_{level}")
        yield Known(1 / alpha, kind, "", (*at, "thresholds", level), name)
        yield Known(alpha, "alpha", "share", (*at, "registration", f"alpha_{level}"), name)
    duration = registration.main.contrast.duration_s
    shown = (*at, "registration", "hypothesis", "contrast", "duration_s")
    yield Known(duration, "window", "s", shown, name)
    n_levels = len(registration.main.contrast.levels)
    n_rivals = len(registration.hypothesis.rivals)
    for value, kind, path in (
        (n_levels, "conditions", (*at, "registration", "hypothesis", "contrast", "levels")),
        (n_levels, "stimuli", (*at, "registration", "hypothesis", "contrast", "levels")),
        (len(registration.controls), "controls", (*at, "controls")),
        (n_rivals, "accounts", (*at, "rivals")),
    ):
        yield Known(float(value), kind, kind, path, name)
    yield Known(registration.index, "place", "", (*at, "registration", "index"), name)
    if finding is None:
        return
    stored = finding.to_json()
    for field, kind, unit in _FINDING:
        yield from _known(stored[field], kind, unit, (*at, "finding", field), name)
    # By how much clipping changed the estimate is printed nowhere, but follows from two that are.
    clipping = abs(finding.unclipped - finding.estimate)
    yield Known(clipping, "clipping", "", (*at, "finding", "unclipped"), name)
    low, high = stored["window_s"]
    yield Known(high - low, "window", "s", (*at, "finding", "window_s"), name)
    for k, window in enumerate(stored["windows"]):
        for field, kind, unit in _WINDOW:
            path = (*at, "finding", "windows", k, field)
            yield from _known(window[field], kind, unit, path, name)
        bounds = OFFSET_S if window["window"] == "offset" else SECONDARY_S[window["window"]]
        yield from _known(bounds, "window", "s", (*at, "finding", "windows", k, "window"), name)
    for k, control in enumerate(stored["controls"]):
        for field, kind, unit in _CONTROL:
            path = (*at, "finding", "controls", k, field)
            yield from _known(control[field], kind, unit, path, name)
    for k, other in enumerate(stored.get("replications", ())):
        for field, kind, unit in _REPLICATION:
            path = (*at, "finding", "replications", k, field)
            yield from _known(other.get(field), kind, unit, path, name)


def _known(
    value: Any, kind: str, unit: str, path: Path, finding: str | None = None
) -> Iterator[Known]:
    if isinstance(value, list | tuple) and len(value) == 2:
        yield Known(float(value[0]), kind, unit, path, finding, pair=float(value[1]))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Known(float(value), kind, unit, path, finding)


def _at(values: Any, path: Path) -> Any:
    for step in path:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


# words


def _recorded(state: State) -> Iterator[str]:
    """All words of the record that say what was shown, to whom, and how it was measured."""
    for card in (state.twin, *state.replicates):
        yield from _strings({k: v for k, v in card.items() if k != "digest"})
    for trial in state.trials:
        registration = trial.registration
        for arm in registration.arms:
            yield from (arm.id.replace("-", " "), arm.reason, arm.rule.describe())
            yield from _strings(described(arm.contrast))
            yield from (family.describe() for family in arm.contrast.families)
            yield arm.contrast.factor
            yield from arm.contrast.levels
            yield from _strings(arm.contrast.matching.to_json())
        hypothesis = registration.hypothesis
        yield from (hypothesis.title, hypothesis.statement, hypothesis.prediction.measure)
        yield from _strings(dict(hypothesis.rivals))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _strings(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)
