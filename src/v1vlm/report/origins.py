"""Where every number of a report comes from: what it is, how it follows, from which record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from v1vlm.journal import State, Trial
from v1vlm.report.behind import NAME_LENGTH, Origin, Path
from v1vlm.report.document import Document, Ref, inlines
from v1vlm.report.formats import WORDS

_MEAN = "Mean of the measure over the draws, each clipped to ± the bound. The measure: {measure}"
_SHOWN = "Fixed before any confirmation stimulus existed, in the registration."

_OF_FINDING: dict[str, tuple[str, str, str]] = {
    "estimate": ("Estimate of the effect", _MEAN, "estimate"),
    "interval": (
        "95 % interval of the estimate",
        "Percentiles 2.5 and 97.5 of the estimate when draws and neurons are both drawn anew, "
        "with replacement, by a generator that the registration seeds. The measure: {measure}",
        "estimate",
    ),
    "interval_by_source": (
        "Interval over photographs",
        "The same bootstrap, with whole photographs drawn anew.",
        "estimate",
    ),
    "cs": (
        "Confidence sequence of the test draws",
        "The means that betting on the test draws cannot refute at 95 %, at whatever draw one "
        "stops. The measure: {measure}",
        "test",
    ),
    "e_value": (
        "Evidence for the claim",
        "What a capital of 1 has become by betting on the clipped test draws, one after the "
        "other, against the mean not reaching the margin; at the draw of the verdict.",
        "test",
    ),
    "e_refute": (
        "Evidence against the claim",
        "What a capital of 1 has become by betting on the clipped test draws, one after the "
        "other, against the mean reaching the margin; at the draw of the verdict.",
        "test",
    ),
    "threshold_support": ("Threshold of support", "1/α of the place that e-LOND gives it.", ""),
    "threshold_refute": ("Threshold of refutation", "1/α of the place that e-LOND gives it.", ""),
    "stopped_at": (
        "Test draws until the verdict",
        "The first draw at which a process reached its threshold, else the last of the budget.",
        "test",
    ),
    "draws_max": ("Budget of test draws", f"Planned from the pilot. {_SHOWN}", ""),
    "clip_bound": ("Clipping bound", f"From the scores of the pilot. {_SHOWN}", ""),
    "margin": ("Margin of the prediction", _SHOWN, ""),
    "window_s": ("Window of the measure", _SHOWN, ""),
    "n_draws": ("Draws of the estimate", "Fresh draws that no decision was taken on.", "estimate"),
    "n_neurons": (
        "Neurons of the estimate",
        "Those that the rule chose in at least one estimation draw, by where it fell: {rule}.",
        "estimate",
    ),
    "unclipped": ("Unclipped mean", "Mean of the measure over the draws, unclipped.", "estimate"),
    "clipped_share": ("Share clipped", "Draws of the estimate beyond ± the bound.", "estimate"),
    "invalid_share": ("Share invalid", "Test draws that chose too few neurons.", "test"),
    "population_index": (
        "Population modulation index",
        "(ΣA − ΣB)/(ΣA + ΣB) over neurons, averaged over the draws.",
        "estimate",
    ),
    "n_sources": ("Photographs", "Different photographs that the draws were cut from.", "estimate"),
}
"""What, how and stage of the fields of a finding; a control's and a window's are named alike."""

_OF_CONTROL = {
    "e_value": (
        "Evidence that the effect survives",
        "What a capital of 1 has become by betting on the draws of this control.",
        "test",
    ),
    "e_explain": (
        "Evidence that the control explains the effect",
        "What a capital of 1 has become by betting on the draws of this control.",
        "test",
    ),
    "control_effect": (
        "Effect in the control alone",
        "Mean of the measure in the control contrast. The measure: {measure}",
        "estimate",
    ),
}

_OF_TRIAL = {
    "steps": ("Neurons left", "Counted after this step of the rule: {rule}.", "estimate"),
    "permi": ("Mean modulation index", "Mean of (a − b)/(a + b), neurons and draws.", "estimate"),
    "thresholds": ("Threshold", "1/α of the place that e-LOND gives the registration.", ""),
    "registration": ("As registered", _SHOWN, ""),
}

_ELSEWHERE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "counts": ("Count", "Counted over the events named.", ("proposed", "refused", "decided")),
    "twin": ("Card of the twin", "As the twin says of itself.", ("opened",)),
    "spec": ("Setting of the study", "As the study was begun.", ("opened",)),
    "versions_listed": ("Versions", "As installed when the study began.", ("opened",)),
    "physiology": ("Characterisation", "Measured before any hypothesis.", ("characterised",)),
    "common": ("Shared by the registrations", _SHOWN, ("registered",)),
    "siblings": ("Another study", "Read when this study closed.", ("stopped",)),
    "settled": (
        "Test on recorded responses",
        "Pooled over the recorded draws, which trial noise does not bias; tested as registered.",
        ("settled",),
    ),
    "together": (
        "Test on several recordings",
        "Partial conjunction of the e-values of the animals.",
        ("settled",),
    ),
    "n_sent_back": (
        "Sentences sent back",
        "Counted in the first answers, held against the record again.",
        ("interpreted", "written"),
    ),
    "n_siblings": ("Other studies", "Counted when this study closed.", ("stopped",)),
}

SUMMARIES = ("features", "control_features", "index", "offsets")
"""Names of the arrays that scores, and with them every estimate, are recomputed from."""


def origins_of(document: Document, state: State) -> dict[Path, Origin]:
    """Origins of all numbers that a document quotes, by path."""
    refs = (inline for inline in inlines(document.blocks) if isinstance(inline, Ref))
    paths = dict.fromkeys(ref.path for ref in refs if ref.format not in WORDS)
    found = Origins(state, document.values)
    return {path: found.of(path) for path in paths}


class Origins:
    """Looks up where values come from.

    Parameters
    ----------
    values : mapping
        See `v1vlm.report.values.study_values`.
    """

    def __init__(self, state: State, values: Mapping[str, Any]) -> None:
        self._state, self._values = state, values
        self._places = dict(_places(state))

    def of(self, path: Path) -> Origin:
        """Where the value at a path comes from; what is not known by name is said so."""
        head = str(path[0])
        if head == "trials" and isinstance(path[1], int):
            return self._of_trial(path[1], path[2:])
        if head == "figures":
            name = str(path[1])
            return Origin("Counted in a figure", f"The numbers drawn: figures/{name}.csv.")
        if head == "error_rates":
            return Origin(
                f"Recorded error rate: {_words(path[1])}",
                "Of the laboratory on twins whose answers are known, not of this study; recorded "
                "by its benchmarks, with the tables in docs/gym.md.",
                command="v1vlm gym",
            )
        known = _ELSEWHERE.get(head)
        if known is None:
            return Origin(_words(path[-1]), "Quoted from the journal.")
        what, how, kinds = known
        events = (place for kind in kinds for place in self._places.get((None, kind), ()))
        named = _words(path[-1])
        return Origin(f"{what}: {named}", how, events=tuple(sorted(events)))

    def _of_trial(self, trial: int, path: Path) -> Origin:
        field, arm = path[-1], self._state.trials[trial].registration.main.id
        known = _OF_TRIAL.get(str(path[0]), (_words(field), "Quoted from the journal.", ""))
        if path[0] == "finding":
            known = _OF_FINDING.get(str(field), known)
        if path[:2] == ("finding", "controls"):
            known = _OF_CONTROL.get(str(field), known)
            arm = self._values["trials"][trial]["finding"]["controls"][path[2]]["id"]
        if path[:2] == ("finding", "windows"):
            name = self._values["trials"][trial]["windows"][path[2]]
            known = (f"Measure in another window: {name}", _MEAN, "estimate")
        what, how, stage = known
        item = self._state.trials[trial]
        name = item.registration.hypothesis.id
        return Origin(
            what=what,
            how=how.format(
                measure=self._values["trials"][trial]["measure"]["definition"],
                rule=item.registration.main.rule.describe(),
            ),
            trial=trial,
            arm=arm if stage else "",
            stage=stage,
            n_draws=_n_draws(item, arm, stage),
            events=self._events(trial, arm, stage),
            blobs=_blobs(item, arm, stage),
            command=f"v1vlm show DIR {name}" + (f" --arm {arm}" if arm != "main" else ""),
        )

    def _events(self, trial: int, arm: str, stage: str) -> tuple[int, ...]:
        if not stage:
            return self._places.get((trial, "registered"), ())
        drawn = self._places.get((trial, f"{arm}/{stage}"), ())
        return (*drawn, *self._places.get((trial, "decided"), ()))


def records_of(state: State) -> list[dict[str, str]]:
    """Of every registration, the events that record it, as `Origin.events` counts them."""
    places = dict(_places(state))
    found = []
    for i, trial in enumerate(state.trials):
        drawn = {
            tuple(key.partition("/")[::2]): of
            for (where, key), of in places.items()
            if where == i and "/" in key
        }
        main = trial.registration.main.id
        rows = {
            "registered": places.get((i, "registered"), ()),
            "test": drawn.get((main, "test"), ()),
            "estimate": drawn.get((main, "estimate"), ()),
            "other_arms": [n for (arm, _), of in drawn.items() if arm != main for n in of],
            "decided": places.get((i, "decided"), ()),
        }
        found.append({name: ranges(of) or "none" for name, of in rows.items()})
    return found


def _places(state: State) -> Iterator[tuple[tuple[int | None, str], tuple[int, ...]]]:
    """Places of events, by kind; of those of a trial also by the trial and what was drawn."""
    found: dict[tuple[int | None, str], list[int]] = {}
    trial = -1
    for place, (kind, arm, stage) in enumerate(state.events, start=1):
        trial += kind == "registered"
        found.setdefault((None, kind), []).append(place)
        found.setdefault((trial, f"{arm}/{stage}" if kind == "drawn" else kind), []).append(place)
    for key, places in found.items():
        yield key, tuple(places)


def _n_draws(trial: Trial, arm: str, stage: str) -> int:
    finding = trial.finding
    if stage != "test" or finding is None:
        return len(trial.of(arm, "estimate")) if stage else 0
    stops = {control.id: control.stopped_at for control in finding.controls}
    return stops.get(arm, finding.stopped_at)


def _blobs(trial: Trial, arm: str, stage: str) -> tuple[str, ...]:
    if stage not in ("test", "estimate"):
        return ()
    chunks = trial.of(arm, "test" if stage == "test" else "estimate").chunks
    return tuple(
        chunk["blobs"][name][:NAME_LENGTH]
        for chunk in chunks
        for name in SUMMARIES
        if name in chunk["blobs"]
    )


def _words(name: str | int) -> str:
    return str(name).replace("_", " ")


def ranges(places: Sequence[int]) -> str:
    """``3, 5–9``."""
    made: list[list[int]] = []
    for place in sorted(set(places)):
        if made and place == made[-1][1] + 1:
            made[-1][1] = place
        else:
            made.append([place, place])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in made)
