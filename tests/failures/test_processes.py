"""Killed workers, signals at every phase, odd clocks and locales: a study goes on regardless."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.cli.command import Command, assert_refused, listing
from tests.conftest import TEXT, Finished, frozen_clock, spec_of
from tests.failures.conftest import shell_environment
from v1vlm.cli.console import ClosedPipe, Terminal
from v1vlm.cli.progress import seconds_per_draw
from v1vlm.errors import WorkerError
from v1vlm.journal import parse_log
from v1vlm.report import verify_study
from v1vlm.store import Store
from v1vlm.study import Study, opening

FAKES = ("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist")
NEW = ("run", "--context-file", "context.txt", "--save-dir", "study", "--quiet", *FAKES)
V1VLM = (sys.executable, "-c", "from v1vlm.cli import main; main()")

# workers

PARENT = "V1VLM_TEST_PARENT"


class MortalTwin(fakes.FakeTwin):
    """Kills the process that asks it, unless that is the study's own."""

    def respond(self, frames: Any, **options: Any) -> Any:
        if os.environ.get(PARENT, str(os.getpid())) != str(os.getpid()):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().respond(frames, **options)


def test_a_killed_worker_costs_no_draw(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    (folder / "done").rename(folder / "elsewhere")
    monkeypatch.setenv(PARENT, str(os.getpid()))
    monkeypatch.setattr(fakes, "twin", MortalTwin)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        study = Study.open(folder, clock=frozen_clock, executor=pool)
        with pytest.raises(WorkerError, match="worker process died") as raised:
            study.run()
    assert "v1vlm resume" in raised.value.remedy
    events = parse_log(Store(folder).lines())
    assert 30 < len(events) < len(finished.events)
    assert events == finished.events[: len(events)]
    assert not Store(folder).busy()
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    assert Study.open(folder, clock=frozen_clock).run() == finished.state


# signals


@pytest.fixture
def heeded() -> Iterator[None]:
    """Signals as a terminal leaves them: a shell in the background has some of them ignored."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def raising(signals: list[int]) -> Callable[..., Any]:
    """A function that sends this process a signal when it is called."""

    def act(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signals[0])
        raise AssertionError("the signal was not heeded")

    return act


BEFORE = {
    "reading the context": "v1vlm.context.read_text",
    "loading the twin": "tests.fakes.twin",
    "loading the scientist": "tests.fakes.scientist",
    "writing event 0": "v1vlm.store.Store.append",
    "moving into place": "v1vlm.study.opening._move_in",
}
AFTER = {
    "characterising": "v1vlm.study.engine.characterise",
    "proposing": "tests.fakes.ScriptedScientist.propose",
    "piloting": "v1vlm.rig.Rig.show",
    "looking": "tests.fakes.ScriptedScientist.look",
    "registering": "tests.fakes.ScriptedScientist.sceptic",
    "drawing": "v1vlm.study.engine.chunk_plan",
    "deciding": "v1vlm.study.engine.conclude",
    "interpreting": "tests.fakes.ScriptedScientist.interpret",
    "writing": "tests.fakes.ScriptedScientist.write",
    "reporting": "v1vlm.study.keeping.write_report",
}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("phase", BEFORE)
def test_stopped_before_there_is_a_study(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch, phase: str, number: int
) -> None:
    before = listing(here)
    handler = signal.getsignal(number)
    monkeypatch.setattr(BEFORE[phase], raising([number]))
    said = v1vlm(*NEW)
    assert (said.code, said.out) == (130, "")
    assert said.err == "Stopped before anything was begun; give the same command again.\n"
    assert listing(here) == before
    assert signal.getsignal(number) == handler


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("phase", AFTER)
def test_stopped_at_any_phase_it_says_how_to_go_on(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    number = SIGNALS[list(AFTER).index(phase) % 3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
        patch.setattr(AFTER[phase], raising([number]))
        said = v1vlm(*NEW, "--num-steps", 1)
    assert (said.code, said.out) == (130, "")
    assert said.err == ("Stopped. Everything so far is kept; go on with: v1vlm resume study\n")
    assert not Store(here / "study").busy()
    parse_log(Store(here / "study").lines())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
        assert v1vlm("resume", "study", "--quiet").code == 0
    assert Study.open(here / "study").state.stopped == "complete"


def test_what_is_told_to_ignore_a_closed_terminal_does(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sent: list[int] = []

    def hang_up(*_: Any) -> Any:
        os.kill(os.getpid(), signal.SIGHUP)
        sent.append(signal.SIGHUP)
        return fakes.FakeTwin()

    monkeypatch.setattr(fakes, "twin", hang_up)
    try:
        assert v1vlm(*NEW, "--max-draws", 0).code == 130
    finally:
        signal.signal(signal.SIGHUP, before)
    assert sent
    assert (here / "study" / "journal.jsonl").is_file()


# a reader that goes away


def test_a_closed_pipe_stops_a_study_that_can_go_on(finished: Finished, tmp_path: Path) -> None:
    folder = finished.copy(tmp_path / "study", 10)
    with subprocess.Popen(
        [*V1VLM, "resume", folder, "--verbose"],
        env=shell_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().split() == [b"10", b"drawn"]
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 141
    assert said == (
        "Nobody reads what it prints. Everything so far is kept; "
        f"go on with: v1vlm resume {folder}\n"
    )
    events = parse_log(Store(folder).lines())
    assert 10 < len(events) < len(finished.events)
    assert not Store(folder).busy()
    assert verify_study(Store(folder))[-1] == "report: none yet, the study is unfinished"


def test_a_closed_pipe_is_no_damage(finished: Finished) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as unread:
        done = subprocess.run(
            [*V1VLM, "verify", finished.folder],
            env=shell_environment(),
            stdout=unread,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_error_stream_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr(sys, "stderr", closed)
        Terminal(stderr=True).print("Stopped.")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        with pytest.raises(ClosedPipe, match="141"):
            Terminal().print("chain: 10 events")


# clocks, time zones, locales, names


def test_a_clock_that_goes_backwards(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def times() -> Iterator[datetime]:
        now = datetime(2031, 1, 1, tzinfo=UTC)
        while True:
            yield now
            now -= timedelta(hours=7)

    ticks = times()
    for module in ("study.keeping", "report.verify"):
        monkeypatch.setattr(f"v1vlm.{module}.write_report", lambda *_: {})
    monkeypatch.setattr("v1vlm.report.verify._check_nothing_left_out", lambda *_: None)
    folder = finished.copy(tmp_path / "study", 20)
    Study.open(folder, clock=lambda: next(ticks)).run()
    events = parse_log(Store(folder).lines())
    assert events[-1].time < events[20].time
    assert Study.open(folder).findings == finished.state.findings
    assert verify_study(Store(folder))[-1].startswith("report: 0 files")
    assert seconds_per_draw(events[20:]) is None


@pytest.mark.parametrize(
    ("locale", "zone"), [("C", "Pacific/Kiritimati"), ("tr_TR.UTF-8", "XXX+11:30")]
)
def test_locale_time_zone_and_names_change_no_byte(
    finished: Finished, tmp_path: Path, locale: str, zone: str
) -> None:
    """Not even where the terminal and the file system know no letter but ASCII's."""
    folder = finished.copy(tmp_path / "Étude n° 1 – ıİ 研究", 45)
    environment = shell_environment(
        LC_ALL=locale, TZ=zone, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING=""
    )
    done = subprocess.run(
        [*V1VLM, "resume", folder],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    events = parse_log(Store(folder).lines())
    assert [(e.kind, e.payload) for e in events] == [(e.kind, e.payload) for e in finished.events]
    assert all(e.time.endswith("+00:00") for e in events)
    for name, content in finished.files.items():
        assert (folder / name).read_bytes() == content, name


def test_names_that_are_no_text(v1vlm: Command, here: Path) -> None:
    """Names on disk are bytes; such a one is read, and recorded with a mark in its place."""
    name = os.fsdecode(b"caf\xe9 1.txt")
    try:
        (here / name).write_text(TEXT)
    except OSError:
        pytest.skip("this file system has names of text only")
    said = v1vlm(
        *("run", "--context-file", name, "--save-dir", os.fsdecode(b"\xff study")),
        *("--quiet", "--max-draws", 0, *FAKES, "--initial-prompt", "caf\udce9"),
    )
    assert said.code == 130
    spec = Study.open(here / os.fsdecode(b"\xff study")).state.spec
    assert (spec.context, spec.initial_prompt) == ("caf? 1.txt", "caf?")


# versions


def test_going_on_under_other_versions_is_noted_once(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    folder = finished.copy(tmp_path / "study", 50)
    real = opening.version
    monkeypatch.setattr(opening, "version", lambda n: "9.9" if n == "numpy" else real(n))
    for _ in range(2):
        study = Study.open(folder, clock=frozen_clock)
        with pytest.raises(KeyboardInterrupt):
            study.run(raise_at("noted" if not study.state.notes else "written"))
    Study.open(folder, clock=frozen_clock).run()
    state = Study.open(folder).state
    begun = finished.state.versions["numpy"]
    assert state.notes == (
        f"Goes on under numpy 9.9 (begun with {begun}); last digits may differ.",
    )
    assert state.versions == finished.state.versions
    assert state.findings == finished.state.findings
    size = (folder / "journal.jsonl").stat().st_size
    monkeypatch.setattr(opening, "version", lambda n: "10.0" if n == "numpy" else real(n))
    Study.open(folder).run()  # finished: nothing goes on
    assert (folder / "journal.jsonl").stat().st_size == size


def raise_at(kind: str) -> Callable[..., None]:
    def stop(event: Any, state: Any) -> None:
        if event.kind == kind:
            raise KeyboardInterrupt

    return stop


def test_the_same_versions_are_not_noted(finished: Finished) -> None:
    assert set(finished.state.versions) == {"v1vlm", "numpy", "scipy", "scikit-image"}
    assert finished.state.notes == ()


def test_a_version_that_was_not_recorded_is_not_noted(finished: Finished) -> None:
    versions = dict(finished.state.versions)
    del versions["scikit-image"]
    assert opening.other_versions(replace(finished.state, versions=versions)) == ""
    other = {**versions, "scipy": "0.1"}
    assert "begun with 0.1" in opening.other_versions(replace(finished.state, versions=other))


def test_a_study_whose_twin_is_gone_can_still_be_looked_at(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished.copy(tmp_path / "study", 30)
    monkeypatch.delattr(fakes, "twin")
    assert v1vlm("status", folder).code == 0
    assert_refused(v1vlm("resume", folder, "--quiet"), "no callable 'twin'")
    assert spec_of().twin == "tests.fakes:twin"
