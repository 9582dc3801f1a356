"""The contract of generators holds what it says, and the example of the docs keeps it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.painting import clouds
from v1vlm.generators import Generator, batch_size, card, validate
from v1vlm.testing import GeneratorContract

PAGE = Path(__file__).parents[2] / "docs" / "flux.md"


def example() -> dict[str, Any]:
    """What the examples of the page define."""
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.S):
        exec(compile(code, str(PAGE), "exec"), names)
    return names


class TestExampleOfTheDocs(GeneratorContract):
    def make_generator(self) -> Generator:
        made: Generator = example()["load"]()
        return made


def test_the_example_is_a_contract_that_holds() -> None:
    assert issubclass(example()["TestStripes"], GeneratorContract)
    assert all(problem is None for _, problem in validate.checked(example()["Stripes"]()))


class Spoilt(fakes.FakeGenerator):
    """Breaks one clause."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how, self.times = how, 0
        self.card = {"array": np.zeros(2)} if how == "card" else {"name": "spoilt"}
        self.digest = "" if how == "digest" else "spoilt-1"

    def paint(self, requests: Any) -> Any:
        self.times += 1
        images = super().paint(requests)
        if self.how == "company":
            images = images // 2 + np.arange(len(images), dtype=np.uint8)[:, None, None]
        return {
            "again": images // 2 + self.times,
            "blank": np.full_like(images, 7),
            "small": images[:, :30],
            "few": images[1:],
            "float": images / 255,
            "alike": np.stack([images[0]] * len(images)),
        }.get(self.how, images)


@pytest.mark.parametrize(
    ("how", "clause", "what"),
    [
        ("digest", "digest", "digest is ''"),
        ("card", "card", "card is no JSON"),
        ("again", "equal requests", "painted again differs by up to 1 grey levels"),
        ("company", "company", "painted in another order differs"),
        ("blank", "show something", "is blank"),
        ("small", "show something", r"painted \(4, 30, 64\)"),
        ("few", "show something", r"painted \(3, 36, 64\)"),
        ("float", "show something", "painted float64"),
        ("alike", "make a difference", "are the same image"),
    ],
)
def test_a_generator_that_breaks_a_clause_is_found_out(how: str, clause: str, what: str) -> None:
    problems = {
        name: problem for name, problem in validate.checked(Spoilt(how)) if problem is not None
    }
    (named,) = [name for name in problems if clause in name]
    assert re.search(what, problems[named].what)


def test_what_a_generator_does_not_say_is_known() -> None:
    assert batch_size(fakes.FakeGenerator()) == 1
    assert card(fakes.FakeGenerator()) == {"edits": False}
    assert card(clouds()) == {"edits": True}
    (only,) = validate.checked(object())  # type: ignore[arg-type]
    assert only[1] is not None
