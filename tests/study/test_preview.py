"""A preview plans what the study then does."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tests import fakes
from tests.conftest import TEXT, Finished, spec_of
from v1vlm.analysis.evidence import sequential_test
from v1vlm.analysis.power import detectable_effect, outlook
from v1vlm.claims import Registration
from v1vlm.errors import InputError
from v1vlm.journal import design_of
from v1vlm.records import digest
from v1vlm.scientist.heuristic import load
from v1vlm.study import Study
from v1vlm.study.planning import briefing_of
from v1vlm.study.preview import POWER, Preview, most_draws, preview
from v1vlm.study.sheet import PaintedDesign, PaintedExample, check_sheet, write_sheet


@pytest.fixture(scope="module")
def seen() -> Preview:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
        return preview(spec_of(), TEXT)


def test_the_first_registration_is_the_one_that_the_study_makes(
    seen: Preview, finished: Finished
) -> None:
    assert seen.plans[0].registration == finished.state.trials[0].registration
    assert [plan.registration.hypothesis.id for plan in seen.plans] == ["H1", "H2c"]
    first, real = seen.attempts[0], finished.state.attempts[0]
    assert first.pilot is not None
    assert real.pilot is not None
    assert first.pilot.scores == real.pilot.scores


def test_what_depends_on_findings_is_not_foreseen(seen: Preview) -> None:
    """H3 follows up H1, of which a preview has no finding."""
    assert [a.outcome for a in seen.attempts if a.step == 3] == ["refused"] * 3
    assert "follows up 'H1'" in seen.attempts[-2].reason


def test_the_study_stays_within_what_was_said(seen: Preview, finished: Finished) -> None:
    for plan in seen.plans:
        trial = next(
            t
            for t in finished.state.trials
            if t.registration.hypothesis == plan.registration.hypothesis
        )
        shown = sum(map(len, trial.draws.values()))
        assert shown <= plan.draws_most
        assert plan.draws <= plan.draws_most
        assert trial.finding is not None
        assert trial.finding.verdict == "supported" if plan.supported > 0.5 else "contradicted"
    assert seen.seconds_per_draw > 0
    pilots, tests = most_draws(spec_of())
    assert (pilots, tests) == (4 * 3 * 8, 4 * (40 + 20))


def registration(finished: Finished, **changes: object) -> Registration:
    return finished.state.trials[0].registration.model_copy(update=changes)


@pytest.mark.parametrize("mean", [-0.2, 0.05, 0.08, 0.2])
def test_power_agrees_with_tests_run_one_by_one(finished: Finished, mean: float) -> None:
    asked = registration(finished, draws_max=80, chunk=10)
    sd, bound = 0.1, asked.clip_bound
    rng = np.random.default_rng(0)
    margin = asked.hypothesis.prediction.margin
    results = [
        sequential_test(
            np.clip(rng.normal(mean, sd, 80), -bound, bound),
            "greater", margin, bound, asked.alpha_support, asked.alpha_refute, 80,
        )
        for _ in range(200)
    ]  # fmt: skip
    seen = outlook(design_of(asked), mean, sd)
    shares = [np.mean([r.decided == which for r in results]) for which in ("support", "refute")]
    assert [seen.supported, seen.contradicted] == pytest.approx(shares, abs=0.12)
    stopped = [r.stopped_at for r in results]
    assert seen.median_draws == pytest.approx(np.median(stopped), abs=10)
    assert seen.mean_draws == pytest.approx(np.mean(stopped), abs=6)
    if mean == 0.05:  # at the margin a level holds
        assert seen.supported <= asked.alpha_support + 0.03


def test_the_detectable_effect_has_the_power_it_says(finished: Finished) -> None:
    asked = registration(finished, draws_max=80)
    design = design_of(asked)
    effect = detectable_effect(design, 0.1, POWER)
    assert outlook(design, effect, 0.1).supported >= POWER
    assert outlook(design, effect - asked.clip_bound / 50, 0.1).supported < POWER
    # No test of 80 draws at that level is stronger than the likelihood ratio's.
    floor = (norm.ppf(1 - asked.alpha_support) + norm.ppf(POWER)) * 0.1 / np.sqrt(80)
    assert effect - asked.hypothesis.prediction.margin >= floor * 0.9
    assert detectable_effect(design, 0.2, POWER) > effect
    assert np.isnan(detectable_effect(design, 100.0, POWER))


def test_guidance_changes_what_the_built_in_scientist_asks_first() -> None:
    path = Path(__file__).parents[2] / "examples" / "context.txt"
    text = path.read_text("utf-8")
    chosen = []
    for prompt in ("", "Test sparseness of natural scenes.", "Test crossings of lines."):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        spec = spec_of(
            context_digest=sha256, scientist="heuristic", initial_prompt=prompt, generator=None
        )
        study = Study.create(spec, text)
        briefing = briefing_of(study.state, study.context, 1, 1)
        assert briefing.guidance == prompt
        proposal = load().propose(briefing, lambda *_: {})
        chosen.append(proposal.hypothesis.origin)  # type: ignore[union-attr]
    assert len(set(chosen)) >= 2, chosen


def test_a_study_without_guidance_is_the_study_it_was(finished: Finished) -> None:
    """Its identity, and with it every seed, does not depend on there being such options."""
    plain = Study.create(spec_of(), TEXT).state.study
    settings = spec_of().to_json()
    assert (settings.pop("initial_prompt"), settings.pop("photographs")) == ("", [])
    later = ("replicate", "mice_at_least", "twins_at_least", "shared_draws")
    assert [settings.pop(name) for name in later] == [[], None, None, False]
    del settings["context"]
    generator = fakes.GENERATOR.digest
    identity = digest([settings, fakes.twin().card.digest, generator, version("v1vlm")])
    assert plain == finished.state.study == identity[:16]
    assert Study.create(spec_of(initial_prompt="Look."), TEXT).state.study != plain


@pytest.mark.parametrize("name", ["sheet.html", "sheet.png"])
def test_a_sheet_shows_what_was_painted_and_what_is_seen(tmp_path: Path, name: str) -> None:
    shown = np.full((36, 64), 90, np.uint8)
    example = PaintedExample("<a>", "a <cat>", np.zeros((96, 128), np.uint8), shown, passed=True)
    failed = PaintedExample("b", "a dog", np.zeros((96, 128), np.uint8), None, passed=False)
    write_sheet([PaintedDesign("H1. Cats", ("a flag",), (example, failed))], tmp_path / name)
    content = (tmp_path / name).read_bytes()
    if name.endswith("html"):
        for said in (b"a &lt;cat&gt;", b"a flag", b"failed the check", b"36 by 64 pixels"):
            assert said in content
    else:
        assert content.startswith(b"\x89PNG")
    with pytest.raises(InputError, match="Nothing was painted"):
        write_sheet([], tmp_path / name)
    with pytest.raises(InputError, match="cannot write"):
        check_sheet(tmp_path / "sheet.pdf")
