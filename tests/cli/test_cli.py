"""The command line: exit codes, what it prints, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.cli.command import Command, assert_refused, listing
from tests.conftest import TEXT, Finished, reports_in
from v1vlm.cli import out
from v1vlm.cli.progress import show_status
from v1vlm.journal import draws_of, draws_shown, next_step, parse_log
from v1vlm.store import Store
from v1vlm.study import Study

ROOT = Path(__file__).parents[2]


# what cannot be used


CONTEXTS: dict[str, tuple[bytes | None, tuple[str, ...]]] = {
    "missing.txt": (None, ("no file", "Check the path")),
    "empty.txt": (b"", ("is empty", "Give a text")),
    "blank.txt": (b" \n\n ", ("is empty", "Give a text")),
    "binary.txt": (b"a text \x00\x01\x02", ("is not text", "offset 7")),
    "paper.pdf": (b"%PDF-1.7\n\x9c\x00", ("is a PDF", "pdftotext -enc UTF-8 paper.pdf paper.txt")),
    "latin1.txt": ("Hübener".encode("latin-1"), ("not UTF-8", "0xfc", "offset 1", "iconv")),
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_context_that_is_no_text(v1vlm: Command, here: Path, name: str) -> None:
    content, named = CONTEXTS[name]
    if content is not None:
        (here / name).write_bytes(content)
    before = listing(here)
    said = v1vlm("run", "--context-file", name, "--save-dir", "study")
    assert_refused(said, name, *named)
    assert listing(here) == before


def test_a_context_that_is_a_folder(v1vlm: Command, here: Path) -> None:
    (here / "texts").mkdir()
    before = listing(here)
    assert_refused(v1vlm("run", "--context-file", "texts", "--save-dir", "study"), "texts")
    assert listing(here) == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--twin", "enrgy"), ("'enrgy'", "Did you mean 'energy'?")),
        (("--twin", ""), ("''", "Known: ")),
        (("--twin", "nobody:twin"), ("'nobody:twin'", "module:factory")),
        (("--twin", "tests.fakes:not_a_twin"), ("tests.fakes:not_a_twin", "is no twin", "card")),
        (("--twin", "tests.fakes:nothing"), ("'nothing'", "module:factory")),
        (("--twin", "energy:no-such-thing"), ("no-such-thing",)),
        (("--scientist", "heurstic"), ("'heurstic'", "Did you mean 'heuristic'?")),
        (("--scientist", "heuristic:no-such-template"), ("no-such-template", "Known: ")),
        (("--scientist", "tests.fakes:twin"), ("is no scientist", "FakeTwin", "propose")),
        (("--generator", "nothing"), ("'nothing'", "module:factory")),
        (("--generator", "tests.fakes:twin"), ("is no generator", "paint")),
        (("--num-steps", "0"), ("--num-steps: ", "0", "v1vlm run --help")),
        (("--num-steps", "-1"), ("--num-steps: ", "-1", "v1vlm run --help")),
        (("--num-steps", "1001"), ("--num-steps: ", "1001", "v1vlm run --help")),
        (("--num-steps", "abc"), ("abc", "num-steps")),
        (("--num-steps", "1.5"), ("1.5", "num-steps")),
        (("--seed", "-1"), ("--seed: ", "-1", "v1vlm run --help")),
        (("--max-draws", "-1"), ("--max-draws: ", "-1", "v1vlm run --help")),
        (("--initial-prompt", "x" * 2001), ("--initial-prompt: ", "2000", "v1vlm run --help")),
        (("--seed", "abc"), ("abc", "seed")),
        (("--seed", str(2**63)), ("seed", str(2**63))),
        (("--replicate", "enrgy"), ("'enrgy'", "Did you mean 'energy'?")),
        (("--replicate", "tests.fakes:twin"), ("the twin of --twin", "Name another mouse")),
        (("--replicate", "tests.subjects:far_screen"), ("another screen", "same monitor")),
        (("--replicate", "tests.subjects:recorded"), ("planted answers", "simulations")),
        (("--mice-at-least", "0"), ("--mice-at-least: ", "0", "v1vlm run --help")),
        (("--mice-at-least", "1"), ("--mice-at-least asks for 1", "--replicate")),
        (("--twins-at-least", "x"), ("x", "twins-at-least")),
        (("--steps", "3"), ("--steps", "v1vlm --help")),
        (("more",), ("more", "v1vlm --help")),
    ],
)
def test_options_that_cannot_be_used(
    v1vlm: Command, here: Path, options: tuple[str, ...], named: tuple[str, ...]
) -> None:
    before = listing(here)
    usual = {"--twin": "tests.fakes:twin", "--scientist": "tests.fakes:scientist"}
    rest = [word for pair in usual.items() if pair[0] not in options for word in pair]
    said = v1vlm("run", "--context-file", "context.txt", "--save-dir", "study", *rest, *options)
    assert_refused(said, *named)
    assert listing(here) == before


def test_no_context_file(v1vlm: Command, here: Path) -> None:
    assert_refused(v1vlm("run"), "--context-file", "v1vlm --help")


def test_no_such_command(v1vlm: Command) -> None:
    assert_refused(v1vlm("rum"), "rum", "v1vlm --help")


def test_a_save_dir_that_is_taken(v1vlm: Command, here: Path) -> None:
    (here / "full").mkdir()
    (here / "full" / "thesis.tex").write_text("precious")
    (here / "file").write_text("precious")
    before = listing(here)
    for place, named in (("full", "not empty"), ("file", "is a file"), ("file/study", "file")):
        said = v1vlm(
            *("run", "--context-file", "context.txt", "--save-dir", place),
            *("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist"),
        )
        assert_refused(said, place.split("/")[0], named)
    assert listing(here) == before


@pytest.mark.parametrize("place", [".", "../empty"])
def test_a_save_dir_that_one_stands_in(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (here / "empty").mkdir()
    monkeypatch.chdir(here / "empty")
    said = v1vlm(
        *("run", "--context-file", "../context.txt", "--save-dir", place),
        *("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist"),
    )
    assert_refused(said, "current folder")
    assert listing(here / "empty") == {}


@pytest.mark.parametrize("command", ["resume", "status", "verify"])
def test_a_folder_without_a_study(v1vlm: Command, here: Path, command: str) -> None:
    (here / "empty").mkdir()
    before = listing(here)
    assert_refused(v1vlm(command, "nowhere"), "'nowhere'", "does not exist", "v1vlm run")
    assert_refused(v1vlm(command, "empty"), "'empty'", "journal.jsonl", "v1vlm run")
    assert_refused(v1vlm(command), "Missing argument", "v1vlm --help")
    assert listing(here) == before


# studies


@pytest.mark.usefixtures("quick_reports")
def _before_words(finished: Finished) -> int:
    """How many events come before the words of the report."""
    return next(event.seq for event in finished.events if event.kind == "written")


def test_status_says_where_a_study_stands(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    whole = finished.copy(tmp_path / "whole")
    said = v1vlm("status", whole)
    assert (said.code, said.err) == (0, "")
    assert "finished" in said.out
    assert "2 supported, 1 contradicted" in said.out
    assert "v1vlm resume" not in said.out
    for n, stage in ((1, "characterising"), (10, "step 1/4"), (_before_words(finished), "write")):
        part = finished.copy(tmp_path / f"part-{n}", n)
        before = listing(part)
        said = v1vlm("status", part)
        assert (said.code, said.err) == (0, "")
        assert stage in said.out
        assert f"Go on with: v1vlm resume {part}" in said.out
        assert listing(part) == before


def test_titles_are_printed_to_the_letter(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    first = finished.state.trials[0]
    hypothesis = first.registration.hypothesis.model_copy(update={"title": "More [b] or [/so]"})
    registration = first.registration.model_copy(update={"hypothesis": hypothesis})
    trial = replace(first, registration=registration, finding=None)
    state = replace(finished.state, trials=(trial,))
    show_status(state, finished.events, finished.folder, out, busy=False)
    assert "More [b] or [/so]" in capsys.readouterr().out


@pytest.mark.usefixtures("quick_reports")
def test_resuming_a_finished_study_changes_no_byte(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study")
    before = listing(folder)
    for options in ((), ("--quiet",), ("--verbose",)):
        said = v1vlm("resume", folder, *options)
        assert (said.code, said.err) == (0, "")
        assert str(folder / "report.pdf") in said.out
    after = listing(folder)
    after.pop("lock")
    before.pop("lock", None)
    assert after == before


@pytest.mark.usefixtures("quick_reports")
def test_how_much_is_said(v1vlm: Command, finished: Finished, tmp_path: Path) -> None:
    quiet = v1vlm("resume", finished.copy(tmp_path / "quiet", 40), "--quiet")
    assert quiet.out.splitlines() == [f"Report: {tmp_path / 'quiet' / 'report.pdf'}"]
    usual = v1vlm("resume", finished.copy(tmp_path / "usual", 25))
    assert "H2c registered" in usual.out
    for trial in finished.state.trials:
        assert usual.out.count(f"sha256 {trial.digest}") >= 1
    assert f"Journal, sha256 {finished.events[-1].hash}" in usual.out
    assert "contradicted after" in usual.out
    assert "declined" in usual.out
    verbose = v1vlm("resume", finished.copy(tmp_path / "verbose", 40), "--verbose")
    for event in finished.events[40:]:
        assert f"{event.seq:5d} {event.kind}" in verbose.out
    assert {quiet.code, usual.code, verbose.code} == {0}


def test_a_torn_journal_is_mended_and_said(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study", 54)
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"hash":')
    said = v1vlm("verify", folder)
    assert said.code == 1
    assert "torn line of 8 bytes" in said.err
    assert "v1vlm resume" in said.err
    said = v1vlm("resume", folder)
    assert said.code == 0
    assert "torn last line of 8 bytes was dropped" in said.out
    assert reports_in(folder) == finished.files


@pytest.mark.parametrize("twin", ["energy", "energy:no-surround", "tests.fakes:twin"])
def test_a_mouse_of_a_twin_of_one_is_refused(v1vlm: Command, tmp_path: Path, twin: str) -> None:
    (tmp_path / "context.txt").write_text(TEXT, "utf-8")
    for command in ("run", "preview"):
        asked = (command, "--context-file", tmp_path / "context.txt", "--twin", twin)
        said = v1vlm(*asked, "--mouse", "A")
        assert said.code == 2
        assert "has no option 'mouse" in said.err


def test_a_damaged_journal_is_a_failed_check(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    journal = folder / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8").replace("2001-02-03", "2001-02-04", 9), "utf-8")
    for command in ("verify", "resume", "status"):
        said = v1vlm(command, folder)
        assert said.code == 1
        assert "Journal line 1 was changed" in said.err
        assert len(said.err.splitlines()) <= 2


@pytest.mark.usefixtures("quick_reports")
def test_an_interrupt_keeps_what_was_done(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished.copy(tmp_path / "study", 30)

    def interrupt(*_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.ScriptedScientist, "interpret", interrupt)
        said = v1vlm("resume", folder, "--quiet")
    assert said.code == 130
    assert said.err == f"Stopped. Everything so far is kept; go on with: v1vlm resume {folder}\n"
    events = parse_log(Store(folder).lines())
    assert events[-1].kind == "decided"
    assert v1vlm("resume", folder, "--quiet").code == 0
    assert parse_log(Store(folder).lines())[-1].kind == "stopped"


@pytest.mark.usefixtures("quick_reports")
def test_a_budget_stops_between_two_steps(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    """A study stopped at many places is, byte by byte, the one that was never stopped."""
    folder = finished.copy(tmp_path / "my study", 1)
    assert v1vlm("resume", folder, "--max-hours", 0).code == 130
    assert len(Store(folder).lines()) == 1
    stops = (0, 7, 8, 30, 200)
    for n in stops:
        said = v1vlm("resume", folder, "--quiet", "--max-draws", n)
        assert said.code == 130
        assert said.out == ""
        assert said.err == (
            "Stopped at the budget. Everything so far is kept; go on with: "
            f"v1vlm resume '{folder}'\n"
        )
        state = Study.open(folder).state
        step = next_step(state)
        assert step is not None
        assert draws_shown(state) <= n < draws_shown(state) + draws_of(state, step)
    assert v1vlm("resume", folder, "--quiet", "--max-draws", 10_000).code == 0
    assert parse_log(Store(folder).lines()) == finished.events
    assert draws_shown(finished.state) > stops[-1]
    # What is left of a study without another draw is done whatever the budget.
    folder = finished.copy(tmp_path / "words", _before_words(finished))
    assert v1vlm("resume", folder, "--quiet", "--max-draws", 1).code == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--max-draws", "-1"), ("--max-draws", "1.5"), ("--max-hours", "nan"),
                          ("--max-hours", "-0.1"), ("--max-hours", "day")],
)  # fmt: skip
def test_a_budget_that_is_none(
    v1vlm: Command, finished: Finished, here: Path, option: str, value: str
) -> None:
    before = listing(finished.folder)
    assert_refused(v1vlm("resume", finished.folder, option, value), value)
    begun = v1vlm("run", "--context-file", "context.txt", "--save-dir", "study", option, value)
    assert_refused(begun, value)
    assert listing(finished.folder) == before
    assert not (here / "study").exists()


@pytest.mark.usefixtures("quick_reports")
def test_in_a_log_progress_is_lines(v1vlm: Command, finished: Finished, tmp_path: Path) -> None:
    said = v1vlm("resume", finished.copy(tmp_path / "study", 10))
    shares = [int(share) for share in re.findall(r"^ *(\d+)% after 0:", said.out, flags=re.M)]
    assert shares == sorted(set(shares))
    assert len(shares) >= 5
    assert shares[-1] == 100
    assert "\x1b" not in said.out


HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a+b")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.usefixtures("quick_reports")
def test_two_processes_cannot_run_one_study(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study", 40)
    journal = (folder / "journal.jsonl").read_bytes()
    command = [sys.executable, "-c", HOLD, str(folder / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert_refused(v1vlm("resume", folder), "Another process is working", str(folder))
        assert v1vlm("status", folder).code == 0
        other.communicate()
    assert (folder / "journal.jsonl").read_bytes() == journal
    assert v1vlm("resume", folder, "--quiet").code == 0


# the original command


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """``python run.py`` on a context with a byte order mark and the line ends of Windows."""
    place = tmp_path_factory.mktemp("original")
    (place / "context.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [
            *(sys.executable, str(ROOT / "run.py"), "--context-file", "./context.txt"),
            *("--num-steps", "1", "--quiet", "--twin", "tests.fakes:twin"),
            *("--scientist", "tests.fakes:scientist"),
        ],
        cwd=place,
        env={**os.environ, "PYTHONPATH": path, "V1VLM_TEST_SMALL": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return place, done


def test_the_original_command_runs_a_study(original: tuple[Path, Any]) -> None:
    place, done = original
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == "Report: studies/context-1/report.pdf\n"
    assert sorted(path.name for path in place.iterdir()) == ["context.txt", "studies"]
    folder = place / "studies" / "context-1"
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in (place / "studies").iterdir()) == ["context-1"]
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "journal.jsonl", "blobs", "done", "figures", "lock",
        "findings.json", "report.md", "report.html", "report.pdf",
    }  # fmt: skip
    spec = parse_log(Store(folder).lines())[0].payload["spec"]
    assert (spec["num_steps"], spec["seed"], spec["context"]) == (1, 1234, "context.txt")


def test_what_it_wrote_is_verified(v1vlm: Command, original: tuple[Path, Any]) -> None:
    place, _ = original
    said = v1vlm("verify", place / "studies" / "context-1")
    assert (said.code, said.err) == (0, "")
    assert [line.partition(":")[0] for line in said.out.splitlines()] == [
        "chain", "blobs", "answers", "identity", "registrations", "scores", "findings", "figures",
        "claims", "report",
    ]  # fmt: skip
