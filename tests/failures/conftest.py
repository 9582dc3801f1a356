from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.conftest import TEXT

ROOT = Path(__file__).parents[2]

Outcome = subprocess.CompletedProcess[bytes]
Shell = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _small(small_protocol: None) -> None:
    """Every study in this folder characterises with the small protocol."""


@pytest.fixture
def v1vlm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty working directory with a context."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "context.txt").write_text(TEXT)
    return tmp_path


def shell_environment(**changes: str) -> dict[str, str]:
    """The environment of a process that finds the fakes, and characterises as the tests do."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    binaries = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    small = {"PYTHONPATH": path, "PATH": binaries, "V1VLM_TEST_SMALL": "1"}
    return {**os.environ, **small, **changes}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Runs a shell script that may mount file systems, seen by itself alone."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("needs unshare")
    probe = [unshare, "-rm", "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("may not mount file systems here")

    def run(script: str, *arguments: object) -> Outcome:
        return subprocess.run(
            [unshare, "-rm", "sh", "-c", script, "sh", *map(str, arguments)],
            env=shell_environment(),
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )

    return run
