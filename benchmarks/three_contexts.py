"""Do different texts lead to different studies? The three examples, each run unattended.

    python benchmarks/three_contexts.py

Writes benchmarks/results/three_contexts.md.
"""

from __future__ import annotations

import time
from pathlib import Path

from v1vlm.claims import Finding
from v1vlm.context import read_context
from v1vlm.journal import StudySpec
from v1vlm.study import Study

ROOT = Path(__file__).parents[1]
EXAMPLES = ("context", "motion", "texture")
RESULTS = ROOT / "benchmarks" / "results" / "three_contexts.md"


def run(name: str) -> tuple[tuple[Finding, ...], float]:
    """Findings of a study on an example, and its CPU seconds without the report."""
    path = ROOT / "examples" / f"{name}.txt"
    spec = StudySpec(
        context=path.name,
        context_digest=read_context(path).text_digest,
        twin="energy",
        scientist="heuristic",
    )
    started = time.process_time()
    state = Study.create(spec, path.read_text("utf-8")).run()
    return state.findings, time.process_time() - started


def row(finding: Finding) -> str:
    interval = finding.interval or finding.cs
    cells = (
        finding.id,
        finding.title,
        finding.measure,
        finding.verdict,
        finding.controls_verdict,
        f"{finding.estimate:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]",
        str(finding.stopped_at),
    )
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parts = [
        "# Three texts, three studies",
        "`python benchmarks/three_contexts.py`: the examples, each run unattended on the `energy` "
        "twin with the `heuristic` scientist and the defaults.",
    ]
    for name in EXAMPLES:
        findings, seconds = run(name)
        head = "| | hypothesis | measure | verdict | controls | estimate | draws |\n" + "|---" * 7
        rows = "\n".join(row(finding) for finding in findings)
        parts.append(f"## examples/{name}.txt ({seconds:.0f} s of CPU)\n\n{head}|\n{rows}")
        print(parts[-1], "\n")
    RESULTS.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main()
