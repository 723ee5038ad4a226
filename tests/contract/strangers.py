"""Requests as strangers write them: byte by byte, by no client that would tidy them up."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

_WITHIN_S = 10
_MOST_BYTES = 64 * 1024 * 1024


class Answer(NamedTuple):
    """What came back, as it came: `status` is 0 where the server hung up without a word."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or an empty text."""
        for line in self.head.split(b"\r\n"):
            known, _, value = line.partition(b":")
            if known.strip().lower() == name.encode():
                return value.strip().decode("latin-1")
        return ""


def sent(url: str, target: str, *, method: str = "GET", headers: tuple[str, ...] = (), version: str = "1.1") -> Answer:
    """The answer to exactly this request line and these headers; `{host}` in one is the server's own."""
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    lines = [f"{method} {target} HTTP/{version}", *headers, "connection: close"]
    text = "\r\n".join(lines).replace("{host}", address.netloc) + "\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), _WITHIN_S) as connection:
        connection.sendall(text.encode("latin-1"))
        return _read(connection)


def _read(connection: socket.socket) -> Answer:
    got = b""
    while len(got) < _MOST_BYTES and (some := connection.recv(65_536)):
        got += some
    head, _, body = got.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return Answer(int(words[1]) if len(words) > 1 else 0, head, body)
