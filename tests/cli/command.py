"""The command line, run in this process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from v1vlm.cli import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


class Command:
    """Runs ``v1vlm`` in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch, self._captured = patch, captured

    def __call__(self, *arguments: object) -> Said:
        self._patch.setattr(sys, "argv", ["v1vlm", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Said(code, *self._captured.readouterr())


def listing(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def assert_refused(said: Said, *named: str) -> None:
    """Exit code 2, at most two lines that name value and remedy, no traceback."""
    assert said.code == 2
    assert said.out == ""
    lines = said.err.splitlines()
    assert 1 <= len(lines) <= 2, said.err
    assert "Traceback" not in said.err
    for word in named:
        assert word in said.err
