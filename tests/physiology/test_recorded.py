"""The recorded mouse passes the facts that were read off it; where the recordings are at hand.

They are looked for beside the repository; V1VLM_RECORDINGS names another folder that holds
``tuning`` and ``neuron_coordinates``.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from v1vlm.physiology.battery import PROTOCOLS_SHOWN, Shown
from v1vlm.physiology.facts import judge
from v1vlm.physiology.reference import facts, recorded

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "mouse-v1"
FOLDER = Path(os.environ.get("V1VLM_RECORDINGS", BESIDE))
TUNING = FOLDER / "tuning" / "mouseB"

pytestmark = pytest.mark.skipif(not TUNING.is_dir(), reason="the recordings are not at hand")


def read(name: str) -> np.ndarray:
    return np.load(TUNING / f"{name}.npy", allow_pickle=False).astype(float)


def test_the_recorded_mouse_passes_its_own_facts() -> None:
    some = np.random.default_rng(0).permutation(7928)[:1500]
    curves, gosi, gdsi = (read(name)[some] for name in ("tuning_curve", "OSI", "DSI"))
    places = np.load(FOLDER / "neuron_coordinates" / "mouseB.npy", allow_pickle=False)
    position = places[some].astype(float)
    doubled = np.exp(2j * np.radians(45.0 * np.arange(8)))
    columns = {
        "gosi": gosi,
        "gdsi": gdsi,
        "curve": curves,
        "best_direction_deg": 45.0 * curves.argmax(axis=1),
        "preferred_orientation_deg": np.degrees(np.angle(curves @ doubled)) / 2 % 180,
    }
    everyone = np.ones(len(some), bool)
    protocol = PROTOCOLS_SHOWN["recorded_gabors"]
    shown = {"recorded_gabors": Shown(protocol, columns, *[everyone] * 3, 1, False)}
    about = [f for f in facts() if f.protocols == {"recorded_gabors"} and not f.untestable]
    assert len(about) == 7
    for fact in about:
        found = judge(fact, shown, {}, np.ones(len(some)), position)
        assert found.verdict == "pass", (fact.id, found.reason)


@pytest.mark.parametrize(("name", "file"), [("gosi", "OSI"), ("gdsi", "DSI")])
def test_the_tables_are_the_quantiles_of_the_recordings(name, file) -> None:
    values = read(file)
    assert recorded(name).n == values.size
    expected = np.quantile(values, recorded(name).probabilities)
    np.testing.assert_allclose(recorded(name).quantiles, expected, atol=6e-5)
