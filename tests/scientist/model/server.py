"""A server on loopback that speaks OpenAI's protocol, well or badly."""

from __future__ import annotations

import contextlib
import json
import random
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

from tests.scientist.model.fakes import hopeful

RATE = (429, {"error": {"message": "slow down", "type": "rate_limit"}})
DOWN = (503, {"error": {"message": "overloaded"}})
BUG = (500, {"error": {"message": "boom"}})
KEY = (401, {"error": {"message": "Incorrect API key provided: sk-secret-of-the-tests"}})
LONG = (400, {"error": {"message": "This model's maximum context length is 10 tokens"}})
NO_SCHEMA = (400, {"error": {"message": "unknown field response_format json_schema"}})
UNKNOWN = (404, {"error": {"message": "no such model"}})


class Server(ThreadingHTTPServer):
    """Answers by a list of faults, then well.

    Attributes
    ----------
    faults : list
        What is answered next: (status, body) or (status, body, headers), a text in place of a
        body, or the name of a way to misbehave; a fault that is `always` given stays.
    """

    daemon_threads = True

    def __init__(self, faults: list[Any], always: Any = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults = list(faults)
        self.always = always
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append(body)
        self.server.headers.append({k.lower(): v for k, v in self.headers.items()})
        fault = self.server.faults.pop(0) if self.server.faults else self.server.always
        if isinstance(fault, tuple):
            self._send(*fault)
        elif fault == "hang":
            self.server.released.wait(30)
        elif fault == "drop":
            self.connection.close()
        elif fault == "half":
            self._send(200, _completion("x"), cut=40)
        elif fault == "html":
            self._send(200, "<html>It works!</html>", kind="text/html")
        elif fault == "void":
            self._send(200, {"id": "1", "object": "chat.completion", "choices": []})
        elif fault == "nothing":
            self._send(200, _completion(None))
        elif fault == "refusal":
            self._send(200, _completion(None, refusal="I cannot help with that."))
        elif fault == "filtered":
            self._send(200, _completion("", finish="content_filter"))
        elif fault == "cut":
            self._send(200, _completion('{"question": "Wh', finish="length"))
        elif isinstance(fault, str):
            self._send(200, _completion(fault))
        else:
            self._send(200, _completion(_answer(body)))

    def _send(
        self,
        status: int,
        body: Any,
        headers: Mapping[str, str] = MappingProxyType({}),
        kind: str = "application/json",
        cut: int | None = None,
    ) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data[:cut])


@contextlib.contextmanager
def serving(*faults: Any, always: Any = None) -> Iterator[Server]:
    """A server that runs meanwhile."""
    server = Server(list(faults), always)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()


def _answer(body: dict[str, Any]) -> str:
    """A valid answer for the schema that the request holds, wherever it holds it."""
    rng = random.Random(body.get("seed", 0))
    asked = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if asked is None:
        said = body["messages"][0]["content"]
        found = re.search(r"The schema of your answer:\n(.*)", said)
        assert found is not None, said
        asked = json.JSONDecoder().raw_decode(found[1])[0]
    return hopeful((), asked, rng)


def _completion(text: str | None, finish: str = "stop", refusal: str | None = None) -> Any:
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "loopback-2026-01-01",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 70, "completion_tokens": 30, "total_tokens": 100},
    }
