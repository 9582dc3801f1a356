import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stimuli_kinds import KINDS, NESTED, STORED, STORED_FRAMES, stimuli

from v1vlm.records import canonical_json, digest
from v1vlm.stimuli import Painted, Screen, Stimulus

SCREEN = Screen()
ASSETS = {NESTED["request"].digest(): np.arange(36 * 64).reshape(36, 64).astype(np.uint8)}
ASSETS[STORED] = STORED_FRAMES


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_every_kind_survives_json_and_renders_within_bounds(kind, data):
    stimulus = data.draw(stimuli(kind))
    stored = canonical_json(stimulus.to_json())
    again = Stimulus.from_json(json.loads(stored))
    assert type(again) is type(stimulus)
    assert again == stimulus
    assert again.digest() == stimulus.digest()
    image = stimulus.contrast_image(SCREEN, ASSETS)
    assert image.dtype == np.float32
    assert image.shape[1:] == SCREEN.shape
    assert np.isfinite(image).all()
    if kind != "phase_scrambled":
        assert np.abs(image).max() <= 1 + 1e-6
    assert (again.render(SCREEN, ASSETS) == stimulus.render(SCREEN, ASSETS)).all()
    orientation = stimulus.rf_orientation_deg
    assert orientation is None or 0 <= orientation < 180
    assert all(np.isfinite(value) and value >= 0 for value in stimulus.scales().values())


def test_every_kind_is_listed_with_description_and_citation():
    concrete = {k: c for k, c in Stimulus.kinds.items() if c.__module__.startswith("v1vlm.")}
    assert set(concrete) == set(KINDS)
    for cls in concrete.values():
        assert cls.description
        assert cls.citation
        assert not cls.description.endswith(".")


def _example(kind):
    needed = {n: v.to_json() for n, v in NESTED.items()}
    fields = Stimulus.kinds[kind].model_fields
    nested = {n: v for n, v in needed.items() if n in fields}
    names = {n: v for n, v in (("name", "camera"), ("asset", STORED)) if n in fields}
    return Stimulus.from_json({"kind": kind, **nested, **names})


GIVEN = ("painted", "stored")
FILLING = ("photograph", "photo_clip", "quilt", "uniform_noise", "pink_noise", "chirp", *GIVEN)
MOVABLE = [kind for kind in KINDS if kind not in FILLING]


@pytest.mark.parametrize("kind", MOVABLE)
def test_moving_a_stimulus_moves_what_is_drawn(kind):
    still = _example(kind)
    there = still.moved(20.0, 10.0)
    assert there.digest() != still.digest()
    assert (there.render(SCREEN) != still.render(SCREEN)).any()
    assert there.rf_orientation_deg == still.rf_orientation_deg


@pytest.mark.parametrize("kind", MOVABLE)
def test_features_keep_their_distance_from_the_centre_wherever_it_is(kind):
    still, there = _example(kind), _example(kind).moved(20.0, 10.0)
    before, after = np.array(still.features_deg()), np.array(there.features_deg())
    assert before.shape == after.shape
    if before.size:
        np.testing.assert_allclose(_distance(0, 0, before), _distance(20, 10, after), atol=1e-5)


def _distance(azimuth_deg, elevation_deg, places):
    """Haversine formula."""
    azimuth, elevation = np.radians(places).T
    east, north = np.radians([azimuth_deg, elevation_deg])
    half = np.sin((elevation - north) / 2) ** 2
    half += np.cos(elevation) * np.cos(north) * np.sin((azimuth - east) / 2) ** 2
    return np.degrees(2 * np.arcsin(np.sqrt(half)))


def test_images_that_fill_the_screen_stay_where_they_are():
    for stimulus in (Painted(request=NESTED["request"]), NESTED["centre"]):
        assert stimulus.moved(20.0, 10.0) == stimulus


_SCRIPT = """
import hashlib, json, sys
from v1vlm.stimuli import Screen, Stimulus
images = [Stimulus.from_json(v).contrast_image(Screen()) for v in json.load(sys.stdin)]
print(hashlib.sha256(b"".join(i.tobytes() for i in images)).hexdigest())
"""


def test_rendering_is_bit_identical_in_another_process():
    values = [_example(kind).to_json() for kind in KINDS if kind not in GIVEN]
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        check=True,
    )
    here = [Stimulus.from_json(value).contrast_image(SCREEN) for value in values]
    mine = hashlib.sha256(b"".join(image.tobytes() for image in here)).hexdigest()
    assert run.stdout.strip() == mine


def test_digest_tells_parameters_apart():
    examples = [_example(kind) for kind in KINDS]
    assert len({digest(stimulus) for stimulus in examples}) == len(KINDS)
