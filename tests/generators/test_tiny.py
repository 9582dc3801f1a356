"""Tiny models of random weights: built anew they are the same, and the real code loads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from v1vlm import load_twin, plugins

pytest.importorskip("torch")
pytest.importorskip("diffusers")
pytest.importorskip("yaml")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    # What torch.save writes holds the name of its folder, not only the weights.
    kept = [path for path in files if path.suffix != ".pt"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_pipelines_built_anew_are_the_same(pipelines: Path, tmp_path: Path) -> None:
    from v1vlm.testing.tiny.flux import build_flux

    assert contents(build_flux(tmp_path / "again")) == contents(pipelines / "flux")
    assert contents(build_flux(tmp_path / "other", seed=1)) != contents(pipelines / "flux")


def test_a_guided_flux_listens_to_its_guidance(tmp_path: Path) -> None:
    from v1vlm.stimuli import PaintRequest
    from v1vlm.testing.tiny.flux import build_flux

    folder = build_flux(tmp_path / "dev", guided=True)
    painted = []
    for guidance in (1, 9):
        spec = f"flux:{folder},height=64,width=128,steps=2,guidance={guidance}"
        painter = plugins.load("generators", spec)
        request = PaintRequest(prompt="bark", seed=1, generator=painter.digest)
        painted.append(painter.paint([request]))
    assert (painted[0] != painted[1]).any()


def test_the_tiny_viv1t_is_a_twin(tmp_path: Path) -> None:
    from v1vlm.testing.tiny.viv1t import build_viv1t

    one, same, other = (
        load_twin(f"viv1t:{build_viv1t(tmp_path / name, seed)}").card
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert (one.name, one.n_neurons) == ("viv1t-A", 160)
    assert one.digest == same.digest != other.digest
