"""Verify recomputes a study from its folder, and names the first thing that does not hold."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished
from v1vlm.errors import IntegrityError
from v1vlm.journal import GENESIS, Event, fold, identity_of, sealed
from v1vlm.records import canonical_json, digest
from v1vlm.report import verify_study
from v1vlm.report.said import Said
from v1vlm.store import Store
from v1vlm.study import Study

Edit = Callable[[list[Event]], list[Event]]

pytestmark = pytest.mark.usefixtures("quick_reports")


@pytest.fixture
def folder(finished: Finished, tmp_path: Path) -> Path:
    return finished.copy(tmp_path / "study")


def test_nothing_that_the_built_in_scientist_says_is_disputed(finished: Finished) -> None:
    study = Study.open(finished.folder)
    said = Said(study.state, study.context)
    assert not said.disputed
    assert not said.sent_back
    assert said.told["confirmed"] > 0
    assert said.told["removed"] == 0


def resealed(events: list[Event], folder: Path) -> None:
    """Write a journal anew, its chain whole, as a careful forger would."""
    lines, prev = [], GENESIS
    for seq, event in enumerate(events):
        again = sealed(seq, event.kind, event.payload, event.time, prev)
        lines.append(again.line())
        prev = again.hash
    (folder / "journal.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def changed(events: list[Event], kind: str, number: int, change: Callable[[Any], None]) -> None:
    """Change the payload of the n-th event of a kind."""
    event = [e for e in events if e.kind == kind][number]
    payload = copy.deepcopy(event.payload)
    change(payload)
    events[event.seq] = event.model_copy(update={"payload": payload})


def reregistered(
    events: list[Event], number: int, change: Callable[[Any], None], *, proposed: bool = True
) -> None:
    """Change a registration, every mention of its digest, and what had been proposed."""
    event = [e for e in events if e.kind == "registered"][number]
    registration = copy.deepcopy(event.payload["registration"])
    change(registration)
    if proposed:
        proposal = [e for e in events[: event.seq] if e.kind == "proposed"][-1]
        forged = {**proposal.payload, "hypothesis": registration["hypothesis"]}
        events[proposal.seq] = proposal.model_copy(update={"payload": forged})
    old, new = event.payload["digest"], digest(registration)
    payload = {"registration": registration, "digest": new}
    events[event.seq] = event.model_copy(update={"payload": payload})
    for later in events[event.seq + 1 :]:
        text = canonical_json(later.to_json()).replace(old, new)
        events[later.seq] = Event.model_validate_json(text)


def reidentified(events: list[Event]) -> None:
    """Give a study that was changed before any registration the identity that it would have."""
    state = fold(events)
    twin, version = state.twin["digest"], state.versions["v1vlm"]
    identity = identity_of(state.spec, twin, state.generator, version)
    changed(events, "opened", 0, lambda payload: payload.update(study=identity))


def replace_file(path: Path, content: bytes) -> None:
    """Not in place: the copies of a study share their blobs."""
    path.unlink()
    path.write_bytes(content)


def blobs_of(finished: Finished, kind: str, folder: Path) -> list[Path]:
    events = [event for event in finished.events if event.kind == kind]
    return [
        folder / "blobs" / reference[:2] / reference
        for event in events
        for reference in event.payload["blobs"].values()
    ]


# what holds


def test_a_finished_study_holds(finished: Finished, folder: Path) -> None:
    said = verify_study(Store(folder))
    assert [line.partition(":")[0] for line in said] == [
        "chain", "blobs", "answers", "identity", "registrations", "painted pairs", "scores",
        "findings", "figures", "claims", "report",
    ]  # fmt: skip
    assert said[0].startswith(f"chain: {len(finished.events)} events")
    assert said[3].startswith(f"identity: {finished.state.study} ")
    assert said[4].startswith("registrations: 3,")
    n_scores = sum(
        len(event.payload["scores"]) + len(event.payload["control_scores"])
        for event in finished.events
        if event.kind == "drawn"
    )
    assert said[6].startswith(f"scores: {n_scores} draws")
    assert said[7].startswith("findings: 3 ")
    n_figures = sum(name.startswith("figures/") for name in finished.files)
    assert said[8].startswith(f"figures: {n_figures} files")
    assert said[10].startswith(f"report: {len(finished.files) - n_figures} files")


@pytest.mark.parametrize("n", [1, 2, 6, 9, 25, 54])
def test_an_unfinished_study_holds_and_is_said_to_be_unfinished(
    finished: Finished, tmp_path: Path, n: int
) -> None:
    said = verify_study(Store(finished.copy(tmp_path / "study", n)))
    assert said[0].startswith(f"chain: {n} events")
    assert said[-1] == "report: none yet, the study is unfinished"


def test_a_journal_cut_short_beside_its_report(finished: Finished, folder: Path) -> None:
    lines = (folder / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    replace_file(folder / "journal.jsonl", "".join(lines[:-3]).encode())
    with pytest.raises(IntegrityError, match="the journal ends before the study was closed"):
        verify_study(Store(folder))


# blobs


@pytest.mark.parametrize("kind", ["piloted", "drawn"])
def test_a_flipped_byte_in_a_blob(finished: Finished, folder: Path, kind: str) -> None:
    path = blobs_of(finished, kind, folder)[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    replace_file(path, bytes(content))
    with pytest.raises(IntegrityError, match=rf"Blob {path.name} is damaged"):
        verify_study(Store(folder))


def test_a_deleted_blob(finished: Finished, folder: Path) -> None:
    path = blobs_of(finished, "drawn", folder)[3]
    path.unlink()
    with pytest.raises(IntegrityError, match=rf"Blob {path.name} is missing"):
        verify_study(Store(folder))


def test_a_link_in_place_of_a_blob(finished: Finished, folder: Path, tmp_path: Path) -> None:
    path = blobs_of(finished, "drawn", folder)[0]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match=rf"Blob {path.name} is missing"):
        verify_study(Store(folder))


def test_another_text_than_the_context(finished: Finished, folder: Path) -> None:
    reference = finished.state.context
    replace_file(folder / "blobs" / reference[:2] / reference, b"Another text.")
    with pytest.raises(IntegrityError, match=rf"Blob {reference} is damaged"):
        verify_study(Store(folder))


# a journal edited by somebody who seals it again


def first_score(payload: Any) -> None:
    payload["scores"][0] += 1e-9


def first_count(payload: Any) -> None:
    payload["n_neurons"][0] += 1


def shorter(payload: Any) -> None:
    for name in ("scores", "n_neurons", "sources"):
        payload[name].pop()


def set_to(**values: Any) -> Callable[[Any], None]:
    return lambda payload: payload.update(values)


def in_finding(**values: Any) -> Callable[[Any], None]:
    return lambda payload: payload["finding"].update(values)


@pytest.mark.parametrize(
    ("kind", "number", "change", "what"),
    [
        ("decided", 2, in_finding(verdict="contradicted"), r"H3 .* says verdict = 'contradicted'; "
         r"its draws give 'supported'"),
        ("decided", 1, in_finding(verdict="inconclusive"), r"H3 .* is not at the level"),
        ("decided", 0, in_finding(estimate=0.5), r"H1 .* says estimate = 0.5"),
        ("decided", 0, in_finding(e_value=1e9), r"H1 .* says e_value"),
        ("decided", 2, in_finding(statement="It is so."), r"H3 .* says statement = 'It is so.'"),
        ("decided", 0, in_finding(controls=[]), r"H1 .* says controls = \[\]"),
        ("drawn", 3, first_score, r"H1 .* has other scores \((main|equal|weaker), \w+\)"),
        ("drawn", 3, first_count, r"H1 .* has other numbers of neurons \((main|equal|weaker), "),
        ("piloted", 0, first_score, r"The pilot of H1 has other scores than its blobs"),
        ("drawn", 0, shorter, r"line 8 \(drawn\) was not due"),
        ("drawn", 0, set_to(arm="weaker"), r"line 8 \(drawn\) was not due"),
        ("registered", 0, set_to(digest="0" * 64), r"line 7 \(registered\) does not fit"),
        ("characterised", 0, set_to(digest="0" * 64), r"H1 .* is about another twin, or other"),
        ("opened", 0, lambda p: p["twin"].update(digest="0" * 64), r"H1 .* is about another twin"),
        ("opened", 0, lambda p: p["spec"].update(alpha=0.2), r"not at the level that e-LOND"),
        ("opened", 0, lambda p: p["spec"].update(num_steps=2), r"H1 .* not at the level"),
        ("opened", 0, lambda p: p.update(study="0" * 16), r"H1 .* belongs to another study"),
        ("opened", 0, lambda p: p["spec"].update(seed=1235), "settings, twin or version are"),
        ("opened", 0, lambda p: p["spec"].update(initial_prompt="Look."), "settings, twin or"),
        ("opened", 0, lambda p: p["spec"].update(scientist="heuristic"), "settings, twin or"),
        ("opened", 0, lambda p: p["versions"].update(v1vlm="9.9"), "settings, twin or version are"),
        ("opened", 0, set_to(generator=None), "settings, twin or version are others"),
        ("stopped", 0, set_to(reason="bored"), r"line 75 \(stopped\) was not due"),
        ("refused", 0, set_to(attempt=2), r"\(refused\) was not due"),
    ],
)  # fmt: skip
def test_an_edited_event(
    finished: Finished, folder: Path, kind: str, number: int, change: Any, what: str
) -> None:
    events = list(finished.events)
    changed(events, kind, number, change)
    resealed(events, folder)
    with pytest.raises(IntegrityError, match=what):
        verify_study(Store(folder))


@pytest.mark.parametrize(
    "change", [set_to(alpha_support=0.05), set_to(alpha_refute=0.05), set_to(alpha_explain=0.05)]
)
@pytest.mark.parametrize("number", [0, 2])
def test_a_registration_at_another_level(
    finished: Finished, folder: Path, number: int, change: Any
) -> None:
    events = list(finished.events)
    reregistered(events, number, change)
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="not at the level that e-LOND gives its place"):
        verify_study(Store(folder))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (set_to(clip_bound=0.9), "has another clipping bound or budget than its pilot gives"),
        (set_to(draws_max=39), "has another clipping bound or budget than its pilot gives"),
        (set_to(estimate_draws=10), "is not what its pilot and the study give"),
        (set_to(invalid_max=1.0), "is not what its pilot and the study give"),
        (set_to(checks={}), "is not what its pilot and the study give"),
        (lambda r: r["arms"][0].update(behaviour="running"), "is not what its pilot and the study"),
    ],
)
def test_a_registration_of_another_test(
    finished: Finished, folder: Path, change: Any, what: str
) -> None:
    events = list(finished.events)
    reregistered(events, 2, change)
    resealed(events, folder)
    with pytest.raises(IntegrityError, match=f"H3 .* {what}"):
        verify_study(Store(folder))


def test_another_text_with_its_own_digest(finished: Finished, folder: Path) -> None:
    events = finished.events[:6]
    reference = Store(folder).put("Another text.")
    changed(events, "opened", 0, set_to(context=reference))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="text in the study is not the one it was begun with"):
        verify_study(Store(folder))


def test_a_registration_with_another_prediction(finished: Finished, folder: Path) -> None:
    events = list(finished.events)
    reregistered(events, 1, lambda r: r["hypothesis"]["prediction"].update(direction="greater"))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match=r"\(drawn\) was not due"):
        verify_study(Store(folder))


def test_a_registration_of_what_was_not_piloted(finished: Finished, folder: Path) -> None:
    events = list(finished.events)
    change = lambda r: r["hypothesis"]["prediction"].update(margin=0.06)  # noqa: E731
    reregistered(events, 1, change, proposed=False)
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="another hypothesis was piloted"):
        verify_study(Store(folder))


@pytest.mark.parametrize("number", [0, 5, 11])
def test_draws_left_out(finished: Finished, folder: Path, number: int) -> None:
    events = list(finished.events)
    del events[[e.seq for e in events if e.kind == "drawn"][number]]
    resealed(events, folder)
    with pytest.raises(IntegrityError, match=r"\((drawn|decided)\) was not due"):
        verify_study(Store(folder))


def test_a_registration_left_out(finished: Finished, folder: Path) -> None:
    """An unwelcome finding cannot vanish: the place it took shows in what follows."""
    second = [e.seq for e in finished.events if e.kind in ("registered", "interpreted")][2:4]
    events = finished.events[: second[0]] + finished.events[second[1] + 1 :]
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="not at the level that e-LOND gives its place"):
        verify_study(Store(folder))


def test_summaries_swapped_for_those_of_another_chunk(finished: Finished, folder: Path) -> None:
    events = list(finished.events)
    other = [e for e in events if e.kind == "drawn"][1].payload["blobs"]
    changed(events, "drawn", 0, lambda payload: payload["blobs"].update(other))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="has other scores"):
        verify_study(Store(folder))


# reports


@pytest.mark.parametrize("name", ["findings.json", "report.md", "report.html", "report.pdf"])
def test_an_edited_report(folder: Path, name: str) -> None:
    replace_file(folder / name, (folder / name).read_bytes() + b" ")
    with pytest.raises(IntegrityError, match=rf"{name} is not what the journal gives"):
        verify_study(Store(folder))
    (folder / name).unlink()
    with pytest.raises(IntegrityError, match=rf"{name} is missing"):
        verify_study(Store(folder))


@pytest.mark.parametrize("ending", ["svg", "csv"])
def test_an_edited_figure(folder: Path, ending: str) -> None:
    path = sorted((folder / "figures").glob(f"*.{ending}"))[0]
    replace_file(path, path.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(IntegrityError, match=rf"figures/{path.name} is not what"):
        verify_study(Store(folder))


@pytest.mark.parametrize("kind", ["file", "hidden", "link", "folder"])
def test_a_figure_that_the_report_does_not_make(folder: Path, tmp_path: Path, kind: str) -> None:
    path = folder / "figures" / (".H9.svg.12" if kind == "hidden" else "H9.svg")
    if kind == "link":
        (tmp_path / "elsewhere").write_text("mine")
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_text("old")
    with pytest.raises(IntegrityError, match=f"figures/{path.name} is no part of the report"):
        verify_study(Store(folder))
    Study.open(folder).run()
    assert path.exists() == (kind in ("link", "folder"))
    if kind == "link":
        assert (tmp_path / "elsewhere").read_text() == "mine"


def test_figures_that_lie_elsewhere_are_left_alone(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (folder / "figures").rename(elsewhere)
    (elsewhere / "mine.svg").write_text("mine")
    (folder / "figures").symlink_to(elsewhere)
    with pytest.raises(IntegrityError, match="figures is a link"):
        verify_study(Store(folder))
    with pytest.raises(IntegrityError, match="outside of"):
        Study.open(folder).write_report()
    assert (elsewhere / "mine.svg").read_text() == "mine"


# nothing that the folder names is imported


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that leaves a trace when it is imported."""
    trace = tmp_path / "imported"
    module = f"open({str(trace)!r}, 'w').close()\ndef factory(**options):\n    return None\n"
    (tmp_path / "evil.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    return trace


def test_plug_ins_that_the_folder_names_are_not_imported(
    finished: Finished, folder: Path, evil: Path
) -> None:
    events = list(finished.events)
    plug_ins = dict.fromkeys(("twin", "scientist", "generator"), "evil:factory")
    changed(events, "opened", 0, lambda payload: payload["spec"].update(plug_ins))
    resealed(events, folder)
    with pytest.raises(IntegrityError, match="settings, twin or version are others"):
        verify_study(Store(folder))
    events = events[:6]
    reidentified(events)
    resealed(events, folder)
    (folder / "findings.json").unlink()
    assert verify_study(Store(folder))[-1] == "report: none yet, the study is unfinished"
    assert "evil" not in sys.modules
    assert not evil.exists()


@pytest.mark.parametrize("n", [20, None])
def test_a_measure_that_the_folder_names_is_not_imported(
    finished: Finished, folder: Path, evil: Path, n: int | None
) -> None:
    events = list(finished.events)
    reregistered(events, 0, lambda r: r["hypothesis"]["prediction"].update(measure="evil:factory"))
    resealed(events[:n], folder)
    with pytest.raises(IntegrityError, match="uses the measure 'evil:factory'"):
        verify_study(Store(folder))
    assert "evil" not in sys.modules
    assert not evil.exists()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("drawn", set_to(scores=["many"] * 10)),
        ("drawn", set_to(blobs={})),
        ("drawn", set_to(blobs="../../etc/passwd")),
        ("drawn", set_to(start="0")),
        ("registered", set_to(registration=[])),
        ("decided", set_to(finding=None)),
        ("opened", set_to(twin=None)),
        ("opened", set_to(context="../journal.jsonl")),
        ("piloted", set_to(scores=None)),
    ],
)
def test_nonsense_is_named_not_a_crash(
    finished: Finished, folder: Path, kind: str, change: Any
) -> None:
    events = list(finished.events)
    changed(events, kind, 0, change)
    resealed(events, folder)
    with pytest.raises(IntegrityError):
        verify_study(Store(folder))
