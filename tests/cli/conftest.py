from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.conftest import TEXT


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
