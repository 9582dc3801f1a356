"""A server of somebody else: ``transformers serve`` with a tiny Gemma-3, pictures included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

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
SEED = 5


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
    spec = spec_of(
        scientist="tests.scientist.model.test_serve:scientist",
        generator=None,
        num_steps=1,
        seed=SEED,
    )
    study = Study.create(spec, TEXT)
    assert study.run().stopped == "complete"
    answers = [answer for _, answer in study.store.remembered("ask")]
    assert all(answer["parsed"] is not None for answer in answers)
    assert sum(len(answer["pictures"]) for answer in answers) >= 4
    assert len({answer["raw"] for answer in answers}) == len(answers)
