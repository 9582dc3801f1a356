"""``v1vlm twins``: what is there, and whether it keeps its contract."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tests.fakes import FakeTwin
from v1vlm.cli import main


class Forgetful(FakeTwin):
    """Counts what it was shown, and refuses nothing."""

    def __init__(self):
        super().__init__(n=4)
        self.shown = 0

    def respond(self, frames, *, neurons=None, behaviour=None, lead_in_s=None):
        self.shown += 1
        return super().respond(frames, neurons=neurons) + self.shown


class Cardless:
    card = None


@pytest.fixture
def twins(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["v1vlm", "twins", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, capsys.readouterr()

    return run


def test_the_list_names_every_twin(twins):
    code, said = twins("list")
    assert code == 0
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["energy", "viv1t"]
    assert all(len(line.split()) > 3 for line in lines[:2])


def test_a_twin_that_keeps_the_contract(twins):
    code, said = twins("check", "energy:neurons=40")
    assert code == 0
    assert "energy:neurons=40" in said.out
    assert "blind spot" in said.out
    assert said.out.count("\nholds ") == 9
    assert "failed" not in said.out


def test_every_problem_comes_with_its_remedy(twins):
    code, said = twins("check", "tests.cli.test_twins:Forgetful")
    assert code == 1
    failed = [line for line in said.out.splitlines() if line.startswith("failed")]
    assert len(failed) == 6
    assert "shown twice, give different responses" in said.out
    assert "Seed every random number" in said.out
    assert "behaviour: an unknown name must be refused" in said.out


def test_after_a_problem_of_the_card_nothing_more_is_asked(twins):
    code, said = twins("check", "tests.cli.test_twins:Cardless")
    assert code == 1
    assert said.out.splitlines()[0].startswith("failed")
    assert "Return a TwinCard." in said.out
    assert "holds" not in said.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("check", "enrgy"), "Did you mean 'energy'"),
        (("get", "energy"), "needs nothing fetched"),
        (("get", "virt"), "No twin 'virt' is known"),
    ],
)
def test_what_cannot_be_used(twins, words, named):
    code, said = twins(*words)
    assert (code, said.out) == (2, "")
    assert named in said.err
    assert len(said.err.splitlines()) == 2


def test_a_folder_is_a_run(twins, tmp_path):
    pytest.importorskip("yaml")
    code, said = twins("check", str(tmp_path))
    assert code == 2
    assert "no readable" in said.err
    assert "args.yaml" in said.err


def test_not_one_response_is_a_number(twins, monkeypatch):
    monkeypatch.setattr(
        Forgetful, "respond", lambda self, frames, **_: FakeTwin.respond(self, frames) * np.nan
    )
    code, said = twins("check", "tests.cli.test_twins:Forgetful")
    assert code == 1
    assert "must be finite" in said.out
    assert said.out.count("\nfailed ") == 1
