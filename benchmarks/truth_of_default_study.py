"""Check that the default study's verdicts are true and hang on the mechanism they speak of.

Runs the default study on the embedded twin and on the variant without its surround. Every
registered claim is then measured with 2,000 further draws, for exactly the neurons, rule,
clipping and measure that were tested. Writes benchmarks/results/default_study.md; exits with 1
if a verdict disagrees with the truth, or if fewer than two supported claims fall with the
mechanism.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

from v1vlm.analysis.evidence import invalid_as
from v1vlm.claims import Finding
from v1vlm.journal import StudySpec, Trial
from v1vlm.records import seed_of
from v1vlm.rig import DrawPlan
from v1vlm.study import Study

ROOT = Path(__file__).parent
CONTEXT = ROOT.parent / "examples" / "context.txt"
VARIANT = "energy:no-surround"
DRAWS = 2000
CHUNK = 200


def main() -> int:
    """Run both studies, print and write the table."""
    whole, without = run("energy"), run(VARIANT)
    fallen = {f.origin: f for f in without.state.findings}
    lines = [
        f"| hypothesis | verdict | estimate (100 draws) | truth ({DRAWS} draws) | agrees | "
        f"verdict on `{VARIANT}` |",
        "|---|---|---|---|---|---|",
    ]
    wrong, lost = 0, 0
    for trial in whole.state.trials:
        finding = trial.finding
        if finding is None:
            raise SystemExit("the study did not finish")
        mean, error = truth(whole, trial)
        agrees = consistent(finding, mean)
        wrong += not agrees
        other = fallen.get(finding.origin)
        lost += (
            finding.verdict == "supported" and other is not None and (other.verdict != "supported")
        )
        low, high = finding.interval or (float("nan"), float("nan"))
        lines.append(
            f"| {finding.title} | {finding.verdict}, {finding.controls_verdict} | "
            f"{finding.estimate:+.3f} [{low:+.3f}, {high:+.3f}] | {mean:+.4f} ± {error:.4f} | "
            f"{'yes' if agrees else 'NO'} | "
            f"{'not asked' if other is None else f'{other.verdict} ({other.estimate:+.3f})'} |"
        )
    table = "\n".join(lines)
    print(table)
    print(f"\n{wrong} verdicts disagree with the truth; {lost} supported claims fall with it.")
    text = (
        f"# The default study against the truth\n\n`python benchmarks/{Path(__file__).name}`\n\n"
        f"{table}\n\nTruth: mean ± standard error of the clipped measure for exactly the rule "
        "that was tested.\n"
    )
    (ROOT / "results" / "default_study.md").write_text(text, encoding="utf-8")
    return int(wrong > 0 or lost < 2)


def run(twin: str) -> Study:
    """The default study on a twin, in memory."""
    text = CONTEXT.read_text("utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    spec = StudySpec(context=CONTEXT.name, context_digest=sha256, twin=twin, scientist="heuristic")
    study = Study.create(spec, text)
    study.run(lambda event, _: print(twin, event.seq, event.kind, end="\r", file=sys.stderr))
    return study


def truth(study: Study, trial: Trial) -> tuple[float, float]:
    """Mean and standard error of the clipped measure over fresh draws of the main arm."""
    registration = trial.registration
    prediction = registration.hypothesis.prediction
    bound = registration.clip_bound
    values: list[float] = []
    for start in range(0, DRAWS, CHUNK):
        plan = DrawPlan(
            contrast=registration.main.contrast,
            rule=registration.main.rule,
            measure=prediction.measure,
            window_s=prediction.window_s,
            seeds=tuple(seed_of("truth", trial.digest, i) for i in range(start, start + CHUNK)),
            twin=registration.twin_digest,
            physiology=registration.physiology_digest,
        )
        scores = study.rig.show(plan, study.physiology)["scores"]
        invalid = invalid_as(prediction.direction, bound)
        values += [invalid if s is None else float(np.clip(s, -bound, bound)) for s in scores]
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def consistent(finding: Finding, mean: float) -> bool:
    """Whether a verdict is true of a mean; an inconclusive one claims nothing."""
    holds = {
        "greater": mean > finding.margin,
        "less": mean < -finding.margin,
        "different": abs(mean) > finding.margin,
        "equivalent": abs(mean) < finding.margin,
    }[finding.direction]
    return {"supported": holds, "contradicted": not holds, "inconclusive": True}[finding.verdict]


if __name__ == "__main__":
    sys.exit(main())
