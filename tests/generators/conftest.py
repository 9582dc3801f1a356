"""Pipelines of random weights, built once: importing diffusers takes seconds."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of ``flux`` and ``sd``, as diffusers publishes pipelines; nobody may change them."""
    for name in ("torch", "diffusers", "transformers", "accelerate", "huggingface_hub"):
        pytest.importorskip(name)
    from v1vlm.testing.tiny.flux import build_flux, build_stable_diffusion

    folder = tmp_path_factory.mktemp("pipelines")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build_flux(folder / "flux")
        build_stable_diffusion(folder / "sd")
    return folder


@pytest.fixture
def own(pipelines: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a pipeline that a test may change."""
    return lambda name: Path(shutil.copytree(pipelines / name, tmp_path / name))
