"""Studies that lie beside a study: found by what they asked, read as data."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import CONTEXT, study
from v1vlm.journal import GENESIS, State, StudySpec, sealed
from v1vlm.records import digest
from v1vlm.report import compose, siblings_of, to_markdown
from v1vlm.stimuli import Screen


def opened(name: str, *, twin: str = "e", context: str = "c", seed: int = 7) -> dict[str, Any]:
    spec = StudySpec(
        context="other.txt", context_digest=context * 64, twin="energy", scientist="no.module:x",
        seed=seed,
    )  # fmt: skip
    card = {"digest": twin * 64, "name": "energy", "screen": Screen().to_json()}
    return {
        "spec": spec.to_json(), "study": name, "twin": card, "context": "0" * 64 + ".txt",
        "versions": {}, "generator": None,
    }  # fmt: skip


def write(folder: Path, *payloads: tuple[Any, dict[str, Any]], tail: str = "") -> None:
    folder.mkdir()
    lines, prev = [], GENESIS
    for seq, (kind, payload) in enumerate(payloads):
        event = sealed(seq, kind, payload, "2001-02-03T00:00:00+00:00", prev)
        lines.append(event.line() + "\n")
        prev = event.hash
    (folder / "journal.jsonl").write_text("".join(lines) + tail, "utf-8")


def here(tmp_path: Path) -> tuple[Path, State]:
    own = tmp_path / "own"
    own.mkdir()
    return own, study(1)[0]


def test_the_same_twin_and_text_make_a_sibling_and_nothing_else_does(tmp_path: Path) -> None:
    own, state = here(tmp_path)
    write(tmp_path / "other-seed", ("opened", opened("b" * 16)))
    write(tmp_path / "other-twin", ("opened", opened("d" * 16, twin="9")))
    write(tmp_path / "other-text", ("opened", opened("f" * 16, context="9")))
    write(tmp_path / "same-study", ("opened", opened(state.study)))
    write(tmp_path / ".unborn", ("opened", opened("a" * 16)))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "journal.jsonl").write_text("[" * 100_000)
    assert siblings_of(own, state) == [
        {
            "study": "b" * 16,
            "seed": 7,
            "scientist": "no.module:x",
            "num_steps": 5,
            "closed": False,
            "verdicts": [],
        }
    ]


def test_of_copies_the_one_that_went_further_counts(tmp_path: Path) -> None:
    own, state = here(tmp_path)
    whole = [("opened", opened("b" * 16)), ("stopped", {"reason": "complete"})]
    write(tmp_path / "a", whole[0])
    write(tmp_path / "b", *whole)
    write(tmp_path / "c", whole[0], tail='{"torn')
    (found,) = siblings_of(own, state)
    assert found["closed"] is True


def test_a_damaged_sibling_is_named_as_such(tmp_path: Path) -> None:
    own, state = here(tmp_path)
    write(tmp_path / "b", ("opened", opened("b" * 16)), ("stopped", {"reason": "complete"}))
    journal = tmp_path / "b" / "journal.jsonl"
    journal.write_text(journal.read_text().replace("complete", "pleased"))
    assert siblings_of(own, state) == [{"study": "b" * 16, "damaged": True}]


def test_verdicts_of_siblings_carry_what_their_controls_say(tmp_path: Path) -> None:
    # The registered study itself stands in for another one: same events, another identity.
    own, state = here(tmp_path)
    trial = state.trials[0]
    assert trial.finding is not None
    registration = trial.registration.to_json()
    stored = digest(registration)
    finding = {**trial.finding.to_json(), "registration": stored}
    write(
        tmp_path / "b",
        ("opened", opened("b" * 16)),
        ("proposed", {"step": 1, "attempt": 1, "hypothesis": registration["hypothesis"]}),
        (
            "piloted",
            {
                "scores": [], "n_neurons": [], "residuals": {}, "warnings": [], "refusals": [],
                "blobs": {},
            },
        ),
        ("registered", {"registration": registration, "digest": stored}),
        ("decided", {"finding": finding}),
    )  # fmt: skip
    (found,) = siblings_of(own, state)
    assert found["verdicts"] == ["H1 supported, robust"]


def test_the_report_lists_what_was_recorded(tmp_path: Path) -> None:
    _, state = here(tmp_path)

    def section(**changes: Any) -> str:
        made = to_markdown(compose(replace(state, **changes), CONTEXT, {}))
        return made.partition("## Sibling studies")[2].partition("\n## ")[0]

    assert section() == ""  # older journals did not record it
    assert "no other study" in section(siblings=())
    sibling = {
        "study": "b" * 16, "seed": 7, "scientist": "heuristic", "num_steps": 5, "closed": True,
        "verdicts": ["H1 supported, robust", "H2 <b>x</b>"],
    }  # fmt: skip
    broken = {"study": "d" * 16, "damaged": True}
    listed = section(siblings=(sibling, broken))
    assert "lay beside this one when it closed: 2." in listed
    assert f"| {'b' * 16} | 7 | 5 | heuristic | H1 supported, robust; H2 \\<b>x\\</b> |" in listed
    assert f"| {'d' * 16} |  |  |  | its journal does not hold together |" in listed


def test_a_folder_that_may_not_be_entered_is_no_sibling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, state = here(tmp_path)
    write(tmp_path / "b", ("opened", opened("b" * 16)))
    whole = os.stat

    def forbidden(path: Any, *args: Any, **options: Any) -> os.stat_result:
        if "journal.jsonl" in str(path):
            raise PermissionError(13, "not yours")
        return whole(path, *args, **options)

    monkeypatch.setattr(os, "stat", forbidden)
    assert siblings_of(own, state) == []
