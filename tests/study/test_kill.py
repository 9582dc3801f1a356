"""A study whose process is killed, at any event, goes on as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import TEXT, Finished, reports_in, spec_of
from v1vlm.journal import parse_log
from v1vlm.store import Store
from v1vlm.study import Study

ROOT = Path(__file__).parents[2]


def resume(folder: Path) -> subprocess.Popen[bytes]:
    """Go on with a study in a process of its own, with the small protocol."""
    command = [sys.executable, "-c", "from v1vlm.cli import main; main()"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "V1VLM_TEST_SMALL": "1"}
    return subprocess.Popen(
        [*command, "resume", str(folder), "--quiet"], env=environment, stdout=subprocess.DEVNULL
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_twice(finished: Finished, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    Study.create(spec_of(), TEXT, folder)
    journal = folder / "journal.jsonl"
    killed = 0
    for n_events in (5, 33):
        process = resume(folder)
        while process.poll() is None and journal.read_bytes().count(b"\n") < n_events:
            time.sleep(0.02)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        assert journal.read_bytes().count(b"\n") >= n_events
    assert killed == 2
    Study.open(folder).run()
    events = [e for e in parse_log(Store(folder).lines()) if e.kind != "noted"]
    assert [(e.kind, e.payload) for e in events] == [(e.kind, e.payload) for e in finished.events]
    assert reports_in(folder) == finished.files
