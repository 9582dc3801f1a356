"""Planning, watching and looking up: nothing here changes a study."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from tests import fakes
from tests.cli.command import Command, assert_refused, listing
from tests.conftest import Finished, reports_in
from v1vlm.cli import app, diagnosis
from v1vlm.cli import listing as lists
from v1vlm.cli.progress import draws_left, seconds_per_draw, watch
from v1vlm.journal import Budget, draws_shown
from v1vlm.study import Study

FAKES = ("--twin", "tests.fakes:twin", "--scientist", "tests.fakes:scientist")

# preview


def test_a_preview_says_what_would_be_registered_and_leaves_nothing(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    before = listing(here)
    said = v1vlm(
        *("preview", "--context-file", "context.txt", "--num-steps", 3, *FAKES),
        *("--generator", "tests.fakes:generator"),
    )
    assert (said.code, said.err) == (0, "")
    assert "Would be registered first" in said.out
    refused = r"refused: Contrast drives responses: The proposal is refused: it follows up 'H9'"
    assert re.search(refused, said.out)
    assert "The pilot points the other way." in said.out
    assert re.search(r"^ *H1 +Contrast drives responses .* 100% ", said.out, flags=re.M)
    assert re.search(r"Draws after the pilots: about \d+, at most \d+", said.out)
    assert "Nothing was registered or kept" in said.out
    assert listing(here) == before


def test_a_preview_names_power_and_what_replications_cost(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    twins = ("--twin", "tests.subjects:first", "--replicate", "tests.subjects:second")
    said = v1vlm(
        *("preview", "--context-file", "context.txt", "--num-steps", 1, *FAKES[2:], *twins),
    )
    assert (said.code, said.err) == (0, "")
    assert "Characterising the neurons to replicate in" in said.out
    for effect in ("+0.075 (1.5 × margin)", "+0.100 (2 × margin)", "+0.150 (3 × margin)"):
        assert effect in said.out
    assert "the first of K = 1 places" in " ".join(said.out.split())
    quick = v1vlm(
        *("preview", "--context-file", "context.txt", "--num-steps", 1, *FAKES[2:], *twins),
        "--quick",
    )
    assert "each of 1 replications of one that stands" in " ".join(quick.out.split())


def test_a_quick_preview_shows_nothing_to_any_twin(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "twin", None)
    said = v1vlm("preview", "--context-file", "context.txt", "--num-steps", 2, *FAKES, "--quick")
    assert (said.code, said.err) == (0, "")
    assert "At most 2 registrations, each after at most 3 proposals: 120 pilot draws" in said.out
    assert "1000 draws of tests and estimates" in said.out


# status


def test_status_of_a_running_study_says_its_pace(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished.copy(tmp_path / "study", 9)
    ticks = iter(range(10_000))
    begun = datetime(2001, 2, 3, tzinfo=UTC)
    clock = lambda: begun + timedelta(seconds=next(ticks))  # noqa: E731
    study = Study.open(folder, clock=clock)
    seen = []

    def look(event: object, state: object) -> None:
        if study.state.seq == 15:
            before = listing(folder)
            seen.append(v1vlm("status", folder))
            assert listing(folder) == before
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(look)
    (said,) = seen
    assert (said.code, said.err) == (0, "")
    shown = draws_shown(study.state)
    # One event each second, ten draws in each.
    assert f"{shown} draws shown, 10 per second" in said.out
    last = next(ticks) - 1
    assert f"A process is working on it; its last event is of 2001-02-03T00:00:0{last}" in said.out
    assert "resume" not in said.out
    after = v1vlm("status", folder)
    assert f"Nobody is working on it. Go on with: v1vlm resume {folder}" in after.out


def test_before_any_registration_there_is_no_table(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    said = v1vlm("status", finished.copy(tmp_path / "study", 2))
    assert "verdict" not in said.out
    assert "0 registered" in said.out
    assert "verdict" in v1vlm("status", finished.copy(tmp_path / "later", 30)).out


def test_pace_is_of_draws_alone_and_survives_pauses_and_clocks() -> None:
    def event(kind: str, second: float, draws: int = 0) -> SimpleNamespace:
        time = (datetime(2001, 2, 3, tzinfo=UTC) + timedelta(seconds=second)).isoformat()
        return SimpleNamespace(kind=kind, time=time, payload={"scores": [0.0] * draws})

    assert seconds_per_draw([event("opened", 0), event("characterised", 60)]) is None  # type: ignore[list-item]
    steady = [event("registered", 0), *(event("drawn", 5 * i, 10) for i in range(1, 6))]
    assert seconds_per_draw(steady) == pytest.approx(0.5)  # type: ignore[arg-type]
    paused = [*steady, event("drawn", 90_000, 10), event("drawn", 90_005, 10)]
    assert seconds_per_draw(paused) == pytest.approx(0.5)  # type: ignore[arg-type]
    backwards = [*steady, event("drawn", -3600, 10), event("drawn", -3595, 10)]
    assert seconds_per_draw(backwards) == pytest.approx(0.5)  # type: ignore[arg-type]
    assert seconds_per_draw([event("registered", 9), event("drawn", 3, 10)]) is None  # type: ignore[list-item]


def test_what_is_left_shrinks_to_nothing(finished: Finished) -> None:
    left = [draws_left(state) for state in finished.states]
    assert left[0] > 0
    assert left[-1] == 0
    per_place = finished.state.spec.draws_max / 2 + finished.state.spec.estimate_draws
    assert left[0] == per_place * finished.state.spec.num_steps


def test_on_a_terminal_there_is_a_bar(finished: Finished, tmp_path: Path) -> None:
    folder = finished.copy(tmp_path / "study", 40)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, markup=False)
    study = Study.open(folder)
    state = watch(study, folder, console, Budget(max_draws=190), quiet=False, verbose=False)
    said = screen.getvalue()
    assert "\x1b[" in said
    assert "left" in said
    assert "3/4" in said
    assert state.stopped is None
    assert "Report:" not in said


# report


def test_a_report_is_rebuilt_to_the_byte(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "study")
    # Not in place: the copies of a study share their files.
    for name in ("report.pdf", "findings.json", "report.md"):
        (folder / name).unlink()
    (folder / "report.md").write_bytes(b"edited")
    before = listing(folder)
    said = v1vlm("report", folder)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Report: {folder / 'report.pdf'}\n"
    assert reports_in(folder) == finished.files
    assert set(listing(folder)) - set(before) <= {"report.pdf", "findings.json", "lock"}


@pytest.mark.usefixtures("quick_reports")
def test_a_report_imports_no_plug_in(
    v1vlm: Command, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a plug-in was loaded")

    monkeypatch.setattr("v1vlm.plugins.load", refuse)
    assert v1vlm("report", finished.copy(tmp_path / "study")).code == 0


def test_an_unfinished_study_has_no_report(
    v1vlm: Command, finished: Finished, tmp_path: Path
) -> None:
    folder = finished.copy(tmp_path / "my study", 30)
    before = listing(folder)
    said = v1vlm("report", folder)
    assert_refused(said, "not finished", f"v1vlm resume '{folder}'", f"v1vlm status '{folder}'")
    assert listing(folder) == before


# doctor and lists


def test_the_doctor_finds_the_core_whole(v1vlm: Command, here: Path) -> None:
    before = listing(here)
    said = v1vlm("doctor")
    assert (said.code, said.err) == (0, "")
    for word in ("python 3.", "numpy", "extra dev", "extra viv1t", "energy", "cores:", "memory:"):
        assert word in said.out
    assert f"free in {here}" in said.out
    for group in ("twins", "scientists", "generators", "families", "measures"):
        assert re.search(rf"^ok +{group}: \w", said.out, flags=re.M)
    assert listing(here) == before


def test_the_doctor_looks_at_plug_ins_of_every_group(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "entry_points", lambda group: [Broken()])
    said = v1vlm("doctor").out
    for group in ("twins", "scientists", "generators", "families", "measures"):
        assert f"{group}: 'broken' cannot be loaded" in said
    assert "no plug-ins" not in said


def test_the_doctor_names_what_is_missing_and_the_command(
    v1vlm: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = diagnosis._version
    monkeypatch.setattr(
        diagnosis, "_version", lambda n: None if n in ("torch", "numpy") else there(n)
    )
    monkeypatch.setattr(diagnosis, "DISK_MIN", 2**60)
    said = v1vlm("doctor")
    assert said.code == 1
    assert re.search(r"^missing extra viv1t: without .*\btorch\b", said.out, flags=re.M)
    assert "pip install -c constraints.txt '.[viv1t]'" in said.out
    assert "wrong   core: without numpy" in said.out
    assert "Make room" in said.out


def test_the_doctor_loads_no_network_library(here: Path) -> None:
    code = (
        "import sys, pathlib\nfrom v1vlm.cli.diagnosis import examine\n"
        "import importlib.util as u\n"
        "found = u.find_spec('torch') is not None\n"
        "list(examine(pathlib.Path('.')))\n"
        "sys.exit('torch' in sys.modules and not found)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("there", "said"), [(True, "A big one"), (False, "none that torch 2")])
def test_the_doctor_names_the_accelerator_where_torch_is(
    v1vlm: Command, monkeypatch: pytest.MonkeyPatch, there: bool, said: str
) -> None:
    cuda = SimpleNamespace(
        is_available=lambda: there, device_count=lambda: 1, get_device_name=lambda i: "A big one"
    )
    torch = SimpleNamespace(cuda=cuda, __version__="2.9")
    monkeypatch.setattr(diagnosis, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert said in v1vlm("doctor").out


class Broken:
    """A registered plug-in whose import fails."""

    name, module, value, group = "broken", "broken", "broken:load", "v1vlm.scientists"
    dist = SimpleNamespace(name="a-package")

    def load(self) -> object:
        raise ImportError("No module named 'gone'")


def test_a_plug_in_that_cannot_be_loaded_is_listed_with_the_reason(
    v1vlm: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (diagnosis, lists):
        real = module.entry_points
        monkeypatch.setattr(
            module, "entry_points", lambda group, real=real: [*real(group=group), Broken()]
        )
    monkeypatch.setenv("COLUMNS", "200")
    said = v1vlm("scientists", "list")
    assert said.code == 0
    assert "heuristic" in said.out
    assert "cannot be loaded: ImportError: No module named 'gone'" in said.out
    said = v1vlm("doctor")
    assert "'broken' cannot be loaded" in said.out
    assert "a-package" in said.out
    assert re.search(r"scientists: .*heuristic", said.out)


@pytest.mark.parametrize(
    ("group", "named"),
    [
        ("scientists", ("heuristic", "The built-in scientist")),
        ("generators", ("module:factory",)),
        ("measures", ("permi", "modulation index", "rank", "v1vlm")),
        ("families", ("varied", "family", "grating", "stimulus")),
    ],
)
def test_lists(
    v1vlm: Command, monkeypatch: pytest.MonkeyPatch, group: str, named: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    said = v1vlm(group, "list")
    assert (said.code, said.err) == (0, "")
    for word in named:
        assert word in said.out
    if group == "generators":
        monkeypatch.setattr(lists, "entry_points", lambda group: [Broken()])
        assert "broken" in v1vlm(group, "list").out


@pytest.mark.usefixtures("quick_reports")
def test_options_may_be_written_with_underscores(v1vlm: Command, here: Path) -> None:
    said = v1vlm(
        *("run", "--context_file", "context.txt", "--save_dir=a_b", "--num_steps", 2, *FAKES),
        *("--initial_prompt", "look_at --this_thing", "--max_draws", 0, "--quiet"),
    )
    assert said.code == 130
    spec = Study.open(here / "a_b").state.spec
    assert (spec.num_steps, spec.initial_prompt) == (2, "look_at --this_thing")


def test_the_documentation_names_every_command_and_no_other(v1vlm: Command) -> None:
    usage = (Path(__file__).parents[2] / "docs" / "usage.md").read_text("utf-8")
    named = set(re.findall(r"v1vlm ([a-z]+)", usage))
    own = {command.callback.__name__ for command in app.registered_commands if command.callback}
    groups = {group.name for group in app.registered_groups}
    assert named <= own | groups
    assert {"run", "preview", "status", "resume", "report", "verify", "doctor"} <= named & own
    for group in ("scientists", "generators", "measures", "families"):
        assert f"{group} list`" in usage
        assert group in groups


# guidance


def test_guidance_is_part_of_the_study_and_said_in_its_report(v1vlm: Command, here: Path) -> None:
    prompt = "Look at 3 things: contrast, and “junctions” <b>."
    said = v1vlm(
        *("run", "--context-file", "context.txt", "--save-dir", "study", "--num-steps", 1),
        *(*FAKES, "--initial-prompt", prompt, "--quiet"),
    )
    assert (said.code, said.err) == (0, "")
    spec = json.loads((here / "study" / "journal.jsonl").read_text("utf-8").splitlines()[0])
    assert spec["payload"]["spec"]["initial_prompt"] == prompt
    html = (here / "study" / "report.html").read_text("utf-8")
    assert "this guidance for the scientist: “Look at 3 things: contrast" in html
    assert "<b>." not in html
    assert "--initial-prompt" in html
    assert v1vlm("verify", "study").code == 0
