"""A model repository and a folder of files on loopback, with the faults of a real network."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "bryanlimy/ViV1T-closed-loop"
LARGE = "ckpt/model.pt"


class Hub:
    """Serves a run as a repository, and its metadata under ``/metadata/``.

    Attributes
    ----------
    requests : list of (method, path, range)
    break_after : dict
        Bytes of a file after which the connection is closed, once.
    served : dict
        Other contents than listed, by name.
    gone : set
        Files that are listed and cannot be had.
    denied : (int, str) or None
        Status and error code of whatever is asked for.
    """

    def __init__(self, run: Path, repository: str = REPOSITORY) -> None:
        self.repository = repository
        self.denied: tuple[int, str] | None = None
        names = [p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()]
        self.files = {name: (run / name).read_bytes() for name in sorted(names)}
        self.requests: list[tuple[str, str, str | None]] = []
        self.break_after: dict[str, int] = {}
        self.served: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Hub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fetched(self) -> list[str]:
        """Names of the files whose contents were asked for."""
        paths = [path for method, path, _ in self.requests if method == "GET"]
        names = [re.sub(r"^/.+/resolve/[^/]+/", "", path) for path in paths]
        return [name.removeprefix("/metadata/") for name in names if "/api/" not in name]

    def listing(self) -> bytes:
        siblings = []
        for name, content in self.files.items():
            if name.startswith("metadata/"):
                continue
            entry = {"rfilename": name, "size": len(content), "blobId": git_sha1(content)}
            if name == LARGE:
                sha = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": sha, "size": len(content), "pointerSize": 133}
            siblings.append(entry)
        return json.dumps({"id": self.repository, "sha": COMMIT, "siblings": siblings}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                self.answer(with_content=False)

            def do_GET(self):
                self.answer(with_content=True)

            def answer(self, with_content):
                path = self.path.partition("?")[0]
                hub.requests.append((self.command, path, self.headers.get("Range")))
                if hub.denied is not None:
                    return self.missing(hub.denied[1], hub.denied[0])
                for revision in ("main", COMMIT):
                    if path == f"/api/models/{hub.repository}/revision/{revision}":
                        return self.send(hub.listing(), "listing", with_content)
                    resolved = f"/{hub.repository}/resolve/{revision}/"
                    if path.startswith(resolved):
                        return self.send_file(path.removeprefix(resolved), with_content)
                if path.startswith("/api/"):
                    return self.missing("RevisionNotFound")
                return self.send_file(path.removeprefix("/"), with_content)

            def send_file(self, name, with_content):
                if name not in hub.files or name in hub.gone:
                    return self.missing("EntryNotFound")
                return self.send(hub.served.get(name, hub.files[name]), name, with_content)

            def send(self, content, name, with_content):
                start = int((self.headers.get("Range") or "bytes=0-")[6:].partition("-")[0])
                listed = hub.files.get(name, content)
                etag = hashlib.sha256(listed).hexdigest() if name == LARGE else git_sha1(listed)
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(content) - start))
                if start:
                    end = f"{len(content) - 1}/{len(content)}"
                    self.send_header("Content-Range", f"bytes {start}-{end}")
                self.send_header("ETag", f'"{etag}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.end_headers()
                if with_content:
                    stop = hub.break_after.pop(name, None)
                    self.wfile.write(content[start:stop])
                    self.close_connection = stop is not None

            def missing(self, code, status=404):
                self.send_response(status)
                self.send_header("X-Error-Code", code)
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("Content-Length", "0")
                self.end_headers()

        return Handler


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
