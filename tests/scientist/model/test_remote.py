"""Providers, through a server on loopback that keeps the protocol, or breaks it in every way."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic_ai")
pytest.importorskip("openai")

from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.usage import RequestUsage

from tests.conftest import TEXT, spec_of
from tests.scientist.model import server as loopback
from tests.scientist.model.server import serving
from v1vlm.errors import InputError, ModelError
from v1vlm.scientist import Picture
from v1vlm.scientist.model import Message, TooLongError
from v1vlm.scientist.model.answers import LookAnswer, UnusableError, parse, schema_of
from v1vlm.scientist.model.factories import remote
from v1vlm.scientist.model.options import RemoteOptions
from v1vlm.scientist.model.remote import RemoteModel, hidden
from v1vlm.study import Study

SECRET = "sk-secret-of-the-tests"
ASKED = [
    Message("system", "You look."),
    Message("user", "Look!", (Picture("a picture", b"\x89PNG pixels", "digest"),)),
    Message("assistant", "no"),
    Message("user", "Again."),
]


def asked_of(url: str, messages: Any = ASKED, **options: Any) -> Any:
    waits: list[float] = []
    given = RemoteOptions(**{"model": "tiny", "retries": 2, "timeout_s": 20.0, **options})
    reply = RemoteModel(url, given, waits.append).complete(messages, schema_of(LookAnswer), 7)
    return reply, waits


def test_a_server_is_sent_messages_pictures_and_schema() -> None:
    with serving() as server:
        reply, waits = asked_of(server.url, usd_in=10.0, usd_out=100.0)
    assert parse(LookAnswer, reply.text).decision == "keep"
    assert (reply.input_tokens, reply.output_tokens, waits) == (70, 30, [])
    assert reply.usd == pytest.approx(0.0037)
    assert reply.revision == "loopback-2026-01-01"
    (body,) = server.seen
    assert body["model"] == "tiny"
    assert body["seed"] == 7
    assert [m["role"] for m in body["messages"]] == ["system", "user", "assistant", "user"]
    image = body["messages"][1]["content"][0]["image_url"]["url"]
    assert image == "data:image/png;base64," + base64.b64encode(b"\x89PNG pixels").decode()
    assert body["response_format"]["json_schema"]["schema"]["properties"]["decision"]["enum"]


@pytest.mark.parametrize(
    "fault", [loopback.RATE, loopback.DOWN, loopback.BUG, "drop", "half", "html", "void"]
)
def test_what_may_pass_is_tried_again_after_a_while(fault: Any) -> None:
    with serving(fault, fault) as server:
        reply, waits = asked_of(server.url)
    assert parse(LookAnswer, reply.text)
    assert waits == [2.0, 4.0]


def test_a_server_that_says_how_long_to_wait_is_given_that_long() -> None:
    later = {"retry-after": "9"}
    with serving((*loopback.RATE, later), (*loopback.RATE, {"retry-after": "soon"})) as server:
        _, waits = asked_of(server.url)
    assert waits == [9.0, 4.0]


def test_list_prices_of_known_models_count_unless_others_are_given() -> None:
    usage = RequestUsage(input_tokens=1_000_000, output_tokens=0)
    named: Any = {"parts": [TextPart("x")], "usage": usage, "provider_name": "openai"}
    known = ModelResponse(model_name="gpt-5", **named)
    assert RemoteModel("openai:gpt-5", RemoteOptions())._reply(known, 0.0).usd > 0
    given = RemoteModel("openai:gpt-5", RemoteOptions(usd_in=7.0))
    assert given._reply(known, 0.0).usd == 7.0
    unknown = ModelResponse(model_name="nobody-knows", **named)
    assert RemoteModel("openai:nobody-knows", RemoteOptions())._reply(unknown, 0.0).usd == 0


def test_an_address_holds_no_password() -> None:
    with pytest.raises(InputError, match="holds a name or a password") as caught:
        remote("http://me:hush@127.0.0.1:9/v1,model=tiny")
    assert "hush" not in str(caught.value)
    with pytest.raises(InputError, match="Option api_key") as caught:
        remote(f"openai:gpt-5,api_key={SECRET}")
    assert SECRET not in str(caught.value)


def test_what_does_not_pass_stops_the_study_resumably() -> None:
    with serving(always=loopback.DOWN) as server, pytest.raises(ModelError) as caught:
        asked_of(server.url)
    assert len(server.seen) == 3
    assert "HTTP 503" in caught.value.what
    assert "v1vlm resume" in caught.value.remedy
    # Nobody listens at this port any more.
    with pytest.raises(ModelError, match="cannot be asked"):
        asked_of(server.url)


def test_a_server_that_hangs_is_given_up() -> None:
    with serving(always="hang") as server, pytest.raises(ModelError, match="Time"):
        asked_of(server.url, timeout_s=0.3, retries=0)


def test_a_key_stays_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("V1VLM_API_KEY", SECRET)
    with serving(loopback.KEY) as server, pytest.raises(ModelError) as caught:
        asked_of(server.url)
    assert server.headers[0]["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in str(caught.value)
    assert "<V1VLM_API_KEY>" in str(caught.value)
    with serving(json.dumps({"seen": SECRET, "decision": "keep", "reason": ""})) as server:
        reply, _ = asked_of(server.url)
    assert SECRET not in reply.text
    assert hidden(f"a {SECRET} b") == "a <V1VLM_API_KEY> b"


@pytest.mark.parametrize("fault", ["nothing", "refusal", "filtered", "cut", "", "   ", "{" * 9000])
def test_an_answer_that_is_none_is_unusable_but_harmless(fault: str) -> None:
    with serving(fault, always=fault) as server:
        try:
            reply, _ = asked_of(server.url)
        except ModelError as error:
            assert "cannot be asked" in error.what  # noqa: PT017
            return
    with pytest.raises(UnusableError):
        parse(LookAnswer, reply.text)
    if fault == "cut":
        assert reply.finish == "length"


def test_what_is_too_long_is_said_to_be() -> None:
    with serving(loopback.LONG) as server, pytest.raises(TooLongError):
        asked_of(server.url)


def test_a_server_without_schemas_is_sent_them_in_the_prompt() -> None:
    with serving(loopback.NO_SCHEMA) as server:
        reply, waits = asked_of(server.url)
    assert parse(LookAnswer, reply.text)
    assert waits == []
    assert "response_format" not in server.seen[1]
    with serving() as server:
        reply, _ = asked_of(server.url, json_mode="prompted")
    assert parse(LookAnswer, reply.text)
    assert "The schema of your answer" in server.seen[0]["messages"][0]["content"]


def test_what_is_named_wrongly_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(loopback.UNKNOWN) as server, pytest.raises(ModelError, match="HTTP 404"):
        asked_of(server.url)
    with pytest.raises(InputError, match="names no model"):
        asked_of("http://127.0.0.1:9/v1", model="")
    with pytest.raises(InputError, match="names no model"):
        remote("gpt")
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        asked_of("openai:gpt-5")


@pytest.mark.usefixtures("small_protocol")
def test_a_study_behind_an_api_ends_whatever_the_server_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("V1VLM_API_KEY", SECRET)
    monkeypatch.setattr(RemoteModel.__init__, "__defaults__", (lambda _: None,))
    faults = ("refusal", loopback.RATE, "cut", loopback.LONG, "drop", "", "html", loopback.BUG)
    with serving(*faults) as server:
        scientist = f"remote:{server.url},model=tiny"
        spec = spec_of(scientist=scientist, generator=None, num_steps=1)
        state = Study.create(spec, TEXT, tmp_path / "study").run()
    assert state.stopped == "complete"
    assert server.faults == []
    assert state.usage.tokens >= 300
    kept = [path.read_bytes() for path in (tmp_path / "study").rglob("*") if path.is_file()]
    assert len(kept) > 10
    assert not any(SECRET.encode() in content for content in kept)
