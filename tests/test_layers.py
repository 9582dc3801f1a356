"""Imports run downwards, and what is dear is loaded only when it is used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import v1vlm

ROOT = Path(__file__).parents[1]


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh process has loaded after some code."""
    say = "import sys, json; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{say}"], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


EVERY_MODULE = """
import importlib, pkgutil, v1vlm
names = [m.name for m in pkgutil.walk_packages(v1vlm.__path__, "v1vlm.")]
# The modules behind the package of a twin that is a network may load it; the package may not.
names = [name for name in names if not name.startswith("v1vlm.twins.viv1t.")]
assert len(names) > 60, names
for name in names:
    importlib.import_module(name)
"""


def test_no_module_loads_a_network_library() -> None:
    loaded = loaded_after(EVERY_MODULE)
    assert "v1vlm" in loaded
    assert not loaded & {"torch", "transformers", "diffusers"}


def test_nothing_is_drawn_on_import() -> None:
    loaded = loaded_after("import v1vlm.study, v1vlm.cli.progress, v1vlm.scientist.heuristic")
    assert not loaded & {"matplotlib", "typst"}


def test_the_command_line_starts_without_numpy() -> None:
    """It sets the number of threads, which numpy reads when it is loaded."""
    assert "numpy" not in loaded_after("import v1vlm.cli")


def test_the_package_loads_what_is_public_when_asked() -> None:
    assert "numpy" not in loaded_after("import v1vlm; v1vlm.__version__")
    assert "numpy" in loaded_after("import v1vlm; v1vlm.stimuli.Grating()")
    code = "from v1vlm import load_twin, stimuli; load_twin('energy:neurons=40').card"
    assert "torch" not in loaded_after(code)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        v1vlm.nothing  # noqa: B018


def test_imports_run_downwards() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout
