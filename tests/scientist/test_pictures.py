from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TEXT, spec_of
from tests.scientist.model.fakes import FakeBackend, hopeful
from v1vlm.scientist.model import ModelScientist
from v1vlm.scientist.pictures import pictures_of
from v1vlm.study import Study

RNG = np.random.default_rng(1)
ARRAYS: dict[str, Any] = {
    "stimuli": RNG.integers(0, 255, (4, 2, 1, 36, 64), dtype=np.uint8),
    "traces": RNG.normal(1, 0.2, (6, 2, 45)).astype(np.float32),
    "waveforms": RNG.normal(0, 1, (2, 2, 30, 45)).astype(np.float32),
    "field": RNG.uniform(0, 2, (6, 2, 20)),
    "field_neurons": np.arange(20),
    "centres": np.zeros((6, 2)),
}
SOURCES = {name: f"{name}.npy" for name in ARRAYS}


def drawn(arrays: dict[str, Any] = ARRAYS, levels: tuple[str, ...] = ("on", "off")) -> Any:
    places = (RNG.normal(0, 9, 20), RNG.normal(0, 9, 20))
    return pictures_of(arrays, levels, (0.0, 0.5), 30.0, "permi", places, SOURCES)


def test_pictures_have_the_size_that_models_see() -> None:
    pictures = drawn()
    assert len(pictures) == 4
    for picture in pictures:
        image = Image.open(io.BytesIO(picture.png))
        assert image.size == (896, 896)
        assert np.ptp(np.asarray(image.convert("L"))) > 100
        assert "on, off" in picture.caption
    assert len({picture.source for picture in pictures}) == 4


def test_equal_arrays_give_equal_pictures_and_others_give_others() -> None:
    fixed = (np.zeros(20), np.zeros(20))
    first, again = (
        pictures_of(ARRAYS, ("a", "b"), (0, 0.5), 30.0, "permi", fixed, SOURCES) for _ in range(2)
    )
    assert first == again
    other = pictures_of(
        ARRAYS, ("a", "b"), (0, 0.5), 30.0, "permi", fixed, SOURCES | {"traces": "other.npy"}
    )
    assert [a.source == b.source for a, b in zip(first, other, strict=True)] == [
        True, False, True, True,
    ]  # fmt: skip


def test_neurons_that_were_not_tested_are_left_out() -> None:
    waves = ARRAYS["waveforms"].copy()
    waves[:, :, :29] = np.nan
    waves[0] = np.nan
    assert len(drawn(ARRAYS | {"waveforms": waves})) == 4
    assert len(drawn(ARRAYS | {"waveforms": np.full_like(waves, np.nan)})) == 4
    assert [p.caption[:7] for p in drawn({"traces": ARRAYS["traces"]})] == ["populat"]


IDEA = {"question": "?", "varies": "grating.contrast", "comparison": "pair", "follows_up": "none"}


def sure(messages: Any, schema: Any, rng: Any) -> str:
    """Asks what can be answered, of neurons that the twin has."""
    value = json.loads(hopeful(messages, schema, rng))
    if "varies" in value:
        value = IDEA
    if "levels" in value:
        value |= {"levels": [0.9, 0.2], "fixed": [], "neurons": "within", "window": "whole"}
        value |= {"matching": "luminance", "measure": "permi"}
    return json.dumps(value)


@pytest.mark.usefixtures("small_protocol")
@pytest.mark.parametrize("wants", [True, False])
def test_only_a_scientist_that_wants_pictures_is_shown_any(wants: bool) -> None:
    backend = FakeBackend(sure, wants_pictures=wants)
    study = Study.create(spec_of(num_steps=1, generator=None, scientist="heuristic"), TEXT)
    vars(study)["scientist"] = ModelScientist(backend)
    assert study.run().counts["registered"] == 1
    shown = [len(m.pictures) for messages, _ in backend.asked for m in messages]
    assert sorted(n for n in shown if n) == ([4, 4] if wants else [])
    kept = [a for _, a in study.store.remembered("ask") if a["pictures"]]
    assert all(answer["picture_0"].startswith(b"\x89PNG") for answer in kept)
    assert len(kept) == (2 if wants else 0)
