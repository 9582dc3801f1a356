"""Painting that fails: a study stops and goes on, or goes on without it where that is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.conftest import TEXT, frozen_clock, spec_of
from v1vlm.errors import InputError, PaintError
from v1vlm.journal import parse_log
from v1vlm.report import verify_study
from v1vlm.scientist import Proposal
from v1vlm.stimuli import Contrast, Matching, Prompted
from v1vlm.store import Store
from v1vlm.study import Study

pytestmark = pytest.mark.usefixtures("small_protocol")


class Failing(fakes.FakeGenerator):
    """Paints so many images, three at a time, and then no more."""

    batch_size = 3
    card = {"pipeline": "stripes", "revision": "7"}  # noqa: RUF012

    def __init__(self, lasts: int = 10**6) -> None:
        super().__init__()
        self.lasts = lasts

    def paint(self, requests: Any) -> Any:
        if len(self.painted) + len(requests) > self.lasts:
            raise PaintError("Memory ran out while it painted.", "Get more memory.")
        return super().paint(requests)


class Painting(fakes.ScriptedScientist):
    """Proposes painted stimuli while there is a painter, parametric ones after that."""

    def propose(self, briefing: Any, ask: Any) -> Any:
        contrast = fakes.noise_contrast(0.6, 0.3 - 0.01 * briefing.step)
        if briefing.painter is not None:
            contrast = Contrast(
                families=tuple(
                    Prompted(paraphrases=words, generator=briefing.painter)
                    for words in (("a long description", "another long one"), ("a", "b"))
                ),
                factor="what is painted",
                levels=("long", "short"),
                matching=Matching(luminance=False),
                duration_s=0.2 + 0.1 * briefing.step,
            )
        return Proposal(hypothesis=fakes.hypothesis(briefing, contrast=contrast))

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> tuple[()]:
        return ()


@pytest.fixture(autouse=True)
def _painting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakes, "scientist", Painting)


def begin(folder: Path | None = None, **options: Any) -> Study:
    spec = spec_of(num_steps=2, estimate_draws=10)
    return Study.create(spec, TEXT, folder, clock=frozen_clock, **options)


def contents(study: Study) -> list[tuple[str, Any]]:
    return [(event.kind, event.payload) for event in parse_log(study.store.lines())]


def use(generator: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(fakes, "GENERATOR", generator)
    return generator


def test_a_study_whose_painting_failed_is_the_same_in_the_end_and_paints_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = use(Failing(), monkeypatch)
    never_stopped = begin()
    never_stopped.run()
    painted = []
    begin(tmp_path / "study")
    for lasts in (4, 9, 31, 10**6):
        generator = use(Failing(lasts), monkeypatch)
        study = Study.open(tmp_path / "study", clock=frozen_clock)
        if lasts < 10**6:
            with pytest.raises(PaintError, match="Memory ran out"):
                study.run()
        else:
            study.run()
        painted += generator.painted
    assert contents(study) == contents(never_stopped)
    assert len(painted) == len(set(painted)) == len(whole.painted) > 50
    assert set(painted) == set(whole.painted)
    said = {"pipeline": "stripes", "revision": "7", "edits": False}
    assert study.state.generator_card == said
    assert "pipeline stripes, revision 7" in (tmp_path / "study" / "report.md").read_text("utf-8")


def test_without_painting_what_was_proposed_is_refused_and_the_rest_is_parametric(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Failing(lasts=4), monkeypatch)
    study = begin(tmp_path / "study")
    state = study.run(allow_parametric=True)
    assert state.stopped == "complete"
    assert state.unpainted == "Memory ran out while it painted."
    first, *others = state.attempts
    assert (first.outcome, first.reason) == ("refused", "Its images cannot be painted.")
    assert [a.outcome for a in others] == ["registered", "registered"]
    assert not any(t.registration.main.contrast.requests() for t in state.trials)
    report = (tmp_path / "study" / "report.md").read_text("utf-8")
    assert "Painting was given up in this study" in report
    assert "Memory ran out while it painted." in report
    verify_study(Store(tmp_path / "study"))


def test_a_test_whose_images_are_not_to_be_had_stays_inconclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Failing(lasts=20), monkeypatch)
    study = begin(tmp_path / "study")
    with pytest.raises(PaintError):
        study.run()
    assert study.state.trials
    assert study.state.trials[-1].finding is None
    # Also a generator that cannot even be loaded is gone on without.
    monkeypatch.setattr(fakes, "generator", lambda: 1 / 0)
    again = Study.open(tmp_path / "study", clock=frozen_clock)
    with pytest.raises(ZeroDivisionError):
        again.run()
    monkeypatch.setattr(fakes, "generator", lambda: object())
    state = Study.open(tmp_path / "study", clock=frozen_clock).run(allow_parametric=True)
    finding = state.findings[0]
    assert finding.verdict == "inconclusive"
    assert finding.invalid_share > 0.5
    said = "painting was given up after 0 of 40 test draws ('tests.fakes:generator' is no generator"
    assert finding.reason.startswith(said)
    assert study.state.trials[-1].of("main", "test").scores == ()
    report = (tmp_path / "study" / "report.md").read_text("utf-8")
    assert "Painting was given up while H1 was tested" in report
    assert "is no generator" in str(state.unpainted)
    assert state.findings[1].factor == "contrast"
    verify_study(Store(tmp_path / "study"))
    # Draws that were never painted are grey for who reads them.
    frames = Study.open(tmp_path / "study").stimuli("H1", stage="test").values
    assert (frames[-1] == 127).all()
    assert not (frames[0] == 127).all()


def test_a_finding_says_that_painting_was_given_up_in_its_test_and_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = spec_of(num_steps=1, chunk=4, estimate_draws=4)
    use(Failing(lasts=27), monkeypatch)
    stopped = Study.create(spec, TEXT, clock=frozen_clock).run(allow_parametric=True).findings[0]
    assert stopped.verdict == "inconclusive"
    assert stopped.reason == (
        "painting was given up after 4 of 40 test draws (Memory ran out while it painted)"
    )
    # Given up after the verdict, it changes nothing of it.
    use(Failing(lasts=40), monkeypatch)
    study = Study.create(spec, TEXT, clock=frozen_clock)
    decided = study.run(allow_parametric=True).findings[0]
    assert (decided.verdict, decided.controls_verdict) == ("supported", "controls inconclusive")
    assert decided.reason.startswith("the evidence reached its threshold at draw ")
    assert study.state.trials[0].given_up is not None


def test_a_study_can_begin_without_the_generator_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "generator", lambda: object())
    with pytest.raises(InputError, match="is no generator"):
        begin(tmp_path / "study")
    study = begin(tmp_path / "study", allow_parametric=True)
    assert "is no generator" in str(study.state.unpainted)
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    state = study.run()
    assert state.generator is None
    assert all(a.outcome == "registered" for a in state.attempts)
    assert state.stopped == "complete"
    # It needs no generator any more, whoever goes on.
    assert Study.open(tmp_path / "study").run().stopped == "complete"


def test_the_generator_can_be_loaded_otherwise_but_must_be_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Failing(lasts=4), monkeypatch)
    monkeypatch.setattr("v1vlm.study.keeping.write_report", lambda *_: {})
    study = begin(tmp_path / "study")
    with pytest.raises(PaintError):
        study.run()

    class Other(Failing):
        digest = "fake-generator-2"
        card = {"pipeline": "stripes", "revision": "8"}  # noqa: RUF012

    monkeypatch.setattr(fakes, "elsewhere", Other, raising=False)
    with pytest.raises(InputError, match=r"Other is: revision 8 \(was 7\)"):
        Study.open(tmp_path / "study", generator="tests.fakes:elsewhere").run()
    monkeypatch.setattr(fakes, "elsewhere", Failing)
    again = Study.open(tmp_path / "study", generator="tests.fakes:elsewhere")
    assert again.run().stopped == "complete"
