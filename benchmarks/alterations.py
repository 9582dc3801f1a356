"""Alter single bytes of a study at random, and see whether verify names every one.

Runs a study of two steps, then 1,000 times changes one byte of one file (half of them drawn
evenly over all bytes, half evenly over the files), verifies, and puts the byte back.
Writes benchmarks/results/alterations.md; exits with 1 if an alteration went unnoticed or
anything but an error of the package was raised.

`python benchmarks/alterations.py [N]`
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from v1vlm.errors import V1VLMError
from v1vlm.records import rng_of
from v1vlm.report import verify as verifying
from v1vlm.store import Store

ROOT = Path(__file__).parent
CONTEXT = ROOT.parent / "examples" / "context.txt"
COMMAND = [sys.executable, "-c", "from v1vlm.cli import main; main()"]


@dataclass
class Seen:
    """What became of the alterations, by kind of file."""

    named: Counter[str] = field(default_factory=Counter)
    unnoticed: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)


def main() -> int:
    """Alter a study and write what was seen."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "study")
        run = ["run", "--context-file", str(CONTEXT), "--num-steps", "2", "--quiet"]
        subprocess.run([*COMMAND, *run, "--save-dir", str(folder)], check=True)
        began = time.monotonic()
        seen = altered(folder, n)
        seconds = time.monotonic() - began
    lines = [
        "# Single bytes altered",
        "",
        f"`python benchmarks/{Path(__file__).name} {n}`: a study of two steps, {seconds:.0f} s.",
        "",
        "| files | altered | named by verify |",
        "|---|---|---|",
    ]
    missed = Counter(kind_of(Path(said.split()[0])) for said in seen.unnoticed + seen.crashed)
    for kind in sorted({*seen.named, *missed}):
        total = seen.named[kind] + missed[kind]
        lines.append(f"| {kind} | {total} | {seen.named[kind]} |")
    lines += [
        f"| all | {n} | {sum(seen.named.values())} |",
        "",
        f"Unnoticed: {len(seen.unnoticed)}. Other errors than those of the package: "
        f"{len(seen.crashed)}.",
        *(f"* {said}" for said in seen.unnoticed + seen.crashed),
    ]
    print("\n".join(lines))
    if n >= 1000:
        (ROOT / "results" / "alterations.md").write_text("\n".join(lines) + "\n", "utf-8")
    return int(bool(seen.unnoticed or seen.crashed))


def altered(folder: Path, n: int) -> Seen:
    """Alter a study so many times, one byte at a time, and put it back."""
    seen = Seen()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    sizes = [path.stat().st_size for path in files]
    rng = rng_of("alterations")
    remember_reports()
    for number in range(n):
        weights = [size / sum(sizes) for size in sizes] if number % 2 else None
        path = files[int(rng.choice(len(files), p=weights))]
        whole = path.read_bytes()
        at, by = int(rng.integers(len(whole))), int(rng.integers(1, 256))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ by]) + whole[at + 1 :])
        where = f"{path.relative_to(folder)} at byte {at}"
        try:
            verifying.verify_study(Store(folder))
            seen.unnoticed.append(where)
        except V1VLMError:
            seen.named[kind_of(path.relative_to(folder))] += 1
        except Exception as error:
            seen.crashed.append(f"{where}: {error!r}")
        path.write_bytes(whole)
    return seen


def kind_of(path: Path) -> str:
    """The part of a study that a file belongs to."""
    return f"{path.parts[0]}/" if len(path.parts) > 1 else path.name


def remember_reports() -> None:
    """Write the report of one state once: it is a function of state and blobs."""
    write = verifying.write_report
    known: dict[str, dict[str, bytes]] = {}

    def remembered(state: Any, context: Any, store: Any) -> dict[str, bytes]:
        if state.hash not in known:
            known[state.hash] = write(state, context, store)
        return known[state.hash]

    verifying.write_report = remembered  # type: ignore[assignment]


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
