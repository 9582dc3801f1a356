"""Studies of painted images: checks before showing, replacements, withdrawal, resume, controls."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests import fakes
from tests.conftest import TEXT, frozen_clock, reports_in, spec_of
from tests.painting import NoisePainter, Painting, Stripes, edits_of, pair
from tests.scientist.model.fakes import editing
from v1vlm.claims import Prediction
from v1vlm.errors import IntegrityError
from v1vlm.journal import State, parse_log, sealed
from v1vlm.manipulation import lineup, tally
from v1vlm.records import seed_of
from v1vlm.report import verify_study
from v1vlm.scientist import heuristic
from v1vlm.stimuli import Edited, Matching, Prompted, differences
from v1vlm.store import MemoryStore, Store
from v1vlm.study import Study

NEAR = fakes.RULE.model_copy(update={"within_deg": 20.0})
DIFFERENT = Prediction(direction="different", window_s=(0.0, 0.2))

pytestmark = pytest.mark.usefixtures("small_protocol")


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Study]:
    """A study of a scientist with a generator, not yet run."""

    def begun(scientist: Any, generator: Any, folder: Path | None = None, /, **spec: Any) -> Study:
        monkeypatch.setattr(fakes, "GENERATOR", generator)
        monkeypatch.setattr(fakes, "scientist", lambda: scientist)
        settings = {"num_steps": 1, "tries": 1, **spec}
        return Study.create(spec_of(**settings), TEXT, folder, clock=frozen_clock)

    return begun


def is_crossing(lookup: Any) -> str:
    """Sees fine vertical stripes, as `Stripes` paints what crosses; blind to what was meant."""
    page = np.asarray(Image.open(io.BytesIO(lookup.picture.png)).convert("L"), float)
    halves = {"top": page[:400, 100:-100], "bottom": page[-400:, 100:-100]}
    vertical = {
        place: np.abs(np.diff(half, axis=1)).mean() > np.abs(np.diff(half, axis=0)).mean()
        for place, half in halves.items()
    }
    wanted = "cross" in lookup.description
    found = [place for place, is_vertical in vertical.items() if is_vertical == wanted]
    return found[0] if len(found) == 1 else "neither"


def looks_of(state: State) -> Any:
    trial = state.trials[0]
    return [look for draws in trial.draws.values() for looks in draws.looks for look in looks]


# the low-level rule


def test_shown_pairs_are_matched_within_the_registered_limits(begin: Any) -> None:
    generator = NoisePainter()
    study = begin(Painting(pair(generator), prediction=DIFFERENT), generator)
    state = study.run()
    trial = state.trials[0]
    rule = trial.registration.manipulation
    assert (rule.luminance_max, rule.rms_max, rule.asked) == (0.01, 0.02, False)
    for (arm, stage), draws in trial.draws.items():
        assert len(draws.looks) == len(draws)
        frames = study.stimuli("H1", arm=arm, stage=stage).values.astype(float)[:, :, 0]
        kept = [rule.passes(looks[-1]) for looks in draws.looks]
        shown = frames[kept]
        means = shown.mean(axis=(2, 3))
        assert (np.abs(np.diff(means, axis=1)) < 0.01 * means.mean(axis=1)[:, None]).all()
        spread = shown.std(axis=(2, 3))
        assert (np.abs(np.diff(spread, axis=1)) < 0.02 * spread.mean(axis=1)[:, None]).all()
        for score, is_shown in zip(draws.scores, kept, strict=True):
            assert is_shown or score is None


def test_pairs_that_cannot_be_matched_are_replaced_by_the_next_of_their_draw(
    begin: Any,
) -> None:
    class Blots(NoisePainter):
        """One picture in sixteen is blank."""

        def _picture(self, request: Any) -> Any:
            picture = super()._picture(request)
            return np.full_like(picture, 99) if request.seed % 16 == 2 else picture

    generator = Blots()
    state = begin(Painting(pair(generator), prediction=DIFFERENT), generator).run()
    trial = state.trials[0]
    found = tally(trial.registration.manipulation, trial.of("main", "test").looks)
    assert found.unequal > 0
    assert found.void == 0
    assert trial.finding.manipulation.pairs > trial.finding.manipulation.draws
    # The seed of a try is that of registration, arm, draw and try.
    tries = trial.of("main", "test").looks
    i, looks = next((i, looks) for i, looks in enumerate(tries) if len(looks) > 1)
    again = seed_of(trial.digest, "main", i, len(looks) - 1)
    index, request = trial.registration.main.contrast.families[0]._request(again)
    assert request.digest() in generator.painted
    assert trial.of("main", "test").sources[i] == f"wording {index + 1}"


def test_a_rule_sees_both_members_alike() -> None:
    """Roles exchanged, the same pairs pass."""
    generator = NoisePainter()
    contrast = pair(generator)
    swapped = contrast.model_copy(
        update={"families": contrast.families[::-1], "levels": contrast.levels[::-1]}
    )
    screen = fakes.twin().card.screen
    for seed in range(12):
        found = []
        for one in (contrast, swapped):
            draw = one.draw(seed)
            assets = {
                r.digest(): generator.paint([r])[0] for s in draw.stimuli for r in s.requests()
            }
            frames, _ = one.render(draw, screen, assets)
            found.append(differences(frames, screen, one.window(draw, screen), one.matching))
        assert found[0] == pytest.approx(found[1])
    orders = [lineup(seed, 2) for seed in range(4000)]
    for name in ("top", "asked_for"):
        assert np.mean([getattr(order, name) for order in orders]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([o.expected == "top" for o in orders]) == pytest.approx(0.5, abs=0.03)


# asking the scientist


def test_a_scientist_that_sees_is_asked_blind_about_every_pair(begin: Any) -> None:
    generator = Stripes()
    scientist = Painting(pair(generator), is_crossing, prediction=DIFFERENT)
    state = begin(scientist, generator).run()
    trial = state.trials[0]
    assert trial.registration.manipulation.asked
    looks = looks_of(state)
    assert all(look.answer == look.expected is not None for look in looks)
    assert len(scientist.asked) == len(looks) + 8  # of the pilot
    assert {lookup.description for lookup in scientist.asked} == {"blots that cross", "blots apart"}
    assert 0.3 < np.mean([look.expected == "top" for look in looks]) < 0.7
    finding = trial.finding
    assert finding.manipulation.pass_rate == 1.0
    assert [arm.id for arm in trial.registration.controls] == ["scrambled", "style-only"]


def test_a_generator_that_disobeys_now_and_then_costs_replacements(begin: Any) -> None:
    generator = Stripes(obeys=0.9)
    scientist = Painting(pair(generator), is_crossing, prediction=DIFFERENT)
    state = begin(scientist, generator, draws_max=60).run()
    found = state.trials[0].finding.manipulation
    assert 0 < found.unseen < 0.25 * found.pairs
    assert found.void == 0


def test_a_hypothesis_whose_images_do_not_show_it_is_withdrawn(begin: Any) -> None:
    generator = NoisePainter()
    scientist = Painting(pair(generator), is_crossing, prediction=DIFFERENT)
    state = begin(scientist, generator, pilot_draws=20).run()
    assert state.attempts[0].outcome == "withdrawn"
    assert "The manipulation failed" in state.attempts[0].reason
    assert not state.trials


def test_one_who_sees_nothing_of_it_leaves_the_test_undecided(begin: Any) -> None:
    """The pilot passes; in the test more first pairs fail than registered."""
    generator = Stripes()
    seen: list[Any] = []

    def forgetful(lookup: Any) -> str:
        seen.append(lookup)
        return is_crossing(lookup) if len(seen) <= 8 or len(seen) % 2 else "neither"

    scientist = Painting(pair(generator), forgetful, prediction=DIFFERENT)
    finding = begin(scientist, generator).run().trials[0].finding
    assert finding.verdict == "inconclusive"
    assert "began with a pair of images that failed its check, above 20%" in finding.reason
    assert re.search(r"0 were too unequal or blank, [1-9]\d* not told apart by the", finding.reason)
    assert finding.manipulation.first_failed > 0.2


# resume, replay of seeds, verify


def test_nothing_is_painted_or_asked_twice_wherever_a_study_is_cut(
    begin: Any, tmp_path: Path
) -> None:
    generator = Stripes(obeys=0.9)
    scientist = Painting(pair(generator), is_crossing, prediction=DIFFERENT)
    whole = begin(scientist, generator)
    whole.run()
    lines = whole.store.lines()
    assert len(generator.painted) == len(set(generator.painted))
    n_painted, n_asked = len(generator.painted), len(scientist.asked)
    for n in range(1, len(lines), 29):
        memo = MemoryStore()
        memo._blobs, memo._done = dict(whole.store._blobs), dict(whole.store._done)
        for line in lines[:n]:
            memo.append(line)
        again = Study(memo, clock=frozen_clock)
        again.run()
        assert memo.lines() == lines
    assert (len(generator.painted), len(scientist.asked)) == (n_painted, n_asked)


def test_a_replay_paints_nothing_anew(begin: Any, tmp_path: Path) -> None:
    generator = Stripes()
    contrast = pair(generator)
    scientist = Painting(contrast, is_crossing, prediction=DIFFERENT)
    begin(scientist, generator, tmp_path / "first").run()
    assert generator.painted
    generator.painted.clear()
    again = begin(
        scientist, generator, tmp_path / "again", scientist=f"replay:{tmp_path / 'first'}"
    )
    again.run()
    assert generator.painted == []
    assert reports_in(tmp_path / "again") == reports_in(tmp_path / "first")
    verify_study(Store(tmp_path / "again"))


def test_a_replay_with_another_generator_paints_with_it(begin: Any, tmp_path: Path) -> None:
    first, other = NoisePainter(), NoisePainter(name="fog")
    begin(Painting(pair(first), prediction=DIFFERENT), first, tmp_path / "first").run()
    scientist, folder = Painting(pair(other), prediction=DIFFERENT), tmp_path / "again"
    again = begin(scientist, other, folder, scientist=f"replay:{tmp_path / 'first'}")
    again.run()
    assert other.painted
    assert {request["generator"] for request in requests_of(again)} == {other.digest}
    verify_study(Store(folder))


class Killed(BaseException):
    """Ends a study in the middle of a chunk."""


def test_a_crash_between_two_questions_loses_neither_answers_nor_images(begin: Any) -> None:
    generator = Stripes()
    contrast = pair(generator)
    whole = begin(Painting(contrast, is_crossing, prediction=DIFFERENT), generator).run()
    n_painted = len(generator.painted)
    generator.painted.clear()
    seen: list[str] = []

    def dying(lookup: Any) -> str:
        if len(seen) == 31:
            seen.append("died here")
            raise Killed
        seen.append(lookup.picture.source)
        return is_crossing(lookup)

    study = begin(Painting(contrast, dying, prediction=DIFFERENT), generator)
    with pytest.raises(Killed):
        study.run()
    state = study.run()
    assert state.findings == whole.findings
    assert len(generator.painted) == len(set(generator.painted)) == n_painted
    assert len(seen) == len(set(seen))


def test_verify_judges_every_pair_again(begin: Any, tmp_path: Path) -> None:
    generator = Stripes(obeys=0.9)
    folder = tmp_path / "study"
    study = begin(Painting(pair(generator), is_crossing, prediction=DIFFERENT), generator, folder)
    study.run()
    said = next(s for s in verify_study(Store(folder)) if s.startswith("painted pairs"))
    n_pilot = sum(map(len, study.state.attempts[0].pilot.looks))
    assert f"{len(looks_of(study.state)) + n_pilot} rendered" in said
    events = parse_log(study.store.lines())
    at = next(e.seq for e in events if e.kind == "drawn")
    looks = events[at].payload["looks"]

    def other(change: Callable[[Any], None], message: str) -> None:
        payload = parse_log(study.store.lines())[at].payload
        change(payload["looks"])
        lines, prev = [], events[at - 1].hash
        for event in events[at:]:
            new = payload if event.seq == at else event.payload
            event = sealed(event.seq, event.kind, new, event.time, prev)
            prev = event.hash
            lines.append(event.line() + "\n")
        kept = "".join(event.line() + "\n" for event in events[:at])
        (folder / "journal.jsonl").write_text(kept + "".join(lines), "utf-8")
        with pytest.raises(IntegrityError, match=message):
            verify_study(Store(folder))

    assert looks
    other(lambda looks: looks[0][0]["differences"].update(rms=0.001), "other images")
    other(lambda looks: looks[0].insert(0, looks[0][0]), "replaced otherwise")


# edits


@pytest.mark.parametrize("region", ["all", "inside", "outside"])
def test_edits_of_one_image_are_shown(begin: Any, region: str) -> None:
    generator = NoisePainter()
    first, second = pair(generator).families
    assert isinstance(first, Prompted)
    assert isinstance(second, Prompted)
    edited = Edited(
        original=second, paraphrases=first.paraphrases, description="blots that cross",
        region=region, diameter_deg=40.0, strength=0.5,
    )  # fmt: skip
    contrast = pair(generator, families=(edited, second), matching=Matching(luminance=False))
    scientist = Painting(contrast, prediction=DIFFERENT, rule=NEAR)
    study = begin(scientist, generator, draws_max=10)
    state = study.run()
    assert state.findings
    assert len(generator.painted) == len(set(generator.painted))
    shown = study.stimuli("H1", n_draws=4).values.astype(int)[:, :, 0]
    differs = (shown[:, 0] != shown[:, 1]).mean(axis=(1, 2))
    if region == "all":
        assert (differs > 0.8).all()
    else:
        assert ((differs > 0.01) & (differs < 0.97)).all()


def test_a_local_edit_is_matched_and_leaves_the_rest_as_it_was(begin: Any, tmp_path: Path) -> None:
    generator = NoisePainter((72, 128))
    scientist = Painting(edits_of(generator), prediction=DIFFERENT, rule=NEAR)
    study = begin(scientist, generator, tmp_path / "study", draws_max=20)
    state = study.run()
    trial = state.trials[0]
    assert [arm.id for arm in trial.registration.controls] == ["scrambled", "style-only"]
    assert all(isinstance(f, Edited) for f in trial.registration.controls[1].contrast.families)
    found = tally(trial.registration.manipulation, trial.of("main", "test").looks)
    assert found.pass_rate > 0.9
    shown = study.stimuli("H1", stage="test")
    responses = study.responses("H1", stage="test")
    for frames, azimuth, elevation in zip(
        shown.values.astype(int)[:, :, 0],
        responses["azimuth_deg"].values,
        responses["elevation_deg"].values,
        strict=True,
    ):
        away = np.hypot(*study.screen.local_deg(azimuth, elevation))
        apart = np.abs(frames[0] - frames[1])
        # One grey level is what rounding leaves of an offset and a gain that are none.
        assert apart[away < 15].max() <= 1
        assert (apart[away > 25] > 1).mean() > 0.5
    verify_study(Store(tmp_path / "study"))
    markdown, page = (
        (tmp_path / "study" / f"report.{kind}").read_text("utf-8") for kind in ("md", "html")
    )
    assert "edited outside a disc of 40" in markdown
    assert "(figures/paintings-H1.svg)" in markdown
    assert "4 draws of the estimate that passed the check, in 4 wordings" in markdown
    assert "as painted, 128 × 72 pixels; below: matched" in markdown
    assert "First row: the originals that the members are edits of." in markdown
    assert page.count("data:image/jpeg;base64,") == 12
    table = (tmp_path / "study" / "figures" / "paintings-H1.csv").read_text("utf-8")
    kept = {digest for event in parse_log(study.store.lines()) if event.kind == "painted"
            for digest in event.payload["images"]}  # fmt: skip
    named = {row.rpartition(",")[2] for row in table.splitlines()[1:]}
    assert len(named) == 12
    assert named <= kept


def test_edits_are_refused_before_anything_is_painted_where_they_cannot_be_made(
    begin: Any,
) -> None:
    generator = fakes.FakeGenerator()
    scientist = Painting(edits_of(generator), prediction=DIFFERENT, rule=NEAR)
    state = begin(scientist, generator).run()
    assert state.generator_card == {"edits": False}
    assert state.attempts[0].outcome == "refused"
    assert "its card says edits: False" in state.attempts[0].reason
    assert "a generator that can edit" in state.attempts[0].reason
    assert generator.painted == []


def test_an_edit_around_neurons_must_leave_them_alone(begin: Any) -> None:
    generator = NoisePainter()
    far = edits_of(generator, diameter_deg=30.0)
    state = begin(Painting(far, prediction=DIFFERENT, rule=NEAR), generator).run()
    assert "outside a disc of 30°" in state.attempts[0].reason
    assert "up to 20° from its centre" in state.attempts[0].reason
    assert generator.painted == []


@pytest.mark.parametrize("who", ["model", "heuristic"])
def test_whoever_proposes_gets_edits_painted_and_decided(begin: Any, who: str) -> None:
    """From the menu or a template to pairs that were painted, looked at and judged."""
    scientist = editing() if who == "model" else heuristic.load("edited-surround")
    generator = NoisePainter()
    study = begin(scientist, generator, twin="energy:neurons=200", draws_max=20, estimate_draws=4)
    state = study.run()
    (trial,) = state.trials
    edit, same = trial.registration.main.contrast.families
    assert isinstance(edit, Edited)
    assert isinstance(same, Edited)
    assert edit.original.generator == generator.digest
    assert trial.finding.verdict in ("supported", "contradicted", "inconclusive")
    assert trial.finding.manipulation.passed > 0
    assert trial.finding.n_wordings == 8
    edited = [r for r in requests_of(study) if r["original"] is not None]
    assert {r["prompt"] for r in edited} > {*edit.paraphrases[:1]}
    assert len(generator.painted) == len(set(generator.painted)) == len(requests_of(study))


def requests_of(study: Study) -> list[Any]:
    return [key["request"] for key, _ in study.store.remembered("paint")]


# the null by construction


def test_members_of_other_strands_are_exchangeable() -> None:
    generator = NoisePainter()
    words = pair(generator).families[0]
    assert isinstance(words, Prompted)
    one, other = (words.model_copy(update={"strand": s}) for s in ("a", "b"))
    prompts = {(one.draw(s).request.prompt == other.draw(s).request.prompt) for s in range(20)}
    assert prompts == {True}
    seeds = [(one.draw(s).request.seed, other.draw(s).request.seed) for s in range(20)]
    assert all(a != b for a, b in seeds)


def test_one_condition_twice_is_refused(begin: Any) -> None:
    generator = NoisePainter()
    words = pair(generator).families[0]
    contrast = pair(generator, families=(words, words))
    state = begin(Painting(contrast), generator).run()
    assert "are the same images" in state.attempts[0].reason
