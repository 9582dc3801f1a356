"""Edits through pipelines of diffusers: a study from proposal to verdict, with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.conftest import TEXT, frozen_clock, spec_of
from tests.painting import Painting, edits_of
from v1vlm import plugins
from v1vlm.claims import Prediction
from v1vlm.study import Study


@pytest.mark.usefixtures("small_protocol")
@pytest.mark.parametrize("kind", ["flux", "diffusers"])
def test_local_edits_are_painted_over_their_originals(
    pipelines: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "flux" if kind == "flux" else "sd"
    place = f"{kind}:{pipelines / name},height=48,width=64,steps=2,batch=4"
    generator: Any = plugins.load("generators", place)
    near = fakes.RULE.model_copy(update={"within_deg": 20.0})
    scientist = Painting(
        edits_of(generator),
        prediction=Prediction(direction="different", window_s=(0.0, 0.2)),
        rule=near,
    )
    monkeypatch.setattr(fakes, "GENERATOR", generator)
    monkeypatch.setattr(fakes, "scientist", lambda: scientist)
    small = {"num_steps": 1, "tries": 1, "pilot_draws": 4, "draws_max": 10, "estimate_draws": 4}
    study = Study.create(spec_of(**small), TEXT, clock=frozen_clock)
    state = study.run()
    assert state.generator_card["edits"] is True
    (finding,) = state.findings
    assert finding.manipulation.passed == finding.manipulation.pairs
    painted = [(key["request"], answer["image"]) for key, answer in study.store.remembered("paint")]
    originals = {str(request): image for request, image in painted if request["original"] is None}
    edits = [(request, image) for request, image in painted if request["original"] is not None]
    assert len(edits) == 2 * len(originals)
    for request, image in edits:
        assert image.shape == (48, 64)
        assert not np.array_equal(image, originals[str(request["original"])])
    shown = study.stimuli("H1").values.astype(int)[:, :, 0]
    places = study.responses("H1")
    for frames, azimuth, elevation in zip(
        shown, places["azimuth_deg"].values, places["elevation_deg"].values, strict=True
    ):
        apart = np.abs(frames[0] - frames[1])
        away = np.hypot(*study.screen.local_deg(azimuth, elevation))
        assert apart[away < 15].max() <= 1
        assert apart[away > 25].max() > 0
