"""What every section is written with: the state, its values and phrases used throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from v1vlm.claims import Finding, Prediction
from v1vlm.journal import State
from v1vlm.report.document import Cite, Inline, Line, Ref, Text, line
from v1vlm.report.values import QUOTABLE


def quoted(*path: str | int, format: str = "text") -> Ref:
    """A value of the study."""
    return Ref(path, format)


def trial_ref(trial: int, *path: str | int, format: str = "text") -> Ref:
    """A value of a trial."""
    return Ref(("trials", trial, *path), format)


@dataclass(frozen=True)
class Desk:
    """What the writers of the sections share.

    Attributes
    ----------
    values : mapping
        See `v1vlm.report.values.study_values`.
    figures : frozenset of str
        Names of the figures there are.
    listed : mapping of str to str
        Key that a work is listed under, by every key that it has.
    """

    state: State
    values: Mapping[str, Any]
    figures: frozenset[str]
    listed: Mapping[str, str]

    def field(self, trial: int, name: str) -> Ref:
        """A field of a finding, in its usual format."""
        return trial_ref(trial, "finding", name, format=QUOTABLE[name])

    def estimate(self, trial: int) -> Line:
        """Estimate and interval, where there is one."""
        finding = self.state.trials[trial].finding
        if finding is None or finding.interval is None:
            return (self.field(trial, "estimate"),)
        return (self.field(trial, "estimate"), Text(" "), self.field(trial, "interval"))

    def verdict(self, trial: int, finding: Finding) -> Line:
        """The verdict and, if it is support, what the controls say: it never stands alone."""
        verdict = self.field(trial, "verdict")
        if finding.verdict != "supported":
            return (verdict,)
        return (verdict, Text(", "), self.field(trial, "controls_verdict"))

    def counts(self) -> dict[str, Inline | Line]:
        """All counts, by name."""
        return {name: quoted("counts", name, format="count") for name in self.values["counts"]}

    def judged(self) -> Line:
        """How many supported claims are robust and explained away, in brackets; or nothing."""
        kinds = {"robust": "{robust} robust", "explained_away": "{explained_away} explained away"}
        there = [words for name, words in kinds.items() if self.values["counts"][name]]
        return line(f" ({', '.join(there)})", **self.counts()) if there else ()

    def cite(self, *keys: str) -> Line:
        """Works in brackets after a space; nothing without any."""
        listed = dict.fromkeys(self.listed.get(key, key) for key in keys)
        return (Text(" "), Cite(tuple(listed))) if listed else ()


def prediction_line(trial: int, prediction: Prediction) -> Line:
    """What was predicted of the measure, in words."""
    words = {
        "greater": "{measure} greater than +{margin}",
        "less": "{measure} less than −{margin}",
        "different": "{measure} outside ±{margin}",
        "equivalent": "{measure} within ±{margin}",
    }[prediction.direction]
    at = ("registration", "hypothesis", "prediction")
    return line(
        words,
        measure=trial_ref(trial, "measure", "label"),
        margin=trial_ref(trial, *at, "margin", format="number"),
    )
