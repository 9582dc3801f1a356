"""The original, end to end: a model reads, FLUX.1 paints, ViV1T answers, the laboratory decides.

``python examples/the_original.py [DIR]`` does it with tiny models of random weights, built on the
spot in the layouts of the published ones and loaded by the code that loads those. Its words and
images mean nothing; that everything works together is what it shows. docs/flux.md has the
command for the published weights, and what they need.
"""

import os
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from v1vlm.context import parse_context
from v1vlm.journal import StudySpec
from v1vlm.study import Study
from v1vlm.testing.tiny.flux import build_flux
from v1vlm.testing.tiny.gemma import build_gemma
from v1vlm.testing.tiny.viv1t import build_viv1t

NOTICE = "All weights here are random: what is proposed, painted and found means nothing."
TEXT = Path(__file__).with_name("context.txt").read_text("utf-8")
FEW = {"num_steps": 1, "pilot_draws": 6, "chunk": 10, "draws_max": 20, "estimate_draws": 10}
SEEDS = range(12)


def main(folder: Path) -> int:
    """Build the models in a folder and conduct a study with them beside it."""
    print(NOTICE)
    os.chdir(folder)
    for build in (build_gemma, build_flux, build_viv1t):
        place = Path("models") / build.__name__.removeprefix("build_")
        if not place.exists():
            print(f"Building {folder / place}")
            build(place)
    rehearsed = rehearse()
    if rehearsed is None:
        print("With none of these seeds did the random words come to a test of painted images.")
        return 1
    study = Study.create(rehearsed.state.spec, TEXT, Path("study"))
    recall(study, rehearsed)
    state = study.run(lambda event, _: print(f"{event.seq:5d} {event.kind}"))
    for finding in state.findings:
        print(f"{finding.id} {finding.title!r}: {finding.verdict} after {finding.stopped_at} draws")
    painted, card = list(study.store.remembered("paint")), state.generator_card
    print(f"{len(painted)} images by {card['pipeline']}, {card['revision'][:20]}")
    print(f"Report: {folder / 'study' / 'report.pdf'}\n{NOTICE}")
    return 0


def rehearse() -> Study | None:
    """Studies in memory, seed by seed: random words decline or withdraw more often than not."""
    before = None
    for seed in SEEDS:
        study = Study.create(spec_of(seed), TEXT)
        if before is not None:
            recall(study, before)
        study.run(on_paint=lambda done, total: print(f"painted {done}/{total}", end="\r"))
        print(f"seed {seed}: {study.state.attempts[-1].outcome}          ", flush=True)
        if any(trial.registration.main.contrast.requests() for trial in study.state.trials):
            return study
        before = study
    return None


def recall(study: Study, before: Study) -> None:
    """Hand on what was shown, painted and answered: the same requests have the same answers."""
    for effect in ("show", "paint", "ask"):
        for request, answer in before.store.remembered(effect):
            study.store.once(request, partial(dict, answer))


def spec_of(seed: int) -> StudySpec:
    """A study of few draws."""
    return StudySpec(
        context="context.txt",
        context_digest=parse_context(TEXT).text_digest,
        twin="viv1t:models/viv1t",
        # Shown pictures, it would be asked what it sees; random eyes recognise nothing, and a
        # hypothesis whose images do not show what they should is withdrawn.
        scientist="local:models/gemma,device=cpu,menu=painted,pictures=false",
        generator="flux:models/flux",
        seed=seed,
        **FEW,
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="original-"))
    given.mkdir(parents=True, exist_ok=True)
    sys.exit(main(given.resolve()))
