"""The recorded mouse passes the facts that were read off it; where the recordings are at hand.

They are looked for beside the repository; V1VLM_RECORDINGS names another folder that holds
``tuning`` and ``neuron_coordinates``.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from v1vlm.analysis.tuning import (
    median_by_depth,
    orientation_clustering,
    preferred_orientation_deg,
)
from v1vlm.physiology import read_recording, recorded_card, reference_mouse
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, Shown
from v1vlm.physiology.facts import judge
from v1vlm.physiology.reference import facts, mouse_b

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
        found = judge(fact, shown, {}, np.ones(len(some)), position, mouse_b())
        assert found.verdict == "pass", (fact.id, found.reason)


def test_indices_are_those_of_the_recordings() -> None:
    assert max(read_recording(FOLDER, "B").differences().values()) < 1e-6


def test_clustering_and_depth_are_as_published() -> None:
    """Mean cos 2Δ of significantly selective neurons by distance, median gOSI by depth."""
    mouse = read_recording(FOLDER, "B")
    selective = np.load(TUNING / "orientation_selective.npy", allow_pickle=False)
    preferred = preferred_orientation_deg(mouse.curves, mouse.directions_deg)
    some = np.where(selective, preferred, np.nan)
    mean, n_pairs = orientation_clustering(some, mouse.position_um, (0, 20, 50, 100, 200, 300))
    np.testing.assert_allclose(mean, [0.17, 0.09, 0.04, 0.026, 0.0], atol=0.01)
    assert n_pairs[0] == 33_193
    depth, median = median_by_depth(read("OSI"), mouse.position_um[:, 2])
    assert dict(zip(depth, median.round(2), strict=True)) == pytest.approx(
        {200: 0.25, 225: 0.21, 250: 0.22, 275: 0.2, 300: 0.19, 325: 0.21, 350: 0.21, 375: 0.23}
        | {400: 0.26, 425: 0.34},
        abs=0.011,
    )


def test_profiles_drawn_beside_a_twin_are_those_of_the_recorded_mouse() -> None:
    card = recorded_card(read_recording(FOLDER, "B"))
    for name in ("direction", "clustering", "depth"):
        profile, drawn = card.profile(name), mouse_b().profiles[name]
        assert profile.x == drawn.x
        np.testing.assert_allclose(profile.y, drawn.y, atol=6e-5)


def test_the_mouse_of_the_package_is_made_as_any_other() -> None:
    made, packaged = reference_mouse(read_recording(FOLDER, "B")), mouse_b()
    assert (made.mouse, made.n) == (packaged.mouse, packaged.n)
    for name, values in packaged.quantiles.items():
        np.testing.assert_allclose(made.quantiles[name], values, atol=6e-5)
    assert made.profiles.keys() == packaged.profiles.keys()


@pytest.mark.parametrize(("name", "file"), [("gosi", "OSI"), ("gdsi", "DSI")])
def test_the_tables_are_the_quantiles_of_the_recordings(name, file) -> None:
    values = read(file)
    table = mouse_b().distribution(name)
    assert table.n == values.size
    expected = np.quantile(values, table.probabilities)
    np.testing.assert_allclose(table.quantiles, expected, atol=6e-5)
