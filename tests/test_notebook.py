"""The example notebook runs, cell by cell, on a study that it makes itself."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOK = json.loads((ROOT / "examples" / "reading_a_study.ipynb").read_text("utf-8"))


def test_the_notebook_is_one() -> None:
    """Version 4.5 of the format, without outputs: they are made by whoever runs it."""
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in NOTEBOOK["cells"]}) == len(NOTEBOOK["cells"])
    for cell in NOTEBOOK["cells"]:
        assert cell["cell_type"] in ("code", "markdown")
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_the_notebook_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    matplotlib.use("agg")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    namespace: dict[str, object] = {"print": print}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
    said = capsys.readouterr().out
    assert "H1" in said
    assert "('draw', 'condition', 'frame', 'y', 'x')" in said
    again, data = namespace["again"], namespace["data"]
    assert abs(again - data["score"]).max() < 1e-5  # type: ignore[operator, index]
    assert namespace["stimuli"].shape[-2:] == (36, 64)  # type: ignore[attr-defined]
    import matplotlib.pyplot as plt

    plt.close("all")
