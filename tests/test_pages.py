"""Pages for authors of stimuli and twins: what they show is there, and their code runs."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from v1vlm import plugins
from v1vlm.stimuli import Screen, Stimulus

ROOT = Path(__file__).parent.parent


def blocks(page: str, language: str) -> list[str]:
    """Code blocks of a page of the documentation."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.S)


def installed(folder: Path, module: str, code: str, toml: str) -> None:
    """Put a module into a folder, registered as an installed package would be."""
    (folder / f"{module}.py").write_text(code, "utf-8")
    groups = tomllib.loads(toml)["project"]["entry-points"]
    (folder / f"{module}-1.0.dist-info").mkdir()
    (folder / f"{module}-1.0.dist-info" / "METADATA").write_text(f"Name: {module}\nVersion: 1.0\n")
    lines = [f"[{g}]\n{name} = {target}" for g in groups for name, target in groups[g].items()]
    (folder / f"{module}-1.0.dist-info" / "entry_points.txt").write_text("\n".join(lines))


def test_the_new_family_of_the_page_is_short_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, use = blocks("new-family.md", "python")
    (toml,) = blocks("new-family.md", "toml")
    assert len(module.splitlines()) < 40
    installed(tmp_path, "checkerboard", module, toml)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    # Found by its kind alone, before anything has imported it.
    stimulus = Stimulus.from_json({"kind": "checkerboard", "square_deg": 12.0})
    assert stimulus.render(Screen()).std() > 50
    assert stimulus.moved(9.0, 4.0).features_deg() == (pytest.approx((9.0, 4.0)),)
    exec(compile(use, "new-family.md", "exec"), {"print": print})
    assert capsys.readouterr().out == "(2, 1, 36, 64) True\n"
    assert (tmp_path / "checkerboards.png").exists()


def test_the_new_twin_of_the_page_is_short_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, use = blocks("new-twin.md", "python")
    (toml,) = blocks("new-twin.md", "toml")
    assert len(module.splitlines()) < 50
    installed(tmp_path, "edges", module, toml)
    monkeypatch.syspath_prepend(tmp_path)
    exec(compile(use, "new-twin.md", "exec"), {"print": print})
    assert capsys.readouterr().out == "('stimulus', 'neuron', 'time') True\n"
    assert plugins.load("twins", "linear-edges").card.name == "edges"


def gallery() -> ModuleType:
    """The script that draws the gallery."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_gallery_shows_every_kind_of_stimulus() -> None:
    script = gallery()
    page = (ROOT / "docs" / "stimuli.md").read_text("utf-8")
    assert script.page(page) == page, "run python docs/gallery.py"
    pictures = sorted((ROOT / "docs" / "images" / "gallery").iterdir())
    assert {p.stem for p in pictures} == set(script.kinds()) - set(script.NO_PICTURE)
    assert sum(picture.stat().st_size for picture in pictures) < 2 * 2**20


def test_the_examples_on_the_page_of_stimuli_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for example in blocks("stimuli.md", "python"):
        exec(compile(example, "stimuli.md", "exec"), {})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clip.gif", "pair.png"]
