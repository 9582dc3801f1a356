"""A model behind an API: pydantic-ai's providers, one request at a time.

Keys come from the environment alone, where each provider looks for its own; whatever is kept or
printed is searched for them first.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from threading import Thread
from typing import Any

from v1vlm.errors import InputError, ModelError, V1VLMError
from v1vlm.scientist.model.backend import Message, Reply, TooLongError
from v1vlm.scientist.model.options import RemoteOptions

INSTALL = "Install what it needs with: pip install 'v1vlm[providers]'"
WAIT_S, WAIT_MAX_S = 2.0, 60.0
LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Answers of HTTP that say: not now."""

_TOO_LONG = ("context length", "context_length", "too long", "maximum context", "too many tokens")
_NO_SCHEMA = ("response_format", "json_schema", "output_format", "structured output")


class RemoteModel:
    """A model of any provider that pydantic-ai knows, or at a base URL.

    Parameters
    ----------
    name : str
        ``PROVIDER:MODEL``, or the address of a server that speaks OpenAI's protocol.
    options : RemoteOptions
    wait : callable
        Sleeps for so many seconds.
    """

    def __init__(
        self, name: str, options: RemoteOptions, wait: Callable[[float], None] = time.sleep
    ) -> None:
        provider, _, model = name.partition(":")
        if not provider or not model:
            raise InputError(f"{name!r} names no model.", "Name it as PROVIDER:MODEL.")
        if "@" in model.partition("?")[0] and model.startswith("//"):
            raise InputError(
                "The address holds a name or a password, which the journal would keep.",
                "Give the server its key as V1VLM_API_KEY in the environment.",
            )
        self.name = name
        self.options = options
        self.wants_pictures = options.pictures
        self.context_chars = options.context_chars
        self._wait = wait
        self._prompted = options.json_mode == "prompted"

    def identity(self) -> Mapping[str, Any]:
        """What determines the answers."""
        options = self.options
        return {
            "model": self.name,
            "at": options.model,
            "temperature": options.temperature,
            "max_new_tokens": options.max_new_tokens,
            "json_mode": options.json_mode,
        }

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Reply:
        """Answer with JSON of the schema, as far as the provider can promise that.

        Raises
        ------
        InputError
            If there is no such provider, or it has no key.
        ModelError
            If it does not answer, also later, or does not let us in.
        TooLongError
            If the messages do not fit its window.
        """
        waited = WAIT_S
        for left in range(self.options.retries, -1, -1):
            try:
                return self._answered(messages, schema, seed)
            except _LaterError as error:
                if not left:
                    raise ModelError(
                        f"{self.name!r} cannot be asked: {error}",
                        "Everything so far is kept; go on later with: v1vlm resume DIR.",
                    ) from error
                self._wait(min(max(error.after_s, waited), WAIT_MAX_S))
                waited *= 2
        raise AssertionError("unreachable")

    def _answered(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Reply:
        from pydantic_ai import exceptions

        started = time.monotonic()
        try:
            response = self._requested(messages, schema, seed)
        except exceptions.ModelHTTPError as error:
            said = hidden(str(error.body))[:300]
            if error.status_code in (400, 413, 422) and _mentions(said, _TOO_LONG):
                raise TooLongError from error
            if error.status_code in LATER:
                after = _seconds((error.headers or {}).get("retry-after"))
                raise _LaterError(f"HTTP {error.status_code}: {said}", after) from error
            if error.status_code in (400, 422) and self._can_prompt(said):
                self._prompted = True
                return self._answered(messages, schema, seed)
            raise self._refused(error.status_code, said) from error
        except exceptions.UserError as error:
            raise InputError(hidden(str(error)), "See docs/models.md.") from error
        except exceptions.ContentFilterError:
            return Reply(text="", finish="refusal", model=self.name)
        except V1VLMError:
            raise
        except Exception as error:  # whatever a library of a provider or of HTTP raises
            raise _LaterError(f"{type(error).__name__}: {hidden(str(error))[:300]}") from error
        return self._reply(response, time.monotonic() - started)

    def _can_prompt(self, said: str) -> bool:
        """Whether the schema may go into the prompt instead, as the server knows none."""
        return (
            self.options.json_mode == "auto" and not self._prompted and _mentions(said, _NO_SCHEMA)
        )

    def _refused(self, status: int, said: str) -> ModelError:
        if status in (401, 403):
            remedy = "Is the right key in the environment? docs/models.md says under which name."
        else:
            remedy = "Is the name of the model right, and can the server do what was asked?"
        return ModelError(f"{self.name!r} answered HTTP {status}: {said}", remedy)

    def _requested(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Any:
        from pydantic_ai import direct

        parameters = self._parameters(schema)
        settings: Any = {
            "max_tokens": self.options.max_new_tokens,
            "timeout": self.options.timeout_s,
            "temperature": self.options.temperature,
            "seed": seed,
        }

        async def request() -> Any:
            # Time-outs of HTTP are per read; a server that drips must end too.
            async with asyncio.timeout(self.options.timeout_s):
                return await direct.model_request(
                    self._model,
                    self._history(messages, schema),
                    model_settings=settings,
                    model_request_parameters=parameters,
                )

        return asyncio.run_coroutine_threadsafe(request(), _loop()).result()

    def _parameters(self, schema: Mapping[str, Any]) -> Any:
        from pydantic_ai.models import ModelRequestParameters
        from pydantic_ai.output import OutputObjectDefinition

        if self._prompted:
            return ModelRequestParameters()
        return ModelRequestParameters(
            output_mode="native",
            output_object=OutputObjectDefinition(json_schema=dict(schema), name="answer"),
            allow_text_output=True,
        )

    @cached_property
    def _model(self) -> Any:
        """The model of the provider."""
        from pydantic_ai.models import infer_model

        provider, _, model = self.name.partition(":")
        if provider in ("http", "https"):
            return _at_url(self.name, self.options.model, self.options.timeout_s)
        if provider == "openai":
            # The protocol that every compatible server has, too.
            return infer_model(f"openai-chat:{model}")
        return infer_model(self.name)

    def _history(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> list[Any]:
        from pydantic_ai import messages as m

        history: list[Any] = []
        for message in messages:
            text = message.text
            if message.role == "system":
                if self._prompted:
                    text += f"\n\nThe schema of your answer:\n{json.dumps(schema)}"
                parts: list[Any] = [m.SystemPromptPart(content=text)]
            elif message.role == "assistant":
                history.append(m.ModelResponse(parts=[m.TextPart(content=text)]))
                continue
            else:
                shown = [
                    m.BinaryContent(data=p.png, media_type="image/png") for p in message.pictures
                ]
                parts = [m.UserPromptPart(content=[*shown, text] if shown else text)]
            if history and isinstance(history[-1], m.ModelRequest):
                history[-1] = m.ModelRequest(parts=[*history[-1].parts, *parts])
            else:
                history.append(m.ModelRequest(parts=parts))
        return history

    def _reply(self, response: Any, seconds: float) -> Reply:
        sent, received = int(response.usage.input_tokens), int(response.usage.output_tokens)
        finish = {"length": "length", "content_filter": "refusal"}.get(
            str(response.finish_reason), "stop"
        )
        return Reply(
            text=hidden("".join(p.content for p in response.parts if p.part_kind == "text")),
            finish=finish,
            input_tokens=max(sent, 0),
            output_tokens=max(received, 0),
            seconds=seconds,
            model=self.name,
            revision=hidden(str(response.model_name or ""))[:200],
            usd=self._usd(response, max(sent, 0), max(received, 0)),
        )

    def _usd(self, response: Any, sent: int, received: int) -> float:
        """What an answer cost: by the prices given, or the list prices of known providers."""
        options = self.options
        if options.usd_in or options.usd_out or self.name.startswith(("http:", "https:")):
            return options.usd(sent, received)
        try:
            return round(float(response.cost().total_price), 9)
        except (LookupError, ValueError, AssertionError):
            return 0.0


class _LaterError(Exception):
    """Not now; perhaps after a while."""

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.after_s = after_s


def hidden(text: str) -> str:
    """A text without the keys that the environment holds."""
    for name, value in os.environ.items():
        if len(value) >= 8 and name.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")):
            text = text.replace(value, f"<{name}>")
    return text


def _seconds(said: str | None) -> float:
    """What a server asks to wait; 0 where it says nothing, or a date."""
    try:
        return max(float(said or 0), 0.0)
    except ValueError:
        return 0.0


def _at_url(url: str, model: str, timeout_s: float) -> Any:
    """A server that speaks OpenAI's protocol."""
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    if not model:
        raise InputError(
            f"The address {url!r} names no model.", f"Name it as an option: {url},model=NAME."
        )
    key = os.environ.get("V1VLM_API_KEY") or "none"
    # Minutes pass between two questions, in which servers and proxies drop what is left open.
    alone = {"Connection": "close"}
    client = AsyncOpenAI(
        base_url=url, api_key=key, max_retries=0, timeout=timeout_s, default_headers=alone
    )
    return OpenAIChatModel(model, provider=OpenAIProvider(openai_client=client))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """A loop for the life of the process: clients belong to theirs, and callers may have one."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="v1vlm models", daemon=True).start()
    return loop


def _mentions(text: str, phrases: Sequence[str]) -> bool:
    return any(phrase in text.lower() for phrase in phrases)
