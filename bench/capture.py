"""A server that answers as Tracekeep does and keeps what it was sent: the very bodies of the real client."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import zstandard
from langsmith import Client

from functions.receive.service_facts import service_facts
from functions.receive.settings import ReceiveSettings

API_KEY = "lsv2_pt_bench"
_ABOUT = json.dumps(service_facts(ReceiveSettings("", "", "", ""))).encode()


class Sent(NamedTuple):
    """One request of the client. Header names are lower-case."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def raw_bytes(self) -> int:
        """The length of the body as the client wrote it, before it was compressed."""
        encoding = dict(self.headers).get("content-encoding")
        return len(unzstd(self.body)) if encoding == "zstd" else len(self.body)


def unzstd(body: bytes) -> bytes:
    """The content of a zstd stream, which does not say its length."""
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


@contextmanager
def capturing() -> Iterator[tuple[str, list[Sent]]]:
    """The address of a capture server, and the requests with bodies that it has been sent so far."""
    sent: list[Sent] = []

    class Handler(_Handler):
        kept = sent

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="capture", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/v1", sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_client(endpoint: str, api_key: str = API_KEY) -> Iterator[Client]:
    """The unmodified client with its defaults; all has been sent when the block ends."""
    client = Client(api_url=endpoint, api_key=api_key)
    try:
        yield client
    finally:
        client.flush()
        client.close(timeout=10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    kept: list[Sent]

    def do_GET(self) -> None:
        self._answer(200, _ABOUT)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        self.kept.append(Sent("POST", self.path, headers, body))
        self._answer(202, b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
