"""Images of the user: kept in the store under their digest, found there when they are shown."""

from __future__ import annotations

import numpy as np
import pytest

from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import IntegrityError
from v1vlm.rig import DrawPlan, Rig
from v1vlm.stimuli import Contrast, Photographs, Scrambled, as_asset


def test_photographs_of_the_user_are_shown_from_the_store(
    rig: Rig, plan: DrawPlan, physiology: Physiology
) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (64, 90), dtype=np.uint8) for _ in range(6)]
    family = Photographs.of_assets([as_asset(image)[0] for image in images])
    contrast = Contrast(
        families=(family, Scrambled(source=family)),
        factor="phase",
        levels=("photograph", "scrambled"),
        placement="screen",
        duration_s=0.2,
    )
    given = plan.model_copy(update={"contrast": contrast, "seeds": (1, 2, 3), "exemplar": True})
    with pytest.raises(IntegrityError, match="is missing"):
        rig.show(given, physiology)
    for image in images:
        rig.store.put(image)
    answer = rig.show(given, physiology)
    assert set(answer["sources"]) <= set(family.names)
    assert answer["painted"] == []
    draw = contrast.draw(1)
    assets = dict(as_asset(image) for image in images)
    np.testing.assert_array_equal(
        answer["stimuli"][0, 0, 0],
        contrast.render(draw, rig.screen, assets)[0][0, 0],
    )
