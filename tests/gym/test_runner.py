"""Many studies over processes: the same results, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from tests.gym.conftest import SUITE
from v1vlm.cli import gym
from v1vlm.gym import run_all, seconds_of

LOOP = "tests.gym.test_studies:one_after_another"
SURE = "tests.gym.test_studies:sure"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setenv("V1VLM_TEST_SMALL", "1")


def test_the_number_of_processes_changes_nothing(plans, records, tmp_path) -> None:
    seen: list[tuple[int, int]] = []
    chosen = plans[:2]
    found = run_all(chosen, tmp_path, 2, lambda done, total: seen.append((done, total)))
    assert found == records[:2]
    assert seen == [(1, 2), (2, 2)]
    assert seconds_of(chosen, tmp_path) > 0
    # What is there is not run again, and what is missing is.
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "studies").iterdir()}
    first = sorted(before)[0]
    content = first.read_bytes()
    first.unlink()
    assert run_all(chosen, tmp_path, 1) == found
    assert first.read_bytes() == content
    after = {path: path.stat().st_mtime_ns for path in before if path != first}
    assert after == {path: when for path, when in before.items() if path != first}


@pytest.fixture
def tiny(tmp_path) -> str:
    """One case on one twin."""
    head, case, *_ = Path(SUITE).read_text().split("[[case]]")
    path = tmp_path / "tiny.toml"
    alone = case.partition("[[case.variants]]")[0]
    path.write_text(head.replace(', "tests.gym.twins:other"', "") + "[[case]]" + alone)
    return str(path)


def test_the_command_prints_the_first_page(tiny, tmp_path) -> None:
    app, out = typer.Typer(), Console(markup=False, soft_wrap=True)
    gym.register(app, out)
    given = ["--suite", tiny, "--out", str(tmp_path)]
    run = CliRunner().invoke(app, [*given, "--quiet", "--baselines"])
    assert run.exit_code == 0, run.output
    assert "of what is claimed, false" in run.output
    assert "| supported | 0.0 % |" in run.output
    assert "| t-test over neurons, one image per condition |" in run.output
    assert "hypotheses per minute" in run.output
    run = CliRunner().invoke(app, [*given, "--null", "--scientist", LOOP, "--studies", "1"])
    assert run.exit_code == 0, run.output
    assert "1 of 1 studies" in run.output
    assert f"| {LOOP} | 1 | 5 |" in run.output
    assert "| 0.0 % | 0.0 %–97.5 % | 95.0 % |" in run.output


def test_scientists_are_compared_in_one_table(tmp_path) -> None:
    app, out = typer.Typer(), Console(markup=False, soft_wrap=True)
    gym.register(app, out)
    given = ["--twin", "tests.fakes:twin", "--out", str(tmp_path), "--quiet"]
    several = ["--scientist", LOOP, "--scientist", SURE]
    run = CliRunner().invoke(app, [*given, *several, "--studies", "1", "--num-steps", "1"])
    assert run.exit_code == 0, run.output
    table = run.output.partition("| scientist |")[2]
    assert all(f"| {name} | 1 | 1 | 0 |" in table for name in (LOOP, SURE))
    assert "none stated" in table
    assert f"{SURE}:\n| confidence stated, mean | supported | claims |" in table
