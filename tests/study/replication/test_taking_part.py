"""Who can take part in a replication, and what is planned and told of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import subjects
from tests.conftest import TEXT
from tests.study.replication.claims import (
    SUBJECTS,
    events_of,
    run,
    spec,
)
from v1vlm.errors import InputError, UnknownNameError
from v1vlm.journal import (
    next_step,
)
from v1vlm.study import Study
from v1vlm.study.preview import preview


@pytest.mark.parametrize(
    ("named", "changes", "said"),
    [
        (("first",), {}, "is the twin of --twin tests.subjects:first"),
        (("second", "second"), {}, "is the twin of --replicate tests.subjects:second"),
        (("far_screen",), {}, "another screen .* at 20 cm, 30 Hz, not .* at 15 cm"),
        (("recorded",), {}, "planted answers, tests.subjects:recorded is not"),
        (("second",), {"mice_at_least": 2}, "--mice-at-least asks for 2, .* names 1 other mice"),
        (("second",), {"twins_at_least": 1}, "--twins-at-least asks for 1, .* names 0 twins"),
        ((), {"mice_at_least": 1}, "--mice-at-least asks for 1"),
    ],
)
def test_what_cannot_replicate_is_refused(
    tmp_path: Path, named: tuple[str, ...], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        Study.create(spec(*named, **changes), TEXT, tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_an_unknown_twin_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no twin called 'enrgy'"):
        Study.create(spec(replicate=("enrgy",)), TEXT)
    with pytest.raises(InputError, match="has no option 'mouse=Z'"):
        Study.create(spec(replicate=("energy:mouse=Z",)), TEXT)


def test_another_twin_of_the_name_is_not_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "study", ignore=shutil.ignore_patterns("done"))
    lines = "".join(e.line() + "\n" for e in events_of(Study.open(folder))[:2])
    (tmp_path / "study" / "journal.jsonl").write_text(lines, "utf-8")
    monkeypatch.setattr(subjects, "second", subjects.flat)
    study = Study.open(tmp_path / "study")
    with pytest.raises(InputError, match=r"'tests\.subjects:second' is not the one"):
        study.run()


def test_a_study_without_replications_knows_nothing_of_them() -> None:
    study = run(num_steps=1)
    registered = next(e for e in events_of(study) if e.kind == "registered").payload
    assert not {"conjunctions", "shared_draws"} & set(registered["registration"])
    assert study.findings[0].level == "L1"
    assert study.findings[0].levels == study.findings[0].replications == ()
    assert Study.create(spec("second"), TEXT).state.study != study.state.study


def test_a_preview_counts_what_replications_cost() -> None:
    plain, seen = (preview(spec(*some, num_steps=1), TEXT) for some in ((), SUBJECTS))
    assert seen.plans[0].draws_most == plain.plans[0].draws_most + 3 * (40 + 20)
    assert seen.plans[0].draws > plain.plans[0].draws
    real = run(*SUBJECTS, num_steps=1)
    assert seen.plans[0].registration == real.state.trials[0].registration
    assert seen.plans[0].planned == real.state.trials[0].planned
    assert sum(map(len, real.state.trials[0].draws.values())) <= seen.plans[0].draws_most


def test_planned_power_is_recorded(done: Study) -> None:
    trial = done.state.trials[0]
    assert trial.planned is not None
    assert trial.planned == done.findings[0].planned
    pilot = done.state.attempts[0].pilot
    assert trial.planned.pilot_sd == pytest.approx(np.std(pilot.scores, ddof=1))  # type: ignore[union-attr,arg-type]
    assert trial.planned.threshold == 1 / trial.registration.alpha_support
    assert trial.planned.places == 2
    assert [at.effect for at in trial.planned.powers] == pytest.approx([0.075, 0.1, 0.15])
    assert next_step(done.state) is None


def test_the_report_says_how_far_each_claim_got(folder: Path) -> None:
    report = (folder / "report.md").read_text("utf-8")
    assert report.count("| Evidence ladder |") == 2
    assert "reached (present in 2 of 2; asked for: at least 2" in report
    assert "not run, since the claim does not stand" in report
    assert "which share its weights (weak evidence)" in report
    assert "fake-bb, mouse bb" in report
    assert "Subjects of replication" in report
    assert "Benjamini & Heller, 2008" in report
    assert "Reported, never tested" in report
    assert "--replicate tests.subjects:second" in report
    power = Study.open(folder).findings[0].planned.powers[0].power  # type: ignore[union-attr]
    assert f"| Planned power | {power:.2f} at 1.5 × margin, " in report
    findings = json.loads((folder / "findings.json").read_text("utf-8"))["findings"]
    assert findings[0]["level"] == "L3"
