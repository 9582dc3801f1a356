"""A server of somebody else: ``transformers serve`` with a tiny Gemma-3, pictures included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

pytest.importorskip("transformers")
pytest.importorskip("llguidance")
pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("openai")
pytest.importorskip("pydantic_ai")

import torch
from benchmarks.serve_with_grammar import constrained

from tests.conftest import TEXT, spec_of
from v1vlm.scientist.model import ModelScientist
from v1vlm.scientist.model.options import RemoteOptions
from v1vlm.scientist.model.remote import RemoteModel
from v1vlm.study import Study
from v1vlm.testing.tiny.gemma import build_gemma

pytestmark = [
    pytest.mark.usefixtures("small_protocol"),
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:FutureWarning"),
]
OPTIONS = RemoteOptions(
    json_mode="prompted", temperature=1.0, max_new_tokens=6000, context_chars=400
)
SERVED: list[RemoteModel] = []
SEEDS = range(1, 6)
"""What random weights say changes with every word of a prompt: most, not all, come to a pilot."""


def scientist() -> ModelScientist:
    """Named without its port and path, which would be part of every seed."""
    return ModelScientist(SERVED[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_gemma(tmp_path_factory.mktemp("served") / "tiny-gemma-3")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[None]:
    from transformers import Gemma3ForConditionalGeneration
    from transformers.cli.serve import Serve

    generate = Gemma3ForConditionalGeneration.generate
    constrained(str(folder))
    server = Serve(host="127.0.0.1", port=0, device="cpu", log_level="error", non_blocking=True)
    while not server.server.started:
        Event().wait(0.01)
    port = server.server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"
    SERVED.append(RemoteModel(url, OPTIONS.model_copy(update={"model": str(folder)})))
    yield
    server.kill_server()
    Gemma3ForConditionalGeneration.generate = generate


@pytest.mark.usefixtures("served")
def test_a_study_behind_transformers_serve_ends_in_a_report() -> None:
    shown = 0
    for seed in SEEDS:
        answers = _answers(seed)
        assert all(answer["parsed"] is not None for answer in answers)
        assert len({answer["raw"] for answer in answers}) == len(answers)
        shown += sum(len(answer["pictures"]) for answer in answers)
        if shown:
            break
    assert shown >= 4


def _answers(seed: int) -> list[dict[str, Any]]:
    """All that the server answered in a study, which must be complete."""
    name = "tests.scientist.model.test_serve:scientist"
    study = Study.create(spec_of(scientist=name, generator=None, num_steps=1, seed=seed), TEXT)
    assert study.run().stopped == "complete"
    return [answer for _, answer in study.store.remembered("ask")]
