"""A wire between clients and a server that remembers which uploads the server acknowledged."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import zstandard

# A run's own part: its name, its headers, and JSON on one line.
_RUN_PART = re.compile(rb'name="(?:post|patch)\.([0-9a-f-]{36})"\r\n(?:[^\r\n]+\r\n)*\r\n(\{[^\r\n]*)\r\n')
_TIMEOUT_S = 10
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Wire(ThreadingHTTPServer):
    """Passes requests on as they are. When the server breaks off, so does the wire: the client gets no answer."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Pass)
        self.target = urlsplit(target)
        self.url = f"http://127.0.0.1:{self.server_port}{self.target.path}"
        self.acknowledged: list[tuple[str, bytes]] = []
        self.broken = 0

    def acknowledged_runs(self) -> dict[str, bool]:
        """The runs of all uploads that got a 2xx, and of each whether its end was among them."""
        runs: dict[str, bool] = {}
        for encoding, body in list(self.acknowledged):
            plain = _unzipped(body) if encoding == "zstd" else body
            for run_id, text in _RUN_PART.findall(plain):
                name = run_id.decode()
                runs[name] = runs.get(name, False) or json.loads(text).get("end_time") is not None
        return runs


class _Pass(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Wire

    def do_POST(self) -> None:
        """Pass one request on."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            status, headers, answer = self._asked(body)
        except (OSError, http.client.HTTPException):
            self.server.broken += 1
            self.close_connection = True
            return
        if self.path.endswith("/runs/multipart") and status < 300:
            self.server.acknowledged.append((self.headers.get("content-encoding", ""), body))
        self._answer(status, headers, answer)

    do_GET = do_PATCH = do_POST  # noqa: N815 the names that http.server looks for

    def _asked(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        target = self.server.target
        upstream = http.client.HTTPConnection(target.hostname or "", target.port or 0, timeout=_TIMEOUT_S)
        try:
            upstream.request(self.command, self.path, body, dict(self.headers.items()))
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 whatever it would log
        """Say nothing."""


def _unzipped(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True).read()


@contextmanager
def wire_to(target: str) -> Iterator[Wire]:
    """A wire to this endpoint, cut at the end."""
    wire = Wire(target)
    thread = threading.Thread(target=wire.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield wire
    finally:
        wire.shutdown()
        thread.join()
        wire.server_close()
