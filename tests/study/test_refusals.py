"""What a scientist answers is judged, not trusted: the worst it can do is lose its tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.conftest import TEXT, frozen_clock, spec_of
from v1vlm.claims import Arm, Prediction
from v1vlm.errors import ContractError, InputError
from v1vlm.journal import State
from v1vlm.scientist import Change, Keep, Proposal, Withdraw
from v1vlm.stimuli import Choice, Contrast, Grating, Matching, Prompted, Varied
from v1vlm.study import Study

Answer = Callable[[Any], Any]


class Odd(fakes.ScriptedScientist):
    """Answers as told, and sensibly otherwise."""

    def __init__(
        self,
        propose: Answer | None = None,
        look: Answer | None = None,
        sceptic: Answer | None = None,
    ) -> None:
        self._answers = {"propose": propose, "look": look, "sceptic": sceptic}

    def propose(self, briefing: Any, ask: Any) -> Any:
        told = self._answers["propose"]
        return told(briefing) if told else Proposal(hypothesis=fakes.hypothesis(briefing))

    def look(self, briefing: Any, pilot: Any, ask: Any) -> Any:
        told = self._answers["look"]
        return told(briefing) if told else Keep()

    def sceptic(self, briefing: Any, registration: Any, ask: Any) -> Any:
        told = self._answers["sceptic"]
        return told(briefing) if told else ()


def run(
    scientist: Odd, monkeypatch: pytest.MonkeyPatch, num_steps: int = 1, **changes: Any
) -> State:
    monkeypatch.setattr(fakes, "scientist", lambda: scientist)
    spec = spec_of(num_steps=num_steps, estimate_draws=4, **changes)
    return Study.create(spec, TEXT, clock=frozen_clock).run()


def proposing(**changes: Any) -> Odd:
    return Odd(propose=lambda b: Proposal(hypothesis=fakes.hypothesis(b, **changes)))


def gratings(cpd: float) -> Contrast:
    families = tuple(
        Varied(stimulus=Grating(spatial_frequency_cpd=cpd, orientation_deg=angle))
        for angle in (0.0, 90.0)
    )
    return Contrast(families=families, factor="orientation", levels=("0°", "90°"), duration_s=0.2)


def painted(*prompts: str, generator: str = "fake-generator-1") -> Contrast:
    families = tuple(Prompted(paraphrases=(p,), generator=generator) for p in prompts)
    return Contrast(
        families=families, factor="words", levels=("a", "b"), duration_s=0.2,
        matching=Matching(luminance=False),
    )  # fmt: skip


HALF_A = fakes.RULE.model_copy(update={"half": "A"})
PREFERRING = fakes.RULE.model_copy(update={"prefers_within_deg": 20.0})
NONSENSE = Prediction(measure="nonsense", direction="greater", window_s=(0, 0.2))
IMPORTED = Prediction(measure="tests.fakes:not_a_twin", direction="greater", window_s=(0, 0.2))
SERIES = Prediction(measure="rank", direction="greater", window_s=(0, 0.2))
LATE = Prediction(direction="greater", window_s=(0, 0.9))
BETWEEN = Prediction(direction="greater", window_s=(0.005, 0.01))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "H7"}, "its id is 'H7', not 'H1'"),
        ({"parent": "H0"}, "follows up 'H0', which is no finding"),
        ({"citations": ("ctx:nobody1900",)}, "cites 'ctx:nobody1900'"),
        ({"rule": HALF_A}, "not of half B"),
        ({"rule": PREFERRING}, "needs an orientation that all members share"),
        ({"prediction": NONSENSE}, "no measure 'nonsense'"),
        ({"prediction": IMPORTED}, "no measure 'tests.fakes:not_a_twin'"),
        ({"prediction": SERIES}, "'rank' is for three and more"),
        ({"prediction": LATE}, "window ends at 0.9 s"),
        ({"prediction": BETWEEN}, "holds no frame"),
        ({"contrast": gratings(0.13)}, "the stimulus guard says: .*Nyquist"),
        ({"contrast": gratings(0.4)}, "blind spot of the twin, spatial frequency of 0.4"),
        ({"statement": "Colours are told apart."}, "in a blind spot of the twin, it speaks of"),
        ({"contrast": painted("a", "bcd"), "prediction": LATE}, "window ends at 0.9 s"),
        ({"contrast": fakes.noise_contrast(0.02, 0.02)}, "the stimulus guard says"),
    ],
)
def test_an_untestable_hypothesis_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], why: str
) -> None:
    state = run(proposing(**changes), monkeypatch)
    assert state.stopped == "complete"
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert not state.trials
    first = state.attempts[0].reason
    # Who is asked again can see what was refused.
    assert state.attempts[0].hypothesis is not None
    with pytest.raises(ValueError, match=why):
        raise ValueError(first)


@pytest.mark.parametrize("garbage", [None, "a hypothesis", 7, {"hypothesis": {}}, Keep()])
def test_garbage_for_a_proposal_is_refused(
    monkeypatch: pytest.MonkeyPatch, garbage: object
) -> None:
    state = run(Odd(propose=lambda _: garbage), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert type(garbage).__name__ in state.attempts[0].reason


@pytest.mark.parametrize("garbage", [None, "keep it", 7, Proposal])
def test_garbage_for_a_look_is_refused(monkeypatch: pytest.MonkeyPatch, garbage: object) -> None:
    state = run(Odd(look=lambda _: garbage), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert all(a.pilot is not None for a in state.attempts)
    assert type(garbage).__name__ in state.attempts[0].reason


def arm(**changes: Any) -> Arm:
    fields: dict[str, Any] = {
        "id": "c",
        "role": "control",
        "contrast": fakes.noise_contrast(0.5, 0.3),
        "rule": fakes.RULE,
    }
    return Arm(**{**fields, **changes})


@pytest.mark.parametrize(
    ("arms", "why"),
    [
        ((arm(role="replication"),), "only controls can be added"),
        ((arm(role="main"),), "only controls can be added"),
        ((arm(contrast=gratings(0.13)),), "the stimulus guard says"),
        ((arm(expects="absent", rule=PREFERRING),), "needs the same neurons"),
        ((arm(), arm()), "arms must have different ids"),
        ((arm(id="main"),), "arms must have different ids"),
        (("a control",), "for control arms"),
        (None, "gave 'None' for control arms"),
    ],
)
def test_controls_that_cannot_be_run_refuse_the_proposal(
    monkeypatch: pytest.MonkeyPatch, arms: Any, why: str
) -> None:
    state = run(Odd(sceptic=lambda _: arms), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert why in state.attempts[0].reason
    assert not state.trials


def test_withdrawing_costs_tries_but_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    scientist = Odd(look=lambda b: Withdraw(reason="Doubt.") if not b.last else Keep())
    state = run(scientist, monkeypatch)
    assert [a.outcome for a in state.attempts] == ["withdrawn", "withdrawn", "registered"]
    assert [t.registration.index for t in state.trials] == [1]
    assert state.trials[0].registration.alpha_support == pytest.approx(0.05)


def test_whatever_is_withdrawn_a_step_ends_after_three_tries() -> None:
    spec = spec_of(scientist="tests.fakes:withdrawing", num_steps=2)
    state = Study.create(spec, TEXT, clock=frozen_clock).run()
    assert [(a.step, a.number, a.outcome) for a in state.attempts if a.step == 1] == [
        (1, 1, "withdrawn"), (1, 2, "withdrawn"), (1, 3, "withdrawn"),
    ]  # fmt: skip
    assert state.stopped == "complete"
    assert not state.trials


def test_a_change_after_the_last_try_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    contrasts = [fakes.noise_contrast(0.5, c) for c in (0.4, 0.3, 0.2)]

    def change(briefing: Any) -> Change:
        n = briefing.attempt
        named = briefing.hypothesis_id[:2] + "abcdef"[n]
        hypothesis = fakes.hypothesis(briefing, id=named, contrast=contrasts[n - 1])
        return Change(hypothesis=hypothesis, reason="Better so.")

    state = run(Odd(look=change), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["withdrawn", "withdrawn", "refused"]
    assert "after the last try" in state.attempts[-1].reason


def test_an_untestable_change_refuses_the_proposal(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(briefing: Any) -> Change:
        return Change(hypothesis=fakes.hypothesis(briefing), reason="The same id again.")

    state = run(Odd(look=change), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert "its id is 'H1', not 'H1b'" in state.attempts[0].reason


def test_nothing_is_registered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    state = run(Odd(), monkeypatch, num_steps=2)
    assert [a.outcome for a in state.attempts] == ["registered"] + ["refused"] * 3
    assert "already registered" in state.attempts[1].reason


def test_what_the_guard_finds_in_the_pilot_refuses_the_hypothesis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words of equal length are the same image to this generator; only then can it be known."""
    state = run(proposing(contrast=painted("one thing", "two thing")), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert "guard refuses it: " in state.attempts[0].reason
    assert all(a.pilot is not None and a.pilot.refusals for a in state.attempts)


def test_two_members_painted_from_the_same_words_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = run(proposing(contrast=painted("one thing", "one thing")), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert "the same images" in state.attempts[0].reason


def test_a_pilot_of_blank_paintings_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blank(fakes.FakeGenerator):
        def paint(self, requests: Any) -> Any:
            return np.full_like(super().paint(requests), 127)

    monkeypatch.setattr(fakes, "GENERATOR", Blank())
    contrast = painted("one", "two").model_copy(update={"matching": Matching(contrast="global")})
    state = run(proposing(contrast=contrast), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["withdrawn"] * 3
    assert "100% of 8 first pairs" in state.attempts[0].reason
    assert "32 were too unequal or blank and 0 not told apart" in state.attempts[0].reason
    assert state.stopped == "complete"


def test_a_pilot_without_neurons_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = fakes.RULE.model_copy(update={"minimum": 35})
    state = run(proposing(rule=rule), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert "Only 0 pilot draws are valid" in state.attempts[0].reason


def test_a_contrast_for_another_generator_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    state = run(proposing(contrast=painted("a", "b", generator="flux")), monkeypatch)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3
    assert "'flux'" in state.attempts[0].reason


def test_a_contrast_that_needs_a_generator_is_refused_without_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = run(proposing(contrast=painted("a", "b")), monkeypatch, generator=None)
    assert [a.outcome for a in state.attempts] == ["refused"] * 3


def test_an_orientation_that_varies_between_draws_costs_no_study(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first draw shares an orientation, later ones may not."""

    def family(contrast: float, angles: tuple[float, ...]) -> Varied:
        return Varied(
            stimulus=Grating(spatial_frequency_cpd=0.03, contrast=contrast),
            vary={"orientation_deg": Choice(values=angles)},
        )

    def contrast_of(second: tuple[float, ...]) -> Contrast:
        return Contrast(
            families=(family(0.8, (0.0, 0.0)), family(0.3, second)),
            factor="angle",
            levels=("a", "b"),
            matching=Matching(luminance=False),
            duration_s=0.2,
        )

    both_orders = [contrast_of((0.0, 90.0)), contrast_of((90.0, 0.0))]
    contrast = next(c for c in both_orders if c.draw(0).orientation_deg is not None)
    shared = [contrast.draw(seed).orientation_deg is not None for seed in range(20)]
    assert 0 < sum(shared) < 20
    state = run(proposing(contrast=contrast, rule=PREFERRING), monkeypatch)
    assert state.stopped == "complete"
    assert not state.trials


def test_a_scientist_whose_code_fails_stops_the_study_where_it_can_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: Any) -> Any:
        raise RuntimeError("a bug of the plug-in")

    with pytest.raises(RuntimeError, match="a bug of the plug-in"):
        run(Odd(propose=fail), monkeypatch)


@pytest.mark.parametrize(
    ("plug_in", "what"),
    [
        ({"twin": "tests.fakes:not_a_twin"}, "is no twin: card"),
        ({"twin": "tests.fakes:nothing"}, "no callable 'nothing'"),
        ({"scientist": "tests.fakes:twin"}, "is no scientist: it is a FakeTwin"),
        ({"generator": "tests.fakes:twin"}, "is no generator: it is a FakeTwin"),
        ({"twin": "enrgy"}, "no twin called 'enrgy'"),
    ],
)
def test_plug_ins_that_are_none_are_refused(plug_in: dict[str, str], what: str) -> None:
    with pytest.raises(InputError, match=what):
        Study.create(spec_of(**plug_in), TEXT)


def test_another_text_than_the_specified_one_is_refused() -> None:
    with pytest.raises(InputError, match="not the one in the spec"):
        Study.create(spec_of(), TEXT + "More.")


def test_another_twin_than_at_the_beginning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study.create(spec_of(), TEXT)
    monkeypatch.setattr(fakes, "twin", lambda: fakes.FakeTwin(n=30))
    with pytest.raises(InputError, match="not the one this study began with"):
        study.run()


def test_another_generator_than_at_the_beginning_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = Study.create(spec_of(), TEXT)
    monkeypatch.setattr(fakes.FakeGenerator, "digest", "fake-generator-2")
    with pytest.raises(InputError, match="not the one this study began with"):
        study.run()


@pytest.mark.parametrize("method", ["interpret", "write"])
def test_words_of_another_kind_stop_the_study_until_the_scientist_is_mended(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    scientist = Odd()
    monkeypatch.setattr(fakes, "scientist", lambda: scientist)
    study = Study.create(spec_of(num_steps=1, estimate_draws=4), TEXT, clock=frozen_clock)
    monkeypatch.setattr(Odd, method, lambda *_: "just words")
    with pytest.raises(ContractError, match=r"gave str where (Interpretation|Prose)"):
        study.run()
    monkeypatch.undo()
    monkeypatch.setattr(fakes, "scientist", lambda: scientist)
    monkeypatch.setattr(fakes.CHARACTERISATION, "PROTOCOL", fakes.SMALL_PROTOCOL)
    again = Study(study.store, clock=frozen_clock)
    assert again.run().stopped == "complete"
