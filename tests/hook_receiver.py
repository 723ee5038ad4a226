"""A receiver of webhooks on this machine, which answers as a test tells it to and remembers what it got."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Behaviour = int | bytes | Callable[[socket.socket], None]
"""A status to answer; bytes to answer as they are; or what to do with the connection."""

_WAIT_S = 30


@dataclass(frozen=True)
class Got:
    """One request, as it came."""

    line: str
    headers: dict[str, str]
    body: bytes
    names: list[str]
    """Of its headers, in lower case: one that came twice stands here twice."""

    @property
    def json(self) -> Any:  # noqa: ANN401 any JSON
        """The body, parsed."""
        return json.loads(self.body)


class Receiver:
    """Answers by `behaviours`, one a request, and 200 when there are no more."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.behaviours: deque[Behaviour] = deque()
        self.got: list[Got] = []
        self.connections = 0
        self.over = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Its address, by http."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The webhook ids of what it got, in order."""
        return [one.headers["webhook-id"] for one in self.got]

    def serve(self) -> None:
        """Take connections until `close`."""
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """Take no more, and let go of those that hang."""
        self.over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def hang(self, _: socket.socket) -> None:
        """A behaviour: never answer."""
        self.over.wait(_WAIT_S)

    def drip(self, connection: socket.socket) -> None:
        """A behaviour: answer a letter at a time, for ever, so that no single read waits long."""
        with contextlib.suppress(OSError):
            while not self.over.wait(0.05):
                connection.sendall(b"H")

    def _take(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            spoken = connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)
            with contextlib.closing(spoken):
                self.got.append(_request(spoken))
                behave = self.behaviours.popleft() if self.behaviours else 200
                _answer(spoken, behave)


def _answer(connection: socket.socket, behave: Behaviour) -> None:
    if callable(behave):
        behave(connection)
    else:
        connection.sendall(_status(behave) if isinstance(behave, int) else behave)


def _status(status: int) -> bytes:
    return f"HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n\r\nok".encode()


def _request(connection: socket.socket) -> Got:
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    pairs = [(name.lower(), value) for name, _, value in (one.partition(": ") for one in lines)]
    headers = dict(pairs)
    while len(body) < int(headers.get("content-length", 0)):
        body += _more(connection)
    return Got(line, headers, body, [name for name, _ in pairs])


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionResetError("the sender hung up")
    return part


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that serves as long as the block."""
    made = Receiver(tls)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.close()
