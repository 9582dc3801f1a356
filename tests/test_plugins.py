"""Plug-ins: registered names win, modules follow, failures name the remedy."""

from __future__ import annotations

import pytest

from v1vlm import plugins
from v1vlm.errors import ContractError, InputError, UnknownNameError


def test_a_registered_name_gets_its_argument_verbatim() -> None:
    assert plugins.load("twins", "energy:neurons=40").card.n_neurons == 40


def test_options_alone_may_follow_a_comma() -> None:
    assert plugins.load("twins", "energy,neurons=40,population=2").card.n_neurons == 40
    with pytest.raises(UnknownNameError, match="Did you mean 'energy'"):
        plugins.load("twins", "enrgy,neurons=40")
    with pytest.raises(UnknownNameError, match="There is no twin called"):
        plugins.load("twins", "tests.fakes,twin")


def test_a_factory_is_found_by_module() -> None:
    assert plugins.load("twins", "tests.fakes:twin").card.name == "fake"


@pytest.mark.parametrize("spec", ["enrgy", "enery:neurons=3"])
def test_the_nearest_name_is_offered(spec: str) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'energy'"):
        plugins.load("twins", spec)


@pytest.mark.parametrize(
    "spec", ["", "no/such:thing", "../evil:x", "nosuchmodule:f", ".a:b", "a..b:c"]
)
def test_what_nothing_answers_to_is_unknown(spec: str) -> None:
    with pytest.raises(UnknownNameError, match="There is no twin called"):
        plugins.load("twins", spec)


def test_a_module_without_the_factory_breaks_the_contract() -> None:
    with pytest.raises(ContractError, match="no callable 'nothing'"):
        plugins.load("twins", "tests.fakes:nothing")


def test_a_missing_dependency_is_named(tmp_path, monkeypatch) -> None:
    (tmp_path / "needy.py").write_text("import a_package_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="a_package_that_is_not_there"):
        plugins.load("twins", "needy:f")
