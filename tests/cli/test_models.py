"""What the command line says of models."""

from __future__ import annotations

from dataclasses import replace

import pytest
import typer

from tests.conftest import Finished
from v1vlm.cli.options import read_budget, scientist_of
from v1vlm.cli.progress import _stage
from v1vlm.journal import Budget, Usage


def test_a_scientist_is_named_or_sized() -> None:
    assert scientist_of(None, None) == "heuristic"
    assert scientist_of("gemma-3-4b", None) == "gemma-3-4b"
    assert scientist_of(None, "12b") == "v1vlm-12b"
    with pytest.raises(typer.BadParameter, match="there are 4b and 12b"):
        scientist_of(None, "7b")
    with pytest.raises(typer.BadParameter, match="not both"):
        scientist_of("heuristic", "4b")


def test_what_a_model_cost_is_shown_while_it_runs(finished: Finished) -> None:
    usage = Usage(calls=3, input_tokens=1000, output_tokens=200, usd=0.126)
    state = replace(finished.states[3], usage=usage)
    assert _stage(state).endswith("· 3 calls, 1200 tokens, 0.13 USD")
    told = _stage(state, Budget(max_calls=40, max_usd=2))
    assert told.endswith("· 3 of 40 calls, 1200 tokens, 0.13 of 2 USD")
    assert "calls" not in _stage(finished.states[3])


def test_limits_of_models_are_budgets(finished: Finished) -> None:
    state = replace(finished.state, usage=Usage(calls=3, input_tokens=1000, usd=0.1))
    for spent, left in (("max_calls", 4), ("max_tokens", 1001), ("max_usd", 0.2)):
        assert read_budget(**{spent: left}).may_ask(state)
        assert not read_budget(**{spent: left // 2}).may_ask(state)
