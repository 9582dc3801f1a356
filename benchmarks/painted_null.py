"""Studies in which every painted claim is false by construction.

``python -m benchmarks.painted_null [--generator NAME] [--studies N] [--twin NAME]`` runs studies,
with a FLUX.1 of random weights unless another generator is named,
whose hypotheses compare two conditions of the *same* wordings, painted from different seeds
(`Prompted.strand`), on the energy twin. The members of a draw are exchangeable, so that every
effect is zero. Counted is in how many studies a claim of an effect is supported; the bound is the
α of a study, since with nothing true to find the false discovery rate is the chance of any.

Every study is a line of ``benchmarks/results/painted_null-<generator>.jsonl``: the script goes on
where it was stopped, and writes the table beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from v1vlm import plugins
from v1vlm.claims import Hypothesis, NeuronRule, Prediction
from v1vlm.generators import Generator
from v1vlm.journal import State, StudySpec
from v1vlm.records import rng_of
from v1vlm.scientist import Decline, Interpretation, Keep, Proposal, Prose
from v1vlm.scientist.heuristic import painted_templates
from v1vlm.stimuli import Contrast, Matching, PaintRequest, Prompted, crafted
from v1vlm.store import MemoryStore
from v1vlm.study import Study

RESULTS = Path(__file__).parent / "results"
RANDOM_FLUX = "benchmarks.painted_null:random_flux"
SMALL = "height=96,width=128,batch=20"
"""How random weights paint: two pixels each way to one of the screen, many at once."""
TEXT = "A study of painted images in which nothing can be found.\n"
DIRECTIONS = ("greater", "less", "different")
MARGIN = 0.02
SETTINGS: dict[str, Any] = {
    # One claim a study, which has the whole level for itself.
    "num_steps": 1,
    "tries": 1,
    "pilot_draws": 10,
    "draws_max": 120,
    "estimate_draws": 20,
    "alpha": 0.05,
}


class NullScientist:
    """Claims a difference between two halves of one condition."""

    name = "null"
    wants_pictures = False

    def propose(self, briefing: Any, ask: Any) -> Any:
        """The next condition, in a random direction."""
        del ask
        if briefing.attempt > 1:
            return Decline(reason="One try is enough.")
        rng = rng_of(briefing.seed, "null")
        families = [
            family
            for template in painted_templates()
            for family in template.contrast.families
            if family["kind"] == "prompted"
        ]
        chosen = families[int(rng.integers(len(families)))]
        contrast = Contrast(
            families=tuple(
                Prompted(
                    paraphrases=crafted(chosen["paraphrases"]),
                    generator=briefing.painter,
                    description=chosen["description"],
                    strand=strand,
                )
                for strand in ("first", "second")
            ),
            factor="nothing",
            levels=("first", "second"),
            matching=Matching(contrast="both"),
        )
        return Proposal(
            hypothesis=Hypothesis(
                id=briefing.hypothesis_id,
                title="One condition differs from itself",
                statement="Two halves of one painted condition evoke different responses.",
                contrast=contrast,
                rule=NeuronRule(within_deg=15.0),
                prediction=Prediction(
                    direction=DIRECTIONS[int(rng.integers(len(DIRECTIONS)))], margin=MARGIN
                ),
            )
        )

    def look(self, *_: Any) -> Keep:
        """Keep it, whatever the pilot says."""
        return Keep()

    def sceptic(self, *_: Any) -> tuple[()]:
        """None of its own; the laboratory adds its controls."""
        return ()

    def interpret(self, *_: Any) -> Interpretation:
        """Nothing to say."""
        return Interpretation(text="Nothing can be said of it.")

    def write(self, *_: Any) -> Prose:
        """Nothing to write."""
        return Prose(title="A study of nothing")


def null() -> NullScientist:
    """The scientist behind ``benchmarks.painted_null:null``."""
    return NullScientist()


@cache
def random_flux() -> Generator:
    """The generator behind `RANDOM_FLUX`: the weights follow from a seed, and so do its images."""
    from v1vlm.testing.tiny.flux import build_flux

    with tempfile.TemporaryDirectory() as folder:
        generator: Generator = plugins.load(
            "generators", f"flux:{build_flux(Path(folder) / 'flux')},{SMALL}"
        )
        # It reads what it paints with when it paints for the first time.
        generator.paint([PaintRequest(prompt="plain", seed=0, generator=generator.digest)])
    return generator


def run_study(seed: int, generator: str, twin: str, known: MemoryStore | None = None) -> Study:
    """One study, in memory; what another one measured of the same twin is not measured again."""
    spec = StudySpec(
        context="null.txt",
        context_digest=hashlib.sha256(TEXT.encode()).hexdigest(),
        twin=twin,
        scientist="benchmarks.painted_null:null",
        generator=generator,
        seed=seed,
        **SETTINGS,
    )
    study = Study.create(spec, TEXT)
    if known is not None:
        for request, answer in known.remembered("show"):
            if "protocol" in request:
                study.store.once(request, partial(dict, answer))
    study.run()
    return study


def line_of(seed: int, state: State) -> dict[str, Any]:
    """What is recorded of a study."""
    return {
        "seed": seed,
        "registered": len(state.trials),
        "withdrawn": state.counts["withdrawn"],
        "supported": state.counts["supported"],
        "contradicted": state.counts["contradicted"],
        "robust": sum(f.controls_verdict == "robust" for f in state.findings),
        "estimates": [round(f.estimate, 5) for f in state.findings],
        "e_values": [round(f.e_value, 5) for f in state.findings],
        "draws": [f.stopped_at for f in state.findings],
        "pairs": sum(f.manipulation.pairs for f in state.findings if f.manipulation),
        "passed": sum(f.manipulation.passed for f in state.findings if f.manipulation),
    }


def record(generator: str, twin: str, n_studies: int, folder: Path = RESULTS) -> Path:
    """Run the studies that are not recorded yet, and write the table."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", generator.rpartition(":")[2]).strip("-")
    log = folder / f"painted_null-{slug}.jsonl"
    lines = (
        [json.loads(text) for text in log.read_text("utf-8").splitlines()] if log.exists() else []
    )
    known: MemoryStore | None = None
    for seed in sorted(set(range(n_studies)) - {line["seed"] for line in lines}):
        study = run_study(seed, generator, twin, known)
        known = known or study.store
        lines.append(line_of(seed, study.state))
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(lines[-1]) + "\n")
    table = log.with_suffix(".md")
    table.write_text(_table(generator, twin, lines), "utf-8")
    return table


def _table(generator: str, twin: str, lines: list[dict[str, Any]]) -> str:
    wrong = sum(line["supported"] > 0 for line in lines)
    test = binomtest(wrong, len(lines), SETTINGS["alpha"], alternative="greater")
    high = binomtest(wrong, len(lines)).proportion_ci(method="exact").high
    total = {k: sum(line[k] for line in lines) for k in lines[0] if isinstance(lines[0][k], int)}
    e_values = [e for line in lines for e in line["e_values"]]
    estimates = [abs(e) for line in lines for e in line["estimates"]]
    return "\n".join(
        [
            "# Painted claims that are false by construction",
            "",
            f"`python -m benchmarks.painted_null --generator {generator} --twin {twin} --studies "
            f"{len(lines)}`; margin {MARGIN}, settings {json.dumps(SETTINGS)}.",
            "",
            "| | |",
            "|---|---|",
            f"| studies | {len(lines)} |",
            f"| claims registered | {total['registered']} |",
            f"| studies with a supported claim | {wrong} (α = {SETTINGS['alpha']}; 95 % upper "
            f"bound of the rate {high:.3f}; P of as many or more at α: {test.pvalue:.2g}) |",
            f"| claims supported, robust | {total['supported']}, {total['robust']} |",
            f"| claims contradicted | {total['contradicted']} |",
            f"| mean e-value of the claims | {sum(e_values) / max(len(e_values), 1):.2f} "
            "(at most 1 is expected) |",
            f"| largest estimate, absolute | {max(estimates, default=0):.4f} |",
            f"| painted pairs looked at, passed | {total['pairs']}, {total['passed']} |",
            "",
        ]
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generator", default=RANDOM_FLUX)
    parser.add_argument("--twin", default="energy:neurons=300")
    parser.add_argument("--studies", type=int, default=100)
    given = parser.parse_args()
    print(record(given.generator, given.twin, given.studies))


if __name__ == "__main__":
    main()
