"""The original, end to end: a model reads, FLUX.1 paints, ViV1T answers, the laboratory decides.

``python examples/the_original.py [DIR] [--small]`` does it with tiny models of random weights,
built on the spot in the layouts of the published ones and loaded by the code that loads those. Its
words and images mean nothing; that everything works together is what it shows. With ``--small``
images are smaller and draws fewer, all else is the same. docs/flux.md has the command for the
published weights, and what they need.
"""

import argparse
import os
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from v1vlm.context import parse_context
from v1vlm.journal import Event, State, StudySpec, Write, next_step
from v1vlm.study import Study
from v1vlm.testing.tiny.flux import build_flux
from v1vlm.testing.tiny.gemma import build_gemma
from v1vlm.testing.tiny.viv1t import build_viv1t

NOTICE = "All weights here are random: what is proposed, painted and found means nothing."
TEXT = Path(__file__).with_name("context.txt").read_text("utf-8")
FEW = {"num_steps": 1, "pilot_draws": 6, "chunk": 10, "draws_max": 20, "estimate_draws": 10}
FEWER = {**FEW, "pilot_draws": 4, "chunk": 5, "draws_max": 5, "estimate_draws": 4}
SEEDS = range(48)


def main(folder: Path, *, small: bool = False) -> int:
    """Build the models in a folder and conduct a study with them beside it."""
    print(NOTICE)
    os.chdir(folder)
    for build in (build_gemma, build_flux, build_viv1t):
        place = Path("models") / build.__name__.removeprefix("build_")
        if not place.exists():
            print(f"Building {folder / place}")
            build(place)
    rehearsed = rehearse(small=small)
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


class NothingTestedError(Exception):
    """A study that goes on to write with no test of painted images behind it."""


def rehearse(*, small: bool) -> Study | None:
    """Studies in memory, seed by seed: random words decline or withdraw more often than not."""
    before = None
    for seed in SEEDS:
        study = Study.create(spec_of(seed, small=small), TEXT)
        if before is not None:
            recall(study, before)
        try:
            study.run(give_up, on_paint=lambda done, total: print(f" {done}/{total}", end="\r"))
        except NothingTestedError:
            print(f"seed {seed}: {study.state.attempts[-1].outcome}", flush=True)
            before = study
            continue
        return study
    return None


def give_up(_: Event, state: State) -> None:
    """End a rehearsal that came to no test: its words are not needed."""
    tested = any(trial.registration.main.contrast.requests() for trial in state.trials)
    if isinstance(next_step(state), Write) and not tested:
        raise NothingTestedError


def recall(study: Study, before: Study) -> None:
    """Hand on what was shown, painted and answered: the same requests have the same answers."""
    for effect in ("show", "paint", "ask"):
        for request, answer in before.store.remembered(effect):
            study.store.once(request, partial(dict, answer))


def spec_of(seed: int, *, small: bool) -> StudySpec:
    """A study of few draws."""
    return StudySpec(
        context="context.txt",
        context_digest=parse_context(TEXT).text_digest,
        twin="viv1t:models/viv1t",
        # Shown pictures, it would be asked what it sees; random eyes recognise nothing, and a
        # hypothesis whose images do not show what they should is withdrawn.
        scientist="local:models/gemma,device=cpu,menu=painted,pictures=false",
        generator="flux:models/flux,height=96,width=128" if small else "flux:models/flux",
        seed=seed,
        # It is told to the model, and quoted in the report.
        initial_prompt=NOTICE,
        **(FEWER if small else FEW),
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where to; a temporary one without")
    parser.add_argument("--small", action="store_true", help="smaller images, fewer draws")
    given = parser.parse_args()
    place = given.folder or Path(tempfile.mkdtemp(prefix="original-"))
    place.mkdir(parents=True, exist_ok=True)
    sys.exit(main(place.resolve(), small=given.small))
