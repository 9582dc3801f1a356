"""Resume the default study after kills and from every prefix of its journal.

Runs the default study once undisturbed, then again with ten SIGKILLs at even fractions of the
measured time, and compares findings and reports byte for byte. Then resumes it in-process from
every prefix of its journal and compares all events.
Writes benchmarks/results/kill_and_resume.md; exits with 1 if anything differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from v1vlm.store import MemoryStore, Store
from v1vlm.study import Study

ROOT = Path(__file__).parent
CONTEXT = ROOT.parent / "examples" / "context.txt"
COMMAND = [sys.executable, "-c", "from v1vlm.cli import main; main()"]
KILLS = 10
REPORT = ("findings.json", "report.md", "report.html", "report.pdf")


def main() -> int:
    """Run both endurance checks and write what was seen."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, killed = Path(scratch, "whole"), Path(scratch, "killed")
        began = time.monotonic()
        subprocess.run([*COMMAND, *run_arguments(whole)], check=True)
        seconds = time.monotonic() - began
        kills = run_with_kills(killed, seconds)
        same = [name for name in REPORT if read(whole, name) == read(killed, name)]
        prefixes, differing = resume_from_prefixes(whole)
    lines = [
        "# Kill and resume",
        "",
        f"`python benchmarks/{Path(__file__).name}`",
        "",
        "| check | result |",
        "|---|---|",
        f"| SIGKILLs that hit a running study | {kills} |",
        f"| files equal byte for byte afterwards | {', '.join(same)} |",
        f"| prefixes of the journal resumed in-process | {prefixes} |",
        f"| of these with any differing event | {differing} |",
    ]
    print("\n".join(lines))
    (ROOT / "results" / "kill_and_resume.md").write_text("\n".join(lines) + "\n", "utf-8")
    return int(same != list(REPORT) or differing > 0)


def run_arguments(folder: Path) -> list[str]:
    """Arguments of the default study."""
    return ["run", "--context-file", str(CONTEXT), "--save-dir", str(folder), "--quiet"]


def run_with_kills(folder: Path, seconds: float) -> int:
    """Run the study, killed each time after a further fraction of the undisturbed time."""
    hit = 0
    for _ in range(KILLS):
        hit += ran_out(folder, seconds / (KILLS + 1))
    subprocess.run([*COMMAND, "resume", str(folder), "--quiet"], check=True)
    return hit


def ran_out(folder: Path, seconds: float) -> bool:
    """Start or resume the study and kill it after a time; False if it finished before."""
    arguments = ["resume", str(folder), "--quiet"] if folder.exists() else run_arguments(folder)
    process = subprocess.Popen([*COMMAND, *arguments])
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def read(folder: Path, name: str) -> bytes:
    """Content of a file of the report."""
    return (folder / name).read_bytes()


def resume_from_prefixes(folder: Path) -> tuple[int, int]:
    """Resume from every prefix; count prefixes, and those after which events differ."""
    lines = Store(folder).lines()
    expected = [told(line) for line in lines]
    differing = 0
    for length in range(1, len(lines)):
        store = memory_of(folder, lines[:length])
        Study(store).run()
        differing += [told(line) for line in store.lines()] != expected
        print(f"prefix {length}/{len(lines) - 1}", end="\r", file=sys.stderr)
    return len(lines) - 1, differing


def memory_of(folder: Path, lines: list[str]) -> MemoryStore:
    """A store in memory with the folder's blobs, memo and the given part of the journal."""
    store = MemoryStore()
    disk = Store(folder)
    for blob in (folder / "blobs").glob("*/*"):
        store.put(disk.get(blob.name))
    for done in (folder / "done").glob("*.json"):
        answer = json.loads(done.read_text("utf-8"))
        store.once(answer["request"], lambda answer=answer: fetched(disk, answer))
    for line in lines:
        store.append(line)
    return store


def fetched(disk: Store, answer: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    """The values of a remembered answer."""
    return {
        name: disk.get(str(kept["blob"])) if "blob" in kept else kept["json"]
        for name, kept in answer["answer"].items()
    }


def told(line: str) -> tuple[str, object]:
    """What an event says, without its time and chain."""
    event = json.loads(line)
    return event["kind"], event["payload"]


if __name__ == "__main__":
    sys.exit(main())
