"""Draws: what is shown, to whom, and what is kept of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests import fakes
from v1vlm.analysis.measures import measure, measure_names
from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import NeuronRule
from v1vlm.errors import ContractError, InputError, PaintError
from v1vlm.rig import LEAD_S, DrawPlan, Rig, scores_of
from v1vlm.stimuli import Contrast, Grating, Matching, Prompted, Uniform, Varied
from v1vlm.store import MemoryStore


class Watched(fakes.FakeTwin):
    """Remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[Any, Any]] = []

    def respond(self, frames: Any, **options: Any) -> Any:
        self.shown.append((frames, options["neurons"]))
        return super().respond(frames, **options)


def another(plan: DrawPlan, **changes: Any) -> DrawPlan:
    return plan.model_copy(update=changes)


def same(one: Any, other: Any) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name]) for name in one
    )


def grating(contrast: float) -> Varied:
    return Varied(
        stimulus=Grating(contrast=contrast, spatial_frequency_cpd=0.03),
        vary={
            "orientation_deg": Uniform(low=0, high=180),
            "phase_deg": Uniform(low=0, high=360),
        },
    )


def gratings(first: float, second: float) -> Contrast:
    return Contrast(
        families=(grating(first), grating(second)),
        factor="contrast",
        levels=("first", "second"),
        matching=Matching(luminance=False),
        duration_s=0.2,
    )


# scores and their blobs


def test_scores_are_recomputed_from_the_blobs(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(plan, physiology)
    chunk = {"blobs": {name: rig.store.put(answer[name]) for name in ("features", "offsets")}}
    again = scores_of(chunk, rig.store, plan.measure, plan.rule.minimum, "features")
    assert again == answer["scores"]
    assert all(0.1 < score < 0.6 for score in again if score is not None)
    sizes = [stop - start for start, stop in pairwise(answer["offsets"])]
    assert sizes == answer["n_neurons"]
    assert len(answer["features"]) == len(answer["index"]) == sum(sizes)


def test_a_score_is_the_measure_of_what_the_chosen_neurons_answered(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    """One draw by hand: render, show, divide by the reference, average, index."""
    plan = another(plan, seeds=(7,))
    answer = rig.show(plan, physiology)
    [[draw]] = rig.draws(plan, physiology)
    frames, _ = plan.contrast.render(draw, rig.screen)
    movies = np.repeat(frames, 6, axis=1)
    neurons = plan.rule.select(physiology, draw.azimuth_deg, draw.elevation_deg, None)
    mean = rig.twin.respond(movies).values[:, neurons].mean(axis=2)
    a, b = mean / physiology["reference"][neurons]
    assert answer["scores"][0] == pytest.approx(np.mean((a - b) / (a + b)), abs=1e-6)
    np.testing.assert_array_equal(answer["index"], neurons)


def test_too_few_neurons_make_a_draw_invalid(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    rule = NeuronRule(within_deg=40.0, minimum=30, quality=0.0)
    answer = rig.show(another(plan, rule=rule), physiology)
    assert max(answer["n_neurons"]) < 30
    assert set(answer["scores"]) == {None}


def test_what_cannot_be_rendered_is_an_invalid_draw(
    rig: Rig, plan: DrawPlan, physiology: Physiology, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blank image cannot be matched in contrast; the other draws go on."""

    class SometimesBlank(fakes.FakeGenerator):
        def paint(self, requests: Any) -> Any:
            images = super().paint(requests)
            images[[request.prompt == "a" for request in requests]] = 127
            return images

    rig = Rig(rig.twin, MemoryStore(), SometimesBlank())
    families = tuple(
        Prompted(paraphrases=words, generator=fakes.FakeGenerator.digest)
        for words in (("aaaa", "bbbb"), ("a", "b"))
    )
    contrast = plan.contrast.model_copy(
        update={"families": families, "matching": Matching(contrast="global")}
    )
    for changes in ({}, {"control": contrast, "contrast": plan.contrast}):
        answer = rig.show(another(plan, **{"contrast": contrast, **changes}), physiology)
        drawn = rig.draws(another(plan, contrast=contrast), physiology)[0]
        blank = [
            any(request.prompt == "a" for s in draw.stimuli for request in s.requests())
            for draw in drawn
        ]
        assert 0 < sum(blank) < len(blank)
        assert [score is None for score in answer["scores"]] == blank


# chunks and workers


@pytest.mark.parametrize("part", [1, 4, 23, 100])
def test_how_chunks_are_cut_changes_nothing(
    rig: Rig, plan: DrawPlan, physiology: Physiology, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    plan = another(plan, exemplar=True, control=fakes.noise_contrast(0.5, 0.3))
    whole = rig.show(plan, physiology)
    monkeypatch.setattr("v1vlm.rig.show.PART", part)
    assert same(Rig(rig.twin, MemoryStore()).show(plan, physiology), whole)


def test_chunks_one_after_another_give_what_one_gives(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    whole = rig.show(plan, physiology)
    pieces = [
        rig.show(another(plan, seeds=plan.seeds[i : i + 6]), physiology) for i in range(0, 23, 6)
    ]
    assert [score for piece in pieces for score in piece["scores"]] == whole["scores"]
    np.testing.assert_array_equal(np.concatenate([p["features"] for p in pieces]),
                                  whole["features"])  # fmt: skip


def test_workers_change_nothing(rig: Rig, plan: DrawPlan, physiology: Physiology) -> None:
    with ThreadPoolExecutor(2) as pool:
        parallel = Rig(rig.twin, MemoryStore(), executor=pool).show(plan, physiology)
    assert same(parallel, rig.show(plan, physiology))


def test_a_plan_is_shown_once(plan: DrawPlan, physiology: Physiology) -> None:
    twin = Watched()
    rig = Rig(twin, MemoryStore())
    first = rig.show(plan, physiology)
    n_shown = len(twin.shown)
    assert same(rig.show(plan, physiology), first)
    assert len(twin.shown) == n_shown == 3  # parts of 10, 10 and 3 draws
    rig.show(another(plan, measure="delta_ref"), physiology)
    assert len(twin.shown) == 2 * n_shown


# both arms of a comparison


def test_an_absent_arm_shows_both_contrasts_at_one_place_to_the_same_neurons(
    plan: DrawPlan, physiology: Physiology
) -> None:
    twin = Watched()
    rig = Rig(twin, MemoryStore())
    other = gratings(0.8, 0.2)
    plan = another(plan, control=other, seeds=plan.seeds[:8])
    answer = rig.show(plan, physiology)
    main, control = rig.draws(plan, physiology)
    assert [(d.azimuth_deg, d.elevation_deg, d.seed) for d in main] == [
        (d.azimuth_deg, d.elevation_deg, d.seed) for d in control
    ]
    assert len({(d.azimuth_deg, d.elevation_deg) for d in main}) > 1
    assert len(answer["control_features"]) == len(answer["features"])
    assert len(answer["control_scores"]) == len(answer["scores"])
    (first, first_neurons), (second, second_neurons) = twin.shown
    np.testing.assert_array_equal(first_neurons, second_neurons)
    assert first.shape == second.shape
    # The main contrast gives what it gives alone; so does the control, once in its place.
    alone = Rig(twin, MemoryStore())
    assert alone.show(another(plan, control=None), physiology)["scores"] == answer["scores"]
    by_itself = alone.show(another(plan, control=None, contrast=other), physiology)
    assert by_itself["scores"] == answer["control_scores"]


def test_a_contrast_controlled_by_itself_differs_by_nothing(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(another(plan, control=plan.contrast), physiology)
    assert answer["control_scores"] == answer["scores"]
    np.testing.assert_array_equal(answer["control_features"], answer["features"])


# symmetry


@pytest.mark.parametrize("name", [n for n in measure_names() if measure(n).fits(2)])
@pytest.mark.parametrize("contrast", [fakes.noise_contrast(0.6, 0.3), gratings(0.5, 0.9)])
def test_a_family_against_itself_scores_exactly_nothing(
    rig: Rig, plan: DrawPlan, physiology: Physiology, name: str, contrast: Contrast
) -> None:
    first = contrast.families[0]
    null = contrast.model_copy(update={"families": (first, first)})
    # Wide enough that there are neurons near and far.
    rule = plan.rule.model_copy(update={"within_deg": 60.0})
    answer = rig.show(another(plan, contrast=null, measure=name, rule=rule), physiology)
    assert answer["scores"] == [0.0] * len(plan.seeds)


def test_a_series_of_one_family_has_no_order(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    family = plan.contrast.families[0]
    series = Contrast(
        families=(family,) * 4, factor="none", levels=("a", "b", "c", "d"), duration_s=0.2
    )
    answer = rig.show(another(plan, contrast=series, measure="rank"), physiology)
    assert answer["scores"] == [0.0] * len(plan.seeds)


def test_exchanging_the_members_changes_the_sign_alone(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    """Rule and placement treat the members alike: same places, same neurons."""
    rule = NeuronRule(
        within_deg=40.0, prefers_within_deg=45.0, selectivity=0.0, minimum=1, quality=0.0
    )
    contrast = gratings(0.8, 0.4)
    swapped = contrast.model_copy(update={"families": contrast.families[::-1]})
    one = rig.show(another(plan, contrast=contrast, rule=rule), physiology)
    other = rig.show(another(plan, contrast=swapped, rule=rule), physiology)
    np.testing.assert_array_equal(one["index"], other["index"])
    np.testing.assert_array_equal(one["offsets"], other["offsets"])
    scores = [score for score in one["scores"] if score is not None]
    assert len(scores) > 10
    assert [s for s in other["scores"] if s is not None] == [-score for score in scores]


# exemplars


def test_exemplars_are_recorded_from_before_onset_until_after_offset(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    answer = rig.show(another(plan, exemplar=True), physiology)
    lead = rig.screen.frames(LEAD_S)
    during = rig.screen.frames(plan.contrast.duration_s)
    traces = answer["traces"]
    assert traces.shape == (len(plan.seeds), 2, lead + during + lead)
    grey = traces[:, :, :lead]
    np.testing.assert_array_equal(grey, traces[:, :, -lead:])
    assert (traces[:, :, lead : lead + during].min(axis=2) > grey.max(axis=2)).all()
    assert answer["stimuli"].shape == (6, 2, 1, *rig.screen.shape)
    # Grey before and after is recorded, not measured.
    plain = rig.show(plan, physiology)
    assert answer["scores"] == plain["scores"]
    assert "traces" not in plain


# painting


def painted(plan: DrawPlan, generator: str = fakes.FakeGenerator.digest) -> DrawPlan:
    families = tuple(
        Prompted(paraphrases=words, generator=generator)
        for words in (("a long description", "another long one"), ("a", "b"))
    )
    contrast = plan.contrast.model_copy(update={"families": families})
    return another(plan, contrast=contrast, seeds=plan.seeds[:5])


def test_each_image_is_painted_once(plan: DrawPlan, physiology: Physiology) -> None:
    generator = fakes.FakeGenerator()
    rig = Rig(fakes.FakeTwin(), MemoryStore(), generator)
    plan = painted(plan)
    drawn = rig.draws(plan, physiology)
    requests = rig.paint(drawn)
    assert len(requests) == 10
    assert generator.painted == [request.digest() for request in requests]
    assert rig.paint(drawn) == requests
    assert sorted(rig.show(plan, physiology)["painted"]) == sorted(generator.painted)
    longer = another(plan, seeds=(*plan.seeds, 999))
    rig.show(longer, physiology)
    assert len(generator.painted) == len(set(generator.painted)) == 12


def test_another_generator_is_refused(plan: DrawPlan, physiology: Physiology) -> None:
    rig = Rig(fakes.FakeTwin(), MemoryStore(), fakes.FakeGenerator())
    with pytest.raises(InputError, match="for generator 'flux'; there is 'fake-generator-1'"):
        rig.show(painted(plan, "flux"), physiology)
    with pytest.raises(InputError, match="there is 'none'"):
        Rig(fakes.FakeTwin(), MemoryStore()).show(painted(plan), physiology)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda images: images[:, :-1], r"uint8 \(4, 35, 64\)"),
        (lambda images: images[:, :, :-1], r"uint8 \(4, 36, 63\)"),
        (lambda images: images[:-1], r"uint8 \(3, 36, 64\)"),
        (lambda images: images / 255, r"float64 \(4, 36, 64\)"),
        (list, "painted list"),
        (lambda _: None, "painted NoneType"),
    ],
)
def test_images_of_another_kind_are_refused_and_not_kept(
    plan: DrawPlan, physiology: Physiology, spoil: Any, what: str
) -> None:
    class Careless(fakes.FakeGenerator):
        batch_size = 4

        def paint(self, requests: Any) -> Any:
            return spoil(super().paint(requests))

    store = MemoryStore()
    with pytest.raises(ContractError, match=what):
        Rig(fakes.FakeTwin(), store, Careless()).show(painted(plan), physiology)
    careful = fakes.FakeGenerator()
    Rig(fakes.FakeTwin(), store, careful).show(painted(plan), physiology)
    assert len(careful.painted) == 10


class Batched(fakes.FakeGenerator):
    """Paints three at a time, twice as large as the screen, and remembers how many at once."""

    batch_size = 3

    def __init__(self, fails_at: int | None = None) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.fails_at = fails_at

    def paint(self, requests: Any) -> Any:
        if len(self.batches) == self.fails_at:
            raise PaintError("Memory ran out.", "Get more.")
        self.batches.append(len(requests))
        return super().paint(requests).repeat(2, axis=1).repeat(2, axis=2)


def test_a_batch_that_fails_is_all_that_is_lost(plan: DrawPlan, physiology: Physiology) -> None:
    store, first, second = MemoryStore(), Batched(fails_at=2), Batched()
    told: list[tuple[int, int]] = []
    with pytest.raises(PaintError, match="Memory ran out"):
        Rig(fakes.FakeTwin(), store, first).show(painted(plan), physiology)
    rig = Rig(fakes.FakeTwin(), store, second, on_paint=lambda *n: told.append(n))
    answer = rig.show(painted(plan), physiology)
    assert (first.batches, second.batches) == ([3, 3], [3, 1])
    assert not set(first.painted) & set(second.painted)
    assert sorted(first.painted + second.painted) == sorted(answer["painted"])
    assert told == [(0, 4), (3, 4), (4, 4)]


def test_painted_images_are_kept_at_their_own_size(plan: DrawPlan, physiology: Physiology) -> None:
    store = MemoryStore()
    large = Rig(fakes.FakeTwin(), store, Batched()).show(painted(plan), physiology)
    images = [answer["image"] for _, answer in store.remembered("paint")]
    assert {image.shape for image in images} == {(72, 128)}
    # Every pixel painted as four alike averages to itself.
    small = Rig(fakes.FakeTwin(), MemoryStore(), fakes.FakeGenerator()).show(
        painted(plan), physiology
    )
    assert large["scores"] == pytest.approx(small["scores"], abs=1e-5)


def test_draws_that_were_not_painted_are_invalid(plan: DrawPlan, physiology: Physiology) -> None:
    store = MemoryStore()
    with pytest.raises(PaintError):
        Rig(fakes.FakeTwin(), store, Batched(fails_at=2)).show(painted(plan), physiology)
    answer = Rig(fakes.FakeTwin(), store, None, unpainted=True).show(painted(plan), physiology)
    whole = Rig(fakes.FakeTwin(), MemoryStore(), Batched()).show(painted(plan), physiology)
    assert [score is None for score in answer["scores"]] == [False] * 3 + [True] * 2
    assert answer["scores"][:3] == whole["scores"][:3]
    assert answer["n_neurons"][3:] == [0, 0]
