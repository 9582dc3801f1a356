"""The documentation says what is there: links lead somewhere, examples run, options exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from v1vlm import plugins
from v1vlm.cli import run
from v1vlm.twins import validate_twin

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_the_example_in_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    monkeypatch.chdir(ROOT)
    # The same twin with fewer neurons, for speed.
    smaller = example.replace('twin="energy"', 'twin="energy:neurons=480"')
    assert smaller != example
    namespace: dict[str, object] = {"print": print}
    exec(compile(smaller, "README.md", "exec"), namespace)
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(r"(supported|contradicted|inconclusive) -?\d", line)


def test_every_option_of_run_is_documented() -> None:
    options = {name.replace("_", "-") for name in run.__annotations__ if name != "return"}
    usage = (ROOT / "docs" / "usage.md").read_text("utf-8")
    (table,) = re.findall(r"^\| option of `run` .*?(?=\n\n)", usage, flags=re.M | re.S)
    assert set(re.findall(r"`--([a-z-]+)", table)) == options
    assert set(re.findall(r"`--([a-z-]+)", README)) <= options


def test_the_readme_names_the_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in re.findall(r"^make (\w+)", README, flags=re.M):
        assert re.search(rf"^{command}:", makefile, flags=re.M)


def test_the_example_twin_keeps_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    validate_twin(plugins.load("twins", "twin:ContrastTwin"))
